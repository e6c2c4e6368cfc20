// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/number.hpp>

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

namespace tandem {

/// Which numbers of a store; each part that is set narrows it. Trivially copyable, for g++ 12's coroutines.
struct NumberQuery {
    E164 prefix{};
    E164 after{};  ///< only numbers behind this one: the key of the page before
    std::optional<State> state{};
    AccountId account{};       ///< assigned to it
    InlineText<31> carrier{};  ///< `CarrierInfo::name`
    std::uint32_t limit = 50;
};
static_assert(std::is_trivially_copyable_v<NumberQuery>);

/// Numbers in their order, and where the next page begins.
struct NumberPage {
    std::vector<Number> numbers{};
    E164 next{};  ///< `NumberQuery::after` of the next page; empty when this is the last
};

}  // namespace tandem
