// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>

namespace tandem::carriers {

/// Numbers of mobile services, which are in service from the beginning to the end: never for sale, deleted when they
/// are released.
/// Source: Kazoo's `knm_mdn`.
struct Mdn : detail::OwnStock {
    static constexpr CarrierInfo info{.name = "mdn",
                                      .local = true,
                                      .billable = false,
                                      .max_prefix_length = 0,
                                      .retry = RetryClass::safe,
                                      .price_source = PriceSource::free,
                                      .stock = Stocked::never};

    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const {
        errors::not_available("numbers of mobile services are not for sale");
    }
};
static_assert(Carrier<Mdn>);

}  // namespace tandem::carriers
