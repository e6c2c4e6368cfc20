// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/config.hpp>
#include <tandem/core/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace tandem::configs {

/// Settings from environment variables. Two underscores stand between a carrier and its key:
/// `TANDEM_TELNYX__API_KEY` is `api_key` of `number_manager.telnyx`, `TANDEM__MAXIMUM_SEARCH_QUANTITY` is
/// `maximum_search_quantity` of `number_manager`. A value that is a whole number, a JSON object or array, true or false
/// is read as such, and everything else as text; `"415"` in quotation marks is text too. Variables without two
/// underscores are not ours to judge. Read when it is made.
class Environment {
public:
    Environment() : Environment(environ) {}
    /// As `environ`: `NAME=value`, ended by a null pointer.
    explicit Environment(const char* const* variables) {
        for (; variables != nullptr && *variables != nullptr; ++variables) { add(*variables); }
    }

    /// Errors: `settings` for a variable of that category that is not UTF-8.
    Result<JsonText> document(std::string_view category) const {
        if (const auto failed = failures_.find(category); failed != failures_.end()) { return failed->second; }
        const auto found = documents_.find(category);
        return found == documents_.end() ? JsonText() : to_json_text(found->second);
    }

    /// The names of the documents that the environment states keys of, whoever reads them.
    std::vector<std::string> categories() const {
        std::vector<std::string> names;
        for (const auto& document : documents_) { names.push_back(document.first); }
        return names;
    }

private:
    void add(std::string_view variable) {
        const auto equals = variable.find('=');
        std::string name(variable.substr(0, equals));
        if (equals == std::string_view::npos || !name.starts_with("TANDEM_")) { return; }
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        name.erase(0, std::string_view("tandem_").size());
        const auto between = name.starts_with('_') ? 0 : name.find("__");
        if (between == std::string::npos) { return; }
        const std::string carrier = name.substr(0, between);
        const std::string key = name.substr(between + (between == 0 ? 1 : 2));
        if (key.empty()) { return; }
        const std::string category = carrier.empty() ? "number_manager" : "number_manager." + carrier;
        if (readable_text(variable) != variable) {
            failures_[category] =
                Error{.code = errc::settings,
                      .message = category + "." + readable_text(key) + " must be UTF-8 in the environment variable " +
                                 readable_text(variable.substr(0, equals))};
            return;
        }
        documents_[category][key] = read(variable.substr(equals + 1));
    }

    static boost::json::value read(std::string_view text) {
        std::int64_t number = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        // What would not be written so again, such as 007, is an identifier.
        if (failed == std::errc() && std::to_string(number) == text) { return number; }
        const bool is_json = text.starts_with('{') || text.starts_with('[') || text.starts_with('"') ||
                             text == "true" || text == "false";
        if (is_json) {
            if (auto value = parse_json(text)) { return std::move(*value); }
        }
        return boost::json::string(text);
    }

    std::map<std::string, boost::json::object, std::less<>> documents_;
    std::map<std::string, Error, std::less<>> failures_;
};
static_assert(Config<Environment>);

}  // namespace tandem::configs
