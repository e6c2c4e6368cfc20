// SPDX-License-Identifier: BSL-1.0
#include "twilio_shape.hpp"

#include <tandem/carriers/signalwire.hpp>
#include <tandem/testing/sandbox/signalwire.hpp>

BOOST_AUTO_TEST_SUITE(carriers_signalwire)

using namespace tandem;
using namespace tandem::carrier_tests;
using namespace tandem::carrier_tests::twilio_shape;
using carriers::SignalWire;

namespace {

static_assert(testing::instantiates<SignalWire>());
static_assert(FindsOrders<SignalWire> && OwnsNumbers<SignalWire>);
static_assert(!FollowsOrders<SignalWire> && !Quotes<SignalWire> && !ReservesNumbers<SignalWire>);

constexpr std::string_view project_id = "b3877c40-0000-4000-8000-000000000001";
const std::string account_url =
    "https://example.signalwire.com/api/laml/2010-04-01/Accounts/" + std::string(project_id) + "/";

struct Project : twilio_shape::Desk<SignalWire> {
    Project()
        : Desk({.settings = {
                    .project_id = std::string(project_id), .api_token = Secret("canary-token"), .space = "example"}}) {}
};
constexpr Claims<Project> claims() { return {}; }

json::object row(std::string_view text) {
    return {{"phone_number", text},
            {"friendly_name", "(415) 555-0100"},
            {"lata", nullptr},
            {"locality", nullptr},
            {"rate_center", "SNFC CNTRL"},
            {"latitude", nullptr},
            {"longitude", nullptr},
            {"region", "CA"},
            {"postal_code", nullptr},
            {"iso_country", "US"},
            {"capabilities", {{"voice", true}, {"SMS", true}, {"MMS", false}}},
            {"beta", false}};
}
json::object stock(json::array rows) { return {{"uri", "/x"}, {"available_phone_numbers", std::move(rows)}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_country_type_area_code_and_digits) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* url;
    } rows[]{{"an area code", {.prefix = "415"}, "US/Local?AreaCode=415"},
             {"less than one", {.prefix = "41"}, "US/Local"},
             {"the country", {.prefix = "+1"}, "US/Local"},
             {"a digit more", {.prefix = "+14155"}, "US/Local?AreaCode=415&Contains=4155"},
             {"an exchange", {.prefix = "+1415555"}, "US/Local?AreaCode=415&Contains=415555"},
             {"as much as it takes", {.prefix = "+14155550"}, "US/Local?AreaCode=415&Contains=4155550"},
             {"more", {.prefix = "+1415555010"}, "US/Local?AreaCode=415&Contains=5555010"},
             {"a number", {.prefix = "+14155550100"}, "US/Local?AreaCode=415&Contains=5550100"},
             {"toll-free", {.prefix = "866"}, "US/TollFree?AreaCode=866"},
             {"a wildcard", {.prefix = "86*"}, "US/TollFree?AreaCode=866"},
             {"Canada", {.prefix = "+1416"}, "CA/Local?AreaCode=416"},
             {"another country", {.prefix = "20", .country = "GB"}, "GB/Local"},
             {"more of it", {.prefix = "2079", .country = "GB"}, "GB/Local?Contains=2079"},
             {"features and a page, which it knows not",
              {.prefix = "415", .quantity = 7, .offset = 21, .features = {Feature::sms}},
              "US/Local?AreaCode=415"}};
    for (const auto& [name, request, url] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Project project;
            project.searches(reply(stock({})));
            BOOST_TEST(project.find(request).offers.empty());
            BOOST_TEST_REQUIRE(project.script.calls() == 1U);
            const Request& sent = project.last_request();
            BOOST_TEST(sent.url() == account_url + "AvailablePhoneNumbers/" + url);
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(has_credentials(sent, project_id, "canary-token"));
        }
    }
    Project project;
    BOOST_TEST((failure_of([&] { project.find({.prefix = "+999"}); })->code == errc::invalid));
}

BOOST_AUTO_TEST_CASE(what_the_search_cannot_leave_out_is_left_out_here) {
    json::array rows{row("+12125550100"), row("+16045554155")};  // elsewhere, and with the digits somewhere else
    for (int i = 0; i < 36; ++i) { rows.push_back(row("+141555501" + std::to_string(10 + i))); }
    rows.push_back(json::object{{"phone_number", "+14155550199"}});
    const struct {
        std::uint32_t quantity, offset;
        FeatureSet features;
        std::size_t found;
    } pages[]{{5, 0, {}, 5},
              {5, 10, {}, 5},
              {10, 30, {}, 7},
              {10, 37, {}, 0},
              {500, 0, {}, 37},
              {500, 0, {Feature::sms}, 36},
              {500, 0, {Feature::mms}, 0}};
    for (const auto& [quantity, offset, features, found] : pages) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            Project project;
            project.searches(reply(stock(rows)));
            const SearchPage page =
                project.find({.prefix = "415", .quantity = quantity, .offset = offset, .features = features});
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            if (found > 0) { BOOST_TEST(page.offers[0].number.str() == "+141555501" + std::to_string(10 + offset)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_features_and_places_and_no_price) {
    Project project;
    project.searches(reply(stock({row(ours), row("4155550101")})));
    const SearchPage page = project.find({.prefix = "415"});
    BOOST_TEST(page.refused == 1U);
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.rate_center == "SNFC CNTRL");
    BOOST_TEST(offer.region == "CA");
    BOOST_TEST(offer.locality == "");
    BOOST_TEST((offer.features.get(Feature::voice) == true && offer.features.get(Feature::sms) == true));
    BOOST_TEST((offer.features.get(Feature::mms) == false && !offer.features.get(Feature::fax).has_value()));
    BOOST_TEST((!offer.setup.known() && !offer.monthly.known() && !offer.currency.known()));
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Project project;
            project.searches(reply(failure(10000, "something is wrong", status), status));
            const auto error = failure_of([&] { project.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause == "10000 something is wrong"); }
        }
    }
    for (const char* body : {"", "{}", R"({"available_phone_numbers": {}})", "<html></html>"}) {
        BOOST_TEST_CONTEXT(body) {
            Project project;
            project.searches(reply(body));
            BOOST_TEST((failure_of([&] { project.find({.prefix = "415"}); })->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_is_a_form_of_number_and_name) {
    Project project;
    project.lists(reply(list({})));
    project.orders(reply(owned(), 201));
    BOOST_TEST((project.buy().phase == Phase::done));
    const Request& sent = project.last_request();
    BOOST_TEST(sent.url() == account_url + "IncomingPhoneNumbers");
    BOOST_TEST(sent.body() == "PhoneNumber=%2B14155550100&FriendlyName=" + std::string(operation_id));
    BOOST_TEST(has_credentials(sent, project_id, "canary-token"));
    BOOST_TEST(sent.fields()[1].value == "application/x-www-form-urlencoded");
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
                                                   {4001, 422, errc::carrier_out_of_funds},
                                                   {21401, 422, errc::number_unavailable},
                                                   {21421, 400, errc::number_unavailable},
                                                   {21422, 422, errc::number_unavailable},
                                                   {10000, 422, errc::by_carrier},
                                                   {10001, 400, errc::by_carrier},
                                                   {10000, 500, errc::by_carrier}});
}
BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_our_name) {
    claims().a_lost_order_is_found_by_our_name();
    claims().a_list_cut_at_any_byte_proves_nothing();
}
BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_exactly) {
    claims().a_number_is_ours_when_the_list_names_it_exactly();
}
BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    claims().all_our_numbers_are_listed_page_by_page("/api/laml/2010-04-01/Accounts/" + std::string(project_id) +
                                                     "/IncomingPhoneNumbers");
}
BOOST_AUTO_TEST_CASE(a_release_deletes_by_sid) { claims().a_release_deletes_by_sid(); }
BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    claims().what_is_no_clear_yes_is_no_release();
    Project project;  // too soon after its purchase
    project.deletes(reply(failure(10000, "in its cool-down", 409), 409));
    Number record = bought_number();
    const detail::Verdict verdict = project.release(record);
    BOOST_TEST((verdict.phase == Phase::refused));
    BOOST_TEST(verdict.error->cause == "10000 in its cool-down");
}

BOOST_AUTO_TEST_CASE(settings_name_the_space_or_the_whole_base) {
    const struct {
        const char* document;
        const char* url;
    } rows[]{{R"({"project_id": "p", "api_token": "t", "space": "example"})", "https://example.signalwire.com/"},
             {R"({"project_id": "p", "api_token": "t", "space": "sw.example.org"})", "https://sw.example.org/"},
             {R"({"project_id": "p", "api_token": "t", "space": "x", "base_url": "https://127.0.0.1:8/y/"})",
              "https://127.0.0.1:8/y/"}};
    for (const auto& [document, url] : rows) {
        BOOST_TEST_CONTEXT(document) {
            const auto read = settings_of<SignalWire>("number_manager.signalwire", document);
            BOOST_TEST_REQUIRE(read.has_value());
            BOOST_TEST(read->missing.empty());
            Project project;
            project.carrier = read->carrier;
            project.searches(reply(stock({})));
            BOOST_TEST(project.find({.prefix = "415"}).offers.empty());
            BOOST_TEST(project.last_request().url() == std::string(url) +
                                                           "api/laml/2010-04-01/Accounts/p/AvailablePhoneNumbers/US/"
                                                           "Local?AreaCode=415");
        }
    }
    Project project;
    project.carrier.settings.space.clear();
    BOOST_TEST((failure_of([&] { project.find({.prefix = "415"}); })->code == errc::settings));
    BOOST_TEST((project.buy().phase == Phase::refused));
    BOOST_TEST((settings_of<SignalWire>("number_manager.signalwire", "{}")->missing ==
                std::vector<std::string>{"project_id", "api_token"}));
    const auto wrong = settings_of<SignalWire>("number_manager.signalwire", R"({"api_tokn": "canary"})");
    BOOST_TEST_REQUIRE(!wrong.has_value());
    BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    SignalWire carrier;
    carrier.settings.project_id = testing::sandbox::SignalWire::project_id;
    carrier.settings.api_token = Secret(std::string(testing::sandbox::SignalWire::api_token));
    carrier.settings.space = "example";
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::SignalWire(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_refuses) {
    const struct {
        const char* name;
        std::string target, body;
        int status, code;
    } rows[]{{"a parameter of Twilio's", "AvailablePhoneNumbers/US/Local?PageSize=5", "", 400, 20001},
             {"no boolean", "AvailablePhoneNumbers/US/Local?SmsEnabled=1", "", 400, 20001},
             {"no area code", "AvailablePhoneNumbers/US/Local?AreaCode=41", "", 422, 21451},
             {"no pattern", "AvailablePhoneNumbers/US/Local?Contains=415*", "", 400, 20001},
             {"no type", "AvailablePhoneNumbers/US/Mobile", "", 404, 20404},
             {"a suffix", "AvailablePhoneNumbers/US/Local.json", "", 404, 20404},
             {"a page without a token", "IncomingPhoneNumbers?Page=1", "", 400, 20001},
             {"no number", "IncomingPhoneNumbers", "FriendlyName=x", 422, 21421},
             {"not for sale", "IncomingPhoneNumbers", "PhoneNumber=%2B15125559999", 422, 21422},
             {"a field of Twilio's", "IncomingPhoneNumbers", "PhoneNumber=%2B15125550100&TrunkSid=x", 400, 20001}};
    const auto ask = [](auto& site, Request request) {
        return site.answer(std::move(request).basic_authorization(
            testing::sandbox::SignalWire::project_id, Secret(std::string(testing::sandbox::SignalWire::api_token))));
    };
    const auto url = [](std::string_view rest) { return account_url + std::string(rest); };
    for (const auto& [name, target, body, status, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            testing::sandbox::InMemory site{testing::sandbox::SignalWire()};
            const Response answer =
                body.empty() ? ask(site, Request::get(url(target)))
                             : ask(site, Request::post(url(target)).body("application/x-www-form-urlencoded", body));
            BOOST_TEST(answer.status == status);
            BOOST_TEST(json::parse(answer.body).at("code") == code);
            BOOST_TEST(site.ordered().empty());
        }
    }
    testing::sandbox::Item locked;
    locked.number = number;
    locked.deletion_lock = true;
    testing::sandbox::SignalWire filled;
    filled.ledger().stock_up(locked);
    testing::sandbox::InMemory site{filled};
    BOOST_TEST(site.answer(Request::get(url("IncomingPhoneNumbers"))).status == 401);
    const Response bought = ask(site, Request::post(url("IncomingPhoneNumbers"))
                                          .body("application/x-www-form-urlencoded", "PhoneNumber=%2B14155550100"));
    BOOST_TEST_REQUIRE(bought.status == 201);
    const std::string its_sid(json::parse(bought.body).at("sid").as_string());
    BOOST_TEST(ask(site, Request::delete_(url("IncomingPhoneNumbers/" + its_sid))).status == 409);
    BOOST_TEST(site.owns(number));
}

BOOST_AUTO_TEST_SUITE_END()
