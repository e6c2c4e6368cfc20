// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/other_replies.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carriers {

/// Any server that speaks Kazoo's phonebook protocol. It tells no prices.
/// Source: Kazoo's `knm_other`, whose module is the protocol's only definition. Tandem adds two requests to
/// `{url}/numbers/{country}/{number}`: `GET` tells of a number that is ours, as the order's reply did, and `DELETE`
/// gives it back; both answer 404 in the phonebook's words when it is not ours. A phonebook without them keeps its
/// numbers, which then stay ours, and of an order whose reply got lost it can only show that the number is still for
/// sale.
struct Other {
    static constexpr CarrierInfo info{.name = "other",
                                      .max_prefix_length = 15,
                                      .features = {Feature::voice, Feature::sms, Feature::mms, Feature::fax},
                                      .block_search = true,
                                      .retry = RetryClass::after_look_up};

    struct Settings {
        std::string phonebook_url{};
        std::string default_country = "US";  ///< of numbers and prefixes that belong to none

        static constexpr std::array<std::string_view, 1> required{"phonebook_url"};
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> aliases{
            {{"base_url", "phonebook_url"}, {"endpoints", "gateways"}}};
        TANDEM_SETTINGS(Settings, phonebook_url, default_country);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        if (request.blocks > 0) {
            const Response response = co_await session.send(block_search(request));
            co_return other::read_blocks(response);
        }
        Response response = co_await session.send(number_search(request));
        co_return other::read_numbers(std::move(response));
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        boost::json::array gateways(session.gateways().begin(), session.gateways().end());
        boost::json::object data{{"numbers", boost::json::array{number.number.str()}},
                                 {"gateways", std::move(gateways)}};
        const boost::json::object body{{"data", std::move(data)}};
        const Response response =
            co_await session.send(wire::with_json(Request::put((numbers(number.number) / "order").str()), body));
        number.order = Order{.operation = session.operation().id};
        co_return other::read_order(response, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response =
            co_await session.send(Request::get((numbers(number.number) / number.number.str()).str()));
        if (!other::knows_no_such_request(response)) {
            if (response.status == 404) { co_return std::nullopt; }
            co_return other::read_order(response, std::move(number));
        }
        const std::vector<E164> one{number.number};
        const std::vector<NumberStatus> known = co_await check_numbers(session, one);
        if (known.size() != 1 || known.front().status != "available") {
            errors::outcome_unknown("the phonebook does not tell whose the number is");
        }
        co_return std::nullopt;
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response =
            co_await session.send(Request::delete_((numbers(number.number) / number.number.str()).str()));
        co_return other::read_release(response, std::move(number));
    }

    Task<std::vector<NumberStatus>> check_numbers(auto& session, const std::vector<E164>& asked) const {
        std::map<std::string, std::vector<E164>> by_country;
        for (const E164 number : asked) {
            by_country[country_or_default(country_of(number.digits()))].push_back(number);
        }
        std::vector<NumberStatus> known;
        for (const auto& [country, numbers_there] : by_country) {
            boost::json::array data;
            for (const E164 number : numbers_there) { data.emplace_back(other::national(number, country)); }
            const boost::json::object body{{"data", std::move(data)}};
            const Response response = co_await session.send(
                wire::with_json(Request::post((numbers(country) / "status").str()), body).reads());
            other::read_statuses(response, numbers_there, country, known);
        }
        co_return known;
    }

private:
    std::string country_or_default(std::string_view country) const {
        return std::string(country.empty() ? std::string_view(settings.default_country) : country);
    }
    wire::Url numbers(std::string_view country) const { return below("numbers", country); }
    wire::Url numbers(E164 number) const { return numbers(country_or_default(country_of(number.digits()))); }
    wire::Url below(std::string_view what, std::string_view country) const {
        return wire::Url(settings.phonebook_url) / what / country_or_default(country);
    }

    Request number_search(const SearchRequest& request) const {
        return Request::get((below("numbers", request.country.view()) / "search")
                                .query("prefix", request.plain_prefix())
                                .query("limit", request.quantity)
                                .query("offset", request.offset)
                                .str());
    }
    Request block_search(const SearchRequest& request) const {
        return Request::get((below("blocks", request.country.view()) / "search")
                                .query("prefix", request.plain_prefix())
                                .query("size", request.quantity)
                                .query("offset", request.offset)
                                .query("limit", request.blocks)
                                .str());
    }
};
static_assert(Carrier<Other>);

}  // namespace tandem::carriers
