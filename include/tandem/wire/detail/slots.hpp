// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

/// The values in a text of JSON, found and checked without a parser.
namespace tandem::wire::detail {

/// A text between its quotes, or a number.
struct Value {
    enum class Kind : std::uint8_t { none, text, number };

    std::uint32_t begin = 0, end = 0;
    Kind kind = Kind::none;
    bool is_slot = false;
};

/// As `memcmp`, in words of 8 bytes where calling it takes longer than comparing.
inline bool is_equal(const char* a, const char* b, std::size_t size) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    if (size < word || size > 6 * word) { return std::memcmp(a, b, size) == 0; }
    const auto differ = [&](std::size_t at) {
        std::uint64_t left = 0, right = 0;
        std::memcpy(&left, a + at, word);
        std::memcpy(&right, b + at, word);
        return left ^ right;
    };
    std::uint64_t differs = differ(size - word);
    for (std::size_t at = 0; at + word < size; at += word) { differs |= differ(at); }
    return differs == 0;
}

/// The first byte in a text that is not just a part of it: a quote, a backslash, a control character, or not ASCII.
inline const char* first_special(const char* at, const char* end) {
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::uint64_t ones = 0x0101'0101'0101'0101U, highs = 0x80U * ones;
        const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word; };  // exact for the lowest
        while (end - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            const std::uint64_t controls = (word - 0x20U * ones) & ~word;
            const std::uint64_t special =
                (zeros(word ^ ('"' * ones)) | zeros(word ^ ('\\' * ones)) | controls | word) & highs;
            if (special != 0) { return at + std::countr_zero(special) / 8; }
            at += sizeof word;
        }
    }
    const auto is_special = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x80;
    };
    while (at != end && !is_special(*at)) { ++at; }
    return at;
}

/// The quote that ends the text which `at` stands in; null where something in it is escaped, or none of JSON's texts.
inline const char* end_of_text(const char* at, const char* end) {
    while ((at = first_special(at, end)) != end) {
        if (*at == '"') { return at; }
        if (static_cast<unsigned char>(*at) < 0x80) { return nullptr; }
        const auto size = tandem::detail::utf8_sequence({at, static_cast<std::size_t>(end - at)});
        if (size == 0) { return nullptr; }
        at += size;
    }
    return nullptr;
}

/// Behind the number that begins at `at`; null where none does, or one that takes a parser: long, or with an exponent.
inline const char* end_of_number(const char* at, const char* end) {
    constexpr std::ptrdiff_t max_size = 18;
    const char* const begin = at;
    const auto digits = [&] {
        const char* const first = at;
        while (at != end && *at >= '0' && *at <= '9') { ++at; }
        return at - first;
    };
    if (at != end && *at == '-') { ++at; }
    const bool has_leading_zero = at != end && *at == '0';
    const auto whole = digits();
    if (whole == 0 || (has_leading_zero && whole > 1)) { return nullptr; }
    if (at != end && *at == '.') {
        ++at;
        if (digits() == 0) { return nullptr; }
    }
    const bool goes_on = at == end || (*at | 0x20) == 'e';
    return goes_on || at - begin > max_size ? nullptr : at;
}

/// All values in `json`, of which keys are none. Requires: it is JSON, and nothing in it is escaped.
inline std::vector<Value> values_in(std::string_view json) {
    constexpr std::string_view spaces = " \t\r\n", of_numbers = "+-.0123456789Ee";
    std::vector<Value> values;
    const auto add = [&](std::size_t begin, std::size_t end, Value::Kind kind) {
        values.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), kind});
    };
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (json[at] == '"') {
            const std::size_t end = json.find('"', at + 1);
            const std::size_t next = json.find_first_not_of(spaces, end + 1);
            if (json[next] != ':') { add(at + 1, end, Value::Kind::text); }
            at = end;
        } else if (json[at] == '-' || (json[at] >= '0' && json[at] <= '9')) {
            const std::size_t end = json.find_first_not_of(of_numbers, at);
            add(at, end, Value::Kind::number);
            at = end - 1;
        }
    }
    return values;
}

}  // namespace tandem::wire::detail
