// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>
#include <tandem/billing.hpp>
#include <tandem/carriers.hpp>
#include <tandem/config.hpp>
#include <tandem/core/classify.hpp>
#include <tandem/core/on_strand.hpp>
#include <tandem/environment.hpp>
#include <tandem/manager/settings.hpp>
#include <tandem/observer.hpp>
#include <tandem/store.hpp>
#include <tandem/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::detail {

/// Each carrier with its settings, by its type: bases, because a `std::tuple` of thirty takes seconds to compile.
template <class... Cs>
struct CarrierTable : CarrierSettings<Cs>... {
    template <class C>
    const CarrierSettings<C>& of() const {
        return *this;
    }
};

// Only models of the concepts have one: of a wrong policy the manager's verdict speaks, and nothing after it.
template <class CarrierList, class TransportPolicy, class StorePolicy, class BillingPolicy, class AccountsPolicy,
          class ObserverPolicy, class EnvironmentPolicy>
struct Kernel;

/// What all rooms of a manager share: its policies, and its carriers with their settings. Nothing of it changes once
/// the manager is open, so no lock guards it; what changes is the store's.
template <Carrier... Cs, Transport TransportPolicy, Store StorePolicy, Billing BillingPolicy, Accounts AccountsPolicy,
          Observer ObserverPolicy, Environment EnvironmentPolicy>
struct Kernel<Carriers<Cs...>, TransportPolicy, StorePolicy, BillingPolicy, AccountsPolicy, ObserverPolicy,
              EnvironmentPolicy> {
    using CarrierList = Carriers<Cs...>;

    boost::asio::any_io_executor strand;
    TransportPolicy transport;
    StorePolicy store;
    BillingPolicy billing;
    AccountsPolicy accounts;
    ObserverPolicy observer;
    EnvironmentPolicy environment;
    GeneralSettings general;
    Classifier classifier;
    CarrierTable<Cs...> carriers;

    /// Errors: `settings`, of the first carrier whose document is wrong.
    template <Config ConfigPolicy>
    static Result<CarrierTable<Cs...>> read_carriers(const ConfigPolicy& config) {
        try {
            return CarrierTable<Cs...>{load_carrier_settings<Cs>(config)...};
        } catch (const Exception& failure) { return failure.error(); }
    }

    /// Calls `use` with the carrier at `index`, as the type it is.
    template <class Use>
    decltype(auto) with_carrier(std::size_t index, Use&& use) const {
        return CarrierList::visit(index, [&]<class C>(boost::hana::basic_type<C>) -> decltype(auto) {
            return use(carriers.template of<C>().carrier);
        });
    }
    const CarrierTerms& terms(std::size_t index) const {
        return CarrierList::visit(index, [&]<class C>(boost::hana::basic_type<C>) -> const CarrierTerms& {
            return carriers.template of<C>();
        });
    }

    static const CarrierInfo& info(std::size_t index) { return *CarrierList::infos[index]; }
    static const CarrierOperations& operations(std::size_t index) { return CarrierList::operations[index]; }

    /// Errors: `unknown_carrier`, with the names there are.
    static std::size_t index_of(std::string_view name) {
        if (const auto index = CarrierList::index_of(name)) { return *index; }
        std::string names;
        for (const CarrierInfo* each : CarrierList::infos) {
            names += (names.empty() ? "" : ", ") + std::string(each->name);
        }
        errors::raise(errc::unknown_carrier, "no carrier of that name; there are: " + names,
                      std::string(name.substr(0, 64)));
    }

    /// The billing class of a number of that carrier; empty: free of charge.
    std::string billing_class(E164 number, const CarrierInfo& carrier) const {
        return carrier.billable ? std::string(classifier.classify(number.text())) : std::string();
    }
};

/// Reads every setting once. The first error ends it.
template <class K, Config ConfigPolicy, class TransportPolicy, class StorePolicy, class BillingPolicy,
          class AccountsPolicy, class ObserverPolicy, class EnvironmentPolicy>
Result<std::shared_ptr<K>> open_kernel(boost::asio::any_io_executor executor, TransportPolicy transport,
                                       const ConfigPolicy& config, StorePolicy store, BillingPolicy billing,
                                       AccountsPolicy accounts, ObserverPolicy observer,
                                       EnvironmentPolicy environment) {
    const auto document = config.document("number_manager");
    if (!document) { return document.error(); }
    auto general = read_general_settings(*document);
    if (!general) { return general.error(); }
    auto classifier = Classifier::open(*general);
    if (!classifier) { return classifier.error(); }
    if (auto opened = billing.open(*document); !opened) { return opened.error(); }
    if (auto opened = accounts.open(*document); !opened) { return opened.error(); }
    auto carriers = K::read_carriers(config);
    if (!carriers) { return carriers.error(); }
    return std::shared_ptr<K>(new K{make_strand_over(executor), std::move(transport), std::move(store),
                                    std::move(billing), std::move(accounts), std::move(observer),
                                    std::move(environment), std::move(*general), std::move(*classifier),
                                    std::move(*carriers)});
}

/// Errors: `settings`, naming what is missing for this carrier to work.
inline void require_settings(const CarrierTerms& terms, const CarrierInfo& info) {
    if (terms.missing.empty()) { return; }
    std::string keys;
    for (const auto& key : terms.missing) { keys += (keys.empty() ? "" : ", ") + std::string(key); }
    errors::raise(errc::settings, "number_manager." + std::string(info.name) + " lacks: " + keys);
}

/// Carriers in the order in which a search asks them. A name that no carrier answers to comes back apart, to be
/// reported.
struct ChosenCarriers {
    std::vector<std::size_t> indices;
    std::vector<std::string> unknown;

    bool has(std::size_t index) const { return std::find(indices.begin(), indices.end(), index) != indices.end(); }
    template <class K>
    void add(std::string_view name) {
        if (const auto index = K::CarrierList::index_of(name)) {
            if (!has(*index)) { indices.push_back(*index); }
        } else {
            unknown.emplace_back(name);
        }
    }
};

/// The carriers of an account: in Kazoo's order where it has a reseller; where no setting chooses, all.
template <class K>
ChosenCarriers carriers_of(const K& kernel, std::string_view account) {
    ChosenCarriers chosen;
    std::optional<std::vector<std::string>> modules = kernel.general.carrier_modules;
    if (!modules && kernel.general.available_module_name) { modules = {*kernel.general.available_module_name}; }
    if (const std::string reseller = account.empty() ? std::string() : kernel.accounts.reseller(account);
        !reseller.empty()) {
        for (const std::string_view own : {"reserved", "reserved_reseller", "local"}) {
            if (K::CarrierList::index_of(own)) { chosen.template add<K>(own); }
        }
        if (auto theirs = kernel.accounts.carrier_modules(reseller)) { modules = std::move(theirs); }
    }
    if (modules) {
        for (const auto& name : *modules) { chosen.template add<K>(name); }
    } else {
        for (std::size_t index = 0; index < K::CarrierList::infos.size(); ++index) {
            chosen.template add<K>(K::info(index).name);
        }
    }
    return chosen;
}

/// The carriers that a search asks: those that it names; else the account's. What a reseller's customers are sold is
/// its list's to say: beyond it only admins name a carrier.
/// Errors: `unknown_carrier`, `unauthorized`.
template <class K>
ChosenCarriers choose_carriers(const K& kernel, const InlineList<InlineText<31>, 32>& named, std::string_view account,
                               std::string_view asked_by) {
    if (named.empty()) { return carriers_of(kernel, account); }
    const bool is_limited =
        !account.empty() && !kernel.accounts.is_admin(asked_by) && !kernel.accounts.reseller(account).empty();
    const ChosenCarriers usual = is_limited ? carriers_of(kernel, account) : ChosenCarriers();
    ChosenCarriers chosen;
    for (const auto& name : named) {
        const std::size_t index = K::index_of(name);
        if (is_limited && !usual.has(index)) {
            errors::raise(errc::unauthorized, "this carrier is none of the account's reseller", name.str());
        }
        chosen.template add<K>(name);
    }
    return chosen;
}

}  // namespace tandem::detail
