// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/soap.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
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
        co_return read_change(reserved, response, std::move(number));
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(change("assignDID", number.number, session.operation().id));
        co_return read_order(response, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(query(number.number));
        co_return read_found(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(query(number));
        co_return is_ours(did_in(queried, response, number), response);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(change("releaseDID", number.number, session.operation().id));
        co_return read_change(released, response, std::move(number));
    }

private:
    struct Result {
        std::optional<std::uint32_t> code{};
        std::string message{};
    };
    struct Did {
        std::string number{};
        std::uint32_t code = 0;
        std::string status{};
        std::string availability{};
        std::string reference{};
        std::string tier{};

        std::string words() const { return std::to_string(code) + " " + status.substr(0, 256); }
    };

    template <wire::soap::Text method>
    static constexpr wire::Rows<Did, Result> dids =
        wire::rows(wire::soap::result<method, ".DIDs.DID[]">,
                   {wire::field<&Did::number>("tn"), wire::field<&Did::code>("statusCode").required(),
                    wire::field<&Did::status>("status"), wire::field<&Did::availability>("availability"),
                    wire::field<&Did::reference>("refId"), wire::field<&Did::tier>("tier")})
            .or_absent()
            .with({wire::field<&Result::code>(wire::soap::result<method, ".responseCode">),
                   wire::field<&Result::message>(wire::soap::result<method, ".responseMessage">)});
    static constexpr auto offers =
        wire::rows(wire::soap::result<"getDIDs", ".DIDLocators.DIDLocator[]">,
                   {wire::field<&Offer::number, detail::north_american>("tn").required(),
                    wire::field<&Offer::rate_center>("rateCenter"), wire::field<&Offer::region>("state"),
                    wire::field<&Offer::lata>("lataId"), wire::flag<Feature::cnam>("outboundCNAM"),
                    wire::flag<Feature::fax>("t38"), wire::flag<Feature::sms>("sms")})
            .or_absent()
            .with({wire::field<&Result::code>(wire::soap::result<"getDIDs", ".responseCode">),
                   wire::field<&Result::message>(wire::soap::result<"getDIDs", ".responseMessage">)});

    /// A change of one number, and the codes by which it is done, now or before.
    struct Change {
        const wire::Rows<Did, Result>& dids;
        InlineList<std::uint32_t, 6> done;
    };
    static constexpr std::uint32_t success = 100;
    static constexpr Change assigned{dids<"assignDID">, {success, 104225}};
    static constexpr Change reserved{dids<"reserveDID">, {success, 103220, 103225}};
    /// What is available, another company's or nowhere to be found is not ours.
    static constexpr Change released{dids<"releaseDID">, {success, 106230, 106231, 106235, 106241, 106420}};
    static constexpr const wire::Rows<Did, Result>& queried = dids<"queryDID">;

    /// What a code other than success says; `malformed_reply` for one that nobody has told the meaning of.
    static constexpr errc meaning_of(std::uint32_t code) {
        switch (code) {
            case 103230:
            case 103235:
            case 103420:
            case 104230:
            case 104235:
            case 104420: return errc::number_unavailable;
            case 103250:  // services that we do not purchase: toll-free, standard, the tier
            case 103259:
            case 104250:
            case 104251:
            case 104259: return errc::needs_action;
            case 104258: return errc::settings;  // endpoint group
            case 103221:
            case 104221: return errc::outcome_unknown;
            case 104220:
            case 106220:
            case 106225: return errc::by_carrier;  // still reserved, still ours
            case 302490: return errc::invalid;
            default: return errc::malformed_reply;
        }
    }
    [[noreturn]] static void raise(const Did& did, const Response& response) {
        const errc meaning = meaning_of(did.code);
        if (meaning == errc::malformed_reply) { errors::malformed_reply("its status is " + did.words()); }
        wire::raise_meaning(meaning, response, did.words());
    }
    /// A call that did not work did nothing.
    static void expect_success(const Result& result, const Response& response) {
        if (!result.code) { errors::malformed_reply("it has no responseCode " + wire::soap::fault_in(response)); }
        if (*result.code == success) { return; }
        const errc meaning = meaning_of(*result.code);
        wire::raise_meaning(meaning == errc::malformed_reply ? errc::by_carrier : meaning, response,
                            std::to_string(*result.code) + " " + result.message.substr(0, 256));
    }

    Request call(std::string_view method, std::initializer_list<wire::xml::Element> parts) const {
        std::vector<wire::xml::Element> all{{"login", settings.login}, {"secret", settings.password.reveal()}};
        all.insert(all.end(), parts);
        return wire::soap::call(wire::Url(settings.base_url).str(), "http://tempuri.org/", method, all)
            .holds(settings.password);
    }
    /// By area code and exchange, or all that is toll-free. All criteria stand there, as the WSDL orders them.
    Request search(const SearchRequest& request) const {
        if (dial_code_of(request.country.view()) != "1") {
            errors::not_available("it sells numbers of the North American plan only");
        }
        const std::string_view digits = request.national_prefix("1");
        const bool is_any_toll_free = request.is_wildcard();
        if (!is_any_toll_free && digits.size() < 3) {
            errors::invalid("VoIP Innovations searches by an area code of three digits at least");
        }
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
        auto read = wire::xml::read_offers(offers, response);
        expect_success(read.whole, response);
        detail::drop_unwanted(read.page, request);
        detail::keep_requested(read.page, request);
        return std::move(read.page);
    }

    /// What a reply says of the one number that was asked about. What is nowhere to be found may have no number either.
    static Did did_in(const wire::Rows<Did, Result>& described, const Response& response, E164 number) {
        wire::soap::expect_result(response);
        auto read = wire::xml::read_rows(described, response);
        expect_success(read.whole, response);
        if (read.rows.size() != 1 || read.refused > 0) { errors::malformed_reply("it is not about one number"); }
        Did& did = read.rows.front();
        const bool is_nowhere = did.number.empty() && did.code % 1000 == 420;
        if (!is_nowhere && did.number != detail::ten_digits(number)) {
            errors::malformed_reply("it is about another number");
        }
        return std::move(did);
    }
    static Did done_in(const Change& change, const Response& response, E164 number) {
        Did did = did_in(change.dids, response, number);
        if (std::find(change.done.begin(), change.done.end(), did.code) == change.done.end()) { raise(did, response); }
        return did;
    }
    static Number read_change(const Change& change, const Response& response, Number number) {
        const Did did = done_in(change, response, number.number);
        return with_tier(std::move(number), did);
    }
    static Number with_tier(Number number, const Did& did) {
        if (!did.tier.empty()) { number.carrier_data = merged(number.carrier_data, {{"tier", did.tier}}); }
        return number;
    }

    static bool is_of(const Did& did, const Order& order) {
        return did.reference.empty() || did.reference == order.operation.view();
    }
    static Number read_order(const Response& response, Number number) {
        const Did did = done_in(assigned, response, number.number);
        if (!is_of(did, *number.order)) { errors::malformed_reply("the number is ours by another order"); }
        return with_tier(std::move(number), did);
    }
    static std::optional<Number> read_found(const Response& response, Number number) {
        const Did did = did_in(queried, response, number.number);
        if (!is_ours(did, response) || !is_of(did, *number.order)) { return {}; }
        return with_tier(std::move(number), did);
    }
    static bool is_ours(const Did& did, const Response& response) {
        constexpr std::array<std::uint32_t, 3> elsewhere{102230, 102235, 102420};
        if (std::find(elsewhere.begin(), elsewhere.end(), did.code) != elsewhere.end()) { return false; }
        if (did.code != success) { raise(did, response); }
        constexpr std::array<std::string_view, 3> not_assigned{"available", "reserved", "unavailable"};
        const auto is = [&](std::string_view word) { return equal_ignoring_case(did.availability, word); };
        const bool is_assigned = is("assigned");
        if (!is_assigned && std::none_of(not_assigned.begin(), not_assigned.end(), is)) {
            errors::malformed_reply("its availability is '" + did.availability.substr(0, 64) + "'");
        }
        return is_assigned;
    }
};
static_assert(Carrier<VoipInnovations>);

}  // namespace tandem::carriers
