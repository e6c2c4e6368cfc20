// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "any_store.hpp"
#include "any_transport.hpp"
#include "globals.hpp"
#include "settings.hpp"

#include <tandem/carriers/all.hpp>
#include <tandem/transports/resilient.hpp>

#include <boost/asio/io_context.hpp>

#include <string>
#include <utility>

namespace numbers {

/// What the program is made of.
struct Policies {
    using CarrierList = tandem::carriers::All;
    using Wire = AnyTransport;
    using Transport = tandem::transports::Resilient<Wire>;
    using Config = Settings;
    using Store = AnyStore;

    static tandem::Result<Wire> open_wire(boost::asio::io_context& context, const Globals& globals) {
        return Wire::open(context.get_executor(), globals);
    }
    /// What wraps the wire for the manager. Below it, a recording has every attempt.
    static Transport open_transport(Wire wire) { return Transport(std::move(wire)); }
    static Config open_config(const std::string& file) {
        return Config(tandem::configs::Environment(), OptionalFile(file));
    }
    static tandem::Result<Store> open_store(const std::string& uri) { return AnyStore::open(uri); }
};

}  // namespace numbers
