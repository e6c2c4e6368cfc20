// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
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

/// VoIP.ms, for numbers of the United States and Canada. Everything is one method of `rest.php`, answered with status 200
/// and a word. Numbers are bought on the plan that bills by the minute, whose prices a search tells. Our operation id is
/// the number's note, by which a lost order is found.
/// Source: the vendor's manual as `4doom4/python-voipms` holds it (methods, parameters, words), and the rows that public
/// clients read.
struct VoipMs {
    static constexpr CarrierInfo info{.name = "voipms",
                                      .max_prefix_length = 10,
                                      .features = {Feature::sms},
                                      .countries = {"US", "CA"},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string api_username{};
        Secret api_password{};
        std::string routing{};  ///< where a bought number's calls go: `account:100001_VoIP`
        std::string pop{};      ///< the point of presence that it is served from: `5`
        std::string base_url = "https://voip.ms/api/v1/rest.php";

        static constexpr std::array<std::string_view, 2> required{"api_username", "api_password"};
        TANDEM_SETTINGS(Settings, api_username, api_password, routing, pop, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        Response response = co_await session.send(search(request));
        co_return read_search(std::move(response), request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(purchase(number.number, session.operation().id));
        expect_sold(response);
        const Response listed = co_await session.send(number_info(number.number));
        co_return confirm(listed, number, session.operation().id);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Response listed = co_await session.send(number_info(number.number));
        co_return order_in(listed, number, session.operation().id);
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response listed = co_await session.send(number_info(number));
        co_return is_ours(listed, number);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        const Response listed = co_await session.send(all_numbers());
        co_return read_owned(listed);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(cancellation(number.number));
        const std::string word = word_in(response);
        if (word == "success") { co_return number; }
        if (!says_none(word)) { raise(response, word, errc::by_carrier); }
        const Response listed = co_await session.send(number_info(number.number));
        expect_gone(listed, number.number, word);
        co_return number;
    }

private:
    struct Said {
        std::string status{};
    };
    struct Owned {
        E164 number{};
        std::string note{};
    };

    static constexpr wire::Leaf<Said> said[]{wire::field<&Said::status>("status")};
    static constexpr auto status_alone = wire::rows("", {wire::field<&Said::status>("status").required()});
    // Those of toll-free numbers have one plan only, and a province stands where another row has its state.
    static constexpr auto offers =
        wire::rows(
            "dids[]",
            {wire::field<&Offer::number, detail::north_american>("did").required(),
             wire::field<&Offer::setup>("perminute_setup").if_fitting(),
             wire::field<&Offer::monthly>("perminute_monthly").if_fitting(),
             wire::field<&Offer::setup>("setup").if_fitting(), wire::field<&Offer::monthly>("monthly").if_fitting(),
             wire::field<&Offer::rate_center>("ratecenter").if_fitting(),
             wire::field<&Offer::region>("state").if_fitting(), wire::field<&Offer::region>("province").if_fitting(),
             wire::field<&Offer::features, detail::counted_flag<Feature::sms>>("sms").if_fitting()})
            .or_absent()
            .with(said);
    static constexpr auto our_numbers =
        wire::rows("dids[]", {wire::field<&Owned::number, detail::north_american>("did").required(),
                              wire::field<&Owned::note>("note")})
            .or_absent()
            .with(said);

    /// Credentials stand in the body, so that no URL holds them.
    Request call(std::string_view method, const wire::Form& parameters) const {
        wire::Form form;
        form.add("api_username", settings.api_username).add("api_password", settings.api_password.reveal());
        form.add("method", method);
        return Request::post(wire::Url(settings.base_url).str())
            .body("application/x-www-form-urlencoded", form.str() + "&" + parameters.str())
            .holds(settings.api_password);
    }

    Request search(const SearchRequest& request) const {
        const std::string_view digits = request.national_prefix("1");
        const bool is_canadian = request.country == "CA";
        if (!is_canadian && request.country != "US") {
            errors::not_available("VoIP.ms sells its numbers by prefix in the United States and Canada only");
        }
        if (digits.empty()) { errors::invalid("VoIP.ms searches by one digit at least"); }
        const bool is_toll_free = wants_toll_free(request);
        const std::string_view method = is_toll_free ? (is_canadian ? "searchTollFreeCanUS" : "searchTollFreeUSA")
                                                     : (is_canadian ? "searchDIDsCAN" : "searchDIDsUSA");
        return call(method, wire::Form().add("type", "starts").add("query", digits)).reads();
    }
    static SearchPage read_search(Response response, const SearchRequest& request) {
        if (response.status == 404) { errors::not_available(); }
        if (response.status != 200) { raise_status(response); }
        Response kept(response.status);  // for raising: the reply itself becomes the page
        auto read = wire::read_offers(offers, std::move(response));
        if (read.whole.status != "success") { raise(kept, read.whole.status, errc::not_available); }
        if (!read.found) { errors::malformed_reply("it has no dids"); }
        for (Offer& offer : read.page.offers) {
            if (offer.setup.known() || offer.monthly.known()) { offer.currency = "USD"; }
        }
        detail::drop_unwanted(read.page, request);
        detail::keep_requested(read.page, request);
        return std::move(read.page);
    }

    Request purchase(E164 number, const OperationId& reference) const {
        if (settings.routing.empty() || settings.pop.empty()) {
            errors::raise(errc::settings, "buying at VoIP.ms needs the settings routing and pop");
        }
        const std::string did = detail::ten_digits(number);
        wire::Form order;
        order.add("did", did).add("routing", settings.routing).add("pop", settings.pop);
        order.add("dialtime", "60").add("cnam", "0").add("billing_type", "1").add("note", reference.view());
        return call(is_toll_free(did) ? "orderTollFree" : "orderDID", order);
    }
    Request cancellation(E164 number) const {
        return call("cancelDID", wire::Form().add("did", detail::ten_digits(number)));
    }
    Request number_info(E164 number) const {
        return call("getDIDsInfo", wire::Form().add("did", detail::ten_digits(number))).reads();
    }

    Request all_numbers() const { return call("getDIDsInfo", wire::Form()).reads().limit(Request::list_limit); }

    static std::string word_in(const Response& response) {
        if (response.status != 200) { raise_status(response); }
        return wire::read_one(status_alone, response).status;
    }
    static void expect_sold(const Response& response) {
        const std::string word = word_in(response);
        if (word != "success") { raise(response, word, errc::number_unavailable); }
    }
    /// That it was sold names neither number nor order: our list has to.
    static Number confirm(const Response& listed, const Number& number, const OperationId& reference) {
        std::string doubt = "sold, it says, but the number is not among ours";
        try {
            if (auto found = order_in(listed, number, reference)) { return std::move(*found); }
        } catch (const Exception& failure) { doubt = std::string("sold, it says, but ") + failure.what(); }
        errors::outcome_unknown(std::move(doubt));
    }
    static std::optional<Number> order_in(const Response& listed, Number number, const OperationId& reference) {
        const auto owned = entry_of(listed, number.number);
        if (!owned) { return {}; }
        if (owned->note != reference.view()) { errors::malformed_reply("the number is ours under another note"); }
        number.order = Order{.operation = reference};
        return number;
    }
    static bool is_ours(const Response& listed, E164 number) { return entry_of(listed, number).has_value(); }
    static void expect_gone(const Response& listed, E164 number, std::string word) {
        if (is_ours(listed, number)) { errors::by_carrier(std::move(word)); }
    }
    /// Asked for one number, it tells of that one, or says that we have none.
    static std::optional<Owned> entry_of(const Response& listed, E164 number) {
        if (listed.status != 200) { raise_status(listed); }
        auto read = wire::read_rows(our_numbers, listed);
        if (says_none(read.whole.status)) { return {}; }
        if (read.whole.status != "success") { raise(listed, read.whole.status, errc::by_carrier); }
        const auto ours =
            std::find_if(read.rows.begin(), read.rows.end(), [&](const Owned& row) { return row.number == number; });
        if (ours == read.rows.end()) { errors::malformed_reply("it does not tell of our number"); }
        return std::move(*ours);
    }

    static OwnedNumbers read_owned(const Response& listed) {
        if (listed.status != 200) { raise_status(listed); }
        const auto read = wire::read_rows(our_numbers, listed);
        if (read.whole.status == "no_did") { return {}; }
        if (read.whole.status != "success") { raise(listed, read.whole.status, errc::by_carrier); }
        if (!read.found) { errors::malformed_reply("it has no dids"); }
        return {.numbers = detail::all_numbers_in(read)};
    }

    static bool says_none(std::string_view word) { return word == "no_did" || word == "invalid_did"; }
    /// `none`: what it means here that there is no such number. Nothing for a word that the manual does not have.
    static std::optional<errc> meaning_of(std::string_view word, errc none) {
        constexpr std::array<std::pair<std::string_view, errc>, 17> meanings{
            {{"invalid_credentials", errc::carrier_refuses_credentials},
             {"missing_credentials", errc::carrier_refuses_credentials},
             {"api_not_enabled", errc::carrier_refuses_credentials},
             {"ip_not_enabled", errc::carrier_refuses_credentials},
             {"non_sufficient_funds", errc::carrier_out_of_funds},
             {"did_in_use", errc::number_unavailable},
             {"invalid_routing_header", errc::settings},
             {"invalid_route", errc::settings},
             {"missing_routing", errc::settings},
             {"invalid_serverpop", errc::settings},
             {"missing_serverpop", errc::settings},
             {"order_failed", errc::by_carrier},
             {"cancel_failed", errc::by_carrier},
             {"Unable_to_purchase", errc::by_carrier},
             {"limit_reached", errc::rate_limited},
             {"method_maintenance", errc::by_carrier},
             {"provider_outofservice", errc::by_carrier}}};
        for (const auto& [known, meaning] : meanings) {
            if (word == known) { return meaning; }
        }
        if (says_none(word) || word == "unsifficient_stock") { return none; }
        if (word.starts_with("invalid_") || word.starts_with("missing_")) { return errc::by_carrier; }
        return {};
    }
    [[noreturn]] static void raise(const Response& response, std::string word, errc none) {
        word.resize(std::min<std::size_t>(word.size(), 256));
        const auto meaning = meaning_of(word, none);
        if (!meaning) { errors::malformed_reply("its status is '" + word + "'"); }
        wire::raise_meaning(*meaning, response, std::move(word));
    }
    [[noreturn]] static void raise_status(const Response& response) { wire::raise_status(response, {}); }
};
static_assert(Carrier<VoipMs>);

}  // namespace tandem::carriers
