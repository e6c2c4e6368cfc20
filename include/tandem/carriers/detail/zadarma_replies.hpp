// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>
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
#include <vector>

/// What Zadarma's replies say.
namespace tandem::carriers::zadarma {

/// What every reply says of itself.
struct Envelope {
    std::string status{};
    std::string message{};
};
struct Country {
    std::string code{};
};
/// A number of ours.
struct Owned {
    E164 number{};
    std::string status{};
    std::string autorenew{};
    std::string stop_date{};
};

/// Numbers are written with `+` or without, as text or as a number.
inline bool read_number(E164& member, const wire::Scalar& value) {
    const std::string text = (value.text.starts_with('+') ? "" : "+") + std::string(value.text);
    if (value.kind == wire::Scalar::Kind::boolean || !E164::is_valid(text)) { return false; }
    member = E164::parse_or_empty(text);
    return true;
}
/// Yes and no are words, or JSON's own.
template <Feature feature>
bool read_flag(Features& member, const wire::Scalar& value) {
    const bool is_word = value.is_text() && (value.text == "true" || value.text == "false");
    if (!is_word && value.kind != wire::Scalar::Kind::boolean) { return false; }
    member.set(feature, is_word ? value.text == "true" : value.truth);
    return true;
}

inline constexpr wire::Leaf<Envelope> envelope[]{wire::field<&Envelope::status>("status"),
                                                 wire::field<&Envelope::message>("message")};
inline constexpr auto country_rows =
    wire::rows("info[]", {wire::field<&Country::code>("countryCodeIso").required()}).or_absent().with(envelope);
/// Until `read_directions` has made a prefix of them, `lata` holds the country's code and `region` the area's.
inline constexpr auto direction_rows =
    wire::rows("info[]", {wire::field<&Offer::id>("id").required(), wire::field<&Offer::lata>("countryCode").required(),
                          wire::field<&Offer::region>("areaCode"), wire::field<&Offer::locality>("name"),
                          wire::field<&Offer::setup>("connect_fee"), wire::field<&Offer::monthly>("monthly_fee"),
                          wire::field<&Offer::currency>("currency"),
                          wire::field<&Offer::features, read_flag<Feature::sms>>("receive_sms"),
                          wire::field<&Offer::features, read_flag<Feature::toll_free>>("is_toll")})
        .or_absent()
        .with(envelope);
/// Until `add_numbers` has compared it, `region` holds the direction.
inline constexpr auto number_rows =
    wire::rows("numbers[]",
               {wire::field<&Offer::id>("id").required(), wire::field<&Offer::region>("direction_id").required(),
                wire::field<&Offer::number, read_number>("number").required()})
        .or_absent()
        .with(envelope);
inline constexpr auto owned_rows =
    wire::rows("info[]", {wire::field<&Owned::number, read_number>("number").required(),
                          wire::field<&Owned::status>("status").required(), wire::field<&Owned::autorenew>("autorenew"),
                          wire::field<&Owned::stop_date>("stop_date")})
        .or_absent()
        .with(envelope);

[[noreturn]] inline void raise(const Response& response) {
    wire::raise_status(response, wire::Complaint(response).text("message"));
}
inline void expect_success(const Response& response) {
    if (response.status != 200) { raise(response); }
}
/// Errors: `by_carrier` for a reply that says `error`.
inline void expect_success(const Envelope& around, bool has_rows = true) {
    if (around.status == "error") { errors::by_carrier(around.message.substr(0, 256)); }
    if (around.status != "success" || !has_rows) { errors::malformed_reply("it does not say that it is a success"); }
}

/// Whether the list of countries has this one.
inline bool sells_in(const Response& response, std::string_view country) {
    expect_success(response);
    const auto read = wire::read_rows(country_rows, response);
    expect_success(read.whole, read.found);
    return read.refused > 0 ||
           std::any_of(read.rows.begin(), read.rows.end(), [&](const Country& each) { return each.code == country; });
}

/// A country's directions, each an offer of any number of it. Sorted: those with the longest prefix first.
inline SearchPage read_directions(Response response) {
    if (response.status == 404) { errors::not_available(wire::Complaint(response).text("message")); }
    expect_success(response);
    auto read = wire::read_offers(direction_rows, std::move(response));
    expect_success(read.whole, read.found);
    std::erase_if(read.page.offers, [&](Offer& offer) {
        const std::string country = "+" + std::string(std::exchange(offer.lata, {}));
        const std::string_view area = std::exchange(offer.region, {});
        const bool is_code = area.find_first_not_of("0123456789") == area.npos;
        offer.prefix = E164::parse_or_empty(is_code ? country + std::string(area) : country);
        offer.country = country_of(offer.prefix.digits());
        read.page.refused += offer.prefix.empty() ? 1 : 0;
        return offer.prefix.empty();
    });
    // Of equal ones the reply's order stays, in which their rows stand in its text.
    std::sort(read.page.offers.begin(), read.page.offers.end(), [](const Offer& a, const Offer& b) {
        const std::size_t digits = a.prefix.digit_count(), others = b.prefix.digit_count();
        return digits != others ? digits > others : a.row.data() < b.row.data();
    });
    return std::move(read.page);
}
/// Those that the prefix names whole, or of which it names a part: only of these the numbers are worth asking for.
inline std::vector<Offer> named_by(const SearchRequest& request, const SearchPage& directions) {
    std::vector<Offer> named;
    for (const Offer& direction : directions.offers) {
        const E164 prefix = E164::parse_or_empty(request.prefix.view());  // a wildcard is none
        const bool is_named = !prefix.empty() && prefix.starts_with(direction.prefix);
        if (is_named && direction.features.has_all(request.features)) { named.push_back(direction); }
    }
    return named;
}
/// Those under the prefix.
inline SearchPage groups_in(SearchPage directions, const SearchRequest& request) {
    std::erase_if(directions.offers, [&](const Offer& direction) {
        const bool is_wrong_kind = request.is_wildcard() && !is_toll_free(direction.prefix.digits().substr(1));
        return is_wrong_kind || !request.matches(direction.prefix);
    });
    detail::drop_unwanted(directions, request);
    detail::keep_requested(directions, request);
    return directions;
}

/// Adds a direction's numbers to `page`, with the direction's prices and features.
inline void add_numbers(SearchPage& page, Response response, const Offer& direction, const SearchRequest& request) {
    expect_success(response);
    auto read = wire::read_offers(number_rows, std::move(response));
    expect_success(read.whole, read.found);
    page.refused += read.page.refused;
    for (Offer& offer : read.page.offers) {
        if (std::exchange(offer.region, {}) != direction.id) {
            ++page.refused;
            continue;
        }
        offer.setup = direction.setup;
        offer.monthly = direction.monthly;
        offer.currency = direction.currency;
        offer.features = direction.features;
        offer.country = direction.country;
        page.offers.push_back(std::move(offer));
    }
    detail::drop_unwanted(page, request);
}

/// A member that is an identifier: text, or a whole number.
inline std::string identifier(const JsonFields& fields, std::string_view key) {
    const auto* value = fields.find(key);
    return value != nullptr && value->is_int64() ? std::to_string(value->get_int64()) : fields.text(key);
}
/// The direction to order from.
/// Errors: `invalid` for a number whose offer did not tell its direction.
inline std::string direction_of(const Number& number) {
    if (number.number.empty()) { return number.order->offer; }
    const boost::json::object data = object_of(number.carrier_data, "carrier_data");
    const std::string direction = identifier(JsonFields(data, "carrier_data"), "direction_id");
    if (direction.empty() || number.order->offer.empty()) {
        errors::invalid("a number of Zadarma's is bought by the offer that its search gave");
    }
    return direction;
}

inline boost::json::object read_success(const Response& response) {
    expect_success(response);
    boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the reply", errc::malformed_reply);
    expect_success(Envelope{.status = fields.text("status"), .message = fields.text("message")});
    return reply;
}
inline E164 number_in(const JsonFields& fields) {
    E164 number;
    const std::string text = identifier(fields, "number");
    if (!read_number(number, {wire::Scalar::Kind::text, text})) { errors::malformed_reply("it names no number"); }
    return number;
}
/// Errors: `malformed_reply` when it speaks of another number.
inline void expect_number(const JsonFields& fields, E164 number) {
    if (number_in(fields) != number) { errors::malformed_reply("it is another number's"); }
}

/// `number` as it was ordered: not sold before it is asked for itself, however clear the reply is.
inline Number read_order(const Response& response, Number number) {
    const boost::json::object reply = read_success(response);
    const JsonFields fields(reply, "the order's reply", errc::malformed_reply);
    if (number.number.empty()) { number.number = number_in(fields); }
    expect_number(fields, number.number);
    const auto* reserved = fields.find("is_reserved");
    if (reserved != nullptr && (*reserved == "true" || *reserved == true)) {
        number.order->status = Order::Status::needs_action;
        number.order->reason = "reserved";
    }
    return number;
}
/// What became of an order, by what is said of its number.
inline Order::Status status_of(std::string_view word) {
    if (word == "on") { return Order::Status::complete; }
    if (word == "checking") { return Order::Status::pending; }
    // Documents are wanted, or money; or it was switched off and is kept for a week.
    constexpr std::array<std::string_view, 5> waiting{"checking_upload", "reserved_on", "reserved_checking",
                                                      "reserved_checking_upload", "parking"};
    if (std::find(waiting.begin(), waiting.end(), word) != waiting.end()) { return Order::Status::needs_action; }
    errors::malformed_reply("the number's status is '" + std::string(word.substr(0, 64)) + "'");
}
inline Number follow(const Response& response, Number number) {
    const boost::json::object reply = read_success(response);
    const auto* info = JsonFields(reply, "the reply", errc::malformed_reply).object("info");
    if (info == nullptr) { errors::malformed_reply("it has no info"); }
    const JsonFields fields(*info, "the number", errc::malformed_reply);
    expect_number(fields, number.number);
    const std::string word = fields.text("status");
    number.order->status = status_of(word);
    number.order->reason = number.order->status == Order::Status::complete ? std::string() : word;
    if (const std::string paid_until = fields.text("stop_date"); !paid_until.empty()) {
        number.carrier_data = merged(number.carrier_data, {{"stop_date", paid_until}});
    }
    return number;
}

/// Our number, where it is among all of ours.
/// Errors: `malformed_reply` when it is not, and a row cannot be read.
inline std::optional<Owned> owned_in(const Response& response, E164 number) {
    expect_success(response);
    const auto read = wire::read_rows(owned_rows, response);
    expect_success(read.whole, read.found);
    for (const Owned& each : read.rows) {
        if (each.number == number) { return each; }
    }
    if (read.refused > 0) { errors::malformed_reply("the list of numbers cannot be read"); }
    return {};
}
/// Errors: `outcome_unknown` for a number of which it is not settled whether it will be ours.
inline bool is_ours(const std::optional<Owned>& owned) {
    if (!owned) { return false; }
    if (owned->status == "parking" || status_of(owned->status) == Order::Status::complete) { return true; }
    errors::outcome_unknown("the number is " + owned->status);
}

/// All numbers that are ours, and settled to be. One that is not renewed any more was given back.
inline OwnedNumbers all_owned_in(const Response& response) {
    expect_success(response);
    auto read = wire::read_rows(owned_rows, response);
    expect_success(read.whole, read.found);
    std::erase_if(read.rows, [](const Owned& row) {
        const bool is_settled = row.status == "parking" || status_of(row.status) == Order::Status::complete;
        return !is_settled || row.autorenew == "false";
    });
    return {.numbers = detail::all_numbers_in(read)};
}

/// Errors: `malformed_reply` when it does not say that this number is not renewed any more.
inline void check_ended(const Response& response, E164 number) {
    const boost::json::object reply = read_success(response);
    const JsonFields fields(reply, "the reply", errc::malformed_reply);
    expect_number(fields, number);
    if (fields.text("autoprolongation") != "off") { errors::malformed_reply("the number is still renewed"); }
}

}  // namespace tandem::carriers::zadarma
