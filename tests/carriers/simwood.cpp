// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/simwood.hpp>
#include <tandem/testing/sandbox/simwood.hpp>

BOOST_AUTO_TEST_SUITE(carriers_simwood)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Simwood;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Simwood>());
static_assert(OwnsNumbers<Simwood> && ListsNumbers<Simwood> && !FollowsOrders<Simwood> && !FindsOrders<Simwood>);

constexpr const char* base = "https://api.example/v3/numbers/930123/";
constexpr const char* basic = "Basic YXBpLXVzZXI6Y2FuYXJ5LXBhc3N3b3Jk";  // api-user:canary-password

Simwood carrier_of_ours() {
    return {.settings = {.simwood_account_id = "930123",
                         .auth_username = "api-user",
                         .auth_password = Secret("canary-password"),
                         .numbers_api_url = "https://api.example/v3/numbers/"}};
}

struct Account : Desk<Simwood> {
    Account() : Desk(carrier_of_ours()) {}

    void searches(testing::Answer answer) { script.on(Method::get, "/available/", std::move(answer)); }
    template <class... Answers>
    void reports(Answers... answers) {
        script.on(Method::get, "/files/", testing::Answer(std::move(answers))...);
    }
    void allocates(testing::Answer answer) { script.on(Method::put, "/allocated/", std::move(answer)); }
    void removes(testing::Answer answer) { script.on(Method::delete_, "/allocated/", std::move(answer)); }
    template <class... Answers>
    void shows(Answers... answers) {
        script.on(Method::get, "/allocated/", testing::Answer(std::move(answers))...);
    }
};

json::object shown(std::string_view national = "4155550100", std::string_view code = "1") {
    return {{"basic", {{"country_code", code}, {"number", national}, {"block", "b"}, {"bill_class", "Carrier"}}},
            {"voice", {{"link", "/v3/x"}}}};
}
json::object complaint() { return {{"success", false}, {"errors", json::array{"Message #1", "Message #2"}}}; }

bool has_credentials(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret && field.value == basic; }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_asks_for_a_pattern_and_one_of_three_counts) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* path;
    } rows[]{
        {"an area", {.prefix = "+44113"}, "available/standard/10?pattern=113%2A"},
        {"all of it", {.prefix = "+44"}, "available/standard/10?pattern=%2A"},
        {"a number", {.prefix = "+441134960100"}, "available/standard/10?pattern=1134960100%2A"},
        {"as people dial", {.prefix = "0113", .country = "GB"}, "available/standard/10?pattern=113%2A"},
        {"one", {.prefix = "+44113", .quantity = 1}, "available/standard/1?pattern=113%2A"},
        {"eleven", {.prefix = "+44113", .quantity = 11}, "available/standard/100?pattern=113%2A"},
        {"the most", {.prefix = "+44113", .quantity = 4294967295U}, "available/standard/100?pattern=113%2A"},
        {"skipped ones too", {.prefix = "+44113", .quantity = 1, .offset = 3}, "available/standard/10?pattern=113%2A"},
        {"a feature",
         {.prefix = "+44113", .quantity = 1, .features = {Feature::sms}},
         "available/standard/100?pattern=113%2A"},
        {"the United States", {.prefix = "917"}, "available/standard/10?pattern=917%2A&country_code=1"},
        {"an exchange there", {.prefix = "+1917555"}, "available/standard/10?pattern=917555%2A&country_code=1"},
        {"a wildcard", {.prefix = "88*"}, "available/standard/10?pattern=88%2A&country_code=1"}};
    for (const auto& [name, request, path] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply("[]"));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == base + std::string(path));
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(has_credentials(sent));
            BOOST_TEST(sent.fields().size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(countries_that_it_does_not_sell_are_not_asked_for) {
    for (const char* prefix : {"+1416", "+33", "+353"}) {
        BOOST_TEST_CONTEXT(prefix) {
            Account account;
            const auto error = failure_of([&] { account.find({.prefix = prefix}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::not_available));
            BOOST_TEST(account.script.calls() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_their_gold_premium_and_without_a_monthly_price) {
    const std::string rows = R"([
        {"country_code": "44", "number": "1134960100", "recommended_gold_premium": 0, "wholesale_gold_premium": 0,
         "block": "03dd", "bill_class": "Carrier", "SMS": 1},
        {"country_code": 44, "number": 1134960101, "recommended_gold_premium": 5, "wholesale_gold_premium": 2.5,
         "SMS": 0},
        {"country_code": "44", "number": "1134960102", "SMS": {"x": 1}},
        {"country_code": "44", "number": "0113496"}, {"country_code": "44"}, {"number": "1134960103"}, "1134960104",
        {"country_code": "44x", "number": "1134960105"}, {"country_code": "44", "number": "1144960100"}])";
    for (const std::string& body : {rows, R"({"success": true, "data": )" + rows + "}"}) {
        Account account;
        account.searches(reply(body.c_str()));
        const SearchPage page = account.find({.prefix = "+44113"});
        BOOST_TEST(page.refused == 5U);
        BOOST_TEST_REQUIRE(page.offers.size() == 3U);
        const Offer& offer = page.offers[0];
        BOOST_TEST(offer.number.str() == "+441134960100");
        BOOST_TEST(offer.setup.count() == 0);
        BOOST_TEST(!offer.monthly.known());
        BOOST_TEST(offer.currency.view() == "GBP");
        BOOST_TEST(offer.country == "GB");
        BOOST_TEST((offer.features.get(Feature::sms) == true));
        BOOST_TEST((offer.features.get(Feature::voice) == std::nullopt));
        BOOST_TEST(json::parse(std::string(offer.details())).at("block").as_string() == "03dd");
        BOOST_TEST(page.offers[1].number.str() == "+441134960101");
        BOOST_TEST(page.offers[1].setup.count() == 25'000);
        BOOST_TEST((page.offers[1].features.get(Feature::sms) == false));
        BOOST_TEST(page.offers[2].setup.count() == 0);  // the document: no gold number, no fee
        BOOST_TEST((page.offers[2].features == Features()));
        BOOST_TEST(account.find({.prefix = "+44113", .features = {Feature::sms}}).offers.size() == 1U);
        BOOST_TEST(account.find({.prefix = "+44113", .quantity = 1, .offset = 1}).offers.at(0).number.str() ==
                   "+441134960101");
    }
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        for (const std::uint32_t blocks : {0U, 1U}) {
            BOOST_TEST_CONTEXT(status << " with " << blocks << " blocks") {
                Account account;
                Response response = reply(complaint(), status);
                response.fields.push_back({"Retry-After", "3"});
                account.searches(response);
                account.script.on(Method::post, "/consecutive/", response);
                const auto error = failure_of([&] { account.find({.prefix = "+44113", .blocks = blocks}); });
                BOOST_TEST_REQUIRE(error.has_value());
                BOOST_TEST((error->code == (blocks > 0 && status == 404 ? errc::by_carrier : code)));
                if (status >= 300) { BOOST_TEST(error->cause == "Message #1 Message #2"); }
            }
        }
    }
    const struct {
        const char* body;
        errc code;
    } rows[]{{"", errc::malformed_reply},
             {"{}", errc::malformed_reply},
             {R"({"data": null})", errc::malformed_reply},
             {R"({"data": {}})", errc::malformed_reply},
             {"[", errc::malformed_reply},
             {R"("x")", errc::malformed_reply},
             {"<html></html>", errc::malformed_reply},
             {R"({"success": false, "errors": ["no"]})", errc::by_carrier},
             {R"({"success": false, "data": [{"country_code": "44", "number": "1134960100"}]})", errc::by_carrier},
             {R"({"success": "yes", "data": []})", errc::malformed_reply}};
    for (const auto& [body, code] : rows) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "+44113"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
        }
    }
}

BOOST_AUTO_TEST_CASE(blocks_come_as_a_report_that_is_asked_for_until_it_is_there) {
    json::array rows;
    for (const int last : {0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11}) {  // of seven and of four
        rows.push_back({{"country_code", "44"}, {"number", std::to_string(1'134'960'100 + last)}});
    }
    const struct {
        std::uint32_t size, blocks, offset;
        std::vector<int> found;  ///< first and last of each
    } cases[]{{3, 9, 0, {0, 2, 3, 5, 8, 10}},
              {3, 2, 0, {0, 2, 3, 5}},
              {3, 1, 2, {8, 10}},
              {4, 9, 0, {0, 3, 8, 11}},
              {1, 2, 0, {0, 1}},
              {7, 1, 0, {0, 6}},
              {8, 1, 0, {}},
              {3, 1, 4294967295U, {}}};
    for (const auto& [size, blocks, offset, found] : cases) {
        BOOST_TEST_CONTEXT(blocks << " blocks of " << size << " from " << offset) {
            Account account;
            account.script.on(Method::post, "/consecutive/",
                              reply(R"({"type": "x", "hash": "4e59/..", "link": "/v3/files/930123/4e59"})"));
            account.reports(Response(204), Response(204), reply(json::value(rows)));
            const Moment start = account.environment.now();
            const SearchPage page =
                account.find({.prefix = "+44113", .quantity = size, .offset = offset, .blocks = blocks});
            std::vector<std::string> numbers, expected;
            for (const Offer& offer : page.offers) {
                numbers.push_back(offer.number.str());
                BOOST_TEST(!offer.setup.known());  // it may be gold
            }
            for (const int last : found) { expected.push_back("+" + std::to_string(441'134'960'100 + last)); }
            BOOST_TEST(numbers == expected, boost::test_tools::per_element());
            BOOST_TEST((account.environment.now() - start == 1750ms));  // 250, 500 and 1000
            const auto requests = account.script.requests();
            BOOST_TEST_REQUIRE(requests.size() == 4U);
            BOOST_TEST(requests[0].url() == base + std::string("available/consecutive/10"));
            BOOST_TEST(requests[0].body() == "pattern=113%2A");
            BOOST_TEST(requests[3].url() == "https://api.example/v3/files/930123/4e59%2F..");
            for (const Request& request : requests) {
                BOOST_TEST(!request.changes());
                BOOST_TEST(has_credentials(request));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_report_that_does_not_come_ends_the_search) {
    const json::value accepted{{"hash", "4e59"}};
    const struct {
        const char* name;
        Response accepted, report;
        errc code;
    } rows[]{{"never ready", reply(accepted), Response(204), errc::timeout},
             {"expired", reply(accepted), reply(complaint(), 404), errc::by_carrier},
             {"no hash", reply("{}"), reply("[]"), errc::malformed_reply},
             {"a hash that leaves its place", reply(json::value{{"hash", ".."}}), reply("[]"), errc::invalid},
             {"HTML", Response(200, "<html></html>", "text/html"), reply("[]"), errc::malformed_reply}};
    for (const auto& [name, first, report, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.script.on(Method::post, "/consecutive/", first);
            account.reports(report);
            const auto error = failure_of([&] { account.find({.prefix = "+44113", .blocks = 1}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            BOOST_TEST(account.script.calls() < 20U);
        }
    }
    const struct {
        SearchRequest request;
        errc code;
    } refused[]{{{.prefix = "+44113", .quantity = 101, .blocks = 1}, errc::invalid},
                {{.prefix = "+1917", .quantity = 10, .blocks = 1}, errc::not_available}};
    for (const auto& [request, code] : refused) {
        Account account;
        const auto error = failure_of([&] { account.find(request); });
        BOOST_TEST_REQUIRE(error.has_value());
        BOOST_TEST((error->code == code));
    }
    Account account;
    account.carrier.settings.numbers_api_url = "https://api.example/elsewhere";
    account.script.on(Method::post, "/consecutive/", reply(accepted));
    BOOST_TEST((failure_of([&] { account.find({.prefix = "+44113", .blocks = 1}); })->code == errc::settings));
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_by_a_report) {
    const json::object ours{{"country_code", "1"}, {"number", "4155550100"}, {"block", "b"}};
    const json::object british{{"country_code", "44"}, {"number", "1134960000"}};
    const json::object accepted{{"hash", "4e59"}};
    const json::object broken{{"country_code", "44"}, {"number", "none"}};
    const std::vector<E164> both{number, E164::parse_or_empty("+441134960000")};
    const struct {
        const char* name;
        std::vector<testing::Answer> report;
        std::optional<std::vector<E164>> numbers;
    } rows[]{{"none", {reply("[]")}, std::vector<E164>()},
             {"two, in the end", {Response(204), Response(204), reply(json::array{ours, british})}, both},
             {"in an envelope", {reply(json::object{{"success", true}, {"data", {ours, british}}})}, both},
             {"an unreadable row", {reply(json::array{ours, broken})}, {}},
             {"an envelope without data", {reply(json::object{{"success", true}})}, {}},
             {"an envelope that says no", {reply(complaint())}, {}},
             {"gone", {Response(404)}, {}},
             {"never ready", {Response(204)}, {}},
             {"500", {Response(500)}, {}}};
    for (const auto& [name, report, numbers] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.script.on(Method::post, "/allocated/all", reply(accepted));
            account.script.on(Method::get, "/files/", report);
            std::optional<std::vector<E164>> read;
            const auto failure = failure_of([&] { read = account.owned_numbers(); });
            BOOST_TEST((read == numbers));
            BOOST_TEST(failure.has_value() == !numbers.has_value());
            BOOST_TEST(account.script.changing_requests().empty());
            BOOST_TEST(account.script.requests()[0].url() == base + std::string("allocated/all"));
            BOOST_TEST(account.script.requests()[0].body() == "");
        }
    }
    for (const auto& [status, code] : search_statuses) {
        Account account;
        account.script.on(Method::post, "/allocated/all", Response(status));
        const auto failure = failure_of([&] { account.owned_numbers(); });
        BOOST_TEST_REQUIRE(failure.has_value());
        if (status != 404) { BOOST_TEST((failure->code == code), status); }
        BOOST_TEST(account.script.calls() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_allocated_and_then_asked_for) {
    Account account;
    account.allocates(Response(200));
    account.shows(Response(404), reply(shown()));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id)}));
    BOOST_TEST(record.carrier_data.text == R"({"kept":1})");
    const auto requests = account.script.requests();
    BOOST_TEST_REQUIRE(requests.size() == 3U);
    BOOST_TEST((requests[0].method() == Method::put));
    BOOST_TEST(requests[0].url() == base + std::string("allocated/14155550100"));
    BOOST_TEST(requests[0].body() == "");
    BOOST_TEST(requests[0].changes());
    BOOST_TEST((requests[2].method() == Method::get));
    BOOST_TEST(requests[2].url() == requests[0].url());
    for (const Request& request : requests) { BOOST_TEST(has_credentials(request)); }
}

BOOST_AUTO_TEST_CASE(an_allocation_is_believed_when_the_number_is_shown_and_not_before) {
    const struct {
        const char* name;
        Response put, get;
        Phase phase;
        errc code = errc::outcome_unknown;
    } rows[]{{"shown", reply(R"({"success": true})"), reply(shown()), Phase::done},
             {"shown with its country code", Response(200), reply(shown("14155550100")), Phase::done},
             {"another number", Response(200), reply(shown("4155550101")), Phase::unknown},
             {"another country's", Response(200), reply(shown("4155550100", "44")), Phase::unknown},
             {"no basics", Response(200), reply("{}"), Phase::unknown},
             {"a list", Response(200), reply("[]"), Phase::unknown},
             {"not shown", Response(200), reply(complaint(), 404), Phase::unknown},
             {"a page of HTML", Response(200), Response(404, "<html></html>", "text/html"), Phase::unknown},
             {"a failure", Response(200), Response(500), Phase::unknown},
             {"not available", reply(complaint(), 404), reply(shown()), Phase::refused, errc::number_unavailable},
             {"it says no", reply(complaint()), reply(shown()), Phase::refused, errc::by_carrier},
             {"accepted", Response(202), reply(shown()), Phase::unknown}};
    for (const auto& [name, put, get, phase, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.allocates(put);
            account.shows(get);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST(verdict.error.has_value() == (phase != Phase::done));
            if (verdict.error) { BOOST_TEST((verdict.error->code == code)); }
            if (get.status == 500) { BOOST_TEST(verdict.error->cause.starts_with("it cannot be told")); }
            if (phase == Phase::refused) { BOOST_TEST(verdict.error->cause == "Message #1 Message #2"); }
            BOOST_TEST(account.script.calls() <= 6U);
        }
    }
}

BOOST_AUTO_TEST_CASE(another_server_s_404_says_nothing_of_numbers) {
    const Response elsewhere(404, "<html></html>", "text/html");
    Account account;
    account.searches(elsewhere);
    account.allocates(elsewhere);
    BOOST_TEST((failure_of([&] { account.find({.prefix = "+44113"}); })->code == errc::by_carrier));
    const detail::Verdict verdict = account.buy();
    BOOST_TEST((verdict.phase == Phase::refused));
    BOOST_TEST((verdict.error->code == errc::by_carrier));
    BOOST_TEST(account.script.calls() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase_and_no_release) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        for (const bool buys : {true, false}) {
            BOOST_TEST_CONTEXT(name << (buys ? ", buying" : ", releasing")) {
                Account account;
                account.allocates(answer);
                account.removes(answer);
                if (buys) {
                    account.shows(Response(404));
                } else {
                    account.shows(reply(shown()));
                }
                const detail::Verdict verdict = buys ? account.buy() : account.release();
                BOOST_TEST((verdict.phase == phase));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == code));
                BOOST_TEST(verdict.error->carrier == "simwood");
                if (code == errc::rate_limited) { BOOST_TEST((verdict.error->retry_after == 3s)); }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_is_believed_when_the_number_is_not_shown_any_more) {
    const struct {
        const char* name;
        Response gone, get;
        Phase phase;
    } rows[]{{"gone", reply(R"({"success": true})"), reply(complaint(), 404), Phase::done},
             {"gone, without words", Response(200), Response(404), Phase::done},
             {"not ours any more", reply(complaint(), 404), Response(500), Phase::done},
             {"a page of HTML", Response(404, "<html></html>", "text/html"), Response(500), Phase::refused},
             {"still there", Response(200), reply(shown()), Phase::unknown},
             {"it says no", reply(complaint()), Response(404), Phase::refused},
             {"locked", reply(complaint(), 409), Response(404), Phase::refused},
             {"a look that fails", Response(200), Response(500), Phase::unknown}};
    for (const auto& [name, gone, get, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.removes(gone);
            account.shows(get);
            Number record = account.asked_for();
            BOOST_TEST((account.release(record).phase == phase));
            const auto changing = account.script.changing_requests();
            BOOST_TEST_REQUIRE(changing.size() == 1U);
            BOOST_TEST((changing[0].method() == Method::delete_));
            BOOST_TEST(changing[0].url() == base + std::string("allocated/14155550100"));
            BOOST_TEST(has_credentials(changing[0]));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_it_is_shown) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"shown", reply(shown()), true},
             {"not ours", reply(complaint(), 404), false},
             {"not ours, without words", Response(404), false},
             {"another's", reply(shown("4155550101")), {}},
             {"HTML", Response(404, "<html></html>", "text/html"), {}},
             {"nothing", Response(200), {}},
             {"no credentials", Response(401), {}},
             {"a failure", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.shows(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(!account.last_request().changes());
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names) {
    const auto read = settings_of<Simwood>("number_manager.knm_simwood", R"({"simwood_account_id": 930123,
        "auth_username": "u", "auth_password": "p", "numbers_api_url": "https://a.example/numbers"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.simwood_account_id == "930123");
    BOOST_TEST(read->carrier.settings.auth_username == "u");
    BOOST_TEST(read->carrier.settings.auth_password.reveal() == "p");
    BOOST_TEST(read->carrier.settings.numbers_api_url == "https://a.example/numbers");
    BOOST_TEST(read->missing.empty());
    const auto ours = settings_of<Simwood>("number_manager.simwood", R"({"base_url": "https://b.example/numbers"})");
    BOOST_TEST_REQUIRE(ours.has_value());
    BOOST_TEST(ours->carrier.settings.numbers_api_url == "https://b.example/numbers");
    BOOST_TEST((ours->missing == std::vector<std::string>{"simwood_account_id", "auth_username", "auth_password"}));
    BOOST_TEST(!settings_of<Simwood>("number_manager.simwood", R"({"account_id": "1"})").has_value());
    BOOST_TEST(Simwood().settings.numbers_api_url == "https://api.simwood.com/v3/numbers");
}

BOOST_AUTO_TEST_CASE(hostile_settings_and_numbers_stay_in_their_place) {
    Account account;
    account.carrier.settings.simwood_account_id = "9/../?x=1&#\r\n";
    account.script.on_any("/", reply("[]"));
    account.find({.prefix = "+44113"});
    BOOST_TEST(account.last_request().url() ==
               "https://api.example/v3/numbers/9%2F..%2F%3Fx%3D1%26%23%0D%0A/available/standard/10?pattern=113%2A");
    account.carrier.settings.auth_username = "a:b";
    BOOST_TEST((failure_of([&] { account.find({.prefix = "+44113"}); })->code == errc::settings));
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    constexpr std::array<testing::sandbox::Range, 1> ranges{{{"+441134960100", 2, "", "", "Leeds", "0.00", "0.75"}}};
    const testing::sandbox::InMemory model{testing::sandbox::Simwood(testing::sandbox::stocked(ranges, 0))};
    Simwood carrier = carrier_of_ours();
    carrier.settings.auth_password = Secret(std::string(testing::sandbox::Simwood::password));
    for (const auto& [law, how] : testing::broken_laws(carrier, model, {.prefix = "+44113", .quantity = 2})) {
        BOOST_ERROR(law << ": " << how);
    }
}

BOOST_AUTO_TEST_CASE(its_sandbox_refuses_what_the_document_refuses) {
    testing::sandbox::InMemory model{testing::sandbox::Simwood()};
    const Secret password{std::string(testing::sandbox::Simwood::password)};
    const auto ask = [&](Request request) {
        return model.answer(std::move(request).basic_authorization("api-user", password)).status;
    };
    const std::string url(base);
    BOOST_TEST(model.answer(Request::get(url + "ranges")).status == 401);
    BOOST_TEST(ask(Request::get(url + "ranges")) == 200);
    BOOST_TEST(ask(Request::get("https://api.example/v3/numbers/930124/ranges")) == 404);
    BOOST_TEST(ask(Request::get(url + "available/standard/25")) == 404);
    BOOST_TEST(ask(Request::get(url + "available/silver/10")) == 404);
    BOOST_TEST(ask(Request::get(url + "available/all/10?pattern=x")) == 400);
    BOOST_TEST(ask(Request::get(url + "available/all/10?patern=1*")) == 400);
    BOOST_TEST(ask(Request::get(url + "available/all/10?country_code=33")) == 400);
    BOOST_TEST(ask(Request::post(url + "available/consecutive/15").body("application/x-www-form-urlencoded", "")) ==
               404);
    BOOST_TEST(ask(Request::post(url + "available/consecutive/10")) == 400);
    BOOST_TEST(ask(Request::get(url + "allocated/441134960100")) == 404);
    BOOST_TEST(ask(Request::put(url + "allocated/441134960100")) == 200);
    BOOST_TEST(ask(Request::put(url + "allocated/441134960100")) == 200);  // PUT is idempotent
    BOOST_TEST(ask(Request::get(url + "allocated/441134960100")) == 200);
    BOOST_TEST(ask(Request::delete_(url + "allocated/441134960100")) == 200);
    BOOST_TEST(ask(Request::delete_(url + "allocated/441134960100")) == 404);
    const auto body = [&](const std::string& path) {
        return model.answer(Request::get(url + path).basic_authorization("api-user", password)).body;
    };
    BOOST_TEST(body("available/gold/1?pattern=*9601*").find("\"wholesale_gold_premium\":2.50") != std::string::npos);
    BOOST_TEST(body("available/standard/10?pattern=4420*") == "[]");
    BOOST_TEST(body("available/standard/10?pattern=44113*") == body("available/standard/10?pattern=113*"));
}

BOOST_AUTO_TEST_SUITE_END()
