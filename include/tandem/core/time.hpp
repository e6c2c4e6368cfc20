// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tandem {

using Duration = std::chrono::steady_clock::duration;
/// A moment on the clock that never jumps, for deadlines.
using Moment = std::chrono::steady_clock::time_point;
/// When an operation has to be over.
using Deadline = Moment;

/// A moment of the calendar in whole seconds since 1970 UTC, for documents.
using UnixTime = std::chrono::sys_seconds;

/// The longest wait that is believed, whoever asks for it: what says more is cut to it, lest a clock overflow.
inline constexpr std::chrono::milliseconds longest_wait = std::chrono::days(1);

constexpr std::chrono::milliseconds bounded_wait(std::chrono::milliseconds wait) {
    return std::clamp(wait, std::chrono::milliseconds(0), longest_wait);
}

/// Kazoo's documents count seconds from year 0 of the proleptic Gregorian calendar.
inline constexpr std::int64_t unix_epoch_in_kazoo_seconds = 62'167'219'200;

constexpr std::int64_t to_kazoo_seconds(UnixTime time) {
    return time.time_since_epoch().count() + unix_epoch_in_kazoo_seconds;
}
constexpr UnixTime from_kazoo_seconds(std::int64_t seconds) {
    return UnixTime(std::chrono::seconds(seconds - unix_epoch_in_kazoo_seconds));
}

}  // namespace tandem
