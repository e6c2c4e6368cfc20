// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/recover.hpp>

#include <memory>
#include <string>
#include <utility>

/// Closing an operation by a person's word, where no carrier can tell how it ended.
namespace tandem::detail {

/// Errors: `invalid` for an outcome that this operation cannot have, and for a number that is missing or another than
/// its own; `in_progress` before its deadline, while somebody may be at work on it; `no_change_required` when it is
/// over.
inline void check_conclusion(const Operation& operation, Outcome outcome, E164 number, UnixTime now) {
    const bool buys = operation.kind == Operation::Kind::acquire;
    if (outcome != Outcome::refused && outcome != (buys ? Outcome::sold : Outcome::released)) {
        errors::invalid(buys ? "a purchase ends as sold or refused" : "a release ends as released or refused",
                        std::string(name_of(outcome)));
    }
    if (!operation.open()) {
        errors::raise(errc::no_change_required, "the operation is over", std::string(name_of(operation.outcome())));
    }
    if (now < operation.deadline + late_arrival) {
        errors::raise(errc::in_progress, "somebody may be at work on the operation until its deadline",
                      operation.id.str());
    }
    const E164 own = operation.number.empty() ? operation.after.number : operation.number;
    if (!own.empty() && !number.empty() && own != number) {
        errors::invalid("the operation is on another number", own.str());
    }
    if (outcome != Outcome::sold || !own.empty()) { return; }
    if (number.empty()) { errors::invalid("which number the order brought must be said"); }
    if (!E164::is_valid(number.text().view())) { errors::invalid("a number has 3 to 15 digits", number.str()); }
}

/// `NumberManager::conclude` on the strand.
template <class K>
Task<Receipt> conclude(std::shared_ptr<K> kernel, OperationId id, Outcome outcome, E164 number, AccountId asked_by) {
    if (!kernel->accounts.is_admin(asked_by)) { unauthorized("only admins say how an operation ended"); }
    auto stored = co_await kernel->store.operation(id);
    if (!stored) { errors::raise(errc::not_found, "there is no such operation", id.str()); }
    check_conclusion(*stored, outcome, number, kernel->environment.time());
    Operation operation = std::move(*stored);
    Verdict verdict{Operation::Phase::refused, Error{.code = errc::cancelled,
                                                     .message = "a person said that nothing was done",
                                                     .cause = asked_by.str(),
                                                     .carrier = operation.carrier}};
    if (outcome != Outcome::refused) {
        if (operation.number.empty()) { operation.number = number; }
        operation.after.number = operation.number;
        if (operation.after.order) { operation.after.order->status = Order::Status::complete; }
        complete_record(*kernel, operation);
        verdict = {Operation::Phase::done, {}};
    }
    Task<Receipt> written = write_down(*kernel, std::move(operation), std::move(verdict));
    co_return co_await std::move(written);
}

}  // namespace tandem::detail
