// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/transports/resilience/backoff.hpp>
#include <tandem/transports/resilience/breaker.hpp>
#include <tandem/transports/resilience/retry_budget.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace tandem::transports {

/// How `Resilient` treats each carrier.
struct ResilienceOptions {
    std::uint32_t attempts = 3;     ///< requests for one question, hedges included; at least 1
    Backoff backoff{};              ///< between them
    RetryBudget::Options budget{};  ///< for repeats and hedges of one carrier
    Breaker::Options breaker{};
    /// Requests a second where they differ from what the carrier publishes, by its name, or by the URL's `host:port`
    /// outside a manager; 0: no limit.
    std::map<std::string, double, std::less<>> rates{};
    std::uint32_t burst = 1;  ///< requests that may go at once after a silence; 1 never exceeds the rate in any second
    /// The longest that a `Retry-After` may hold up other requests.
    Duration longest_pause = std::chrono::minutes(5);
    /// How long a carrier has to answer before its silence counts as a failure. What changes something is not held back
    /// until less than this is left.
    Duration patience = std::chrono::seconds(1);
    /// A read that is unanswered for so long is sent once more, beside the first; 0: never.
    Duration hedge_after{0};
};

}  // namespace tandem::transports
