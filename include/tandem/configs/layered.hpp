// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/config.hpp>
#include <tandem/core/json.hpp>

#include <string_view>
#include <utility>

namespace tandem::configs {

/// Two sources of settings: key by key, what `Upper` states holds over what `Lower` states.
template <Config Upper, Config Lower>
class Layered {
public:
    Layered(Upper upper, Lower lower) : upper_(std::move(upper)), lower_(std::move(lower)) {}

    Result<JsonText> document(std::string_view category) const {
        const auto above = upper_.document(category);
        const auto below = lower_.document(category);
        if (!above) { return above.error(); }
        if (!below) { return below.error(); }
        auto merged = parse_json_object(below->text);
        auto over = parse_json_object(above->text);
        if (!merged) { return merged.error(); }
        if (!over) { return over.error(); }
        for (auto& [key, value] : *over) { (*merged)[key] = std::move(value); }
        return to_json_text(std::move(*merged));
    }

private:
    Upper upper_;
    Lower lower_;
};

}  // namespace tandem::configs
