// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/offer.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace tandem::wire {

/// A value of a reply that is no list and no object, as it stood there. The text of a number is its own, not a
/// double's.
struct Scalar {
    /// XML's values are `written`: text, number or truth, whatever the member takes them for.
    enum class Kind : std::uint8_t { absent, text, number, boolean, written };

    Kind kind = Kind::absent;
    std::string_view text{};
    bool truth = false;

    static constexpr Scalar written(std::string_view text) {
        return {Kind::written, text, text == "true" || text == "1"};
    }
    constexpr bool is_text() const { return kind == Kind::text || kind == Kind::written; }
    constexpr bool is_number() const { return kind == Kind::number || kind == Kind::written; }
    constexpr bool is_truth() const {
        return kind == Kind::boolean || (kind == Kind::written && (truth || text == "false" || text == "0"));
    }
};

/// Whether a member of the type holds all of its value itself, and shows no text of the reply. Of a type of one's own
/// nothing is known.
template <class T>
inline constexpr bool holds_its_value = std::is_arithmetic_v<T>;
template <>
inline constexpr bool holds_its_value<E164> = true;
template <>
inline constexpr bool holds_its_value<Amount> = true;
template <>
inline constexpr bool holds_its_value<Currency> = true;
template <>
inline constexpr bool holds_its_value<std::string> = true;
template <class T>
inline constexpr bool holds_its_value<std::optional<T>> = holds_its_value<T>;

// How a value becomes a member; false refuses the row. A type of one's own needs one more overload beside it.

inline bool assign(E164& member, const Scalar& value) {
    const E164 number = value.is_text() ? E164::parse_or_empty(value.text) : E164();
    if (value.text.size() < 4 || number.empty()) { return false; }
    member = number;
    return true;
}
inline bool assign(Amount& member, const Scalar& value) {
    if (!value.is_text() && !value.is_number()) { return false; }
    const auto amount = Amount::parse(value.text);
    if (!amount || *amount < Amount::zero()) { return false; }
    member = *amount;
    return true;
}
inline bool assign(Currency& member, const Scalar& value) {
    const auto currency = Currency::parse(value.text);
    if (!value.is_text() || !currency) { return false; }
    member = *currency;
    return true;
}
/// Numbers too, by their text: identifiers come as either.
inline bool assign(std::string_view& member, const Scalar& value) {
    if (value.kind == Scalar::Kind::boolean) { return false; }
    member = value.text;
    return true;
}
inline bool assign(std::string& member, const Scalar& value) {
    if (value.kind == Scalar::Kind::boolean) { return false; }
    member = value.text;
    return true;
}
inline bool assign(bool& member, const Scalar& value) {
    if (!value.is_truth()) { return false; }
    member = value.truth;
    return true;
}
template <std::integral T>
    requires(!std::same_as<T, bool>)
bool assign(T& member, const Scalar& value) {
    const char* const end = value.text.data() + value.text.size();
    const auto [stopped, failed] = std::from_chars(value.text.data(), end, member);
    return value.is_number() && failed == std::errc() && stopped == end;
}
/// For a value of which it matters whether it is there.
template <class T>
bool assign(std::optional<T>& member, const Scalar& value) {
    return assign(member.emplace(), value);
}

}  // namespace tandem::wire
