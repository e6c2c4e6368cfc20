// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/offer.hpp>
#include <tandem/core/text.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tandem {

/// What somebody looks for. Trivially copyable, so that it may be written inside a `co_await` (g++ 12 breaks other
/// aggregates there). A carrier gets it with `prefix` and `country` in their canonical form.
struct SearchRequest {
    /// `+1415`, `415`, `1415555`, `800`, `88*`. A carrier sees `+` and digits, and `*` last for Kazoo's toll-free
    /// wildcards.
    InlineText<31> prefix{};
    std::uint32_t quantity = 10;  ///< how many offers; the manager clamps it to `maximum_search_quantity`
    std::uint32_t offset = 0;     ///< how many to skip; past 0 the page comes from the search named by `query_id`
    InlineText<2> country{};      ///< ISO 3166-1 alpha-2; empty: told by the prefix, else US
    AccountId account{};          ///< whose number it would be
    AccountId asked_by{};         ///< who asks; empty: nobody in particular
    AccountId reseller{};         ///< whose customer the account is; set by the manager
    InlineText<40> query_id{};    ///< of an earlier search, for its further pages
    std::uint32_t blocks = 0;     ///< how many blocks of `quantity` consecutive numbers; 0: single numbers
    FeatureSet features{};        ///< only what is known to have each of them
    InlineList<InlineText<31>, 32> carriers{};  ///< only these, by name or alias; empty: those of the account
    InlineText<511> options{};                  ///< a JSON object that carriers read their own keys from
    std::chrono::milliseconds deadline{0};      ///< for the whole search, at most a day; 0: `number_search_timeout_ms`
    bool enough = false;                        ///< answer as soon as `quantity` offers are there

    /// Only toll-free: the prefix ends in Kazoo's `*`.
    constexpr bool is_wildcard() const { return !prefix.empty() && prefix.view().back() == '*'; }
    /// The prefix without its wildcard: `+180` of `+180*`.
    constexpr std::string_view plain_prefix() const {
        return prefix.view().substr(0, prefix.size() - (is_wildcard() ? 1 : 0));
    }
    /// The prefix's digits behind the country code `dial_code` (`"1"`); empty when it does not begin with it.
    constexpr std::string_view national_prefix(std::string_view dial_code) const {
        const std::string_view digits = plain_prefix().substr(prefix.empty() ? 0 : 1);
        return digits.starts_with(dial_code) ? digits.substr(dial_code.size()) : std::string_view();
    }
    /// Whether `number` is under the prefix.
    constexpr bool matches(E164 number) const { return number.starts_with(E164::parse_or_empty(plain_prefix())); }
};
static_assert(std::is_trivially_copyable_v<SearchRequest>);

/// What one carrier answers.
struct SearchPage {
    std::vector<Offer> offers{};
    std::uint32_t refused = 0;       ///< rows dropped because they were not what the document promises
    std::optional<Error> failure{};  ///< why there may be more than these
};

/// How one carrier of a search fared.
struct CarrierReport {
    enum class Status : std::uint8_t { ok, empty, error, timeout, skipped };

    std::string name{};  ///< `CarrierInfo::name`, or the name that no carrier answers to
    Status status = Status::ok;
    std::uint32_t found = 0;
    std::uint32_t refused = 0;  ///< rows of its reply that were dropped
    std::chrono::milliseconds elapsed{0};
    std::optional<Error> error{};  ///< why it is not `ok` or `empty`, or not all that there is
};

constexpr std::string_view name_of(CarrierReport::Status status) {
    constexpr std::string_view names[]{"ok", "empty", "error", "timeout", "skipped"};
    return names[static_cast<std::size_t>(status)];
}

/// An offer and the other carriers that would sell the same number.
struct FoundOffer : Offer {
    std::vector<std::string_view> also{};
};

/// What a search found: sorted by number, one report for each carrier asked.
struct SearchResult {
    std::vector<FoundOffer> offers{};
    std::vector<Offer> groups{};  ///< offers whose number comes with the order
    std::vector<CarrierReport> reports{};
    std::string query_id{};  ///< names this search for its further pages
};

}  // namespace tandem
