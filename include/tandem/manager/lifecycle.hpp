// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/carrier_info.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/number.hpp>
#include <tandem/core/operation.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::diagnostics {

template <State from>
struct number {  // lower case: words of a sentence, not types anyone uses
    template <State to>
    struct never_becomes;  // never defined
};

}  // namespace tandem::diagnostics

/// Which state follows which (Kazoo's table, `kazoo.md`: Transitions).
namespace tandem::detail {

[[noreturn]] inline void invalid_transition(State from, State to, std::string_view more = {}) {
    errors::raise(errc::invalid_state_transition,
                  "from " + std::string(name_of(from)) + " to " + std::string(name_of(to)) + std::string(more));
}

struct Transition {
    State from;
    State to;
    bool contacts_carrier;  ///< the number is bought there, or given back
};

/// The whole life of a number. From a state to itself is how a number is created in it, too. What is reserved already
/// is ours: Kazoo buys it again for the next account, Tandem never. To `released` goes what a release takes from its
/// last owner, to `deleted` what an admin removes; what becomes of the former the carrier and the settings say.
// clang-format off
inline constexpr std::array transitions{
    Transition{State::discovery,  State::reserved,   true},
    Transition{State::available,  State::reserved,   false},
    Transition{State::reserved,   State::reserved,   false},
    Transition{State::in_service, State::reserved,   false},

    Transition{State::discovery,  State::in_service, true},
    Transition{State::available,  State::in_service, false},
    Transition{State::reserved,   State::in_service, false},
    Transition{State::in_service, State::in_service, false},
    Transition{State::port_in,    State::in_service, false},
    Transition{State::aging,      State::in_service, false},

    Transition{State::available,  State::available,  false},

    Transition{State::available,  State::aging,      false},
    Transition{State::aging,      State::aging,      false},
    Transition{State::released,   State::aging,      false},

    Transition{State::port_in,    State::port_in,    false},

    Transition{State::reserved,   State::released,   true},
    Transition{State::in_service, State::released,   true},
    Transition{State::port_in,    State::released,   true},
    Transition{State::released,   State::released,   true},

    Transition{State::discovery,  State::deleted,    false},
    Transition{State::available,  State::deleted,    true},
    Transition{State::reserved,   State::deleted,    true},
    Transition{State::in_service, State::deleted,    true},
    Transition{State::port_in,    State::deleted,    true},
    Transition{State::port_out,   State::deleted,    true},
    Transition{State::aging,      State::deleted,    true},
    Transition{State::released,   State::deleted,    true},
    Transition{State::deleted,    State::deleted,    false},
};
// clang-format on

constexpr std::optional<Transition> find_transition(State from, State to) {
    for (const Transition& each : transitions) {
        if (each.from == from && each.to == to) { return each; }
    }
    return {};
}

/// Errors: `invalid_state_transition`.
constexpr Transition transition(State from, State to) {
    const auto found = find_transition(from, to);
    if (!found) { invalid_transition(from, to); }
    return *found;
}

/// The same where both are known to the compiler: it refuses what no number does.
template <State from, State to>
consteval Transition transition() {
    constexpr auto found = find_transition(from, to);
    if constexpr (!found) { (void)sizeof(typename diagnostics::number<from>::template never_becomes<to>); }
    return found.value_or(Transition{from, to, false});
}

/// What is wanted of a number that an account shall have.
struct Aim {
    State target = State::in_service;
    bool from_owner = false;  ///< whether it may pass from an account that uses it to another
};

/// A purchase takes nothing from an owner; a reserve and an assignment do, by who has authority over both accounts.
inline constexpr Aim buying{};
inline constexpr Aim reserving{State::reserved, true};
inline constexpr Aim assigning{State::in_service, true};

/// Whether a number in this state that is assigned to an account waits for it, or for one below it, to take it into
/// service.
constexpr bool is_set_aside(State state) {
    return state == State::reserved || state == State::available || state == State::aging;
}

/// Whether a number in this state is for whoever takes it, or waits to be.
constexpr bool is_ownerless(State state) { return state == State::available || state == State::aging; }

/// Whether an account pays for a number of its own in this state.
constexpr bool is_paid_for(State state) {
    return state == State::reserved || state == State::in_service || state == State::port_in;
}

/// Mobile numbers are in service from the beginning to the end.
/// Errors: `invalid_state_transition` where `carrier` is theirs.
inline void refuse_mobile(const CarrierInfo& carrier, State from, State to) {
    const bool stays = from == State::in_service && to == State::in_service;
    if (carrier.name == "mdn" && !stays) { invalid_transition(from, to); }
}

/// Puts `account` before those that reserved the number earlier.
inline void push_reserve_history(Number& number, const std::string& account) {
    auto& history = number.reserve_history;
    if (history.empty() || history.front() != account) { history.insert(history.begin(), account); }
}

/// Takes from a number what its owner gave it.
inline void strip(Number& number) {
    number.billing_class.clear();
    number.features = {};
    number.public_fields = {};
}

/// What a release does.
struct Unwound {
    bool contacts_carrier = false;
    std::string back_to{};  ///< the account for which it stays reserved; empty: it leaves its owner
};

/// Unwinds the reserve history of `number`: it stays with whoever reserved it before its present owner. With nobody
/// left it is unassigned, and where it stays with us, in the `released_state` until the carrier says something else.
/// Errors: `invalid_state_transition` for a state from which nothing is released.
inline Unwound begin_release(Number& number, const CarrierInfo& carrier, State released_state) {
    if (carrier.name != "local") { (void)transition(number.state, State::released); }
    auto& history = number.reserve_history;
    if (!history.empty() && history.front() == number.assigned_to) { history.erase(history.begin()); }
    if (!history.empty()) {
        number.state = State::reserved;
        number.assigned_to = history.front();
        return {.contacts_carrier = false, .back_to = number.assigned_to};
    }
    number.state = carrier.local ? released_state : State::released;
    number.assigned_to.clear();
    strip(number);
    return {.contacts_carrier = true};
}

/// What becomes of a released number once its carrier has done its part. One that a remote carrier took back is gone;
/// one that it leaves with us comes back `available`. What an account or a mobile service brought along goes with it.
inline void end_release(Number& number, const CarrierInfo& carrier, State released_state, bool should_age) {
    const bool taken_back = !carrier.local && number.state != State::available;
    if (taken_back || carrier.name == "local" || carrier.name == "mdn") {
        number.state = State::deleted;
        return;
    }
    if (!carrier.local) { number.state = released_state; }
    constexpr Transition ageing = transition<State::available, State::aging>();
    if (should_age && number.state == ageing.from) { number.state = ageing.to; }
}

/// What an operation came to leaves no choice where a number was removed for good, or never came because its port was
/// cancelled.
inline bool ends_deleted(Operation::Kind kind, State before) {
    return kind == Operation::Kind::remove || before == State::port_in;
}

}  // namespace tandem::detail
