// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/bandwidth_search.hpp>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Orders of Bandwidth's Dashboard v2 and their lists, after its OpenAPI document.
namespace tandem::testing::sandbox::bandwidth {

inline constexpr std::string_view account_id = "9900000";
inline constexpr std::string_view api_username = "sandbox";
inline constexpr std::string_view api_password = "PASSWORD-of-the-sandbox";
inline constexpr std::string_view site_id = "743";
inline constexpr std::string_view sip_peer = "303716";             ///< the site's default
inline constexpr const char* moment = "2026-01-01T00:00:00.000Z";  ///< everything happens then

/// An order of numbers, or of their disconnection.
struct TnOrder {
    std::string id{};
    std::string customer_order_id{};
    std::string name{};
    bool partial_allowed = true;
    bool back_order = false;
    std::vector<E164> numbers{};                 ///< as ordered
    std::vector<E164> open{};                    ///< of them, those whose end is to come
    std::vector<E164> done{};                    ///< of them, those that went well
    std::vector<std::pair<E164, int>> failed{};  ///< of them, those that did not, with the error's code
    unsigned polls = 0;
    std::string status = "RECEIVED";

    bool is_pending() const { return status == "RECEIVED" || status == "PROCESSING"; }
    /// Counts a look. True when the order is to end now.
    bool look() {
        if (!is_pending()) { return false; }
        status = "PROCESSING";
        return polls == 0 || polls-- == 0;
    }
    void end() {
        open.clear();
        status = failed.empty() ? "COMPLETE" : done.empty() ? "FAILED" : "PARTIAL";
    }
};

/// Errors: `Denied`.
inline std::string customer_order_id(const Element& body) {
    std::string text = body.text("CustomerOrderId");
    const bool good = std::all_of(text.begin(), text.end(),
                                  [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == ' '; });
    if (!good || text.size() > 40) {
        throw Denied(5052, "CustomerOrderId is letters, digits, dashes and spaces, at most 40");
    }
    return text;
}
/// Errors: `Denied`.
inline std::vector<E164> numbers_in(const Element& list) {
    std::vector<E164> numbers;
    for (const std::string& text : list.texts("TelephoneNumber")) {
        const E164 number = E164::parse_or_empty(text);
        if (number.empty()) { throw Denied(5070, "'" + text + "' is no number in E.164"); }
        if (std::find(numbers.begin(), numbers.end(), number) != numbers.end()) {
            throw Denied(5093, "a number stands twice");
        }
        numbers.push_back(number);
    }
    if (numbers.empty()) { throw Denied(5073, "TelephoneNumberList names none"); }
    return numbers;
}

inline void add_numbers(pugi::xml_node parent, const char* list, const std::vector<E164>& numbers) {
    const auto node = add(parent, list);
    for (const E164 number : numbers) { add(node, "TelephoneNumber", number.str()); }
}
inline void add_errors(pugi::xml_node parent, const TnOrder& order) {
    if (order.is_pending() || order.failed.empty()) { return; }
    const auto list = add(parent, "ErrorList");
    for (const auto& [number, code] : order.failed) {
        const auto error = add(list, "Error");
        add(error, "Code", std::to_string(code));
        add(error, "Description", "this number could not be done");
        add(error, "TelephoneNumber", number.str());
    }
}
/// The order as it was placed. Its id stands in the reply to that alone.
inline void add_order(pugi::xml_node parent, const TnOrder& order, bool placed_now) {
    const auto node = add(parent, "Order");
    if (!order.customer_order_id.empty()) { add(node, "CustomerOrderId", order.customer_order_id); }
    if (placed_now) { add(node, "id", order.id); }
    if (!order.name.empty()) { add(node, "Name", order.name); }
    add(node, "OrderCreateDate", moment);
    add(node, "PeerId", std::string(sip_peer));
    add(node, "BackOrderRequested", order.back_order ? "true" : "false");
    add_numbers(add(node, "ExistingTelephoneNumberOrderType"), "TelephoneNumberList", order.numbers);
    add(node, "PartialAllowed", order.partial_allowed ? "true" : "false");
    add(node, "SiteId", std::string(site_id));
}
/// `details`: who has the details of the numbers; without them only the numbers are told.
inline Reply show_order(const TnOrder& order, const Ledger* details) {
    const std::size_t failed = order.is_pending() ? 0 : order.failed.size();
    const std::size_t pending = order.numbers.size() - order.done.size() - failed;
    Document document("OrderResponse");
    const auto root = document.root();
    add(root, "CompletedQuantity", std::to_string(order.done.size()));
    add(root, "CreatedByUser", std::string(api_username));
    add_errors(root, order);
    if (failed > 0) {
        const auto list = add(root, "FailedNumbers");
        for (const auto& each : order.failed) { add(list, "FullNumber", each.first.str()); }
    }
    add(root, "LastModifiedDate", moment);
    if (!order.is_pending()) { add(root, "OrderCompleteDate", moment); }
    add_order(root, order, false);
    add(root, "OrderStatus", order.status);
    if (!order.done.empty()) {
        const auto list = add(root, "CompletedNumbers");
        for (const E164 number : order.done) {
            const auto node = add(list, "TelephoneNumber");
            const Item* item = details == nullptr ? nullptr : details->bought(number);
            if (item == nullptr) { add(node, "FullNumber", number.str()); }
            for (const Field& field : item == nullptr ? std::vector<Field>() : details_of(*item)) {
                add(node, field.name.c_str(), field.text);
            }
        }
    }
    add(root, "FailedQuantity", std::to_string(failed));
    if (pending > 0) { add(root, "PendingQuantity", std::to_string(pending)); }
    return document.reply(200);
}
inline Reply show_disconnect(const TnOrder& order, int status) {
    Document document("DisconnectTelephoneNumberOrderResponse");
    if (!order.done.empty()) { add_numbers(document.root(), "DisconnectedTelephoneNumberList", order.done); }
    add_errors(document.root(), order);
    const auto request = add(document.root(), "orderRequest");
    if (!order.customer_order_id.empty()) { add(request, "CustomerOrderId", order.customer_order_id); }
    add(request, "id", order.id);
    add(request, "OrderCreateDate", moment);
    const auto type = add(request, "DisconnectTelephoneNumberOrderType");
    add(type, "DisconnectMode", "normal");
    add(type, "Protected", "UNCHANGED");
    add_numbers(type, "TelephoneNumberList", order.numbers);
    add(document.root(), "OrderStatus", order.status);
    return document.reply(status);
}

/// Part of a list: from the entry that `page` names (`1`: the first one) on, `size` of them, `most` at the most.
/// Errors: `Denied` for a page that is not there.
class Page {
public:
    Page(const Call& call, const std::vector<std::string>& names, std::size_t most = 1000) {
        const std::string first = call.parameter("page").value_or("1");
        const std::size_t size = call.count("size", 1000, 1, 1000);
        const auto begin = first == "1" ? names.begin() : std::find(names.begin(), names.end(), first);
        if (begin == names.end() && first != "1") { throw Denied(4018, "there is no page " + first); }
        begin_ = static_cast<std::size_t>(begin - names.begin());
        end_ = std::min(names.size(), begin_ + std::min(size, most));
        const std::string tail = "&size=" + std::to_string(size);
        const auto link = [&](const std::string& name, std::string_view rel) {
            return "Link=<http://" + std::string(call.field("Host")) + call.target.substr(0, call.target.find('?')) +
                   "?page=" + name + tail + ">;rel=\"" + std::string(rel) + "\";";
        };
        first_ = link("1", "first");
        if (end_ < names.size()) { next_ = link(names[end_], "next"); }
    }
    std::size_t begin() const { return begin_; }
    std::size_t end() const { return end_; }
    void add_links(pugi::xml_node parent) const {
        const auto links = add(parent, "Links");
        add(links, "first", first_);
        if (!next_.empty()) { add(links, "next", next_); }
    }

private:
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string first_;
    std::string next_;
};

/// Whether `moment` is in the span that the call asks for.
/// Errors: `Refusal` for half a span.
inline bool is_in_time(const Call& call) {
    const auto start = call.parameter("startdate");
    const auto end = call.parameter("enddate");
    if (start.has_value() != end.has_value()) { throw Refusal(400, "startdate and enddate are a pair"); }
    const std::string day = std::string(moment).substr(2, 8);
    return !start || (*start <= day && day <= *end);
}

/// A list tells less of an order than the order itself: not its CustomerOrderId. `id_name`: the lists spell it
/// differently.
inline Reply list_orders(const Call& call, const std::vector<const TnOrder*>& orders, std::string_view type,
                         const char* id_name) {
    std::vector<std::string> names;
    for (const TnOrder* each : orders) { names.push_back(each->id); }
    const Page page(call, names);
    Document document("ResponseSelectWrapper");
    const auto list = add(document.root(), "ListOrderIdUserIdDate");
    add(list, "TotalCount", std::to_string(orders.size()));
    page.add_links(list);
    for (std::size_t i = page.begin(); i < page.end(); ++i) {
        const auto row = add(list, "OrderIdUserIdDate");
        add(row, "CountOfTNs", std::to_string(orders[i]->numbers.size()));
        add(row, "userId", std::string(api_username));
        add(row, "lastModifiedDate", moment);
        add(row, "OrderDate", moment);
        add(row, "OrderType", std::string(type));
        add(row, id_name, orders[i]->id);
        add(row, "OrderStatus", orders[i]->status);
    }
    return document.reply(200);
}

}  // namespace tandem::testing::sandbox::bandwidth
