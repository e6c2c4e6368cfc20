// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/didww_search.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What DIDWW says of orders, of the numbers that came of them and of ours.
namespace tandem::carriers::didww {

/// What an order of a group names: the group, how a number of it is had, and the exchange where the search was for one.
struct GroupOffer {
    std::string group{};
    std::string unit{};
    std::string exchange{};
};

/// Errors: `invalid` for what no search of ours gave.
inline GroupOffer group_offer_of(const Number& number) {
    const std::string offer = number.order ? number.order->offer : std::string();
    const auto first = offer.find('/');
    const auto second = first == offer.npos ? offer.npos : offer.find('/', first + 1);
    GroupOffer parts{.group = offer.substr(0, first)};
    if (first != offer.npos) {
        parts.unit = offer.substr(first + 1, second == offer.npos ? second : second - first - 1);
    }
    if (second != offer.npos) { parts.exchange = offer.substr(second + 1); }
    if (parts.group.empty() || parts.unit.empty()) {
        errors::invalid("an order names a number, or an offer of a group", offer.substr(0, 64));
    }
    return parts;
}

/// The reservation that `reserve_number` left on a number.
inline boost::json::object reservation_of(const Number& number) {
    const boost::json::object data = object_of(number.carrier_data, "carrier_data");
    const auto* reservation = JsonFields(data, "carrier_data").object("reservation");
    return reservation == nullptr ? boost::json::object() : *reservation;
}

/// What is ordered, where nothing has to be looked up for it; else empty.
inline boost::json::object item_at_hand(const Number& number) {
    if (number.number.empty()) {
        const GroupOffer offer = group_offer_of(number);
        return offer.exchange.empty() ? boost::json::object{{"sku_id", offer.unit}, {"qty", 1}} : boost::json::object();
    }
    const boost::json::object reservation = reservation_of(number);
    const JsonFields fields(reservation, "the reservation");
    if (reservation.empty()) { return {}; }
    return {{"sku_id", fields.text("sku_id")}, {"did_reservation_id", fields.text("id")}};
}

inline boost::json::object item_of_exchange(const Document& document, const GroupOffer& offer) {
    for (const Resource& each : document.data()) {
        const JsonFields attributes = each.attributes();
        if (each.type() != "nanpa_prefixes" || attributes.text("npa") + attributes.text("nxx") != offer.exchange) {
            continue;
        }
        return {{"sku_id", offer.unit}, {"qty", 1}, {"nanpa_prefix_id", each.id()}};
    }
    errors::number_unavailable("DIDWW has no such exchange any more");
}

/// Errors: `number_unavailable` when it is not listed, `price_exceeded`.
inline boost::json::object item_of_number(const Document& document, E164 number, Amount cap) {
    for (const Resource& each : document.data()) {
        if (number_of(each.attributes().text("number")) != number) { continue; }
        const Unit unit = group_around(document, each).units.front();
        if (cap.known() && unit.setup + unit.monthly > cap) {
            errors::raise(errc::price_exceeded, "setup and first month cost more by now",
                          (unit.setup + unit.monthly).str() + " USD");
        }
        return {{"sku_id", unit.id}, {"available_did_id", each.id()}};
    }
    errors::number_unavailable("DIDWW does not list the number any more");
}

/// What is ordered, as the look-up told. Errors: those of its status, and `number_unavailable`, `price_exceeded`.
inline boost::json::object item_in(const Response& response, const Number& number, Amount cap) {
    expect(response, 200);
    const Document document(response);
    if (!number.number.empty()) { return item_of_number(document, number.number, cap); }
    return item_of_exchange(document, group_offer_of(number));
}

inline boost::json::object reservation_body(const boost::json::object& item, const OperationId& reference) {
    boost::json::object linkage{{"type", "available_dids"}, {"id", item.at("available_did_id")}};
    return {{"type", "did_reservations"},
            {"attributes", {{"description", reference.view()}}},
            {"relationships", {{"available_did", {{"data", std::move(linkage)}}}}}};
}

/// A refusal that is about what was ordered, which we write as the document wants it: it cannot be had.
[[noreturn]] inline void raise_refusal(const Response& response) {
    const wire::Complaint complaint(response);
    const std::string pointer = complaint.text("errors.0.source.pointer");
    const bool is_about_it =
        pointer.starts_with("/data/attributes/items") || pointer.starts_with("/data/relationships/available_did");
    if ((response.status == 422 && is_about_it) || (response.status == 404 && wire::json_api::tells_errors(response))) {
        errors::number_unavailable(wire::json_api::reason_in(response));
    }
    raise(response);
}

/// `number` with the reservation. Errors: as an order's.
inline Number read_reservation(const Response& response, Number number, const boost::json::object& item) {
    if (response.status != 201) { raise_refusal(response); }
    const Document document(response);
    const Resource& made = document.only("did_reservations");
    const boost::json::object reservation{
        {"id", made.id()}, {"sku_id", item.at("sku_id")}, {"expires_at", made.attributes().text("expires_at")}};
    number.carrier_data = merged(number.carrier_data, {{"reservation", reservation}});
    return number;
}

/// An order of one number under `number`'s operation.
inline boost::json::object order_body(const Number& number, boost::json::object item) {
    boost::json::object entry{{"type", "did_order_items"}, {"attributes", std::move(item)}};
    return {{"type", "orders"},
            {"attributes",
             {{"allow_back_ordering", false},
              {"external_reference_id", number.order->operation.view()},
              {"items", boost::json::array{std::move(entry)}}}}};
}

/// Errors: `malformed_reply` unless the order is of one number, and of the group that was ordered from.
inline void expect_one_number(const JsonFields& order, const Number& number) {
    const auto* items = order.find("items");
    const bool is_one = items != nullptr && items->is_array() && items->get_array().size() == 1;
    const auto* item = is_one ? items->get_array().front().if_object() : nullptr;
    const auto* what =
        item == nullptr ? nullptr : JsonFields(*item, "the item", errc::malformed_reply).object("attributes");
    if (what == nullptr) { errors::malformed_reply("it is no order of one thing"); }
    const JsonFields fields(*what, "the item", errc::malformed_reply);
    const std::string group = fields.text("did_group_id");
    const std::string& offer = number.order->offer;
    const bool is_ours = offer.empty() || group.empty() || offer.starts_with(group + "/");
    if (fields.integer("qty") != 1 || !is_ours) { errors::malformed_reply("it is an order of something else"); }
}

/// A text that nothing depends on; empty where there is none.
inline std::string words_in(const JsonFields& fields, std::string_view key) {
    const auto* value = fields.find(key);
    return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}
/// What an order took, of which DIDWW tells no currency: its prices are in US dollars.
inline Money price_of(const JsonFields& order) {
    const auto amount = Amount::parse(words_in(order, "amount"));
    return amount ? Money{*amount, "USD"} : Money{};
}

/// `number` as its order stands. Errors: `malformed_reply` for another order, or one of something else.
inline Number read_order(const Resource& resource, Number number) {
    const JsonFields order = resource.attributes();
    Order& ours = *number.order;
    const std::string reference = order.text("external_reference_id"), status = order.text("status");
    const bool is_other = (!ours.reference.empty() && ours.reference != resource.id()) ||
                          (!reference.empty() && reference != ours.operation.view());
    if (is_other) { errors::malformed_reply("it is another order"); }
    expect_one_number(order, number);
    if (status == "pending") {
        ours.status = Order::Status::pending;
    } else if (status == "completed") {
        ours.status = Order::Status::complete;
    } else if (status == "canceled") {
        ours.status = Order::Status::failed;
        ours.reason = "the order was canceled";
    } else {
        errors::malformed_reply("the order's status is '" + status.substr(0, 64) + "'");
    }
    ours.reference = resource.id();
    ours.price = price_of(order);
    boost::json::object summary{{"id", resource.id()}};
    for (const std::string_view key : {"reference", "amount", "status", "created_at"}) {
        summary[key] = words_in(order, key);
    }
    number.carrier_data = merged(number.carrier_data, {{"order", std::move(summary)}});
    return number;
}

/// The reply to a look at the order.
inline Number read_order(const Response& response, Number number) {
    expect(response, 200);
    const Document document(response);
    return read_order(document.only("orders"), std::move(number));
}

/// The reply to the order itself. It does not name the number: until that is known the order is pending.
inline Number read_placed(const Response& response, Number number) {
    if (response.status != 201) { raise_refusal(response); }
    const Document document(response);
    number = read_order(document.only("orders"), std::move(number));
    if (number.order->status == Order::Status::complete) { number.order->status = Order::Status::pending; }
    return number;
}

/// The order under our reference; nothing when there is none. Of one that was sent twice, the better.
inline std::optional<Number> order_in(const Response& response, const Number& number, const OperationId& reference) {
    expect(response, 200);
    const Document document(response);
    std::optional<Number> found;
    for (const Resource& each : document.all("orders")) {
        if (each.attributes().text("external_reference_id") != reference.view()) { continue; }
        Number asked = number;
        asked.order = Order{.operation = reference, .offer = number.order ? number.order->offer : std::string()};
        Number ours = read_order(each, std::move(asked));
        if (!found || found->order->status == Order::Status::failed) { found = std::move(ours); }
    }
    return found;
}

/// A page of the list of our numbers has that many: no largest one is documented.
inline constexpr std::uint64_t list_page = 100;

/// A number of ours.
struct Did {
    std::string id{};
    bool is_terminated = false;
    bool awaits_registration = false;
    boost::json::object summary{};  ///< what is worth keeping on the number
};

inline Did did_of(const Resource& resource) {
    const JsonFields attributes = resource.attributes();
    Did did{.id = resource.id(),
            .is_terminated = attributes.flag("terminated"),
            .awaits_registration = attributes.flag("awaiting_registration")};
    did.summary = {
        {"id", did.id}, {"terminated", did.is_terminated}, {"expires_at", words_in(attributes, "expires_at")}};
    return did;
}

/// `number` with the number that its complete order brought. One that waits to be registered is ours, but is blocked.
/// Errors: `malformed_reply` unless it is one, and the one that was ordered.
inline Number read_ordered(const Response& response, Number number) {
    expect(response, 200);
    const Document document(response);
    const auto& dids = document.all("dids");
    if (dids.size() != 1) { errors::malformed_reply("the order brought " + std::to_string(dids.size()) + " numbers"); }
    const E164 brought = number_of(dids.front().attributes().text("number"));
    const auto orders = dids.front().related("order");
    const bool is_of_order = orders.size() == 1 && orders.front().id == number.order->reference;
    const bool is_other = !number.number.empty() && number.number != brought;
    if (brought.empty() || is_other || !is_of_order) { errors::malformed_reply("the order brought another number"); }
    const Did did = did_of(dids.front());
    number.number = brought;
    number.carrier_data = merged(number.carrier_data, {{"did", did.summary}});
    if (did.awaits_registration) {
        number.order->status = Order::Status::needs_action;
        number.order->reason = "the number waits to be registered with an identity and an address";
    }
    return number;
}

/// The one of ours that `number` is; nothing when it is none, or taken out of service.
inline std::optional<Did> did_in(const Response& response, E164 number) {
    expect(response, 200);
    const Document document(response);
    for (const Resource& each : document.data()) {
        Did did = did_of(each);
        const bool is_it = each.type() == "dids" && number_of(each.attributes().text("number")) == number;
        if (is_it && !did.is_terminated) { return did; }
    }
    (void)document.all("dids");  // else it may be among those that are missing
    return {};
}

/// A page of the list of our numbers.
inline OwnedNumbers owned_in(const Response& response, const detail::OwnedProgress& progress) {
    expect(response, 200);
    const Document document(response);
    const auto& dids = document.page("dids");
    std::vector<E164> numbers;
    for (const Resource& each : dids) {
        const E164 number = number_of(each.attributes().text("number"));
        if (number.empty()) { errors::malformed_reply("a number of ours cannot be read"); }
        if (!did_of(each).is_terminated) { numbers.push_back(number); }
    }
    return progress.behind(std::move(numbers), dids.size(), document.total());
}

/// The reply to taking `did` out of service, which it stays until the end of what is paid for.
inline Number read_released(const Response& response, Number number, const Did& did) {
    if (response.status == 404 && wire::json_api::tells_errors(response)) { return number; }
    expect(response, 200);
    const Document document(response);
    const Resource& resource = document.only("dids");
    const Did left = did_of(resource);
    if (left.id != did.id || number_of(resource.attributes().text("number")) != number.number) {
        errors::malformed_reply("it is about another number");
    }
    if (!left.is_terminated) { errors::malformed_reply("the number is not terminated"); }
    number.carrier_data = merged(number.carrier_data, {{"did", left.summary}});
    return number;
}

/// The token in the token service's reply. Errors: those of its status; `malformed_reply` when there is none.
inline Secret read_token(const Response& response) {
    if (response.status != 201) { expect(response, 200); }
    const boost::json::object reply = wire::read_object(response);
    Secret token(JsonFields(reply, "the token service's reply", errc::malformed_reply).text("access_token"));
    if (token.empty()) { errors::malformed_reply("the token service gave no access_token"); }
    return token;
}

}  // namespace tandem::carriers::didww
