// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/bandwidth_numbers.hpp>
#include <tandem/testing/sandbox/server.hpp>
#include <tandem/testing/sandbox/stock.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// Bandwidth's Dashboard under `/api/v2`, after its OpenAPI document. Orders and disconnects take time: each look at
/// one, by its id or in a list, is one poll. A number that cannot be had fails in its order, not in the order's reply;
/// what needs action is back-ordered.
class Bandwidth {
public:
    explicit Bandwidth(Ledger ledger = stocked(bandwidth_ranges, 1)) : ledger_(std::move(ledger)) {}

    Ledger& ledger() { return ledger_; }
    static constexpr std::string_view carrier = "bandwidth";
    static boost::json::object settings(const std::string& origin) {
        return {{"base_url", origin + "/api/v2"},
                {"account_id", bandwidth::account_id},
                {"api_username", bandwidth::api_username},
                {"api_password", bandwidth::api_password},
                {"site_id", bandwidth::site_id}};
    }

    Reply error(const Refusal& refusal) const {
        bandwidth::Document document("ErrorResponse");
        const auto status = bandwidth::add(document.root(), "ResponseStatus");
        bandwidth::add(status, "Description", refusal.what());
        return document.reply(refusal.status);
    }

    Reply answer(const Call& call) {
        if (!call.is_from(user(), bandwidth::api_password)) {
            Reply reply = error(Refusal(401, "the credentials are not known here"));
            reply.fields.emplace_back("WWW-Authenticate", "Basic realm=\"Dashboard\"");
            return reply;
        }
        if (call.path.size() > 3 && call.path[2] == "accounts" && call.path[3] != bandwidth::account_id) {
            return error(Refusal(403, "the user has no rights on the account " + call.path[3]));
        }
        try {
            return act(call);
        } catch (const bandwidth::Denied& denied) {
            return denial(call, denied, denied.code);
        } catch (const Refusal& refusal) {
            if (refusal.status == 404) { throw; }
            return denial(call, refusal, call.method == "GET" ? 4010 : 5002);
        }
    }

private:
    using TnOrder = bandwidth::TnOrder;

    Reply act(const Call& call) {
        const auto is = [&](std::string_view method, std::initializer_list<std::string_view> segments) {
            const bool ours =
                call.path.size() > 3 && call.path[0] == "api" && call.path[1] == "v2" && call.path[2] == "accounts";
            return ours && call.is(method, segments, 4);
        };
        const bool takes_json = is("GET", {"availableNumbers"});
        accept(call, takes_json);
        if (takes_json) { return bandwidth::search(call, ledger_, held()); }
        if (is("GET", {"availableNpaNxx"})) { return bandwidth::search_exchanges(call, ledger_); }
        if (is("POST", {"tnreservation"})) { return reserve(call); }
        if (is("GET", {"tnreservation", "*"})) { return reservation(call, false); }
        if (is("DELETE", {"tnreservation", "*"})) { return reservation(call, true); }
        if (is("POST", {"orders"})) { return order(call); }
        if (is("GET", {"orders"})) { return list_orders(call); }
        if (is("GET", {"orders", "*"})) { return show_order(call); }
        if (is("POST", {"disconnects"})) { return disconnect(call); }
        if (is("GET", {"disconnects"})) { return list_disconnects(call); }
        if (is("GET", {"disconnects", "*"})) { return show_disconnect(call); }
        const std::set<E164> reserved = held();
        const bandwidth::Numbers numbers(ledger_, reserved, bought_by_);
        if (is("GET", {"inserviceNumbers"})) { return numbers.in_service(call); }
        if (is("GET", {"inserviceNumbers", "*"})) { return numbers.is_in_service(call); }
        if (call.is("GET", {"api", "v2", "tns", "*"})) { return numbers.show(call); }
        if (call.is("GET", {"api", "v2", "tns", "*", "tndetails"})) { return numbers.show_details(call); }
        throw Refusal(404, "no such resource: " + call.method + " " + call.target);
    }

    static void accept(const Call& call, bool takes_json) {
        const std::string_view wanted = call.field("Accept");
        const bool good = wanted.empty() || wanted.find("*/*") != wanted.npos ||
                          wanted.find("application/xml") != wanted.npos ||
                          (takes_json && wanted.find("application/json") != wanted.npos);
        if (!good) { throw Refusal(406, "this resource is application/xml"); }
    }

    /// A refusal in the shape of the resource that was asked.
    static Reply denial(const Call& call, const Refusal& refusal, int code) {
        const std::string resource = call.path.size() > 4 ? call.path[4] : call.path.back();
        const bool of_account = call.path.size() > 4 && call.path[2] == "accounts";
        const std::string number = std::to_string(code);
        if (of_account && resource == "availableNumbers" &&
            call.field("Accept").find("application/json") != std::string_view::npos) {
            return {refusal.status, {{"error", {{"code", code}, {"description", refusal.what()}}}}};
        }
        const bool search = of_account && resource.starts_with("available");
        const bool orders = of_account && (resource == "orders" || resource == "disconnects");
        bandwidth::Document document(!of_account                      ? "TelephoneNumberResponse"
                                     : resource == "availableNumbers" ? "SearchResult"
                                     : resource == "availableNpaNxx"  ? "SearchResultForAvailableNpaNxx"
                                     : resource == "orders"           ? "OrderResponse"
                                     : resource == "disconnects"      ? "DisconnectTelephoneNumberOrderResponse"
                                     : resource == "tnreservation"    ? "ReservationResponse"
                                                                      : "ErrorResponse");
        auto parent = orders ? bandwidth::add(document.root(), "ErrorList") : document.root();
        auto error = bandwidth::add(parent, search || orders ? "Error" : "ResponseStatus");
        bandwidth::add(error, search || orders ? "Code" : "ErrorCode", number);
        bandwidth::add(error, "Description", refusal.what());
        pugi::xml_document asked;  // an order is shown again as it came
        if (orders && asked.load_buffer(call.body.data(), call.body.size())) {
            auto echo = document.root().append_copy(asked.document_element());
            if (resource == "disconnects") { echo.set_name("orderRequest"); }
        }
        return document.reply(refusal.status);
    }

    std::string next_id() {
        const std::string count = std::to_string(1'000'000'000'000 + ++ids_).substr(1);
        return "b0a2d11d-0000-4000-8000-" + count;
    }
    static Reply located(Reply reply, const Call& call, const std::string& id) {
        reply.fields.emplace_back("Location", "http://" + std::string(call.field("Host")) + call.target + "/" + id);
        return reply;
    }

    std::set<E164> held() const {
        std::set<E164> numbers;
        for (const auto& each : reservations_) { numbers.insert(each.second); }
        return numbers;
    }
    Reply reserve(const Call& call) {
        pugi::xml_document document;
        const auto body = bandwidth::body_of(call, document, "Reservation");
        body.allow_only({"ReservedTn"});
        const E164 number = E164::parse_or_empty(body.text("ReservedTn"));
        if (number.empty()) { throw bandwidth::Denied(5044, "a reservation names one number, in E.164"); }
        if (!ledger_.stock().contains(number) || held().contains(number)) {
            throw bandwidth::Denied(5041, "the number " + number.str() + " cannot be reserved");
        }
        const std::string id = next_id();
        reservations_.insert_or_assign(id, number);
        ledger_.note("reserved", number, id, {});
        Reply reply;
        reply.status = 201;
        return located(std::move(reply), call, id);
    }
    Reply reservation(const Call& call, bool end) {
        call.allow_only({});
        const auto found = reservations_.find(call.path[5]);
        if (found == reservations_.end()) { throw bandwidth::Denied(5043, "no such reservation", 404); }
        constexpr int lasts = 4 * 60 * 60;  // seconds; here no time passes
        bandwidth::Document document("ReservationResponse");
        const auto shown = bandwidth::add(document.root(), "Reservation");
        bandwidth::add(shown, "ReservationId", found->first);
        bandwidth::add(shown, "AccountId", std::string(bandwidth::account_id));
        bandwidth::add(shown, "ReservationExpires", std::to_string(lasts));
        bandwidth::add(shown, "ReservedTn", found->second.str());
        if (end) { reservations_.erase(found); }
        return document.reply(200);
    }

    Reply order(const Call& call) {
        pugi::xml_document document;
        const auto body = bandwidth::body_of(call, document, "Order");
        body.allow_only({"Name", "CustomerOrderId", "SiteId", "PeerId", "PartialAllowed", "BackOrderRequested",
                         "ExistingTelephoneNumberOrderType"});
        const auto existing = body.child("ExistingTelephoneNumberOrderType");
        if (!existing) { throw bandwidth::Denied(5087, "only ExistingTelephoneNumberOrderType is served here"); }
        existing.allow_only({"TelephoneNumberList", "ReservationIdList"});
        if (!body.child("SiteId")) { throw bandwidth::Denied(5022, "SiteId is needed"); }
        if (body.text("SiteId") != bandwidth::site_id) { throw bandwidth::Denied(5016, "no such SiteId"); }
        if (body.child("PeerId") && body.text("PeerId") != bandwidth::sip_peer) {
            throw bandwidth::Denied(5023, "no such PeerId");
        }
        TnOrder made;
        made.customer_order_id = bandwidth::customer_order_id(body);
        made.name = body.text("Name");
        made.partial_allowed = body.flag("PartialAllowed", true);
        made.back_order = body.flag("BackOrderRequested", false);
        made.numbers = bandwidth::numbers_in(existing.child("TelephoneNumberList"));
        const bool is_abroad = std::any_of(made.numbers.begin(), made.numbers.end(),
                                           [](E164 number) { return !number.digits().starts_with('1'); });
        if (is_abroad && (body.child("BackOrderRequested") || existing.child("ReservationIdList"))) {
            throw bandwidth::Denied(5002, "back orders and reservations are for the North American plan");
        }
        std::set<E164> withheld = held();
        for (const std::string& id : existing.child("ReservationIdList").texts("ReservationId")) {
            const auto found = reservations_.find(id);
            if (found == reservations_.end()) { throw bandwidth::Denied(5043, "no reservation " + id); }
            withheld.erase(found->second);
        }
        made.id = next_id();
        for (const E164 number : made.numbers) {
            if (withheld.contains(number)) {
                ledger_.note("refused", number, made.id, made.customer_order_id);
                made.failed.emplace_back(number, 5005);
            } else if (!ledger_.order(number, made.id, made.customer_order_id)) {
                made.failed.emplace_back(number, 5005);
            } else {
                std::erase_if(reservations_, [&](const auto& each) { return each.second == number; });
                made.polls = std::max(made.polls, ledger_.bought(number)->polls);
                made.open.push_back(number);
            }
        }
        const TnOrder& kept = orders_.emplace_back(std::move(made));
        bandwidth::Document reply("OrderResponse");
        bandwidth::add_order(reply.root(), kept, true);
        bandwidth::add(reply.root(), "OrderStatus", kept.status);
        return located(reply.reply(201), call, kept.id);
    }

    void look_at(TnOrder& order) {
        if (!order.look()) { return; }
        const auto any = [&](bool Item::* flag) {
            return std::any_of(order.open.begin(), order.open.end(),
                               [&](E164 number) { return ledger_.bought(number)->*flag; });
        };
        if (any(&Item::needs_action)) {
            order.status = "BACKORDERED";
            return;
        }
        // Where no part is allowed, one that fails takes the others with it.
        const bool none = !order.partial_allowed && (!order.failed.empty() || any(&Item::fails));
        for (const E164 number : order.open) {
            const bool good = !none && !ledger_.bought(number)->fails;
            ledger_.finish(order.id, number, good);
            if (good) {
                order.done.push_back(number);
                bought_by_.insert_or_assign(number, order.id);
            } else {
                order.failed.emplace_back(number, 5003);
            }
        }
        order.end();
    }
    /// Errors: `Refusal`, 404.
    static TnOrder& the_order(std::vector<TnOrder>& orders, const Call& call) {
        const auto found =
            std::find_if(orders.begin(), orders.end(), [&](const TnOrder& each) { return each.id == call.path[5]; });
        if (found == orders.end()) { throw Refusal(404, "no such order"); }
        return *found;
    }
    static bool wants_details(const Call& call) {
        call.allow_only({"tndetail"});
        const std::string wanted = call.parameter("tndetail").value_or("false");
        if (wanted != "true" && wanted != "false") { throw Refusal(400, "tndetail is true or false"); }
        return wanted == "true";
    }
    Reply show_order(const Call& call) {
        const bool detailed = wants_details(call);
        TnOrder& order = the_order(orders_, call);
        look_at(order);
        return bandwidth::show_order(order, detailed ? &ledger_ : nullptr);
    }
    /// The newest first. Each one is looked at that fits but for its status.
    template <class Look>
    static std::vector<const TnOrder*> listed(const Call& call, std::vector<TnOrder>& orders, Look look) {
        const auto reference = call.parameter("customerOrderId");
        const auto status = call.parameter("status");
        std::vector<const TnOrder*> found;
        const bool none = !bandwidth::is_in_time(call) || call.parameter("userid").value_or(user()) != user();
        for (auto order = orders.rbegin(); order != orders.rend() && !none; ++order) {
            if (reference.value_or(order->customer_order_id) != order->customer_order_id) { continue; }
            look(*order);
            if (status.value_or(order->status) == order->status) { found.push_back(&*order); }
        }
        return found;
    }
    Reply list_orders(const Call& call) {
        call.allow_only({"page", "size", "startdate", "enddate", "customerOrderId", "status", "userid"});
        if (!call.parameter("customerOrderId")) { throw Refusal(400, "customerOrderId is needed"); }
        const auto found = listed(call, orders_, [this](TnOrder& each) { look_at(each); });
        return bandwidth::list_orders(call, found, "new_number", "orderId");
    }

    Reply disconnect(const Call& call) {
        pugi::xml_document document;
        const auto body = bandwidth::body_of(call, document, "DisconnectTelephoneNumberOrder");
        body.allow_only({"CustomerOrderId", "DisconnectTelephoneNumberOrderType"});
        const auto type = body.child("DisconnectTelephoneNumberOrderType");
        if (!type) { throw bandwidth::Denied(5002, "DisconnectTelephoneNumberOrderType is missing"); }
        type.allow_only({"TelephoneNumberList", "DisconnectMode", "Protected"});
        const std::string mode = type.child("DisconnectMode") ? type.text("DisconnectMode") : "normal";
        if (equal_ignoring_case(mode, "purge") || equal_ignoring_case(mode, "soft-remove")) {
            throw bandwidth::Denied(5085, "no rights for this DisconnectMode");
        }
        if (!equal_ignoring_case(mode, "normal")) { throw bandwidth::Denied(5084, "no such DisconnectMode"); }
        if (type.child("Protected") && type.text("Protected") != "UNCHANGED") {
            throw bandwidth::Denied(5097, "the account has no protected numbers");
        }
        TnOrder made;
        made.customer_order_id = bandwidth::customer_order_id(body);
        made.numbers = bandwidth::numbers_in(type.child("TelephoneNumberList"));
        made.open = made.numbers;
        made.id = next_id();
        for (const E164 number : made.numbers) {
            const auto mine = ledger_.owned().find(number);
            if (mine != ledger_.owned().end()) { made.polls = std::max(made.polls, mine->second.polls); }
        }
        const TnOrder& kept = disconnects_.emplace_back(std::move(made));
        return located(bandwidth::show_disconnect(kept, 201), call, kept.id);
    }
    void look_at_disconnect(TnOrder& order) {
        if (!order.look()) { return; }
        for (const E164 number : order.open) {
            const auto mine = ledger_.owned().find(number);
            if (mine == ledger_.owned().end()) {
                order.failed.emplace_back(number, 5074);
            } else if (mine->second.deletion_lock) {
                order.failed.emplace_back(number, 5006);
            } else {
                ledger_.release(number);
                bought_by_.erase(number);
                order.done.push_back(number);
            }
        }
        order.end();
    }
    Reply show_disconnect(const Call& call) {
        wants_details(call);  // here it changes nothing
        TnOrder& order = the_order(disconnects_, call);
        look_at_disconnect(order);
        return bandwidth::show_disconnect(order, 200);
    }
    Reply list_disconnects(const Call& call) {
        call.allow_only({"page", "size", "startdate", "enddate", "status", "userid"});
        const auto found = listed(call, disconnects_, [this](TnOrder& each) { look_at_disconnect(each); });
        if (found.empty()) { throw Refusal(404, "there are no disconnects"); }
        return bandwidth::list_orders(call, found, "disconnect", "OrderId");
    }

    static std::string user() { return std::string(bandwidth::api_username); }

    Ledger ledger_;
    std::vector<TnOrder> orders_;
    std::vector<TnOrder> disconnects_;
    std::map<std::string, E164> reservations_;
    std::map<E164, std::string> bought_by_;  ///< the order of each number in service
    std::uint64_t ids_ = 0;
};
static_assert(Site<Bandwidth>);

}  // namespace tandem::testing::sandbox
