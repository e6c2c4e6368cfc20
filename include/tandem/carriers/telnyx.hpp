// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/blocks.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Telnyx, API v2. Orders are asynchronous: the purchase follows its order until it is final or time is up, and
/// `follow_order` goes on later. Our operation id is the order's `customer_reference`, by which a lost one is found.
/// Source: Telnyx's OpenAPI document (`team-telnyx/openapi`, spec3, 2026-07).
struct Telnyx {
    static constexpr CarrierInfo info{
        .name = "telnyx",
        .max_prefix_length = 10,
        .features = {Feature::voice, Feature::sms, Feature::mms, Feature::fax, Feature::emergency, Feature::hd_voice,
                     Feature::international_sms, Feature::local_calling},
        .block_search = true,
        .retry = RetryClass::after_look_up,
        .price_source = PriceSource::search};

    struct Settings {
        Secret api_key{};
        std::string base_url = "https://api.telnyx.com/v2";
        std::string connection_id{};  ///< the connection that an order routes its number to
        std::string messaging_profile_id{};
        std::string billing_group_id{};
        bool should_keep_best_effort = false;  ///< keep what Telnyx offers in place of what was asked for

        static constexpr std::array<std::string_view, 1> required{"api_key"};
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 1> aliases{{{"token", "api_key"}}};
        static constexpr std::array<std::string_view, 1> ignored{"user"};
        TANDEM_SETTINGS(Settings, api_key, base_url, connection_id, messaging_profile_id, billing_group_id,
                        should_keep_best_effort);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        Request asked = request.blocks > 0 ? block_search(request) : search(request);
        Response response = co_await session.send(std::move(asked));
        if (request.blocks > 0) { co_return read_blocks(std::move(response), request); }
        co_return read_search(std::move(response), request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(new_order(number));
        Number ordered = read_order(response, number);
        co_return co_await follow_to_end(session, std::move(ordered));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::get(order_url(*number.order))));
        co_return read_order(response, number);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const std::string reference = session.operation().id.str();
        std::string url =
            (url_of("number_orders").query("filter[customer_reference]", reference).query("page[size]", 250)).str();
        const Response response = co_await session.send(authorized(Request::get(std::move(url))));
        auto found = find_order_in(response, number, reference);
        if (found) { found = co_await follow_to_end(session, std::move(*found)); }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(authorized(Request::get(numbers_url(number))));
        co_return !number_id_in(response, number).empty();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(authorized(Request::get(numbers_url(progress.pages() + 1))));
        co_return read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response listed = co_await session.send(authorized(Request::get(numbers_url(number.number))));
        const std::string id = number_id_in(listed, number.number);
        if (!id.empty()) {
            const Response response =
                co_await session.send(authorized(Request::delete_((url_of("phone_numbers") / id).str())));
            check_deleted(response, number.number);
        }
        co_return number;
    }

private:
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

    static constexpr auto offers = wire::rows(
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
    static constexpr auto blocks = wire::rows(
        "data[]",
        {wire::field<&Offer::number>("phone_number").required(), wire::field<&Offer::stock>("range").required(),
         wire::field<&Offer::setup>("cost_information.upfront_cost"),
         wire::field<&Offer::monthly>("cost_information.monthly_cost"),
         wire::field<&Offer::currency>("cost_information.currency"), wire::flag<Feature::voice>("features[name=voice]"),
         wire::flag<Feature::sms>("features[name=sms]"), wire::flag<Feature::mms>("features[name=mms]"),
         wire::flag<Feature::fax>("features[name=fax]")});
    static constexpr auto offers_with_best_effort = offers.with_dropped();
    static constexpr auto our_numbers = wire::rows("data[]", {wire::field<&Listed::id>("id").required(),
                                                              wire::field<&Listed::number>("phone_number").required(),
                                                              wire::field<&Listed::status>("status").required()})
                                            .with({wire::field<&Meta::total_results>("meta.total_results")});

    wire::Url url_of(std::string_view resource) const { return wire::Url(settings.base_url) / resource; }
    std::string order_url(const Order& order) const { return (url_of("number_orders") / order.reference).str(); }
    /// The document says that anything but digits finds nothing.
    std::string numbers_url(E164 number) const {
        return url_of("phone_numbers").query("filter[phone_number]", number.digits()).query("page[size]", 250).str();
    }
    std::string numbers_url(std::uint64_t page) const {
        return url_of("phone_numbers").query("page[number]", page).query("page[size]", 250).str();
    }
    Request authorized(Request request) const { return std::move(request).authorization("Bearer", settings.api_key); }

    /// Digits are matched behind the country code, and behind the area code where that is named apart.
    Request search(const SearchRequest& request) const {
        const std::string_view dial_code = dial_code_of(request.country.view());
        std::string_view digits = request.national_prefix(dial_code);
        wire::Url url = url_of("available_phone_numbers");
        if (!request.country.empty()) { url = std::move(url).query("filter[country_code]", request.country.view()); }
        if (dial_code == "1") {
            if (wants_toll_free(request)) { url = std::move(url).query("filter[phone_number_type]", "toll_free"); }
            if (digits.size() >= 3) {
                url = std::move(url).query("filter[national_destination_code]", digits.substr(0, 3));
                digits.remove_prefix(3);
            }
            url = std::move(url).query("filter[best_effort]", settings.should_keep_best_effort ? "true" : "false");
        }
        if (!digits.empty()) { url = std::move(url).query("filter[phone_number][starts_with]", digits); }
        for (const auto& [feature, name] : feature_names) {
            if (request.features.contains(feature) && info.features.contains(feature)) {
                url = std::move(url).query("filter[features][]", name);
            }
        }
        // There are no pages: what was skipped is asked for again.
        return authorized(Request::get(
            std::move(url).query("filter[limit]", std::uint64_t{request.quantity} + request.offset).str()));
    }
    SearchPage read_search(Response response, const SearchRequest& request) const {
        if (response.status == 404) { errors::not_available(reason_in(response)); }
        if (response.status != 200) { raise(response); }
        SearchPage page =
            wire::read_offers(settings.should_keep_best_effort ? offers_with_best_effort : offers, std::move(response));
        detail::keep_requested(page, request);
        return page;
    }

    Request block_search(const SearchRequest& request) const {
        const std::string_view dial_code = dial_code_of(request.country.view());
        const std::string_view digits = request.national_prefix(dial_code);
        wire::Url url = url_of("available_phone_number_blocks");
        if (!request.country.empty()) { url = std::move(url).query("filter[country_code]", request.country.view()); }
        if (dial_code == "1" && wants_toll_free(request)) {
            url = std::move(url).query("filter[phone_number_type]", "toll_free");
        }
        if (dial_code == "1" && digits.size() >= 3) {
            url = std::move(url).query("filter[national_destination_code]", digits.substr(0, 3));
        }
        return authorized(Request::get(std::move(url).str()));
    }
    /// Two offers a block of the size that was asked for, its first number and its last, with the block's price.
    static SearchPage read_blocks(Response response, const SearchRequest& request) {
        if (response.status == 404) { errors::not_available(reason_in(response)); }
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

    Request new_order(const Number& number) const {
        boost::json::object body{
            {"phone_numbers", boost::json::array{boost::json::object{{"phone_number", number.number.str()}}}},
            {"customer_reference", number.order->operation.str()}};
        const auto add = [&](std::string_view key, const std::string& value) {
            if (!value.empty()) { body[key] = value; }
        };
        add("connection_id", settings.connection_id);
        add("messaging_profile_id", settings.messaging_profile_id);
        add("billing_group_id", settings.billing_group_id);
        return wire::with_json(authorized(Request::post(url_of("number_orders").str())), body);
    }

    Task<Number> follow_to_end(auto& session, Number number) const {
        return detail::follow_to_end(*this, session, std::move(number), std::chrono::milliseconds(100),
                                     std::chrono::seconds(5));
    }

    /// `number` as the order in this reply left it.
    static Number read_order(const Response& response, const Number& number) {
        if (response.status != 200) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields fields(reply, "the order's reply", errc::malformed_reply);
        const auto* data = fields.object("data");
        if (data == nullptr) { errors::malformed_reply("it has no data"); }
        auto read = read_order(*data, number);
        if (!read) { errors::malformed_reply("the order is not ours, or not of our number"); }
        return std::move(*read);
    }
    /// Nothing when it is another's order, or of other numbers.
    static std::optional<Number> read_order(const boost::json::object& data, const Number& number) {
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
    /// Our number's own status where the reply has one (a list has none), else the order's.
    static Order::Status status_of(const JsonFields& order, const JsonFields& item) {
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
    static boost::json::object summary_of(const boost::json::object& data) {
        boost::json::object summary;
        for (const std::string_view key : {"id", "status", "customer_reference", "connection_id",
                                           "messaging_profile_id", "billing_group_id", "created_at", "updated_at"}) {
            if (const auto* value = data.if_contains(key); value != nullptr && value->is_string()) {
                summary[key] = *value;
            }
        }
        return summary;
    }

    static std::optional<Number> find_order_in(const Response& response, const Number& number,
                                               std::string_view reference) {
        if (response.status != 200) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields fields(reply, "the list of orders", errc::malformed_reply);
        const auto* data = fields.find("data");
        if (data == nullptr || !data->is_array()) { errors::malformed_reply("the list of orders is not there"); }
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
            return read;
        }
        const auto* meta = fields.object("meta");
        const auto* total = meta == nullptr ? nullptr : meta->if_contains("total_results");
        if (total == nullptr || *total != data->get_array().size()) {
            errors::malformed_reply("the list of orders is incomplete");
        }
        return {};
    }

    /// Telnyx's name of a number that we have there; empty when we do not.
    static std::string number_id_in(const Response& response, E164 number) {
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
    static OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
        if (response.status != 200) { raise(response); }
        auto read = wire::read_rows(our_numbers, response);
        const std::uint64_t rows = read.rows.size();
        std::erase_if(read.rows, [](const Listed& row) { return !row.is_ours(); });
        return progress.behind(detail::all_numbers_in(read), rows, read.whole.total_results);
    }
    static void check_deleted(const Response& response, E164 number) {
        if (response.status == 404) { return; }
        if (response.status != 200) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const auto* data = JsonFields(reply, "the reply", errc::malformed_reply).object("data");
        if (data == nullptr) { errors::malformed_reply("it has no data"); }
        const JsonFields deleted(*data, "the deleted number", errc::malformed_reply);
        if (deleted.text("phone_number") != number.text().view()) { errors::malformed_reply("it is another number's"); }
        if (deleted.text("status") != "deleted") { errors::malformed_reply("the number is not deleted"); }
    }

    /// The first of the reply's errors: code, title, detail.
    static std::string reason_in(const Response& response) {
        const wire::Complaint complaint(response);
        const std::string detail = complaint.text("errors.0.detail");
        std::string reason = complaint.words({"errors.0.code", "errors.0.title"});
        if (!detail.empty()) { reason.append(reason.empty() ? "" : ": ").append(detail); }
        return reason;
    }
    /// An error about the number itself, which we write as the document wants it, is that it cannot be had.
    static bool is_about_the_number(const Response& response) {
        return wire::Complaint(response).text("errors.0.source.pointer").starts_with("/phone_numbers");
    }
    [[noreturn]] static void raise(const Response& response) {
        const bool refused = response.status == 400 || response.status == 409 || response.status == 422;
        if (refused && is_about_the_number(response)) { errors::number_unavailable(reason_in(response)); }
        wire::raise_status(response, reason_in(response), "x-ratelimit-reset");
    }
};
static_assert(Carrier<Telnyx>);

}  // namespace tandem::carriers
