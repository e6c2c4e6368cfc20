// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/http.hpp>
#include <tandem/core/offer.hpp>
#include <tandem/core/text.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <type_traits>

using namespace tandem;

template <class T>
concept Prints = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Prints<Secret> && !std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);

BOOST_AUTO_TEST_SUITE(core_http)

BOOST_AUTO_TEST_CASE(no_byte_that_ends_a_header_early_gets_into_one) {
    for (const std::string_view bad :
         std::initializer_list<std::string_view>{"a\r\nX: 1", "a\nb", "a\rb", std::string_view("a\0b", 3), "a\x7f"}) {
        BOOST_CHECK_THROW(Request::get("https://h/").header("X", std::string(bad)), Exception);
        BOOST_CHECK_THROW(Request::get("https://h/").header(std::string(bad), "v"), Exception);
        BOOST_CHECK_THROW(Request::get("https://h/").authorization("Bearer", Secret(std::string(bad))), Exception);
        BOOST_CHECK_THROW(Request::get("https://h/" + std::string(bad)), Exception);
        BOOST_CHECK_THROW(Request::post("https://h/").body(std::string(bad), ""), Exception);
    }
    for (const char* bad : {"", "a b", "a:", "ä"}) {
        BOOST_CHECK_THROW(Request::get("https://h/").header(bad, "v"), Exception);
    }
    BOOST_CHECK_THROW(Request::get("https://h/ä"), Exception);
    BOOST_CHECK_THROW(Request::get("https://h/a b"), Exception);
}

BOOST_AUTO_TEST_CASE(framing_belongs_to_the_transport) {
    for (const char* name : {"Host", "content-length", "Transfer-Encoding", "CONNECTION"}) {
        BOOST_CHECK_THROW(Request::get("https://h/").header(name, "v"), Exception);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_get_changes_something_unless_it_says_that_it_reads) {
    BOOST_TEST(!Request::get("https://h/").changes());
    BOOST_TEST(Request::delete_("https://h/").changes());
    BOOST_TEST(Request::post("https://h/").changes());
    BOOST_TEST(!Request::post("https://h/").reads().changes());
    BOOST_TEST(Request::post("https://h/").limit() == Request::order_limit);
    BOOST_TEST(Request::get("https://h/").limit() == Request::search_limit);
}

BOOST_AUTO_TEST_CASE(credentials_are_marked_secret) {
    const Request request = Request::get("https://h/").authorization("Bearer", Secret("k")).header("Accept", "*/*");
    BOOST_REQUIRE_EQUAL(request.fields().size(), 2U);
    BOOST_TEST(request.fields()[0].secret);
    BOOST_TEST(request.fields()[0].value == "Bearer k");
    BOOST_TEST(!request.fields()[1].secret);
}

BOOST_AUTO_TEST_CASE(basic_credentials_are_those_of_rfc_7617) {
    const struct {
        const char* user;
        const char* password;
        const char* value;
    } rows[]{{"Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
             {"test", "123\xC2\xA3", "Basic dGVzdDoxMjPCow=="},
             {"", "", "Basic Og=="},
             {"u", "pa:ss", "Basic dTpwYTpzcw=="}};
    for (const auto& [user, password, value] : rows) {
        const Request request = Request::get("https://h/").basic_authorization(user, Secret(password));
        BOOST_TEST_REQUIRE(request.fields().size() == 1U);
        BOOST_TEST(request.fields()[0].name == "Authorization");
        BOOST_TEST(request.fields()[0].value == value);
        BOOST_TEST(request.fields()[0].secret);
    }
    BOOST_CHECK_THROW(Request::get("https://h/").basic_authorization("a:b", Secret("c")), Exception);
}

BOOST_AUTO_TEST_CASE(a_request_names_every_secret_that_it_holds) {
    const auto named = [](const Request& request, std::string_view text) {
        for (const Secret& each : request.secrets()) {
            if (each.reveal() == text) { return true; }
        }
        return false;
    };
    BOOST_TEST(named(Request::get("https://h/").authorization("Bearer", Secret("k")), "k"));
    BOOST_TEST(named(Request::get("https://h/").secret_header("X-Key", Secret("k")), "k"));
    BOOST_TEST(named(Request::get("https://h/?pass=k").holds(Secret("k")), "k"));
    const Request basic = Request::get("https://h/").basic_authorization("u", Secret("p"));
    for (const char* each : {"p", "u:p", "dTpw"}) { BOOST_TEST(named(basic, each)); }
    BOOST_TEST(Request::get("https://h/").holds(Secret()).secrets().empty());
}

BOOST_AUTO_TEST_CASE(a_reply_knows_its_type_and_headers) {
    Response reply(200, "{}", "Application/JSON; charset=utf-8");
    BOOST_TEST(reply.is("application/json"));
    BOOST_TEST(!reply.is("application/jsonx"));
    BOOST_TEST(reply.header("content-TYPE") == "Application/JSON; charset=utf-8");
    BOOST_TEST(Response(204).header("Content-Type").empty());
}

BOOST_AUTO_TEST_CASE(what_a_request_may_do_is_told_by_its_method_or_by_its_carrier) {
    const struct {
        const char* name;
        Request request;
        bool changes, acts;
    } rows[]{{"a GET", Request::get("https://a/b"), false, false},
             {"a POST", Request::post("https://a/b"), true, true},
             {"a DELETE", Request::delete_("https://a/b"), true, true},
             {"a POST that asks", Request::post("https://a/b").reads(), false, false},
             {"a GET that buys", Request::get("https://a/b").writes(), true, true},
             {"a PUT of a cart", Request::put("https://a/b").prepares(), true, false}};
    for (const auto& [name, request, changes, acts] : rows) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(request.changes() == changes);
            BOOST_TEST(request.acts() == acts);
            BOOST_TEST(request.limit() == (changes ? Request::order_limit : Request::search_limit));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_moved_secret_leaves_nothing_behind) {
    Secret first("canary");
    Secret second = std::move(first);
    BOOST_TEST(second.reveal() == "canary");
    BOOST_TEST(first.empty());  // NOLINT(bugprone-use-after-move): that is the claim
    second = Secret("other");
    BOOST_TEST(second.reveal() == "other");
}

BOOST_AUTO_TEST_CASE(text_that_is_too_long_is_refused_not_cut) {
    BOOST_CHECK_THROW(InlineText<3>("abcd"), std::length_error);
    BOOST_TEST(InlineText<3>("abc").view() == "abc");
    InlineList<int, 2> list{1, 2};
    BOOST_CHECK_THROW(list.push_back(3), std::length_error);
    static_assert(std::is_trivially_copyable_v<InlineText<31>>);
}

BOOST_AUTO_TEST_CASE(a_failures_words_and_codes_are_kazoos) {
    const struct {
        errc code;
        int http;
        const char* name;
    } rows[]{{errc::number_is_porting, 400, "number_is_porting"},
             {errc::number_exists, 409, "number_exists"},
             {errc::not_found, 404, "not_found"},
             {errc::not_reconcilable, 404, "not_reconcilable"},
             {errc::unauthorized, 403, "forbidden"},
             {errc::service_restriction, 402, "service_restriction"},
             {errc::not_enough_credit, 402, "not_enough_credit"},
             {errc::no_change_required, 400, "no_change_required"},
             {errc::invalid_state_transition, 400, "invalid_state_transition"},
             {errc::assign_failure, 400, "assign_failure"},
             {errc::invalid, 400, "invalid"},
             {errc::by_carrier, 500, "unspecified_fault"},
             {errc::unspecified, 500, "unspecified_fault"}};
    for (const auto& [code, http, name] : rows) {
        BOOST_TEST(code_of(code) == http);
        BOOST_TEST(name_of(code) == name);
    }
    const Result<int> failed = Error{.code = errc::not_found, .message = "no such number"};
    BOOST_CHECK_EXCEPTION((void)failed.value(), Exception,
                          [](const Exception& thrown) { return thrown.error().code == errc::not_found; });
}

BOOST_AUTO_TEST_SUITE_END()
