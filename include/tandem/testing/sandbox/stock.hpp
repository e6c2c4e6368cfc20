// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/ledger.hpp>

#include <array>
#include <string>
#include <string_view>

/// What sandboxes sell unless told otherwise: numbers set aside for fiction (555-01xx; 020 7946 0xxx, 0161 496 0xxx),
/// always the same.
namespace tandem::testing::sandbox {

/// `count` consecutive numbers from `first` on.
struct Range {
    std::string_view first;
    unsigned count;
    std::string_view rate_center;
    std::string_view state;
    std::string_view locality;
    std::string_view setup;
    std::string_view monthly;
    std::string_view currency = "USD";
};

inline constexpr std::array<Range, 9> telnyx_ranges{{
    {"+14155550100", 30, "SNFC CNTRL", "CA", "San Francisco", "1.00", "1.00"},
    {"+14157770100", 10, "SNFC CNTRL", "CA", "San Francisco", "1.00", "1.10"},
    {"+12125550100", 20, "NWYRCYZN01", "NY", "New York", "1.00", "2.50"},
    {"+13105550100", 20, "BEVERLYHLS", "CA", "Beverly Hills", "1.00", "1.00"},
    {"+14165550100", 10, "TORONTO", "ON", "Toronto", "1.00", "1.25"},
    {"+18005550100", 10, "", "", "", "5.00", "2.00"},
    {"+18335550100", 10, "", "", "", "0.00", "1.50"},
    {"+18885550100", 10, "", "", "", "0.00", "1.75"},
    {"+442079460100", 10, "", "", "London", "0.50", "0.85", "GBP"},
}};

/// The first ten of 415 and of 800 are Telnyx's last ones too.
inline constexpr std::array<Range, 5> other_ranges{{
    {"+14155550120", 30, "SNFC CNTRL", "CA", "San Francisco", "0.00", "1.00"},
    {"+12125550115", 15, "NWYRCYZN01", "NY", "New York", "0.00", "1.00"},
    {"+13235550100", 10, "LSAN DA 01", "CA", "Los Angeles", "0.00", "1.00"},
    {"+18005550105", 10, "", "", "", "0.00", "1.00"},
    {"+18445550100", 10, "", "", "", "0.00", "1.00"},
}};

/// Where nobody else sells.
inline constexpr std::array<Range, 7> bandwidth_ranges{{
    {"+12065550100", 30, "SEATTLE", "WA", "Seattle", "0.00", "1.00"},
    {"+12067770100", 10, "SEATTLE", "WA", "Seattle", "0.00", "1.00"},
    {"+13035550100", 20, "DENVER", "CO", "Denver", "0.00", "1.00"},
    {"+16045550100", 10, "VANCOUVER", "BC", "Vancouver", "0.00", "1.00"},
    {"+18665550100", 10, "", "", "", "0.00", "1.00"},
    {"+18775550100", 10, "", "", "", "0.00", "1.00"},
    {"+441614960100", 10, "", "", "Manchester", "0.00", "1.00"},
}};

/// `polls`: how often each order is still pending when it is asked for.
template <std::size_t N>
Ledger stocked(const std::array<Range, N>& ranges, unsigned polls) {
    Ledger ledger;
    for (const Range& range : ranges) {
        const std::uint64_t first = std::stoull(std::string(range.first.substr(1)));
        for (unsigned i = 0; i < range.count; ++i) {
            Item item;
            item.number = E164::parse_or_empty("+" + std::to_string(first + i));
            item.setup = range.setup;
            item.monthly = range.monthly;
            item.currency = range.currency;
            item.rate_center = range.rate_center;
            item.state = range.state;
            item.locality = range.locality;
            item.polls = polls;
            // Some differ, so that asking for a feature leaves some out.
            if (i % 2 == 0 && !item.is_toll_free()) { item.features.insert(item.features.end(), {"mms", "fax"}); }
            if (i % 5 == 4) { item.features = {"voice"}; }
            ledger.stock_up(std::move(item));
        }
    }
    return ledger;
}

}  // namespace tandem::testing::sandbox
