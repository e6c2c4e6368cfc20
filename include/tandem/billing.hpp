// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/json_text.hpp>
#include <tandem/core/money.hpp>
#include <tandem/core/task.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace tandem {

/// How many numbers an account has in service, port-in or reserve, by billing class.
using Quantities = std::map<std::string, std::int64_t>;

/// What buying would add.
struct Purchase {
    std::string account{};
    std::string billing_class{};  ///< `did_us`, `tollfree_us`, …; empty: free of charge
    Quantities quantities{};      ///< what the account has already
    Quantities below{};           ///< what the accounts below it have, where its plan counts them (`cascades`)
    std::int64_t added = 1;       ///< how many numbers of `billing_class` it would have more
    std::string from_below{};     ///< of which class one of `below` is the number itself, and leaves them; empty: none
};

/// What buying would cost, in the shape of Kazoo's invoice.
struct Quote {
    JsonText invoice{};                 ///< {items, activation_charges, summary {today, recurring}, plan}
    Amount today = Amount::zero();      ///< due at once: activation charges and the first period of what is new
    Amount recurring = Amount::zero();  ///< of the whole plan, every month, once bought
    Currency currency = "USD";
    std::optional<Amount> credit{};  ///< how far the account may go; nothing: without limit
};

/// What accounts pay us (what a carrier takes from us is the offer's price).
/// Operations: `open(general)` reads the `number_manager` document; `cascades(account)`: whether its plan counts what
/// the accounts below it have; `quote(purchase)` computes, and changes nothing.
/// Errors of `quote`: `service_restriction` when the account may not buy.
/// Models: `billing::ServicePlans`, `billing::Free`.
template <class B>
concept Billing = std::move_constructible<B> &&
                  requires(B& billing, const JsonText& general, const std::string& account, const Purchase& purchase) {
                      { billing.open(general) } -> std::same_as<Result<void>>;
                      { billing.cascades(account) } -> std::same_as<bool>;
                      { billing.quote(purchase) } -> std::same_as<Task<Quote>>;
                  };

}  // namespace tandem
