// SPDX-License-Identifier: BSL-1.0
// Documents: sinch-available-numbers-api-openapi.yml sinch-active-numbers-api-openapi.yml
// Credentials: HTTP Basic, which its own documentation allows beside the bearer token.
#include "life.hpp"

#include <tandem/carriers/sinch.hpp>
#include <tandem/testing/sandbox/sinch.hpp>

namespace tandem::specs {
namespace {

void try_sinch(Judge& judge) {
    Life<carriers::Sinch, testing::sandbox::Sinch> sinch(judge);
    // Sinch's own documentation has region and type as filters of the list of our numbers.
    judge.excuse("must have required property", "/activeNumbers?");
    sinch.find_each({search("+1404"), search("+1470555"), search("+14705550100"), search("866"), search("86*"),
                     search("+1"), search("+44118"), search("+1404", {Feature::voice, Feature::sms}),
                     search("+1404", {}, 5)});
    sinch.live(search("+1404"));
    sinch.live(search("866"));
    sinch.live(search("+44118"));
    sinch.spoil();

    const auto& settings = sinch.carrier().settings;
    const std::string project = settings.base_url + "/v1/projects/" + settings.project_id;
    const auto authorized = [&](Request request) {
        return std::move(request).basic_authorization(settings.key_id, settings.key_secret);
    };
    const std::string of_type = project + "/availableNumbers?regionCode=US&type=LOCAL";
    judge.expect_complaint(authorized(Request::get(of_type + "&nosuch=1")), "parameter");
    judge.expect_complaint(authorized(Request::get(project + "/availableNumbers/%2B1/nowhere")), "path");
    judge.expect_complaint(authorized(Request::get(project + "/availableNumbers?regionCode=US")), "required parameter");
    judge.expect_complaint(authorized(Request::get(of_type + "&size=101")), "its maximum");
    judge.expect_complaint(authorized(Request::get(of_type + "&capabilities=MMS")), "its values");
    judge.expect_complaint(
        authorized(Request::post(project + "/availableNumbers/%2B14045550100%3Arent")).body("application/json", "{}"),
        "an action behind an encoded colon");
    judge.expect_complaint(authorized(Request::post(project + "/availableNumbers/%2B14045550100:rent"))
                               .body("application/json", R"({"smsConfiguration": "x"})"),
                           "its type");
}
const Trial sinch("sinch", try_sinch);

}  // namespace
}  // namespace tandem::specs
