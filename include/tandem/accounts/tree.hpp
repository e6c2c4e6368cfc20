// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>
#include <tandem/core/account_settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::accounts {

/// The account tree of the settings (`accounts`, `master_account`). Admins are the master account and `system`.
class Tree {
public:
    /// Errors: `settings` for an unknown parent or master, an account above itself, or an account called `system`.
    Result<void> open(const JsonText& general) {
        try {
            const SettingsDocument document("number_manager", general);
            accounts_ = read_accounts(document.object());
            master_ = JsonFields(document.object(), "number_manager", errc::settings).text("master_account");
            if (!master_.empty() && !accounts_.contains(master_)) {
                errors::raise(errc::settings, "number_manager.master_account: there is no account " + master_);
            }
            if (accounts_.contains("system")) {
                errors::raise(errc::settings, "number_manager.accounts.system: the name stands for the system itself");
            }
            return {};
        } catch (const Exception& failure) { return failure.error(); }
    }

    bool exists(std::string_view account) const { return accounts_.contains(account); }
    bool is_admin(std::string_view account) const {
        return account == "system" || (!account.empty() && account == master_);
    }
    bool is_self_or_ancestor(std::string_view upper, std::string_view lower) const {
        for (const auto* at = find(lower); at != nullptr; at = find(at->second.parent)) {
            if (at->first == upper) { return true; }
        }
        return false;
    }
    bool may_add_numbers(std::string_view account) const {
        const auto* found = find(account);
        return is_admin(account) || (found != nullptr && found->second.may_add_numbers);
    }
    std::vector<std::string> below(std::string_view account) const {
        std::vector<std::string> found;
        for (const auto& each : accounts_) {
            if (each.first != account && is_self_or_ancestor(account, each.first)) { found.push_back(each.first); }
        }
        return found;
    }
    std::string reseller(std::string_view account) const {
        for (const auto* at = find(account); at != nullptr; at = find(at->second.parent)) {
            if (at->second.carrier_modules) { return at->first; }
        }
        return {};
    }
    std::optional<std::vector<std::string>> carrier_modules(std::string_view account) const {
        const auto* found = find(account);
        return found == nullptr ? std::nullopt : found->second.carrier_modules;
    }

private:
    const AccountMap::value_type* find(std::string_view account) const {
        const auto found = accounts_.find(account);
        return found == accounts_.end() ? nullptr : &*found;
    }

    AccountMap accounts_;
    std::string master_;
};
static_assert(Accounts<Tree>);

}  // namespace tandem::accounts
