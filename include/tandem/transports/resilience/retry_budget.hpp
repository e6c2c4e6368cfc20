// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace tandem::transports {

/// Keeps repeats a small part of what is sent, however much fails: a repeat costs tokens, a success brings some back.
/// Among n requests there are at most `tokens / cost` repeats, and one more for every `cost / refill` successes.
/// Thread safety: none.
class RetryBudget {
public:
    struct Options {
        std::uint32_t tokens = 500;  ///< at the start, and at most
        std::uint32_t cost = 14;     ///< of one repeat
        std::uint32_t refill = 1;    ///< by one success
    };

    explicit RetryBudget(const Options& options) : options_(options), left_(options.tokens) {}

    /// Whether one repeat is granted; it is paid at once.
    bool take() {
        if (left_ < options_.cost) { return false; }
        left_ -= options_.cost;
        return true;
    }
    void refill() { left_ += std::min(options_.refill, options_.tokens - left_); }
    std::uint32_t left() const { return left_; }

private:
    Options options_;
    std::uint32_t left_;
};

}  // namespace tandem::transports
