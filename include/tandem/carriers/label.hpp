// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tandem::carriers {

/// A carrier's name as a template parameter.
template <std::size_t Size>
struct LabelName {
    std::array<char, Size> text{};

    consteval LabelName(const char (&literal)[Size]) { std::copy_n(literal, Size, text.begin()); }
    constexpr std::string_view view() const { return {text.data(), Size - 1}; }
};

/// The name of a carrier without an API that is known: our numbers may bear it, so that we know whose they are; to buy
/// there and to give back there is a person's work.
/// Source: Kazoo's modules of that kind: inteliquent, it_vocal, level3, o1, peerless, verizon, windstream, ziron.
template <LabelName name>
struct Label {
    static constexpr CarrierInfo info{.name = name.view(), .buys = false, .max_prefix_length = 0};

    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { errors::not_implemented(); }
    Task<Number> acquire_number(auto&, Number) const { errors::not_implemented(); }
    Task<Number> disconnect_number(auto&, Number) const { errors::not_implemented(); }
};
static_assert(Carrier<Label<"level3">> && !BuysNumbers<Label<"level3">>);

}  // namespace tandem::carriers
