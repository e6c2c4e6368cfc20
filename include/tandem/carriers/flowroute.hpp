// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/json_api.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Flowroute (BCM One), Numbers API v2: the United States and Canada. It sells a named number at once and takes no
/// reference of ours: whether an order whose answer got lost was filled, our own numbers there tell. Of features its
/// search tells only that a number is toll-free.
/// Source: Flowroute's OpenAPI document (`flowroute/flowroute-sdk-v3-python`, 2018-01) and the pages of
/// developer.flowroute.com on errors and releases.
struct Flowroute {
    static constexpr CarrierInfo info{.name = "flowroute",
                                      .max_prefix_length = 10,
                                      .max_page = 200,
                                      .features = {Feature::toll_free},
                                      .countries = {"US", "CA"},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string access_key{};
        Secret secret_key{};
        std::string base_url = "https://api.flowroute.com";

        static constexpr std::array<std::string_view, 2> required{"access_key", "secret_key"};
        TANDEM_SETTINGS(Settings, access_key, secret_key, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        require_country(request);
        return detail::collect_pages(request, most_pages, [this, &session, &request](std::uint32_t page) {
            return ask_page(session, request, page);
        });
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(new_order(number.number));
        number.order = Order{.operation = session.operation().id, .reference = digits_of(number.number)};
        co_return read_order(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(authorized(Request::get(number_url(number))));
        if (is_not_there(response)) { co_return false; }
        expect_number(response, number);
        co_return true;
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const std::uint64_t offset = detail::rows_before(page);
        const Response response = co_await session.send(our_numbers(offset));
        co_return read_owned(response, offset);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::delete_(number_url(number.number))));
        const bool is_done = response.status == 204 || is_not_there(response);
        if (!is_done) { expect_number(response, number.number); }
        co_return number;
    }

private:
    struct Links {
        std::string next{};  ///< empty on the last page
    };

    static constexpr std::uint32_t most_pages = 10;

    static bool read_type(Features& member, const wire::Scalar& value) {
        member.set(Feature::toll_free, value.text == "tollfree" || value.text == "toll-free");
        return value.is_text();
    }
    static constexpr auto offers =
        wire::rows("data[]", {wire::field<&Offer::number, detail::without_plus>("attributes.value").required(),
                              wire::field<&Offer::setup>("attributes.setup_cost"),
                              wire::field<&Offer::monthly>("attributes.monthly_cost"),
                              wire::field<&Offer::features, read_type>("attributes.number_type"),
                              wire::field<&Offer::rate_center>("attributes.rate_center"),
                              wire::field<&Offer::region>("attributes.state")})
            .with({wire::field<&Links::next>("links.next")});
    static constexpr auto owned =
        wire::rows("data[]",
                   {wire::field<&detail::OwnedNumber::number, detail::without_plus>("attributes.value").required()})
            .with({wire::field<&Links::next>("links.next")});

    Request authorized(Request request) const {
        return wire::json_api::wanting_document(
            std::move(request).basic_authorization(settings.access_key, settings.secret_key));
    }
    /// As Flowroute names a number: eleven digits. Errors: `not_available` for a number of another numbering plan.
    static std::string digits_of(E164 number) { return "1" + detail::ten_digits(number); }
    std::string number_url(E164 number) const {
        return (wire::Url(settings.base_url) / "v2" / "numbers" / digits_of(number)).str();
    }
    Request new_order(E164 number) const {
        return authorized(Request::post(number_url(number)).body(std::string(wire::json_api::media_type), ""));
    }

    Request our_numbers(std::uint64_t offset) const {
        wire::Url url = wire::Url(settings.base_url) / "v2" / "numbers";
        return authorized(Request::get(std::move(url).query("limit", info.max_page).query("offset", offset).str()));
    }
    /// No list says how long it is: it ends with a page that is not full and names no next one.
    static OwnedNumbers read_owned(const Response& response, std::uint64_t offset) {
        if (response.status != 200) { raise(response); }
        const auto read = wire::read_rows(owned, response);
        OwnedNumbers page{.numbers = detail::all_numbers_in(read)};
        if (page.numbers.size() < info.max_page && read.whole.next.empty()) { return page; }
        if (page.numbers.empty()) { errors::malformed_reply("the list of our numbers goes on behind nothing"); }
        page.next = std::to_string(offset + page.numbers.size());
        return page;
    }

    static void require_country(const SearchRequest& request) {
        const std::string_view country = request.country.view();
        if (country != "US" && country != "CA") {
            errors::not_available("Flowroute sells in the United States and Canada only");
        }
    }
    /// What a search begins with, the country code first. A wildcard's other numbers are not toll-free: they would fill
    /// the pages.
    static std::string start_of(const SearchRequest& request) {
        std::string_view digits = request.national_prefix("1");
        for (const std::string_view code : toll_free_codes) {
            if (request.is_wildcard() && code.starts_with(digits)) { digits = code; }
        }
        return "1" + std::string(digits);
    }
    Task<detail::CarrierPage> ask_page(auto& session, const SearchRequest& request, std::uint32_t page) const {
        Response response = co_await session.send(search(request, page));
        co_return read_page(std::move(response), request);
    }
    Request search(const SearchRequest& request, std::uint32_t page) const {
        const std::uint32_t limit = detail::page_size(request, info.max_page);
        wire::Url url = (wire::Url(settings.base_url) / "v2" / "numbers" / "available")
                            .query("starts_with", start_of(request))
                            .query("limit", limit)
                            .query("offset", std::uint64_t{page} * limit);
        return authorized(Request::get(std::move(url).str()));
    }
    static detail::CarrierPage read_page(Response response, const SearchRequest& request) {
        if (response.status == 404) { wire::raise_none(wire::json_api::reason_in(response)); }
        if (response.status != 200) { raise(response); }
        auto read = wire::read_offers(offers, std::move(response));
        // Of less than an area code both countries' numbers come.
        const bool is_mixed = request.national_prefix("1").size() < 3 && !request.is_wildcard();
        std::erase_if(read.page.offers, [&](const Offer& offer) {
            return is_mixed && country_of(offer.number.digits()) != request.country.view();
        });
        for (Offer& offer : read.page.offers) {
            const bool is_priced = offer.setup.known() || offer.monthly.known();
            if (is_priced) { offer.currency = "USD"; }
        }
        return {.page = std::move(read.page), .is_last = read.whole.next.empty()};
    }

    /// A reply about `number` that says yes.
    /// Errors: those of its status; `malformed_reply` where it is about another number.
    /// Gives what is worth keeping on the number.
    static boost::json::object expect_number(const Response& response, E164 number) {
        if (response.status != 200 && response.status != 201) { raise(response); }
        const wire::json_api::Document document(response);
        const wire::json_api::Resource& found = document.only("number");
        const JsonFields attributes = found.attributes();
        if (found.id() != digits_of(number) || attributes.text("value") != digits_of(number)) {
            errors::malformed_reply("it is about another number");
        }
        boost::json::object summary;
        for (const std::string_view key : {"rate_center", "state", "number_type", "alias"}) {
            if (std::string text = attributes.text(key); !text.empty()) { summary[key] = text; }
        }
        return summary;
    }
    static Number read_order(const Response& response, Number number) {
        if (is_not_there(response)) { errors::number_unavailable(wire::json_api::reason_in(response)); }
        const boost::json::object bought = expect_number(response, number.number);
        number.carrier_data = merged(number.carrier_data, {{"number", bought}});
        return number;
    }
    /// 404 in Flowroute's own words: the number is not for sale, or not on our account (any more).
    static bool is_not_there(const Response& response) {
        return response.status == 404 && wire::json_api::tells_errors(response);
    }

    [[noreturn]] static void raise(const Response& response) {
        wire::raise_status(response, wire::json_api::reason_in(response));
    }
};
static_assert(Carrier<Flowroute>);

}  // namespace tandem::carriers
