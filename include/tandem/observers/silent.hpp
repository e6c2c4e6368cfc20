// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/observer.hpp>

namespace tandem::observers {

/// Says nothing.
struct Silent {
    static constexpr bool is_silent = true;

    void exchanged(const Exchange&) const noexcept {}
    void searched(const CarrierReport&) const noexcept {}
    void changed(const Operation&) const noexcept {}
};
static_assert(Observer<Silent>);

}  // namespace tandem::observers
