// SPDX-License-Identifier: BSL-1.0
// Documents: sinch-active-numbers-api-openapi.yml sinch-available-numbers-api-openapi.yml
// Credentials: HTTP Basic, which its own documentation allows beside the bearer token.
#include "life.hpp"

#include <tandem/carriers/sinch.hpp>
#include <tandem/testing/sandbox/sinch.hpp>

namespace tandem::specs {
namespace {

void try_sinch(Judge& judge) {
    using Sinch = Life<carriers::Sinch, testing::sandbox::Sinch>;
    Sinch plain(judge);
    plain.find_each({search("+1404"), search("+1404555"), search("+14045550100"), search("+1866"), search("86*"),
                     search("+44"), search("+44118"), search("+1470", {}, 5), search("+1404", {Feature::sms}),
                     search("+1404", {Feature::sms, Feature::voice})});
    plain.live(search("+1404"));
    plain.live(search("+44118"));
    plain.spoil();
}
const Trial sinch("sinch", try_sinch);

}  // namespace
}  // namespace tandem::specs
