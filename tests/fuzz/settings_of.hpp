// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/all.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/manager/settings.hpp>
#include <tandem/testing/sandbox/sites.hpp>

#include <boost/json/serialize.hpp>

#include <string>

namespace tandem::fuzz {

/// The carrier whose site `S` is, as that site's settings make it.
template <Carrier C, testing::sandbox::Site S>
C carrier_at() {
    configs::InCode config;
    config.set("number_manager." + std::string(C::info.name),
               JsonText(boost::json::serialize(S::settings("https://carrier.example"))));
    return read_carrier_settings<C>(config).value().carrier;
}

/// Calls `use` with each site and the carrier that it serves.
template <class Use, testing::sandbox::Site... Sites>
void for_each_site(testing::sandbox::SiteList<Sites...>, Use use) {
    const auto with = [&]<class S>() {
        constexpr auto place = carriers::All::index_of(S::carrier).value();
        using Type = typename decltype(+carriers::All::types[boost::hana::size_c<place>])::type;
        use.template operator()<Type, S>();
    };
    (with.template operator()<Sites>(), ...);
}

}  // namespace tandem::fuzz
