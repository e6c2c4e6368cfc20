// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

/// What carriers do alike whose searches have no pages, or smaller ones than was asked for.
namespace tandem::carriers::detail {

/// Leaves of `page`, which holds all from the first on, what was asked for.
inline void keep_requested(SearchPage& page, const SearchRequest& request) {
    const auto at = [&](std::uint64_t count) {
        return page.offers.begin() + std::min(static_cast<std::ptrdiff_t>(count), std::ssize(page.offers));
    };
    page.offers.erase(at(std::uint64_t{request.offset} + request.quantity), page.offers.end());
    page.offers.erase(page.offers.begin(), at(request.offset));
}

/// Drops what the carrier's search could not leave out: numbers without the prefix or the features. Groups, whose
/// numbers are not known, stay unless a feature is missing.
inline void drop_unwanted(SearchPage& page, const SearchRequest& request) {
    std::erase_if(page.offers, [&](const Offer& offer) {
        const bool is_elsewhere = !offer.number.empty() && !request.matches(offer.number);
        return is_elsewhere || !offer.features.has_all(request.features);
    });
}

/// How many numbers to ask for at once where pages begin at whole multiples of that, `most` at the most.
constexpr std::uint32_t page_size(const SearchRequest& request, std::uint32_t most) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(most, std::uint64_t{request.quantity} + request.offset));
}

/// One page of a carrier's search.
struct CarrierPage {
    SearchPage page{};
    bool is_last = true;  ///< there is nothing behind it
};

/// Asks for page after page, `ask(0)`, `ask(1)`, … each a `Task<CarrierPage>`, until what was requested is there, there
/// is no more, or `most` pages were read. Where a later page fails, the earlier ones are the answer, which says so. A
/// page that tells its failure itself is not the last. Errors: the failure, where nothing was found.
template <class Ask>
Task<SearchPage> collect_pages(const SearchRequest& request, std::uint32_t most, Ask ask) {
    SearchPage all;
    for (std::uint32_t number = 0; number < most; ++number) {
        CarrierPage next;
        try {
            Task<CarrierPage> asked = ask(number);
            next = co_await std::move(asked);
        } catch (const Exception& failure) {
            if (all.offers.empty()) { throw; }
            all.failure = failure.error();
            break;
        }
        drop_unwanted(next.page, request);
        all.refused += next.page.refused;
        if (next.page.failure) { all.failure = std::move(next.page.failure); }
        std::move(next.page.offers.begin(), next.page.offers.end(), std::back_inserter(all.offers));
        if (next.is_last || all.offers.size() >= std::uint64_t{request.offset} + request.quantity) { break; }
    }
    if (all.offers.empty() && all.failure) { throw Exception(std::move(*all.failure)); }
    keep_requested(all, request);
    co_return all;
}

}  // namespace tandem::carriers::detail
