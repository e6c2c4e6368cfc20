// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 4> voipms_ranges{{
    {"+13025550100", 20, "WILMINGTON", "DE", "Wilmington", "0.40", "0.85"},
    {"+14435550100", 20, "BALTIMORE", "MD", "Baltimore", "0.40", "0.85"},
    {"+15145550100", 10, "MONTREAL", "QC", "Montreal", "0.40", "0.99"},
    {"+18445550120", 10, "", "", "", "0.00", "1.25"},
}};

/// VoIP.ms: the methods of `/api/v1/rest.php`, by GET or POST, after the vendor's manual. Whatever comes of one, the
/// status is 200, and a word says it.
class VoipMs {
public:
    static constexpr std::string_view user = "api@example.com", password = "api-password-of-the-sandbox";

    explicit VoipMs(Ledger ledger = stocked(voipms_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "voipms";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_username", user},
                {"api_password", password},
                {"routing", "account:100001_VoIP"},
                {"pop", "5"},
                {"base_url", origin + "/api/v1/rest.php"}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const { return {refusal.status, {{"status", refusal.what()}}}; }

    Reply answer(const Call& call) {
        if (!call.is("GET", {"api", "v1", "rest.php"}) && !call.is("POST", {"api", "v1", "rest.php"})) {
            throw Refusal(404, "there is no " + call.method + " " + call.target);
        }
        Parameters parameters = parameters_of(call);
        const std::string who = take(parameters, "api_username"), secret = take(parameters, "api_password");
        if (who.empty() || secret.empty()) { refuse("missing_credentials"); }
        if (who != user || secret != password) { refuse("invalid_credentials"); }
        const std::string method = take(parameters, "method");
        if (method.empty()) { refuse("missing_method"); }
        if (method == "searchDIDsUSA") { return search(parameters, "state", "US"); }
        if (method == "searchDIDsCAN") { return search(parameters, "province", "CA"); }
        if (method == "getDIDsUSA") { return list_stock(parameters, "state", "US"); }
        if (method == "getDIDsCAN") { return list_stock(parameters, "province", "CA"); }
        if (method == "searchTollFreeUSA" || method == "searchTollFreeCanUS") { return search_toll_free(parameters); }
        if (method == "searchVanity") { return search_vanity(parameters); }
        if (method == "orderDID") { return order(parameters, false); }
        if (method == "orderTollFree") { return order(parameters, true); }
        if (method == "getDIDsInfo") { return list_ours(parameters); }
        if (method == "cancelDID") { return cancel(parameters); }
        if (method == "getBalance") {
            allow_only(parameters, {"advanced"});
            return success("balance", {{"current_balance", "1000.00"}});
        }
        refuse("invalid_method");
    }

private:
    using Parameters = std::map<std::string, std::string>;

    [[noreturn]] static void refuse(std::string word) { throw Refusal(200, std::move(word)); }
    static Reply success(std::string_view key, boost::json::value value) {
        boost::json::object body{{"status", "success"}};
        body[key] = std::move(value);
        return {200, std::move(body)};
    }

    static Parameters parameters_of(const Call& call) {
        Parameters parameters;
        const auto add = [&](std::vector<std::pair<std::string, std::string>> pairs) {
            for (auto& [name, value] : pairs) {
                if (!parameters.emplace(name, std::move(value)).second) { refuse("invalid_" + name); }
            }
        };
        add(call.query);
        if (call.method == "POST") {
            if (!call.field("Content-Type").starts_with("application/x-www-form-urlencoded")) {
                refuse("missing_params");
            }
            add(pairs_in(call.body));
        }
        return parameters;
    }
    static std::string take(Parameters& parameters, const std::string& name) {
        auto found = parameters.extract(name);
        return found.empty() ? std::string() : std::move(found.mapped());
    }
    static std::string get(const Parameters& parameters, const std::string& name) {
        const auto found = parameters.find(name);
        return found == parameters.end() ? std::string() : found->second;
    }
    static void allow_only(const Parameters& parameters, std::initializer_list<std::string_view> allowed) {
        for (const auto& each : parameters) {
            if (std::find(allowed.begin(), allowed.end(), each.first) == allowed.end()) {
                refuse("invalid_" + each.first);
            }
        }
    }
    static std::string required(const Parameters& parameters, const std::string& name, std::string_view word) {
        const std::string value = get(parameters, name);
        if (value.empty()) { refuse("missing_" + std::string(word)); }
        return value;
    }
    static bool is_digits(std::string_view text) {
        return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
    }

    static bool found_by(std::string_view type, std::string_view query, std::string_view digits) {
        if (type == "starts") { return digits.starts_with(query); }
        if (type == "ends") { return digits.ends_with(query); }
        if (type != "contains") { refuse("invalid_type"); }
        return digits.find(query) != digits.npos;
    }
    static boost::json::object row_of(const Item& item, std::string_view place) {
        const bool has_sms = std::find(item.features.begin(), item.features.end(), "sms") != item.features.end();
        boost::json::object row{
            {"did", item.national()},      {"ratecenter", item.rate_center}, {"perminute_monthly", item.monthly},
            {"perminute_minute", "0.009"}, {"perminute_setup", item.setup},  {"flat_monthly", "4.25"},
            {"flat_minute", "0.00"},       {"flat_setup", item.setup},       {"sms", has_sms ? "1" : "0"}};
        row[place] = item.state;
        row[std::string(place) + "_description"] = item.locality;
        return row;
    }
    template <class Fits, class Row>
    Reply rows(Fits fits, Row row) const {
        boost::json::array dids;
        for (const auto& each : ledger_.stock()) {
            if (fits(each.second)) { dids.push_back(row(each.second)); }
        }
        if (dids.empty()) { refuse("no_did"); }
        return success("dids", std::move(dids));
    }
    Reply search(const Parameters& parameters, const std::string& place, std::string_view country) const {
        allow_only(parameters, {"type", "query", place});
        const std::string type = required(parameters, "type", "type");
        const std::string query = required(parameters, "query", "query");
        const std::string state = get(parameters, place);
        return rows(
            [&](const Item& item) {
                return item.country() == country && !item.is_toll_free() && found_by(type, query, item.national()) &&
                       (state.empty() || state == item.state);
            },
            [&](const Item& item) { return row_of(item, place); });
    }
    Reply list_stock(const Parameters& parameters, const std::string& place, std::string_view country) const {
        allow_only(parameters, {place, "ratecenter"});
        const std::string state = required(parameters, place, place);
        const std::string center = get(parameters, "ratecenter");
        return rows(
            [&](const Item& item) {
                return item.country() == country && !item.is_toll_free() && item.state == state &&
                       (center.empty() || center == item.rate_center);
            },
            [&](const Item& item) { return row_of(item, place); });
    }
    static boost::json::object toll_free_row(const Item& item) {
        return {{"did", item.national()}, {"monthly", item.monthly}, {"setup", item.setup}, {"minute", "0.02"}};
    }
    Reply search_toll_free(const Parameters& parameters) const {
        allow_only(parameters, {"type", "query"});
        const std::string type = get(parameters, "type"), query = get(parameters, "query");
        return rows(
            [&](const Item& item) {
                return item.is_toll_free() &&
                       (query.empty() || found_by(type.empty() ? "contains" : type, query, item.national()));
            },
            toll_free_row);
    }
    Reply search_vanity(const Parameters& parameters) const {
        allow_only(parameters, {"type", "query"});
        const std::string pattern = required(parameters, "type", "type") + required(parameters, "query", "query");
        if (pattern.size() != 10) { refuse("invalid_query"); }
        const auto fits = [&](const Item& item) {
            const std::string digits = item.national();
            return item.is_toll_free() &&
                   std::equal(pattern.begin(), pattern.end(), digits.begin(), digits.end(),
                              [](char wanted, char is) { return wanted == '*' || wanted == is; });
        };
        return rows(fits, toll_free_row);
    }

    static E164 number_in(const Parameters& parameters) {
        const std::string did = required(parameters, "did", "did");
        if (did.size() != 10 || !is_digits(did)) { refuse("invalid_did"); }
        return E164::parse_or_empty("+1" + did);
    }
    Reply order(const Parameters& parameters, bool toll_free) {
        allow_only(parameters, {"did", "routing", "pop", "dialtime", "cnam", "billing_type", "note", "failover_busy",
                                "failover_unreachable", "failover_noanswer", "voicemail", "callerid_prefix", "account",
                                "monthly", "setup", "minute", "test"});
        const E164 number = number_in(parameters);
        const std::string routing = required(parameters, "routing", "routing");
        if (routing.find(':') == routing.npos) { refuse("invalid_routing_header"); }
        if (!is_digits(required(parameters, "pop", "serverpop"))) { refuse("invalid_serverpop"); }
        if (!is_digits(required(parameters, "dialtime", "dialtime"))) { refuse("invalid_dialtime"); }
        const std::string cnam = required(parameters, "cnam", "cnam");
        if (cnam != "0" && cnam != "1") { refuse("invalid_cnam"); }
        const std::string plan = required(parameters, "billing_type", "billingtype");
        if (plan != "1" && plan != "2") { refuse("invalid_billingtype"); }
        const std::string note = get(parameters, "note");
        if (note.size() >= 50) { refuse("invalid_note"); }
        if (ledger_.bought(number) != nullptr) { refuse("did_in_use"); }
        const auto found = ledger_.stock().find(number);
        if (found == ledger_.stock().end() || found->second.is_toll_free() != toll_free) { refuse("invalid_did"); }
        if (get(parameters, "test") == "1") { return {200, {{"status", "success"}}}; }
        if (found->second.needs_action) { refuse("Unable_to_purchase"); }
        const std::string reference = "voipms-" + std::to_string(++orders_);
        const bool good = !found->second.fails;
        ledger_.order(number, reference, note);
        ledger_.finish(reference, number, good);
        if (!good) { refuse("order_failed"); }
        ordered_.insert_or_assign(number, parameters);
        return {200, {{"status", "success"}}};
    }
    Reply list_ours(const Parameters& parameters) const {
        allow_only(parameters, {"did", "client"});
        const E164 only = get(parameters, "did").empty() ? E164() : number_in(parameters);
        boost::json::array dids;
        for (const auto& [number, order] : ordered_) {
            if (!only.empty() && number != only) { continue; }
            boost::json::object row{
                {"did", number.digits().substr(1)}, {"description", ""}, {"next_billing", "2026-02-01"}};
            for (const char* key :
                 {"routing", "failover_busy", "failover_unreachable", "failover_noanswer", "voicemail", "pop",
                  "dialtime", "cnam", "callerid_prefix", "note", "billing_type"}) {
                row[key] = get(order, key);
            }
            dids.push_back(std::move(row));
        }
        if (dids.empty()) { refuse("no_did"); }
        return success("dids", std::move(dids));
    }
    Reply cancel(const Parameters& parameters) {
        allow_only(parameters, {"did", "cancelcomment", "portout", "test"});
        const E164 number = number_in(parameters);
        const Item* ours = ledger_.bought(number);
        if (ours == nullptr) { refuse("invalid_did"); }
        if (ours->deletion_lock) { refuse("cancel_failed"); }
        if (get(parameters, "test") != "1") {
            ledger_.release(number);
            ordered_.erase(number);
        }
        return {200, {{"status", "success"}}};
    }

    Ledger ledger_;
    std::map<E164, Parameters> ordered_;
    std::uint64_t orders_ = 0;
};
static_assert(Site<VoipMs>);

}  // namespace tandem::testing::sandbox
