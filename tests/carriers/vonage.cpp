// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/vonage.hpp>
#include <tandem/testing/sandbox/vonage.hpp>

BOOST_AUTO_TEST_SUITE(carriers_vonage)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Vonage;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Vonage>());
static_assert(OwnsNumbers<Vonage> && ListsNumbers<Vonage> && FollowsOrders<Vonage> && !FindsOrders<Vonage> &&
              !ReservesNumbers<Vonage>);

constexpr std::string_view list_url =
    "https://api.example/account/numbers?pattern=14155550100&search_pattern=0&size=100&index=1";

struct Account : Desk<Vonage> {
    Account()
        : Desk({.settings = {.api_key = "key", .api_secret = Secret("canary"), .base_url = "https://api.example/"}}) {}

    template <class... Answers>
    void searches(Answers... answers) {
        script.on(Method::get, "/number/search", testing::Answer(std::move(answers))...);
    }
    template <class... Answers>
    void lists(Answers... answers) {
        script.on(Method::get, "/account/numbers", testing::Answer(std::move(answers))...);
    }
    void buys(testing::Answer answer) { script.on(Method::post, "/number/buy", std::move(answer)); }
    void cancels(testing::Answer answer) { script.on(Method::post, "/number/cancel", std::move(answer)); }
};

json::object row(std::string_view digits) {
    return {{"country", "US"}, {"msisdn", digits},       {"type", "mobile-lvn"},
            {"cost", "0.90"},  {"initialPrice", "1.50"}, {"features", json::array{"SMS", "VOICE"}}};
}
json::object list(json::array rows, std::int64_t count) { return {{"count", count}, {"numbers", std::move(rows)}}; }
json::object list(json::array rows) {
    const auto count = static_cast<std::int64_t>(rows.size());
    return list(std::move(rows), count);
}
json::object ours() {
    return list({json::object{{"country", "US"}, {"msisdn", "14155550100"}, {"features", json::array{"SMS"}}}});
}
json::object coded(std::string_view code, std::string_view label) {
    return {{"error-code", code}, {"error-code-label", label}};
}
json::object success() { return coded("200", "success"); }
Response failed(std::string_view label = "method failed") { return reply(coded("420", label), 420); }

bool is_authorized(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret && field.value == "Basic a2V5OmNhbmFyeQ=="; }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_asks_for_what_international_numbers_begin_with) {
    const std::string us = "country=US", starts = "&search_pattern=0", page = "&size=10&index=1",
                      toll_free = "&type=landline-toll-free";
    const struct {
        const char* name;
        SearchRequest request;
        std::string query;
    } rows[]{
        {"an area code", {.prefix = "415"}, us + "&pattern=1415" + starts + page},
        {"less than one", {.prefix = "41"}, us + "&pattern=141" + starts + page},
        {"the country", {.prefix = "+1"}, us + "&pattern=1" + starts + page},
        {"an exchange", {.prefix = "+1415555"}, us + "&pattern=1415555" + starts + page},
        {"a number", {.prefix = "+14155550100"}, us + "&pattern=14155550100" + starts + page},
        {"toll-free", {.prefix = "833"}, us + toll_free + "&pattern=1833" + starts + page},
        {"toll-free and more", {.prefix = "833555"}, us + toll_free + "&pattern=1833555" + starts + page},
        {"a wildcard", {.prefix = "88*"}, us + toll_free + "&pattern=188" + starts + page},
        {"toll-free by feature",
         {.prefix = "+1", .features = {Feature::toll_free}},
         us + toll_free + "&pattern=1" + starts + page},
        {"Canada", {.prefix = "+1416"}, "country=CA&pattern=1416" + starts + page},
        {"toll-free in Canada",
         {.prefix = "833", .country = "CA"},
         "country=CA" + toll_free + "&pattern=1833" + starts + page},
        {"another country", {.prefix = "7700", .country = "GB"}, "country=GB&pattern=447700" + starts + page},
        {"all of another", {.prefix = "+44"}, "country=GB&pattern=44" + starts + page},
        {"SMS", {.prefix = "415", .features = {Feature::sms}}, us + "&pattern=1415" + starts + "&features=SMS" + page},
        {"voice and SMS",
         {.prefix = "415", .features = {Feature::voice, Feature::sms}},
         us + "&pattern=1415" + starts + "&features=SMS%2CVOICE" + page},
        {"voice and MMS",
         {.prefix = "415", .features = {Feature::voice, Feature::mms}},
         us + "&pattern=1415" + starts + "&features=VOICE%2CMMS" + page},
        {"SMS and MMS",
         {.prefix = "415", .features = {Feature::sms, Feature::mms}},
         us + "&pattern=1415" + starts + "&features=SMS%2CMMS" + page},
        {"all three",
         {.prefix = "415", .features = {Feature::voice, Feature::sms, Feature::mms}},
         us + "&pattern=1415" + starts + "&features=SMS%2CMMS%2CVOICE" + page},
        {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, us + "&pattern=1415" + starts + "&size=28&index=1"},
        {"the most there can be",
         {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
         us + "&pattern=1415" + starts + "&size=100&index=1"}};
    for (const auto& [name, request, query] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply("{}"));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == "https://api.example/number/search?" + query);
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(sent.body() == "");
            BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
            BOOST_TEST(is_authorized(sent));
            BOOST_TEST(sent.fields()[1].name == "Accept");
            BOOST_TEST(sent.fields()[1].value == "application/json");
        }
    }
    Account account;
    SearchRequest nowhere{.prefix = "+999"};
    const auto failure =
        failure_of([&] { account.ask([&](auto& session) { return account.carrier.find_numbers(session, nowhere); }); });
    BOOST_TEST_REQUIRE(failure.has_value());
    BOOST_TEST((failure->code == errc::not_available));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_price_in_euros_and_features) {
    json::object toll_free = row("14155550101");
    toll_free["type"] = "landline-toll-free";
    toll_free["features"] = json::array{"VOICE", "MMS"};
    toll_free.erase("initialPrice");
    json::object odd = row("14155550102");
    odd["initialPrice"] = json::object{{"amount", "1.00"}};
    odd["features"] = "SMS";
    json::array rows{row("14155550100"), toll_free, odd};
    for (const char* broken : {"msisdn", "cost", "type"}) {
        json::object bad = row("14155550103");
        bad[broken] = broken == std::string_view("type") ? json::value(7) : json::value("14155550103x");
        rows.push_back(bad);
    }
    rows.push_back(json::object{{"country", "US"}});
    Account account;
    account.searches(reply(list(rows)));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 4U);
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.monthly.count() == 9'000);
    BOOST_TEST(offer.setup.count() == 15'000);
    BOOST_TEST(offer.currency.view() == "EUR");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST((offer.features.get(Feature::sms) == true));
    BOOST_TEST((offer.features.get(Feature::voice) == true));
    BOOST_TEST((offer.features.get(Feature::mms) == false));
    BOOST_TEST((offer.features.get(Feature::toll_free) == false));
    BOOST_TEST((offer.features.get(Feature::fax) == std::nullopt));
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(row("14155550100"))));
    BOOST_TEST(!page.offers[1].setup.known());  // never zero: no document says that there is none
    BOOST_TEST((page.offers[1].features.get(Feature::toll_free) == true));
    BOOST_TEST((page.offers[1].features.get(Feature::sms) == false));
    BOOST_TEST(!page.offers[2].setup.known());
    BOOST_TEST((page.offers[2].features.get(Feature::sms) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_the_request_is_left_out) {
    json::object deaf = row("14155550101");
    deaf["features"] = json::array{"VOICE"};
    Account account;
    account.searches(reply(list({row("14155550100"), deaf, row("14165550100")})));
    const SearchPage page = account.find({.prefix = "415", .features = {Feature::sms}});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].number == number);
    BOOST_TEST(page.refused == 0U);
}

BOOST_AUTO_TEST_CASE(pages_are_asked_for_until_there_is_enough_or_no_more) {
    const auto page = [](int first, int size, int count) {
        json::array rows;
        for (int i = 0; i < size; ++i) { rows.push_back(row("1415555" + std::to_string(1000 + first + i))); }
        return reply(list(rows, count));
    };
    const struct {
        const char* name;
        std::uint32_t quantity, offset;
        int total;
        std::size_t found;
        std::size_t calls;
    } rows[]{{"one page", 100, 0, 100, 100, 1},           {"more than one", 250, 0, 1000, 250, 3},
             {"all there are", 500, 0, 250, 250, 3},      {"one behind a page", 500, 0, 101, 101, 2},
             {"from the third on", 10, 200, 1000, 10, 3}, {"behind the end", 10, 300, 250, 0, 3},
             {"a small page", 10, 0, 1000, 10, 1}};
    for (const auto& [name, quantity, offset, total, found, calls] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches([&, count = total](const Request& request) {
                const auto value = [&](std::string_view key) {
                    const auto at = request.url().find(key);
                    return std::stoi(request.url().substr(at + key.size()));
                };
                const int size = value("&size="), first = size * (value("&index=") - 1);
                return page(first, std::max(0, std::min(size, count - first)), count);
            });
            const SearchPage result = account.find({.prefix = "415", .quantity = quantity, .offset = offset});
            BOOST_TEST_REQUIRE(result.offers.size() == found);
            BOOST_TEST(account.script.calls() == calls);
            BOOST_TEST(!result.failure.has_value());
            if (found > 0) { BOOST_TEST(result.offers[0].number.str() == "+1415555" + std::to_string(1000 + offset)); }
        }
    }
    Account account;
    account.searches(page(0, 100, 150), Response(500));
    const SearchPage result = account.find({.prefix = "415", .quantity = 150});
    BOOST_TEST(result.offers.size() == 100U);
    BOOST_TEST(result.failure.has_value());
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            Response response = reply(coded(std::to_string(status), "its own words"), status);
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) {
                BOOST_TEST(error->cause.find(std::to_string(status) + " its own words") != std::string::npos);
            }
            const bool waits = status == 429 || status == 503;
            BOOST_TEST((error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
        }
    }
    Account account;
    account.searches(
        reply(R"({"type": "x#forbidden", "title": "Forbidden", "detail": "no rights", "instance": "1"})", 403));
    BOOST_TEST(failure_of([&] { account.find({.prefix = "415"}); })->cause == "Forbidden no rights");
}

BOOST_AUTO_TEST_CASE(only_what_says_that_there_is_none_is_an_empty_stock) {
    for (const char* body : {"{}", " { } ", R"({"count": 0, "numbers": []})", R"({"count": 7, "numbers": []})"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            BOOST_TEST(account.find({.prefix = "415"}).offers.empty());
        }
    }
    for (const char* body : {"", "[]", "null", R"({"count": 0})", R"({"message": "down for today"})", "<html></html>",
                             R"({"count": 1})", R"({"numbers": []})", R"({"numbers": {}})",
                             R"({"count": -1, "numbers": []})", R"({"count": 1, "numbers": null})",
                             R"({"count": 0, "count": 0})", R"({"error-code": "401", "error-code-label": "x"})",
                             R"({"error-code": "200", "count": 0, "numbers": []})", R"({"count": 1, "numbers": [)"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_names_country_and_number_and_is_confirmed_by_our_list) {
    Account account;
    account.buys(reply(success()));
    account.lists(reply(ours()));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST_REQUIRE(account.script.calls() == 2U);
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    const Request& sent = changing[0];
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == "https://api.example/number/buy");
    BOOST_TEST(sent.body() == "country=US&msisdn=14155550100");
    BOOST_TEST(is_authorized(sent));
    BOOST_TEST_REQUIRE(sent.fields().size() == 3U);
    BOOST_TEST(sent.fields()[2].name == "Content-Type");
    BOOST_TEST(sent.fields()[2].value == "application/x-www-form-urlencoded");
    BOOST_TEST(account.last_request().url() == list_url);
    BOOST_TEST(!account.last_request().changes());
    BOOST_TEST(is_authorized(account.last_request()));
    const Order expected{.operation = OperationId(operation_id)};
    BOOST_TEST((record.order == expected));
    BOOST_TEST(record.carrier_data.text == R"({"kept":1})");
}

BOOST_AUTO_TEST_CASE(the_country_is_the_one_that_the_search_told) {
    const struct {
        const char* number;
        const char* data;
        const char* country;
    } rows[]{{"+18335550120", "{}", "US"},
             {"+18335550120", R"({"country":"CA"})", "CA"},
             {"+18335550120", R"({"country":"UNITED STATES"})", "US"},
             {"+18335550120", R"({"country":7})", "US"},
             {"+14165550100", "{}", "CA"},
             {"+447700900100", R"({"country":"GB&msisdn=1"})", "GB"}};
    for (const auto& [text, data, country] : rows) {
        BOOST_TEST_CONTEXT(text << " " << data) {
            for (const bool buys : {true, false}) {
                Account account;
                account.buys(failed());
                account.cancels(failed());
                account.lists(reply("{}"));
                Number record = account.asked_for();
                record.number = E164::parse_or_empty(text);
                record.carrier_data = JsonText(data);
                buys ? account.buy(record) : account.release(record);
                const auto changing = account.script.changing_requests();
                BOOST_TEST_REQUIRE(changing.size() == 1U);
                BOOST_TEST(changing[0].body() ==
                           "country=" + std::string(country) + "&msisdn=" + std::string(text).substr(1));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_vonage_calls_bought_is_pending_until_our_list_shows_it) {
    Account late;
    late.buys(reply(success()));
    late.lists(reply("{}"), reply("{}"), reply(ours()));
    Number record = late.asked_for();
    BOOST_TEST((late.buy(record).phase == Phase::done));
    BOOST_TEST((record.order->status == Status::complete));
    BOOST_TEST(late.script.calls() == 4U);

    Account never;
    never.buys(reply(success()));
    never.lists(reply("{}"));
    const Moment start = never.environment.now();
    record = never.asked_for();
    BOOST_TEST((never.buy(record).phase == Phase::pending));
    BOOST_TEST((never.environment.now() <= start + never.patience));
    BOOST_TEST(never.script.changing_requests().size() == 1U);
    BOOST_TEST((never.follow(record).phase == Phase::pending));
    Account shown;
    shown.lists(reply(ours()));
    BOOST_TEST((shown.follow(record).phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(a_420_is_read_by_our_list) {
    const char* dashboard = "Numbers from here can be requested from the Dashboard with a local address";
    const struct {
        const char* name;
        Response answer;
        testing::Answer listed;
        Phase phase;
        errc code;
        const char* cause;
    } rows[]{
        {"ours already", failed(), reply(ours()), Phase::done, {}, ""},
        {"gone", failed(), reply("{}"), Phase::refused, errc::number_unavailable, "420 method failed"},
        {"the Dashboard", failed(dashboard), reply("{}"), Phase::refused, errc::needs_action, dashboard},
        {"an address", failed("an address is needed"), reply("{}"), Phase::refused, errc::needs_action, "address"},
        {"no words", Response(420), reply("{}"), Phase::refused, errc::number_unavailable, "420"},
        {"a list that says nothing", failed(), reply(list({}, 1)), Phase::unknown, errc::outcome_unknown, "incomplete"},
        {"no list", failed(), Response(500), Phase::unknown, errc::outcome_unknown, "500"},
        {"no rights", failed(), Response(401), Phase::unknown, errc::outcome_unknown, "credentials"},
        {"silence", failed(), testing::silence, Phase::unknown, errc::outcome_unknown, "timeout"}};
    for (const auto& [name, answer, listed, phase, code, cause] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.buys(answer);
            account.lists(listed);
            Number record = account.asked_for();
            const detail::Verdict verdict = account.buy(record);
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST(account.last_request().url() == list_url);
            if (phase == Phase::done) {
                BOOST_TEST((record.order->status == Status::complete));
                continue;
            }
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(verdict.error->cause.find(cause) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.buys(answer);
            account.lists(reply(ours()));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(verdict.error->carrier == "vonage");
            BOOST_TEST(account.script.calls() == 1U);
        }
    }
    for (const json::value& body :
         {json::value(coded("420", "method failed")), json::value(coded("", "success")), json::value(coded("2OO", "")),
          json::value{{"error-code-label", "success"}}, json::value(ours())}) {
        BOOST_TEST_CONTEXT(json::serialize(body)) {
            Account account;
            account.buys(reply(body));
            account.lists(reply(ours()));
            BOOST_TEST((account.buy().phase == Phase::unknown));
        }
    }
    for (const int status : {201, 202}) {
        Account accepted;
        accepted.buys(reply(success(), status));
        accepted.cancels(reply(success(), status));
        accepted.lists(reply(ours()));
        BOOST_TEST((accepted.buy().phase == Phase::unknown));
        BOOST_TEST((accepted.release().phase == Phase::unknown));
    }
    Account numeric;
    numeric.buys(reply(R"({"error-code": 200, "error-code-label": "success"})"));
    numeric.lists(reply(ours()));
    BOOST_TEST((numeric.buy().phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(a_purchase_whose_confirmation_fails_is_unknown) {
    const std::vector<testing::Answer> answers{Response(500),
                                               Response(401),
                                               Response(404),
                                               failed(),
                                               reply(coded("420", "method failed")),
                                               reply(list({row("14155550101")})),
                                               reply(list({}, 1)),
                                               Response(200, "<html></html>", "text/html"),
                                               Error{.code = errc::unreachable, .message = "cut"},
                                               testing::silence};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        BOOST_TEST_CONTEXT(i) {
            Account account;
            account.buys(reply(success()));
            account.lists(answers[i]);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::unknown));
            BOOST_TEST((verdict.error->code == errc::outcome_unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    for_each_mutation(success(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.buys(reply(changed));
            account.lists(reply(ours()));
            const auto* code = changed.is_object() ? changed.as_object().if_contains("error-code") : nullptr;
            const bool told = code != nullptr && *code == "200";
            BOOST_TEST_REQUIRE((account.buy().phase == (told ? Phase::done : Phase::unknown)));
        }
    });
    for_each_mutation(ours(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.buys(reply(success()));
            account.lists(reply(changed));
            const bool told = json::serialize(changed).find(R"("msisdn":"14155550100")") != std::string::npos;
            const Phase phase = account.buy().phase;
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
            BOOST_TEST_REQUIRE((phase != Phase::refused));
        }
    });
    const std::string whole = json::serialize(success());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.buys(Response(200, whole.substr(0, size)));
            account.lists(reply(ours()));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_exactly) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"listed", reply(ours()), true},
             {"beside a longer one", reply(list({row("141555501001"), row("14155550100")})), true},
             {"on a page of many", reply(list({row("14155550100")}, 300)), true},
             {"only a longer one", reply(list({row("141555501001")})), false},
             {"nothing", reply("{}"), false},
             {"none counted", reply(list({})), false},
             {"another", reply(list({row("14155550101")})), {}},
             {"a page of many", reply(list({row("141555501001")}, 300)), {}},
             {"fewer than it says", reply(list({}, 1)), {}},
             {"no numbers", reply(R"({"count": 1})"), {}},
             {"no count", reply(R"({"numbers": []})"), {}},
             {"a row that cannot be read", reply(R"({"count": 1, "numbers": [{"country": "US"}]})"), {}},
             {"one that is not counted", reply(list({row("141555501001"), json::object{{"country", "US"}}}, 1)), {}},
             {"a code", reply(coded("200", "success")), {}},
             {"HTML", Response(200, "<html></html>", "text/html"), {}},
             {"no body", Response(200), {}},
             {"404", Response(404), {}},
             {"420", failed(), {}},
             {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == list_url);
        }
    }
    const std::string whole = json::serialize(list({}));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Account account;
        account.lists(Response(200, whole.substr(0, size)));
        BOOST_TEST_REQUIRE(failure_of([&] { account.owns(); }).has_value());
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const json::object one = row("14155550100");
    const json::object other = row("14155550101");
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {reply("{}")}, std::vector<E164>()},
        {"none, said by a list", {reply(list({}))}, std::vector<E164>()},
        {"one page", {reply(list({one, other}))}, both},
        {"two pages", {reply(list({one}, 2)), reply(list({other}, 2))}, both},
        {"an unreadable row", {reply(list({one, row("none")}))}},
        {"a row too few", {reply(list({one}, 2)), reply(list({}, 2))}},
        {"nothing in the middle", {reply(list({one}, 2)), reply("{}")}},
        {"a row too many", {reply(list({one, other}, 1))}},
        {"a list that grows", {reply(list({one}, 2)), reply(list({other}, 3))}},
        {"no count", {reply(json::object{{"numbers", json::array{one}}})}},
        {"no list", {reply(json::object{{"count", 0}, {"other", 12345}})}},
        {"an error", {reply(json::object{{"error-code", "401"}, {"count", 0}, {"numbers", json::array{}}})}},
    });
    Account account;
    account.lists(reply(list({one}, 2)), reply(list({other}, 2)));
    account.owned_numbers();
    BOOST_TEST(account.script.requests().at(0).url() == "https://api.example/account/numbers?size=100&index=1");
    BOOST_TEST(account.script.requests().at(1).url() == "https://api.example/account/numbers?size=100&index=2");
    BOOST_TEST(is_authorized(account.last_request()));
}
BOOST_AUTO_TEST_CASE(a_release_cancels_the_number) {
    Account account;
    account.cancels(reply(success()));
    Number record = account.asked_for();
    record.state = State::in_service;
    record.order = Order{.status = Status::pending};  // whatever became of the purchase
    BOOST_TEST((account.release(record).phase == Phase::done));
    BOOST_TEST((record.state == State::in_service));  // what becomes of it is the manager's to say
    BOOST_TEST_REQUIRE(account.script.calls() == 1U);
    const Request& sent = account.last_request();
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == "https://api.example/number/cancel");
    BOOST_TEST(sent.body() == "country=US&msisdn=14155550100");
    BOOST_TEST(sent.changes());
    BOOST_TEST(is_authorized(sent));
}

BOOST_AUTO_TEST_CASE(a_420_to_a_release_is_read_by_our_list) {
    const struct {
        const char* name;
        testing::Answer listed;
        Phase phase;
    } rows[]{{"not ours", reply("{}"), Phase::done},
             {"still ours", reply(ours()), Phase::refused},
             {"a list that says nothing", reply(list({}, 1)), Phase::unknown},
             {"no list", Response(500), Phase::unknown},
             {"silence", testing::silence, Phase::unknown}};
    for (const auto& [name, listed, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.cancels(failed());
            account.lists(listed);
            const detail::Verdict verdict = account.release();
            BOOST_TEST((verdict.phase == phase));
            if (phase == Phase::refused) { BOOST_TEST(verdict.error->cause == "420 method failed"); }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release, [](auto& account, const testing::Answer& answer) {
        account.cancels(answer);
        account.lists(reply("{}"));
    });
    for_each_mutation(success(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.cancels(reply(changed));
            const auto* code = changed.is_object() ? changed.as_object().if_contains("error-code") : nullptr;
            const bool told = code != nullptr && *code == "200";
            BOOST_TEST_REQUIRE((account.release().phase == (told ? Phase::done : Phase::unknown)));
        }
    });
}

BOOST_AUTO_TEST_CASE(settings_are_read) {
    const auto read = settings_of<Vonage>("number_manager.vonage", R"({"api_key": "k", "api_secret": "s"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.api_key == "k");
    BOOST_TEST(read->carrier.settings.api_secret.reveal() == "s");
    BOOST_TEST(read->carrier.settings.base_url == "https://rest.nexmo.com");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<Vonage>("number_manager.vonage", "{}")->missing ==
                std::vector<std::string>{"api_key", "api_secret"}));
    const auto wrong = settings_of<Vonage>("number_manager.vonage", R"({"api_key": "k", "api_secrets": "canary"})");
    BOOST_TEST_REQUIRE(!wrong.has_value());
    BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(credentials_that_would_break_out_are_refused) {
    Account account;
    account.carrier.settings.api_key = "key:with colon";
    const auto failure = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(failure.has_value());
    BOOST_TEST((failure->code == errc::settings));
    account.carrier.settings.api_key = "key";
    account.carrier.settings.base_url = "https://api.example/?x=1";
    BOOST_TEST((failure_of([&] { account.find({.prefix = "415"}); })->code == errc::settings));
    BOOST_TEST(account.script.calls() == 0U);
}

namespace {

using Site = testing::sandbox::Vonage;

Vonage of_the_sandbox() {
    const json::object settings = Site::settings("https://api.example");
    Vonage carrier;
    carrier.settings.api_key = std::string(settings.at("api_key").as_string());
    carrier.settings.api_secret = Secret(std::string(settings.at("api_secret").as_string()));
    carrier.settings.base_url = std::string(settings.at("base_url").as_string());
    return carrier;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    keeps_the_laws(of_the_sandbox(), testing::sandbox::InMemory{Site(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(the_sandbox_s_items_take_their_way) {
    const struct {
        const char* name;
        bool testing::sandbox::Item::* flag;
        Phase bought;
        errc code;
    } rows[]{{"fails", &testing::sandbox::Item::fails, Phase::refused, errc::number_unavailable},
             {"needs action", &testing::sandbox::Item::needs_action, Phase::refused, errc::needs_action},
             {"locked", &testing::sandbox::Item::deletion_lock, Phase::done, errc::by_carrier}};
    for (const auto& [name, flag, bought, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            testing::sandbox::Item item;
            item.number = number;
            item.*flag = true;
            testing::sandbox::Ledger ledger;
            ledger.stock_up(item);
            using Transport = testing::detail::ModelTransport<testing::sandbox::InMemory<Site>>;
            testing::Desk<Vonage, Transport> desk(of_the_sandbox(),
                                                  Transport(testing::sandbox::InMemory{Site(std::move(ledger))}));
            Number record;
            record.number = number;
            detail::Verdict verdict = desk.buy(record);
            BOOST_TEST((verdict.phase == bought));
            if (bought == Phase::done) { verdict = desk.release(record); }
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == code));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_refuses) {
    const std::string basic = "Basic " + to_base64(std::string(Site::api_key) + ":" + std::string(Site::api_secret));
    const std::string query = "api_key=" + std::string(Site::api_key) + "&api_secret=" + std::string(Site::api_secret);
    const struct {
        const char* name;
        const char* method;
        std::string target;
        std::string authorization;
        std::string type;
        std::string body;
        int status;
    } rows[]{{"a search", "GET", "/number/search?country=US", basic, "", "", 200},
             {"by query", "GET", "/number/search?country=US&" + query, "", "", "", 200},
             {"nobody", "GET", "/number/search?country=US", "", "", "", 401},
             {"another", "GET", "/number/search?country=US", "Basic eDp5", "", "", 401},
             {"half of it", "GET", "/number/search?country=US&api_key=" + std::string(Site::api_key), "", "", "", 401},
             {"no country", "GET", "/number/search", basic, "", "", 400},
             {"no such country", "GET", "/number/search?country=XX", basic, "", "", 400},
             {"no such type", "GET", "/number/search?country=US&type=mobile", basic, "", "", 400},
             {"another order", "GET", "/number/search?country=US&features=VOICE,SMS", basic, "", "", 400},
             {"too large a page", "GET", "/number/search?country=US&size=101", basic, "", "", 400},
             {"no page", "GET", "/number/search?country=US&index=0", basic, "", "", 400},
             {"no such pattern", "GET", "/number/search?country=US&pattern=1&search_pattern=3", basic, "", "", 400},
             {"unknown parameter", "GET", "/number/search?country=US&limit=3", basic, "", "", 400},
             {"twice", "GET", "/number/search?country=US&country=US", basic, "", "", 400},
             {"JSON", "POST", "/number/buy", basic, "application/json", "{}", 400},
             {"no number", "POST", "/number/buy", basic, "application/x-www-form-urlencoded", "country=US", 400},
             {"unknown field", "POST", "/number/buy", basic, "application/x-www-form-urlencoded",
              "country=US&msisdn=14155550100&app_id=1", 400},
             {"another country's", "POST", "/number/buy", basic, "application/x-www-form-urlencoded",
              "country=GB&msisdn=14155550100", 420},
             {"with +", "POST", "/number/buy", basic, "application/x-www-form-urlencoded",
              "country=US&msisdn=%2B14155550100", 420},
             {"not ours", "POST", "/number/cancel", basic, "application/x-www-form-urlencoded",
              "country=US&msisdn=14155550100", 420},
             {"half a callback", "POST", "/number/update", basic, "application/x-www-form-urlencoded",
              "country=US&msisdn=14155550100&voiceCallbackType=sip", 400},
             {"no such path", "GET", "/numbers", basic, "", "", 404},
             {"another method", "DELETE", "/number/buy", basic, "", "", 404}};
    for (const auto& [name, method, target, authorization, type, body, status] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Site site(small_stock(0));
            testing::sandbox::Call call;
            call.method = method;
            call.target = target;
            call.body = body;
            call.fields = {{"Authorization", authorization}, {"Content-Type", type}};
            call.take_apart();
            testing::sandbox::Reply answer;
            try {
                answer = site.answer(call);
            } catch (const testing::sandbox::Refusal& refusal) { answer = site.error(refusal); }
            BOOST_TEST(answer.status == status);
            if (status != 200) {
                BOOST_TEST(json::parse(answer.body).at("error-code").as_string() == std::to_string(status));
            }
            BOOST_TEST(site.ledger().owned().empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
