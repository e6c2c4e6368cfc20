// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/features.hpp>
#include <tandem/core/text.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace tandem {

/// Whether an order whose outcome is unknown may be sent again.
enum class RetryClass : std::uint8_t {
    safe,             ///< a repeat is answered as the first was
    safe_for_number,  ///< a named number is bought once at most, however often it is asked for
    after_look_up,    ///< once the carrier's own list shows that it did not happen
    never,            ///< only a person can tell
};

constexpr std::string_view name_of(RetryClass retry) {
    constexpr std::string_view names[]{"safe", "safe_for_number", "after_look_up", "never"};
    return names[static_cast<std::size_t>(retry)];
}

/// Where a carrier tells its prices.
enum class PriceSource : std::uint8_t { unknown, search, price_list, groups, free };

constexpr std::string_view name_of(PriceSource source) {
    constexpr std::string_view names[]{"unknown", "search", "price_list", "groups", "free"};
    return names[static_cast<std::size_t>(source)];
}

/// For whom admins put numbers into the stock of a local carrier.
enum class Stocked : std::uint8_t { for_all, for_one_account, never };

/// What a carrier is, as constants: whatever Kazoo asks of a carrier module beside its three operations.
struct CarrierInfo {
    std::string_view name;                      ///< `telnyx`; Kazoo's `knm_telnyx` is understood everywhere
    InlineList<std::string_view, 4> aliases{};  ///< other names it answers to
    bool local = false;                         ///< works on our own store, sends no request (Kazoo: `is_local`)
    bool billable = true;                       ///< its numbers are charged (Kazoo: `is_number_billable`)
    bool buys = true;                           ///< false: only a label; searching and buying are not offered
    bool cnam_lookup = true;                    ///< Kazoo: `should_lookup_cnam`
    std::uint8_t max_prefix_length = 3;         ///< national digits that its search takes; the manager filters the rest
    std::uint32_t max_page = 0;                 ///< rows one search request may ask for; 0: no limit known
    FeatureSet features{};                      ///< what its offers tell about
    /// Where it sells, ISO 3166-1 alpha-2; empty: wherever its search finds some.
    InlineList<std::string_view, 8> countries{};
    bool block_search = false;  ///< sells runs of consecutive numbers
    RetryClass retry = RetryClass::never;
    std::chrono::seconds reservation{0};  ///< how long it holds a number; 0: not at all
    PriceSource price_source = PriceSource::unknown;
    double requests_per_second = 0;    ///< its published limit; 0: none published
    Stocked stock = Stocked::for_all;  ///< of a local carrier; that of any other is its own

    constexpr bool answers_to(std::string_view name_or_alias) const {
        if (name_or_alias.starts_with("knm_")) { name_or_alias.remove_prefix(4); }
        if (name_or_alias.empty()) { return false; }
        if (name_or_alias == name) { return true; }
        for (const std::string_view alias : aliases) {
            if (name_or_alias == alias) { return true; }
        }
        return false;
    }
};

}  // namespace tandem
