// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/config.hpp>
#include <tandem/core/json.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tandem::configs {

/// Two sources of settings: key by key, what `Upper` states holds over what `Lower` states; a key that it states as
/// null counts as absent. A carrier has one name and a key one spelling in both.
template <Config Upper, Config Lower>
class Layered {
public:
    Layered(Upper upper, Lower lower) : upper_(std::move(upper)), lower_(std::move(lower)) {}

    Result<JsonText> document(std::string_view category) const {
        auto merged = object(lower_, category);
        if (!merged) { return merged.error(); }
        auto above = object(upper_, category);
        if (!above) { return above.error(); }
        for (auto& [key, value] : *above) { (*merged)[key] = std::move(value); }
        return to_json_text(std::move(*merged));
    }

private:
    template <Config Source>
    static Result<boost::json::object> object(const Source& source, std::string_view category) {
        const auto document = source.document(category);
        if (!document) { return document.error(); }
        auto read = parse_json_object(document->text);
        if (read) { return std::move(*read); }
        return Error{.code = errc::settings,
                     .message = std::string(category) + " is no JSON object",
                     .cause = read.error().cause};
    }

    Upper upper_;
    Lower lower_;
};

}  // namespace tandem::configs
