// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/vonage_replies.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Vonage (Nexmo), Numbers API. It has no orders and no references, and its answers to a purchase name no number:
/// whether one is ours is what the list of our numbers says. 420 may mean that it is ours already, that it is gone, or
/// that Vonage wants an address first.
/// Source: Vonage's OpenAPI document (`Nexmo/api-specification`, numbers 1.0.20, and 1.1.0 for HTTP Basic); the price
/// of the setup, which it leaves out, as Vonage's own client reads it (`Vonage/vonage-cli`, src/numbers/display.js).
struct Vonage {
    static constexpr CarrierInfo info{.name = "vonage",
                                      .max_prefix_length = 14,
                                      .max_page = 100,
                                      .features = {Feature::voice, Feature::sms, Feature::mms, Feature::toll_free},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string api_key{};
        Secret api_secret{};
        std::string base_url = "https://rest.nexmo.com";

        static constexpr std::array<std::string_view, 2> required{"api_key", "api_secret"};
        TANDEM_SETTINGS(Settings, api_key, api_secret, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const auto ask = [&](std::uint32_t page) { return find_page(session, request, page); };
        Task<SearchPage> found = detail::collect_pages(request, most_pages, ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(change("buy", number));
        const std::string refusal = vonage::refusal_in(response);
        const bool is_ours = co_await look(session, number.number);
        if (is_ours) { number.order->status = Order::Status::complete; }
        if (!is_ours && !refusal.empty()) { vonage::raise_refused(response, refusal); }
        Task<Number> followed = detail::follow_to_end(*this, session, std::move(number), std::chrono::milliseconds(250),
                                                      std::chrono::seconds(5));
        co_return co_await std::move(followed);
    }

    /// What Vonage called bought stays pending until our list shows it.
    Task<Number> follow_order(auto& session, Number number) const {
        const bool is_ours = co_await owns_number(session, number.number);
        if (is_ours) { number.order->status = Order::Status::complete; }
        co_return number;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(our_numbers(number));
        co_return vonage::is_listed(response, number);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(all_numbers(progress.pages() + 1));
        co_return vonage::read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(change("cancel", number));
        const std::string refusal = vonage::refusal_in(response);
        bool is_ours = false;
        if (!refusal.empty()) { is_ours = co_await look(session, number.number); }
        if (is_ours) { errors::by_carrier(refusal); }
        co_return number;
    }

private:
    static constexpr std::uint32_t most_pages = 50;

    wire::Url url_of(std::string_view what, std::string_view verb) const {
        return wire::Url(settings.base_url) / what / verb;
    }
    Request authorized(Request request) const {
        return std::move(request)
            .basic_authorization(settings.api_key, settings.api_secret)
            .header("Accept", "application/json");
    }

    /// Vonage names features in one order only.
    static std::string_view features_in(FeatureSet features) {
        constexpr std::array<std::string_view, 8> names{"",    "SMS",     "VOICE",     "SMS,VOICE",
                                                        "MMS", "SMS,MMS", "VOICE,MMS", "SMS,MMS,VOICE"};
        return names[(features.contains(Feature::sms) ? 1U : 0U) + (features.contains(Feature::voice) ? 2U : 0U) +
                     (features.contains(Feature::mms) ? 4U : 0U)];
    }
    /// Its numbers that take SMS are `mobile-lvn` in North America, and `landline` else: no prefix tells which it has,
    /// so that only toll-free is named as a type.
    Request search(const SearchRequest& request, std::uint32_t page) const {
        if (request.country.empty()) { errors::not_available("the prefix belongs to no country"); }
        wire::Url url = url_of("number", "search").query("country", request.country.view());
        if (wants_toll_free(request) || request.features.contains(Feature::toll_free)) {
            url = std::move(url).query("type", "landline-toll-free");
        }
        url = std::move(url).query("pattern", request.national_prefix("")).query("search_pattern", std::uint64_t{0});
        const std::string_view features = features_in(request.features);
        if (!features.empty()) { url = std::move(url).query("features", features); }
        const std::uint64_t size = detail::page_size(request, info.max_page);
        return authorized(
            Request::get(std::move(url).query("size", size).query("index", page + std::uint64_t{1}).str()));
    }
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, std::uint32_t page) const {
        Response response = co_await session.send(search(request, page));
        co_return vonage::read_page(std::move(response),
                                    detail::page_size(request, info.max_page) * (page + std::uint64_t{1}));
    }

    /// The country that the search told, since toll-free numbers belong to more than one.
    static std::string home_of(const Number& number) {
        const boost::json::object data = object_of(number.carrier_data, "carrier_data");
        const auto* told = data.if_contains("country");
        const std::string country(told != nullptr && told->is_string() ? std::string_view(told->get_string()) : "");
        return dial_code_of(country).empty() ? std::string(country_of(number.number.digits())) : country;
    }
    /// `verb`: buy or cancel.
    Request change(std::string_view verb, const Number& number) const {
        wire::Form form;
        form.add("country", home_of(number)).add("msisdn", number.number.digits());
        return wire::with_form(authorized(Request::post(url_of("number", verb).str())), form);
    }

    Request our_numbers(E164 number) const {
        return authorized(Request::get(url_of("account", "numbers")
                                           .query("pattern", number.digits())
                                           .query("search_pattern", std::uint64_t{0})
                                           .query("size", info.max_page)
                                           .query("index", std::uint64_t{1})
                                           .str()));
    }
    Request all_numbers(std::uint64_t page) const {
        return authorized(
            Request::get(url_of("account", "numbers").query("size", info.max_page).query("index", page).str()));
    }
    /// `owns_number` after a change: as long as it fails, what became of the change is open.
    Task<bool> look(auto& session, E164 number) const {
        bool is_ours = false;
        try {
            is_ours = co_await owns_number(session, number);
        } catch (const Exception& failure) { errors::outcome_unknown(failure.what()); }
        co_return is_ours;
    }
};
static_assert(Carrier<Vonage>);

}  // namespace tandem::carriers
