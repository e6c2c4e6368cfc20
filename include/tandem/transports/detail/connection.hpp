// SPDX-License-Identifier: BSL-1.0
// Needs OpenSSL 3 (libssl, libcrypto).
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>
#include <tandem/transports/detail/origin.hpp>
#include <tandem/transports/detail/reply_reader.hpp>
#include <tandem/transports/detail/timed_socket.hpp>
#include <tandem/transports/detail/tls.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

/// One connection to one origin. One coroutine uses it at a time, on an executor of its own choice.
/// Errors: `timeout`, `unreachable`, `cancelled`, and the reader's.
class Connection {
public:
    using Endpoint = boost::asio::ip::tcp::endpoint;

    Connection(const boost::asio::any_io_executor& executor, std::shared_ptr<Watch> watch, Origin origin)
        : origin_(std::move(origin)), watch_(std::move(watch)), socket_(executor) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        watch_->end(socket_);
        say_farewell();
        socket_.close();
    }

    const Origin& origin() const { return origin_; }
    /// Whether a byte of a request left that has no reply yet.
    bool sent() const { return sent_; }
    /// When the last reply was whole.
    Moment idle_since() const { return idle_since_; }

    /// Connects to the first endpoint that answers, each given its share of the time, and verifies the server where the
    /// origin is secure.
    Task<> open(const std::vector<Endpoint>& endpoints, TlsContext& tls, Deadline deadline) {
        boost::system::error_code failed = boost::asio::error::host_not_found;
        for (std::size_t i = 0; i < endpoints.size() && failed; ++i) {
            const Moment now = Clock::now();
            watch_->begin(socket_, now + (deadline - now) / static_cast<Duration::rep>(endpoints.size() - i));
            std::tie(failed) = co_await socket_.async_connect(endpoints[i]);
            const bool too_slow = socket_.cut();
            if (too_slow && Clock::now() >= deadline) { throw_timeout(); }
            if (failed == boost::asio::error::operation_aborted && !too_slow) { throw_cancelled(); }
            if (too_slow) { failed = boost::asio::error::timed_out; }
            if (failed) { socket_.close(); }
        }
        if (failed) { throw_unreachable(failed.message()); }
        watch_->begin(socket_, deadline);
        socket_.prepare(failed);
        if (failed) { throw_unreachable(failed.message()); }
        if (origin_.secure) {
            tls_.emplace(tls, origin_);
            secret_.resize(TlsSession::record_room);
            co_await shake_hands();
        }
        watch_->end(socket_);
    }

    /// Whether nothing waits to be read, the end of the connection neither: what has come since the last reply was
    /// never asked for, and would be taken for the next answer.
    bool is_quiet() {
        std::array<char, 4096> bytes;
        for (std::size_t left = 64U << 10U;;) {
            boost::system::error_code error;
            const std::size_t count = socket_.read_some(bytes, error);
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

    /// Sends `request` and reads its reply. Where it `changes` something, a reply that ends with an unprotected
    /// connection is not taken: it may have been cut.
    Task<Response> exchange(std::string_view request, bool changes, std::size_t limit, Deadline deadline) {
        reusable_ = false;
        watch_->begin(socket_, deadline);
        reader_.start(limit);
        if (tls_) {
            // What the probe left goes first: no byte of the request.
            if (const std::string_view ahead = tls_->take_output(); !ahead.empty()) { co_await transmit(ahead, false); }
            if (tls_->write(request) != TlsSession::Step::done) { throw_unreachable("TLS: " + tls_->why()); }
            request = tls_->take_output();
        }
        if (const std::string_view rest = write(request); !rest.empty()) { co_await transmit(rest, true); }
        // Others write first: meanwhile the reply comes, and waiting for it is saved.
        co_await boost::asio::post(boost::asio::deferred);
        for (bool whole = false; !whole;) {
            const std::span<char> room = tls_ ? std::span<char>(secret_) : reader_.prepare();
            auto [error, count] = co_await socket_.async_read_some(room);
            const bool goes_on = error != boost::asio::error::eof || socket_.cut();
            if (goes_on) { check(error); }
            if (tls_) {
                whole = decrypt(room.first(count), goes_on);
                if (!whole) {
                    const std::string_view answer = tls_->take_output();  // to an update of keys
                    if (!answer.empty()) { co_await transmit(answer, false); }
                }
            } else {
                whole = goes_on ? reader_.commit(count) : ends_whole(!changes);
            }
            ended_ |= !goes_on;
        }
        watch_->end(socket_);
        sent_ = false;
        idle_since_ = Clock::now();
        reusable_ = !socket_.cut() && !ended_ && reader_.keep_alive();
        co_return reader_.release();
    }

    /// Whether another request may follow.
    bool reusable() const { return reusable_; }

    void close() {
        watch_->end(socket_);
        socket_.close();
    }

private:
    using Clock = std::chrono::steady_clock;

    /// `step` failed, or not.
    void check(TlsSession::Step step) {
        if (step == TlsSession::Step::failed) { throw_unreachable("TLS: " + tls_->why()); }
    }
    void check(boost::system::error_code error) {
        if (socket_.cut()) { throw_timeout(); }
        if (error == boost::asio::error::operation_aborted) { throw_cancelled(); }
        if (error) { throw_unreachable(error.message()); }
    }

    Task<> shake_hands() {
        for (;;) {
            const TlsSession::Step step = tls_->handshake();
            if (step == TlsSession::Step::failed || step == TlsSession::Step::closed) {
                boost::system::error_code ignored;  // the alert is a courtesy
                socket_.write_some(tls_->take_output(), ignored);
                throw Exception({.code = errc::unreachable,
                                 .message = tls_->mistrusts() ? "the server does not prove that it is " + origin_.host
                                                              : "no secure connection to " + origin_.host,
                                 .cause = tls_->why()});
            }
            const std::string_view output = tls_->take_output();
            co_await transmit(output, false);
            if (step == TlsSession::Step::done) { co_return; }
            auto [error, count] = co_await socket_.async_read_some(secret_);
            if (error == boost::asio::error::eof && !socket_.cut()) {
                throw_unreachable("the server closed the connection while keys were agreed on");
            }
            check(error);
            tls_->feed({secret_.data(), count});
        }
    }

    /// Gives the reader what `bytes` hold; whether the reply is whole. Goes on behind its end: nothing may be left
    /// over.
    bool decrypt(std::span<char> bytes, bool goes_on) {
        tls_->feed({bytes.data(), bytes.size()});
        for (bool whole = false;;) {
            const std::span<char> room = reader_.prepare();
            std::size_t count = 0;
            const TlsSession::Step step = tls_->read(room, count);
            check(step);
            if (step == TlsSession::Step::done) {
                whole = reader_.commit(count);
            } else if (step == TlsSession::Step::closed) {
                ended_ = true;
                return whole || ends_whole(true);
            } else {
                return whole || (!goes_on && ends_whole(false));
            }
        }
    }

    /// The connection has ended: true, or it throws. `in_order`: it cannot have been cut.
    bool ends_whole(bool in_order) {
        if (!reader_.began()) { throw_unreachable("the server closed the connection without a reply"); }
        reader_.finish();
        if (reader_.ends_with_connection() && !in_order) {
            errors::raise(errc::malformed_reply, "the reply may have been cut", "it says no length");
        }
        return true;
    }

    /// Writes a request without waiting; what is left of it.
    std::string_view write(std::string_view request) {
        boost::system::error_code error;
        const std::size_t count = socket_.write_some(request, error);
        sent_ |= count > 0;
        if (error != boost::asio::error::would_block && error != boost::asio::error::try_again) { check(error); }
        return request.substr(count);
    }
    Task<> transmit(std::string_view bytes, bool request) {
        while (!bytes.empty()) {
            auto [error, count] = co_await socket_.async_write_some(bytes);
            sent_ |= request && count > 0;
            check(error);
            bytes.remove_prefix(count);
        }
    }
    void say_farewell() {
        if (!tls_ || !socket_.is_open()) { return; }
        boost::system::error_code ignored;
        tls_->close();
        socket_.write_some(tls_->take_output(), ignored);
    }

    [[noreturn]] static void throw_timeout() { errors::raise(errc::timeout, "no reply by the deadline"); }
    [[noreturn]] static void throw_cancelled() { errors::raise(errc::cancelled, "the caller gave up"); }
    [[noreturn]] void throw_unreachable(std::string why) const {
        errors::raise(errc::unreachable, "no connection to " + origin_.authority() + ", or it broke", std::move(why));
    }

    Origin origin_;
    std::shared_ptr<Watch> watch_;
    TimedSocket socket_;
    std::optional<TlsSession> tls_;
    std::vector<char> secret_;  // where TLS' own bytes arrive
    ReplyReader reader_;
    Moment idle_since_{};
    bool sent_ = false;
    bool reusable_ = false;
    bool ended_ = false;
};

}  // namespace tandem::transports::detail
