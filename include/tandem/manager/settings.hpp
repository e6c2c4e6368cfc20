// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/config.hpp>
#include <tandem/core/settings.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {

/// The document `number_manager`: Kazoo's keys, and ours for accounts and service plans (which `accounts/` and
/// `billing/` read for themselves).
struct GeneralSettings {
    std::optional<std::vector<std::string>> carrier_modules{};  ///< the carriers to ask, in order; not set: all
    std::optional<std::string> available_module_name{};         ///< the one carrier to ask where no list is set
    std::uint32_t maximum_search_quantity = 500;
    std::uint32_t number_search_timeout_ms = 5'000;  ///< the one deadline of a search
    std::string released_state = "available";        ///< what a number that stays ours becomes
    bool should_age = false;
    bool should_permanently_delete = false;
    bool unauthorized_numbers_lookup = false;  ///< whether anybody may search
    JsonText classifiers{};
    JsonText e164_converters{};
    std::string reconcile_regex{};
    JsonText accounts{};
    std::string master_account{};
    JsonText service_plans{};

    TANDEM_SETTINGS(GeneralSettings, carrier_modules, available_module_name, maximum_search_quantity,
                    number_search_timeout_ms, released_state, should_age, should_permanently_delete,
                    unauthorized_numbers_lookup, classifiers, e164_converters, reconcile_regex, accounts,
                    master_account, service_plans);
};

/// What every carrier that sends requests has in its document, beside its own keys.
struct RemoteSettings {
    bool enable_provisioning = true;    ///< false: nothing is bought or released
    bool sandbox_provisioning = false;  ///< with provisioning off: succeed without calling the carrier
    std::uint32_t max_search_quantity = 500;
    std::uint32_t timeout_ms = 30'000;    ///< of one request, within the caller's deadline
    std::vector<std::string> gateways{};  ///< our SIP hosts or IPs

    TANDEM_SETTINGS(RemoteSettings, enable_provisioning, sandbox_provisioning, max_search_quantity, timeout_ms,
                    gateways);
};

/// What the manager has to know of a carrier's document.
struct CarrierTerms {
    RemoteSettings remote{};
    std::vector<std::string> missing{};  ///< required keys without a value: until they have one, it answers `settings`
};

/// A carrier ready for use.
template <class C>
struct CarrierSettings : CarrierTerms {
    C carrier{};
};

/// Errors: `settings`.
inline Result<GeneralSettings> read_general_settings(const JsonText& document) {
    try {
        SettingsDocument settings("number_manager", document);
        GeneralSettings general;
        settings.read(general);
        settings.finish();
        const auto refuse = [](const char* what) {
            errors::raise(errc::settings, std::string("number_manager.") + what);
        };
        if (general.maximum_search_quantity == 0) { refuse("maximum_search_quantity must be at least 1"); }
        if (general.number_search_timeout_ms == 0) { refuse("number_search_timeout_ms must be at least 1"); }
        constexpr std::array<std::string_view, 4> ownerless{"available", "aging", "released", "deleted"};
        if (std::find(ownerless.begin(), ownerless.end(), general.released_state) == ownerless.end()) {
            refuse("released_state must be available, aging, released or deleted");
        }
        return general;
    } catch (const Exception& failure) { return failure.error(); }
}

namespace detail {

/// The document of a carrier, under its name or an alias, with Kazoo's `knm_` or without.
/// Errors: `settings`, thrown; when two of them are there.
template <Config ConfigPolicy>
std::pair<std::string, JsonText> carrier_document(const ConfigPolicy& config, const CarrierInfo& info) {
    std::pair<std::string, JsonText> found{"number_manager." + std::string(info.name), JsonText()};
    const auto look = [&](std::string_view name) {
        for (const std::string_view prefix : {"number_manager.", "number_manager.knm_"}) {
            const std::string category = std::string(prefix) + std::string(name);
            JsonText document = config.document(category).value();
            if (document.empty()) { continue; }
            if (!found.second.empty()) {
                errors::raise(errc::settings, found.first + " and " + category + " are one carrier's: keep one");
            }
            found = {category, std::move(document)};
        }
    };
    look(info.name);
    for (const std::string_view alias : info.aliases) { look(alias); }
    return found;
}

}  // namespace detail

/// Reads a carrier's document: its own keys into its `settings`, the common ones apart.
/// Errors: `settings`, thrown. A required key that is missing is no error here: not every installation uses every
/// carrier.
template <Carrier C, Config ConfigPolicy>
CarrierSettings<C> load_carrier_settings(const ConfigPolicy& config) {
    auto [category, text] = detail::carrier_document(config, C::info);
    SettingsDocument document(category, text);
    CarrierSettings<C> read;
    if constexpr (requires(C& carrier) { carrier.settings; }) {
        using Settings = decltype(read.carrier.settings);
        if constexpr (requires { Settings::aliases; }) {
            for (const auto& [theirs, ours] : Settings::aliases) { document.rename(theirs, ours); }
        }
        document.read(read.carrier.settings);
        read.missing = document.missing(read.carrier.settings);
    }
    if constexpr (!C::info.local) {
        document.read(read.remote);
        const auto refuse_zero = [&](std::uint32_t value, const char* key) {
            if (value == 0) { errors::raise(errc::settings, category + "." + key + " must be at least 1"); }
        };
        refuse_zero(read.remote.max_search_quantity, "max_search_quantity");
        refuse_zero(read.remote.timeout_ms, "timeout_ms");
    }
    document.finish();
    return read;
}

/// The same for one carrier alone. Errors: `settings`.
template <Carrier C, Config ConfigPolicy>
Result<CarrierSettings<C>> read_carrier_settings(const ConfigPolicy& config) {
    try {
        return load_carrier_settings<C>(config);
    } catch (const Exception& failure) { return failure.error(); }
}

}  // namespace tandem
