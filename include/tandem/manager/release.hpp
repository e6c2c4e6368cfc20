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
        if (kernel.general.should_permanently_delete) { operation.after.state = State::deleted; }
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

/// `NumberManager::disconnect_number` on the strand.
template <class K>
Task<Receipt> release(std::shared_ptr<K> kernel, E164 number, ReleaseRequest request) {
    const Keyed same = keyed(number, request);
    if (auto repeated = co_await answer_repeated(*kernel, same)) { co_return std::move(*repeated); }
    auto stored = co_await kernel->store.get(number);
    const bool is_another = stored && !request.account.empty() && request.account.view() != stored->assigned_to;
    if (!stored || is_another) { errors::raise(errc::not_found, "the number is not ours", number.str()); }
    authorize_release(kernel->accounts, request.asked_by, *stored);
    if (!stored->fence.empty()) {
        errors::raise(errc::in_progress, "an operation on this number is still open", stored->fence.str());
    }
    const std::size_t carrier = K::index_of(stored->carrier);
    Number after = *stored;
    const Unwound unwound = begin_release(after, K::info(carrier), released_state(kernel->general));
    if (unwound.contacts_carrier) { require_provisioning(*kernel, carrier); }
    Operation operation =
        new_operation(*kernel, Operation::Kind::release, *stored, std::move(after), request.asked_by, request.wait);
    operation.account = stored->assigned_to;
    operation.key = same.key;
    operation.fingerprint = same.fingerprint;
    ReleaseStep step{.contacts_carrier = unwound.contacts_carrier, .carrier = carrier};
    Task<Receipt> done = carry_out_detached(kernel, std::move(operation), std::nullopt, request.wait, step);
    Task<Receipt> once = or_answer_repeated(*kernel, std::move(done), same);
    co_return co_await std::move(once);
}

}  // namespace tandem::detail
