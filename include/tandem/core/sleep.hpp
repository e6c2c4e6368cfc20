// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace tandem::detail {

/// `duration` by the clock of `environment`.
/// Errors: Asio's `operation_aborted` where a cancellation cut it short. The environment's own sleep then ends like any
/// other: most who sleep are alarms that did not ring, for which an exception costs more than all the rest.
template <class Environment>
Task<> sleep_whole(Environment& environment, Duration duration) {
    co_await environment.sleep(duration);
    const boost::asio::cancellation_state caller = co_await boost::asio::this_coro::cancellation_state;
    if (caller.cancelled() != boost::asio::cancellation_type::none) {
        throw boost::system::system_error(boost::asio::error::operation_aborted);
    }
}

}  // namespace tandem::detail
