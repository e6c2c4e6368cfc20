// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/entropy.hpp>
#include <tandem/environment.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>

namespace tandem::environments {

/// The machine's own clocks and random numbers.
/// Thread safety: any member from any thread.
class System {
public:
    Moment now() const { return std::chrono::steady_clock::now(); }
    UnixTime time() const { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

    Task<> sleep(Duration duration) const {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
        boost::system::error_code cancelled;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }

    std::uint64_t random() const { return detail::entropy<std::uint64_t>(); }

    OperationId id() const { return OperationId(detail::random_name()); }
};
static_assert(Environment<System>);

}  // namespace tandem::environments
