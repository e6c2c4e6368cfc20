// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>

namespace tandem::carriers {

/// Numbers that are ours already and for sale to every account. Released, they go back to the stock as `released_state`
/// and `should_age` say.
/// Source: Kazoo's `knm_inventory`, without its key range that runs on past the prefix.
struct Inventory : detail::OwnStock {
    static constexpr CarrierInfo info =
        detail::own_stock({.name = "inventory", .billable = false, .price_source = PriceSource::free});

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        return detail::find_on({.carrier = info.name}, session.numbers(), request);
    }
};
static_assert(Carrier<Inventory>);

}  // namespace tandem::carriers
