// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/environment.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <random>
#include <string_view>

namespace tandem::environments {

/// The machine's own clocks and random device.
/// Thread safety: any member from any thread.
class System {
public:
    Moment now() const { return std::chrono::steady_clock::now(); }
    UnixTime time() const { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

    Task<> sleep(Duration duration) const {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }

    std::uint64_t random() const {
        thread_local std::random_device device;  // the kernel's: ids must not repeat across machines and restarts
        return (std::uint64_t{device()} << 32U) | device();
    }

    OperationId id() const {
        std::array<char, 32> text{};
        for (std::size_t i = 0; i < text.size();) {
            for (std::uint64_t bits = random(), used = 0; used < 16; ++used, bits >>= 4U) {
                text[i++] = "0123456789abcdef"[bits & 0xFU];
            }
        }
        return OperationId(std::string_view(text.data(), text.size()));
    }
};
static_assert(Environment<System>);

}  // namespace tandem::environments
