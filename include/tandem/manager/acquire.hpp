// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/countries.hpp>
#include <tandem/core/json.hpp>
#include <tandem/manager/authority.hpp>
#include <tandem/manager/give_back.hpp>
#include <tandem/manager/idempotency.hpp>
#include <tandem/manager/lifecycle.hpp>
#include <tandem/manager/protocol.hpp>
#include <tandem/manager/search.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Buying a number. All but the last function serve the dry run too; only `acquire` names a carrier's purchase.
namespace tandem::detail {

/// Everything that is known before money is spent.
struct Prepared {
    Offer offer{};
    std::size_t carrier = 0;
    Number before{};
    Number after{};  ///< as it will be
    Quote quote{};
    bool contacts_carrier = false;
    bool changes_nothing = false;  ///< the account has the number in service already
};

/// The billing class of what is offered. Of a group it is that of a number as its numbers will be.
template <class K>
std::string billing_class_of(const K& kernel, const Offer& offer, const CarrierInfo& carrier) {
    if (!offer.number.empty()) { return kernel.billing_class(offer.number, carrier); }
    constexpr std::size_t usual_size = 11;
    std::string digits = offer.prefix.empty() ? std::string(dial_code_of(offer.country)) : offer.prefix.digits();
    if (digits.size() < usual_size) { digits.resize(usual_size, '5'); }
    return kernel.billing_class(E164::parse_or_empty("+" + digits), carrier);
}

/// Asks the carrier for a price that its search did not tell.
/// Errors: the carrier's, when it has a price list that cannot be read.
template <class K>
Task<Offer> with_price(K& kernel, std::size_t carrier, Offer offer) {
    const bool is_known = offer.setup.known() && offer.monthly.known() && offer.currency.known();
    if (is_known || !K::operations(carrier).quotes) { co_return offer; }
    const RemoteSettings& remote = kernel.terms(carrier).remote;
    const OperationView view{.deadline = kernel.environment.now() + std::chrono::milliseconds(remote.timeout_ms)};
    Session<K> session(kernel, K::info(carrier), remote, view);
    try {
        offer = co_await quote_at(kernel, carrier, session, offer);
    } catch (const Exception& failure) {
        Error error = session.without_secrets(failure.error());
        error.carrier = K::info(carrier).name;
        throw Exception(std::move(error));
    }
    co_return offer;
}

/// Setup and first month of `offer`; unknown when either is.
inline Amount first_payment(const Offer& offer) { return offer.setup + offer.monthly; }

/// Errors: `price_exceeded`.
inline void check_price(const Offer& offer, Amount cap) {
    if (!cap.known()) { return; }
    const Amount price = first_payment(offer);
    if (!price.known()) {
        errors::raise(errc::price_exceeded, "the carrier does not tell the price, and a highest price was given");
    }
    if (price > cap) {
        errors::raise(errc::price_exceeded,
                      "setup and first month cost " + price.str() + " " + offer.currency.str() + ", over " + cap.str());
    }
}

/// Errors: `not_implemented`, `settings`, `provisioning_disabled`.
template <class K>
void require_provisioning(K& kernel, std::size_t carrier) {
    const CarrierInfo& info = K::info(carrier);
    if (!info.buys) { errors::raise(errc::not_implemented, std::string(info.name) + " is a label and sells nothing"); }
    const CarrierTerms& terms = kernel.terms(carrier);
    require_settings(terms, info);
    if (!terms.remote.enable_provisioning && !terms.remote.sandbox_provisioning) {
        errors::raise(errc::provisioning_disabled, "number_manager." + std::string(info.name) +
                                                       ".enable_provisioning is false: nothing is bought or released");
    }
}

/// Checks number, state, authority, price and standing, and quotes. Changes nothing. `wants_price`: whether the carrier is
/// asked for a price that its search did not tell.
template <class K>
Task<Prepared> prepare(K& kernel, Offer offer, AcquireRequest request, bool wants_price) {
    Prepared prepared;
    prepared.before.number = offer.number;
    if (!offer.number.empty()) {
        if (auto stored = co_await kernel.store.get(offer.number)) { prepared.before = std::move(*stored); }
    } else if (offer.id.empty()) {
        errors::invalid("an offer has a number, or an id of the carrier's");
    }
    const Number& before = prepared.before;
    authorize_assignment(kernel.accounts, request.asked_by, before, request.account);
    if (!before.fence.empty()) {
        errors::raise(errc::in_progress, "an operation on this number is still open", before.fence.str());
    }
    // A purchase never takes a number from an owner, whoever asks; only what is set aside passes on.
    const bool passes_on = is_set_aside(before.state) && offer.state != State::discovery;
    if (!before.assigned_to.empty() && before.assigned_to != request.account.view() && !passes_on) {
        errors::raise(errc::number_exists, "the number has an owner already");
    }
    const Transition transition = transition_into_service(before.state);
    prepared.contacts_carrier = transition.contacts_carrier;
    // A number that is ours already stays with the carrier it came from.
    const std::string_view carrier =
        before.carrier.empty() || prepared.contacts_carrier ? offer.carrier : std::string_view(before.carrier);
    if (carrier.empty()) { errors::raise(errc::carrier_not_specified, "the offer names no carrier"); }
    prepared.carrier = K::index_of(carrier);
    const CarrierInfo& info = K::info(prepared.carrier);
    refuse_mobile(info, before.state, State::in_service);
    if (prepared.contacts_carrier) {
        require_provisioning(kernel, prepared.carrier);
        if (wants_price) { offer = co_await with_price(kernel, prepared.carrier, std::move(offer)); }
        check_price(offer, request.max_price);
    }
    prepared.changes_nothing = before.state == State::in_service && before.assigned_to == request.account.view();

    Number& after = prepared.after = before;
    after.state = State::in_service;
    after.carrier = info.name;
    after.assigned_to = request.account.str();
    after.billing_class = billing_class_of(kernel, offer, info);
    if (prepared.contacts_carrier) {  // as the search's JSON: what cannot be written again stays away
        if (auto details = parse_json_object(offer.details(), max_json_text_depth)) {
            after.carrier_data = to_json_text(std::move(*details));
        }
    }
    if (!offer.id.empty()) { after.order = Order{.offer = std::string(offer.id), .status = Order::Status::accepted}; }
    prepared.offer = std::move(offer);

    Purchase purchase{.account = after.assigned_to, .billing_class = after.billing_class};
    purchase.quantities = co_await kernel.store.quantities(after.assigned_to);
    if (kernel.billing.cascades(after.assigned_to)) {
        const std::vector<std::string> accounts_below = kernel.accounts.below(after.assigned_to);
        for (const std::string& account : accounts_below) {
            const Quantities theirs = co_await kernel.store.quantities(account);
            for (const auto& [billing_class, quantity] : theirs) { purchase.below[billing_class] += quantity; }
        }
    }
    if (before.assigned_to == after.assigned_to && before.billing_class == after.billing_class) { purchase.added = 0; }
    prepared.quote = co_await kernel.billing.quote(purchase);
    co_return prepared;
}

/// What the newest live search says of `key` (a number or an offer id); else a search for exactly that number.
/// `named`: only this carrier's.
/// Errors: `not_available`; `not_found` for an offer id that no live search holds; the carrier's failure where no carrier
/// answered.
template <class K>
Task<Offer> look_up_offer(std::shared_ptr<K> kernel, std::string key, AcquireRequest request) {
    const E164 number = E164::is_valid(key) ? E164::parse_or_empty(key) : E164();
    const auto wanted = [&](std::string_view carrier) {
        return request.carrier.empty() || K::index_of(request.carrier) == K::index_of(carrier);
    };
    if (!number.empty()) {
        if (const auto stored = co_await kernel->store.get(number); stored && stored->state != State::discovery) {
            Offer ours;  // it is in our own hands: no carrier is asked
            ours.number = number;
            ours.state = stored->state;
            ours.carrier = K::info(K::index_of(stored->carrier)).name;
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
    ChosenCarriers chosen = choose_carriers(*kernel, search.carriers, search.account);
    const auto answers = co_await ask_all(kernel, search, std::move(chosen));
    std::optional<Error> failure;
    for (const Answers::One& one : answers->carriers) {
        for (const Offer& offer : one.page.offers) {
            if (offer.number == number) { co_return offer; }
        }
        if (one.report.error && !failure) { failure = one.report.error; }
    }
    if (failure) { throw Exception(*failure); }
    errors::raise(errc::not_available, "no carrier sells this number", key);
}

/// One operation, as its record begins.
template <class K>
Operation new_operation(K& kernel, Operation::Kind kind, const Number& before, Number after, std::string_view asked_by,
                        std::chrono::milliseconds wait) {
    Operation operation{.id = kernel.environment.id(), .kind = kind, .number = before.number, .carrier = after.carrier};
    operation.asked_by = asked_by;
    operation.created = operation.modified = kernel.environment.time();
    operation.deadline = operation.created + std::chrono::ceil<std::chrono::seconds>(wait) + std::chrono::seconds(1);
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

    /// Whatever the carrier wrote into it, a settled number has the owner, carrier and state that the operation says. One
    /// of a group is billed as what it turned out to be.
    template <class K>
    static void complete_acquisition(const K& kernel, Operation& operation) {
        Number& number = operation.after;
        number.state = State::in_service;
        number.carrier = operation.carrier;
        number.assigned_to = operation.account;
        if (operation.before.number.empty()) {
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
inline Keyed keyed(const std::string& what, const AcquireRequest& request) {
    return {.account = request.account.str(),
            .key = request.key.str(),
            .fingerprint = what + "|" + request.carrier.str() + "|" + request.max_price.str(),
            .asked_by = request.asked_by.str()};
}

/// `NumberManager::acquire_number(offer, purchase)` on the strand.
template <class K>
Task<Receipt> acquire(std::shared_ptr<K> kernel, Offer offer, AcquireRequest request) {
    const Keyed same = keyed(name_of(offer), request);
    if (auto repeated = co_await answer_repeated(*kernel, same)) { co_return std::move(*repeated); }
    Prepared prepared = co_await prepare(*kernel, std::move(offer), request, request.max_price.known());
    if (prepared.changes_nothing) {
        Receipt receipt{.number = prepared.before, .outcome = Outcome::sold};
        co_return receipt;
    }
    Operation operation = new_operation(*kernel, Operation::Kind::acquire, prepared.before, std::move(prepared.after),
                                        request.asked_by, request.wait);
    operation.offer = prepared.offer.id;
    operation.account = request.account.str();
    operation.key = same.key;
    operation.fingerprint = same.fingerprint;
    operation.price_cap = {request.max_price, prepared.offer.currency};
    operation.charge = prepared.quote.today;
    if (operation.after.order) { operation.after.order->operation = operation.id; }
    AcquireStep step{.contacts_carrier = prepared.contacts_carrier, .carrier = prepared.carrier};
    Task<Receipt> done = carry_out_detached(kernel, std::move(operation), prepared.quote.credit, request.wait, step);
    Task<Receipt> once = or_answer_repeated(*kernel, std::move(done), same);
    co_return co_await std::move(once);
}

}  // namespace tandem::detail
