// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/testing/sandbox/message.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// What Twilio's searches take for a part of a number.
namespace tandem::testing::sandbox::twilio {

/// What a pattern of a search means: digits, where letters stand for their keys, with wildcards around them.
class Pattern {
public:
    /// `metas`: whether `*`, `%`, `+` and `$` may stand in it. Errors: `Refusal`.
    Pattern(std::string_view text, bool metas) {
        const auto refuse = [&](const char* why) { throw Refusal(400, "Contains: " + std::string(why), "Contains"); };
        if (text.size() < 2 || text.size() > 16) { refuse("2 to 16 characters"); }
        starts_ = metas && text.starts_with('+');
        if (starts_) { text.remove_prefix(1); }
        ends_ = metas && text.ends_with('$');
        if (ends_) { text.remove_suffix(1); }
        const auto first = std::min(text.find_first_not_of("*%"), text.size());
        const auto last = text.find_last_not_of("*%");
        const std::string_view before = text.substr(0, first);
        const std::string_view after = last == text.npos ? std::string_view() : text.substr(last + 1);
        const std::string_view core = text.substr(first, text.size() - first - after.size());
        for (const std::string_view wild : {before, after}) {
            const bool mixed = wild.find('*') != wild.npos && wild.find('%') != wild.npos;
            if (!metas && !wild.empty()) { refuse("digits and letters"); }
            if (mixed || wild.find("%%") != wild.npos) { refuse("meta-characters are not adjacent to each other"); }
        }
        if ((starts_ && !before.empty()) || (ends_ && !after.empty())) {
            refuse("meta-characters are not adjacent to each other");
        }
        for (const char typed : core) {
            const char key = tandem::detail::on_keypad(typed);
            if (key < '0' || key > '9') { refuse("digits and letters, wildcards only around them"); }
            digits_ += key;
        }
        if (digits_.size() < (before.empty() && after.empty() ? 1U : 2U)) { refuse("two digits beside the wildcards"); }
        before_ = static_cast<std::size_t>(std::count(before.begin(), before.end(), '*'));
        after_ = static_cast<std::size_t>(std::count(after.begin(), after.end(), '*'));
    }

    bool matches(std::string_view number) const {
        for (auto at = number.find(digits_); at != number.npos; at = number.find(digits_, at + 1)) {
            const std::size_t behind = number.size() - at - digits_.size();
            if (at >= before_ && behind >= after_ && (!starts_ || at == 0) && (!ends_ || behind == 0)) { return true; }
        }
        return false;
    }

private:
    std::string digits_;
    std::size_t before_ = 0;  ///< characters that there are at least
    std::size_t after_ = 0;
    bool starts_ = false;
    bool ends_ = false;
};

/// Whether `number` has `pattern` in it, of digits and `*` for any; behind `+` it begins with it.
/// Errors: `Refusal`.
inline bool has_partial(std::string_view number, std::string_view pattern) {
    const bool anchored = pattern.starts_with('+');
    if (anchored) { pattern.remove_prefix(1); }
    if (pattern.empty() || pattern.find_first_not_of("0123456789*") != pattern.npos) {
        throw Refusal(400, "PhoneNumber is digits and *", "PhoneNumber");
    }
    const auto fits = [&](std::size_t at) {
        return std::equal(pattern.begin(), pattern.end(), number.begin() + static_cast<std::ptrdiff_t>(at),
                          [](char wanted, char digit) { return wanted == '*' || wanted == digit; });
    };
    for (std::size_t at = 0; at + pattern.size() <= number.size() && (at == 0 || !anchored); ++at) {
        if (fits(at)) { return true; }
    }
    return false;
}

}  // namespace tandem::testing::sandbox::twilio
