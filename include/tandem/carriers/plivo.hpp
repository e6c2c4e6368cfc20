// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
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

/// Plivo, API v1. Most numbers are ours at once; one whose country wants documents waits for them. There is no client
/// reference: `alias` could be set on a number of ours only, by which time nothing is left to be looked for.
/// Source: Plivo's documentation (plivo.com/docs/numbers, phone numbers and account phone numbers) and what its clients
/// send (`plivo/plivo-python`, plivo/resources/numbers.py and its fixtures; `plivo/plivo-node`).
struct Plivo {
    static constexpr CarrierInfo info{.name = "plivo",
                                      .max_prefix_length = 14,
                                      .max_page = 20,
                                      .features = {Feature::voice, Feature::sms, Feature::mms, Feature::toll_free},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string auth_id{};
        Secret auth_token{};
        std::string app_id{};  ///< the application that a number is routed to; empty: the account's own default
        std::string base_url = "https://api.plivo.com/v1";

        static constexpr std::array<std::string_view, 2> required{"auth_id", "auth_token"};
        TANDEM_SETTINGS(Settings, auth_id, auth_token, app_id, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const auto ask = [&](std::uint32_t page) { return find_page(session, request, page); };
        Task<SearchPage> found = detail::collect_pages(request, most_pages, ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response response = co_await session.send(new_order(number.number));
        Number ordered = read_order(response, std::move(number));
        Task<Number> followed = detail::follow_to_end(*this, session, std::move(ordered),
                                                      std::chrono::milliseconds(250), std::chrono::seconds(5));
        co_return co_await std::move(followed);
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(our_number(Method::get, number.number));
        co_return read_progress(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(our_number(Method::get, number));
        co_return record_in(response, number).has_value();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(our_numbers(progress.rows()));
        co_return read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(our_number(Method::delete_, number.number));
        if (response.status != 204 && !is_unknown_to_plivo(response)) { raise(response); }
        co_return number;
    }

private:
    struct Meta {
        std::optional<std::uint64_t> total_count{};
    };

    static bool read_type(Features& features, const wire::Scalar& value) {
        features.set(Feature::toll_free, value.text == "tollfree");
        return value.is_text();
    }
    static constexpr auto offers =
        wire::rows("objects[]",
                   {wire::field<&Offer::number, detail::without_plus>("number").required(),
                    wire::field<&Offer::setup>("setup_rate"), wire::field<&Offer::monthly>("monthly_rental_rate"),
                    wire::flag<Feature::voice>("voice_enabled"), wire::flag<Feature::sms>("sms_enabled"),
                    wire::flag<Feature::mms>("mms_enabled"), wire::field<&Offer::features, read_type>("type"),
                    wire::field<&Offer::rate_center>("rate_center"), wire::field<&Offer::lata>("lata"),
                    wire::field<&Offer::region>("region"), wire::field<&Offer::locality>("city")})
            .with({wire::field<&Meta::total_count>("meta.total_count")});
    static constexpr auto owned =
        wire::rows("objects[]", {wire::field<&detail::OwnedNumber::number, detail::without_plus>("number").required()})
            .with({wire::field<&Meta::total_count>("meta.total_count")});
    static constexpr std::uint32_t most_pages = 50;

    wire::Url account() const { return wire::Url(settings.base_url) / "Account" / settings.auth_id; }
    /// Plivo wants a slash behind every resource.
    static std::string closed(wire::Url url) { return std::move(url).str() + "/"; }
    Request authorized(Request request) const {
        return std::move(request).basic_authorization(settings.auth_id, settings.auth_token);
    }

    static std::string services_in(FeatureSet features) {
        std::string services;
        for (const Feature feature : {Feature::voice, Feature::sms, Feature::mms}) {
            if (features.contains(feature)) { services.append(services.empty() ? "" : ",").append(name_of(feature)); }
        }
        return services;
    }
    /// Digits are matched behind the country code.
    Request search(const SearchRequest& request, std::uint32_t page) const {
        const std::string_view dial_code = dial_code_of(request.country.view());
        if (dial_code.empty()) { errors::not_available("the prefix belongs to no country"); }
        const std::string_view digits = request.national_prefix(dial_code);
        const bool toll_free = wants_toll_free(request) || request.features.contains(Feature::toll_free);
        const bool is_exchange = dial_code == "1" && !toll_free && digits.size() == 6;
        const std::uint64_t limit = detail::page_size(request, info.max_page);
        wire::Form query;
        query.add("country_iso", request.country.view())
            .add_if_set("type", toll_free ? "tollfree" : "")
            .add_if_set(is_exchange ? "npanxx" : "pattern", digits)
            .add_if_set("services", services_in(request.features))
            .add("limit", limit)
            .add("offset", limit * page);
        return authorized(Request::get(closed(account() / "PhoneNumber") + "?" + query.str()));
    }
    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, std::uint32_t page) const {
        Response response = co_await session.send(search(request, page));
        co_return read_page(std::move(response), detail::page_size(request, info.max_page) * (page + std::uint64_t{1}));
    }
    /// `so_far`: how many numbers this page and those before it may hold.
    static detail::CarrierPage read_page(Response response, std::uint64_t so_far) {
        if (response.status == 404) { errors::not_available("404 " + reason_in(response)); }
        if (response.status != 200) { raise(response); }
        auto read = wire::read_offers(offers, std::move(response));
        for (Offer& offer : read.page.offers) { offer.currency = "USD"; }
        const bool is_empty = read.page.offers.empty() && read.page.refused == 0;
        const bool is_last = is_empty || so_far >= read.whole.total_count.value_or(so_far + 1);
        return {.page = std::move(read.page), .is_last = is_last};
    }

    Request new_order(E164 number) const {
        boost::json::object body;
        if (!settings.app_id.empty()) { body["app_id"] = settings.app_id; }
        return wire::with_json(authorized(Request::post(closed(account() / "PhoneNumber" / number.digits()))), body);
    }
    Request our_number(Method method, E164 number) const {
        return authorized(Request(method, closed(account() / "Number" / number.digits())));
    }

    Request our_numbers(std::uint64_t offset) const {
        wire::Form query;
        query.add("limit", std::uint64_t{info.max_page}).add("offset", offset);
        return authorized(Request::get(closed(account() / "Number") + "?" + query.str()));
    }
    static OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
        if (response.status != 200) { raise(response); }
        const auto read = wire::read_rows(owned, response);
        return progress.behind(read, read.whole.total_count);
    }

    static Number read_order(const Response& response, Number number) {
        if (response.status != 201 && response.status != 202) { raise_refused(response); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields order(reply, "the order's reply", errc::malformed_reply);
        const auto* list = order.find("numbers");
        const bool has_one = list != nullptr && list->is_array() && list->get_array().size() == 1;
        if (!has_one || !list->get_array().front().is_object()) { errors::malformed_reply("it is not of one number"); }
        const JsonFields item(list->get_array().front().get_object(), "the number of the order", errc::malformed_reply);
        if (item.text("number") != number.number.digits()) { errors::malformed_reply("it is of another number"); }
        number.order->status = status_of(order.text("status"), item.text("status"));
        number.order->reference = order.text("api_id");
        if (number.order->status == Order::Status::needs_action) { number.order->reason = restriction_of(number); }
        return number;
    }
    /// A number that is pending in an order that is fulfilled waits for documents.
    static Order::Status status_of(std::string_view order, std::string_view number) {
        const bool is_sold = equal_ignoring_case(number, "success");
        if (order == "fulfilled" && is_sold) { return Order::Status::complete; }
        if (order == "fulfilled" && number == "pending") { return Order::Status::needs_action; }
        if (order == "pending" && (is_sold || number == "pending")) { return Order::Status::pending; }
        errors::malformed_reply("it does not say what became of the number");
    }
    /// What the search told of the documents that Plivo wants.
    static std::string restriction_of(const Number& number) {
        const boost::json::object data = object_of(number.carrier_data, "carrier_data");
        for (const std::string_view key : {"restriction_text", "restriction"}) {
            const auto* text = data.if_contains(key);
            if (text != nullptr && text->is_string()) { return std::string(text->get_string().subview(0, 256)); }
        }
        return "the number is pending: Plivo wants documents, by an e-mail to the account";
    }

    /// What became of an order: a number that is not there yet leaves it as it was.
    static Number read_progress(const Response& response, Number number) {
        const auto record = record_in(response, number.number);
        if (!record) { return number; }
        const JsonFields fields(*record, "the number's record", errc::malformed_reply);
        const std::string compliance = fields.text("compliance_status");
        const bool is_active = compliance.empty() ? fields.flag("active", true) : compliance == "accepted";
        number.order->status = is_active ? Order::Status::complete : Order::Status::needs_action;
        number.order->reason = is_active            ? std::string()
                               : compliance.empty() ? restriction_of(number)
                                                    : "compliance_status: " + compliance;
        return number;
    }
    /// Plivo's record of a number of ours; nothing when it is not ours.
    static std::optional<boost::json::object> record_in(const Response& response, E164 number) {
        if (is_unknown_to_plivo(response)) { return {}; }
        if (response.status != 200) { raise(response); }
        boost::json::object record = wire::read_object(response);
        const JsonFields fields(record, "the number's record", errc::malformed_reply);
        if (fields.text("number") != number.digits()) { errors::malformed_reply("it is of another number"); }
        return record;
    }

    /// 404 in Plivo's own words: one without them might come from anybody.
    static bool is_unknown_to_plivo(const Response& response) {
        return response.status == 404 && !wire::Complaint(response).words({"api_id", "error"}).empty();
    }
    /// The words of a failure; for each field, where it is about fields.
    static std::string reason_in(const Response& response) {
        const auto reply = parse_json_object(response.body);
        const auto* error = reply ? reply->if_contains("error") : nullptr;
        if (error == nullptr) { return {}; }
        const std::string words = error->is_string() ? std::string(error->get_string().subview()) : write_json(*error);
        return words.substr(0, 256);
    }
    [[noreturn]] static void raise(const Response& response) { wire::raise_status(response, reason_in(response)); }
    /// There are no codes: what is wrong with an order stands in its words only.
    [[noreturn]] static void raise_refused(const Response& response) {
        const std::string reason = reason_in(response);
        const auto tells_of = [&](std::initializer_list<std::string_view> words) {
            const auto is_told = [&](std::string_view word) { return reason.find(word) != reason.npos; };
            return response.status == 400 && std::any_of(words.begin(), words.end(), is_told);
        };
        if (tells_of({"verif", "complian", "address", "document"})) {
            wire::raise_meaning(errc::needs_action, response, reason);
        }
        if (tells_of({"credit", "balance"})) { wire::raise_meaning(errc::carrier_out_of_funds, response, reason); }
        if (is_unknown_to_plivo(response) || tells_of({"available"})) { errors::number_unavailable(reason); }
        raise(response);
    }
};
static_assert(Carrier<Plivo>);

}  // namespace tandem::carriers
