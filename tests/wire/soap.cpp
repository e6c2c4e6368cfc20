// SPDX-License-Identifier: BSL-1.0
#include <tandem/wire/soap.hpp>

#include "failure.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(wire_soap)

using namespace tandem;
using test::failure_of;
namespace soap = wire::soap;

namespace {

constexpr const char* service = "http://tempuri.org/";

Response envelope(const std::string& body, int status = 200) {
    return Response(status,
                    R"(<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>)" +
                        body + "</s:Body></s:Envelope>",
                    "text/xml; charset=utf-8");
}
Response fault(int status = 500) {
    return envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>no such method</faultstring><detail/></s:Fault>", status);
}

struct Item {
    std::string name{};
};
constexpr auto items = wire::rows(soap::result<"getItems", ".items.item[]">, {wire::field<&Item::name>("name")});
static_assert(soap::result<"getItems", ".code"> == "Envelope.Body.getItemsResponse.getItemsResult.code");

}  // namespace

BOOST_AUTO_TEST_CASE(a_call_is_an_envelope_around_a_method_with_its_parameters_in_their_order) {
    const Request call =
        soap::call("https://a.example/s.asmx", service, "getItems", {{"state", "UT"}, {"list", {{"item", ""}}}});
    BOOST_TEST((call.method() == Method::post));
    BOOST_TEST(call.changes());
    BOOST_TEST(call.url() == "https://a.example/s.asmx");
    BOOST_TEST(call.body() == R"(<?xml version="1.0" encoding="UTF-8"?>)"
                              R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>)"
                              R"(<getItems xmlns="http://tempuri.org/"><state>UT</state><list><item></item></list>)"
                              R"(</getItems></soap:Body></soap:Envelope>)");
    BOOST_TEST_REQUIRE(call.fields().size() == 2U);
    BOOST_TEST(call.fields()[0].name == "SOAPAction");
    BOOST_TEST(call.fields()[0].value == R"("http://tempuri.org/getItems")");
    BOOST_TEST(call.fields()[1].name == "Content-Type");
    BOOST_TEST(call.fields()[1].value == "text/xml;charset=UTF-8");
}

BOOST_AUTO_TEST_CASE(a_value_stays_in_its_element) {
    const Request call = soap::call("https://a.example", service, "m", {{"secret", "</secret><x a=\"1\">&amp;"}});
    BOOST_TEST(call.body().find("<secret>&lt;/secret&gt;&lt;x a=&quot;1&quot;&gt;&amp;amp;</secret>") !=
               std::string::npos);
    const auto refused = failure_of([] { soap::call("https://a.example", service, "m", {{"secret", "\x01"}}); });
    BOOST_TEST((refused == errc::invalid));
    BOOST_TEST((failure_of([] { soap::call("https://a.example", service, "m>", {}); }) == errc::invalid));
}

BOOST_AUTO_TEST_CASE(a_result_is_found_whatever_prefixes_its_sender_chose) {
    for (const char* body :
         {R"(<getItemsResponse xmlns="http://tempuri.org/"><getItemsResult><items><item><name>a</name></item></items>
             </getItemsResult></getItemsResponse>)",
          R"(<t:getItemsResponse xmlns:t="http://tempuri.org/"><t:getItemsResult><t:items><t:item><t:name>a</t:name>
             </t:item></t:items></t:getItemsResult></t:getItemsResponse>)"}) {
        const auto read = wire::xml::read_rows(items, envelope(body));
        BOOST_TEST_REQUIRE(read.rows.size() == 1U);
        BOOST_TEST(read.rows[0].name == "a");
    }
}

BOOST_AUTO_TEST_CASE(a_fault_is_told_by_its_code_and_words) {
    BOOST_TEST(soap::fault_in(fault()) == "s:Client: no such method");
    BOOST_TEST(soap::fault_in(envelope("<s:Fault><faultcode>s:Server</faultcode></s:Fault>", 500)) == "s:Server: ");
    BOOST_TEST(soap::fault_in(envelope("<getItemsResponse/>")) == "");
    BOOST_TEST(soap::fault_in(Response(500)) == "");
    BOOST_TEST(soap::fault_in(Response(500, "<html>", "text/html")) == "");
    const std::string whole = fault().body;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_REQUIRE(soap::fault_in(Response(500, whole.substr(0, size), "text/xml")) == "");
    }
}

BOOST_AUTO_TEST_CASE(only_the_status_of_a_result_is_expected) {
    soap::expect_result(envelope(""));
    const struct {
        int status;
        errc code;
    } rows[]{{202, errc::malformed_reply},
             {401, errc::carrier_refuses_credentials},
             {429, errc::rate_limited},
             {500, errc::by_carrier}};
    for (const auto& [status, code] : rows) {
        BOOST_TEST_CONTEXT(status) {
            std::optional<Error> error;
            try {
                soap::expect_result(fault(status));
            } catch (const Exception& failure) { error = failure.error(); }
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause == "s:Client: no such method"); }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
