// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/flowroute.hpp>
#include <tandem/testing/sandbox/flowroute.hpp>

BOOST_AUTO_TEST_SUITE(carriers_flowroute)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Flowroute;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Flowroute>());
static_assert(OwnsNumbers<Flowroute> && ListsNumbers<Flowroute> && !FindsOrders<Flowroute> &&
              !FollowsOrders<Flowroute> && !ReservesNumbers<Flowroute>);

const std::string base = "https://api.example/fr/v2/numbers";
const std::string ours = base + "/14155550100";

struct Account : Desk<Flowroute> {
    Account()
        : Desk({.settings = {.access_key = "canary-user",
                             .secret_key = Secret("canary-secret"),
                             .base_url = "https://api.example/fr"}}) {}

    void searches(testing::Answer answer) { script.on(Method::get, "/available", std::move(answer)); }
    void sells(testing::Answer answer) { script.on(Method::post, "/numbers/", std::move(answer)); }
    void shows(testing::Answer answer) { script.on(Method::get, "/numbers/1", std::move(answer)); }
    void deletes(testing::Answer answer) { script.on(Method::delete_, "/numbers/", std::move(answer)); }
};

Response as_document(const json::value& body, int status = 200) {
    return Response(status, json::serialize(body), wire::json_api::media_type);
}
json::object the_number(std::string_view digits = "14155550100") {
    return {{"data",
             {{"type", "number"},
              {"id", digits},
              {"attributes",
               {{"value", digits},
                {"rate_center", "snfc cntrl"},
                {"state", "ca"},
                {"number_type", "standard"},
                {"alias", nullptr}}},
              {"relationships", {{"primary_route", {{"data", {{"type", "route"}, {"id", "0"}}}}}}},
              {"links", {{"self", "https://api.flowroute.com/v2/numbers/14155550100"}}}}},
            {"included", json::array{json::object{{"type", "route"}, {"id", "0"}}}}};
}
json::object with(std::string_view member, json::value value) {
    json::object made = the_number();
    made["data"].as_object()[member] = std::move(value);
    return made;
}
json::object with_value(json::value value) {
    json::object made = the_number();
    made["data"].at("attributes").as_object()["value"] = std::move(value);
    return made;
}
json::object failure(int status, std::string_view title, std::string_view detail) {
    return {{"errors", json::array{json::object{{"id", "d66802f3-b56b-43da-8c55-e8c9ec3e0a6d"},
                                                {"status", status},
                                                {"title", title},
                                                {"detail", detail}}}}};
}
std::string row(std::string_view digits, std::string_view prices = R"("monthly_cost": 1.25, "setup_cost": 1)",
                std::string_view type = "standard") {
    return R"({"type": "number", "id": ")" + std::string(digits) + R"(", "attributes": {"value": ")" +
           std::string(digits) + R"(", "rate_center": "snfc cntrl", "state": "ca", "number_type": ")" +
           std::string(type) + R"(", )" + std::string(prices) + R"(}, "links": {"related": "https://x"}})";
}
std::string rows(std::string_view list, std::string_view next = "") {
    std::string links = R"({"self": "https://api.flowroute.com/v2/numbers/available")";
    if (!next.empty()) { links += R"(, "next": ")" + std::string(next) + '"'; }
    return R"({"data": [)" + std::string(list) + R"(], "links": )" + links + "}}";
}

bool is_authorized(const Request& request) {
    bool authorized = false, wants = false;
    for (const Field& field : request.fields()) {
        authorized |= field.name == "Authorization" && field.secret &&
                      field.value == "Basic " + to_base64("canary-user:canary-secret");
        wants |= field.name == "Accept" && field.value == "application/vnd.api+json";
    }
    return authorized && wants && request.url().find("canary") == std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_begins_with_the_country_code) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* query;
    } rows_of_requests[]{
        {"an area code", {.prefix = "415"}, "starts_with=1415&limit=10&offset=0"},
        {"less than one", {.prefix = "+141"}, "starts_with=141&limit=10&offset=0"},
        {"the country", {.prefix = "+1"}, "starts_with=1&limit=10&offset=0"},
        {"an exchange", {.prefix = "+1415555"}, "starts_with=1415555&limit=10&offset=0"},
        {"a number", {.prefix = "+14155550100"}, "starts_with=14155550100&limit=10&offset=0"},
        {"toll-free", {.prefix = "800"}, "starts_with=1800&limit=10&offset=0"},
        {"toll-free and more", {.prefix = "888555"}, "starts_with=1888555&limit=10&offset=0"},
        {"a wildcard", {.prefix = "80*"}, "starts_with=1800&limit=10&offset=0"},
        {"another", {.prefix = "88*"}, "starts_with=1888&limit=10&offset=0"},
        {"Canada", {.prefix = "+1416"}, "starts_with=1416&limit=10&offset=0"},
        {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, "starts_with=1415&limit=28&offset=0"},
        {"many", {.prefix = "415", .quantity = 500}, "starts_with=1415&limit=200&offset=0"}};
    for (const auto& [name, request, query] : rows_of_requests) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(Response(200, rows("")));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == base + "/available?" + query);
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(sent.fields().size() == 2U);
            BOOST_TEST(is_authorized(sent));
        }
    }
}

BOOST_AUTO_TEST_CASE(other_countries_are_not_asked_for) {
    for (const SearchRequest& request :
         {SearchRequest{.prefix = "+44131"}, SearchRequest{.prefix = "+1876"}, SearchRequest{.prefix = "+999"}}) {
        Account account;
        const auto error = failure_of([&] { account.find(request); });
        BOOST_TEST_REQUIRE(error.has_value());
        BOOST_TEST((error->code == errc::not_available));
        BOOST_TEST(account.script.calls() == 0U);
    }
    Account account;
    Number abroad = account.asked_for();
    abroad.number = E164::parse_or_empty("+441314960100");
    BOOST_TEST((account.buy(abroad).phase == Phase::refused));
    BOOST_TEST((account.release(abroad).phase == Phase::refused));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_exact_prices_and_places) {
    Account account;
    account.searches(Response(
        200, rows(row("14155550100") + "," +
                  row("14155550101", R"("monthly_cost": 0.0085, "setup_cost": "3.99")", "tollfree") + "," +
                  row("14155550102", R"("monthly_cost": null)") + "," + row("14155550103", R"("monthly_cost": -1)") +
                  "," + row("4155550104") + "," + R"({"id": "14155550105", "attributes": {}}, 7,)" +
                  row("14155550106", R"("setup_cost": 2)"))));
    const SearchPage page = account.find({.prefix = "+1"});
    BOOST_TEST(page.refused == 3U);
    BOOST_TEST_REQUIRE(page.offers.size() == 4U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 10'000);
    BOOST_TEST(offer.monthly.count() == 12'500);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.rate_center == "snfc cntrl");
    BOOST_TEST(offer.region == "ca");
    BOOST_TEST((offer.features.get(Feature::toll_free) == false));
    BOOST_TEST((offer.features.get(Feature::sms) == std::nullopt));
    BOOST_TEST(parse_json_object(offer.details())->at("id").as_string() == "14155550100");
    BOOST_TEST(page.offers[1].monthly.count() == 85);
    BOOST_TEST(page.offers[1].setup.count() == 39'900);
    BOOST_TEST(page.offers[1].features.has(Feature::toll_free));
    BOOST_TEST(!page.offers[2].monthly.known());
    BOOST_TEST(!page.offers[2].setup.known());
    BOOST_TEST(!page.offers[2].currency.known());
    BOOST_TEST(page.offers[3].setup.count() == 20'000);
    BOOST_TEST(page.offers[3].currency.view() == "USD");
}

BOOST_AUTO_TEST_CASE(what_was_not_asked_for_is_left_out) {
    const std::string found =
        row("14155550100") + "," + row("14165550100") + "," + row("18005550100", R"("setup_cost": 0)", "tollfree");
    const struct {
        const char* name;
        SearchRequest request;
        std::vector<std::string> numbers;
    } rows_of_requests[]{{"an area code", {.prefix = "415"}, {"+14155550100"}},
                         {"the United States", {.prefix = "+1"}, {"+14155550100", "+18005550100"}},
                         {"Canada", {.prefix = "+1", .country = "CA"}, {"+14165550100"}},
                         {"a wildcard", {.prefix = "80*"}, {"+18005550100"}},
                         {"a wildcard in Canada", {.prefix = "80*", .country = "CA"}, {"+18005550100"}},
                         {"toll-free ones", {.prefix = "+1", .features = {Feature::toll_free}}, {"+18005550100"}},
                         {"a feature that it does not tell of", {.prefix = "+1", .features = {Feature::sms}}, {}}};
    for (const auto& [name, request, numbers] : rows_of_requests) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(Response(200, rows(found)));
            std::vector<std::string> left;
            for (const Offer& offer : account.find(request).offers) { left.push_back(offer.number.str()); }
            BOOST_TEST(left == numbers, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(pages_are_asked_for_until_there_is_enough) {
    const auto page_of = [](const Request& request) {
        const std::string& url = request.url();
        const auto offset = std::stoul(url.substr(url.find("offset=") + 7));
        std::string list;
        for (unsigned i = 0; i < 200; ++i) {
            list += (list.empty() ? "" : ",") + row("1415" + std::to_string(5'550'000 + offset + i));
        }
        return Response(200, rows(list, offset < 600 ? "https://api.flowroute.com/next" : ""));
    };
    const struct {
        std::uint32_t quantity, offset;
        std::size_t found, calls;
    } pages[]{{150, 0, 150, 1}, {200, 0, 200, 1}, {201, 0, 201, 2}, {100, 250, 100, 2}, {500, 500, 300, 4}};
    for (const auto& [quantity, offset, found, calls] : pages) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            Account account;
            account.searches(page_of);
            const SearchPage page = account.find({.prefix = "415", .quantity = quantity, .offset = offset});
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            BOOST_TEST(page.offers[0].number.str() == "+1415" + std::to_string(5'550'000 + offset));
            BOOST_TEST(account.script.calls() == calls);
        }
    }
    Account endless;  // a list without an end that holds nothing of what was asked for
    endless.searches([](const Request& request) {
        BOOST_TEST_REQUIRE(!request.url().ends_with("offset=2000"));
        return Response(200, rows(row("12125550100"), "https://api.flowroute.com/next"));
    });
    BOOST_TEST(endless.find({.prefix = "415", .quantity = 200}).offers.empty());
    BOOST_TEST(endless.script.calls() == 10U);
    Account account;  // a later page that fails leaves the earlier ones
    account.script.on(Method::get, "/available", testing::Answer(page_of), testing::Answer(Response(500)));
    const SearchPage page = account.find({.prefix = "415", .quantity = 300});
    BOOST_TEST(page.offers.size() == 200U);
    BOOST_TEST(page.failure.has_value());
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            Response response = as_document(failure(status, "Client Error", "something is wrong"), status);
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) {
                BOOST_TEST(error->cause == std::to_string(status) + " Client Error something is wrong");
            }
            const bool waits = status == 429 || status == 503;
            BOOST_TEST((error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
        }
    }
    for (const char* body : {"", "{}", R"({"data": null})", R"({"data": {}})", "<html></html>", R"({"data": [)"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_is_a_post_to_the_number) {
    for (const int status : {200, 201}) {
        Account account;
        account.sells(as_document(the_number(), status));
        Number record = account.asked_for();
        record.carrier_data = JsonText(R"({"kept":1})");
        BOOST_TEST((account.buy(record).phase == Phase::done));
        BOOST_TEST_REQUIRE(account.script.calls() == 1U);
        const Request& sent = account.last_request();
        BOOST_TEST((sent.method() == Method::post));
        BOOST_TEST(sent.url() == ours);
        BOOST_TEST(sent.body() == "");
        BOOST_TEST(sent.changes());
        BOOST_TEST(is_authorized(sent));
        BOOST_TEST_REQUIRE(sent.fields().size() == 3U);
        BOOST_TEST(sent.fields()[2].value == "application/vnd.api+json");
        const Order expected{.operation = OperationId(operation_id), .reference = "14155550100"};
        BOOST_TEST((record.order == expected));
        BOOST_TEST(
            (json::parse(record.carrier_data.text) ==
             json::value{{"kept", 1},
                         {"number", {{"rate_center", "snfc cntrl"}, {"state", "ca"}, {"number_type", "standard"}}}}));
    }
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_is_believed_of_our_number_only) {
    const struct {
        const char* name;
        json::object body;
    } rows_of_replies[]{{"another number", the_number("14155550101")},
                        {"another id", with("id", "14155550101")},
                        {"another value", with_value("14155550101")},
                        {"a number with +", with_value("+14155550100")},
                        {"no value", with_value(nullptr)},
                        {"a value that is a number", with_value(14155550100)},
                        {"no id", with("id", nullptr)},
                        {"another type", with("type", "route")},
                        {"no attributes", with("attributes", nullptr)},
                        {"a list", {{"data", json::array{the_number()["data"]}}}},
                        {"null", {{"data", nullptr}}},
                        {"errors", failure(200, "x", "y")}};
    for (const auto& [name, body] : rows_of_replies) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.sells(as_document(body));
            BOOST_TEST((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Account>(Operation::Kind::acquire,
                                   [](auto& account, const testing::Answer& answer) { account.sells(answer); });
    const struct {
        const char* name;
        Response response;
        Phase phase;
        errc code;
    } rows_of_replies[]{
        {"taken", as_document(failure(404, "Not Found", "gone"), 404), Phase::refused, errc::number_unavailable},
        {"404 of somebody else", Response(404, "<html></html>", "text/html"), Phase::refused, errc::by_carrier},
        {"multi-status", as_document(the_number(), 207), Phase::unknown, errc::outcome_unknown},
        {"not authorized", as_document(failure(403, "ActionNotAuthorizedError", ""), 403), Phase::refused,
         errc::carrier_refuses_credentials}};
    for (const auto& [name, response, phase, code] : rows_of_replies) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.sells(response);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST((verdict.error->code == code));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    std::size_t sold = 0, unsold = 0;
    for_each_mutation(the_number(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.sells(as_document(changed));
            const Phase phase = account.buy().phase;
            const std::string text = json::serialize(changed);
            const bool told = text.find(R"("value":"14155550100")") != text.npos &&
                              text.find(R"("id":"14155550100")") != text.npos &&
                              text.find(R"("type":"number")") != text.npos;
            BOOST_TEST_REQUIRE((told || phase == Phase::unknown));
            BOOST_TEST_REQUIRE((phase != Phase::refused));
            ++(phase == Phase::done ? sold : unsold);
        }
    });
    BOOST_TEST(sold > 0U);
    BOOST_TEST(unsold > 0U);
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_our_account_has_it) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows_of_replies[]{
        {"ours", as_document(the_number()), true},
        {"not ours", as_document(failure(404, "", "Could not find that resource on your account."), 404), false},
        {"404 without a word", Response(404), {}},
        {"404 of somebody else", Response(404, "<html></html>", "text/html"), {}},
        {"404 with no errors", reply(R"({"errors": []})", 404), {}},
        {"another number", as_document(the_number("14155550101")), {}},
        {"nothing", reply("{}"), {}},
        {"204", Response(204), {}},
        {"401", Response(401), {}},
        {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows_of_replies) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.shows(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == ours);
            BOOST_TEST(is_authorized(account.last_request()));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_until_no_page_is_next) {
    const auto page = [](std::initializer_list<std::string_view> listed, std::string_view next = "") {
        std::string list;
        for (const std::string_view digits : listed) {
            list.append(list.empty() ? "" : ",").append(row(digits, R"("alias": null)"));
        }
        return Response(200, rows(list, next), wire::json_api::media_type);
    };
    const std::string elsewhere = "https://elsewhere.example/v2/numbers?limit=200&offset=1";
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {page({})}, std::vector<E164>()},
        {"one page", {page({"14155550100", "14155550101"})}, both},
        {"two pages", {page({"14155550100"}, elsewhere), page({"14155550101"})}, both},
        {"a next one that is empty", {page({"14155550100", "14155550101"}, elsewhere), page({})}, both},
        {"an unreadable row", {page({"14155550100", "none"})}},
        {"nothing in the middle", {page({"14155550100"}, elsewhere), page({}, elsewhere)}},
        {"no list", {reply(R"({"links": {}})")}},
    });
    Account account;
    account.script.on(Method::get, "", page({"14155550100"}, elsewhere), page({"14155550101"}));
    account.owned_numbers();
    BOOST_TEST_REQUIRE(account.script.calls() == 2U);
    for (const std::size_t at : {0U, 1U}) {
        const Request request = account.script.requests().at(at);
        BOOST_TEST(request.url() == base + "?limit=200&offset=" + std::to_string(at));
        BOOST_TEST(is_authorized(request));
    }
    std::string full;
    for (int i = 0; i < 200; ++i) {
        full.append(i == 0 ? "" : ",").append(row(std::to_string(14155550000 + i), R"("alias": null)"));
    }
    Account long_one;  // a full page is read on from, though it names no next one
    long_one.script.on(Method::get, "", Response(200, rows(full), wire::json_api::media_type), page({"14155559999"}));
    BOOST_TEST(long_one.owned_numbers().size() == 201U);
}

BOOST_AUTO_TEST_CASE(a_release_deletes_the_number) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows_of_replies[]{
        {"done", Response(204), Phase::done},
        {"done, and shown", as_document(the_number()), Phase::done},
        {"not ours", as_document(failure(404, "", "Could not find that resource on your account."), 404), Phase::done},
        {"404 of somebody else", Response(404, "<html></html>", "text/html"), Phase::refused},
        {"another number", as_document(the_number("14155550101")), Phase::unknown},
        {"not allowed", as_document(failure(403, "ActionNotAuthorizedError", ""), 403), Phase::refused}};
    for (const auto& [name, response, phase] : rows_of_replies) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.deletes(response);
            BOOST_TEST((account.release().phase == phase));
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            BOOST_TEST((account.last_request().method() == Method::delete_));
            BOOST_TEST(account.last_request().url() == ours);
            BOOST_TEST(is_authorized(account.last_request()));
        }
    }
    bears_unclear_answers<Account>(Operation::Kind::release,
                                   [](auto& account, const testing::Answer& answer) { account.deletes(answer); });
}

BOOST_AUTO_TEST_CASE(settings_are_two_keys) {
    const auto read = settings_of<Flowroute>("number_manager.knm_flowroute",
                                             R"({"access_key": "u", "secret_key": "s", "debug": true})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.access_key == "u");
    BOOST_TEST(read->carrier.settings.secret_key.reveal() == "s");
    BOOST_TEST(read->carrier.settings.base_url == "https://api.flowroute.com");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<Flowroute>("number_manager.flowroute", "{}")->missing ==
                std::vector<std::string>{"access_key", "secret_key"}));
    for (const char* document : {R"({"secret": "canary"})", R"({"secret_key": {"canary": 1}})"}) {
        const auto wrong = settings_of<Flowroute>("number_manager.flowroute", document);
        BOOST_TEST_REQUIRE(!wrong.has_value());
        BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
    }
    Account account;  // a colon would end the user early
    account.carrier.settings.access_key = "user:name";
    const auto error = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::settings));
}

namespace {

Flowroute of_the_sandbox() {
    Flowroute carrier;
    carrier.settings.access_key = testing::sandbox::Flowroute::default_key;
    carrier.settings.secret_key = Secret(std::string(testing::sandbox::Flowroute::default_secret));
    return carrier;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    keeps_the_laws(of_the_sandbox(), testing::sandbox::InMemory{testing::sandbox::Flowroute(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(the_sandbox_s_stock_is_found_by_every_kind_of_prefix) {
    testing::Desk<Flowroute, testing::detail::ModelTransport<testing::sandbox::InMemory<testing::sandbox::Flowroute>>>
        desk(of_the_sandbox(),
             testing::detail::ModelTransport(testing::sandbox::InMemory{testing::sandbox::Flowroute()}));
    const struct {
        SearchRequest request;
        std::size_t found;
    } rows_of_requests[]{{{.prefix = "425", .quantity = 50}, 30}, {{.prefix = "+1360555", .quantity = 50}, 20},
                         {{.prefix = "+14255550107"}, 1},         {{.prefix = "855", .quantity = 50}, 20},
                         {{.prefix = "85*", .quantity = 50}, 20}, {{.prefix = "88*"}, 0},
                         {{.prefix = "+1", .quantity = 500}, 70}, {{.prefix = "206"}, 0}};
    for (const auto& [request, found] : rows_of_requests) {
        BOOST_TEST(desk.find(request).offers.size() == found, request.prefix.view());
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_does_not_know) {
    testing::sandbox::InMemory model{testing::sandbox::Flowroute(small_stock(0))};
    const auto status = [&](Request request, bool known = true) {
        const Secret secret(known ? std::string(testing::sandbox::Flowroute::default_secret) : "another");
        return model.answer(std::move(request).basic_authorization(testing::sandbox::Flowroute::default_key, secret))
            .status;
    };
    const auto get = [&](std::string path) { return status(Request::get("https://a.example/v2/" + path)); };
    BOOST_TEST(status(Request::get("https://a.example/v2/numbers"), false) == 401);
    BOOST_TEST(get("numbers/available?starts_with=415&limit=200") == 200);
    BOOST_TEST(get("numbers/available?starts_with=%2B1415") == 400);
    BOOST_TEST(get("numbers/available?limit=201") == 400);
    BOOST_TEST(get("numbers/available?prefix=415") == 400);
    BOOST_TEST(get("numbers/available/areacodes?limit=400") == 200);
    BOOST_TEST(get("numbers/available/exchanges?areacode=415") == 200);
    BOOST_TEST(get("numbers/14155550100") == 404);
    BOOST_TEST(get("numbers/4155550100") == 404);
    BOOST_TEST(status(Request::post("https://a.example/v2/numbers/14155550100")) == 201);
    BOOST_TEST(status(Request::post("https://a.example/v2/numbers/14155550100")) == 404);
    BOOST_TEST(get("numbers/14155550100") == 200);
    BOOST_TEST(status(Request::delete_("https://a.example/v2/numbers/14155550100")) == 204);
    BOOST_TEST(status(Request::delete_("https://a.example/v2/numbers/14155550100")) == 404);
    BOOST_TEST(status(Request::get("https://a.example/v3/numbers")) == 404);
}

BOOST_AUTO_TEST_SUITE_END()
