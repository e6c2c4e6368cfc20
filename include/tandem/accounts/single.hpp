// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>

namespace tandem::accounts {

/// Everybody is the one account and may do everything. For programs that buy for themselves.
struct Single {
    Result<void> open(const JsonText&) { return {}; }
    bool exists(std::string_view) const { return true; }
    bool is_admin(std::string_view) const { return true; }
    bool is_self_or_ancestor(std::string_view, std::string_view) const { return true; }
    bool may_add_numbers(std::string_view) const { return true; }
    std::vector<std::string> below(std::string_view) const { return {}; }
    std::string reseller(std::string_view) const { return {}; }
    std::optional<std::vector<std::string>> carrier_modules(std::string_view) const { return {}; }
};
static_assert(Accounts<Single>);

}  // namespace tandem::accounts
