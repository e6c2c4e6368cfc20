// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>
#include <tandem/core/error.hpp>
#include <tandem/wire/detail/reader.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

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
    std::uint64_t rows = 0;
    std::optional<std::uint64_t> total{};

    bool is_whole() const { return total && rows >= *total; }
    bool is_done() const { return is_ours || is_whole(); }

    /// Takes the next page in.
    /// Errors: `malformed_reply` when the number may be missing from it by mistake: a row that cannot be read, a page
    /// without rows before the end, a list that changes while it is read.
    void take(const wire::RowsRead<OwnedNumber, OwnedCount>& read, E164 number) {
        is_ours = std::any_of(read.rows.begin(), read.rows.end(),
                              [&](const OwnedNumber& row) { return row.number == number; });
        if (is_ours) { return; }
        const bool has_changed = total && read.whole.total != total;
        total = read.whole.total;
        rows += read.rows.size();
        if (!total || has_changed || read.refused > 0 || (read.rows.empty() && !is_whole())) {
            errors::malformed_reply("the list of our numbers is incomplete");
        }
    }
};

}  // namespace tandem::carriers::detail
