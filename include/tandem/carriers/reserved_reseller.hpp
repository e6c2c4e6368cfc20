// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>

namespace tandem::carriers {

/// What the reseller of the account that asks holds in reserve, whichever carrier it came from. Bought, a number stays
/// that carrier's.
/// Source: Kazoo's `knm_reserved_reseller`, without its further pages that are looked for in a store of no such name.
struct ReservedReseller : detail::OwnStock {
    static constexpr CarrierInfo info =
        detail::own_stock({.name = "reserved_reseller", .billable = false, .stock = Stocked::never});

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        detail::require_account(request);
        if (request.reseller.empty()) { errors::not_available("the account is no reseller's customer"); }
        if (request.reseller == request.account) {
            errors::not_available("the account is its own reseller: what it holds is found by 'reserved'");
        }
        return detail::find_on({.state = State::reserved, .owners = {request.reseller}}, session.numbers(), request);
    }
};
static_assert(Carrier<ReservedReseller>);

}  // namespace tandem::carriers
