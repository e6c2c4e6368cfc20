// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/didww_coverage.hpp>
#include <tandem/testing/sandbox/didww_resources.hpp>
#include <tandem/testing/sandbox/site.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

inline constexpr std::array<Range, 2> didww_ranges{{
    {"+17185550100", 30, "NWYRCYZN05", "NY", "Brooklyn", "0.40", "0.80"},
    {"+441314960100", 20, "", "", "Edinburgh", "0.50", "1.10"},
}};

/// DIDWW's API 3 under `/v3` and its token service at `/token`, after its documentation: orders take time and do not
/// name their numbers, which `GET /v3/dids?filter[order.id]=…` does. Each look at an order is one poll. What the stock
/// control says of `needs_action` means here that a number has to be registered: it is bought, and blocked.
class Didww {
public:
    static constexpr std::string_view default_key = "key-of-the-sandbox";

    /// `may_select`: whether the account may choose its numbers, which DIDWW allows on request only.
    explicit Didww(Ledger ledger = stocked(didww_ranges, 1), bool may_select = true,
                   std::string api_key = std::string(default_key))
        : ledger_(std::move(ledger)), may_select_(may_select), api_key_(std::move(api_key)) {}

    static constexpr std::string_view carrier = "didww";
    static boost::json::object settings(const std::string& origin) {
        return {{"api_key", default_key}, {"base_url", origin + "/v3"}};
    }

    Ledger& ledger() { return ledger_; }

    Reply error(const Refusal& refusal) {
        const std::string text = refusal.what();
        const bool is_validation = refusal.where.starts_with('/');
        const bool is_unknown = text.starts_with("unknown");
        const bool is_poor = refusal.where == "balance";
        const std::string code = is_validation                                       ? "100"
                                 : refusal.status != 400 || is_poor                  ? std::to_string(refusal.status)
                                 : is_unknown && refusal.where.starts_with("filter") ? "102"
                                 : is_unknown                                        ? "105"
                                                                                     : "107";
        const std::string_view title = is_validation           ? "is invalid"
                                       : is_poor               ? "Insufficient balance"
                                       : refusal.status == 401 ? "Unauthorized"
                                       : refusal.status == 403 ? "Forbidden"
                                       : refusal.status == 404 ? "Record not found"
                                       : refusal.status >= 500 ? "Internal Server Error"
                                       : code == "102"         ? "Filter not allowed"
                                       : code == "105"         ? "Param not allowed"
                                                               : "Invalid value";
        boost::json::object entry{
            {"title", title}, {"detail", text}, {"code", code}, {"status", std::to_string(refusal.status)}};
        if (is_validation) { entry["source"] = {{"pointer", refusal.where}}; }
        return json_api::failure(refusal.status, std::move(entry));
    }

    Reply answer(const Call& call) {
        if (call.is("POST", {"token"})) { return mint(call); }
        authenticate(call);
        if (call.field("Accept") != json_api::media_type) {
            throw Refusal(406, "All requests must use the '" + std::string(json_api::media_type) + "' Accept");
        }
        if (call.is("GET", {"v3", "countries"})) { return didww::list_countries(call); }
        if (call.is("GET", {"v3", "nanpa_prefixes"})) { return didww::list_exchanges(call, ledger_); }
        if (call.is("GET", {"v3", "did_groups"})) { return didww::list_groups(call, ledger_); }
        if (call.is("GET", {"v3", "available_dids"})) {
            if (!may_select_) { throw Refusal(403, "Available DIDs are not enabled for this account"); }
            return didww::list_available(call, ledger_, held());
        }
        if (call.is("POST", {"v3", "did_reservations"})) { return reserve(call); }
        if (call.is("GET", {"v3", "did_reservations", "*"})) { return show_reservation(call); }
        if (call.is("DELETE", {"v3", "did_reservations", "*"})) { return free_reservation(call); }
        if (call.is("POST", {"v3", "orders"})) { return order(call); }
        if (call.is("GET", {"v3", "orders"})) { return list_orders(call); }
        if (call.is("GET", {"v3", "orders", "*"})) { return show_order(call); }
        if (call.is("DELETE", {"v3", "orders", "*"})) { return cancel(call); }
        if (call.is("GET", {"v3", "dids"})) { return list_dids(call); }
        if (call.is("GET", {"v3", "dids", "*"})) { return show_did(call); }
        if (call.is("PATCH", {"v3", "dids", "*"})) { return change_did(call); }
        if (call.is("GET", {"v3", "balance"})) { return show_balance(); }
        throw Refusal(404, "there is no " + call.method + " " + call.target);
    }

private:
    Reply mint(const Call& call) {
        call.allow_only({});
        if (call.field("Api-Key") != api_key_) { throw Refusal(401, "Authorization failed"); }
        const std::string token = "token-of-the-sandbox-" + std::to_string(++tokens_);
        return Reply(200, {{"access_token", token}, {"token_type", "Bearer"}, {"expires_in", 600}});
    }
    /// The key itself up to version 2026-04-16; from then on a token, and no key.
    void authenticate(const Call& call) const {
        const std::string_view version = call.field("X-DIDWW-API-Version");
        const bool is_known =
            version.empty() || version == "2022-05-10" || version == "2026-04-16" || version == "2026-11-19";
        if (!is_known) { throw Refusal(400, "unknown API version", "X-DIDWW-API-Version"); }
        bool good = call.field("Api-Key") == api_key_;
        if (version == "2026-11-19") {
            const std::string_view prefix = "Bearer token-of-the-sandbox-";
            const std::string_view given = call.field("Authorization");
            const std::string_view number = given.substr(std::min(given.size(), prefix.size()));
            good = call.field("Api-Key").empty() && given.starts_with(prefix) && !number.empty() &&
                   number.find_first_not_of("0123456789") == number.npos && number.size() < 10 &&
                   std::stoull(std::string(number)) <= tokens_;
        }
        if (!good) { throw Refusal(401, "Authorization failed"); }
    }

    std::string next_id() { return json_api::uuid_of("made " + std::to_string(++ids_)); }

    std::set<E164> held() const {
        std::set<E164> numbers;
        for (const auto& each : reservations_) { numbers.insert(each.second.number); }
        return numbers;
    }
    E164 available(const std::string& id) const {
        for (const auto& each : ledger_.stock()) {
            if (didww::available_id(each.first) == id) { return each.first; }
        }
        return {};
    }

    Reply reserve(const Call& call) {
        const auto body = didww::body_of(call, "did_reservations", {"description"});
        const E164 number = may_select_ ? available(didww::related_id(body, "available_did")) : E164();
        if (number.empty() || held().contains(number) || reservations_.size() >= 10) {
            throw Refusal(422, "available_did - is invalid", "/data/relationships/available_did");
        }
        const std::string id = next_id();
        reservations_.insert_or_assign(
            id, didww::Reservation{number, didww::text(didww::attributes_of(body), "description")});
        ledger_.note("reserved", number, id, {});
        return json_api::reply(201, {{"data", didww::to_json(id, reservations_.at(id))}});
    }
    std::map<std::string, didww::Reservation>::iterator reservation_in(const Call& call) {
        call.allow_only({});
        const auto found = reservations_.find(call.path[2]);
        if (found == reservations_.end()) { throw not_found(call); }
        return found;
    }
    Reply show_reservation(const Call& call) {
        const auto found = reservation_in(call);
        return json_api::reply(200, {{"data", didww::to_json(found->first, found->second)}});
    }
    Reply free_reservation(const Call& call) {
        reservations_.erase(reservation_in(call));
        return json_api::no_content();
    }
    static Refusal not_found(const Call& call) {
        return {404, "The record identified by " + call.path[2] + " could not be found."};
    }

    /// What one item of an order asks for. Errors: `Refusal` for what cannot be had.
    didww::Line line_of(const boost::json::value& value, const std::string& where, bool may_wait) const {
        const auto refuse = [&](std::string_view what) {
            throw Refusal(422, std::string(what) + " - is invalid", where + "/attributes/" + std::string(what));
        };
        if (!value.is_object() || didww::text(value.get_object(), "type") != "did_order_items") { refuse("type"); }
        const auto item = didww::attributes_of(value.get_object());
        didww::require_only(item, {"sku_id", "qty", "available_did_id", "did_reservation_id", "nanpa_prefix_id",
                                   "billing_cycles_count"});
        const bool by_count = item.contains("qty"), by_number = item.contains("available_did_id"),
                   by_reservation = item.contains("did_reservation_id");
        if (by_count + by_number + by_reservation != 1) { refuse("qty"); }
        for (const didww::Group& group : didww::groups_in(ledger_)) {
            for (const didww::Unit& unit : didww::units_of(group)) {
                if (unit.id != didww::text(item, "sku_id")) { continue; }
                didww::Line line{.group = group.id, .unit = unit};
                if (by_count) {
                    const auto& qty = item.at("qty");
                    if (!qty.is_int64() || qty.get_int64() < 1 || qty.get_int64() > 1000) { refuse("qty"); }
                    take(group, item, static_cast<std::size_t>(qty.get_int64()), line);
                    const bool is_short = line.numbers.size() < static_cast<std::size_t>(qty.get_int64());
                    if (is_short && !may_wait) { refuse("qty"); }
                    return line;
                }
                const auto reservation = reservations_.find(didww::text(item, "did_reservation_id"));
                const E164 number = by_number ? available(didww::text(item, "available_did_id"))
                                    : reservation != reservations_.end() ? reservation->second.number
                                                                         : E164();
                const bool is_here =
                    std::find(group.numbers.begin(), group.numbers.end(), number) != group.numbers.end();
                const bool is_held = by_number && held().contains(number);
                if (!is_here || is_held || !may_select_) {
                    refuse(by_number ? "available_did_id" : "did_reservation_id");
                }
                line.numbers.push_back(number);
                return line;
            }
        }
        refuse("sku_id");
        return {};
    }
    /// The first numbers of `group` that nobody holds, of one exchange where it is named.
    void take(const didww::Group& group, const boost::json::object& item, std::size_t count, didww::Line& line) const {
        const std::string exchange = didww::text(item, "nanpa_prefix_id");
        for (const E164 number : group.numbers) {
            const bool is_there = exchange.empty() || exchange == didww::exchange_id(number.digits().substr(1, 6));
            if (line.numbers.size() < count && is_there && !held().contains(number)) { line.numbers.push_back(number); }
        }
    }

    Reply order(const Call& call) {
        const auto body = didww::body_of(
            call, "orders",
            {"items", "allow_back_ordering", "callback_url", "callback_method", "external_reference_id"});
        const auto attributes = didww::attributes_of(body);
        didww::DidOrder made;
        made.external_reference = didww::text(attributes, "external_reference_id");
        if (made.external_reference.size() > 100) {
            throw Refusal(422, "external_reference_id - is too long", "/data/attributes/external_reference_id");
        }
        const auto* waits = attributes.if_contains("allow_back_ordering");
        const auto* items = attributes.if_contains("items");
        if (items == nullptr || !items->is_array() || items->get_array().empty()) {
            throw Refusal(422, "items - can't be blank", "/data/attributes/items");
        }
        Amount total = Amount::zero();
        for (const auto& each : items->get_array()) {
            const std::string where = "/data/attributes/items/" + std::to_string(made.lines.size());
            made.lines.push_back(line_of(each, where, waits != nullptr && *waits == true));
            const didww::Line& line = made.lines.back();
            total += (line.unit.setup + line.unit.monthly) * static_cast<std::int64_t>(line.numbers.size());
        }
        if (total > Amount::parse(balance).value()) { throw Refusal(400, "Insufficient balance", "balance"); }
        made.id = next_id();
        made.reference = "SBX-" + std::to_string(100'000 + ids_);
        for (const didww::Line& line : made.lines) {
            for (const E164 number : line.numbers) {
                ledger_.order(number, made.id, made.external_reference);
                const Item& item = *ledger_.bought(number);
                made.polls = std::max(made.polls, item.polls);
                made.fails = made.fails || item.fails;
                std::erase_if(reservations_, [&](const auto& each) { return each.second.number == number; });
            }
        }
        // What needs no time is done by the first look at it: an order's own reply is always pending.
        return json_api::reply(201, {{"data", didww::to_json(orders_.emplace_back(std::move(made)))}});
    }
    void look_at(didww::DidOrder& order) {
        if (order.status != "pending") { return; }
        if (order.polls > 0) {
            --order.polls;
            return;
        }
        end(order, !order.fails);
    }
    void end(didww::DidOrder& order, bool good) {
        order.status = good ? "completed" : "canceled";
        for (const didww::Line& line : order.lines) {
            for (const E164 number : line.numbers) {
                ledger_.finish(order.id, number, good);
                if (!good) { continue; }
                dids_.insert_or_assign(
                    number, didww::Did{next_id(), order.id, ledger_.owned().at(number), line.unit.channels, false});
            }
        }
    }
    Reply list_orders(const Call& call) {
        call.allow_only({"filter[external_reference_id]", "filter[reference]", "filter[status]", "filter[id]",
                         "page[number]", "page[size]"});
        boost::json::array rows;
        for (auto order = orders_.rbegin(); order != orders_.rend(); ++order) {  // the newest first
            const bool wanted = didww::names(call, "filter[external_reference_id]", order->external_reference) &&
                                didww::names(call, "filter[reference]", order->reference) &&
                                didww::names(call, "filter[id]", order->id);
            if (!wanted) { continue; }
            look_at(*order);
            if (didww::names(call, "filter[status]", order->status)) { rows.push_back(didww::to_json(*order)); }
        }
        return didww::paged(call, rows, {});
    }
    didww::DidOrder& order_in(const Call& call) {
        call.allow_only({});
        for (didww::DidOrder& order : orders_) {
            if (order.id == call.path[2]) { return order; }
        }
        throw not_found(call);
    }
    Reply show_order(const Call& call) {
        didww::DidOrder& order = order_in(call);
        look_at(order);
        return json_api::reply(200, {{"data", didww::to_json(order)}});
    }
    Reply cancel(const Call& call) {
        didww::DidOrder& order = order_in(call);
        if (order.status != "pending") { throw Refusal(409, "only a pending order can be canceled"); }
        end(order, false);
        return json_api::no_content();
    }

    Reply list_dids(const Call& call) {
        call.allow_only({"filter[number]", "filter[order.id]", "filter[order.reference]", "filter[did_group.id]",
                         "filter[terminated]", "filter[awaiting_registration]", "filter[id]", "include", "page[number]",
                         "page[size]"});
        const auto includes = didww::includes_of(call, {"order", "did_group", "did_group.stock_keeping_units"});
        didww::Included included;
        boost::json::array rows;
        for (const auto& [number, did] : dids_) {
            std::string reference;
            for (const didww::DidOrder& each : orders_) {
                if (each.id == did.order) { reference = each.reference; }
            }
            const bool wanted = didww::names(call, "filter[number]", number.digits()) &&
                                didww::names(call, "filter[id]", did.id) &&
                                didww::names(call, "filter[order.id]", did.order) &&
                                didww::names(call, "filter[order.reference]", reference) &&
                                didww::names(call, "filter[did_group.id]", didww::group_of(did.item).id) &&
                                didww::is_flag(call, "filter[terminated]", did.is_terminated) &&
                                didww::is_flag(call, "filter[awaiting_registration]", did.item.needs_action);
            if (wanted) { rows.push_back(didww::to_json(did, orders_, includes, included)); }
        }
        return didww::paged(call, rows, std::move(included), ledger_.page_rows(100));
    }
    didww::Did& did_in(const Call& call) {
        for (auto& each : dids_) {
            if (each.second.id == call.path[2]) { return each.second; }
        }
        throw not_found(call);
    }
    Reply show_did(const Call& call) {
        call.allow_only({"include"});
        const auto includes = didww::includes_of(call, {"order", "did_group", "did_group.stock_keeping_units"});
        didww::Included included;
        boost::json::object document{{"data", didww::to_json(did_in(call), orders_, includes, included)}};
        std::move(included).into(document);
        return json_api::reply(200, document);
    }
    /// A number that is taken out of service is for sale again at once here, and stays listed until it is.
    Reply change_did(const Call& call) {
        const auto body = didww::body_of(
            call, "dids",
            {"terminated", "description", "capacity_limit", "billing_cycles_count", "dedicated_channels_count"});
        didww::Did& did = did_in(call);
        if (didww::text(body, "id") != did.id) { throw Refusal(400, "the id is not that of the URL"); }
        const auto attributes = didww::attributes_of(body);
        if (const auto* ends = attributes.if_contains("terminated")) {
            const bool is_allowed =
                ends->is_bool() && (ends->get_bool() ? !did.item.deletion_lock : !did.is_terminated);
            if (!is_allowed) { throw Refusal(422, "terminated - is invalid", "/data/attributes/terminated"); }
            if (ends->get_bool() && !std::exchange(did.is_terminated, true)) { ledger_.release(did.item.number); }
        }
        didww::Included included;
        return json_api::reply(200, {{"data", didww::to_json(did, orders_, {}, included)}});
    }

    Reply show_balance() const {
        return json_api::reply(
            200, {{"data",
                   {{"id", json_api::uuid_of("balance")},
                    {"type", "balances"},
                    {"attributes", {{"balance", balance}, {"credit", "0.00"}, {"total_balance", balance}}}}}});
    }

    static constexpr std::string_view balance = "1000.00";  // it does not shrink

    Ledger ledger_;
    bool may_select_;
    std::string api_key_;
    std::map<std::string, didww::Reservation> reservations_;
    std::vector<didww::DidOrder> orders_;
    std::map<E164, didww::Did> dids_;
    std::uint64_t ids_ = 0;
    std::uint64_t tokens_ = 0;
};
static_assert(Site<Didww>);

}  // namespace tandem::testing::sandbox
