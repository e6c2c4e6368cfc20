// SPDX-License-Identifier: BSL-1.0
#include "client.hpp"
#include "relay.hpp"
#include "tls_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace tandem;
using namespace std::chrono_literals;
using test::authority;
using test::Client;
using test::code;
using test::Identity;
using test::localhost;
using test::Peer;
using test::RawServer;
using test::Relay;
using test::reply;
using test::TlsServer;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\n";

/// Takes a request, says `start` at once, then `more` over and over, a byte every 10 ms.
RawServer::Script dripping(std::string start, std::string more) {
    return [start, more](Peer& peer) {
        peer.read_request();
        peer.send(start);
        for (std::size_t at = 0; peer.send({&more[at % more.size()], 1}); ++at) { std::this_thread::sleep_for(10ms); }
    };
}

/// A port that takes no connection: the kernel answers none beyond a full backlog.
class Deaf {
public:
    Deaf() : acceptor_(context_) {
        acceptor_.open(boost::asio::ip::tcp::v4());
        acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor_.listen(0);
        for (int i = 0; i < 4; ++i) {
            waiting_.emplace_back(context_);
            waiting_.back().async_connect(acceptor_.local_endpoint(), [](boost::system::error_code) {});
        }
        context_.run_for(20ms);
    }
    std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::vector<boost::asio::ip::tcp::socket> waiting_;
};

struct Ended {
    Error error{};
    Moment at{};
};

/// How each of `requests` ends, all under way at once.
std::vector<Ended> send_all(const std::vector<Request>& requests, Deadline deadline) {
    boost::asio::io_context context(1);
    transports::Https https(context.get_executor(), {.private_addresses = true, .trust_anchors = authority().pem()});
    std::vector<Ended> all(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        boost::asio::co_spawn(context, https.send(requests[i], deadline),
                              [&ended = all[i]](std::exception_ptr failure, Response) {
                                  ended.at = std::chrono::steady_clock::now();
                                  try {
                                      if (failure) { std::rethrow_exception(failure); }
                                  } catch (const Exception& thrown) { ended.error = thrown.error(); }
                              });
    }
    context.run();
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_https_slow)

BOOST_AUTO_TEST_CASE(whatever_is_slow_ends_at_the_deadline_within_a_twentieth) {
    RawServer silent([](Peer& peer) { peer.wait_for_close(); });
    RawServer status(dripping("", ok));
    RawServer head(dripping(ok + "X: ", "x"));
    const std::string processing = "HTTP/1.1 102 Processing\r\n";  // five of them are too many
    RawServer interim(dripping(processing + "\r\n", processing + "X: " + std::string(900, 'x') + "\r\n\r\n"));
    RawServer body(dripping(ok + "Content-Length: 9999\r\n\r\n", "x"));
    RawServer endless(dripping(ok + "\r\n", "x"));
    RawServer chunks(dripping(ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
    RawServer extension(dripping(ok + "Transfer-Encoding: chunked\r\n\r\n1;", "x"));
    RawServer trailer(dripping(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", "x"));
    std::promise<void> over;
    RawServer reads_nothing([done = over.get_future().share()](Peer&) { done.wait_for(10s); });
    const Deaf deaf;
    const Identity identity = localhost();
    TlsServer tls(identity);
    TlsServer drips(identity, {.answer = ok + "Content-Length: 9999\r\n\r\n", .drips = true});
    Relay shakes_hands_slowly(tls.port(), {.piece = 1, .pause = 10ms});
    const std::string local = "https://localhost:";
    const struct {
        const char* name;
        std::string url;
        bool sent;
        std::size_t size = 0;
    } rows[]{{"silence", silent.origin(), true},
             {"a status line", status.origin(), true},
             {"a head", head.origin(), true},
             {"interim replies", interim.origin(), true},
             {"a body", body.origin(), true},
             {"a body without a length", endless.origin(), true},
             {"chunks", chunks.origin(), true},
             {"a chunk's extension", extension.origin(), true},
             {"a trailer", trailer.origin(), true},
             {"a request that nobody reads", reads_nothing.origin(), true, 32'000'000},
             {"a connection that nobody takes", "http://127.0.0.1:" + deaf.port(), false},
             {"a handshake that nobody answers", local + std::to_string(silent.port()), false},
             {"a handshake in drops", local + std::to_string(shakes_hands_slowly.port()), false},
             {"a protected body", drips.origin(), true}};
    std::vector<Request> requests;
    for (const auto& row : rows) {
        requests.push_back(Request::post(row.url).body("text/plain", std::string(row.size, 'x')));
    }
    // A machine that is busy elsewhere is no failure: each has to be in time once, and a longer deadline leaves more of
    // it.
    std::vector<bool> in_time(requests.size());
    for (Duration time = 400ms; time < 8s && in_time != std::vector<bool>(requests.size(), true); time = time * 3 / 2) {
        const Moment start = std::chrono::steady_clock::now();
        const std::vector<Ended> all = send_all(requests, start + time);
        for (std::size_t i = 0; i < all.size(); ++i) {
            BOOST_TEST_CONTEXT(rows[i].name) {
                BOOST_TEST(code(all[i].error) == "timeout");
                BOOST_TEST((!all[i].error.sent || rows[i].sent));
                const Duration took = all[i].at - start;
                BOOST_TEST((took >= time * 95 / 100));
                BOOST_TEST((took < time + 3s));
                in_time[i] = in_time[i] || (took <= time * 105 / 100 && all[i].error.sent == rows[i].sent);
            }
        }
    }
    over.set_value();
    for (std::size_t i = 0; i < in_time.size(); ++i) { BOOST_TEST(in_time[i], rows[i].name); }
}

BOOST_AUTO_TEST_CASE(what_never_ends_is_cut_off_long_before_the_deadline) {
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    const struct {
        const char* name;
        std::string start, more;
        const char* code;
    } rows[]{{"headers", ok, "a: b\r\n", "reply_too_large"},
             {"one header", ok + "a: ", std::string(1000, 'x'), "reply_too_large"},
             {"interim replies", "", "HTTP/1.1 100 Continue\r\n\r\n", "malformed_reply"},
             {"chunks", chunked, "1\r\nx\r\n", "reply_too_large"},
             {"chunks with extensions", chunked, "1;" + std::string(900, 'e') + "\r\nx\r\n", "reply_too_large"},
             {"one extension", chunked + "1;", std::string(1000, 'e'), "reply_too_large"},
             {"trailers", chunked + "0\r\n", "a: b\r\n", "reply_too_large"},
             {"a body", ok + "\r\n", std::string(1000, 'x'), "reply_too_large"}};
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            RawServer server([&](Peer& peer) {
                peer.read_request();
                peer.send(row.start);
                std::string more;
                while (more.size() < 30'000) { more += row.more; }
                while (peer.send(more)) {}
            });
            Client client;
            const auto start = std::chrono::steady_clock::now();
            const Error error = client.fails(Request::post(server.origin()), 20s);
            BOOST_TEST(code(error) == row.code);
            BOOST_TEST(error.sent);
            BOOST_TEST((std::chrono::steady_clock::now() - start < 5s));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
