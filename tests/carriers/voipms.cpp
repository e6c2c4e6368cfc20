// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/voipms.hpp>
#include <tandem/testing/sandbox/voipms.hpp>

BOOST_AUTO_TEST_SUITE(carriers_voipms)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::VoipMs;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<VoipMs>());
static_assert(OwnsNumbers<VoipMs> && ListsNumbers<VoipMs> && FindsOrders<VoipMs> && !FollowsOrders<VoipMs>);

const std::string credentials = "api_username=me%40example.com&api_password=canary%26password&method=";

VoipMs carrier_of_ours() {
    return {.settings = {.api_username = "me@example.com",
                         .api_password = Secret("canary&password"),
                         .routing = "account:100001_VoIP",
                         .pop = "5",
                         .base_url = "https://api.example/rest.php"}};
}

struct Account : Desk<VoipMs> {
    Account() : Desk(carrier_of_ours()) {}

    template <class... Answers>
    void answers(const std::string& method, Answers... answers) {
        const auto is_it = [method](const Request& request) {
            return request.body().find("method=" + method) != std::string::npos;
        };
        script.on(Method::post, is_it, testing::Answer(std::move(answers))...);
    }
};

Response said(std::string_view word, int status = 200) { return reply(json::value{{"status", word}}, status); }
json::object ours(std::string_view did = "4155550100", json::value note = json::string(operation_id)) {
    const json::object row{{"did", did}, {"description", ""}, {"note", std::move(note)}, {"billing_type", "1"}};
    return {{"status", "success"}, {"dids", json::array{row}}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_is_a_method_with_credentials_in_the_body) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* call;
    } rows[]{{"an area code", {.prefix = "302"}, "searchDIDsUSA&type=starts&query=302"},
             {"an exchange", {.prefix = "+1302555"}, "searchDIDsUSA&type=starts&query=302555"},
             {"a number", {.prefix = "+13025550100"}, "searchDIDsUSA&type=starts&query=3025550100"},
             {"less than an area code", {.prefix = "3"}, "searchDIDsUSA&type=starts&query=3"},
             {"Canada", {.prefix = "514"}, "searchDIDsCAN&type=starts&query=514"},
             {"toll-free", {.prefix = "844"}, "searchTollFreeUSA&type=starts&query=844"},
             {"toll-free and more", {.prefix = "844555"}, "searchTollFreeUSA&type=starts&query=844555"},
             {"a wildcard", {.prefix = "88*"}, "searchTollFreeUSA&type=starts&query=88"},
             {"toll-free for Canada", {.prefix = "844", .country = "CA"}, "searchTollFreeCanUS&type=starts&query=844"}};
    for (const auto& [name, request, call] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers("search", reply(R"({"status": "success", "dids": []})"));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == "https://api.example/rest.php");
            BOOST_TEST(sent.body() == credentials + call);
            BOOST_TEST((sent.method() == Method::post));
            BOOST_TEST(!sent.changes());
            BOOST_TEST_REQUIRE(sent.fields().size() == 1U);
            BOOST_TEST(sent.fields()[0].value == "application/x-www-form-urlencoded");
            BOOST_TEST_REQUIRE(sent.secrets().size() == 1U);
            BOOST_TEST(sent.secrets()[0].reveal() == "canary&password");
        }
    }
    for (const auto& [prefix, code] : {std::pair("+1", errc::invalid), std::pair("+44113", errc::not_available)}) {
        Account account;
        BOOST_TEST((failure_of([&] { account.find({.prefix = prefix}); })->code == code));
        BOOST_TEST(account.script.calls() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_the_prices_of_the_plan_that_is_bought) {
    Account account;
    account.answers("searchDIDs", reply(R"({"status": "success", "dids": [
        {"did": "4155550100", "ratecenter": "SNFC", "state": "CA", "state_description": "California",
         "perminute_monthly": "0.85", "perminute_minute": "0.009", "perminute_setup": "0.40", "flat_monthly": "4.25",
         "flat_minute": "0.00", "flat_setup": "0.40", "sms": "1"},
        {"did": 4155550101, "province": "QC", "perminute_monthly": "", "perminute_setup": "n/a", "sms": 0},
        {"did": "415555010"}, {"ratecenter": "x"}, {"did": "4165550100"}]})"));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 2U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 4'000);
    BOOST_TEST(offer.monthly.count() == 8'500);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.rate_center == "SNFC");
    BOOST_TEST(offer.region == "CA");
    BOOST_TEST((offer.features.get(Feature::sms) == true));
    BOOST_TEST(json::parse(std::string(offer.details())).at("flat_monthly").as_string() == "4.25");
    BOOST_TEST(!page.offers[1].setup.known());
    BOOST_TEST(!page.offers[1].monthly.known());
    BOOST_TEST(!page.offers[1].currency.known());
    BOOST_TEST(page.offers[1].region == "QC");
    BOOST_TEST((page.offers[1].features.get(Feature::sms) == false));
    BOOST_TEST(account.find({.prefix = "415", .features = {Feature::sms}}).offers.size() == 1U);
    BOOST_TEST(account.find({.prefix = "415", .quantity = 5, .offset = 1}).offers.at(0).number == other_number);

    Account toll_free;
    toll_free.answers("searchTollFree",
                      reply(R"({"status": "success", "dids": [{"did": "8445550120", "monthly": "1.25"},
        {"did": "8445550121"}]})"));
    const SearchPage free_page = toll_free.find({.prefix = "84*"});
    BOOST_TEST_REQUIRE(free_page.offers.size() == 2U);
    BOOST_TEST(free_page.offers[0].monthly.count() == 12'500);
    BOOST_TEST(!free_page.offers[0].setup.known());
    BOOST_TEST(!free_page.offers[1].monthly.known());
}

BOOST_AUTO_TEST_CASE(each_word_has_its_meaning) {
    const struct {
        const char* word;
        errc search, order;
        bool is_refused = true;
    } rows[]{{"invalid_credentials", errc::carrier_refuses_credentials, errc::carrier_refuses_credentials},
             {"missing_credentials", errc::carrier_refuses_credentials, errc::carrier_refuses_credentials},
             {"api_not_enabled", errc::carrier_refuses_credentials, errc::carrier_refuses_credentials},
             {"ip_not_enabled", errc::carrier_refuses_credentials, errc::carrier_refuses_credentials},
             {"non_sufficient_funds", errc::carrier_out_of_funds, errc::carrier_out_of_funds},
             {"no_did", errc::not_available, errc::number_unavailable},
             {"invalid_did", errc::not_available, errc::number_unavailable},
             {"unsifficient_stock", errc::not_available, errc::number_unavailable},
             {"did_in_use", errc::number_unavailable, errc::number_unavailable},
             {"limit_reached", errc::rate_limited, errc::rate_limited},
             {"invalid_serverpop", errc::settings, errc::settings},
             {"invalid_routing_header", errc::settings, errc::settings},
             {"Unable_to_purchase", errc::by_carrier, errc::by_carrier},
             {"order_failed", errc::by_carrier, errc::by_carrier},
             {"missing_did", errc::by_carrier, errc::by_carrier},
             {"invalid_method", errc::by_carrier, errc::by_carrier},
             {"method_maintenance", errc::by_carrier, errc::by_carrier},
             {"pending", errc::malformed_reply, errc::malformed_reply, false},
             {"", errc::malformed_reply, errc::malformed_reply, false},
             {"Success", errc::malformed_reply, errc::malformed_reply, false}};
    for (const auto& [word, search, order, is_refused] : rows) {
        BOOST_TEST_CONTEXT(word) {
            Account account;
            account.answers("", said(word));
            const auto found = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(found.has_value());
            BOOST_TEST((found->code == search));
            const auto failure = failure_of([&] { account.acquire(); });
            BOOST_TEST_REQUIRE(failure.has_value());
            BOOST_TEST((failure->code == order));
            if (is_refused) { BOOST_TEST(failure->cause == word); }
            BOOST_TEST((account.buy().phase == (is_refused ? Phase::refused : Phase::unknown)));
        }
    }
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.answers("search", said("its own word", status));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            // The script is not there: no word of its numbers.
            BOOST_TEST((error->code == (status == 404 ? errc::by_carrier : code)));
            if (status >= 300) { BOOST_TEST(error->cause == "its own word"); }
        }
    }
    for (const char* body : {"", "{}", "[]", R"({"status": "success"})", R"({"status": "success", "dids": {}})",
                             R"({"dids": []})", R"({"status": true, "dids": []})", "<html></html>"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.answers("search", reply(body));
            BOOST_TEST((failure_of([&] { account.find({.prefix = "415"}); })->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_routes_the_number_and_bears_our_reference_as_its_note) {
    for (const bool toll_free : {false, true}) {
        Account account;
        const std::string did = toll_free ? "8445550120" : "4155550100";
        account.answers("order", said("success"));
        account.answers("getDIDsInfo", reply(ours(did)));
        Number record = account.asked_for();
        record.number = E164::parse_or_empty("+1" + did);
        record.carrier_data = JsonText(R"({"kept":1})");
        BOOST_TEST((account.buy(record).phase == Phase::done));
        BOOST_TEST((record.order == Order{.operation = OperationId(operation_id)}));
        BOOST_TEST(record.carrier_data.text == R"({"kept":1})");
        const auto requests = account.script.requests();
        BOOST_TEST_REQUIRE(requests.size() == 2U);
        BOOST_TEST(requests[0].changes());
        BOOST_TEST(requests[0].url() == "https://api.example/rest.php");
        BOOST_TEST(requests[0].body() == credentials + (toll_free ? "orderTollFree" : "orderDID") + "&did=" + did +
                                             "&routing=account%3A100001_VoIP&pop=5&dialtime=60&cnam=0&billing_type=1"
                                             "&note=" +
                                             std::string(operation_id));
        BOOST_TEST(!requests[1].changes());
        BOOST_TEST(requests[1].body() == credentials + "getDIDsInfo&did=" + did);
        for (const Request& request : requests) { BOOST_TEST(request.secrets().size() == 1U); }
    }
}

BOOST_AUTO_TEST_CASE(without_routing_or_pop_nothing_is_ordered) {
    for (const bool routing : {true, false}) {
        Account account;
        (routing ? account.carrier.settings.routing : account.carrier.settings.pop).clear();
        const detail::Verdict verdict = account.buy();
        BOOST_TEST((verdict.phase == Phase::refused));
        BOOST_TEST((verdict.error->code == errc::settings));
        BOOST_TEST(account.script.calls() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_sale_is_believed_when_the_number_is_ours_under_our_note) {
    const struct {
        const char* name;
        Response listed;
        Phase phase;
    } rows[]{{"ours", reply(ours()), Phase::done},
             {"another number", reply(ours("4155550101")), Phase::unknown},
             {"another note", reply(ours("4155550100", "x")), Phase::unknown},
             {"no note", reply(ours("4155550100", nullptr)), Phase::unknown},
             {"none", said("no_did"), Phase::unknown},
             {"nothing in the list", reply(R"({"status": "success", "dids": []})"), Phase::unknown},
             {"no list", said("success"), Phase::unknown},
             {"too many requests", said("limit_reached"), Phase::unknown},
             {"maintenance", said("method_maintenance"), Phase::unknown},
             {"credentials", said("invalid_credentials"), Phase::unknown},
             {"500", Response(500), Phase::unknown},
             {"HTML", Response(200, "<html></html>", "text/html"), Phase::unknown}};
    for (const auto& [name, listed, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers("orderDID", said("success"));
            account.answers("getDIDsInfo", listed);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            if (verdict.error) { BOOST_TEST((verdict.error->code == errc::outcome_unknown)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase_and_no_release) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        for (const bool buys : {true, false}) {
            BOOST_TEST_CONTEXT(name << (buys ? ", buying" : ", releasing")) {
                Account account;
                account.answers(buys ? "orderDID" : "cancelDID", answer);
                const detail::Verdict verdict = buys ? account.buy() : account.release();
                BOOST_TEST((verdict.phase == phase));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == code));
                BOOST_TEST(verdict.error->carrier == "voipms");
                if (code == errc::rate_limited) { BOOST_TEST((verdict.error->retry_after == 3s)); }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_cancels_and_asks_again_where_the_number_seems_not_ours) {
    const struct {
        const char* name;
        Response cancelled, listed;
        Phase phase;
    } rows[]{{"cancelled", said("success"), Response(500), Phase::done},
             {"not ours", said("invalid_did"), said("no_did"), Phase::done},
             {"not ours, in other words", said("no_did"), said("invalid_did"), Phase::done},
             {"ours all the same", said("invalid_did"), reply(ours()), Phase::refused},
             {"who knows", said("invalid_did"), Response(500), Phase::unknown},
             {"failed", said("cancel_failed"), said("no_did"), Phase::refused},
             {"another word", said("pending"), said("no_did"), Phase::unknown}};
    for (const auto& [name, cancelled, listed, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers("cancelDID", cancelled);
            account.answers("getDIDsInfo", listed);
            BOOST_TEST((account.release().phase == phase));
            const auto changing = account.script.changing_requests();
            BOOST_TEST_REQUIRE(changing.size() == 1U);
            BOOST_TEST(changing[0].body() == credentials + "cancelDID&did=4155550100");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_php_calls_html_is_read_as_what_it_is) {
    const auto labelled = [](const json::value& body) {
        return Response(200, json::serialize(body), "text/html; charset=UTF-8");
    };
    Account account;
    account.answers("searchDIDs", labelled({{"status", "success"}, {"dids", json::array{{{"did", "4155550100"}}}}}));
    account.answers("order", labelled({{"status", "success"}}));
    account.answers("cancel", labelled({{"status", "success"}}));
    account.answers("getDIDsInfo", labelled(ours()));
    BOOST_TEST(account.find({.prefix = "415"}).offers.size() == 1U);
    BOOST_TEST((account.buy().phase == Phase::done));
    BOOST_TEST(account.owns());
    BOOST_TEST((account.release().phase == Phase::done));
    account.answers("getDIDsInfo", Response(200, json::serialize(ours()), "text/plain"));
    BOOST_TEST((failure_of([&] { account.owns(); })->code == errc::malformed_reply));
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_its_note) {
    const struct {
        const char* name;
        Response listed;
        std::optional<bool> found, owned;
    } rows[]{{"there", reply(ours()), true, true},
             {"not there", said("no_did"), false, false},
             {"not there, in other words", said("invalid_did"), false, false},
             {"under another note", reply(ours("4155550100", "x")), {}, true},
             {"another number", reply(ours("4155550101")), {}, {}},
             {"an empty list", reply(R"({"status": "success", "dids": []})"), {}, {}},
             {"a row that cannot be read", reply(R"({"status": "success", "dids": [{"did": "x"}]})"), {}, {}},
             {"a word", said("invalid_credentials"), {}, {}},
             {"404", Response(404), {}, {}},
             {"500", Response(500), {}, {}},
             {"cut", Response(200, json::serialize(ours()).substr(0, 60)), {}, {}}};
    for (const auto& [name, listed, found, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.answers("getDIDsInfo", listed);
            std::optional<Number> order;
            const auto error = failure_of([&] { order = account.find_order(); });
            BOOST_TEST(error.has_value() == !found.has_value());
            BOOST_TEST(order.has_value() == found.value_or(false));
            if (order) { BOOST_TEST((order->order == Order{.operation = OperationId(operation_id)})); }
            std::optional<bool> told;
            (void)failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(account.script.changing_requests().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_at_once) {
    const auto list = [](std::initializer_list<const char*> dids) {
        json::array rows;
        for (const char* did : dids) { rows.push_back(json::object{{"did", did}, {"note", "x"}}); }
        return reply(json::object{{"status", "success"}, {"dids", std::move(rows)}});
    };
    reads_lists_of_ours<Account>(
        {
            {"none", {said("no_did")}, std::vector<E164>()},
            {"none, said by a list", {list({})}, std::vector<E164>()},
            {"two", {list({"4155550100", "4155550101"})}, std::vector{number, other_number}},
            {"an unreadable row", {list({"4155550100", "none"})}},
            {"no list", {said("success")}},
            {"no status", {reply(R"({"dids": [{"did": "4155550100"}]})")}},
            {"another status", {said("perhaps")}},
            {"HTML", {Response(200, "<html></html>", "text/html")}},
        },
        Method::post);
    Account account;
    account.answers("getDIDsInfo", list({"4155550100"}));
    account.owned_numbers();
    BOOST_TEST(account.last_request().body().find("did=") == std::string::npos);
    account.answers("getDIDsInfo", said("invalid_credentials"));
    BOOST_TEST((failure_of([&] { account.owned_numbers(); })->code == errc::carrier_refuses_credentials));
    account.answers("getDIDsInfo", said("invalid_did"));  // of no number that was asked about
    BOOST_TEST((failure_of([&] { account.owned_numbers(); })->code == errc::by_carrier));
}

BOOST_AUTO_TEST_CASE(settings_have_their_names) {
    const auto read = settings_of<VoipMs>("number_manager.voipms", R"({"api_username": "u", "api_password": "p",
        "routing": "sip:5096", "pop": 5, "base_url": "https://a.example/x.php"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.api_username == "u");
    BOOST_TEST(read->carrier.settings.api_password.reveal() == "p");
    BOOST_TEST(read->carrier.settings.routing == "sip:5096");
    BOOST_TEST(read->carrier.settings.pop == "5");
    BOOST_TEST(read->carrier.settings.base_url == "https://a.example/x.php");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<VoipMs>("number_manager.voipms", "{}")->missing ==
                std::vector<std::string>{"api_username", "api_password"}));
    BOOST_TEST(!settings_of<VoipMs>("number_manager.voipms", R"({"username": "x"})").has_value());
    BOOST_TEST(VoipMs().settings.base_url == "https://voip.ms/api/v1/rest.php");
}

BOOST_AUTO_TEST_CASE(hostile_settings_stay_in_their_place) {
    Account account;
    account.carrier.settings.routing = "a&test=1\r\n";
    account.answers("orderDID", said("order_failed"));
    (void)account.buy();
    BOOST_TEST(account.last_request().body().find("routing=a%26test%3D1%0D%0A&pop=5") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    VoipMs carrier = carrier_of_ours();
    carrier.settings.api_username = testing::sandbox::VoipMs::user;
    carrier.settings.api_password = Secret(std::string(testing::sandbox::VoipMs::password));
    carrier.settings.base_url = "https://api.example/api/v1/rest.php";
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::VoipMs(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(its_sandbox_is_strict) {
    testing::sandbox::InMemory model{testing::sandbox::VoipMs()};
    const std::string who = "api_username=api%40example.com&api_password=api-password-of-the-sandbox";
    const std::string url = "https://api.example/api/v1/rest.php";
    const auto ask = [&](const std::string& parameters) {
        const Response response = model.answer(Request::get(url + "?" + parameters));
        BOOST_TEST(response.status == 200);
        return std::string(json::parse(response.body).at("status").as_string());
    };
    const std::string order = who + "&method=orderDID&did=3025550100&pop=5&dialtime=60&cnam=0&billing_type=1";
    BOOST_TEST(ask("method=getBalance") == "missing_credentials");
    BOOST_TEST(ask("api_username=a&api_password=b&method=getBalance") == "invalid_credentials");
    BOOST_TEST(ask(who) == "missing_method");
    BOOST_TEST(ask(who + "&method=buy") == "invalid_method");
    BOOST_TEST(ask(who + "&method=getBalance") == "success");
    BOOST_TEST(ask(who + "&method=searchDIDsUSA&type=starts") == "missing_query");
    BOOST_TEST(ask(who + "&method=searchDIDsUSA&type=begins&query=302") == "invalid_type");
    BOOST_TEST(ask(who + "&method=searchDIDsUSA&type=starts&query=302&npa=1") == "invalid_npa");
    BOOST_TEST(ask(who + "&method=searchDIDsUSA&type=starts&query=415") == "no_did");
    BOOST_TEST(ask(who + "&method=getDIDsUSA&state=DE") == "success");
    BOOST_TEST(ask(who + "&method=searchVanity&type=8**&query=5550***") == "success");
    BOOST_TEST(ask(who + "&method=searchVanity&type=8**&query=9*") == "invalid_query");
    BOOST_TEST(ask(who + "&method=searchVanity&type=844&query=55501**") == "success");
    BOOST_TEST(ask(order) == "missing_routing");
    BOOST_TEST(ask(order + "&routing=x") == "invalid_routing_header");
    BOOST_TEST(ask(order + "&routing=sys:echo&test=1") == "success");
    BOOST_TEST(model.ordered().empty());  // a dry run
    BOOST_TEST(ask(order + "&routing=sys:echo&note=" + std::string(50, 'x')) == "invalid_note");
    BOOST_TEST(ask(who + "&method=getDIDsInfo") == "no_did");
    BOOST_TEST(ask(order + "&routing=sys:echo") == "success");
    BOOST_TEST(ask(order + "&routing=sys:echo") == "did_in_use");
    BOOST_TEST(ask(who + "&method=getDIDsInfo&did=302") == "invalid_did");
    BOOST_TEST(ask(who + "&method=getDIDsInfo&did=3025550100") == "success");
    BOOST_TEST(ask(who + "&method=cancelDID&did=3025550100&test=1") == "success");
    BOOST_TEST(ask(who + "&method=cancelDID&did=3025550100") == "success");
    BOOST_TEST(ask(who + "&method=cancelDID&did=3025550100") == "invalid_did");
    BOOST_TEST(model.answer(Request::get("https://api.example/api/v2/rest.php")).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
