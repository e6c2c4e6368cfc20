// SPDX-License-Identifier: BSL-1.0
#include <tandem/stores/indexed.hpp>

#include "conformance.hpp"

#include <tandem/testing/failing_store.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <random>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// A clock that a test moves; copies share it.
struct Clock {
    Moment now() const { return Moment(std::chrono::milliseconds(milliseconds->load())); }
    UnixTime time() const { return {}; }
    Task<> sleep(Duration) const { co_return; }
    std::uint64_t random() const { return 0; }
    OperationId id() const { return {}; }

    std::shared_ptr<std::atomic<int>> milliseconds = std::make_shared<std::atomic<int>>(0);
};
static_assert(Environment<Clock>);
static_assert(KnowsStock<stores::Indexed<stores::Memory>> && !KnowsStock<stores::Memory>);

Number stock(E164 number, std::string carrier = "acme") {
    return record(number, State::available, "", std::move(carrier));
}

NumberQuery stock_query(std::uint32_t limit = 1'000) {
    NumberQuery query{.state = State::available, .limit = limit};
    query.carrier = "acme";
    return query;
}

using Numbers = std::vector<E164>;
using OwnPlaces = std::tuple<InMemory, InSqlite>;

/// What the store has for sale: what an index may tell of it.
template <class S>
Numbers for_sale(S& store, NumberQuery query) {
    Numbers found;
    const std::uint32_t limit = query.limit;
    query.limit = 100'000;
    const NumberPage page = run(store.scan(query));
    for (const Number& each : page.numbers) {
        if (each.fence.empty() && found.size() < limit) { found.push_back(each.number); }
    }
    return found;
}

/// By heart, or as whoever searches does it where that is nothing: the store is asked, which brings the index up to
/// date.
template <class S>
Numbers known(S& store, const NumberQuery& query) {
    if (const auto found = store.plain_stock(query)) { return *found; }
    const Numbers asked = for_sale(store, query);
    const auto found = store.plain_stock(query);
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST((*found == asked));
    return *found;
}

template <class T>
std::string code_of(Task<T> task) {
    try {
        (void)run(std::move(task));
    } catch (const Exception& exception) { return std::string(name_of(exception.error().code)); }
    return "done";
}
std::string code_of(Task<void> task) {
    try {
        run(std::move(task));
    } catch (const Exception& exception) { return std::string(name_of(exception.error().code)); }
    return "done";
}

/// A purchase of a number that is in stock with that revision.
Operation taking(E164 number, std::string_view id, Revision revision = 1) {
    Operation operation = purchase_of(number, id);
    operation.before = stock(number);
    operation.before.revision = revision;
    return operation;
}

struct Shop {
    stores::Memory inner{};
    Clock clock{};
    stores::Indexed<stores::Memory, Clock> store{inner, {.fresh_for = std::chrono::seconds(1)}, clock};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_indexed)

BOOST_AUTO_TEST_CASE(nothing_is_known_by_heart_before_the_first_refresh) {
    Shop shop;
    run(shop.store.put(stock(nth(1))));
    BOOST_TEST(!shop.store.plain_stock(stock_query()).has_value());
    BOOST_TEST(run(shop.store.scan(stock_query())).numbers.size() == 1U);
    BOOST_TEST(!shop.store.plain_stock(stock_query()).has_value());
    run(shop.store.refresh());
    BOOST_TEST((shop.store.plain_stock(stock_query()).value() == Numbers{nth(1)}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_store_has_is_read_at_the_start, Place, OwnPlaces) {
    Place place;
    auto inner = place.open();
    Numbers expected;
    for (int i = 0; i < 1'100; ++i) {
        Number each = stock(nth(i * 7 % 1'100), i % 3 == 0 ? "other" : "acme");
        if (i % 5 == 0) { each.state = State::aging; }
        if (i % 3 != 0 && i % 5 != 0 && i % 11 != 0) { expected.push_back(each.number); }
        run(inner.put(each));
        if (i % 11 == 0) { run(inner.remove(each.number, 1)); }
    }
    std::sort(expected.begin(), expected.end());
    stores::Indexed store(place.open());
    run(store.refresh());
    BOOST_TEST((store.plain_stock(stock_query()).value() == expected));
    NumberQuery query = stock_query(10);
    query.prefix = E164::parse_or_empty("+14155550");
    query.after = expected[20];
    BOOST_TEST((store.plain_stock(query).value() == Numbers(expected.begin() + 21, expected.begin() + 31)));
}

BOOST_AUTO_TEST_CASE(only_the_store_tells_of_numbers_that_are_not_plain) {
    Shop shop;
    for (int i = 0; i < 20; ++i) { run(shop.inner.put(stock(nth(i)))); }
    Number owned = record(nth(30), State::available, "bob");
    run(shop.inner.put(owned));
    Number described = stock(nth(40));
    described.carrier_data = JsonText(R"({"rate_center": "OAKLAND"})");
    run(shop.inner.put(described));
    for (int i = 50; i < 60; ++i) { run(shop.inner.put(stock(nth(i)))); }
    run(shop.inner.claim(taking(nth(55), "op-1"), {}));
    run(shop.store.refresh());

    const auto tells = [&](int after, std::uint32_t limit) {
        NumberQuery query = stock_query(limit);
        query.after = nth(after);
        const auto found = shop.store.plain_stock(query);
        return found ? std::to_string(found->size()) : "nothing";
    };
    BOOST_TEST(tells(0, 19) == "19");
    BOOST_TEST(tells(0, 20) == "nothing");
    BOOST_TEST(tells(30, 1) == "nothing");
    BOOST_TEST(tells(39, 1) == "nothing");
    BOOST_TEST(tells(41, 5) == "5");
    BOOST_TEST(tells(41, 100) == "9");

    NumberQuery query = stock_query(1);
    for (const auto state : {std::optional<State>(), std::optional(State::reserved)}) {
        query.state = state;
        BOOST_TEST(!shop.store.plain_stock(query).has_value());
    }
    query = stock_query(1);
    query.account = "bob";
    BOOST_TEST(!shop.store.plain_stock(query).has_value());
    query = stock_query(1);
    query.carrier = {};
    BOOST_TEST(!shop.store.plain_stock(query).has_value());
    query.carrier = "nobody";
    BOOST_TEST(shop.store.plain_stock(query).value().empty());
}

BOOST_AUTO_TEST_CASE(own_changes_are_known_at_once) {
    Shop shop;
    auto& store = shop.store;
    run(store.refresh());
    const auto now = [&] { return store.plain_stock(stock_query()).value(); };
    BOOST_TEST(now().empty());
    run(store.put(stock(nth(1))));
    Number second = run(store.put(stock(nth(2))));
    BOOST_TEST((now() == Numbers{nth(1), nth(2)}));
    second.state = State::aging;
    second = run(store.put(second));
    BOOST_TEST((now() == Numbers{nth(1)}));
    second.state = State::available;
    second.carrier = "other";
    second = run(store.put(second));
    BOOST_TEST((now() == Numbers{nth(1)}));
    second.carrier = "acme";
    second = run(store.put(second));
    run(store.remove(nth(2), second.revision));
    BOOST_TEST((now() == Numbers{nth(1)}));

    Operation bought = run(store.claim(taking(nth(1), "op-1"), {}));
    BOOST_TEST(now().empty());
    const Number owned = run(store.settle(bought));
    BOOST_TEST(now().empty());
    Operation release = release_of(owned, "op-2");
    release.after = stock(nth(1));
    run(store.settle(run(store.claim(release, {}))));
    BOOST_TEST((now() == Numbers{nth(1)}));
}

BOOST_AUTO_TEST_CASE(what_the_store_refuses_is_for_sale_as_before) {
    Shop shop;
    auto& store = shop.store;
    run(store.put(stock(nth(1))));
    run(store.refresh());
    BOOST_TEST(code_of(store.claim(taking(nth(1), "op-1"), money("0.50"))) == "not_enough_credit");
    BOOST_TEST(!store.plain_stock(stock_query()).has_value());
    BOOST_TEST((known(store, stock_query()) == Numbers{nth(1)}));

    Operation claimed = run(store.claim(taking(nth(1), "op-2"), {}));
    BOOST_TEST(code_of(store.claim(taking(nth(1), "op-3"), {})) == "in_progress");
    BOOST_TEST(known(store, stock_query()).empty());
    BOOST_TEST(code_of(store.remove(nth(1), 2)) == "in_progress");
    run(store.abandon(claimed));
    BOOST_TEST((known(store, stock_query()) == Numbers{nth(1)}));
}

BOOST_AUTO_TEST_CASE(an_offer_without_a_number_is_no_change_until_it_is_settled) {
    Shop shop;
    run(shop.store.refresh());
    Operation group = purchase_of(E164(), "op-1");
    group.offer = "group";
    group.after.number = E164();
    group = run(shop.store.claim(group, {}));
    BOOST_TEST(shop.store.plain_stock(stock_query()).has_value());
    group.after = stock(nth(1));
    run(shop.store.settle(group));
    BOOST_TEST((shop.store.plain_stock(stock_query()).value() == Numbers{nth(1)}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(another_programs_changes_are_seen_when_the_index_is_no_longer_fresh, Place, OwnPlaces) {
    Place place;
    auto other = place.open();
    run(other.put(stock(nth(1))));
    const Clock clock;
    stores::Indexed store(place.open(), {.fresh_for = std::chrono::seconds(1)}, clock);
    run(store.refresh());
    run(other.put(stock(nth(2))));
    run(other.remove(nth(1), 1));
    BOOST_TEST((store.plain_stock(stock_query()).value() == Numbers{nth(1)}));
    *clock.milliseconds = 999;
    BOOST_TEST(store.plain_stock(stock_query()).has_value());
    *clock.milliseconds = 1'000;
    BOOST_TEST(!store.plain_stock(stock_query()).has_value());
    BOOST_TEST((known(store, stock_query()) == Numbers{nth(2)}));
    run(other.put(stock(nth(3))));
    run(store.refresh());
    BOOST_TEST((store.plain_stock(stock_query()).value() == Numbers{nth(2), nth(3)}));
}

BOOST_AUTO_TEST_CASE(many_changes_of_another_are_read_a_part_at_a_time) {
    Shop shop;
    run(shop.store.refresh());
    for (int i = 0; i < 2'500; ++i) { run(shop.inner.put(stock(nth(i)))); }
    *shop.clock.milliseconds = 1'000;
    int searches = 0;
    while (!shop.store.plain_stock(stock_query(9'999)).has_value()) {
        BOOST_TEST_REQUIRE(++searches < 10);
        run(shop.store.scan(stock_query(1)));
    }
    BOOST_TEST(searches == 3);
    BOOST_TEST(shop.store.plain_stock(stock_query(9'999))->size() == 2'500U);
}

BOOST_AUTO_TEST_CASE(numbers_in_stock_are_found_by_what_they_look_like) {
    Shop shop;
    for (int i = 0; i < 3'000; ++i) { run(shop.inner.put(stock(nth(i)))); }
    run(shop.store.refresh());
    const auto pattern = NumberPattern::parse("*225?").value();
    Numbers expected;
    for (int i = 2'250; i < 2'260; ++i) { expected.push_back(nth(i)); }
    BOOST_TEST((shop.store.plain_stock(pattern, stock_query()).value() == expected));
    NumberQuery page = stock_query(4);
    page.after = nth(2'252);
    BOOST_TEST((shop.store.plain_stock(pattern, page).value() == Numbers(expected.begin() + 3, expected.begin() + 7)));
}

BOOST_AUTO_TEST_CASE(a_store_that_fails_makes_the_index_ask_until_it_answers) {
    using testing::FailNth;
    for (const char* operation : {"put", "claim", "remove", "settle", "abandon"}) {
        for (const auto when : {FailNth::When::before, FailNth::When::after}) {
            BOOST_TEST_CONTEXT(operation << (when == FailNth::When::after ? ", its answer lost" : "")) {
                const stores::Memory inner;
                stores::Memory direct = inner;
                run(direct.put(stock(nth(1))));
                run(direct.put(stock(nth(2))));
                const Operation open = run(direct.claim(taking(nth(2), "op-1"), {}));
                stores::Indexed store(testing::FailingStore<stores::Memory>(inner, FailNth(operation, when)),
                                      {.fresh_for = std::chrono::hours(1)});
                run(store.refresh());
                Number changed = stock(nth(1));
                changed.revision = 1;
                changed.state = State::aging;
                Operation released = open;
                released.after = stock(nth(2));
                released.after.revision = open.after.revision;
                const std::string_view name = operation;
                const auto outcome = name == "put"      ? code_of(store.put(changed))
                                     : name == "claim"  ? code_of(store.claim(taking(nth(1), "op-2"), {}))
                                     : name == "remove" ? code_of(store.remove(nth(1), 1))
                                     : name == "settle" ? code_of(store.settle(released))
                                                        : code_of(store.abandon(open));
                BOOST_TEST(outcome == "store");
                BOOST_TEST(!store.plain_stock(stock_query()).has_value());
                BOOST_TEST((known(store, stock_query()) == for_sale(direct, stock_query())));
            }
        }
    }
    for (const char* operation : {"get", "changes"}) {
        BOOST_TEST_CONTEXT(operation) {
            Shop shop;
            stores::Indexed store(testing::FailingStore<stores::Memory>(shop.inner, FailNth(operation)),
                                  {.fresh_for = std::chrono::seconds(1)}, shop.clock);
            if (operation == std::string_view("changes")) {
                BOOST_TEST(code_of(store.refresh()) == "store");
                BOOST_TEST(!store.plain_stock(stock_query()).has_value());
                continue;
            }
            run(store.refresh());
            run(shop.inner.put(stock(nth(1))));
            *shop.clock.milliseconds += 1'000;
            for (int i = 0; i < 2; ++i) {
                BOOST_TEST(code_of(store.scan(stock_query())) == "store");
                BOOST_TEST(!store.plain_stock(stock_query()).has_value());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(two_programs_and_their_indexes_agree_with_the_store_whatever_they_do) {
    const stores::Memory inner;
    stores::Memory direct = inner;
    std::vector<stores::Indexed<stores::Memory, Clock>> programs;
    const Clock clock;
    for (int i = 0; i < 2; ++i) {
        programs.emplace_back(inner, stores::IndexOptions{}, clock);
        run(programs.back().refresh());
    }
    std::mt19937 random(5);
    int told = 0;
    for (int done = 0; done < 6'000; ++done) {
        auto& store = programs[random() % 2];
        const E164 number = nth(static_cast<int>(random() % 60));
        const auto record_now = run(direct.get(number));
        const std::string id = "op-" + std::to_string(done);
        const Revision revision = record_now ? record_now->revision : 0;
        switch (random() % 6) {
            case 0:
            case 1: {
                Number next = stock(number, random() % 3 == 0 ? "other" : "acme");
                next.revision = revision;
                if (random() % 3 == 0) { next.state = State::aging; }
                if (random() % 40 == 0) { next.carrier_data = JsonText(R"({"a": 1})"); }
                code_of(store.put(next));
                break;
            }
            case 2: code_of(store.remove(number, random() % 5 == 0 ? revision + 1 : revision)); break;
            case 3: {
                Operation mine = taking(number, id, revision);
                code_of(store.claim(mine, random() % 4 == 0 ? std::optional(Amount::zero()) : std::nullopt));
                break;
            }
            default:
                if (!record_now || record_now->fence.empty()) { break; }
                Operation open = run(direct.operation(record_now->fence)).value();
                if (random() % 2 == 0) {
                    code_of(store.abandon(open));
                } else {
                    open.after.state = random() % 2 == 0 ? State::available : State::in_service;
                    open.after.assigned_to = "";
                    code_of(store.settle(open));
                }
        }
        *clock.milliseconds += 1'000;  // both have to look
        for (auto& each : programs) {
            NumberQuery query = stock_query(1 + static_cast<std::uint32_t>(random() % 20));
            query.after = nth(static_cast<int>(random() % 60));
            const Numbers expected = for_sale(direct, query);
            if (const auto found = each.plain_stock(query)) { BOOST_TEST((*found == expected)); }
            run(each.scan(query));
            if (const auto found = each.plain_stock(query)) {
                BOOST_TEST((*found == expected));
                ++told;
            }
        }
    }
    BOOST_TEST(told > 3'000);
}

BOOST_AUTO_TEST_CASE(of_threads_that_take_what_they_find_each_number_has_one) {
    constexpr int threads = 4, numbers = 400;
    stores::Memory inner;
    for (int i = 0; i < numbers; ++i) { run(inner.put(stock(nth(i)))); }
    stores::Indexed store(inner);
    run(store.refresh());
    std::latch start(threads);
    std::atomic<int> won = 0;
    std::vector<std::future<void>> all;
    for (int thread = 0; thread < threads; ++thread) {
        all.push_back(std::async(std::launch::async, [&, thread] {
            auto mine = store;
            start.arrive_and_wait();
            for (int i = 0;; ++i) {
                auto found = mine.plain_stock(stock_query(3));
                if (!found) { found = for_sale(mine, stock_query(3)); }
                if (found->empty()) { break; }
                const std::string id = "op-" + std::to_string(thread) + "-" + std::to_string(i);
                const auto number = (*found)[static_cast<std::size_t>(thread) % found->size()];
                if (code_of(mine.claim(taking(number, id), {})) == "done") { ++won; }
            }
        }));
    }
    for (auto& each : all) { each.get(); }
    BOOST_TEST(won == numbers);
    BOOST_TEST(known(store, stock_query()).empty());
    BOOST_TEST(run(inner.open_operations({}, 1'000)).size() == std::size_t{numbers});
}

BOOST_AUTO_TEST_CASE(threads_that_write_the_same_numbers_leave_the_index_true) {
    constexpr int threads = 4;
    stores::Memory inner;
    stores::Indexed store(inner);
    run(store.refresh());
    std::vector<std::future<void>> all;
    for (int thread = 0; thread < threads; ++thread) {
        all.push_back(std::async(std::launch::async, [&, thread] {
            std::mt19937 random(static_cast<unsigned>(thread));
            for (int i = 0; i < 1'500; ++i) {
                const E164 number = nth(static_cast<int>(random() % 8));
                const auto now = run(inner.get(number));
                Number next = stock(number);
                next.revision = now ? now->revision : 0;
                if (random() % 2 == 0) { next.state = State::aging; }
                code_of(store.put(next));
                if (random() % 8 == 0) { run(store.scan(stock_query())); }
                if (random() % 64 == 0) { run(store.refresh()); }
                (void)store.plain_stock(stock_query());
            }
        }));
    }
    for (auto& each : all) { each.get(); }
    BOOST_TEST((known(store, stock_query()) == for_sale(inner, stock_query())));
}

BOOST_AUTO_TEST_SUITE_END()
