// SPDX-License-Identifier: BSL-1.0
// Documents: direct_numbers.openapi.json
// Credentials: a signature, whose scheme Prism does not know.
#include "life.hpp"

#include <tandem/carriers/zadarma.hpp>
#include <tandem/testing/sandbox/zadarma.hpp>

namespace tandem::specs {
namespace {

void try_zadarma(Judge& judge) {
    using Zadarma = Life<carriers::Zadarma, testing::sandbox::Zadarma>;
    Zadarma plain(judge);
    plain.find_each({search("+1929"), search("+1929555"), search("+19295550100"), search("+44"), search("+44151")});
    plain.live(search("+1929"));
    plain.live(search("+44151"));
    plain.spoil();
}
const Trial zadarma("zadarma", try_zadarma);

}  // namespace
}  // namespace tandem::specs
