// SPDX-License-Identifier: BSL-1.0
#include "resilient_desk.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace tandem;
using namespace std::chrono_literals;
using namespace resilient_tests;
using testing::delayed;
using testing::silence;
using transports::Breaker;

constexpr CarrierInfo alpha{.name = "alpha"};
constexpr CarrierInfo beta{.name = "beta"};
constexpr CarrierInfo metered{.name = "metered", .requests_per_second = 10};

Error lost(bool sent = false) { return {.code = errc::unreachable, .message = "lost", .sent = sent}; }

Request read(const CarrierInfo& carrier = alpha) { return Request::get("https://a.example/numbers").of(carrier); }
Request order(const CarrierInfo& carrier = alpha) { return Request::post("https://a.example/orders").of(carrier); }

ResilienceOptions hedging(Duration after) {
    ResilienceOptions options;
    options.hedge_after = after;
    return options;
}

int status_of(const Result<Response>& ended) { return ended ? ended->status : 0; }
bool fails_with(const Result<Response>& ended, errc code) { return !ended && ended.error().code == code; }

}  // namespace

BOOST_AUTO_TEST_SUITE(resilient)

static_assert(Transport<transports::Resilient<ScriptedTransport>>);
static_assert(Transport<transports::Resilient<transports::Resilient<ScriptedTransport>>>);

BOOST_AUTO_TEST_CASE(what_may_pass_is_repeated_and_nothing_else) {
    struct Row {
        const char* name;
        testing::Answer answer;
        std::size_t requests;
    };
    const auto failure = [](errc code) { return Error{.code = code, .message = "no", .sent = true}; };
    const Row rows[]{
        {"200", Response(200), 1},
        {"302", Response(302), 1},
        {"400", Response(400), 1},
        {"401", Response(401), 1},
        {"404", Response(404), 1},
        {"408", Response(408), 1},
        {"429", Response(429), 3},
        {"500", Response(500), 3},
        {"501", Response(501), 1},
        {"502", Response(502), 3},
        {"503", Response(503), 3},
        {"504", Response(504), 3},
        {"509", Response(509), 3},
        {"unreachable", failure(errc::unreachable), 3},
        {"timeout with time left", failure(errc::timeout), 3},
        {"malformed", failure(errc::malformed_reply), 1},
        {"too large", failure(errc::reply_too_large), 1},
        {"cancelled", failure(errc::cancelled), 1},
        {"settings", failure(errc::settings), 1},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Desk desk;
            desk.script.on(Method::get, "numbers", row.answer);
            desk.send(read());
            BOOST_TEST(desk.requests() == row.requests);
            BOOST_TEST(desk.of("alpha").requests == row.requests);
            BOOST_TEST(desk.of("alpha").retries == row.requests - 1);
            Desk buyer;
            buyer.script.on(Method::post, "orders", row.answer);
            buyer.send(order());
            BOOST_TEST(buyer.requests() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_changes_something_is_sent_once_even_when_it_never_left) {
    ResilienceOptions options = hedging(1ms);
    options.attempts = 100;
    for (const Method method : {Method::post, Method::put, Method::patch, Method::delete_}) {
        for (const bool sent : {false, true}) {
            BOOST_TEST_CONTEXT(name_of(method) << (sent ? ", sent" : ", unsent")) {
                Desk desk(options);
                desk.script.on(method, "orders", delayed(1s, lost(sent)), Response(200));
                const auto ended = desk.send(Request(method, "https://a.example/orders"));
                BOOST_TEST(ended.error().sent == sent);
                BOOST_TEST(desk.requests() == 1U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_changing_request_that_fails_is_not_followed_by_another_for_any_answer) {
    for (const int status : {429, 500, 502, 503, 504}) {
        Desk desk;
        desk.script.on(Method::post, "orders", busy(status, "0"), Response(200));
        BOOST_TEST(status_of(desk.send(order())) == status);
        BOOST_TEST(desk.requests() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_post_that_only_asks_is_repeated) {
    Desk desk;
    desk.script.on(Method::post, "search", Response(503), Response(200));
    BOOST_TEST(status_of(desk.send(Request::post("https://a.example/search").reads().of(alpha))) == 200);
}

BOOST_AUTO_TEST_CASE(the_last_answer_is_what_the_caller_gets) {
    Desk replies;
    replies.script.on(Method::get, "numbers", lost(), Response(500), Response(503, "busy"));
    const auto ended = replies.send(read());
    BOOST_TEST_REQUIRE(status_of(ended) == 503);
    BOOST_TEST(ended->body == "busy");

    Desk failures;
    failures.script.on(Method::get, "numbers", Response(503), Response(503), lost());
    const auto failed = failures.send(read());
    BOOST_TEST(fails_with(failed, errc::unreachable));
    BOOST_TEST(failed.error().message == "lost");
}

BOOST_AUTO_TEST_CASE(an_error_was_sent_if_any_attempt_was) {
    struct Row {
        const char* name;
        std::vector<testing::Answer> answers;
        bool sent;
    };
    const Row rows[]{
        {"none", {lost(), lost(), lost()}, false},          {"the first", {lost(true), lost(), lost()}, true},
        {"the second", {lost(), lost(true), lost()}, true}, {"the last", {lost(), lost(), lost(true)}, true},
        {"a reply", {Response(503), lost(), lost()}, true},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Desk desk;
            desk.script.on(Method::get, "numbers", row.answers);
            BOOST_TEST(desk.send(read()).error().sent == row.sent);
        }
    }
}

BOOST_AUTO_TEST_CASE(retry_after_is_waited_for_within_the_deadline) {
    Desk patient;
    patient.script.on(Method::get, "numbers", busy(429, "3"), Response(200));
    const Moment before = patient.environment.now();
    BOOST_TEST(status_of(patient.send(read(), 10s)) == 200);
    BOOST_TEST((patient.environment.now() - before >= 3s && patient.environment.now() - before < 4s));

    Desk hurried;
    hurried.script.on(Method::get, "numbers", busy(429, "3"), Response(200));
    const Moment now = hurried.environment.now();
    BOOST_TEST(status_of(hurried.send(read(), 3s)) == 429);
    BOOST_TEST((hurried.environment.now() == now));
}

BOOST_AUTO_TEST_CASE(a_date_to_wait_for_counts_from_that_of_the_reply_or_from_its_coming) {
    for (const bool is_dated : {true, false}) {
        BOOST_TEST_CONTEXT((is_dated ? "dated" : "undated")) {
            Desk desk;
            const UnixTime written = desk.environment.time() + (is_dated ? 1h : 0h);  // by the carrier's clock
            Response limited = busy(429, wire::detail::to_http_date(written + 3s));
            if (is_dated) { limited.fields.push_back({"Date", wire::detail::to_http_date(written)}); }
            desk.script.on(Method::get, "numbers", limited, Response(200));
            const Moment before = desk.environment.now();
            BOOST_TEST(status_of(desk.send(read(), 10s)) == 200);
            BOOST_TEST((desk.environment.now() - before >= 3s && desk.environment.now() - before < 4s));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_limit_told_to_a_purchase_holds_for_searches_too) {
    Desk desk;
    desk.script.on(Method::post, "orders", busy(429, "20")).on(Method::get, "numbers", Response(200));
    desk.send(order());
    const auto refused = desk.send(read(), 5s);
    BOOST_TEST(fails_with(refused, errc::rate_limited));
    BOOST_TEST(!refused.error().sent);
    BOOST_TEST((refused.error().retry_after == 20s));
    BOOST_TEST(status_of(desk.send(read(beta), 5s)) == 200);  // another carrier's bucket
    const Moment before = desk.environment.now();
    BOOST_TEST(status_of(desk.send(read(), 30s)) == 200);
    BOOST_TEST((desk.environment.now() - before == 20s));
    BOOST_TEST(desk.of("alpha").refused_by_rate == 1U);
    BOOST_TEST((desk.of("alpha").breaker == Breaker::State::closed));
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_token_when_the_carrier_closes_waits_anew) {
    Desk desk;
    desk.script.on(Method::get, "numbers", delayed(150ms, busy(429, "5")), Response(200));
    std::vector<std::shared_ptr<Desk::Ended>> all;
    const Moment before = desk.environment.now();
    std::vector<Duration> moments;
    desk.script.on(Method::get, "later", [&](const Request&) {
        moments.push_back(desk.environment.now() - before);
        return Response(200);
    });
    desk.start(read(metered));
    for (int i = 0; i < 4; ++i) { all.push_back(desk.start(Request::get("https://a.example/later").of(metered))); }
    desk.environment.advance(30s);
    BOOST_TEST_REQUIRE(moments.size() == 4U);
    BOOST_TEST((moments[0] == 100ms));  // before the reply
    for (std::size_t i = 1; i < 4; ++i) { BOOST_TEST((moments[i] >= 5150ms)); }
    for (std::size_t i = 2; i < 4; ++i) { BOOST_TEST((moments[i] - moments[i - 1] >= 100ms)); }
    for (const auto& each : all) { BOOST_TEST(status_of(*each) == 200); }
}

BOOST_AUTO_TEST_CASE(the_published_rate_spaces_requests_and_refuses_what_would_be_late) {
    Desk desk;
    desk.script.on(Method::get, "numbers", Response(200));
    std::vector<std::shared_ptr<Desk::Ended>> all;
    for (int i = 0; i < 30; ++i) { all.push_back(desk.start(read(metered), 2s)); }
    desk.environment.advance(0s);
    BOOST_TEST(desk.requests() == 1U);
    for (std::size_t i = 20; i < 30; ++i) {  // known at once, not after the deadline
        BOOST_TEST(fails_with(*all[i], errc::rate_limited));
        BOOST_TEST(!all[i]->error().sent);
        BOOST_TEST((all[i]->error().retry_after == 2s));
    }
    desk.environment.advance(2s);
    for (std::size_t i = 0; i < 20; ++i) { BOOST_TEST(status_of(*all[i]) == 200); }
    BOOST_TEST(desk.of("metered").refused_by_rate == 10U);
    BOOST_TEST(desk.of("metered").requests == 20U);
}

BOOST_AUTO_TEST_CASE(a_rate_of_ones_own_overrides_the_published_one) {
    ResilienceOptions options;
    options.rates = {{"metered", 0.0}, {"alpha", 1.0}, {"a.example:8443", 1.0}};
    Desk desk(options);
    desk.script.on(Method::get, "example", Response(200));
    struct Row {
        const char* name;
        Request request;
        bool limited;
    };
    const Row rows[]{
        {"set to none", read(metered), false},
        {"set", read(alpha), true},
        {"neither published nor set", read(beta), false},
        {"no carrier, another origin", Request::get("https://a.example/?x=https://a.example:8443"), false},
        {"no carrier", Request::get("https://a.example:8443/numbers"), true},
        {"no carrier, a query", Request::get("https://a.example:8443?x"), true},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            desk.environment.advance(1h);
            desk.send(row.request, 500ms);
            BOOST_TEST(fails_with(desk.send(row.request, 500ms), errc::rate_limited) == row.limited);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_names_in_the_statistics_hold_no_user_and_no_query) {
    Desk desk;
    desk.script.on(Method::get, "example", Response(200));
    desk.send(Request::get("https://b.example/path?token=hidden"));
    desk.send(Request::get("https://user:hidden@b.example/"));
    for (const CarrierStatistics& each : desk.transport.statistics()) {
        BOOST_TEST(each.carrier.find("hidden") == std::string::npos, each.carrier);
    }
}

BOOST_AUTO_TEST_CASE(an_ill_carrier_is_left_alone_then_probed_once) {
    Desk desk;
    desk.script.on(Method::get, "numbers", lost());
    desk.script.on(Method::get, "fine", Response(200));
    for (int i = 0; i < 2; ++i) { desk.send(read()); }  // three attempts, then two
    BOOST_TEST(desk.requests() == 5U);
    const auto refused = desk.send(read());
    BOOST_TEST(desk.requests() == 5U);
    BOOST_TEST(fails_with(refused, errc::unreachable));
    BOOST_TEST(!refused.error().sent);
    BOOST_TEST(refused.error().message.find("alpha") == 0U);
    BOOST_TEST_REQUIRE(refused.error().retry_after.has_value());
    BOOST_TEST((*refused.error().retry_after > 9s && *refused.error().retry_after <= 15s));
    BOOST_TEST(fails_with(desk.send(order()), errc::unreachable));  // a purchase is refused too, and was not sent
    BOOST_TEST(status_of(desk.send(Request::get("https://a.example/fine").of(beta))) == 200);
    BOOST_TEST((desk.of("alpha").breaker == Breaker::State::open));

    desk.environment.advance(*refused.error().retry_after);
    desk.script.on(Method::get, "numbers", delayed(2s, Response(200)));
    const auto probe = desk.start(read());
    std::vector<std::shared_ptr<Desk::Ended>> beside;
    for (int i = 0; i < 10; ++i) { beside.push_back(desk.start(read())); }
    desk.environment.advance(1s);
    BOOST_TEST(desk.requests() == 7U);  // the probe, and beta's
    BOOST_TEST((desk.of("alpha").breaker == Breaker::State::half_open));
    for (const auto& each : beside) {
        BOOST_TEST(fails_with(*each, errc::unreachable));
        BOOST_TEST((each->error().retry_after == 1s));
    }
    desk.environment.advance(1s);
    BOOST_TEST(status_of(*probe) == 200);
    BOOST_TEST(status_of(desk.send(read())) == 200);
    BOOST_TEST(desk.of("alpha").refused_by_breaker == 13U);  // one of them a repeat, when the breaker opened
}

BOOST_AUTO_TEST_CASE(a_probe_that_fails_is_not_repeated_before_the_next_cool_down) {
    Desk desk;
    desk.script.on(Method::get, "numbers", Response(503));
    for (int i = 0; i < 3; ++i) { desk.send(read()); }
    BOOST_TEST(desk.requests() == 5U);
    for (std::size_t probes = 1; probes <= 5; ++probes) {
        desk.environment.advance(15s);
        BOOST_TEST(status_of(desk.send(read())) == 503);
        BOOST_TEST(desk.requests() == 5U + probes);
    }
}

BOOST_AUTO_TEST_CASE(whoever_only_buys_gets_through_again_and_the_probe_is_sent_once) {
    Desk desk;
    desk.script.on(Method::post, "orders", lost(true), lost(true), lost(true), lost(true), lost(true), Response(200));
    for (int i = 0; i < 20; ++i) { desk.send(order()); }
    BOOST_TEST(desk.requests() == 5U);
    desk.environment.advance(15s);
    BOOST_TEST(status_of(desk.send(order())) == 200);
    BOOST_TEST(desk.requests() == 6U);
    BOOST_TEST((desk.of("alpha").breaker == Breaker::State::closed));
}

BOOST_AUTO_TEST_CASE(a_caller_in_a_hurry_does_not_open_the_breaker) {
    Desk desk;
    desk.script.on(Method::get, "numbers", silence);
    for (int i = 0; i < 20; ++i) { BOOST_TEST(fails_with(desk.send(read(), 999ms), errc::timeout)); }
    BOOST_TEST((desk.of("alpha").breaker == Breaker::State::closed));
    for (int i = 0; i < 5; ++i) { desk.send(read(), 1s); }
    BOOST_TEST((desk.of("alpha").breaker == Breaker::State::open));
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_after_the_deadline) {
    Desk desk;
    desk.script.on(Method::get, "numbers", Response(200));
    for (const Duration left : {Duration(0), -Duration(1s)}) {
        const auto ended = desk.send(read(), left);
        BOOST_TEST(fails_with(ended, errc::timeout));
        BOOST_TEST(!ended.error().sent);
    }
    BOOST_TEST(desk.requests() == 0U);
}

BOOST_AUTO_TEST_CASE(a_slow_read_is_hedged_and_the_first_good_answer_wins) {
    struct Row {
        const char* name;
        std::vector<testing::Answer> answers;
        const char* body;  // empty: it failed
        Duration took;
        std::size_t requests;
    };
    const auto slow = [](Duration after, const char* body) { return delayed(after, Response(200, body)); };
    const Row rows[]{
        {"the first was in time", {slow(999ms, "1"), slow(0s, "2")}, "1", 999ms, 1},
        {"the hedge was faster", {slow(9s, "1"), slow(500ms, "2")}, "2", 1500ms, 2},
        {"the first was faster", {slow(1200ms, "1"), slow(9s, "2")}, "1", 1200ms, 2},
        {"the first is silent", {silence, slow(0s, "2")}, "2", 1s, 2},
        {"the hedge is silent", {slow(2s, "1"), silence}, "1", 2s, 2},
        {"the hedge failed first", {slow(2s, "1"), delayed(100ms, lost())}, "1", 2s, 2},
        {"the first failed first", {delayed(1100ms, lost()), slow(2s, "2")}, "2", 3s, 2},
        {"the first was told of a limit", {delayed(1100ms, Response(429)), slow(2s, "2")}, "2", 3s, 2},
        {"a refusal is an answer", {delayed(9s, Response(200)), delayed(500ms, Response(404, "no"))}, "no", 1500ms, 2},
        {"both are silent", {silence, silence}, "", 30s, 2},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Desk desk(hedging(1s));
            desk.script.on(Method::get, "numbers", row.answers);
            const Moment before = desk.environment.now();
            const auto ended = desk.send(read());
            BOOST_TEST((ended ? ended->body : "") == row.body);
            BOOST_TEST((desk.environment.now() - before == row.took));
            BOOST_TEST(desk.requests() == row.requests);
            BOOST_TEST(desk.of("alpha").hedges == row.requests - 1);
            BOOST_TEST(desk.environment.sleepers() == 0U);  // the loser has ended, not only been forgotten
            BOOST_TEST((desk.of("alpha").breaker == Breaker::State::closed));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_hedge_is_one_of_the_attempts) {
    Desk both(hedging(1s));
    both.script.on(Method::get, "numbers", delayed(2s, lost()));
    BOOST_TEST(fails_with(both.send(read()), errc::unreachable));
    BOOST_TEST(both.requests() == 3U);
    BOOST_TEST(both.of("alpha").hedges == 1U);
    BOOST_TEST(both.of("alpha").retries == 1U);
    BOOST_TEST(both.of("alpha").budget == 500U - 2 * 14U);

    Desk quick(hedging(1s));  // what fails at once is repeated, not hedged
    quick.script.on(Method::get, "numbers", lost());
    quick.send(read());
    BOOST_TEST(quick.requests() == 3U);
    BOOST_TEST(quick.of("alpha").hedges == 0U);
}

BOOST_AUTO_TEST_CASE(cancellation_ends_whatever_is_under_way_and_counts_neither_way) {
    struct Row {
        const char* name;
        ResilienceOptions options;
        std::vector<testing::Answer> answers;
        Duration when;
        bool sent;
    };
    ResilienceOptions slow_retry;
    slow_retry.backoff = {.base = 1h, .longest = 2h};
    const Row rows[]{
        {"the request", {}, {silence}, 5s, true},
        {"the wait before a repeat", slow_retry, {lost()}, 5s, false},
        {"the wait before a repeat, after a reply", slow_retry, {Response(503)}, 5s, true},
        {"a read before its hedge", hedging(10s), {silence}, 5s, true},
        {"a read and its hedge", hedging(1s), {silence}, 5s, true},
        {"a read whose hedge failed", hedging(1s), {silence, lost()}, 5s, true},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Desk desk(row.options);
            desk.script.on(Method::get, "numbers", row.answers);
            boost::asio::cancellation_signal signal;
            const auto ended = desk.start(read(), 24h, signal.slot());
            desk.environment.advance(row.when);
            signal.emit(boost::asio::cancellation_type::terminal);
            desk.environment.advance(0s);
            BOOST_TEST(fails_with(*ended, errc::cancelled));
            BOOST_TEST(ended->error().sent == row.sent);
            BOOST_TEST(desk.environment.sleepers() == 0U);
            const std::size_t requests = desk.requests();
            desk.environment.advance(24h);
            BOOST_TEST(desk.requests() == requests);
        }
    }
    Desk queue;  // the wait for a token
    queue.script.on(Method::get, "numbers", Response(200));
    boost::asio::cancellation_signal signal;
    queue.start(read(metered));
    const auto waiting = queue.start(read(metered), 30s, signal.slot());
    queue.environment.advance(50ms);
    signal.emit(boost::asio::cancellation_type::terminal);
    queue.environment.advance(1s);
    BOOST_TEST(fails_with(*waiting, errc::cancelled));
    BOOST_TEST(!waiting->error().sent);
    BOOST_TEST(queue.requests() == 1U);

    Desk often;  // however many give up, the carrier is not to blame
    often.script.on(Method::get, "numbers", silence);
    for (int i = 0; i < 20; ++i) {
        boost::asio::cancellation_signal stop;
        often.start(read(), 30s, stop.slot());
        often.environment.advance(5s);
        stop.emit(boost::asio::cancellation_type::terminal);
        often.environment.advance(0s);
    }
    BOOST_TEST((often.of("alpha").breaker == Breaker::State::closed));
    BOOST_TEST(often.of("alpha").budget == 500U);
}

BOOST_AUTO_TEST_CASE(a_probe_that_is_given_up_lets_the_next_one_go) {
    Desk desk;
    desk.script.on(Method::get, "numbers", lost(), lost(), lost(), lost(), lost(), silence, Response(200));
    for (int i = 0; i < 2; ++i) { desk.send(read()); }
    desk.environment.advance(15s);
    boost::asio::cancellation_signal signal;
    const auto probe = desk.start(read(), 30s, signal.slot());
    desk.environment.advance(1s);
    BOOST_TEST(fails_with(desk.send(read()), errc::unreachable));
    signal.emit(boost::asio::cancellation_type::terminal);
    desk.environment.advance(0s);
    BOOST_TEST(fails_with(*probe, errc::cancelled));
    BOOST_TEST(status_of(desk.send(read())) == 200);
}

BOOST_AUTO_TEST_CASE(what_runs_may_be_left_behind) {
    for (const Duration when : {Duration(0), Duration(500ms), Duration(1500ms), Duration(3s)}) {
        Desk desk(hedging(1s));
        desk.script.on(Method::get, "numbers", delayed(2s, lost()));
        desk.start(read());
        desk.start(order());
        desk.environment.advance(when);
    }  // the sanitizers look on
}

BOOST_AUTO_TEST_CASE(errors_of_no_transport_pass_through_and_leave_no_probe_behind) {
    struct Broken {
        Task<Response> send(Request, Deadline) {
            if (++*asked <= 5) { errors::raise(errc::unreachable, "lost"); }
            if (*asked == 6) { throw std::bad_alloc(); }
            co_return Response(200);
        }
        std::shared_ptr<int> asked = std::make_shared<int>(0);
    };
    boost::asio::io_context context;
    SimulatedEnvironment environment(context);
    transports::Resilient<Broken, SimulatedEnvironment> transport(Broken(), {}, environment);
    const auto ask = [&] { return environment.run(transport.send(read(), environment.now() + 30s)).status; };
    for (int i = 0; i < 2; ++i) { BOOST_CHECK_THROW(ask(), Exception); }
    environment.advance(15s);
    BOOST_CHECK_THROW(ask(), std::bad_alloc);
    BOOST_TEST(ask() == 200);
}

BOOST_AUTO_TEST_SUITE_END()
