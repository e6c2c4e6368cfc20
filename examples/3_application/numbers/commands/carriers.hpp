// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "search.hpp"

#include <tandem/carrier.hpp>
#include <tandem/core/task.hpp>
#include <tandem/manager/requests.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace numbers {

/// `numbers carriers`: the carriers that the caller may use, as they describe themselves.
class ListCarriers {
public:
    static constexpr const char* name = "carriers";
    static constexpr const char* purpose = "Tell which carriers there are and what they can do";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = false;

    void describe(CLI::App&) {}

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const auto account = short_text<tandem::AccountId>(globals.as, "--as");
        const tandem::CarriersInfo info = manager.carriers_info(account);
        Answer answer;
        boost::json::array carriers;
        Table table{{"CARRIER"}, {"KIND"}, {"PREFIX", Table::Align::right}, {"PRICES"}, {"REPEATS"}, {"FEATURES"}};
        for (const tandem::CarrierInfo* each : info.usable_carriers) {
            const auto place = Manager::carriers_type::index_of(each->name);
            carriers.push_back(document_of(*each, Manager::carriers_type::operations[place.value()]));
            tandem::Features features;
            for (const auto& [feature, known] : tandem::feature_names) {
                if (each->features.contains(feature)) { features.set(feature, true); }
            }
            table.add({std::string(each->name), each->local ? "local" : "remote",
                       std::to_string(each->max_prefix_length), std::string(name_of(each->price_source)),
                       std::string(name_of(each->retry)), shown(features)});
        }
        boost::json::array states;
        for (const tandem::State state : info.usable_creation_states) { states.emplace_back(name_of(state)); }
        answer.document["carriers"] = std::move(carriers);
        answer.document["max_prefix_length"] = info.maximal_prefix_length;
        answer.document["usable_creation_states"] = std::move(states);
        answer.text = table.str();
        co_return answer;
    }

private:
    static boost::json::object document_of(const tandem::CarrierInfo& info,
                                           const tandem::CarrierOperations& operations) {
        boost::json::array aliases;
        for (const std::string_view alias : info.aliases) {
            if (!alias.empty()) { aliases.emplace_back(alias); }
        }
        boost::json::array features;
        for (const auto& [feature, known] : tandem::feature_names) {
            if (info.features.contains(feature)) { features.emplace_back(known); }
        }
        boost::json::array countries;
        for (const std::string_view country : info.countries) {
            if (!country.empty()) { countries.emplace_back(country); }
        }
        const auto count_or_null = [](auto count) {
            return count > 0 ? boost::json::value(count) : boost::json::value(nullptr);
        };
        return {{"name", info.name},
                {"aliases", std::move(aliases)},
                {"local", info.local},
                {"billable", info.billable},
                {"buys", info.buys},
                {"cnam_lookup", info.cnam_lookup},
                {"max_prefix_length", info.max_prefix_length},
                {"max_page", count_or_null(info.max_page)},
                {"features", std::move(features)},
                {"countries", std::move(countries)},
                {"block_search", info.block_search},
                {"retry", name_of(info.retry)},
                {"reservation_seconds", info.reservation.count()},
                {"price_source", name_of(info.price_source)},
                {"requests_per_second", count_or_null(info.requests_per_second)},
                {"operations",
                 {{"check_numbers", operations.checks_numbers},
                  {"follow_order", operations.follows_orders},
                  {"find_order", operations.finds_orders},
                  {"owns_number", operations.owns_numbers},
                  {"owned_numbers", operations.lists_numbers},
                  {"quote", operations.quotes},
                  {"reserve_number", operations.reserves_numbers}}}};
    }
};

}  // namespace numbers
