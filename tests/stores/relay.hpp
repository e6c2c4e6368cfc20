// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

namespace tandem::store_tests {

/// Stands between a client and a PostgreSQL server and passes their messages on, until one at which it cuts the
/// connection. It listens at 127.0.0.1 and reaches the server by its socket.
class Relay {
public:
    /// How a cut looks to both ends.
    enum class Cut : std::uint8_t {
        before,     ///< the message is lost
        within,     ///< half of it arrives
        half_open,  ///< the client loses the connection, the server gets the message and learns of the end later
        for_good,   ///< as `before`, and nobody connects again
    };
    static constexpr int never = std::numeric_limits<int>::max();

    explicit Relay(std::string socket) : socket_(std::move(socket)) {
        boost::asio::co_spawn(context_, serve(), boost::asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    ~Relay() {
        context_.stop();
        thread_.join();
    }

    /// From now on the `messages`-th message, counted from 0 over all connections and both ways, is cut at.
    void arm(int messages, Cut cut) {
        cut_ = cut;
        passed_ = 0;
        left_ = messages;
    }
    void disarm() { arm(never, Cut::before); }
    /// Whether the cut has happened.
    bool has_cut() const { return left_ < 0; }
    /// Messages since `arm`.
    int passed() const { return passed_; }

    std::string url(const std::string& database) const {
        return "postgresql://tandem@127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/" + database +
               "?sslmode=disable&gssencmode=disable";
    }

private:
    using Tcp = boost::asio::ip::tcp;
    using Local = boost::asio::local::stream_protocol;
    static constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

    struct Session {
        explicit Session(Tcp::socket from, boost::asio::io_context& context)
            : client(std::move(from)), server(context) {}

        Tcp::socket client;
        Local::socket server;

        void end() {
            boost::system::error_code ignored;
            client.close(ignored);
            server.close(ignored);
        }
    };

    boost::asio::awaitable<void> serve() {
        for (;;) {
            auto [failed, client] = co_await acceptor_.async_accept(as_tuple);
            if (failed) { co_return; }
            client.set_option(Tcp::no_delay(true));  // else each message waits for the last one's acknowledgement
            const auto session = std::make_shared<Session>(std::move(client), context_);
            if (has_cut() && cut_ == Cut::for_good) { continue; }
            auto [refused] = co_await session->server.async_connect(Local::endpoint(socket_), as_tuple);
            if (refused) { continue; }
            boost::asio::co_spawn(context_, pass(session, true), boost::asio::detached);
            boost::asio::co_spawn(context_, pass(session, false), boost::asio::detached);
        }
    }

    boost::asio::awaitable<void> pass(std::shared_ptr<Session> session, bool from_client) {
        bool has_type = !from_client;  // the client's first message has none
        for (;;) {
            std::string message(has_type ? 5 : 4, '\0');
            const bool head = co_await receive(session, from_client, message.data(), message.size());
            if (!head) { break; }
            std::size_t size = 0;
            for (std::size_t i = has_type ? 1 : 0; i < message.size(); ++i) {
                size = size << 8U | static_cast<unsigned char>(message[i]);
            }
            const std::size_t begin = message.size();
            message.resize(begin + size - 4);
            const bool whole = co_await receive(session, from_client, message.data() + begin, size - 4);
            if (!whole) { break; }
            has_type = true;
            ++passed_;
            const bool cuts = left_-- == 0;
            if (left_ < -1) { left_ = -1; }
            if (cuts && cut_ == Cut::within) { message.resize(message.size() / 2); }
            if (cuts && cut_ == Cut::half_open) {
                boost::system::error_code ignored;
                session->client.close(ignored);
            }
            if (!cuts || cut_ == Cut::within || (cut_ == Cut::half_open && from_client)) {
                co_await send(session, !from_client, std::move(message));
            }
            if (!cuts) { continue; }
            if (cut_ == Cut::half_open) {
                boost::asio::steady_timer later(context_, std::chrono::milliseconds(30));
                (void)co_await later.async_wait(as_tuple);
            }
            break;
        }
        session->end();
    }

    static boost::asio::awaitable<bool> receive(std::shared_ptr<Session> session, bool from_client, char* to,
                                                std::size_t size) {
        const auto buffer = boost::asio::buffer(to, size);
        boost::system::error_code failed;
        if (from_client) {
            std::tie(failed, std::ignore) = co_await boost::asio::async_read(session->client, buffer, as_tuple);
        } else {
            std::tie(failed, std::ignore) = co_await boost::asio::async_read(session->server, buffer, as_tuple);
        }
        co_return !failed;
    }
    static boost::asio::awaitable<void> send(std::shared_ptr<Session> session, bool to_client, std::string message) {
        const auto buffer = boost::asio::buffer(message);
        if (to_client) {
            (void)co_await boost::asio::async_write(session->client, buffer, as_tuple);
        } else {
            (void)co_await boost::asio::async_write(session->server, buffer, as_tuple);
        }
    }

    std::string socket_;
    boost::asio::io_context context_{1};
    Tcp::acceptor acceptor_{context_, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
    std::atomic<Cut> cut_ = Cut::before;
    std::atomic<int> left_ = never;
    std::atomic<int> passed_ = 0;
    std::thread thread_;
};

}  // namespace tandem::store_tests
