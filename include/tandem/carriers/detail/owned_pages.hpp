// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/core/e164.hpp>
#include <tandem/core/error.hpp>
#include <tandem/wire/detail/reader.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// What carriers do alike that list our numbers page by page, whichever number we ask about.
namespace tandem::carriers::detail {

/// A row of such a list, and what stands beside the rows.
struct OwnedNumber {
    E164 number{};
};
struct OwnedCount {
    std::optional<std::uint64_t> total{};
};

/// What was read of the list so far, in search of one number.
struct OwnedPages {
    bool is_ours = false;
    std::uint64_t pages = 0;  ///< how many were asked for
    /// Each counts once: pages that repeat are not the whole list, however many rows they have.
    std::set<E164> numbers{};
    std::optional<std::uint64_t> total{};

    bool is_whole() const { return total && numbers.size() >= *total; }
    bool is_done() const { return is_ours || is_whole(); }

    /// Takes the next page in.
    /// Errors: `malformed_reply` when the number may be missing from it by mistake: a row that cannot be read, a page
    /// without a new number before the end, a list that changes while it is read.
    void take(const wire::RowsRead<OwnedNumber, OwnedCount>& read, E164 number) {
        is_ours = std::any_of(read.rows.begin(), read.rows.end(),
                              [&](const OwnedNumber& row) { return row.number == number; });
        if (is_ours) { return; }
        const bool has_changed = total && read.whole.total != total;
        total = read.whole.total;
        const std::size_t known = numbers.size();
        for (const OwnedNumber& row : read.rows) { numbers.insert(row.number); }
        const bool tells_nothing = numbers.size() == known;
        if (!total || has_changed || read.refused > 0 || (tells_nothing && !is_whole())) {
            errors::malformed_reply("the list of our numbers is incomplete");
        }
    }
};

/// `page` is not what a carrier named its pages.
[[noreturn]] inline void refuse_page(std::string_view page) {
    errors::invalid("no page of a list of our numbers has that name", std::string(page.substr(0, 128)));
}
/// Where all numbers come on one page, there is no other. Errors: `invalid`.
inline void expect_first(std::string_view page) {
    if (!page.empty()) { refuse_page(page); }
}

/// How many rows stand before a page that is called after that. Errors: `invalid`.
inline std::uint64_t rows_before(std::string_view page) {
    std::uint64_t rows = 0;
    const auto [stopped, failed] = std::from_chars(page.data(), page.data() + page.size(), rows);
    const bool is_whole = failed == std::errc() && stopped == page.data() + page.size() && rows > 0;
    if (!page.empty() && !is_whole) { refuse_page(page); }
    return rows;
}

/// The numbers of a list's rows.
/// Errors: `malformed_reply` where a row could not be read.
template <class Row, class Whole>
std::vector<E164> all_numbers_in(const wire::RowsRead<Row, Whole>& read) {
    if (read.refused > 0) { errors::malformed_reply("the list of our numbers is incomplete"); }
    std::vector<E164> numbers;
    for (const Row& row : read.rows) { numbers.push_back(row.number); }
    return numbers;
}

/// The same of a list that is read as offers are.
inline std::vector<E164> all_numbers_in(const SearchPage& list) {
    if (list.refused > 0) { errors::malformed_reply("the list of our numbers is incomplete"); }
    std::vector<E164> numbers;
    for (const Offer& each : list.offers) { numbers.push_back(each.number); }
    return numbers;
}

/// How far a list was read whose replies tell how long it is, as `OwnedNumbers::next` keeps it: its pages and rows so
/// far, how many rows all pages have, and the carrier's own name of the next page where it has one.
class OwnedProgress {
public:
    /// Errors: `invalid` for what `behind` did not write.
    explicit OwnedProgress(std::string_view page) {
        if (page.empty()) { return; }
        std::string_view rest = page;
        for (std::uint64_t* part : {&pages_, &rows_, &total_}) {
            const auto [stopped, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), *part);
            rest.remove_prefix(static_cast<std::size_t>(stopped - rest.data()));
            if (failed != std::errc() || !rest.starts_with('.')) { refuse_page(page); }
            rest.remove_prefix(1);
        }
        if (pages_ == 0 || rows_ == 0 || rows_ >= total_) { refuse_page(page); }
        name_ = rest;
    }

    std::uint64_t pages() const { return pages_; }
    std::uint64_t rows() const { return rows_; }
    const std::string& name() const { return name_; }

    /// The next page: `numbers` of its `rows`, of which some may be no numbers of ours; `name` of the page behind it.
    /// Errors: `malformed_reply` where numbers may be missing from the list: it does not say how long it is, or not
    /// what it said before, or ends before its end.
    OwnedNumbers behind(std::vector<E164> numbers, std::uint64_t rows, std::optional<std::uint64_t> total,
                        std::string name = {}) const {
        OwnedProgress now = *this;
        now.pages_ += 1;
        now.rows_ += rows;
        now.total_ = total.value_or(0);
        now.name_ = std::move(name);
        const bool has_changed = pages_ > 0 && now.total_ != total_;
        const bool is_at_end = now.rows_ == now.total_;
        if (!total || has_changed || now.rows_ > now.total_ || (rows == 0 && !is_at_end)) {
            errors::malformed_reply("the list of our numbers is incomplete");
        }
        OwnedNumbers page{.numbers = std::move(numbers)};
        if (!is_at_end) { page.next = now.str(); }
        return page;
    }
    /// The same of a page whose rows are all ours.
    template <class Row, class Whole>
    OwnedNumbers behind(const wire::RowsRead<Row, Whole>& read, std::optional<std::uint64_t> total,
                        std::string name = {}) const {
        return behind(all_numbers_in(read), read.rows.size(), total, std::move(name));
    }

private:
    std::string str() const {
        return std::to_string(pages_) + "." + std::to_string(rows_) + "." + std::to_string(total_) + "." + name_;
    }

    std::uint64_t pages_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t total_ = 0;
    std::string name_{};
};

}  // namespace tandem::carriers::detail
