// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/bandwidth_codes.hpp>
#include <tandem/carriers/detail/bandwidth_replies.hpp>
#include <tandem/carriers/detail/bandwidth_search.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/url.hpp>
#include <tandem/wire/xml.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Bandwidth's Dashboard, API v2. Orders and disconnects are asynchronous: both are followed until they are final or
/// time is up, and `follow_order` goes on later. Our operation id is their `CustomerOrderId`, by which a lost order is
/// found. A search tells no prices, and takes three digits at least where the country code is 1.
/// Source: Bandwidth's OpenAPI document and error list (`Bandwidth/api-docs`, numbers v2, 2023-11).
struct Bandwidth {
    static constexpr CarrierInfo info{.name = "bandwidth",
                                      .aliases = {"bandwidth2"},
                                      .max_prefix_length = 7,
                                      .max_page = bandwidth::max_page,
                                      .features = {Feature::voice, Feature::sms, Feature::emergency},
                                      .retry = RetryClass::after_look_up,
                                      .reservation = std::chrono::hours(4)};

    struct Settings {
        std::string account_id{};
        std::string api_username{};
        Secret api_password{};
        std::string site_id{};   ///< the site, or sub-account, that an order's number goes to
        std::string sip_peer{};  ///< the peer, or location; empty: the site's own
        std::string order_name_prefix = "Tandem";
        std::string base_url = "https://dashboard.bandwidth.com/api/v2";

        static constexpr std::array<std::string_view, 4> required{"account_id", "api_username", "api_password",
                                                                  "site_id"};
        TANDEM_SETTINGS(Settings, account_id, api_username, api_password, site_id, sip_peer, order_name_prefix,
                        base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response response = co_await session.send(search(request));
        co_return bandwidth::read_search(response, request);
    }

    Task<Number> reserve_number(auto& session, Number number) const {
        const wire::xml::Element body("Reservation", {{"ReservedTn", number.number.str()}});
        const Response response = co_await session.send(post("tnreservation", body));
        number.carrier_data = merged(number.carrier_data, {{"reservation_id", bandwidth::reservation_in(response)}});
        co_return number;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(new_order(number));
        Number ordered = bandwidth::read_placed(bandwidth::purchase, response, number);
        ordered = co_await follow_to_end(session, std::move(ordered));
        if (ordered.order->status == Order::Status::failed) { bandwidth::raise_if_unavailable(ordered.order->reason); }
        co_return ordered;
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const bandwidth::Kind& kind = bandwidth::kind_of(*number.order);
        const Response response = co_await session.send(get(order_url(kind, bandwidth::id_of(*number.order))));
        co_return bandwidth::read_order(kind, response, number);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const OperationId reference = session.operation().id;
        const Response listed =
            co_await session.send(get(url_of("orders").query("customerOrderId", reference.view()).str()));
        std::optional<Number> found;
        for (const std::string& id : bandwidth::orders_in(listed)) {
            number.order = Order{.operation = reference, .reference = id, .status = Order::Status::pending};
            const Response response = co_await session.send(get(order_url(bandwidth::purchase, id)));
            Number ours = bandwidth::read_order(bandwidth::purchase, response, number);
            // Of an order that was sent twice, one has the number.
            if (!found || found->order->status == Order::Status::failed) { found = std::move(ours); }
        }
        if (found) { found = co_await follow_to_end(session, std::move(*found)); }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(get((url_of("inserviceNumbers") / number.str()).str()));
        const bool is_theirs = bandwidth::is_theirs(response);
        if (response.status == 404 && is_theirs) { co_return false; }
        if (response.status != 200) { bandwidth::raise(response, bandwidth::codes); }
        if (!is_theirs) { errors::malformed_reply("a yes has no body"); }
        co_return true;
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(get(our_numbers(progress)));
        co_return bandwidth::owned_in(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(new_disconnect(number));
        if (response.status == 400 && bandwidth::is_gone(response, number.number)) {
            number.order->status = Order::Status::complete;
            co_return number;
        }
        Number ordered = bandwidth::read_placed(bandwidth::release, response, number);
        co_return co_await follow_to_end(session, std::move(ordered));
    }

private:
    wire::Url url_of(std::string_view resource) const {
        return wire::Url(settings.base_url) / "accounts" / settings.account_id / resource;
    }
    std::string order_url(const bandwidth::Kind& kind, std::string_view id) const {
        return (url_of(kind.resource) / id).query("tndetail", "true").str();
    }
    /// A page is called after its first number, the first one `1`.
    std::string our_numbers(const detail::OwnedProgress& progress) const {
        const std::string_view page = progress.pages() == 0 ? std::string_view("1") : progress.name();
        return url_of("inserviceNumbers").query("page", page).str();
    }
    Request authorized(Request request) const {
        return std::move(request)
            .basic_authorization(settings.api_username, settings.api_password)
            .header("Accept", "application/xml");
    }
    Request get(std::string url) const { return authorized(Request::get(std::move(url))); }
    Request post(std::string_view resource, const wire::xml::Element& body) const {
        return wire::with_xml(authorized(Request::post(url_of(resource).str())), body);
    }

    Request search(const SearchRequest& request) const {
        return get(bandwidth::with_criteria(url_of("availableNumbers"), request).str());
    }
    Request new_order(const Number& number) const {
        wire::xml::Element numbers("ExistingTelephoneNumberOrderType",
                                   {{"TelephoneNumberList", {{"TelephoneNumber", number.number.str()}}}});
        const boost::json::object data = object_of(number.carrier_data, "carrier_data");
        if (const std::string id = JsonFields(data, "carrier_data").text("reservation_id"); !id.empty()) {
            numbers.add({"ReservationIdList", {{"ReservationId", id}}});
        }
        const std::string reference = number.order->operation.str();
        wire::xml::Element order("Order", {{"CustomerOrderId", reference},
                                           {"Name", settings.order_name_prefix + "-" + reference},
                                           {"SiteId", settings.site_id},
                                           {"PartialAllowed", "false"}});
        const bool is_american = number.number.digits().starts_with('1');
        if (is_american) { order.add({"BackOrderRequested", "false"}); }  // elsewhere it must not be said
        if (!settings.sip_peer.empty()) { order.add({"PeerId", settings.sip_peer}); }
        order.add(std::move(numbers));
        return post("orders", order);
    }
    Request new_disconnect(const Number& number) const {
        const wire::xml::Element order("DisconnectTelephoneNumberOrder",
                                       {{"CustomerOrderId", number.order->operation.str()},
                                        {"DisconnectTelephoneNumberOrderType",
                                         {{"TelephoneNumberList", {{"TelephoneNumber", number.number.str()}}}}}});
        return post("disconnects", order);
    }

    Task<Number> follow_to_end(auto& session, Number number) const {
        return detail::follow_to_end(*this, session, std::move(number), std::chrono::milliseconds(250),
                                     std::chrono::seconds(8));
    }
};
static_assert(Carrier<Bandwidth>);

}  // namespace tandem::carriers
