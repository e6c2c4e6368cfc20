// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/index/detail/bitmaps.hpp>
#include <tandem/index/pattern.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace tandem::detail {

/// The last four digits of a number of the North American plan.
using Line = std::uint16_t;
inline constexpr std::size_t lines_of_an_exchange = 10'000;

/// The lines that a pattern leaves, once the digits before them are known.
struct LineMask {
    LineMask(const NumberPattern& pattern, NumberPattern::Places at) {
        add(pattern, at, 0, lines_of_an_exchange);
        for (std::size_t each = 0; each < words.size(); ++each) {
            if (words[each] != 0) { used.push_back(each); }
        }
    }

    std::array<std::uint64_t, words_of_lines> words{};
    std::vector<std::size_t> used{};  ///< the words that are not 0: most patterns leave few lines

private:
    /// Those of the `count` lines from `first` on, whose digits so far led to `at`.
    void add(const NumberPattern& pattern, NumberPattern::Places at, std::size_t first, std::size_t count) {
        if (at == 0) { return; }
        if (count == 1) {
            if (pattern.ends(at)) { words[first / 64] |= std::uint64_t{1} << first % 64; }
            return;
        }
        for (unsigned digit = 0; digit < 10; ++digit) {
            add(pattern, pattern.step(at, digit), first + digit * (count / 10), count / 10);
        }
    }
};

/// A set of lines: up to 256 a sorted array of 2 bytes each, more a bitmap of 1,256 bytes, which takes and gives back a
/// line in one instruction. Between 256 and 128 a bitmap stays one, so that a set at the border does not go to and fro.
/// The bitmap is out of `Bitmaps`, and goes back when the set has become small, at the latest when it is empty.
class Lines {
public:
    static constexpr std::size_t most_few = 256;

    std::size_t size() const { return size_; }

    bool contains(Line line) const {
        return many_ != nullptr ? (many_[line / 64] & bit(line)) != 0 : std::binary_search(few(), few() + size_, line);
    }

    bool insert(Line line, Bitmaps& bitmaps) {
        if (many_ == nullptr && size_ == most_few && !contains(line)) { become_many(bitmaps); }
        if (many_ != nullptr) {
            if ((many_[line / 64] & bit(line)) != 0) { return false; }
            many_[line / 64] |= bit(line);
            ++size_;
            return true;
        }
        const auto place = std::lower_bound(few(), few() + size_, line) - few();
        if (place != size_ && few_[static_cast<std::size_t>(place)] == line) { return false; }
        if (size_ == capacity_) { reserve(std::min(most_few, size_ + std::max<std::size_t>(8, size_ / 4))); }
        std::move_backward(few() + place, few() + size_, few() + size_ + 1);
        few_[static_cast<std::size_t>(place)] = line;
        ++size_;
        return true;
    }

    bool erase(Line line, Bitmaps& bitmaps) {
        if (many_ != nullptr) {
            if ((many_[line / 64] & bit(line)) == 0) { return false; }
            many_[line / 64] &= ~bit(line);
            if (--size_ < most_few / 2) { become_few(bitmaps); }
            return true;
        }
        Line* const place = std::lower_bound(few(), few() + size_, line);
        if (place == few() + size_ || *place != line) { return false; }
        std::move(place + 1, few() + size_, place);
        --size_;
        return true;
    }

    /// Calls `visit` with each line in [from, to], in order, until it says false; whether it never did.
    template <class Visit>
    bool each(std::size_t from, std::size_t to, Visit visit) const {
        if (many_ == nullptr) {
            const Line* const end = few() + size_;
            for (auto next = std::lower_bound(few(), end, from); next != end && *next <= to; ++next) {
                if (!visit(*next)) { return false; }
            }
            return true;
        }
        std::uint64_t word = many_[from / 64] & (~std::uint64_t{0} << from % 64);
        for (std::size_t place = from / 64;; word = many_[place]) {
            for (; word != 0; word &= word - 1) {
                const auto line = place * 64 + static_cast<std::size_t>(std::countr_zero(word));
                if (line > to) { return true; }
                if (!visit(static_cast<Line>(line))) { return false; }
            }
            if (++place > to / 64) { return true; }
        }
    }

    /// The same with those of the mask, from `from` on.
    template <class Visit>
    bool each_of(const LineMask& mask, std::size_t from, Visit visit) const {
        const Line* next = few();
        for (const std::size_t place : mask.used) {
            std::uint64_t word = 0;
            if (many_ != nullptr) {
                word = many_[place];
            } else {
                next = std::lower_bound(next, few() + size_, place * 64);
                for (; next != few() + size_ && *next < place * 64 + 64; ++next) { word |= bit(*next); }
            }
            for (word &= mask.words[place]; word != 0; word &= word - 1) {
                const auto line = place * 64 + static_cast<std::size_t>(std::countr_zero(word));
                if (line >= from && !visit(static_cast<Line>(line))) { return false; }
            }
        }
        return true;
    }

    std::size_t count(std::size_t from, std::size_t to) const {
        if (from == 0 && to + 1 == lines_of_an_exchange) { return size_; }
        std::size_t counted = 0;
        each(from, to, [&](Line) { return ++counted, true; });
        return counted;
    }

    /// Brings what a search from `line` on reads first into the cache.
    void prefetch(std::size_t line) const {
        if (many_ != nullptr) {
            __builtin_prefetch(&many_[line / 64]);
        } else {
            __builtin_prefetch(few());
        }
    }

private:
    static std::uint64_t bit(Line line) { return std::uint64_t{1} << line % 64; }

    Line* few() { return few_.get(); }
    const Line* few() const { return few_.get(); }

    void reserve(std::size_t capacity) {
        auto larger = std::make_unique_for_overwrite<Line[]>(capacity);
        std::copy_n(few(), size_, larger.get());
        few_ = std::move(larger);
        capacity_ = static_cast<std::uint16_t>(capacity);
    }
    void become_many(Bitmaps& bitmaps) {
        many_ = bitmaps.take();
        for (std::size_t each = 0; each < size_; ++each) { many_[few_[each] / 64] |= bit(few_[each]); }
        few_.reset();
        capacity_ = 0;
    }
    void become_few(Bitmaps& bitmaps) {
        if (size_ != 0) {
            few_.reset(new (std::nothrow) Line[most_few / 2]);
            if (!few_) { return; }  // to take one out needs no memory
        }
        Line* next = few();
        each(0, lines_of_an_exchange - 1, [&](Line line) { return *next++ = line, true; });
        capacity_ = size_ == 0 ? 0 : most_few / 2;
        bitmaps.give_back(std::exchange(many_, nullptr));
    }

    std::unique_ptr<Line[]> few_;
    std::uint64_t* many_ = nullptr;
    std::uint16_t size_ = 0;
    std::uint16_t capacity_ = 0;  ///< of `few_`
};

}  // namespace tandem::detail
