// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/alpha3.hpp>
#include <tandem/testing/sandbox/groups.hpp>
#include <tandem/testing/sandbox/message.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How Voxbone's API reads what it is asked, and which of its groups and numbers that means.
namespace tandem::testing::sandbox::voxbone {

inline std::int64_t cents(const std::string& price) { return Amount::parse(price).value().count() / 100; }
inline std::string_view type_of(const Item& item) { return item.is_toll_free() ? "TOLL_FREE" : "GEOGRAPHIC"; }
inline bool has(const Item& item, std::string_view feature) {
    return std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
}
inline constexpr std::array<std::pair<std::string_view, int>, 4> features{
    {{"voice", 50}, {"sms", 25}, {"fax", 6}, {"emergency", 29}}};

inline boost::json::object body_of(const Call& call, std::initializer_list<std::string_view> allowed) {
    call.allow_only({});
    if (call.body.empty()) { throw Refusal(400, "the body is empty", "26"); }
    if (!call.field("Content-Type").starts_with("application/json")) {
        throw Refusal(400, "Content-Type is application/json");
    }
    return call.object(400, allowed);
}
inline std::string text_in(const boost::json::object& body, std::string_view key) {
    const auto* value = body.if_contains(key);
    if (value == nullptr) { return {}; }
    if (!value->is_string()) { throw Refusal(400, std::string(key) + " is text", "20"); }
    return std::string(value->get_string());
}
inline std::int64_t whole_in(const boost::json::object& body, std::string_view key, const char* code) {
    const auto* value = body.if_contains(key);
    if (value == nullptr || !value->is_int64()) { throw Refusal(400, std::string(key) + " is a whole number", code); }
    return value->get_int64();
}
inline bool flag_in(const Call& call, std::string_view name) {
    const std::string text = call.parameter(name).value_or("false");
    if (text != "true" && text != "false") { throw Refusal(400, std::string(name) + " is true or false", "18"); }
    return text == "true";
}
/// One page of `rows`, as every list has to be asked for. A page behind the last one is an error.
inline Reply paged(const Call& call, std::string_view name, boost::json::array rows, std::size_t most = 5'000) {
    for (const std::string_view required : {"pageNumber", "pageSize"}) {
        if (!call.parameter(required)) { throw Refusal(400, std::string(required) + " is required", "16"); }
    }
    const std::size_t page = call.count("pageNumber", 0, 0, 1'000'000);
    const std::size_t size = std::min(most, call.count("pageSize", 0, 1, 5'000));
    if (page > 0 && page * size >= rows.size()) { throw Refusal(400, "the page does not exist", "13"); }
    boost::json::array part;
    for (std::size_t i = page * size; i < rows.size() && part.size() < size; ++i) { part.push_back(rows[i]); }
    return {200, {{name, std::move(part)}, {"resultCount", rows.size()}}};
}

/// Of a group, up to `quantity` numbers with these digits; when they have to be consecutive, exactly as many or none.
inline std::vector<const Item*> select(const Group& group, std::size_t quantity, bool consecutive,
                                       const std::string& digits) {
    std::vector<const Item*> chosen;
    std::uint64_t last = 0;
    for (const Item* item : group.items) {
        if (chosen.size() == quantity) { break; }
        if (item->number.digits().find(digits) == std::string::npos) { continue; }
        const std::uint64_t value = std::stoull(item->number.digits());
        if (consecutive && value != last + 1) { chosen.clear(); }
        last = value;
        chosen.push_back(item);
    }
    if (consecutive && chosen.size() < quantity) { chosen.clear(); }
    return chosen;
}

inline bool fits(const Group& group, const Call& call, std::string_view country) {
    const Item& item = group.first();
    const auto same = [&](std::string_view name, std::string_view value) {
        return call.parameter(name).value_or(std::string(value)) == value;
    };
    const bool fits = alpha3_of(group.country) == country && same("areaCode", group.area) &&
                      same("didType", type_of(item)) && same("rateCenter", item.rate_center) &&
                      item.locality.find(call.parameter("cityNamePattern").value_or("")) != std::string::npos;
    bool has_group = false, wants_group = false;
    for (const auto& [name, value] : call.query) {
        if (name == "didGroupIds") {
            wants_group = true;
            has_group = has_group || value == std::to_string(group.id);
        }
        if (name != "featureIds") { continue; }
        const auto known = std::find_if(features.begin(), features.end(),
                                        [&](const auto& each) { return std::to_string(each.second) == value; });
        if (known == features.end() || !has(item, known->first)) { return false; }
    }
    return fits && has_group == wants_group;
}
inline boost::json::object row_of(const Group& group) {
    const Item& item = group.first();
    boost::json::array list;
    for (const auto& [name, id] : features) {
        if (has(item, name)) { list.push_back(boost::json::object{{"featureId", id}, {"name", name}}); }
    }
    return {{"didGroupId", group.id},
            {"countryCodeA3", alpha3_of(group.country)},
            {"stateId", nullptr},
            {"didType", type_of(item)},
            {"cityName", item.locality},
            {"areaCode", group.area},
            {"rateCenter", item.rate_center},
            {"stock", group.items.size()},
            {"setup100", cents(item.setup)},
            {"monthly100", cents(item.monthly)},
            {"available", true},
            {"regulationRequirement", nullptr},
            {"features", std::move(list)}};
}

/// `%` in a pattern stands for anything; without one it is the whole number.
inline bool matches(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) { return text.empty(); }
    if (pattern.front() == '%') {
        for (std::size_t skip = 0; skip <= text.size(); ++skip) {
            if (matches(text.substr(skip), pattern.substr(1))) { return true; }
        }
        return false;
    }
    return !text.empty() && text.front() == pattern.front() && matches(text.substr(1), pattern.substr(1));
}
/// Whether `id` is among those that the call names, or it names none.
inline bool is_listed(const Call& call, std::string_view name, std::uint64_t id) {
    bool any = false;
    for (const auto& [key, value] : call.query) {
        if (key != name) { continue; }
        if (value == std::to_string(id)) { return true; }
        any = true;
    }
    return !any;
}

}  // namespace tandem::testing::sandbox::voxbone
