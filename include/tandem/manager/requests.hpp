// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/billing.hpp>
#include <tandem/core/carrier_info.hpp>
#include <tandem/core/operation.hpp>
#include <tandem/core/search.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tandem {

/// Chooses the overload of `acquire_number` that checks everything and buys nothing.
struct dry_run_t {};
inline constexpr dry_run_t dry_run{};

/// Chooses the overload of `acquire_number` that really buys.
struct purchase_t {};
inline constexpr purchase_t purchase{};

/// For whom, by whom and under which conditions a number is bought. Trivially copyable, for g++ 12's coroutines.
struct AcquireRequest {
    AccountId account{};       ///< who pays and will own it
    AccountId asked_by{};      ///< who asks; `system` or the master account may everything
    InlineText<31> carrier{};  ///< the carrier to take, where the offer does not say; empty: whoever offers it
    InlineText<127> key{};     ///< idempotency key, unique within the account; empty: none
    Amount max_price{};  ///< of setup and first month, in the offer's currency; refuses unknown prices; unknown: no cap
    /// How long to wait for the carrier, at most a day; a slower order stays pending.
    std::chrono::milliseconds wait{15'000};
};
static_assert(std::is_trivially_copyable_v<AcquireRequest>);

/// For whom and by whom a number that is ours already is taken into service. Trivially copyable, for g++ 12's
/// coroutines.
struct AssignRequest {
    AccountId account{};  ///< who pays and will have it; empty: who has it at the moment
    AccountId asked_by{};
    InlineText<127> key{};  ///< idempotency key, unique within the account; empty: none
    std::chrono::milliseconds wait{15'000};
};
static_assert(std::is_trivially_copyable_v<AssignRequest>);

/// As what a number begins that no carrier sells us. Trivially copyable, for g++ 12's coroutines.
struct CreateRequest {
    State state = State::in_service;
    AccountId account{};  ///< who pays and will have it; empty: nobody
    AccountId asked_by{};
    InlineText<31> carrier{};  ///< whose number it is; empty: `local`; only admins name another
    InlineText<127> key{};     ///< idempotency key, unique within the account; empty: none
    std::chrono::milliseconds wait{15'000};
};
static_assert(std::is_trivially_copyable_v<CreateRequest>);

/// By whom a record is changed that stays with its account. Trivially copyable, for g++ 12's coroutines.
struct ChangeRequest {
    AccountId asked_by{};
    Revision revision = 0;  ///< of the record that was read; 0: whichever it has
};
static_assert(std::is_trivially_copyable_v<ChangeRequest>);

/// What becomes of the public fields that an update does not name.
enum class FieldUpdate : std::uint8_t {
    merge,    ///< they stay; what is null goes, and objects are merged as these are
    replace,  ///< they go
};

/// By whom a number is released. Trivially copyable, for g++ 12's coroutines.
struct ReleaseRequest {
    AccountId asked_by{};
    AccountId account{};    ///< whose number it is, which a key needs; empty: whose it is at the moment
    InlineText<127> key{};  ///< idempotency key, unique within the account; empty: none
    std::chrono::milliseconds wait{15'000};
};
static_assert(std::is_trivially_copyable_v<ReleaseRequest>);

/// Where a purchase or release stands.
struct Receipt {
    Number number{};
    OperationId operation{};  ///< empty when nothing had to be done
    Outcome outcome = Outcome::refused;
    std::optional<Error> error{};  ///< why the outcome is unknown, or was refused
};

/// What a dry run answers.
struct Quotation {
    E164 number{};
    Offer offer{};
    Quote quote{};
};

/// One number of a list and how it fared.
template <class T>
struct OneOf {
    E164 number{};
    Result<T> result;
};

/// What `recover` found out.
struct Recovered {
    OperationId operation{};
    E164 number{};
    Outcome outcome = Outcome::unknown;
    std::optional<Error> error{};
};

/// How a carrier's list of our numbers and the store differ.
struct Reconciliation {
    std::string carrier{};
    std::uint64_t matching = 0;     ///< numbers that both have
    std::vector<E164> orphans{};    ///< ours at the carrier, which bills them, and no record of ours says so
    std::vector<E164> missing{};    ///< ours by their records, and not at the carrier
    std::vector<E164> undecided{};  ///< an operation on them is open, or the carrier could not tell
    bool finds_orphans = false;     ///< the carrier lists our numbers; otherwise it was asked for each of ours alone
};

/// Kazoo's `carriers_info`.
struct CarriersInfo {
    std::size_t maximal_prefix_length =
        0;  ///< of the carriers that take the longest: the manager filters for the others
    std::vector<const CarrierInfo*> usable_carriers{};
    std::vector<State> usable_creation_states{};
};

}  // namespace tandem
