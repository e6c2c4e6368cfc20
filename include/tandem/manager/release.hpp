// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/acquire.hpp>

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
    Task<Verdict> call_carrier(K& kernel, const Operation& operation, OperationView view, Number& number) const {
        return release_to(kernel, carrier, operation, view, number);
    }

    template <class K>
    void complete(K& kernel, Operation& operation) const {
        if (!contacts_carrier) { return; }
        end_release(operation.after, K::info(carrier), released_state(kernel.general), kernel.general.should_age);
        if (kernel.general.should_permanently_delete) { operation.after.state = State::deleted; }
    }

private:
    template <class K>
    static Task<Verdict> release_to(K& kernel, std::size_t carrier, const Operation& operation, OperationView view,
                                    Number& number) {
        const RemoteSettings& remote = kernel.terms(carrier).remote;
        if (!remote.enable_provisioning) { co_return Verdict{Operation::Phase::done, {}}; }
        Session<K> session(kernel, K::info(carrier), remote, view);
        const auto call = [&kernel, carrier](Session<K>& open_session, Number given) {
            return disconnect_number_at(kernel, carrier, open_session, std::move(given));
        };
        Task<Verdict> judged = detail::call_carrier(session, operation, number, call);
        co_return co_await std::move(judged);
    }
};

/// `NumberManager::disconnect_number` on the strand.
template <class K>
Task<Receipt> release(std::shared_ptr<K> kernel, E164 number, ReleaseRequest request) {
    auto stored = co_await kernel->store.get(number);
    if (!stored) { errors::raise(errc::not_found, "the number is not ours", number.str()); }
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
    ReleaseStep step{.contacts_carrier = unwound.contacts_carrier, .carrier = carrier};
    Task<Receipt> done = carry_out_detached(kernel, std::move(operation), std::nullopt, request.wait, step);
    co_return co_await std::move(done);
}

}  // namespace tandem::detail
