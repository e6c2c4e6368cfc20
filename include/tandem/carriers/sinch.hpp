// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
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
        co_return read_rented(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(get("activeNumbers", number));
        const auto rental = find_rental(response, number);
        co_return rental && rental->end.empty();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(all_active(progress));
        co_return read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response looked = co_await session.send(get("activeNumbers", number.number));
        std::optional<Rental> rental = find_rental(looked, number.number);
        if (rental && rental->end.empty()) {
            const Response response = co_await session.send(release(number.number));
            rental = find_rental(response, number.number);
            if (rental && rental->end.empty()) { errors::malformed_reply("the number that was released has no end"); }
        }
        co_return with(rental, std::move(number));
    }

private:
    using Types = InlineList<std::string_view, 3>;

    /// What Sinch says of a number that is in our project.
    struct Rental {
        std::string end{};  ///< when it leaves the project: it is released; empty: it stays ours
        boost::json::object told{};
    };

    /// A number in our project.
    struct Active {
        E164 number{};
        std::string end{};
    };
    struct Pages {
        std::string next{};  ///< the token of the page behind this one
        std::optional<std::uint64_t> total{};
    };
    static constexpr auto active =
        wire::rows("activeNumbers[]",
                   {wire::field<&Active::number>("phoneNumber").required(), wire::field<&Active::end>("expireAt")})
            .with({wire::field<&Pages::next>("nextPageToken"), wire::field<&Pages::total>("totalSize")});

    static bool same_currency(Currency& member, const wire::Scalar& value) {
        const Currency other = member;
        return wire::assign(member, value) && (!other.known() || other == member);
    }
    // Until `read_page` has judged the monthly price, `stock` holds for how many months Sinch charges at once.
    static constexpr auto offers = wire::rows(
        "availableNumbers[]",
        {wire::field<&Offer::number>("phoneNumber").required(), wire::field<&Offer::setup>("setupPrice.amount"),
         wire::field<&Offer::monthly>("monthlyPrice.amount"),
         wire::field<&Offer::currency, same_currency>("setupPrice.currencyCode"),
         wire::field<&Offer::currency, same_currency>("monthlyPrice.currencyCode"),
         wire::field<&Offer::stock>("paymentIntervalMonths"), wire::flag<Feature::voice>("capability[=VOICE]"),
         wire::flag<Feature::sms>("capability[=SMS]"), wire::field<&Offer::country>("regionCode")});

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
    static OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
        if (response.status != 200) { raise(response); }
        auto read = wire::read_rows(active, response);
        const std::uint64_t rows = read.rows.size();
        const bool is_last = progress.rows() + rows == read.whole.total;
        if (!is_last && read.whole.next.empty()) { errors::malformed_reply("the list of our numbers is incomplete"); }
        std::erase_if(read.rows, [](const Active& row) { return !row.end.empty(); });
        return progress.behind(detail::all_numbers_in(read), rows, read.whole.total, std::move(read.whole.next));
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
        co_return read_page(std::move(response), types.size() == 1, turn + 1 == types.size());
    }
    Request search(const SearchRequest& request, std::string_view type) const {
        if (request.country.empty()) { errors::not_available("it searches one country, and the prefix is of none"); }
        wire::Url url =
            url_of("availableNumbers")
                .query("regionCode", request.country.view())
                .query("type", type)
                .query("numberPattern.pattern", request.prefix.view().substr(0, request.prefix.view().find('*')))
                .query("numberPattern.searchPattern", "START");
        if (request.features.contains(Feature::voice)) { url = std::move(url).query("capabilities", "VOICE"); }
        if (request.features.contains(Feature::sms)) { url = std::move(url).query("capabilities", "SMS"); }
        // There are no pages: what was skipped is asked for again, and nothing shows what lies behind a full one.
        const auto size = std::min<std::uint64_t>(std::uint64_t{request.quantity} + request.offset, info.max_page);
        return authorized(Request::get(std::move(url).query("size", size).str()));
    }
    static detail::CarrierPage read_page(Response response, bool is_only, bool is_last) {
        detail::CarrierPage read{.is_last = is_last};
        if (response.status == 404 && is_only) { errors::not_available(reason_in(wire::Complaint(response))); }
        if (response.status == 404) { return read; }  // a type that the country does not have
        if (response.status != 200) { raise(response); }
        read.page = wire::read_offers(offers, std::move(response));
        for (Offer& offer : read.page.offers) {
            // The document does not say whether the price is for a month or for all that are charged.
            if (std::exchange(offer.stock, 0) > 1) { offer.monthly = {}; }
        }
        return read;
    }

    static Number read_rented(const Response& response, Number number) {
        if (response.status != 200 && response.status != 201) { raise_refusal(response, number); }
        return with(read_rental(response, number.number), std::move(number));
    }
    [[noreturn]] static void raise_refusal(const Response& response, const Number& number) {
        const std::string reason = reason_in(wire::Complaint(response));
        if (is_without(response, "AvailableNumber", number.number)) { errors::number_unavailable(reason); }
        const bool is_refused = response.status == 400 || response.status == 403 || response.status == 409;
        if (is_refused && needs_documents(number)) { wire::raise_meaning(errc::needs_action, response, reason); }
        raise(response);
    }
    /// As the search told. Sinch has what it wants already, or refuses the purchase.
    static bool needs_documents(const Number& number) {
        const boost::json::object data = object_of(number.carrier_data, "carrier_data");
        const auto* told = data.if_contains("supportingDocumentationRequired");
        return told != nullptr && *told == true;
    }
    /// Nothing when Sinch says that the number is not in our project.
    static std::optional<Rental> find_rental(const Response& response, E164 number) {
        if (is_without(response, "ActiveNumber", number)) { return {}; }
        if (response.status != 200) { raise(response); }
        return read_rental(response, number);
    }
    static Rental read_rental(const Response& response, E164 number) {
        const boost::json::object reply = wire::read_object(response);
        const JsonFields fields(reply, "the active number", errc::malformed_reply);
        if (fields.text("phoneNumber") != number.text().view()) { errors::malformed_reply("it is another number's"); }
        if (fields.text("projectId").empty()) { errors::malformed_reply("the number is in no project"); }
        Rental rental{.end = fields.text("expireAt")};
        const auto tell = [&](std::string_view key, const std::string& value) {
            if (!value.empty()) { rental.told[key] = value; }
        };
        tell("expireAt", rental.end);
        tell("nextChargeDate", fields.text("nextChargeDate"));
        tell("smsProvisioning", provisioning_in(fields, "smsConfiguration", "scheduledProvisioning"));
        tell("voiceProvisioning", provisioning_in(fields, "voiceConfiguration", "scheduledVoiceProvisioning"));
        return rental;
    }
    /// How a configuration fares that is still being brought about, or failed: the number is ours either way.
    static std::string provisioning_in(const JsonFields& fields, std::string_view configuration,
                                       std::string_view scheduled) {
        const auto* product = fields.object(configuration);
        const auto* open = product == nullptr
                               ? nullptr
                               : JsonFields(*product, "the configuration", errc::malformed_reply).object(scheduled);
        return open == nullptr ? std::string()
                               : JsonFields(*open, "the provisioning", errc::malformed_reply).text("status");
    }
    static Number with(const std::optional<Rental>& rental, Number number) {
        if (rental) { number.carrier_data = merged(number.carrier_data, {{"rental", rental->told}}); }
        return number;
    }

    /// Whether Sinch itself says that it has no such number; a 404 from elsewhere does not.
    static bool is_without(const Response& response, std::string_view type, E164 number) {
        if (response.status != 404) { return false; }
        const wire::Complaint complaint(response);
        const std::string told_type = complaint.text("error.details.0.resourceType");
        const std::string name = complaint.text("error.details.0.resourceName");
        return complaint.text("error.status") == "NOT_FOUND" && (told_type.empty() || told_type == type) &&
               (name.empty() || name == number.text().view());
    }
    static std::string reason_in(const wire::Complaint& complaint) {
        return complaint.words({"error.status", "error.message"});
    }
    [[noreturn]] static void raise(const Response& response) {
        const wire::Complaint complaint(response);
        // Of a number, not of the credentials: a trial account may not rent it, or documents are missing.
        const bool is_about_a_number = !complaint.text("error.details.0.resourceType").empty();
        if (response.status == 403 && is_about_a_number) {
            wire::raise_meaning(errc::needs_action, response, reason_in(complaint));
        }
        wire::raise_status(response, reason_in(complaint));
    }
};
static_assert(Carrier<Sinch>);

}  // namespace tandem::carriers
