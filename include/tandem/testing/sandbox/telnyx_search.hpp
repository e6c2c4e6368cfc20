// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/ledger.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// `GET /available_phone_numbers` and `/available_phone_number_blocks` of Telnyx v2, after its OpenAPI document.
namespace tandem::testing::sandbox::telnyx {

inline std::string type_of(const Item& item) { return item.is_toll_free() ? "toll_free" : "local"; }

/// The filters of a search.
class Filters {
public:
    /// Errors: `Refusal` for a value that the document does not allow.
    explicit Filters(const Call& call) : call_(call) {
        one_of("filter[phone_number_type]", {"local", "toll_free", "mobile", "national", "shared_cost"});
        for (const std::string_view flag :
             {"filter[best_effort]", "filter[quickship]", "filter[reservable]", "filter[exclude_held_numbers]"}) {
            one_of(flag, {"true", "false"});
        }
        for (const auto& [name, value] : call.query) {
            // The document says one parameter for each; Telnyx's own clients join them.
            const bool joined = name == "filter[features]";
            for (std::string_view rest = value; joined || name == "filter[features][]";) {
                const auto end = joined ? rest.find(',') : rest.npos;
                features_.emplace_back(rest.substr(0, end));
                among(name, features_.back(),
                      {"sms", "mms", "voice", "fax", "emergency", "hd_voice", "international_sms", "local_calling"});
                if (end == rest.npos) { break; }
                rest.remove_prefix(end + 1);
            }
            const bool digits =
                name == "filter[national_destination_code]" || name.starts_with("filter[phone_number][");
            if (digits && (value.empty() || value.find_first_not_of("0123456789") != value.npos)) {
                throw Refusal(400, name + " is digits", name);
            }
        }
        if (const auto country = call.parameter("filter[country_code]"); country && dial_code_of(*country).empty()) {
            throw Refusal(400, "filter[country_code] is an ISO 3166-1 alpha-2 code", "filter[country_code]");
        }
    }

    bool flag(std::string_view name) const { return call_.parameter(name) == "true"; }

    /// Of the country and type that were asked for: what best effort still keeps to.
    bool nearly(const Item& item) const {
        const auto country = call_.parameter("filter[country_code]");
        const bool here = !country || item.country() == *country || (item.is_toll_free() && *country == "CA");
        return here && call_.parameter("filter[phone_number_type]").value_or(type_of(item)) == type_of(item);
    }

    bool exactly(const Item& item) const {
        if (!nearly(item)) { return false; }
        const std::string national = item.national();
        std::string_view pattern = national;
        if (const auto code = call_.parameter("filter[national_destination_code]")) {
            if (!pattern.starts_with(*code)) { return false; }
            pattern.remove_prefix(code->size());
        }
        const auto test = [&](std::string_view name, auto holds) {
            const auto value = call_.parameter(name);
            return !value || holds(*value);
        };
        const auto same = [](const std::string& text) {
            return [&text](const std::string& value) { return equal_ignoring_case(value, text); };
        };
        return test("filter[phone_number][starts_with]", [&](const auto& v) { return pattern.starts_with(v); }) &&
               test("filter[phone_number][ends_with]", [&](const auto& v) { return pattern.ends_with(v); }) &&
               test("filter[phone_number][contains]", [&](const auto& v) { return pattern.find(v) != pattern.npos; }) &&
               test("filter[locality]", same(item.locality)) && test("filter[rate_center]", same(item.rate_center)) &&
               test("filter[administrative_area]", same(item.state)) &&
               std::all_of(features_.begin(), features_.end(), [&](const std::string& feature) {
                   return std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
               });
    }

private:
    static void among(std::string_view name, std::string_view value, std::initializer_list<std::string_view> allowed) {
        if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
            throw Refusal(400, std::string(name) + " cannot be " + std::string(value), std::string(name));
        }
    }
    void one_of(std::string_view name, std::initializer_list<std::string_view> allowed) const {
        if (const auto value = call_.parameter(name)) { among(name, *value, allowed); }
    }

    const Call& call_;
    std::vector<std::string> features_;
};

/// What rows of numbers and of blocks have in common.
inline boost::json::object row_of(const Item& item, std::string_view record_type) {
    boost::json::array features;
    for (const std::string& feature : item.features) { features.push_back(boost::json::object{{"name", feature}}); }
    boost::json::array regions{boost::json::object{{"region_type", "country_code"}, {"region_name", item.country()}}};
    const std::array<std::pair<std::string_view, const std::string*>, 3> places{
        {{"rate_center", &item.rate_center}, {"state", &item.state}, {"location", &item.locality}}};
    for (const auto& [type, name] : places) {
        if (!name->empty()) { regions.push_back(boost::json::object{{"region_type", type}, {"region_name", *name}}); }
    }
    return {{"record_type", record_type},
            {"phone_number", item.number.str()},
            {"cost_information",
             {{"upfront_cost", item.setup}, {"monthly_cost", item.monthly}, {"currency", item.currency}}},
            {"features", std::move(features)},
            {"region_information", std::move(regions)}};
}

/// `found` gets the numbers shown: only those may be ordered.
inline Reply search(const Call& call, const Ledger& ledger, const std::set<E164>& held, std::set<E164>& found) {
    call.allow_only({"filter[phone_number][starts_with]", "filter[phone_number][ends_with]",
                     "filter[phone_number][contains]", "filter[national_destination_code]", "filter[country_code]",
                     "filter[locality]", "filter[administrative_area]", "filter[rate_center]",
                     "filter[phone_number_type]", "filter[features][]", "filter[features]", "filter[limit]",
                     "filter[best_effort]", "filter[quickship]", "filter[reservable]", "filter[exclude_held_numbers]"});
    const Filters filters(call);
    const std::size_t limit = call.count("filter[limit]", 100, 1, 10'000);
    boost::json::array data;
    std::size_t best_effort = 0;
    const auto show = [&](const Item& item, bool exact) {
        const bool holding = held.contains(item.number);
        const bool kept_back =
            holding && (filters.flag("filter[exclude_held_numbers]") || filters.flag("filter[reservable]"));
        if (data.size() >= limit || kept_back) { return; }
        boost::json::object row = row_of(item, "available_phone_number");
        row["best_effort"] = !exact;
        row["quickship"] = true;
        row["reservable"] = !holding;
        row["vanity_format"] = "";
        data.push_back(std::move(row));
        found.insert(item.number);
        best_effort += exact ? 0U : 1U;
    };
    for (const auto& each : ledger.stock()) {
        if (filters.exactly(each.second)) { show(each.second, true); }
    }
    for (const auto& each : ledger.stock()) {
        const bool wanted = filters.flag("filter[best_effort]") && filters.nearly(each.second);
        if (wanted && !filters.exactly(each.second)) { show(each.second, false); }
    }
    const boost::json::object meta{{"total_results", data.size()}, {"best_effort_results", best_effort}};
    return {200, {{"data", std::move(data)}, {"meta", meta}, {"metadata", meta}}};
}

/// Blocks are of ten.
inline Reply search_blocks(const Call& call, const Ledger& ledger) {
    call.allow_only(
        {"filter[country_code]", "filter[locality]", "filter[national_destination_code]", "filter[phone_number_type]"});
    const Filters filters(call);
    constexpr std::size_t size = 10;
    boost::json::array data;
    for (const Item* start : ledger.runs(size, [&](const Item& item) { return filters.exactly(item); })) {
        boost::json::object row = row_of(*start, "available_phone_number_block");
        row["range"] = size;
        data.push_back(std::move(row));
    }
    const boost::json::object meta{{"total_results", data.size()}, {"best_effort_results", 0}};
    return {200, {{"data", std::move(data)}, {"meta", meta}}};
}

}  // namespace tandem::testing::sandbox::telnyx
