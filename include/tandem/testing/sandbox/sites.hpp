// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/bandwidth.hpp>
#include <tandem/testing/sandbox/didlogic.hpp>
#include <tandem/testing/sandbox/didww.hpp>
#include <tandem/testing/sandbox/flowroute.hpp>
#include <tandem/testing/sandbox/infobip.hpp>
#include <tandem/testing/sandbox/other.hpp>
#include <tandem/testing/sandbox/plivo.hpp>
#include <tandem/testing/sandbox/signalwire.hpp>
#include <tandem/testing/sandbox/simwood.hpp>
#include <tandem/testing/sandbox/sinch.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>
#include <tandem/testing/sandbox/thinq.hpp>
#include <tandem/testing/sandbox/twilio.hpp>
#include <tandem/testing/sandbox/vitelity.hpp>
#include <tandem/testing/sandbox/voip_innovations.hpp>
#include <tandem/testing/sandbox/voipms.hpp>
#include <tandem/testing/sandbox/vonage.hpp>
#include <tandem/testing/sandbox/voxbone.hpp>
#include <tandem/testing/sandbox/zadarma.hpp>

namespace tandem::testing::sandbox {

/// Every carrier's site.
using AllSites = SiteList<Other, Telnyx, Bandwidth, Simwood, Vitelity, VoipInnovations, Voxbone, Didww, Flowroute,
                          Thinq, Twilio, Vonage, Plivo, SignalWire, Sinch, Infobip, Zadarma, VoipMs, DidLogic>;

}  // namespace tandem::testing::sandbox
