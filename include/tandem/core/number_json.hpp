// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

/// Numbers as Kazoo's documents of the databases `numbers/+1415`.
namespace tandem {

namespace detail {

/// Every private key that a member of `Number` stands for, the older `pvt_module_data` included.
inline constexpr std::array<std::string_view, 18> number_keys{
    "pvt_state",    "pvt_module_name",  "pvt_assigned_to",   "pvt_reserve_history",
    "pvt_features", "pvt_carrier_data", "pvt_module_data",   "pvt_features_allowed",
    "pvt_created",  "pvt_modified",     "pvt_ported_in",     "pvt_features_denied",
    "pvt_type",     "pvt_db_name",      "pvt_billing_class", "pvt_order",
    "_id",          "pvt_operation"};

inline constexpr std::string_view carrier_prefix = "knm_";

inline bool is_private_key(std::string_view key) { return key.starts_with("pvt_") || key.starts_with('_'); }

inline boost::json::array to_json_array(const std::vector<std::string>& texts) {
    boost::json::array list;
    for (const auto& text : texts) { list.emplace_back(readable_text(text)); }
    return list;
}

inline boost::json::value amount_to_json(Amount amount) {
    return amount.known() ? boost::json::value(amount.str()) : boost::json::value(nullptr);
}

inline Amount amount_from(const JsonFields& fields, std::string_view key) {
    if (fields.find(key) == nullptr) { return {}; }
    const auto amount = Amount::parse(fields.text(key));
    if (!amount) { fields.refuse(key, "an amount as text, such as 1.00"); }
    return *amount;
}

inline boost::json::object money_to_json(Money money) {
    return {{"amount", amount_to_json(money.amount)}, {"currency", readable_or_null(money.currency.view())}};
}

inline Money money_from(const JsonFields& fields, std::string_view key) {
    const auto* object = fields.object(key);
    if (object == nullptr) { return {}; }
    const JsonFields parts(*object, key);
    Money money;
    money.amount = amount_from(parts, "amount");
    if (parts.find("currency") != nullptr) {
        const auto currency = Currency::parse(parts.text("currency"));
        if (!currency) { parts.refuse("currency", "an ISO 4217 code"); }
        money.currency = *currency;
    }
    return money;
}

inline boost::json::object order_to_json(const Order& order) {
    boost::json::object object{{"operation", order.operation.view()},
                               {"offer", readable_text(order.offer)},
                               {"reference", readable_text(order.reference)},
                               {"status", name_of(order.status)},
                               {"reason", readable_text(order.reason)}};
    if (order.price.amount.known()) { object["price"] = money_to_json(order.price); }
    return object;
}

inline Order order_from_json(const boost::json::object& object) {
    const JsonFields fields(object, "pvt_order");
    Order order;
    order.operation = fields.short_text<OperationId>("operation");
    order.offer = fields.text("offer");
    order.reference = fields.text("reference");
    order.reason = fields.text("reason");
    order.price = money_from(fields, "price");
    const auto status = order_status_of(fields.text("status"));
    if (!status) {
        fields.refuse("status", "accepted, pending, partial, complete, failed, backordered or needs_action");
    }
    order.status = *status;
    return order;
}

/// Years 0 to 9999: what both calendars hold without overflow.
inline constexpr std::int64_t max_kazoo_seconds = 315'569'520'000;

inline std::int64_t checked_kazoo_seconds(UnixTime time, std::string_view key) {
    const auto seconds = time.time_since_epoch().count();
    if (seconds < -unix_epoch_in_kazoo_seconds || seconds > max_kazoo_seconds - unix_epoch_in_kazoo_seconds) {
        errors::invalid(std::string(key) + " must be in the years 0 to 9999");
    }
    return to_kazoo_seconds(time);
}

inline UnixTime time_from(const JsonFields& fields, std::string_view key) {
    const auto seconds = fields.integer(key, unix_epoch_in_kazoo_seconds);
    if (seconds < 0 || seconds > max_kazoo_seconds) { fields.refuse(key, "seconds in the years 0 to 9999"); }
    return from_kazoo_seconds(seconds);
}

/// CouchDB's revisions are `3-<hash>`: the count is ours to compare, the whole text stays with the private fields.
inline Revision revision_from(std::string_view text, const JsonFields& fields) {
    Revision revision = 0;
    const auto digits = text.substr(0, text.find('-'));
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), revision);
    if (failed != std::errc() || end != digits.data() + digits.size()) {
        fields.refuse("_rev", "a revision such as 3 or 3-917fa2");
    }
    return revision;
}

/// Kazoo's features are an object; its oldest documents hold a list of names.
inline JsonText features_from(const JsonFields& fields) {
    const auto* value = fields.find("pvt_features");
    if (value == nullptr || !value->is_array()) {
        const auto* object = fields.object("pvt_features");
        return object == nullptr ? JsonText() : to_json_text(*object);
    }
    boost::json::object features;
    for (const auto& name : fields.texts("pvt_features")) { features[name] = boost::json::object(); }
    return to_json_text(std::move(features));
}

/// As `number_from_json`, for what an operation holds too: there a number may not be named yet.
inline Number read_number(const boost::json::object& document, bool may_be_unnamed) {
    const JsonFields fields(document, "number document");
    Number number;
    const auto id = fields.text("_id");
    if (!id.empty() || !may_be_unnamed) {
        if (!E164::is_valid(id)) { fields.refuse("_id", "'+' and 3 to 15 digits, the first not 0"); }
        number.number = E164::parse_or_empty(id);
    }
    if (const auto type = fields.text("pvt_type"); !type.empty() && type != "number") {
        fields.refuse("pvt_type", "number");
    }
    const auto state = state_of(fields.text("pvt_state"));
    if (!state) { fields.refuse("pvt_state", "one of Kazoo's nine states, such as in_service"); }
    number.state = *state;
    number.carrier = fields.text("pvt_module_name");
    if (number.carrier.starts_with(carrier_prefix)) { number.carrier.erase(0, carrier_prefix.size()); }
    number.assigned_to = fields.text("pvt_assigned_to");
    number.reserve_history = fields.texts("pvt_reserve_history");
    number.features = features_from(fields);
    number.features_allowed = fields.texts("pvt_features_allowed");
    number.features_denied = fields.texts("pvt_features_denied");
    const auto* data = fields.object("pvt_carrier_data");
    if (data == nullptr) { data = fields.object("pvt_module_data"); }
    if (data != nullptr) { number.carrier_data = to_json_text(*data); }
    number.billing_class = fields.text("pvt_billing_class");
    if (const auto* order = fields.object("pvt_order")) { number.order = order_from_json(*order); }
    number.ported_in = fields.flag("pvt_ported_in");
    number.created = time_from(fields, "pvt_created");
    number.modified = time_from(fields, "pvt_modified");
    number.fence = fields.short_text<OperationId>("pvt_operation");

    boost::json::object kept;
    boost::json::object open;
    if (const auto revision = fields.text("_rev"); !revision.empty()) {
        number.revision = revision_from(revision, fields);
        if (revision != std::to_string(number.revision)) { kept["_rev"] = revision; }
    }
    for (const auto& [key, value] : document) {
        if (!is_private_key(key)) {
            open[key] = value;
        } else if (key != "_rev" && std::find(number_keys.begin(), number_keys.end(), key) == number_keys.end()) {
            kept[key] = value;
        }
    }
    number.private_fields = to_json_text(std::move(kept));
    number.public_fields = to_json_text(std::move(open));
    return number;
}

}  // namespace detail

/// The document of `number`, as Kazoo keeps it, and Tandem's own keys `pvt_order`, `pvt_billing_class` and
/// `pvt_operation` (the fence). What is empty is absent.
/// Errors: `invalid`, thrown, when a field that holds JSON does not, when public fields use a private key's name, or
/// when a time is outside the years 0 to 9999.
inline boost::json::object to_json(const Number& number) {
    boost::json::object document;
    const auto text = number.number.text();
    if (!number.number.empty()) { document["_id"] = text.view(); }
    auto kept = object_of(number.private_fields, "private_fields");
    if (number.revision != 0) {
        auto revision = std::to_string(number.revision);
        const auto* whole = kept.if_contains("_rev");
        const bool current =
            whole != nullptr && whole->is_string() && std::string_view(whole->get_string()).starts_with(revision + "-");
        document["_rev"] = current ? *whole : boost::json::value(std::move(revision));
    }
    document["pvt_type"] = "number";
    if (!number.number.empty()) { document["pvt_db_name"] = "numbers/" + std::string(text.view().substr(0, 5)); }
    document["pvt_state"] = name_of(number.state);
    if (!number.carrier.empty()) {
        document["pvt_module_name"] = std::string(detail::carrier_prefix) + readable_text(number.carrier);
    }
    if (!number.assigned_to.empty()) { document["pvt_assigned_to"] = readable_text(number.assigned_to); }
    document["pvt_reserve_history"] = detail::to_json_array(number.reserve_history);
    document["pvt_features"] = object_of(number.features, "features");
    if (!number.features_allowed.empty()) {
        document["pvt_features_allowed"] = detail::to_json_array(number.features_allowed);
    }
    if (!number.features_denied.empty()) {
        document["pvt_features_denied"] = detail::to_json_array(number.features_denied);
    }
    document["pvt_carrier_data"] = object_of(number.carrier_data, "carrier_data");
    document["pvt_ported_in"] = number.ported_in;
    document["pvt_created"] = detail::checked_kazoo_seconds(number.created, "created");
    document["pvt_modified"] = detail::checked_kazoo_seconds(number.modified, "modified");
    if (!number.billing_class.empty()) { document["pvt_billing_class"] = readable_text(number.billing_class); }
    if (number.order) { document["pvt_order"] = detail::order_to_json(*number.order); }
    if (!number.fence.empty()) { document["pvt_operation"] = number.fence.view(); }
    for (auto& [key, value] : kept) {
        if (key != "_rev" && !document.contains(key)) { document[key] = std::move(value); }
    }
    for (auto& [key, value] : object_of(number.public_fields, "public_fields")) {
        if (detail::is_private_key(key)) {
            errors::invalid("public fields begin neither with '_' nor with 'pvt_'", std::string(key));
        }
        document[key] = std::move(value);
    }
    return document;
}

/// Reads a document that Kazoo or `to_json` wrote. Private keys that Tandem does not know are kept.
/// Errors: `invalid`, naming the key and what is allowed.
inline Result<Number> number_from_json(const boost::json::object& document) try {
    return detail::read_number(document, false);
} catch (const Exception& exception) { return exception.error(); }

}  // namespace tandem
