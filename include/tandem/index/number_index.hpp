// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/index/detail/north_america.hpp>
#include <tandem/index/detail/runs.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace tandem {

/// A sorted set of numbers, for stocks of millions: the first ones under a prefix of any length, from a number on;
/// those that look like a pattern; each taken and given back at once.
/// Of the North American plan ten million in 20,000 exchanges take 2.7 bytes each, others (any E.164) at most 10. In an
/// exchange with less than 128 numbers one takes 2 to 4 bytes, with 257, where its bitmap begins, 5.
/// Thread safety: any number of readers or one writer.
class NumberIndex {
public:
    std::size_t size() const { return nationals_.size() + others_.size(); }
    bool empty() const { return size() == 0; }

    bool contains(E164 number) const {
        const auto national = detail::national_of(number);
        return national ? nationals_.contains(*national) : others_.contains(number);
    }
    /// Whether it was not there.
    bool insert(E164 number) {
        const auto national = detail::national_of(number);
        return national ? nationals_.insert(*national) : others_.insert(number);
    }
    /// Whether it was there: of those who want to take a number, one is told so.
    bool erase(E164 number) {
        const auto national = detail::national_of(number);
        return national ? nationals_.erase(*national) : others_.erase(number);
    }

    /// How many there are under `prefix`.
    std::size_t count(E164 prefix) const {
        std::size_t counted = nationals_.count(detail::nationals_under(prefix));
        if (others_.size() != 0) {
            others_.each(prefix.first_under(), prefix.last_under(), [&](E164) { return ++counted, true; });
        }
        return counted;
    }

    /// One page: the first numbers under `prefix` that stand behind `after` are written to `out`, as many as there are
    /// and fit; gives how many. The page behind it begins after the last of them.
    std::size_t first(E164 prefix, E164 after, std::span<E164> out) const {
        return first_of(range_of(prefix, after), prefix, after, out);
    }

    struct Search {
        E164 prefix{};
        E164 after{};
        std::span<E164> out{};
        std::size_t found = 0;  ///< the answer
    };
    /// Many pages: while the memory of one is on its way, the others go on.
    void first_of_each(std::span<Search> searches) const {
        constexpr std::size_t at_once = 16;  // what a processor has on its way at the same time, about
        std::array<detail::NationalRange, at_once> ranges{};
        while (!searches.empty()) {
            const auto batch = searches.first(std::min(at_once, searches.size()));
            for (std::size_t i = 0; i < batch.size(); ++i) {
                ranges[i] = range_of(batch[i].prefix, batch[i].after);
                nationals_.prefetch(ranges[i].first);
            }
            for (std::size_t i = 0; i < batch.size(); ++i) {
                Search& each = batch[i];
                each.found = first_of(ranges[i], each.prefix, each.after, each.out);
            }
            searches = searches.subspan(batch.size());
        }
    }

    /// As `first`, of all numbers that fit `pattern`.
    std::size_t match(const NumberPattern& pattern, E164 after, std::span<E164> out) const {
        if (out.empty()) { return 0; }
        Filling page(out);
        nationals_.each_match(pattern, detail::first_behind(after), std::ref(page));
        if (others_.size() == 0 || after.packed() == ~std::uint64_t{0}) { return page.found(); }
        std::vector<E164> kept(out.size());
        Filling others(kept);
        others_.each(E164::from_packed(after.packed() + 1), E164().last_under(),
                     [&](E164 number) { return !pattern.fits(number) || others(number); });
        return merge(page, others);
    }

private:
    /// Numbers as they come, until the page is full. Pointers, which no number can be taken for, stay in registers.
    struct Filling {
        explicit Filling(std::span<E164> out) : begin(out.data()), next(begin), end(begin + out.size()) {}

        bool operator()(E164 number) {
            *next++ = number;
            return next != end;
        }
        std::size_t found() const { return static_cast<std::size_t>(next - begin); }

        E164* begin;
        E164* next;
        E164* end;
    };

    std::size_t first_of(detail::NationalRange range, E164 prefix, E164 after, std::span<E164> out) const {
        if (out.empty()) { return 0; }
        Filling page(out);
        nationals_.each(range, std::ref(page));
        if (others_.size() == 0 || after.packed() == ~std::uint64_t{0}) { return page.found(); }
        const auto begin = std::max(prefix, E164::from_packed(after.packed() + 1));
        if (!others_.any(begin, prefix.last_under())) { return page.found(); }
        std::vector<E164> kept(out.size());
        Filling others(kept);
        others_.each(begin, prefix.last_under(), std::ref(others));
        return merge(page, others);
    }

    static detail::NationalRange range_of(E164 prefix, E164 after) {
        auto range = detail::nationals_under(prefix);
        if (after >= prefix) { range.first = std::max(range.first, detail::first_behind(after)); }
        return range;
    }

    /// The first of both, where the page is.
    static std::size_t merge(const Filling& page, const Filling& others) {
        std::vector<E164> all(page.found() + others.found());
        std::merge(page.begin, page.next, others.begin, others.next, all.begin());
        all.resize(std::min(all.size(), static_cast<std::size_t>(page.end - page.begin)));
        std::copy(all.begin(), all.end(), page.begin);
        return all.size();
    }

    detail::NorthAmerica nationals_;
    detail::NumberRuns others_;
};

}  // namespace tandem
