// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carriers/detail/area_codes.hpp>
#include <tandem/carriers/detail/bandwidth_codes.hpp>
#include <tandem/carriers/detail/bandwidth_replies.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/alpha3.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/search.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Bandwidth's search: what it asks by, and what of its reply was asked for.
namespace tandem::carriers::bandwidth {

inline constexpr std::uint32_t max_page = 5'000;
inline constexpr std::array<std::pair<Feature, std::string_view>, 3> foreign_features{
    {{Feature::voice, "VOICE"}, {Feature::sms, "MESSAGING_SMS"}, {Feature::emergency, "EMERGENCY"}}};

/// Features are a criterion outside the United States and Canada alone, and what was asked for is what came. A whole
/// country needs one.
inline FeatureSet asked_features(const SearchRequest& request) {
    FeatureSet asked;
    if (detail::is_for_us_or_canada(request)) { return asked; }
    for (const auto& [feature, name] : foreign_features) {
        if (request.features.contains(feature)) { asked.insert(feature); }
    }
    const bool is_whole = request.national_prefix(dial_code_of(request.country.view())).empty();
    if (asked.empty() && is_whole) { asked.insert(Feature::voice); }
    return asked;
}

/// `url` with the criteria of a search: the one that fits most of the prefix, and of more digits than it takes, all is
/// asked for that may match.
/// Errors: `invalid` and `not_available`.
inline wire::Url with_criteria(wire::Url url, const SearchRequest& request) {
    const std::string_view digits = request.national_prefix(dial_code_of(request.country.view()));
    const bool is_home = detail::is_for_us_or_canada(request);
    std::size_t matched = std::min<std::size_t>(digits.size(), is_home ? 3 : 6);
    if (is_home && wants_toll_free(request)) {  // of these no details are told
        std::string pattern(digits.substr(0, matched));
        pattern.resize(3, '*');
        url = std::move(url).query("tollFreeWildCardPattern", pattern);
    } else if (is_home) {
        if (digits.size() < 3) { errors::invalid("Bandwidth searches by an area code of three digits at least"); }
        if (digits.size() >= 6) { matched = std::min<std::size_t>(digits.size(), 7); }
        const std::string_view criterion = matched == 3 ? "areaCode" : matched == 6 ? "npaNxx" : "npaNxxx";
        url = std::move(url).query(criterion, digits.substr(0, matched));
        if (matched > 3) { url = std::move(url).query("LCA", "false"); }  // else neighbours come too
        url = std::move(url).query("enableTNDetail", "true");
    } else {
        const std::string_view country = alpha3_of(request.country.view());
        if (country.empty()) { errors::not_available("no country that Bandwidth would know"); }
        url = std::move(url).query("countryCodeA3", country);
        if (!digits.empty()) { url = std::move(url).query("areaCode", digits.substr(0, matched)); }
        for (const auto& [feature, name] : foreign_features) {
            if (asked_features(request).contains(feature)) { url = std::move(url).query("features", name); }
        }
        url = std::move(url).query("enableTNDetail", "true");
    }
    const std::uint64_t wanted = std::uint64_t{request.quantity} + request.offset;  // there are no pages
    const bool is_coarse = matched < digits.size();
    return std::move(url).query("quantity", is_coarse ? max_page : std::min<std::uint64_t>(wanted, max_page));
}

inline SearchPage read_search(const Response& response, const SearchRequest& request) {
    if (response.status != 200) { raise(response, search_codes); }
    SearchPage page = offers_in(response);
    std::erase_if(page.offers, [&](const Offer& offer) { return !request.matches(offer.number); });
    detail::keep_requested(page, request);
    for (const auto& [feature, name] : foreign_features) {
        if (!asked_features(request).contains(feature)) { continue; }
        for (Offer& offer : page.offers) { offer.features.set(feature, true); }
    }
    return page;
}

}  // namespace tandem::carriers::bandwidth
