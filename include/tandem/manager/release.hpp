// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/acquire.hpp>
#include <tandem/manager/give_back.hpp>

#include <memory>
#include <string>
#include <utility>

/// Giving a number back.
namespace tandem::detail {

/// What a number that stays ours becomes.
inline State released_state(const GeneralSettings& general) {
    return state_of(general.released_state).value_or(State::available);
}

/// The step of a release that a carrier does.
struct ReleaseStep {
    bool contacts_carrier = false;
    std::size_t carrier = 0;

    template <class K>
    Task<Verdict> call_carrier(K& kernel, Operation& operation, OperationView view, Number& number) const {
        return release_to(kernel, carrier, operation, view, number);
    }

    template <class K>
    void complete(K& kernel, Operation& operation) const {
        if (!contacts_carrier) { return; }
        end_release(operation.after, K::info(carrier), released_state(kernel.general), kernel.general.should_age);
        if (kernel.general.should_permanently_delete || ends_deleted(operation.kind, operation.before.state)) {
            operation.after.state = State::deleted;
        }
    }
};

/// The key of a release.
/// Errors: `invalid` for a key without its account: of a number that was given back nobody could tell whose key it is.
inline Keyed keyed(E164 number, const ReleaseRequest& request) {
    if (!request.key.empty() && request.account.empty()) {
        errors::invalid("the key of a release needs the account that has the number");
    }
    return {.account = request.account.str(),
            .key = request.key.str(),
            .fingerprint = "release|" + number.str(),
            .asked_by = request.asked_by.str()};
}

/// The record of the number that `request` names.
/// Errors: `not_found`, also where another account has it.
template <class K>
Task<Number> find_released(K& kernel, E164 number, ReleaseRequest request) {
    const auto stored = co_await kernel.store.get(number);
    const bool is_another = stored && !request.account.empty() && request.account.view() != stored->assigned_to;
    if (!stored || is_another) { errors::raise(errc::not_found, "the number is not ours", number.str()); }
    co_return *stored;
}

/// From what was prepared to its receipt.
template <class K>
Task<Receipt> carry_out_release(std::shared_ptr<K> kernel, Operation operation, ReleaseStep step,
                                ReleaseRequest request, Keyed same) {
    if (step.contacts_carrier) { require_provisioning(*kernel, step.carrier); }
    operation.account = operation.before.assigned_to;
    operation.key = same.key;
    operation.fingerprint = same.fingerprint;
    Task<Receipt> done = carry_out_detached(kernel, std::move(operation), std::nullopt, request.wait, step);
    co_return co_await std::move(done);
}

template <class K>
Task<Receipt> release_new(std::shared_ptr<K> kernel, E164 number, ReleaseRequest request, Keyed same) {
    const Number stored = co_await find_released(*kernel, number, request);
    authorize_release(kernel->accounts, request.asked_by, stored);
    refuse_claimed(stored);
    const std::size_t carrier = K::index_of(stored.carrier);
    Number after = stored;
    const Unwound unwound = begin_release(after, K::info(carrier), released_state(kernel->general));
    Operation operation =
        new_operation(*kernel, Operation::Kind::release, stored, std::move(after), request.asked_by, request.wait);
    const ReleaseStep step{.contacts_carrier = unwound.contacts_carrier, .carrier = carrier};
    Task<Receipt> done = carry_out_release(kernel, std::move(operation), step, request, std::move(same));
    co_return co_await std::move(done);
}

/// `NumberManager::disconnect_number` on the strand.
template <class K>
Task<Receipt> release(std::shared_ptr<K> kernel, E164 number, ReleaseRequest request) {
    const Keyed same = keyed(number, request);
    Task<Receipt> done = once(*kernel, same, release_new(kernel, number, request, same));
    co_return co_await std::move(done);
}

template <class K>
Task<Receipt> remove_new(std::shared_ptr<K> kernel, E164 number, ReleaseRequest request, Keyed same) {
    const Number stored = co_await find_released(*kernel, number, request);
    refuse_claimed(stored);
    const std::size_t carrier = K::index_of(stored.carrier);
    const CarrierInfo& info = K::info(carrier);
    const bool has_it = transition(stored.state, State::deleted).contacts_carrier && !info.local && info.buys;
    Number after = stored;
    after.state = State::deleted;
    after.assigned_to.clear();
    strip(after);
    Operation operation =
        new_operation(*kernel, Operation::Kind::remove, stored, std::move(after), request.asked_by, request.wait);
    const ReleaseStep step{.contacts_carrier = has_it, .carrier = carrier};
    Task<Receipt> done = carry_out_release(kernel, std::move(operation), step, request, std::move(same));
    co_return co_await std::move(done);
}

/// `NumberManager::remove_number` on the strand. A remote carrier is told, lest it bill the number for ever; with one
/// that is only a label people have done that.
template <class K>
Task<Receipt> remove(std::shared_ptr<K> kernel, E164 number, ReleaseRequest request) {
    authorize_removal(kernel->accounts, request.asked_by);
    Keyed same = keyed(number, request);
    same.fingerprint = "remove|" + number.str();
    Task<Receipt> done = once(*kernel, same, remove_new(kernel, number, request, same));
    co_return co_await std::move(done);
}

}  // namespace tandem::detail
