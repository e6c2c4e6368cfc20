// SPDX-License-Identifier: BSL-1.0
// Documents: compatibility_phone_numbers.openapi.json
#include "life.hpp"

#include <tandem/carriers/signalwire.hpp>
#include <tandem/testing/sandbox/signalwire.hpp>

namespace tandem::specs {
namespace {

void try_signalwire(Judge& judge) {
    Life<carriers::SignalWire, testing::sandbox::SignalWire> plain(judge);
    const std::string base = plain.setting("base_url") + "/api/laml/2010-04-01";
    judge.add_base(base);
    plain.find_each({search("+1512"), search("+1512555"), search("+15125550"), search("+15125550100"), search("+1"),
                     search("+15"), search("866"), search("86*"), search("+1737", {}, 5),
                     search("+1512", {Feature::sms})});
    plain.live(search("+1512"));
    plain.live(search("866"));
    plain.spoil();

    const std::string account = base + "/Accounts/" + plain.setting("project_id") + "/";
    const auto authorized = [&](Request request) {
        const auto& settings = plain.carrier().settings;
        return std::move(request).basic_authorization(settings.project_id, settings.api_token);
    };
    const auto get = [&](const std::string& target) { return authorized(Request::get(account + target)); };
    const auto buy = [&](const std::string& form) {
        return authorized(Request::post(account + "IncomingPhoneNumbers"))
            .body("application/x-www-form-urlencoded", form);
    };
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Local?PageSize=5"), "parameter");
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Local?SmsEnabled=yes"), "its values");
    judge.expect_complaint(get("AvailablePhoneNumbers/US/Mobile"), "type");
    judge.expect_complaint(get("IncomingPhoneNumbers?PageSize=1001"), "its limit");
    judge.expect_complaint(buy("FriendlyName=x"), "required field");
    judge.expect_complaint(buy("PhoneNumber=15125550100"), "pattern of a field");
    judge.expect_complaint(buy("PhoneNumber=%2B15125550100&TrunkSid=x"), "field");
    judge.expect_complaint(Request::get(account + "IncomingPhoneNumbers"), "credentials");
}
const Trial signalwire("signalwire", try_signalwire);

}  // namespace
}  // namespace tandem::specs
