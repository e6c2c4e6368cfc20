// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/base64.hpp>
#include <tandem/core/http.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// What a sandbox answers.
struct Reply {
    int status = 200;
    std::string body{};
    std::vector<std::pair<std::string, std::string>> fields{};

    Reply() = default;
    Reply(int status_code, const boost::json::value& json) : status(status_code), body(boost::json::serialize(json)) {
        fields.emplace_back("Content-Type", "application/json");
    }
};

/// A request that breaks the carrier's document; each carrier words it in its own error's shape.
struct Refusal : std::runtime_error {
    Refusal(int status_code, std::string why, std::string where_it_is = {})
        : std::runtime_error(std::move(why)), status(status_code), where(std::move(where_it_is)) {}

    int status;
    std::string where;  ///< a parameter's name, or a JSON pointer, which begins with `/`
};

/// Percent-encoding and a form's `+` undone; nothing when it is broken.
inline std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
    const auto hex = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0) { return {}; }
            plain += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            plain += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return plain;
}

/// The pairs of a query or of a form, decoded, in order.
/// Errors: `Refusal` for what is badly encoded.
inline std::vector<std::pair<std::string, std::string>> pairs_in(std::string_view text) {
    const auto plain = [](std::string_view part) {
        auto result = decoded(part, true);
        if (!result) { throw Refusal(400, "the pairs are badly percent-encoded"); }
        return std::move(*result);
    };
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        const auto end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        const auto equals = pair.find('=');
        pairs.emplace_back(plain(pair.substr(0, equals)),
                           equals == pair.npos ? std::string() : plain(pair.substr(equals + 1)));
    }
    return pairs;
}

/// What a sandbox is asked, its URL taken apart.
struct Call {
    std::string method{};
    std::string target{};                                      ///< as it stood on the request line
    std::vector<std::string> path{};                           ///< its segments, decoded
    std::vector<std::pair<std::string, std::string>> query{};  ///< decoded, in order
    std::vector<std::pair<std::string, std::string>> fields{};
    std::string body{};

    /// Errors: `Refusal` for a target that is no path or is badly encoded.
    void take_apart() {
        std::string_view rest = target;
        if (!rest.starts_with('/')) { throw Refusal(400, "the target is not a path"); }
        const auto mark = rest.find('?');
        const std::string_view text = mark == rest.npos ? std::string_view() : rest.substr(mark + 1);
        rest = rest.substr(1, mark == rest.npos ? rest.npos : mark - 1);
        const auto plain = [](std::string_view part) {
            auto result = decoded(part, false);
            if (!result) { throw Refusal(400, "the URL is badly percent-encoded"); }
            return std::move(*result);
        };
        for (bool more = true; more;) {
            const auto slash = rest.find('/');
            path.push_back(plain(rest.substr(0, slash)));
            more = slash != rest.npos;
            if (more) { rest.remove_prefix(slash + 1); }
        }
        query = pairs_in(text);
    }

    /// The first value of that parameter, or nothing.
    std::optional<std::string> parameter(std::string_view name) const {
        for (const auto& [key, value] : query) {
            if (key == name) { return value; }
        }
        return {};
    }
    std::string_view field(std::string_view name) const {
        for (const auto& [key, value] : fields) {
            if (equal_ignoring_case(key, name)) { return value; }
        }
        return {};
    }
    /// Whether the call comes from `user` with `password`, by HTTP Basic.
    bool is_from(std::string_view user, std::string_view password) const {
        return field("Authorization") == "Basic " + to_base64(std::string(user).append(":").append(password));
    }
    /// The fields of a form that is the body, with no name but those allowed and none twice.
    /// Errors: `Refusal`, also for another Content-Type.
    std::map<std::string, std::string> form(std::initializer_list<std::string_view> allowed,
                                            std::span<const std::string_view> also_allowed = {}) const {
        if (!field("Content-Type").starts_with("application/x-www-form-urlencoded")) {
            throw Refusal(400, "Content-Type is application/x-www-form-urlencoded");
        }
        std::map<std::string, std::string> form;
        for (auto& [name, value] : pairs_in(body)) {
            const auto is_in = [&](const auto& names) {
                return std::find(names.begin(), names.end(), name) != names.end();
            };
            if (!is_in(allowed) && !is_in(also_allowed)) { throw Refusal(400, "unknown field " + name, name); }
            if (!form.emplace(name, std::move(value)).second) { throw Refusal(400, name + " stands twice", name); }
        }
        return form;
    }
    /// The segments from `first` on are these; `*` stands for any one.
    bool is(std::string_view wanted_method, std::initializer_list<std::string_view> segments,
            std::size_t first = 0) const {
        if (method != wanted_method || path.size() != segments.size() + first) { return false; }
        for (const std::string_view segment : segments) {
            if (segment != "*" && segment != path[first]) { return false; }
            ++first;
        }
        return true;
    }
    /// Errors: `Refusal` for a parameter that is neither among `allowed` nor among `lists`, or stands twice unless it
    /// is a list or its name ends in `[]`.
    void allow_only(std::initializer_list<std::string_view> allowed,
                    std::initializer_list<std::string_view> lists = {}) const {
        for (std::size_t i = 0; i < query.size(); ++i) {
            const std::string& name = query[i].first;
            const bool is_list = std::find(lists.begin(), lists.end(), name) != lists.end();
            bool known = is_list;
            for (const std::string_view each : allowed) { known = known || each == name; }
            if (!known) { throw Refusal(400, "unknown query parameter " + name, name); }
            for (std::size_t j = 0; j < i && !is_list && !name.ends_with("[]"); ++j) {
                if (query[j].first == name) { throw Refusal(400, "query parameter " + name + " stands twice", name); }
            }
        }
    }
    /// A parameter that is a whole number.
    std::size_t count(std::string_view name, std::size_t otherwise, std::size_t least, std::size_t most) const {
        const auto text = parameter(name);
        if (!text) { return otherwise; }
        std::size_t value = 0;
        bool good = !text->empty() && text->size() <= 9;
        for (const char c : *text) {
            good = good && c >= '0' && c <= '9';
            value = value * 10 + static_cast<std::size_t>(c - '0');
        }
        if (!good || value < least || value > most) {
            throw Refusal(
                400,
                std::string(name) + " is a whole number from " + std::to_string(least) + " to " + std::to_string(most),
                std::string(name));
        }
        return value;
    }
    /// The body, which has to be one JSON object with no key but `allowed`.
    boost::json::object object(int status, std::initializer_list<std::string_view> allowed) const {
        boost::system::error_code failed;
        auto value = boost::json::parse(body, failed);
        if (failed || !value.is_object()) { throw Refusal(400, "the body is not a JSON object", "/"); }
        for (const auto& each : value.get_object()) {
            bool known = false;
            for (const std::string_view name : allowed) { known = known || each.key() == name; }
            if (!known) {
                throw Refusal(status, "unknown field " + std::string(each.key()), "/" + std::string(each.key()));
            }
        }
        return std::move(value.get_object());
    }
};

}  // namespace tandem::testing::sandbox
