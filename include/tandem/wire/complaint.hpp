// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::wire {

/// What a JSON reply says of a failure, whatever else it is: nothing of it is required, for a failure that cannot be
/// read is still one. A path names members with points between them, and elements of lists by their place:
/// `Complaint(response).words({"errors.0.code", "errors.0.detail"})`.
class Complaint {
public:
    explicit Complaint(const Response& response) {
        if (auto object = parse_json_object(response.body)) { reply_ = std::move(*object); }
    }

    /// The text or whole number at `path`, of at most 256 bytes; else empty.
    std::string text(std::string_view path) const {
        constexpr std::size_t most = 256;
        const boost::json::value* value = find(path);
        if (value == nullptr) { return {}; }
        if (value->is_string()) { return std::string(std::string_view(value->get_string()).substr(0, most)); }
        if (value->is_int64()) { return std::to_string(value->get_int64()); }
        if (value->is_uint64()) { return std::to_string(value->get_uint64()); }
        return {};
    }
    /// The code at `path`, be it a number or a text of digits.
    std::optional<std::int64_t> code(std::string_view path) const {
        const std::string digits = text(path);
        std::int64_t code = 0;
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
        if (failed != std::errc() || end != digits.data() + digits.size()) { return {}; }
        return code;
    }
    /// Those of the texts that are there, with a space between them.
    std::string words(std::initializer_list<std::string_view> paths) const {
        std::string words;
        for (const std::string_view path : paths) {
            const std::string each = text(path);
            if (!each.empty()) { words.append(words.empty() ? "" : " ").append(each); }
        }
        return words;
    }

private:
    const boost::json::value* find(std::string_view path) const {
        const boost::json::object* inside = &reply_;
        const boost::json::value* at = nullptr;
        while (true) {
            const std::string_view name = path.substr(0, path.find('.'));
            if (inside != nullptr) {
                at = inside->if_contains(name);
            } else {
                std::size_t place = 0;
                const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), place);
                const bool is_place = failed == std::errc() && end == name.data() + name.size();
                at = at->is_array() && is_place ? at->get_array().if_contains(place) : nullptr;
            }
            if (at == nullptr || name.size() == path.size()) { return at; }
            path.remove_prefix(name.size() + 1);
            inside = at->if_object();
        }
    }

    boost::json::object reply_;
};

}  // namespace tandem::wire
