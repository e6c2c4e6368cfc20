// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What Vonage's replies say.
namespace tandem::carriers::vonage {

struct Listed {
    E164 number{};
};
struct Around {
    std::optional<std::uint64_t> count{};
    std::string error_code{};
};

inline bool read_type(Features& features, const wire::Scalar& value) {
    features.set(Feature::toll_free, value.text == "landline-toll-free");
    return value.is_text();
}
inline constexpr wire::Leaf<Around> around[]{wire::field<&Around::count>("count"),
                                             wire::field<&Around::error_code>("error-code")};
inline constexpr auto offers =
    wire::rows(
        "numbers[]",
        {wire::field<&Offer::number, detail::without_plus>("msisdn").required(), wire::field<&Offer::monthly>("cost"),
         wire::field<&Offer::setup>("initialPrice").if_fitting(), wire::field<&Offer::country>("country"),
         wire::field<&Offer::features, read_type>("type"), wire::flag<Feature::voice>("features[=VOICE]"),
         wire::flag<Feature::sms>("features[=SMS]"), wire::flag<Feature::mms>("features[=MMS]")})
        .with(around);
inline constexpr auto listed =
    wire::rows("numbers[]", {wire::field<&Listed::number, detail::without_plus>("msisdn").required()}).with(around);

inline std::string reason_in(const Response& response) {
    return wire::Complaint(response).words({"error-code", "error-code-label", "title", "detail"});
}
[[noreturn]] inline void raise(const Response& response) { wire::raise_status(response, reason_in(response)); }

/// Where there is nothing, Vonage answers `{}`.
inline bool says_nothing(const Response& response) {
    return response.body.size() < 16 && wire::read_object(response).empty();
}
inline void expect_list(const Around& reply) {
    if (!reply.error_code.empty()) { errors::malformed_reply("a list with error code " + reply.error_code); }
    if (!reply.count) { errors::malformed_reply("the list does not say how long it is"); }
}

/// `so_far`: how many numbers this page and those before it may hold.
inline detail::CarrierPage read_page(Response response, std::uint64_t so_far) {
    if (response.status == 404) { errors::not_available("404 " + reason_in(response)); }
    if (response.status != 200) { raise(response); }
    if (says_nothing(response)) { return {}; }
    auto read = wire::read_offers(offers, std::move(response));
    expect_list(read.whole);
    for (Offer& offer : read.page.offers) { offer.currency = "EUR"; }
    const bool is_empty = read.page.offers.empty() && read.page.refused == 0;
    return {.page = std::move(read.page), .is_last = is_empty || so_far >= *read.whole.count};
}

/// Code and words of a 420, whose meaning our list tells; empty when the change was done.
inline std::string refusal_in(const Response& response) {
    if (response.status == 420) { return reason_in(response).empty() ? "420" : reason_in(response); }
    if (response.status != 200) { raise(response); }
    (void)wire::read_object(response);
    if (wire::Complaint(response).code("error-code") != 200) {
        errors::malformed_reply("it does not say that it was done");
    }
    return {};
}
[[noreturn]] inline void raise_refused(const Response& response, const std::string& refusal) {
    const bool wants_address = refusal.find("Dashboard") != refusal.npos || refusal.find("address") != refusal.npos;
    wire::raise_meaning(wants_address ? errc::needs_action : errc::number_unavailable, response, refusal);
}

inline OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status != 200) { raise(response); }
    if (says_nothing(response)) { return progress.behind({}, 0, 0); }
    const auto read = wire::read_rows(listed, response);
    expect_list(read.whole);
    return progress.behind(read, read.whole.count);
}
inline bool is_listed(const Response& response, E164 number) {
    if (response.status != 200) { raise(response); }
    if (says_nothing(response)) { return false; }
    const auto read = wire::read_rows(listed, response);
    expect_list(read.whole);
    bool is_ours = false;
    for (const Listed& row : read.rows) {
        if (!row.number.starts_with(number)) { errors::malformed_reply("it lists what was not asked for"); }
        is_ours = is_ours || row.number == number;
    }
    if (!is_ours && (read.refused > 0 || read.whole.count != read.rows.size())) {
        errors::malformed_reply("the list of our numbers is incomplete");
    }
    return is_ours;
}

}  // namespace tandem::carriers::vonage
