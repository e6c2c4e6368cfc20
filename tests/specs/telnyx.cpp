// SPDX-License-Identifier: BSL-1.0
// Documents: telnyx_numbers_subset.openapi.json
#include "life.hpp"

#include <tandem/carriers/telnyx.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>

namespace tandem::specs {
namespace {

void try_telnyx(Judge& judge) {
    using Telnyx = Life<carriers::Telnyx, testing::sandbox::Telnyx>;
    Telnyx plain(judge);
    plain.find_each({search("+1415"), search("+1415555"), search("+14155550100"), search("+1"), search("+1800"),
                     search("88*"), search("+44207"), search("+1212", {}, 5), search("+1415", {Feature::sms})});
    plain.find(search("+1415", carriers::Telnyx::info.features));
    plain.live(search("+1415"));
    plain.spoil();

    Telnyx routed(judge, {{"connection_id", "346789098765567"},
                          {"messaging_profile_id", "abc85f64-5717-4562-b3fc-2c9600000000"},
                          {"billing_group_id", "abc85f64-5717-4562-b3fc-2c9600000001"},
                          {"should_keep_best_effort", true}});
    routed.live(search("+1310"));

    const std::string base = plain.setting("base_url");
    const Secret& key = plain.carrier().settings.api_key;
    const auto get = [&](const std::string& target) {
        return Request::get(base + target).authorization("Bearer", key);
    };
    const auto post = [&](const std::string& body) {
        return Request::post(base + "/number_orders").authorization("Bearer", key).body("application/json", body);
    };
    judge.expect_complaint(get("/available_phone_numbers?filter%5Bphone_nunber%5D%5Bstarts_with%5D=4"), "parameter");
    judge.expect_complaint(get("/available_phone_numbers?filter%5Blimit%5D=ten"), "its type");
    judge.expect_complaint(get("/available_phone_numbers?filter%5Bphone_number_type%5D=telex"), "its values");
    judge.expect_complaint(post(R"({"phone_numbers":[{"phone_number":"+14155550100"}],"reference":"x"})"), "field");
    judge.expect_complaint(post(R"({"phone_numbers":[{"number":"+14155550100"}]})"), "required field");
    judge.expect_complaint(post(R"({"phone_numbers":"+14155550100"})"), "type of a field");
    judge.expect_complaint(Request::get(base + "/number_orders"), "credentials");
}
const Trial telnyx("telnyx", try_telnyx);

}  // namespace
}  // namespace tandem::specs
