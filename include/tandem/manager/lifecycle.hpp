// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/carrier_info.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/number.hpp>

#include <array>
#include <string>
#include <string_view>

/// Which state follows which (Kazoo's table, `kazoo.md`: Transitions).
namespace tandem::detail {

[[noreturn]] inline void invalid_transition(State from, State to) {
    errors::raise(errc::invalid_state_transition,
                  "from " + std::string(name_of(from)) + " to " + std::string(name_of(to)));
}

struct Transition {
    State from;
    State to;
    bool contacts_carrier;  ///< the number has to be bought first
};

inline constexpr std::array into_service{
    Transition{State::discovery, State::in_service, true},  Transition{State::port_in, State::in_service, false},
    Transition{State::available, State::in_service, false}, Transition{State::aging, State::in_service, false},
    Transition{State::reserved, State::in_service, false},  Transition{State::in_service, State::in_service, false},
};

/// Whether a number in this state that is assigned to an account waits for it, or for one below it, to take it into
/// service.
constexpr bool is_set_aside(State state) {
    return state == State::reserved || state == State::available || state == State::aging;
}

/// Mobile numbers are in service from the beginning to the end.
/// Errors: `invalid_state_transition` where `carrier` is theirs.
inline void refuse_mobile(const CarrierInfo& carrier, State from, State to) {
    const bool stays = from == State::in_service && to == State::in_service;
    if (carrier.name == "mdn" && !stays) { invalid_transition(from, to); }
}

/// Errors: `invalid_state_transition`.
constexpr Transition transition_into_service(State from) {
    for (const Transition& each : into_service) {
        if (each.from == from) { return each; }
    }
    invalid_transition(from, State::in_service);
}

/// What a release does.
struct Unwound {
    bool contacts_carrier = false;
    std::string back_to{};  ///< the account for which it stays reserved; empty: it leaves its owner
};

/// Unwinds the reserve history of `number`: it stays with whoever reserved it before its present owner. With nobody left it
/// is unassigned, and where it stays with us, in the `released_state` until the carrier says something else.
/// Errors: `invalid_state_transition` for a state from which nothing is released.
inline Unwound begin_release(Number& number, const CarrierInfo& carrier, State released_state) {
    const bool releasable = number.state == State::released || number.state == State::reserved ||
                            number.state == State::port_in || number.state == State::in_service;
    if (!releasable && carrier.name != "local") { invalid_transition(number.state, State::released); }
    auto& history = number.reserve_history;
    if (!history.empty() && history.front() == number.assigned_to) { history.erase(history.begin()); }
    if (!history.empty()) {
        number.state = State::reserved;
        number.assigned_to = history.front();
        return {.contacts_carrier = false, .back_to = number.assigned_to};
    }
    number.state = carrier.local ? released_state : State::released;
    number.assigned_to.clear();
    number.billing_class.clear();
    number.features = {};
    return {.contacts_carrier = true};
}

/// What becomes of a released number once its carrier has done its part. One that a remote carrier took back is gone; one
/// that it leaves with us comes back `available`. What an account or a mobile service brought along goes with it.
inline void end_release(Number& number, const CarrierInfo& carrier, State released_state, bool should_age) {
    const bool taken_back = !carrier.local && number.state != State::available;
    if (taken_back || carrier.name == "local" || carrier.name == "mdn") {
        number.state = State::deleted;
        return;
    }
    if (!carrier.local) { number.state = released_state; }
    if (should_age && number.state == State::available) { number.state = State::aging; }
}

}  // namespace tandem::detail
