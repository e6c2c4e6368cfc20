// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/config.hpp>

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::configs {

/// Settings that the program states itself, as JSON: for tests, and for programs with settings of their own making.
class InCode {
public:
    InCode() = default;
    /// `{{"number_manager.telnyx", R"({"api_key": "…"})"}}`
    InCode(std::initializer_list<std::pair<std::string_view, std::string_view>> documents) {
        for (const auto& [category, text] : documents) { set(category, JsonText(std::string(text))); }
    }

    InCode& set(std::string_view category, JsonText document) {
        documents_.insert_or_assign(std::string(category), std::move(document));
        return *this;
    }

    Result<JsonText> document(std::string_view category) const {
        const auto found = documents_.find(category);
        return found == documents_.end() ? JsonText() : found->second;
    }

private:
    std::map<std::string, JsonText, std::less<>> documents_;
};
static_assert(Config<InCode>);

}  // namespace tandem::configs
