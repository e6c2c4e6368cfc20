// SPDX-License-Identifier: BSL-1.0
// The parts of Resilient, each alone: no transport, no coroutine, no clock.
#include <tandem/transports/resilience/gate.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace tandem;
using namespace std::chrono_literals;
using transports::Backoff;
using transports::Breaker;
using transports::ResilienceOptions;
using transports::RetryBudget;
using transports::TokenBucket;
using transports::up_to;
using transports::detail::Gate;
using transports::detail::Outcome;

constexpr Moment start = Moment() + 1h;
constexpr std::uint64_t seeds = 200;

auto no_chance() {
    return [] { return std::uint64_t{0}; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resilience_backoff)

BOOST_AUTO_TEST_CASE(the_limit_doubles_up_to_the_longest) {
    const Backoff backoff{.base = 100ms, .longest = 1s};
    BOOST_TEST((backoff.limit(1) == 200ms));
    BOOST_TEST((backoff.limit(2) == 400ms));
    BOOST_TEST((backoff.limit(3) == 800ms));
    BOOST_TEST((backoff.limit(4) == 1s));
    BOOST_TEST((backoff.limit(4'000'000'000) == 1s));
    BOOST_TEST((Backoff{.base = 0ms}.limit(1'000) == 0ms));
    BOOST_TEST((Backoff{.base = 5s, .longest = 2s}.limit(1) == 2s));
    BOOST_TEST((Backoff{.base = Duration::max() / 2, .longest = Duration::max()}.limit(1) > 0s));
}

BOOST_AUTO_TEST_CASE(jitter_fills_the_whole_span_and_never_leaves_it) {
    const Backoff backoff;
    std::mt19937_64 random(1);
    for (std::uint32_t failures = 1; failures <= 6; ++failures) {
        const Duration limit = backoff.limit(failures);
        std::array<int, 4> quarters{};
        for (int i = 0; i < 4'000; ++i) {
            const Duration wait = backoff.wait(failures, random());
            BOOST_TEST_REQUIRE((wait >= 0s && wait < limit));
            ++quarters[static_cast<std::size_t>(4 * wait / limit)];
        }
        for (const int quarter : quarters) { BOOST_TEST((quarter > 800 && quarter < 1'200), quarter << " of 4000"); }
    }
    BOOST_TEST((up_to(0s, 7) == 0s));
    BOOST_TEST((up_to(-1s, 7) == 0s));
    BOOST_TEST((up_to(1s, ~std::uint64_t{0}) < 1s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(resilience_retry_budget)

BOOST_AUTO_TEST_CASE(thirty_five_repeats_at_once_then_one_for_fourteen_successes) {
    RetryBudget budget({});
    int granted = 0;
    while (budget.take()) { ++granted; }
    BOOST_TEST(granted == 35);
    BOOST_TEST(budget.left() == 10U);
    for (int i = 0; i < 4; ++i) {
        BOOST_TEST(!budget.take());
        budget.refill();
    }
    BOOST_TEST(budget.take());
    for (int i = 0; i < 13; ++i) { budget.refill(); }
    BOOST_TEST(!budget.take());
    budget.refill();
    BOOST_TEST(budget.take());
}

BOOST_AUTO_TEST_CASE(a_full_budget_grows_no_further) {
    RetryBudget budget({.tokens = 20, .cost = 14, .refill = 9});
    for (int i = 0; i < 100; ++i) { budget.refill(); }
    BOOST_TEST(budget.left() == 20U);
    BOOST_TEST(budget.take());
    budget.refill();
    BOOST_TEST(budget.left() == 15U);
    budget.refill();
    BOOST_TEST(budget.left() == 20U);
    BOOST_TEST(!RetryBudget({.tokens = 0}).take());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(resilience_token_bucket)

BOOST_AUTO_TEST_CASE(turns_are_handed_out_at_the_rate_in_the_order_of_asking) {
    TokenBucket bucket(10, 1);
    for (int i = 0; i < 5; ++i) { BOOST_TEST((bucket.take(start, start + 10s) == start + i * 100ms)); }
    BOOST_TEST((bucket.take(start + 1s, start + 10s) == start + 1s));
    BOOST_TEST((bucket.take(start + 1s, start + 10s) == start + 1s + 100ms));
}

BOOST_AUTO_TEST_CASE(a_burst_is_there_after_a_silence_and_not_twice) {
    TokenBucket bucket(10, 3);
    for (int i = 0; i < 3; ++i) { BOOST_TEST((bucket.take(start, start + 10s) == start)); }
    BOOST_TEST((bucket.take(start, start + 10s) == start + 100ms));
    BOOST_TEST((bucket.take(start + 1h, start + 2h) == start + 1h));
    BOOST_TEST((bucket.take(start + 1h, start + 2h) == start + 1h));
    BOOST_TEST((bucket.take(start + 1h, start + 2h) == start + 1h));
    BOOST_TEST((bucket.take(start + 1h, start + 2h) == start + 1h + 100ms));
}

BOOST_AUTO_TEST_CASE(a_turn_that_would_be_too_late_is_not_taken) {
    TokenBucket bucket(1, 1);
    BOOST_TEST((bucket.take(start, start) == start));
    for (int i = 0; i < 100; ++i) { BOOST_TEST(!bucket.take(start, start + 999ms)); }
    BOOST_TEST((bucket.next(start) == start + 1s));
    BOOST_TEST((bucket.take(start, start + 1s) == start + 1s));
}

BOOST_AUTO_TEST_CASE(closing_voids_the_turns_before_and_leaves_one_token) {
    for (const std::uint32_t burst : {1U, 5U}) {
        TokenBucket bucket(10, burst);
        const Moment turn = bucket.take(start, start + 10s).value();
        bucket.close_until(start + 5s);
        BOOST_TEST(bucket.is_void(turn));
        BOOST_TEST((bucket.take(start, start + 10s) == start + 5s));
        BOOST_TEST((bucket.take(start, start + 10s) == start + 5s + 100ms));
        BOOST_TEST(!bucket.is_void(start + 5s));
        bucket.close_until(start + 1s);  // a shorter wait does not open it
        BOOST_TEST(bucket.is_void(start + 4s));
    }
}

BOOST_AUTO_TEST_CASE(no_rate_is_no_limit_but_a_closed_bucket_is_closed) {
    for (const double rate :
         {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        TokenBucket bucket(rate, 1);
        for (int i = 0; i < 100; ++i) { BOOST_TEST((bucket.take(start, start) == start)); }
        bucket.close_until(start + 1s);
        BOOST_TEST(!bucket.take(start, start));
        BOOST_TEST((bucket.take(start, start + 1s) == start + 1s));
    }
    TokenBucket glacial(1e-300, 4'000'000'000U);
    BOOST_TEST((glacial.take(start, start) == start));
}

BOOST_AUTO_TEST_CASE(no_span_of_time_sees_more_than_its_rate_and_a_burst) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        std::mt19937_64 random(seed);
        const double rate = 1 + static_cast<double>(random() % 400) / 10;
        const std::uint32_t burst = 1 + static_cast<std::uint32_t>(random() % 8);
        TokenBucket bucket(rate, burst);
        std::vector<Moment> turns;
        Moment now = start;
        for (int i = 0; i < 120; ++i) {
            if (random() % 3 == 0) { now += up_to(1s, random()); }
            if (random() % 30 == 0) {
                bucket.close_until(now + up_to(2s, random()));
                std::erase_if(turns, [&](Moment turn) { return turn >= now && bucket.is_void(turn); });
            }
            if (const auto turn = bucket.take(now, now + up_to(3s, random()))) { turns.push_back(*turn); }
        }
        for (std::size_t last = 0; last < turns.size(); ++last) {
            for (std::size_t first = 0; first <= last; ++first) {
                const double span = std::chrono::duration<double>(turns[last] - turns[first]).count();
                BOOST_TEST_REQUIRE(static_cast<double>(last - first + 1) <= rate * span + burst + 1e-6,
                                   "seed " << seed << ": " << last - first + 1 << " in " << span << " s");
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(resilience_breaker)

using Pass = Breaker::Pass;
using State = Breaker::State;

enum class Event { admit, succeed, fail, drop };

BOOST_AUTO_TEST_CASE(every_state_answers_every_event) {
    struct Row {
        const char* name;
        State from;
        bool probing;  // of half open: whether the probe is out
        Event event;
        Pass pass;  // who reports; of admit: what comes out
        State to;
    };
    const Row rows[]{
        {"closed admits", State::closed, false, Event::admit, Pass::ordinary, State::closed},
        {"closed stays with a success", State::closed, false, Event::succeed, Pass::ordinary, State::closed},
        {"closed opens with the last failure", State::closed, false, Event::fail, Pass::ordinary, State::open},
        {"closed stays without an outcome", State::closed, false, Event::drop, Pass::ordinary, State::closed},
        {"open refuses", State::open, false, Event::admit, Pass::refused, State::open},
        {"open hears no late success", State::open, false, Event::succeed, Pass::ordinary, State::open},
        {"open hears no late failure", State::open, false, Event::fail, Pass::ordinary, State::open},
        {"open hears no late end", State::open, false, Event::drop, Pass::ordinary, State::open},
        {"half open sends a probe", State::half_open, false, Event::admit, Pass::probe, State::half_open},
        {"half open sends one probe", State::half_open, true, Event::admit, Pass::refused, State::half_open},
        {"the probe's success closes", State::half_open, true, Event::succeed, Pass::probe, State::closed},
        {"the probe's failure opens", State::half_open, true, Event::fail, Pass::probe, State::open},
        {"a lost probe is replaced", State::half_open, true, Event::drop, Pass::probe, State::half_open},
        {"half open hears no late success", State::half_open, true, Event::succeed, Pass::ordinary, State::half_open},
        {"half open hears no late failure", State::half_open, true, Event::fail, Pass::ordinary, State::half_open},
        {"half open hears no late end", State::half_open, true, Event::drop, Pass::ordinary, State::half_open},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Breaker breaker({.failures = 2, .cool_down = 10s});
            Moment now = start;
            breaker.fail(Pass::ordinary, now, 0);
            if (row.from != State::closed) { breaker.fail(Pass::ordinary, now, 0); }
            if (row.from == State::half_open) {
                now += 10s;
                BOOST_TEST_REQUIRE((breaker.admit(now) == Pass::probe));
                if (!row.probing) { breaker.drop(Pass::probe); }
            }
            BOOST_TEST_REQUIRE((breaker.state() == row.from));
            switch (row.event) {
                case Event::admit:
                    BOOST_TEST(breaker.refuses(now) == (row.pass == Pass::refused));
                    BOOST_TEST((breaker.admit(now) == row.pass));
                    break;
                case Event::succeed: breaker.succeed(row.pass); break;
                case Event::fail: breaker.fail(row.pass, now, 0); break;
                case Event::drop: breaker.drop(row.pass); break;
            }
            BOOST_TEST(name_of(breaker.state()) == name_of(row.to));
            if (row.to == State::open && row.event == Event::fail && row.from != State::open) {
                BOOST_TEST((breaker.retry_at() == now + 10s));
            }
            if (row.event == Event::drop && row.pass == Pass::probe) {
                BOOST_TEST((breaker.admit(now) == Pass::probe));
                BOOST_TEST((breaker.admit(now) == Pass::refused));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(only_failures_in_a_row_open_it) {
    Breaker breaker({.failures = 3});
    for (int i = 0; i < 100; ++i) {
        breaker.fail(Pass::ordinary, start, 0);
        breaker.fail(Pass::ordinary, start, 0);
        breaker.succeed(Pass::ordinary);
    }
    BOOST_TEST((breaker.state() == State::closed));
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST((breaker.admit(start) == Pass::ordinary));
        breaker.fail(Pass::ordinary, start, 0);
    }
    BOOST_TEST((breaker.admit(start) == Pass::refused));
    BOOST_TEST(breaker.failed() == 3U);
}

BOOST_AUTO_TEST_CASE(a_closed_breaker_forgets_what_was_before) {
    Breaker breaker({.failures = 2, .cool_down = 1s});
    breaker.fail(Pass::ordinary, start, 0);
    breaker.fail(Pass::ordinary, start, 0);
    BOOST_TEST((breaker.admit(start + 1s) == Pass::probe));
    breaker.succeed(Pass::probe);
    breaker.fail(Pass::ordinary, start + 1s, 0);
    BOOST_TEST((breaker.admit(start + 1s) == Pass::ordinary));
}

BOOST_AUTO_TEST_CASE(the_cool_down_is_spread_by_half_of_itself) {
    std::mt19937_64 random(1);
    Duration least = 1h, most = 0s;
    for (int i = 0; i < 1'000; ++i) {
        Breaker breaker({.failures = 1, .cool_down = 10s});
        breaker.fail(Pass::ordinary, start, random());
        least = std::min(least, breaker.retry_at() - start);
        most = std::max(most, breaker.retry_at() - start);
    }
    BOOST_TEST((least >= 10s && least < 10s + 100ms));
    BOOST_TEST((most > 15s - 100ms && most < 15s));
}

BOOST_AUTO_TEST_CASE(without_a_number_of_failures_it_never_opens) {
    Breaker breaker({.failures = 0});
    for (int i = 0; i < 1'000; ++i) { breaker.fail(Pass::ordinary, start, 0); }
    BOOST_TEST((breaker.admit(start) == Pass::ordinary));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(resilience_gate)

using transports::detail::Health;
using transports::detail::health_of;

Outcome failed(errc code) { return Error{.code = code}; }

BOOST_AUTO_TEST_CASE(illness_is_no_answer_or_5xx_and_never_a_limit) {
    struct Row {
        const char* name;
        Outcome outcome;
        Duration lasted;
        Health health;
    };
    const Row rows[]{
        {"200", Response(200), 0s, Health::well},
        {"404", Response(404), 0s, Health::well},
        {"408", Response(408), 0s, Health::well},
        {"429", Response(429), 0s, Health::unclear},
        {"500", Response(500), 0s, Health::ill},
        {"501", Response(501), 0s, Health::ill},
        {"503", Response(503), 0s, Health::ill},
        {"509", Response(509), 0s, Health::unclear},
        {"unreachable", failed(errc::unreachable), 0s, Health::ill},
        {"a second's silence", failed(errc::timeout), 1s, Health::ill},
        {"a caller without patience", failed(errc::timeout), 999ms, Health::unclear},
        {"the caller gave up", failed(errc::cancelled), 1h, Health::unclear},
        {"malformed", failed(errc::malformed_reply), 0s, Health::unclear},
        {"a wrong setting", failed(errc::settings), 0s, Health::unclear},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) { BOOST_TEST((health_of(row.outcome, row.lasted, 1s) == row.health)); }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_is_not_held_back_until_no_time_is_left_to_answer_it) {
    const ResilienceOptions options{.patience = 1s};
    for (const bool changes : {false, true}) {
        BOOST_TEST_CONTEXT((changes ? "a purchase" : "a search")) {
            Gate gate("alpha", 1, options);
            Gate::Turn first{}, second{.changes = changes};
            BOOST_TEST(std::holds_alternative<Breaker::Pass>(gate.admit(first, start, start + 10s)));
            const auto admission = gate.admit(second, start, start + 1500ms);
            BOOST_TEST(std::holds_alternative<Error>(admission) == changes);
            if (const Error* refusal = std::get_if<Error>(&admission)) {
                BOOST_TEST((refusal->code == errc::rate_limited));
                BOOST_TEST(!refusal->sent);
                BOOST_TEST((refusal->retry_after == 1s));
            }
            Gate::Turn patient{.changes = changes};
            BOOST_TEST(std::holds_alternative<Duration>(gate.admit(patient, start, start + 10s)));
        }
    }
    Gate idle("alpha", 1, options);  // who need not wait goes, however little time is left
    Gate::Turn hurried{.changes = true};
    BOOST_TEST(std::holds_alternative<Breaker::Pass>(idle.admit(hurried, start, start + 1ms)));
}

BOOST_AUTO_TEST_CASE(a_carrier_cannot_stop_us_for_longer_than_the_longest_pause) {
    const ResilienceOptions options{.longest_pause = 5min};
    Gate gate("alpha", 0, options);
    Response reply(429);
    reply.fields.push_back({"Retry-After", "4294967295"});
    gate.learn(Breaker::Pass::ordinary, reply, 0s, start, no_chance());
    Gate::Turn turn{};
    const auto admission = gate.admit(turn, start, start + 24h);
    BOOST_TEST_REQUIRE(std::holds_alternative<Duration>(admission));
    BOOST_TEST((std::get<Duration>(admission) == 5min));
    BOOST_TEST(!gate.plan_repeat(reply, 1, start, start + 24h, no_chance()));  // but itself it is not asked earlier
}

BOOST_AUTO_TEST_CASE(a_repeat_waits_at_least_what_the_carrier_wants) {
    const ResilienceOptions options;
    std::mt19937_64 random(1);
    Response reply(503);
    reply.fields.push_back({"Retry-After", "2"});
    for (int i = 0; i < 30; ++i) {
        Gate gate("alpha", 0, options);
        const auto wait = gate.plan_repeat(reply, 1, start, start + 10s, random);
        BOOST_TEST_REQUIRE(wait.has_value());
        BOOST_TEST((*wait >= 2s && *wait < 2s + options.backoff.limit(1)));
    }
    Gate gate("alpha", 0, options);
    BOOST_TEST(!gate.plan_repeat(reply, 1, start, start + 2s, no_chance()));
    BOOST_TEST(gate.statistics().budget == 500U);  // what is not repeated costs nothing
}

BOOST_AUTO_TEST_CASE(no_hedge_goes_to_a_carrier_near_its_limits) {
    const ResilienceOptions options{.budget = {.tokens = 14}};
    Gate gate("alpha", 10, options);
    Gate::Turn turn{};
    gate.admit(turn, start, start + 10s);
    BOOST_TEST(!gate.admit_hedge(start + 50ms));  // no token
    BOOST_TEST(gate.statistics().budget == 14U);
    BOOST_TEST(gate.admit_hedge(start + 100ms));
    BOOST_TEST(!gate.admit_hedge(start + 300ms));  // no budget
    Gate broken("alpha", 0, options);
    for (int i = 0; i < 5; ++i) { broken.learn(Breaker::Pass::ordinary, Response(500), 0s, start, no_chance()); }
    BOOST_TEST(!broken.admit_hedge(start + 1h));
    BOOST_TEST(gate.statistics().hedges == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
