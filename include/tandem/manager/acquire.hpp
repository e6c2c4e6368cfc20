// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/give_back.hpp>
#include <tandem/manager/idempotency.hpp>
#include <tandem/manager/prepare.hpp>
#include <tandem/manager/protocol.hpp>
#include <tandem/manager/search.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Buying a number, and what it would cost: what names a carrier's purchase is `AcquireStep`, which no dry run touches.
namespace tandem::detail {

/// A number that is in our own hands, as an offer: no carrier is asked for it.
/// Errors: `unknown_carrier`.
template <class K>
Offer offer_of(const Number& record) {
    Offer ours;
    ours.number = record.number;
    ours.state = record.state;
    ours.carrier = K::info(K::index_of(record.carrier)).name;
    return ours;
}

/// Why a search that found nothing may have missed something. A carrier that cannot be asked here, for want of settings
/// or of an API, or that has nothing, is a reason only where there is no other.
inline std::optional<Error> failure_of(const Answers& answers) {
    using Status = CarrierReport::Status;
    for (const Answers::One& one : answers.carriers) {
        const bool is_asked = one.report.status != Status::skipped;
        if (one.report.error && is_asked && one.report.status != Status::empty) { return one.report.error; }
    }
    const auto has_nothing = [](const Answers::One& one) { return one.report.status == Status::empty; };
    const bool is_answered = std::any_of(answers.carriers.begin(), answers.carriers.end(), has_nothing);
    if (answers.carriers.empty() || (is_answered && answers.carriers.size() > 1)) { return std::nullopt; }
    return answers.carriers.front().report.error;
}

/// What the newest live search says of `key` (a number or an offer id); else a search for exactly that number.
/// `named`: only this carrier's.
/// Errors: those of a search; `not_available`; `not_found` for an offer id that no live search holds; the carrier's
/// failure where no carrier answered.
template <class K>
Task<Offer> look_up_offer(std::shared_ptr<K> kernel, std::string key, AcquireRequest request) {
    authorize_search(kernel->accounts, request.asked_by, request.account, kernel->general.unauthorized_numbers_lookup);
    const E164 number = E164::is_valid(key) ? E164::parse_or_empty(key) : E164();
    const auto wanted = [&](std::string_view carrier) {
        return request.carrier.empty() || K::index_of(request.carrier) == K::index_of(carrier);
    };
    if (!number.empty()) {
        if (const auto stored = co_await kernel->store.get(number); stored && stored->state != State::discovery) {
            Offer ours = offer_of<K>(*stored);
            // A carrier without a stock, as `reserved`, sells what came from others.
            if (!wanted(ours.carrier) && K::info(K::index_of(request.carrier)).stock != Stocked::never) {
                errors::raise(errc::number_exists, "the number came from " + stored->carrier);
            }
            co_return ours;
        }
    }
    if (auto text = co_await kernel->store.newest_offer(key, request.account.str(), kernel->environment.time())) {
        FoundOffer found = cached_offer<K>(*text).value();
        if (!found.carrier.empty() && wanted(found.carrier)) { co_return static_cast<Offer&>(found); }
    }
    if (number.empty()) { errors::raise(errc::not_found, "no live search holds this offer", key.substr(0, 64)); }
    SearchRequest search;
    search.prefix = number.text().view();
    search.quantity = kernel->general.maximum_search_quantity;
    search.account = request.account;
    if (!request.carrier.empty()) { search.carriers.push_back(request.carrier); }
    search = canonical(search).value();
    const ChosenCarriers chosen = choose_carriers(*kernel, search.carriers, search.account, request.asked_by);
    Task<std::shared_ptr<Answers>> asking = ask_all(kernel, expect_answers(*kernel, search, chosen.indices));
    const std::shared_ptr<Answers> answers = co_await std::move(asking);
    for (const Answers::One& one : answers->carriers) {
        for (const Offer& offer : one.page.offers) {
            if (offer.number == number) { co_return offer; }
        }
    }
    if (auto failure = failure_of(*answers)) { throw Exception(std::move(*failure)); }
    errors::raise(errc::not_available, "no carrier sells this number", key);
}

/// One operation, as its record begins.
template <class K>
Operation new_operation(K& kernel, Operation::Kind kind, const Number& before, Number after, std::string_view asked_by,
                        std::chrono::milliseconds wait) {
    Operation operation{.id = kernel.environment.id(), .kind = kind, .number = before.number, .carrier = after.carrier};
    operation.asked_by = asked_by;
    operation.created = operation.modified = kernel.environment.time();
    operation.deadline =
        operation.created + std::chrono::ceil<std::chrono::seconds>(bounded_wait(wait)) + std::chrono::seconds(1);
    operation.before = before;
    after.modified = operation.created;
    if (before.revision == 0) { after.created = operation.created; }
    operation.after = std::move(after);
    return operation;
}

/// The step of a purchase that a carrier does.
struct AcquireStep {
    bool contacts_carrier = false;
    std::size_t carrier = 0;

    template <class K>
    Task<Verdict> call_carrier(K& kernel, Operation& operation, OperationView view, Number& number) const {
        return acquire_within_cap(kernel, carrier, operation, view, number);
    }
    template <class K>
    void complete(K& kernel, Operation& operation) const {
        complete_acquisition(kernel, operation);
    }

    /// Whatever the carrier wrote into it, a settled number has the owner and carrier that the operation says, as it
    /// has its state (`take_over`). One of a group is billed as what it turned out to be.
    template <class K>
    static void complete_acquisition(const K& kernel, Operation& operation) {
        Number& number = operation.after;
        number.carrier = operation.carrier;
        number.assigned_to = operation.account;
        if (operation.before.number.empty() && is_paid_for(number.state)) {
            number.billing_class = kernel.billing_class(number.number, K::info(K::index_of(number.carrier)));
        }
    }

private:
    template <class K>
    static Task<Verdict> acquire_within_cap(K& kernel, std::size_t carrier, Operation& operation, OperationView view,
                                            Number& number) {
        Task<Verdict> acquired = acquire_from(kernel, carrier, operation, view, number);
        Verdict verdict = co_await std::move(acquired);
        auto why = price_beyond_cap(operation, number);
        if (verdict.phase == Operation::Phase::done && why) {
            Task<Verdict> undoing = give_back(kernel, carrier, operation, number, std::move(*why));
            verdict = co_await std::move(undoing);
        }
        co_return verdict;
    }

    template <class K>
    static Task<Verdict> acquire_from(K& kernel, std::size_t carrier, const Operation& operation, OperationView view,
                                      Number& number) {
        const RemoteSettings& remote = kernel.terms(carrier).remote;
        if (!remote.enable_provisioning) {
            number.order =
                Order{.operation = operation.id, .reference = "sandboxed", .status = Order::Status::complete};
            co_return Verdict{Operation::Phase::done, {}};
        }
        Session<K> session(kernel, K::info(carrier), remote, view);
        const auto call = [&kernel, carrier](Session<K>& open_session, Number asked) {
            return acquire_number_at(kernel, carrier, open_session, std::move(asked));
        };
        Task<Verdict> judged = detail::call_carrier(session, operation, number, call);
        co_return co_await std::move(judged);
    }
};

/// What is bought, by name: the number, or the offer whose number comes with the order.
inline std::string name_of(const Offer& offer) {
    return offer.number.empty() ? std::string(offer.id) : offer.number.str();
}

/// The key of a purchase of `what`.
inline Keyed keyed(const std::string& what, const AcquireRequest& request, State target) {
    return {.account = request.account.str(),
            .key = request.key.str(),
            .fingerprint = (target == State::in_service ? "" : std::string(name_of(target)) + "|") + what + "|" +
                           request.carrier.str() + "|" + request.max_price.str(),
            .asked_by = request.asked_by.str()};
}

/// From what was prepared to its receipt.
template <class K>
Task<Receipt> carry_out_acquisition(std::shared_ptr<K> kernel, Prepared prepared, AcquireRequest request, Keyed same) {
    if (prepared.changes_nothing) {
        Receipt receipt{.number = prepared.before, .outcome = Outcome::sold};
        co_return receipt;
    }
    Operation operation = new_operation(*kernel, Operation::Kind::acquire, prepared.before, std::move(prepared.after),
                                        request.asked_by, request.wait);
    operation.offer = prepared.offer.id;
    operation.account = operation.after.assigned_to;
    operation.key = same.key;
    operation.fingerprint = same.fingerprint;
    operation.price_cap = {request.max_price, prepared.offer.currency};
    operation.charge = prepared.quote.today;
    if (operation.after.order) { operation.after.order->operation = operation.id; }
    AcquireStep step{.contacts_carrier = prepared.contacts_carrier, .carrier = prepared.carrier};
    Task<Receipt> done = carry_out_detached(kernel, std::move(operation), prepared.quote.credit, request.wait, step);
    co_return co_await std::move(done);
}

/// The same of what is still to be prepared.
template <class K>
Task<Receipt> acquire_prepared(std::shared_ptr<K> kernel, Task<Prepared> preparing, AcquireRequest request,
                               Keyed same) {
    Prepared prepared = co_await std::move(preparing);
    Task<Receipt> done = carry_out_acquisition(kernel, std::move(prepared), request, std::move(same));
    co_return co_await std::move(done);
}

template <class K>
Task<Receipt> acquire_new(std::shared_ptr<K> kernel, Offer offer, AcquireRequest request, Aim aim, Keyed same) {
    Task<Prepared> prepared = prepare(*kernel, std::move(offer), request, aim, request.max_price.known());
    return acquire_prepared(kernel, std::move(prepared), request, std::move(same));
}
template <class K>
Task<Receipt> acquire_new_named(std::shared_ptr<K> kernel, std::string what, AcquireRequest request, Aim aim,
                                Keyed same) {
    Offer offer = co_await look_up_offer(kernel, std::move(what), request);
    Task<Receipt> done = acquire_new(kernel, std::move(offer), request, aim, std::move(same));
    co_return co_await std::move(done);
}

/// `NumberManager::acquire_number(offer, purchase)` and `reserve_number(offer, purchase)` on the strand.
template <class K>
Task<Receipt> acquire(std::shared_ptr<K> kernel, Offer offer, AcquireRequest request, Aim aim) {
    const Keyed same = keyed(name_of(offer), request, aim.target);
    Task<Receipt> done = once(*kernel, same, acquire_new(kernel, std::move(offer), request, aim, same));
    co_return co_await std::move(done);
}
/// The same by number, or by the id of an offer.
template <class K>
Task<Receipt> acquire_named(std::shared_ptr<K> kernel, std::string what, AcquireRequest request, Aim aim) {
    const Keyed same = keyed(what, request, aim.target);
    Task<Receipt> done = once(*kernel, same, acquire_new_named(kernel, std::move(what), request, aim, same));
    co_return co_await std::move(done);
}

/// What a dry run answers of what was prepared.
inline Quotation quotation_of(Prepared prepared) {
    return {prepared.offer.number, std::move(prepared.offer), std::move(prepared.quote)};
}

/// `NumberManager::acquire_number(offer, dry_run)` and `reserve_number(offer, dry_run)` on the strand.
template <class K>
Task<Quotation> quote(std::shared_ptr<K> kernel, Offer offer, AcquireRequest request, Aim aim) {
    Prepared prepared = co_await prepare(*kernel, std::move(offer), request, aim, true);
    co_return quotation_of(std::move(prepared));
}
/// The same by number, or by the id of an offer.
template <class K>
Task<Quotation> quote_named(std::shared_ptr<K> kernel, std::string what, AcquireRequest request, Aim aim) {
    Offer offer = co_await look_up_offer(kernel, std::move(what), request);
    co_return co_await quote(kernel, std::move(offer), request, aim);
}

}  // namespace tandem::detail
