// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/text.hpp>

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tandem {

/// A telephone number or a prefix of one in E.164: up to 15 digits of any country, in 8 bytes, ordered as its digits
/// are. Digit d is kept as the nibble d + 1 from the top down and 0 ends the number, so integers compare as the digit
/// strings do, and all numbers under a prefix are one range.
/// No table of countries or area codes is consulted: a number that a carrier gives is never refused for being new.
class E164 {
public:
    static constexpr std::size_t max_digits = 15;  // ITU-T E.164 §6

    constexpr E164() = default;

    /// Reads a number as carriers write it: `+` and 3 to 15 ASCII digits, the first not 0.
    static constexpr bool is_valid(std::string_view text) { return text.size() >= 4 && !parse_or_empty(text).empty(); }

    /// As `is_valid`, or from one digit on: prefixes are packed the same way. Empty when `text` is neither.
    static constexpr E164 parse_or_empty(std::string_view text) {
        if (text.size() < 2 || text.size() > max_digits + 1 || text[0] != '+' || text[1] == '0') { return {}; }
        E164 number;
        int shift = 60;
        for (const char digit : text.substr(1)) {
            if (digit < '0' || digit > '9') { return {}; }
            number.packed_ |= static_cast<std::uint64_t>(digit - '0' + 1) << shift;
            shift -= 4;
        }
        return number;
    }

    /// Errors: `invalid` unless `text` is `+` and 3 to 15 digits.
    static Result<E164> parse(std::string_view text) {
        if (!is_valid(text)) {
            return Error{.code = errc::invalid,
                         .message = "a number is '+' and 3 to 15 digits, the first not 0",
                         .cause = std::string(text.substr(0, 64))};
        }
        return parse_or_empty(text);
    }

    /// The number that `packed()` gave.
    static constexpr E164 from_packed(std::uint64_t packed) {
        E164 number;
        number.packed_ = packed;
        return number;
    }

    constexpr std::uint64_t packed() const { return packed_; }
    /// No number: what an offer from a group has until the order names one.
    constexpr bool empty() const { return packed_ == 0; }
    constexpr explicit operator bool() const { return !empty(); }

    constexpr std::size_t digit_count() const {
        std::size_t count = 0;
        while (count < max_digits && nibble(count) != 0) { ++count; }
        return count;
    }

    /// The text, `+` first; empty for no number. In place, so that writing a number allocates nothing.
    constexpr InlineText<max_digits + 1> text() const {
        std::array<char, max_digits + 1> out{'+'};
        std::size_t size = 0;
        while (size < max_digits && nibble(size) != 0) {
            out[size + 1] = static_cast<char>('0' + nibble(size) - 1);
            ++size;
        }
        return size == 0 ? InlineText<max_digits + 1>()
                         : InlineText<max_digits + 1>(std::string_view(out.data(), size + 1));
    }
    std::string str() const { return text().str(); }
    /// The digits without `+`.
    std::string digits() const { return empty() ? std::string() : std::string(text().view().substr(1)); }

    constexpr bool starts_with(E164 prefix) const {
        return prefix.first_under() <= *this && *this <= prefix.last_under();
    }
    /// The least and the greatest number under this prefix.
    constexpr E164 first_under() const { return *this; }
    constexpr E164 last_under() const {
        const auto digits = digit_count();
        return digits == 0 ? from_packed(~std::uint64_t{0})
                           : from_packed(packed_ | (~std::uint64_t{0} >> (4 * digits)));
    }
    /// The first `digits` digits.
    constexpr E164 prefix(std::size_t digits) const {
        return digits == 0            ? E164()
               : digits >= max_digits ? *this
                                      : from_packed(packed_ & ~(~std::uint64_t{0} >> (4 * digits)));
    }

    friend constexpr bool operator==(E164, E164) = default;
    friend constexpr auto operator<=>(E164, E164) = default;

private:
    constexpr unsigned nibble(std::size_t index) const { return (packed_ >> (60 - 4 * index)) & 0xF; }

    std::uint64_t packed_ = 0;
};
static_assert(sizeof(E164) == 8);

template <class Stream>
Stream& operator<<(Stream& out, E164 number) {
    out << number.text().view();
    return out;
}

}  // namespace tandem

template <>
struct std::hash<tandem::E164> {
    std::size_t operator()(tandem::E164 number) const noexcept { return std::hash<std::uint64_t>()(number.packed()); }
};
