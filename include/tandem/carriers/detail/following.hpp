// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

/// What carriers do alike whose orders take time and whose searches have no pages.
namespace tandem::carriers::detail {

/// Looks at an order until it is final or time is up, the first time after `pause`, then after twice as long each time, up
/// to `longest`. The order stays what it is, whatever becomes of our questions.
template <FollowsOrders C>
Task<Number> follow_to_end(const C& carrier, auto& session, Number number, Duration pause, Duration longest) {
    while (number.order->status == Order::Status::pending) {
        try {
            Task<> waited = session.wait(pause);
            co_await std::move(waited);
            number = co_await carrier.follow_order(session, number);
        } catch (const Exception&) { break; }
        pause = std::min(pause * 2, longest);
    }
    co_return number;
}

/// Leaves of `page`, which holds all from the first on, what was asked for.
inline void keep_requested(SearchPage& page, const SearchRequest& request) {
    const auto at = [&](std::uint64_t count) {
        return page.offers.begin() + std::min(static_cast<std::ptrdiff_t>(count), std::ssize(page.offers));
    };
    page.offers.erase(at(std::uint64_t{request.offset} + request.quantity), page.offers.end());
    page.offers.erase(page.offers.begin(), at(request.offset));
}

}  // namespace tandem::carriers::detail
