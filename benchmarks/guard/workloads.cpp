// SPDX-License-Identifier: BSL-1.0
// Small fixed workloads whose instructions are counted. Usage: workloads NAME; without a name, the names.
#include "../replies.hpp"

#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/carriers/voip_innovations.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/transports/detail/reply_reader.hpp>
#include <tandem/transports/detail/request_text.hpp>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>

/// What callgrind counts: the calls of this function alone, found by its name.
extern "C" [[gnu::noinline]] void measured(const std::function<void()>& work) {
    for (int round = 0; round < 20; ++round) { work(); }
}
