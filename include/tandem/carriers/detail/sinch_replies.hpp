// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What Sinch's replies say.
namespace tandem::carriers::sinch {

/// What Sinch says of a number that is in our project.
struct Rental {
    std::string end{};  ///< when it leaves the project: it is released; empty: it stays ours
    boost::json::object told{};
};

/// A number in our project.
struct Active {
    E164 number{};
    std::string end{};
};
struct Pages {
    std::string next{};  ///< the token of the page behind this one
    std::optional<std::uint64_t> total{};
};
inline constexpr auto active =
    wire::rows("activeNumbers[]",
               {wire::field<&Active::number>("phoneNumber").required(), wire::field<&Active::end>("expireAt")})
        .with({wire::field<&Pages::next>("nextPageToken"), wire::field<&Pages::total>("totalSize")});

// Until `read_page` has judged the prices, `lata` and `region` hold the currencies of setup and month, and `stock` for
// how many months Sinch charges at once.
inline constexpr auto offers = wire::rows(
    "availableNumbers[]",
    {wire::field<&Offer::number>("phoneNumber").required(), wire::field<&Offer::setup>("setupPrice.amount"),
     wire::field<&Offer::monthly>("monthlyPrice.amount"), wire::field<&Offer::lata>("setupPrice.currencyCode"),
     wire::field<&Offer::region>("monthlyPrice.currencyCode"), wire::field<&Offer::stock>("paymentIntervalMonths"),
     wire::flag<Feature::voice>("capability[=VOICE]"), wire::flag<Feature::sms>("capability[=SMS]"),
     wire::field<&Offer::country>("regionCode")});

inline std::string reason_in(const wire::Complaint& complaint) {
    return complaint.words({"error.status", "error.message"});
}
[[noreturn]] inline void raise(const Response& response) {
    const wire::Complaint complaint(response);
    // Of a number, not of the credentials: a trial account may not rent it, or documents are missing.
    const bool is_about_a_number = !complaint.text("error.details.0.resourceType").empty();
    if (response.status == 403 && is_about_a_number) {
        wire::raise_meaning(errc::needs_action, response, reason_in(complaint));
    }
    wire::raise_status(response, reason_in(complaint));
}
/// Whether Sinch itself says that it has no such number; a 404 from elsewhere does not.
inline bool is_without(const Response& response, std::string_view type, E164 number) {
    if (response.status != 404) { return false; }
    const wire::Complaint complaint(response);
    const std::string told_type = complaint.text("error.details.0.resourceType");
    const std::string name = complaint.text("error.details.0.resourceName");
    return complaint.text("error.status") == "NOT_FOUND" && (told_type.empty() || told_type == type) &&
           (name.empty() || name == number.text().view());
}

/// An offer has one currency, the monthly price's where it has one: a price in another, or in none that ISO knows, is
/// not known.
inline void judge_prices(Offer& offer) {
    const std::string_view of_setup = std::exchange(offer.lata, {}), of_month = std::exchange(offer.region, {});
    const auto setup = Currency::parse(of_setup), month = Currency::parse(of_month);
    if (!month && !of_month.empty()) { offer.monthly = {}; }
    offer.currency = month ? *month : setup.value_or(Currency());
    if (!of_setup.empty() && setup != offer.currency) { offer.setup = {}; }
    // The document does not say whether the price is for a month or for all that are charged.
    if (std::exchange(offer.stock, 0) > 1) { offer.monthly = {}; }
}
/// The page of one type of several, or of the only one.
inline detail::CarrierPage read_page(Response response, bool is_only, bool is_last) {
    detail::CarrierPage read{.is_last = is_last};
    if (response.status == 404 && is_only) { wire::raise_none(reason_in(wire::Complaint(response))); }
    if (response.status == 404) { return read; }  // a type that the country does not have
    if (response.status == 400 && !is_only) {     // perhaps no more than that: the others are asked for all the same
        read.page.failure = Error{.code = errc::by_carrier,
                                  .message = "the carrier refuses a type of numbers",
                                  .cause = reason_in(wire::Complaint(response))};
        return read;
    }
    if (response.status != 200) { raise(response); }
    read.page = wire::read_offers(offers, std::move(response));
    for (Offer& offer : read.page.offers) { judge_prices(offer); }
    return read;
}
inline OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status != 200) { raise(response); }
    auto read = wire::read_rows(active, response);
    const std::uint64_t rows = read.rows.size();
    const bool is_last = progress.rows() + rows == read.whole.total;
    if (!is_last && read.whole.next.empty()) { errors::malformed_reply("the list of our numbers is incomplete"); }
    std::erase_if(read.rows, [](const Active& row) { return !row.end.empty(); });
    return progress.behind(detail::all_numbers_in(read), rows, read.whole.total, std::move(read.whole.next));
}

/// How a configuration fares that is still being brought about, or failed: the number is ours either way.
inline std::string provisioning_in(const JsonFields& fields, std::string_view configuration,
                                   std::string_view scheduled) {
    const auto* product = fields.object(configuration);
    const auto* open = product == nullptr
                           ? nullptr
                           : JsonFields(*product, "the configuration", errc::malformed_reply).object(scheduled);
    return open == nullptr ? std::string()
                           : JsonFields(*open, "the provisioning", errc::malformed_reply).text("status");
}
inline Rental read_rental(const Response& response, E164 number) {
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the active number", errc::malformed_reply);
    if (fields.text("phoneNumber") != number.text().view()) { errors::malformed_reply("it is another number's"); }
    if (fields.text("projectId").empty()) { errors::malformed_reply("the number is in no project"); }
    Rental rental{.end = fields.text("expireAt")};
    const auto tell = [&](std::string_view key, const std::string& value) {
        if (!value.empty()) { rental.told[key] = value; }
    };
    tell("expireAt", rental.end);
    tell("nextChargeDate", fields.text("nextChargeDate"));
    tell("smsProvisioning", provisioning_in(fields, "smsConfiguration", "scheduledProvisioning"));
    tell("voiceProvisioning", provisioning_in(fields, "voiceConfiguration", "scheduledVoiceProvisioning"));
    return rental;
}
/// Nothing when Sinch says that the number is not in our project.
inline std::optional<Rental> find_rental(const Response& response, E164 number) {
    if (is_without(response, "ActiveNumber", number)) { return {}; }
    if (response.status != 200) { raise(response); }
    return read_rental(response, number);
}
inline Number with_rental(const std::optional<Rental>& rental, Number number) {
    if (rental) { number.carrier_data = merged(number.carrier_data, {{"rental", rental->told}}); }
    return number;
}

/// As the search told. Sinch has what it wants already, or refuses the purchase.
inline bool needs_documents(const Number& number) {
    const boost::json::object data = object_of(number.carrier_data, "carrier_data");
    const auto* told = data.if_contains("supportingDocumentationRequired");
    return told != nullptr && *told == true;
}
[[noreturn]] inline void raise_refusal(const Response& response, const Number& number) {
    const std::string reason = reason_in(wire::Complaint(response));
    if (is_without(response, "AvailableNumber", number.number)) { errors::number_unavailable(reason); }
    const bool is_refused = response.status == 400 || response.status == 403 || response.status == 409;
    if (is_refused && needs_documents(number)) { wire::raise_meaning(errc::needs_action, response, reason); }
    raise(response);
}
inline Number read_rented(const Response& response, Number number) {
    if (response.status != 200 && response.status != 201) { raise_refusal(response, number); }
    return with_rental(read_rental(response, number.number), std::move(number));
}

}  // namespace tandem::carriers::sinch
