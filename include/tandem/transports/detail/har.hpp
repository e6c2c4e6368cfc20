// SPDX-License-Identifier: BSL-1.0
// HTTP Archive 1.2, as far as a transport's exchanges go.
// Source: the HAR 1.2 specification (J. Odvarko, S. Souders and others).
#pragma once

#include <tandem/core/base64.hpp>
#include <tandem/core/error_json.hpp>
#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/redaction.hpp>
#include <tandem/core/time.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

/// Bytes of a file that is written or read.
inline constexpr std::size_t max_har_size = 32U << 20U;

using HarTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// One exchange. With an error there was no reply.
struct HarEntry {
    HarTime started{};
    Duration took{0};
    std::string method{};
    std::string url{};
    std::vector<Field> fields{};
    std::string body{};
    Response response{};
    std::optional<Error> error{};
    std::int64_t request_size = 0;   ///< of the body as it was sent
    std::int64_t response_size = 0;  ///< of the body as it came
};

/// ISO 8601 to the nanosecond, so that sorting by it gives the order of the requests.
inline std::string to_text(HarTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss<std::chrono::nanoseconds> clock(time - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

/// Reads ISO 8601 with a date, a time and `Z` or an offset: `2026-01-31T23:59:59.25+01:00`.
inline std::optional<HarTime> read_time(std::string_view text) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto fits = [&](std::string_view part, std::string_view pattern) {
        return part.size() == pattern.size() &&
               std::equal(part.begin(), part.end(), pattern.begin(),
                          [&](char c, char wanted) { return wanted == 'd' ? is_digit(c) : c == wanted; });
    };
    const auto number = [&](std::size_t at, std::size_t size) {
        return static_cast<int>(tandem::detail::number_in(text.substr(at, size), 10).value_or(0));
    };
    if (!fits(text.substr(0, shape.size()), shape)) { return {}; }
    const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2))));
    if (!date.ok() || date.year() < std::chrono::year(1970) || date.year() > std::chrono::year(2261)) { return {}; }
    HarTime time = std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
                   std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
    text.remove_prefix(shape.size());
    if (text.starts_with('.')) {
        std::size_t digits = 1;
        std::chrono::nanoseconds unit = std::chrono::seconds(1);
        for (; digits < text.size() && is_digit(text[digits]); ++digits) {
            unit /= 10;
            time += unit * (text[digits] - '0');
        }
        text.remove_prefix(digits);
    }
    if (text == "Z") { return time; }
    if (!fits(text, "+dd:dd") && !fits(text, "-dd:dd")) { return {}; }
    const auto offset = std::chrono::hours(number(1, 2)) + std::chrono::minutes(number(4, 2));
    return text.front() == '+' ? time - offset : time + offset;
}

/// `text` under `key`, or its base64 under `key` and its name under `encoding` where it is no UTF-8.
inline void put_text(boost::json::object& object, std::string_view encoding, const std::string& text) {
    if (readable_text(text) == text) {
        object["text"] = text;
    } else {
        object["text"] = to_base64(text);
        object[encoding] = "base64";
    }
}

/// The entry as it may be written: whatever of it is text goes through `redaction`.
inline boost::json::object to_har(const HarEntry& entry, const Redaction& redaction) {
    const auto pair = [](std::string_view name, std::string_view value) {
        return boost::json::object{{"name", readable_text(name)}, {"value", readable_text(value)}};
    };
    const auto headers = [&](const std::vector<Field>& fields) {
        boost::json::array list;
        for (const Field& field : fields) {
            const Field shown = redaction(field);
            list.push_back(pair(shown.name, shown.value));
        }
        return list;
    };
    const auto value_of = [](const boost::json::array& list, std::string_view name, std::string_view otherwise) {
        for (const auto& each : list) {
            if (equal_ignoring_case(each.at("name").as_string(), name)) { return each.at("value"); }
        }
        return boost::json::value(otherwise);
    };

    const std::string url = redaction(entry.url);
    boost::json::array query;
    for (auto at = url.find('?'); at < url.size();) {
        const std::size_t end = std::min(url.find('&', at + 1), url.size());
        std::string part = url.substr(at + 1, end - at - 1);
        std::replace(part.begin(), part.end(), '+', ' ');
        const std::size_t sign = std::min(part.find('='), part.size());
        const auto decoded = [](std::string_view text) {
            using namespace tandem::detail;
            return Unescaped(Unescaped(text), PercentEscapes()).text;
        };
        query.push_back(pair(decoded(part.substr(0, sign)), decoded(part.substr(std::min(sign + 1, part.size())))));
        at = end;
    }

    boost::json::array request_headers = headers(entry.fields);
    boost::json::object request{{"method", entry.method},     {"url", readable_text(url)},
                                {"httpVersion", "HTTP/1.1"},  {"cookies", boost::json::array()},
                                {"headers", request_headers}, {"queryString", std::move(query)},
                                {"headersSize", -1},          {"bodySize", entry.request_size}};
    if (!entry.body.empty()) {
        boost::json::object data{{"mimeType", value_of(request_headers, "Content-Type", "x-unknown")}};
        put_text(data, "_encoding", redaction(entry.body));
        request["postData"] = std::move(data);
    }
    boost::json::array response_headers = headers(entry.response.fields);
    boost::json::object content{{"size", entry.response_size},
                                {"mimeType", value_of(response_headers, "Content-Type", "x-unknown")}};
    put_text(content, "encoding", redaction(entry.response.body));
    boost::json::object response{{"status", entry.response.status},
                                 {"statusText", ""},
                                 {"httpVersion", "HTTP/1.1"},
                                 {"cookies", boost::json::array()},
                                 {"headers", response_headers},
                                 {"content", std::move(content)},
                                 {"redirectURL", value_of(response_headers, "Location", "")},
                                 {"headersSize", -1},
                                 {"bodySize", entry.error ? -1 : entry.response_size}};
    if (entry.error) {
        Error error = *entry.error;
        error.message = redaction(error.message);
        error.cause = redaction(error.cause);
        response["_error"] = error_to_document(error);
    }
    const double took = std::chrono::duration<double, std::milli>(entry.took).count();
    return {{"startedDateTime", to_text(entry.started)},
            {"time", took},
            {"request", std::move(request)},
            {"response", std::move(response)},
            {"cache", boost::json::object()},
            {"timings", {{"send", 0}, {"wait", took}, {"receive", 0}}}};
}

/// Reads one entry; what a replay does not need is not looked at.
/// Errors: `invalid`, thrown, naming the entry and what is wrong with it.
class HarEntryReader {
public:
    /// `nth` counts from 1.
    HarEntryReader(const boost::json::value& value, std::size_t nth) : name_("entry " + std::to_string(nth)) {
        if (!value.is_object()) { errors::invalid(name_ + " must be an object"); }
        entry_ = &value.get_object();
    }

    HarEntry read(HarTime otherwise) const {
        const JsonFields fields(*entry_, name_);
        HarEntry entry;
        entry.started = otherwise;
        if (const std::string text = fields.text("startedDateTime"); !text.empty()) {
            const auto started = read_time(text);
            if (!started) { fields.refuse("startedDateTime", "a date and time of ISO 8601"); }
            entry.started = *started;
        }
        if (const auto* took = fields.find("time"); took != nullptr && took->is_number()) {
            constexpr double most = 1e12;
            entry.took = std::chrono::round<Duration>(
                std::chrono::duration<double, std::milli>(std::clamp(took->to_number<double>(), 0.0, most)));
        }
        read_request(part(fields, "request"), entry);
        read_response(part(fields, "response"), entry);
        return entry;
    }

private:
    JsonFields part(const JsonFields& fields, std::string_view key) const {
        const auto* object = fields.object(key);
        if (object == nullptr) { fields.refuse(key, "there"); }
        return {*object, name_ + "'s " + std::string(key)};
    }

    void read_request(const JsonFields& fields, HarEntry& entry) const {
        entry.method = fields.text("method");
        if (entry.method.empty()) { fields.refuse("method", "there"); }
        entry.url = fields.text("url");
        if (entry.url.empty()) { fields.refuse("url", "there"); }
        entry.fields = headers(fields);
        entry.request_size = fields.integer("bodySize", -1);
        if (const auto* data = fields.object("postData")) {
            entry.body = body({*data, name_ + "'s postData"}, "_encoding");
        }
    }
    void read_response(const JsonFields& fields, HarEntry& entry) const {
        const std::int64_t status = fields.integer("status", -1);
        if (status != 0 && (status < 100 || status > 599)) { fields.refuse("status", "0 or 100 to 599"); }
        entry.response.status = static_cast<int>(status);
        entry.response.fields = headers(fields);
        if (const auto* content = fields.object("content")) {
            const JsonFields of(*content, name_ + "'s content");
            entry.response.body = body(of, "encoding");
            entry.response_size = of.integer("size", -1);
        }
        if (const auto* error = fields.object("_error")) {
            try {
                entry.error = error_from_document(*error);
            } catch (const Exception& failure) { errors::invalid(name_ + "'s " + failure.error().message); }
        } else if (status == 0) {  // so browsers tell that there was no reply
            entry.error = Error{.code = errc::unreachable, .message = "no reply was recorded", .sent = true};
        }
    }

    std::string body(const JsonFields& fields, std::string_view encoding_key) const {
        std::string text = fields.text("text");
        const std::string encoding = fields.text(encoding_key);
        if (encoding.empty()) { return text; }
        auto bytes = equal_ignoring_case(encoding, "base64") ? from_base64(text) : std::nullopt;
        if (!bytes) { fields.refuse("text", "what its encoding says: base64 is known"); }
        return std::move(*bytes);
    }

    std::vector<Field> headers(const JsonFields& fields) const {
        std::vector<Field> list;
        const auto* values = fields.find("headers");
        if (values == nullptr) { return list; }
        if (!values->is_array()) { fields.refuse("headers", "an array"); }
        for (const auto& each : values->get_array()) {
            if (!each.is_object()) { fields.refuse("headers", "an array of objects"); }
            const JsonFields of(each.get_object(), name_ + "'s header");
            Field field{of.text("name"), of.text("value")};
            if (field.name.starts_with(':')) { continue; }  // of HTTP/2: parts of the first line
            for (const char c : field.name + field.value) {
                if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F') {
                    fields.refuse("headers", "free of control characters");
                }
            }
            if (!field.name.empty()) { list.push_back(std::move(field)); }
        }
        return list;
    }

    const boost::json::object* entry_;
    std::string name_;
};

/// The entries of a HAR document by the time of their requests.
/// Errors: `invalid`, naming the entry and what is wrong with it.
inline Result<std::vector<HarEntry>> read_har(std::string_view text) try {
    constexpr std::size_t max_depth = 256;  // browsers add call stacks
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.size() > max_har_size) {
        errors::invalid("a recording has at most " + std::to_string(max_har_size) + " bytes");
    }
    if (text.starts_with(byte_order_mark)) { text.remove_prefix(byte_order_mark.size()); }
    const auto document = parse_json_object(text, max_depth);
    if (!document) { return document.error(); }
    const JsonFields fields(*document, "the recording");
    const auto* log = fields.object("log");
    if (log == nullptr) { fields.refuse("log", "there"); }
    const JsonFields log_fields(*log, "the recording's log");
    const auto* list = log_fields.find("entries");
    if (list == nullptr || !list->is_array()) { log_fields.refuse("entries", "an array"); }
    std::multimap<HarTime, HarEntry> by_time;  // of one moment in the order of the file
    HarTime last{};
    for (const auto& each : list->get_array()) {
        HarEntry entry = HarEntryReader(each, by_time.size() + 1).read(last);
        last = entry.started;
        by_time.emplace(last, std::move(entry));
    }
    std::vector<HarEntry> entries;
    entries.reserve(by_time.size());
    for (auto& [started, entry] : by_time) { entries.push_back(std::move(entry)); }
    return entries;
} catch (const Exception& failure) { return failure.error(); }

}  // namespace tandem::transports::detail
