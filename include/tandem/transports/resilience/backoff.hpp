// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tandem::transports {

/// A duration from nothing up to, but not including, `limit`; `chance` is 64 even bits.
constexpr Duration up_to(Duration limit, std::uint64_t chance) {
    if (limit <= Duration::zero()) { return Duration::zero(); }
    return Duration(static_cast<Duration::rep>(chance % static_cast<std::uint64_t>(limit.count())));
}

/// How long to wait before a repeat, with full jitter: those who failed together do not come back together.
struct Backoff {
    Duration base = std::chrono::milliseconds(100);  ///< doubled with each failure, the first included
    Duration longest = std::chrono::seconds(2);      ///< no limit of a wait is above it

    /// Above what the wait after the `failures`-th failure, counted from 1, never is.
    constexpr Duration limit(unsigned failures) const {
        Duration limit = std::min(base, longest);
        for (; failures > 0 && limit < longest; --failures) { limit = std::min(2 * limit, longest); }
        return limit;
    }
    constexpr Duration wait(unsigned failures, std::uint64_t chance) const { return up_to(limit(failures), chance); }
};

}  // namespace tandem::transports
