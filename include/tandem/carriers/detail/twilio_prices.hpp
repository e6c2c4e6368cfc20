// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/search.hpp>
#include <tandem/wire/twilio.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What Twilio's Pricing API tells of a country's numbers.
/// Source: Twilio's OpenAPI document (`twilio/twilio-oai`, twilio_pricing_v1, 2026-04).
namespace tandem::carriers::twilio {

struct Price {
    std::string type{};  ///< `local`, `mobile`, `national`, `toll free`
    Amount monthly{};
};

/// A country's prices.
struct Prices {
    std::string country{};
    Currency currency{};
    std::vector<Price> list{};

    /// Prices offers that are all of one type. The API knows no price but the monthly one: to set a number up costs
    /// nothing.
    void put_on(std::vector<Offer>& offers, std::string_view type) const {
        const auto price = std::find_if(list.begin(), list.end(), [&](const Price& each) { return each.type == type; });
        if (price == list.end()) { return; }
        for (Offer& offer : offers) {
            offer.setup = Amount::zero();
            offer.monthly = price->monthly;
            offer.currency = currency;
        }
    }
};

/// Errors: `malformed_reply` for another country's, or for amounts of no currency.
inline Prices read_prices(const Response& response, std::string_view country) {
    static constexpr auto rows =
        wire::rows("phone_number_prices[]", {wire::field<&Price::type>("number_type").required(),
                                             wire::field<&Price::monthly>("current_price").required()})
            .with({wire::field<&Prices::country>("iso_country"), wire::field<&Prices::currency>("price_unit")});
    if (response.status != 200) { wire::twilio::raise(response); }
    auto read = wire::read_rows(rows, response);
    if (read.whole.country != country || !read.whole.currency.known()) {
        errors::malformed_reply("the prices are another country's, or in no currency");
    }
    read.whole.list = std::move(read.rows);
    return std::move(read.whole);
}

}  // namespace tandem::carriers::twilio
