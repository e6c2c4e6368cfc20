// SPDX-License-Identifier: BSL-1.0
// Documents: global_v1_subset.openapi.json
// Credentials: HTTP Basic, which the API took before it took keys: those are what Kazoo's settings have.
#include "life.hpp"

#include <tandem/carriers/voxbone.hpp>
#include <tandem/testing/sandbox/voxbone.hpp>

namespace tandem::specs {
namespace {

void try_voxbone(Judge& judge) {
    using Voxbone = Life<carriers::Voxbone, testing::sandbox::Voxbone>;
    // None of the four schemas of a product requires anything, so that a request fits each.
    judge.excuse("must match exactly one schema in oneOf");
    Voxbone plain(judge);
    plain.find_each({search("+1646"), search("+1646555"), search("+16465550100"), search("+1"), search("+44"),
                     search("+44117"), search("+1646", {Feature::voice})});
    SearchRequest blocks = search("+1646");
    blocks.blocks = 2;
    plain.find(blocks);
    plain.live(search("+1646"));
    plain.live(search("+16465550100"));
    plain.live(search("+44117"));
    plain.spoil();
}
const Trial voxbone("voxbone", try_voxbone);

}  // namespace
}  // namespace tandem::specs
