// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/sandbox/twilio_numbers.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 3> signalwire_ranges{{
    {"+15125550100", 30, "AUSTIN", "TX", "Austin", "0.00", "0.50"},
    {"+17375550100", 20, "AUSTIN", "TX", "Austin", "0.00", "0.50"},
    {"+18665550120", 10, "", "", "", "0.00", "0.80"},
}};

/// SignalWire's compatibility API under `/api/laml/2010-04-01`, after its OpenAPI document. A search shows all that
/// fits and tells no prices; a number with a `deletion_lock` is in the cool-down behind its purchase.
class SignalWire {
public:
    static constexpr std::string_view project_id = "b3877c40-0000-4000-8000-000000000001";
    static constexpr std::string_view api_token = "token-of-the-sandbox";

    explicit SignalWire(Ledger ledger = stocked(signalwire_ranges, 0)) : numbers_(dialect, std::move(ledger)) {}

    static constexpr std::string_view carrier = "signalwire";
    static boost::json::object settings(const std::string& origin) {
        return {{"project_id", project_id}, {"api_token", api_token}, {"base_url", origin}};
    }

    Ledger& ledger() { return numbers_.ledger(); }
    Reply error(const Refusal& refusal) { return twilio::to_reply(refusal, dialect.docs); }

    Reply answer(const Call& call) {
        if (!call.is_from(project_id, api_token)) { throw Refusal(401, "the credentials are not known here"); }
        return act(numbers_.inside(call));
    }

private:
    static std::string sid(std::uint64_t count) {
        return "b3877c40-da60-4998-90ad-" + std::to_string(1'000'000'000'000 + count).substr(1);
    }
    static boost::json::object row(const Item& item) {
        const auto text = [](const std::string& value) {
            return value.empty() ? boost::json::value() : boost::json::value(value);
        };
        return {{"friendly_name", twilio::friendly_name(item)},
                {"phone_number", item.number.str()},
                {"lata", nullptr},
                {"locality", nullptr},
                {"rate_center", text(item.rate_center)},
                {"latitude", nullptr},
                {"longitude", nullptr},
                {"region", text(item.state)},
                {"postal_code", nullptr},
                {"iso_country", item.country()},
                {"capabilities",
                 {{"voice", twilio::has(item, "voice")},
                  {"SMS", twilio::has(item, "sms")},
                  {"MMS", twilio::has(item, "mms")}}},
                {"beta", false}};
    }
    static void finish(boost::json::object& row, const Item& item) {
        row["account_id"] = project_id;
        row["country_code"] = item.country();
        row["verification_status"] = "Unverified";
        row["origin"] = "hosted";
        row.erase("voice_receive_mode");
    }
    static constexpr std::array<std::string_view, 2> types{"Local", "TollFree"};
    static constexpr twilio::Dialect dialect{.account = project_id,
                                             .root = "/api/laml/2010-04-01/Accounts/",
                                             .suffix = "",
                                             .docs = "https://signalwire.com/docs/compatibility-api/reference/errors#",
                                             .types = types,
                                             .longest_name = 255,
                                             .unavailable = 422,
                                             .has_meta_characters = false,
                                             .filters_features = false,
                                             .pages_searches = false,
                                             .page_needs_token = true,
                                             .sid = sid,
                                             .row = row,
                                             .finish = finish};

    Reply act(const Call& call) {
        if (call.is("GET", {"AvailablePhoneNumbers"})) { return numbers_.countries(call); }
        if (call.is("GET", {"AvailablePhoneNumbers", "*"})) { return numbers_.country(call); }
        if (call.is("GET", {"AvailablePhoneNumbers", "*", "*"})) { return search(call); }
        if (call.is("GET", {"IncomingPhoneNumbers"})) {
            call.allow_only({"FriendlyName", "PhoneNumber", "PageSize", "Page", "PageToken"});
            return numbers_.list(call);
        }
        if (call.is("POST", {"IncomingPhoneNumbers"})) { return buy(call); }
        if (call.is("GET", {"IncomingPhoneNumbers", "*"})) { return numbers_.show(call); }
        if (call.is("POST", {"IncomingPhoneNumbers", "*"})) { return change(call); }
        if (call.is("DELETE", {"IncomingPhoneNumbers", "*"})) { return numbers_.release(call); }
        throw twilio::Numbers::unknown(call);
    }

    Reply search(const Call& call) const {
        call.allow_only({"AreaCode", "Beta", "Contains", "ExcludeAllAddressRequired", "ExcludeForeignAddressRequired",
                         "ExcludeLocalAddressRequired", "FaxEnabled", "InLocality", "InRegion", "MmsEnabled",
                         "SmsEnabled", "VoiceEnabled"});
        twilio::require_booleans(
            call, {"Beta", "ExcludeAllAddressRequired", "ExcludeForeignAddressRequired", "ExcludeLocalAddressRequired",
                   "FaxEnabled", "MmsEnabled", "SmsEnabled", "VoiceEnabled"});
        return numbers_.search(call);
    }
    Reply buy(const Call& call) {
        call.allow_only({});
        auto form =
            call.form({"PhoneNumber", "FriendlyName", "SmsApplicationSid", "SmsFallbackMethod", "SmsFallbackUrl",
                       "SmsMethod", "SmsUrl", "StatusCallback", "StatusCallbackMethod", "VoiceApplicationSid",
                       "VoiceFallbackMethod", "VoiceFallbackUrl", "VoiceMethod", "VoiceReceiveMode", "VoiceUrl"});
        return numbers_.buy(std::move(form));
    }
    Reply change(const Call& call) {
        call.allow_only({});
        auto form = call.form({"AccountSid", "EmergencyAddressSid", "FriendlyName", "SmsApplicationSid",
                               "SmsFallbackMethod", "SmsFallbackUrl", "SmsMethod", "SmsUrl", "StatusCallback",
                               "StatusCallbackMethod", "VoiceApplicationSid", "VoiceFallbackMethod", "VoiceFallbackUrl",
                               "VoiceMethod", "VoiceReceiveMode", "VoiceUrl"});
        return numbers_.change(call, std::move(form));
    }

    twilio::Numbers numbers_;
};
static_assert(Site<SignalWire>);

}  // namespace tandem::testing::sandbox
