// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/plivo.hpp>
#include <tandem/testing/sandbox/plivo.hpp>

BOOST_AUTO_TEST_SUITE(carriers_plivo)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Plivo;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Plivo>());
static_assert(OwnsNumbers<Plivo> && ListsNumbers<Plivo> && FollowsOrders<Plivo> && !FindsOrders<Plivo> &&
              !ReservesNumbers<Plivo>);

constexpr std::string_view base = "https://api.example/v1/Account/MA1/";
constexpr std::string_view api_id = "859428b0-0000-4000-8000-000000000001";

struct Account : Desk<Plivo> {
    Account()
        : Desk({.settings = {.auth_id = "MA1", .auth_token = Secret("canary"), .base_url = "https://api.example/v1"}}) {
    }

    template <class... Answers>
    void searches(Answers... answers) {
        script.on(Method::get, "/PhoneNumber/?", testing::Answer(std::move(answers))...);
    }
    template <class... Answers>
    void shows(Answers... answers) {
        script.on(Method::get, "/Number/", testing::Answer(std::move(answers))...);
    }
    void buys(testing::Answer answer) { script.on(Method::post, "/PhoneNumber/", std::move(answer)); }
    void deletes(testing::Answer answer) { script.on(Method::delete_, "/Number/", std::move(answer)); }
};

json::object row(std::string_view digits) {
    return {{"country", "UNITED STATES"},
            {"city", "Princeton"},
            {"lata", 222},
            {"monthly_rental_rate", "0.80000"},
            {"number", digits},
            {"type", "fixed"},
            {"prefix", "415"},
            {"rate_center", "PRINCETON"},
            {"region", "New Jersey, UNITED STATES"},
            {"restriction", nullptr},
            {"setup_rate", "0.00850"},
            {"sms_enabled", true},
            {"sms_rate", "0.00800"},
            {"voice_enabled", true},
            {"voice_rate", "0.00500"}};
}
json::object page_of(json::array rows, std::int64_t total) {
    return {{"api_id", api_id},
            {"meta", {{"limit", 20}, {"next", nullptr}, {"offset", 0}, {"previous", nullptr}, {"total_count", total}}},
            {"objects", std::move(rows)}};
}
json::object page_of(json::array rows) {
    const auto total = static_cast<std::int64_t>(rows.size());
    return page_of(std::move(rows), total);
}
json::object sale(std::string_view order = "fulfilled", std::string_view own = "Success",
                  std::string_view digits = "14155550100") {
    return {{"api_id", api_id},
            {"message", "created"},
            {"numbers", json::array{json::object{{"number", digits}, {"status", own}}}},
            {"status", order}};
}
json::object record(std::string_view digits = "14155550100") {
    return {{"api_id", api_id},
            {"number", digits},
            {"active", true},
            {"number_type", "local"},
            {"carrier", "Plivo"},
            {"alias", nullptr},
            {"added_on", "2026-01-01"},
            {"compliance_status", nullptr},
            {"monthly_rental_rate", "0.80000"}};
}
json::object record_with(std::string_view key, json::value value) {
    json::object made = record();
    made[key] = std::move(value);
    return made;
}
Response failure(int status, const json::value& words) {
    return reply(json::object{{"api_id", api_id}, {"error", words}}, status);
}
Response unknown() { return failure(404, "not found"); }

bool is_authorized(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret && field.value == "Basic TUExOmNhbmFyeQ=="; }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_asks_for_digits_behind_the_country_code) {
    const std::string us = "country_iso=US", page = "&limit=10&offset=0", toll_free = "&type=tollfree";
    const struct {
        const char* name;
        SearchRequest request;
        std::string query;
    } rows[]{{"an area code", {.prefix = "415"}, us + "&pattern=415" + page},
             {"less than one", {.prefix = "41"}, us + "&pattern=41" + page},
             {"the country", {.prefix = "+1"}, us + page},
             {"an exchange", {.prefix = "+1415555"}, us + "&npanxx=415555" + page},
             {"more of it", {.prefix = "+14155550"}, us + "&pattern=4155550" + page},
             {"a number", {.prefix = "+14155550100"}, us + "&pattern=4155550100" + page},
             {"toll-free", {.prefix = "877"}, us + toll_free + "&pattern=877" + page},
             {"toll-free and more", {.prefix = "877555"}, us + toll_free + "&pattern=877555" + page},
             {"a wildcard", {.prefix = "88*"}, us + toll_free + "&pattern=88" + page},
             {"toll-free by feature", {.prefix = "+1", .features = {Feature::toll_free}}, us + toll_free + page},
             {"Canada", {.prefix = "+1416"}, "country_iso=CA&pattern=416" + page},
             {"an exchange of Canada", {.prefix = "+1416555"}, "country_iso=CA&npanxx=416555" + page},
             {"an exchange of Jamaica", {.prefix = "+1876555"}, "country_iso=JM&pattern=876555" + page},
             {"another country", {.prefix = "116", .country = "GB"}, "country_iso=GB&pattern=116" + page},
             {"six digits of it", {.prefix = "+44116496"}, "country_iso=GB&pattern=116496" + page},
             {"all of another", {.prefix = "+44"}, "country_iso=GB" + page},
             {"SMS", {.prefix = "415", .features = {Feature::sms}}, us + "&pattern=415&services=sms" + page},
             {"all three",
              {.prefix = "415", .features = {Feature::mms, Feature::voice, Feature::sms}},
              us + "&pattern=415&services=voice%2Csms%2Cmms" + page},
             {"a page", {.prefix = "415", .quantity = 7, .offset = 3}, us + "&pattern=415&limit=10&offset=0"},
             {"the most there can be",
              {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
              us + "&pattern=415&limit=20&offset=0"}};
    for (const auto& [name, request, query] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(page_of({})));
            BOOST_TEST(account.find(request).offers.empty());
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == std::string(base) + "PhoneNumber/?" + query);
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(!sent.changes());
            BOOST_TEST(sent.body() == "");
            BOOST_TEST(sent.fields().size() == 1U);
            BOOST_TEST(is_authorized(sent));
        }
    }
    Account account;
    SearchRequest nowhere{.prefix = "+999"};
    const auto error =
        failure_of([&] { account.ask([&](auto& session) { return account.carrier.find_numbers(session, nowhere); }); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::not_available));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_price_in_dollars_features_and_places) {
    json::object toll_free = row("14155550101");
    toll_free["type"] = "tollfree";
    toll_free["mms_enabled"] = true;
    toll_free["sms_enabled"] = false;
    toll_free["city"] = nullptr;
    toll_free["lata"] = "722";
    toll_free.erase("setup_rate");
    json::array rows{row("14155550100"), toll_free};
    const std::pair<const char*, json::value> broken[]{{"number", "+14155550102"},      {"number", "x"},
                                                       {"monthly_rental_rate", "free"}, {"setup_rate", "-1"},
                                                       {"sms_enabled", "yes"},          {"setup_rate", "0.00001"}};
    for (const auto& [key, value] : broken) {
        json::object bad = row("14155550102");
        bad[key] = value;
        rows.push_back(bad);
    }
    Account account;
    account.searches(reply(page_of(rows)));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 6U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 85);
    BOOST_TEST(offer.monthly.count() == 8'000);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.lata == "222");
    BOOST_TEST(offer.rate_center == "PRINCETON");
    BOOST_TEST(offer.locality == "Princeton");
    BOOST_TEST(offer.region == "New Jersey, UNITED STATES");
    BOOST_TEST((offer.features.get(Feature::voice) == true));
    BOOST_TEST((offer.features.get(Feature::sms) == true));
    BOOST_TEST((offer.features.get(Feature::mms) == std::nullopt));
    BOOST_TEST((offer.features.get(Feature::toll_free) == false));
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(row("14155550100"))));
    BOOST_TEST(!page.offers[1].setup.known());
    BOOST_TEST(page.offers[1].locality == "");
    BOOST_TEST(page.offers[1].lata == "722");
    BOOST_TEST((page.offers[1].features.get(Feature::toll_free) == true));
    BOOST_TEST((page.offers[1].features.get(Feature::mms) == true));
    BOOST_TEST((page.offers[1].features.get(Feature::sms) == false));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_the_request_is_left_out) {
    json::object deaf = row("14155550101");
    deaf["sms_enabled"] = false;
    Account account;
    account.searches(reply(page_of({row("14155550100"), deaf, row("14165550100")})));
    const SearchPage page = account.find({.prefix = "415", .features = {Feature::sms}});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].number == number);
    BOOST_TEST(page.refused == 0U);
}

BOOST_AUTO_TEST_CASE(pages_are_asked_for_until_there_is_enough_or_no_more) {
    const struct {
        const char* name;
        std::uint32_t quantity, offset;
        int total;
        bool counts;
        std::size_t found;
        std::size_t calls;
    } rows[]{{"one page", 20, 0, 100, true, 20, 1},          {"more than one", 50, 0, 1000, true, 50, 3},
             {"all there are", 500, 0, 40, true, 40, 2},     {"all, uncounted", 500, 0, 40, false, 40, 3},
             {"from the third on", 5, 40, 1000, true, 5, 3}, {"behind the end", 5, 60, 50, true, 0, 3},
             {"a small page", 5, 0, 1000, true, 5, 1}};
    for (const auto& [name, quantity, offset, total, counts, found, calls] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches([count = total, is_told = counts](const Request& request) {
                const auto value = [&](std::string_view key) {
                    const auto at = request.url().find(key);
                    return std::stoi(request.url().substr(at + key.size()));
                };
                json::array objects;
                const int first = value("&offset="), last = std::min(count, first + value("&limit="));
                for (int i = first; i < last; ++i) { objects.push_back(row("1415555" + std::to_string(1000 + i))); }
                json::object body = page_of(std::move(objects), count);
                if (!is_told) { body.erase("meta"); }
                return reply(body);
            });
            const SearchPage result = account.find({.prefix = "415", .quantity = quantity, .offset = offset});
            BOOST_TEST_REQUIRE(result.offers.size() == found);
            BOOST_TEST(account.script.calls() == calls);
            BOOST_TEST(!result.failure.has_value());
            if (found > 0) { BOOST_TEST(result.offers[0].number.str() == "+1415555" + std::to_string(1000 + offset)); }
        }
    }
    json::array objects, unreadable;
    for (int i = 0; i < 20; ++i) { objects.push_back(row("14155551" + std::to_string(100 + i))); }
    for (int i = 0; i < 20; ++i) { unreadable.push_back(row("x")); }
    Account odd;  // what cannot be read fills a page too
    odd.searches(reply(page_of(unreadable, 40)), reply(page_of(objects, 40)));
    const SearchPage readable = odd.find({.prefix = "415", .quantity = 20});
    BOOST_TEST(readable.offers.size() == 20U);
    BOOST_TEST(readable.refused == 20U);
    Account endless;  // a list without an end that holds nothing of what was asked for
    endless.searches([&](const Request& request) {
        BOOST_TEST_REQUIRE(!request.url().ends_with("&offset=1000"));
        return reply(page_of(objects, 1'000'000));
    });
    BOOST_TEST(endless.find({.prefix = "212", .quantity = 20}).offers.empty());
    BOOST_TEST(endless.script.calls() == 50U);
    Account account;
    account.searches(reply(page_of(objects, 30)), Response(500));
    const SearchPage result = account.find({.prefix = "415", .quantity = 30});
    BOOST_TEST(result.offers.size() == 20U);
    BOOST_TEST(result.failure.has_value());
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            Response response = failure(status, "its own words");
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause.find("its own words") != std::string::npos); }
            const bool waits = status == 429 || status == 503;
            BOOST_TEST((error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
        }
    }
    Account account;
    account.searches(failure(400, {{"limit", json::array{"at most 20"}}}));
    BOOST_TEST(failure_of([&] { account.find({.prefix = "415"}); })->cause == R"({"limit":["at most 20"]})");
    for (const char* body :
         {"", "[]", "{}", "null", "<html></html>", R"({"objects": null})", R"({"objects": {}})",
          R"({"objects": [], "meta": {"total_count": -1}})", R"({"objects": [], "objects": []})", R"({"objects": [)"}) {
        BOOST_TEST_CONTEXT(body) {
            Account other;
            other.searches(reply(body));
            const auto error = failure_of([&] { other.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_names_the_number_and_the_application) {
    for (const bool routed : {true, false}) {
        BOOST_TEST_CONTEXT(routed) {
            Account account;
            account.buys(reply(sale(), 201));
            if (routed) { account.carrier.settings.app_id = "app\"1"; }
            Number bought = account.asked_for();
            bought.carrier_data = JsonText(R"({"kept":1})");
            BOOST_TEST((account.buy(bought).phase == Phase::done));
            BOOST_TEST_REQUIRE(account.script.calls() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST((sent.method() == Method::post));
            BOOST_TEST(sent.url() == std::string(base) + "PhoneNumber/14155550100/");
            BOOST_TEST(sent.changes());
            BOOST_TEST(is_authorized(sent));
            BOOST_TEST(sent.body() == (routed ? R"({"app_id":"app\"1"})" : "{}"));
            BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
            BOOST_TEST(sent.fields()[1].name == "Content-Type");
            BOOST_TEST(sent.fields()[1].value == "application/json");
            const Order expected{.operation = OperationId(operation_id), .reference = std::string(api_id)};
            BOOST_TEST((bought.order == expected));
            BOOST_TEST(bought.carrier_data.text == R"({"kept":1})");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_is_believed_of_our_number_only) {
    json::object two = sale();
    two["numbers"].as_array().push_back(json::object{{"number", "14155550101"}, {"status", "Success"}});
    const auto with = [](std::string_view key, json::value value) {
        json::object made = sale();
        made[key] = std::move(value);
        return made;
    };
    const json::object as_number =
        with("numbers", json::array{json::object{{"number", 14155550100}, {"status", "Success"}}});
    const struct {
        const char* name;
        json::object body;
        int status;
        Phase phase;
    } rows[]{{"sold", sale(), 201, Phase::done},
             {"accepted", sale(), 202, Phase::done},
             {"another case", sale("fulfilled", "success"), 201, Phase::done},
             {"digits as a number", as_number, 201, Phase::done},
             {"another status code", sale(), 200, Phase::unknown},
             {"another number", sale("fulfilled", "Success", "14155550101"), 201, Phase::unknown},
             {"another writing", sale("fulfilled", "Success", "+14155550100"), 201, Phase::unknown},
             {"two numbers", two, 201, Phase::unknown},
             {"no numbers", with("numbers", json::array{}), 201, Phase::unknown},
             {"numbers of another kind", with("numbers", "14155550100"), 201, Phase::unknown},
             {"a number that is text", with("numbers", json::array{"14155550100"}), 201, Phase::unknown},
             {"another status of the number", sale("fulfilled", "Failed"), 201, Phase::unknown},
             {"another status of the order", sale("failed", "Success"), 201, Phase::unknown},
             {"no status", with("status", nullptr), 201, Phase::unknown}};
    for (const auto& [name, body, status, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.buys(reply(body, status));
            BOOST_TEST((account.buy().phase == phase));
        }
    }
    for_each_mutation(sale(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.buys(reply(changed, 201));
            account.shows(unknown());
            const std::string text = json::serialize(changed);
            const bool is_named = text.find(R"("number":"14155550100")") != text.npos ||
                                  text.find(R"("number":14155550100)") != text.npos;
            const bool told = is_named && text.find(R"("status":"fulfilled")") != text.npos;
            const Phase phase = account.buy().phase;
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
            BOOST_TEST_REQUIRE((phase != Phase::refused));
        }
    });
    const std::string whole = json::serialize(sale());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.buys(Response(201, whole.substr(0, size)));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_that_waits_for_documents_says_which) {
    const struct {
        const char* data;
        const char* reason;
    } rows[]{
        {R"({"restriction":"country-address","restriction_text":"an address in Germany"})", "an address in Germany"},
        {R"({"restriction":"country-address","restriction_text":null})", "country-address"},
        {"{}", "the number is pending: Plivo wants documents, by an e-mail to the account"}};
    for (const auto& [data, reason] : rows) {
        BOOST_TEST_CONTEXT(data) {
            Account account;
            account.buys(reply(sale("fulfilled", "pending"), 201));
            Number waiting = account.asked_for();
            waiting.carrier_data = JsonText(data);
            const detail::Verdict verdict = account.buy(waiting);
            BOOST_TEST((verdict.phase == Phase::pending));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == errc::needs_action));
            BOOST_TEST(verdict.error->cause == reason);
            BOOST_TEST((waiting.order->status == Status::needs_action));
            BOOST_TEST(account.script.calls() == 1U);  // waiting would not help
        }
    }
}

BOOST_AUTO_TEST_CASE(a_pending_order_is_followed_by_the_number_itself) {
    for (const char* own : {"pending", "Success"}) {
        BOOST_TEST_CONTEXT(own) {
            Account account;
            account.buys(reply(sale("pending", own), 202));
            account.shows(unknown(), unknown(), reply(record()));
            Number bought = account.asked_for();
            BOOST_TEST((account.buy(bought).phase == Phase::done));
            BOOST_TEST((bought.order->status == Status::complete));
            BOOST_TEST(account.script.calls() == 4U);
            BOOST_TEST(account.script.changing_requests().size() == 1U);
            BOOST_TEST(account.last_request().url() == std::string(base) + "Number/14155550100/");
            BOOST_TEST(is_authorized(account.last_request()));
        }
    }
    Account never;
    never.buys(reply(sale("pending"), 202));
    never.shows(unknown());
    Number left = never.asked_for();
    const Moment start = never.environment.now();
    BOOST_TEST((never.buy(left).phase == Phase::pending));
    BOOST_TEST((never.environment.now() <= start + never.patience));

    const struct {
        const char* name;
        Response response;
        Phase phase;
        Status status;
    } rows[]{{"ours", reply(record()), Phase::done, Status::complete},
             {"not there yet", unknown(), Phase::pending, Status::pending},
             {"not active", reply(record_with("active", false)), Phase::pending, Status::needs_action},
             {"no word of activity", reply(record_with("active", nullptr)), Phase::done, Status::complete},
             {"submitted", reply(record_with("compliance_status", "submitted")), Phase::pending, Status::needs_action},
             {"accepted", reply(record_with("compliance_status", "accepted")), Phase::done, Status::complete},
             {"another's", reply(record("14155550101")), Phase::refused, Status::pending},
             {"a failure", Response(500), Phase::refused, Status::pending}};
    for (const auto& [name, response, phase, status] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.shows(response);
            Number asked = account.asked_for();
            asked.order = Order{.status = Status::pending};
            // A question that fails proves nothing: the manager leaves the order as it was.
            BOOST_TEST((account.follow(asked).phase == phase));
            BOOST_TEST((asked.order->status == status));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_accepted_order_stays_accepted_whatever_becomes_of_our_questions) {
    const std::vector<testing::Answer> answers{Response(500),
                                               Response(404),
                                               Response(401),
                                               reply("{}"),
                                               reply(record("14155550101")),
                                               Response(200, "<html></html>", "text/html"),
                                               Error{.code = errc::unreachable, .message = "cut"},
                                               testing::silence};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        BOOST_TEST_CONTEXT(i) {
            Account account;
            account.buys(reply(sale("pending"), 202));
            account.shows(answers[i]);
            BOOST_TEST((account.buy().phase == Phase::pending));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Account>(Operation::Kind::acquire,
                                   [](auto& account, const testing::Answer& answer) { account.buys(answer); });
}

BOOST_AUTO_TEST_CASE(a_refusal_is_understood_by_its_words) {
    const struct {
        int status;
        json::value words;
        errc code;
    } rows[]{{404, "not found", errc::number_unavailable},
             {400, "the number is not available", errc::number_unavailable},
             {400, "address verification is needed", errc::needs_action},
             {400, {{"compliance_application_id", json::array{"required"}}}, errc::needs_action},
             {400, "insufficient credits", errc::carrier_out_of_funds},
             {402, "pay", errc::carrier_out_of_funds},
             {400, {{"app_id", json::array{"no such application"}}}, errc::by_carrier},
             {500, "the number is not available", errc::outcome_unknown},
             {401, "not available to you", errc::carrier_refuses_credentials}};
    for (const auto& [status, words, code] : rows) {
        BOOST_TEST_CONTEXT(status << " " << json::serialize(words)) {
            Account account;
            account.buys(failure(status, words));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == (status == 500 ? Phase::unknown : Phase::refused)));
            BOOST_TEST((verdict.error->code == code));
            const std::string told = words.is_string() ? std::string(words.as_string()) : json::serialize(words);
            BOOST_TEST(verdict.error->cause.find(told) != std::string::npos);
        }
    }
    Account nobody;  // 404 of somebody else
    nobody.buys(Response(404, "<html></html>", "text/html"));
    BOOST_TEST((nobody.buy().error->code == errc::by_carrier));
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_plivo_shows_it) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"shown", reply(record()), true},
             {"shown as a number", reply(record_with("number", 14155550100)), true},
             {"waiting for documents", reply(record_with("active", false)), true},
             {"unknown", unknown(), false},
             {"unknown to somebody else", Response(404), {}},
             {"HTML", Response(404, "<html></html>", "text/html"), {}},
             {"another number", reply(record("14155550101")), {}},
             {"another writing", reply(record("+14155550100")), {}},
             {"no number", reply(record_with("number", nullptr)), {}},
             {"a list", reply(page_of({record()})), {}},
             {"nothing", reply("{}"), {}},
             {"no body", Response(200), {}},
             {"200 in HTML", Response(200, "<html></html>", "text/html"), {}},
             {"401", failure(401, "no"), {}},
             {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.shows(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == std::string(base) + "Number/14155550100/");
            BOOST_TEST(!account.last_request().changes());
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const json::object one = record();
    const json::object other = record("14155550101");
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {reply(page_of({}))}, std::vector<E164>()},
        {"one page", {reply(page_of({one, other}))}, both},
        {"two pages", {reply(page_of({one}, 2)), reply(page_of({other}, 2))}, both},
        {"an unreadable row", {reply(page_of({one, record("none")}))}},
        {"a row without a number", {reply(page_of({one, json::object{{"alias", "x"}}}))}},
        {"a row too few", {reply(page_of({one}, 2)), reply(page_of({}, 2))}},
        {"a row too many", {reply(page_of({one, other}, 1))}},
        {"a list that grows", {reply(page_of({one}, 2)), reply(page_of({other}, 3))}},
        {"no total", {reply(json::object{{"objects", json::array{one}}})}},
        {"no list", {reply(json::object{{"meta", {{"total_count", 0}}}})}},
    });
    Account account;
    account.shows(reply(page_of({one, other}, 3)), reply(page_of({record("14155550102")}, 3)));
    account.owned_numbers();
    BOOST_TEST(account.script.requests().at(0).url() == std::string(base) + "Number/?limit=20&offset=0");
    BOOST_TEST(account.script.requests().at(1).url() == std::string(base) + "Number/?limit=20&offset=2");
    BOOST_TEST(is_authorized(account.last_request()));
}

BOOST_AUTO_TEST_CASE(a_release_deletes_the_number) {
    for (const Response& answer : {Response(204), unknown()}) {
        Account account;
        account.deletes(answer);
        Number given = account.asked_for();
        given.state = State::in_service;
        given.order = Order{.status = Status::needs_action};  // whatever became of the purchase
        BOOST_TEST((account.release(given).phase == Phase::done));
        BOOST_TEST((given.state == State::in_service));  // what becomes of it is the manager's to say
        BOOST_TEST_REQUIRE(account.script.calls() == 1U);
        const Request& sent = account.last_request();
        BOOST_TEST((sent.method() == Method::delete_));
        BOOST_TEST(sent.url() == std::string(base) + "Number/14155550100/");
        BOOST_TEST(sent.body() == "");
        BOOST_TEST(sent.changes());
        BOOST_TEST(is_authorized(sent));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release,
                                   [](auto& account, const testing::Answer& answer) { account.deletes(answer); });
    for (const Response& answer : {Response(404), Response(404, "<html></html>", "text/html"), Response(410)}) {
        Account account;
        account.deletes(answer);
        BOOST_TEST((account.release().phase == Phase::refused));
    }
}

BOOST_AUTO_TEST_CASE(settings_are_read) {
    const auto read = settings_of<Plivo>("number_manager.plivo",
                                         R"({"auth_id": "a", "auth_token": "t", "app_id": 29986316244302815})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.auth_id == "a");
    BOOST_TEST(read->carrier.settings.auth_token.reveal() == "t");
    BOOST_TEST(read->carrier.settings.app_id == "29986316244302815");
    BOOST_TEST(read->carrier.settings.base_url == "https://api.plivo.com/v1");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<Plivo>("number_manager.plivo", "{}")->missing ==
                std::vector<std::string>{"auth_id", "auth_token"}));
    const auto wrong = settings_of<Plivo>("number_manager.plivo", R"({"auth_id": "a", "auth_tokens": "canary"})");
    BOOST_TEST_REQUIRE(!wrong.has_value());
    BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(settings_stay_in_their_place) {
    Account account;
    account.searches(reply(page_of({})));
    account.carrier.settings.auth_id = "MA/../1?x=#";
    account.find({.prefix = "415"});
    BOOST_TEST(account.last_request().url().starts_with("https://api.example/v1/Account/MA%2F..%2F1%3Fx%3D%23/Phone"));
    account.carrier.settings.auth_id = "MA:1";
    BOOST_TEST((failure_of([&] { account.find({.prefix = "415"}); })->code == errc::settings));
    account.carrier.settings.auth_id = "..";
    BOOST_TEST((failure_of([&] { account.find({.prefix = "415"}); })->code == errc::invalid));
    BOOST_TEST(account.script.calls() == 1U);
}

namespace {

using Site = testing::sandbox::Plivo;
using Item = testing::sandbox::Item;

Plivo of_the_sandbox() {
    const json::object settings = Site::settings("https://api.example");
    Plivo carrier;
    carrier.settings.auth_id = std::string(settings.at("auth_id").as_string());
    carrier.settings.auth_token = Secret(std::string(settings.at("auth_token").as_string()));
    carrier.settings.base_url = std::string(settings.at("base_url").as_string());
    return carrier;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    for (const unsigned polls : {0U, 2U}) {
        keeps_the_laws(of_the_sandbox(), testing::sandbox::InMemory{Site(small_stock(polls))});
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_s_items_take_their_way) {
    const struct {
        const char* name;
        bool Item::* flag;
        Phase bought;
        Phase released;
    } rows[]{{"fails", &Item::fails, Phase::refused, Phase::done},
             {"needs action", &Item::needs_action, Phase::pending, Phase::done},
             {"locked", &Item::deletion_lock, Phase::done, Phase::refused}};
    for (const auto& [name, flag, bought, released] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Item item;
            item.number = number;
            item.*flag = true;
            testing::sandbox::Ledger ledger;
            ledger.stock_up(item);
            using Transport = testing::detail::ModelTransport<testing::sandbox::InMemory<Site>>;
            testing::Desk<Plivo, Transport> desk(of_the_sandbox(),
                                                 Transport(testing::sandbox::InMemory{Site(std::move(ledger))}));
            const SearchPage page = desk.find({.prefix = "415"});
            BOOST_TEST_REQUIRE(page.offers.size() == 1U);
            Number asked;
            asked.number = number;
            asked.carrier_data = JsonText(std::string(page.offers[0].details()));
            const detail::Verdict verdict = desk.buy(asked);
            BOOST_TEST((verdict.phase == bought));
            if (bought == Phase::pending) {
                BOOST_TEST(verdict.error->cause == "an address in the country is to be proved");
                const auto follow = [&](auto& session, Number each) {
                    return desk.carrier.follow_order(session, each);
                };
                BOOST_TEST((desk.settle(Operation::Kind::acquire, asked, follow).phase == Phase::pending));
                BOOST_TEST((asked.order->status == Status::needs_action));
            }
            BOOST_TEST((desk.release(asked).phase == released));
            BOOST_TEST(desk.transport().model().holds(number) == (released == Phase::refused));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_refuses) {
    const std::string basic = "Basic " + to_base64(std::string(Site::auth_id) + ":" + std::string(Site::auth_token));
    const std::string here = "/v1/Account/" + std::string(Site::auth_id) + "/";
    const struct {
        const char* name;
        const char* method;
        std::string target;
        std::string authorization;
        std::string body;
        int status;
    } rows[]{{"a search", "GET", here + "PhoneNumber/?country_iso=US", basic, "", 200},
             {"a list", "GET", here + "Number/", basic, "", 200},
             {"nobody", "GET", here + "PhoneNumber/?country_iso=US", "", "", 401},
             {"another", "GET", here + "PhoneNumber/?country_iso=US", "Basic eDp5", "", 401},
             {"another's account", "GET", "/v1/Account/MA2/Number/", basic, "", 401},
             {"no slash", "GET", here + "PhoneNumber?country_iso=US", basic, "", 404},
             {"no slash behind a number", "POST", here + "PhoneNumber/14155550100", basic, "{}", 404},
             {"no country", "GET", here + "PhoneNumber/", basic, "", 400},
             {"no such country", "GET", here + "PhoneNumber/?country_iso=XX", basic, "", 400},
             {"no such type", "GET", here + "PhoneNumber/?country_iso=US&type=landline", basic, "", 400},
             {"no such service", "GET", here + "PhoneNumber/?country_iso=US&services=fax", basic, "", 400},
             {"too large a page", "GET", here + "PhoneNumber/?country_iso=US&limit=21", basic, "", 400},
             {"a pattern with +", "GET", here + "PhoneNumber/?country_iso=US&pattern=%2B1", basic, "", 400},
             {"half an exchange", "GET", here + "PhoneNumber/?country_iso=US&npanxx=415", basic, "", 400},
             {"an exchange elsewhere", "GET", here + "PhoneNumber/?country_iso=GB&npanxx=415555", basic, "", 400},
             {"unknown parameter", "GET", here + "PhoneNumber/?country_iso=US&size=3", basic, "", 400},
             {"twice", "GET", here + "PhoneNumber/?country_iso=US&country_iso=US", basic, "", 400},
             {"unknown field", "POST", here + "PhoneNumber/14155550100/", basic, R"({"alias":"x"})", 400},
             {"another kind", "POST", here + "PhoneNumber/14155550100/", basic, R"({"app_id":7})", 400},
             {"no JSON", "POST", here + "PhoneNumber/14155550100/", basic, "app_id=1", 400},
             {"not for sale", "POST", here + "PhoneNumber/14155550199/", basic, "{}", 404},
             {"with +", "POST", here + "PhoneNumber/%2B14155550100/", basic, "{}", 404},
             {"not ours", "GET", here + "Number/14155550100/", basic, "", 404},
             {"not ours to give", "DELETE", here + "Number/14155550100/", basic, "", 404},
             {"another method", "DELETE", here + "PhoneNumber/14155550100/", basic, "", 405},
             {"no such path", "GET", here + "Numbers/", basic, "", 404}};
    for (const auto& [name, method, target, authorization, body, status] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Site site(small_stock(0));
            testing::sandbox::Call call;
            call.method = method;
            call.target = target;
            call.body = body;
            call.fields = {{"Authorization", authorization}, {"Content-Type", "application/json"}};
            call.take_apart();
            testing::sandbox::Reply answer;
            try {
                answer = site.answer(call);
            } catch (const testing::sandbox::Refusal& refusal) { answer = site.error(refusal); }
            BOOST_TEST(answer.status == status);
            BOOST_TEST(json::parse(answer.body).as_object().contains("api_id"));
            BOOST_TEST(json::parse(answer.body).as_object().contains("error") == (status >= 400));
            BOOST_TEST(site.ledger().owned().empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
