// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
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

/// The longest wait that is believed: what says more, or a number too large to read, is cut to it.
inline constexpr std::chrono::milliseconds longest_wait = std::chrono::days(1);

/// How long the carrier wants us to wait: `Retry-After` (RFC 9110 §10.2.3), else `reset`, the carrier's own field of the
/// same meaning. A date counts from the reply's own `Date`: no clock of ours could differ from the carrier's.
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

/// Raises the failure that a reply tells by its status; `reason` is the carrier's own code and words.
/// Errors: those of `meaning_of`; `malformed_reply` for a 2xx that the caller does not expect, since it may mean success.
[[noreturn]] inline void raise_status(const Response& response, std::string reason, std::string_view reset = {}) {
    if (response.status >= 200 && response.status < 300) {
        errors::malformed_reply("status " + std::to_string(response.status));
    }
    const errc code = meaning_of(response.status);
    std::string message;
    switch (code) {
        case errc::carrier_refuses_credentials: message = "the carrier refuses our credentials"; break;
        case errc::carrier_out_of_funds: message = "our balance at the carrier does not cover it"; break;
        case errc::rate_limited: message = "the carrier got too many requests"; break;
        default: message = "the carrier answered with status " + std::to_string(response.status);
    }
    Error error{.code = code, .message = std::move(message), .cause = std::move(reason)};
    if (code == errc::rate_limited || response.status == 503) { error.retry_after = retry_after(response, reset); }
    throw Exception(std::move(error));
}

}  // namespace tandem::wire
