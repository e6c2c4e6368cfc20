// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/area_codes.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/plivo_replies.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Plivo, API v1. Most numbers are ours at once; one whose country wants documents waits for them. There is no client
/// reference: `alias` could be set on a number of ours only, by which time nothing is left to be looked for.
/// Source: Plivo's documentation (plivo.com/docs/numbers, phone numbers and account phone numbers) and what its clients
/// send (`plivo/plivo-python`, plivo/resources/numbers.py and its fixtures; `plivo/plivo-node`).
struct Plivo {
    static constexpr CarrierInfo info{.name = "plivo",
                                      .max_prefix_length = 14,
                                      .max_page = 20,
                                      .features = {Feature::voice, Feature::sms, Feature::mms, Feature::toll_free},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string auth_id{};
        Secret auth_token{};
        std::string app_id{};  ///< the application that a number is routed to; empty: the account's own default
        std::string base_url = "https://api.plivo.com/v1";

        static constexpr std::array<std::string_view, 2> required{"auth_id", "auth_token"};
        TANDEM_SETTINGS(Settings, auth_id, auth_token, app_id, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const auto ask = [&](std::uint32_t page) { return find_page(session, request, page); };
        Task<SearchPage> found = detail::collect_pages(request, most_pages, ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(new_order(number.number));
        Number ordered = plivo::read_order(response, std::move(number));
        Task<Number> followed = detail::follow_to_end(*this, session, std::move(ordered),
                                                      std::chrono::milliseconds(250), std::chrono::seconds(5));
        co_return co_await std::move(followed);
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(our_number(Method::get, number.number));
        co_return plivo::read_progress(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(our_number(Method::get, number));
        co_return plivo::record_in(response, number).has_value();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(our_numbers(progress.rows()));
        co_return plivo::read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(our_number(Method::delete_, number.number));
        if (response.status != 204 && !plivo::is_unknown(response)) { plivo::raise(response); }
        co_return number;
    }

private:
    static constexpr std::uint32_t most_pages = 50;

    wire::Url account() const { return wire::Url(settings.base_url) / "Account" / settings.auth_id; }
    /// Plivo wants a slash behind every resource.
    static std::string closed(wire::Url url) { return std::move(url).str() + "/"; }
    Request authorized(Request request) const {
        return std::move(request).basic_authorization(settings.auth_id, settings.auth_token);
    }

    static std::string services_in(FeatureSet features) {
        std::string services;
        for (const Feature feature : {Feature::voice, Feature::sms, Feature::mms}) {
            if (features.contains(feature)) { services.append(services.empty() ? "" : ",").append(name_of(feature)); }
        }
        return services;
    }
    /// Digits are matched behind the country code.
    Request search(const SearchRequest& request, std::uint32_t page) const {
        const std::string_view dial_code = dial_code_of(request.country.view());
        if (dial_code.empty()) { errors::not_available("the prefix belongs to no country"); }
        const std::string_view digits = request.national_prefix(dial_code);
        const bool toll_free = wants_toll_free(request) || request.features.contains(Feature::toll_free);
        const bool is_exchange = detail::is_for_us_or_canada(request) && !toll_free && digits.size() == 6;
        const std::uint64_t limit = detail::page_size(request, info.max_page);
        wire::Form query;
        query.add("country_iso", request.country.view())
            .add_if_set("type", toll_free ? "tollfree" : "")
            .add_if_set(is_exchange ? "npanxx" : "pattern", digits)
            .add_if_set("services", services_in(request.features))
            .add("limit", limit)
            .add("offset", limit * page);
        return authorized(Request::get(closed(account() / "PhoneNumber") + "?" + query.str()));
    }
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, std::uint32_t page) const {
        Response response = co_await session.send(search(request, page));
        co_return plivo::read_page(std::move(response),
                                   detail::page_size(request, info.max_page) * (page + std::uint64_t{1}));
    }

    Request new_order(E164 number) const {
        boost::json::object body;
        if (!settings.app_id.empty()) { body["app_id"] = settings.app_id; }
        return wire::with_json(authorized(Request::post(closed(account() / "PhoneNumber" / number.digits()))), body);
    }
    Request our_number(Method method, E164 number) const {
        return authorized(Request(method, closed(account() / "Number" / number.digits())));
    }

    Request our_numbers(std::uint64_t offset) const {
        wire::Form query;
        query.add("limit", std::uint64_t{info.max_page}).add("offset", offset);
        return authorized(Request::get(closed(account() / "Number") + "?" + query.str()));
    }
};
static_assert(Carrier<Plivo>);

}  // namespace tandem::carriers
