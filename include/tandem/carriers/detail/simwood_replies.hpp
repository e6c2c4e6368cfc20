// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/blocks.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/core/json.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// What Simwood's replies say.
namespace tandem::carriers::simwood {

struct Envelope {
    bool success = true;
};
struct Accepted {
    std::string hash{};
};
struct Allocated {
    std::string country_code{};
    std::string number{};
};

// Until `join` puts the country code before it, `number` holds the national one and `country` the code.
inline constexpr wire::Leaf<Offer> offer_row[]{
    wire::field<&Offer::number, detail::without_plus>("number").required(),
    wire::field<&Offer::country>("country_code").required(), wire::field<&Offer::setup>("wholesale_gold_premium"),
    wire::field<&Offer::features, detail::counted_flag<Feature::sms>>("SMS").if_fitting()};
inline constexpr auto offers = wire::rows("[]", offer_row);
inline constexpr auto offers_in_envelope =
    wire::rows("data[]", offer_row).or_absent().with({wire::field<&Envelope::success>("success")});
inline constexpr auto accepted_report = wire::rows("", {wire::field<&Accepted::hash>("hash").required()});
inline constexpr auto allocated_number =
    wire::rows("basic", {wire::field<&Allocated::country_code>("country_code").required(),
                         wire::field<&Allocated::number>("number").required()});

inline std::string reason_in(const Response& response) {
    return wire::Complaint(response).words({"errors.0", "errors.1", "error", "message"});
}
[[noreturn]] inline void raise(const Response& response) { wire::raise_status(response, reason_in(response)); }
/// 404 is Simwood's word for a number that is not ours; a page of HTML says that somebody else answers there.
inline bool is_unknown(const Response& response) {
    return response.status == 404 && (response.body.empty() || response.is("application/json"));
}

/// The name of the file that a report will be in.
inline std::string report_in(const Response& response) {
    if (response.status != 200) { raise(response); }
    return wire::read_one(accepted_report, response).hash;
}

inline SearchPage join(SearchPage page) {
    page.refused += static_cast<std::uint32_t>(std::erase_if(page.offers, [](Offer& offer) {
        const std::string full = "+" + std::string(offer.country) + offer.number.digits();
        if (!E164::is_valid(full)) { return true; }
        offer.number = E164::parse_or_empty(full);
        offer.country = country_of(std::string_view(full).substr(1));
        offer.currency = "GBP";
        return false;
    }));
    return page;
}

/// The rows stand by themselves, or as newer parts of the API have it, in an envelope.
inline SearchPage read_numbers(Response response) {
    if (is_unknown(response)) { wire::raise_none(reason_in(response)); }
    if (response.status != 200) { raise(response); }
    const auto start = response.body.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && response.body[start] == '[') {
        return join(wire::read_offers(offers, std::move(response)));
    }
    const std::string reason = reason_in(response);
    auto read = wire::read_offers(offers_in_envelope, std::move(response));
    if (!read.whole.success) { errors::by_carrier(reason); }
    if (!read.found) { errors::malformed_reply("it has no data"); }
    return join(std::move(read.page));
}
inline SearchPage read_search(Response response, const SearchRequest& request) {
    SearchPage page = read_numbers(std::move(response));
    for (Offer& offer : page.offers) {
        if (!offer.setup.known()) { offer.setup = Amount::zero(); }  // what is no gold number has no such fee
    }
    detail::drop_unwanted(page, request);
    detail::keep_requested(page, request);
    return page;
}
/// What a report tells. 404 says that it is gone, and nothing of numbers.
inline SearchPage read_report(Response response) {
    if (response.status == 404) { raise(response); }
    return read_numbers(std::move(response));
}
/// Two offers a block, its first number and its last.
inline SearchPage read_blocks(Response response, const SearchRequest& request) {
    SearchPage page = read_report(std::move(response));
    detail::drop_unwanted(page, request);
    return detail::runs_of(std::move(page), request);
}

inline OwnedNumbers read_allocated(Response response) {
    return {.numbers = detail::all_numbers_in(read_report(std::move(response)))};
}

inline void check_changed(const Response& response) {
    if (response.status != 200) { raise(response); }
    const auto reply = parse_json_object(response.body);
    const auto* success = reply ? reply->if_contains("success") : nullptr;
    if (success != nullptr && success->is_bool() && !success->get_bool()) { errors::by_carrier(reason_in(response)); }
}
inline void check_allocated(const Response& response) {
    if (is_unknown(response)) { errors::number_unavailable(reason_in(response)); }
    check_changed(response);
}
inline bool is_ours(const Response& response, E164 number) {
    if (is_unknown(response)) { return false; }
    if (response.status != 200) { raise(response); }
    const Allocated found = wire::read_one(allocated_number, response);
    const std::string digits = number.digits();
    if (found.number != digits && found.country_code + found.number != digits) {
        errors::malformed_reply("it is another number's");
    }
    return true;
}

}  // namespace tandem::carriers::simwood
