// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/json_text.hpp>

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON as Tandem reads and writes it: strictly, and so that reading what was written gives the same values and writing
/// that again the same text.
namespace tandem {

namespace detail {

/// The length of the well-formed UTF-8 sequence at the front of `text`, 0 when there is none (RFC 3629 §4).
constexpr std::size_t utf8_sequence(std::string_view text) {
    const auto at = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
    const unsigned lead = at(0);
    if (lead < 0x80) { return text.empty() ? 0 : 1; }
    if (lead >= 0xC2 && lead <= 0xDF) { return tail(1) ? 2 : 0; }
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && at(1) < 0xA0;
        const bool surrogate = lead == 0xED && at(1) > 0x9F;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && at(1) < 0x90;
        const bool too_large = lead == 0xF4 && at(1) > 0x8F;
        return tail(1) && tail(2) && tail(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

/// Builds values as Boost's own handler does, but refuses what that lets pass: a key twice, a number that no double
/// holds.
struct StrictJsonHandler {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    using Code = boost::json::error_code;
    using View = boost::json::string_view;

    boost::json::value_stack values{};
    std::vector<std::string> keys{};
    std::string key{};
    std::string number{};
    std::string complaint{};

    bool refuse(std::string why, Code& code) {
        complaint = std::move(why);
        code = boost::json::make_error_code(boost::json::error::exception);
        return false;
    }
    bool on_document_begin(Code&) {
        values.reset();
        return true;
    }
    bool on_document_end(Code&) { return true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t count, Code&) {
        values.push_array(count);
        return true;
    }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t count, Code& code) {
        const auto own = keys.end() - static_cast<std::ptrdiff_t>(count);
        std::sort(own, keys.end());
        if (const auto twice = std::adjacent_find(own, keys.end()); twice != keys.end()) {
            return refuse("the key '" + twice->substr(0, 64) + "' stands twice in one object", code);
        }
        keys.erase(own, keys.end());
        values.push_object(count);
        return true;
    }
    bool on_string_part(View part, std::size_t, Code&) {
        values.push_chars(part);
        return true;
    }
    bool on_string(View part, std::size_t, Code&) {
        values.push_string(part);
        return true;
    }
    bool on_key_part(View part, std::size_t, Code&) {
        key.append(part.data(), part.size());
        values.push_chars(part);
        return true;
    }
    bool on_key(View part, std::size_t, Code&) {
        key.append(part.data(), part.size());
        keys.push_back(std::exchange(key, {}));
        values.push_key(part);
        return true;
    }
    bool on_number_part(View part, Code&) {
        number.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t value, View, Code&) {
        number.clear();
        values.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, View, Code&) {
        number.clear();
        values.push_uint64(value);
        return true;
    }
    bool on_double(double, View part, Code& code) {
        // Boost 1.81 rounds some doubles wrongly, so that a value would drift with each reading.
        number.append(part.data(), part.size());
        double value = 0;
        const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (failed != std::errc() || end != number.data() + number.size() || !std::isfinite(value)) {
            return refuse("the number " + number.substr(0, 64) + " does not fit a double", code);
        }
        number.clear();
        values.push_double(value);
        return true;
    }
    bool on_bool(bool value, Code&) {
        values.push_bool(value);
        return true;
    }
    bool on_null(Code&) {
        values.push_null();
        return true;
    }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }
};

/// Where in `value` something stands that JSON cannot hold; empty when nothing does.
inline std::string unwritable_part(const boost::json::value& value) {
    if (const auto* number = value.if_double(); number != nullptr && !std::isfinite(*number)) {
        return "a number that is not finite";
    }
    if (const auto* list = value.if_array()) {
        for (const auto& each : *list) {
            if (auto part = unwritable_part(each); !part.empty()) { return part; }
        }
    }
    if (const auto* object = value.if_object()) {
        for (const auto& [key, each] : *object) {
            if (auto part = unwritable_part(each); !part.empty()) { return part + " at '" + std::string(key) + "'"; }
        }
    }
    return {};
}

}  // namespace detail

/// How deep what we read may be nested.
inline constexpr std::size_t max_json_depth = 32;
/// How deep a `JsonText` of a record may be nested, so that the documents around it stay readable.
inline constexpr std::size_t max_json_text_depth = 24;

/// `text` with U+FFFD for each byte that is not UTF-8: carriers' words must not make a document unreadable.
inline std::string readable_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto size = detail::utf8_sequence(text);
        out += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

/// Nothing is null, so that nobody takes it for a value.
inline boost::json::value readable_or_null(std::string_view text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(readable_text(text));
}

/// Reads one JSON value, the whole of `text`.
/// Errors: `invalid` when it is no JSON in UTF-8, nested deeper than `depth`, has a key twice in one object or a number
/// beyond a double.
inline Result<boost::json::value> parse_json(std::string_view text, std::size_t depth = max_json_depth) {
    boost::json::parse_options options;
    options.max_depth = depth;
    boost::json::basic_parser<detail::StrictJsonHandler> parser(options);
    boost::json::error_code failed;
    const auto read = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && read < text.size()) { failed = boost::json::make_error_code(boost::json::error::extra_data); }
    if (failed) {
        auto& complaint = parser.handler().complaint;
        return Error{.code = errc::invalid,
                     .message = "this is no JSON that can be read",
                     .cause = (complaint.empty() ? failed.message() : complaint) + " at byte " + std::to_string(read)};
    }
    return parser.handler().values.release();
}

/// As `parse_json`, and `invalid` too when the value is no object.
inline Result<boost::json::object> parse_json_object(std::string_view text, std::size_t depth = max_json_depth) {
    auto value = parse_json(text, depth);
    if (!value) { return value.error(); }
    if (!value->is_object()) { return Error{.code = errc::invalid, .message = "a JSON object is expected here"}; }
    return std::move(value->get_object());
}

/// Errors: `invalid`, thrown, when it holds a number that is not finite.
inline std::string write_json(const boost::json::value& value) {
    if (auto part = detail::unwritable_part(value); !part.empty()) {
        errors::invalid("JSON holds finite numbers only", std::move(part));
    }
    return boost::json::serialize(value);
}

inline JsonText to_json_text(boost::json::object object) { return JsonText(write_json(std::move(object))); }

/// The object that a field of a record holds.
/// Errors: `invalid`, thrown, naming the field.
inline boost::json::object object_of(const JsonText& text, std::string_view field) {
    if (text.empty()) { return {}; }
    auto object = parse_json_object(text.text, max_json_text_depth);
    if (!object) {
        errors::invalid(
            std::string(field) + " is not a JSON object of at most " + std::to_string(max_json_text_depth) + " levels",
            object.error().cause);
    }
    return std::move(*object);
}

/// `text` with the members of `more`, which win.
/// Errors: `invalid`, thrown, when `text` is no object.
inline JsonText merged(const JsonText& text, const boost::json::object& more) {
    auto object = object_of(text, "a record's JSON");
    for (const auto& [key, value] : more) { object[key] = value; }
    return to_json_text(std::move(object));
}

/// Typed access to an object's members. What is absent or null gives the default.
/// Errors: `code`, thrown as `Exception`, naming the document, the key and what is allowed.
/// Lifetime: refers to the object.
class JsonFields {
public:
    JsonFields(const boost::json::object& object, std::string_view document, errc code = errc::invalid)
        : object_(&object), document_(document), code_(code) {}

    /// Null when absent or null.
    const boost::json::value* find(std::string_view key) const {
        const auto* value = object_->if_contains(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }
    std::string text(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) { return {}; }
        if (!value->is_string()) { refuse(key, "text"); }
        return std::string(std::string_view(value->get_string()));
    }
    /// Text of at most `Inline::capacity()` bytes.
    template <class Inline>
    Inline short_text(std::string_view key) const {
        const std::string value = text(key);
        if (value.size() > Inline::capacity()) {
            refuse(key, "text of at most " + std::to_string(Inline::capacity()) + " bytes");
        }
        return Inline(value);
    }
    bool flag(std::string_view key, bool otherwise = false) const {
        const auto* value = find(key);
        if (value == nullptr) { return otherwise; }
        if (!value->is_bool()) { refuse(key, "true or false"); }
        return value->get_bool();
    }
    std::int64_t integer(std::string_view key, std::int64_t otherwise = 0) const {
        const auto* value = find(key);
        if (value == nullptr) { return otherwise; }
        if (!value->is_int64()) { refuse(key, "a whole number"); }
        return value->get_int64();
    }
    std::uint64_t count(std::string_view key, std::uint64_t otherwise = 0) const {
        const auto* value = find(key);
        if (value == nullptr) { return otherwise; }
        if (value->is_uint64()) { return value->get_uint64(); }
        if (!value->is_int64() || value->get_int64() < 0) { refuse(key, "a whole number, not negative"); }
        return static_cast<std::uint64_t>(value->get_int64());
    }
    std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> out;
        const auto* value = find(key);
        if (value == nullptr) { return out; }
        if (!value->is_array()) { refuse(key, "an array of texts"); }
        for (const auto& each : value->get_array()) {
            if (!each.is_string()) { refuse(key, "an array of texts"); }
            out.emplace_back(std::string_view(each.get_string()));
        }
        return out;
    }
    /// Null when absent.
    const boost::json::object* object(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) { return nullptr; }
        if (!value->is_object()) { refuse(key, "an object"); }
        return &value->get_object();
    }
    [[noreturn]] void refuse(std::string_view key, std::string_view allowed) const {
        errors::raise(code_, document_ + ": '" + std::string(key) + "' must be " + std::string(allowed));
    }

private:
    const boost::json::object* object_;
    std::string document_;
    errc code_;
};

}  // namespace tandem
