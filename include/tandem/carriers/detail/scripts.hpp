// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>

#include <string_view>
#include <vector>

/// What carriers do alike whose API is a script of PHP.
namespace tandem::carriers::detail {

/// `response` to be judged by its body: `text/html` is what PHP calls all that a script says which does not know
/// better.
inline Response unlabelled(Response response) {
    constexpr std::string_view label = "Content-Type";
    if (response.is("text/html")) {
        std::erase_if(response.fields, [&](const Field& field) { return equal_ignoring_case(field.name, label); });
    }
    return response;
}

}  // namespace tandem::carriers::detail
