// SPDX-License-Identifier: BSL-1.0
// Numbers and prefixes as people and carriers write them.
#include "fuzz.hpp"

#include <tandem/core/dialing.hpp>

#include <algorithm>
#include <string>
#include <string_view>

using namespace tandem;
using fuzz::require;

namespace {

bool is_number(std::string_view text) {
    return text.size() >= 4 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           text.find_first_not_of("0123456789", 1) == text.npos;
}

void parse(std::string_view text, std::string_view other_text) {
    const auto number = E164::parse(text);
    require(number.has_value() == is_number(text), "a number is '+' and 3 to 15 digits");
    if (!number) { return; }
    require(number->str() == text && number->digits() == text.substr(1), "a number is written as it was read");
    require(E164::from_packed(number->packed()) == *number, "a number is its packed form");
    for (std::size_t digits = 1; digits < text.size(); ++digits) {
        const E164 prefix = number->prefix(digits);
        require(prefix.str() == text.substr(0, digits + 1), "a prefix is the first digits");
        require(number->starts_with(prefix), "a number begins with its prefix");
    }
    const E164 other = E164::parse_or_empty(other_text);
    if (other.empty()) { return; }
    require((*number < other) == (text < other_text), "numbers are ordered as their texts are");
    require(number->starts_with(other) == text.starts_with(other_text), "prefixes are those of the texts");
}

void normalize(std::string_view typed, std::string_view country) {
    const auto number = normalize_number(typed, country);
    if (!number) { return; }
    require(is_number(number->str()), "what somebody typed becomes a number, or an error");
    const auto again = normalize_number(number->str(), country);
    require(again && *again == *number, "a number's own writing means that number");
}

void search(std::string_view prefix, std::string_view country) {
    SearchRequest request;
    if (prefix.size() > request.prefix.capacity() || country.size() > request.country.capacity()) { return; }
    request.prefix = prefix;
    request.country = country;
    const auto asked = canonical(request);
    if (!asked) { return; }
    std::string_view digits = asked->prefix.view();
    if (digits.ends_with('*')) { digits.remove_suffix(1); }
    require(digits.size() <= 16 && !E164::parse_or_empty(digits).empty(), "a prefix is '+' and 1 to 15 digits");
    require(digits.substr(1).starts_with(asked->national_prefix("1")) || digits.starts_with("+1"),
            "a prefix is national behind its country code alone");
    const auto again = canonical(*asked);
    require(again && again->prefix == asked->prefix && again->country == asked->country, "canonical is canonical");
    // More digits behind them are under the prefix, others are not.
    const E164 below = E164::parse_or_empty(std::string(digits).append(16 - digits.size(), '7'));
    require(asked->matches(below), "a number under the prefix matches it");
    require(!asked->matches(E164::from_packed(E164::parse_or_empty(digits).last_under().packed() + 1)),
            "the next number behind the prefix does not match");
}

}  // namespace

/// Two lines: a text, and another or a country.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view second = fuzz::text_of(data, size);
    const std::string_view first = fuzz::take(second, "\n");
    parse(first, second);
    normalize(first, second);
    search(first, second);
    return 0;
}
