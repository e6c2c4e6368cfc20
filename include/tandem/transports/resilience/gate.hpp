// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/time.hpp>
#include <tandem/transports/resilience/options.hpp>
#include <tandem/transports/resilience/token_bucket.hpp>
#include <tandem/wire/status.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tandem::transports {

/// What was done to one carrier's requests.
struct CarrierStatistics {
    std::string carrier{};                 ///< its name, or the URL's `host:port` outside a manager
    std::uint64_t requests = 0;            ///< that went to the wrapped transport
    std::uint64_t retries = 0;             ///< of them, repeats after a failure
    std::uint64_t hedges = 0;              ///< of them, second ones beside a slow first
    std::uint64_t refused_by_breaker = 0;  ///< that never went
    std::uint64_t refused_by_rate = 0;     ///< that never went
    Breaker::State breaker = Breaker::State::closed;
    std::uint32_t budget = 0;  ///< tokens left for repeats and hedges
};

namespace detail {

using Outcome = Result<Response>;

/// 509 is what some carriers say instead of 429.
constexpr bool is_rate_limit(int status) { return status == 429 || status == 509; }

/// Whether the same question, asked again, may well be answered.
inline bool is_transient(const Outcome& outcome) {
    if (!outcome) { return outcome.error().code == errc::unreachable || outcome.error().code == errc::timeout; }
    switch (outcome->status) {
        case 500:
        case 502:
        case 503:
        case 504: return true;
        default: return is_rate_limit(outcome->status);
    }
}

/// Whether any of it had left.
inline bool was_sent(const Outcome& outcome) { return outcome.has_value() || outcome.error().sent; }

/// What the carrier wants us to wait before anything else.
inline std::optional<Duration> pause_of(const Outcome& outcome) {
    if (!outcome || !(is_rate_limit(outcome->status) || outcome->status == 503)) { return {}; }
    return wire::retry_after(*outcome);
}

/// What an exchange tells of the carrier's health; too many requests are none of its illnesses.
enum class Health : std::uint8_t { well, ill, unclear };

inline Health health_of(const Outcome& outcome, Duration lasted, Duration patience) {
    if (outcome) {
        if (is_rate_limit(outcome->status)) { return Health::unclear; }
        return outcome->status >= 500 ? Health::ill : Health::well;
    }
    switch (outcome.error().code) {
        case errc::unreachable: return Health::ill;
        case errc::timeout: return lasted >= patience ? Health::ill : Health::unclear;
        default: return Health::unclear;
    }
}

/// One carrier's limits, health and counts. Decides what may go, and sends nothing.
/// Thread safety: none.
class Gate {
public:
    /// Go, come back after a while, or fail.
    using Admission = std::variant<Breaker::Pass, Duration, Error>;

    /// What a request keeps from one admission to the next while it waits.
    struct Turn {
        bool changes = false;
        bool repeats = false;
        std::optional<Moment> moment{};
    };

    Gate(std::string carrier, double rate, const ResilienceOptions& options)
        : carrier_(std::move(carrier)),
          options_(options),
          bucket_(rate, options.burst),
          breaker_(options.breaker),
          budget_(options.budget) {}

    /// Errors, all unsent: `timeout`; `unreachable` while the breaker is open; `rate_limited` when the wait for a token
    /// would outlast the deadline.
    Admission admit(Turn& turn, Moment now, Deadline deadline) {
        if (now >= deadline) {
            return Error{.code = errc::timeout, .message = "the deadline had passed before anything was sent"};
        }
        if (breaker_.refuses(now)) {
            ++refused_by_breaker_;
            return broken(now);
        }
        if (!turn.moment || bucket_.is_void(*turn.moment)) {
            // An order that leaves with no time to be answered ends as unknown.
            const Duration least = turn.changes ? options_.patience : Duration(1);
            const Moment latest = std::max(now, deadline - least);
            turn.moment = bucket_.take(now, latest);
        }
        if (!turn.moment) {
            ++refused_by_rate_;
            return limited(bucket_.next(now) - now);
        }
        if (*turn.moment > now) { return *turn.moment - now; }
        ++requests_;
        retries_ += turn.repeats ? 1 : 0;
        return breaker_.admit(now);
    }

    /// Whether a second request may go beside one that is slow: not to a carrier that is near its limits.
    bool admit_hedge(Moment now) {
        if (breaker_.state() != Breaker::State::closed || bucket_.next(now) > now || !budget_.take()) { return false; }
        bucket_.take(now, now);
        ++requests_;
        ++hedges_;
        return true;
    }

    /// Learns from an exchange that was admitted and took `lasted`. `random` gives 64 even bits.
    template <std::invocable Random>
    void learn(Breaker::Pass pass, const Outcome& outcome, Duration lasted, Moment now, Random&& random) {
        if (const auto pause = pause_of(outcome)) {
            bucket_.close_until(now + std::min(*pause, options_.longest_pause));
        }
        switch (health_of(outcome, lasted, options_.patience)) {
            case Health::well:
                breaker_.succeed(pass);
                budget_.refill();
                break;
            case Health::ill: breaker_.fail(pass, now, random()); break;
            case Health::unclear: breaker_.drop(pass); break;
        }
    }
    /// The exchange ended without an outcome.
    void drop(Breaker::Pass pass) { breaker_.drop(pass); }

    /// After what wait the question may be asked again; nothing: not at all, or not in time. The repeat is paid.
    template <std::invocable Random>
    std::optional<Duration> plan_repeat(const Outcome& outcome, std::uint32_t attempts, Moment now, Deadline deadline,
                                        Random&& random) {
        if (attempts >= options_.attempts || !is_transient(outcome)) { return {}; }
        const Duration wait = pause_of(outcome).value_or(Duration::zero()) + options_.backoff.wait(attempts, random());
        if (wait >= deadline - now || !budget_.take()) { return {}; }
        return wait;
    }

    CarrierStatistics statistics() const {
        return {.carrier = carrier_,
                .requests = requests_,
                .retries = retries_,
                .hedges = hedges_,
                .refused_by_breaker = refused_by_breaker_,
                .refused_by_rate = refused_by_rate_,
                .breaker = breaker_.state(),
                .budget = budget_.left()};
    }

private:
    static std::string text(Duration duration) {
        return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(duration).count()) + " ms";
    }

    Error broken(Moment now) const {
        // While a probe is out nobody knows how long it takes.
        const Duration wait = std::max<Duration>(breaker_.retry_at() - now, std::chrono::seconds(1));
        return {.code = errc::unreachable,
                .message = carrier_ + " failed " + std::to_string(breaker_.failed()) +
                           " times in a row and is left alone; it is tried again in " + text(wait),
                .retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait)};
    }
    Error limited(Duration wait) const {
        return {.code = errc::rate_limited,
                .message = "the limit of requests to " + carrier_ +
                           " is used up beyond the deadline; the next may go in " + text(wait),
                .retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait)};
    }

    std::string carrier_;
    const ResilienceOptions& options_;
    TokenBucket bucket_;
    Breaker breaker_;
    RetryBudget budget_;
    std::uint64_t requests_ = 0;
    std::uint64_t retries_ = 0;
    std::uint64_t hedges_ = 0;
    std::uint64_t refused_by_breaker_ = 0;
    std::uint64_t refused_by_rate_ = 0;
};

}  // namespace detail
}  // namespace tandem::transports
