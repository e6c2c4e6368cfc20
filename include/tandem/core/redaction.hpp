// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/base64.hpp>
#include <tandem/core/http.hpp>
#include <tandem/core/secret.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem {

/// What stands in a recording where a secret stood.
inline constexpr std::string_view redacted_mark = "[redacted]";

namespace detail {

/// Whether a header's name alone tells that its value is a credential, or is made of one.
inline bool names_credentials(std::string_view name) {
    constexpr std::array<std::string_view, 8> words{"auth",     "cookie",  "token",     "secret",
                                                    "password", "session", "signature", "key"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        for (std::size_t at = 0; at + word.size() <= name.size(); ++at) {
            if (equal_ignoring_case(name.substr(at, word.size()), word)) { return true; }
        }
        return false;
    });
}

/// An escape at the front of a text; of size 0 when there is none.
struct Escape {
    std::size_t size = 0;
    std::string meaning{};
};

/// The number that the whole of `digits` is.
inline std::optional<std::uint32_t> number_in(std::string_view digits, int base) {
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || failed != std::errc() || end != digits.data() + digits.size()) { return {}; }
    return value;
}

inline std::string to_utf8(std::uint32_t code) {
    std::string text;
    const auto byte = [&](std::uint32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
    const auto tail = [&](unsigned shift) { byte(0x80U | (code >> shift & 0x3FU)); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | code >> 6U), tail(0);
    } else if (code < 0x1'0000) {
        byte(0xE0U | code >> 12U), tail(6), tail(0);
    } else {
        byte(0xF0U | (code >> 18U & 0x07U)), tail(12), tail(6), tail(0);
    }
    return text;
}

/// Of URLs and forms: `%41`.
struct PercentEscapes {
    static constexpr char lead = '%';
    static Escape read(std::string_view text) {
        const auto byte = text.size() >= 3 ? number_in(text.substr(1, 2), 16) : std::nullopt;
        if (!byte) { return {}; }
        return {3, std::string(1, static_cast<char>(static_cast<unsigned char>(*byte)))};
    }
};

/// Of JSON: `\/`, `\n`, `\u0041`, and two surrogates for what is beyond U+FFFF.
struct JsonEscapes {
    static constexpr char lead = '\\';
    static Escape read(std::string_view text) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const auto at = text.size() < 2 ? letters.npos : letters.find(text[1]);
        if (at != letters.npos) { return {2, std::string(1, meanings[at])}; }
        const auto unit = [&](std::size_t from) {
            return text.size() >= from + 6 && text.substr(from, 2) == "\\u" ? number_in(text.substr(from + 2, 4), 16)
                                                                            : std::nullopt;
        };
        const auto first = unit(0);
        if (!first) { return {}; }
        const auto second = *first >> 10U == 0x36 ? unit(6) : std::nullopt;
        if (!second || *second >> 10U != 0x37) { return {6, to_utf8(*first)}; }
        return {12, to_utf8(0x1'0000U + ((*first & 0x3FFU) << 10U) + (*second & 0x3FFU))};
    }
};

/// Of XML: `&amp;`, `&#65;` and `&#x41;`.
struct XmlEntities {
    static constexpr char lead = '&';
    static Escape read(std::string_view text) {
        const std::size_t end = text.substr(0, 12).find(';');
        if (end == text.npos) { return {}; }
        const std::string_view name = text.substr(1, end - 1);
        constexpr std::array<std::pair<std::string_view, char>, 5> names{
            {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
        for (const auto& [known, meaning] : names) {
            if (name == known) { return {end + 1, std::string(1, meaning)}; }
        }
        if (!name.starts_with('#')) { return {}; }
        const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        const auto code = number_in(name.substr(hex ? 2 : 1), hex ? 16 : 10);
        return code ? Escape{end + 1, to_utf8(*code)} : Escape();
    }
};

/// A text without one kind of escapes, and where each of its bytes stood.
struct Unescaped {
    std::string text{};
    std::vector<std::size_t> origin{};  ///< of each byte, and of the end

    explicit Unescaped(std::string_view whole) : text(whole), origin(whole.size() + 1) {
        std::iota(origin.begin(), origin.end(), std::size_t{0});
    }
    template <class Escapes>
    Unescaped(const Unescaped& escaped, Escapes) {
        const std::string_view from = escaped.text;
        const auto place = [&](std::size_t at) { return escaped.origin.begin() + static_cast<std::ptrdiff_t>(at); };
        text.reserve(from.size());
        origin.reserve(from.size() + 1);
        for (std::size_t at = 0; at < from.size();) {
            const Escape escape = from[at] == Escapes::lead ? Escapes::read(from.substr(at)) : Escape();
            if (escape.size > 0) {
                text += escape.meaning;
                origin.insert(origin.end(), escape.meaning.size(), *place(at));
                at += escape.size;
            } else {
                const std::size_t next = std::min(from.find(Escapes::lead, at + 1), from.size());
                text += from.substr(at, next - at);
                origin.insert(origin.end(), place(at), place(next));
                at = next;
            }
        }
        origin.push_back(escaped.origin.back());
    }
};

}  // namespace detail

/// Takes secrets out of texts: each occurrence, raw, in base64 (either alphabet, wherever it begins in a longer text)
/// or in hexadecimal, and each of these behind up to three layers of escapes (of URLs and forms, JSON or XML, in any
/// order) becomes `redacted_mark`. A text that holds a secret of fewer than four bytes is replaced as a whole: among
/// its neighbours such a secret would still be guessed.
class Redaction {
public:
    /// Adds the request's secrets; whether any of them is new.
    bool learn(const Request& request) {
        bool is_new = false;
        for (const Secret& secret : request.secrets()) { is_new = learn(secret) || is_new; }
        return is_new;
    }

    /// Adds a secret; whether it is new.
    bool learn(const Secret& secret) {
        const auto is_it = [&](const Secret& each) { return each.reveal() == secret.reveal(); };
        if (secret.empty() || std::any_of(secrets_.begin(), secrets_.end(), is_it)) { return false; }
        secrets_.push_back(secret);
        const std::string_view bytes = secret.reveal();
        const bool everything = bytes.size() < short_secret;
        const auto add = [&](std::string text, bool shares_first = false, bool shares_last = false) {
            if (!text.empty()) {
                patterns_.push_back({Secret(std::move(text)), everything, shares_first, shares_last});
            }
        };
        add(std::string(bytes));
        if (bytes.find(' ') != bytes.npos) {
            std::string form(bytes);
            std::replace(form.begin(), form.end(), ' ', '+');
            add(std::move(form));
        }
        for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
            std::string hex;
            for (const char each : bytes) {
                const auto byte = static_cast<unsigned char>(each);
                hex += digits[byte >> 4U];
                hex += digits[byte & 0xFU];
            }
            add(std::move(hex));
        }
        for (std::size_t before = 0; before < 3; ++before) {
            const std::size_t first_bit = 8 * before;
            const std::size_t last_bit = first_bit + 8 * bytes.size();
            const std::size_t first = (first_bit + 5) / 6;  // the letters that the secret alone decides
            const std::size_t last = last_bit / 6;
            std::string text = to_base64(std::string(before, '\0').append(bytes)).substr(first, last - first);
            std::string url_text = text;
            std::replace(url_text.begin(), url_text.end(), '+', '-');
            std::replace(url_text.begin(), url_text.end(), '/', '_');
            if (url_text != text) { add(std::move(url_text), first_bit % 6 != 0, last_bit % 6 != 0); }
            add(std::move(text), first_bit % 6 != 0, last_bit % 6 != 0);
        }
        return true;
    }

    /// What may be kept of `text`.
    std::string operator()(std::string_view text) const {
        if (patterns_.empty()) { return std::string(text); }
        const detail::Unescaped whole(text);
        Found found;
        search(whole, layers, found);
        if (found.everything) { return std::string(redacted_mark); }
        std::sort(found.parts.begin(), found.parts.end());
        std::string kept;
        std::size_t at = 0;
        for (auto part = found.parts.begin(); part != found.parts.end();) {
            const auto [first, last] = *part;
            std::size_t end = last;
            for (++part; part != found.parts.end() && part->first < end; ++part) { end = std::max(end, part->second); }
            kept.append(text.substr(at, first - at)).append(redacted_mark);
            at = end;
        }
        return kept.append(text.substr(at));
    }
    /// A field whose value is no credential by its name.
    Field operator()(const Field& field) const {
        const bool hidden = field.secret || detail::names_credentials(field.name);
        return {(*this)(field.name), hidden ? std::string(redacted_mark) : (*this)(field.value)};
    }

private:
    static constexpr int layers = 3;
    static constexpr std::size_t short_secret = 4;
    static constexpr std::string_view base64_letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";

    struct Pattern {
        Secret text;
        bool everything = false;    ///< the whole text goes
        bool shares_first = false;  ///< the letter before it holds bits of the secret too
        bool shares_last = false;   ///< so does the one behind it
    };
    struct Found {
        std::vector<std::pair<std::size_t, std::size_t>> parts{};
        bool everything = false;
    };

    void search(const detail::Unescaped& where, int deeper, Found& found) const {
        const std::string_view text = where.text;
        const auto is_base64 = [&](std::size_t at) { return base64_letters.find(text[at]) != base64_letters.npos; };
        for (const Pattern& pattern : patterns_) {
            const std::string_view wanted = pattern.text.reveal();
            for (auto at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
                found.everything = found.everything || pattern.everything;
                std::size_t end = at + wanted.size();
                const std::size_t begin = at - (pattern.shares_first && at > 0 && is_base64(at - 1) ? 1 : 0);
                if (pattern.shares_last && end < text.size() && is_base64(end)) { ++end; }
                found.parts.emplace_back(where.origin[begin], where.origin[end]);
            }
        }
        if (deeper > 0) {
            search_below(where, detail::PercentEscapes(), deeper, found);
            search_below(where, detail::JsonEscapes(), deeper, found);
            search_below(where, detail::XmlEntities(), deeper, found);
        }
    }
    template <class Escapes>
    void search_below(const detail::Unescaped& where, Escapes escapes, int deeper, Found& found) const {
        if (where.text.find(Escapes::lead) == std::string::npos) { return; }
        const detail::Unescaped less(where, escapes);
        if (less.text != where.text) { search(less, deeper - 1, found); }
    }

    std::vector<Secret> secrets_;
    std::vector<Pattern> patterns_;
};

}  // namespace tandem
