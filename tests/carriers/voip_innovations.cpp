// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/voip_innovations.hpp>
#include <tandem/testing/sandbox/voip_innovations.hpp>

BOOST_AUTO_TEST_SUITE(carriers_voip_innovations)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::VoipInnovations;
using Phase = Operation::Phase;
using Model = testing::sandbox::VoipInnovations;

namespace {

static_assert(testing::instantiates<VoipInnovations>());
static_assert(FindsOrders<VoipInnovations> && OwnsNumbers<VoipInnovations> && ListsNumbers<VoipInnovations> &&
              ReservesNumbers<VoipInnovations> && !FollowsOrders<VoipInnovations> && !ChecksNumbers<VoipInnovations>);

const std::string base = "https://api.example/Services/APIService.asmx";
const std::string reference(operation_id);

VoipInnovations carrier_of_ours() {
    return {.settings = {
                .login = "user<1>", .password = Secret("canary&secret"), .endpoint_group = "8674", .base_url = base}};
}

std::string element(const std::string& name, const std::string& text) {
    return "<" + name + ">" + text + "</" + name + ">";
}
Response result(const std::string& method, const std::string& content) {
    return Response(200,
                    R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><)" + method +
                        R"(Response xmlns="http://tempuri.org/">)" + element(method + "Result", content) + "</" +
                        method + "Response></soap:Body></soap:Envelope>",
                    "text/xml; charset=utf-8");
}
Response answers(const std::string& method, const std::string& list) {
    return result(method,
                  "<responseCode>100</responseCode><responseMessage>Success</responseMessage>" + list + "<DIDCounts/>");
}
std::string did(int code, const std::string& more = {}, const std::string& tn = "4155550100") {
    return "<DID><tn>" + tn + "</tn><status>its words</status><statusCode>" + std::to_string(code) + "</statusCode>" +
           more + "</DID>";
}
Response tells(const std::string& method, const std::string& dids) {
    return answers(method, element("DIDs", dids) + "<DIDLocators/>");
}
Response fault(int status = 500) {
    return Response(status,
                    R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>)"
                    "<faultcode>e:Client</faultcode><faultstring>not understood</faultstring></e:Fault></e:Body>"
                    "</e:Envelope>",
                    "text/xml");
}
Response with_status(int status, Response response) {
    response.status = status;
    return response;
}
const std::string assigned = "<availability>assigned</availability>";
std::string refers_to(std::string_view whose) { return element("refId", std::string(whose)); }

struct Account : Desk<VoipInnovations> {
    Account() : Desk(carrier_of_ours()) {}

    void answers_with(testing::Answer answer) { script.on(Method::post, "APIService.asmx", std::move(answer)); }

    Number reserve() {
        return ask([this](auto& session) { return carrier.reserve_number(session, asked_for()); });
    }
};

void check_call(const Request& sent, const std::string& method, const std::string& parameters, bool changes) {
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == base);
    BOOST_TEST(sent.changes() == changes);
    BOOST_TEST(sent.body() == R"(<?xml version="1.0" encoding="UTF-8"?>)"
                              R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><)" +
                                  method + R"( xmlns="http://tempuri.org/"><login>user&lt;1&gt;</login>)" +
                                  "<secret>canary&amp;secret</secret>" + parameters + "</" + method +
                                  "></soap:Body></soap:Envelope>");
    BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
    BOOST_TEST(sent.fields()[0].name == "SOAPAction");
    BOOST_TEST(sent.fields()[0].value == "\"http://tempuri.org/" + method + "\"");
    BOOST_TEST(sent.fields()[1].name == "Content-Type");
    BOOST_TEST(sent.fields()[1].value == "text/xml;charset=UTF-8");
    BOOST_TEST_REQUIRE(sent.secrets().size() == 2U);
    BOOST_TEST(sent.secrets()[0].reveal() == "canary&secret");
    BOOST_TEST(sent.secrets()[1].reveal() == "canary&amp;secret");  // as it stands in the body
}
const std::string params =
    "<didParams><DIDParam><tn>4155550100</tn><refId>" + reference + "</refId><epg>8674</epg></DIDParam></didParams>";

/// What an order, a release and a reservation have to make of each code that is documented for them.
struct Code {
    int code;
    Phase phase;
    errc meaning{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_all_criteria_in_the_order_of_the_wsdl) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* state;
        const char* npa;
        const char* nxx;
    } rows[]{{"an area code", {.prefix = "415"}, "", "415", ""},
             {"part of an exchange", {.prefix = "+141555"}, "", "415", ""},
             {"an exchange", {.prefix = "+1415555"}, "", "415", "555"},
             {"more of it", {.prefix = "+14155550"}, "", "415", "555"},
             {"a number", {.prefix = "+14155550100"}, "", "415", "555"},
             {"toll-free", {.prefix = "800"}, "", "800", ""},
             {"toll-free and more", {.prefix = "888555"}, "", "888", "555"},
             {"a wildcard", {.prefix = "88*"}, "TF", "", ""},
             {"Canada", {.prefix = "+1416"}, "", "416", ""},
             {"a page and features",
              {.prefix = "415", .quantity = 7, .offset = 21, .features = {Feature::sms}},
              "",
              "415",
              ""}};
    for (const auto& [name, request, state, npa, nxx] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers_with(answers("getDIDs", "<DIDs/><DIDLocators/>"));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            check_call(account.last_request(), "getDIDs",
                       element("state", state) + "<lata></lata><rateCenter></rateCenter>" + element("npa", npa) +
                           element("nxx", nxx) + "<tier></tier><t38></t38><cnam></cnam><sms></sms><network></network>",
                       false);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_for_is_not) {
    const struct {
        SearchRequest request;
        errc code;
    } rows[]{{{.prefix = "20", .country = "GB"}, errc::not_available},
             {{.prefix = "41"}, errc::invalid},
             {{.prefix = "+1"}, errc::invalid}};
    for (const auto& [request, code] : rows) {
        BOOST_TEST_CONTEXT(request.prefix.view()) {
            Account account;
            const auto failure = failure_of([&] { account.find(request); });
            BOOST_TEST_REQUIRE(failure.has_value());
            BOOST_TEST((failure->code == code));
            BOOST_TEST(account.script.calls() == 0U);
        }
    }
    for (const char* group : {"", "x", "1 2", "-1"}) {
        Account account;
        account.carrier.settings.endpoint_group = group;
        BOOST_TEST((account.buy().error->code == errc::settings));
        BOOST_TEST(account.script.calls() == 0U);
    }
    Account account;
    Number record = account.asked_for();
    record.number = E164::parse_or_empty("+442079460100");
    BOOST_TEST((account.buy(record).phase == Phase::refused));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_features_places_and_tier) {
    Account account;
    account.answers_with(
        answers("getDIDs",
                "<DIDs/><DIDLocators>"
                "<DIDLocator><tn>4155550100</tn><rateCenter>SNFC CNTRL</rateCenter><state>CA</state><tier>4</tier>"
                "<lataId>722</lataId><outboundCNAM>true</outboundCNAM><t38>false</t38></DIDLocator>"
                "<DIDLocator><tn>4155550101</tn><sms>true</sms><t38>1</t38></DIDLocator>"
                "<DIDLocator><rateCenter>X</rateCenter></DIDLocator>"
                "<DIDLocator><tn>555010</tn></DIDLocator><DIDLocator xsi:nil=\"true\"/>"
                "<DIDLocator><tn>4165550101</tn></DIDLocator></DIDLocators>"));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 3U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(!offer.setup.known());
    BOOST_TEST(!offer.monthly.known());
    BOOST_TEST(offer.rate_center == "SNFC CNTRL");
    BOOST_TEST(offer.region == "CA");
    BOOST_TEST(offer.lata == "722");
    BOOST_TEST((offer.features.get(Feature::cnam) == true));
    BOOST_TEST((offer.features.get(Feature::fax) == false));
    BOOST_TEST((offer.features.get(Feature::sms) == std::nullopt));
    BOOST_TEST(parse_json_object(offer.details())->at("tier").as_string() == "4");
    BOOST_TEST(page.offers[1].features.has(Feature::sms));
    BOOST_TEST(page.offers[1].features.has(Feature::fax));
    BOOST_TEST(account.find({.prefix = "415", .features = {Feature::sms, Feature::fax}}).offers.size() == 1U);
    BOOST_TEST(account.find({.prefix = "415", .features = {Feature::mms}}).offers.empty());
}

BOOST_AUTO_TEST_CASE(all_that_matches_comes_and_what_was_asked_for_stays) {
    std::string rows;
    for (const char* tn : {"8005550100", "8885550100", "8885550101", "8885560100", "8665550100"}) {
        rows += element("DIDLocator", element("tn", tn));
    }
    const struct {
        SearchRequest request;
        std::size_t found;
    } cases[]{{{.prefix = "88*"}, 3},
              {{.prefix = "888"}, 3},
              {{.prefix = "88855501"}, 2},
              {{.prefix = "88*", .quantity = 2}, 2},
              {{.prefix = "88*", .quantity = 2, .offset = 2}, 1},
              {{.prefix = "88*", .quantity = 4294967295U, .offset = 4294967295U}, 0}};
    for (const auto& [request, found] : cases) {
        BOOST_TEST_CONTEXT(request.prefix.view() << " " << request.offset) {
            Account account;
            account.answers_with(answers("getDIDs", element("DIDLocators", rows)));
            BOOST_TEST(account.find(request).offers.size() == found);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_search_that_did_not_work_says_why) {
    const struct {
        const char* name;
        Response response;
        std::optional<errc> code;
        const char* cause;
    } rows[]{
        {"no list", answers("getDIDs", ""), {}, nullptr},
        {"no criteria", result("getDIDs", "<responseCode>302490</responseCode><responseMessage>none</responseMessage>"),
         errc::invalid, "302490 none"},
        {"another code", result("getDIDs", "<responseCode>7</responseCode><responseMessage>no</responseMessage>"),
         errc::by_carrier, "7 no"},
        {"no code", result("getDIDs", "<DIDLocators/>"), errc::malformed_reply, nullptr},
        {"no number for a code", result("getDIDs", "<responseCode>x</responseCode>"), errc::malformed_reply, nullptr},
        {"another method's", answers("getDIDCount", "<DIDLocators/>"), errc::malformed_reply, nullptr},
        {"a fault", fault(), errc::by_carrier, "e:Client: not understood"},
        {"a fault with 200", fault(200), errc::malformed_reply, "it has no responseCode e:Client: not understood"},
        {"JSON", Response(200, "{}"), errc::malformed_reply, nullptr},
        {"nothing", Response(200), errc::malformed_reply, nullptr}};
    for (const auto& [name, response, code, cause] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers_with(response);
            const auto failure = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(failure.has_value() == code.has_value());
            if (failure) { BOOST_TEST((failure->code == *code)); }
            if (failure && cause != nullptr) { BOOST_TEST(failure->cause == cause); }
        }
    }
    for (const auto& [status, code] : search_statuses) {
        if (status == 404) { continue; }  // the service is not there: no word of its numbers
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.answers_with(Response(status));
            const auto failure = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(failure.has_value());
            BOOST_TEST((failure->code == code));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_names_the_number_our_reference_and_the_endpoint_group) {
    Account account;
    account.answers_with(tells("assignDID", did(100, refers_to(operation_id) + "<tier>2</tier>")));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST_REQUIRE(account.script.calls() == 1U);
    check_call(account.last_request(), "assignDID", params, true);
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id)}));
    BOOST_TEST(record.carrier_data.text == R"({"kept":1,"tier":"2"})");
}

BOOST_AUTO_TEST_CASE(the_number_s_own_code_decides_over_an_order) {
    const Code codes[]{{100, Phase::done},
                       {104225, Phase::done},  // ours by an order before
                       {104220, Phase::refused, errc::by_carrier},
                       {104221, Phase::unknown, errc::outcome_unknown},
                       {104230, Phase::refused, errc::number_unavailable},
                       {104235, Phase::refused, errc::number_unavailable},
                       {104420, Phase::refused, errc::number_unavailable},
                       {104250, Phase::refused, errc::needs_action},
                       {104251, Phase::refused, errc::needs_action},
                       {104259, Phase::refused, errc::needs_action},
                       {104258, Phase::refused, errc::settings},
                       {0, Phase::unknown, errc::outcome_unknown},
                       {104999, Phase::unknown, errc::outcome_unknown},
                       {106231, Phase::unknown, errc::outcome_unknown}};
    for (const auto& [code, phase, meaning] : codes) {
        BOOST_TEST_CONTEXT(code) {
            Account account;
            account.answers_with(tells("assignDID", did(code)));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value() == (phase != Phase::done));
            if (phase == Phase::refused) {
                BOOST_TEST((verdict.error->code == meaning));
                BOOST_TEST(verdict.error->cause == std::to_string(code) + " its words");
            }
        }
    }
    for (const int code : {7, 104258}) {  // of the call
        Account account;
        account.answers_with(result("assignDID", element("responseCode", std::to_string(code)) +
                                                     "<responseMessage>no</responseMessage><DIDs/>"));
        const detail::Verdict verdict = account.buy();
        BOOST_TEST((verdict.phase == Phase::refused));
        BOOST_TEST((verdict.error->code == (code == 7 ? errc::by_carrier : errc::settings)));
        BOOST_TEST(verdict.error->cause == std::to_string(code) + " no");
    }
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_is_believed_of_our_number_and_our_reference_only) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"ours", tells("assignDID", did(100, refers_to(operation_id))), Phase::done},
             {"no echo", tells("assignDID", did(100, "<refId/>")), Phase::done},
             {"another reference", tells("assignDID", did(100, refers_to("another"))), Phase::unknown},
             {"ours by another's order", tells("assignDID", did(104225, refers_to("another"))), Phase::unknown},
             {"another number", tells("assignDID", did(100, {}, "4155550101")), Phase::unknown},
             {"a number in another writing", tells("assignDID", did(100, {}, "14155550100")), Phase::unknown},
             {"no number", tells("assignDID", did(100, {}, "")), Phase::unknown},
             {"two numbers", tells("assignDID", did(100) + did(100, {}, "4155550101")), Phase::unknown},
             {"the number twice", tells("assignDID", did(104235) + did(100)), Phase::unknown},
             {"a row that cannot be read", tells("assignDID", did(100) + "<DID/>"), Phase::unknown},
             {"no row", tells("assignDID", ""), Phase::unknown},
             {"no list", answers("assignDID", ""), Phase::unknown},
             {"no code", tells("assignDID", "<DID><tn>4155550100</tn></DID>"), Phase::unknown},
             {"a code twice", tells("assignDID", did(100, "<statusCode>104235</statusCode>")), Phase::unknown},
             {"no code of the call", result("assignDID", element("DIDs", did(100))), Phase::unknown},
             {"sold in a call that did not work",
              result("assignDID", "<responseCode>7</responseCode>" + element("DIDs", did(100))), Phase::unknown},
             {"refused in a call that did not work",
              result("assignDID", "<responseCode>7</responseCode>" + element("DIDs", did(104235))), Phase::refused},
             {"another method's result", tells("releaseDID", did(100)), Phase::unknown},
             {"a reservation", tells("reserveDID", did(100)), Phase::unknown},
             {"nowhere to be found", tells("assignDID", did(104420, {}, "")), Phase::refused},
             {"only accepted", with_status(202, tells("assignDID", did(100))), Phase::unknown},
             {"a fault", fault(), Phase::unknown},
             {"a fault with 200", fault(200), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers_with(response);
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST(record.number == number);
        }
    }
    const std::string whole = tells("assignDID", did(100)).body;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.answers_with(Response(200, whole.substr(0, size), "text/xml"));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase_and_no_release) {
    for (const bool buys : {true, false}) {
        for (const auto& [name, answer, phase, code] : unclear_answers()) {
            BOOST_TEST_CONTEXT(name << (buys ? ", buying" : ", releasing")) {
                Account account;
                account.answers_with(answer);
                const detail::Verdict verdict = buys ? account.buy() : account.release();
                BOOST_TEST((verdict.phase == phase));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == code));
                BOOST_TEST(verdict.error->carrier == "voip_innovations");
                if (code == errc::rate_limited) { BOOST_TEST((verdict.error->retry_after == 3s)); }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_its_reference) {
    const auto says = [](int code, const std::string& more) { return tells("queryDID", did(code, more)); };
    enum { ours, not_ours, of_another, error };
    const struct {
        const char* name;
        Response response;
        int what;
    } rows[]{
        {"ours", says(100, assigned + refers_to(operation_id)), ours},
        {"ours, without a reference", says(100, assigned + "<refId/>"), ours},
        {"ours by another's order", says(100, assigned + refers_to("another")), of_another},
        {"for sale", says(100, "<availability>Available</availability>"), not_ours},
        {"reserved for us", says(100, "<availability>reserved</availability>" + refers_to(operation_id)), not_ours},
        {"not for sale", says(100, "<availability>unavailable</availability>"), not_ours},
        {"another company's", says(102235, ""), not_ours},
        {"reserved for another", says(102230, ""), not_ours},
        {"nowhere", tells("queryDID", did(102420, "<availability>Unavailable</availability>", "")), not_ours},
        {"nowhere, by its number", says(102420, ""), not_ours},
        {"no availability", says(100, refers_to(operation_id)), error},
        {"another word", says(100, "<availability>pending</availability>"), error},
        {"another code", says(102999, assigned), error},
        {"another number", tells("queryDID", did(100, assigned, "4155550101")), error},
        {"no number", tells("queryDID", did(100, assigned, "")), error},
        {"two rows", tells("queryDID", did(102420) + did(100, assigned)), error},
        {"no row", tells("queryDID", ""), error},
        {"the call failed", result("queryDID", "<responseCode>7</responseCode>"), error},
        {"no code of the call", result("queryDID", element("DIDs", did(102420))), error},
        {"a fault", fault(), error},
        {"404", Response(404), error},
        {"401", Response(401), error},
        {"nothing", Response(200), error}};
    for (const auto& [name, response, what] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers_with(response);
            std::optional<Number> found;
            const auto failure = failure_of([&] { found = account.find_order(); });
            BOOST_TEST(failure.has_value() == (what == error));
            BOOST_TEST(found.has_value() == (what == ours));
            if (found) { BOOST_TEST((found->order == Order{.operation = OperationId(operation_id)})); }
            check_call(account.last_request(), "queryDID", "<did>4155550100</did>", false);

            bool is_owned = false;
            const auto untold = failure_of([&] { is_owned = account.owns(); });
            BOOST_TEST(untold.has_value() == (what == error));
            BOOST_TEST(is_owned == (what == ours || what == of_another));
        }
    }
    const std::string whole = says(102420, "").body;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Account account;
        account.answers_with(Response(200, whole.substr(0, size), "text/xml"));
        BOOST_TEST_REQUIRE(failure_of([&] { account.find_order(); }).has_value());
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_at_once) {
    const std::string reserved = "<availability>reserved</availability>";
    const auto list = [](const std::string& rows) { return tells("auditDIDs", rows); };
    const std::string one = did(100, assigned);
    const std::string other = did(100, assigned, "4155550101");
    reads_lists_of_ours<Account>(
        {
            {"none", {list(did(101200, "<availability>Unavailable</availability>", ""))}, std::vector<E164>()},
            {"two", {list(one + other)}, std::vector{number, other_number}},
            {"one that is only reserved", {list(one + did(100, reserved, "4155550101"))}, std::vector{number}},
            {"an unreadable row", {list(one + did(100, assigned, "x"))}},
            {"a row without a code", {list(one + "<DID><tn>4155550101</tn></DID>")}},
            {"none, and one", {list(one + did(101200, "", ""))}},
            {"another availability", {list(did(100, "<availability>lost</availability>"))}},
            {"no row", {list("")}},
            {"another method's", {tells("queryDID", one)}},
            {"no code of the call", {result("auditDIDs", element("DIDs", one))}},
        },
        Method::post);
    Account account;
    account.answers_with(list(one));
    account.owned_numbers();
    check_call(account.last_request(), "auditDIDs", "", false);
}

BOOST_AUTO_TEST_CASE(the_number_s_own_code_decides_over_a_release) {
    const Code codes[]{{100, Phase::done},
                       {106230, Phase::done},
                       {106231, Phase::done},
                       {106235, Phase::done},
                       {106241, Phase::done},
                       {106420, Phase::done},
                       {106220, Phase::refused, errc::by_carrier},
                       {106225, Phase::refused, errc::by_carrier},
                       {106999, Phase::unknown, errc::outcome_unknown},
                       {104225, Phase::unknown, errc::outcome_unknown},
                       {0, Phase::unknown, errc::outcome_unknown}};
    for (const auto& [code, phase, meaning] : codes) {
        BOOST_TEST_CONTEXT(code) {
            Account account;
            account.answers_with(tells("releaseDID", did(code)));
            const detail::Verdict verdict = account.release();
            BOOST_TEST((verdict.phase == phase));
            if (phase == Phase::refused) { BOOST_TEST((verdict.error->code == meaning)); }
            check_call(account.last_request(), "releaseDID", params, true);
        }
    }
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"nowhere", tells("releaseDID", did(106420, {}, "")), Phase::done},
             {"released in a call that did not work",
              result("releaseDID", "<responseCode>7</responseCode>" + element("DIDs", did(100))), Phase::unknown},
             {"another number", tells("releaseDID", did(100, {}, "4155550101")), Phase::unknown},
             {"no number", tells("releaseDID", did(106231, {}, "")), Phase::unknown},
             {"no row", tells("releaseDID", ""), Phase::unknown},
             {"only accepted", with_status(202, tells("releaseDID", did(100))), Phase::unknown},
             {"another method's", tells("assignDID", did(100)), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers_with(response);
            BOOST_TEST((account.release().phase == phase));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_held_for_half_an_hour) {
    BOOST_TEST((VoipInnovations::info.reservation == 30min));
    const struct {
        int code;
        std::optional<errc> failure;
    } rows[]{{100, {}},
             {103220, {}},  // held before
             {103225, {}},  // ours already
             {103221, errc::outcome_unknown},
             {103230, errc::number_unavailable},
             {103235, errc::number_unavailable},
             {103420, errc::number_unavailable},
             {103250, errc::needs_action},
             {103259, errc::needs_action},
             {104225, errc::malformed_reply}};
    for (const auto& [code, failure] : rows) {
        BOOST_TEST_CONTEXT(code) {
            Account account;
            account.answers_with(tells("reserveDID", did(code, "<tier>1</tier>")));
            std::optional<Number> held;
            const auto error = failure_of([&] { held = account.reserve(); });
            BOOST_TEST(error.has_value() == failure.has_value());
            if (error) { BOOST_TEST((error->code == *failure)); }
            if (held) { BOOST_TEST(held->carrier_data.text == R"({"tier":"1"})"); }
            check_call(account.last_request(), "reserveDID", params, true);
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names) {
    const auto read = settings_of<VoipInnovations>("number_manager.knm_voip_innovations",
                                                   R"({"login": "me", "password": "s-1", "endpoint_group": 8674,
        "debug": true, "enable_provisioning": false, "sandbox_provisioning": true})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.login == "me");
    BOOST_TEST(read->carrier.settings.password.reveal() == "s-1");
    BOOST_TEST(read->carrier.settings.endpoint_group == "8674");
    BOOST_TEST(read->carrier.settings.base_url == "https://backoffice.voipinnovations.com/Services/APIService.asmx");
    BOOST_TEST(read->remote.sandbox_provisioning);
    BOOST_TEST(read->missing.empty());

    const auto none = settings_of<VoipInnovations>("number_manager.voip_innovations", R"({"base_url": "https://a/b"})");
    BOOST_TEST((none->missing == std::vector<std::string>{"login", "password", "endpoint_group"}));
    BOOST_TEST(none->carrier.settings.base_url == "https://a/b");
    for (const char* document : {R"({"secret": "canary"})", R"({"password": ["canary"]})", R"({"login": {}})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto wrong = settings_of<VoipInnovations>("number_manager.voip_innovations", document);
            BOOST_TEST_REQUIRE(!wrong.has_value());
            BOOST_TEST((wrong.error().code == errc::settings));
            BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(hostile_values_stay_in_their_elements) {
    testing::sandbox::InMemory sandbox{Model()};
    for (const char* hostile : {"</login><login>x", "&xxe;", "]]>", "<!--", "a\"b'c", "\xC3\xA9\r\n", " spaces "}) {
        BOOST_TEST_CONTEXT(hostile) {
            Account account;
            account.carrier.settings.login = hostile;
            account.script.on_any("asmx", [&](const Request& request) { return sandbox.answer(request); });
            const auto failure = failure_of([&] { account.find({.prefix = "702"}); });
            BOOST_TEST_REQUIRE(failure.has_value());
            BOOST_TEST((failure->cause == "999 the login or secret is not known here"));
        }
    }
    for (const char* impossible : {"\x01", "\xFF"}) {
        Account account;
        account.carrier.settings.login = impossible;
        BOOST_TEST((account.buy().phase == Phase::refused));
        BOOST_TEST(account.script.calls() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(its_sandbox_refuses_what_the_wsdl_does_not_have) {
    testing::sandbox::InMemory sandbox{Model()};
    const std::string url = "http://a/Services/APIService.asmx";
    const std::string credentials = "<login>sandbox-login</login><secret>SECRET-of-the-sandbox</secret>";
    const auto send = [&](const std::string& method, const std::string& parts, const std::string& action) {
        const std::string body = R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><)" +
                                 method + R"( xmlns="http://tempuri.org/">)" + parts + "</" + method +
                                 "></e:Body></e:Envelope>";
        return sandbox.answer(Request::post(url).header("SOAPAction", action).body("text/xml", body));
    };
    const auto call = [&](const std::string& method, const std::string& parts) {
        return send(method, credentials + parts, "http://tempuri.org/" + method);
    };
    const auto one = [](const std::string& tn, const std::string& group) {
        return element("didParams", element("DIDParam", element("tn", tn) + "<refId>r-1</refId>" +
                                                            (group.empty() ? "" : element("epg", group))));
    };
    const struct {
        const char* method;
        std::string parts;
        int status;
        const char* says;
    } rows[]{{"getDIDs", "<npa>702</npa><nxx>555</nxx>", 200, "<tn>7025550129</tn>"},
             {"getDIDs", "<npa>702</npa><tier/><t38>true</t38>", 200, "<t38>true</t38>"},
             {"getDIDs", "<state>TF</state>", 200, "<tn>8555550120</tn>"},
             {"getDIDs", "<npa/>", 200, "<responseCode>302490</responseCode>"},
             {"getDIDs", "<nxx>555</nxx><npa>702</npa>", 500, "soap:Client"},
             {"getDIDs", "<quantity>1</quantity>", 500, "soap:Client"},
             {"getDIDCount", "<state>NV</state><orderby>rc</orderby>", 200, "<didCount>50</didCount>"},
             {"buyDID", "", 500, "no such method"},
             {"auditDIDs", "", 200, "<statusCode>101200</statusCode>"},
             {"queryDID", "<did>7025550100</did>", 200, "<availability>available</availability>"},
             {"queryDID", "<did>4155550100</did>", 200, "<statusCode>102420</statusCode>"},
             {"assignDID", one("7025550100", ""), 500, "epg is an int"},
             {"assignDID", one("7025550100", "1"), 200, "<statusCode>104258</statusCode>"},
             {"assignDID", one("4155550100", "8674"), 200, "<statusCode>104420</statusCode>"},
             {"reserveDID", one("7025550100", "8674"), 200, "<statusCode>100</statusCode>"},
             {"reserveDID", one("7025550100", "8674"), 200, "<statusCode>103220</statusCode>"},
             {"releaseDID", one("7025550100", ""), 200, "<statusCode>106220</statusCode>"},
             {"assignDID", one("7025550100", "8674"), 200, "<refId>r-1</refId>"},
             {"assignDID", one("7025550100", "8674"), 200, "<statusCode>104225</statusCode>"},
             {"reserveDID", one("7025550100", "8674"), 200, "<statusCode>103225</statusCode>"},
             {"configDID", one("7025550100", "8674"), 200, "<statusCode>100</statusCode>"},
             {"auditDIDs", "", 200, "<availability>assigned</availability>"},
             {"releaseDID", one("7025550100", ""), 200, "<statusCode>100</statusCode>"},
             {"releaseDID", one("7025550100", ""), 200, "<statusCode>106231</statusCode>"},
             {"configDID", one("7025550100", "8674"), 200, "<statusCode>105221</statusCode>"}};
    for (const auto& [method, parts, status, says] : rows) {
        BOOST_TEST_CONTEXT(method << " " << parts) {
            const Response answer = call(method, parts);
            BOOST_TEST(answer.status == status);
            BOOST_TEST(answer.body.find(says) != std::string::npos);
        }
    }
    BOOST_TEST(send("auditDIDs", credentials, "http://tempuri.org/queryDID").status == 500);
    BOOST_TEST(send("auditDIDs", credentials, "\"http://tempuri.org/auditDIDs\"").status == 200);
    BOOST_TEST(send("auditDIDs", "<login>x</login>", "http://tempuri.org/auditDIDs").body.find("999") !=
               std::string::npos);
    BOOST_TEST(sandbox.answer(Request::post(url).body("application/json", "{}")).status == 415);
    BOOST_TEST(sandbox.answer(Request::post("http://a/")).status == 404);
    BOOST_TEST(sandbox.answer(Request::get(url)).status == 405);
}

BOOST_AUTO_TEST_CASE(what_the_sandbox_cannot_sell_is_told_as_the_carrier_would) {
    const struct {
        const char* name;
        bool testing::sandbox::Item::* flag;
        Phase buying;
        Phase releasing;
    } rows[]{{"it fails", &testing::sandbox::Item::fails, Phase::unknown, Phase::done},
             {"a contract is missing", &testing::sandbox::Item::needs_action, Phase::refused, Phase::done},
             {"it is locked", &testing::sandbox::Item::deletion_lock, Phase::done, Phase::refused}};
    for (const auto& [name, flag, buying, releasing] : rows) {
        BOOST_TEST_CONTEXT(name) {
            testing::sandbox::Item item{.number = number};
            item.*flag = true;
            testing::sandbox::Ledger ledger;
            ledger.stock_up(item);
            testing::sandbox::InMemory sandbox{Model(std::move(ledger))};
            Account account;
            account.carrier.settings = {.login = std::string(Model::login),
                                        .password = Secret(std::string(Model::secret)),
                                        .endpoint_group = std::string(Model::endpoint_group),
                                        .base_url = base};
            account.script.on_any("asmx", [&](const Request& request) { return sandbox.answer(request); });
            BOOST_TEST((account.buy().phase == buying));
            BOOST_TEST(account.find_order().has_value() == sandbox.owns(number));
            BOOST_TEST((account.release().phase == releasing));
        }
    }
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    VoipInnovations carrier;
    carrier.settings.login = Model::login;
    carrier.settings.password = Secret(std::string(Model::secret));
    carrier.settings.endpoint_group = Model::endpoint_group;
    keeps_the_laws(carrier, testing::sandbox::InMemory{Model(small_stock(0))});
}

BOOST_AUTO_TEST_SUITE_END()
