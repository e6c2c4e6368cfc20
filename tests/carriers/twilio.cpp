// SPDX-License-Identifier: BSL-1.0
#include "twilio_shape.hpp"

#include <tandem/carriers/twilio.hpp>
#include <tandem/testing/sandbox/twilio.hpp>

BOOST_AUTO_TEST_SUITE(carriers_twilio)

using namespace tandem;
using namespace tandem::carrier_tests;
using namespace tandem::carrier_tests::twilio_shape;
using carriers::Twilio;

namespace {

static_assert(testing::instantiates<Twilio>());
static_assert(FindsOrders<Twilio> && OwnsNumbers<Twilio> && Quotes<Twilio>);
static_assert(!FollowsOrders<Twilio> && !ReservesNumbers<Twilio> && !ChecksNumbers<Twilio>);

constexpr std::string_view account_sid = "AC00000000000000000000000000000001";

struct Account : twilio_shape::Desk<Twilio> {
    Account()
        : Desk({.settings = {.account_sid = std::string(account_sid),
                             .auth_token = Secret("canary-token"),
                             .base_url = "https://api.example",
                             .pricing_url = "https://pricing.example/"}}) {}

    void prices(testing::Answer answer) { script.on(Method::get, "https://pricing.example/", std::move(answer)); }
    Offer quote(std::string_view text) {
        Offer offer;
        offer.number = E164::parse_or_empty(text);
        return ask([&](auto& session) { return carrier.quote(session, offer); });
    }
};
constexpr Claims<Account> claims() { return {.suffix = ".json"}; }

json::object row(std::string_view text, std::string_view country = "US") {
    return {{"phone_number", text},
            {"friendly_name", "(415) 555-0100"},
            {"iso_country", country},
            {"lata", "722"},
            {"rate_center", "SNFC CNTRL"},
            {"region", "CA"},
            {"locality", "San Francisco"},
            {"postal_code", "94105"},
            {"latitude", 37.7},
            {"longitude", "-122.4"},
            {"address_requirements", "none"},
            {"beta", false},
            {"capabilities", {{"voice", true}, {"SMS", true}, {"MMS", false}}}};
}
json::object stock(json::array rows, std::string_view next = {}) {
    json::object page{{"available_phone_numbers", std::move(rows)}, {"next_page_uri", nullptr}, {"page", 0}};
    if (!next.empty()) { page["next_page_uri"] = next; }
    return page;
}
json::object price_list(std::string_view country = "US", std::string_view unit = "USD") {
    const auto price = [](std::string_view type, json::value current) {
        return json::object{{"number_type", type}, {"base_price", "9.99"}, {"current_price", std::move(current)}};
    };
    return {{"country", "a country"},
            {"iso_country", country},
            {"price_unit", unit},
            {"phone_number_prices", json::array{price("local", "1.15"), price("toll free", "2.15"),
                                                price("mobile", "4.0001"), price("national", nullptr)}}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_country_type_area_code_and_pattern) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* url;
    } rows[]{
        {"an area code", {.prefix = "415"}, "US/Local.json?AreaCode=415&PageSize=10"},
        {"less than one", {.prefix = "41"}, "US/Local.json?Contains=%2B141&PageSize=10"},
        {"the country", {.prefix = "+1"}, "US/Local.json?PageSize=10"},
        {"an exchange", {.prefix = "+1415555"}, "US/Local.json?AreaCode=415&Contains=415555&PageSize=10"},
        {"a digit more", {.prefix = "+14155"}, "US/Local.json?AreaCode=415&Contains=4155&PageSize=10"},
        {"a number", {.prefix = "+14155550100"}, "US/Local.json?AreaCode=415&Contains=4155550100&PageSize=10"},
        {"toll-free", {.prefix = "800"}, "US/TollFree.json?AreaCode=800&PageSize=10"},
        {"toll-free and more", {.prefix = "888555"}, "US/TollFree.json?AreaCode=888&Contains=888555&PageSize=10"},
        {"a wildcard", {.prefix = "88*"}, "US/TollFree.json?AreaCode=888&PageSize=10"},
        {"another wildcard", {.prefix = "80*"}, "US/TollFree.json?AreaCode=800&PageSize=10"},
        {"Canada", {.prefix = "+1416"}, "CA/Local.json?AreaCode=416&PageSize=10"},
        {"toll-free in Canada", {.prefix = "800", .country = "CA"}, "CA/TollFree.json?AreaCode=800&PageSize=10"},
        {"Jamaica", {.prefix = "+1876"}, "JM/Local.json?Contains=%2B1876&PageSize=10"},
        {"another country", {.prefix = "20", .country = "GB"}, "GB/Local.json?Contains=%2B4420&PageSize=10"},
        {"all of another", {.prefix = "+44"}, "GB/Local.json?PageSize=10"},
        {"as much as there is",
         {.prefix = "+491234567890123"},
         "DE/Local.json?Contains=%2B491234567890123&PageSize=10"},
        {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, "US/Local.json?AreaCode=415&PageSize=28"},
        {"the most there can be",
         {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
         "US/Local.json?AreaCode=415&PageSize=1000"},
        {"features",
         {.prefix = "415", .features = {Feature::sms, Feature::fax, Feature::voice, Feature::mms, Feature::emergency}},
         "US/Local.json?AreaCode=415&VoiceEnabled=true&SmsEnabled=true&MmsEnabled=true&FaxEnabled=true&PageSize=10"}};
    for (const auto& [name, request, url] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(stock({})));
            BOOST_TEST(account.find(request).offers.empty());
            const Request sent = account.script.requests().front();
            BOOST_TEST(sent.url() == "https://api.example/2010-04-01/Accounts/" + std::string(account_sid) +
                                         "/AvailablePhoneNumbers/" + url);
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(sent.fields().size() == 1U);
            BOOST_TEST(has_credentials(sent, account_sid, "canary-token"));
        }
    }
    Account account;
    const auto error = failure_of([&] { account.find({.prefix = "+999"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::invalid));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_features_and_places) {
    json::object as_documented = row("+14155550101");
    as_documented["capabilities"] = {{"voice", false}, {"sms", false}, {"mms", true}, {"fax", true}};
    Account account;
    account.searches(reply(stock({row(ours), as_documented, row("14155550102"), row("+442079460100", "GB"),
                                  json::object{{"phone_number", "+14155550103"}, {"lata", nullptr}}})));
    account.prices(reply(price_list()));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(!page.failure.has_value());
    BOOST_TEST(page.refused == 1U);
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);  // what was not asked for is left out
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.lata == "722");
    BOOST_TEST(offer.rate_center == "SNFC CNTRL");
    BOOST_TEST(offer.region == "CA");
    BOOST_TEST(offer.locality == "San Francisco");
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(row(ours))));
    const auto told = [](const Offer& of, Feature feature) { return of.features.get(feature); };
    BOOST_TEST((told(offer, Feature::voice) == true && told(offer, Feature::sms) == true));
    BOOST_TEST((told(offer, Feature::mms) == false && told(offer, Feature::fax) == std::nullopt));
    BOOST_TEST((told(page.offers[1], Feature::voice) == false && told(page.offers[1], Feature::sms) == false));
    BOOST_TEST((told(page.offers[1], Feature::mms) == true && told(page.offers[1], Feature::fax) == true));
    BOOST_TEST((page.offers[2].features == Features()));
    BOOST_TEST(page.offers[2].lata == "");
    // A feature is there only where it is told.
    BOOST_TEST(account.find({.prefix = "415", .features = {Feature::sms}}).offers.size() == 1U);
    BOOST_TEST(account.find({.prefix = "415", .features = {Feature::emergency}}).offers.empty());
}

BOOST_AUTO_TEST_CASE(prices_are_those_of_the_type_exact_and_monthly) {
    const struct {
        const char* name;
        const char* prefix;
        std::int64_t monthly;
        const char* resource;
    } rows[]{{"local", "+1415", 11'500, "/US/Local"}, {"toll-free", "+1800", 21'500, "/US/TollFree"}};
    for (const auto& [name, prefix, monthly, resource] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(
                reply(stock({row(std::string(prefix) + "5550100"), row(std::string(prefix) + "5550101")})));
            account.prices(reply(price_list("US", "usd")));
            const SearchPage page = account.find({.prefix = prefix});
            BOOST_TEST_REQUIRE(page.offers.size() == 2U);
            for (const Offer& offer : page.offers) {
                BOOST_TEST(offer.monthly.count() == monthly);
                BOOST_TEST(offer.setup.count() == 0);
                BOOST_TEST(offer.currency.view() == "USD");
            }
            const auto requests = account.script.requests();
            BOOST_TEST_REQUIRE(requests.size() == 2U);
            BOOST_TEST(requests[0].url().find(resource) != std::string::npos);
            BOOST_TEST(requests[1].url() == "https://pricing.example/v1/PhoneNumbers/Countries/US");
            BOOST_TEST(has_credentials(requests[1], account_sid, "canary-token"));
            BOOST_TEST(!requests[1].changes());
        }
    }
    Account numeric;  // the document's schema says number, its examples are texts
    numeric.searches(reply(stock({row(ours)})));
    numeric.prices(reply(R"({"iso_country": "US", "price_unit": "USD",
        "phone_number_prices": [{"number_type": "local", "base_price": 9, "current_price": 0.8500}]})"));
    BOOST_TEST(numeric.find({.prefix = "415"}).offers.at(0).monthly.count() == 8'500);
    Account account;  // where nothing is found, nothing is to be priced
    account.searches(reply(stock({row("+12125550100")})));
    BOOST_TEST(account.find({.prefix = "415"}).offers.empty());
    BOOST_TEST(account.script.calls() == 1U);
}

BOOST_AUTO_TEST_CASE(offers_stand_without_a_price_where_there_is_none) {
    json::object without = price_list();
    without["phone_number_prices"] = json::array{};
    json::object no_unit = price_list();
    no_unit.erase("price_unit");
    const struct {
        const char* name;
        testing::Answer answer;
        std::optional<errc> code;
    } rows[]{{"no local price", reply(without), {}},
             {"another country's", reply(price_list("CA")), errc::malformed_reply},
             {"no currency", reply(no_unit), errc::malformed_reply},
             {"no list", reply("{}"), errc::malformed_reply},
             {"HTML", Response(200, "<html></html>", "text/html"), errc::malformed_reply},
             {"404", gone(), errc::by_carrier},
             {"401", reply(failure(20003, "Authenticate", 401), 401), errc::carrier_refuses_credentials},
             {"429", Response(429), errc::rate_limited},
             {"500", Response(500), errc::by_carrier},
             {"cut off", Error{.code = errc::unreachable, .message = "cut", .sent = true}, errc::unreachable}};
    for (const auto& [name, answer, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(stock({row(ours)})));
            account.prices(answer);
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST_REQUIRE(page.offers.size() == 1U);
            BOOST_TEST(!page.offers[0].monthly.known());
            BOOST_TEST(!page.offers[0].setup.known());
            BOOST_TEST(!page.offers[0].currency.known());
            BOOST_TEST(page.failure.has_value() == code.has_value());
            if (code) { BOOST_TEST((page.failure->code == *code)); }
        }
    }
    for (const char* amount : {R"("-1.00")", R"("1,15")", R"("1.15000001")", R"("1e2")", R"("")", "true", "null"}) {
        BOOST_TEST_CONTEXT(amount) {
            Account account;
            account.searches(reply(stock({row(ours)})));
            json::object list = price_list();
            list["phone_number_prices"] =
                json::array{json::object{{"number_type", "local"}, {"current_price", json::parse(amount)}}};
            account.prices(reply(list));
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST_REQUIRE(page.offers.size() == 1U);
            BOOST_TEST(!page.offers[0].monthly.known());
        }
    }
}

BOOST_AUTO_TEST_CASE(outside_the_american_plan_every_type_is_asked_in_turn) {
    const auto answer = [](std::string_view text) { return reply(stock({row(text, "GB")})); };
    Account account;
    account.script.on(Method::get, "/GB/Local", answer("+442079460100"));
    account.script.on(Method::get, "/GB/Mobile", answer("+447700900100"));
    account.script.on(Method::get, "/GB/National", gone());  // a country need not have every type
    account.script.on(Method::get, "/GB/TollFree", answer("+448081570100"));
    account.prices(reply(price_list("GB", "GBP")));
    const SearchPage page = account.find({.prefix = "+44", .quantity = 9});
    BOOST_TEST(!page.failure.has_value());
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    BOOST_TEST(page.offers[0].monthly.count() == 11'500);
    BOOST_TEST(page.offers[1].monthly.count() == 40'001);
    BOOST_TEST(page.offers[2].monthly.count() == 21'500);
    BOOST_TEST(page.offers[2].currency.view() == "GBP");
    BOOST_TEST(account.script.calls() == 5U);  // one list of prices for all

    Account satisfied;  // no more are asked than it takes
    satisfied.searches(answer("+442079460100"));
    satisfied.prices(reply(price_list("GB")));
    BOOST_TEST(satisfied.find({.prefix = "+44", .quantity = 1}).offers.size() == 1U);
    BOOST_TEST(satisfied.script.calls() == 2U);

    Account unknown;
    unknown.searches(gone());
    const auto error = failure_of([&] { unknown.find({.prefix = "+44"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::not_available));
    BOOST_TEST(error->cause == "20404 not found");
    BOOST_TEST(unknown.script.calls() == 4U);

    Account broken;  // what was found stands; what was not is told
    broken.searches(answer("+442079460100"), Response(503));
    broken.prices(reply(price_list("GB")));
    const SearchPage part = broken.find({.prefix = "+44", .quantity = 9});
    BOOST_TEST(part.offers.size() == 1U);
    BOOST_TEST_REQUIRE(part.failure.has_value());
    BOOST_TEST((part.failure->code == errc::by_carrier));
}

BOOST_AUTO_TEST_CASE(further_pages_are_where_the_links_say_but_at_no_other_place) {
    const std::string link = "/2010-04-01/Accounts/AC1/AvailablePhoneNumbers/US/Local.json?Page=1&PageToken=PA1";
    Account account;
    account.prices(reply(price_list()));
    account.searches(reply(stock({row(ours)}, link)));
    account.script.on(Method::get, "PageToken=PA1", reply(stock({row("+14155550101"), row("+14155550102")})));
    const SearchPage page = account.find({.prefix = "415", .quantity = 2, .offset = 1});
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    BOOST_TEST(page.offers[0].number == other_number);
    BOOST_TEST(page.offers[1].monthly.count() == 11'500);
    BOOST_TEST(account.script.calls() == 3U);
    BOOST_TEST(account.last_request().url() == "https://api.example" + link);
    BOOST_TEST(has_credentials(account.last_request(), account_sid, "canary-token"));

    for (const char* elsewhere :
         {"https://evil.example/x", "//evil.example/x", "@evil.example/", ".evil.example/", "x", "/ x", "/\r\nX: 1"}) {
        BOOST_TEST_CONTEXT(elsewhere) {
            Account careful;
            careful.searches(reply(stock({row(ours)}, elsewhere)));
            careful.prices(reply(price_list()));
            const auto error = failure_of([&] {
                const SearchPage found = careful.find({.prefix = "415"});
                BOOST_TEST(found.failure.has_value());
            });
            for (const Request& request : careful.script.requests()) {
                BOOST_TEST((request.url().starts_with("https://api.example/") ||
                            request.url().starts_with("https://pricing.example/")));
            }
        }
    }
    Account looping;  // a page that links to itself, and two that link to each other
    looping.prices(reply(price_list()));
    looping.searches(reply(stock({row(ours)}, link)));
    looping.script.on(Method::get, "PageToken=PA1", reply(stock({}, link)));
    BOOST_TEST(looping.find({.prefix = "415"}).offers.size() == 1U);
    BOOST_TEST(looping.script.calls() == 3U);
    looping.script.on(Method::get, "PageToken=PA1", reply(stock({}, link + "2")));
    looping.script.on(Method::get, "PageToken=PA12", reply(stock({}, link)));
    BOOST_TEST(looping.find({.prefix = "415"}).offers.size() == 1U);
    BOOST_TEST(looping.script.calls() == 3U + 21U);
    looping.script.on(Method::get, "PageToken=PA1", gone());  // a page that is not there is no missing type
    const SearchPage part = looping.find({.prefix = "415"});
    BOOST_TEST_REQUIRE(part.failure.has_value());
    BOOST_TEST((part.failure->code == errc::not_available));
}

BOOST_AUTO_TEST_CASE(a_quote_is_the_price_of_the_number_s_type) {
    Account account;
    account.searches(reply(stock({row(ours)})));
    account.prices(reply(price_list()));
    const Offer quoted = account.quote(ours);
    BOOST_TEST(quoted.number == number);
    BOOST_TEST(quoted.monthly.count() == 11'500);
    BOOST_TEST(quoted.setup.count() == 0);
    BOOST_TEST(quoted.currency.view() == "USD");
    BOOST_TEST(account.asked().front() ==
               "GET AvailablePhoneNumbers/US/Local.json?AreaCode=415&Contains=4155550100&PageSize=10");
    BOOST_TEST(account.script.changing_requests().empty());

    account.prices(Response(503));
    const auto no_price = failure_of([&] { account.quote(ours); });
    BOOST_TEST_REQUIRE(no_price.has_value());
    BOOST_TEST((no_price->code == errc::by_carrier));
    account.prices(reply(price_list()));
    for (const char* another : {"+14155550101", "+141555501001"}) {  // the second begins with it
        BOOST_TEST_CONTEXT(another) {
            account.searches(reply(stock({row(another)})));
            const auto sold = failure_of([&] { account.quote(ours); });
            BOOST_TEST_REQUIRE(sold.has_value());
            BOOST_TEST((sold->code == errc::number_unavailable));
        }
    }
    BOOST_TEST(failure_of([&] { account.quote(""); }).has_value());
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            Response response = reply(failure(20001, "something is wrong", status), status);
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause == "20001 something is wrong"); }
            const bool waits = status == 429 || status == 503;
            BOOST_TEST((error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
        }
    }
    Account nowhere;
    nowhere.searches(Response(404, "<html></html>", "text/html"));
    BOOST_TEST(failure_of([&] { nowhere.find({.prefix = "415"}); })->cause == "status 404");
    for (const char* body : {"", "{}", R"({"available_phone_numbers": null})", R"({"available_phone_numbers": {}})",
                             "<html></html>", R"({"available_phone_numbers": [)"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_is_a_form_of_number_name_and_what_the_settings_say) {
    const struct {
        const char* name;
        std::string address, bundle, trunk;
        std::string body;
    } rows[]{{"nothing set", "", "", "", ""},
             {"all set", "AD1", "BU1", "TK1", "AddressSid=AD1&BundleSid=BU1&TrunkSid=TK1&"},
             {"hostile", "A&B=1", "", "TK 1\r\n", "AddressSid=A%26B%3D1&TrunkSid=TK%201%0D%0A&"}};
    for (const auto& [name, address, bundle, trunk, body] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.carrier.settings.address_sid = address;
            account.carrier.settings.bundle_sid = bundle;
            account.carrier.settings.trunk_sid = trunk;
            account.lists(reply(list({})));
            account.orders(reply(owned(), 201));
            BOOST_TEST((account.buy().phase == Phase::done));
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == "https://api.example/2010-04-01/Accounts/" + std::string(account_sid) +
                                         "/IncomingPhoneNumbers.json");
            BOOST_TEST(sent.body() == body + "PhoneNumber=%2B14155550100&FriendlyName=" + std::string(operation_id));
            BOOST_TEST(has_credentials(sent, account_sid, "canary-token"));
            BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
            BOOST_TEST(sent.fields()[1].value == "application/x-www-form-urlencoded");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_api_key_goes_before_the_account_s_token) {
    Account account;
    account.carrier.settings.api_key_sid = "SK1";
    account.carrier.settings.api_key_secret = Secret("canary-secret");
    account.lists(reply(list({})));
    account.orders(reply(owned(), 201));
    BOOST_TEST((account.buy().phase == Phase::done));
    for (const Request& request : account.script.requests()) {
        BOOST_TEST(has_credentials(request, "SK1", "canary-secret"));
        BOOST_TEST(request.url().find("/Accounts/" + std::string(account_sid) + "/") != std::string::npos);
    }
    account.carrier.settings.api_key_secret = Secret();
    const auto error = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::settings));
    BOOST_TEST((account.buy().phase == Phase::refused));
    account.carrier.settings.api_key_sid.clear();
    account.carrier.settings.auth_token = Secret();
    BOOST_TEST((failure_of([&] { account.owns(); })->code == errc::settings));
    BOOST_TEST(account.script.calls() == 2U);
}

BOOST_AUTO_TEST_CASE(an_order_that_is_answered_for_our_number_and_name_is_complete) {
    claims().an_order_that_is_answered_for_our_number_and_name_is_complete();
}
BOOST_AUTO_TEST_CASE(a_number_that_is_ours_already_is_no_purchase) {
    claims().a_number_that_is_ours_already_is_no_purchase();
    claims().whoever_cannot_tell_what_is_ours_buys_nothing();
}
BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    claims().what_is_no_clear_yes_is_no_purchase();
    claims().no_changed_reply_sells_another_number();
}
BOOST_AUTO_TEST_CASE(each_code_of_a_refusal_has_its_cause) {
    claims().each_code_of_a_refusal_has_its_cause({{20003, 401, errc::carrier_refuses_credentials},
                                                   {20003, 403, errc::carrier_refuses_credentials},
                                                   {20404, 404, errc::by_carrier},
                                                   {20429, 429, errc::rate_limited},
                                                   {21404, 400, errc::needs_action},
                                                   {21421, 400, errc::number_unavailable},
                                                   {21422, 400, errc::number_unavailable},
                                                   {21452, 400, errc::not_available},
                                                   {21613, 400, errc::needs_action},
                                                   {21615, 400, errc::needs_action},
                                                   {21631, 400, errc::needs_action},
                                                   {21649, 400, errc::needs_action},
                                                   {21650, 400, errc::needs_action},
                                                   {21651, 400, errc::needs_action},
                                                   {20001, 400, errc::by_carrier},
                                                   {20003, 400, errc::carrier_refuses_credentials},
                                                   {20429, 400, errc::rate_limited},
                                                   {21422, 500, errc::number_unavailable},
                                                   {20500, 503, errc::by_carrier}});
}
BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_our_name) {
    claims().a_lost_order_is_found_by_our_name();
    claims().a_list_cut_at_any_byte_proves_nothing();
}
BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_exactly) {
    claims().a_number_is_ours_when_the_list_names_it_exactly();
}
BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    claims().all_our_numbers_are_listed_page_by_page("/2010-04-01/Accounts/" + std::string(account_sid) +
                                                     "/IncomingPhoneNumbers.json");
}
BOOST_AUTO_TEST_CASE(a_release_deletes_by_sid) { claims().a_release_deletes_by_sid(); }
BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) { claims().what_is_no_clear_yes_is_no_release(); }

BOOST_AUTO_TEST_CASE(settings_are_read_and_wrong_ones_named_without_secrets) {
    const auto read = settings_of<Twilio>("number_manager.twilio", R"({"account_sid": "AC1", "auth_token": "t",
        "api_key_sid": "SK1", "api_key_secret": "s", "address_sid": "AD1", "bundle_sid": "BU1", "trunk_sid": "TK1"})");
    BOOST_TEST_REQUIRE(read.has_value());
    const auto& settings = read->carrier.settings;
    BOOST_TEST(settings.account_sid == "AC1");
    BOOST_TEST(settings.auth_token.reveal() == "t");
    BOOST_TEST(settings.api_key_sid == "SK1");
    BOOST_TEST(settings.api_key_secret.reveal() == "s");
    BOOST_TEST(settings.address_sid == "AD1");
    BOOST_TEST(settings.bundle_sid == "BU1");
    BOOST_TEST(settings.trunk_sid == "TK1");
    BOOST_TEST(settings.base_url == "https://api.twilio.com");
    BOOST_TEST(settings.pricing_url == "https://pricing.twilio.com");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST(
        (settings_of<Twilio>("number_manager.twilio", "{}")->missing == std::vector<std::string>{"account_sid"}));
    for (const char* document : {R"({"auth_tokn": "canary"})", R"({"auth_token": {"canary": 1}})",
                                 R"({"auth_token": "canary", "trunk_sid": true})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto wrong = settings_of<Twilio>("number_manager.twilio", document);
            BOOST_TEST_REQUIRE(!wrong.has_value());
            BOOST_TEST((wrong.error().code == errc::settings));
            BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Twilio carrier;
    carrier.settings.account_sid = testing::sandbox::Twilio::account_sid;
    carrier.settings.auth_token = Secret(std::string(testing::sandbox::Twilio::auth_token));
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Twilio(small_stock(0))});
}

namespace {

/// What the sandbox answers to a request of somebody's with the right credentials.
struct Visitor {
    testing::sandbox::InMemory<testing::sandbox::Twilio> site{testing::sandbox::Twilio()};

    Response ask(Request request) {
        return site.answer(std::move(request).basic_authorization(
            testing::sandbox::Twilio::account_sid, Secret(std::string(testing::sandbox::Twilio::auth_token))));
    }
    static std::string url(std::string_view rest) {
        return "https://api.example/2010-04-01/Accounts/" + std::string(testing::sandbox::Twilio::account_sid) + "/" +
               std::string(rest);
    }
    Response get(std::string_view rest) { return ask(Request::get(url(rest))); }
    Response post(std::string_view rest, std::string body) {
        return ask(Request::post(url(rest)).body("application/x-www-form-urlencoded", std::move(body)));
    }
};
int code_in(const Response& response) {
    const auto body = json::parse(response.body);
    BOOST_TEST(body.at("status") == response.status);
    return static_cast<int>(body.at("code").as_int64());
}
std::size_t rows_in(const Response& response, const char* key = "available_phone_numbers") {
    BOOST_TEST_REQUIRE(response.status == 200);
    return json::parse(response.body).at(key).as_array().size();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_refuses) {
    const struct {
        const char* name;
        std::string target, body;
        int status, code;
    } rows[]{{"an unknown parameter", "AvailablePhoneNumbers/US/Local.json?Prefix=415", "", 400, 20001},
             {"a parameter twice", "AvailablePhoneNumbers/US/Local.json?AreaCode=415&AreaCode=628", "", 400, 20001},
             {"no area code", "AvailablePhoneNumbers/US/Local.json?AreaCode=4155", "", 400, 21451},
             {"no boolean", "AvailablePhoneNumbers/US/Local.json?SmsEnabled=yes", "", 400, 20001},
             {"too large a page", "AvailablePhoneNumbers/US/Local.json?PageSize=1001", "", 400, 20001},
             {"another's token", "AvailablePhoneNumbers/US/Local.json?PageToken=x", "", 400, 20001},
             {"too short a pattern", "AvailablePhoneNumbers/US/Local.json?Contains=4", "", 400, 20001},
             {"too long a pattern", "AvailablePhoneNumbers/US/Local.json?Contains=12345678901234567", "", 400, 20001},
             {"a wildcard inside", "AvailablePhoneNumbers/US/Local.json?Contains=41*55", "", 400, 20001},
             {"wildcards alone", "AvailablePhoneNumbers/US/Local.json?Contains=4**", "", 400, 20001},
             {"adjacent ones", "AvailablePhoneNumbers/US/Local.json?Contains=%2B*415", "", 400, 20001},
             {"no type", "AvailablePhoneNumbers/US/Fixed.json", "", 404, 20404},
             {"a type that is not sold", "AvailablePhoneNumbers/US/Mobile.json", "", 404, 20404},
             {"no country", "AvailablePhoneNumbers/XX/Local.json", "", 404, 20404},
             {"no suffix", "AvailablePhoneNumbers/US/Local", "", 404, 20404},
             {"no number", "IncomingPhoneNumbers.json", "FriendlyName=x", 400, 21421},
             {"no E.164", "IncomingPhoneNumbers.json", "PhoneNumber=6285550100", 400, 21421},
             {"not for sale", "IncomingPhoneNumbers.json", "PhoneNumber=%2B16285559999", 400, 21422},
             {"an empty area code", "IncomingPhoneNumbers.json", "AreaCode=999", 400, 21452},
             {"an unknown field", "IncomingPhoneNumbers.json", "PhoneNumber=%2B16285550100&Name=x", 400, 20001},
             {"no SID", "IncomingPhoneNumbers.json", "PhoneNumber=%2B16285550100&TrunkSid=TK1", 400, 20001},
             {"another type's", "IncomingPhoneNumbers/TollFree.json", "PhoneNumber=%2B16285550100", 400, 21422},
             {"no such sid", "IncomingPhoneNumbers/PN1.json", "FriendlyName=x", 404, 20404}};
    for (const auto& [name, target, body, status, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Visitor visitor;
            const Response answer = body.empty() ? visitor.get(target) : visitor.post(target, body);
            BOOST_TEST(answer.status == status);
            BOOST_TEST(code_in(answer) == code);
            BOOST_TEST(visitor.site.ordered().empty());
        }
    }
    Visitor visitor;
    BOOST_TEST(code_in(visitor.site.answer(Request::get(Visitor::url("IncomingPhoneNumbers.json")))) == 20003);
    BOOST_TEST(visitor
                   .ask(Request::post(Visitor::url("IncomingPhoneNumbers.json"))
                            .body("application/json", R"({"PhoneNumber": "+16285550100"})"))
                   .status == 400);
    BOOST_TEST(
        visitor.ask(Request::get("https://api.example/2010-04-01/Accounts/AC2/IncomingPhoneNumbers.json")).status ==
        404);
}

BOOST_AUTO_TEST_CASE(the_sandbox_finds_by_patterns_types_and_pages) {
    const struct {
        const char* query;
        std::size_t found;
    } rows[]{{"US/Local.json?PageSize=1000", 50},
             {"US/Local.json", 50},
             {"US/Local.json?AreaCode=628", 30},
             {"US/Local.json?Contains=%2B1510", 20},
             {"US/Local.json?Contains=510555****", 20},
             {"US/Local.json?Contains=%25100$", 2},
             {"US/Local.json?Contains=JKL", 50},
             {"US/Local.json?Contains=%2B628", 0},
             {"US/Local.json?AreaCode=628&SmsEnabled=false", 6},
             {"US/TollFree.json?AreaCode=877", 10},
             {"CA/TollFree.json", 10},
             {"GB/Local.json?Contains=%2B44115", 10}};
    for (const auto& [query, found] : rows) {
        BOOST_TEST_CONTEXT(query) {
            Visitor visitor;
            BOOST_TEST(rows_in(visitor.get("AvailablePhoneNumbers/" + std::string(query))) == found);
        }
    }
    Visitor visitor;
    std::string path = "AvailablePhoneNumbers/US/Local.json?AreaCode=628&PageSize=12";
    std::size_t seen = 0, pages = 0;
    for (; !path.empty(); ++pages) {
        const Response answer = visitor.get(path);
        seen += rows_in(answer);
        const auto next = json::parse(answer.body).at("next_page_uri");
        const std::string account = "/2010-04-01/Accounts/" + std::string(testing::sandbox::Twilio::account_sid) + "/";
        path = next.is_null() ? "" : std::string(next.as_string()).substr(account.size());
    }
    BOOST_TEST(seen == 30U);
    BOOST_TEST(pages == 3U);
}

BOOST_AUTO_TEST_CASE(the_sandbox_changes_what_is_bought_again) {
    Visitor visitor;
    const Response first = visitor.post("IncomingPhoneNumbers.json", "PhoneNumber=%2B16285550100&FriendlyName=one");
    const Response again = visitor.post("IncomingPhoneNumbers.json", "PhoneNumber=%2B16285550100&FriendlyName=two");
    BOOST_TEST(first.status == 201);
    BOOST_TEST(again.status == 201);
    const auto sid_in = [](const Response& response) { return json::parse(response.body).at("sid").as_string(); };
    BOOST_TEST(sid_in(first) == sid_in(again));
    BOOST_TEST(json::parse(again.body).at("friendly_name") == "two");
    BOOST_TEST(visitor.site.ordered().size() == 1U);
    BOOST_TEST(rows_in(visitor.get("IncomingPhoneNumbers.json?FriendlyName=one"), "incoming_phone_numbers") == 0U);
    BOOST_TEST(rows_in(visitor.get("IncomingPhoneNumbers.json?PhoneNumber=628555*100"), "incoming_phone_numbers") ==
               1U);
    const std::string path = "IncomingPhoneNumbers/" + std::string(sid_in(first)) + ".json";
    BOOST_TEST(visitor.post(path, "VoiceUrl=https%3A%2F%2Fexample.com").status == 200);
    BOOST_TEST(json::parse(visitor.get(path).body).at("voice_url") == "https://example.com");
    BOOST_TEST(visitor.ask(Request::delete_(Visitor::url(path))).status == 204);
    BOOST_TEST(visitor.ask(Request::delete_(Visitor::url(path))).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
