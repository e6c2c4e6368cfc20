// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <chrono>
#include <string>
#include <utility>

/// What carriers do alike whose replies to a purchase or release name no number.
namespace tandem::carriers::detail {

/// Returns once the carrier itself says that `number` is ours, or is not; it is asked a few times, for what it says
/// first may come from a copy that is not up to date.
/// Errors: `outcome_unknown` when it does not say so, or cannot be asked: what came before may have been done.
template <OwnsNumbers C>
Task<> confirm(const C& carrier, auto& session, E164 number, bool ours) {
    std::string doubt = ours ? "the number is not among ours" : "the number is still among ours";
    try {
        Duration pause = std::chrono::milliseconds(250);
        for (int looks = 0; looks < 5; ++looks, pause *= 2) {
            if (looks > 0) {
                Task<> waited = session.wait(pause);
                co_await std::move(waited);
            }
            const bool is = co_await carrier.owns_number(session, number);
            if (is == ours) { co_return; }
        }
    } catch (const Exception& failure) {
        doubt = std::string("it cannot be told whether the number is ours: ") + failure.what();
    }
    errors::outcome_unknown(std::move(doubt));
}

}  // namespace tandem::carriers::detail
