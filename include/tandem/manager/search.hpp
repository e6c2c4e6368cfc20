// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/on_strand.hpp>
#include <tandem/manager/authority.hpp>
#include <tandem/manager/fan_out.hpp>
#include <tandem/manager/search_cache.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a search is made of: who may, whom it asks, and how the answers become one result.
namespace tandem::detail {

/// The query id of every search of our own stock alone. Nothing is kept of it: its further pages are looked up in the
/// stock, as it is then, and its offers by their numbers.
inline constexpr std::string_view stock_query = "stock";

/// Sorted by number; of equal numbers the first carrier's stays and names the others.
inline void merge(SearchResult& result, Answers& answers) {
    std::vector<std::pair<E164, Offer*>> found;  // sorted instead of the offers, which are large
    found.reserve(answers.found);
    const auto by_number = [](const auto& a, const auto& b) { return a.first < b.first; };
    for (Answers::One& one : answers.carriers) {
        const auto own = std::ssize(found);
        for (Offer& offer : one.page.offers) {
            if (offer.number.empty()) {
                result.groups.push_back(std::move(offer));
            } else {
                found.emplace_back(offer.number, &offer);
            }
        }
        const auto run = found.begin() + own;
        if (!std::is_sorted(run, found.end(), by_number)) { std::sort(run, found.end(), by_number); }
        if (own == 0 || run == found.end() || !by_number(*run, *(run - 1))) { continue; }  // in order already
        // Each carrier's run is merged behind the earlier ones': so the first carrier's offer comes first.
        std::vector<std::pair<E164, Offer*>> merged(found.size());
        std::merge(found.begin(), run, run, found.end(), merged.begin(), by_number);
        found = std::move(merged);
    }
    result.offers.reserve(found.size());
    for (const auto& [number, offer] : found) {
        if (result.offers.empty() || result.offers.back().number != number) {
            result.offers.push_back({std::move(*offer)});
            continue;
        }
        FoundOffer& kept = result.offers.back();
        if (offer->carrier != kept.carrier &&
            std::find(kept.also.begin(), kept.also.end(), offer->carrier) == kept.also.end()) {
            kept.also.push_back(offer->carrier);
        }
    }
}

/// The report on a name that no carrier answers to.
inline CarrierReport report_unknown(const std::string& name) {
    return {.name = name,
            .status = CarrierReport::Status::skipped,
            .error = Error{
                .code = errc::unknown_carrier, .message = "no carrier of that name is composed in", .carrier = name}};
}

/// How many offers a search asks of each carrier. Of a search for blocks the quantity is their size. Else carriers are
/// asked for all that a search may hold, as Kazoo does, since further pages come from what is kept; but for no more
/// than the page where the caller has `enough` then, or where nothing is kept: our own stock comes in order. What a
/// carrier may be unable to filter is asked for in full.
inline std::uint32_t quantity_to_ask(const SearchRequest& request, std::uint32_t most, bool is_kept) {
    if (request.blocks > 0) { return request.quantity; }
    const bool is_exact = !is_kept && request.features.empty() && !request.is_wildcard();
    if (!request.enough && !is_exact) { return most; }
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{request.quantity} + request.offset, most));
}

/// How many offers a page has. A block is told by its first and its last number, as Kazoo does.
inline std::uint32_t size_of_page(const SearchRequest& request) {
    const std::uint64_t size = request.blocks > 0 ? std::uint64_t{2} * request.blocks : request.quantity;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

/// Leaves the page from `offset` on.
inline void cut(SearchResult& result, std::uint32_t offset, std::size_t size) {
    auto& all = result.offers;
    all.erase(all.begin(), all.begin() + std::min<std::ptrdiff_t>(offset, std::ssize(all)));
    if (all.size() > size) { all.erase(all.begin() + static_cast<std::ptrdiff_t>(size), all.end()); }
    if (offset > 0) { result.groups.clear(); }
}

/// `NumberManager::find_numbers`. Runs wherever the caller does, but where remote carriers are asked: that on the
/// strand.
template <class K>
Task<SearchResult> find_numbers(std::shared_ptr<K> kernel, SearchRequest request) {
    authorize_search(kernel->accounts, request.asked_by, request.account, kernel->general.unauthorized_numbers_lookup);
    canonicalize(request).value();
    request.reseller = request.account.empty() ? AccountId() : kernel->accounts.reseller(request.account);
    if (request.quantity == 0) { errors::invalid("the quantity is at least 1"); }
    request.quantity = std::min<std::uint32_t>(request.quantity, kernel->general.maximum_search_quantity);
    const bool is_of_stock = request.query_id == stock_query;
    const bool is_named = !request.query_id.empty() && !is_of_stock;
    const std::uint32_t page_size = size_of_page(request);
    if (request.offset > 0 && is_named) { co_return co_await recall(*kernel, request, page_size); }

    ChosenCarriers chosen = choose_carriers(*kernel, request.carriers, request.account, request.asked_by);
    const auto is_remote = [](std::size_t carrier) { return !K::info(carrier).local; };
    if (request.offset > 0 && is_of_stock) { std::erase_if(chosen.indices, is_remote); }
    const bool is_stock = std::none_of(chosen.indices.begin(), chosen.indices.end(), is_remote);
    const bool is_kept = !is_stock || is_named;
    const std::uint32_t offset = request.offset;
    request.quantity = quantity_to_ask(request, kernel->general.maximum_search_quantity, is_kept);
    request.offset = 0;

    Task<std::shared_ptr<Answers>> asking = ask_all(kernel, expect_answers(*kernel, request, chosen.indices));
    if (!is_stock) { asking = on_strand(kernel->strand, std::move(asking)); }
    const std::shared_ptr<Answers> answers = co_await std::move(asking);
    SearchResult result;
    merge(result, *answers);
    result.reports.reserve(chosen.unknown.size() + answers->carriers.size());
    for (const std::string& name : chosen.unknown) { result.reports.push_back(report_unknown(name)); }
    for (Answers::One& one : answers->carriers) {
        kernel->observer.searched(one.report);
        result.reports.push_back(std::move(one.report));
    }
    if (!is_kept && result.groups.empty()) {
        result.query_id = stock_query;
    } else {
        result.query_id = is_named ? request.query_id.str() : kernel->environment.id().str();
        co_await remember(*kernel, result, request);
    }
    cut(result, offset, page_size);
    co_return result;
}

}  // namespace tandem::detail
