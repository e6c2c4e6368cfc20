// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

/// Kazoo's phonebook (`knm_other`), which no document but Kazoo's module defines, and Tandem's own addition: `GET` and
/// `DELETE` of `/numbers/{country}/{number}` tell of a number that was bought and give it back (404: it is not ours).
class Other {
public:
    explicit Other(Ledger ledger = stocked(other_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "other";
    static boost::json::object settings(const std::string& origin) {
        return {{"phonebook_url", origin}, {"endpoints", boost::json::array{"sip.example.com"}}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const {
        return {refusal.status, {{"status", "error"}, {"message", refusal.what()}}};
    }

    Reply answer(const Call& call) {
        if (call.is("GET", {"numbers", "*", "search"})) { return search(call); }
        if (call.is("GET", {"blocks", "*", "search"})) { return search_blocks(call); }
        if (call.is("PUT", {"numbers", "*", "order"})) { return order(call); }
        if (call.is("POST", {"numbers", "*", "status"})) { return status(call); }
        if (call.is("GET", {"numbers", "*", "*"})) { return bought(call); }
        if (call.is("DELETE", {"numbers", "*", "*"})) { return release(call); }
        if (call.is("POST", {"locality", "metadata"})) { return localities(call); }
        if (call.is("GET", {"*", "city"})) { return cities(call); }
        throw Refusal(404, "the phonebook has no " + call.method + " " + call.target);
    }

private:
    static std::string country_in(const Call& call, std::size_t segment) {
        const std::string& country = call.path[segment];
        if (dial_code_of(country).empty()) { throw Refusal(400, "no country " + country); }
        return country;
    }

    /// Digits behind the country code that `prefix` names. Kazoo sends `+` as it is, which arrives as a space.
    static std::string national_prefix(const Call& call, std::string_view country) {
        auto text = call.parameter("prefix").value_or("");
        bool international = false;
        if (text.starts_with('+') || text.starts_with(' ')) {
            international = true;
            text.erase(0, 1);
        }
        if (text.empty() || text.find_first_not_of("0123456789") != text.npos) {
            throw Refusal(400, "prefix is digits, with + or without");
        }
        const auto dial_code = dial_code_of(country);
        if (!international) { return text; }
        if (!text.starts_with(dial_code)) { throw Refusal(400, "the prefix is of another country"); }
        return text.substr(dial_code.size());
    }

    static bool fits(const Item& item, std::string_view country, std::string_view prefix) {
        // Toll-free numbers belong to the whole North American plan.
        const std::string home = item.country();
        const bool here = home == country || (item.is_toll_free() && dial_code_of(country) == "1");
        return here && item.national().starts_with(prefix);
    }

    static boost::json::object data_of(const Item& item) {
        boost::json::array features(item.features.begin(), item.features.end());
        boost::json::object data{{"features", std::move(features)}};
        if (!item.rate_center.empty()) { data["rate_center"] = item.rate_center; }
        if (!item.state.empty()) { data["state"] = item.state; }
        return data;
    }
    static boost::json::object locality_of(const Item& item) {
        return {{"country", item.country()}, {"state", item.state}, {"locality", item.locality}};
    }

    Reply search(const Call& call) {
        call.allow_only({"prefix", "limit", "offset"});
        const std::string country = country_in(call, 1);
        const std::string prefix = national_prefix(call, country);
        const std::size_t limit = call.count("limit", 1, 1, 10'000);
        std::size_t skip = call.count("offset", 0, 0, 1'000'000);
        boost::json::object data;
        for (const auto& [number, item] : ledger_.stock()) {
            if (!fits(item, country, prefix)) { continue; }
            if (skip > 0) {
                --skip;
            } else if (data.size() < limit) {
                data[number.str()] = data_of(item);
            }
        }
        return {200, {{"status", "success"}, {"data", std::move(data)}}};
    }

    Reply search_blocks(const Call& call) {
        call.allow_only({"prefix", "size", "offset", "limit"});
        const std::string country = country_in(call, 1);
        const std::string prefix = national_prefix(call, country);
        const std::size_t size = call.count("size", 1, 1, 10'000);
        const std::size_t limit = call.count("limit", 1, 1, 10'000);
        std::size_t skip = call.count("offset", 0, 0, 1'000'000);
        boost::json::array data;
        for (const Item* start : ledger_.runs(size, [&](const Item& item) { return fits(item, country, prefix); })) {
            if (skip > 0) {
                --skip;
            } else if (data.size() < limit) {
                const auto last = std::stoull(start->number.digits()) + size - 1;
                data.push_back(boost::json::object{{"start_number", start->number.str()},
                                                   {"end_number", "+" + std::to_string(last)}});
            }
        }
        return {200, {{"status", "success"}, {"data", std::move(data)}}};
    }

    static boost::json::array texts(const boost::json::object& object, std::string_view key) {
        const auto* list = object.if_contains(key);
        if (list == nullptr || !list->is_array()) { throw Refusal(400, std::string(key) + " is a list of text"); }
        for (const auto& each : list->get_array()) {
            if (!each.is_string()) { throw Refusal(400, std::string(key) + " is a list of text"); }
        }
        return list->get_array();
    }

    Reply order(const Call& call) {
        call.allow_only({});
        country_in(call, 1);
        const auto body = call.object(400, {"data"});
        const auto* data = body.if_contains("data");
        if (data == nullptr || !data->is_object()) { throw Refusal(400, "data is an object"); }
        for (const auto& each : data->get_object()) {
            if (each.key() != "numbers" && each.key() != "gateways") {
                throw Refusal(400, "unknown field data." + std::string(each.key()));
            }
        }
        texts(data->get_object(), "gateways");
        const auto numbers = texts(data->get_object(), "numbers");
        if (numbers.empty()) { throw Refusal(400, "numbers names none"); }
        boost::json::object answer;
        for (const auto& text : numbers) {
            const auto number = E164::parse_or_empty(std::string_view(text.get_string()));
            if (answer.contains(text.get_string())) { throw Refusal(400, "a number stands twice"); }
            const std::string reference = "other-" + std::to_string(++orders_);
            if (number.empty() || !ledger_.order(number, reference, {})) {
                answer[text.get_string()] = {{"status", "error"}, {"message", "the number is not available"}};
                continue;
            }
            const Item item = *ledger_.bought(number);
            ledger_.finish(reference, number, !item.fails);
            if (item.fails) {
                answer[text.get_string()] = {{"status", "error"}, {"message", "the order failed"}};
                continue;
            }
            references_.insert_or_assign(number, reference);
            answer[text.get_string()] = order_of(item);
        }
        return {200, {{"status", "success"}, {"data", std::move(answer)}}};
    }

    boost::json::object order_of(const Item& item) const {
        return {{"status", "success"},
                {"opaque", {{"order", references_.at(item.number)}}},
                {"locality", locality_of(item)}};
    }

    Reply bought(const Call& call) const {
        call.allow_only({});
        country_in(call, 1);
        const Item* mine = ledger_.bought(E164::parse_or_empty(call.path[2]));
        if (mine == nullptr) { throw Refusal(404, "the number is not yours"); }
        return {200, {{"status", "success"}, {"data", {{call.path[2], order_of(*mine)}}}}};
    }

    Reply status(const Call& call) {
        call.allow_only({});
        const auto dial_code = std::string(dial_code_of(country_in(call, 1)));
        const auto body = call.object(400, {"data"});
        boost::json::array data;
        for (const auto& text : texts(body, "data")) {
            std::string name(text.get_string());
            // Kazoo asks in national format.
            const auto number = E164::parse_or_empty(name.starts_with('+') ? name : "+" + dial_code + name);
            const std::string_view word = ledger_.stock().contains(number)    ? "available"
                                          : ledger_.bought(number) != nullptr ? "in_service"
                                                                              : "unavailable";
            data.push_back(boost::json::object{{"number", std::move(name)}, {"status", word}});
        }
        return {200, {{"status", "success"}, {"data", std::move(data)}}};
    }

    Reply release(const Call& call) {
        call.allow_only({});
        country_in(call, 1);
        const auto number = E164::parse_or_empty(call.path[2]);
        const Item* mine = ledger_.bought(number);
        if (mine == nullptr) { throw Refusal(404, "the number is not yours"); }
        if (mine->deletion_lock) { throw Refusal(409, "the number is locked"); }
        ledger_.release(number);
        return {200, {{"status", "success"}, {"data", boost::json::object{}}}};
    }

    Reply localities(const Call& call) {
        call.allow_only({});
        const auto body = call.object(400, {"data"});
        boost::json::object data;
        for (const auto& text : texts(body, "data")) {
            const auto number = E164::parse_or_empty(std::string_view(text.get_string()));
            const auto found = ledger_.stock().find(number);
            const Item* item = found == ledger_.stock().end() ? ledger_.bought(number) : &found->second;
            if (item != nullptr) { data[text.get_string()] = locality_of(*item); }
        }
        return {200, {{"status", "success"}, {"data", std::move(data)}}};
    }

    Reply cities(const Call& call) {
        call.allow_only({"pattern"});
        const std::string country = country_in(call, 0);
        const auto pattern = call.parameter("pattern");
        if (!pattern || pattern->empty()) { throw Refusal(400, "pattern is missing"); }
        std::map<std::string, std::map<std::string, int>> found;
        for (const auto& each : ledger_.stock()) {
            const Item& item = each.second;
            const bool begins = equal_ignoring_case(item.locality.substr(0, pattern->size()), *pattern);
            if (item.country() == country && begins) { ++found[item.locality][item.national().substr(0, 3)]; }
        }
        boost::json::object data;
        for (const auto& [city, prefixes] : found) {
            boost::json::array list;
            for (const auto& prefix : prefixes) { list.emplace_back(prefix.first); }
            data[city] = {{"prefixes", std::move(list)}};
        }
        return {200, {{"status", "success"}, {"data", std::move(data)}}};
    }

    Ledger ledger_;
    std::map<E164, std::string> references_;
    std::uint64_t orders_ = 0;
};
static_assert(Site<Other>);

}  // namespace tandem::testing::sandbox
