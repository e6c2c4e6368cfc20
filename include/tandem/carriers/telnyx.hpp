// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/area_codes.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/telnyx_replies.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/json.hpp>
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
        if (request.blocks > 0) { co_return telnyx::read_blocks(std::move(response), request); }
        co_return telnyx::read_search(std::move(response), request, settings.should_keep_best_effort);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(new_order(number));
        Number ordered = telnyx::read_order(response, number);
        co_return co_await follow_to_end(session, std::move(ordered));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::get(order_url(*number.order))));
        co_return telnyx::read_order(response, number);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const std::string reference = session.operation().id.str();
        std::string url =
            (url_of("number_orders").query("filter[customer_reference]", reference).query("page[size]", 250)).str();
        const Response response = co_await session.send(authorized(Request::get(std::move(url))));
        auto found = telnyx::find_order_in(response, number, reference);
        if (found) { found = co_await follow_to_end(session, std::move(*found)); }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(authorized(Request::get(numbers_url(number))));
        co_return !telnyx::number_id_in(response, number).empty();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(authorized(Request::get(numbers_url(progress.pages() + 1))));
        co_return telnyx::read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response listed = co_await session.send(authorized(Request::get(numbers_url(number.number))));
        const std::string id = telnyx::number_id_in(listed, number.number);
        if (!id.empty()) {
            const Response response =
                co_await session.send(authorized(Request::delete_((url_of("phone_numbers") / id).str())));
            telnyx::check_deleted(response, number.number);
        }
        co_return number;
    }

private:
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
        }
        if (detail::is_for_us_or_canada(request)) {
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
};
static_assert(Carrier<Telnyx>);

}  // namespace tandem::carriers
