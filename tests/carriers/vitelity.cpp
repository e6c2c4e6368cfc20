// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/vitelity.hpp>
#include <tandem/testing/sandbox/vitelity.hpp>

BOOST_AUTO_TEST_SUITE(carriers_vitelity)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Vitelity;
using Phase = Operation::Phase;
using Model = testing::sandbox::Vitelity;

namespace {

static_assert(testing::instantiates<Vitelity>());
static_assert(OwnsNumbers<Vitelity> && ListsNumbers<Vitelity> && !FindsOrders<Vitelity> && !FollowsOrders<Vitelity> &&
              !ReservesNumbers<Vitelity>);

const std::string common = "login=user%2B1&pass=canary%26pass&cmd=";

/// Whether a request is the command `name`.
auto runs(std::string name) {
    return [name = "&cmd=" + std::move(name) + "&"](const Request& request) {
        return request.body().find(name) != std::string::npos;
    };
}
Response xml(std::string content, int status = 200) {
    return Response(status, R"(<?xml version="1.0" encoding="UTF-8"?><content>)" + content + "</content>", "text/xml");
}
Response fails(const std::string& word) { return xml("<status>fail</status><error>" + word + "</error>"); }
Response list(const std::string& numbers) { return xml("<status>ok</status><numbers>" + numbers + "</numbers>"); }
const Response done = xml("<status>ok</status><response>success</response>");
const Response ours = list("<number><did>4155550100</did><ratecenter>SNFC</ratecenter></number>");
const Response not_ours = list("<number><did>4155550101</did></number><number><did>8005550100</did></number>");

struct Account : Desk<Vitelity> {
    Account()
        : Desk({.settings = {
                    .login = "user+1", .password = Secret("canary&pass"), .api_uri = "https://api.example/api.php"}}) {}

    void searches(testing::Answer answer) { script.on(Method::post, "api.php", std::move(answer)); }
    void orders(testing::Answer answer) { script.on(Method::post, runs("getlocaldid"), std::move(answer)); }
    void lists(testing::Answer answer) { script.on(Method::post, runs("listdids"), std::move(answer)); }
    void removes(testing::Answer answer) { script.on(Method::post, runs("removedid"), std::move(answer)); }
};

/// A command as it has to be sent: a form, so that the URL holds nothing.
void check_command(const Request& sent, const std::string& command, bool changes) {
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == "https://api.example/api.php");
    BOOST_TEST(sent.body() == common + command);
    BOOST_TEST(sent.changes() == changes);
    BOOST_TEST_REQUIRE(sent.fields().size() == 1U);
    BOOST_TEST(sent.fields()[0].name == "Content-Type");
    BOOST_TEST(sent.fields()[0].value == "application/x-www-form-urlencoded");
    BOOST_TEST_REQUIRE(sent.secrets().size() == 1U);
    BOOST_TEST(sent.secrets()[0].reveal() == "canary&pass");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_is_a_command_by_area_code_or_exchange_or_the_whole_list_of_toll_free_numbers) {
    const std::string rates = "&withrates=yes";
    const struct {
        const char* name;
        SearchRequest request;
        std::string command;
    } rows[]{
        {"an area code", {.prefix = "415"}, "listnpa&xml=yes&npa=415" + rates},
        {"part of an exchange", {.prefix = "+141555"}, "listnpa&xml=yes&npa=415" + rates},
        {"an exchange", {.prefix = "+1415555"}, "listnpanxx&xml=yes&npanxx=415555" + rates},
        {"more of it", {.prefix = "+14155550"}, "listnpanxx&xml=yes&npanxx=415555" + rates},
        {"a number", {.prefix = "+14155550100"}, "listnpanxx&xml=yes&npanxx=415555" + rates},
        {"Canada", {.prefix = "+1416"}, "listnpa&xml=yes&npa=416" + rates},
        {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, "listnpa&xml=yes&npa=415" + rates},
        {"a feature", {.prefix = "415", .features = {Feature::cnam}}, "listnpa&xml=yes&npa=415" + rates + "&cnam=yes"},
        {"toll-free", {.prefix = "800"}, "listtollfree&xml=yes"},
        {"toll-free and more", {.prefix = "888555"}, "listtollfree&xml=yes"},
        {"a wildcard", {.prefix = "88*"}, "listtollfree&xml=yes"},
        {"options",
         {.prefix = "415", .options = R"({"type":"unlimited","provider":"l3","withrates":"no","cnam":true,"else":1})"},
         "listnpa&xml=yes&npa=415&type=unlimited&provider=l3&cnam=yes"},
        {"a vPRI", {.prefix = "415", .options = R"({"type":"my pri"})"}, "listnpa&xml=yes&npa=415&type=pri" + rates}};
    for (const auto& [name, request, command] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(list(""));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            check_command(account.last_request(), command, false);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_settings_say_what_the_options_do_not) {
    Account account;
    account.carrier.settings.type = "perminute";
    account.carrier.settings.provider = "l3";
    account.carrier.settings.withrates = false;
    account.carrier.settings.cnam = true;
    account.searches(list(""));
    account.find({.prefix = "415"});
    check_command(account.last_request(), "listnpa&xml=yes&npa=415&type=perminute&provider=l3&cnam=yes", false);
    account.find({.prefix = "415", .options = R"({"cnam":"no","withrates":true})"});
    check_command(account.last_request(), "listnpa&xml=yes&npa=415&type=perminute&provider=l3&withrates=yes", false);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_for_is_not) {
    const struct {
        SearchRequest request;
        errc code;
    } rows[]{{{.prefix = "20", .country = "GB"}, errc::not_available},
             {{.prefix = "41"}, errc::invalid},
             {{.prefix = "+1"}, errc::invalid},
             {{.prefix = "415", .options = R"({"type":7})"}, errc::invalid},
             {{.prefix = "415", .options = R"({"cnam":"perhaps"})"}, errc::invalid},
             {{.prefix = "415", .options = "[]"}, errc::invalid}};
    for (const auto& [request, code] : rows) {
        BOOST_TEST_CONTEXT(request.prefix.view() << " " << request.options.view()) {
            Account account;
            const auto failure = failure_of([&] { account.find(request); });
            BOOST_TEST_REQUIRE(failure.has_value());
            BOOST_TEST((failure->code == code));
            BOOST_TEST(account.script.calls() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_places_and_exact_prices) {
    Account account;
    account.searches(
        list("<did><number>4155550100</number><ratecenter>SNFC CNTRL</ratecenter><state>CA</state>"
             "<cost_per_minute>0.0140</cost_per_minute><cost_per_month>1.4900</cost_per_month>"
             "<setupfee>0.50</setupfee></did>"
             "<did><number>4155550101</number></did>"
             "<did><number>4155550102</number><cost_per_month>$2</cost_per_month><setupfee/></did>"
             "<did><number>4155550103</number><cost_per_month>-1</cost_per_month></did>"
             "<did><number>415555010</number></did><did><ratecenter>X</ratecenter></did>"));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 2U);
    BOOST_TEST_REQUIRE(page.offers.size() == 4U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 5'000);
    BOOST_TEST(offer.monthly.count() == 14'900);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.rate_center == "SNFC CNTRL");
    BOOST_TEST(offer.region == "CA");
    BOOST_TEST((offer.features == Features()));
    BOOST_TEST(parse_json_object(offer.details())->at("cost_per_minute").as_string() == "0.0140");
    for (std::size_t i = 1; i < 4; ++i) {
        BOOST_TEST(!page.offers[i].setup.known());
        BOOST_TEST(!page.offers[i].monthly.known());
        BOOST_TEST(!page.offers[i].currency.known());
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_read_in_each_of_its_writings) {
    for (const char* row : {"<did>8005550100</did>", "<did> 18005550100 </did>", "<number>8005550100</number>",
                            "<did><number>8005550100</number></did>", "<number><did>8005550100</did></number>"}) {
        BOOST_TEST_CONTEXT(row) {
            Account account;
            account.searches(list(row));
            const SearchPage page = account.find({.prefix = "800"});
            BOOST_TEST(page.refused == 0U);
            BOOST_TEST_REQUIRE(page.offers.size() == 1U);
            BOOST_TEST(page.offers[0].number.str() == "+18005550100");
            BOOST_TEST(!page.offers[0].monthly.known());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_the_command_cannot_leave_out_is_left_out_here) {
    const std::string toll_free =
        "<did>8005550100</did><did>8885550100</did><did>8885550101</did><did>8665550100</did>";
    const std::string local = "<did><number>4155550100</number></did><did><number>4155560100</number></did>";
    const struct {
        const char* name;
        SearchRequest request;
        std::string numbers;
        std::size_t found;
    } rows[]{{"toll-free", {.prefix = "888"}, toll_free, 2},
             {"a wildcard", {.prefix = "88*"}, toll_free, 2},
             {"more digits", {.prefix = "8885550101"}, toll_free, 1},
             {"a quantity", {.prefix = "888", .quantity = 1}, toll_free, 1},
             {"an offset", {.prefix = "888", .offset = 1}, toll_free, 1},
             {"all of it", {.prefix = "888", .quantity = 4294967295U, .offset = 4294967295U}, toll_free, 0},
             {"part of an exchange", {.prefix = "41555"}, local, 2},
             {"an exchange", {.prefix = "415556"}, local, 1},
             {"a feature that was asked for", {.prefix = "415", .features = {Feature::cnam}}, local, 2},
             {"one of toll-free numbers", {.prefix = "888", .features = {Feature::cnam}}, toll_free, 0},
             {"a feature that is not told", {.prefix = "415", .features = {Feature::sms}}, local, 0}};
    for (const auto& [name, request, numbers, found] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(list(numbers));
            const SearchPage page = account.find(request);
            BOOST_TEST(page.offers.size() == found);
            BOOST_TEST(page.refused == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_search_s_word_has_its_meaning) {
    const struct {
        const char* name;
        Response response;
        std::optional<errc> code;
        const char* cause;
    } rows[]{{"no stock", fails("unavailable"), errc::not_available, "unavailable"},
             {"no toll-free stock", fails("none"), errc::not_available, "none"},
             {"no stock, in other words", fails("noneavailable"), errc::not_available, "noneavailable"},
             {"no login", fails("missingdata"), errc::invalid, "missingdata"},
             {"no area code", fails("missing"), errc::invalid, "missing"},
             {"wrong login", fails("invalidauth"), errc::carrier_refuses_credentials, "invalidauth"},
             {"wrong parameter", fails("invalid"), errc::by_carrier, "invalid"},
             {"given up", fails("deprecated"), errc::by_carrier, "deprecated"},
             {"no word", xml("<status>fail</status>"), errc::by_carrier, "fail"},
             {"an error without a status", xml("<error>none</error>"), errc::not_available, "none"},
             {"a response in place of numbers", list("<response>none</response>"), errc::not_available, "none"},
             {"text in place of numbers", list("invalidauth"), errc::carrier_refuses_credentials, "invalidauth"},
             {"an empty list", list(""), {}, ""},
             {"no status", xml("<numbers><did>4155550100</did></numbers>"), {}, ""},
             {"no numbers", xml("<status>ok</status>"), errc::malformed_reply, nullptr},
             {"another status", xml("<status>maybe</status><numbers/>"), errc::malformed_reply, nullptr},
             {"another root", Response(200, "<html/>", "text/xml"), errc::malformed_reply, nullptr},
             {"two statuses", xml("<status>ok</status><status>ok</status><numbers/>"), errc::malformed_reply, nullptr},
             {"text", Response(200, "x[[none[[x", "text/html"), errc::malformed_reply, nullptr},
             {"nothing", Response(200), errc::malformed_reply, nullptr}};
    for (const auto& [name, response, code, cause] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(response);
            const auto failure = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(failure.has_value() == code.has_value());
            if (failure) { BOOST_TEST((failure->code == *code)); }
            if (failure && cause != nullptr) { BOOST_TEST(failure->cause == cause); }
        }
    }
    for (const auto& [status, code] : search_statuses) {
        if (status == 404) { continue; }  // it does not say that there is none
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.searches(Response(status));
            const auto failure = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(failure.has_value());
            BOOST_TEST((failure->code == code));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_names_the_number_and_our_first_gateway_and_is_looked_for_among_ours) {
    Account account;
    account.remote.gateways = {"sip&cmd=removedid.example", "sip.two.example"};
    account.carrier.settings.type = "my pri";
    account.orders(done);
    account.lists(ours);
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    const auto sent = account.script.requests();
    BOOST_TEST_REQUIRE(sent.size() == 2U);
    check_command(sent[0], "getlocaldid&xml=yes&did=4155550100&routesip=sip%26cmd%3Dremovedid.example&type=my%20pri",
                  true);
    check_command(sent[1], "listdids&xml=yes", false);
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id)}));
    BOOST_TEST(record.carrier_data.text == R"({"kept":1})");
}

BOOST_AUTO_TEST_CASE(a_toll_free_number_is_ordered_by_its_own_command) {
    Account account;
    account.carrier.settings.type = "unlimited";
    account.script.on(Method::post, runs("gettollfree"), done);
    account.lists(list("<number><did>8005550100</did></number>"));
    Number record = account.asked_for();
    record.number = E164::parse_or_empty("+18005550100");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    check_command(account.script.requests()[0], "gettollfree&xml=yes&did=8005550100", true);

    record.number = E164::parse_or_empty("+442079460100");
    BOOST_TEST((account.buy(record).phase == Phase::refused));
    BOOST_TEST(account.script.calls() == 2U);
}

BOOST_AUTO_TEST_CASE(an_order_s_word_has_its_meaning) {
    const struct {
        const char* name;
        Response order;
        Phase phase;
        errc code;
    } rows[]{
        {"sold", done, Phase::done, {}},
        {"sold, in other words", xml("<status>ok</status><response>ok</response>"), Phase::done, {}},
        {"sold, in no words", xml("<status>ok</status>"), Phase::done, {}},
        {"not to be ordered", fails("invalid"), Phase::refused, errc::number_unavailable},
        {"not to be had", fails("unavailable"), Phase::refused, errc::number_unavailable},
        {"no number", fails("missingdid"), Phase::refused, errc::invalid},
        {"wrong login", fails("invalidauth"), Phase::refused, errc::carrier_refuses_credentials},
        {"given up", fails("deprecated"), Phase::refused, errc::by_carrier},
        {"no word", xml("<status>fail</status>"), Phase::refused, errc::by_carrier},
        {"no status", xml("<response>success</response>"), Phase::unknown, errc::outcome_unknown},
        {"an error without a status", xml("<error>unavailable</error>"), Phase::unknown, errc::outcome_unknown},
        {"both", xml("<status>ok</status><error>unavailable</error>"), Phase::unknown, errc::outcome_unknown},
        {"another status", xml("<status>pending</status>"), Phase::unknown, errc::outcome_unknown},
        {"another word", xml("<status>ok</status><response>queued</response>"), Phase::unknown, errc::outcome_unknown},
        {"only accepted", xml("<status>ok</status><response>success</response>", 202), Phase::unknown,
         errc::outcome_unknown},
        {"status twice", xml("<status>fail</status><status>ok</status>"), Phase::unknown, errc::outcome_unknown},
        {"another root", Response(200, "<status>ok</status>", "text/xml"), Phase::unknown, errc::outcome_unknown},
        {"text", Response(200, "x[[success[[x", "text/html"), Phase::unknown, errc::outcome_unknown}};
    for (const auto& [name, order, phase, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(order);
            account.lists(ours);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST(verdict.error.has_value() == (phase != Phase::done));
            if (verdict.error) { BOOST_TEST((verdict.error->code == code)); }
            BOOST_TEST((account.script.calls() == (phase == Phase::done ? 2U : 1U)));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Account>(Operation::Kind::acquire, [](auto& account, const testing::Answer& answer) {
        account.orders(answer);
        account.lists(ours);
    });
}

BOOST_AUTO_TEST_CASE(what_is_said_to_be_sold_is_unknown_until_our_list_has_it) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(done);
            account.lists(answer);
            BOOST_TEST((account.buy().phase == Phase::unknown));
        }
    }
    for (const Response& response : {not_ours, list(""), fails("none"), fails("invalidauth"), fails("deprecated")}) {
        BOOST_TEST_CONTEXT(response.body) {
            Account account;
            account.orders(done);
            account.lists(response);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::unknown));
            BOOST_TEST((verdict.error->code == errc::outcome_unknown));
        }
    }
    const std::string whole = ours.body;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.orders(done);
            account.lists(Response(200, whole.substr(0, size), "text/xml"));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_whole_list_says_so) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"there", ours, true},
             {"there, bare", list("<number>4155550100</number>"), true},
             {"there, as a search writes it", list("<did><number>4155550100</number></did>"), true},
             {"there, behind what cannot be read", list("<number/><number><did>4155550100</did></number>"), true},
             {"not there", not_ours, false},
             {"not there, bare", list("<did>4155550101</did>"), false},
             {"we have none", fails("none"), false},
             {"an empty list", list(""), false},
             {"a row that cannot be read", list("<number><did>4155550101</did></number><number/>"), {}},
             {"rows of another kind", list("<tn><id>4155550100</id></tn>"), {}},
             {"one writing and another", list("<number><did>4155550101</did></number><did>4155550102</did>"), {}},
             {"text", list("4155550100"), {}},
             {"a response", list("<response>none</response>"), {}},
             {"no status", xml("<numbers/>"), {}},
             {"no numbers", xml("<status>ok</status>"), {}},
             {"another word", fails("unavailable"), {}},
             {"wrong login", fails("invalidauth"), {}},
             {"500", Response(500), {}},
             {"404", Response(404), {}},
             {"nothing", Response(200), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists(response);
            std::optional<bool> told;
            const auto failure = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(failure.has_value() == !owned.has_value());
            check_command(account.last_request(), "listdids&xml=yes", false);
        }
    }
    const std::string whole = not_ours.body;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.lists(Response(200, whole.substr(0, size), "text/xml"));
            BOOST_TEST_REQUIRE(failure_of([&] { account.owns(); }).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_php_calls_html_is_read_as_what_it_is) {
    const auto labelled = [](const Response& response) { return Response(200, response.body, "text/html"); };
    Account account;
    account.searches(labelled(list("<did><number>4155550100</number></did>")));
    account.orders(labelled(done));
    account.removes(labelled(done));
    account.lists(labelled(ours));
    BOOST_TEST(account.find({.prefix = "415"}).offers.size() == 1U);
    BOOST_TEST((account.buy().phase == Phase::done));
    BOOST_TEST(account.owns());
    BOOST_TEST((account.release().phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_at_once) {
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>(
        {
            {"none", {fails("none")}, std::vector<E164>()},
            {"none, said by a list", {list("")}, std::vector<E164>()},
            {"two", {list("<number><did>4155550100</did></number><number><did>4155550101</did></number>")}, both},
            {"two, bare", {list("<did>4155550100</did><did>4155550101</did>")}, both},
            {"a row that cannot be read", {list("<number><did>4155550101</did></number><number/>")}},
            {"one writing and another", {list("<number><did>4155550101</did></number><did>4155550102</did>")}},
            {"text", {list("4155550100")}},
            {"no status", {xml("<numbers/>")}},
            {"no numbers", {xml("<status>ok</status>")}},
        },
        Method::post);
    Account account;
    account.lists(list("<did>4155550100</did>"));
    account.owned_numbers();
    check_command(account.last_request(), "listdids&xml=yes", false);
    account.lists(fails("invalidauth"));
    BOOST_TEST((failure_of([&] { account.owned_numbers(); })->code == errc::carrier_refuses_credentials));
}
BOOST_AUTO_TEST_CASE(a_release_whose_refusal_may_mean_that_it_is_not_ours_asks_our_list) {
    const Response nothing(500);
    const struct {
        const char* name;
        Response removal;
        Response listed;
        Phase phase;
        std::optional<errc> code;
        std::size_t calls;
    } rows[]{{"removed", done, nothing, Phase::done, {}, 1},
             {"not ours any more", fails("unavailable"), not_ours, Phase::done, {}, 2},
             {"nothing is", fails("invalid"), fails("none"), Phase::done, {}, 2},
             {"still ours", fails("unavailable"), ours, Phase::refused, errc::by_carrier, 2},
             {"nobody knows", fails("unavailable"), nothing, Phase::unknown, errc::outcome_unknown, 2},
             {"half a list", fails("unavailable"), list("<number/>"), Phase::unknown, errc::outcome_unknown, 2},
             {"no number", fails("missingdid"), nothing, Phase::refused, errc::invalid, 1},
             {"wrong login", fails("invalidauth"), nothing, Phase::refused, errc::carrier_refuses_credentials, 1},
             {"another word", fails("locked"), nothing, Phase::refused, errc::by_carrier, 1},
             {"no status", xml("<response>success</response>"), nothing, Phase::unknown, errc::outcome_unknown, 1},
             {"only accepted", xml("<status>ok</status><response>success</response>", 202), nothing, Phase::unknown,
              errc::outcome_unknown, 1},
             {"another response", xml("<status>ok</status><response>later</response>"), nothing, Phase::unknown,
              errc::outcome_unknown, 1}};
    for (const auto& [name, removal, listed, phase, code, calls] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.removes(removal);
            account.lists(listed);
            const detail::Verdict verdict = account.release();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value() == code.has_value());
            if (code) { BOOST_TEST((verdict.error->code == *code)); }
            BOOST_TEST(account.script.calls() == calls);
            check_command(account.script.requests()[0], "removedid&xml=yes&did=4155550100", true);
        }
    }
    bears_unclear_answers<Account>(Operation::Kind::release,
                                   [](auto& account, const testing::Answer& answer) { account.removes(answer); });
    for (std::size_t size = 0; size < done.body.size(); ++size) {
        Account account;
        account.removes(Response(200, done.body.substr(0, size), "text/xml"));
        BOOST_TEST_REQUIRE((account.release().phase == Phase::unknown));
    }
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names_and_ours) {
    const auto kazoo = settings_of<Vitelity>("number_manager.knm_vitelity", R"({"login": "me", "pass": "p-1",
        "api_uri": "https://127.0.0.1/api.php", "routesip": ["sip.one", "sip.two"], "type": "pri", "provider": "l3",
        "use_stepswitch_cnam": true})");
    BOOST_TEST_REQUIRE(kazoo.has_value());
    BOOST_TEST(kazoo->carrier.settings.login == "me");
    BOOST_TEST(kazoo->carrier.settings.password.reveal() == "p-1");
    BOOST_TEST(kazoo->carrier.settings.api_uri == "https://127.0.0.1/api.php");
    BOOST_TEST(kazoo->carrier.settings.type == "pri");
    BOOST_TEST(kazoo->carrier.settings.provider == "l3");
    BOOST_TEST(kazoo->carrier.settings.withrates);
    BOOST_TEST(!kazoo->carrier.settings.cnam);
    BOOST_TEST((kazoo->remote.gateways == std::vector<std::string>{"sip.one", "sip.two"}));
    BOOST_TEST(kazoo->missing.empty());

    const auto ours_too = settings_of<Vitelity>("number_manager.vitelity", R"({"login": "me", "password": "p",
        "base_url": "https://a/b", "gateways": "sip.one", "withrates": false, "cnam": true})");
    BOOST_TEST_REQUIRE(ours_too.has_value());
    BOOST_TEST(ours_too->carrier.settings.api_uri == "https://a/b");
    BOOST_TEST((ours_too->remote.gateways == std::vector<std::string>{"sip.one"}));
    BOOST_TEST(!ours_too->carrier.settings.withrates);
    BOOST_TEST(ours_too->carrier.settings.cnam);

    const auto none = settings_of<Vitelity>("number_manager.vitelity", "{}");
    BOOST_TEST((none->missing == std::vector<std::string>{"login", "password"}));
    BOOST_TEST(none->carrier.settings.api_uri == "https://api.vitelity.net/api.php");
    for (const char* document : {R"({"passwort": "canary"})", R"({"pass": "canary", "password": "other"})",
                                 R"({"password": ["canary"]})", R"({"withrates": "canary"})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto wrong = settings_of<Vitelity>("number_manager.vitelity", document);
            BOOST_TEST_REQUIRE(!wrong.has_value());
            BOOST_TEST((wrong.error().code == errc::settings));
        }
    }
}

BOOST_AUTO_TEST_CASE(hostile_values_stay_in_their_fields) {
    for (const char* hostile : {"a&cmd=removedid", "a=b", "a\r\nX: 1", "a b+c%41", "\xC3\xA9\x01", "</login>"}) {
        Account account;
        account.carrier.settings.login = hostile;
        account.carrier.settings.type = hostile;
        account.orders(fails("invalid"));
        account.buy();
        auto pairs = testing::sandbox::pairs_in(account.last_request().body());
        BOOST_TEST_REQUIRE(pairs.size() == 6U);
        BOOST_TEST(pairs[0].second == hostile);
        BOOST_TEST(pairs[2].second == "getlocaldid");
        BOOST_TEST(pairs[5].second == hostile);
    }
}

BOOST_AUTO_TEST_CASE(its_sandbox_refuses_what_the_carrier_refuses) {
    testing::sandbox::InMemory sandbox{Model()};
    const std::string credentials = "login=sandbox-login&pass=PASS-of-the-sandbox&xml=yes";
    const auto send = [&](const std::string& form) {
        return sandbox
            .answer(Request::post("http://a/api.php").body("application/x-www-form-urlencoded", credentials + form))
            .body;
    };
    const struct {
        const char* form;
        const char* says;
    } rows[]{{"", "<error>missingdata</error>"},
             {"&cmd=listnpas", "<error>invalid</error>"},
             {"&cmd=listnpa", "<error>missing</error>"},
             {"&cmd=listnpa&npa=41", "<error>invalid</error>"},
             {"&cmd=listnpa&npa=407&limit=1", "<error>invalid</error>"},
             {"&cmd=listnpa&npa=407&type=flat", "<error>invalid</error>"},
             {"&cmd=listnpa&npa=415", "<error>unavailable</error>"},
             {"&cmd=listnpa&npa=407", "<did><number>4075550100</number><ratecenter>ORLANDO</ratecenter>"},
             {"&cmd=listnpanxx&npanxx=813555&withrates=yes", "<cost_per_month>1.49</cost_per_month>"},
             {"&cmd=listlocal&state=FL&ratecenter=TAMPA", "<number>8135550119</number>"},
             {"&cmd=listtollfree&limit=1", "<numbers><did>8555550100</did></numbers>"},
             {"&cmd=listdids", "<error>none</error>"},
             {"&cmd=getlocaldid", "<error>missingdid</error>"},
             {"&cmd=getlocaldid&did=8555550100", "<error>invalid</error>"},
             {"&cmd=gettollfree&did=4075550100", "<error>unavailable</error>"},
             {"&cmd=removedid&did=4075550100", "<error>unavailable</error>"},
             {"&cmd=getlocaldid&did=4075550100&routesip=sip.a", "<response>success</response>"},
             {"&cmd=getlocaldid&did=4075550100", "<error>invalid</error>"},
             {"&cmd=listdids", "<number><did>4075550100</did>"},
             {"&cmd=removedid&did=4075550100", "<response>success</response>"},
             {"&cmd=listdids&pass=wrong", "<error>invalidauth</error>"},
             {"&cmd=listdids&xml=no", "x[[none[[x"}};
    for (const auto& [form, says] : rows) {
        BOOST_TEST_CONTEXT(form) { BOOST_TEST(send(form).find(says) != std::string::npos); }
    }
    // As Kazoo asks, and with a body that PHP would not read.
    const std::string url = "http://a/api.php?" + credentials + "&cmd=listnpa&npa=407";
    BOOST_TEST(sandbox.answer(Request::post(url)).body.find("4075550100") != std::string::npos);
    BOOST_TEST(sandbox.answer(Request::post("http://a/api.php").body("text/plain", credentials)).body ==
               "x[[missingdata[[x");
    BOOST_TEST(sandbox.answer(Request::post("http://a/")).status == 404);
}

BOOST_AUTO_TEST_CASE(toll_free_numbers_are_sold_by_the_sandbox_too) {
    testing::sandbox::InMemory sandbox{Model()};
    Account account;
    account.carrier.settings.login = Model::login;
    account.carrier.settings.password = Secret(std::string(Model::password));
    account.script.on_any("api.php", [&](const Request& request) { return sandbox.answer(request); });
    const SearchPage page = account.find({.prefix = "85*", .quantity = 3});
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    Number record = account.asked_for();
    record.number = page.offers[2].number;
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST(sandbox.owns(record.number));
    BOOST_TEST((account.release(record).phase == Phase::done));
    BOOST_TEST((account.release(record).phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Vitelity carrier;
    carrier.settings.login = Model::login;
    carrier.settings.password = Secret(std::string(Model::password));
    keeps_the_laws(carrier, testing::sandbox::InMemory{Model(small_stock(0))});
}

BOOST_AUTO_TEST_SUITE_END()
