// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/paid.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/number.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What Infobip's replies say.
namespace tandem::carriers::infobip {

/// A number of a list, for sale or ours.
struct Listed {
    std::string key{};
    E164 number{};
    std::string status{};  ///< of its reservation; empty: it is done
};
/// A number of ours, or a short code, or a sender's name.
struct Owned {
    E164 number{};
    std::string type{};
    std::string status{};

    bool is_number() const { return type.starts_with("VIRTUAL_LONG_NUMBER"); }
};
struct Listing {
    std::optional<std::uint64_t> total{};
};

/// No largest page is documented; one of this size is a tenth of what a reply may have.
inline constexpr std::uint32_t page_size = 100;

inline constexpr wire::Leaf<Listing> listing[]{wire::field<&Listing::total>("numberCount")};
inline bool read_shared(std::uint32_t& member, const wire::Scalar& value) {
    member = value.truth ? 1 : 0;
    return true;
}
// Until `read_page` has looked at them, `lata` holds the type, for short codes are no telephone numbers, and `stock`
// whether the number is others' too.
inline constexpr auto offers =
    wire::rows(
        "numbers[]",
        {wire::field<&Offer::number, detail::without_plus>("number").required(), wire::field<&Offer::lata>("type"),
         wire::field<&Offer::stock, read_shared>("shared"), wire::field<&Offer::setup>("price.setupPrice").if_fitting(),
         wire::field<&Offer::monthly>("price.pricePerMonth").if_fitting(),
         wire::field<&Offer::currency>("price.currency"), wire::flag<Feature::voice>("capabilities[=VOICE]"),
         wire::flag<Feature::sms>("capabilities[=SMS]"), wire::flag<Feature::mms>("capabilities[=MMS]"),
         wire::field<&Offer::country>("country")})
        .with(listing);
inline constexpr auto numbers =
    wire::rows("numbers[]", {wire::field<&Listed::key>("numberKey").required(),
                             wire::field<&Listed::number, detail::without_plus>("number").required(),
                             wire::field<&Listed::status>("reservationStatus")})
        .with(listing);

inline constexpr auto owned =
    wire::rows("numbers[]",
               {wire::field<&Owned::number, detail::without_plus>("number").if_fitting(),
                wire::field<&Owned::type>("type").required(), wire::field<&Owned::status>("reservationStatus")})
        .with(listing);

/// What a number costs. Its first month may have a price of its own, of more decimals than money has: unknown then.
struct Price {
    Amount setup{};
    Amount monthly{};
    std::optional<Amount> first_month{};
    Currency currency{};

    Money paid() const { return detail::paid(setup, first_month.value_or(monthly), currency); }
};
inline bool read_first_month(std::optional<Amount>& member, const wire::Scalar& value) {
    Amount amount;
    member = wire::assign(amount, value) ? amount : Amount();
    return true;
}
inline constexpr auto price =
    wire::rows("", {wire::field<&Price::setup>("price.setupPrice").if_fitting(),
                    wire::field<&Price::monthly>("price.pricePerMonth").if_fitting(),
                    wire::field<&Price::first_month, read_first_month>("price.initialMonthPrice").if_fitting(),
                    wire::field<&Price::currency>("price.currency").if_fitting()});

inline std::string reason_in(const wire::Complaint& complaint) {
    return complaint.words(
        {"requestError.serviceException.messageId", "requestError.serviceException.text", "errorCode", "description"});
}
[[noreturn]] inline void raise(const Response& response) {
    wire::raise_status(response, reason_in(wire::Complaint(response)));
}

/// A page of a search. It may have fewer rows than were asked for: `seen` counts those of it and of the pages before
/// it.
inline detail::CarrierPage read_page(Response response, std::uint64_t& seen) {
    if (response.status == 404) { wire::raise_none(reason_in(wire::Complaint(response))); }
    if (response.status != 200) { raise(response); }
    auto read = wire::read_offers(offers, std::move(response));
    const std::uint64_t rows = read.page.offers.size() + read.page.refused;
    seen += rows;
    detail::CarrierPage page{.page = std::move(read.page),
                             .is_last = rows == 0 || seen >= read.whole.total.value_or(0)};
    std::erase_if(page.page.offers, [](Offer& offer) {
        const bool is_shared = std::exchange(offer.stock, 0) > 0;
        return !std::exchange(offer.lata, {}).starts_with("VIRTUAL_LONG_NUMBER") || is_shared;
    });
    return page;
}

/// `number` in the list that was asked for it; nothing when a whole list does not name it. A reservation that failed
/// may stand beside one that did not.
inline std::optional<Listed> find_listed(const Response& response, E164 number) {
    if (response.status != 200) { raise(response); }
    auto read = wire::read_rows(numbers, response);
    const auto rank = [](const Listed& row) { return row.status.empty() ? 0 : row.status == "PENDING" ? 1 : 2; };
    std::optional<Listed> found;
    bool is_filtered = true;
    for (Listed& row : read.rows) {
        is_filtered = is_filtered && row.number.digits().find(number.digits()) != std::string::npos;
        if (row.number == number && (!found || rank(row) < rank(*found))) { found = std::move(row); }
    }
    if (found && found->key.empty()) { errors::malformed_reply("the number has no key"); }
    if (!found && (read.refused > 0 || !is_filtered || read.whole.total != read.rows.size())) {
        errors::malformed_reply("the list is incomplete, or not of the numbers that were asked for");
    }
    return found;
}
/// A page of the list of our numbers. What is reserved for us, or failed to be, is not ours.
inline OwnedNumbers owned_in(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status != 200) { raise(response); }
    auto read = wire::read_rows(owned, response);
    const std::uint64_t rows = read.rows.size();
    std::erase_if(read.rows, [](const Owned& row) { return !row.is_number() || !row.status.empty(); });
    const bool is_readable =
        std::none_of(read.rows.begin(), read.rows.end(), [](const Owned& row) { return row.number.empty(); });
    if (!is_readable) { errors::malformed_reply("a number of ours cannot be read"); }
    return progress.behind(detail::all_numbers_in(read), rows, read.whole.total);
}
/// The key of a number that is for sale.
inline std::string key_in(const Response& offered, E164 number) {
    const auto found = offered.status == 404 ? std::nullopt : find_listed(offered, number);
    if (!found) { errors::number_unavailable(reason_in(wire::Complaint(offered))); }
    return found->key;
}

inline bool has_failed(std::string_view status) {
    return status == "BILLING_FAILED" || status == "RESERVATION_FAILED" || status == "ERROR";
}
inline Number with_status(Number number, const std::string& status) {
    number.order->reason = status;
    if (status.empty()) {
        number.order->status = Order::Status::complete;
    } else if (status == "PENDING") {
        number.order->status = Order::Status::pending;
    } else if (has_failed(status)) {
        number.order->status = Order::Status::failed;
    } else {
        errors::malformed_reply("the reservation's status is '" + status.substr(0, 64) + "'");
    }
    return number;
}
/// `number` as this reply says that it is reserved for us, or ours.
inline Number read_number(const Response& response, Number number) {
    if (response.status != 200 && response.status != 201) { raise(response); }
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the number", errc::malformed_reply);
    if (fields.text("number") != number.number.digits()) { errors::malformed_reply("it is another number's"); }
    const std::string key = fields.text("numberKey");
    if (key.empty()) { errors::malformed_reply("the number has no key"); }
    if (!number.order->reference.empty() && number.order->reference != key) {
        errors::malformed_reply("it is another key's");
    }
    number.order->reference = key;
    const bool needs_setup = fields.flag("additionalSetupRequired");
    number.carrier_data = merged(number.carrier_data, {{"numberKey", key}, {"additionalSetupRequired", needs_setup}});
    if (const auto told = wire::read_rows(price, response).rows; told.size() == 1) {
        number.order->price = told.front().paid();
    }
    return with_status(std::move(number), fields.text("reservationStatus"));
}
/// The document has a purchase's 201 without a body.
inline bool says_created_only(const Response& response) { return response.status == 201 && response.body.empty(); }
inline Number read_purchase(const Response& response, const Number& number) {
    const wire::Complaint complaint(response);
    const auto is_wrong = [&](const char* field) {
        return !complaint.text(std::string("requestError.serviceException.validationErrors.") + field).empty();
    };
    const bool is_about_the_number = is_wrong("number.0") || is_wrong("numberKey.0");
    if (response.status == 404 || (response.status == 400 && is_about_the_number)) {
        errors::number_unavailable(reason_in(complaint));
    }
    return read_number(response, number);
}

}  // namespace tandem::carriers::infobip
