// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tandem {

/// One JSON object as text. The vocabulary holds JSON so, that `carrier.hpp` costs no JSON library; `core/json.hpp` and
/// `wire/json.hpp` turn it into values. Requires: whoever makes one has validated or serialised it.
struct JsonText {
    std::string text = "{}";

    JsonText() = default;
    explicit JsonText(std::string object) : text(std::move(object)) {}

    bool empty() const { return text == "{}"; }
    friend bool operator==(const JsonText&, const JsonText&) = default;
};

}  // namespace tandem
