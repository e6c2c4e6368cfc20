// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/search.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/xml.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// What Vitelity's replies say.
namespace tandem::carriers::vitelity {

struct Reply {
    std::string status{};
    std::string error{};
    std::string response{};
    std::string numbers{};    ///< what stands there in place of any
    std::string complaint{};  ///< what stands among them
};
inline constexpr auto described_reply = wire::rows(
    "content", {wire::field<&Reply::status>("status"), wire::field<&Reply::error>("error"),
                wire::field<&Reply::response>("response"), wire::field<&Reply::numbers>("numbers").if_fitting(),
                wire::field<&Reply::complaint>("numbers.response")});
// One command calls a number's element `did`, another `number`, and what holds the digits in it the other way round.
inline constexpr auto described_numbers = wire::rows(
    "content.numbers{}",
    {wire::field<&Offer::number, detail::north_american>("number"),
     wire::field<&Offer::number, detail::north_american>("did"), wire::field<&Offer::rate_center>("ratecenter"),
     wire::field<&Offer::region>("state"), wire::field<&Offer::setup>("setupfee").if_fitting(),
     wire::field<&Offer::monthly>("cost_per_month").if_fitting()});
inline constexpr auto bare_numbers =
    wire::rows("content.numbers{}", {wire::value<&Offer::number, detail::north_american>()});

inline Reply read(const Response& response) {
    if (response.status != 200) { wire::raise_status(response, {}); }
    return wire::xml::read_one(described_reply, response);
}
/// The word for what went wrong; empty where nothing did.
inline std::string word_in(const Reply& reply) {
    for (const std::string* word : {&reply.error, &reply.complaint, &reply.numbers}) {
        if (!word->empty()) { return word->substr(0, 256); }
    }
    return reply.status == "fail" ? "fail" : "";
}
inline bool says_none(std::string_view word) {
    return word == "none" || word == "noneavailable" || word == "unavailable";
}
/// `none`: what it means here that there is no such number.
inline errc meaning_of(std::string_view word, errc none) {
    if (word == "invalidauth") { return errc::carrier_refuses_credentials; }
    if (word.starts_with("missing")) { return errc::invalid; }
    return says_none(word) ? none : errc::by_carrier;
}
[[noreturn]] inline void raise(const std::string& word, errc none, const Response& response) {
    wire::raise_meaning(meaning_of(word, none), response, word);
}
/// The word of a refusal; empty where the command was carried out.
/// Errors: `malformed_reply` for what says neither clearly.
inline std::string refusal_in(const Response& response) {
    const Reply reply = read(response);
    std::string word = word_in(reply);
    if (reply.status == "fail") { return word; }
    const std::string& done = reply.response;
    const bool is_done = done.empty() || done == "success" || done == "ok";
    if (reply.status != "ok" || !word.empty() || !is_done) {
        errors::malformed_reply("its status is '" + reply.status.substr(0, 64) + "', and it says '" +
                                (word.empty() ? done.substr(0, 64) : word.substr(0, 64)) + "'");
    }
    return {};
}

/// The numbers of a list, whichever way it writes them. Whatever else stands in it counts as refused.
inline SearchPage numbers_in(const Response& response) {
    SearchPage page = wire::xml::read_offers(described_numbers, response);
    page.refused +=
        static_cast<std::uint32_t>(std::erase_if(page.offers, [](const Offer& offer) { return offer.number.empty(); }));
    if (page.offers.empty() && page.refused > 0) { page = wire::xml::read_offers(bare_numbers, response); }
    return page;
}

/// What a search found. Prices come without a currency; clients show them as dollars.
inline SearchPage offers_in(const Response& response) {
    const Reply reply = read(response);
    if (const std::string word = word_in(reply); !word.empty()) { raise(word, errc::not_available, response); }
    if (!reply.status.empty() && reply.status != "ok") {
        errors::malformed_reply("its status is '" + reply.status.substr(0, 64) + "'");
    }
    SearchPage page = numbers_in(response);
    for (Offer& offer : page.offers) {
        if (offer.setup.known() || offer.monthly.known()) { offer.currency = "USD"; }
    }
    return page;
}

/// The list of our numbers, which has no pages.
inline SearchPage ours_in(const Response& listed) {
    const std::string word = refusal_in(listed);
    if (word == "none" || word == "noneavailable") { return {}; }
    if (!word.empty()) { raise(word, errc::by_carrier, listed); }
    return numbers_in(listed);
}
inline OwnedNumbers owned_in(const Response& listed) { return {.numbers = detail::all_numbers_in(ours_in(listed))}; }
inline bool is_ours(const Response& listed, E164 number) {
    const SearchPage ours = ours_in(listed);
    for (const Offer& each : ours.offers) {
        if (each.number == number) { return true; }
    }
    if (ours.refused > 0) { errors::malformed_reply("the list of our numbers is incomplete"); }
    return false;
}

inline void expect_sold(const Response& response) {
    const std::string word = refusal_in(response);
    if (word == "invalid") { errors::number_unavailable(word); }  // of a local number: not to be ordered
    if (!word.empty()) { raise(word, errc::number_unavailable, response); }
}
/// The word of a refusal that may mean that the number was not ours; empty where it was removed.
inline std::string doubt_in(const Response& response) {
    std::string word = refusal_in(response);
    const bool is_doubt = word.empty() || word == "invalid" || says_none(word);
    if (!is_doubt) { raise(word, errc::by_carrier, response); }
    return word;
}

}  // namespace tandem::carriers::vitelity
