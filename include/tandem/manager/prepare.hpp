// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/countries.hpp>
#include <tandem/core/json.hpp>
#include <tandem/manager/authority.hpp>
#include <tandem/manager/calls.hpp>
#include <tandem/manager/lifecycle.hpp>
#include <tandem/manager/requests.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What comes before a number is an account's, whether it is bought or ours already: checks and charges. Serves the dry
/// runs too, and names no carrier's purchase.
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
    const std::chrono::milliseconds patience(kernel.terms(carrier).remote.timeout_ms);
    const auto call = [&kernel, carrier, offer](Session<K>& session) {
        return quote_at(kernel, carrier, session, offer);
    };
    co_return co_await ask_carrier<Offer>(kernel, carrier, kernel.environment.now() + patience, call);
}

/// Setup and first month of `offer`; unknown when either is.
/// Errors: `price_exceeded` for what no amount holds.
inline Amount first_payment(const Offer& offer) {
    try {
        return offer.setup + offer.monthly;
    } catch (const std::overflow_error&) {
        errors::raise(errc::price_exceeded, "setup of " + offer.setup.str() + " and first month of " +
                                                offer.monthly.str() + " come to more than an amount");
    }
}

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

/// What an account would pay for `after`, where it has `before`. Nothing where it is nobody's.
template <class K>
Task<Quote> quote_for(K& kernel, Number before, Number after) {
    Purchase purchase{.account = after.assigned_to, .billing_class = after.billing_class};
    purchase.quantities = co_await kernel.store.quantities(after.assigned_to);
    if (kernel.billing.cascades(after.assigned_to)) {
        const std::vector<std::string> accounts_below = kernel.accounts.below(after.assigned_to);
        for (const std::string& account : accounts_below) {
            const Quantities theirs = co_await kernel.store.quantities(account);
            for (const auto& [billing_class, quantity] : theirs) { purchase.below[billing_class] += quantity; }
            const bool is_theirs = is_paid_for(before.state) && before.assigned_to == account;
            if (is_theirs) { purchase.from_below = before.billing_class; }
        }
    }
    const bool is_classless = before.billing_class.empty();  // as in Kazoo's documents
    const bool pays_already = is_paid_for(before.state) && before.assigned_to == after.assigned_to &&
                              (is_classless || before.billing_class == after.billing_class);
    if (pays_already) {
        purchase.added = 0;
        if (is_classless && !after.billing_class.empty()) { ++purchase.quantities[after.billing_class]; }
    }
    co_return co_await kernel.billing.quote(purchase);
}

/// Errors: `in_progress` while an operation claims `record`.
inline void refuse_claimed(const Number& record) {
    if (!record.fence.empty()) {
        errors::raise(errc::in_progress, "an operation on this number is still open", record.fence.str());
    }
}

/// How `before` may become what `aim` says for `account`, found where `offered` says.
/// Errors: `number_exists`, `invalid_state_transition`, `no_change_required`.
inline Transition begin_assignment(const Number& before, std::string_view account, State offered, Aim aim) {
    const Transition step = transition(before.state, aim.target);
    const bool is_anothers = !before.assigned_to.empty() && before.assigned_to != account;
    const bool passes_on = offered != State::discovery && (aim.from_owner || is_set_aside(before.state));
    if (is_anothers && !passes_on) { errors::raise(errc::number_exists, "the number has an owner already"); }
    if (step.from == State::reserved && step.to == State::reserved && !is_anothers) {
        errors::raise(errc::no_change_required, "the account has the number in reserve already");
    }
    return step;
}

/// `before` as it will be for `account`: all but the carrier's part.
template <class K>
Number assigned(const K& kernel, const Number& before, const Offer& offer, const CarrierInfo& info, State target,
                std::string account) {
    Number after = before;
    after.state = target;
    after.carrier = info.name;
    after.assigned_to = std::move(account);
    after.billing_class = billing_class_of(kernel, offer, info);
    if (target == State::reserved) { push_reserve_history(after, after.assigned_to); }
    after.ported_in = before.ported_in || (before.state == State::port_in && target == State::in_service);
    return after;
}

/// Checks number, state, authority, price and standing, and quotes. Changes nothing. `wants_price`: whether the carrier
/// is asked for a price that its search did not tell.
template <class K>
Task<Prepared> prepare(K& kernel, Offer offer, AcquireRequest request, Aim aim, bool wants_price) {
    Prepared prepared;
    prepared.before.number = offer.number;
    if (!offer.number.empty()) {
        if (auto stored = co_await kernel.store.get(offer.number)) { prepared.before = std::move(*stored); }
    } else if (offer.id.empty()) {
        errors::invalid("an offer has a number, or an id of the carrier's");
    }
    const Number& before = prepared.before;
    authorize_assignment(kernel.accounts, request.asked_by, before, request.account, aim.target);
    if (aim.target == State::reserved) { require_named(kernel.accounts, request.account); }
    refuse_claimed(before);
    const Transition step = begin_assignment(before, request.account, offer.state, aim);
    prepared.contacts_carrier = step.contacts_carrier;
    // A number that is ours already stays with the carrier it came from.
    const std::string_view carrier =
        before.carrier.empty() || prepared.contacts_carrier ? offer.carrier : std::string_view(before.carrier);
    if (carrier.empty()) { errors::raise(errc::carrier_not_specified, "the offer names no carrier"); }
    prepared.carrier = K::index_of(carrier);
    const CarrierInfo& info = K::info(prepared.carrier);
    refuse_mobile(info, step.from, step.to);
    if (prepared.contacts_carrier) {
        require_provisioning(kernel, prepared.carrier);
        if (wants_price) { offer = co_await with_price(kernel, prepared.carrier, std::move(offer)); }
        check_price(offer, request.max_price);
    }
    prepared.changes_nothing =
        step.from == State::in_service && step.to == step.from && before.assigned_to == request.account.view();

    prepared.after = assigned(kernel, before, offer, info, aim.target, request.account.str());
    if (prepared.contacts_carrier) {  // as the search's JSON: what cannot be written again stays away
        if (auto details = parse_json_object(offer.details(), max_json_text_depth)) {
            prepared.after.carrier_data = to_json_text(std::move(*details));
        }
        if (!offer.id.empty()) {
            prepared.after.order = Order{.offer = std::string(offer.id), .status = Order::Status::accepted};
        }
    }
    prepared.offer = std::move(offer);
    prepared.quote = co_await quote_for(kernel, before, prepared.after);
    co_return prepared;
}

}  // namespace tandem::detail
