// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/search_json.hpp>
#include <tandem/manager/kernel.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Searches that are kept for a while, in the store.
namespace tandem::detail {

/// How long a search is kept for its further pages and for the purchase that follows.
inline constexpr std::chrono::minutes search_lifetime{15};

/// Under which id the store keeps a search: callers name theirs as they like, and two accounts may like the same name.
inline std::string id_in_store(const AccountId& account, std::string_view query_id) {
    return std::to_string(account.size()) + "/" + account.str() + "/" + std::string(query_id);
}

/// Keeps the whole search for its further pages and for `quote` and `buy`.
template <class K>
Task<> remember(K& kernel, const SearchResult& result, const SearchRequest& request) {
    CachedSearch search;
    search.query_id = id_in_store(request.account, result.query_id);
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

/// A further page, of at most `size` offers, of a search that is still alive. Its groups, which are kept behind all
/// numbers, stood on its first page.
/// Errors: `search_expired`.
template <class K>
Task<SearchResult> recall(K& kernel, const SearchRequest& request, std::uint32_t size) {
    const auto page =
        co_await kernel.store.recall(id_in_store(request.account, request.query_id), request.account.str(),
                                     request.offset, size, kernel.environment.time());
    if (!page) { errors::raise(errc::search_expired, "no live search has this query id", request.query_id.str()); }
    SearchResult result;
    result.query_id = request.query_id.str();
    for (const std::string& text : page->offers) {
        FoundOffer offer = cached_offer<K>(text).value();
        if (!offer.number.empty()) { result.offers.push_back(std::move(offer)); }
    }
    co_return result;
}

}  // namespace tandem::detail
