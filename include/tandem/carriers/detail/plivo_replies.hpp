// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What Plivo's replies say.
namespace tandem::carriers::plivo {

struct Meta {
    std::optional<std::uint64_t> total_count{};
};

inline bool read_type(Features& features, const wire::Scalar& value) {
    features.set(Feature::toll_free, value.text == "tollfree");
    return value.is_text();
}
inline constexpr auto offers =
    wire::rows("objects[]",
               {wire::field<&Offer::number, detail::without_plus>("number").required(),
                wire::field<&Offer::setup>("setup_rate"), wire::field<&Offer::monthly>("monthly_rental_rate"),
                wire::flag<Feature::voice>("voice_enabled"), wire::flag<Feature::sms>("sms_enabled"),
                wire::flag<Feature::mms>("mms_enabled"), wire::field<&Offer::features, read_type>("type"),
                wire::field<&Offer::rate_center>("rate_center"), wire::field<&Offer::lata>("lata"),
                wire::field<&Offer::region>("region"), wire::field<&Offer::locality>("city")})
        .with({wire::field<&Meta::total_count>("meta.total_count")});
inline constexpr auto owned =
    wire::rows("objects[]", {wire::field<&detail::OwnedNumber::number, detail::without_plus>("number").required()})
        .with({wire::field<&Meta::total_count>("meta.total_count")});

/// 404 in Plivo's own words: one without them might come from anybody.
inline bool is_unknown(const Response& response) {
    return response.status == 404 && !wire::Complaint(response).words({"api_id", "error"}).empty();
}
/// The words of a failure; for each field, where it is about fields.
inline std::string reason_in(const Response& response) {
    const auto reply = parse_json_object(response.body);
    const auto* error = reply ? reply->if_contains("error") : nullptr;
    if (error == nullptr) { return {}; }
    const std::string words = error->is_string() ? std::string(error->get_string().subview()) : write_json(*error);
    return words.substr(0, 256);
}
[[noreturn]] inline void raise(const Response& response) { wire::raise_status(response, reason_in(response)); }
/// There are no codes: what is wrong with an order stands in its words only.
[[noreturn]] inline void raise_refused(const Response& response) {
    const std::string reason = reason_in(response);
    const auto tells_of = [&](std::initializer_list<std::string_view> words) {
        const auto is_told = [&](std::string_view word) { return reason.find(word) != reason.npos; };
        return response.status == 400 && std::any_of(words.begin(), words.end(), is_told);
    };
    if (tells_of({"verif", "complian", "address", "document"})) {
        wire::raise_meaning(errc::needs_action, response, reason);
    }
    if (tells_of({"credit", "balance"})) { wire::raise_meaning(errc::carrier_out_of_funds, response, reason); }
    if (is_unknown(response) || tells_of({"available"})) { errors::number_unavailable(reason); }
    raise(response);
}

/// `so_far`: how many numbers this page and those before it may hold.
inline detail::CarrierPage read_page(Response response, std::uint64_t so_far) {
    if (response.status == 404) { errors::not_available("404 " + reason_in(response)); }
    if (response.status != 200) { raise(response); }
    auto read = wire::read_offers(offers, std::move(response));
    for (Offer& offer : read.page.offers) { offer.currency = "USD"; }
    const bool is_empty = read.page.offers.empty() && read.page.refused == 0;
    const bool is_last = is_empty || so_far >= read.whole.total_count.value_or(so_far + 1);
    return {.page = std::move(read.page), .is_last = is_last};
}

/// A number's digits, be they text or, as lists may have them, a number.
inline std::string digits_in(const JsonFields& row) {
    const auto* number = row.find("number");
    const bool is_text = number == nullptr || !number->is_int64();
    return is_text ? row.text("number") : std::to_string(number->get_int64());
}

/// Plivo's record of a number of ours; nothing when it is not ours.
inline std::optional<boost::json::object> record_in(const Response& response, E164 number) {
    if (is_unknown(response)) { return {}; }
    if (response.status != 200) { raise(response); }
    boost::json::object record = wire::read_object(response);
    const JsonFields fields(record, "the number's record", errc::malformed_reply);
    if (digits_in(fields) != number.digits()) { errors::malformed_reply("it is of another number"); }
    return record;
}

inline OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status != 200) { raise(response); }
    const auto read = wire::read_rows(owned, response);
    return progress.behind(read, read.whole.total_count);
}

/// A number that is pending in an order that is fulfilled waits for documents.
inline Order::Status status_of(std::string_view order, std::string_view number) {
    const bool is_sold = equal_ignoring_case(number, "success");
    if (order == "fulfilled" && is_sold) { return Order::Status::complete; }
    if (order == "fulfilled" && number == "pending") { return Order::Status::needs_action; }
    if (order == "pending" && (is_sold || number == "pending")) { return Order::Status::pending; }
    errors::malformed_reply("it does not say what became of the number");
}
/// What the search told of the documents that Plivo wants.
inline std::string restriction_of(const Number& number) {
    const boost::json::object data = object_of(number.carrier_data, "carrier_data");
    for (const std::string_view key : {"restriction_text", "restriction"}) {
        const auto* text = data.if_contains(key);
        if (text != nullptr && text->is_string()) { return std::string(text->get_string().subview(0, 256)); }
    }
    return "the number is pending: Plivo wants documents, by an e-mail to the account";
}

inline Number read_order(const Response& response, Number number) {
    if (response.status != 201 && response.status != 202) { raise_refused(response); }
    const boost::json::object reply = wire::read_object(response);
    const JsonFields order(reply, "the order's reply", errc::malformed_reply);
    const auto* list = order.find("numbers");
    const bool has_one = list != nullptr && list->is_array() && list->get_array().size() == 1;
    if (!has_one || !list->get_array().front().is_object()) { errors::malformed_reply("it is not of one number"); }
    const JsonFields item(list->get_array().front().get_object(), "the number of the order", errc::malformed_reply);
    if (digits_in(item) != number.number.digits()) { errors::malformed_reply("it is of another number"); }
    number.order->status = status_of(order.text("status"), item.text("status"));
    number.order->reference = order.text("api_id");
    if (number.order->status == Order::Status::needs_action) { number.order->reason = restriction_of(number); }
    return number;
}
/// What became of an order: a number that is not there yet leaves it as it was.
inline Number read_progress(const Response& response, Number number) {
    const auto record = record_in(response, number.number);
    if (!record) { return number; }
    const JsonFields fields(*record, "the number's record", errc::malformed_reply);
    const std::string compliance = fields.text("compliance_status");
    const bool is_active = compliance.empty() ? fields.flag("active", true) : compliance == "accepted";
    number.order->status = is_active ? Order::Status::complete : Order::Status::needs_action;
    number.order->reason = is_active            ? std::string()
                           : compliance.empty() ? restriction_of(number)
                                                : "compliance_status: " + compliance;
    return number;
}

}  // namespace tandem::carriers::plivo
