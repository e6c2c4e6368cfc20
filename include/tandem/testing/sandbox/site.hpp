// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/ledger.hpp>
#include <tandem/testing/sandbox/message.hpp>

#include <concepts>

namespace tandem::testing::sandbox {

/// A carrier's behaviour: `answer` acts on the ledger and replies, `error` words a failure in the carrier's shape.
/// `Server` serves one on loopback, `InMemory` without any network.
template <class S>
concept Site = requires(S& site, const Call& call, const Refusal& refusal) {
    { site.answer(call) } -> std::same_as<Reply>;
    { site.error(refusal) } -> std::same_as<Reply>;
    { site.ledger() } -> std::same_as<Ledger&>;
};

}  // namespace tandem::testing::sandbox
