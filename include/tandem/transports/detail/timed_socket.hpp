// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

/// Gives an operation's results as a tuple; the operation starts where it is awaited, without a coroutine of its own.
inline constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::deferred);

class Watch;

/// A socket that one coroutine uses at a time, wherever that runs, while a watch may cut it off from another thread: so
/// it is touched under a lock only, and what starts on it once the watch has cut ends at once.
class TimedSocket {
    using Socket = boost::asio::ip::tcp::socket;

    template <class Signature, class Begin>
    auto start(Begin begin) {
        return boost::asio::async_initiate<decltype(as_tuple), Signature>(
            [this, begin](auto handler) {
                // This lambda is the waiting coroutine's, which may be over, on another thread, before `begin` returns.
                // The socket is still there: its end waits for the lock.
                TimedSocket& self = *this;
                const std::scoped_lock lock(self.mutex_);
                begin(self.socket_, std::move(handler));
                boost::system::error_code ignored;  // there is nothing to cancel then
                if (self.cut_) { self.socket_.cancel(ignored); }
            },
            as_tuple);
    }

public:
    explicit TimedSocket(const boost::asio::any_io_executor& executor) : socket_(executor) {}

    /// Whether the deadline has passed: what was under way ended, and whatever is tried now fails.
    bool cut() const { return cut_; }

    /// Bytes read without waiting; `would_block` when there are none.
    std::size_t read_some(std::span<char> room, boost::system::error_code& error) {
        const std::scoped_lock lock(mutex_);
        return socket_.read_some(boost::asio::buffer(room.data(), room.size()), error);
    }
    /// Bytes written without waiting.
    std::size_t write_some(std::string_view bytes, boost::system::error_code& error) {
        const std::scoped_lock lock(mutex_);
        error = cut_ ? boost::asio::error::operation_aborted : boost::system::error_code();
        return cut_ ? 0 : socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
    }

    auto async_connect(const boost::asio::ip::tcp::endpoint& endpoint) {
        return start<void(boost::system::error_code)>(
            [endpoint](Socket& socket, auto handler) { socket.async_connect(endpoint, std::move(handler)); });
    }
    auto async_read_some(std::span<char> room) {
        return start<void(boost::system::error_code, std::size_t)>([room](Socket& socket, auto handler) {
            socket.async_read_some(boost::asio::buffer(room.data(), room.size()), std::move(handler));
        });
    }
    auto async_write_some(std::string_view bytes) {
        return start<void(boost::system::error_code, std::size_t)>([bytes](Socket& socket, auto handler) {
            socket.async_write_some(boost::asio::buffer(bytes.data(), bytes.size()), std::move(handler));
        });
    }

    /// Once connected: nothing waits but what says so, and small requests leave at once.
    void prepare(boost::system::error_code& error) {
        const std::scoped_lock lock(mutex_);
        boost::system::error_code ignored;  // it only makes small requests faster
        socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        socket_.non_blocking(true, error);
    }
    bool is_open() const {
        const std::scoped_lock lock(mutex_);
        return socket_.is_open();
    }
    void close() {
        const std::scoped_lock lock(mutex_);
        boost::system::error_code ignored;  // it is gone either way
        socket_.close(ignored);
    }

private:
    friend class Watch;

    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    mutable std::mutex mutex_;
    Socket socket_;
    std::atomic<bool> cut_ = false;
    std::size_t place_ = nowhere;  // among the watched
};

/// Cuts sockets off whose deadline has passed. One timer for all of a transport's: it is left alone while it fires no
/// later than it has to, so a request rarely touches it; where nothing is watched it is off, and keeps no `io_context`
/// running.
/// Thread safety: any member from any thread.
class Watch : public std::enable_shared_from_this<Watch> {
public:
    explicit Watch(boost::asio::any_io_executor executor) : alarm_(std::move(executor)) {}

    /// From here on `socket` has until `deadline`, whatever happened to it before.
    void begin(TimedSocket& socket, Deadline deadline) {
        const std::scoped_lock lock(mutex_);
        if (socket.place_ == TimedSocket::nowhere) {
            socket.place_ = watched_.size();
            watched_.push_back({&socket, deadline});
        } else {
            watched_[socket.place_].deadline = deadline;
        }
        socket.cut_ = false;
        if (deadline < rings_at_) { set_alarm(deadline); }
    }
    /// No longer; when this has returned, nothing cuts `socket` off.
    void end(TimedSocket& socket) {
        const std::scoped_lock lock(mutex_);
        if (socket.place_ == TimedSocket::nowhere) { return; }
        watched_[socket.place_] = watched_.back();
        watched_[socket.place_].socket->place_ = socket.place_;
        watched_.pop_back();
        socket.place_ = TimedSocket::nowhere;
        if (watched_.empty()) {
            rings_at_ = never;
            alarm_.cancel();
        }
    }

private:
    static constexpr Moment never = Moment::max();

    struct Watched {
        TimedSocket* socket;
        Deadline deadline;
    };

    void set_alarm(Moment moment) {
        rings_at_ = never;  // until it is set: there may be no memory
        alarm_.expires_at(moment);
        alarm_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            const auto self = error ? nullptr : weak.lock();
            if (self) { self->look(); }
        });
        rings_at_ = moment;
    }

    void look() {
        const std::scoped_lock lock(mutex_);
        const Moment now = std::chrono::steady_clock::now();
        if (now < rings_at_) { return; }  // it was set anew meanwhile
        rings_at_ = never;
        Moment next = never;
        for (const Watched& each : watched_) {
            if (each.deadline > now) {
                next = std::min(next, each.deadline);
            } else if (!each.socket->cut_) {
                const std::scoped_lock socket_lock(each.socket->mutex_);
                each.socket->cut_ = true;
                boost::system::error_code ignored;  // what starts from now on fails
                each.socket->socket_.cancel(ignored);
            }
        }
        if (next != never) { set_alarm(next); }
    }

    std::mutex mutex_;
    boost::asio::steady_timer alarm_;
    Moment rings_at_ = never;
    std::vector<Watched> watched_;
};

}  // namespace tandem::transports::detail
