// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/e164.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem {

/// What numbers look like: `*2255*`, `1415???2255`, `*FLOWERS`. Read over all digits of a number, its country code
/// first: a digit stands for itself, a letter for its key on a telephone, `?` for any digit and `*` for any digits or
/// none.
/// It runs over digits one by one, with all of its places that can be reached as the bits of one word.
class NumberPattern {
public:
    /// The places that digits have led to; none of them when no further digit can make them fit.
    using Places = std::uint32_t;

    static constexpr std::size_t most_digits = 31;  // a word's bits but for the start

    /// Fits every number.
    constexpr NumberPattern() : runs_(1) {}

    /// Errors: `invalid` for another character, and for more than 31 besides `*`. A `+` may stand first.
    static Result<NumberPattern> parse(std::string_view text) {
        NumberPattern pattern;
        pattern.runs_ = 0;
        std::size_t size = 0;
        for (const char typed : text.substr(text.starts_with('+') ? 1 : 0)) {
            const char key = detail::on_keypad(typed);
            const bool digit = key >= '0' && key <= '9';
            if (!digit && key != '?' && key != '*') { return refusal("digits, letters, '?' and '*'", text); }
            if (key == '*') {
                pattern.runs_ |= Places{1} << size;
                continue;
            }
            if (size == most_digits) { return refusal("at most 31 digits", text); }
            for (std::size_t each = 0; each < pattern.fits_.size(); ++each) {
                if (key == '?' || key == static_cast<char>('0' + each)) { pattern.fits_[each] |= Places{1} << size; }
            }
            ++size;
        }
        pattern.end_ = Places{1} << size;
        return pattern;
    }

    constexpr Places start() const { return 1; }
    constexpr Places step(Places at, unsigned digit) const { return ((at & fits_[digit]) << 1U) | (at & runs_); }
    /// Whether a number may end here.
    constexpr bool ends(Places at) const { return (at & end_) != 0; }

    constexpr bool fits(E164 number) const {
        Places at = start();
        for (std::uint64_t rest = number.packed(); rest != 0 && at != 0; rest <<= 4U) {
            at = step(at, static_cast<unsigned>(rest >> 60U) - 1);
        }
        return ends(at);
    }

private:
    static Error refusal(std::string_view what, std::string_view text) {
        return {.code = errc::invalid,
                .message = "a pattern is " + std::string(what),
                .cause = std::string(text.substr(0, 64))};
    }

    std::array<Places, 10> fits_{};  ///< for each digit, the places from which it leads to the next
    Places runs_ = 0;                ///< the places where any digits may stand
    Places end_ = 1;
};

}  // namespace tandem
