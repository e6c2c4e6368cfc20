// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>

namespace tandem::carriers {

/// Numbers that accounts bring along from carriers of their own: charged to nobody, deleted when they are released, in
/// whatever state they are. Only accounts find those that are available.
/// Source: Kazoo's `knm_local`, without its key range that runs on past the prefix.
struct Local : detail::OwnStock {
    static constexpr CarrierInfo info =
        detail::own_stock({.name = "local", .billable = false, .price_source = PriceSource::free});

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        detail::require_account(request);
        return detail::find_on({.carrier = info.name}, session.numbers(), request);
    }
};
static_assert(Carrier<Local>);

}  // namespace tandem::carriers
