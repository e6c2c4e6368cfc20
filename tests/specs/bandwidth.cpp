// SPDX-License-Identifier: BSL-1.0
// Documents: numbers_v2_subset.openapi.json
#include "life.hpp"

#include <tandem/carriers/bandwidth.hpp>
#include <tandem/testing/sandbox/bandwidth.hpp>

namespace tandem::specs {
namespace {

void try_bandwidth(Judge& judge) {
    using Bandwidth = Life<carriers::Bandwidth, testing::sandbox::Bandwidth>;
    judge.excuse("Request query parameter features must be string");  // the document's words let it stand several times
    Bandwidth plain(judge);
    plain.find_each({search("+1206"), search("+12065"), search("+1206777"), search("+12067770"), search("+12067770100"),
                     search("+1866"), search("87*"), search("+44161"), search("+44", {Feature::sms, Feature::voice}),
                     search("+1303", {}, 5)});
    plain.live(search("+1206"));
    plain.spoil();
    Bandwidth routed(judge, {{"sip_peer", testing::sandbox::bandwidth::sip_peer}});
    routed.live(search("+1303"));

    const auto& settings = plain.carrier().settings;
    const std::string account = settings.base_url + "/accounts/9900000/";
    const auto authorized = [&](Request request) {
        return std::move(request).basic_authorization(settings.api_username, settings.api_password);
    };
    const auto order = [&](const std::string& children) {
        return authorized(Request::post(account + "orders"))
            .body("application/xml", "<Order>" + children +
                                         "<ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>"
                                         "+12065550100</TelephoneNumber></TelephoneNumberList>"
                                         "</ExistingTelephoneNumberOrderType></Order>");
    };
    const std::string site = "<SiteId>743</SiteId><CustomerOrderId>a</CustomerOrderId>";
    judge.expect_complaint(authorized(Request::get(account + "availableNumbers?areacode=206")), "parameter");
    judge.expect_complaint(authorized(Request::get(account + "availableNumbers?quantity=ten")), "its type");
    judge.expect_complaint(authorized(Request::get(account + "orders")), "required parameter");
    judge.expect_complaint(order("<Site>743</Site>" + site), "element");
    judge.expect_complaint(order(""), "required element");
    judge.expect_complaint(order(site + "<TelephoneNumberList/>"), "nesting");
    judge.expect_complaint(authorized(Request::post(account + "disconnects"))
                               .body("application/xml",
                                     "<DisconnectTelephoneNumberOrder><DisconnectTelephoneNumberOrderType/>"
                                     "</DisconnectTelephoneNumberOrder>"),
                           "required element of a schema");
}
const Trial bandwidth("bandwidth", try_bandwidth);

}  // namespace
}  // namespace tandem::specs
