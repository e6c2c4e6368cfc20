// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carriers.hpp>
#include <tandem/carriers/bandwidth.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/other.hpp>
#include <tandem/carriers/telnyx.hpp>

namespace tandem::carriers {

/// Every carrier that Tandem has, in the order in which Kazoo asks by default: what is ours comes first.
using All = Carriers<Inventory, Other, Telnyx, Bandwidth>;

}  // namespace tandem::carriers
