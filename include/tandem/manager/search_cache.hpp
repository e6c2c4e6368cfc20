// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/search_json.hpp>
#include <tandem/manager/kernel.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

/// Searches that are kept for a while, in the store.
namespace tandem::detail {

/// How long a search is kept for its further pages and for the purchase that follows.
inline constexpr std::chrono::minutes search_lifetime{15};

/// Keeps the whole search for its further pages and for `quote` and `buy`.
template <class K>
Task<> remember(K& kernel, const SearchResult& result, const SearchRequest& request) {
    CachedSearch search;
    search.query_id = result.query_id;
    search.account = request.account.str();
    search.created = kernel.environment.time();
    search.expires = search.created + search_lifetime;
    search.offers.reserve(result.offers.size() + result.groups.size());
    for (const FoundOffer& offer : result.offers) {
        search.offers.push_back({offer.number.str(), to_cached_text(offer)});
    }
    for (const Offer& group : result.groups) {
        search.offers.push_back({std::string(group.id), to_cached_text(FoundOffer{group})});
    }
    co_await kernel.store.remember(std::move(search));
}

/// Reads a cached offer; its carrier's name becomes the one that lives as long as the program.
template <class K>
Result<FoundOffer> cached_offer(std::string_view text) {
    return from_cached_text(text, [](std::string_view name) {
        const auto index = K::CarrierList::index_of(name);
        return index ? K::info(*index).name : std::string_view();
    });
}

/// A further page of a search that is still alive.
/// Errors: `search_expired`.
template <class K>
Task<SearchResult> recall(K& kernel, const SearchRequest& request) {
    const auto page = co_await kernel.store.recall(request.query_id.str(), request.account.str(), request.offset,
                                                   request.quantity, kernel.environment.time());
    if (!page) { errors::raise(errc::search_expired, "no live search has this query id", request.query_id.str()); }
    SearchResult result;
    result.query_id = request.query_id.str();
    for (const std::string& text : page->offers) {
        FoundOffer offer = cached_offer<K>(text).value();
        if (offer.number.empty()) {
            result.groups.push_back(std::move(offer));
        } else {
            result.offers.push_back(std::move(offer));
        }
    }
    co_return result;
}

}  // namespace tandem::detail
