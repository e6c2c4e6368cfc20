// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/didww_orders.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/core/reflect.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// DIDWW, API 3. It sells numbers that one chooses, where an account may and a group of numbers lets one, and else
/// numbers of a group, which come with the order. Orders are asynchronous: the purchase follows its order until it is
/// final or time is up, and `follow_order` goes on later. Our operation id is the order's `external_reference_id`, by
/// which a lost one is found; versions before 2026-04-16 have none. A number that is given back stays ours until the
/// end of what is paid for, out of service.
/// Source: DIDWW's documentation (doc.didww.com/api3), its OpenAPI document (`didww/didww-api-3-openapi`, 2026-04-16)
/// and the filters that its Go client lists.
struct Didww {
    static constexpr CarrierInfo info{
        .name = "didww",
        .max_prefix_length = 15,
        .max_page = 100,
        .features = {Feature::voice, Feature::sms, Feature::fax, Feature::emergency, Feature::cnam},
        .retry = RetryClass::after_look_up,
        .reservation = std::chrono::minutes(10),
        .price_source = PriceSource::search,
        .requests_per_second = 20};

    struct Settings {
        Secret api_key{};
        std::string token_url{};  ///< set: access tokens are got there for the key, as from version 2026-11-19 on
        std::string api_version = "2026-04-16";
        std::string base_url = "https://api.didww.com/v3";

        static constexpr std::array<std::string_view, 1> required{"api_key"};
        TANDEM_SETTINGS(Settings, api_key, token_url, api_version, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Secret token = co_await open(session);
        const Response countries = co_await session.send(get(country_url(request), token));
        didww::Search search(request, didww::place_in(countries, request.country.view()), settings.base_url);
        while (auto url = search.groups_url()) {
            try {
                const Response groups = co_await session.send(get(std::move(*url), token));
                search.add_groups(groups);
            } catch (const Exception& failure) { search.end_groups(failure); }
        }
        if (auto url = search.numbers_url()) {
            try {
                const Response numbers = co_await session.send(get(std::move(*url), token));
                search.add_numbers(numbers);
            } catch (const Exception& failure) { search.end_numbers(failure); }
        }
        co_return std::move(search).page();
    }

    Task<Number> reserve_number(auto& session, Number number) const {
        if (number.number.empty()) { errors::invalid("of a group no number can be held"); }
        const Secret token = co_await open(session);
        const Response listed = co_await session.send(get(look_up_url(number), token));
        const boost::json::object item = didww::item_in(listed, number, session.operation().price_cap.amount);
        const boost::json::object body = didww::reservation_body(item, session.operation().id);
        const Response response = co_await session.send(post("did_reservations", body, token).prepares());
        co_return didww::read_reservation(response, std::move(number), item);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Secret token = co_await open(session);
        boost::json::object item = didww::item_at_hand(number);
        if (item.empty()) {
            const Response listed = co_await session.send(get(look_up_url(number), token));
            item = didww::item_in(listed, number, session.operation().price_cap.amount);
        }
        begin_order(number, session.operation().id);
        const Response response = co_await session.send(post("orders", didww::order_body(number, item), token));
        number = didww::read_placed(response, std::move(number));
        const Following following{*this, token};
        co_return co_await follow_to_end(following, session, std::move(number));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Secret token = co_await open(session);
        co_return co_await follow(session, token, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Secret token = co_await open(session);
        const OperationId reference = session.operation().id;
        const Response listed = co_await session.send(
            get(url_of("orders").query("filter[external_reference_id]", reference.view()).str(), token));
        std::optional<Number> found = didww::order_in(listed, number, reference);
        if (found && found->order->status != Order::Status::failed) {
            const Following following{*this, token};
            found = co_await following.follow_order(session, std::move(*found));
            found = co_await follow_to_end(following, session, std::move(*found));
        }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Secret token = co_await open(session);
        const Response response = co_await session.send(get(number_url(number), token));
        co_return didww::did_in(response, number).has_value();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Secret token = co_await open(session);
        const Response response = co_await session.send(get(numbers_url(progress.pages() + 1), token));
        co_return didww::owned_in(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Secret token = co_await open(session);
        const Response listed = co_await session.send(get(number_url(number.number), token));
        const std::optional<didww::Did> did = didww::did_in(listed, number.number);
        if (did) {
            const Response response = co_await session.send(termination(*did, token));
            number = didww::read_released(response, std::move(number), *did);
        }
        if (number.order) { number.order->status = Order::Status::complete; }
        co_return number;
    }

private:
    /// Follows orders with the token of the call that it is part of.
    struct Following {
        const Didww& carrier;
        const Secret& token;

        Task<Number> follow_order(auto& session, Number number) const {
            return carrier.follow(session, token, std::move(number));
        }
    };

    /// The access token of one call; empty where the key itself is the credential.
    Task<Secret> open(auto& session) const {
        if (settings.token_url.empty()) { co_return Secret(); }
        const Response response = co_await session.send(token_request());
        co_return didww::read_token(response);
    }
    Task<Number> follow(auto& session, const Secret& token, Number number) const {
        const Response response = co_await session.send(get(order_url(number), token));
        number = didww::read_order(response, std::move(number));
        if (number.order->status == Order::Status::complete) {
            const Response brought = co_await session.send(get(brought_url(number), token));
            number = didww::read_ordered(brought, std::move(number));
        }
        co_return number;
    }
    /// `following` outlives the task.
    static Task<Number> follow_to_end(const Following& following, auto& session, Number number) {
        return detail::follow_to_end(following, session, std::move(number), std::chrono::milliseconds(250),
                                     std::chrono::seconds(8));
    }

    wire::Url url_of(std::string_view resource) const { return wire::Url(settings.base_url) / resource; }
    std::string country_url(const SearchRequest& request) const {
        if (request.country.empty()) { errors::not_available("no country that DIDWW would know"); }
        return url_of("countries").query("filter[iso]", request.country.view()).str();
    }
    /// What has to be known before an order: of a number its id and price, of an exchange its id.
    std::string look_up_url(const Number& number) const {
        if (number.number.empty()) {
            return url_of("nanpa_prefixes").query("filter[npanxx]", didww::group_offer_of(number).exchange).str();
        }
        return url_of("available_dids")
            .query("filter[number_contains]", number.number.digits())
            .query("include", "did_group.stock_keeping_units")
            .str();
    }
    std::string order_url(const Number& number) const { return (url_of("orders") / number.order->reference).str(); }
    std::string brought_url(const Number& number) const {
        return url_of("dids").query("filter[order.id]", number.order->reference).query("include", "order").str();
    }
    std::string numbers_url(std::uint64_t page) const {
        return url_of("dids").query("page[number]", page).query("page[size]", didww::list_page).str();
    }
    std::string number_url(E164 number) const { return url_of("dids").query("filter[number]", number.digits()).str(); }

    Request token_request() const {
        return Request::post(wire::Url(settings.token_url).str())
            .secret_header("Api-Key", settings.api_key)
            .header("Accept", "application/json")
            .reads();
    }
    Request authorized(Request request, const Secret& token) const {
        request =
            wire::json_api::wanting_document(std::move(request)).header("X-DIDWW-API-Version", settings.api_version);
        if (token.empty()) { return std::move(request).secret_header("Api-Key", settings.api_key); }
        return std::move(request).authorization("Bearer", token);
    }
    Request get(std::string url, const Secret& token) const { return authorized(Request::get(std::move(url)), token); }
    Request post(std::string_view resource, const boost::json::object& body, const Secret& token) const {
        return wire::json_api::with_resource(authorized(Request::post(url_of(resource).str()), token), body);
    }
    Request termination(const didww::Did& did, const Secret& token) const {
        const boost::json::object body{{"type", "dids"}, {"id", did.id}, {"attributes", {{"terminated", true}}}};
        return wire::json_api::with_resource(authorized(Request::patch((url_of("dids") / did.id).str()), token), body);
    }

    static void begin_order(Number& number, const OperationId& operation) {
        std::string offer = number.order && number.number.empty() ? std::move(number.order->offer) : std::string();
        number.order = Order{.operation = operation, .offer = std::move(offer), .status = Order::Status::pending};
    }
};
static_assert(Carrier<Didww>);

}  // namespace tandem::carriers
