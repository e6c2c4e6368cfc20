// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/sinch_replies.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Sinch, the Numbers API v1. Numbers are rented at once. A number that was given back stays in the project until the
/// paid period ends, and counts as released from the moment it has an end.
/// Source: Sinch's documentation (Numbers 1.0.3), the tests of its SDKs (`sinch/sinch-sdk-node`, 2026-07, and
/// `sinch/sinch-sdk-java`) and a third-party OpenAPI document (`api-evangelist/sinch`).
struct Sinch {
    static constexpr CarrierInfo info{.name = "sinch",
                                      .max_prefix_length = 15,
                                      .max_page = 100,
                                      .features = {Feature::voice, Feature::sms},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string project_id{};
        std::string key_id{};
        Secret key_secret{};
        std::string base_url = "https://numbers.api.sinch.com";

        static constexpr std::array<std::string_view, 3> required{"project_id", "key_id", "key_secret"};
        TANDEM_SETTINGS(Settings, project_id, key_id, key_secret, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Types types = types_of(request);
        const auto ask = [&](std::uint32_t turn) { return find_page(session, request, types, turn); };
        Task<SearchPage> found = detail::collect_pages(request, static_cast<std::uint32_t>(types.size()), ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(rent(number.number));
        number.order = Order{.operation = session.operation().id};
        co_return sinch::read_rented(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(get("activeNumbers", number));
        const auto rental = sinch::find_rental(response, number);
        co_return rental && rental->end.empty();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(all_active(progress));
        co_return sinch::read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response looked = co_await session.send(get("activeNumbers", number.number));
        std::optional<sinch::Rental> rental = sinch::find_rental(looked, number.number);
        if (rental && rental->end.empty()) {
            const Response response = co_await session.send(release(number.number));
            rental = sinch::find_rental(response, number.number);
            if (rental && rental->end.empty()) { errors::malformed_reply("the number that was released has no end"); }
        }
        co_return sinch::with_rental(rental, std::move(number));
    }

private:
    using Types = InlineList<std::string_view, 3>;

    wire::Url url_of(std::string_view resource) const {
        return wire::Url(settings.base_url) / "v1" / "projects" / settings.project_id / resource;
    }
    Request authorized(Request request) const {
        return std::move(request).basic_authorization(settings.key_id, settings.key_secret);
    }
    Request get(std::string_view resource, E164 number) const {
        return authorized(Request::get((url_of(resource) / number.str()).str()));
    }
    Request rent(E164 number) const {
        const boost::json::object nothing_configured;
        return wire::with_json(
            authorized(Request::post((url_of("availableNumbers") / number.str()).action("rent").str())),
            nothing_configured);
    }
    Request release(E164 number) const {
        return authorized(Request::post((url_of("activeNumbers") / number.str()).action("release").str()));
    }

    Request all_active(const detail::OwnedProgress& progress) const {
        wire::Url url = url_of("activeNumbers").query("pageSize", info.max_page);
        if (progress.pages() > 0) { url = std::move(url).query("pageToken", progress.name()); }
        return authorized(Request::get(std::move(url).str()));
    }

    /// A search names one type. In the North American plan the digits tell which; elsewhere each is asked for in turn.
    static Types types_of(const SearchRequest& request) {
        if (dial_code_of(request.country.view()) != "1") { return {"LOCAL", "MOBILE", "TOLL_FREE"}; }
        if (wants_toll_free(request)) { return {"TOLL_FREE"}; }
        if (request.national_prefix("1").size() >= 3) { return {"LOCAL"}; }
        return {"LOCAL", "TOLL_FREE"};
    }
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, const Types& types,
                                        std::uint32_t turn) const {
        Response response = co_await session.send(search(request, *(types.begin() + turn)));
        co_return sinch::read_page(std::move(response), types.size() == 1, turn + 1 == types.size());
    }
    Request search(const SearchRequest& request, std::string_view type) const {
        if (request.country.empty()) { errors::not_available("it searches one country, and the prefix is of none"); }
        wire::Url url = url_of("availableNumbers")
                            .query("regionCode", request.country.view())
                            .query("type", type)
                            .query("numberPattern.pattern", request.plain_prefix())
                            .query("numberPattern.searchPattern", "START");
        if (request.features.contains(Feature::voice)) { url = std::move(url).query("capabilities", "VOICE"); }
        if (request.features.contains(Feature::sms)) { url = std::move(url).query("capabilities", "SMS"); }
        // There are no pages: what was skipped is asked for again, and nothing shows what lies behind a full one.
        const auto size = std::min<std::uint64_t>(std::uint64_t{request.quantity} + request.offset, info.max_page);
        return authorized(Request::get(std::move(url).query("size", size).str()));
    }
};
static_assert(Carrier<Sinch>);

}  // namespace tandem::carriers
