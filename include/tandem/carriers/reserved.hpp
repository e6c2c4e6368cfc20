// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>

namespace tandem::carriers {

/// What the account that asks holds in reserve, whichever carrier it came from. Bought, a number stays that carrier's.
/// Source: Kazoo's `knm_reserved`.
struct Reserved : detail::OwnStock {
    static constexpr CarrierInfo info =
        detail::own_stock({.name = "reserved", .billable = false, .stock = Stocked::never});

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        detail::require_account(request);
        return detail::find_on({.state = State::reserved, .owners = {request.account}}, session.numbers(), request);
    }
};
static_assert(Carrier<Reserved>);

}  // namespace tandem::carriers
