// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/features.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/money.hpp>
#include <tandem/core/state.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

/// What people type as options, in the library's terms. Each throws `invalid` and says what is allowed.
namespace numbers {

/// A day: nobody means to wait for longer.
inline constexpr std::uint32_t longest_wait_ms = 86'400'000;

/// Text for a field of limited size.
template <class Inline>
Inline short_text(const std::string& typed, std::string_view option) {
    if (typed.size() > Inline::capacity()) {
        tandem::errors::invalid(std::string(option) + " takes at most " + std::to_string(Inline::capacity()) +
                                " characters");
    }
    for (const char c : typed) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            tandem::errors::invalid(std::string(option) + " takes no control characters");
        }
    }
    return Inline(typed);
}

/// Unknown when nothing was typed: no bound.
inline tandem::Amount amount_of(const std::string& typed, std::string_view option) {
    if (typed.empty()) { return {}; }
    const auto amount = tandem::Amount::parse(typed);
    if (!amount || *amount < tandem::Amount::zero()) {
        tandem::errors::invalid(std::string(option) + " is an amount of 0 or more, such as 1.50", typed);
    }
    return *amount;
}

inline tandem::FeatureSet features_of(const std::vector<std::string>& typed) {
    tandem::FeatureSet features;
    for (const std::string& name : typed) {
        const auto feature = tandem::feature_of(name);
        if (!feature) {
            std::string names;
            for (const auto& [each, known] : tandem::feature_names) {
                names += (names.empty() ? "" : ", ") + std::string(known);
            }
            tandem::errors::invalid("--feature is one of: " + names, name);
        }
        features.insert(*feature);
    }
    return features;
}

inline std::optional<tandem::State> state_of_option(const std::string& typed) {
    if (typed.empty()) { return {}; }
    const auto state = tandem::state_of(typed);
    if (!state) {
        std::string names;
        for (const auto& name : tandem::state_names) { names += (names.empty() ? "" : ", ") + std::string(name); }
        tandem::errors::invalid("--state is one of: " + names, typed);
    }
    return state;
}

/// Two letters, in capitals.
inline tandem::InlineText<2> country_of_option(std::string typed) {
    if (typed.empty()) { return {}; }
    for (char& letter : typed) {
        if (letter >= 'a' && letter <= 'z') { letter = static_cast<char>(letter - 'a' + 'A'); }
    }
    if (tandem::dial_code_of(typed).empty()) {
        tandem::errors::invalid("--country is an ISO 3166-1 alpha-2 code, such as US", typed);
    }
    return short_text<tandem::InlineText<2>>(typed, "--country");
}

/// A JSON object, written back without what people put between its parts.
inline tandem::InlineText<511> options_of(const std::string& typed) {
    if (typed.empty()) { return {}; }
    const auto object = tandem::parse_json_object(typed);
    if (!object) {
        tandem::errors::invalid("--options is a JSON object, such as {\"area\": \"bay\"}",
                                object.error().cause.empty() ? object.error().message : object.error().cause);
    }
    return short_text<tandem::InlineText<511>>(tandem::write_json(*object), "--options");
}

/// A number as people type it.
inline tandem::E164 number_of(const std::string& typed) { return tandem::normalize_number(typed).value(); }

}  // namespace numbers
