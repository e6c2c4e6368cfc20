// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/thinq.hpp>
#include <tandem/testing/sandbox/thinq.hpp>

BOOST_AUTO_TEST_SUITE(carriers_thinq)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Thinq;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Thinq>());
static_assert(OwnsNumbers<Thinq> && ListsNumbers<Thinq> && !FollowsOrders<Thinq> && !FindsOrders<Thinq>);

const std::string base = "https://api.example";

Thinq carrier_of_ours() {
    return {
        .settings = {.account_id = "13999", .username = "api-user", .token = Secret("canary-token"), .base_url = base}};
}

struct Account : Desk<Thinq> {
    Account() : Desk(carrier_of_ours()) {}

    template <class... Answers>
    void searches(Answers... answers) {
        script.on(Method::post, "/did/search/", testing::Answer(std::move(answers))...);
    }
    void creates(testing::Answer answer) { script.on(Method::post, "/order/create", std::move(answer)); }
    void completes(testing::Answer answer) { script.on(Method::post, "/order/complete/", std::move(answer)); }
    void disconnects(testing::Answer answer) { script.on(Method::post, "/disconnect", std::move(answer)); }
    template <class... Answers>
    void lists(Answers... answers) {
        script.on(Method::get, "/search2/did/", testing::Answer(std::move(answers))...);
    }
};

json::object order(std::string_view status, json::array tns, json::value id) {
    return {{"id", std::move(id)},   {"status", status},  {"type", "origination_order"},
            {"tns", std::move(tns)}, {"blocks", nullptr}, {"message", nullptr}};
}
json::object order(std::string_view status) {
    return order(status, {json::object{{"did", 4155550100}, {"route_id", nullptr}}}, 701);
}
json::object complaint() { return {{"statusCode", 400}, {"message", "something is wrong"}}; }
json::object list(std::initializer_list<std::int64_t> ids, std::int64_t total) {
    json::array rows;
    for (const std::int64_t id : ids) { rows.push_back(json::object{{"id", id}, {"more", "x"}}); }
    return {{"total_rows", total}, {"has_next_page", false}, {"rows", std::move(rows)}};
}
json::object found(std::initializer_list<std::int64_t> ids) { return list(ids, static_cast<std::int64_t>(ids.size())); }

bool has_credentials(const Request& request) {
    for (const Field& field : request.fields()) {  // api-user:canary-token
        if (field.name == "Authorization") {
            return field.secret && field.value == "Basic YXBpLXVzZXI6Y2FuYXJ5LXRva2Vu";
        }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_posts_an_area_code_with_its_exchange_or_a_toll_free_code) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* path;
        const char* body;
    } rows[]{
        {"an area code", {.prefix = "919"}, "individual/13999?rows=10&page=1", R"({"npanxx":"919"})"},
        {"an exchange", {.prefix = "+1919555"}, "individual/13999?rows=10&page=1", R"({"npanxx":"919555"})"},
        {"between", {.prefix = "+191955"}, "individual/13999?rows=100&page=1", R"({"npanxx":"919"})"},
        {"more", {.prefix = "+19195550"}, "individual/13999?rows=100&page=1", R"({"npanxx":"919555"})"},
        {"a page",
         {.prefix = "919", .quantity = 7, .offset = 3},
         "individual/13999?rows=10&page=1",
         R"({"npanxx":"919"})"},
        {"many", {.prefix = "919", .quantity = 4294967295U}, "individual/13999?rows=100&page=1", R"({"npanxx":"919"})"},
        {"Canada", {.prefix = "416"}, "individual/13999?rows=10&page=1", R"({"npanxx":"416"})"},
        {"toll-free", {.prefix = "844"}, "tollfree/13999?maxdids=10&rows=10&page=1", R"({"tf_prefix":"844"})"},
        {"a page of them",
         {.prefix = "844", .quantity = 7, .offset = 21},
         "tollfree/13999?maxdids=28&rows=28&page=1",
         R"({"tf_prefix":"844"})"},
        {"toll-free and more",
         {.prefix = "+1844555"},
         "tollfree/13999?maxdids=10&rows=10&page=1",
         R"({"tf_prefix":"844"})"},
        {"a wildcard", {.prefix = "88*"}, "tollfree/13999?maxdids=10&rows=10&page=1", R"({"tf_prefix":"888"})"},
        {"another wildcard", {.prefix = "80*"}, "tollfree/13999?maxdids=10&rows=10&page=1", R"({"tf_prefix":"800"})"}};
    for (const auto& [name, request, path, body] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(found({})));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == base + "/origination/did/search/" + path);
            BOOST_TEST(sent.body() == R"({"search":)" + std::string(body) + "}");
            BOOST_TEST((sent.method() == Method::post));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(has_credentials(sent));
            BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
            BOOST_TEST(sent.fields()[1].value == "application/json");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_it_cannot_search_by_is_said_without_asking) {
    const struct {
        const char* name;
        SearchRequest request;
        errc code;
    } rows[]{{"less than an area code", {.prefix = "91"}, errc::invalid},
             {"the country", {.prefix = "+1"}, errc::invalid},
             {"another country", {.prefix = "+44113"}, errc::not_available},
             {"features", {.prefix = "919", .features = {Feature::sms}}, errc::not_available}};
    for (const auto& [name, request, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            const auto error = failure_of([&] { account.find(request); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            BOOST_TEST(account.script.calls() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_page_by_page_and_sieved) {
    Account account;
    account.searches(reply(R"({"rows": [{"id": 4155550100, "ratecenter": "SNFC", "state": "CA", "more": {}},
        {"id": "4155550101", "ratecenter": {}}, {"id": 415555010}, {"id": true}, {"x": 1}, {"id": 4155560100}]})"));
    const SearchPage page = account.find({.prefix = "+1415555010"});
    BOOST_TEST(page.refused == 3U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    BOOST_TEST(page.offers[0].number == number);
    BOOST_TEST(page.offers[0].rate_center == "SNFC");
    BOOST_TEST(page.offers[0].region == "CA");
    BOOST_TEST(!page.offers[0].setup.known());
    BOOST_TEST(!page.offers[0].monthly.known());
    BOOST_TEST((page.offers[0].features == Features()));
    BOOST_TEST(page.offers[1].number == other_number);
    BOOST_TEST(page.offers[1].rate_center == "");

    Account pages;
    json::object whole = found({});
    for (int i = 0; i < 100; ++i) { whole["rows"].as_array().push_back(json::object{{"id", 4155550000 + i}}); }
    pages.searches(reply(whole), reply(found({4155550100, 4155550101})));
    BOOST_TEST(pages.find({.prefix = "415", .quantity = 500}).offers.size() == 102U);
    BOOST_TEST(pages.script.calls() == 2U);
    BOOST_TEST(pages.last_request().url() == base + "/origination/did/search/individual/13999?rows=100&page=2");

    Account odd;  // what cannot be read fills a page too
    whole["rows"].as_array()[7] = json::object{{"id", true}};
    odd.searches(reply(whole), reply(found({4155550100, 4155550101})));
    BOOST_TEST(odd.find({.prefix = "415", .quantity = 500}).offers.size() == 101U);
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.searches(reply(complaint(), status));
            const auto error = failure_of([&] { account.find({.prefix = "919"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause == "something is wrong"); }
        }
    }
    for (const char* body : {"", "{}", "[]", R"({"rows": null})", R"({"rows": {}})", "<html></html>"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            BOOST_TEST((failure_of([&] { account.find({.prefix = "919"}); })->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_creates_an_order_and_completes_it) {
    Account account;
    account.creates(reply(order("created"), 201));
    account.completes(reply(order("completed")));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id), .reference = "701"}));
    BOOST_TEST(record.carrier_data.text == R"({"kept":1,"order":{"id":"701","status":"completed"}})");
    const auto requests = account.script.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    BOOST_TEST(requests[0].url() == base + "/account/13999/origination/order/create");
    BOOST_TEST((json::parse(requests[0].body()) == json::parse(R"({"order": {"tns": [{"caller_id": null,
        "account_location_id": null, "sms_routing_profile_id": null, "route_id": null,
        "features": {"cnam": false, "sms": false, "e911": false}, "did": 4155550100}], "blocks": []}})")));
    BOOST_TEST(!requests[0].changes());  // nothing is bought, nothing costs
    BOOST_TEST(requests[0].limit() == Request::order_limit);
    BOOST_TEST(requests[1].url() == base + "/account/13999/origination/order/complete/701");
    BOOST_TEST(requests[1].body() == "{}");
    BOOST_TEST(requests[1].changes());
    for (const Request& request : requests) {
        BOOST_TEST(has_credentials(request));
        BOOST_TEST(request.fields().at(1).value == "application/json");
    }
}

BOOST_AUTO_TEST_CASE(an_order_that_is_not_of_our_number_alone_is_not_completed) {
    const json::object ours{{"did", 4155550100}}, another{{"did", 4155550101}};
    const struct {
        const char* name;
        Response created;
    } rows[]{{"another number", reply(order("created", {another}, 701), 201)},
             {"one more", reply(order("created", {ours, another}, 701), 201)},
             {"none", reply(order("created", {}, 701), 201)},
             {"a number as text", reply(order("created", {json::object{{"did", "4155550100"}}}, 701), 201)},
             {"no object", reply(order("created", {4155550100}, 701), 201)},
             {"no id", reply(order("created", {ours}, nullptr), 201)},
             {"an id that is none", reply(order("created", {ours}, 0), 201)},
             {"an id of text", reply(order("created", {ours}, "../x"), 201)},
             {"another status", reply(order("pending"), 201)},
             {"200", reply(order("created"))},
             {"nothing", Response(201)},
             {"a refusal", reply(complaint(), 400)},
             {"HTML", Response(201, "<html></html>", "text/html")}};
    for (const auto& [name, created] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.creates(created);
            BOOST_TEST((account.buy().phase == Phase::refused));  // nothing can have been bought
            BOOST_TEST(account.script.calls() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_completed_order_is_believed_of_our_order_and_number_only) {
    const json::object ours{{"did", 4155550100}}, another{{"did", 4155550101}};
    const struct {
        const char* name;
        Response completed;
        Phase phase;
    } rows[]{{"completed", reply(order("completed")), Phase::done},
             {"still created", reply(order("created")), Phase::unknown},
             {"another status", reply(order("failed")), Phase::unknown},
             {"no status", reply(R"({"id": 701, "tns": [{"did": 4155550100}]})"), Phase::unknown},
             {"neither status nor number", reply(R"({"id": 701})"), Phase::unknown},
             {"another order", reply(order("completed", {ours}, 702)), Phase::unknown},
             {"no id", reply(order("completed", {ours}, nullptr)), Phase::unknown},
             {"another number", reply(order("completed", {another}, 701)), Phase::unknown},
             {"no number", reply(order("completed", {}, 701)), Phase::unknown},
             {"one more", reply(order("completed", {ours, another}, 701)), Phase::unknown},
             {"201", reply(order("completed"), 201), Phase::unknown},
             {"a refusal", reply(complaint(), 400), Phase::refused},
             {"no such order", reply(complaint(), 404), Phase::refused}};
    for (const auto& [name, completed, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.creates(reply(order("created"), 201));
            account.completes(completed);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            if (phase == Phase::refused) { BOOST_TEST(verdict.error->cause == "something is wrong"); }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_that_names_no_number_is_sold_once_the_number_is_among_ours) {
    const struct {
        const char* name;
        testing::Answer listed;
        Phase phase;
    } rows[]{{"it is", reply(found({4155550100})), Phase::done},
             {"another is", reply(found({4155550101})), Phase::unknown},
             {"nobody can tell", Response(500), Phase::unknown}};
    for (const auto& [name, listed, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.creates(reply(R"({"id": 701, "status": "created"})", 201));
            account.completes(reply(R"({"id": 701, "status": "completed"})"));
            account.lists(listed);
            BOOST_TEST((account.buy().phase == phase));
            BOOST_TEST(account.script.changing_requests().size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase_and_no_release) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account buying;
            buying.creates(reply(order("created"), 201));
            buying.completes(answer);
            const detail::Verdict bought = buying.buy();
            BOOST_TEST((bought.phase == phase));
            BOOST_TEST_REQUIRE(bought.error.has_value());
            BOOST_TEST((bought.error->code == code));
            BOOST_TEST(bought.error->carrier == "thinq");

            Account releasing;
            releasing.lists(reply(found({14155550100})));
            releasing.disconnects(answer);
            const detail::Verdict released = releasing.release();
            BOOST_TEST((released.phase == phase));
            BOOST_TEST((released.error->code == code));
            if (code == errc::rate_limited) { BOOST_TEST((released.error->retry_after == 3s)); }

            Account creating;
            creating.creates(answer);
            BOOST_TEST((creating.buy().phase == Phase::refused));
            BOOST_TEST(creating.script.changing_requests().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_disconnects_what_is_ours_and_looks_again) {
    const Response ours = reply(found({14155550101, 14155550100})), gone = reply(found({14155550101}));
    Account account;
    account.lists(ours, ours, gone);
    account.disconnects(reply(R"({"anything": true})"));
    BOOST_TEST((account.release().phase == Phase::done));
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST(changing[0].url() == base + "/account/13999/origination/disconnect");
    BOOST_TEST(changing[0].body() == R"({"dids":[4155550100]})");
    BOOST_TEST(has_credentials(changing[0]));
    BOOST_TEST(account.script.calls() == 4U);

    Account not_ours;
    not_ours.lists(gone);
    BOOST_TEST((not_ours.release().phase == Phase::done));
    BOOST_TEST(not_ours.script.changing_requests().empty());

    Account unknown;
    unknown.lists(reply(list({}, 1)));
    BOOST_TEST((unknown.release().phase == Phase::refused));
    BOOST_TEST(unknown.script.changing_requests().empty());
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {reply(found({}))}, std::vector<E164>()},
        {"one page", {reply(found({14155550100, 4155550101}))}, both},
        {"two pages", {reply(list({4155550100}, 2)), reply(list({4155550101}, 2))}, both},
        {"an unreadable row", {reply(R"({"total_rows": 2, "rows": [{"id": 4155550100}, {"id": "x"}]})")}},
        {"fewer than it says", {reply(list({4155550100}, 2)), reply(list({}, 2))}},
        {"more than it says", {reply(list({4155550100, 4155550101}, 1))}},
        {"it changes meanwhile", {reply(list({4155550100}, 2)), reply(list({4155550101}, 3))}},
        {"no total", {reply(R"({"rows": []})")}},
        {"no rows", {reply(R"({"total_rows": 0})")}},
        {"HTML", {Response(200, "<html></html>", "text/html")}},
    });
    Account account;
    account.lists(reply(list({4155550100}, 2)), reply(list({4155550101}, 2)));
    account.owned_numbers();
    const std::string url = base + "/origination/did/search2/did/13999?rows=100&page=";
    BOOST_TEST(account.script.requests().at(0).url() == url + "1");
    BOOST_TEST(account.script.requests().at(1).url() == url + "2");
    BOOST_TEST(has_credentials(account.last_request()));
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_whole_list_was_read) {
    const struct {
        const char* name;
        std::vector<testing::Answer> answers;
        std::optional<bool> owned;
    } rows[]{{"there", {reply(found({14155550100}))}, true},
             {"there, without country code", {reply(found({4155550101, 4155550100}))}, true},
             {"on the second page", {reply(list({14155550101}, 2)), reply(list({14155550100}, 2))}, true},
             {"not there", {reply(found({14155550101}))}, false},
             {"on neither page", {reply(list({14155550101}, 2)), reply(list({14155550102}, 2))}, false},
             {"none", {reply(found({}))}, false},
             {"fewer than it says", {reply(list({14155550101}, 2)), reply(list({}, 2))}, {}},
             {"it changes meanwhile", {reply(list({14155550101}, 2)), reply(list({14155550102}, 3))}, {}},
             {"no total", {reply(R"({"rows": []})")}, {}},
             {"a row that cannot be read", {reply(R"({"total_rows": 1, "rows": [{"id": "x"}]})")}, {}},
             {"one beside as many as it counts",
              {reply(R"({"total_rows": 1, "rows": [{"id": "x"}, {"id": 14155550101}]})")},
              {}},
             {"no rows", {reply(R"({"total_rows": 0})")}, {}},
             {"404", {Response(404)}, {}},
             {"500", {Response(500)}, {}},
             {"HTML", {Response(200, "<html></html>", "text/html")}, {}}};
    for (const auto& [name, answers, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.script.on(Method::get, "/search2/did/", answers);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == base + "/origination/did/search2/did/13999?rows=100&page=" +
                                                           std::to_string(account.script.calls()));
            BOOST_TEST(has_credentials(account.last_request()));
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_have_their_names) {
    const auto read = settings_of<Thinq>("number_manager.knm_thinq", R"({"account_id": 13999, "username": "u",
        "token": "t", "base_url": "https://a.example"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.account_id == "13999");
    BOOST_TEST(read->carrier.settings.token.reveal() == "t");
    BOOST_TEST(read->carrier.settings.base_url == "https://a.example");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<Thinq>("number_manager.thinq", "{}")->missing ==
                std::vector<std::string>{"account_id", "username", "token"}));
    BOOST_TEST(!settings_of<Thinq>("number_manager.thinq", R"({"password": "x"})").has_value());
    BOOST_TEST(Thinq().settings.base_url == "https://api.thinq.com");
}

BOOST_AUTO_TEST_CASE(hostile_settings_stay_in_their_place) {
    Account account;
    account.carrier.settings.account_id = "1/../2?x#\r\n";
    account.script.on_any("/", reply(found({})));
    account.find({.prefix = "919"});
    BOOST_TEST(account.last_request().url() ==
               base + "/origination/did/search/individual/1%2F..%2F2%3Fx%23%0D%0A?rows=10&page=1");
    Number abroad = account.asked_for();
    abroad.number = E164::parse_or_empty("+441134960100");
    const detail::Verdict verdict = account.buy(abroad);
    BOOST_TEST((verdict.phase == Phase::refused));
    BOOST_TEST((verdict.error->code == errc::not_available));
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Thinq carrier = carrier_of_ours();
    carrier.settings.token = Secret(std::string(testing::sandbox::Thinq::token));
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Thinq(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(its_sandbox_is_strict) {
    testing::sandbox::InMemory model{testing::sandbox::Thinq()};
    const Secret token{std::string(testing::sandbox::Thinq::token)};
    const auto ask = [&](Request request) {
        return model.answer(std::move(request).basic_authorization("api-user", token)).status;
    };
    const auto post = [&](const std::string& path, const char* body) {
        return ask(Request::post(base + path).body("application/json", body));
    };
    const std::string search = "/origination/did/search/individual/13999", orders = "/account/13999/origination/order/";
    BOOST_TEST(model.answer(Request::get(base + "/account/13999/balance")).status == 401);
    BOOST_TEST(ask(Request::get(base + "/account/13999/balance")) == 200);
    BOOST_TEST(ask(Request::get(base + "/account/1/balance")) == 403);
    BOOST_TEST(post(search, R"({"search": {"npanxx": "919"}})") == 200);
    BOOST_TEST(post(search, R"({"search": {"npanxx": "9195"}})") == 400);
    BOOST_TEST(post(search, R"({"search": {"npa": "919"}})") == 400);
    BOOST_TEST(post(search + "?row=1", R"({"search": {"npanxx": "919"}})") == 400);
    BOOST_TEST(post(orders + "create", R"({"order": {"tns": [], "blocks": []}})") == 400);
    const char* one = R"({"order": {"tns": [{"features": {}, "did": 9195550100}], "blocks": []}})";
    BOOST_TEST(post(orders + "create", one) == 201);
    BOOST_TEST(model.ordered().empty());  // nothing is bought yet
    BOOST_TEST(ask(Request::get(base + orders + "complete/700000")) == 200);
    BOOST_TEST(ask(Request::post(base + orders + "complete/700000")) == 400);  // no Content-Type
    BOOST_TEST(post(orders + "complete/700000", "{}") == 200);
    BOOST_TEST(post(orders + "complete/700000", "{}") == 400);
    BOOST_TEST(post(orders + "cancel/700000", "{}") == 400);
    BOOST_TEST(post(orders + "create", one) == 400);  // it is sold
    BOOST_TEST(model.ordered().size() == 1U);
    BOOST_TEST(post("/account/13999/origination/disconnect", R"({"dids": ["9195550100"]})") == 400);
    BOOST_TEST(post("/account/13999/origination/disconnect", R"({"dids": [9195550100]})") == 200);
    BOOST_TEST(post("/account/13999/origination/disconnect", R"({"dids": [9195550100]})") == 400);
}

BOOST_AUTO_TEST_SUITE_END()
