// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tandem::transports {

/// A rate limit that hands out turns, first come, first served: in no span of time more than `rate * span + burst`.
/// Thread safety: none.
class TokenBucket {
public:
    /// `rate` is in requests a second, at least one an hour; 0 or less: no limit. `burst` requests, 1 to a million, may
    /// go at once after a silence.
    TokenBucket(double rate, std::uint32_t burst) {
        if (!(rate > 0)) { return; }
        constexpr double slowest = 1.0 / 3600;
        interval_ = std::chrono::ceil<Duration>(std::chrono::duration<double>(1 / std::max(rate, slowest)));
        slack_ = interval_ * (std::clamp(burst, 1U, 1'000'000U) - 1);
    }

    /// When whoever asks at `now` may go. The turn is theirs, and lost if they do not use it.
    /// Errors: nothing when it would be after `latest`; then no turn is taken.
    std::optional<Moment> take(Moment now, Moment latest) {
        const Moment turn = next(now);
        if (turn > latest) { return std::nullopt; }
        full_ = std::max(full_, turn) + interval_;
        return turn;
    }
    /// When whoever asks at `now` could go.
    Moment next(Moment now) const { return std::max({now, full_ - slack_, closed_until_}); }

    /// Nobody goes before `moment`; at it the bucket is all but empty. Earlier turns are void.
    void close_until(Moment moment) {
        closed_until_ = std::max(closed_until_, moment);
        full_ = std::max(full_, moment + slack_);
    }
    bool is_void(Moment turn) const { return turn < closed_until_; }

private:
    // The virtual scheduling form of the algorithm (GCRA): one moment stands for the bucket's level.
    Duration interval_{0};
    Duration slack_{0};
    Moment full_{};  // when the bucket, turns paid, will be full again, less one token
    Moment closed_until_{};
};

}  // namespace tandem::transports
