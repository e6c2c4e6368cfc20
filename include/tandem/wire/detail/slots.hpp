// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The values in a row of JSON or XML, found and checked without a parser.
namespace tandem::wire::detail {

/// A text between its quotes or a number in JSON, an element's text in XML.
struct Value {
    enum class Kind : std::uint8_t { none, text, number, element };

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

/// The first byte that may not just be a part of a text: one of `marks`, a control character, or not ASCII.
template <char... marks>
const char* first_special(const char* at, const char* end) {
#if defined(__SSE2__)
    for (; end - at >= 16; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        __m128i special = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // signed: what is not ASCII is below too
        ((special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(marks)))), ...);
        if (const int found = _mm_movemask_epi8(special)) {
            return at + std::countr_zero(static_cast<unsigned>(found));
        }
    }
#endif
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::uint64_t ones = 0x0101'0101'0101'0101U, highs = 0x80U * ones;
        const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word; };  // exact for the lowest
        while (end - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            const std::uint64_t controls = (word - 0x20U * ones) & ~word;
            std::uint64_t special = (controls | ... | zeros(word ^ (static_cast<unsigned char>(marks) * ones)));
            if ((special = (special | word) & highs) != 0) { return at + std::countr_zero(special) / 8; }
            at += sizeof word;
        }
    }
    const auto is_special = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return ((c == marks) || ...) || byte < 0x20 || byte >= 0x80;
    };
    while (at != end && !is_special(*at)) { ++at; }
    return at;
}

/// The quote that ends the text which `at` stands in; null where something in it is escaped, or none of JSON's texts.
inline const char* end_of_text(const char* at, const char* end) {
    while ((at = first_special<'"', '\\'>(at, end)) != end) {
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

/// The tag behind an element's text; null where the text is not the value as it stands, or not JSON's as it stands.
inline const char* end_of_element(const char* at, const char* end) {
    const char* const begin = at;
    while ((at = first_special<'<', '&', '"', '\\'>(at, end)) != end) {
        if (*at == '<') { return at == begin || *begin == ' ' || at[-1] == ' ' ? nullptr : at; }
        if (static_cast<unsigned char>(*at) < 0x80) { return nullptr; }
        const std::string_view rest(at, static_cast<std::size_t>(end - at));
        const auto size = tandem::detail::utf8_sequence(rest);
        if (size == 0 || rest.starts_with("\xEF\xBF")) { return nullptr; }  // U+FFFE and its like are none of XML's
        at += size;
    }
    return nullptr;
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

/// The texts of all elements in `xml` that hold nothing else. Requires: it is XML, and nothing in it is a reference.
inline std::vector<Value> elements_in(std::string_view xml) {
    std::vector<Value> values;
    for (std::size_t at = xml.find('<'); at != xml.npos;) {
        const std::size_t begin = xml.find('>', at) + 1;
        const bool is_open = xml[at + 1] != '/' && xml[begin - 2] != '/';
        const std::size_t end = xml.find('<', begin);
        if (end == xml.npos) { break; }
        const bool is_value = is_open && xml[end + 1] == '/';
        if (is_value && end_of_element(xml.data() + begin, xml.data() + xml.size()) == xml.data() + end) {
            values.push_back(
                {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), Value::Kind::element});
        }
        at = end;
    }
    return values;
}

}  // namespace tandem::wire::detail
