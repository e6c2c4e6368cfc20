// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/settings.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The accounts of the `number_manager` document, which the account tree and the service plans share.
namespace tandem {

/// One account, as the settings describe it.
struct AccountSettings {
    std::string parent{};            ///< the account above it; empty: none
    std::string service_plan{};      ///< empty: that of the nearest account above that has one
    std::optional<Amount> credit{};  ///< how much it may spend; nothing: without limit
    bool may_add_numbers = false;
    std::optional<std::vector<std::string>> carrier_modules{};  ///< what makes it a reseller

    TANDEM_SETTINGS(AccountSettings, parent, service_plan, credit, may_add_numbers, carrier_modules);
};

using AccountMap = std::map<std::string, AccountSettings, std::less<>>;

/// Reads the `accounts` of the `number_manager` document.
/// Errors: `settings`, thrown, for a parent that is not there, an account above itself or a credit below zero.
inline AccountMap read_accounts(const boost::json::object& general) {
    AccountMap accounts;
    const auto* listed = JsonFields(general, "number_manager", errc::settings).object("accounts");
    if (listed == nullptr) { return accounts; }
    for (const auto& [id, value] : *listed) {
        const std::string category = "number_manager.accounts." + std::string(id);
        if (!value.is_object()) { errors::raise(errc::settings, category + " must be an object"); }
        if (id.empty() || id.size() > AccountId::capacity()) {
            errors::raise(errc::settings, category + ": an account's name has 1 to 64 characters");
        }
        SettingsDocument document(category, to_json_text(value.get_object()));
        AccountSettings& account = accounts[id];
        document.read(account);
        document.finish();
        if (account.credit && *account.credit < Amount::zero()) {
            errors::raise(errc::settings, category + ".credit must be an amount, not negative");
        }
    }
    for (const auto& [id, account] : accounts) {
        std::size_t steps = 0;
        for (std::string above = account.parent; !above.empty(); ++steps) {
            const auto found = accounts.find(above);
            if (found == accounts.end()) {
                errors::raise(errc::settings,
                              "number_manager.accounts." + id + ".parent: there is no account " + above);
            }
            if (steps == accounts.size()) {  // by now it goes round in the circle, where `id` need not stand itself
                errors::raise(errc::settings, "number_manager.accounts." + above + " is above itself");
            }
            above = found->second.parent;
        }
    }
    return accounts;
}

}  // namespace tandem
