// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/authority.hpp>
#include <tandem/manager/protocol.hpp>

#include <optional>
#include <string>
#include <utility>

/// Idempotency keys: a request that comes again with its key is answered as it was, not done again.
namespace tandem::detail {

/// A request's key, unique within the account, and what tells its request from others.
struct Keyed {
    std::string account{};
    std::string key{};  ///< empty: none
    std::string fingerprint{};
    std::string asked_by{};
};

/// The answer to a repeated key: the first request's; nothing for a new key, for none, and for who may not ask.
/// Errors: `key_reused` when it was another request; `in_progress` while somebody is at work on the first; the first
/// one's error when it was refused.
template <class K>
Task<std::optional<Receipt>> answer_repeated(K& kernel, Keyed request) {
    const bool may_ask = has_authority_over(kernel.accounts, request.asked_by, request.account);
    if (request.key.empty() || !may_ask) { co_return std::nullopt; }
    const auto earlier = co_await kernel.store.operation_by_key(request.account, request.key);
    if (!earlier) { co_return std::nullopt; }
    if (earlier->fingerprint != request.fingerprint) {
        errors::raise(errc::key_reused, "this key belongs to another request of the account", earlier->id.str());
    }
    const bool is_at_work = earlier->phase == Operation::Phase::prepared || earlier->phase == Operation::Phase::sending;
    if (is_at_work && kernel.environment.time() < earlier->deadline) {
        errors::raise(errc::in_progress, "the first request with this key is not done yet", earlier->id.str());
    }
    if (earlier->outcome() == Outcome::refused && earlier->error) { throw Exception(*earlier->error); }
    co_return receipt_of(*earlier);
}

/// Whether a request may have failed by this because the same one, a moment earlier, went well.
constexpr bool may_be_the_firsts_doing(errc code) {
    switch (code) {
        case errc::key_reused:
        case errc::conflict:
        case errc::in_progress:
        case errc::not_available:
        case errc::not_enough_credit:
        case errc::not_found:
        case errc::number_exists:
        case errc::number_unavailable: return true;
        default: return false;
    }
}

/// Does `work` unless the same request was done before; where the same request with the same key was quicker by a hair,
/// its answer too is the answer.
/// Errors: those of `answer_repeated` and of `work`.
template <class K>
Task<Receipt> once(K& kernel, Keyed request, Task<Receipt> work) {
    if (auto repeated = co_await answer_repeated(kernel, request)) { co_return std::move(*repeated); }
    std::optional<Error> lost;
    try {
        co_return co_await std::move(work);
    } catch (const Exception& failure) {
        if (!may_be_the_firsts_doing(failure.error().code)) { throw; }
        lost = failure.error();
    }
    auto repeated = co_await answer_repeated(kernel, std::move(request));
    if (!repeated) { throw Exception(std::move(*lost)); }
    co_return std::move(*repeated);
}

}  // namespace tandem::detail
