// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>
#include <tandem/testing/sandbox/telnyx_search.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// Telnyx v2 under `/v2`, after its OpenAPI document: orders take time, and only numbers that a search has shown can be
/// ordered. Each look at an order, by its id or in a list, is one poll.
class Telnyx {
public:
    static constexpr std::string_view default_key = "KEY-of-the-sandbox";

    explicit Telnyx(Ledger ledger = stocked(telnyx_ranges, 1), std::string api_key = std::string(default_key))
        : ledger_(std::move(ledger)), api_key_(std::move(api_key)) {}

    static constexpr std::string_view carrier = "telnyx";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_key", default_key}, {"base_url", origin + "/v2"}};
    }

    Ledger& ledger() { return ledger_; }
    const std::string& api_key() const { return api_key_; }

    Reply error(const Refusal& refusal) {
        const std::string_view code = refusal.status == 401   ? "10009"
                                      : refusal.status == 403 ? "10010"
                                      : refusal.status == 404 ? "10005"
                                      : refusal.status == 429 ? "10011"
                                      : refusal.status >= 500 ? "10007"
                                                              : "10015";
        const std::string_view title = refusal.status == 401   ? "Authentication failed"
                                       : refusal.status == 403 ? "Not authorized"
                                       : refusal.status == 404 ? "Resource not found"
                                       : refusal.status == 429 ? "Too many requests"
                                       : refusal.status >= 500 ? "Unexpected error"
                                                               : "Bad Request";
        boost::json::object entry{{"code", code}, {"title", title}, {"detail", refusal.what()}};
        if (!refusal.where.empty()) {
            entry["source"] = {{refusal.where.starts_with('/') ? "pointer" : "parameter", refusal.where}};
        }
        return limited({refusal.status, {{"errors", boost::json::array{std::move(entry)}}}});
    }

    Reply answer(const Call& call) {
        if (call.field("Authorization") != "Bearer " + api_key_) {
            throw Refusal(401, "the credentials are not known here");
        }
        return limited(act(call));
    }

private:
    struct NumberOrder {
        std::string id;
        std::string customer_reference;
        std::string connection_id;
        std::string messaging_profile_id;
        std::string billing_group_id;
        std::vector<Item> items;
        unsigned polls = 0;
        std::string status = "pending";
    };
    static constexpr std::string_view moment = "2026-01-01T00:00:00.000000Z";

    Reply limited(Reply reply) {
        constexpr std::uint64_t window = 1000;
        const std::uint64_t left = window - 1 - requests_++ % window;
        reply.fields.emplace_back("x-ratelimit-limit", std::to_string(window));
        reply.fields.emplace_back("x-ratelimit-remaining", std::to_string(left));
        reply.fields.emplace_back("x-ratelimit-reset", "1");
        return reply;
    }

    Reply act(const Call& call) {
        if (call.is("GET", {"v2", "available_phone_numbers"})) { return telnyx::search(call, ledger_, held_, found_); }
        if (call.is("GET", {"v2", "available_phone_number_blocks"})) { return telnyx::search_blocks(call, ledger_); }
        if (call.is("POST", {"v2", "number_orders"})) { return order(call); }
        if (call.is("GET", {"v2", "number_orders"})) { return list_orders(call); }
        if (call.is("GET", {"v2", "number_orders", "*"})) { return show_order(call); }
        if (call.is("POST", {"v2", "number_reservations"})) { return reserve(call); }
        if (call.is("GET", {"v2", "number_reservations", "*"})) { return show_reservation(call); }
        if (call.is("GET", {"v2", "phone_numbers"})) { return list_numbers(call); }
        if (call.is("GET", {"v2", "phone_numbers", "*"})) {
            call.allow_only({});
            return {200, {{"data", number_of(the_number(call), "active")}}};
        }
        if (call.is("DELETE", {"v2", "phone_numbers", "*"})) { return release(call); }
        throw Refusal(404, "no such resource: " + call.method + " " + call.target);
    }

    static boost::json::object body_of(const Call& call, std::initializer_list<std::string_view> allowed) {
        call.allow_only({});
        if (!call.field("Content-Type").starts_with("application/json")) {
            throw Refusal(400, "Content-Type is application/json");
        }
        return call.object(422, allowed);
    }
    static std::string text(const boost::json::object& body, std::string_view key) {
        const auto* value = body.if_contains(key);
        if (value == nullptr || value->is_null()) { return {}; }
        if (!value->is_string()) { throw Refusal(422, std::string(key) + " is text", "/" + std::string(key)); }
        return std::string(value->get_string());
    }
    static std::vector<E164> numbers_in(const boost::json::object& body) {
        const auto* list = body.if_contains("phone_numbers");
        if (list == nullptr || !list->is_array() || list->get_array().empty()) {
            throw Refusal(422, "phone_numbers is a list of at least one", "/phone_numbers");
        }
        std::vector<E164> numbers;
        for (const auto& each : list->get_array()) {
            const std::string where = "/phone_numbers/" + std::to_string(numbers.size());
            if (!each.is_object()) { throw Refusal(422, "an entry is an object", where); }
            for (const auto& field : each.get_object()) {
                if (field.key() != "phone_number" && field.key() != "requirement_group_id" &&
                    field.key() != "bundle_id") {
                    throw Refusal(422, "unknown field " + std::string(field.key()), where);
                }
            }
            const auto number = E164::parse_or_empty(text(each.get_object(), "phone_number"));
            if (number.digit_count() < 5) { throw Refusal(422, "phone_number is E.164", where + "/phone_number"); }
            if (std::find(numbers.begin(), numbers.end(), number) != numbers.end()) {
                throw Refusal(422, "the number stands twice", where + "/phone_number");
            }
            numbers.push_back(number);
        }
        return numbers;
    }
    std::string next_id() {
        const std::string count = std::to_string(1'000'000'000'000 + ++ids_).substr(1);
        return "5a4db0c5-0000-4000-8000-" + count;
    }

    Reply order(const Call& call) {
        const auto body = body_of(
            call, {"phone_numbers", "connection_id", "messaging_profile_id", "billing_group_id", "customer_reference"});
        NumberOrder made;
        made.customer_reference = text(body, "customer_reference");
        made.connection_id = text(body, "connection_id");
        made.messaging_profile_id = text(body, "messaging_profile_id");
        made.billing_group_id = text(body, "billing_group_id");
        const auto numbers = numbers_in(body);
        for (std::size_t i = 0; i < numbers.size(); ++i) {  // all or nothing
            if (ledger_.stock().contains(numbers[i]) && found_.contains(numbers[i])) { continue; }
            ledger_.note("refused", numbers[i], {}, made.customer_reference);
            const bool there = ledger_.stock().contains(numbers[i]);
            throw Refusal(
                422,
                there ? "only numbers that a search has shown can be ordered" : "the phone number is not available",
                "/phone_numbers/" + std::to_string(i) + "/phone_number");
        }
        made.id = next_id();
        for (const E164 number : numbers) {
            ledger_.order(number, made.id, made.customer_reference);
            const Item& item = *ledger_.bought(number);
            made.polls = std::max(made.polls, item.polls);
            made.items.push_back(item);
            held_.erase(number);
            ids_of_numbers_.insert_or_assign(number, "29" + std::to_string(30'000'000'000'000'000 + ++ids_));
        }
        NumberOrder& kept = orders_.emplace_back(std::move(made));
        // What needs no time is done by the first look at it: an order's own reply is always pending.
        return {200, {{"data", to_json(kept)}}};
    }

    void look_at(NumberOrder& order) {
        if (order.status != "pending") { return; }
        if (order.polls > 0) {
            --order.polls;
            return;
        }
        const auto any = [&](bool Item::* flag) {
            return std::any_of(order.items.begin(), order.items.end(), [&](const Item& item) { return item.*flag; });
        };
        if (any(&Item::needs_action)) { return; }
        const bool good = !any(&Item::fails);
        order.status = good ? "success" : "failure";
        for (const Item& item : order.items) { ledger_.finish(order.id, item.number, good); }
    }

    static boost::json::object to_json(const NumberOrder& order) {
        boost::json::array numbers;
        bool met = true;
        for (const Item& item : order.items) {
            met = met && !item.needs_action;
            numbers.push_back(boost::json::object{
                {"record_type", "number_order_phone_number"},
                {"id", order.id.substr(0, 35) + static_cast<char>('a' + numbers.size() % 6)},
                {"phone_number", item.number.str()},
                {"status", order.status},
                {"requirements_met", !item.needs_action},
                {"requirements_status", item.needs_action ? "requirement-info-pending" : "approved"},
                {"regulatory_requirements", boost::json::array{}},
                {"country_code", item.country()},
                {"phone_number_type", telnyx::type_of(item)}});
        }
        return {{"record_type", "number_order"},
                {"id", order.id},
                {"status", order.status},
                {"phone_numbers_count", order.items.size()},
                {"phone_numbers", std::move(numbers)},
                {"requirements_met", met},
                {"customer_reference", order.customer_reference},
                {"connection_id", order.connection_id},
                {"messaging_profile_id", order.messaging_profile_id},
                {"billing_group_id", order.billing_group_id},
                {"sub_number_orders_ids", boost::json::array{}},
                {"created_at", moment},
                {"updated_at", moment}};
    }

    Reply show_order(const Call& call) {
        call.allow_only({});
        for (NumberOrder& order : orders_) {
            if (order.id == call.path[2]) {
                look_at(order);
                return {200, {{"data", to_json(order)}}};
            }
        }
        throw Refusal(404, "no such order");
    }

    /// One page of `rows` as the call asks for.
    Reply paged(const Call& call, boost::json::array rows) const {
        const std::size_t size = ledger_.page_rows(call.count("page[size]", 20, 1, 250));
        const std::size_t page = call.count("page[number]", 1, 1, 1'000'000);
        boost::json::array data;
        for (std::size_t i = (page - 1) * size; i < rows.size() && data.size() < size; ++i) { data.push_back(rows[i]); }
        const std::size_t pages = (rows.size() + size - 1) / size;
        return {
            200,
            {{"data", std::move(data)},
             {"meta",
              {{"page_number", page}, {"page_size", size}, {"total_pages", pages}, {"total_results", rows.size()}}}}};
    }

    Reply list_orders(const Call& call) {
        call.allow_only({"filter[customer_reference]", "filter[status]", "page[number]", "page[size]"});
        const auto reference = call.parameter("filter[customer_reference]");
        const auto status = call.parameter("filter[status]");
        boost::json::array rows;
        for (auto order = orders_.rbegin(); order != orders_.rend(); ++order) {  // the newest first
            if (reference.value_or(order->customer_reference) != order->customer_reference) { continue; }
            look_at(*order);
            if (status.value_or(order->status) != order->status) { continue; }
            auto row = to_json(*order);
            boost::json::array numbers;  // a list tells less of them
            for (const auto& each : row["phone_numbers"].as_array()) {
                numbers.push_back(boost::json::object{{"id", each.as_object().at("id")},
                                                      {"phone_number", each.as_object().at("phone_number")}});
            }
            row["phone_numbers"] = std::move(numbers);
            rows.push_back(std::move(row));
        }
        return paged(call, std::move(rows));
    }

    Reply reserve(const Call& call) {
        const auto body = body_of(call, {"phone_numbers", "customer_reference"});
        boost::json::array numbers;
        bool good = true;
        const std::string id = next_id();
        for (const E164 number : numbers_in(body)) {
            const bool taken = !ledger_.stock().contains(number) || !held_.insert(number).second;
            good = good && !taken;
            boost::json::object row{{"record_type", "reserved_phone_number"},
                                    {"id", next_id()},
                                    {"phone_number", number.str()},
                                    {"status", taken ? "failure" : "success"},
                                    {"expired_at", "2026-01-01T00:30:00.000000Z"},
                                    {"created_at", moment},
                                    {"updated_at", moment}};
            if (taken) { row["errors"] = "the number cannot be held"; }
            if (!taken) { ledger_.note("reserved", number, id, text(body, "customer_reference")); }
            numbers.push_back(std::move(row));
        }
        boost::json::object data{{"record_type", "number_reservation"},
                                 {"id", id},
                                 {"status", good ? "success" : "failure"},
                                 {"phone_numbers", std::move(numbers)},
                                 {"customer_reference", text(body, "customer_reference")},
                                 {"created_at", moment},
                                 {"updated_at", moment}};
        reservations_.insert_or_assign(id, data);
        return {200, {{"data", std::move(data)}}};
    }
    Reply show_reservation(const Call& call) {
        call.allow_only({});
        const auto found = reservations_.find(call.path[2]);
        if (found == reservations_.end()) { throw Refusal(404, "no such reservation"); }
        return {200, {{"data", found->second}}};
    }

    std::string status_of(E164 number) const {
        return ledger_.owned().contains(number) ? "active" : "purchase-pending";
    }

    boost::json::object number_of(E164 number, std::string_view status) const {
        const Item& item = *ledger_.bought(number);
        std::string reference;
        for (const NumberOrder& order : orders_) {
            for (const Item& each : order.items) {
                if (each.number == number) { reference = order.customer_reference; }
            }
        }
        return {{"record_type", "phone_number"},
                {"id", ids_of_numbers_.at(number)},
                {"phone_number", number.str()},
                {"country_iso_alpha2", item.country()},
                {"status", status},
                {"tags", boost::json::array{}},
                {"external_pin", nullptr},
                {"phone_number_type", telnyx::type_of(item)},
                {"customer_reference", reference},
                {"deletion_lock_enabled", item.deletion_lock},
                {"purchased_at", moment},
                {"created_at", moment},
                {"updated_at", moment}};
    }

    Reply list_numbers(const Call& call) {
        call.allow_only(
            {"filter[phone_number]", "filter[customer_reference]", "filter[status]", "page[number]", "page[size]"});
        const auto digits = call.parameter("filter[phone_number]");
        if (digits && digits->size() < 3) {
            throw Refusal(400, "filter[phone_number] has at least three digits", "filter[phone_number]");
        }
        const auto status = call.parameter("filter[status]");
        const auto reference = call.parameter("filter[customer_reference]");
        boost::json::array rows;
        for (const auto& each : ids_of_numbers_) {
            const E164 number = each.first;
            // Anything but digits finds nothing: so the document says.
            if (ledger_.bought(number) == nullptr || (digits && number.digits().find(*digits) == std::string::npos)) {
                continue;
            }
            auto row = number_of(number, status_of(number));
            if ((status && row["status"].as_string() != *status) ||
                (reference && row["customer_reference"].as_string() != *reference)) {
                continue;
            }
            rows.push_back(std::move(row));
        }
        return paged(call, std::move(rows));
    }

    E164 the_number(const Call& call) const {
        for (const auto& [number, id] : ids_of_numbers_) {
            if (id == call.path[2] && ledger_.owned().contains(number)) { return number; }
        }
        throw Refusal(404, "no such phone number");
    }

    Reply release(const Call& call) {
        call.allow_only({});
        const E164 number = the_number(call);
        if (ledger_.bought(number)->deletion_lock) { throw Refusal(422, "the number's deletion lock is on", "/base"); }
        auto data = number_of(number, "deleted");
        data.erase("country_iso_alpha2");
        ledger_.release(number);
        ids_of_numbers_.erase(number);
        return {200, {{"data", std::move(data)}}};
    }

    Ledger ledger_;
    std::string api_key_;
    std::vector<NumberOrder> orders_;
    std::map<std::string, boost::json::object> reservations_;
    std::map<E164, std::string> ids_of_numbers_;
    std::set<E164> held_;
    std::set<E164> found_;
    std::uint64_t ids_ = 0;
    std::uint64_t requests_ = 0;
};
static_assert(Site<Telnyx>);

}  // namespace tandem::testing::sandbox
