// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/wire/complaint.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

/// How Voxbone says no. The codes are its document's; the form of the reply, a list of codes and words, is not in it
/// but in a client's source (`szEIgo/libVoxbone`).
namespace tandem::carriers::voxbone {

/// What stands beside a list's rows: how many there are on all pages.
struct Total {
    std::optional<std::uint64_t> count{};
};

/// What an error of the carrier's own number means.
constexpr std::optional<errc> meaning_of(std::int64_t code) {
    switch (code) {
        case 15: return errc::not_available;
        case 403:  // no such group
        case 404:  // the group is not for sale
        case 424: return errc::number_unavailable;
        default: break;
    }
    const bool is_regulation = code >= 500 && code < 600;  // an address, or a proof of it, is wanted
    return is_regulation ? std::optional(errc::needs_action) : std::nullopt;
}

[[noreturn]] inline void raise(const Response& response) {
    const wire::Complaint complaint(response);
    std::string reason = complaint.words({"errors.0.apiErrorCode", "errors.0.apiErrorMessage"});
    if (reason.empty()) { reason = complaint.text("genericErrorMessage"); }
    if (response.status == 509) { wire::raise_meaning(errc::rate_limited, response, std::move(reason)); }
    const bool is_about_request = response.status == 400 || response.status == 404;
    const auto code = complaint.code("errors.0.apiErrorCode");
    if (const auto meaning = is_about_request && code ? meaning_of(*code) : std::nullopt) {
        wire::raise_meaning(*meaning, response, std::move(reason));
    }
    wire::raise_status(response, std::move(reason));
}
inline void expect_success(const Response& response) {
    if (response.status != 200) { raise(response); }
}

}  // namespace tandem::carriers::voxbone
