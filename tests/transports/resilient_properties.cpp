// SPDX-License-Identifier: BSL-1.0
// What holds of Resilient for every seed, and the figures that the documents state.
#include "resilient_desk.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace tandem;
using namespace std::chrono_literals;
using namespace resilient_tests;
using transports::Breaker;
using transports::up_to;

constexpr CarrierInfo alpha{.name = "alpha"};

Request read(std::uint64_t n) { return Request::get("https://a.example/" + std::to_string(n)).of(alpha); }
Request order(std::uint64_t n) { return Request::post("https://a.example/" + std::to_string(n)).of(alpha); }

/// One of the ways in which a carrier that is down fails, or is a moment slow about it.
testing::Answer failure(std::uint64_t chance) {
    switch (chance % 5) {
        case 0: return Error{.code = errc::unreachable, .message = "lost"};
        case 1: return Error{.code = errc::unreachable, .message = "lost", .sent = true};
        case 2: return Response(503);
        case 3: return testing::delayed(up_to(100ms, chance), Response(500));
        default: return Response(429);
    }
}

/// Requests an operation, of `operations` that all fail as `answers` say.
double amplification(const ResilienceOptions& options, int operations, std::vector<testing::Answer> answers) {
    Desk desk(options);
    desk.script.on(Method::get, "a.example", std::move(answers));
    for (int i = 0; i < operations; ++i) {
        desk.send(read(0));
        desk.environment.advance(100ms);
    }
    return static_cast<double>(desk.requests()) / operations;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resilient_properties)

BOOST_AUTO_TEST_CASE(ten_thousand_operations_that_all_fail_cost_at_most_a_tenth_more_requests) {
    ResilienceOptions budget_alone;
    budget_alone.breaker.failures = 0;
    std::mt19937_64 chance(default_seed);
    std::vector<testing::Answer> mixed, replies;
    for (int i = 0; i < 1'000; ++i) {
        mixed.push_back(failure(chance()));
        replies.push_back(Response(chance() % 2 == 0 ? 503 : 500));
    }
    // Thrown failures are slow under the address sanitizer: the long runs are of replies.
    const double alone = amplification(budget_alone, 10'000, replies);
    const double limited = amplification({}, 10'000, {Response(429)});
    const double with_breaker = amplification({}, 1'000, mixed);
    BOOST_TEST_MESSAGE("requests an operation at 100 % failure, seed "
                       << default_seed << ": 10,000 operations by the budget alone " << alone << ", told 429 each time "
                       << limited << "; 1,000 with the breaker " << with_breaker);
    BOOST_TEST(alone <= 1.1);
    BOOST_TEST(alone >= 1.0);  // each was tried
    BOOST_TEST(with_breaker <= 0.1);
    BOOST_TEST(limited <= 1.1);
}

BOOST_AUTO_TEST_CASE(repeats_stay_a_fourteenth_of_the_successes_however_much_fails) {
    for (const unsigned percent : {1U, 5U, 20U, 50U, 90U}) {
        ResilienceOptions options;
        options.breaker.failures = 0;
        Desk desk(options, percent);
        std::mt19937_64 chance(percent);
        std::uint64_t successes = 0;
        desk.script.on(Method::get, "a.example", [&](const Request&) {
            const bool fails = chance() % 100 < percent;
            successes += fails ? 0 : 1;
            return Response(fails ? 503 : 200);
        });
        for (std::uint64_t i = 0; i < 2'000; ++i) { desk.send(read(0)); }
        const CarrierStatistics seen = desk.of("alpha");
        BOOST_TEST(seen.retries * 14 <= 500 + successes, percent << " %: " << seen.retries << " of " << seen.requests);
        BOOST_TEST(seen.requests == 2'000 + seen.retries);
    }
}

BOOST_AUTO_TEST_CASE(attempts_deadlines_and_counts_hold_for_every_seed) {
    std::uint64_t hedges = 0, retries = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::mt19937_64 chance(seed);
        ResilienceOptions options;
        options.attempts = 3;
        options.breaker.failures = chance() % 3 == 0 ? 5 : 0;
        options.hedge_after = chance() % 2 == 0 ? up_to(2s, chance()) : Duration(0);
        if (chance() % 2 == 0) { options.rates["alpha"] = static_cast<double>(5 + chance() % 50); }
        options.burst = 1 + static_cast<std::uint32_t>(chance() % 4);
        const std::uint64_t percent = chance() % 101;
        Desk desk(options, seed);
        std::vector<testing::Answer> answers;
        for (int i = 0; i < 150; ++i) {
            testing::Answer answer = chance() % 100 >= percent ? testing::Answer(Response(200)) : failure(chance());
            if (chance() % 10 == 0) { answer = testing::silence; }
            if (chance() % 10 == 0) { answer = busy(429, "1"); }
            answers.push_back(testing::delayed(chance() % 2 == 0 ? up_to(3s, chance()) : 0s, std::move(answer)));
        }
        desk.script.on(Method::get, "a.example", answers).on(Method::post, "a.example", std::move(answers));

        struct Asked {
            Deadline deadline;
            Moment ended = Moment::max();
        };
        std::map<std::uint64_t, Asked> asked;
        for (std::uint64_t n = 0; n < 100; ++n) {
            const Duration left = up_to(10s, chance());
            Asked& one = asked[n] = {.deadline = desk.environment.now() + left};
            Request request = n % 4 == 0 ? order(n) : read(n);
            boost::asio::co_spawn(
                desk.context, Desk::ask(desk.transport, std::move(request), one.deadline),
                [&one, &desk](std::exception_ptr, const Desk::Ended&) { one.ended = desk.environment.now(); });
            desk.environment.advance(up_to(200ms, chance()));
        }
        desk.environment.advance(1min);

        std::map<std::string, unsigned> requests;
        for (const Request& each : desk.script.requests()) {
            ++requests[std::string(name_of(each.method())) + " " + each.url()];
        }
        for (const auto& [name, count] : requests) {
            BOOST_TEST(count <= (name.starts_with("POST") ? 1U : 3U), "seed " << seed << ": " << name);
        }
        for (const auto& [n, one] : asked) {
            BOOST_TEST((one.ended <= one.deadline), "seed " << seed << ": " << n << " overran its deadline");
        }
        BOOST_TEST(desk.environment.sleepers() == 0U);
        const CarrierStatistics seen = desk.of("alpha");
        BOOST_TEST(seen.requests == desk.requests(), "seed " << seed);
        BOOST_TEST((seen.retries + seen.hedges) * 14 <= 500 + seen.requests, "seed " << seed);
        hedges += seen.hedges;
        retries += seen.retries;
        refused += std::min(seen.refused_by_breaker, seen.refused_by_rate);
    }
    BOOST_TEST(hedges > 100U);  // the seeds reach what they are for
    BOOST_TEST(retries > 100U);
    BOOST_TEST(refused > 10U);
}

BOOST_AUTO_TEST_CASE(the_carrier_sees_no_more_than_its_rate_and_is_left_alone_for_as_long_as_it_says) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::mt19937_64 chance(seed);
        const double rate = static_cast<double>(10 + chance() % 200) / 10;
        ResilienceOptions options;
        options.rates["alpha"] = rate;
        options.burst = 1 + static_cast<std::uint32_t>(chance() % 5);
        options.hedge_after = chance() % 2 == 0 ? Duration(50ms) : Duration(0);
        Desk desk(options, seed);
        std::vector<Moment> seen;
        Moment closed_until{};
        unsigned early = 0;
        desk.script.on_any("a.example", [&](const Request&) {
            const Moment now = desk.environment.now();
            seen.push_back(now);
            early += now < closed_until ? 1 : 0;
            if (chance() % 20 != 0) { return Response(chance() % 5 == 0 ? 503 : 200); }
            const auto seconds = 1 + chance() % 3;
            closed_until = std::max<Moment>(closed_until, now + std::chrono::seconds(seconds));
            return busy(429, std::to_string(seconds).c_str());
        });
        for (std::uint64_t n = 0; n < 150; ++n) {
            desk.start(n % 5 == 0 ? order(n) : read(n), up_to(20s, chance()));
            desk.environment.advance(up_to(100ms, chance()));
        }
        desk.environment.advance(1min);
        BOOST_TEST(early == 0U, "seed " << seed << ": " << early << " before the time that the carrier named");
        std::size_t worst = 0;
        for (std::size_t last = 0; last < seen.size(); ++last) {
            for (std::size_t first = 0; first <= last; ++first) {
                const double span = std::chrono::duration<double>(seen[last] - seen[first]).count();
                if (static_cast<double>(last - first + 1) > rate * span + options.burst + 1e-6) { ++worst; }
            }
        }
        BOOST_TEST(worst == 0U, "seed " << seed << ": " << worst << " spans with too many requests");
        BOOST_TEST(seen.size() > 10U);
    }
}

BOOST_AUTO_TEST_CASE(sixteen_seconds_after_a_storm_everything_is_answered) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        std::mt19937_64 chance(seed);
        Desk desk(ResilienceOptions{}, seed);
        const Moment end = desk.environment.now() + 20s + up_to(20s, chance());
        bool storm = true;
        desk.script.on_any("a.example", [&](const Request&) {
            if (!storm) { return Response(200); }
            switch (chance() % 3) {
                case 0: throw Exception({.code = errc::unreachable, .message = "lost", .sent = chance() % 2 == 0});
                case 1: return busy(503, "1");
                default: return Response(502);
            }
        });
        std::uint64_t n = 0;
        const auto ask = [&] { return desk.start(++n % 3 == 0 ? order(n) : read(n), 5s); };
        while (desk.environment.now() < end) {
            ask();
            desk.environment.advance(100ms + up_to(400ms, chance()));
        }
        BOOST_TEST((desk.of("alpha").breaker != Breaker::State::closed), "seed " << seed << ": the storm was none");
        storm = false;
        while (desk.environment.now() < end + 16s) {
            ask();
            desk.environment.advance(1s);
        }
        std::vector<std::shared_ptr<Desk::Ended>> all;
        for (int i = 0; i < 20; ++i) { all.push_back(ask()); }
        desk.environment.advance(5s);
        for (const auto& each : all) { BOOST_TEST(each->has_value(), "seed " << seed); }
    }
}

BOOST_AUTO_TEST_CASE(many_threads_ask_two_carriers_and_every_request_is_counted) {
    static constexpr CarrierInfo steady{.name = "steady", .requests_per_second = 5'000};
    constexpr int callers = 300;
    ScriptedTransport script;
    std::atomic<unsigned> turn = 0;
    script.on_any("example", [&turn](const Request&) { return Response(turn++ % 7 == 0 ? 503 : 200); });
    script.on(Method::get, "slow", testing::delayed(5ms, Response(200)));
    // [wrap]
    transports::ResilienceOptions options;
    options.backoff.base = 1ms;
    options.breaker.failures = 20;
    options.hedge_after = 2ms;
    transports::Resilient transport(script, options);
    // [/wrap]

    boost::asio::thread_pool pool(4);
    std::vector<std::future<Response>> asked;
    const Deadline deadline = std::chrono::steady_clock::now() + 60s;
    for (int i = 0; i < callers; ++i) {
        const CarrierInfo& carrier = i % 2 == 0 ? alpha : steady;
        const std::string url = std::string("https://a.example/") + (i % 10 < 3 ? "slow" : "quick");
        Request request = i % 5 == 0 ? Request::post(url).of(carrier) : Request::get(url).of(carrier);
        asked.push_back(
            boost::asio::co_spawn(pool, transport.send(std::move(request), deadline), boost::asio::use_future));
        if (i % 50 == 0) { BOOST_TEST(transport.statistics().size() <= 2U); }
    }
    int answered = 0;
    for (auto& each : asked) { answered += each.get().status != 0 ? 1 : 0; }
    pool.join();
    BOOST_TEST(answered == callers);
    std::uint64_t requests = 0, repeats = 0, hedges = 0;
    for (const CarrierStatistics& each : transport.statistics()) {
        requests += each.requests;
        repeats += each.retries + each.hedges;
        hedges += each.hedges;
    }
    BOOST_TEST(requests == callers + repeats);
    BOOST_TEST(hedges > 0U);
    BOOST_TEST(script.requests().size() <= requests);  // a hedge may be called off before it went
    BOOST_TEST(script.requests().size() >= static_cast<std::size_t>(callers));
}

BOOST_AUTO_TEST_SUITE_END()
