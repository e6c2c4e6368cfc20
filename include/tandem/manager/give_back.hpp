// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/calls.hpp>
#include <tandem/manager/settlement.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

/// Giving a number back at its carrier: because somebody wants it, or because the carrier took more for it than the
/// purchase allows.
namespace tandem::detail {

/// How long the carrier has for what nobody waits for.
inline constexpr std::chrono::seconds unattended_wait{15};

/// The carrier's part of a release.
template <class K>
Task<Verdict> release_to(K& kernel, std::size_t carrier, const Operation& operation, OperationView view,
                         Number& number) {
    const RemoteSettings& remote = kernel.terms(carrier).remote;
    if (!remote.enable_provisioning) { co_return Verdict{Operation::Phase::done, {}}; }
    Session<K> session(kernel, K::info(carrier), remote, view);
    const auto call = [&kernel, carrier](Session<K>& open_session, Number given) {
        return disconnect_number_at(kernel, carrier, open_session, std::move(given));
    };
    Task<Verdict> judged = call_carrier(session, operation, number, call);
    co_return co_await std::move(judged);
}

/// Why a bought number cannot be kept; nothing when its price is within the cap, or not told. Prices of two currencies
/// are not compared.
inline std::optional<Error> price_beyond_cap(const Operation& operation, const Number& bought) {
    if (!bought.order || !bought.order->price.amount.known() || !operation.price_cap.amount.known()) { return {}; }
    const Money& price = bought.order->price;
    const Money& cap = operation.price_cap;
    const bool comparable = price.currency == cap.currency || !price.currency.known() || !cap.currency.known();
    if (!comparable || price.amount <= cap.amount) { return {}; }
    return Error{.code = errc::price_exceeded,
                 .message = "the carrier took " + price.amount.str() + " " + price.currency.str() + ", over " +
                            cap.amount.str() + "; the number was given back",
                 .carrier = operation.carrier};
}

/// Whether `operation` is a purchase that is being undone. What its record says survives a crash.
inline bool is_given_back(const Operation& operation) {
    return operation.kind == Operation::Kind::acquire && operation.open() && operation.error &&
           operation.error->code == errc::price_exceeded;
}

/// What a purchase comes to whose number was, or was not, given back. As long as that is not sure it stays open.
inline Verdict undone(const Operation& operation, const Verdict& release) {
    Verdict verdict{Operation::Phase::refused, operation.error};
    if (release.phase == Operation::Phase::done) { return verdict; }
    verdict.phase = Operation::Phase::unknown;
    verdict.error->cause = "giving it back is not done";
    if (release.error) { verdict.error->cause += ": " + release.error->message; }
    return verdict;
}

/// Whoever acts for `operation` from now on has the time that nobody waits for.
template <class K>
void have_unattended_time(K& kernel, Operation& operation) {
    operation.modified = kernel.environment.time();
    operation.deadline = operation.modified + unattended_wait + std::chrono::seconds(1);
}

/// Undoes a purchase that cost too much. The mark comes first: whoever takes the operation over goes on with the
/// release.
template <class K>
Task<Verdict> give_back(K& kernel, std::size_t carrier, Operation& operation, Number bought, Error why) {
    const Revision claimed = operation.after.revision;
    operation.phase = Operation::Phase::unknown;
    operation.error = std::move(why);
    if (operation.number.empty()) { operation.number = bought.number; }
    operation.after = bought;
    operation.after.revision = claimed;
    have_unattended_time(kernel, operation);
    operation = co_await kernel.store.advance(std::move(operation));
    const OperationView view{
        .id = operation.id, .price_cap = operation.price_cap, .deadline = kernel.environment.now() + unattended_wait};
    Task<Verdict> released = release_to(kernel, carrier, operation, view, bought);
    const Verdict verdict = co_await std::move(released);
    co_return undone(operation, verdict);
}

}  // namespace tandem::detail
