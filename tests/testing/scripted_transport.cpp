// SPDX-License-Identifier: BSL-1.0
#include <tandem/run.hpp>
#include <tandem/testing/instantiates.hpp>
#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/testing/simulated_environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

namespace {

using namespace tandem;
using namespace std::chrono_literals;
using testing::delayed;
using testing::ScriptedTransport;
using testing::silence;

Deadline in(Duration left) { return std::chrono::steady_clock::now() + left; }

Response ask(ScriptedTransport transport, Request request, Duration left = 10s) {
    return run(transport.send(std::move(request), in(left)));
}

Error failure_of(ScriptedTransport transport, Request request, Duration left = 10s) {
    try {
        ask(std::move(transport), std::move(request), left);
    } catch (const Exception& failed) { return failed.error(); }
    BOOST_FAIL("the request did not fail");
    return {};
}

Error lost(bool sent) { return {.code = errc::unreachable, .message = "lost", .sent = sent}; }

/// Has every operation that a carrier can have, and asks a session for all that it offers.
struct Complete {
    static constexpr CarrierInfo info{.name = "complete"};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest&) const {
        NumberQuery query;
        auto view = session.numbers();
        const NumberPage page = co_await view.scan(query);
        SearchPage found;
        for (const Number& each : page.numbers) { found.offers.emplace_back().number = each.number; }
        co_return found;
    }
    Task<Number> acquire_number(auto& session, Number number) const {
        const std::string url = "https://complete.example/orders/" + session.operation().id.str();
        Request request = Request::post(url);
        const Response reply = co_await session.send(std::move(request));
        while (session.now() < session.operation().deadline && reply.status == 202) { co_await session.wait(1h); }
        number.carrier = session.gateways().empty() ? "" : session.gateways().front();
        co_return number;
    }
    Task<Number> disconnect_number(auto&, Number number) const { co_return number; }
    Task<std::vector<NumberStatus>> check_numbers(auto&, const std::vector<E164>&) const {
        co_return std::vector<NumberStatus>();
    }
    Task<Number> follow_order(auto&, Number number) const { co_return number; }
    Task<std::optional<Number>> find_order(auto&, Number number) const { co_return number; }
    Task<bool> owns_number(auto&, E164) const { co_return true; }
    Task<Offer> quote(auto&, Offer offer) const { co_return offer; }
    Task<Number> reserve_number(auto&, Number number) const { co_return number; }
};
static_assert(testing::instantiates<Complete>());
static_assert(CarrierSession<testing::Session<ScriptedTransport>>);
static_assert(CarrierSession<testing::Session<ScriptedTransport&>>);

}  // namespace

BOOST_AUTO_TEST_SUITE(scripted_transport)

BOOST_AUTO_TEST_CASE(answers_come_in_turn_and_the_last_one_stays) {
    ScriptedTransport transport;
    transport.on(Method::get, "/numbers", Response(200, "1"),
                 [](const Request& request) { return Response(201, request.url()); });
    BOOST_TEST(ask(transport, Request::get("https://a/numbers")).body == "1");
    BOOST_TEST(ask(transport, Request::get("https://a/numbers?2")).body == "https://a/numbers?2");
    BOOST_TEST(ask(transport, Request::get("https://a/numbers?3")).body == "https://a/numbers?3");
}

BOOST_AUTO_TEST_CASE(the_newest_rule_that_fits_wins) {
    ScriptedTransport transport;
    transport.on_any("/a", Response(200))
        .on(Method::post, "/a", Response(201))
        .on(Method::post, [](const Request& request) { return request.body() == "b"; }, Response(202));
    BOOST_TEST(ask(transport, Request::get("https://x/a")).status == 200);
    BOOST_TEST(ask(transport, Request::post("https://x/a")).status == 201);
    BOOST_TEST(ask(transport, Request::post("https://x/a").body("text/plain", "b")).status == 202);
}

BOOST_AUTO_TEST_CASE(a_request_without_a_rule_is_named) {
    ScriptedTransport transport;
    const Error error = failure_of(transport, Request::put("https://x/unknown"));
    BOOST_TEST((error.code == errc::unspecified));
    BOOST_TEST(error.cause == "PUT https://x/unknown");
    BOOST_TEST(!error.sent);
    BOOST_TEST(transport.unexpected().at(0) == "PUT https://x/unknown");
}

BOOST_AUTO_TEST_CASE(every_request_is_remembered_and_those_that_change_stand_apart) {
    ScriptedTransport transport;
    transport.on_any("", Response(200));
    ask(transport, Request::get("https://x/1"));
    ask(transport, Request::post("https://x/2").reads());
    ask(transport, Request::delete_("https://x/3"));
    BOOST_TEST(transport.calls() == 3U);
    BOOST_TEST(transport.requests().at(1).url() == "https://x/2");
    BOOST_TEST_REQUIRE(transport.changing_requests().size() == 1U);
    BOOST_TEST(transport.changing_requests().front().url() == "https://x/3");
}

BOOST_AUTO_TEST_CASE(silence_lasts_until_the_deadline) {
    ScriptedTransport transport;
    transport.on_any("", silence);
    const auto begin = std::chrono::steady_clock::now();
    const Error error = failure_of(transport, Request::get("https://x"), 30ms);
    BOOST_TEST((error.code == errc::timeout));
    BOOST_TEST(error.sent);
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= 30ms));
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_past_sends_nothing) {
    ScriptedTransport transport;
    transport.on_any("", Response(200));
    const Error error = failure_of(transport, Request::get("https://x"), -1ms);
    BOOST_TEST((error.code == errc::timeout));
    BOOST_TEST(!error.sent);
}

BOOST_AUTO_TEST_CASE(a_delay_passes_on_the_clock_of_the_environment) {
    boost::asio::io_context context;
    testing::SimulatedEnvironment environment(context);
    ScriptedTransport transport(environment);
    transport.on_any("", delayed(2h, Response(200)));
    const Moment begin = environment.now();
    BOOST_TEST(environment.run(transport.send(Request::get("https://x"), begin + 3h)).status == 200);
    BOOST_TEST((environment.now() == begin + 2h));
    BOOST_CHECK_THROW(environment.run(transport.send(Request::get("https://x"), begin + 3h)), Exception);
    BOOST_TEST((environment.now() == begin + 3h));
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_ends_at_once) {
    ScriptedTransport transport;
    transport.on_any("", silence);
    boost::asio::io_context context;
    boost::asio::cancellation_signal cancel;
    std::optional<errc> ended;
    boost::asio::co_spawn(context, transport.send(Request::get("https://x"), in(1h)),
                          boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error, Response) {
                              try {
                                  std::rethrow_exception(error);
                              } catch (const Exception& failed) { ended = failed.error().code; }
                          }));
    context.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.run();
    BOOST_TEST((ended == errc::cancelled));
}

BOOST_AUTO_TEST_CASE(the_nth_call_fails_and_a_sent_one_acted) {
    for (const bool sent : {false, true}) {
        BOOST_TEST_CONTEXT("sent " << sent) {
            ScriptedTransport transport;
            int acted = 0;
            transport.on_any("", [&](const Request&) { return ++acted, Response(200); }).fail_nth(2, lost(sent));
            ask(transport, Request::post("https://x"));
            BOOST_TEST((failure_of(transport, Request::post("https://x")) == lost(sent)));
            ask(transport, Request::post("https://x"));
            BOOST_TEST(acted == (sent ? 3 : 2));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_may_be_an_error_or_a_coroutine) {
    ScriptedTransport transport;
    const auto reply = [](Request request) -> Task<Response> { co_return Response(200, request.url()); };
    transport.on_any("", lost(true), reply);
    BOOST_TEST((failure_of(transport, Request::get("https://x")) == lost(true)));
    BOOST_TEST(ask(transport, Request::get("https://x/y")).body == "https://x/y");
}

BOOST_AUTO_TEST_CASE(threads_share_one_script) {
    ScriptedTransport transport;
    int acted = 0;
    transport.on_any("", [&](const Request&) { return ++acted, Response(200); });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([transport] {
            for (int k = 0; k < 25; ++k) { ask(transport, Request::get("https://x")); }
        });
    }
    for (std::thread& each : threads) { each.join(); }
    BOOST_TEST(acted == 100);
    BOOST_TEST(transport.calls() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(session)

BOOST_AUTO_TEST_CASE(following_an_order_for_hours_takes_no_time_and_ends_at_the_deadline) {
    ScriptedTransport transport;
    transport.on(Method::post, "/orders/0123", Response(202));
    testing::Session own(transport);
    own.set_operation_id("0123");
    own.set_deadline(3h);
    const auto begin = std::chrono::steady_clock::now();
    Number number;
    BOOST_CHECK_EXCEPTION(run(Complete().acquire_number(own, number)), Exception,
                          [](const Exception& failed) { return failed.error().code == errc::timeout; });
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 1h));
    BOOST_TEST(own.waits().size() == 3U);
    BOOST_TEST((own.now() == own.operation().deadline));
}

BOOST_AUTO_TEST_CASE(a_carrier_sees_gateways_and_numbers) {
    ScriptedTransport transport;
    transport.on_any("", Response(200));
    std::vector<Number> stock(3);
    stock[0].number = E164::parse_or_empty("+14155550102");
    stock[1].number = E164::parse_or_empty("+14155550101");
    stock[2].number = E164::parse_or_empty("+12125550100");
    testing::Session<ScriptedTransport&> own(transport);
    own.set_numbers(testing::Numbers(stock));
    own.set_gateways({"sip.example.com"});
    SearchRequest request;
    const auto page = run(Complete().find_numbers(own, request));
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    BOOST_TEST(page.offers.front().number == stock[2].number);
    BOOST_TEST(run(Complete().acquire_number(own, stock[0])).carrier == "sip.example.com");
    BOOST_TEST(transport.calls() == 1U);

    NumberQuery query;
    query.prefix = E164::parse_or_empty("+1415");
    query.limit = 1;
    auto view = own.numbers();
    const NumberPage first = run(view.scan(query));
    BOOST_TEST(first.numbers.at(0).number == stock[1].number);
    query.after = first.next;
    const NumberPage second = run(view.scan(query));
    BOOST_TEST(second.numbers.at(0).number == stock[0].number);
    BOOST_TEST(second.next.empty());
}

BOOST_AUTO_TEST_SUITE_END()
