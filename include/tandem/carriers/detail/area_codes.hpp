// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/error.hpp>

#include <string>
#include <string_view>

/// What carriers do alike that sell in the North American plan alone.
namespace tandem::carriers::detail {

/// The digits behind the country code: an area code at least, unless the request is a wildcard. `carrier` is who says so.
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
