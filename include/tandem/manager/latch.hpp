// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace tandem::detail {

/// Lets one coroutine wait, until a deadline, for work that others do. All of them run on one strand.
class Latch : public std::enable_shared_from_this<Latch> {
public:
    explicit Latch(boost::asio::any_io_executor strand) : event_(std::move(strand), Moment::max()) {}

    void open() {
        opened_ = true;
        event_.cancel();
    }

    /// Whether it was opened by the deadline; waited for once. `environment` gives the clock; `owner` keeps it alive.
    /// No timer is armed when the latch is open already.
    template <class Environment, class Owner>
    Task<bool> wait(Environment& environment, Owner owner, Deadline deadline) {
        if (opened_) { co_return true; }
        const Duration left = deadline - environment.now();
        if (left <= Duration::zero()) { co_return false; }
        boost::asio::co_spawn(
            event_.get_executor(), environment.sleep(left),
            boost::asio::bind_cancellation_slot(alarm_.slot(), [self = shared_from_this(), owner = std::move(owner)](
                                                                   std::exception_ptr) { self->ring(); }));
        while (!opened_ && !rung_) {
            boost::system::error_code woken;  // always: by an event, the deadline or the caller's cancellation
            co_await event_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
            const boost::asio::cancellation_state caller = co_await boost::asio::this_coro::cancellation_state;
            if (caller.cancelled() != boost::asio::cancellation_type::none) { break; }
        }
        alarm_.emit(boost::asio::cancellation_type::terminal);
        co_return opened_;
    }

private:
    void ring() {
        rung_ = true;
        event_.cancel();
    }

    boost::asio::steady_timer event_;         // never fires: its cancellation is the event
    boost::asio::cancellation_signal alarm_;  // ends the sleep; a member, since it must outlive the sleeper
    bool opened_ = false;
    bool rung_ = false;
};

}  // namespace tandem::detail
