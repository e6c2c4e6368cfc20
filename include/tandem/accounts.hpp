// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/json_text.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

/// Who the accounts are and who stands above whom.
/// Operations: `open(general)` reads the `number_manager` document; `exists(a)`; `is_admin(a)`: the master account or
/// `system`; `is_self_or_ancestor(a, b)`: a is b or above it; `may_add_numbers(a)`;
/// `below(a)`: the accounts that a is above of, a itself not among them;
/// `reseller(a)`: the nearest account at or above a that has carrier modules of its own, empty when there is none;
/// `carrier_modules(a)`: that account's own list, nothing when it has none.
/// Laws: `is_self_or_ancestor` is a partial order; an admin exists.
/// Models: `accounts::Tree`, `accounts::Single`.
template <class A>
concept Accounts =
    std::move_constructible<A> && requires(A& accounts, const A& opened, std::string_view a, const JsonText& general) {
        { accounts.open(general) } -> std::same_as<Result<void>>;
        { opened.exists(a) } -> std::same_as<bool>;
        { opened.is_admin(a) } -> std::same_as<bool>;
        { opened.is_self_or_ancestor(a, a) } -> std::same_as<bool>;
        { opened.may_add_numbers(a) } -> std::same_as<bool>;
        { opened.below(a) } -> std::same_as<std::vector<std::string>>;
        { opened.reseller(a) } -> std::same_as<std::string>;
        { opened.carrier_modules(a) } -> std::same_as<std::optional<std::vector<std::string>>>;
    };

}  // namespace tandem
