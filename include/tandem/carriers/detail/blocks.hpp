// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/search.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

/// Blocks of consecutive numbers. Each is told by two offers, its first number and its last, as Kazoo does; a block of
/// one by one.
namespace tandem::carriers::detail {

/// The number `count` behind `number`; empty when there is none of as many digits.
inline E164 plus(E164 number, std::uint64_t count) {
    const E164 sum = E164::parse_or_empty("+" + std::to_string(std::stoull(number.digits()) + count));
    return sum.digit_count() == number.digit_count() ? sum : E164();
}

/// The blocks of `request.quantity` consecutive numbers of one offer id, none sharing a number with another: as many as
/// were asked for, from `request.offset` on.
inline SearchPage runs_of(SearchPage numbers, const SearchRequest& request) {
    std::sort(numbers.offers.begin(), numbers.offers.end(),
              [](const Offer& a, const Offer& b) { return std::pair(a.id, a.number) < std::pair(b.id, b.number); });
    SearchPage page{.refused = numbers.refused};
    const std::uint64_t end = std::uint64_t{request.offset} + request.blocks;
    std::uint64_t found = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i < numbers.offers.size() && found < end; ++i) {
        const Offer& offer = numbers.offers[i];
        const bool goes_on =
            length > 0 && offer.id == numbers.offers[i - 1].id && offer.number == plus(numbers.offers[i - 1].number, 1);
        length = goes_on ? length + 1 : 1;
        if (length < request.quantity) { continue; }
        length = 0;
        if (found++ < request.offset) { continue; }
        page.offers.push_back(numbers.offers[i + 1 - request.quantity]);
        if (request.quantity > 1) { page.offers.push_back(offer); }
    }
    return page;
}

}  // namespace tandem::carriers::detail
