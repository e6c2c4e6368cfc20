// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/other.hpp>
#include <tandem/testing/sandbox/other.hpp>

BOOST_AUTO_TEST_SUITE(carriers_other)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Other;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Other>());
static_assert(ChecksNumbers<Other> && FindsOrders<Other> && !FollowsOrders<Other>);

struct Phonebook : Desk<Other> {
    Phonebook() : Desk({.settings = {.phonebook_url = "https://book.example/v1/"}}) {}

    void answers(Method method, std::string_view path, testing::Answer answer) {
        script.on(method, path, std::move(answer));
    }
    void orders(testing::Answer answer) { answers(Method::put, "/order", std::move(answer)); }
    void releases(testing::Answer answer) { answers(Method::delete_, "/numbers/", std::move(answer)); }
};

json::object sale() {
    return {{"status", "success"},
            {"data",
             {{"+14155550100",
               {{"status", "success"},
                {"opaque", {{"order", "o-1"}, {"cost", 1.5}}},
                {"locality", {{"locality", "San Francisco"}, {"state", "CA"}}}}}}}};
}
json::object none() { return {{"status", "success"}, {"data", json::object{}}}; }
json::object refusal(std::string_view message) { return {{"status", "error"}, {"message", message}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_asks_for_country_prefix_and_page) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* url;
    } rows[]{
        {"an area code", {.prefix = "415"}, "numbers/US/search?prefix=%2B1415&limit=10&offset=0"},
        {"an exchange", {.prefix = "+1415555"}, "numbers/US/search?prefix=%2B1415555&limit=10&offset=0"},
        {"a whole number", {.prefix = "+14155550100"}, "numbers/US/search?prefix=%2B14155550100&limit=10&offset=0"},
        {"a page",
         {.prefix = "415", .quantity = 7, .offset = 21},
         "numbers/US/search?prefix=%2B1415&limit=7&offset=21"},
        {"toll-free", {.prefix = "800"}, "numbers/US/search?prefix=%2B1800&limit=10&offset=0"},
        {"a wildcard", {.prefix = "88*"}, "numbers/US/search?prefix=%2B188&limit=10&offset=0"},
        {"Canada", {.prefix = "+1416"}, "numbers/CA/search?prefix=%2B1416&limit=10&offset=0"},
        {"another country", {.prefix = "20", .country = "GB"}, "numbers/GB/search?prefix=%2B4420&limit=10&offset=0"},
        {"blocks",
         {.prefix = "415", .quantity = 5, .offset = 1, .blocks = 3},
         "blocks/US/search?prefix=%2B1415&size=5&offset=1&limit=3"}};
    for (const auto& [name, request, url] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Phonebook book;
            book.answers(Method::get, "/search",
                         request.blocks > 0 ? reply(R"({"status": "success", "data": []})") : reply(none()));
            BOOST_TEST(book.find(request).offers.empty());
            BOOST_TEST_REQUIRE(book.script.calls() == 1U);
            BOOST_TEST(book.last_request().url() == "https://book.example/v1/" + std::string(url));
            BOOST_TEST(book.last_request().fields().empty());
            BOOST_TEST(book.last_request().body() == "");
            BOOST_TEST(!book.last_request().changes());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_prefix_of_no_known_country_is_asked_for_in_the_default_one) {
    Phonebook book;
    book.carrier.settings.default_country = "CA";
    book.answers(Method::get, "/search", reply(none()));
    SearchRequest request{.prefix = "+999"};
    book.ask([&](auto& session) { return book.carrier.find_numbers(session, request); });
    BOOST_TEST(book.last_request().url().find("/numbers/CA/search?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_are_read_with_what_the_phonebook_says_of_them) {
    Phonebook book;
    book.answers(Method::get, "/search", reply(R"({"status": "success", "data": {
        "+14155550100": {"features": ["voice", "sms"], "rate_center": "SNFC", "state": "CA",
                          "locality": "San Francisco"},
        "+14155550101": {"features": {"sms": true}, "rate_center": {"name": "x"}, "state": 7,
                          "locality": ["x"], "more": 1},
        "+14155550102": {}, "415555": {}, "+14155550103": "available"}})"));
    const SearchPage page = book.find({.prefix = "415"});
    BOOST_TEST(page.refused == 2U);
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    const Offer& first = page.offers[0];
    BOOST_TEST(first.number.str() == "+14155550100");
    BOOST_TEST(first.features.has(Feature::sms));
    BOOST_TEST((first.features.get(Feature::fax) == false));
    BOOST_TEST((first.features.get(Feature::emergency) == std::nullopt));
    BOOST_TEST(first.rate_center == "SNFC");
    BOOST_TEST(first.region == "CA");
    BOOST_TEST(first.locality == "San Francisco");
    BOOST_TEST(!first.monthly.known());
    BOOST_TEST(parse_json_object(first.details())->at("state").as_string() == "CA");
    BOOST_TEST(page.offers[1].rate_center == "");
    BOOST_TEST(page.offers[1].locality == "");
    BOOST_TEST((page.offers[1].features.get(Feature::sms) == std::nullopt));
    BOOST_TEST(page.offers[2].details() == "{}");
}

BOOST_AUTO_TEST_CASE(a_block_is_two_offers_with_the_block_as_details) {
    Phonebook book;
    book.answers(Method::get, "/blocks/", reply(R"({"status": "success", "data": [
        {"start_number": "+14155550100", "end_number": "+14155550109", "price": 3},
        {"start_number": "+14155550200", "end_number": "+14155550200"}, {"start_number": "+14155550300"}]})"));
    const SearchPage page = book.find({.prefix = "415", .blocks = 3});
    BOOST_TEST(page.refused == 1U);
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    BOOST_TEST(page.offers[0].number.str() == "+14155550100");
    BOOST_TEST(page.offers[1].number.str() == "+14155550109");
    BOOST_TEST(page.offers[2].number.str() == "+14155550200");
    for (const Offer& offer : page.offers) { BOOST_TEST(offer.prefix.empty()); }
    BOOST_TEST(page.offers[0].details() == page.offers[1].details());
    BOOST_TEST(parse_json_object(page.offers[1].details())->at("price").as_int64() == 3);
}

BOOST_AUTO_TEST_CASE(only_what_says_that_there_is_none_is_an_empty_stock) {
    const struct {
        const char* name;
        Response response;
        std::optional<errc> code;
    } rows[]{
        {"no numbers", reply(none()), {}},
        {"no numbers, by PHP", reply(R"({"status": "success", "data": []})"), {}},
        {"none found", reply(R"({"status": "not_found", "message": "none"})"), errc::not_available},
        {"unavailable", reply(R"({"status": "unavailable", "data": {}})"), errc::not_available},
        {"an error", reply(refusal("no such account")), errc::by_carrier},
        {"a failure with numbers", reply(R"({"status": "failure", "data": {"+14155550100": {}}})"), errc::by_carrier},
        {"no status", reply(R"({"data": {"+14155550100": {}}})"), errc::by_carrier},
        {"no data", reply(R"({"status": "success"})"), errc::malformed_reply},
        {"data of null", reply(R"({"status": "success", "data": null})"), errc::malformed_reply},
        {"data of another kind", reply(R"({"status": "success", "data": "none"})"), errc::malformed_reply},
        {"a list", reply(R"({"status": "success", "data": [{"+14155550100": {}}]})"), errc::malformed_reply},
        {"data twice", reply(R"({"status": "success", "data": {}, "data": {}})"), errc::malformed_reply},
        {"a status that is no text", reply(R"({"status": true, "data": {}})"), errc::malformed_reply},
        {"HTML", Response(200, "<html></html>", "text/html"), errc::malformed_reply},
        {"nothing", Response(200), errc::malformed_reply}};
    for (const auto& [name, response, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Phonebook book;
            book.answers(Method::get, "/search", response);
            const auto failure = failure_of([&] { BOOST_TEST(book.find({.prefix = "415"}).offers.empty()); });
            BOOST_TEST((failure ? std::optional(failure->code) : std::nullopt).has_value() == code.has_value());
            if (failure && code) { BOOST_TEST((failure->code == *code)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        for (const std::uint32_t blocks : {0U, 2U}) {
            BOOST_TEST_CONTEXT(status << " with " << blocks << " blocks") {
                Phonebook book;
                Response response = reply(refusal("its own words"), status);
                response.fields.push_back({"Retry-After", "3"});
                book.answers(Method::get, "/search", response);
                const auto failure = failure_of([&] { book.find({.prefix = "415", .blocks = blocks}); });
                BOOST_TEST_REQUIRE(failure.has_value());
                BOOST_TEST((failure->code == code));
                if (status >= 300) { BOOST_TEST(failure->cause == "its own words"); }
                const bool waits = status == 429 || status == 503;
                BOOST_TEST(
                    (failure->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_empty_stock_without_words_shows_its_status) {
    Phonebook book;
    book.answers(Method::get, "/search", Response(404, "<html></html>", "text/html"));
    const auto failure = failure_of([&] { book.find({.prefix = "415"}); });
    BOOST_TEST((failure->code == errc::not_available));
    BOOST_TEST(failure->cause == "status 404");
}

BOOST_AUTO_TEST_CASE(an_order_names_the_number_and_our_gateways) {
    Phonebook book;
    book.remote.gateways = {"sip.one.example", "sip.\"two\".example"};
    book.orders(reply(sale()));
    Number record = book.asked_for();
    record.carrier_data = JsonText(R"({"kept":1,"order":"old"})");
    record.features = JsonText(R"({"kept":2})");
    const detail::Verdict verdict = book.buy(record);
    BOOST_TEST((verdict.phase == Phase::done));
    BOOST_TEST_REQUIRE(book.script.calls() == 1U);
    const Request& sent = book.last_request();
    BOOST_TEST((sent.method() == Method::put));
    BOOST_TEST(sent.url() == "https://book.example/v1/numbers/US/order");
    BOOST_TEST(sent.changes());
    BOOST_TEST((json::parse(sent.body()) ==
                json::value{{"data",
                             {{"numbers", json::array{"+14155550100"}},
                              {"gateways", json::array{"sip.one.example", "sip.\"two\".example"}}}}}));
    BOOST_TEST_REQUIRE(sent.fields().size() == 1U);
    BOOST_TEST(sent.fields()[0].name == "Content-Type");
    BOOST_TEST(sent.fields()[0].value == "application/json");
    BOOST_TEST(record.number == number);
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id)}));
    BOOST_TEST((json::parse(record.carrier_data.text) == json::value{{"kept", 1}, {"order", "o-1"}, {"cost", 1.5}}));
    BOOST_TEST(json::parse(record.features.text).at_pointer("/locality/state").as_string() == "CA");
    BOOST_TEST(json::parse(record.features.text).at_pointer("/kept").as_int64() == 2);
}

BOOST_AUTO_TEST_CASE(an_order_is_placed_in_the_number_s_country) {
    Phonebook book;
    book.orders(reply(R"({"data": {"+442079460958": {"status": "success"}}})"));
    Number record = book.asked_for();
    record.number = E164::parse_or_empty("+442079460958");
    BOOST_TEST((book.buy(record).phase == Phase::done));
    BOOST_TEST(book.last_request().url() == "https://book.example/v1/numbers/GB/order");
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Phonebook>(Operation::Kind::acquire,
                                     [](auto& book, const testing::Answer& answer) { book.orders(answer); });
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_is_taken_at_its_word_about_our_number_only) {
    const struct {
        const char* name;
        const char* body;
        Phase phase;
    } rows[]{
        {"sold, no status around it", R"({"data": {"+14155550100": {"status": "success"}}})", Phase::done},
        {"sold, with details of another kind",
         R"({"data": {"+14155550100": {"status": "success", "opaque": [], "locality": "CA"}}})", Phase::done},
        {"sold, with another one", R"({"data": {"+14155550101": {}, "+14155550100": {"status": "success"}}})",
         Phase::done},
        {"refused", R"({"status": "success", "data": {"+14155550100": {"status": "error", "message": "gone"}}})",
         Phase::refused},
        {"refused whole", R"({"status": "error", "message": "gone"})", Phase::refused},
        {"refused whole, in no words", R"({"status": "failure", "message": {"code": 7}})", Phase::refused},
        {"refused, in no words", R"({"data": {"+14155550100": {"status": "failure", "message": ["gone"]}}})",
         Phase::refused},
        {"refused whole, data of nobody", R"({"status": "failed", "message": "gone", "data": {}})", Phase::refused},
        {"refused both", R"({"status": "error", "data": {"+14155550100": {"status": "error", "message": "gone"}}})",
         Phase::refused},
        {"sold in a failure", R"({"status": "error", "data": {"+14155550100": {"status": "success"}}})",
         Phase::unknown},
        {"sold in something else", R"({"status": "maybe", "data": {"+14155550100": {"status": "success"}}})",
         Phase::unknown},
        {"pending", R"({"status": "success", "data": {"+14155550100": {"status": "pending"}}})", Phase::unknown},
        {"no status", R"({"status": "success", "data": {"+14155550100": {}}})", Phase::unknown},
        {"a status that is no text", R"({"status": "success", "data": {"+14155550100": {"status": true}}})",
         Phase::unknown},
        {"another number", R"({"status": "success", "data": {"+14155550101": {"status": "success"}}})", Phase::unknown},
        {"the number in another writing", R"({"status": "success", "data": {"4155550100": {"status": "success"}}})",
         Phase::unknown},
        {"no number", R"({"status": "success", "data": {}})", Phase::unknown},
        {"a list", R"({"status": "success", "data": [{"+14155550100": {"status": "success"}}]})", Phase::unknown},
        {"text", R"({"status": "success", "data": {"+14155550100": "success"}})", Phase::unknown},
        {"a status twice", R"({"data": {"+14155550100": {"status": "error", "status": "success"}}})", Phase::unknown},
        {"a number twice", R"({"data": {"+14155550100": {"status": "error"}, "+14155550100": {"status": "success"}}})",
         Phase::unknown},
        {"two documents", R"({"data": {"+14155550100": {"status": "success"}}}{})", Phase::unknown},
    };
    for (const auto& [name, body, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Phonebook book;
            book.orders(reply(body));
            Number record = book.asked_for();
            const detail::Verdict verdict = book.buy(record);
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST(record.number == number);
            if (phase == Phase::refused) {
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == errc::by_carrier));
                BOOST_TEST((verdict.error->cause == "gone" || verdict.error->cause == "failure"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_cut_at_any_byte_leaves_the_outcome_unknown) {
    const std::string whole = json::serialize(sale());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Phonebook book;
            book.orders(Response(200, whole.substr(0, size)));
            BOOST_TEST_REQUIRE((book.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    std::size_t sold = 0;
    for_each_mutation(sale(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Phonebook book;
            book.orders(reply(changed));
            const detail::Verdict verdict = book.buy();
            const std::string text = json::serialize(changed);
            const bool is_told = text.find(R"("+14155550100":{"status":"success")") != text.npos;
            const bool said_no = text.find(R"("failure")") != text.npos;
            if (!is_told) { BOOST_TEST_REQUIRE((verdict.phase != Phase::done)); }
            if (!said_no) { BOOST_TEST_REQUIRE((verdict.phase != Phase::refused)); }
            sold += verdict.phase == Phase::done ? 1 : 0;
        }
    });
    BOOST_TEST(sold > 0U);  // what is the phonebook's own affair may change
}

BOOST_AUTO_TEST_CASE(a_release_asks_for_the_number_and_believes_a_clear_answer) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
        bool stays_ours = false;
    } rows[]{
        {"released", reply(none()), Phase::done},
        {"released without words", Response(204), Phase::done},
        {"not ours any more", reply(refusal("not yours"), 404), Phase::done},
        {"a server without releases", Response(404, "<html>Not Found</html>", "text/html"), Phase::done, true},
        {"a server without releases, no body", Response(404), Phase::done, true},
        {"a framework without releases", reply(R"({"status": 404, "error": "Not Found"})", 404), Phase::done, true},
        {"no such method", Response(405), Phase::done, true},
        {"not implemented", Response(501), Phase::done, true},
        {"locked", reply(refusal("locked"), 409), Phase::refused},
        {"it says no with 200", reply(refusal("locked")), Phase::refused},
        {"another status", reply(R"({"status": "pending"})"), Phase::unknown},
        {"no status", reply(R"({"data": {}})"), Phase::unknown}};
    for (const auto& [name, response, phase, stays_ours] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Phonebook book;
            book.releases(response);
            Number record = book.asked_for();
            record.state = State::in_service;
            BOOST_TEST((book.release(record).phase == phase));
            BOOST_TEST((record.state == (stays_ours ? State::available : State::in_service)));
            BOOST_TEST((book.last_request().method() == Method::delete_));
            BOOST_TEST(book.last_request().url() == "https://book.example/v1/numbers/US/%2B14155550100");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Phonebook>(Operation::Kind::release,
                                     [](auto& book, const testing::Answer& answer) { book.releases(answer); });
    const std::string whole = json::serialize(none());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Phonebook book;
            book.releases(Response(200, whole.substr(0, size)));
            BOOST_TEST((book.release().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_where_the_phonebook_tells_of_it) {
    const struct {
        const char* name;
        Response order, status;
        std::optional<bool> found;  ///< nothing: it cannot be told
    } rows[]{{"ours", reply(sale()), Response(500), true},
             {"not ours, in its words", reply(refusal("not yours"), 404), Response(500), false},
             {"not told, still for sale", Response(404),
              reply(R"({"status": "success", "data": [{"number": "4155550100", "status": "available"}]})"), false},
             {"not told, sold",
              Response(404),
              reply(R"({"status": "success", "data": [{"number": "4155550100", "status": "in_service"}]})"),
              {}},
             {"not told, both",
              Response(404),
              reply(
                  R"({"status": "success", "data": [{"number": "4155550100", "status": "available"},
                {"number": "+14155550100", "status": "in_service"}]})"),
              {}},
             {"not told, another for sale",
              Response(404),
              reply(R"({"status": "success", "data": [{"number": "4155550101", "status": "available"}]})"),
              {}},
             {"not told, nothing known", Response(404), reply(R"({"status": "success", "data": []})"), {}},
             {"not told at all", Response(404), Response(404), {}},
             {"not told by a framework", reply(R"({"status": 404, "error": "Not Found"})", 404), Response(500), {}},
             {"no such request, still for sale", Response(405),
              reply(R"({"status": "success", "data": [{"number": "4155550100", "status": "available"}]})"), false},
             {"no such request, sold",
              Response(501),
              reply(R"({"status": "success", "data": [{"number": "4155550100", "status": "in_service"}]})"),
              {}},
             {"a failure", Response(500), reply(none()), {}},
             {"another number's", reply(R"({"data": {"+14155550101": {"status": "success"}}})"), Response(500), {}},
             {"HTML", Response(200, "<html></html>", "text/html"), Response(500), {}},
             {"no credentials", Response(401), Response(500), {}}};
    for (const auto& [name, order, status, found] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Phonebook book;
            book.answers(Method::get, "/numbers/US/%2B14155550100", order);
            book.answers(Method::post, "/numbers/US/status", status);
            std::optional<Number> record;
            const auto failure = failure_of([&] {
                record = book.ask([&](auto& session) { return book.carrier.find_order(session, book.asked_for()); });
            });
            BOOST_TEST(failure.has_value() == !found.has_value());
            BOOST_TEST(record.has_value() == found.value_or(false));
            if (record) {
                BOOST_TEST(record->number == number);
                BOOST_TEST((record->order == Order{.operation = OperationId(operation_id)}));
            }
            BOOST_TEST(book.script.changing_requests().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_checked_country_by_country_in_national_format) {
    Phonebook book;
    book.answers(Method::post, "/numbers/US/status", reply(R"({"status": "success", "data": [
        {"number": "4155550100", "status": "available"}, {"number": "+14155550101", "status": "in_service"},
        {"number": 14155550102, "status": "unavailable"},
        {"number": "2125550100", "status": "available"}, {"number": "4155550100"}]})"));
    book.answers(Method::post, "/numbers/GB/status",
                 reply(R"({"status": "success", "data": [{"number": "2079460958", "status": "unavailable"}]})"));
    const E164 third = E164::parse_or_empty("+14155550102");
    const std::vector<E164> asked{number, E164::parse_or_empty("+442079460958"), other_number, third};
    const auto known = book.ask([&](auto& session) { return book.carrier.check_numbers(session, asked); });
    BOOST_TEST_REQUIRE(known.size() == 4U);
    BOOST_TEST(known[0].number == asked[1]);
    BOOST_TEST(known[0].status == "unavailable");
    BOOST_TEST(known[1].number == number);
    BOOST_TEST(known[1].status == "available");
    BOOST_TEST(known[2].number == other_number);
    BOOST_TEST(known[2].status == "in_service");
    BOOST_TEST(known[3].number == third);
    const auto requests = book.script.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    BOOST_TEST(requests[0].body() == R"({"data":["2079460958"]})");
    BOOST_TEST(requests[1].body() == R"({"data":["4155550100","4155550101","4155550102"]})");
    for (const Request& request : requests) { BOOST_TEST(!request.changes()); }
    const std::vector<E164> nobody;
    BOOST_TEST(book.ask([&](auto& session) { return book.carrier.check_numbers(session, nobody); }).empty());
}

BOOST_AUTO_TEST_CASE(a_check_that_fails_is_an_error) {
    for (const Response& response : {reply(refusal("no")), reply(refusal("no"), 500), reply(R"({"status": "success"})"),
                                     reply(R"({"status": "success", "data": {}})"), Response(200)}) {
        Phonebook book;
        book.answers(Method::post, "/status", response);
        const std::vector<E164> asked{number};
        BOOST_TEST(failure_of([&] {
                       book.ask([&](auto& session) { return book.carrier.check_numbers(session, asked); });
                   }).has_value());
    }
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names) {
    const auto read = settings_of<Other>("number_manager.other", R"({"phonebook_url": "https://book.example",
        "default_country": "CA", "endpoints": "sip.example", "timeout_ms": 9, "_id": "x", "pvt_type": "config"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.phonebook_url == "https://book.example");
    BOOST_TEST(read->carrier.settings.default_country == "CA");
    BOOST_TEST(read->remote.timeout_ms == 9U);
    BOOST_TEST((read->remote.gateways == std::vector<std::string>{"sip.example"}));
    BOOST_TEST(read->missing.empty());

    const auto list =
        settings_of<Other>("number_manager.knm_other", R"({"base_url": "https://a", "endpoints": ["a", "b"]})");
    BOOST_TEST_REQUIRE(list.has_value());
    BOOST_TEST(list->carrier.settings.phonebook_url == "https://a");
    BOOST_TEST(list->carrier.settings.default_country == "US");
    BOOST_TEST((list->remote.gateways == std::vector<std::string>{"a", "b"}));

    BOOST_TEST(
        (settings_of<Other>("number_manager.other", "{}")->missing == std::vector<std::string>{"phonebook_url"}));
}

BOOST_AUTO_TEST_CASE(settings_that_are_wrong_are_named) {
    for (const char* document :
         {R"({"phone_book_url": "https://a"})", R"({"phonebook_url": true})", R"({"endpoints": 5})",
          R"({"phonebook_url": "https://a", "base_url": "https://b"})", R"({"api_key": "x"})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto read = settings_of<Other>("number_manager.other", document);
            BOOST_TEST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().code == errc::settings));
            BOOST_TEST(read.error().message.find("number_manager.other") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    const Other carrier{.settings = {.phonebook_url = "https://book.example"}};
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Other(small_stock(0))});
}

BOOST_AUTO_TEST_SUITE_END()
