// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/blocks.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What Telnyx says of offers, orders and our numbers.
namespace tandem::carriers::telnyx {

/// The first of the reply's errors: code, title, detail.
inline std::string reason_in(const Response& response) {
    const wire::Complaint complaint(response);
    const std::string detail = complaint.text("errors.0.detail");
    std::string reason = complaint.words({"errors.0.code", "errors.0.title"});
    if (!detail.empty()) { reason.append(reason.empty() ? "" : ": ").append(detail); }
    return reason;
}

/// An error about the number itself, which we write as the document wants it, is that it cannot be had.
inline bool is_about_the_number(const Response& response) {
    return wire::Complaint(response).text("errors.0.source.pointer").starts_with("/phone_numbers");
}
/// "Insufficient funds", in Telnyx's list of errors.
inline bool is_about_our_balance(const Response& response) {
    return response.status >= 400 && response.status < 500 &&
           wire::Complaint(response).text("errors.0.code") == "20100";
}
[[noreturn]] inline void raise(const Response& response) {
    const bool refused = response.status == 400 || response.status == 409 || response.status == 422;
    if (is_about_our_balance(response)) {
        wire::raise_meaning(errc::carrier_out_of_funds, response, reason_in(response));
    }
    if (refused && is_about_the_number(response)) { errors::number_unavailable(reason_in(response)); }
    wire::raise_status(response, reason_in(response), "x-ratelimit-reset");
}

struct Listed {
    std::string id{};
    E164 number{};
    std::string status{};

    bool is_ours() const {
        constexpr std::array<std::string_view, 5> gone{"deleted", "ported-out", "purchase-failed", "port-failed",
                                                       "port-pending"};
        return std::find(gone.begin(), gone.end(), status) == gone.end();
    }
};
struct Meta {
    std::optional<std::uint64_t> total_results{};
};

inline constexpr auto offers = wire::rows(
    "data[]",
    {wire::field<&Offer::number>("phone_number").required(), wire::dropped_if("best_effort"),
     wire::field<&Offer::setup>("cost_information.upfront_cost"),
     wire::field<&Offer::monthly>("cost_information.monthly_cost"),
     wire::field<&Offer::currency>("cost_information.currency"), wire::flag<Feature::voice>("features[name=voice]"),
     wire::flag<Feature::sms>("features[name=sms]"), wire::flag<Feature::mms>("features[name=mms]"),
     wire::flag<Feature::fax>("features[name=fax]"), wire::flag<Feature::emergency>("features[name=emergency]"),
     wire::flag<Feature::hd_voice>("features[name=hd_voice]"),
     wire::flag<Feature::international_sms>("features[name=international_sms]"),
     wire::flag<Feature::local_calling>("features[name=local_calling]"),
     wire::field<&Offer::country>("region_information[region_type=country_code].region_name"),
     wire::field<&Offer::rate_center>("region_information[region_type=rate_center].region_name"),
     wire::field<&Offer::region>("region_information[region_type=state].region_name"),
     wire::field<&Offer::locality>("region_information[region_type=location].region_name")});
// Until `read_blocks` has made two offers of a block, `stock` holds its size.
inline constexpr auto blocks = wire::rows(
    "data[]", {wire::field<&Offer::number>("phone_number").required(), wire::field<&Offer::stock>("range").required(),
               wire::field<&Offer::setup>("cost_information.upfront_cost"),
               wire::field<&Offer::monthly>("cost_information.monthly_cost"),
               wire::field<&Offer::currency>("cost_information.currency"),
               wire::flag<Feature::voice>("features[name=voice]"), wire::flag<Feature::sms>("features[name=sms]"),
               wire::flag<Feature::mms>("features[name=mms]"), wire::flag<Feature::fax>("features[name=fax]")});
inline constexpr auto offers_with_best_effort = offers.with_dropped();
inline constexpr auto our_numbers = wire::rows("data[]", {wire::field<&Listed::id>("id").required(),
                                                          wire::field<&Listed::number>("phone_number").required(),
                                                          wire::field<&Listed::status>("status").required()})
                                        .with({wire::field<&Meta::total_results>("meta.total_results")});

inline SearchPage read_search(Response response, const SearchRequest& request, bool keeps_best_effort) {
    if (response.status == 404) { wire::raise_none(reason_in(response)); }
    if (response.status != 200) { raise(response); }
    SearchPage page = wire::read_offers(keeps_best_effort ? offers_with_best_effort : offers, std::move(response));
    detail::keep_requested(page, request);
    return page;
}

/// Two offers a block of the size that was asked for, its first number and its last, with the block's price.
inline SearchPage read_blocks(Response response, const SearchRequest& request) {
    if (response.status == 404) { wire::raise_none(reason_in(response)); }
    if (response.status != 200) { raise(response); }
    SearchPage found = wire::read_offers(blocks, std::move(response));
    detail::drop_unwanted(found, request);
    std::erase_if(found.offers, [&](const Offer& block) { return block.stock != request.quantity; });
    SearchPage page{.refused = found.refused};
    const std::uint64_t end = std::uint64_t{request.offset} + request.blocks;
    for (std::size_t at = request.offset; at < std::min<std::uint64_t>(end, found.offers.size()); ++at) {
        Offer first = found.offers[at];
        Offer last = first;
        last.number = detail::plus(first.number, std::exchange(first.stock, 0) - 1);
        last.stock = 0;
        if (last.number.empty()) {
            ++page.refused;
            continue;
        }
        page.offers.push_back(first);
        if (last.number != first.number) { page.offers.push_back(std::move(last)); }
    }
    return page;
}

/// Our number's own status where the reply has one (a list has none), else the order's.
inline Order::Status status_of(const JsonFields& order, const JsonFields& item) {
    const std::string whole = order.text("status");
    const std::string own = item.find("status") == nullptr ? whole : item.text("status");
    for (const std::string& status : {own, whole}) {
        if (status != "pending" && status != "success" && status != "failure") {
            errors::malformed_reply("the order's status is '" + status.substr(0, 64) + "'");
        }
    }
    if (own != whole && own != "pending" && whole != "pending") {
        errors::malformed_reply("the order and its number contradict each other");
    }
    if (own == "success") { return Order::Status::complete; }
    if (own == "failure") { return Order::Status::failed; }
    const bool met = item.flag("requirements_met", order.flag("requirements_met", true));
    return met ? Order::Status::pending : Order::Status::needs_action;
}

/// What of an order is worth keeping on its number.
inline boost::json::object summary_of(const boost::json::object& data) {
    boost::json::object summary;
    for (const std::string_view key : {"id", "status", "customer_reference", "connection_id", "messaging_profile_id",
                                       "billing_group_id", "created_at", "updated_at"}) {
        if (const auto* value = data.if_contains(key); value != nullptr && value->is_string()) {
            summary[key] = *value;
        }
    }
    return summary;
}

/// Nothing when it is another's order, or of other numbers.
inline std::optional<Number> read_order(const boost::json::object& data, const Number& number) {
    const JsonFields order(data, "the order", errc::malformed_reply);
    const std::string reference = order.text("customer_reference");
    if (!reference.empty() && reference != number.order->operation.view()) { return {}; }
    const std::string id = order.text("id");
    if (id.empty()) { errors::malformed_reply("the order has no id"); }
    if (!number.order->reference.empty() && number.order->reference != id) { return {}; }
    const auto* list = order.find("phone_numbers");
    if (list == nullptr || !list->is_array()) { errors::malformed_reply("the order has no phone_numbers"); }
    for (const auto& each : list->get_array()) {
        if (!each.is_object()) { errors::malformed_reply("a phone number of the order is no object"); }
        const JsonFields item(each.get_object(), "a phone number of the order", errc::malformed_reply);
        if (item.text("phone_number") != number.number.text().view()) { continue; }
        Number read = number;
        read.order->reference = id;
        read.order->status = status_of(order, item);
        if (read.order->status == Order::Status::failed) { read.order->reason = "the order failed"; }
        if (read.order->status == Order::Status::needs_action) {
            read.order->reason = item.text("requirements_status");
        }
        read.carrier_data = merged(number.carrier_data, {{"order", summary_of(data)}});
        return read;
    }
    return {};
}

/// `number` as the order in this reply left it.
inline Number read_order(const Response& response, const Number& number) {
    if (response.status != 200) { raise(response); }
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the order's reply", errc::malformed_reply);
    const auto* data = fields.object("data");
    if (data == nullptr) { errors::malformed_reply("it has no data"); }
    auto read = read_order(*data, number);
    if (!read) { errors::malformed_reply("the order is not ours, or not of our number"); }
    return std::move(*read);
}

inline std::optional<Number> find_order_in(const Response& response, const Number& number, std::string_view reference) {
    if (response.status != 200) { raise(response); }
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the list of orders", errc::malformed_reply);
    const auto* data = fields.find("data");
    if (data == nullptr || !data->is_array()) { errors::malformed_reply("the list of orders is not there"); }
    std::optional<Number> found;
    for (const auto& each : data->get_array()) {
        if (!each.is_object()) { errors::malformed_reply("an order of the list is no object"); }
        const auto* theirs = each.get_object().if_contains("customer_reference");
        if (theirs == nullptr || !theirs->is_string() || std::string_view(theirs->get_string()) != reference) {
            continue;
        }
        Number ours = number;
        ours.order = Order{.operation = OperationId(reference)};
        auto read = read_order(each.get_object(), ours);
        if (!read) { errors::malformed_reply("the order of our reference is of another number"); }
        // Of an order that was sent twice, one has the number.
        if (!found || found->order->status == Order::Status::failed) { found = std::move(read); }
    }
    if (found && found->order->status != Order::Status::failed) { return found; }
    const auto* meta = fields.object("meta");
    const auto* total = meta == nullptr ? nullptr : meta->if_contains("total_results");
    if (total == nullptr || *total != data->get_array().size()) {
        errors::malformed_reply("the list of orders is incomplete");
    }
    return found;
}

/// Telnyx's name of a number that we have there; empty when we do not.
inline std::string number_id_in(const Response& response, E164 number) {
    if (response.status != 200) { raise(response); }
    const auto read = wire::read_rows(our_numbers, response);
    for (const Listed& row : read.rows) {
        if (row.number != number || !row.is_ours()) { continue; }
        if (row.id.empty()) { errors::malformed_reply("our number has no id"); }
        return row.id;
    }
    if (read.refused > 0 || read.whole.total_results != read.rows.size()) {
        errors::malformed_reply("the list of numbers is incomplete");
    }
    return {};
}

inline OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
    if (response.status != 200) { raise(response); }
    auto read = wire::read_rows(our_numbers, response);
    const std::uint64_t rows = read.rows.size();
    std::erase_if(read.rows, [](const Listed& row) { return !row.is_ours(); });
    return progress.behind(detail::all_numbers_in(read), rows, read.whole.total_results);
}

inline void check_deleted(const Response& response, E164 number) {
    if (response.status == 404) { return; }
    if (response.status != 200) { raise(response); }
    const boost::json::object reply = wire::read_object(response);
    const auto* data = JsonFields(reply, "the reply", errc::malformed_reply).object("data");
    if (data == nullptr) { errors::malformed_reply("it has no data"); }
    const JsonFields deleted(*data, "the deleted number", errc::malformed_reply);
    if (deleted.text("phone_number") != number.text().view()) { errors::malformed_reply("it is another number's"); }
    if (deleted.text("status") != "deleted") { errors::malformed_reply("the number is not deleted"); }
}

}  // namespace tandem::carriers::telnyx
