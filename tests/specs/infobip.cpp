// SPDX-License-Identifier: BSL-1.0
// Documents: numbers_v1_subset.openapi.json
#include "life.hpp"

#include <tandem/carriers/infobip.hpp>
#include <tandem/testing/sandbox/infobip.hpp>

namespace tandem::specs {
namespace {

void try_infobip(Judge& judge) {
    using Infobip = Life<carriers::Infobip, testing::sandbox::Infobip>;
    Infobip plain(judge);
    plain.find_each({search("+1602"), search("+1602555"), search("+16025550100"), search("+1833"), search("+44"),
                     search("+4477"), search("+1480", {}, 5), search("+1602", {Feature::sms}),
                     search("+1602", {Feature::sms, Feature::voice})});
    plain.live(search("+1602"));
    plain.live(search("+4477"));
    plain.spoil();
}
const Trial infobip("infobip", try_infobip);

}  // namespace
}  // namespace tandem::specs
