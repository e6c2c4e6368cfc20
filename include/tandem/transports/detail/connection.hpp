// SPDX-License-Identifier: BSL-1.0
// Needs OpenSSL 3 (libssl, libcrypto).
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>
#include <tandem/transports/detail/origin.hpp>
#include <tandem/transports/detail/reply_reader.hpp>
#include <tandem/transports/detail/tls.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

inline constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

/// One connection to one origin. Everything happens on its strand; one coroutine uses it at a time.
/// Errors: `timeout`, `unreachable`, `cancelled`, and the reader's.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Endpoint = boost::asio::ip::tcp::endpoint;

    Connection(const boost::asio::any_io_executor& strand, Origin origin)
        : origin_(std::move(origin)), socket_(strand), alarm_(strand) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close_politely(); }

    const Origin& origin() const { return origin_; }
    /// Whether a byte of a request left that has no reply yet.
    bool sent() const { return sent_; }

    /// Connects to the first endpoint that answers, each given its share of the time, and verifies the server where the
    /// origin is secure.
    Task<> open(const std::vector<Endpoint>& endpoints, TlsContext& tls, Deadline deadline) {
        boost::system::error_code failed = boost::asio::error::host_not_found;
        for (std::size_t i = 0; i < endpoints.size() && failed; ++i) {
            const Moment now = Clock::now();
            set_alarm(now + (deadline - now) / static_cast<Duration::rep>(endpoints.size() - i));
            std::tie(failed) = co_await socket_.async_connect(endpoints[i], as_tuple);
            alarm_.expires_at(never);
            const bool too_slow = std::exchange(rang_, false);
            if (too_slow && Clock::now() >= deadline) { throw_timeout(); }
            if (failed == boost::asio::error::operation_aborted && !too_slow) { throw_cancelled(); }
            if (too_slow) { failed = boost::asio::error::timed_out; }
            if (failed) { close(); }
        }
        if (failed) { throw_unreachable(failed.message()); }
        boost::system::error_code ignored;  // it only makes small requests faster
        socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        socket_.non_blocking(true, failed);
        if (failed) { throw_unreachable(failed.message()); }
        if (origin_.secure) {
            set_alarm(deadline);
            tls_.emplace(tls, origin_);
            co_await shake_hands();
            alarm_.expires_at(never);
        }
    }

    /// Whether nothing waits to be read, the end of the connection neither: what has come since the last reply was never
    /// asked for, and would be taken for the next answer.
    bool is_quiet() {
        std::array<char, 4096> bytes;
        for (std::size_t left = 64U << 10U;;) {
            boost::system::error_code error;
            const std::size_t count = socket_.read_some(boost::asio::buffer(bytes), error);
            if (error) { return error == boost::asio::error::would_block || error == boost::asio::error::try_again; }
            if (!tls_ || count > left) { return false; }
            left -= count;
            tls_->feed({bytes.data(), count});
            char byte = 0;
            std::size_t decrypted = 0;
            // Session tickets are no answer.
            if (tls_->read({&byte, 1}, decrypted) != TlsSession::Step::wants_input) { return false; }
        }
    }

    /// Sends `request` and reads its reply. Where it `changes` something, a reply that ends with an unprotected connection
    /// is not taken: it may have been cut.
    Task<Response> exchange(std::string_view request, bool changes, std::size_t limit, Deadline deadline) {
        reusable_ = false;
        set_alarm(deadline);
        if (tls_) {
            std::string ahead = tls_->take_output();  // what the probe left: no byte of the request
            co_await transmit(ahead, false);
            if (tls_->write(request) != TlsSession::Step::done) { throw_unreachable("TLS: " + tls_->why()); }
            std::string secret = tls_->take_output();
            co_await transmit(secret, true);
        } else {
            co_await transmit(request, true);
        }
        ReplyReader reader(limit);
        for (bool whole = false; !whole;) {
            const std::span<char> room = reader.prepare();
            const std::size_t count = co_await receive(room);
            if (count > 0) {
                whole = reader.commit(count);
                continue;
            }
            if (!reader.began()) { throw_unreachable("the server closed the connection without a reply"); }
            reader.finish();
            if (reader.ends_with_connection() && (tls_ ? !ended_in_order_ : changes)) {
                errors::raise(errc::malformed_reply, "the reply may have been cut", "it says no length");
            }
            whole = true;
        }
        alarm_.expires_at(never);
        sent_ = false;
        reusable_ = !rang_ && socket_.is_open() && reader.keep_alive();
        co_return reader.release();
    }

    /// Whether another request may follow.
    bool reusable() const { return reusable_; }

    void close() {
        alarm_.cancel();
        boost::system::error_code ignored;  // it is gone either way
        socket_.close(ignored);
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr Moment never = Moment::max();

    /// At `moment` the socket is closed, whatever is going on: a cancelled operation alone could be missed between two.
    void set_alarm(Moment moment) {
        alarm_.expires_at(moment);
        alarm_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            const auto self = error ? nullptr : weak.lock();
            if (!self || self->alarm_.expiry() > Clock::now()) { return; }  // it was set anew meanwhile
            self->rang_ = true;
            boost::system::error_code ignored;  // the coroutine sees the closed socket
            self->socket_.close(ignored);
        });
    }

    /// `step` failed, or not.
    void check(TlsSession::Step step) {
        if (step == TlsSession::Step::failed) { throw_unreachable("TLS: " + tls_->why()); }
    }
    void check(boost::system::error_code error) {
        if (rang_) { throw_timeout(); }
        if (error == boost::asio::error::operation_aborted) { throw_cancelled(); }
        if (error) { throw_unreachable(error.message()); }
    }

    Task<> shake_hands() {
        for (;;) {
            const TlsSession::Step step = tls_->handshake();
            std::string output = tls_->take_output();
            if (step == TlsSession::Step::failed || step == TlsSession::Step::closed) {
                boost::system::error_code ignored;  // the alert is a courtesy
                socket_.write_some(boost::asio::buffer(output), ignored);
                throw Exception({.code = errc::unreachable,
                                 .message = tls_->mistrusts() ? "the server does not prove that it is " + origin_.host
                                                              : "no secure connection to " + origin_.host,
                                 .cause = tls_->why()});
            }
            co_await transmit(output, false);
            if (step == TlsSession::Step::done) { co_return; }
            const bool more = co_await fill();
            if (!more) { throw_unreachable("the server closed the connection while keys were agreed on"); }
        }
    }

    /// Bytes put into `room`; 0 at the connection's end.
    Task<std::size_t> receive(std::span<char> room) {
        if (!tls_) {
            auto [error, count] =
                co_await socket_.async_read_some(boost::asio::buffer(room.data(), room.size()), as_tuple);
            if (error == boost::asio::error::eof && !rang_) { co_return 0; }
            check(error);
            co_return count;
        }
        for (;;) {
            std::size_t count = 0;
            const TlsSession::Step step = tls_->read(room, count);
            if (step == TlsSession::Step::done) { co_return count; }
            ended_in_order_ = step == TlsSession::Step::closed;
            if (ended_in_order_) { co_return 0; }
            check(step);
            std::string output = tls_->take_output();  // the answer to an update of keys
            co_await transmit(output, false);
            const bool more = co_await fill();
            if (!more) { co_return 0; }
        }
    }

    /// Gives TLS what has come; whether the connection goes on.
    Task<bool> fill() {
        std::array<char, 16U << 10U> bytes;
        auto [error, count] = co_await socket_.async_read_some(boost::asio::buffer(bytes), as_tuple);
        if (error == boost::asio::error::eof && !rang_) { co_return false; }
        check(error);
        tls_->feed({bytes.data(), count});
        co_return true;
    }

    Task<> transmit(std::string_view bytes, bool request) {
        while (!bytes.empty()) {
            auto [error, count] =
                co_await socket_.async_write_some(boost::asio::buffer(bytes.data(), bytes.size()), as_tuple);
            sent_ |= request && count > 0;
            check(error);
            bytes.remove_prefix(count);
        }
    }

    void close_politely() {
        boost::system::error_code ignored;
        if (tls_ && socket_.is_open()) {
            tls_->close();
            const std::string farewell = tls_->take_output();
            socket_.write_some(boost::asio::buffer(farewell), ignored);
        }
        socket_.close(ignored);
    }

    [[noreturn]] static void throw_timeout() { errors::raise(errc::timeout, "no reply by the deadline"); }
    [[noreturn]] static void throw_cancelled() { errors::raise(errc::cancelled, "the caller gave up"); }
    [[noreturn]] void throw_unreachable(std::string why) const {
        errors::raise(errc::unreachable, "no connection to " + origin_.authority() + ", or it broke", std::move(why));
    }

    Origin origin_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer alarm_;
    std::optional<TlsSession> tls_;
    bool rang_ = false;
    bool sent_ = false;
    bool reusable_ = false;
    bool ended_in_order_ = false;
};

}  // namespace tandem::transports::detail
