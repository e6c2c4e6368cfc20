// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "any_transport.hpp"
#include "globals.hpp"

#include <tandem/transports/https.hpp>
#include <tandem/transports/recording.hpp>
#include <tandem/transports/replay.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdio>
#include <functional>
#include <memory>
#include <utility>

namespace numbers {

/// What `--record` and `--replay` make of the network.
struct Wire {
    AnyTransport transport;
    /// Ends a recording. Errors: `unspecified` when it lacks something.
    std::function<tandem::Result<void>()> save = [] { return tandem::Result<void>(); };
    /// Takes away a recording that nothing began, so that the same command can be typed again.
    std::function<void()> discard = [] {};
};

/// Errors: `settings` for a recording that is there already or cannot be made or read, `invalid` for one that is none.
inline tandem::Result<Wire> open_wire(boost::asio::any_io_executor executor, const Globals& globals) {
    using tandem::transports::Https;
    if (!globals.replay.empty()) {
        auto replay = tandem::transports::Replay::open(globals.replay);
        if (!replay) { return replay.error(); }
        return Wire{.transport = AnyTransport(std::move(*replay))};
    }
    Https https(std::move(executor));
    if (globals.record.empty()) { return Wire{.transport = AnyTransport(std::move(https))}; }
    auto recording = tandem::transports::Recording<Https>::open(globals.record, std::move(https));
    if (!recording) { return recording.error(); }
    auto kept = std::make_shared<tandem::transports::Recording<Https>>(std::move(*recording));
    return Wire{.transport = AnyTransport(*kept),
                .save = [kept] { return kept->save(); },
                .discard = [path = globals.record] { (void)std::remove(path.c_str()); }};
}

}  // namespace numbers
