// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/infobip_replies.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Infobip, the Numbers API v1. A number of the United States is bought by its digits, any other by its key, which the
/// search told, or is asked for. What is bought may be pending; the number's key, in `Order::reference`, is how it is
/// followed. It takes no reference of ours: `entityId` and `applicationId` name what the account has set up.
/// Source: Infobip's OpenAPI document (3.210.0, a copy in `api-evangelist/infobip`, 2026-08).
struct Infobip {
    static constexpr CarrierInfo info{.name = "infobip",
                                      .max_prefix_length = 15,
                                      .features = {Feature::voice, Feature::sms, Feature::mms},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search,
                                      .requests_per_second = 1};

    struct Settings {
        Secret api_key{};
        std::string base_url{};  ///< the account's own host

        static constexpr std::array<std::string_view, 2> required{"api_key", "base_url"};
        TANDEM_SETTINGS(Settings, api_key, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        bool by_digits = is_by_digits(request);
        std::uint64_t seen = 0;
        const auto ask = [&](std::uint32_t number) { return find_page(session, request, by_digits, number, seen); };
        Task<SearchPage> found = detail::collect_pages(request, most_pages + 1, ask);
        SearchPage page = co_await std::move(found);
        if (by_digits && page.offers.empty()) {
            by_digits = false;
            seen = 0;
            found = detail::collect_pages(request, most_pages + 1, ask);
            page = co_await std::move(found);
        }
        co_return page;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        std::string key = key_told_by(number);
        if (key.empty() && !is_american(number.number)) {
            const Response offered = co_await session.send(get_offer(number.number));
            key = infobip::key_in(offered, number.number);
        }
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(purchase(number.number, key));
        if (infobip::says_created_only(response)) { co_return co_await find_created(session, std::move(number)); }
        Number bought = infobip::read_purchase(response, number);
        co_return co_await follow_to_end(session, std::move(bought));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::get(number_url(number.order->reference))));
        co_return infobip::read_number(response, number);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Response listed = co_await session.send(get_owned(number.number));
        std::optional<Number> found;
        if (const auto ours = infobip::find_listed(listed, number.number)) {
            number.order = Order{.operation = session.operation().id, .reference = ours->key};
            found = co_await follow_to_end(session, infobip::with_status(std::move(number), ours->status));
        }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response listed = co_await session.send(get_owned(number));
        const auto ours = infobip::find_listed(listed, number);
        co_return ours && ours->status.empty();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(get_all_owned(progress.pages()));
        co_return infobip::owned_in(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response listed = co_await session.send(get_owned(number.number));
        const auto ours = infobip::find_listed(listed, number.number);
        if (ours && !infobip::has_failed(ours->status)) {
            const Response response = co_await session.send(authorized(Request::delete_(number_url(ours->key))));
            if (response.status != 204 && response.status != 404) { infobip::raise(response); }
        }
        co_return number;
    }

private:
    /// One a second may be asked for, and a search has little time.
    static constexpr std::uint32_t most_pages = 5;

    wire::Url url_of() const { return wire::Url(settings.base_url) / "numbers" / "1" / "numbers"; }
    std::string number_url(std::string_view key) const { return (url_of() / key).str(); }
    Request authorized(Request request) const { return std::move(request).authorization("App", settings.api_key); }

    static bool is_american(E164 number) { return country_of(number.digits()) == "US"; }
    /// Outside the United States a search takes digits of a number. Whether it takes a part for a beginning is not
    /// documented: where it finds nothing, all numbers of the country are looked through.
    static bool is_by_digits(const SearchRequest& request) {
        return request.country != "US" && !request.national_prefix(dial_code_of(request.country.view())).empty();
    }
    /// `seen`: how many rows the pages before it had; and it, from then on.
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, bool by_digits,
                                        std::uint32_t number, std::uint64_t& seen) const {
        Response response = co_await session.send(search(request, by_digits, number));
        co_return infobip::read_page(std::move(response), seen);
    }
    Request search(const SearchRequest& request, bool by_digits, std::uint32_t number) const {
        if (number == most_pages) { errors::not_available("only the first of its numbers were looked through"); }
        wire::Url url = url_of() / "available";
        if (!request.country.empty()) { url = std::move(url).query("country", request.country.view()); }
        if (request.country == "US") {
            const std::string_view digits = american_digits(request);
            if (digits.size() >= 3) { url = std::move(url).query("npa", digits.substr(0, 3)); }
            if (digits.size() >= 6) { url = std::move(url).query("nxx", digits.substr(3, 3)); }
        } else if (by_digits) {
            url = std::move(url).query("number", request.national_prefix(""));
        }
        for (const auto& [feature, name] :
             {std::pair{Feature::voice, "VOICE"}, std::pair{Feature::sms, "SMS"}, std::pair{Feature::mms, "MMS"}}) {
            if (request.features.contains(feature)) { url = std::move(url).query("capabilities", name); }
        }
        return authorized(Request::get(std::move(url).query("limit", infobip::page_size).query("page", number).str()));
    }
    /// Each of Kazoo's wildcards means one area code that is in use.
    static std::string_view american_digits(const SearchRequest& request) {
        const std::string_view digits = request.national_prefix("1");
        if (!request.is_wildcard()) { return digits; }
        const auto code = std::find_if(toll_free_codes.begin(), toll_free_codes.end(),
                                       [&](std::string_view each) { return each.starts_with(digits); });
        return code == toll_free_codes.end() ? digits : *code;
    }
    /// By the search, where a key is wanted at all.
    static std::string key_told_by(const Number& number) {
        if (is_american(number.number)) { return {}; }
        const boost::json::object data = object_of(number.carrier_data, "carrier_data");
        return JsonFields(data, "carrier_data").text("numberKey");
    }
    Request get_offer(E164 number) const {
        return authorized(Request::get((url_of() / "available")
                                           .query("number", number.digits())
                                           .query("limit", infobip::page_size)
                                           .query("page", 0)
                                           .str()));
    }
    Request purchase(E164 number, const std::string& key) const {
        boost::json::object body;
        if (key.empty()) {
            body["number"] = number.digits();
        } else {
            body["numberKey"] = key;
        }
        return wire::with_json(authorized(Request::post(url_of().str())), body);
    }
    /// The number that a purchase made, among ours. Errors: `outcome_unknown` where it is not there yet.
    Task<Number> find_created(auto& session, Number number) const {
        std::optional<Number> found = co_await find_order(session, std::move(number));
        if (!found) { errors::outcome_unknown("the number that was created is not among ours yet"); }
        co_return std::move(*found);
    }
    Task<Number> follow_to_end(auto& session, Number number) const {
        return detail::follow_to_end(*this, session, std::move(number), std::chrono::seconds(1),
                                     std::chrono::seconds(8));
    }

    Request get_owned(E164 number) const {
        return authorized(Request::get(
            url_of().query("number", number.digits()).query("limit", infobip::page_size).query("page", 0).str()));
    }
    Request get_all_owned(std::uint64_t page) const {
        return authorized(Request::get(url_of().query("limit", infobip::page_size).query("page", page).str()));
    }
};
static_assert(Carrier<Infobip>);

}  // namespace tandem::carriers
