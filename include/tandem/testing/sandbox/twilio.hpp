// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/sandbox/twilio_numbers.hpp>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 4> twilio_ranges{{
    {"+16285550100", 30, "SNFC CNTRL", "CA", "San Francisco", "0.00", "1.15"},
    {"+15105550100", 20, "OKLD MN-PD", "CA", "Oakland", "0.00", "1.15"},
    {"+18775550120", 10, "", "", "", "0.00", "2.15"},
    {"+441154960100", 10, "", "", "Nottingham", "0.00", "1.30"},
}};

/// Twilio under `/2010-04-01`, and its Pricing API under `/v1/PhoneNumbers`, after its OpenAPI documents. Orders are
/// answered at once, and a purchase of what is ours already changes it: so its customers saw (`ex_twilio` #116). A
/// number that `needs_action` wants a `BundleSid`. The prices of a type are those of its first number.
class Twilio {
public:
    static constexpr std::string_view account_sid = "AC00000000000000000000000000000001";
    static constexpr std::string_view auth_token = "token-of-the-sandbox";
    static constexpr std::string_view api_key_sid = "SK00000000000000000000000000000001";
    static constexpr std::string_view api_key_secret = "secret-of-the-sandbox";

    explicit Twilio(Ledger ledger = stocked(twilio_ranges, 0)) : numbers_(dialect, std::move(ledger)) {}

    static constexpr std::string_view carrier = "twilio";
    static boost::json::object settings(const std::string& origin) {
        return {
            {"account_sid", account_sid}, {"auth_token", auth_token}, {"base_url", origin}, {"pricing_url", origin}};
    }

    Ledger& ledger() { return numbers_.ledger(); }
    Reply error(const Refusal& refusal) { return twilio::to_reply(refusal, dialect.docs); }

    Reply answer(const Call& call) {
        if (!call.is_from(account_sid, auth_token) && !call.is_from(api_key_sid, api_key_secret)) {
            throw Refusal(401, "the credentials are not known here");
        }
        if (call.is("GET", {"v1", "PhoneNumbers", "Countries"})) { return priced_countries(call); }
        if (call.is("GET", {"v1", "PhoneNumbers", "Countries", "*"})) { return prices(call); }
        return act(numbers_.inside(call));
    }

private:
    static std::string sid(std::uint64_t count) {
        const std::string digits = std::to_string(count);
        return "PN" + std::string(32 - digits.size(), '0') + digits;
    }
    static boost::json::object row(const Item& item) {
        const auto text = [](const std::string& value) {
            return value.empty() ? boost::json::value() : boost::json::value(value);
        };
        return {{"friendly_name", twilio::friendly_name(item)},
                {"phone_number", item.number.str()},
                {"lata", nullptr},
                {"locality", text(item.locality)},
                {"rate_center", text(item.rate_center)},
                {"latitude", nullptr},
                {"longitude", nullptr},
                {"region", text(item.state)},
                {"postal_code", nullptr},
                {"iso_country", item.country()},
                {"address_requirements", item.needs_action ? "any" : "none"},
                {"beta", false},
                {"capabilities",
                 {{"voice", twilio::has(item, "voice")},
                  {"sms", twilio::has(item, "sms")},
                  {"mms", twilio::has(item, "mms")},
                  {"fax", twilio::has(item, "fax")}}}};
    }
    static std::string price_type(const Item& item) {
        const std::string_view type = twilio::type_of(item);
        return type == "TollFree"   ? "toll free"
               : type == "Mobile"   ? "mobile"
               : type == "National" ? "national"
                                    : "local";
    }
    static void finish(boost::json::object& row, const Item& item) {
        row["emergency_address_status"] = "unregistered";
        row["voice_receive_mode"] = "voice";
        row["status"] = "in-use";
        row["type"] = price_type(item);
        if (!row.contains("bundle_sid")) { row["bundle_sid"] = nullptr; }
    }
    static constexpr std::array<std::string_view, 7> types{"Local", "TollFree",   "Mobile",          "National",
                                                           "Voip",  "SharedCost", "MachineToMachine"};
    static constexpr twilio::Dialect dialect{.account = account_sid,
                                             .root = "/2010-04-01/Accounts/",
                                             .suffix = ".json",
                                             .docs = "https://www.twilio.com/docs/errors/",
                                             .types = types,
                                             .sid = sid,
                                             .row = row,
                                             .finish = finish};

    Reply act(const Call& call) {
        if (call.is("GET", {"AvailablePhoneNumbers"})) { return numbers_.countries(call); }
        if (call.is("GET", {"AvailablePhoneNumbers", "*"})) { return numbers_.country(call); }
        if (call.is("GET", {"AvailablePhoneNumbers", "*", "*"})) { return search(call); }
        if (call.is("GET", {"Balance"})) {
            call.allow_only({});
            return {200, {{"account_sid", account_sid}, {"balance", "100.00"}, {"currency", "USD"}}};
        }
        if (call.is("GET", {"IncomingPhoneNumbers"})) { return list(call); }
        if (call.is("POST", {"IncomingPhoneNumbers"})) { return buy(call); }
        for (const std::string_view type : {"Local", "TollFree", "Mobile"}) {
            if (call.is("GET", {"IncomingPhoneNumbers", type})) { return list(call, type); }
            if (call.is("POST", {"IncomingPhoneNumbers", type})) { return buy(call, type); }
        }
        if (call.is("GET", {"IncomingPhoneNumbers", "*"})) { return numbers_.show(call); }
        if (call.is("POST", {"IncomingPhoneNumbers", "*"})) { return change(call); }
        if (call.is("DELETE", {"IncomingPhoneNumbers", "*"})) { return numbers_.release(call); }
        throw twilio::Numbers::unknown(call);
    }

    Reply search(const Call& call) const {
        call.allow_only({"AreaCode",
                         "Contains",
                         "SmsEnabled",
                         "MmsEnabled",
                         "VoiceEnabled",
                         "FaxEnabled",
                         "Beta",
                         "ExcludeAllAddressRequired",
                         "ExcludeLocalAddressRequired",
                         "ExcludeForeignAddressRequired",
                         "NearNumber",
                         "NearLatLong",
                         "Distance",
                         "InPostalCode",
                         "InRegion",
                         "InRateCenter",
                         "InLata",
                         "InLocality",
                         "PageSize",
                         "Page",
                         "PageToken"});
        twilio::require_booleans(
            call, {"SmsEnabled", "MmsEnabled", "VoiceEnabled", "FaxEnabled", "Beta", "ExcludeAllAddressRequired",
                   "ExcludeLocalAddressRequired", "ExcludeForeignAddressRequired"});
        return numbers_.search(call);
    }
    Reply list(const Call& call, std::string_view type = {}) const {
        call.allow_only({"Beta", "FriendlyName", "PhoneNumber", "Origin", "PageSize", "Page", "PageToken"});
        twilio::require_booleans(call, {"Beta"});
        return numbers_.list(call, type);
    }

    /// Errors: `Refusal` for what is no SID of its kind.
    static twilio::Numbers::Form checked(twilio::Numbers::Form form) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kinds{{{"AccountSid", "AC"},
                                                                                      {"AddressSid", "AD"},
                                                                                      {"BundleSid", "BU"},
                                                                                      {"EmergencyAddressSid", "AD"},
                                                                                      {"IdentitySid", "RI"},
                                                                                      {"SmsApplicationSid", "AP"},
                                                                                      {"TrunkSid", "TK"},
                                                                                      {"VoiceApplicationSid", "AP"}}};
        for (const auto& [name, kind] : kinds) {
            const auto field = form.find(std::string(name));
            if (field == form.end()) { continue; }
            const std::string& value = field->second;
            const bool good = value.size() == 34 && value.starts_with(kind) &&
                              value.find_first_not_of("0123456789abcdefABCDEF", 2) == value.npos;
            if (!good) { throw Refusal(400, std::string(name) + " is no SID of its kind", std::string(name)); }
        }
        return form;
    }
    /// What may be said of a number, with its purchase or later.
    static constexpr std::array<std::string_view, 22> configuration{"ApiVersion",
                                                                    "FriendlyName",
                                                                    "SmsApplicationSid",
                                                                    "SmsFallbackMethod",
                                                                    "SmsFallbackUrl",
                                                                    "SmsMethod",
                                                                    "SmsUrl",
                                                                    "StatusCallback",
                                                                    "StatusCallbackMethod",
                                                                    "VoiceApplicationSid",
                                                                    "VoiceCallerIdLookup",
                                                                    "VoiceFallbackMethod",
                                                                    "VoiceFallbackUrl",
                                                                    "VoiceMethod",
                                                                    "VoiceUrl",
                                                                    "EmergencyStatus",
                                                                    "EmergencyAddressSid",
                                                                    "TrunkSid",
                                                                    "IdentitySid",
                                                                    "AddressSid",
                                                                    "VoiceReceiveMode",
                                                                    "BundleSid"};
    Reply buy(const Call& call, std::string_view type = {}) {
        call.allow_only({});
        return numbers_.buy(checked(call.form({"PhoneNumber", "AreaCode"}, configuration)), type);
    }
    Reply change(const Call& call) {
        call.allow_only({});
        return numbers_.change(call, checked(call.form({"AccountSid"}, configuration)));
    }

    Reply priced_countries(const Call& call) const {
        call.allow_only({"PageSize", "Page", "PageToken"});
        boost::json::array rows;
        std::string last;
        for (const auto& each : numbers_.ledger().stock()) {
            if (std::exchange(last, each.second.country()) == last) { continue; }
            rows.push_back(boost::json::object{
                {"country", last}, {"iso_country", last}, {"url", "/v1/PhoneNumbers/Countries/" + last}});
        }
        return {200,
                {{"countries", std::move(rows)},
                 {"meta", {{"key", "countries"}, {"next_page_url", nullptr}, {"page", 0}, {"page_size", 50}}}}};
    }
    Reply prices(const Call& call) const {
        call.allow_only({});
        const std::string& country = call.path[3];
        std::map<std::string, const Item*> firsts;
        for (const auto* items : {&numbers_.ledger().stock(), &numbers_.ledger().owned()}) {
            for (const auto& each : *items) {
                const Item& item = each.second;
                const bool shared = item.is_toll_free() && country == "CA";
                if (item.country() == country || shared) { firsts.emplace(price_type(item), &item); }
            }
        }
        if (firsts.empty()) { throw twilio::Numbers::unknown(call); }
        boost::json::array rows;
        for (const auto& [type, item] : firsts) {
            rows.push_back(boost::json::object{
                {"number_type", type}, {"base_price", item->monthly}, {"current_price", item->monthly}});
        }
        return {200,
                {{"country", country},
                 {"iso_country", country},
                 {"phone_number_prices", std::move(rows)},
                 {"price_unit", firsts.begin()->second->currency},
                 {"url", "https://pricing.twilio.com/v1/PhoneNumbers/Countries/" + country}}};
    }

    twilio::Numbers numbers_;
};
static_assert(Site<Twilio>);

}  // namespace tandem::testing::sandbox
