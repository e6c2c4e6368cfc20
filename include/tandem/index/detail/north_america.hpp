// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/index/detail/lines.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tandem::detail {

/// Ten digits behind +1, as an integer: NPA, NXX and line.
using National = std::uint64_t;
inline constexpr National exchange_size = lines_of_an_exchange;
inline constexpr National area_size = 1'000 * exchange_size;
inline constexpr National all_nationals = 1'000 * area_size;

/// Numbers in [first, last).
struct NationalRange {
    National first = 0;
    National last = all_nationals;

    bool empty() const { return first >= last; }
};

/// The digits behind +1, or nothing for a number of another plan or length.
constexpr std::optional<National> national_of(E164 number) {
    const std::uint64_t packed = number.packed();
    const bool ours = (packed >> 60U) == 2 && (packed & 0xF'FFFF) == 0 && (packed >> 20U & 0xF) != 0;
    if (!ours) { return {}; }
    National digits = 0;
    for (int shift = 56; shift >= 20; shift -= 4) { digits = digits * 10 + ((packed >> shift) & 0xF) - 1; }
    return digits;
}

/// The least national number behind `number`, which may be of any length, and no number at all.
constexpr National first_behind(E164 number) {
    const std::uint64_t packed = number.packed();
    if (packed >> 60U != 2) { return packed >> 60U < 2 ? 0 : all_nationals; }
    National digits = 0;
    National rest = all_nationals;
    for (int shift = 56; shift >= 20; shift -= 4) {
        const std::uint64_t nibble = (packed >> shift) & 0xF;
        if (nibble == 0) { return digits * rest; }
        if (nibble > 10) { return (digits + 1) * rest; }
        digits = digits * 10 + nibble - 1;
        rest /= 10;
    }
    return digits + 1;
}

/// The national numbers under `prefix`.
constexpr NationalRange nationals_under(E164 prefix) {
    std::uint64_t packed = prefix.packed();
    if (packed == 0) { return {}; }
    if (packed >> 60U != 2 || (packed & 0xF'FFFF) != 0) { return {0, 0}; }
    NationalRange range{0, 1};
    National rest = all_nationals;
    for (packed <<= 4U; packed != 0; packed <<= 4U) {
        range.first = range.first * 10 + (packed >> 60U) - 1;
        rest /= 10;
    }
    return {range.first * rest, (range.first + 1) * rest};
}

/// Two digits as E164 packs them.
inline constexpr auto packed_pairs = [] {
    std::array<std::uint8_t, 100> pairs{};
    for (std::size_t each = 0; each < 100; ++each) {
        pairs[each] = static_cast<std::uint8_t>((each / 10 + 1) << 4U | (each % 10 + 1));
    }
    return pairs;
}();
constexpr std::uint64_t packed_code(std::uint64_t code) {
    return std::uint64_t{packed_pairs[code / 10]} << 4U | (code % 10 + 1);
}
constexpr std::uint64_t packed_line(Line line) {
    return (std::uint64_t{packed_pairs[line / 100U]} << 8U | packed_pairs[line % 100U]) << 20U;
}

/// The exchanges of one area code that have any numbers, in order: a bit for each code says which, and counting bits
/// where. So what a search has to read before it comes to the lines is small and stays in the cache.
class Area {
public:
    struct Exchange {
        [[no_unique_address]] Lines lines{};
        std::uint16_t code = 0;  ///< NXX; in the padding of `lines`
    };

    const Lines* find(std::uint64_t code) const { return has(code) ? &exchanges_[before(code)].lines : nullptr; }
    Lines* find(std::uint64_t code) { return const_cast<Lines*>(std::as_const(*this).find(code)); }
    Lines& at(std::uint64_t code) {
        if (Lines* const lines = find(code)) { return *lines; }
        Exchange made{.code = static_cast<std::uint16_t>(code)};
        const auto place = exchanges_.begin() + static_cast<std::ptrdiff_t>(before(code));
        Lines& lines = exchanges_.insert(place, std::move(made))->lines;
        used_[code / 64] |= bit(code);
        for (auto word = code / 64 + 1; word < before_word_.size(); ++word) { ++before_word_[word]; }
        return lines;
    }
    void drop(std::uint64_t code) {
        exchanges_.erase(exchanges_.begin() + static_cast<std::ptrdiff_t>(before(code)));
        used_[code / 64] &= ~bit(code);
        for (auto word = code / 64 + 1; word < before_word_.size(); ++word) { --before_word_[word]; }
    }

    bool empty() const { return exchanges_.empty(); }
    /// Those with codes in [from, to).
    std::span<const Exchange> between(std::uint64_t from, std::uint64_t to) const {
        const std::size_t first = before(from);
        return std::span(exchanges_).subspan(first, before(to) - first);
    }

    void prefetch(std::uint64_t code, std::size_t line) const {
        if (const auto place = before(code); place < exchanges_.size()) { exchanges_[place].lines.prefetch(line); }
    }

private:
    static std::uint64_t bit(std::uint64_t code) { return std::uint64_t{1} << code % 64; }
    bool has(std::uint64_t code) const { return (used_[code / 64] & bit(code)) != 0; }
    /// How many have lesser codes.
    std::size_t before(std::uint64_t code) const {
        return before_word_[code / 64] + static_cast<std::size_t>(std::popcount(used_[code / 64] & (bit(code) - 1)));
    }

    std::vector<Exchange> exchanges_{};
    std::array<std::uint16_t, 16> before_word_{};
    std::array<std::uint64_t, 16> used_{};
};
static_assert(sizeof(Area::Exchange) == sizeof(Lines));

/// A sorted set of numbers of the North American plan: a directory of area codes, of their exchanges, of their lines.
/// An area costs 200 bytes, an exchange 24 beside its lines.
class NorthAmerica {
public:
    std::size_t size() const { return size_; }

    bool contains(National number) const {
        const auto& area = areas_[number / area_size];
        const Lines* const lines = area ? area->find(code_of(number)) : nullptr;
        return lines != nullptr && lines->contains(line_of(number));
    }
    bool insert(National number) {
        auto& area = areas_[number / area_size];
        if (!area) { area = std::make_unique<Area>(); }
        const bool is_new = area->at(code_of(number)).insert(line_of(number), bitmaps_);
        size_ += is_new;
        return is_new;
    }
    bool erase(National number) {
        auto& area = areas_[number / area_size];
        Lines* const lines = area ? area->find(code_of(number)) : nullptr;
        if (lines == nullptr || !lines->erase(line_of(number), bitmaps_)) { return false; }
        --size_;
        if (lines->size() == 0) {
            area->drop(code_of(number));
            if (area->empty()) { area.reset(); }
        }
        return true;
    }

    /// Calls `visit` with each number of the range, in order, until it says false.
    template <class Visit>
    void each(NationalRange range, Visit visit) const {
        each_exchange(range, [&](std::uint64_t head, const Lines& lines, std::size_t from, std::size_t to) {
            return lines.each(from, to, [&](Line line) { return visit(E164::from_packed(head | packed_line(line))); });
        });
    }

    std::size_t count(NationalRange range) const {
        std::size_t counted = 0;
        each_exchange(range, [&](std::uint64_t, const Lines& lines, std::size_t from, std::size_t to) {
            return counted += lines.count(from, to), true;
        });
        return counted;
    }

    /// The same as `each` with those that fit the pattern. What it leaves of an exchange's lines depends on few of the
    /// digits before them, so there are few masks, and most of them have few words.
    template <class Visit>
    void each_match(const NumberPattern& pattern, National first, Visit visit) const {
        std::deque<std::pair<NumberPattern::Places, LineMask>> masks;
        const auto mask_of = [&](NumberPattern::Places at) -> const LineMask& {
            for (const auto& [places, mask] : masks) {
                if (places == at) { return mask; }
            }
            return masks.emplace_back(at, LineMask(pattern, at)).second;
        };
        const auto behind_code = [&](NumberPattern::Places at, std::uint64_t code) {
            for (const std::uint64_t unit : {100U, 10U, 1U}) {
                at = pattern.step(at, static_cast<unsigned>(code / unit % 10));
            }
            return at;
        };
        const auto behind_country = pattern.step(pattern.start(), 1);
        for (std::uint64_t code = first / area_size; code < areas_.size(); ++code) {
            const auto behind_area = behind_code(behind_country, code);
            if (!areas_[code] || behind_area == 0) { continue; }
            const National start = code * area_size;
            const auto exchanges = areas_[code]->between(start < first ? code_of(first) : 0, 1'000);
            for (std::size_t each = 0; each < exchanges.size(); ++each) {
                const auto& [lines, exchange] = exchanges[each];
                const LineMask& mask = mask_of(behind_code(behind_area, exchange));
                if (mask.used.empty()) { continue; }
                if (each + ahead < exchanges.size()) { exchanges[each + ahead].lines.prefetch(mask.used[0] * 64); }
                const National base = start + exchange * exchange_size;
                const std::uint64_t head = head_of(code, exchange);
                const bool goes_on = lines.each_of(mask, base < first ? first - base : 0, [&](Line line) {
                    return visit(E164::from_packed(head | packed_line(line)));
                });
                if (!goes_on) { return; }
            }
        }
    }

    /// Has the lines that a search from `number` on looks at on their way.
    void prefetch(National number) const {
        if (number >= all_nationals) { return; }
        if (const auto& area = areas_[number / area_size]) { area->prefetch(code_of(number), line_of(number)); }
    }

private:
    static constexpr std::size_t ahead = 8;  ///< exchanges whose memory is on its way while one is looked at

    static std::uint64_t code_of(National number) { return number / exchange_size % 1'000; }
    static Line line_of(National number) { return static_cast<Line>(number % exchange_size); }
    static std::uint64_t head_of(std::uint64_t area, std::uint64_t exchange) {
        return std::uint64_t{2} << 60U | packed_code(area) << 48U | packed_code(exchange) << 36U;
    }
    /// Calls `visit(head, lines, from, to)` with each exchange of the range, until it says false.
    template <class Visit>
    void each_exchange(NationalRange range, Visit visit) const {
        if (range.empty()) { return; }
        for (National start = range.first / area_size * area_size; start < range.last; start += area_size) {
            const std::uint64_t area = start / area_size;
            if (!areas_[area]) { continue; }
            const auto from = start < range.first ? code_of(range.first) : 0;
            const auto to = range.last < start + area_size ? code_of(range.last - 1) + 1 : 1'000;
            for (const auto& [lines, code] : areas_[area]->between(from, to)) {
                const National base = start + code * exchange_size;
                if (!visit(head_of(area, code), lines, base < range.first ? range.first - base : 0,
                           std::min(range.last - base, exchange_size) - 1)) {
                    return;
                }
            }
        }
    }

    Bitmaps bitmaps_;
    std::vector<std::unique_ptr<Area>> areas_ = std::vector<std::unique_ptr<Area>>(1'000);
    std::size_t size_ = 0;
};

}  // namespace tandem::detail
