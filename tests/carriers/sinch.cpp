// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/sinch.hpp>
#include <tandem/testing/sandbox/sinch.hpp>

BOOST_AUTO_TEST_SUITE(carriers_sinch)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Sinch;
using Phase = Operation::Phase;

namespace {

static_assert(testing::instantiates<Sinch>());
static_assert(OwnsNumbers<Sinch> && ListsNumbers<Sinch> && !FindsOrders<Sinch> && !FollowsOrders<Sinch> &&
              !ChecksNumbers<Sinch>);

const std::string base = "https://api.example/v1/projects/p-1/";
constexpr const char* charge = "2026-02-01T00:00:00.000000Z";

struct Account : Desk<Sinch> {
    Account()
        : Desk({.settings = {.project_id = "p-1",
                             .key_id = "me",
                             .key_secret = Secret("canary-secret"),
                             .base_url = "https://api.example"}}) {}

    void searches(testing::Answer answer) { script.on(Method::get, "/availableNumbers?", std::move(answer)); }
    void rents(testing::Answer answer) { script.on(Method::post, ":rent", std::move(answer)); }
    void looks(testing::Answer answer) { script.on(Method::get, "/activeNumbers/", std::move(answer)); }
    void releases(testing::Answer answer) { script.on(Method::post, ":release", std::move(answer)); }
};

json::object money(std::string_view amount, std::string_view currency = "EUR") {
    return {{"currencyCode", currency}, {"amount", amount}};
}
json::object row(std::string_view text) {
    return {{"phoneNumber", text},
            {"regionCode", "US"},
            {"type", "LOCAL"},
            {"capability", json::array{"SMS"}},
            {"setupPrice", money("0.57")},
            {"monthlyPrice", money("0.0085")},
            {"paymentIntervalMonths", 1},
            {"supportingDocumentationRequired", false}};
}
json::object row_with(std::string_view text, std::string_view member, json::value value) {
    json::object changed = row(text);
    changed[member] = std::move(value);
    return changed;
}
json::object stock(json::array rows) { return {{"availableNumbers", std::move(rows)}}; }

json::object active(json::value end = nullptr) {
    return {{"phoneNumber", number.str()},
            {"projectId", "p-1"},
            {"displayName", ""},
            {"regionCode", "US"},
            {"type", "LOCAL"},
            {"capability", json::array{"SMS", "VOICE"}},
            {"money", money("0.80")},
            {"paymentIntervalMonths", 1},
            {"nextChargeDate", charge},
            {"expireAt", std::move(end)},
            {"smsConfiguration", nullptr},
            {"voiceConfiguration", nullptr},
            {"callbackUrl", ""}};
}
json::object active_with(std::string_view member, json::value value) {
    json::object changed = active();
    changed[member] = std::move(value);
    return changed;
}

json::object failure(int code, std::string_view status, std::string_view type = {}, std::string_view name = {}) {
    json::array details;
    if (!type.empty()) {
        details.push_back(json::object{{"type", "ResourceInfo"},
                                       {"resourceType", type},
                                       {"resourceName", name},
                                       {"owner", ""},
                                       {"description", "x"}});
    }
    return {{"error", {{"code", code}, {"message", "so it is"}, {"status", status}, {"details", std::move(details)}}}};
}
Response gone(std::string_view type = "ActiveNumber", std::string_view name = number.text().view()) {
    return reply(failure(404, "NOT_FOUND", type, name), 404);
}

bool has_credentials(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") {
            return field.secret && field.value == "Basic " + to_base64("me:canary-secret");
        }
    }
    return false;
}

/// What the model of Sinch answers to a request written by hand.
struct Model {
    testing::sandbox::InMemory<testing::sandbox::Sinch> site;

    explicit Model(const std::vector<testing::sandbox::Item>& items) : site(stocked_with(items)) {}
    static testing::sandbox::Sinch stocked_with(const std::vector<testing::sandbox::Item>& items) {
        testing::sandbox::Ledger ledger;
        for (const auto& item : items) { ledger.stock_up(item); }
        return testing::sandbox::Sinch(std::move(ledger));
    }
    Response answer(Method method, std::string_view target, std::string_view body = {}, bool knows_us = true) {
        Request request(method, "https://h/v1/projects/" + std::string(testing::sandbox::Sinch::default_project) +
                                    std::string(target));
        if (knows_us) {
            (void)std::move(request).basic_authorization(testing::sandbox::Sinch::default_key,
                                                         Secret(std::string(testing::sandbox::Sinch::default_secret)));
        }
        if (!body.empty()) { (void)std::move(request).body("application/json", std::string(body)); }
        return site.answer(request);
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_the_country_one_type_and_what_numbers_begin_with) {
    const auto query = [](std::string_view region, std::string_view type, std::string_view digits,
                          std::string_view rest) {
        return "regionCode=" + std::string(region) + "&type=" + std::string(type) + "&numberPattern.pattern=%2B" +
               std::string(digits) + "&numberPattern.searchPattern=START" + std::string(rest);
    };
    const std::string ten = "&size=10";
    const struct {
        const char* name;
        SearchRequest request;
        std::vector<std::string> queries;
    } rows[]{
        {"an area code", {.prefix = "415"}, {query("US", "LOCAL", "1415", ten)}},
        {"an exchange", {.prefix = "+1415555"}, {query("US", "LOCAL", "1415555", ten)}},
        {"a number", {.prefix = "+14155550100"}, {query("US", "LOCAL", "14155550100", ten)}},
        {"toll-free", {.prefix = "866"}, {query("US", "TOLL_FREE", "1866", ten)}},
        {"toll-free and more", {.prefix = "866555"}, {query("US", "TOLL_FREE", "1866555", ten)}},
        {"a wildcard", {.prefix = "88*"}, {query("US", "TOLL_FREE", "188", ten)}},
        {"a wildcard from Canada", {.prefix = "80*", .country = "CA"}, {query("CA", "TOLL_FREE", "180", ten)}},
        {"what may be either", {.prefix = "8"}, {query("US", "LOCAL", "18", ten), query("US", "TOLL_FREE", "18", ten)}},
        {"Canada", {.prefix = "+1416"}, {query("CA", "LOCAL", "1416", ten)}},
        {"another country",
         {.prefix = "7", .country = "GB"},
         {query("GB", "LOCAL", "447", ten), query("GB", "MOBILE", "447", ten), query("GB", "TOLL_FREE", "447", ten)}},
        {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, {query("US", "LOCAL", "1415", "&size=28")}},
        {"features",
         {.prefix = "415", .features = {Feature::sms, Feature::voice}},
         {query("US", "LOCAL", "1415", "&capabilities=VOICE&capabilities=SMS&size=10")}},
        {"the most there can be",
         {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
         {query("US", "LOCAL", "1415", "&size=100")}}};
    for (const auto& [name, request, queries] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(stock({})));
            BOOST_TEST(account.find(request).offers.empty());
            const auto sent = account.script.requests();
            BOOST_TEST_REQUIRE(sent.size() == queries.size());
            for (std::size_t i = 0; i < sent.size(); ++i) {
                BOOST_TEST(sent[i].url() == base + "availableNumbers?" + queries[i]);
                BOOST_TEST((sent[i].method() == Method::get));
                BOOST_TEST(!sent[i].changes());
                BOOST_TEST(sent[i].fields().size() == 1U);
                BOOST_TEST(has_credentials(sent[i]));
                BOOST_TEST(sent[i].url().find("canary") == std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_prices_features_and_country) {
    Account account;
    account.searches(
        reply(stock({row("+14155550100"), row("14155550101"), json::object{{"phoneNumber", "+14155550102"}}})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 1U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 5'700);
    BOOST_TEST(offer.monthly.count() == 85);
    BOOST_TEST(offer.currency.view() == "EUR");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.stock == 0U);
    for (const auto& [feature, name] : feature_names) {
        BOOST_TEST_CONTEXT(name) {
            const bool told = Sinch::info.features.contains(feature);
            BOOST_TEST((offer.features.get(feature) == (told ? std::optional(feature == Feature::sms) : std::nullopt)));
        }
    }
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(row("+14155550100"))));
    BOOST_TEST(!page.offers[1].setup.known());
    BOOST_TEST(!page.offers[1].monthly.known());
    BOOST_TEST((page.offers[1].features == Features()));
}

BOOST_AUTO_TEST_CASE(a_price_is_told_exactly_or_not_at_all) {
    const struct {
        const char* name;
        json::object row;
        std::size_t found;
        bool has_setup;
        bool has_monthly;
    } rows[]{
        {"one currency", row("+14155550100"), 1, true, true},
        {"two currencies", row_with("+14155550100", "monthlyPrice", money("0.80", "USD")), 1, false, true},
        {"no ISO currency", row_with("+14155550100", "setupPrice", money("0.57", "DOLLAR")), 1, false, true},
        {"no ISO currency of the month", row_with("+14155550100", "monthlyPrice", money("0.80", "DOLLAR")), 1, true,
         false},
        {"a setup price alone", row_with("+14155550100", "monthlyPrice", nullptr), 1, true, false},
        {"charged for a year at once", row_with("+14155550100", "paymentIntervalMonths", 12), 1, true, false},
        {"no interval", row_with("+14155550100", "paymentIntervalMonths", nullptr), 1, true, true},
        {"an interval below 0", row_with("+14155550100", "paymentIntervalMonths", -1), 0, false, false},
        {"more decimals than can be kept", row_with("+14155550100", "monthlyPrice", money("0.80001")), 0, false, false},
        {"below 0", row_with("+14155550100", "monthlyPrice", money("-0.80")), 0, false, false},
        {"words", row_with("+14155550100", "monthlyPrice", money("free")), 0, false, false}};
    for (const auto& [name, row, found, has_setup, has_monthly] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(stock({row})));
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            BOOST_TEST(page.refused == 1 - found);
            if (found > 0) {
                BOOST_TEST(page.offers[0].monthly.known() == has_monthly);
                BOOST_TEST(page.offers[0].setup.known() == has_setup);
                BOOST_TEST(page.offers[0].currency.view() ==
                           (std::string_view(name) == "two currencies" ? "USD" : "EUR"));
                BOOST_TEST((page.offers[0].lata.empty() && page.offers[0].region.empty()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_not_asked_for_is_dropped_and_the_rest_cut) {
    json::array rows{row("+14165550100"), row_with("+14155550150", "capability", json::array{"VOICE"})};
    for (int i = 0; i < 30; ++i) { rows.push_back(row("+141555501" + std::to_string(10 + i))); }
    const struct {
        std::uint32_t quantity, offset;
        std::size_t found;
    } pages[]{{5, 0, 5}, {5, 10, 5}, {10, 25, 5}, {10, 30, 0}, {500, 0, 30}, {4294967295U, 4294967295U, 0}};
    for (const auto& [quantity, offset, found] : pages) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            Account account;
            account.searches(reply(stock(rows)));
            const SearchPage page =
                account.find({.prefix = "415", .quantity = quantity, .offset = offset, .features = {Feature::sms}});
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            if (found > 0) { BOOST_TEST(page.offers[0].number.str() == "+141555501" + std::to_string(10 + offset)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(types_are_asked_for_in_turn_until_there_is_enough) {
    const auto with_type = [](Account& account, const char* type, testing::Answer answer) {
        account.script.on(Method::get, "type=" + std::string(type), std::move(answer));
    };
    const struct {
        const char* name;
        std::uint32_t quantity;
        Response mobile;
        std::size_t calls, found;
        bool fails;
    } rows[]{{"enough", 1, Response(500), 1, 1, false},
             {"not enough", 2, reply(stock({row("+447700900001")})), 2, 2, false},
             {"nothing of it", 3, reply(stock({})), 3, 2, false},
             {"no such type there", 3, gone("Region", "GB"), 3, 2, false},
             {"a failure behind what was found", 3, Response(500), 2, 1, true}};
    for (const auto& [name, quantity, mobile, calls, found, fails] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            with_type(account, "LOCAL", reply(stock({row("+442079460100")})));
            with_type(account, "MOBILE", mobile);
            with_type(account, "TOLL_FREE", reply(stock({row("+448081570100")})));
            const SearchPage page = account.find({.prefix = "+44", .quantity = quantity});
            BOOST_TEST(account.script.calls() == calls);
            BOOST_TEST(page.offers.size() == found);
            BOOST_TEST(page.failure.has_value() == fails);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_type_that_is_refused_does_not_hide_the_others) {
    const Response refused = reply(failure(400, "INVALID_ARGUMENT"), 400);
    Account account;
    account.searches(refused);
    account.script.on(Method::get, "type=MOBILE", reply(stock({row("+61480000100")})));
    const SearchPage page = account.find({.prefix = "+61"});
    BOOST_TEST(account.script.calls() == 3U);
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST_REQUIRE(page.failure.has_value());
    BOOST_TEST(page.failure->cause == "INVALID_ARGUMENT so it is");

    Account none;  // where all are, that is the answer
    none.searches(refused);
    const auto error = failure_of([&] { none.find({.prefix = "+61"}); });
    BOOST_TEST((error->code == errc::by_carrier));
    BOOST_TEST(error->cause == "INVALID_ARGUMENT so it is");
}

BOOST_AUTO_TEST_CASE(a_prefix_of_no_country_finds_nothing_and_asks_nobody) {
    Account account;
    const auto error = failure_of([&] { account.find({.prefix = "+8"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::not_available));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            Response response = reply(failure(status, "SOME_STATUS"), status);
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause == "SOME_STATUS so it is"); }
            const bool waits = status == 429 || status == 503;
            BOOST_TEST((error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
        }
    }
    for (const char* body : {"", "{}", R"({"availableNumbers": null})", R"({"availableNumbers": {}})", "<html></html>",
                             R"({"availableNumbers": [)"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_rental_names_its_number_in_the_path_and_configures_nothing) {
    Account account;
    account.rents(reply(active()));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST_REQUIRE(account.script.calls() == 1U);
    const Request& sent = account.last_request();
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == base + "availableNumbers/%2B14155550100:rent");
    BOOST_TEST(sent.changes());
    BOOST_TEST(sent.body() == "{}");
    BOOST_TEST(has_credentials(sent));
    BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
    BOOST_TEST(sent.fields()[1].value == "application/json");
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id)}));
    BOOST_TEST(
        (json::parse(record.carrier_data.text) == json::value{{"kept", 1}, {"rental", {{"nextChargeDate", charge}}}}));
}

BOOST_AUTO_TEST_CASE(what_is_still_being_configured_is_told_and_the_number_ours) {
    const auto scheduled = [](std::string_view status) {
        return json::object{{"servicePlanId", "plan"}, {"status", status}, {"errorCodes", json::array{"X"}}};
    };
    json::object body = active();
    body["smsConfiguration"] = {{"servicePlanId", ""}, {"scheduledProvisioning", scheduled("FAILED")}};
    body["voiceConfiguration"] = {{"type", "RTC"}, {"scheduledVoiceProvisioning", scheduled("WAITING")}};
    Account account;
    account.rents(reply(body));
    Number record = account.asked_for();
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST(
        (json::parse(record.carrier_data.text) ==
         json::value{{"rental",
                      {{"nextChargeDate", charge}, {"smsProvisioning", "FAILED"}, {"voiceProvisioning", "WAITING"}}}}));
}

BOOST_AUTO_TEST_CASE(a_rental_is_believed_of_our_number_in_a_project_only) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"ours", reply(active()), Phase::done},
             {"created", reply(active(), 201), Phase::done},
             {"another number", reply(active_with("phoneNumber", "+14155550101")), Phase::unknown},
             {"a number in another writing", reply(active_with("phoneNumber", "14155550100")), Phase::unknown},
             {"no number", reply(active_with("phoneNumber", nullptr)), Phase::unknown},
             {"the offer once more", reply(row(number.text().view())), Phase::unknown},
             {"a list", reply(json::object{{"activeNumbers", json::array{active()}}}), Phase::unknown},
             {"accepted", reply(active(), 202), Phase::unknown},
             {"a configuration that is text", reply(active_with("smsConfiguration", "x")), Phase::unknown},
             {"as HTML", Response(200, json::serialize(active()), "text/html"), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.rents(response);
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST(record.number == number);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Account>(Operation::Kind::acquire,
                                   [](auto& account, const testing::Answer& answer) { account.rents(answer); });
}

BOOST_AUTO_TEST_CASE(each_refusal_of_a_rental_has_its_cause) {
    const struct {
        const char* name;
        Response response;
        bool needs_documents;
        errc code;
        const char* cause;
    } rows[]{{"not for sale", gone("AvailableNumber"), false, errc::number_unavailable, "NOT_FOUND so it is"},
             {"not for sale, without details", gone(""), false, errc::number_unavailable, "NOT_FOUND so it is"},
             {"another number is not", gone("AvailableNumber", "+1"), false, errc::by_carrier, "NOT_FOUND so it is"},
             {"no such project", gone("Project", "p-1"), false, errc::by_carrier, "NOT_FOUND so it is"},
             {"404 of one of ours", gone(), false, errc::by_carrier, "NOT_FOUND so it is"},
             {"404 from elsewhere", Response(404), false, errc::by_carrier, ""},
             {"a trial account", reply(failure(403, "PERMISSION_DENIED", "AvailableNumber"), 403), false,
              errc::needs_action, "PERMISSION_DENIED so it is"},
             {"no right to it", reply(failure(403, "PERMISSION_DENIED"), 403), false, errc::carrier_refuses_credentials,
              "PERMISSION_DENIED so it is"},
             {"documents are missing", reply(failure(400, "INVALID_ARGUMENT"), 400), true, errc::needs_action,
              "INVALID_ARGUMENT so it is"},
             {"a wrong argument", reply(failure(400, "INVALID_ARGUMENT"), 400), false, errc::by_carrier,
              "INVALID_ARGUMENT so it is"},
             {"too many", reply(failure(429, "RESOURCE_EXHAUSTED"), 429), true, errc::rate_limited,
              "RESOURCE_EXHAUSTED so it is"},
             {"wrong credentials", reply(failure(401, "UNAUTHENTICATED"), 401), true, errc::carrier_refuses_credentials,
              "UNAUTHENTICATED so it is"}};
    for (const auto& [name, response, needs_documents, code, cause] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.rents(response);
            Number record = account.asked_for();
            record.carrier_data = to_json_text({{"supportingDocumentationRequired", needs_documents}});
            const detail::Verdict verdict = account.buy(record);
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(verdict.error->cause == cause);
        }
    }
}

BOOST_AUTO_TEST_CASE(whatever_an_error_s_body_holds_it_is_an_error) {
    for (const char* body : {"", "[]", "{}", R"({"error": "x"})", R"({"error": {"status": 7, "details": {}}})",
                             R"({"error": {"details": [7]}})", R"({"error": {"details": [{"resourceType": []}]}})"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.rents(reply(body, 400));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == errc::by_carrier));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_rental_s_reply_cut_at_any_byte_leaves_the_outcome_unknown) {
    const std::string whole = json::serialize(active());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.rents(Response(200, whole.substr(0, size)));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    std::size_t sold = 0, unsold = 0;
    for_each_mutation(active(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.rents(reply(changed));
            const Phase phase = account.buy().phase;
            const bool told = json::serialize(changed).find(R"("phoneNumber":"+14155550100")") != std::string::npos;
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
            BOOST_TEST_REQUIRE((phase != Phase::refused));  // somebody may have sold it
            ++(phase == Phase::done ? sold : unsold);
        }
    });
    BOOST_TEST(sold > 0U);
    BOOST_TEST(unsold > 0U);
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_until_it_has_an_end) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"ours", reply(active()), true},
             {"given back, and with us until it ends", reply(active(charge)), false},
             {"not in our project", gone(), false},
             {"not in our project, without details", gone(""), false},
             {"404 from elsewhere", Response(404), {}},
             {"404 of another number", gone("ActiveNumber", "+14155550101"), {}},
             {"no such project", gone("Project", "p-1"), {}},
             {"404 of one for sale", gone("AvailableNumber"), {}},
             {"another number", reply(active_with("phoneNumber", "+14155550101")), {}},
             {"no project", reply(active_with("projectId", nullptr)), {}},
             {"an end that is no text", reply(active_with("expireAt", 7)), {}},
             {"created", reply(active(), 201), {}},
             {"HTML", Response(200, "<html></html>", "text/html"), {}},
             {"nothing", Response(200), {}},
             {"401", Response(401), {}},
             {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.looks(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == base + "activeNumbers/%2B14155550100");
            BOOST_TEST((account.last_request().method() == Method::get));
            BOOST_TEST(has_credentials(account.last_request()));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const auto page = [](json::array listed, std::int64_t total, std::string_view next = "") {
        return reply(json::object{{"activeNumbers", std::move(listed)}, {"nextPageToken", next}, {"totalSize", total}});
    };
    const json::object other = active_with("phoneNumber", json::value(other_number.str()));
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {page({}, 0)}, std::vector<E164>()},
        {"one page", {page({active(), other}, 2)}, both},
        {"two pages", {page({active()}, 2, "t/1"), page({other}, 2)}, both},
        {"a token behind the last", {page({active(), other}, 2, "t/1")}, both},
        {"one that was given back", {page({other, active(charge)}, 2)}, std::vector{other_number}},
        {"an unreadable row", {page({active(), active_with("phoneNumber", "none")}, 2)}},
        {"a row without a number", {page({active(), json::object{{"projectId", "p-1"}}}, 2)}},
        {"a row too few", {page({active()}, 2)}},
        {"a row too few in the end", {page({active()}, 2, "t/1"), page({}, 2)}},
        {"a row too many", {page({active(), other}, 1)}},
        {"a list that grows", {page({active()}, 2, "t/1"), page({other}, 3, "t/2")}},
        {"no total", {reply(json::object{{"activeNumbers", json::array{active()}}, {"nextPageToken", ""}})}},
        {"no list", {reply(json::object{{"nextPageToken", ""}, {"totalSize", 0}})}},
    });
    Account account;
    account.script.on(Method::get, "", page({active()}, 2, "t/1"), page({other}, 2));
    account.owned_numbers();
    BOOST_TEST(account.script.requests().at(0).url() == base + "activeNumbers?pageSize=100");
    BOOST_TEST(account.script.requests().at(1).url() == base + "activeNumbers?pageSize=100&pageToken=t%2F1");
}

BOOST_AUTO_TEST_CASE(a_release_gives_the_number_an_end_that_is_kept) {
    Account account;
    account.looks(reply(active()));
    account.releases(reply(active(charge)));
    Number record = account.asked_for();
    record.state = State::in_service;
    BOOST_TEST((account.release(record).phase == Phase::done));
    BOOST_TEST((record.state == State::in_service));  // what becomes of it is the manager's to say
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST((changing[0].method() == Method::post));
    BOOST_TEST(changing[0].url() == base + "activeNumbers/%2B14155550100:release");
    BOOST_TEST(changing[0].body() == "");
    BOOST_TEST(has_credentials(changing[0]));
    BOOST_TEST((json::parse(record.carrier_data.text) ==
                json::value{{"rental", {{"expireAt", charge}, {"nextChargeDate", charge}}}}));
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_ours_or_has_an_end_is_released) {
    for (const Response& response : {gone(), reply(active(charge))}) {
        Account account;
        account.looks(response);
        BOOST_TEST((account.release().phase == Phase::done));
        BOOST_TEST(account.script.changing_requests().empty());
    }
    Account account;  // gone between the look and the release
    account.looks(reply(active()));
    account.releases(gone());
    BOOST_TEST((account.release().phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(a_look_that_proves_nothing_ends_a_release_before_it_begins) {
    for (const Response& response : {reply("{}"), Response(500), Response(404), Response(401), gone("Project", "p-1"),
                                     reply(active_with("phoneNumber", "+14155550101"))}) {
        Account account;
        account.looks(response);
        BOOST_TEST((account.release().phase == Phase::refused));
        BOOST_TEST(account.script.changing_requests().empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release, [](auto& account, const testing::Answer& answer) {
        account.looks(reply(active()));
        account.releases(answer);
    });
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"locked", reply(failure(403, "PERMISSION_DENIED", "ActiveNumber"), 403), Phase::refused},
             {"404 from elsewhere", Response(404), Phase::refused},
             {"no end", reply(active()), Phase::unknown},
             {"another number", reply(active_with("phoneNumber", "+14155550101")), Phase::unknown},
             {"cut", Response(200, json::serialize(active(charge)).substr(0, 60)), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.looks(reply(active()));
            account.releases(response);
            BOOST_TEST((account.release().phase == phase));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_releases_what_it_does_not_name) {
    for_each_mutation(active(charge), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            const std::string text = json::serialize(changed);
            const bool told = text.find(R"("phoneNumber":"+14155550100")") != text.npos &&
                              text.find(R"("expireAt":"",)") == text.npos;
            for (const bool at_once : {true, false}) {
                Account account;
                account.looks(at_once ? reply(changed) : reply(active()));
                account.releases(reply(changed));
                const Phase phase = account.release().phase;
                BOOST_TEST_REQUIRE((told || phase != Phase::done));
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(hostile_settings_stay_in_their_place) {
    Account account;
    account.carrier.settings.project_id = "p/../x?y#z";
    account.rents(reply(active()));
    BOOST_TEST((account.buy().phase == Phase::done));
    BOOST_TEST(account.last_request().url() ==
               "https://api.example/v1/projects/p%2F..%2Fx%3Fy%23z/availableNumbers/%2B14155550100:rent");
    account.carrier.settings.key_id = "a:b";
    const auto error = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::settings));
}

BOOST_AUTO_TEST_CASE(settings_are_a_project_and_its_key) {
    const auto read = settings_of<Sinch>("number_manager.sinch", R"({"project_id": "p", "key_id": "k",
        "key_secret": "s", "gateways": ["sip.example.com"], "enable_provisioning": false})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.project_id == "p");
    BOOST_TEST(read->carrier.settings.key_id == "k");
    BOOST_TEST(read->carrier.settings.key_secret.reveal() == "s");
    BOOST_TEST(read->carrier.settings.base_url == "https://numbers.api.sinch.com");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST(!read->remote.enable_provisioning);
    BOOST_TEST((settings_of<Sinch>("number_manager.knm_sinch", "{}")->missing ==
                std::vector<std::string>{"project_id", "key_id", "key_secret"}));
    for (const char* document : {R"({"key_secert": "canary"})", R"({"key_secret": {"canary": "x"}})"}) {
        const auto wrong = settings_of<Sinch>("number_manager.sinch", document);
        BOOST_TEST_REQUIRE(!wrong.has_value());
        BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Sinch carrier;
    carrier.settings.project_id = testing::sandbox::Sinch::default_project;
    carrier.settings.key_id = testing::sandbox::Sinch::default_key;
    carrier.settings.key_secret = Secret(std::string(testing::sandbox::Sinch::default_secret));
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Sinch(small_stock(0))});
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_does) {
    testing::sandbox::Item item, documents;
    item.number = number;
    documents.number = other_number;
    documents.needs_action = true;
    Model model({item, documents});
    const std::string search = "/availableNumbers?regionCode=US&type=LOCAL";
    const std::string rent = "/availableNumbers/%2B14155550100:rent";
    const struct {
        const char* name;
        Method method;
        std::string target;
        const char* body;
        int status;
        const char* code;
    } rows[]{{"no type", Method::get, "/availableNumbers?regionCode=US", "", 400, "INVALID_ARGUMENT"},
             {"another type", Method::get, "/availableNumbers?regionCode=US&type=FAX", "", 400, "INVALID_ARGUMENT"},
             {"no country", Method::get, "/availableNumbers?type=LOCAL", "", 400, "INVALID_ARGUMENT"},
             {"an unknown parameter", Method::get, search + "&page=1", "", 400, "INVALID_ARGUMENT"},
             {"too many", Method::get, search + "&size=101", "", 400, "INVALID_ARGUMENT"},
             {"no plus at the start", Method::get,
              search + "&numberPattern.pattern=1415&numberPattern.searchPattern=START", "", 400, "INVALID_ARGUMENT"},
             {"another capability", Method::get, search + "&capabilities=MMS", "", 400, "INVALID_ARGUMENT"},
             {"a search", Method::get, search + "&capabilities=SMS&capabilities=VOICE", "", 200, ""},
             {"an encoded colon", Method::post, "/availableNumbers/%2B14155550100%3Arent", "{}", 404, "NOT_FOUND"},
             {"no body", Method::post, rent, "", 400, "INVALID_ARGUMENT"},
             {"an unknown field", Method::post, rent, R"({"displayName": "x"})", 400, "INVALID_ARGUMENT"},
             {"documents", Method::post, "/availableNumbers/%2B14155550101:rent", "{}", 403, "PERMISSION_DENIED"},
             {"a rental", Method::post, rent, "{}", 200, ""},
             {"a second one", Method::post, rent, "{}", 404, "NOT_FOUND"},
             {"ours", Method::get, "/activeNumbers/%2B14155550100", "", 200, ""},
             {"another's", Method::get, "/activeNumbers/%2B14155550101", "", 404, "NOT_FOUND"},
             {"a list of no country", Method::get, "/activeNumbers?regionCode=XX", "", 400, "INVALID_ARGUMENT"}};
    for (const auto& [name, method, target, body, status, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            const Response response = model.answer(method, target, body);
            BOOST_TEST(response.status == status);
            BOOST_TEST(wire::Complaint(response).text("error.status") == code);
        }
    }
    BOOST_TEST(model.answer(Method::get, search, "", false).status == 401);
}

BOOST_AUTO_TEST_SUITE_END()
