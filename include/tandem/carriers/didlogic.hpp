// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/confirming.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/paid.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/multipart.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// DID Logic, API v2 and, for our numbers, v1. Unverified: no document of its own was read, so that a release is believed
/// only once the list of our numbers shows it.
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
        const std::string country = country_in(response, request.country.view());
        const auto ask = [&](std::uint32_t page) { return find_page(session, request, country, page); };
        Task<SearchPage> found = detail::collect_pages(request, 10, ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(purchase(number.number));
        number.order = Order{.operation = session.operation().id};
        co_return read_purchase(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        detail::OwnedPages seen;
        while (!seen.is_done()) {
            const Response response = co_await session.send(list_purchases(++seen.pages));
            look_into(response, number, seen);
        }
        co_return seen.is_ours;
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(list_purchases(progress.pages() + 1));
        co_return read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const bool ours = co_await owns_number(session, number.number);
        if (!ours) { co_return number; }
        const Response response = co_await session.send(removal(number.number));
        if (response.status != 200 && response.status != 204) { raise(response); }
        co_await detail::confirm(*this, session, number.number, false);
        co_return number;
    }

private:
    struct Country {
        std::string name{};
        std::string code{};
    };
    struct Pages {
        std::uint64_t total_pages = 0;
    };
    struct Price {
        Amount activation{};
        Amount monthly{};
    };

    static constexpr std::uint64_t most_listed = 5'000;  ///< the list of our numbers counts no further

    static constexpr auto countries_sold = wire::rows(
        "countries[]",
        {wire::field<&Country::name>("name").required(), wire::field<&Country::code>("short_name").required()});
    static constexpr auto offers =
        wire::rows(
            "dids.dids[]",
            {wire::field<&Offer::number, detail::without_plus>("number").required(),
             wire::field<&Offer::id>("id").if_fitting(), wire::field<&Offer::setup>("activation"),
             wire::field<&Offer::monthly>("monthly"), wire::field<&Offer::monthly>("monthly_fee"),
             wire::flag<Feature::sms>("sms_enabled"), wire::field<&Offer::region>("state").if_fitting(),
             wire::field<&Offer::locality>("city").if_fitting(), wire::field<&Offer::locality>("area").if_fitting()})
            .with({wire::field<&Pages::total_pages>("dids.pagination.total_pages")});
    static constexpr auto our_numbers =
        wire::rows("purchases[]",
                   {wire::field<&detail::OwnedNumber::number, detail::without_plus>("number").required()})
            .with({wire::field<&detail::OwnedCount::total>("pagination.total_records")});
    static constexpr auto prices =
        wire::rows("purchase.purchases[]", {wire::field<&Price::activation>("activation").if_fitting(),
                                            wire::field<&Price::monthly>("monthly_fee").if_fitting()});

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
    static std::string country_in(const Response& response, std::string_view code) {
        if (response.status != 200) { raise_search(response); }
        for (Country& country : wire::read_rows(countries_sold, response).rows) {
            if (country.code == code) { return std::move(country.name); }
        }
        errors::not_available("DID Logic sells no numbers of this country");
    }
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
        co_return read_page(std::move(response), page);
    }
    static detail::CarrierPage read_page(Response response, std::uint32_t page) {
        if (response.status != 200) { raise_search(response); }
        auto read = wire::read_offers(offers, std::move(response));
        for (Offer& offer : read.page.offers) { offer.currency = "USD"; }
        return {.page = std::move(read.page), .is_last = page + std::uint64_t{1} >= read.whole.total_pages};
    }

    Request purchase(E164 number) const {
        const wire::Multipart form = wire::Multipart().add("did_numbers[]", number.digits());
        return wire::with_multipart(authorized(Request::post(v2("numbers", "purchase").str())), form);
    }
    /// Each number has its own fate: it is among the purchases, or there are errors instead.
    static Number read_purchase(const Response& response, Number number) {
        if (response.status != 200) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const auto* whole = JsonFields(reply, "the reply", errc::malformed_reply).object("purchase");
        if (whole == nullptr) { errors::malformed_reply("it tells of no purchase"); }
        const JsonFields purchase(*whole, "the purchase", errc::malformed_reply);
        const auto* list = purchase.find("purchases");
        const auto* bought = list == nullptr ? nullptr : list->if_array();
        if (bought == nullptr) { errors::malformed_reply("its purchases are not there"); }
        const auto* failures = purchase.find("errors");
        const std::string refusal = failures == nullptr ? std::string() : words_of(*failures);
        if (bought->empty() && !refusal.empty()) { raise_refused(response, refusal); }
        if (bought->size() != 1 || !refusal.empty() || !bought->front().is_object()) {
            errors::malformed_reply("it does not say clearly what was bought");
        }
        const JsonFields ours(bought->front().get_object(), "the number bought", errc::malformed_reply);
        if (ours.text("number") != number.number.digits()) { errors::malformed_reply("another number was bought"); }
        const std::int64_t id = ours.integer("id");
        if (id <= 0) { errors::malformed_reply("the purchase has no id"); }
        number.order->reference = std::to_string(id);
        number.order->price = price_in(response);
        number.carrier_data = merged(number.carrier_data, {{"order", {{"id", number.order->reference}}}});
        return number;
    }
    static Money price_in(const Response& purchase) {
        const auto read = wire::read_rows(prices, purchase);
        if (read.rows.size() != 1) { return {}; }
        return detail::paid(read.rows.front().activation, read.rows.front().monthly, "USD");
    }
    /// What it says of a failure, in whatever shape; empty when it says nothing.
    static std::string words_of(const boost::json::value& failures) {
        const auto* object = failures.if_object();
        const auto* list = failures.if_array();
        const bool says_nothing = (object != nullptr && object->empty()) || (list != nullptr && list->empty());
        return says_nothing ? std::string() : boost::json::serialize(failures).substr(0, 256);
    }
    [[noreturn]] static void raise_refused(const Response& response, const std::string& words) {
        for (const std::string_view wanted : {"dentit", "ocument"}) {
            if (words.find(wanted) != words.npos) { wire::raise_meaning(errc::needs_action, response, words); }
        }
        errors::by_carrier(words);
    }

    Request list_purchases(std::uint64_t page) const {
        const std::uint64_t most = 1'000;
        return authorized(Request::get((v1() / "purchases.json").query("page", page).query("per_page", most).str()));
    }
    static void look_into(const Response& response, E164 number, detail::OwnedPages& seen) {
        if (response.status != 200) { raise(response); }
        seen.take(wire::read_rows(our_numbers, response), number);
        if (!seen.is_ours) { expect_counted(*seen.total); }
    }
    static OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
        if (response.status != 200) { raise(response); }
        const auto read = wire::read_rows(our_numbers, response);
        expect_counted(read.whole.total.value_or(0));
        return progress.behind(read, read.whole.total);
    }
    static void expect_counted(std::uint64_t total) {
        if (total >= most_listed) {
            errors::malformed_reply("the list of our numbers may go on behind what it counts");
        }
    }
    Request removal(E164 number) const {
        const wire::Form form = wire::Form().add("did_numbers", number.digits());
        return wire::with_form(authorized(Request::delete_(v2("buy", "purchase").str())), form);
    }

    static std::string reason_in(const Response& response) {
        return wire::Complaint(response).words({"error", "errors.0", "message"});
    }
    [[noreturn]] static void raise_search(const Response& response) {
        if (response.status == 404) { errors::not_available(reason_in(response)); }
        raise(response);
    }
    [[noreturn]] static void raise(const Response& response) {
        const std::string words = reason_in(response);
        if (response.status == 400 || response.status == 422) { raise_refused(response, words); }
        wire::raise_status(response, words);
    }
};
static_assert(Carrier<DidLogic>);

}  // namespace tandem::carriers
