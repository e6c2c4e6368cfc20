// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/area_codes.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/voip_innovations_replies.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/soap.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carriers {

/// VoIP Innovations, API 3.0: SOAP. Orders are answered at once, number by number: the result's own code only says that
/// the call worked. Our operation id is the number's `refId`, by which a lost order is found. A search gives all that
/// matches; it tells a tier in place of prices.
/// Source: the production WSDL (2015) and the status codes that `skywiretech/voip_api` lists.
struct VoipInnovations {
    static constexpr CarrierInfo info{.name = "voip_innovations",
                                      .max_prefix_length = 6,
                                      .features = {Feature::sms, Feature::fax, Feature::cnam},
                                      .countries = {"US"},
                                      .retry = RetryClass::safe_for_number,
                                      .reservation = std::chrono::minutes(30)};

    struct Settings {
        std::string login{};
        Secret password{};
        std::string endpoint_group{};  ///< the id of the group that an order routes its number to
        std::string base_url = "https://backoffice.voipinnovations.com/Services/APIService.asmx";

        static constexpr std::array<std::string_view, 3> required{"login", "password", "endpoint_group"};
        TANDEM_SETTINGS(Settings, login, password, endpoint_group, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response response = co_await session.send(search(request));
        co_return read_search(response, request);
    }

    Task<Number> reserve_number(auto& session, Number number) const {
        const Response response = co_await session.send(change("reserveDID", number.number, session.operation().id));
        co_return voip_innovations::read_change(voip_innovations::reserved, response, std::move(number));
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(change("assignDID", number.number, session.operation().id));
        co_return voip_innovations::read_order(response, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(query(number.number));
        co_return voip_innovations::read_found(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(query(number));
        co_return voip_innovations::is_ours(voip_innovations::did_in(voip_innovations::queried, response, number),
                                            response);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        const Response response = co_await session.send(list_ours());
        co_return voip_innovations::owned_in(response);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(change("releaseDID", number.number, session.operation().id));
        co_return voip_innovations::read_change(voip_innovations::released, response, std::move(number));
    }

private:
    Request call(std::string_view method, std::initializer_list<wire::xml::Element> parts) const {
        std::vector<wire::xml::Element> all{{"login", settings.login}, {"secret", settings.password.reveal()}};
        all.insert(all.end(), parts);
        Request request = wire::soap::call(wire::Url(settings.base_url).str(), "http://tempuri.org/", method, all)
                              .holds(settings.password);
        std::string escaped = wire::xml::escaped(settings.password.reveal());  // as it stands in the body
        if (escaped != settings.password.reveal()) { std::move(request).holds(Secret(std::move(escaped))); }
        return request;
    }
    /// By area code and exchange, or all that is toll-free. All criteria stand there, as the WSDL orders them.
    Request search(const SearchRequest& request) const {
        const std::string_view digits = detail::from_area_code(request, "VoIP Innovations");
        const bool is_any_toll_free = request.is_wildcard();
        const std::string_view state = is_any_toll_free ? "TF" : "";
        const std::string_view npa = is_any_toll_free ? std::string_view() : digits.substr(0, 3);
        const std::string_view nxx = digits.size() < 6 ? std::string_view() : digits.substr(3, 3);
        return call("getDIDs", {{"state", state},
                                {"lata", ""},
                                {"rateCenter", ""},
                                {"npa", npa},
                                {"nxx", nxx},
                                {"tier", ""},
                                {"t38", ""},
                                {"cnam", ""},
                                {"sms", ""},
                                {"network", ""}})
            .reads();
    }
    Request list_ours() const { return call("auditDIDs", {}).reads().limit(Request::list_limit); }
    Request query(E164 number) const { return call("queryDID", {{"did", detail::ten_digits(number)}}).reads(); }
    Request change(std::string_view method, E164 number, const OperationId& reference) const {
        const std::string& group = settings.endpoint_group;
        if (group.empty() || group.find_first_not_of("0123456789") != group.npos) {
            errors::raise(errc::settings, "VoIP Innovations' endpoint_group is a number");
        }
        return call(
            method,
            {{"didParams",
              {{"DIDParam", {{"tn", detail::ten_digits(number)}, {"refId", reference.view()}, {"epg", group}}}}}});
    }

    static SearchPage read_search(const Response& response, const SearchRequest& request) {
        wire::soap::expect_result(response);
        auto read = wire::xml::read_offers(voip_innovations::offers, response);
        voip_innovations::expect_success(read.whole, response);
        detail::drop_unwanted(read.page, request);
        detail::keep_requested(read.page, request);
        return std::move(read.page);
    }
};
static_assert(Carrier<VoipInnovations>);

}  // namespace tandem::carriers
