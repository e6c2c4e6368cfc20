// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/twilio_account.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/twilio.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carriers {

/// Twilio, REST API 2010-04-01. Orders are answered at once; our operation id is the number's `FriendlyName`, by which a
/// lost one is found. Prices come from the Pricing API: one list a search that found something, by the number's type.
/// Sources: Twilio's OpenAPI documents (`twilio/twilio-oai`, twilio_api_v2010 and twilio_pricing_v1, 2026-04).
struct Twilio {
    static constexpr CarrierInfo info{.name = "twilio",
                                      .max_prefix_length = 15,
                                      .max_page = 1'000,
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
        Search search = begin(request);
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
    Task<Number> disconnect_number(auto& session, Number number) const {
        return twilio::release(account(), session, std::move(number));
    }

private:
    static constexpr std::uint32_t most_pages = 20;

    /// A type of numbers, which each have a search of their own.
    struct Type {
        std::string_view resource;
        std::string_view price;  ///< its name in a list of prices
    };
    static constexpr std::array<Type, 4> types{
        {{"Local", "local"}, {"Mobile", "mobile"}, {"National", "national"}, {"TollFree", "toll free"}}};

    struct Price {
        std::string type{};
        Amount monthly{};
    };
    struct PriceList {
        std::string country{};
        Currency currency{};
    };
    static constexpr auto prices =
        wire::rows("phone_number_prices[]", {wire::field<&Price::type>("number_type").required(),
                                             wire::field<&Price::monthly>("current_price").required()})
            .with({wire::field<&PriceList::country>("iso_country"), wire::field<&PriceList::currency>("price_unit")});

    /// How far a search is.
    struct Search {
        std::span<const Type> types{};  ///< still to be asked; the first is being asked
        std::string url{};              ///< of the page that comes next
        bool is_further = false;        ///< that page is not its type's first
        bool was_answered = false;      ///< the country sells one of these types
        bool has_prices = false;        ///< they were asked for
        std::vector<Price> prices{};
        Currency currency{};
        std::optional<Error> price_failure{};
    };

    twilio::Account account() const {
        const bool has_key = !settings.api_key_sid.empty();
        const Secret& password = has_key ? settings.api_key_secret : settings.auth_token;
        if (password.empty()) {
            errors::raise(errc::settings, "number_manager.twilio needs auth_token, or api_key_sid and api_key_secret");
        }
        return {.url = (wire::Url(settings.base_url) / "2010-04-01" / "Accounts" / settings.account_sid).str(),
                .user = has_key ? settings.api_key_sid : settings.account_sid,
                .password = password,
                .suffix = ".json"};
    }

    /// Where the country code is 1 the prefix tells the type; elsewhere all are asked in turn.
    Search begin(const SearchRequest& request) const {
        if (request.country.empty()) {
            errors::invalid("Twilio searches within a country, and this prefix tells none", request.prefix.str());
        }
        const bool is_american = dial_code_of(request.country.view()) == "1";
        const std::span<const Type> all(types);
        Search search{.types = !is_american ? all : wants_toll_free(request) ? all.last(1) : all.first(1)};
        search.url = first_page(request, search.types.front());
        return search;
    }
    /// An area code is told apart; what is longer, or has none, is a pattern: of the digits, or with the `+` that anchors it.
    std::string first_page(const SearchRequest& request, const Type& type) const {
        const twilio::Account ours = account();
        wire::Url url =
            wire::Url(ours.url) / "AvailablePhoneNumbers" / request.country.view() / ours.with_suffix(type.resource);
        const std::string_view digits = twilio::national_digits(request);
        const bool has_area_codes = request.country.view() == "US" || request.country.view() == "CA";
        if (has_area_codes && digits.size() >= 3) {
            url = std::move(url).query("AreaCode", digits.substr(0, 3));
            if (digits.size() > 3) { url = std::move(url).query("Contains", digits); }
        } else if (!digits.empty()) {
            url = std::move(url).query("Contains", request.prefix.view());
        }
        constexpr std::array<std::pair<Feature, std::string_view>, 4> filters{{{Feature::voice, "VoiceEnabled"},
                                                                               {Feature::sms, "SmsEnabled"},
                                                                               {Feature::mms, "MmsEnabled"},
                                                                               {Feature::fax, "FaxEnabled"}}};
        for (const auto& [feature, name] : filters) {
            if (request.features.contains(feature)) { url = std::move(url).query(name, "true"); }
        }
        return std::move(url).query("PageSize", detail::page_size(request, info.max_page)).str();
    }

    Task<detail::CarrierPage> next_page(auto& session, const SearchRequest& request, Search& search) const {
        const std::string_view price = search.types.front().price;
        Response response = co_await session.send(account().authorized(Request::get(search.url)));
        detail::CarrierPage read = read_page(std::move(response), request, search);
        if (!read.page.offers.empty() && !std::exchange(search.has_prices, true)) {
            try {
                const Response list = co_await session.send(price_list(request.country.view()));
                read_prices(list, request.country.view(), search);
            } catch (const Exception& failure) { search.price_failure = failure.error(); }
        }
        put_prices(read.page, price, search);
        co_return read;
    }

    /// What is asked for and in this reply; `search` goes on to what comes behind it. A country that lacks one type has others.
    detail::CarrierPage read_page(Response response, const SearchRequest& request, Search& search) const {
        const bool has_others = search.was_answered || search.types.size() > 1;
        const bool lacks_type = response.status == 404 && !search.is_further && has_others;
        detail::CarrierPage read;
        std::string next;
        if (!lacks_type) {
            auto found = wire::twilio::read_available(std::move(response));
            next = wire::twilio::next_page(settings.base_url, found.whole);
            read.page = std::move(found.page);
            search.was_answered = true;
            detail::drop_unwanted(read.page, request);
        }
        search.is_further = !next.empty() && next != search.url;  // some link to themselves
        if (!search.is_further) { search.types = search.types.subspan(1); }
        read.is_last = search.types.empty();
        if (!read.is_last) { search.url = search.is_further ? next : first_page(request, search.types.front()); }
        return read;
    }

    Request price_list(std::string_view country) const {
        wire::Url url = wire::Url(settings.pricing_url) / "v1" / "PhoneNumbers" / "Countries" / country;
        return account().authorized(Request::get(std::move(url).str()));
    }
    static void read_prices(const Response& response, std::string_view country, Search& search) {
        if (response.status != 200) { wire::twilio::raise(response); }
        auto list = wire::read_rows(prices, response);
        if (list.whole.country != country || !list.whole.currency.known()) {
            errors::malformed_reply("the prices are another country's, or in no currency");
        }
        search.prices = std::move(list.rows);
        search.currency = list.whole.currency;
    }
    /// The Pricing API knows no price but the monthly one: there is no fee for setting a number up.
    static void put_prices(SearchPage& page, std::string_view type, const Search& search) {
        const auto price = std::find_if(search.prices.begin(), search.prices.end(),
                                        [&](const Price& each) { return each.type == type; });
        if (price == search.prices.end()) { return; }
        for (Offer& offer : page.offers) {
            offer.setup = Amount::zero();
            offer.monthly = price->monthly;
            offer.currency = search.currency;
        }
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
