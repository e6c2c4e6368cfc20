// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// Where nobody else sells; of the British range that Ofcom keeps for fiction, mobile numbers.
inline constexpr std::array<Range, 4> vonage_ranges{{
    {"+16315550100", 30, "", "NY", "Brentwood", "0.00", "0.90", "EUR"},
    {"+15165550100", 20, "", "NY", "Hempstead", "0.00", "0.90", "EUR"},
    {"+18335550120", 10, "", "", "", "0.00", "3.50", "EUR"},
    {"+447700900100", 10, "", "", "", "1.00", "1.25", "EUR"},
}};

/// Vonage's Numbers API after its OpenAPI document. Credentials come by HTTP Basic (1.1.0) or in the query (1.0.20).
/// What is bought is ours at once; a number that needs a document is refused with the words that send one to the
/// Dashboard.
class Vonage {
public:
    static constexpr std::string_view api_key = "a1b2c3d4";
    static constexpr std::string_view api_secret = "secret-of-the-sandbox";

    explicit Vonage(Ledger ledger = stocked(vonage_ranges, 0)) : ledger_(std::move(ledger)) {}

    static constexpr std::string_view carrier = "vonage";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_key", api_key}, {"api_secret", api_secret}, {"base_url", origin}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) const {
        const std::string_view label = refusal.status == 401   ? "authentication failed"
                                       : refusal.status == 429 ? "too many requests"
                                                               : refusal.what();
        return coded(refusal.status, label);
    }

    Reply answer(const Call& call) {
        const bool in_query = call.parameter("api_key") == api_key && call.parameter("api_secret") == api_secret;
        if (!in_query && !call.is_from(api_key, api_secret)) { throw Refusal(401, "authentication failed"); }
        if (call.is("GET", {"number", "search"})) { return search(call); }
        if (call.is("GET", {"account", "numbers"})) { return list(call); }
        if (call.is("POST", {"number", "buy"})) { return buy(call); }
        if (call.is("POST", {"number", "cancel"})) { return cancel(call); }
        if (call.is("POST", {"number", "update"})) { return update(call); }
        throw Refusal(404, "no such resource: " + call.method + " " + call.target);
    }

private:
    using Form = std::map<std::string, std::string>;
    static constexpr std::string_view failed = "method failed";

    static Reply coded(int status, std::string_view label) {
        return {status, {{"error-code", std::to_string(status)}, {"error-code-label", label}}};
    }

    static std::string type_of(const Item& item) {
        if (item.is_toll_free()) { return "landline-toll-free"; }
        const bool is_american = item.number.digits().starts_with('1');
        const bool is_mobile =
            is_american ? has(item, "sms") : item.country() == "GB" && item.national().starts_with('7');
        return is_mobile ? "mobile-lvn" : "landline";
    }
    static bool has(const Item& item, std::string_view feature) {
        return std::find(item.features.begin(), item.features.end(), feature) != item.features.end();
    }
    static boost::json::array features_of(const Item& item) {
        boost::json::array features;
        for (const auto& [ours, theirs] : feature_words) {
            if (has(item, ours)) { features.emplace_back(theirs); }
        }
        return features;
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> feature_words{
        {{"voice", "VOICE"}, {"sms", "SMS"}, {"mms", "MMS"}}};

    static boost::json::object row_of(const Item& item) {
        return {{"country", item.country()},
                {"msisdn", item.number.digits()},
                {"type", type_of(item)},
                {"features", features_of(item)}};
    }

    /// Toll-free numbers belong to the whole North American plan.
    static bool is_home(const Item& item, std::string_view country) {
        return item.country() == country || (item.is_toll_free() && dial_code_of(country) == "1");
    }
    static void require_country(const std::string& country) {
        if (dial_code_of(country).empty()) { throw Refusal(400, "country is two letters of ISO 3166-1", "country"); }
    }
    static void require_one_of(const Call& call, std::string_view name,
                               std::initializer_list<std::string_view> allowed) {
        const auto value = call.parameter(name);
        if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) {
            throw Refusal(400, std::string(name) + " cannot be " + *value, std::string(name));
        }
    }

    /// Whether a number is among those that `pattern` and `search_pattern` ask for.
    static bool fits_pattern(const Call& call, const Item& item) {
        const auto pattern = call.parameter("pattern");
        if (!pattern) { return true; }
        const std::string digits = item.number.digits();
        const std::string how = call.parameter("search_pattern").value_or("0");
        return how == "0"   ? digits.starts_with(*pattern)
               : how == "1" ? digits.find(*pattern) != digits.npos
                            : digits.ends_with(*pattern);
    }
    static bool fits_features(const Call& call, const Item& item) {
        const std::string wanted = call.parameter("features").value_or("");
        return std::all_of(feature_words.begin(), feature_words.end(), [&](const auto& words) {
            return wanted.find(words.second) == wanted.npos || has(item, words.first);
        });
    }

    /// One page of `rows` as the call asks for; `{}` when there are none at all.
    Reply paged(const Call& call, const boost::json::array& rows) const {
        const std::size_t size = ledger_.page_rows(call.count("size", 10, 1, 100));
        const std::size_t index = call.count("index", 1, 1, 1'000'000);
        if (rows.empty()) { return {200, boost::json::object{}}; }
        boost::json::array page;
        for (std::size_t i = (index - 1) * size; i < rows.size() && page.size() < size; ++i) {
            page.push_back(rows[i]);
        }
        return {200, {{"count", rows.size()}, {"numbers", std::move(page)}}};
    }

    Reply search(const Call& call) const {
        call.allow_only(
            {"country", "type", "pattern", "search_pattern", "features", "size", "index", "api_key", "api_secret"});
        const auto country = call.parameter("country");
        if (!country) { throw Refusal(400, "country is required", "country"); }
        require_country(*country);
        require_one_of(call, "type", {"landline", "mobile-lvn", "landline-toll-free"});
        require_one_of(call, "search_pattern", {"0", "1", "2"});
        require_one_of(call, "features", {"SMS", "VOICE", "SMS,VOICE", "MMS", "SMS,MMS", "VOICE,MMS", "SMS,MMS,VOICE"});
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.stock()) {
            const bool is_type = call.parameter("type").value_or(type_of(item)) == type_of(item);
            if (!is_type || !is_home(item, *country) || !fits_pattern(call, item) || !fits_features(call, item)) {
                continue;
            }
            boost::json::object row = row_of(item);
            row["country"] = *country;
            row["cost"] = item.monthly;
            row["initialPrice"] = item.setup;
            rows.push_back(std::move(row));
        }
        return paged(call, rows);
    }

    Reply list(const Call& call) const {
        call.allow_only({"application_id", "has_application", "country", "pattern", "search_pattern", "size", "index",
                         "api_key", "api_secret"});
        if (const auto country = call.parameter("country")) { require_country(*country); }
        require_one_of(call, "search_pattern", {"0", "1", "2"});
        require_one_of(call, "has_application", {"true", "false"});
        boost::json::array rows;
        for (const auto& [number, item] : ledger_.owned()) {
            const auto set = settings_.find(number);
            boost::json::object row = row_of(item);
            if (set != settings_.end()) { row.insert(set->second.begin(), set->second.end()); }
            const auto* app = row.if_contains("app_id");
            const std::string app_id(app == nullptr ? "" : app->as_string().c_str());
            const std::string_view has_application = app == nullptr ? "false" : "true";
            if (is_home(item, call.parameter("country").value_or(item.country())) && fits_pattern(call, item) &&
                call.parameter("application_id").value_or(app_id) == app_id &&
                call.parameter("has_application").value_or(std::string(has_application)) == has_application) {
                rows.push_back(std::move(row));
            }
        }
        return paged(call, rows);
    }

    /// The form of a change, and the number that it names.
    static std::pair<Form, E164> change(const Call& call, std::initializer_list<std::string_view> allowed) {
        call.allow_only({"api_key", "api_secret"});
        Form form = call.form(allowed);
        for (const std::string_view name : {"country", "msisdn"}) {
            if (!form.contains(std::string(name))) { throw Refusal(400, std::string(name) + " is required"); }
        }
        require_country(form.at("country"));
        if (form.contains("target_api_key") && form.at("target_api_key") != api_key) {
            throw Refusal(401, "no such subaccount");
        }
        const E164 number = E164::parse_or_empty("+" + form.at("msisdn"));
        return {std::move(form), number};
    }

    Reply buy(const Call& call) {
        const auto [form, number] = change(call, {"country", "msisdn", "target_api_key"});
        const auto item = ledger_.stock().find(number);
        const bool is_there = item != ledger_.stock().end() && is_home(item->second, form.at("country"));
        if (!is_there || item->second.needs_action) {
            ledger_.note("refused", number, {}, {});
            return coded(420,
                         is_there ? "such numbers are requested from the Dashboard, with a local address" : failed);
        }
        const bool fails = item->second.fails;
        const std::string reference = "purchase-" + std::to_string(++purchases_);
        ledger_.order(number, reference, {});
        ledger_.finish(reference, number, !fails);
        return fails ? coded(420, failed) : coded(200, "success");
    }

    Reply cancel(const Call& call) {
        const auto [form, number] = change(call, {"country", "msisdn", "target_api_key"});
        const auto item = ledger_.owned().find(number);
        const bool is_ours = item != ledger_.owned().end() && is_home(item->second, form.at("country"));
        if (!is_ours || item->second.deletion_lock) { return coded(420, failed); }
        ledger_.release(number);
        settings_.erase(number);
        return coded(200, "success");
    }

    Reply update(const Call& call) {
        auto [form, number] = change(
            call, {"country", "msisdn", "app_id", "moHttpUrl", "moSmppSysType", "voiceCallbackType",
                   "voiceCallbackValue", "voiceStatusCallback", "messagesCallbackType", "messagesCallbackValue"});
        for (const auto& [type, value] : {std::pair("voiceCallbackType", "voiceCallbackValue"),
                                          std::pair("messagesCallbackType", "messagesCallbackValue")}) {
            if (form.contains(type) != form.contains(value)) {
                throw Refusal(400, std::string(type) + " and " + value + " go together");
            }
        }
        if (!ledger_.owned().contains(number)) { return coded(420, failed); }
        form.erase("country");
        form.erase("msisdn");
        boost::json::object& kept = settings_[number];
        for (const auto& [name, value] : form) { kept[name] = value; }
        return coded(200, "success");
    }

    Ledger ledger_;
    std::map<E164, boost::json::object> settings_;  ///< of our numbers, by `update`
    std::uint64_t purchases_ = 0;
};
static_assert(Site<Vonage>);

}  // namespace tandem::testing::sandbox
