// SPDX-License-Identifier: BSL-1.0
#include "client.hpp"
#include "raw_server.hpp"

#include <tandem/wire/url.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <future>
#include <string>
#include <thread>
#include <vector>

using namespace tandem;
using namespace std::chrono_literals;
using test::Client;
using test::code;
using test::eventually;
using test::in;
using test::Peer;
using test::RawServer;
using test::reply;

namespace {

/// Answers every request by its target, over and over.
void echo(Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
        if (!peer.send(reply(request.substr(4, request.find(' ', 4) - 4)))) { return; }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_https)

BOOST_AUTO_TEST_CASE(a_request_goes_out_as_it_was_meant) {
    std::promise<std::string> got;
    RawServer server([&](Peer& peer) {
        got.set_value(peer.read_request());
        peer.send(reply("{}", "201 Created"));
    });
    Client client;
    const Response response = client.send(Request::post(server.origin() + "/v1/orders?a=%2B1")
                                              .authorization("Bearer", Secret("key"))
                                              .body("application/json", "{\"n\":1}"));
    BOOST_TEST(response.status == 201);
    BOOST_TEST(response.body == "{}");
    BOOST_TEST(got.get_future().get() ==
               "POST /v1/orders?a=%2B1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                   "\r\nUser-Agent: tandem/0.1\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
                   "Authorization: Bearer key\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"n\":1}");
}

BOOST_AUTO_TEST_CASE(a_connection_is_used_again) {
    RawServer server(echo);
    Client client;
    for (int i = 0; i < 5; ++i) {
        const std::string target = "/" + std::to_string(i);
        BOOST_TEST(client.get(server.origin() + target).body == target);
    }
    BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_server_closed_is_replaced) {
    std::atomic<int> requests = 0;
    RawServer server([&](Peer& peer) {
        if (peer.read_request().empty()) { return; }
        ++requests;
        peer.send(reply(std::to_string(peer.index)));
    });
    Client client;
    BOOST_TEST(client.get(server.origin()).body == "0");
    std::this_thread::sleep_for(50ms);  // the end of the connection arrives
    BOOST_TEST(client.send(Request::post(server.origin())).body == "1");
    BOOST_TEST(requests == 2);
}

BOOST_AUTO_TEST_CASE(a_late_second_reply_never_becomes_the_next_answer) {
    RawServer server([](Peer& peer) {
        if (peer.read_request().empty()) { return; }
        peer.send(reply("first" + std::to_string(peer.index)));
        std::this_thread::sleep_for(20ms);
        peer.send(reply("nobody asked"));
        peer.wait_for_close();
    });
    Client client;
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(client.get(server.origin()).body == "first" + std::to_string(i));
        std::this_thread::sleep_for(60ms);
    }
    BOOST_TEST(server.connections() == 3U);
}

BOOST_AUTO_TEST_CASE(an_order_is_not_answered_by_what_came_before_it_however_soon_it_follows) {
    int at_once = 0;
    for (int i = 0; i < 50; ++i) {
        std::promise<void> answered;
        std::promise<void> said_more;
        RawServer server([&](Peer& peer) {
            if (peer.index == 0) {
                peer.read_request();
                peer.send(reply("first"));
                answered.get_future().wait();
                peer.send(reply("nobody asked"));
                said_more.set_value();
            }
            if (!peer.read_request().empty()) { peer.send(reply("second")); }
        });
        Client client;
        BOOST_TEST(client.get(server.origin()).body == "first");
        const auto start = std::chrono::steady_clock::now();
        answered.set_value();
        said_more.get_future().wait();
        at_once += std::chrono::steady_clock::now() - start < transports::detail::Pool::at_once;
        BOOST_TEST(client.send(Request::post(server.origin())).body == "second");
        BOOST_TEST(server.connections() == 2U);
    }
    BOOST_TEST_MESSAGE(at_once << " of 50 orders followed at once");
}

BOOST_AUTO_TEST_CASE(each_request_has_its_own_deadline_whichever_comes_first) {
    RawServer server([](Peer& peer) {
        const std::string request = peer.read_request();
        if (request.starts_with("GET /silence")) { return peer.wait_for_close(); }
        std::this_thread::sleep_for(400ms);
        peer.send(reply("late"));
    });
    for (const bool shorter_first : {true, false}) {
        boost::asio::io_context context(1);
        transports::Https https(context.get_executor());
        std::vector<std::string> ended;
        const auto send = [&](const std::string& target, Duration time) {
            boost::asio::co_spawn(context, https.send(Request::get(server.origin() + target), in(time)),
                                  [&ended](std::exception_ptr failure, const Response& response) {
                                      try {
                                          if (failure) { std::rethrow_exception(failure); }
                                          ended.push_back(response.body);
                                      } catch (const Exception& thrown) { ended.push_back(code(thrown.error())); }
                                  });
        };
        if (shorter_first) { send("/silence", 100ms); }
        send("/", 5s);
        send("/silence", 200ms);
        if (!shorter_first) { send("/silence", 100ms); }
        context.run();
        BOOST_TEST(ended == (std::vector<std::string>{"timeout", "timeout", "late"}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(bytes_behind_a_reply_make_it_malformed) {
    RawServer server([](Peer& peer) {
        peer.read_request();
        peer.send(reply("{}") + reply("nobody asked"));
        peer.wait_for_close();
    });
    Client client;
    const Error error = client.fails(Request::post(server.origin()));
    BOOST_TEST(code(error) == "malformed_reply");
    BOOST_TEST(error.sent);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_to_be_closed_is_not_used_again) {
    for (const std::string head : {"HTTP/1.1 200 OK\r\nConnection: close\r\n", "HTTP/1.0 200 OK\r\n",
                                   "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\nHTTP/1.1 200 OK\r\n"}) {
        RawServer server([&](Peer& peer) {
            while (!peer.read_request().empty()) { peer.send(head + "Content-Length: 0\r\n\r\n"); }
        });
        Client client;
        BOOST_TEST(client.get(server.origin()).status == 200);
        BOOST_TEST(client.get(server.origin()).status == 200);
        BOOST_TEST(server.connections() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(idle_connections_are_bounded_and_grow_old) {
    RawServer server(echo);
    Client none({.most_idle = 0});
    none.get(server.origin());
    none.get(server.origin());
    BOOST_TEST(server.connections() == 2U);
    Client brief({.idle_time = 20ms});
    brief.get(server.origin());
    std::this_thread::sleep_for(40ms);
    brief.get(server.origin());
    BOOST_TEST(server.connections() == 4U);
}

BOOST_AUTO_TEST_CASE(nothing_idle_keeps_a_context_running) {
    RawServer server(echo);
    boost::asio::io_context context(1);
    transports::Https https(context.get_executor());
    bool done = false;
    boost::asio::co_spawn(context, https.send(Request::get(server.origin()), in(30s)),
                          [&](std::exception_ptr error, Response) { done = !error; });
    const auto start = std::chrono::steady_clock::now();
    context.run();
    BOOST_TEST(done);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 5s));
}

BOOST_AUTO_TEST_CASE(a_request_is_not_repeated_once_a_byte_has_left) {
    std::atomic<int> requests = 0;
    RawServer server([&](Peer& peer) {
        while (!peer.read_request().empty()) {
            if (++requests == 2) { return; }  // the second is swallowed, on a connection that had worked
            peer.send(reply("{}"));
        }
    });
    Client client;
    client.get(server.origin());
    const Error error = client.fails(Request::get(server.origin()));
    BOOST_TEST(code(error) == "unreachable");
    BOOST_TEST(error.sent);
    BOOST_TEST(requests == 2);
    BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(after_the_deadline_nothing_is_sent) {
    RawServer server(echo);
    Client client;
    const Error error = client.fails(Request::post(server.origin()), -1ms);
    BOOST_TEST(code(error) == "timeout");
    BOOST_TEST(!error.sent);
    BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_refused_connect_is_unreachable_and_unsent) {
    unsigned short port = 0;
    {
        port = RawServer([](Peer&) {}).port();
    }
    Client client;
    const Error error = client.fails(Request::post("http://127.0.0.1:" + std::to_string(port)));
    BOOST_TEST(code(error) == "unreachable");
    BOOST_TEST(!error.sent);
    BOOST_TEST(!error.cause.empty());
}

BOOST_AUTO_TEST_CASE(a_cut_reply_is_malformed_or_unreachable_never_an_answer) {
    const std::string whole = reply("{\"sold\":true}");
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        BOOST_TEST_CONTEXT("after byte " << cut) {
            RawServer server([&](Peer& peer) {
                peer.read_request();
                peer.send(whole.substr(0, cut));
            });
            Client client;
            const Error error = client.fails(Request::post(server.origin()));
            BOOST_TEST(code(error) == (cut == 0 ? "unreachable" : "malformed_reply"));
            BOOST_TEST(error.sent);
        }
    }
}

BOOST_AUTO_TEST_CASE(interim_replies_are_skipped) {
    RawServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + reply("final"));
    });
    Client client;
    const Response response = client.get(server.origin());
    BOOST_TEST(response.status == 200);
    BOOST_TEST(response.body == "final");
    BOOST_TEST(response.header("Link").empty());
}

BOOST_AUTO_TEST_CASE(without_a_length_a_search_reads_to_the_end_and_an_order_takes_nothing) {
    RawServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}");
    });
    Client client;
    BOOST_TEST(client.get(server.origin()).body == "{\"a\":1}");
    const Error error = client.fails(Request::post(server.origin()));
    BOOST_TEST(code(error) == "malformed_reply");
    BOOST_TEST(error.sent);
}

BOOST_AUTO_TEST_CASE(a_body_beyond_the_limit_is_not_read) {
    RawServer server([](Peer& peer) {
        while (!peer.read_request().empty()) { peer.send(reply(std::string(2000, 'x'))); }
    });
    Client client;
    BOOST_TEST(client.get(server.origin()).body.size() == 2000U);
    const Error error = client.fails(Request::get(server.origin()).limit(1999));
    BOOST_TEST(code(error) == "reply_too_large");
    BOOST_TEST(error.sent);
}

BOOST_AUTO_TEST_CASE(a_reply_to_an_order_is_small_and_one_to_a_search_may_be_large) {
    const struct {
        Request request;
        std::size_t limit;
    } rows[]{{Request::post("http://x"), 64U << 10U}, {Request::get("http://x"), 4U << 20U}};
    for (const auto& [like, limit] : rows) {
        for (const std::size_t size : {limit, limit + 1}) {
            for (const bool chunked : {false, true}) {
                RawServer server([size, chunked](Peer& peer) {
                    peer.read_request();
                    char hexadecimal[20];
                    std::snprintf(hexadecimal, sizeof hexadecimal, "%zx", size);
                    const std::string body(size, 'x');
                    peer.send(chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                            std::string(hexadecimal) + "\r\n" + body + "\r\n0\r\n\r\n"
                                      : reply(body));
                });
                Client client;
                const Request request(like.method(), server.origin());
                if (size == limit) {
                    BOOST_TEST(client.send(request).body.size() == limit);
                } else {
                    const Error error = client.fails(request);
                    BOOST_TEST(code(error) == "reply_too_large");
                    BOOST_TEST(error.sent);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_connection_with_a_bad_reply_is_not_used_again) {
    for (const std::string bad :
         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi there\r\n",
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n"}) {
        RawServer server([&](Peer& peer) {
            while (!peer.read_request().empty()) { peer.send(peer.index == 0 ? bad : reply("{}")); }
        });
        Client client;
        BOOST_TEST(client.fails(Request::post(server.origin())).sent);
        BOOST_TEST(client.send(Request::post(server.origin())).body == "{}");
        BOOST_TEST(server.connections() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(large_bodies_pass_both_ways) {
    RawServer server([](Peer& peer) {
        const std::string request = peer.read_request();
        peer.send(reply(request.substr(request.find("\r\n\r\n") + 4)));
    });
    Client client;
    std::string body(3'000'000, ' ');
    for (std::size_t i = 0; i < body.size(); ++i) { body[i] = static_cast<char>('a' + i % 23); }
    BOOST_TEST((client.send(Request::post(server.origin()).body("text/plain", body).reads(), 20s).body == body));
}

BOOST_AUTO_TEST_CASE(a_redirect_is_a_reply_and_nobody_goes_there) {
    RawServer elsewhere(echo);
    for (const std::string status :
         {"301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"}) {
        RawServer server([&](Peer& peer) {
            while (!peer.read_request().empty()) {
                peer.send("HTTP/1.1 " + status + "\r\nLocation: " + elsewhere.origin() +
                          "/x\r\nContent-Length: 0\r\n\r\n");
            }
        });
        Client client;
        for (const auto method : {Method::get, Method::post, Method::delete_}) {
            const Response response =
                client.send(Request(method, server.origin()).authorization("Bearer", Secret("key")));
            BOOST_TEST(response.status == std::stoi(status));
            BOOST_TEST(response.header("Location") == elsewhere.origin() + "/x");
        }
        BOOST_TEST(server.connections() == 1U);
    }
    BOOST_TEST(elsewhere.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(no_string_of_a_request_ends_a_line_on_the_wire) {
    using Build = Request (*)(const std::string& origin, const std::string& text);
    const struct {
        const char* name;
        bool refused;
        Build build;
    } rows[]{
        {"a URL", true, [](auto& origin, auto& text) { return Request::post(origin + "/" + text); }},
        {"a query", true, [](auto& origin, auto& text) { return Request::post(origin + "/?a=" + text); }},
        {"a host", true, [](auto& origin, auto& text) { return Request::post(origin + text); }},
        {"a header's name", true, [](auto& origin, auto& text) { return Request::post(origin).header(text, "b"); }},
        {"a header", true, [](auto& origin, auto& text) { return Request::post(origin).header("A", text); }},
        {"a scheme", true,
         [](auto& origin, auto& text) { return Request::post(origin).authorization(text, Secret("k")); }},
        {"a key", true,
         [](auto& origin, auto& text) { return Request::post(origin).authorization("Bearer", Secret(text)); }},
        {"a secret header's name", true,
         [](auto& origin, auto& text) { return Request::post(origin).secret_header(text, Secret("k")); }},
        {"a secret header", true,
         [](auto& origin, auto& text) { return Request::post(origin).secret_header("A", Secret(text)); }},
        {"a body's type", true, [](auto& origin, auto& text) { return Request::post(origin).body(text, "b"); }},
        {"a user", false,
         [](auto& origin, auto& text) { return Request::post(origin).basic_authorization(text, Secret("k")); }},
        {"a password", false,
         [](auto& origin, auto& text) { return Request::post(origin).basic_authorization("u", Secret(text)); }},
        {"a segment", false, [](auto& origin, auto& text) { return Request::post((wire::Url(origin) / text).str()); }},
        {"a parameter", false,
         [](auto& origin, auto& text) { return Request::post(wire::Url(origin).query(text, text).str()); }},
    };
    for (const auto& row : rows) {
        for (const std::string& end : {std::string("\r\n"), std::string("\n"), std::string("\r"), std::string(1, 0)}) {
            BOOST_TEST_CONTEXT(row.name << " with byte " << int{end.front()} << " of " << end.size()) {
                std::promise<std::string> got;
                RawServer server([&](Peer& peer) {
                    got.set_value(peer.read_request());
                    peer.send(reply(""));
                });
                Client client;
                const std::string text = "a" + end + "X";
                if (row.refused) {
                    BOOST_CHECK_EXCEPTION((void)client.send(row.build(server.origin(), text)), Exception,
                                          [](const Exception& thrown) { return thrown.error().code == errc::invalid; });
                    BOOST_TEST(server.connections() == 0U);
                } else {
                    (void)client.send(row.build(server.origin(), text));
                    const std::string request = got.get_future().get();
                    BOOST_TEST(request.find("\nX") == request.npos);
                    BOOST_TEST(request.find("\rX") == request.npos);
                    BOOST_TEST(request.find('\0') == request.npos);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(localhost_is_this_machine) {
    RawServer server(echo);
    Client client;
    BOOST_TEST(client.get("http://localhost:" + std::to_string(server.port()) + "/x").body == "/x");
}

BOOST_AUTO_TEST_CASE(what_may_not_be_sent_never_reaches_a_wire) {
    RawServer server(echo);
    Client client;
    const std::string port = std::to_string(server.port());
    for (const std::string& url : {"http://user@127.0.0.1:" + port, "http://0x7f.1:" + port, "ftp://127.0.0.1:" + port,
                                   "https://127.0.0.1:" + port, "https://localhost:" + port}) {
        BOOST_TEST_CONTEXT(url) {
            const Error error = client.fails(Request::post(url));
            BOOST_TEST(code(error) == "settings");
            BOOST_TEST(!error.sent);
        }
    }
    for (const char* name : {"Accept-Encoding", "Upgrade", "TE", "expect"}) {
        const Error error = client.fails(Request::get(server.origin()).header(name, "gzip"));
        BOOST_TEST(code(error) == "invalid");
        BOOST_TEST(!error.sent);
    }
    BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_caller_that_gives_up_closes_the_connection) {
    std::promise<void> closed;
    std::promise<void> asked;
    RawServer server([&](Peer& peer) {
        peer.read_request();
        asked.set_value();
        peer.wait_for_close();
        closed.set_value();
    });
    boost::asio::io_context context(1);
    transports::Https https(context.get_executor());
    boost::asio::cancellation_signal stop;
    Error error;
    boost::asio::co_spawn(context, https.send(Request::post(server.origin()), in(20s)),
                          boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr failure, Response) {
                              try {
                                  std::rethrow_exception(failure);
                              } catch (const Exception& thrown) { error = thrown.error(); }
                          }));
    std::thread impatient([&] {
        asked.get_future().wait();
        boost::asio::post(context, [&] { stop.emit(boost::asio::cancellation_type::terminal); });
    });
    const auto start = std::chrono::steady_clock::now();
    context.run();
    impatient.join();
    BOOST_TEST(code(error) == "cancelled");
    BOOST_TEST(error.sent);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 5s));
    BOOST_TEST((closed.get_future().wait_for(5s) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(a_caller_that_gives_up_at_any_moment_learns_whether_anything_was_sent) {
    std::atomic<int> requests = 0;
    RawServer server([&](Peer& peer) {
        while (!peer.read_request().empty()) {
            ++requests;
            if (!peer.send(reply("{}"))) { return; }
        }
    });
    boost::asio::io_context context(1);
    transports::Https https(context.get_executor());
    int ended = 0;
    int sent = 0;
    constexpr int rounds = 40;
    for (std::size_t steps = 0; steps < rounds; ++steps) {
        for (const bool cancelled : {true, false}) {  // the second leaves a connection that may be used again
            boost::asio::cancellation_signal stop;
            bool done = false;
            boost::asio::co_spawn(
                context, https.send(Request::post(server.origin()), in(5s)),
                boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr failure, Response) {
                    done = true;
                    try {
                        if (failure) { std::rethrow_exception(failure); }
                        ++sent;
                        ++ended;
                    } catch (const Exception& thrown) {
                        BOOST_TEST(code(thrown.error()) == "cancelled");
                        sent += thrown.error().sent;
                        ++ended;
                    }
                }));
            context.restart();
            if (cancelled) {
                for (std::size_t i = 0; i < steps; ++i) { context.run_one_for(10ms); }
                stop.emit(boost::asio::cancellation_type::terminal);
                context.restart();
            }
            context.run();
            BOOST_TEST(done);
        }
    }
    BOOST_TEST(ended == 2 * rounds);
    BOOST_TEST(eventually([&] { return requests >= sent; }));
    BOOST_TEST(requests == sent);
}

BOOST_AUTO_TEST_CASE(a_context_may_be_destroyed_in_the_middle) {
    RawServer server([](Peer& peer) { peer.wait_for_close(); });
    for (std::size_t steps = 0; steps < 20; ++steps) {
        boost::asio::io_context context(1);
        transports::Https https(context.get_executor());
        boost::asio::co_spawn(context, https.send(Request::post(server.origin()), in(5s)), boost::asio::detached);
        for (std::size_t i = 0; i < steps; ++i) { context.run_one_for(1ms); }
    }
    BOOST_TEST(server.connections() > 0U);
}

BOOST_AUTO_TEST_CASE(a_running_request_outlives_the_transport) {
    RawServer server(echo);
    boost::asio::io_context context(1);
    Task<Response> pending =
        transports::Https(context.get_executor()).send(Request::get(server.origin() + "/x"), in(5s));
    BOOST_TEST(run(context, std::move(pending)).body == "/x");
}

BOOST_AUTO_TEST_CASE(many_callers_on_many_threads_each_get_their_own_answer) {
    RawServer server(echo);
    boost::asio::io_context context(4);
    transports::Https first(context.get_executor());
    transports::Https https(std::move(first));
    std::atomic<int> right = 0;
    constexpr int callers = 32;
    constexpr int requests = 20;
    struct Calls {
        static Task<> ask(transports::Https& https, std::string origin, int caller, std::atomic<int>& right) {
            for (int i = 0; i < requests; ++i) {
                const std::string target = "/" + std::to_string(caller) + "/" + std::to_string(i);
                Request request = Request::get(origin + target);
                const Response response = co_await https.send(std::move(request), in(20s));
                right += response.body == target;
            }
        }
    };
    for (int i = 0; i < callers; ++i) {
        boost::asio::co_spawn(context, Calls::ask(https, server.origin(), i, right), boost::asio::detached);
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] { context.run(); });
    }
    for (auto& each : threads) { each.join(); }
    BOOST_TEST(right == callers * requests);
    BOOST_TEST(server.connections() <= static_cast<std::size_t>(callers) * requests);
}

BOOST_AUTO_TEST_CASE(callers_may_give_up_on_many_threads) {
    RawServer server(echo);
    boost::asio::io_context context(4);
    transports::Https https(context.get_executor());
    std::atomic<int> ended = 0;
    constexpr int callers = 16;
    constexpr int requests = 30;
    struct Calls {
        static Task<> ask(transports::Https& https, std::string origin, int caller, std::atomic<int>& ended) {
            using namespace boost::asio::experimental::awaitable_operators;
            boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
            for (int i = 0; i < requests; ++i) {
                const std::string target = "/" + std::to_string(caller) + "/" + std::to_string(i);
                timer.expires_after(std::chrono::microseconds(caller * i * 10));
                Task<Response> answer = https.send(Request::get(origin + target), in(20s));
                Task<> over = timer.async_wait(boost::asio::use_awaitable);
                const auto first = co_await (std::move(answer) || std::move(over));
                ended += first.index() == 1 || std::get<0>(first).body == target;
            }
        }
    };
    for (int i = 0; i < callers; ++i) {
        boost::asio::co_spawn(boost::asio::make_strand(context), Calls::ask(https, server.origin(), i, ended),
                              boost::asio::detached);
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] { context.run(); });
    }
    for (auto& each : threads) { each.join(); }
    BOOST_TEST(ended == callers * requests);
}

BOOST_AUTO_TEST_CASE(callers_may_run_on_a_context_of_their_own) {
    RawServer server(echo);
    boost::asio::io_context home(1);
    auto work = boost::asio::make_work_guard(home);
    std::thread thread([&] { home.run(); });
    {
        transports::Https https(home.get_executor());
        for (int i = 0; i < 20; ++i) {
            BOOST_TEST(run(https.send(Request::get(server.origin() + "/x"), in(5s))).body == "/x");
        }
        BOOST_TEST(server.connections() == 1U);
    }
    work.reset();
    thread.join();
}

BOOST_AUTO_TEST_SUITE_END()
