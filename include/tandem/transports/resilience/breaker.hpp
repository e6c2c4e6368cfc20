// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>
#include <tandem/transports/resilience/backoff.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::transports {

/// Spares a carrier that is down, and its callers the wait: after some failures in a row it opens, and nobody goes.
/// After a cool-down one request goes ahead of all others, the probe: its success closes the breaker, its failure opens
/// it anew.
/// Thread safety: none.
class Breaker {
public:
    enum class State : std::uint8_t { closed, open, half_open };

    struct Options {
        std::uint32_t failures = 5;                     ///< in a row, that open it; 0: it never opens
        Duration cool_down = std::chrono::seconds(10);  ///< and up to half as much again, by chance
    };

    /// How a request may go. Who was not refused says how it ended, once: `succeed`, `fail` or `drop`.
    enum class Pass : std::uint8_t { refused, ordinary, probe };

    explicit Breaker(const Options& options) : options_(options) {}

    /// Whether `admit` would refuse.
    bool refuses(Moment now) const {
        return state_ == State::half_open ? probing_ : state_ == State::open && now < retry_at_;
    }
    Pass admit(Moment now) {
        if (refuses(now)) { return Pass::refused; }
        if (state_ == State::closed) { return Pass::ordinary; }
        state_ = State::half_open;
        probing_ = true;
        return Pass::probe;
    }

    /// What went before the breaker opened tells nothing afterwards: it is heard while closed only.
    void succeed(Pass pass) {
        if (pass == Pass::probe) { state_ = State::closed; }
        if (state_ == State::closed) { failed_ = 0; }
    }
    /// `chance` is 64 even bits.
    void fail(Pass pass, Moment now, std::uint64_t chance) {
        if (state_ != State::closed && pass != Pass::probe) { return; }
        ++failed_;
        if (pass != Pass::probe && (options_.failures == 0 || failed_ < options_.failures)) { return; }
        state_ = State::open;
        probing_ = false;
        retry_at_ = now + options_.cool_down + up_to(options_.cool_down / 2, chance);
    }
    /// The request ended without telling how the carrier is: the next one may be the probe.
    void drop(Pass pass) {
        if (pass == Pass::probe) { probing_ = false; }
    }

    State state() const { return state_; }
    /// Failures in a row, those that opened it included.
    std::uint32_t failed() const { return failed_; }
    /// While it is open: from when on a probe may go.
    Moment retry_at() const { return retry_at_; }

private:
    Options options_;
    State state_ = State::closed;
    bool probing_ = false;
    std::uint32_t failed_ = 0;
    Moment retry_at_{};
};

constexpr std::string_view name_of(Breaker::State state) {
    constexpr std::string_view names[]{"closed", "open", "half_open"};
    return names[static_cast<std::size_t>(state)];
}

}  // namespace tandem::transports
