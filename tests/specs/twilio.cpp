// SPDX-License-Identifier: BSL-1.0
// Documents: twilio_numbers_subset.openapi.json twilio_pricing_phone_numbers.openapi.json
#include "life.hpp"

#include <tandem/carriers/twilio.hpp>
#include <tandem/testing/sandbox/twilio.hpp>

namespace tandem::specs {
namespace {

void try_twilio(Judge& judge) {
    using Twilio = Life<carriers::Twilio, testing::sandbox::Twilio>;
    Twilio plain(judge);
    plain.find_each({search("+1628"), search("+1628555"), search("+16285550100"), search("+1"), search("+15"),
                     search("877"), search("87*"), search("877555"), search("+44"), search("+44115"),
                     search("+441154960100"), search("+1510", {}, 5), search("+44", {}, 5),
                     search("+1628", carriers::Twilio::info.features)});
    plain.live(search("+1628"));
    plain.live(search("877"));
    plain.live(search("+44115"));
    plain.spoil();

    const auto sid = [](std::string_view kind) { return std::string(kind) + std::string(32, 'a'); };
    Twilio settled(judge, {{"api_key_sid", testing::sandbox::Twilio::api_key_sid},
                           {"api_key_secret", testing::sandbox::Twilio::api_key_secret},
                           {"address_sid", sid("AD")},
                           {"bundle_sid", sid("BU")},
                           {"trunk_sid", sid("TK")}});
    settled.live(search("+1510"));

    const std::string account =
        plain.setting("base_url") + "/2010-04-01/Accounts/" + plain.setting("account_sid") + "/";
    const auto authorized = [&](Request request) {
        const auto& settings = plain.carrier().settings;
        return std::move(request).basic_authorization(settings.account_sid, settings.auth_token);
    };
    const auto get = [&](const std::string& target) { return authorized(Request::get(account + target)); };
    const auto buy = [&](const std::string& form) {
        return authorized(Request::post(account + "IncomingPhoneNumbers.json"))
            .body("application/x-www-form-urlencoded", form);
    };
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Local.json?Prefix=415"), "parameter");
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Local.json?AreaCode=four"), "its type");
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Local.json?PageSize=1001"), "its limit");
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Local.json?SmsEnabled=yes"), "its values");
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Fixed.json"), "type");
    judge.expect_complaint(get("IncomingPhoneNumbers/PN1.json"), "sid");
    judge.expect_complaint(buy("PhoneNumber=%2B16285550100&TrunkSid=TK1"), "pattern of a field");
    judge.expect_complaint(buy("PhoneNumber=%2B16285550100&SmsMethod=PUT"), "values of a field");
    judge.expect_complaint(buy("Number=%2B16285550100"), "field");
    judge.expect_complaint(Request::get(account + "IncomingPhoneNumbers.json"), "credentials");
}
const Trial twilio("twilio", try_twilio);

}  // namespace
}  // namespace tandem::specs
