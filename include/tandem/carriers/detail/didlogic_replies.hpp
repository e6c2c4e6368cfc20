// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/paid.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// What DID Logic's replies say.
namespace tandem::carriers::didlogic {

struct Country {
    std::string name{};
    std::string code{};
};
struct Pages {
    std::uint64_t total_pages = 0;
};
struct Price {
    Amount activation{};
    Amount monthly{};
};

inline constexpr std::uint64_t most_listed = 5'000;  ///< the list of our numbers counts no further

inline constexpr auto countries_sold =
    wire::rows("countries[]",
               {wire::field<&Country::name>("name").required(), wire::field<&Country::code>("short_name").required()});
inline constexpr auto offers =
    wire::rows("dids.dids[]",
               {wire::field<&Offer::number, detail::without_plus>("number").required(),
                wire::field<&Offer::id>("id").if_fitting(), wire::field<&Offer::setup>("activation"),
                wire::field<&Offer::monthly>("monthly"), wire::field<&Offer::monthly>("monthly_fee"),
                wire::field<&Offer::features, detail::counted_flag<Feature::sms>>("sms_enabled").if_fitting(),
                wire::field<&Offer::region>("state").if_fitting(), wire::field<&Offer::locality>("city").if_fitting(),
                wire::field<&Offer::locality>("area").if_fitting()})
        .with({wire::field<&Pages::total_pages>("dids.pagination.total_pages")});
inline constexpr auto our_numbers =
    wire::rows("purchases[]", {wire::field<&detail::OwnedNumber::number, detail::without_plus>("number").required()})
        .with({wire::field<&detail::OwnedCount::total>("pagination.total_records")});
inline constexpr auto prices =
    wire::rows("purchase.purchases[]", {wire::field<&Price::activation>("activation").if_fitting(),
                                        wire::field<&Price::monthly>("monthly_fee").if_fitting()});

/// What it says of a failure, in whatever shape; empty when it says nothing.
inline std::string words_of(const boost::json::value& failures) {
    const auto* object = failures.if_object();
    const auto* list = failures.if_array();
    const bool says_nothing = (object != nullptr && object->empty()) || (list != nullptr && list->empty());
    return says_nothing ? std::string() : boost::json::serialize(failures).substr(0, 256);
}
[[noreturn]] inline void raise_refused(const Response& response, const std::string& words) {
    for (const std::string_view wanted : {"dentit", "ocument"}) {
        if (words.find(wanted) != words.npos) { wire::raise_meaning(errc::needs_action, response, words); }
    }
    errors::by_carrier(words);
}
inline std::string reason_in(const Response& response) {
    return wire::Complaint(response).words({"error", "errors.0", "message"});
}
[[noreturn]] inline void raise(const Response& response) {
    const std::string words = reason_in(response);
    if (response.status == 400 || response.status == 422) { raise_refused(response, words); }
    wire::raise_status(response, words);
}
[[noreturn]] inline void raise_search(const Response& response) {
    if (response.status == 404) { wire::raise_none(reason_in(response)); }
    raise(response);
}

inline std::string country_in(const Response& response, std::string_view code) {
    if (response.status != 200) { raise_search(response); }
    for (Country& country : wire::read_rows(countries_sold, response).rows) {
        if (country.code == code) { return std::move(country.name); }
    }
    errors::not_available("DID Logic sells no numbers of this country");
}
inline detail::CarrierPage read_page(Response response, std::uint32_t page) {
    if (response.status != 200) { raise_search(response); }
    auto read = wire::read_offers(offers, std::move(response));
    for (Offer& offer : read.page.offers) { offer.currency = "USD"; }
    return {.page = std::move(read.page), .is_last = page + std::uint64_t{1} >= read.whole.total_pages};
}

inline Money price_in(const Response& purchase) {
    const auto read = wire::read_rows(prices, purchase);
    if (read.rows.size() != 1) { return {}; }
    return detail::paid(read.rows.front().activation, read.rows.front().monthly, "USD");
}
/// Each number has its own fate: it is among the purchases, or there are errors instead.
inline Number read_purchase(const Response& response, Number number) {
    if (response.status != 200) { raise(response); }
    const boost::json::object reply = wire::read_object(response);
    const auto* whole = JsonFields(reply, "the reply", errc::malformed_reply).object("purchase");
    if (whole == nullptr) { errors::malformed_reply("it tells of no purchase"); }
    const JsonFields purchase(*whole, "the purchase", errc::malformed_reply);
    const auto* list = purchase.find("purchases");
    const auto* bought = list == nullptr ? nullptr : list->if_array();
    if (bought == nullptr) { errors::malformed_reply("its purchases are not there"); }
    const auto* failures = purchase.find("errors");
    const std::string refusal = failures == nullptr ? std::string() : words_of(*failures);
    if (bought->empty() && !refusal.empty()) { raise_refused(response, refusal); }
    if (bought->size() != 1 || !refusal.empty() || !bought->front().is_object()) {
        errors::malformed_reply("it does not say clearly what was bought");
    }
    const JsonFields ours(bought->front().get_object(), "the number bought", errc::malformed_reply);
    if (ours.text("number") != number.number.digits()) { errors::malformed_reply("another number was bought"); }
    const std::int64_t id = ours.integer("id");
    if (id <= 0) { errors::malformed_reply("the purchase has no id"); }
    number.order->reference = std::to_string(id);
    number.order->price = price_in(response);
    number.carrier_data = merged(number.carrier_data, {{"order", {{"id", number.order->reference}}}});
    return number;
}

inline void expect_counted(std::uint64_t total) {
    if (total >= most_listed) { errors::malformed_reply("the list of our numbers may go on behind what it counts"); }
}
inline void look_into(const Response& response, E164 number, detail::OwnedPages& seen) {
    if (response.status != 200) { raise(response); }
    seen.take(wire::read_rows(our_numbers, response), number);
    if (!seen.is_ours) { expect_counted(*seen.total); }
}
inline OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status != 200) { raise(response); }
    const auto read = wire::read_rows(our_numbers, response);
    expect_counted(read.whole.total.value_or(0));
    return progress.behind(read, read.whole.total);
}

}  // namespace tandem::carriers::didlogic
