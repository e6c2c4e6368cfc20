// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/scripts.hpp>
#include <tandem/carriers/detail/voipms_replies.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// VoIP.ms, for numbers of the United States and Canada. Everything is one method of `rest.php`, answered with status
/// 200 and a word. Numbers are bought on the plan that bills by the minute, whose prices a search tells. Our operation
/// id is the number's note, by which a lost order is found.
/// Source: the vendor's manual as `4doom4/python-voipms` holds it (methods, parameters, words), and the rows that
/// public clients read.
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
        Response response = co_await ask(session, search(request));
        co_return voipms::read_search(std::move(response), request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await ask(session, purchase(number.number, session.operation().id));
        voipms::expect_sold(response);
        const Response listed = co_await ask(session, number_info(number.number));
        co_return voipms::confirm(listed, number, session.operation().id);
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Response listed = co_await ask(session, number_info(number.number));
        co_return voipms::order_in(listed, number, session.operation().id);
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response listed = co_await ask(session, number_info(number));
        co_return voipms::is_ours(listed, number);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        const Response listed = co_await ask(session, all_numbers());
        co_return voipms::read_owned(listed);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await ask(session, cancellation(number.number));
        const std::string word = voipms::word_in(response);
        if (word == "success") { co_return number; }
        if (!voipms::says_none(word)) { voipms::raise(response, word, errc::by_carrier); }
        const Response listed = co_await ask(session, number_info(number.number));
        voipms::expect_gone(listed, number.number, word);
        co_return number;
    }

private:
    Task<Response> ask(auto& session, Request request) const {
        Response response = co_await session.send(std::move(request));
        co_return detail::unlabelled(std::move(response));
    }

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
};
static_assert(Carrier<VoipMs>);

}  // namespace tandem::carriers
