// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/manager/acquire.hpp>
#include <tandem/manager/change.hpp>

#include <memory>
#include <string>
#include <utility>

/// Numbers that pass into an account's hands without a carrier: what is ours already, and what nobody sells us.
namespace tandem::detail {

/// What is taken into service: whatever may be, or what another account has in service.
enum class Taking : std::uint8_t { activate, move };

/// Checks and quotes; changes nothing.
/// Errors: `not_found` for a number that is not ours: it would have to be bought.
template <class K>
Task<Prepared> prepare_assignment(std::shared_ptr<K> kernel, E164 number, AssignRequest request, Taking taking) {
    const auto stored = co_await kernel->store.get(number);
    const auto refuse_foreign = [&] { errors::raise(errc::not_found, "the number is not ours", number.str()); };
    if (!stored) { refuse_foreign(); }
    if (stored->state == State::discovery) {
        refuse_claimed(*stored);
        refuse_foreign();
    }
    AcquireRequest acquiring;
    acquiring.account = request.account;
    acquiring.asked_by = request.asked_by;
    if (acquiring.account.empty() && taking == Taking::activate) { acquiring.account = stored->assigned_to; }
    require_named(kernel->accounts, acquiring.account);
    Offer ours = offer_of<K>(*stored);
    Prepared prepared = co_await prepare(*kernel, std::move(ours), acquiring, assigning, false);
    if (prepared.contacts_carrier) { refuse_foreign(); }  // it left us meanwhile
    if (const State from = prepared.before.state; taking == Taking::move && from != State::in_service) {
        invalid_transition(from, State::in_service, " of another account");
    }
    co_return prepared;
}

/// `NumberManager::put_in_service` and `move_number` on the strand.
template <class K>
Task<Receipt> assign(std::shared_ptr<K> kernel, E164 number, AssignRequest request, Taking taking) {
    if (!request.key.empty() && request.account.empty()) {
        errors::invalid("a key needs the account that shall have the number");
    }
    AcquireRequest acquiring;
    acquiring.account = request.account;
    acquiring.asked_by = request.asked_by;
    acquiring.key = request.key;
    acquiring.wait = request.wait;
    const Keyed same =
        keyed((taking == Taking::move ? "move|" : "activate|") + number.str(), acquiring, assigning.target);
    Task<Prepared> prepared = prepare_assignment(kernel, number, request, taking);
    Task<Receipt> done = once(*kernel, same, acquire_prepared(kernel, std::move(prepared), acquiring, same));
    co_return co_await std::move(done);
}

/// The same as a dry run.
template <class K>
Task<Quotation> quote_assignment(std::shared_ptr<K> kernel, E164 number, AssignRequest request, Taking taking) {
    Prepared prepared = co_await prepare_assignment(kernel, number, request, taking);
    co_return quotation_of(std::move(prepared));
}

/// The carrier whose name a created number bears.
/// Errors: `unknown_carrier`; `unauthorized` where anybody but an admin names one; `carrier_not_specified` where none
/// is named and `local` is not among them.
template <class K>
std::size_t carrier_of_creation(const K& kernel, const CreateRequest& request) {
    constexpr std::string_view usual = "local";
    if (!request.carrier.empty()) {
        if (!kernel.accounts.is_admin(request.asked_by)) { unauthorized("only admins say whose number it is"); }
        return K::index_of(request.carrier);
    }
    if (!K::CarrierList::index_of(usual)) {
        errors::raise(errc::carrier_not_specified, "name the carrier whose number it is");
    }
    return K::index_of(usual);
}

/// Errors: `invalid` where a number of that state and carrier needs an account and none is named, or can have none.
template <class K>
void check_owner(const K& kernel, const CarrierInfo& info, State state, std::string_view account) {
    const std::string name(info.name);
    if (info.local && info.stock == Stocked::never && info.name != "mdn") {
        errors::invalid("no number is this carrier's: it finds those of others", name);
    }
    const bool is_set_aside_for_one = info.local && info.stock == Stocked::for_one_account;
    if (is_ownerless(state) && !is_set_aside_for_one) {
        if (!account.empty()) { errors::invalid("a number that is " + std::string(name_of(state)) + " is nobody's"); }
        return;
    }
    require_named(kernel.accounts, account);
}

/// Checks and quotes; changes nothing.
/// Errors: `number_exists`, and those of a creation's authority.
template <class K>
Task<Prepared> prepare_creation(std::shared_ptr<K> kernel, E164 number, CreateRequest request, JsonText fields) {
    authorize_creation(kernel->accounts, request.asked_by, request.state, request.account);
    if (!E164::is_valid(number.text().view())) { errors::invalid("a number has 3 to 15 digits", number.str()); }
    Prepared prepared;
    prepared.before.number = number;
    if (auto stored = co_await kernel->store.get(number)) {
        refuse_claimed(*stored);
        if (stored->state != State::discovery) {
            errors::raise(errc::number_exists, "the number is in the store already", number.str());
        }
        prepared.before = std::move(*stored);
    }
    prepared.carrier = carrier_of_creation(*kernel, request);
    const CarrierInfo& info = K::info(prepared.carrier);
    const Transition step = transition(request.state, request.state);
    refuse_mobile(info, step.from, step.to);
    check_owner(*kernel, info, request.state, request.account);
    prepared.offer.number = number;
    prepared.offer.state = request.state;
    prepared.offer.carrier = info.name;
    const std::string account = request.account.str();
    prepared.after = assigned(*kernel, prepared.before, prepared.offer, info, request.state, account);
    prepared.after.public_fields = to_json_text(public_fields_of(fields));
    if (!account.empty() && info.local && info.stock == Stocked::for_one_account) {
        prepared.after.private_fields = merged(prepared.before.private_fields, {{set_aside_field, account}});
    }
    if (is_paid_for(request.state)) {
        prepared.quote = co_await quote_for(*kernel, prepared.before, prepared.after);
    } else {
        prepared.after.billing_class.clear();
    }
    co_return prepared;
}

/// `NumberManager::create_number` and `port_in_number` on the strand.
template <class K>
Task<Receipt> create(std::shared_ptr<K> kernel, E164 number, CreateRequest request, JsonText fields) {
    AcquireRequest acquiring;
    acquiring.account = request.account;
    acquiring.asked_by = request.asked_by;
    acquiring.carrier = request.carrier;
    acquiring.key = request.key;
    acquiring.wait = request.wait;
    const Keyed same = keyed("create|" + number.str() + fields.text, acquiring, request.state);
    Task<Prepared> prepared = prepare_creation(kernel, number, request, std::move(fields));
    Task<Receipt> done = once(*kernel, same, acquire_prepared(kernel, std::move(prepared), acquiring, same));
    co_return co_await std::move(done);
}

/// The same as a dry run.
template <class K>
Task<Quotation> quote_creation(std::shared_ptr<K> kernel, E164 number, CreateRequest request, JsonText fields) {
    Prepared prepared = co_await prepare_creation(kernel, number, request, std::move(fields));
    co_return quotation_of(std::move(prepared));
}

}  // namespace tandem::detail
