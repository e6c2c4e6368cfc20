// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/billing.hpp>

#include <string>

namespace tandem::billing {

/// Nothing costs anything. For programs that buy for themselves and pay their carriers only.
struct Free {
    Result<void> open(const JsonText&) { return {}; }
    bool cascades(const std::string&) const { return false; }
    Task<Quote> quote(const Purchase&) {
        Quote quote;
        quote.invoice =
            JsonText(R"({"items":[],"activation_charges":[],"summary":{"today":"0.00","recurring":"0.00"},"plan":{}})");
        co_return quote;
    }
};
static_assert(Billing<Free>);

}  // namespace tandem::billing
