// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/confirming.hpp>
#include <tandem/carriers/detail/didlogic_replies.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/multipart.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// DID Logic, API v2 and, for our numbers, v1. Unverified: no document of its own was read, so that a release is
/// believed only once the list of our numbers shows it.
/// Source: the vendor's own MCP server (`didlogic_mcp`: releases, our numbers, all shapes), and public code after
/// docs.didlogic.com (2026: search, purchase); that a search takes `begins_with`, from a client of v1
/// (`callision/didlogic-php`).
struct DidLogic {
    static constexpr CarrierInfo info{.name = "didlogic",
                                      .max_prefix_length = 14,
                                      .max_page = 100,
                                      .features = {Feature::sms},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        Secret api_key{};
        std::string base_url = "https://app.didlogic.com/api/v2";

        static constexpr std::array<std::string_view, 1> required{"api_key"};
        TANDEM_SETTINGS(Settings, api_key, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response response = co_await session.send(list_countries());
        const std::string country = didlogic::country_in(response, request.country.view());
        const auto ask = [&](std::uint32_t page) { return find_page(session, request, country, page); };
        Task<SearchPage> found = detail::collect_pages(request, 10, ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(purchase(number.number));
        number.order = Order{.operation = session.operation().id};
        co_return didlogic::read_purchase(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        detail::OwnedPages seen;
        while (!seen.is_done()) {
            const Response response = co_await session.send(list_purchases(++seen.pages));
            didlogic::look_into(response, number, seen);
        }
        co_return seen.is_ours;
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(list_purchases(progress.pages() + 1));
        co_return didlogic::read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const bool ours = co_await owns_number(session, number.number);
        if (!ours) { co_return number; }
        const Response response = co_await session.send(removal(number.number));
        if (response.status != 200 && response.status != 204) { didlogic::raise(response); }
        co_await detail::confirm(*this, session, number.number, false);
        co_return number;
    }

private:
    Request authorized(Request request) const {
        return std::move(request).authorization("Bearer", settings.api_key).header("Accept", "application/json");
    }
    /// Our numbers are a matter of v1, beside v2.
    wire::Url v1() const {
        std::string base = settings.base_url;
        while (base.ends_with('/')) { base.pop_back(); }
        if (!base.ends_with("/v2")) {
            errors::raise(errc::settings, "base_url ends in /v2, beside which DID Logic keeps our numbers under /v1");
        }
        base.back() = '1';
        return wire::Url(base);
    }
    wire::Url v2(std::string_view what, std::string_view how) const {
        return wire::Url(settings.base_url) / what / how;
    }

    Request list_countries() const { return authorized(Request::get(v2("numbers", "countries").str())); }
    Request search(const SearchRequest& request, std::string_view country, std::uint32_t page) const {
        wire::Url url = v2("numbers", "search").query("country_name_contains", country);
        url = std::move(url).query("begins_with", request.national_prefix(""));
        if (request.features.contains(Feature::sms)) { url = std::move(url).query("sms_enabled", "1"); }
        url = std::move(url).query("page", std::uint64_t{page} + 1).query("per_page", info.max_page);
        return authorized(Request::get(std::move(url).str()));
    }
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, std::string_view country,
                                        std::uint32_t page) const {
        Response response = co_await session.send(search(request, country, page));
        co_return didlogic::read_page(std::move(response), page);
    }

    Request purchase(E164 number) const {
        const wire::Multipart form = wire::Multipart().add("did_numbers[]", number.digits());
        return wire::with_multipart(authorized(Request::post(v2("numbers", "purchase").str())), form);
    }

    Request list_purchases(std::uint64_t page) const {
        const std::uint64_t most = 1'000;
        return authorized(Request::get((v1() / "purchases.json").query("page", page).query("per_page", most).str()));
    }
    Request removal(E164 number) const {
        const wire::Form form = wire::Form().add("did_numbers", number.digits());
        return wire::with_form(authorized(Request::delete_(v2("buy", "purchase").str())), form);
    }
};
static_assert(Carrier<DidLogic>);

}  // namespace tandem::carriers
