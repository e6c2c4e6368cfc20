// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/money.hpp>

#include <stdexcept>

namespace tandem::carriers::detail {

/// What a carrier took for a number, its setup and its first month. Unknown where one of them is, or their currency.
inline Money paid(Amount setup, Amount first_month, Currency currency) {
    try {
        const Amount sum = setup + first_month;
        if (sum.known() && currency.known()) { return {sum, currency}; }
    } catch (const std::overflow_error&) {}  // no such price was meant
    return {};
}

}  // namespace tandem::carriers::detail
