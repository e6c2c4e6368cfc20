// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/countries.hpp>
#include <tandem/testing/sandbox/json_api.hpp>
#include <tandem/testing/sandbox/ledger.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What DIDWW has: countries, NANPA prefixes, groups of numbers and the numbers that one may choose, after its
/// documentation of the coverage resources (2026-04-16).
namespace tandem::testing::sandbox::didww {

/// Whether the parameter `name`, which may list several values, is absent or names one of `values`.
inline bool names_one_of(const Call& call, std::string_view name, const std::vector<std::string>& values) {
    const auto wanted = call.parameter(name);
    if (!wanted) { return true; }
    for (std::string_view rest = *wanted;;) {
        const auto comma = rest.find(',');
        if (std::find(values.begin(), values.end(), rest.substr(0, comma)) != values.end()) { return true; }
        if (comma == rest.npos) { return false; }
        rest.remove_prefix(comma + 1);
    }
}
inline bool names(const Call& call, std::string_view name, const std::string& value) {
    return names_one_of(call, name, {value});
}
/// The same for true and false.
inline bool is_flag(const Call& call, std::string_view name, bool value) {
    const auto wanted = call.parameter(name);
    if (wanted && *wanted != "true" && *wanted != "false") {
        throw Refusal(400, std::string(name) + " is true or false", std::string(name));
    }
    return !wanted || (*wanted == "true") == value;
}

/// The relationships that the call wants included. Errors: `Refusal` for one that is not among `allowed`.
inline std::set<std::string> includes_of(const Call& call, std::initializer_list<std::string_view> allowed) {
    std::set<std::string> includes;
    const std::string wanted = call.parameter("include").value_or("");
    for (std::string_view rest = wanted; !rest.empty();) {
        const auto comma = rest.find(',');
        const std::string_view name = rest.substr(0, comma);
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
            throw Refusal(400, std::string(name) + " is not a valid relationship", "include");
        }
        for (auto dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
            includes.emplace(name.substr(0, dot));
        }
        includes.emplace(name);
        rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
    }
    return includes;
}

/// Resources that come along, each once.
class Included {
public:
    void add(boost::json::object resource) {
        const std::string key(resource.at("id").as_string());
        if (keys_.insert(key).second) { resources_.push_back(std::move(resource)); }
    }
    void into(boost::json::object& document) && {
        if (!resources_.empty()) { document["included"] = std::move(resources_); }
    }

private:
    std::set<std::string> keys_;
    boost::json::array resources_;
};

inline boost::json::object linkage(std::string_view type, std::string_view id) {
    return {{"data", {{"type", type}, {"id", id}}}};
}
inline boost::json::object link_to(std::string_view path) {
    return {{"links", {{"related", "https://api.didww.com/v3/" + std::string(path)}}}};
}

/// One page of `rows`.
inline Reply paged(const Call& call, const boost::json::array& rows, Included included, std::size_t most = 100) {
    const std::size_t size = std::min(most, call.count("page[size]", 50, 1, 100));
    const std::size_t page = call.count("page[number]", 1, 1, 1'000'000);
    boost::json::array data;
    for (std::size_t i = (page - 1) * size; i < rows.size() && data.size() < size; ++i) { data.push_back(rows[i]); }
    boost::json::object document{{"data", std::move(data)},
                                 {"meta", {{"total_records", rows.size()}, {"api_version", "2026-04-16"}}},
                                 {"links", boost::json::object()}};
    std::move(included).into(document);
    return json_api::reply(200, document);
}

inline std::string country_id(std::string_view iso) { return json_api::uuid_of("country " + std::string(iso)); }
inline std::string exchange_id(std::string_view npanxx) { return json_api::uuid_of("nanpa " + std::string(npanxx)); }
inline std::string available_id(E164 number) { return json_api::uuid_of("available " + number.digits()); }

/// How DIDWW dials a country.
inline std::string_view dial_code_in(std::string_view country) {
    for (const Country& each : countries) {
        if (each.code == country) { return each.dial_code; }
    }
    return {};
}

/// The numbers that are alike in country, area code, place, price and features are a group.
struct Group {
    std::string id{};
    std::string country{};
    std::string prefix{};
    Item like{};  ///< one of its numbers
    std::vector<E164> numbers{};

    std::string area() const { return like.locality.empty() ? "National" : like.locality; }
};

inline Group group_of(const Item& item) {
    Group group{.country = item.country(), .like = item};
    group.prefix = item.number.digits().substr(dial_code_in(group.country).size()).substr(0, 3);
    std::string key = "group " + group.country + " " + group.prefix + " " + item.locality + " " + item.setup + " " +
                      item.monthly + (item.needs_action ? " registered" : "");
    for (const std::string& feature : item.features) { key += " " + feature; }
    group.id = json_api::uuid_of(key);
    return group;
}
inline std::vector<Group> groups_in(const Ledger& ledger) {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> places;
    for (const auto& [number, item] : ledger.stock()) {
        Group group = group_of(item);
        const auto [place, is_new] = places.emplace(group.id, groups.size());
        if (is_new) { groups.push_back(std::move(group)); }
        groups[place->second].numbers.push_back(number);
    }
    return groups;
}

inline std::vector<std::string> features_of(const Item& item) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{
        {{"voice", "voice_in"}, {"sms", "sms_in"}, {"fax", "t38"}, {"emergency", "emergency"}, {"cnam", "cnam_out"}}};
    std::vector<std::string> features;
    for (const auto& [ours, theirs] : words) {
        const bool has = std::find(item.features.begin(), item.features.end(), ours) != item.features.end();
        if (has) { features.emplace_back(theirs); }
    }
    return features;
}

/// A way to have a number of a group: with no channel, or, a dollar dearer each month, with two.
struct Unit {
    std::string id{};
    unsigned channels = 0;
    Amount setup{};
    Amount monthly{};
};
inline std::array<Unit, 2> units_of(const Group& group) {
    const Amount setup = Amount::parse(group.like.setup).value(), monthly = Amount::parse(group.like.monthly).value();
    return {{{json_api::uuid_of(group.id + " 0"), 0, setup, monthly},
             {json_api::uuid_of(group.id + " 2"), 2, setup, monthly + Amount::parse("1").value()}}};
}

/// `whole`: with what a list tells of it, and not only what comes along elsewhere.
inline boost::json::object to_json(const Group& group, const std::set<std::string>& includes, std::string_view path,
                                   bool whole, Included& included) {
    const std::string units_path = path.empty() ? "stock_keeping_units" : std::string(path) + ".stock_keeping_units";
    boost::json::object units = link_to("did_groups/" + group.id + "/stock_keeping_units");
    if (includes.contains(units_path)) {
        boost::json::array named;
        for (const Unit& unit : units_of(group)) {
            named.push_back(boost::json::object{{"type", "stock_keeping_units"}, {"id", unit.id}});
            included.add({{"id", unit.id},
                          {"type", "stock_keeping_units"},
                          {"attributes",
                           {{"setup_price", unit.setup.str()},
                            {"monthly_price", unit.monthly.str()},
                            {"channels_included_count", unit.channels}}}});
        }
        units["data"] = std::move(named);
    }
    boost::json::array features;
    for (const std::string& feature : features_of(group.like)) { features.emplace_back(feature); }
    boost::json::object json{{"id", group.id},
                             {"type", "did_groups"},
                             {"attributes",
                              {{"prefix", group.prefix},
                               {"features", std::move(features)},
                               {"is_metered", false},
                               {"area_name", group.area()},
                               {"allow_additional_channels", true},
                               {"service_restrictions", nullptr}}},
                             {"relationships", {{"stock_keeping_units", std::move(units)}}}};
    if (whole) {
        json["meta"] = {{"available_dids_enabled", true},
                        {"needs_registration", group.like.needs_action},
                        {"is_available", true},
                        {"total_count", group.numbers.size()}};
    }
    return json;
}

/// All countries at once: there are no pages.
inline Reply list_countries(const Call& call) {
    call.allow_only({"filter[iso]", "filter[name]", "filter[prefix]", "filter[is_available]"});
    boost::json::array data;
    const auto wanted = call.parameter("filter[iso]");
    for (const Country& each : countries) {
        if (wanted.value_or(std::string(each.code)) != each.code) { continue; }
        const std::string iso(each.code), prefix(each.dial_code);
        if (!names(call, "filter[prefix]", prefix) || !names(call, "filter[name]", iso)) { continue; }
        data.push_back(boost::json::object{{"id", country_id(iso)},
                                           {"type", "countries"},
                                           {"attributes", {{"name", iso}, {"prefix", prefix}, {"iso", iso}}}});
    }
    return json_api::reply(200, {{"data", std::move(data)}, {"meta", {{"api_version", "2026-04-16"}}}});
}

inline bool is_american(const Item& item) { return item.number.digits().starts_with('1') && !item.is_toll_free(); }

inline Reply list_exchanges(const Call& call, const Ledger& ledger) {
    call.allow_only(
        {"filter[npa]", "filter[nxx]", "filter[npanxx]", "filter[country.id]", "page[number]", "page[size]"});
    std::map<std::string, std::string> exchanges;
    for (const auto& [number, item] : ledger.stock()) {
        if (is_american(item)) { exchanges.emplace(item.national().substr(0, 6), item.country()); }
    }
    boost::json::array rows;
    for (const auto& [npanxx, country] : exchanges) {
        const std::string npa = npanxx.substr(0, 3), nxx = npanxx.substr(3);
        const bool wanted = names(call, "filter[npa]", npa) && names(call, "filter[nxx]", nxx) &&
                            names(call, "filter[npanxx]", npanxx) &&
                            names(call, "filter[country.id]", country_id(country));
        if (!wanted) { continue; }
        rows.push_back(boost::json::object{
            {"id", exchange_id(npanxx)}, {"type", "nanpa_prefixes"}, {"attributes", {{"npa", npa}, {"nxx", nxx}}}});
    }
    return paged(call, rows, {});
}

inline bool has_exchange(const Call& call, const Group& group) {
    if (!call.parameter("filter[nanpa_prefix.npanxx]") && !call.parameter("filter[nanpa_prefix.id]")) { return true; }
    return std::any_of(group.numbers.begin(), group.numbers.end(), [&](E164 number) {
        const std::string npanxx = number.digits().substr(1, 6);
        return is_american(group.like) && names(call, "filter[nanpa_prefix.npanxx]", npanxx) &&
               names(call, "filter[nanpa_prefix.id]", exchange_id(npanxx));
    });
}

inline Reply list_groups(const Call& call, const Ledger& ledger) {
    call.allow_only({"filter[country.id]", "filter[prefix]", "filter[area_name]", "filter[features]",
                     "filter[is_available]", "filter[available_dids_enabled]", "filter[needs_registration]",
                     "filter[is_metered]", "filter[nanpa_prefix.npanxx]", "filter[nanpa_prefix.id]",
                     "filter[meta.total_count_gteq]", "include", "page[number]", "page[size]"});
    const auto includes = includes_of(call, {"stock_keeping_units"});
    const std::size_t least = call.count("filter[meta.total_count_gteq]", 0, 0, 999'999'999);
    Included included;
    boost::json::array rows;
    for (const Group& group : groups_in(ledger)) {
        const bool wanted =
            names(call, "filter[country.id]", country_id(group.country)) &&
            names(call, "filter[prefix]", group.prefix) && names(call, "filter[area_name]", group.area()) &&
            names_one_of(call, "filter[features]", features_of(group.like)) &&
            is_flag(call, "filter[is_available]", true) && is_flag(call, "filter[available_dids_enabled]", true) &&
            is_flag(call, "filter[needs_registration]", group.like.needs_action) &&
            is_flag(call, "filter[is_metered]", false) && has_exchange(call, group) && group.numbers.size() >= least;
        if (wanted) { rows.push_back(to_json(group, includes, "", true, included)); }
    }
    return paged(call, rows, std::move(included));
}

/// Some of the numbers that fit: there are no pages.
inline Reply list_available(const Call& call, const Ledger& ledger, const std::set<E164>& held) {
    call.allow_only({"filter[country.id]", "filter[did_group.id]", "filter[did_group.features]",
                     "filter[did_group.needs_registration]", "filter[nanpa_prefix.id]", "filter[number_contains]",
                     "include", "sort"});
    const auto includes = includes_of(call, {"did_group", "did_group.stock_keeping_units"});
    const std::string part = call.parameter("filter[number_contains]").value_or("");
    const bool is_covered = call.parameter("filter[country.id]") || call.parameter("filter[did_group.id]");
    if (part.find_first_not_of("0123456789") != part.npos || (!part.empty() && part.size() < 3 && !is_covered)) {
        throw Refusal(400, "number_contains has three digits at least", "filter[number_contains]");
    }
    constexpr std::size_t most = 10;
    Included included;
    boost::json::array data;
    std::size_t count = 0;
    for (const auto& [number, item] : ledger.stock()) {
        const Group group = group_of(item);
        const bool wanted = names(call, "filter[country.id]", country_id(group.country)) &&
                            names(call, "filter[did_group.id]", group.id) &&
                            names_one_of(call, "filter[did_group.features]", features_of(item)) &&
                            is_flag(call, "filter[did_group.needs_registration]", item.needs_action) &&
                            names(call, "filter[nanpa_prefix.id]", exchange_id(number.digits().substr(1, 6))) &&
                            number.digits().find(part) != std::string::npos;
        if (!wanted || held.contains(number) || count++ >= most) { continue; }
        boost::json::object around = link_to("available_dids/" + available_id(number) + "/did_group");
        if (includes.contains("did_group")) {
            around = linkage("did_groups", group.id);
            included.add(to_json(group, includes, "did_group", false, included));
        }
        data.push_back(boost::json::object{{"id", available_id(number)},
                                           {"type", "available_dids"},
                                           {"attributes", {{"number", number.digits()}}},
                                           {"relationships", {{"did_group", std::move(around)}}}});
    }
    boost::json::object document{{"data", std::move(data)},
                                 {"meta", {{"total_count", count}, {"api_version", "2026-04-16"}}}};
    std::move(included).into(document);
    return json_api::reply(200, document);
}

}  // namespace tandem::testing::sandbox::didww
