// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>

namespace tandem::carriers {

/// iNum numbers, which are of no country (+883 510…), set aside for one account: it and those below it take them, free
/// of charge. An account that has none for sale finds its reseller's. Released, they stay `released`, for sale to
/// nobody.
/// Source: Kazoo's `knm_inum`, without its further pages that begin anew.
struct Inum : detail::OwnStock {
    static constexpr CarrierInfo info = detail::own_stock(
        {.name = "inum", .billable = false, .price_source = PriceSource::free, .stock = Stocked::for_one_account});
    static constexpr E164 prefix = E164::parse_or_empty("+883510");

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        detail::require_account(request);
        return detail::find_on(
            {.carrier = info.name, .prefix = prefix, .owners = detail::account_then_reseller(request)},
            session.numbers(), request);
    }

    Task<Number> disconnect_number(auto&, Number number) const {
        number.state = State::released;
        number.assigned_to.clear();
        number.reserve_history.clear();
        return detail::unchanged(std::move(number));
    }
};
static_assert(Carrier<Inum>);

}  // namespace tandem::carriers
