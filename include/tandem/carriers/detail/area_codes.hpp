// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/error.hpp>

#include <string>
#include <string_view>

/// What carriers do alike that search the North American plan in a way of its own.
namespace tandem::carriers::detail {

/// Whether the request is for one of the two countries that such criteria are for: the plan has more.
inline bool is_for_us_or_canada(const SearchRequest& request) {
    return request.country.view() == "US" || request.country.view() == "CA";
}

/// Of a carrier that sells there alone, the digits behind the country code: an area code at least, unless the request
/// is a wildcard. `carrier` is who says so.
/// Errors: `not_available` for another country's prefix, `invalid` for a shorter one.
inline std::string_view from_area_code(const SearchRequest& request, std::string_view carrier) {
    if (dial_code_of(request.country.view()) != "1") {
        errors::not_available("it sells numbers of the North American plan only");
    }
    const std::string_view digits = request.national_prefix("1");
    if (digits.size() < 3 && !request.is_wildcard()) {
        errors::invalid(std::string(carrier) + " searches by an area code of three digits at least");
    }
    return digits;
}

}  // namespace tandem::carriers::detail
