// SPDX-License-Identifier: BSL-1.0
#include "client.hpp"
#include "raw_server.hpp"

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

BOOST_AUTO_TEST_CASE(a_silent_server_ends_by_the_deadline_and_the_request_counts_as_sent) {
    RawServer server([](Peer& peer) { peer.wait_for_close(); });
    Client client;
    const auto start = std::chrono::steady_clock::now();
    const Error error = client.fails(Request::post(server.origin()), 200ms);
    const auto took = std::chrono::steady_clock::now() - start;
    BOOST_TEST(code(error) == "timeout");
    BOOST_TEST(error.sent);
    BOOST_TEST((took >= 190ms && took < 1s));
}

BOOST_AUTO_TEST_CASE(after_the_deadline_nothing_is_sent) {
    RawServer server(echo);
    Client client;
    const Error error = client.fails(Request::post(server.origin()), -1ms);
    BOOST_TEST(code(error) == "timeout");
    BOOST_TEST(!error.sent);
    BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_connect_that_hangs_ends_by_the_deadline_unsent) {
    // A full backlog: the kernel answers no further connection.
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor deaf(context);
    deaf.open(boost::asio::ip::tcp::v4());
    deaf.bind({boost::asio::ip::address_v4::loopback(), 0});
    deaf.listen(0);
    std::vector<boost::asio::ip::tcp::socket> fill;
    for (int i = 0; i < 4; ++i) {
        fill.emplace_back(context);
        fill.back().async_connect(deaf.local_endpoint(), [](boost::system::error_code) {});
    }
    context.run_for(50ms);
    Client client;
    const auto start = std::chrono::steady_clock::now();
    const Error error =
        client.fails(Request::post("http://127.0.0.1:" + std::to_string(deaf.local_endpoint().port())), 200ms);
    BOOST_TEST(code(error) == "timeout");
    BOOST_TEST(!error.sent);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 1s));
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

BOOST_AUTO_TEST_CASE(a_server_that_drips_ends_by_the_deadline) {
    RawServer server([](Peer& peer) {
        peer.read_request();
        for (const char byte : reply(std::string(1000, 'x'))) {
            if (!peer.send({&byte, 1})) { return; }
            std::this_thread::sleep_for(5ms);
        }
    });
    Client client;
    const auto start = std::chrono::steady_clock::now();
    const Error error = client.fails(Request::get(server.origin()), 400ms);
    const auto took = std::chrono::steady_clock::now() - start;
    BOOST_TEST(code(error) == "timeout");
    BOOST_TEST(error.sent);
    BOOST_TEST((took >= 390ms && took < 1s));
}

BOOST_AUTO_TEST_CASE(a_server_that_never_stops_is_cut_off) {
    RawServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("1;" + std::string(900, 'e') + "\r\nx\r\n")) {}
    });
    Client client;
    const Error error = client.fails(Request::get(server.origin()).limit(1000));
    BOOST_TEST(code(error) == "reply_too_large");
    BOOST_TEST(error.sent);
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

BOOST_AUTO_TEST_CASE(a_redirect_is_a_reply) {
    RawServer server([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    });
    Client client;
    const Response response = client.get(server.origin());
    BOOST_TEST(response.status == 302);
    BOOST_TEST(response.header("Location") == "http://127.0.0.1:1/");
    BOOST_TEST(server.connections() == 1U);
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

BOOST_AUTO_TEST_CASE(a_caller_that_gives_up_at_any_moment_leaks_nothing) {
    RawServer server(echo);
    boost::asio::io_context context(1);
    transports::Https https(context.get_executor());
    int ended = 0;
    for (std::size_t steps = 0; steps < 40; ++steps) {
        boost::asio::cancellation_signal stop;
        bool done = false;
        boost::asio::co_spawn(
            context, https.send(Request::post(server.origin()), in(5s)),
            boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr failure, Response) {
                done = true;
                try {
                    if (failure) { std::rethrow_exception(failure); }
                    ++ended;
                } catch (const Exception& thrown) {
                    BOOST_TEST(code(thrown.error()) == "cancelled");
                    ++ended;
                }
            }));
        context.restart();
        for (std::size_t i = 0; i < steps; ++i) { context.run_one_for(10ms); }
        stop.emit(boost::asio::cancellation_type::terminal);
        context.restart();
        context.run();
        BOOST_TEST(done);
    }
    BOOST_TEST(ended == 40);
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
    boost::asio::io_context callers(1);  // outlives the thread that posts to it
    boost::asio::io_context home(1);
    auto work = boost::asio::make_work_guard(home);
    std::thread thread([&] { home.run(); });
    {
        transports::Https https(home.get_executor());
        for (int i = 0; i < 20; ++i) {
            BOOST_TEST(run(callers, https.send(Request::get(server.origin() + "/x"), in(5s))).body == "/x");
        }
        BOOST_TEST(server.connections() == 1U);
    }
    work.reset();
    thread.join();
}

BOOST_AUTO_TEST_SUITE_END()
