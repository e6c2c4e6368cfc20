// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/manager/calls.hpp>
#include <tandem/manager/kernel.hpp>
#include <tandem/manager/latch.hpp>
#include <tandem/manager/session.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

/// One search at many carriers at once, under one deadline.
namespace tandem::detail {

/// When a search began and when it has to be over.
struct SearchTime {
    Moment start{};
    Deadline deadline{};
};

template <class K>
SearchTime search_time(K& kernel, const SearchRequest& request) {
    const Moment start = kernel.environment.now();
    const auto limit = request.deadline.count() > 0
                           ? request.deadline
                           : std::chrono::milliseconds(kernel.general.number_search_timeout_ms);
    return {start, start + limit};
}

/// What one carrier found, and how it fared.
struct Answer {
    SearchPage page{};
    CarrierReport report{};
};

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

/// Asks one carrier; its failure is in its report.
/// Lifetime: `kernel` and `request` outlive the task.
template <class K>
Task<Answer> ask(K& kernel, std::size_t carrier, const SearchRequest& request, SearchTime time) {
    const CarrierInfo& info = K::info(carrier);
    const CarrierTerms& terms = kernel.terms(carrier);
    Answer answer;
    answer.report.name = info.name;
    Session<K> session(kernel, info, terms.remote, {.deadline = time.deadline});
    const auto fail = [&](CarrierReport::Status status, Error error) {
        error.carrier = info.name;
        answer.report.status = status;
        answer.report.error = session.without_secrets(std::move(error));
    };
    try {
        require_settings(terms, info);
        if (request.blocks > 0 && !info.block_search) { errors::not_implemented(); }
        std::unique_ptr<SearchRequest> fewer;  // apart, since requests are large and few carriers need another
        if (!info.local && request.quantity > terms.remote.max_search_quantity) {
            fewer = std::make_unique<SearchRequest>(request);
            fewer->quantity = terms.remote.max_search_quantity;
        }
        Task<SearchPage> found = find_numbers_at(kernel, carrier, session, fewer ? *fewer : request);
        answer.page = co_await std::move(found);
        keep_wanted(answer.page, request, info.name);
        if (answer.page.failure) { fail(CarrierReport::Status::ok, *answer.page.failure); }
        answer.report.status = answer.page.offers.empty() ? CarrierReport::Status::empty : CarrierReport::Status::ok;
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
    answer.report.found = static_cast<std::uint32_t>(answer.page.offers.size());
    answer.report.refused = answer.page.refused;
    answer.report.elapsed = std::chrono::ceil<std::chrono::milliseconds>(kernel.environment.now() - time.start);
    co_return answer;
}

/// The carriers' answers as they come in. Lives on the strand; late answers find it still there and nobody looking.
struct Answers {
    struct One {
        std::size_t carrier = 0;
        Answer answer{};
        bool open = true;
        boost::asio::cancellation_signal stop{};
    };

    SearchRequest request;
    SearchTime time;
    std::shared_ptr<Latch> done;
    std::deque<One> carriers{};  // a deque: signals do not move
    std::size_t open = 0;
    std::size_t found = 0;

    void expect(std::size_t carrier) {
        carriers.emplace_back().carrier = carrier;
        ++open;
    }
    void file(One& one, Answer answer) {
        if (!one.open) { return; }  // its report was written when the deadline passed
        one.open = false;
        one.answer = std::move(answer);
        found += one.answer.page.offers.size();
        --open;
        if (open == 0 || (request.enough && found >= request.quantity)) { done->open(); }
    }
    std::vector<Answer> take() {
        std::vector<Answer> all;
        all.reserve(carriers.size());
        for (One& one : carriers) { all.push_back(std::move(one.answer)); }
        return all;
    }
};

/// Closes what did not answer in time, and stops it.
template <class K>
void close_unanswered(K& kernel, Answers& answers) {
    if (answers.open == 0) { return; }
    const Moment now = kernel.environment.now();
    const bool late = now >= answers.time.deadline;
    for (Answers::One& one : answers.carriers) {
        if (!one.open) { continue; }
        one.open = false;
        CarrierReport& report = one.answer.report;
        report.name = K::info(one.carrier).name;
        report.status = late ? CarrierReport::Status::timeout : CarrierReport::Status::skipped;
        report.elapsed = std::chrono::ceil<std::chrono::milliseconds>(now - answers.time.start);
        report.error = late ? Error{.code = errc::timeout, .message = "no answer by the search's deadline"}
                            : Error{.code = errc::cancelled, .message = "others had enough before it answered"};
        report.error->carrier = report.name;
        one.stop.emit(boost::asio::cancellation_type::terminal);
    }
}

/// A desk for the answers of the carriers at `indices`.
template <class K>
std::shared_ptr<Answers> expect_answers(K& kernel, const SearchRequest& request,
                                        const std::vector<std::size_t>& indices) {
    auto answers =
        std::make_shared<Answers>(request, search_time(kernel, request), std::make_shared<Latch>(kernel.strand));
    for (const std::size_t carrier : indices) { answers->expect(carrier); }
    return answers;
}

/// All carriers that answers are expected of, in their order. Remote ones run beside each other, local ones are awaited in
/// place, and no timer is armed unless something is still to come. Runs on the strand.
template <class K>
Task<std::vector<Answer>> ask_all(std::shared_ptr<K> kernel, std::shared_ptr<Answers> answers) {
    const auto asked = [&](Answers::One& one) { return ask(*kernel, one.carrier, answers->request, answers->time); };
    if (answers->open == 0) { answers->done->open(); }
    for (Answers::One& one : answers->carriers) {
        if (K::info(one.carrier).local) { continue; }
        auto file = [kernel, answers, &one](std::exception_ptr failure, Answer answer) {
            if (!failure) { answers->file(one, std::move(answer)); }
        };
        boost::asio::co_spawn(kernel->strand, asked(one),
                              boost::asio::bind_cancellation_slot(one.stop.slot(), std::move(file)));
    }
    for (Answers::One& one : answers->carriers) {
        if (!K::info(one.carrier).local) { continue; }
        Task<Answer> answering = asked(one);
        Answer answer = co_await std::move(answering);
        answers->file(one, std::move(answer));
    }
    co_await answers->done->wait(kernel->environment, kernel, answers->time.deadline);
    close_unanswered(*kernel, *answers);
    co_return answers->take();
}

/// Local carriers alone, one after another. Runs wherever the caller does.
template <class K>
Task<std::vector<Answer>> ask_in_place(K& kernel, const SearchRequest& request,
                                       const std::vector<std::size_t>& indices) {
    const SearchTime time = search_time(kernel, request);
    std::vector<Answer> answers;
    answers.reserve(indices.size());
    for (const std::size_t carrier : indices) {
        Task<Answer> asked = ask(kernel, carrier, request, time);
        answers.push_back(co_await std::move(asked));
    }
    co_return answers;
}

}  // namespace tandem::detail
