// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/countries.hpp>
#include <tandem/core/e164.hpp>
#include <tandem/core/search.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

/// How people write numbers and prefixes, and what they mean.
namespace tandem {

/// North American toll-free area codes in use. 822 is held back.
inline constexpr std::array<std::string_view, 7> toll_free_codes{"800", "833", "844", "855", "866", "877", "888"};

/// Kazoo's wildcards: any toll-free code that begins so.
inline constexpr std::array<std::string_view, 6> toll_free_wildcards{"80*", "84*", "85*", "86*", "87*", "88*"};

/// Whether these digits behind `1` begin with a toll-free code.
constexpr bool is_toll_free(std::string_view national_digits) {
    return std::any_of(toll_free_codes.begin(), toll_free_codes.end(),
                       [&](std::string_view code) { return national_digits.starts_with(code); });
}

/// Whether the request wants toll-free numbers of the North American plan, exactly or by wildcard.
constexpr bool wants_toll_free(const SearchRequest& request) {
    return (request.is_wildcard() && request.prefix.view().starts_with("+1")) ||
           is_toll_free(request.national_prefix("1"));
}

namespace detail {

/// The key of a telephone's keypad that bears this letter (ITU-T E.161), or the character itself.
constexpr char on_keypad(char letter) {
    constexpr std::string_view keys = "22233344455566677778889999";
    if (letter >= 'a' && letter <= 'z') { return keys[static_cast<std::size_t>(letter - 'a')]; }
    if (letter >= 'A' && letter <= 'Z') { return keys[static_cast<std::size_t>(letter - 'A')]; }
    return letter;
}

/// The digits of `text`, with `+` first where it says that it is international: by `+`, `00`, or in the North American
/// plan `011`, with which numbers begin elsewhere. Separators may stand between digits; anything else makes it empty.
inline std::string digits_of(std::string_view text, bool letters_allowed, std::string_view country) {
    if (text.starts_with("tel:")) { text = text.substr(4, text.find(';') - std::min<std::size_t>(4, text.find(';'))); }
    std::string digits;
    for (const char typed : text) {
        const char c = letters_allowed ? on_keypad(typed) : typed;
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (c == '+' && digits.empty()) {
            digits += c;
        } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
            return {};
        }
    }
    if (digits.starts_with("00")) { return "+" + digits.substr(2); }
    if (digits.starts_with("011") && dial_code_of(country) == "1") { return "+" + digits.substr(3); }
    return digits;
}

/// Where a first 0 is part of the number, in the country and from abroad. Elsewhere it is the trunk prefix.
inline constexpr std::array<std::string_view, 6> keep_their_zero{"IT", "SM", "VA", "CI", "CG", "BJ"};
constexpr bool keeps_zero(std::string_view country) {
    return std::find(keep_their_zero.begin(), keep_their_zero.end(), country) != keep_their_zero.end();
}

/// `text` without a `(0)` right behind a country code: it is the trunk prefix, which is not dialled from abroad.
inline std::string without_trunk(std::string_view text, std::string_view country) {
    constexpr std::string_view trunk = "(0)";
    const std::size_t at = std::min(text.find(trunk), text.size());
    const std::string before = digits_of(text.substr(0, at), false, country);
    std::string rest(text);
    if (at == text.size() || before.size() < 2 || before.front() != '+') { return rest; }
    const std::string_view code = std::string_view(before).substr(1);
    const std::string_view told = country_of(code);
    if (dial_code_of(told) == code && !keeps_zero(told)) { rest.erase(at, trunk.size()); }
    return rest;
}

/// International digits of a national writing in `country`, by Kazoo's converters where the country is of the North
/// American plan; but that eight or nine digits stay a mistake there, where Kazoo takes them for another country's
/// number.
inline std::string with_dial_code(std::string digits, std::string_view country) {
    if (digits.starts_with('+')) { return digits; }
    const std::string_view dial_code = dial_code_of(country);
    if (dial_code == "1") {
        const bool is_abroad = digits.size() > 10 && !digits.starts_with('0');
        return (is_abroad || digits.starts_with('1') ? "+" : "+1") + digits;
    }
    if (digits.starts_with('0') && !keeps_zero(country)) { digits.erase(0, 1); }
    return "+" + std::string(dial_code) + digits;
}

}  // namespace detail

/// Reads a number as people type it: `(415) 555-0100`, `1-415-555-0100`, `+44 20 7946 0958`, `011 44…`, `00 44…`,
/// `1-800-FLOWERS`, `tel:+1-415-555-0100`; national numbers are those of `country`.
/// Errors: `invalid` for anything that is no number after that.
inline Result<E164> normalize_number(std::string_view typed, std::string_view country = "US") {
    const auto refused = [&](std::string_view why) {
        return Error{.code = errc::invalid,
                     .message = "not a telephone number: " + std::string(why),
                     .cause = std::string(typed.substr(0, 64))};
    };
    if (dial_code_of(country).empty()) {
        return Error{.code = errc::invalid,
                     .message = "a country is an ISO 3166-1 alpha-2 code in capitals, such as US",
                     .cause = std::string(country.substr(0, 64))};
    }
    if (typed.size() > 64) { return refused("longer than 64 characters"); }
    const std::string dialled = detail::without_trunk(typed, country);
    const std::string digits = detail::digits_of(dialled, true, country);
    if (digits.empty()) {
        return refused("digits, '+', spaces, '-', '.', '(', ')', '/' and keypad letters are allowed");
    }
    const bool international = digits.starts_with('+');
    const bool is_word = detail::digits_of(dialled, false, country).empty();
    if (is_word && !international && digits.size() > 10 && !digits.starts_with('1')) {
        return refused("what has letters is a national number, and this is too long for one");
    }
    const std::string full = detail::with_dial_code(digits, country);
    if (full.starts_with("+1") && full.size() != 12) {
        return refused("of country code 1 it needs ten digits behind it");
    }
    if (!international && full.size() < 8) { return refused("too short"); }
    if (!E164::is_valid(full)) { return refused("E.164 has 3 to 15 digits, the first not 0"); }
    return E164::parse_or_empty(full);
}

namespace detail {

/// `canonical` in place, for requests are large.
inline Result<void> canonicalize(SearchRequest& request) {
    const std::string_view typed = request.prefix.view();
    const auto refused = [&](std::string message, std::string_view what) {
        return Error{.code = errc::invalid, .message = std::move(message), .cause = std::string(what)};
    };
    const std::string_view country = request.country.empty() ? std::string_view("US") : request.country.view();
    const std::string_view dial_code = dial_code_of(country);
    if (dial_code.empty()) {
        return refused("a country is an ISO 3166-1 alpha-2 code in capitals, such as US", country);
    }
    std::string_view digits = typed;
    const bool wildcard = digits.ends_with('*');
    if (wildcard) { digits.remove_suffix(1); }
    const bool international = digits.starts_with('+');
    if (international) { digits.remove_prefix(1); }
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return refused("a prefix is digits, with '+' first or without, or a toll-free wildcard such as 88*", typed);
    }
    std::string full = detail::with_dial_code(international ? "+" + std::string(digits) : std::string(digits), country);
    if (wildcard) {
        const std::string national = full.substr(std::min<std::size_t>(2, full.size())) + "*";
        if (!full.starts_with("+1") ||
            std::find(toll_free_wildcards.begin(), toll_free_wildcards.end(), national) == toll_free_wildcards.end()) {
            return refused("the toll-free wildcards are 80* 84* 85* 86* 87* 88*", typed);
        }
    }
    if (E164::parse_or_empty(full).empty()) { return refused("a prefix has 1 to 15 digits, the first not 0", typed); }
    if (full.starts_with("+1") && full.size() > 12) {
        return refused("a prefix of country code 1 has at most 11 digits", typed);
    }
    if (request.country.empty() || !std::string_view(full).substr(1).starts_with(dial_code)) {
        const std::string_view told = country_of(std::string_view(full).substr(1));
        if (!request.country.empty() && !told.empty()) {
            return refused("the prefix belongs to " + std::string(told) + ", not to " + std::string(country), typed);
        }
        request.country = told;
    }
    request.prefix = wildcard ? full + "*" : full;
    return {};
}

}  // namespace detail

/// Gives `request` its canonical form: `prefix` as `+` and digits (and `*`), `country` as the prefix tells it.
/// A prefix is digits with `+` or without, or one of Kazoo's toll-free wildcards; without `+` it is of `country`.
/// Errors: `invalid` for every other character, an empty prefix, one of another country, or one too long.
inline Result<SearchRequest> canonical(SearchRequest request) {
    if (const auto done = detail::canonicalize(request); !done) { return done.error(); }
    return request;
}

}  // namespace tandem
