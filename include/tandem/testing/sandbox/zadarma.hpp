// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/groups.hpp>
#include <tandem/testing/sandbox/numerals.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/wire/digest.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 3> zadarma_ranges{{
    {"+19295550100", 20, "", "", "New York", "0.00", "2.00"},
    {"+19297770100", 10, "", "", "Queens", "4.00", "2.50"},
    {"+441514960100", 20, "", "", "Liverpool", "0.00", "1.80", "GBP"},
}};

/// Zadarma's API v1 under `/v1`, after its OpenAPI document. Each look at an ordered number is one poll. A number's
/// period ends as soon as its renewal is switched off: here nobody waits for the month to pass.
class Zadarma {
public:
    static constexpr std::string_view default_key = "sandbox-key";
    static constexpr std::string_view default_secret = "sandbox-secret";

    explicit Zadarma(Ledger ledger = stocked(zadarma_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "zadarma";
    static boost::json::object settings(const std::string& origin) {
        return {{"key", default_key}, {"secret", default_secret}, {"base_url", origin}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const {
        return {refusal.status, {{"status", "error"}, {"message", refusal.what()}}};
    }

    Reply answer(const Call& call) {
        const bool asks = call.method == "GET";
        if (asks && !call.body.empty()) { throw Refusal(400, "a GET has no body"); }
        if (!asks && !call.query.empty()) { throw Refusal(400, "parameters stand in the body"); }
        if (!asks && !call.field("Content-Type").starts_with("application/x-www-form-urlencoded")) {
            throw Refusal(400, "Content-Type is application/x-www-form-urlencoded");
        }
        const Params params = params_of(asks ? call.query : pairs_in(call.body));
        const std::string path = call.target.substr(0, call.target.find('?'));
        if (call.field("Authorization") != authorization(path, params)) { throw Refusal(401, "Not authorized"); }
        return with_numerals(act(call, params));
    }

    /// What the header of a request to `path` has to be.
    static std::string authorization(const std::string& path, const std::map<std::string, std::string>& params) {
        std::string query;
        for (const auto& [name, value] : params) {
            query += (query.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
        }
        const std::string text = path + query + wire::to_hex(wire::md5(query));
        const std::string digits = wire::to_hex(wire::hmac_sha1(default_secret, text));
        return std::string(default_key) + ":" + to_base64(digits);
    }

private:
    using Params = std::map<std::string, std::string>;

    struct Mine {
        std::uint64_t direction = 0;
        std::string reference{};
        std::string status = "checking";
        unsigned polls = 0;
        bool renews = true;
    };
    static constexpr std::string_view start = "2026-01-01 00:00:00";
    static constexpr std::string_view stop = "2026-02-01 00:00:00";

    /// As PHP's `urlencode`.
    static std::string encoded(std::string_view text) {
        constexpr std::string_view hex = "0123456789ABCDEF";
        std::string out;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
                out += c;
            } else if (c == ' ') {
                out += '+';
            } else {
                out += '%';
                out += hex[byte >> 4U];
                out += hex[byte & 0xFU];
            }
        }
        return out;
    }
    static Params params_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
        Params params;
        for (const auto& [name, value] : pairs) {
            if (!params.emplace(name, value).second) { throw Refusal(400, name + " stands twice"); }
        }
        return params;
    }
    static void allow_only(const Params& params, std::initializer_list<std::string_view> allowed) {
        for (const auto& each : params) {
            if (std::find(allowed.begin(), allowed.end(), each.first) == allowed.end()) {
                throw Refusal(400, "unknown parameter " + each.first);
            }
        }
    }
    static std::string text_in(const Params& params, const std::string& name) {
        const auto found = params.find(name);
        if (found == params.end() || found->second.empty()) { throw Refusal(400, name + " is missing"); }
        return found->second;
    }
    static std::uint64_t whole_in(const Params& params, const std::string& name) {
        const std::string text = text_in(params, name);
        if (text.size() > 15 || text.find_first_not_of("0123456789") != text.npos) {
            throw Refusal(400, name + " is a whole number");
        }
        return std::stoull(text);
    }
    static void expect_one_of(const Params& params, const std::string& name,
                              std::initializer_list<std::string_view> words) {
        const auto found = params.find(name);
        if (found != params.end() && std::find(words.begin(), words.end(), found->second) == words.end()) {
            throw Refusal(400, name + " has a wrong value");
        }
    }
    static E164 number_in(const Params& params) {
        const std::string text = text_in(params, "number");
        const E164 number = E164::parse_or_empty((text.starts_with('+') ? "" : "+") + text);
        if (number.digit_count() < 7) { throw Refusal(400, "number is 7 to 15 digits"); }
        return number;
    }
    static std::string_view word(bool yes) { return yes ? "true" : "false"; }

    Reply act(const Call& call, const Params& params) {
        if (call.is("GET", {"v1", "info", "balance"})) {
            allow_only(params, {});
            return {200, {{"status", "success"}, {"balance", numeral("10.34")}, {"currency", "USD"}}};
        }
        if (call.is("GET", {"v1", "direct_numbers", "countries"})) { return countries(params); }
        if (call.is("GET", {"v1", "direct_numbers", "country"})) { return directions(params); }
        if (call.is("GET", {"v1", "direct_numbers", "available", "*"})) { return available(call.path[3], params); }
        if (call.is("POST", {"v1", "direct_numbers", "order"})) { return order(params); }
        if (call.is("GET", {"v1", "direct_numbers"})) { return list(params); }
        if (call.is("GET", {"v1", "direct_numbers", "number"})) { return show(params); }
        if (call.is("GET", {"v1", "direct_numbers", "autoprolongation"})) {
            allow_only(params, {"number"});
            const auto& [number, mine] = the_number(params);
            return prolongation(number, mine.renews);
        }
        if (call.is("PUT", {"v1", "direct_numbers", "autoprolongation"})) { return renew(params); }
        throw Refusal(404, "no such method: " + call.method + " " + call.target);
    }

    std::vector<Group> groups() {
        return names_.groups_of(ledger_, [](const Item&) { return true; });
    }
    std::optional<Group> direction(const std::string& id) {
        for (Group& group : groups()) {
            if (std::to_string(group.id) == id) { return std::move(group); }
        }
        return {};
    }

    Reply countries(const Params& params) {
        allow_only(params, {"language"});
        std::set<std::string> codes;
        for (const Group& group : groups()) { codes.insert(group.country); }
        boost::json::array info;
        for (const std::string& code : codes) {
            info.push_back(boost::json::object{
                {"countryCode", dial_code_of(code)}, {"countryCodeIso", code}, {"name", "Country " + code}});
        }
        return {200, {{"status", "success"}, {"info", std::move(info)}}};
    }

    Reply directions(const Params& params) {
        allow_only(params, {"country", "language", "direction_id"});
        const std::string country = text_in(params, "country");
        if (dial_code_of(country).empty()) { throw Refusal(400, "country is an ISO code of two letters"); }
        const auto only =
            params.contains("direction_id") ? std::optional(whole_in(params, "direction_id")) : std::nullopt;
        boost::json::array info;
        for (const Group& group : groups()) {
            if (group.country != country || only.value_or(group.id) != group.id) { continue; }
            const Item& item = group.first();
            const bool sms = std::find(item.features.begin(), item.features.end(), "sms") != item.features.end();
            info.push_back(boost::json::object{{"id", std::to_string(group.id)},
                                               {"countryCode", dial_code_of(country)},
                                               {"areaCode", group.area},
                                               {"name", item.locality},
                                               {"connect_fee", numeral(item.setup)},
                                               {"monthly_fee", numeral(item.monthly)},
                                               {"currency", item.currency},
                                               {"restrictions", boost::json::object{}},
                                               {"receive_sms", word(sms)},
                                               {"is_toll", word(item.is_toll_free())},
                                               {"feature", nullptr},
                                               {"connect_time", "0"}});
        }
        if (info.empty()) { throw Refusal(400, "no numbers in this country"); }
        return {200, {{"status", "success"}, {"info", std::move(info)}}};
    }

    static std::string id_of(const Group& group, const Item& item) {
        return "1712p0D" + std::to_string(group.id) + "D0t42r" + item.number.digits();
    }
    Reply available(const std::string& id, const Params& params) {
        allow_only(params, {"mask"});
        const auto group = direction(id);
        if (!group) { throw Refusal(400, "no such direction"); }
        const auto mask = params.find("mask");
        boost::json::array numbers;
        for (const Item* item : group->items) {
            const std::string digits = item->number.digits();
            if (mask != params.end() && digits.find(mask->second) == digits.npos) { continue; }
            numbers.push_back(
                boost::json::object{{"id", id_of(*group, *item)}, {"direction_id", group->id}, {"number", digits}});
        }
        return {200, {{"status", "success"}, {"numbers", std::move(numbers)}}};
    }

    Reply order(const Params& params) {
        allow_only(params, {"number_id", "direction_id", "documents_group_id", "purpose", "receive_sms", "period",
                            "autorenew_period", "user_id"});
        whole_in(params, "documents_group_id");
        expect_one_of(params, "receive_sms", {"0", "1"});
        expect_one_of(params, "period", {"month", "3month"});
        expect_one_of(params, "autorenew_period", {"month", "year"});
        const auto group = direction(std::to_string(whole_in(params, "direction_id")));
        if (!group) { throw Refusal(400, "no such direction"); }
        const auto wanted = params.find("number_id");
        const auto chosen = std::find_if(group->items.begin(), group->items.end(), [&](const Item* item) {
            return wanted == params.end() || id_of(*group, *item) == wanted->second;
        });
        if (chosen == group->items.end()) { throw Refusal(400, "the number is not available"); }
        const E164 number = (*chosen)->number;
        Mine mine{.direction = group->id, .reference = "z" + std::to_string(++ids_), .polls = (*chosen)->polls};
        ledger_.order(number, mine.reference, "");
        Mine& kept = mine_.insert_or_assign(number, std::move(mine)).first->second;
        if (kept.polls == 0) { look_at(number, kept); }
        const bool is_there = ledger_.bought(number) != nullptr;
        if (!is_there) { throw Refusal(400, "the number cannot be connected"); }
        return {200,
                {{"status", "success"},
                 {"number", number.digits()},
                 {"is_reserved", "false"},
                 {"is_activated", word(kept.status == "on")}}};
    }
    void look_at(E164 number, Mine& mine) {
        if (mine.status != "checking") { return; }
        if (mine.polls > 0) {
            --mine.polls;
            return;
        }
        const Item& item = *ledger_.bought(number);
        if (item.needs_action) {
            mine.status = "checking_upload";
            return;
        }
        const bool good = !item.fails;
        mine.status = good ? "on" : "failed";
        ledger_.finish(mine.reference, number, good);
    }

    std::pair<const E164, Mine>& the_number(const Params& params) {
        const E164 number = number_in(params);
        const auto found = mine_.find(number);
        if (found == mine_.end() || ledger_.bought(number) == nullptr) { throw Refusal(400, "Wrong number"); }
        return *found;
    }
    boost::json::object to_json(E164 number, const Mine& mine) const {
        const Item& item = *ledger_.bought(number);
        return {{"number", number.digits()},
                {"status", mine.status},
                {"country", "Country " + item.country()},
                {"description", item.locality},
                {"number_name", nullptr},
                {"sip", "00001"},
                {"sip_name", nullptr},
                {"start_date", start},
                {"stop_date", stop},
                {"monthly_fee", numeral(item.monthly)},
                {"currency", item.currency},
                {"autorenew", word(mine.renews)},
                {"is_on_test", "false"}};
    }
    Reply list(const Params& params) {
        allow_only(params, {});
        boost::json::array info;
        for (auto& [number, mine] : mine_) {
            if (ledger_.bought(number) == nullptr) { continue; }
            look_at(number, mine);
            if (ledger_.bought(number) == nullptr) { continue; }
            boost::json::object row = to_json(number, mine);
            row["channels"] = 2;
            row["minutes"] = 0;
            row["type"] = mine.status == "on" ? "common" : "order";
            info.push_back(std::move(row));
        }
        return {200, {{"status", "success"}, {"info", std::move(info)}}};
    }
    Reply show(const Params& params) {
        allow_only(params, {"number"});
        auto& [number, mine] = the_number(params);
        look_at(number, mine);
        if (ledger_.bought(number) == nullptr) { throw Refusal(400, "Wrong number"); }
        boost::json::object info = to_json(number, mine);
        info["channels"] = "2";
        info["receive_sms"] = nullptr;
        return {200, {{"status", "success"}, {"info", std::move(info)}}};
    }

    static Reply prolongation(E164 number, bool renews) {
        return {200, {{"status", "success"}, {"number", number.digits()}, {"autoprolongation", renews ? "on" : "off"}}};
    }
    Reply renew(const Params& params) {
        allow_only(params, {"number", "value"});
        text_in(params, "value");
        expect_one_of(params, "value", {"on", "off"});
        auto& [number, mine] = the_number(params);
        mine.renews = params.at("value") == "on";
        if (!mine.renews) {
            if (ledger_.bought(number)->deletion_lock) { throw Refusal(400, "the number has to be renewed"); }
            ledger_.release(number);
        }
        return prolongation(number, mine.renews);
    }

    Ledger ledger_;
    GroupNames names_{13'000};
    std::map<E164, Mine> mine_;
    std::uint64_t ids_ = 0;
};
static_assert(Site<Zadarma>);

}  // namespace tandem::testing::sandbox
