// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carriers.hpp>
#include <tandem/carriers/bandwidth.hpp>
#include <tandem/carriers/didlogic.hpp>
#include <tandem/carriers/didww.hpp>
#include <tandem/carriers/flowroute.hpp>
#include <tandem/carriers/infobip.hpp>
#include <tandem/carriers/inum.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/label.hpp>
#include <tandem/carriers/local.hpp>
#include <tandem/carriers/managed.hpp>
#include <tandem/carriers/mdn.hpp>
#include <tandem/carriers/other.hpp>
#include <tandem/carriers/plivo.hpp>
#include <tandem/carriers/reserved.hpp>
#include <tandem/carriers/reserved_reseller.hpp>
#include <tandem/carriers/signalwire.hpp>
#include <tandem/carriers/simwood.hpp>
#include <tandem/carriers/sinch.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/carriers/thinq.hpp>
#include <tandem/carriers/twilio.hpp>
#include <tandem/carriers/vitelity.hpp>
#include <tandem/carriers/voip_innovations.hpp>
#include <tandem/carriers/voipms.hpp>
#include <tandem/carriers/vonage.hpp>
#include <tandem/carriers/voxbone.hpp>
#include <tandem/carriers/zadarma.hpp>

namespace tandem::carriers {

/// Every carrier that Tandem has, in the order in which Kazoo asks by default: what is ours comes first. Labels come
/// last.
using All =
    Carriers<Reserved, ReservedReseller, Local, Managed, Inventory, Inum, Mdn, Other, Telnyx, Bandwidth, Simwood,
             Vitelity, VoipInnovations, Voxbone, Didww, Flowroute, Thinq, Twilio, Vonage, Plivo, SignalWire, Sinch,
             Infobip, Zadarma, VoipMs, DidLogic, Label<"inteliquent">, Label<"it_vocal">, Label<"level3">, Label<"o1">,
             Label<"peerless">, Label<"verizon">, Label<"windstream">, Label<"ziron">>;

}  // namespace tandem::carriers
