// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/ledger.hpp>
#include <tandem/testing/sandbox/message.hpp>

#include <boost/json/object.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace tandem::testing::sandbox {

/// A carrier's behaviour: `answer` acts on the ledger and replies, `error` words a failure in the carrier's shape.
/// `carrier` is the name of the carrier whose API it is, `settings(origin)` its document for a client that reaches it
/// at `origin` (`http://127.0.0.1:8080`).
/// `Server` serves one on loopback, `InMemory` without any network.
template <class S>
concept Site = requires(S& site, const Call& call, const Refusal& refusal, const std::string& origin) {
    { S::carrier } -> std::convertible_to<std::string_view>;
    { S::settings(origin) } -> std::same_as<boost::json::object>;
    { site.answer(call) } -> std::same_as<Reply>;
    { site.error(refusal) } -> std::same_as<Reply>;
    { site.ledger() } -> std::same_as<Ledger&>;
};

/// Sites to be served together.
template <Site... Sites>
struct SiteList {};

}  // namespace tandem::testing::sandbox
