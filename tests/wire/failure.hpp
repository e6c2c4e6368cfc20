// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <optional>

namespace tandem::test {

/// How `function` fails; nothing when it does not.
template <class Function>
std::optional<errc> failure_of(Function function) {
    try {
        function();
    } catch (const Exception& failure) { return failure.error().code; }
    return {};
}

}  // namespace tandem::test
