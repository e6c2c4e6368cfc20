// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
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
        const auto ask = [&](std::uint32_t number) { return find_page(session, request, by_digits, number); };
        Task<SearchPage> found = detail::collect_pages(request, most_pages + 1, ask);
        SearchPage page = co_await std::move(found);
        if (by_digits && page.offers.empty()) {
            by_digits = false;
            found = detail::collect_pages(request, most_pages + 1, ask);
            page = co_await std::move(found);
        }
        co_return page;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        std::string key;
        if (!is_american(number.number)) { key = key_told_by(number); }
        if (key.empty() && !is_american(number.number)) {
            const Response offered = co_await session.send(get_offer(number.number));
            key = key_in(offered, number.number);
        }
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(purchase(number.number, key));
        Number bought = read_purchase(response, number);
        co_return co_await follow_to_end(session, std::move(bought));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::get(number_url(number.order->reference))));
        co_return read_number(response, number);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Response listed = co_await session.send(get_owned(number.number));
        std::optional<Number> found;
        if (const auto ours = find_listed(listed, number.number)) {
            number.order = Order{.operation = session.operation().id, .reference = ours->key};
            found = co_await follow_to_end(session, with_status(std::move(number), ours->status));
        }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response listed = co_await session.send(get_owned(number));
        const auto ours = find_listed(listed, number);
        co_return ours && ours->status.empty();
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response listed = co_await session.send(get_owned(number.number));
        if (const auto ours = find_listed(listed, number.number)) {
            const Response response = co_await session.send(authorized(Request::delete_(number_url(ours->key))));
            if (response.status != 204 && response.status != 404) { raise(response); }
        }
        co_return number;
    }

private:
    struct Listed {
        std::string key{};
        E164 number{};
        std::string status{};
    };
    struct Listing {
        std::optional<std::uint64_t> total{};
    };

    /// No largest page is documented; one of this size is a tenth of what a reply may have.
    static constexpr std::uint32_t page_size = 100;
    /// One a second may be asked for, and a search has little time.
    static constexpr std::uint32_t most_pages = 5;

    static constexpr wire::Leaf<Listing> listing[]{wire::field<&Listing::total>("numberCount")};
    // Until `read_page` has looked at it, `lata` holds the type: short codes are no telephone numbers.
    static constexpr auto offers =
        wire::rows(
            "numbers[]",
            {wire::field<&Offer::number, detail::without_plus>("number").required(), wire::field<&Offer::lata>("type"),
             wire::dropped_if("shared"), wire::field<&Offer::setup>("price.setupPrice").if_fitting(),
             wire::field<&Offer::monthly>("price.pricePerMonth").if_fitting(),
             wire::field<&Offer::currency>("price.currency"), wire::flag<Feature::voice>("capabilities[=VOICE]"),
             wire::flag<Feature::sms>("capabilities[=SMS]"), wire::flag<Feature::mms>("capabilities[=MMS]"),
             wire::field<&Offer::country>("country")})
            .with(listing);
    static constexpr auto numbers =
        wire::rows("numbers[]", {wire::field<&Listed::key>("numberKey").required(),
                                 wire::field<&Listed::number, detail::without_plus>("number").required(),
                                 wire::field<&Listed::status>("reservationStatus")})
            .with(listing);

    wire::Url url_of() const { return wire::Url(settings.base_url) / "numbers" / "1" / "numbers"; }
    std::string number_url(std::string_view key) const { return (url_of() / key).str(); }
    Request authorized(Request request) const { return std::move(request).authorization("App", settings.api_key); }

    static bool is_american(E164 number) { return country_of(number.digits()) == "US"; }
    /// Outside the United States a search takes digits of a number. Whether it takes a part for a beginning is not
    /// documented: where it finds nothing, all numbers of the country are looked through.
    static bool is_by_digits(const SearchRequest& request) {
        return request.country != "US" && !request.national_prefix(dial_code_of(request.country.view())).empty();
    }
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, bool by_digits,
                                        std::uint32_t number) const {
        Response response = co_await session.send(search(request, by_digits, number));
        co_return read_page(std::move(response), number);
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
            url = std::move(url).query("number", request.prefix.view().substr(1));
        }
        for (const auto& [feature, name] :
             {std::pair{Feature::voice, "VOICE"}, std::pair{Feature::sms, "SMS"}, std::pair{Feature::mms, "MMS"}}) {
            if (request.features.contains(feature)) { url = std::move(url).query("capabilities", name); }
        }
        return authorized(Request::get(std::move(url).query("limit", page_size).query("page", number).str()));
    }
    /// Each of Kazoo's wildcards means one area code that is in use.
    static std::string_view american_digits(const SearchRequest& request) {
        const std::string_view digits = request.national_prefix("1");
        if (!request.is_wildcard()) { return digits; }
        const auto code = std::find_if(toll_free_codes.begin(), toll_free_codes.end(),
                                       [&](std::string_view each) { return each.starts_with(digits); });
        return code == toll_free_codes.end() ? digits : *code;
    }
    static detail::CarrierPage read_page(Response response, std::uint32_t number) {
        if (response.status == 404) { errors::not_available(reason_in(wire::Complaint(response))); }
        if (response.status != 200) { raise(response); }
        auto read = wire::read_offers(offers, std::move(response));
        const std::uint64_t seen = (std::uint64_t{number} + 1) * page_size;
        detail::CarrierPage page{.page = std::move(read.page), .is_last = seen >= read.whole.total.value_or(0)};
        std::erase_if(page.page.offers,
                      [](Offer& offer) { return !std::exchange(offer.lata, {}).starts_with("VIRTUAL_LONG_NUMBER"); });
        return page;
    }

    static std::string key_told_by(const Number& number) {
        const boost::json::object data = object_of(number.carrier_data, "carrier_data");
        return JsonFields(data, "carrier_data").text("numberKey");
    }
    Request get_offer(E164 number) const {
        return authorized(Request::get((url_of() / "available")
                                           .query("number", number.digits())
                                           .query("limit", page_size)
                                           .query("page", 0)
                                           .str()));
    }
    static std::string key_in(const Response& offered, E164 number) {
        const auto found = offered.status == 404 ? std::nullopt : find_listed(offered, number);
        if (!found) { errors::number_unavailable(reason_in(wire::Complaint(offered))); }
        return found->key;
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
    static Number read_purchase(const Response& response, const Number& number) {
        const wire::Complaint complaint(response);
        const std::string about = "requestError.serviceException.validationErrors.";
        const bool is_about_the_number =
            !complaint.text(about + "number.0").empty() || !complaint.text(about + "numberKey.0").empty();
        if (response.status == 404 || (response.status == 400 && is_about_the_number)) {
            errors::number_unavailable(reason_in(complaint));
        }
        return read_number(response, number);
    }
    /// `number` as this reply says that it is reserved for us, or ours.
    static Number read_number(const Response& response, Number number) {
        if (response.status != 200 && response.status != 201) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields fields(reply, "the number", errc::malformed_reply);
        if (fields.text("number") != number.number.digits()) { errors::malformed_reply("it is another number's"); }
        const std::string key = fields.text("numberKey");
        if (key.empty()) { errors::malformed_reply("the number has no key"); }
        if (!number.order->reference.empty() && number.order->reference != key) {
            errors::malformed_reply("it is another key's");
        }
        number.order->reference = key;
        const bool needs_setup = fields.flag("additionalSetupRequired");
        number.carrier_data =
            merged(number.carrier_data, {{"numberKey", key}, {"additionalSetupRequired", needs_setup}});
        return with_status(std::move(number), fields.text("reservationStatus"));
    }
    /// A reservation without a status is done.
    static Number with_status(Number number, const std::string& status) {
        number.order->reason = status;
        if (status.empty()) {
            number.order->status = Order::Status::complete;
        } else if (status == "PENDING") {
            number.order->status = Order::Status::pending;
        } else if (status == "BILLING_FAILED" || status == "RESERVATION_FAILED" || status == "ERROR") {
            number.order->status = Order::Status::failed;
        } else {
            errors::malformed_reply("the reservation's status is '" + status.substr(0, 64) + "'");
        }
        return number;
    }
    Task<Number> follow_to_end(auto& session, Number number) const {
        return detail::follow_to_end(*this, session, std::move(number), std::chrono::seconds(1),
                                     std::chrono::seconds(8));
    }

    Request get_owned(E164 number) const {
        return authorized(
            Request::get(url_of().query("number", number.digits()).query("limit", page_size).query("page", 0).str()));
    }
    /// Nothing when a whole list does not name the number.
    static std::optional<Listed> find_listed(const Response& response, E164 number) {
        if (response.status != 200) { raise(response); }
        auto read = wire::read_rows(numbers, response);
        std::optional<Listed> found;
        for (Listed& row : read.rows) {
            if (row.number != number || (found && found->status.empty())) {
                continue;
            }  // a failed one may stand beside
            if (row.key.empty()) { errors::malformed_reply("our number has no key"); }
            found = std::move(row);
        }
        const bool is_filtered = std::all_of(read.rows.begin(), read.rows.end(), [&](const Listed& row) {
            return row.number.digits().find(number.digits()) != std::string::npos;
        });
        if (!found && (read.refused > 0 || !is_filtered || read.whole.total != read.rows.size())) {
            errors::malformed_reply("the list is incomplete, or not of the numbers that were asked for");
        }
        return found;
    }

    static std::string reason_in(const wire::Complaint& complaint) {
        return complaint.words({"requestError.serviceException.messageId", "requestError.serviceException.text",
                                "errorCode", "description"});
    }
    [[noreturn]] static void raise(const Response& response) {
        wire::raise_status(response, reason_in(wire::Complaint(response)));
    }
};
static_assert(Carrier<Infobip>);

}  // namespace tandem::carriers
