// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/number.hpp>
#include <tandem/manager/lifecycle.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Who may do what to whose number (Kazoo's rules, `kazoo.md`: Authority).
namespace tandem::detail {

/// How who asks stands to an account.
enum class Relation : std::uint8_t { nobody, stranger, descendant, self, ancestor, admin };

/// What somebody wants to do.
enum class Matter : std::uint8_t {
    nobodys,    ///< to change a number that is nobody's and stays so
    accounts,   ///< to give an account a number, which it pays for
    held,       ///< to change, take or release a number that an account has
    set_aside,  ///< to take into service what waits for an account, or for one below it
    removal,    ///< to remove a number for good
};

// clang-format off
inline constexpr std::array<std::array<bool, 6>, 5> authority{{
    //              nobody stranger descendant self  ancestor admin
    /* nobodys   */ {false, false,   false,    false, false,  true},
    /* accounts  */ {false, false,   false,    true,  true,   true},
    /* held      */ {false, false,   false,    true,  true,   true},
    /* set_aside */ {false, false,   true,     true,  true,   true},
    /* removal   */ {false, false,   false,    false, false,  true},
}};
// clang-format on

constexpr bool may(Relation who, Matter what) {
    return authority[static_cast<std::size_t>(what)][static_cast<std::size_t>(who)];
}

/// Nobody stands above or below the account that is none; to admins all are the same.
template <Accounts A>
Relation relation(const A& accounts, std::string_view asked_by, std::string_view account) {
    if (accounts.is_admin(asked_by)) { return Relation::admin; }
    if (asked_by.empty()) { return Relation::nobody; }
    if (account.empty()) { return Relation::stranger; }
    if (accounts.is_self_or_ancestor(asked_by, account)) {
        return asked_by == account ? Relation::self : Relation::ancestor;
    }
    return accounts.is_self_or_ancestor(account, asked_by) ? Relation::descendant : Relation::stranger;
}

[[noreturn]] inline void unauthorized(std::string message) { errors::raise(errc::unauthorized, std::move(message)); }

/// An admin, or somebody at or above `account`.
template <Accounts A>
bool has_authority_over(const A& accounts, std::string_view asked_by, std::string_view account) {
    return may(relation(accounts, asked_by, account), Matter::held);
}

/// Errors: `invalid`.
template <Accounts A>
void require_account(const A& accounts, std::string_view account) {
    if (!account.empty() && !accounts.exists(account)) {
        errors::invalid("there is no such account", std::string(account));
    }
}

/// Errors: `invalid` where no account is named, unless all are one.
template <Accounts A>
void require_named(const A& accounts, std::string_view account) {
    if (account.empty() && !accounts.exists(account)) {
        errors::invalid("name the account that shall have the number");
    }
}

/// Errors: `unauthorized`, `invalid` for an account that is not there.
template <Accounts A>
void authorize_search(const A& accounts, std::string_view asked_by, std::string_view account, bool open_to_all) {
    require_account(accounts, account);
    if (account.empty() ? !(open_to_all || accounts.is_admin(asked_by) || accounts.exists(asked_by))
                        : !has_authority_over(accounts, asked_by, account)) {
        unauthorized("only the account, those above it and admins may search for it");
    }
}

/// Whether `asked_by` may give `number`, as it stands, to `account`, for which it becomes `target`.
/// Errors: `unauthorized`, `invalid` for an account that is not there.
template <Accounts A>
void authorize_assignment(const A& accounts, std::string_view asked_by, const Number& number, std::string_view account,
                          State target = State::in_service) {
    require_account(accounts, account);
    if (!number.assigned_to.empty()) {
        const bool waits = target == State::in_service && is_set_aside(number.state);
        const Relation to_holder = relation(accounts, asked_by, number.assigned_to);
        if (!may(to_holder, waits ? Matter::set_aside : Matter::held)) {
            unauthorized(to_holder == Relation::nobody ? "nobody asked: name the account that does"
                                                       : "the number belongs to another account");
        }
    }
    const Relation to_account = relation(accounts, asked_by, account);
    if (!may(to_account, Matter::accounts)) {
        unauthorized(to_account == Relation::nobody ? "nobody asked: name the account that does"
                                                    : "only the account, those above it and admins may buy for it");
    }
}

/// Whether `asked_by` may change `number` where it is.
/// Errors: `unauthorized`.
template <Accounts A>
void authorize_change(const A& accounts, std::string_view asked_by, const Number& number) {
    const Matter matter = number.assigned_to.empty() ? Matter::nobodys : Matter::held;
    if (!may(relation(accounts, asked_by, number.assigned_to), matter)) {
        unauthorized("only the account that has the number, those above it and admins may change it");
    }
}

/// Errors: `unauthorized`.
template <Accounts A>
void authorize_release(const A& accounts, std::string_view asked_by, const Number& number) {
    if (!has_authority_over(accounts, asked_by, number.assigned_to)) {
        unauthorized("only the account that has the number, those above it and admins may release it");
    }
}

/// Errors: `unauthorized`.
template <Accounts A>
void authorize_removal(const A& accounts, std::string_view asked_by) {
    if (!may(relation(accounts, asked_by, {}), Matter::removal)) { unauthorized("only admins remove numbers"); }
}

inline constexpr std::array admins_creations{State::aging, State::available, State::in_service, State::port_in,
                                             State::reserved};
inline constexpr std::array accounts_creations{State::reserved, State::in_service};

/// The states in which `asked_by` may create numbers.
template <Accounts A>
std::span<const State> creation_states(const A& accounts, std::string_view asked_by) {
    if (accounts.is_admin(asked_by)) { return admins_creations; }
    if (!asked_by.empty() && accounts.may_add_numbers(asked_by)) { return accounts_creations; }
    return {};
}

/// Whether `asked_by` may create a number in that state for `account`.
/// Errors: `unauthorized`; `invalid_state_transition` for a state in which nobody does.
template <Accounts A>
void authorize_creation(const A& accounts, std::string_view asked_by, State state, std::string_view account) {
    require_account(accounts, account);
    const auto among = [&](std::span<const State> states) {
        return std::find(states.begin(), states.end(), state) != states.end();
    };
    if (!among(creation_states(accounts, asked_by))) {
        if (accounts.is_admin(asked_by)) { invalid_transition(State::discovery, state); }
        unauthorized("who asks may not create a number that is " + std::string(name_of(state)));
    }
    if (!may(relation(accounts, asked_by, account), Matter::accounts)) {
        unauthorized("only the account, those above it and admins may create numbers for it");
    }
}

}  // namespace tandem::detail
