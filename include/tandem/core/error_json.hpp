// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tandem {

namespace detail {

/// A name for each cause of its own; `name_of` gives Kazoo's, which some share.
constexpr std::string_view cause_name(errc code) {
    switch (code) {
        case errc::by_carrier: return "by_carrier";
        case errc::unspecified: return "unspecified";
        case errc::unauthorized: return "unauthorized";
        default: return name_of(code);
    }
}

constexpr std::optional<errc> cause_of(std::string_view name) {
    for (int i = static_cast<int>(errc::invalid); i <= static_cast<int>(errc::cancelled); ++i) {
        if (cause_name(static_cast<errc>(i)) == name) { return static_cast<errc>(i); }
    }
    return {};
}

}  // namespace detail

/// As Kazoo's API tells it, with what Kazoo only logs: {"code", "error", "message", "cause", "carrier"}, each always
/// there, null when empty; and `retry_after_ms` where the carrier named a time.
inline boost::json::object to_json(const Error& error) {
    boost::json::object object{{"code", code_of(error.code)},
                               {"error", name_of(error.code)},
                               {"message", readable_or_null(error.message)},
                               {"cause", readable_or_null(error.cause)},
                               {"carrier", readable_or_null(error.carrier)}};
    if (error.retry_after) { object["retry_after_ms"] = error.retry_after->count(); }
    return object;
}

/// The whole answer to whatever failed.
inline boost::json::object failure_to_json(const Error& error) { return {{"error", to_json(error)}}; }

/// `to_json` and what reading it back needs: `reason`, a name that no other cause has, and `sent`.
inline boost::json::object error_to_document(const Error& error) {
    auto object = to_json(error);
    object["reason"] = detail::cause_name(error.code);
    object["sent"] = error.sent;
    return object;
}

/// Reads what `error_to_document` wrote.
/// Errors: `invalid`, thrown, naming the key. A reason that this version does not know becomes `unspecified`.
inline Error error_from_document(const boost::json::object& document) {
    const JsonFields fields(document, "error document");
    Error error;
    error.code = detail::cause_of(fields.text("reason")).value_or(errc::unspecified);
    error.message = fields.text("message");
    error.cause = fields.text("cause");
    error.carrier = fields.text("carrier");
    error.sent = fields.flag("sent");
    if (fields.find("retry_after_ms") != nullptr) {
        error.retry_after = std::chrono::milliseconds(fields.integer("retry_after_ms"));
    }
    return error;
}

}  // namespace tandem
