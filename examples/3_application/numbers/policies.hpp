// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "any_store.hpp"
#include "settings.hpp"

#include <tandem/carriers/all.hpp>
#include <tandem/transports/https.hpp>

#include <boost/asio/io_context.hpp>

#include <string>

namespace numbers {

/// What the program is made of.
struct Policies {
    using CarrierList = tandem::carriers::All;
    using Transport = tandem::transports::Https;
    using Config = Settings;
    using Store = AnyStore;

    static Transport open_transport(boost::asio::io_context& context) { return Transport(context.get_executor()); }
    static Config open_config(const std::string& file) {
        return Config(tandem::configs::Environment(), OptionalFile(file));
    }
    static tandem::Result<Store> open_store(const std::string& uri) { return AnyStore::open(uri); }
};

}  // namespace numbers
