// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/search_json.hpp>
#include <tandem/manager/authority.hpp>
#include <tandem/manager/calls.hpp>
#include <tandem/manager/kernel.hpp>
#include <tandem/manager/latch.hpp>
#include <tandem/manager/session.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// One search over all carriers at once, under one deadline.
namespace tandem::detail {

/// How long a search is kept for its further pages and for the purchase that follows.
inline constexpr std::chrono::minutes search_lifetime{15};

/// The carriers' answers as they come in. Lives on the strand; late answers find it still there and nobody looking.
struct Answers {
    struct One {
        std::size_t carrier = 0;
        SearchPage page{};
        CarrierReport report{};
        bool open = true;
        boost::asio::cancellation_signal stop{};
    };

    SearchRequest request;
    Deadline deadline;
    Moment start;
    std::deque<One> carriers{};  // a deque: signals do not move
    std::size_t open = 0;
    std::size_t found = 0;
    std::shared_ptr<Latch> done{};

    void close(One& one) {
        one.open = false;
        --open;
        found += one.page.offers.size();
        if (done && (open == 0 || (request.enough && found >= request.quantity))) { done->open(); }
    }
};

/// Drops what the carrier could not filter.
inline void keep_wanted(SearchPage& page, const SearchRequest& request, std::string_view carrier) {
    const auto fits = [&](E164 number) {
        const bool wrong_kind = request.is_wildcard() && !is_toll_free(number.digits().substr(1));  // 80* is not 808
        return request.matches(number) && !wrong_kind;
    };
    std::erase_if(page.offers, [&](const Offer& offer) {
        const bool wanted = offer.number.empty() ? !offer.id.empty() : fits(offer.number);
        return !wanted || !offer.features.has_all(request.features);
    });
    for (Offer& offer : page.offers) { offer.carrier = carrier; }
}

/// Asks one carrier and files its answer, whatever happens.
template <class K>
Task<> ask(std::shared_ptr<K> kernel, std::shared_ptr<Answers> answers, Answers::One& answer) {
    const CarrierInfo& info = K::info(answer.carrier);
    const CarrierTerms& terms = kernel->terms(answer.carrier);
    SearchPage page;
    Session<K> session(*kernel, info, terms.remote, {.deadline = answers->deadline});
    const auto fail = [&](CarrierReport::Status status, Error error) {
        error.carrier = info.name;
        answer.report.status = status;
        answer.report.error = session.without_secrets(std::move(error));
    };
    try {
        require_settings(terms, info);
        SearchRequest request = answers->request;
        if (request.blocks > 0 && !info.block_search) { errors::not_implemented(); }
        if (!info.local) {
            request.quantity = std::min<std::uint32_t>(request.quantity, terms.remote.max_search_quantity);
        }
        page = co_await find_numbers_at(*kernel, answer.carrier, session, request);
        keep_wanted(page, request, info.name);
        if (page.failure) { fail(CarrierReport::Status::ok, *page.failure); }
        answer.report.status = page.offers.empty() ? CarrierReport::Status::empty : CarrierReport::Status::ok;
    } catch (const Exception& failure) {
        switch (failure.error().code) {
            case errc::not_available:
                fail(CarrierReport::Status::empty, failure.error());
                if (failure.error().cause.empty()) { answer.report.error.reset(); }  // nothing more to tell
                break;
            case errc::settings:
            case errc::not_implemented: fail(CarrierReport::Status::skipped, failure.error()); break;
            case errc::timeout: fail(CarrierReport::Status::timeout, failure.error()); break;
            default: fail(CarrierReport::Status::error, failure.error());
        }
    } catch (const std::exception& failure) {
        fail(CarrierReport::Status::error,
             {.code = errc::unspecified, .message = "the carrier's search failed", .cause = failure.what()});
    }
    if (!answer.open) { co_return; }  // its report was written when the deadline passed
    answer.page = std::move(page);
    answer.report.found = static_cast<std::uint32_t>(answer.page.offers.size());
    answer.report.refused = answer.page.refused;
    answer.report.elapsed = std::chrono::ceil<std::chrono::milliseconds>(kernel->environment.now() - answers->start);
    answers->close(answer);
}

/// Closes what did not answer in time, and stops it.
template <class K>
void close_unanswered(K& kernel, Answers& answers) {
    const Moment now = kernel.environment.now();
    const bool late = now >= answers.deadline;
    for (Answers::One& one : answers.carriers) {
        if (!one.open) { continue; }
        one.open = false;
        one.report.status = late ? CarrierReport::Status::timeout : CarrierReport::Status::skipped;
        one.report.elapsed = std::chrono::ceil<std::chrono::milliseconds>(now - answers.start);
        one.report.error = late ? Error{.code = errc::timeout, .message = "no answer by the search's deadline"}
                                : Error{.code = errc::cancelled, .message = "others had enough before it answered"};
        one.report.error->carrier = one.report.name;
        one.stop.emit(boost::asio::cancellation_type::terminal);
    }
}

/// Asks every chosen carrier. Remote ones run beside each other on the strand; local ones are awaited in place.
template <class K>
Task<std::shared_ptr<Answers>> ask_all(std::shared_ptr<K> kernel, SearchRequest request, ChosenCarriers chosen) {
    const Moment start = kernel->environment.now();
    const auto limit = request.deadline.count() > 0
                           ? request.deadline
                           : std::chrono::milliseconds(kernel->general.number_search_timeout_ms);
    auto answers = std::make_shared<Answers>();
    answers->request = request;
    answers->start = start;
    answers->deadline = start + limit;
    for (const std::size_t index : chosen.indices) {
        auto& one = answers->carriers.emplace_back();
        one.carrier = index;
        one.report.name = K::info(index).name;
    }
    answers->open = answers->carriers.size();
    answers->done = std::make_shared<Latch>(kernel->strand);
    if (answers->open == 0) { answers->done->open(); }
    for (Answers::One& one : answers->carriers) {
        if (K::info(one.carrier).local) { continue; }
        boost::asio::co_spawn(kernel->strand, ask(kernel, answers, one),
                              boost::asio::bind_cancellation_slot(one.stop.slot(), [answers](std::exception_ptr) {}));
    }
    for (Answers::One& one : answers->carriers) {
        if (K::info(one.carrier).local) { co_await ask(kernel, answers, one); }
    }
    co_await answers->done->wait(kernel->environment, kernel, answers->deadline);
    close_unanswered(*kernel, *answers);
    co_return answers;
}

/// Sorted by number; of equal numbers the first carrier's stays and names the others.
inline void merge(SearchResult& result, Answers& answers) {
    std::vector<std::pair<E164, Offer*>> found;  // sorted instead of the offers, which are large
    for (Answers::One& one : answers.carriers) {
        const auto own = std::ssize(found);
        for (Offer& offer : one.page.offers) {
            if (offer.number.empty()) {
                result.groups.push_back(std::move(offer));
            } else {
                found.emplace_back(offer.number, &offer);
            }
        }
        // Each carrier's run is sorted and merged behind the earlier ones': so the first carrier's offer comes first.
        const auto by_number = [](const auto& a, const auto& b) { return a.first < b.first; };
        std::sort(found.begin() + own, found.end(), by_number);
        std::vector<std::pair<E164, Offer*>> merged(found.size());
        std::merge(found.begin(), found.begin() + own, found.begin() + own, found.end(), merged.begin(), by_number);
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

/// `NumberManager::find_numbers` on the strand.
template <class K>
Task<SearchResult> find_numbers(std::shared_ptr<K> kernel, SearchRequest request) {
    authorize_search(kernel->accounts, request.asked_by, request.account, kernel->general.unauthorized_numbers_lookup);
    request = canonical(request).value();
    request.reseller = request.account.empty() ? AccountId() : kernel->accounts.reseller(request.account);
    if (request.quantity == 0) { errors::invalid("the quantity is at least 1"); }
    request.quantity = std::min<std::uint32_t>(request.quantity, kernel->general.maximum_search_quantity);
    if (request.offset > 0 && !request.query_id.empty()) { co_return co_await recall(*kernel, request); }

    ChosenCarriers chosen = choose_carriers(*kernel, request.carriers, request.account);
    SearchResult result;
    result.query_id = request.query_id.empty() ? kernel->environment.id().str() : request.query_id.str();
    SearchRequest first_page = request;
    first_page.offset = 0;
    // Carriers are asked for all that a search may hold, as Kazoo does: further pages come from the cache. Of a search for
    // blocks the quantity is their size.
    if (request.blocks == 0) {
        first_page.quantity = request.enough
                                  ? std::min(request.quantity + request.offset, kernel->general.maximum_search_quantity)
                                  : kernel->general.maximum_search_quantity;
    }
    for (const std::string& name : chosen.unknown) {
        result.reports.push_back(
            {.name = name,
             .status = CarrierReport::Status::skipped,
             .error = Error{
                 .code = errc::unknown_carrier, .message = "no carrier of that name is composed in", .carrier = name}});
    }
    const auto answers = co_await ask_all(kernel, first_page, std::move(chosen));
    merge(result, *answers);
    for (Answers::One& one : answers->carriers) {
        kernel->observer.searched(one.report);
        result.reports.push_back(std::move(one.report));
    }
    co_await remember(*kernel, result, request);

    // A block is told by its first and its last number, as Kazoo does.
    const std::size_t wanted = request.blocks > 0 ? std::size_t{2} * request.blocks : request.quantity;
    const auto page = [&](auto& all) {
        all.erase(all.begin(), all.begin() + std::min<std::ptrdiff_t>(request.offset, std::ssize(all)));
        if (all.size() > wanted) { all.erase(all.begin() + static_cast<std::ptrdiff_t>(wanted), all.end()); }
    };
    page(result.offers);
    if (request.offset > 0) { result.groups.clear(); }
    co_return result;
}

}  // namespace tandem::detail
