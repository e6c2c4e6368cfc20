// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/time.hpp>
#include <tandem/wire/detail/http_date.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::wire {

/// How long the carrier wants us to wait: `Retry-After` (RFC 9110 §10.2.3), else `reset`, the carrier's own field of
/// the same meaning; no longer than `longest_wait`, as which a number too large to read counts. A date counts from the
/// reply's own `Date`: no clock of ours could differ from the carrier's.
inline std::optional<std::chrono::milliseconds> retry_after(const Response& response, std::string_view reset = {}) {
    for (const std::string_view name : {std::string_view("Retry-After"), reset}) {
        const std::string_view text = name.empty() ? std::string_view() : response.header(name);
        std::uint32_t seconds = 0;
        const auto [stopped, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (failed != std::errc::invalid_argument && stopped == text.data() + text.size()) {
            const bool readable = failed == std::errc();
            return readable ? std::min<std::chrono::milliseconds>(std::chrono::seconds(seconds), longest_wait)
                            : longest_wait;
        }
        const auto until = detail::parse_http_date(text);
        const auto now = detail::parse_http_date(response.header("Date"));
        if (until && now) {
            return std::clamp<std::chrono::milliseconds>(*until - *now, std::chrono::milliseconds(0), longest_wait);
        }
    }
    return {};
}

/// Gives a reply that names a date to wait for, but not its own, the moment in which it came (RFC 9110 §6.6.1).
inline void date_where_it_matters(Response& response, UnixTime came) {
    if (response.status < 400 || !detail::parse_http_date(response.header("Retry-After"))) { return; }
    if (response.header("Date").empty()) { response.fields.push_back({"Date", detail::to_http_date(came)}); }
}

/// What a status means wherever HTTP is spoken; what is the carrier's own, its header looks at first.
constexpr errc meaning_of(int status) {
    switch (status) {
        case 401:
        case 403: return errc::carrier_refuses_credentials;
        case 402: return errc::carrier_out_of_funds;
        case 429: return errc::rate_limited;
        default: return errc::by_carrier;
    }
}

/// How Tandem words it when a carrier refuses something for this reason.
constexpr std::string_view message_of(errc meaning) {
    switch (meaning) {
        case errc::not_available: return "the carrier has no such number";
        case errc::number_unavailable: return "the number is no longer for sale";
        case errc::carrier_refuses_credentials: return "the carrier refuses our credentials";
        case errc::carrier_out_of_funds: return "our balance at the carrier does not cover it";
        case errc::rate_limited: return "the carrier got too many requests";
        case errc::needs_action: return "the carrier wants something from us first";
        case errc::settings: return "the carrier does not take what our settings say";
        case errc::by_carrier: return "fault by carrier";
        default: return "the carrier refuses it";
    }
}

/// Raises what the carrier's own code in `response` means; `reason` is that code and the carrier's words. `reset` names
/// the carrier's own field beside `Retry-After`.
[[noreturn]] inline void raise_meaning(errc meaning, const Response& response, std::string reason,
                                       std::string_view reset = {}) {
    if (meaning == errc::outcome_unknown) { errors::outcome_unknown(std::move(reason)); }
    Error error{.code = meaning, .message = std::string(message_of(meaning)), .cause = std::move(reason)};
    if (meaning == errc::rate_limited || response.status == 503) { error.retry_after = retry_after(response, reset); }
    throw Exception(std::move(error));
}

/// Raises what a search's 404 means: the carrier has nothing of that kind. One without a `reason` may be anybody's, of
/// a wrong `base_url` too, so that the status stands in its place.
/// Errors: `not_available`.
[[noreturn]] inline void raise_none(std::string reason) {
    errors::not_available(reason.empty() ? "status 404" : std::move(reason));
}

/// Raises the failure that a reply tells by its status; `reason` is the carrier's own code and words.
/// Errors: those of `meaning_of`; `malformed_reply` for a 2xx that the caller does not expect, since it may mean
/// success.
[[noreturn]] inline void raise_status(const Response& response, std::string reason, std::string_view reset = {}) {
    if (response.status >= 200 && response.status < 300) {
        errors::malformed_reply("status " + std::to_string(response.status));
    }
    const errc code = meaning_of(response.status);
    if (code != errc::by_carrier) { raise_meaning(code, response, std::move(reason), reset); }
    Error error{.code = code,
                .message = "the carrier answered with status " + std::to_string(response.status),
                .cause = std::move(reason)};
    if (response.status == 503) { error.retry_after = retry_after(response, reset); }
    throw Exception(std::move(error));
}

}  // namespace tandem::wire
