// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/money.hpp>
#include <tandem/core/number.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

/// How a purchase or release stands, for whoever asked for it.
enum class Outcome : std::uint8_t {
    sold,      ///< bought, or given to the account without a carrier, and recorded
    released,  ///< given back or removed, and recorded
    pending,   ///< the carrier accepted it and has not finished
    unknown,   ///< the carrier may have acted; `recover` finds out
    refused,   ///< nothing happened, and the error says why
};

constexpr std::string_view name_of(Outcome outcome) {
    constexpr std::string_view names[]{"sold", "released", "pending", "unknown", "refused"};
    return names[static_cast<std::size_t>(outcome)];
}

/// The durable record of one purchase or release: written before the carrier is called, final when its outcome is
/// known.
struct Operation {
    /// `acquire`: an account gets a number; `release`: it goes back to whoever had it before; `remove`: it goes for
    /// good.
    enum class Kind : std::uint8_t { acquire, release, remove };
    /// `prepared` → `sending` → (`pending` | `unknown`)* → `done` | `refused`.
    /// Up to `prepared` a crash costs nothing; from `sending` on the carrier may have acted.
    enum class Phase : std::uint8_t { prepared, sending, pending, unknown, done, refused };

    OperationId id{};
    Kind kind = Kind::acquire;
    Phase phase = Phase::prepared;
    E164 number{};        ///< empty until an order from a group names it
    std::string offer{};  ///< the carrier's offer id; empty for a named number
    std::string carrier{};
    std::string account{};  ///< who pays and will own it
    std::string asked_by{};
    std::string key{};          ///< the caller's idempotency key, unique within the account; empty: none
    std::string fingerprint{};  ///< of the request that came with the key
    Money price_cap{};          ///< of setup and first month; unknown: none
    Amount charge{};            ///< what the account pays today for it; counts against its credit while not refused
    Number before{};            ///< the record as it was before the claim; revision 0: there was none
    Number after{};             ///< the record as it shall be; its revision is the claim's, which the settle compares
    std::optional<Error> error{};  ///< why it was refused, or is unknown
    UnixTime created{};
    UnixTime modified{};
    UnixTime deadline{};    ///< past it, `recover` takes the operation over
    Revision revision = 0;  ///< counts its writes: whoever holds an old one can change nothing any more

    bool open() const { return phase != Phase::done && phase != Phase::refused; }
    Outcome outcome() const {
        switch (phase) {
            case Phase::done: return kind == Kind::acquire ? Outcome::sold : Outcome::released;
            case Phase::refused: return Outcome::refused;
            case Phase::pending: return Outcome::pending;
            case Phase::prepared:
            case Phase::sending:
            case Phase::unknown: return Outcome::unknown;
        }
        return Outcome::unknown;
    }
};

inline constexpr std::array<std::string_view, 3> kind_names{"acquire", "release", "remove"};
constexpr std::string_view name_of(Operation::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

inline constexpr std::array<std::string_view, 6> phase_names{"prepared", "sending", "pending",
                                                             "unknown",  "done",    "refused"};
constexpr std::string_view name_of(Operation::Phase phase) { return phase_names[static_cast<std::size_t>(phase)]; }

}  // namespace tandem
