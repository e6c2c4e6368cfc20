// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What VoIP.ms says of offers and our numbers, and what its words mean.
namespace tandem::carriers::voipms {

struct Said {
    std::string status{};
};
struct Owned {
    E164 number{};
    std::string note{};
};

inline constexpr wire::Leaf<Said> said[]{wire::field<&Said::status>("status")};
inline constexpr auto status_alone = wire::rows("", {wire::field<&Said::status>("status").required()});
// Those of toll-free numbers have one plan only, and a province stands where another row has its state.
inline constexpr auto offers =
    wire::rows("dids[]",
               {wire::field<&Offer::number, detail::north_american>("did").required(),
                wire::field<&Offer::setup>("perminute_setup").if_fitting(),
                wire::field<&Offer::monthly>("perminute_monthly").if_fitting(),
                wire::field<&Offer::setup>("setup").if_fitting(), wire::field<&Offer::monthly>("monthly").if_fitting(),
                wire::field<&Offer::rate_center>("ratecenter").if_fitting(),
                wire::field<&Offer::region>("state").if_fitting(), wire::field<&Offer::region>("province").if_fitting(),
                wire::field<&Offer::features, detail::counted_flag<Feature::sms>>("sms").if_fitting()})
        .or_absent()
        .with(said);
inline constexpr auto our_numbers =
    wire::rows("dids[]", {wire::field<&Owned::number, detail::north_american>("did").required(),
                          wire::field<&Owned::note>("note")})
        .or_absent()
        .with(said);

inline bool says_none(std::string_view word) { return word == "no_did" || word == "invalid_did"; }
/// `none`: what it means here that there is no such number. Nothing for a word that the manual does not have.
inline std::optional<errc> meaning_of(std::string_view word, errc none) {
    constexpr std::array<std::pair<std::string_view, errc>, 17> meanings{
        {{"invalid_credentials", errc::carrier_refuses_credentials},
         {"missing_credentials", errc::carrier_refuses_credentials},
         {"api_not_enabled", errc::carrier_refuses_credentials},
         {"ip_not_enabled", errc::carrier_refuses_credentials},
         {"non_sufficient_funds", errc::carrier_out_of_funds},
         {"did_in_use", errc::number_unavailable},
         {"invalid_routing_header", errc::settings},
         {"invalid_route", errc::settings},
         {"missing_routing", errc::settings},
         {"invalid_serverpop", errc::settings},
         {"missing_serverpop", errc::settings},
         {"order_failed", errc::by_carrier},
         {"cancel_failed", errc::by_carrier},
         {"Unable_to_purchase", errc::by_carrier},
         {"limit_reached", errc::rate_limited},
         {"method_maintenance", errc::by_carrier},
         {"provider_outofservice", errc::by_carrier}}};
    for (const auto& [known, meaning] : meanings) {
        if (word == known) { return meaning; }
    }
    if (says_none(word) || word == "unsifficient_stock") { return none; }
    if (word.starts_with("invalid_") || word.starts_with("missing_")) { return errc::by_carrier; }
    return {};
}
[[noreturn]] inline void raise(const Response& response, std::string word, errc none) {
    word.resize(std::min<std::size_t>(word.size(), 256));
    const auto meaning = meaning_of(word, none);
    if (!meaning) { errors::malformed_reply("its status is '" + word + "'"); }
    wire::raise_meaning(*meaning, response, std::move(word));
}
[[noreturn]] inline void raise_status(const Response& response) {
    wire::raise_status(response, wire::Complaint(response).text("status"));
}

inline std::string word_in(const Response& response) {
    if (response.status != 200) { raise_status(response); }
    return wire::read_one(status_alone, response).status;
}
inline void expect_sold(const Response& response) {
    const std::string word = word_in(response);
    if (word != "success") { raise(response, word, errc::number_unavailable); }
}

inline SearchPage read_search(Response response, const SearchRequest& request) {
    if (response.status != 200) { raise_status(response); }
    Response kept(response.status);  // for raising: the reply itself becomes the page
    auto read = wire::read_offers(offers, std::move(response));
    if (read.whole.status != "success") { raise(kept, read.whole.status, errc::not_available); }
    if (!read.found) { errors::malformed_reply("it has no dids"); }
    for (Offer& offer : read.page.offers) {
        if (offer.setup.known() || offer.monthly.known()) { offer.currency = "USD"; }
    }
    detail::drop_unwanted(read.page, request);
    detail::keep_requested(read.page, request);
    return std::move(read.page);
}

/// Asked for one number, it tells of that one, or says that we have none.
inline std::optional<Owned> entry_of(const Response& listed, E164 number) {
    if (listed.status != 200) { raise_status(listed); }
    auto read = wire::read_rows(our_numbers, listed);
    if (says_none(read.whole.status)) { return {}; }
    if (read.whole.status != "success") { raise(listed, read.whole.status, errc::by_carrier); }
    const auto ours =
        std::find_if(read.rows.begin(), read.rows.end(), [&](const Owned& row) { return row.number == number; });
    if (ours == read.rows.end()) { errors::malformed_reply("it does not tell of our number"); }
    return std::move(*ours);
}
inline std::optional<Number> order_in(const Response& listed, Number number, const OperationId& reference) {
    const auto owned = entry_of(listed, number.number);
    if (!owned) { return {}; }
    if (owned->note != reference.view()) { errors::malformed_reply("the number is ours under another note"); }
    number.order = Order{.operation = reference};
    return number;
}
/// That it was sold names neither number nor order: our list has to.
inline Number confirm(const Response& listed, const Number& number, const OperationId& reference) {
    std::string doubt = "sold, it says, but the number is not among ours";
    try {
        if (auto found = order_in(listed, number, reference)) { return std::move(*found); }
    } catch (const Exception& failure) { doubt = std::string("sold, it says, but ") + failure.what(); }
    errors::outcome_unknown(std::move(doubt));
}
inline bool is_ours(const Response& listed, E164 number) { return entry_of(listed, number).has_value(); }
inline void expect_gone(const Response& listed, E164 number, std::string word) {
    if (is_ours(listed, number)) { errors::by_carrier(std::move(word)); }
}

inline OwnedNumbers read_owned(const Response& listed) {
    if (listed.status != 200) { raise_status(listed); }
    const auto read = wire::read_rows(our_numbers, listed);
    if (read.whole.status == "no_did") { return {}; }
    if (read.whole.status != "success") { raise(listed, read.whole.status, errc::by_carrier); }
    if (!read.found) { errors::malformed_reply("it has no dids"); }
    return {.numbers = detail::all_numbers_in(read)};
}

}  // namespace tandem::carriers::voipms
