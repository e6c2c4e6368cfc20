// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "globals.hpp"

#include <tandem/transport.hpp>
#include <tandem/transports/https.hpp>
#include <tandem/transports/recording.hpp>
#include <tandem/transports/replay.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <utility>
#include <variant>

namespace numbers {

/// What `--record` and `--replay` make of the network, chosen at run time as `AnyStore` is. Copies are one.
class AnyTransport {
    using Https = tandem::transports::Https;
    using Recording = tandem::transports::Recording<Https>;
    using Replay = tandem::transports::Replay;

public:
    /// Errors: `settings` for a recording that is there already or cannot be made or read, `invalid` for one that is none.
    static tandem::Result<AnyTransport> open(boost::asio::any_io_executor executor, const Globals& globals) {
        if (!globals.replay.empty()) {
            auto replay = Replay::open(globals.replay);
            if (!replay) { return replay.error(); }
            return AnyTransport(std::move(*replay));
        }
        Https https(std::move(executor));
        if (globals.record.empty()) { return AnyTransport(std::move(https)); }
        auto recording = Recording::open(globals.record, std::move(https));
        if (!recording) { return recording.error(); }
        return AnyTransport(std::move(*recording));
    }

    tandem::Task<tandem::Response> send(tandem::Request request, tandem::Deadline deadline) {
        return std::visit([&](auto& transport) { return transport.send(std::move(request), deadline); }, transport_);
    }

    /// Errors: `unspecified` when a recording lacks something.
    tandem::Result<void> save() {
        auto* recording = std::get_if<Recording>(&transport_);
        return recording == nullptr ? tandem::Result<void>() : recording->save();
    }

private:
    template <class T>
    explicit AnyTransport(T transport) : transport_(std::move(transport)) {}

    std::variant<Https, Recording, Replay> transport_;
};
static_assert(tandem::Transport<AnyTransport>);

}  // namespace numbers
