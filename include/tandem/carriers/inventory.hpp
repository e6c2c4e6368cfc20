// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace tandem::carriers {

/// Numbers that are ours already and for sale: those of the store in state `available` that carry this name. Buying and
/// releasing only change their record, which the manager does; no request is sent.
/// Source: Kazoo's `knm_inventory`, without its key range that runs on past the prefix.
struct Inventory {
    static constexpr CarrierInfo info{.name = "inventory",
                                      .local = true,
                                      .billable = false,
                                      .max_prefix_length = 15,
                                      .retry = RetryClass::safe,
                                      .price_source = PriceSource::free};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        constexpr std::uint64_t rows_at_once = 500;
        NumberQuery query;
        query.prefix = E164::parse_or_empty(request.prefix.view().substr(0, request.prefix.view().find('*')));
        query.state = State::available;
        query.carrier = info.name;
        query.limit =
            static_cast<std::uint32_t>(std::min(std::uint64_t{request.offset} + request.quantity, rows_at_once));
        SearchPage page;
        auto texts = std::make_shared<Page>(std::string());
        std::uint32_t skip = request.offset;
        auto numbers = session.numbers();
        for (;;) {
            NumberPage found = co_await numbers.scan(query);
            for (Number& each : found.numbers) {
                if (page.offers.size() == request.quantity) { break; }
                if (skip > 0) {
                    --skip;
                } else {
                    page.offers.push_back(to_offer(std::move(each), texts));
                }
            }
            if (page.offers.size() == request.quantity || found.next.empty()) { co_return page; }
            query.after = found.next;
        }
    }

    Task<Number> acquire_number(auto&, Number number) const { co_return number; }

    Task<Number> disconnect_number(auto&, Number number) const {
        number.state = State::available;
        co_return number;
    }

private:
    static Offer to_offer(Number number, const std::shared_ptr<Page>& texts) {
        Offer offer;
        offer.number = number.number;
        offer.setup = offer.monthly = Amount::zero();
        offer.state = number.state;
        offer.row = texts->copies().emplace_back(std::move(number.carrier_data.text));
        offer.page = texts;
        return offer;
    }
};
static_assert(Carrier<Inventory>);

}  // namespace tandem::carriers
