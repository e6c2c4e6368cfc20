// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>
#include <tandem/core/json_text.hpp>
#include <tandem/core/money.hpp>
#include <tandem/core/operation_id.hpp>
#include <tandem/core/state.hpp>
#include <tandem/core/time.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

/// What a carrier said of an order, or of the order that releases a number. Only `complete` is sold (or released).
struct Order {
    enum class Status : std::uint8_t { accepted, pending, partial, complete, failed, backordered, needs_action };

    OperationId operation{};  ///< our reference, which the carrier got as its client reference where it has one
    std::string offer{};      ///< the carrier's name of what was ordered, for groups
    std::string reference{};  ///< the carrier's name of the order
    Status status = Status::complete;
    std::string reason{};  ///< the carrier's words on a status that is not `complete`
    Money price{};         ///< what it took for it, setup and first month; unknown where its orders do not tell

    friend bool operator==(const Order&, const Order&) = default;
};

inline constexpr std::array<std::string_view, 7> order_status_names{
    "accepted", "pending", "partial", "complete", "failed", "backordered", "needs_action"};
constexpr std::string_view name_of(Order::Status status) {
    return order_status_names[static_cast<std::size_t>(status)];
}
constexpr std::optional<Order::Status> order_status_of(std::string_view name) {
    for (std::size_t i = 0; i < order_status_names.size(); ++i) {
        if (order_status_names[i] == name) { return static_cast<Order::Status>(i); }
    }
    return {};
}

/// Counts the writes of a record; 0 has never been written. A store refuses a write whose revision is not the newest.
using Revision = std::uint64_t;

/// The private field that names the account for which a number of our stock is set aside, whoever has it at the moment.
inline constexpr std::string_view set_aside_field = "pvt_account_id";

/// A number's record: Kazoo's document of the `numbers` databases. `core/number_json.hpp` writes and reads it as such.
struct Number {
    E164 number{};
    State state = State::discovery;
    std::string carrier{};      ///< `CarrierInfo::name`; Kazoo's `knm_` stands before it in the document
    std::string assigned_to{};  ///< the account; empty: nobody
    std::vector<std::string> reserve_history{};  ///< accounts that reserved it, the newest first
    JsonText features{};
    std::vector<std::string> features_allowed{};
    std::vector<std::string> features_denied{};
    JsonText carrier_data{};      ///< what the carrier said of it: locality, prices, order
    JsonText public_fields{};     ///< what the account wrote at the document's root
    JsonText private_fields{};    ///< `pvt_` keys of a foreign document that Tandem has no member for, kept as they are
    std::string billing_class{};  ///< the plan's item that bills it; empty: free of charge
    std::optional<Order> order{};
    bool ported_in = false;
    UnixTime created{};
    UnixTime modified{};
    OperationId fence{};  ///< the open operation that claims it; empty: nobody's
    Revision revision = 0;

    friend bool operator==(const Number&, const Number&) = default;
};

}  // namespace tandem
