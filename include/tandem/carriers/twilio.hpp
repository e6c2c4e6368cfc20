// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/twilio_account.hpp>
#include <tandem/carriers/detail/twilio_prices.hpp>
#include <tandem/carriers/detail/twilio_search.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Twilio, REST API 2010-04-01. Orders are answered at once; our operation id is the number's `FriendlyName`, by which
/// a lost one is found. Prices come from the Pricing API: one list a search that found something, by the number's type.
/// Sources: Twilio's OpenAPI documents (`twilio/twilio-oai`, twilio_api_v2010 and twilio_pricing_v1, 2026-04).
struct Twilio {
    static constexpr CarrierInfo info{.name = "twilio",
                                      .max_prefix_length = 15,
                                      .max_page = twilio::Search::largest_page,
                                      .features = {Feature::voice, Feature::sms, Feature::mms, Feature::fax},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::price_list};

    struct Settings {
        std::string account_sid{};
        Secret auth_token{};
        std::string api_key_sid{};  ///< set: it and its secret are the credentials, not the account's token
        Secret api_key_secret{};
        std::string address_sid{};  ///< what some countries want before they sell
        std::string bundle_sid{};   ///< likewise: documents that Twilio has approved
        std::string trunk_sid{};    ///< the SIP trunk that an order routes its number to
        std::string base_url = "https://api.twilio.com";
        std::string pricing_url = "https://pricing.twilio.com";

        static constexpr std::array<std::string_view, 1> required{"account_sid"};
        TANDEM_SETTINGS(Settings, account_sid, auth_token, api_key_sid, api_key_secret, address_sid, bundle_sid,
                        trunk_sid, base_url, pricing_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        Search search(account(), request);
        const auto ask = [&](std::uint32_t) { return next_page(session, request, search); };
        Task<SearchPage> collected = detail::collect_pages(request, most_pages, ask);
        SearchPage page = co_await std::move(collected);
        if (!page.failure) { page.failure = search.price_failure; }
        co_return page;
    }

    /// By a search for exactly this number: the price is its type's, which nothing else tells.
    Task<Offer> quote(auto& session, Offer offer) const {
        const SearchRequest request = search_for(offer);
        const SearchPage page = co_await find_numbers(session, request);
        co_return quoted(std::move(offer), page);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        wire::Form form;
        form.add_if_set("AddressSid", settings.address_sid)
            .add_if_set("BundleSid", settings.bundle_sid)
            .add_if_set("TrunkSid", settings.trunk_sid);
        return twilio::buy(account(), session, std::move(number), std::move(form));
    }
    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        return twilio::find_bought(account(), session, std::move(number));
    }
    Task<bool> owns_number(auto& session, E164 number) const { return twilio::owns(account(), session, number); }
    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        return twilio::owned_numbers(account(), session, std::move(page));
    }
    Task<Number> disconnect_number(auto& session, Number number) const {
        return twilio::release(account(), session, std::move(number));
    }

private:
    static constexpr std::uint32_t most_pages = 20;

    twilio::Account account() const {
        const bool has_key = !settings.api_key_sid.empty();
        const Secret& password = has_key ? settings.api_key_secret : settings.auth_token;
        if (password.empty()) {
            errors::raise(errc::settings, "number_manager.twilio needs auth_token, or api_key_sid and api_key_secret");
        }
        return {.base = settings.base_url,
                .url = (wire::Url(settings.base_url) / "2010-04-01" / "Accounts" / settings.account_sid).str(),
                .user = has_key ? settings.api_key_sid : settings.account_sid,
                .password = password,
                .suffix = ".json"};
    }

    /// The list of prices is asked for once there is something to price. Offers stand without it.
    struct Search : twilio::Search {
        using twilio::Search::Search;
        std::optional<twilio::Prices> prices{};
        std::optional<Error> price_failure{};
    };

    Task<detail::CarrierPage> next_page(auto& session, const SearchRequest& request, Search& search) const {
        const std::string_view type = search.type().price;
        Response response = co_await session.send(search.next());
        detail::CarrierPage read = search.read(std::move(response));
        if (!read.page.offers.empty() && !search.prices && !search.price_failure) {
            try {
                const Response list = co_await session.send(price_list(request.country.view()));
                search.prices = twilio::read_prices(list, request.country.view());
            } catch (const Exception& failure) { search.price_failure = failure.error(); }
        }
        if (search.prices) { search.prices->put_on(read.page.offers, type); }
        co_return read;
    }
    Request price_list(std::string_view country) const {
        wire::Url url = wire::Url(settings.pricing_url) / "v1" / "PhoneNumbers" / "Countries" / country;
        return account().authorized(Request::get(std::move(url).str()));
    }

    static SearchRequest search_for(const Offer& offer) {
        SearchRequest request;
        if (offer.number.empty()) { errors::invalid("Twilio prices numbers, and this offer has none"); }
        request.prefix = offer.number.text().view();
        return canonical(request).value();
    }
    static Offer quoted(Offer offer, const SearchPage& page) {
        const auto found = std::find_if(page.offers.begin(), page.offers.end(),
                                        [&](const Offer& each) { return each.number == offer.number; });
        const bool has_price = found != page.offers.end() && found->monthly.known();
        if (!has_price && page.failure) { throw Exception(*page.failure); }
        if (found == page.offers.end()) { errors::number_unavailable("its search no longer finds it"); }
        offer.setup = found->setup;
        offer.monthly = found->monthly;
        offer.currency = found->currency;
        return offer;
    }
};
static_assert(Carrier<Twilio>);

}  // namespace tandem::carriers
