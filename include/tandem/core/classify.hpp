// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>

#include <array>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem {

/// Says of a number which class it is billed as: Kazoo's classifiers, first match wins, or those of the settings.
class Classifier {
public:
    /// `settings` is the `classifiers` object: {"name": {"regex": …}} or {"name": "regex"}, in order; empty: Kazoo's.
    /// An expression without `^` and `$` fits where it is found anywhere in the number.
    /// Errors: `settings` for an expression that cannot be read, naming it.
    template <class GeneralSettings>
    static Result<Classifier> open(const GeneralSettings& settings) {
        Classifier classifier;
        try {
            for (const auto& [name, value] : object_of(settings.classifiers, "number_manager.classifiers")) {
                const std::string category = "number_manager.classifiers." + std::string(name);
                const auto* regex = value.is_object() ? value.get_object().if_contains("regex") : &value;
                if (regex == nullptr || !regex->is_string()) {
                    errors::raise(errc::settings,
                                  category + " must be a regular expression, or an object with a regex");
                }
                classifier.add(category, name, regex->get_string());
            }
        } catch (const Exception& failure) {
            Error error = failure.error();
            error.code = errc::settings;
            return error;
        }
        return classifier;
    }

    /// `number` in E.164, with `+`.
    std::string_view classify(std::string_view number) const {
        if (custom_.empty()) { return classify_by_default(number); }
        for (const auto& [name, regex] : custom_) {
            if (std::regex_search(number.begin(), number.end(), regex)) { return name; }
        }
        return "unknown";
    }

    /// What Kazoo's expressions say of a number with `+`, the toll classes first, without running them.
    static constexpr std::string_view classify_by_default(std::string_view number) {
        const auto digits = [](std::string_view text) {
            return text.find_first_not_of("0123456789") == std::string_view::npos;
        };
        if (!number.starts_with('+') || !digits(number.substr(1))) { return "unknown"; }
        if (number.size() >= 9 && number[1] >= '2') { return "international"; }
        if (number.size() != 12 || number[1] != '1') { return "unknown"; }
        const std::string_view code = number.substr(2, 3);
        for (const std::string_view caribbean : caribbean_) {
            if (code == caribbean) { return "caribbean"; }
        }
        // did_us stands before the toll classes in Kazoo's list, and they are reached only by exchanges that begin with
        // 0 or 1: a toll-free number would be billed as an ordinary one. The specific classes come first here.
        if (code == "900") { return "toll_us"; }
        for (const std::string_view toll_free : toll_free_) {
            if (code.starts_with(toll_free)) { return "tollfree_us"; }
        }
        return code[0] >= '2' && number[5] >= '2' ? "did_us" : "unknown";
    }

private:
    static constexpr std::array<std::string_view, 26> caribbean_{
        "684", "264", "268", "242", "246", "441", "284", "345", "767", "809", "829", "849", "473",
        "671", "876", "664", "670", "787", "939", "869", "758", "784", "721", "868", "649", "340"};
    static constexpr std::array<std::string_view, 8> toll_free_{"800", "88", "877", "866", "855", "844", "833", "822"};

    void add(const std::string& category, std::string_view name, std::string_view expression) {
        try {
            custom_.emplace_back(std::string(name),
                                 std::regex(expression.begin(), expression.end(), std::regex::ECMAScript));
        } catch (const std::regex_error& failure) {
            errors::raise(errc::settings, category + " is no regular expression", failure.what());
        }
    }

    std::vector<std::pair<std::string, std::regex>> custom_;
};

}  // namespace tandem
