// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/zadarma_replies.hpp>
#include <tandem/core/base64.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/digest.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carriers {

/// Zadarma, API v1. A country has directions, a city's or a kind's numbers at one price. A prefix that names a
/// direction finds its numbers, a shorter one the directions themselves. Every request is signed. An order has no
/// reference: one that got lost is looked for among our numbers, and one of any number of a direction cannot be looked
/// for at all.
/// There is no release: a number's renewal is switched off, and it is ours until its period ends.
/// Source: Zadarma's OpenAPI document (`zadarma/openapi`, v1, 2026-05); the signature from its `user-api-v1`.
struct Zadarma {
    static constexpr CarrierInfo info{.name = "zadarma",
                                      .max_prefix_length = 14,
                                      .features = {Feature::sms, Feature::toll_free},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::groups,
                                      .requests_per_second = 100.0 / 60};

    struct Settings {
        std::string key{};
        Secret secret{};
        std::string base_url = "https://api.zadarma.com";

        static constexpr std::array<std::string_view, 2> required{"key", "secret"};
        TANDEM_SETTINGS(Settings, key, secret, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response listed = co_await session.send(directions(request));
        if (listed.status == 400) {  // what is said of a country without numbers no document tells
            const Response countries = co_await session.send(send(Method::get, numbers() / "countries", {}));
            if (!zadarma::sells_in(countries, request.country.view())) { errors::not_available("not in this country"); }
        }
        SearchPage all = zadarma::read_directions(listed);
        SearchPage found{.refused = all.refused};
        const std::vector<Offer> named = zadarma::named_by(request, all);
        for (std::size_t i = 0; i < std::min(named.size(), most_directions) && is_short(found, request); ++i) {
            try {
                Response available = co_await session.send(numbers_of(named[i], request));
                zadarma::add_numbers(found, std::move(available), named[i], request);
            } catch (const Exception& failure) {
                if (found.offers.empty()) { throw; }
                found.failure = failure.error();
                break;
            }
        }
        if (found.offers.empty()) {
            all.refused = found.refused;
            co_return zadarma::groups_in(std::move(all), request);
        }
        detail::keep_requested(found, request);
        co_return found;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id,
                             .offer = number.order ? number.order->offer : std::string(),
                             .status = Order::Status::pending};
        const Response response = co_await session.send(new_order(number));
        number = zadarma::read_order(response, std::move(number));
        co_return co_await detail::follow_to_end(*this, session, std::move(number), std::chrono::milliseconds(100),
                                                 std::chrono::seconds(8));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        Params named{{"number", number.number.digits()}};
        const Response response = co_await session.send(send(Method::get, numbers() / "number", std::move(named)));
        co_return zadarma::follow(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        if (number.empty()) { errors::outcome_unknown("an order of any number of a direction cannot be looked for"); }
        const Response response = co_await session.send(list_ours());
        co_return zadarma::is_ours(zadarma::owned_in(response, number));
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        const Response response = co_await session.send(list_ours());
        co_return zadarma::all_owned_in(response);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response listed = co_await session.send(list_ours());
        const auto owned = zadarma::owned_in(listed, number.number);
        if (!owned) { co_return number; }
        if (owned->autorenew != "false") {
            Params off{{"number", number.number.digits()}, {"value", "off"}};
            const Response response =
                co_await session.send(send(Method::put, numbers() / "autoprolongation", std::move(off)));
            zadarma::check_ended(response, number.number);
        }
        if (!owned->stop_date.empty()) {
            number.carrier_data = merged(number.carrier_data, {{"released_at", owned->stop_date}});
        }
        co_return number;
    }

private:
    using Params = std::map<std::string, std::string, std::less<>>;  // sorted, as they are signed

    static constexpr std::size_t most_directions = 8;  ///< whose numbers one search asks for

    wire::Url numbers() const { return wire::Url(settings.base_url) / "v1" / "direct_numbers"; }

    /// Signed: the path, the parameters, and these once more as their MD5; of that the digits in base64.
    Request send(Method method, wire::Url resource, Params params) const {
        std::string url = std::move(resource).str();
        const std::string path = url.substr(wire::Url(settings.base_url).str().size());
        const std::string query = text_of(params);
        if (method == Method::get && !query.empty()) { url += "?" + query; }
        Request request = method == Method::get
                              ? Request(method, std::move(url))
                              : Request(method, std::move(url)).body("application/x-www-form-urlencoded", query);
        const wire::Sha1 digest =
            wire::hmac_sha1(settings.secret.reveal(), path + query + wire::to_hex(wire::md5(query)));
        const Secret authorization(settings.key + ":" + to_base64(wire::to_hex(digest)));
        return std::move(request).secret_header("Authorization", authorization).holds(settings.secret);
    }
    /// As PHP's `http_build_query` writes it (RFC 1738), by which the carrier signs.
    static std::string text_of(const Params& params) {
        wire::Form form;
        for (const auto& [name, value] : params) { form.add(name, value); }
        std::string text;
        for (const char each : form.str()) {
            if (each == '~') {
                text += "%7E";
            } else {
                text += each;
                if (text.ends_with("%20")) { text.replace(text.size() - 3, 3, "+"); }
            }
        }
        return text;
    }

    Request list_ours() const { return send(Method::get, numbers(), {}).limit(Request::list_limit); }
    Request directions(const SearchRequest& request) const {
        return send(Method::get, numbers() / "country", {{"country", request.country.str()}});
    }
    Request numbers_of(const Offer& direction, const SearchRequest& request) const {
        Params params;
        const std::string_view digits = request.prefix.view().substr(1);
        if (digits.size() > direction.prefix.digit_count()) { params.emplace("mask", digits); }
        return send(Method::get, numbers() / "available" / direction.id, std::move(params));
    }
    static bool is_short(const SearchPage& found, const SearchRequest& request) {
        return found.offers.size() < std::uint64_t{request.offset} + request.quantity;
    }

    Request new_order(const Number& number) const {
        Params params{{"direction_id", zadarma::direction_of(number)}, {"documents_group_id", "0"}};
        if (!number.number.empty()) { params.emplace("number_id", number.order->offer); }
        return send(Method::post, numbers() / "order", std::move(params));
    }
};
static_assert(Carrier<Zadarma>);

}  // namespace tandem::carriers
