// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/number.hpp>
#include <tandem/manager/lifecycle.hpp>

#include <string>
#include <string_view>

/// Who may do what to whose number (Kazoo's rules, `kazoo.md`: Authority).
namespace tandem::detail {

[[noreturn]] inline void unauthorized(std::string message) { errors::raise(errc::unauthorized, std::move(message)); }

/// An admin, or somebody at or above `account`.
template <Accounts A>
bool has_authority_over(const A& accounts, std::string_view asked_by, std::string_view account) {
    return accounts.is_admin(asked_by) ||
           (!asked_by.empty() && !account.empty() && accounts.is_self_or_ancestor(asked_by, account));
}

/// Errors: `unauthorized`, `invalid` for an account that is not there.
template <Accounts A>
void authorize_search(const A& accounts, std::string_view asked_by, std::string_view account, bool open_to_all) {
    if (!account.empty() && !accounts.exists(account)) {
        errors::invalid("there is no such account", std::string(account));
    }
    if (account.empty() ? !(open_to_all || accounts.is_admin(asked_by) || accounts.exists(asked_by))
                        : !has_authority_over(accounts, asked_by, account)) {
        unauthorized("only the account, those above it and admins may search for it");
    }
}

/// Whether `asked_by` may give `number`, as it stands, to `account`.
/// Errors: `unauthorized`, `invalid` for an account that is not there.
template <Accounts A>
void authorize_assignment(const A& accounts, std::string_view asked_by, const Number& number,
                          std::string_view account) {
    if (!account.empty() && !accounts.exists(account)) {
        errors::invalid("there is no such account", std::string(account));
    }
    if (accounts.is_admin(asked_by)) { return; }
    if (asked_by.empty()) { unauthorized("nobody asked: name the account that does"); }
    if (number.assigned_to.empty()) {
        if (!has_authority_over(accounts, asked_by, account)) {
            unauthorized("only the account, those above it and admins may buy for it");
        }
        return;
    }
    const bool descendant_of_holder =
        is_set_aside(number.state) && accounts.is_self_or_ancestor(number.assigned_to, asked_by);
    if (!descendant_of_holder && !has_authority_over(accounts, asked_by, number.assigned_to)) {
        unauthorized("the number belongs to another account");
    }
    if (!has_authority_over(accounts, asked_by, account)) {
        unauthorized("only the account, those above it and admins may buy for it");
    }
}

/// Errors: `unauthorized`.
template <Accounts A>
void authorize_release(const A& accounts, std::string_view asked_by, const Number& number) {
    if (!has_authority_over(accounts, asked_by, number.assigned_to)) {
        unauthorized("only the account that has the number, those above it and admins may release it");
    }
}

}  // namespace tandem::detail
