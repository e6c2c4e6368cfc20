// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/didww_coverage.hpp>
#include <tandem/testing/sandbox/json_api.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The resources of DIDWW's API 3 that clients write: how they are read of a body, and how orders and reservations are
/// told.
namespace tandem::testing::sandbox::didww {

inline constexpr std::string_view moment = "2026-01-01T00:00:00.000Z";

inline std::string text(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || value->is_null()) { return {}; }
    if (!value->is_string()) {
        throw Refusal(422, std::string(key) + " is text", "/data/attributes/" + std::string(key));
    }
    return std::string(value->get_string());
}
inline void require_only(const boost::json::object& object, std::initializer_list<std::string_view> allowed) {
    for (const auto& each : object) {
        const bool is_known = std::find(allowed.begin(), allowed.end(), each.key()) != allowed.end();
        if (!is_known) { throw Refusal(400, "unknown: " + std::string(each.key()) + " is not allowed."); }
    }
}
inline boost::json::object attributes_of(const boost::json::object& resource) {
    const auto* attributes = resource.if_contains("attributes");
    if (attributes == nullptr) { return {}; }
    if (!attributes->is_object()) { throw Refusal(400, "attributes are an object"); }
    return attributes->get_object();
}
/// The id that a relationship names; empty when it names none.
inline std::string related_id(const boost::json::object& resource, std::string_view name) {
    const auto* relationships = resource.if_contains("relationships");
    boost::system::error_code missing;
    const auto* id =
        relationships == nullptr ? nullptr : relationships->find_pointer("/" + std::string(name) + "/data/id", missing);
    return id == nullptr || !id->is_string() ? std::string() : std::string(id->get_string());
}
/// The resource in the call's body. Errors: `Refusal` unless it is of `type` and has no attribute but `allowed`.
inline boost::json::object body_of(const Call& call, std::string_view type,
                                   std::initializer_list<std::string_view> allowed) {
    call.allow_only({});
    if (call.field("Content-Type") != json_api::media_type) {
        throw Refusal(415, "the body is " + std::string(json_api::media_type));
    }
    boost::json::object document = call.object(400, {"data"});
    auto* data = document.if_contains("data");
    if (data == nullptr || !data->is_object() || text(data->get_object(), "type") != type) {
        throw Refusal(400, "data is one of " + std::string(type));
    }
    for (const auto& each : data->get_object()) {
        const bool is_known =
            each.key() == "id" || each.key() == "type" || each.key() == "attributes" || each.key() == "relationships";
        if (!is_known) { throw Refusal(400, "unknown member " + std::string(each.key())); }
    }
    require_only(attributes_of(data->get_object()), allowed);
    return std::move(data->get_object());
}

/// A line of an order.
struct Line {
    std::string group{};
    Unit unit{};
    std::vector<E164> numbers{};
};
struct DidOrder {
    std::string id;
    std::string reference;
    std::string external_reference;
    std::vector<Line> lines;
    unsigned polls = 0;
    bool fails = false;
    std::string status = "pending";
};
/// One of the account's numbers.
struct Did {
    std::string id;
    std::string order;
    Item item;
    unsigned channels = 0;
    bool is_terminated = false;
};
struct Reservation {
    E164 number;
    std::string description;
};

inline boost::json::object to_json(const std::string& id, const Reservation& reservation) {
    return {{"id", id},
            {"type", "did_reservations"},
            {"attributes",
             {{"description", reservation.description},
              {"created_at", moment},
              {"expires_at", "2026-01-01T00:10:00.000Z"}}},
            {"relationships", {{"available_did", link_to("did_reservations/" + id + "/available_did")}}}};
}
inline boost::json::object to_json(const DidOrder& order) {
    boost::json::array items;
    Amount total = Amount::zero();
    const bool is_done = order.status == "completed";
    for (const Line& line : order.lines) {
        const auto count = static_cast<std::int64_t>(line.numbers.size());
        const Amount setup = line.unit.setup * count, monthly = line.unit.monthly * count;
        total += setup + monthly;
        items.push_back(
            boost::json::object{{"type", "did_order_items"},
                                {"attributes",
                                 {{"qty", count},
                                  {"nrc", setup.str()},
                                  {"mrc", monthly.str()},
                                  {"prorated_mrc", false},
                                  {"billed_from", is_done ? boost::json::value("2026-01-01") : boost::json::value()},
                                  {"billed_to", is_done ? boost::json::value("2026-02-01") : boost::json::value()},
                                  {"setup_price", setup.str()},
                                  {"monthly_price", monthly.str()},
                                  {"did_group_id", line.group}}}});
    }
    const bool is_named = !order.external_reference.empty();
    return {{"id", order.id},
            {"type", "orders"},
            {"attributes",
             {{"reference", order.reference},
              {"amount", total.str()},
              {"status", order.status},
              {"created_at", moment},
              {"description", "DID"},
              {"items", std::move(items)},
              {"callback_url", nullptr},
              {"callback_method", nullptr},
              {"external_reference_id",
               is_named ? boost::json::value(boost::json::string(order.external_reference)) : boost::json::value()}}}};
}
/// `orders`: all of them, its own among them.
inline boost::json::object to_json(const Did& did, const std::vector<DidOrder>& orders,
                                   const std::set<std::string>& includes, Included& included) {
    const std::string path = "dids/" + did.id + "/";
    boost::json::object group = link_to(path + "did_group"), order = link_to(path + "order");
    if (includes.contains("did_group")) {
        const Group around = group_of(did.item);
        group = linkage("did_groups", around.id);
        included.add(to_json(around, includes, "did_group", false, included));
    }
    if (includes.contains("order")) {
        order = linkage("orders", did.order);
        for (const DidOrder& each : orders) {
            if (each.id == did.order) { included.add(to_json(each)); }
        }
    }
    return {{"id", did.id},
            {"type", "dids"},
            {"attributes",
             {{"number", did.item.number.digits()},
              {"description", nullptr},
              {"blocked", did.item.needs_action || did.is_terminated},
              {"awaiting_registration", did.item.needs_action},
              {"terminated", did.is_terminated},
              {"emergency_enabled", false},
              {"capacity_limit", nullptr},
              {"channels_included_count", did.channels},
              {"dedicated_channels_count", 0},
              {"billing_cycles_count", did.is_terminated ? boost::json::value(0) : boost::json::value()},
              {"created_at", moment},
              {"expires_at", "2026-02-01T00:00:00.000Z"}}},
            {"relationships", {{"did_group", std::move(group)}, {"order", std::move(order)}}}};
}

}  // namespace tandem::testing::sandbox::didww
