// SPDX-License-Identifier: BSL-1.0
// Documents: numbers_v1_subset.openapi.json
#include "life.hpp"

#include <tandem/carriers/infobip.hpp>
#include <tandem/testing/sandbox/infobip.hpp>

namespace tandem::specs {
namespace {

void try_infobip(Judge& judge) {
    Life<carriers::Infobip, testing::sandbox::Infobip> infobip(judge);
    infobip.find_each({search("+1602"), search("+1480555"), search("+14805550100"), search("833"), search("+1"),
                       search("+447700"), search("+44"), search("+1602", {Feature::voice, Feature::sms, Feature::mms}),
                       search("+1602", {}, 5)});
    infobip.live(search("+1602"));
    infobip.live(search("+447700"));
    (void)infobip.find(search("+4420"));  // nothing by its digits: the country is looked through
    infobip.spoil();

    const std::string numbers = infobip.carrier().settings.base_url + "/numbers/1/numbers";
    const auto authorized = [&](Request request) {
        return std::move(request).authorization("App", infobip.carrier().settings.api_key);
    };
    judge.expect_complaint(authorized(Request::get(numbers + "/available?npa=41x")), "its type");
    judge.expect_complaint(authorized(Request::get(numbers + "/available?capabilities=FAX")), "its values");
    judge.expect_complaint(authorized(Request::post(numbers)).body("application/json", R"({"numberKey": 7})"),
                           "its type in a body");
}
const Trial infobip("infobip", try_infobip);

}  // namespace
}  // namespace tandem::specs
