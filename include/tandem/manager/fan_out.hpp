// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/manager/calls.hpp>
#include <tandem/manager/kernel.hpp>
#include <tandem/manager/latch.hpp>
#include <tandem/manager/session.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

/// One search at many carriers at once, under one deadline.
namespace tandem::detail {

/// How long beyond a search's deadline, at which their requests end, carriers have to hand in what they found before.
constexpr Duration filing_time(Duration limit) {
    return std::min<Duration>(limit / 20, std::chrono::milliseconds(100));
}

/// One search's answers as they come in. Where carriers are asked beside each other it lives on the strand; late
/// answers find it still there and nobody looking.
struct Answers {
    struct One {
        std::size_t carrier = 0;
        SearchPage page{};
        CarrierReport report{};
        bool open = true;
        boost::asio::cancellation_signal stop{};
    };

    SearchRequest request;
    Moment start;
    Deadline deadline;
    std::vector<One> carriers;  // made at once, since signals do not move
    std::size_t open = carriers.size();
    std::size_t found = 0;
    std::shared_ptr<Latch> done{};  // once somebody waits

    bool is_over() const { return open == 0 || (request.enough && found >= request.quantity); }
    void close(One& one) {
        one.open = false;
        --open;
        found += one.page.offers.size();
        if (done && is_over()) { done->open(); }
    }
};

/// For the answers of the carriers at `indices` to `request`, from now on.
template <class K>
std::shared_ptr<Answers> expect_answers(K& kernel, const SearchRequest& request,
                                        const std::vector<std::size_t>& indices) {
    const Moment start = kernel.environment.now();
    const auto limit = request.deadline.count() > 0
                           ? bounded_wait(request.deadline)
                           : std::chrono::milliseconds(kernel.general.number_search_timeout_ms);
    auto answers = std::make_shared<Answers>(request, start, start + limit, std::vector<Answers::One>(indices.size()));
    for (std::size_t i = 0; i < indices.size(); ++i) { answers->carriers[i].carrier = indices[i]; }
    return answers;
}

/// Drops what the carrier could not filter.
inline void keep_wanted(SearchPage& page, const SearchRequest& request, std::string_view carrier) {
    const bool is_wildcard = request.is_wildcard();
    const std::string_view asked = request.prefix.view();
    const E164 prefix = E164::parse_or_empty(asked.substr(0, asked.size() - (is_wildcard ? 1 : 0)));
    const E164 first = prefix.first_under(), last = prefix.last_under();
    const auto fits = [&](E164 number) {
        const bool wrong_kind = is_wildcard && !is_toll_free(number.digits().substr(1));  // 80* is not 808
        return first <= number && number <= last && !wrong_kind;
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
    const SearchRequest& request = answers->request;
    SearchPage page;
    CarrierReport report;
    report.name = info.name;
    Session<K> session(*kernel, info, terms.remote, {.deadline = answers->deadline});
    const auto fail = [&](CarrierReport::Status status, Error error) {
        error.carrier = info.name;
        report.status = status;
        report.error = session.without_secrets(std::move(error));
    };
    try {
        require_settings(terms, info);
        if (request.blocks > 0 && !info.block_search) { errors::not_implemented(); }
        std::unique_ptr<SearchRequest> fewer;  // apart, since requests are large and few carriers need another
        if (!info.local && request.quantity > terms.remote.max_search_quantity) {
            fewer = std::make_unique<SearchRequest>(request);
            fewer->quantity = terms.remote.max_search_quantity;
        }
        Task<SearchPage> asked = find_numbers_at(*kernel, answer.carrier, session, fewer ? *fewer : request);
        page = co_await std::move(asked);
        keep_wanted(page, request, info.name);
        if (page.failure) { fail(CarrierReport::Status::ok, *page.failure); }
        report.status = page.offers.empty() ? CarrierReport::Status::empty : CarrierReport::Status::ok;
    } catch (const Exception& failure) {
        switch (failure.error().code) {
            case errc::not_available:
                fail(CarrierReport::Status::empty, failure.error());
                if (failure.error().cause.empty()) { report.error.reset(); }  // nothing more to tell
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
    report.found = static_cast<std::uint32_t>(page.offers.size());
    report.refused = page.refused;
    report.elapsed = std::chrono::ceil<std::chrono::milliseconds>(kernel->environment.now() - answers->start);
    answer.page = std::move(page);
    answer.report = std::move(report);
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
        one.report.name = K::info(one.carrier).name;
        one.report.status = late ? CarrierReport::Status::timeout : CarrierReport::Status::skipped;
        one.report.elapsed = std::chrono::ceil<std::chrono::milliseconds>(now - answers.start);
        one.report.error = late ? Error{.code = errc::timeout, .message = "no answer by the search's deadline"}
                                : Error{.code = errc::cancelled, .message = "others had enough before it answered"};
        one.report.error->carrier = one.report.name;
        one.stop.emit(boost::asio::cancellation_type::terminal);
    }
}

/// Asks all carriers that answers are expected of. Remote ones run beside each other on the strand, which this then
/// runs on too; local ones are awaited in place. Nothing waits and no timer is armed unless an answer is still to come.
template <class K>
Task<std::shared_ptr<Answers>> ask_all(std::shared_ptr<K> kernel, std::shared_ptr<Answers> answers) {
    for (Answers::One& one : answers->carriers) {
        if (K::info(one.carrier).local) { continue; }
        boost::asio::co_spawn(kernel->strand, ask(kernel, answers, one),
                              boost::asio::bind_cancellation_slot(one.stop.slot(), [answers](std::exception_ptr) {}));
    }
    for (Answers::One& one : answers->carriers) {
        if (K::info(one.carrier).local) { co_await ask(kernel, answers, one); }
    }
    if (!answers->is_over()) {
        answers->done = std::make_shared<Latch>(kernel->strand);
        const Duration limit = answers->deadline - answers->start;
        co_await answers->done->wait(kernel->environment, kernel, answers->deadline + filing_time(limit));
    }
    if (answers->open > 0) { close_unanswered(*kernel, *answers); }
    co_return answers;
}

}  // namespace tandem::detail
