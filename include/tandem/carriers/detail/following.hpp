// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <algorithm>
#include <utility>

/// What carriers do alike whose orders take time.
namespace tandem::carriers::detail {

/// Looks at an order until it is final or time is up, the first time after `pause`, then after twice as long each time,
/// up to `longest`. The order stays what it is, whatever becomes of our questions.
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

}  // namespace tandem::carriers::detail
