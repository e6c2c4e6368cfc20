// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::fuzz {

/// The same numbers for the same input.
class Chance {
public:
    explicit Chance(std::string_view text) {
        for (const char c : text) { next(static_cast<unsigned char>(c)); }
    }
    std::size_t below(std::size_t limit) { return next(1) % limit; }

private:
    std::uint64_t next(std::uint64_t more) { return (state_ = (state_ ^ more) * 0x9E37'79B9'7F4A'7C15U) >> 24U; }
    std::uint64_t state_ = 0x1234'5678'9ABC'DEF1U;
};
/// `text` with one byte more, less or another, of `marks`, or cut off.
inline std::string changed(std::string text, std::string_view marks, Chance& chance) {
    const std::size_t at = chance.below(text.size() + 1);
    const std::string mark(1, marks[chance.below(marks.size())]);
    switch (chance.below(4)) {
        case 0: text.resize(at); break;
        case 1: text.insert(at, mark); break;
        case 2: text.replace(at, 1, mark); break;
        default: text.erase(at, 1); break;
    }
    return text;
}

}  // namespace tandem::fuzz
