// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/didlogic.hpp>
#include <tandem/testing/sandbox/didlogic.hpp>

BOOST_AUTO_TEST_SUITE(carriers_didlogic)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::DidLogic;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<DidLogic>());
static_assert(OwnsNumbers<DidLogic> && ListsNumbers<DidLogic> && !FollowsOrders<DidLogic> && !FindsOrders<DidLogic>);

const std::string base = "https://api.example/api";

DidLogic carrier_of_ours() { return {.settings = {.api_key = Secret("canary-key"), .base_url = base + "/v2"}}; }

struct Account : Desk<DidLogic> {
    Account() : Desk(carrier_of_ours()) {
        script.on(Method::get, "/countries", reply(R"({"countries": [
            {"id": 8669, "name": "Argentina", "short_name": "AR"}, {"id": 1, "name": "United States", "short_name": "US"},
            {"id": 2, "name": "C\u00f4te & d", "short_name": "CI"}, {"id": 3, "name": "United Kingdom", "short_name": "GB"}]})"));
    }

    template <class... Answers>
    void searches(Answers... answers) {
        script.on(Method::get, "/search", testing::Answer(std::move(answers))...);
    }
    void sells(testing::Answer answer) { script.on(Method::post, "/numbers/purchase", std::move(answer)); }
    void removes(testing::Answer answer) { script.on(Method::delete_, "/buy/purchase", std::move(answer)); }
    template <class... Answers>
    void lists(Answers... answers) {
        script.on(Method::get, "/v1/purchases.json", testing::Answer(std::move(answers))...);
    }
};

json::object purchase(json::array purchases, json::value errors = json::object()) {
    return {{"purchase", {{"errors", std::move(errors)}, {"purchases", std::move(purchases)}}}};
}
json::object bought(json::value digits, json::value id = 728070) {
    return {{"id", std::move(id)}, {"number", std::move(digits)}, {"area", "San Francisco"}};
}
json::object list(std::initializer_list<const char*> numbers, std::int64_t total) {
    json::array rows;
    for (const char* each : numbers) { rows.push_back(json::object{{"number", each}, {"channels", 2}}); }
    return {{"purchases", std::move(rows)}, {"pagination", {{"pages", 1}, {"page", 1}, {"total_records", total}}}};
}
json::object owned(std::initializer_list<const char*> numbers) {
    return list(numbers, static_cast<std::int64_t>(numbers.size()));
}
json::object stock(json::array rows, int pages) {
    return {{"dids", {{"pagination", {{"total_pages", pages}, {"current_page", 1}}}, {"dids", std::move(rows)}}}};
}
json::object complaint(const char* words = "something is wrong") { return {{"error", words}}; }

bool has_key(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret && field.value == "Bearer canary-key"; }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_the_country_as_the_carrier_does_and_the_first_digits) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* query;
    } rows[]{{"an area code", {.prefix = "305"}, "United%20States&begins_with=1305&page=1"},
             {"a number", {.prefix = "+13055550100"}, "United%20States&begins_with=13055550100&page=1"},
             {"another country", {.prefix = "+44121"}, "United%20Kingdom&begins_with=44121&page=1"},
             {"all of it", {.prefix = "+44"}, "United%20Kingdom&begins_with=44&page=1"},
             {"a name that needs care", {.prefix = "+225"}, "C%C3%B4te%20%26%20d&begins_with=225&page=1"},
             {"toll-free", {.prefix = "88*"}, "United%20States&begins_with=188&page=1"},
             {"sms",
              {.prefix = "305", .features = {Feature::sms}},
              "United%20States&begins_with=1305&sms_enabled=1&page=1"}};
    for (const auto& [name, request, query] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(stock({}, 0)));
            BOOST_TEST(account.find(request).offers.empty());
            const auto requests = account.script.requests();
            BOOST_TEST_REQUIRE(requests.size() == 2U);
            BOOST_TEST(requests[0].url() == base + "/v2/numbers/countries");
            BOOST_TEST(requests[1].url() ==
                       base + "/v2/numbers/search?country_name_contains=" + query + "&per_page=100");
            for (const Request& request_sent : requests) {
                BOOST_TEST((request_sent.method() == Method::get));
                BOOST_TEST(!request_sent.changes());
                BOOST_TEST(has_key(request_sent));
            }
        }
    }
    Account account;
    BOOST_TEST((failure_of([&] { account.find({.prefix = "+33"}); })->code == errc::not_available));
    BOOST_TEST(account.script.calls() == 1U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_prices_place_and_sms) {
    Account account;
    account.searches(reply(R"({"dids": {"pagination": {"total": 3, "total_pages": 2, "current_page": 1}, "dids": [
        {"id": 112370, "country": "United States", "city": "San Francisco, CA", "sms_enabled": false,
         "activation": 1.5, "monthly": 0.99, "per_minute": 0.01, "required_documents": [1], "state": "California",
         "country_short_name": "US", "number": "14155550100"},
        {"id": 2, "area": "x", "monthly_fee": 1, "sms_enabled": 1, "number": 14155550101}, {"id": 3}, {"number": "+1415"},
        {"number": "14165550100"}, {"number": "14155550102", "monthly": "1,5"}]}})"),
                     reply(stock({json::object{{"number", "14155550103"}}}, 2)));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 3U);
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.id == "112370");
    BOOST_TEST(offer.setup.count() == 15'000);
    BOOST_TEST(offer.monthly.count() == 9'900);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.locality == "San Francisco, CA");
    BOOST_TEST(offer.region == "California");
    BOOST_TEST((offer.features.get(Feature::sms) == false));
    BOOST_TEST((offer.features.get(Feature::voice) == std::nullopt));
    BOOST_TEST(page.offers[1].number == other_number);
    BOOST_TEST((page.offers[1].features.get(Feature::sms) == true));
    BOOST_TEST(!page.offers[1].setup.known());
    BOOST_TEST(page.offers[1].monthly.count() == 10'000);
    BOOST_TEST(page.offers[1].locality == "x");
    BOOST_TEST(page.offers[2].number.str() == "+14155550103");
    BOOST_TEST(account.last_request().url().find("&page=2&") != std::string::npos);
    BOOST_TEST(account.script.calls() == 3U);
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        for (const char* step : {"/countries", "/search"}) {
            BOOST_TEST_CONTEXT(status << " to " << step) {
                Account account;
                account.script.on(Method::get, step, reply(complaint(), status));
                const auto error = failure_of([&] { account.find({.prefix = "305"}); });
                BOOST_TEST_REQUIRE(error.has_value());
                BOOST_TEST((error->code == code));
                if (status >= 300) { BOOST_TEST(error->cause == "something is wrong"); }
            }
        }
    }
    Account elsewhere;
    elsewhere.searches(Response(404, "<html></html>", "text/html"));
    BOOST_TEST(failure_of([&] { elsewhere.find({.prefix = "305"}); })->cause == "status 404");
    for (const char* body : {"", "{}", "[]", R"({"dids": []})", R"({"dids": {"dids": {}}})", "<html></html>"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            BOOST_TEST((failure_of([&] { account.find({.prefix = "305"}); })->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_names_the_number_in_a_part_of_its_own) {
    Account account;
    account.sells(reply(purchase({bought("14155550100")})));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id), .reference = "728070"}));
    BOOST_TEST(record.carrier_data.text == R"({"kept":1,"order":{"id":"728070"}})");
    BOOST_TEST_REQUIRE(account.script.calls() == 1U);
    const Request& sent = account.last_request();
    BOOST_TEST(sent.url() == base + "/v2/numbers/purchase");
    BOOST_TEST(sent.changes());
    BOOST_TEST(has_key(sent));
    BOOST_TEST(sent.fields().back().value == "multipart/form-data; boundary=tandem-0");
    BOOST_TEST(sent.body() ==
               "--tandem-0\r\nContent-Disposition: form-data; name=\"did_numbers[]\"\r\n\r\n14155550100\r\n"
               "--tandem-0--\r\n");
}

BOOST_AUTO_TEST_CASE(a_purchase_s_reply_is_believed_of_our_number_only) {
    const json::object taken{{"14155550100", json::array{"is not available"}}};
    const json::object identity{{"14155550100", json::array{"Identity is required"}}};
    const struct {
        const char* name;
        Response response;
        Phase phase;
        errc code = errc::outcome_unknown;
    } rows[]{
        {"ours", reply(purchase({bought("14155550100")})), Phase::done},
        {"errors that are an empty list", reply(purchase({bought("14155550100")}, json::array())), Phase::done},
        {"no errors", reply(purchase({bought("14155550100")}, nullptr)), Phase::done},
        {"another number", reply(purchase({bought("14155550101")})), Phase::unknown},
        {"a number in another writing", reply(purchase({bought("+14155550100")})), Phase::unknown},
        {"a number that is no text", reply(purchase({bought(14155550100)})), Phase::unknown},
        {"one more", reply(purchase({bought("14155550100"), bought("14155550101")})), Phase::unknown},
        {"no id", reply(purchase({bought("14155550100", nullptr)})), Phase::unknown},
        {"sold with errors", reply(purchase({bought("14155550100")}, taken)), Phase::unknown},
        {"nothing at all", reply(purchase({})), Phase::unknown},
        {"text", reply(purchase({"14155550100"})), Phase::unknown},
        {"no purchases", reply(R"({"purchase": {"errors": {}}})"), Phase::unknown},
        {"a list", reply(json::object{{"purchase", json::array{bought("14155550100")}}}), Phase::unknown},
        {"201", reply(purchase({bought("14155550100")}), 201), Phase::unknown},
        {"taken", reply(purchase({}, taken)), Phase::refused, errc::by_carrier},
        {"an identity is wanted", reply(purchase({}, identity)), Phase::refused, errc::needs_action},
        {"documents are wanted", reply(complaint("Documents are missing"), 422), Phase::refused, errc::needs_action},
        {"refused", reply(complaint(), 422), Phase::refused, errc::by_carrier}};
    for (const auto& [name, response, phase, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.sells(response);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            if (verdict.error) { BOOST_TEST((verdict.error->code == code)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase_and_no_release) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        for (const bool buys : {true, false}) {
            BOOST_TEST_CONTEXT(name << (buys ? ", buying" : ", releasing")) {
                Account account;
                account.sells(answer);
                account.lists(reply(owned({"14155550100"})));
                account.removes(answer);
                const detail::Verdict verdict = buys ? account.buy() : account.release();
                BOOST_TEST((verdict.phase == phase));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == code));
                BOOST_TEST(verdict.error->carrier == "didlogic");
                if (code == errc::rate_limited) { BOOST_TEST((verdict.error->retry_after == 3s)); }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_s_reply_cut_at_any_byte_leaves_the_outcome_unknown) {
    const std::string whole = json::serialize(purchase({bought("14155550100")}));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Account account;
        account.sells(Response(200, whole.substr(0, size)));
        BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
    }
}

BOOST_AUTO_TEST_CASE(what_a_purchase_cost_is_activation_and_first_month) {
    const Money dollars{Amount::ten_thousandths(18'500), "USD"};
    const struct {
        const char* name;
        std::string_view fees;
        Money paid;
    } rows[]{{"numbers", R"(,"activation":1.1,"monthly_fee":0.75)", dollars},
             {"texts", R"(,"activation":"1.10","monthly_fee":"0.75")", dollars},
             {"no activation", R"(,"monthly_fee":0.75)", {}},
             {"no month", R"(,"activation":1.1)", {}},
             {"nothing", "", {}},
             {"no sums", R"(,"activation":"free","monthly_fee":[0.75])", {}}};
    for (const auto& [name, fees, paid] : rows) {
        BOOST_TEST_CONTEXT(name) {
            const std::string one = R"({"id":728070,"number":"14155550100")" + std::string(fees) + "}";
            Account account;
            account.sells(reply((R"({"purchase":{"errors":{},"purchases":[)" + one + "]}}").c_str()));
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == Phase::done));
            BOOST_TEST_REQUIRE(record.order.has_value());
            BOOST_TEST((record.order->price == paid));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_removes_what_is_ours_and_looks_again) {
    const Response ours = reply(owned({"14155550101", "14155550100"})), gone = reply(owned({"14155550101"}));
    for (const Response& answer : {reply(R"({"dids": []})"), Response(204)}) {
        Account account;
        account.lists(ours, ours, gone);
        account.removes(answer);
        BOOST_TEST((account.release().phase == Phase::done));
        const auto changing = account.script.changing_requests();
        BOOST_TEST_REQUIRE(changing.size() == 1U);
        BOOST_TEST((changing[0].method() == Method::delete_));
        BOOST_TEST(changing[0].url() == base + "/v2/buy/purchase");
        BOOST_TEST(changing[0].body() == "did_numbers=14155550100");
        BOOST_TEST(has_key(changing[0]));
        BOOST_TEST(account.script.calls() == 4U);
    }
    Account not_ours;
    not_ours.lists(gone);
    BOOST_TEST((not_ours.release().phase == Phase::done));
    BOOST_TEST(not_ours.script.changing_requests().empty());

    Account still_there;
    still_there.lists(ours);
    still_there.removes(reply(R"({"dids": [{"number": "14155550100"}]})"));
    BOOST_TEST((still_there.release().phase == Phase::unknown));

    Account locked;
    locked.lists(ours);
    locked.removes(reply(complaint(), 422));
    BOOST_TEST((locked.release().phase == Phase::refused));
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {reply(owned({}))}, std::vector<E164>()},
        {"one page", {reply(owned({"14155550100", "14155550101"}))}, both},
        {"two pages", {reply(list({"14155550100"}, 2)), reply(list({"14155550101"}, 2))}, both},
        {"too long to count", {reply(list({"14155550100"}, 5000))}},
        {"an unreadable row", {reply(owned({"14155550100", "x"}))}},
        {"fewer than it says", {reply(list({"14155550100"}, 2)), reply(list({}, 2))}},
        {"more than it says", {reply(list({"14155550100", "14155550101"}, 1))}},
        {"it changes meanwhile", {reply(list({"14155550100"}, 2)), reply(list({"14155550101"}, 3))}},
        {"no count", {reply(R"({"purchases": []})")}},
        {"no rows", {reply(R"({"pagination": {"total_records": 0}})")}},
        {"HTML", {Response(200, "<html></html>", "text/html")}},
    });
    Account account;
    account.lists(reply(list({"14155550100"}, 2)), reply(list({"14155550101"}, 2)));
    account.owned_numbers();
    BOOST_TEST(account.script.requests().at(0).url().ends_with("/v1/purchases.json?page=1&per_page=1000"));
    BOOST_TEST(account.script.requests().at(1).url().ends_with("/v1/purchases.json?page=2&per_page=1000"));
    BOOST_TEST(has_key(account.last_request()));
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_whole_list_was_read) {
    const struct {
        const char* name;
        std::vector<testing::Answer> answers;
        std::optional<bool> owned;
    } rows[]{{"there", {reply(owned({"14155550101", "14155550100"}))}, true},
             {"there, in a list too long to count", {reply(list({"14155550100"}, 5000))}, true},
             {"on the second page", {reply(list({"1415555"}, 2)), reply(list({"14155550100"}, 2))}, true},
             {"not there", {reply(owned({"14155550101"}))}, false},
             {"none", {reply(owned({}))}, false},
             {"not there, in a list too long to count", {reply(list({"14155550101"}, 5000))}, {}},
             {"fewer than it says", {reply(list({"14155550101"}, 2)), reply(list({}, 2))}, {}},
             {"the same page again", {reply(list({"14155550101"}, 2)), reply(list({"14155550101"}, 2))}, {}},
             {"a number on two pages",
              {reply(list({"14155550101", "14155550102"}, 3)), reply(list({"14155550102"}, 3))},
              {}},
             {"no count", {reply(R"({"purchases": []})")}, {}},
             {"a row that cannot be read",
              {reply(R"({"purchases": [{"number": "x"}], "pagination": {"total_records": 1}})")},
              {}},
             {"404", {Response(404)}, {}},
             {"403", {Response(403)}, {}},
             {"HTML", {Response(200, "<html></html>", "text/html")}, {}}};
    for (const auto& [name, answers, is_owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.script.on(Method::get, "/v1/purchases.json", answers);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == is_owned));
            BOOST_TEST(error.has_value() == !is_owned.has_value());
            BOOST_TEST(account.last_request().url() ==
                       base + "/v1/purchases.json?page=" + std::to_string(account.script.calls()) + "&per_page=1000");
            BOOST_TEST(has_key(account.last_request()));
        }
    }
    Account account;
    account.carrier.settings.base_url = "https://api.example/api/v3";
    BOOST_TEST((failure_of([&] { account.owns(); })->code == errc::settings));
}

BOOST_AUTO_TEST_CASE(settings_have_their_names) {
    const auto read =
        settings_of<DidLogic>("number_manager.knm_didlogic", R"({"api_key": "k", "base_url": "https://a.example/v2"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read->carrier.settings.base_url == "https://a.example/v2");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST(
        (settings_of<DidLogic>("number_manager.didlogic", "{}")->missing == std::vector<std::string>{"api_key"}));
    BOOST_TEST(!settings_of<DidLogic>("number_manager.didlogic", R"({"token": "x"})").has_value());
    BOOST_TEST(DidLogic().settings.base_url == "https://app.didlogic.com/api/v2");
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    DidLogic carrier = carrier_of_ours();
    carrier.settings.api_key = Secret(std::string(testing::sandbox::DidLogic::api_key));
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::DidLogic(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(its_sandbox_is_strict) {
    testing::sandbox::InMemory model{testing::sandbox::DidLogic()};
    const Secret key{std::string(testing::sandbox::DidLogic::api_key)};
    const auto ask = [&](Request request) {
        return model.answer(std::move(request).authorization("Bearer", key)).status;
    };
    const auto buy = [&](std::string_view name, std::string_view value) {
        const wire::Multipart form = wire::Multipart().add(name, value);
        return wire::with_multipart(Request::post(base + "/v2/numbers/purchase"), form);
    };
    BOOST_TEST(model.answer(Request::get(base + "/v1/balance")).status == 403);
    BOOST_TEST(ask(Request::get(base + "/v1/balance")) == 200);
    BOOST_TEST(ask(Request::get(base + "/v2/numbers/search?country=US")) == 400);
    BOOST_TEST(ask(Request::get(base + "/v2/numbers/search?page=0")) == 400);
    BOOST_TEST(ask(Request::post(base + "/v2/numbers/purchase").body("application/json", "{}")) == 400);
    BOOST_TEST(ask(Request::post(base + "/v2/numbers/purchase").body("multipart/form-data; boundary=x", "--y--")) ==
               400);
    BOOST_TEST(ask(buy("numbers[]", "13055550100")) == 422);
    BOOST_TEST(ask(buy("did_numbers[]", "13055550199")) == 200);  // whose number has an error
    BOOST_TEST(model.ordered().empty());
    BOOST_TEST(ask(buy("did_numbers[]", "13055550100")) == 200);
    BOOST_TEST(model.owns(E164::parse_or_empty("+13055550100")));
    const auto remove = [&] {
        return ask(Request::delete_(base + "/v2/buy/purchase")
                       .body("application/x-www-form-urlencoded", "did_numbers=13055550100"));
    };
    BOOST_TEST(remove() == 200);
    BOOST_TEST(remove() == 404);
    const Response found = model.answer(
        Request::get(base + "/v2/numbers/search?begins_with=44121&per_page=1").authorization("Bearer", key));
    BOOST_TEST(found.body.find("\"monthly\":0.99,") != std::string::npos);
    BOOST_TEST(found.body.find("\"total_pages\":20") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
