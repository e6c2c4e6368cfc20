// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/own_stock.hpp>
#include <tandem/core/json.hpp>

namespace tandem::carriers {

/// Numbers set aside for one account: it and those below it buy them, and pay for them. An account that has none for
/// sale finds its reseller's. Released, they are again for sale to the account that they were set aside for.
/// Source: Kazoo's `knm_managed`, without its pages that are all the first one.
struct Managed : detail::OwnStock {
    static constexpr CarrierInfo info =
        detail::own_stock({.name = "managed", .price_source = PriceSource::free, .stock = Stocked::for_one_account});

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        detail::require_account(request);
        return detail::find_on({.carrier = info.name, .owners = detail::account_then_reseller(request)},
                               session.numbers(), request);
    }

    Task<Number> disconnect_number(auto&, Number number) const {
        const auto fields = object_of(number.private_fields, "private_fields");
        number.assigned_to = JsonFields(fields, "private_fields").text(set_aside_field);
        number.state = State::available;
        return detail::unchanged(std::move(number));
    }
};
static_assert(Carrier<Managed>);

}  // namespace tandem::carriers
