// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <latch>
#include <map>
#include <memory>
#include <set>
#include <thread>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

constexpr int racers = 6;

/// Calls `race(racer, store)` on a thread for each racer, at once, each with a handle on the place of its own.
template <class Place, class Race>
void at_once(Bench<Place>& bench, Race race) {
    std::latch start(racers);
    std::vector<std::future<void>> all;
    for (int racer = 0; racer < racers; ++racer) {
        all.push_back(std::async(std::launch::async, [&, racer] {
            auto store = bench.place.open();
            start.arrive_and_wait();
            race(racer, store);
        }));
    }
    for (auto& each : all) { each.get(); }
}

/// As `Bench::refusal`, on any thread.
template <class T>
std::string outcome_of(Task<T> task) {
    try {
        (void)tandem::run(std::move(task));
    } catch (const Exception& exception) { return std::string(name_of(exception.error().code)); }
    return "won";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_races)

BOOST_AUTO_TEST_CASE_TEMPLATE(of_concurrent_claims_on_a_number_one_wins, Place, Places) {
    constexpr int numbers = 25;
    Bench<Place> bench;
    for (int i = 0; i < numbers; i += 2) { bench.put(record(nth(i), State::available, "")); }
    std::vector<std::map<std::string, int>> outcomes(racers);
    at_once(bench, [&](int racer, auto& store) {
        for (int i = 0; i < numbers; ++i) {
            Operation mine = purchase_of(nth(i), "op-" + std::to_string(i) + "-" + std::to_string(racer));
            if (i % 2 == 0) { mine.before.revision = 1; }
            ++outcomes[static_cast<std::size_t>(racer)][outcome_of(store.claim(mine, {}))];
        }
    });
    std::map<std::string, int> all;
    for (const auto& each : outcomes) {
        for (const auto& [outcome, count] : each) { all[outcome] += count; }
    }
    BOOST_TEST(all["won"] == numbers);
    BOOST_TEST(all["in_progress"] == numbers * (racers - 1));
    std::set<std::string> holders;
    for (int i = 0; i < numbers; ++i) { holders.insert(bench.get(nth(i))->fence.str()); }
    const auto open = bench.open_ids("", 1'000);
    BOOST_TEST((std::set<std::string>(open.begin(), open.end()) == holders));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_many_accounts_that_want_the_same_numbers_one_gets_each, Place, Places) {
    constexpr int accounts = 64;
    const int numbers = std::getenv("TANDEM_FULL") != nullptr ? 1'000 : 3;
    Bench<Place> bench;
    std::atomic<int> lost = 0, other = 0;
    std::vector<std::atomic<int>> winners(static_cast<std::size_t>(numbers));  // one more than the account that won
    boost::asio::thread_pool threads(4);
    // All begin at the same number, so that they meet at every one.
    const auto compete = [&](int account) -> Task<> {
        const std::string name = "account " + std::to_string(account);
        for (int i = 0; i < numbers; ++i) {
            Operation mine = purchase_of(nth(i), std::to_string(i) + "-" + std::to_string(account), name);
            Task<Operation> claim = bench.store.claim(std::move(mine), money("10000"));
            try {
                (void)co_await std::move(claim);
                winners[static_cast<std::size_t>(i)] += account + 1;
            } catch (const Exception& exception) { ++(exception.error().code == errc::in_progress ? lost : other); }
        }
    };
    const auto began = std::chrono::steady_clock::now();
    for (int account = 0; account < accounts; ++account) {
        boost::asio::co_spawn(threads, compete(account), boost::asio::detached);
    }
    threads.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    BOOST_TEST_MESSAGE(accounts * numbers << " claims in " << took.count() << " s");
    BOOST_TEST(lost == numbers * (accounts - 1));
    BOOST_TEST(other == 0);
    for (int i = 0; i < numbers; ++i) {
        const int account = winners[static_cast<std::size_t>(i)] - 1;
        BOOST_TEST(bench.get(nth(i))->fence.str() == std::to_string(i) + "-" + std::to_string(account));
    }
    BOOST_TEST(bench.open_ids("", 2'000).size() == static_cast<std::size_t>(numbers));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_concurrent_claims_with_a_key_one_wins, Place, Places) {
    constexpr int keys = 15;
    Bench<Place> bench;
    std::atomic<int> won = 0, reused = 0;
    at_once(bench, [&](int racer, auto& store) {
        for (int i = 0; i < keys; ++i) {
            Operation mine = purchase_of(nth(i * racers + racer), "op-" + std::to_string(i * racers + racer));
            mine.key = "key " + std::to_string(i);
            const auto outcome = outcome_of(store.claim(mine, {}));
            won += outcome == "won" ? 1 : 0;
            reused += outcome == "key_reused" ? 1 : 0;
        }
    });
    BOOST_TEST(won == keys);
    BOOST_TEST(reused == keys * (racers - 1));
    BOOST_TEST(bench.open_ids("", 1'000).size() == std::size_t{keys});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(concurrent_claims_never_overdraw_the_credit, Place, Places) {
    Bench<Place> bench;
    std::atomic<int> won = 0, refused = 0;
    at_once(bench, [&](int racer, auto& store) {
        for (int i = 0; i < 5; ++i) {
            const int mine = i * racers + racer;
            const auto outcome =
                outcome_of(store.claim(purchase_of(nth(mine), "op-" + std::to_string(mine)), money("7.50")));
            won += outcome == "won" ? 1 : 0;
            refused += outcome == "not_enough_credit" ? 1 : 0;
        }
    });
    BOOST_TEST(won == 7);
    BOOST_TEST(refused == 5 * racers - 7);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_concurrent_write_is_lost, Place, Places) {
    constexpr int writes = 15;
    Bench<Place> bench;
    bench.put(record(nth(1)));
    at_once(bench, [&](int racer, auto& store) {
        for (int i = 0; i < writes; ++i) {
            do {
                Number mine = tandem::run(store.get(nth(1))).value();
                mine.reserve_history.push_back(std::to_string(racer));
                if (outcome_of(store.put(mine)) == "won") { break; }
            } while (true);
        }
    });
    const auto written = bench.get(nth(1)).value();
    BOOST_TEST(written.revision == Revision(1 + racers * writes));
    BOOST_TEST(written.reserve_history.size() == std::size_t(racers * writes));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_concurrent_settles_and_steps_of_one_revision_one_wins, Place, Places) {
    constexpr int numbers = 15;
    Bench<Place> bench;
    std::vector<Operation> claimed;
    for (int i = 0; i < numbers; ++i) {
        claimed.push_back(bench.claim(purchase_of(nth(i), "op-" + std::to_string(i))));
    }
    std::atomic<int> won = 0, lost = 0;
    at_once(bench, [&](int racer, auto& store) {
        for (const Operation& each : claimed) {
            const std::string outcome = racer % 3 == 0   ? outcome_of(store.settle(each))
                                        : racer % 3 == 1 ? outcome_of(store.abandon(each))
                                                         : outcome_of(store.advance(each));
            won += outcome == "won" ? 1 : 0;
            lost += outcome == "conflict" ? 1 : 0;
        }
    });
    BOOST_TEST(won == numbers);
    BOOST_TEST(lost == numbers * (racers - 1));
    for (const Operation& each : claimed) {  // the number is as its operation says
        const auto last = bench.operation(each.id.view()).value();
        const auto stored = bench.get(each.number);
        BOOST_TEST(last.revision == each.revision + 1);
        BOOST_TEST(stored.has_value() == (last.phase != Operation::Phase::refused));
        if (stored) { BOOST_TEST(stored->fence.empty() == (last.phase == Operation::Phase::done)); }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(pages_neither_skip_nor_repeat_while_others_write, Place, Places) {
    Bench<Place> bench;
    std::vector<E164> steady;
    for (int i = 0; i < 60; i += 2) { steady.push_back(bench.put(record(nth(i))).number); }
    std::atomic<bool> over = false;
    std::atomic<int> wrong = 0, scans = 0;
    at_once(bench, [&](int racer, auto& store) {
        if (racer > 2) {
            for (int i = 2 * racer + 1; !over; i = (i + 6) % 60 | 1) {
                if (const auto there = tandem::run(store.get(nth(i)))) {
                    (void)outcome_of(store.remove(nth(i), there->revision));
                } else {
                    (void)outcome_of(store.put(record(nth(i))));
                }
            }
            return;
        }
        NumberQuery query{.limit = 4};
        if (racer == 1) { query.account = "alice"; }
        if (racer == 2) { query.state = State::in_service; }
        for (int round = 0; round < 8; ++round) {
            std::vector<E164> seen;
            query.after = {};
            do {
                const NumberPage page = tandem::run(store.scan(query));
                for (const Number& each : page.numbers) { seen.push_back(each.number); }
                query.after = page.next;
            } while (!query.after.empty());
            const bool ordered = std::adjacent_find(seen.begin(), seen.end(), std::greater_equal<>()) == seen.end();
            wrong += ordered && std::includes(seen.begin(), seen.end(), steady.begin(), steady.end()) ? 0 : 1;
            if (++scans == 24) { over = true; }
        }
    });
    BOOST_TEST(scans == 24);
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(followers_of_the_changes_miss_none, Place, Places) {
    Bench<Place> bench;
    std::atomic<int> writing = racers - 1;
    std::set<E164> followed;
    at_once(bench, [&](int racer, auto& store) {
        if (racer != 0) {
            for (int i = 0; i < 20; ++i) { (void)tandem::run(store.put(record(nth(i * racers + racer)))); }
            --writing;
            return;
        }
        std::uint64_t since = 0;
        for (bool last = false; !last;) {
            last = writing == 0;
            for (auto part = tandem::run(store.changes(since, 7)); !part.empty();
                 part = tandem::run(store.changes(since, 7))) {
                for (const auto& each : part) { followed.insert(each.number); }
                since = part.back().sequence;
            }
        }
    });
    BOOST_TEST(followed.size() == std::size_t(20 * (racers - 1)));
}

namespace {

template <class Store>
Task<int> put_on_own_thread(std::shared_ptr<Store> store, int first) {
    const auto own = std::this_thread::get_id();
    int elsewhere = 0;
    for (int i = first; i < first + 10; ++i) {
        const Number mine = record(nth(i));
        (void)co_await store->put(mine);
        elsewhere += std::this_thread::get_id() == own ? 0 : 1;
        try {
            (void)co_await store->put(mine);
            ++elsewhere;  // must have been refused
        } catch (const Exception&) { elsewhere += std::this_thread::get_id() == own ? 0 : 1; }
    }
    co_return elsewhere;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_caller_goes_on_where_it_was, Place, Places) {
    Bench<Place> bench;
    const auto store = std::make_shared<decltype(bench.store)>(bench.place.open());
    boost::asio::thread_pool first(1), second(1);
    auto one = boost::asio::co_spawn(first, put_on_own_thread(store, 0), boost::asio::use_future);
    auto two = boost::asio::co_spawn(second, put_on_own_thread(store, 100), boost::asio::use_future);
    BOOST_TEST(one.get() == 0);
    BOOST_TEST(two.get() == 0);
    first.join();
    second.join();
}

BOOST_AUTO_TEST_SUITE_END()
