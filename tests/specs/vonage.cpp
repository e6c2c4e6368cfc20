// SPDX-License-Identifier: BSL-1.0
// Documents: numbers.openapi.yml
#include "life.hpp"

#include <tandem/carriers/vonage.hpp>
#include <tandem/testing/sandbox/vonage.hpp>

namespace tandem::specs {
namespace {

void try_vonage(Judge& judge) {
    judge.excuse("Invalid security scheme used");  // 1.0.20 has the credentials in the query, 1.1.0 by HTTP Basic
    Life<carriers::Vonage, testing::sandbox::Vonage> plain(judge);
    plain.find_each({search("+1631"), search("+1631555"), search("+16315550100"), search("+1"), search("833"),
                     search("83"), search("+1", {Feature::toll_free}), search("+447700"), search("+44"),
                     search("+1516", {}, 5), search("+1631", {Feature::sms}), search("+1631", {Feature::voice}),
                     search("+1631", {Feature::mms}), search("+1631", {Feature::voice, Feature::sms}),
                     search("+1631", {Feature::voice, Feature::mms}), search("+1631", {Feature::sms, Feature::mms}),
                     search("+1631", {Feature::voice, Feature::sms, Feature::mms})});
    plain.find(search("88*"));
    plain.live(search("+1631"));
    plain.live(search("833"));
    plain.live(search("+447700"));
    plain.spoil();

    const std::string base = plain.setting("base_url");
    const auto authorized = [&](Request request) {
        const auto& settings = plain.carrier().settings;
        return std::move(request).basic_authorization(settings.api_key, settings.api_secret);
    };
    const auto get = [&](const std::string& target) { return authorized(Request::get(base + target)); };
    const auto buy = [&](const std::string& form) {
        return authorized(Request::post(base + "/number/buy")).body("application/x-www-form-urlencoded", form);
    };
    judge.expect_complaint(get("/number/search"), "required parameter");
    judge.expect_complaint(get("/number/search?country=US&size=101"), "its limit");
    judge.expect_complaint(get("/number/search?country=US&features=VOICE%2CSMS"), "its values");
    judge.expect_complaint(get("/number/search?country=US&type=mobile"), "its values");
    judge.expect_complaint(buy("msisdn=16315550100"), "required field");
    judge.expect_complaint(buy("country=US&msisdn=16315550100&app_id=1"), "field");
    judge.expect_complaint(buy("country=USA&msisdn=16315550100"), "length of a field");
}
const Trial vonage("vonage", try_vonage);

}  // namespace
}  // namespace tandem::specs
