// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/infobip.hpp>
#include <tandem/testing/sandbox/infobip.hpp>

BOOST_AUTO_TEST_SUITE(carriers_infobip)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Infobip;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Infobip>());
static_assert(FollowsOrders<Infobip> && FindsOrders<Infobip> && OwnsNumbers<Infobip> && ListsNumbers<Infobip> &&
              !ChecksNumbers<Infobip>);

const std::string base = "https://x1.api.example/numbers/1/numbers";
const E164 british = E164::parse_or_empty("+447700900300");
constexpr const char* key = "58B3%AC/1";

struct Account : Desk<Infobip> {
    Account() : Desk({.settings = {.api_key = Secret("canary-key"), .base_url = "https://x1.api.example"}}) {}

    template <class... Answers>
    void searches(Answers... answers) {
        script.on(Method::get, "/available?", testing::Answer(std::move(answers))...);
    }
    void buys(testing::Answer answer) { script.on(Method::post, "/numbers", std::move(answer)); }
    template <class... Answers>
    void follows(Answers... answers) {
        script.on(Method::get, "/numbers/58B3", testing::Answer(std::move(answers))...);
    }
    void lists(testing::Answer answer) { script.on(Method::get, "/numbers?", std::move(answer)); }
    void cancels(testing::Answer answer) { script.on(Method::delete_, "/numbers/", std::move(answer)); }

    static Number british_one(json::object data = {}) {
        Number record = asked_for();
        record.number = british;
        record.carrier_data = to_json_text(std::move(data));
        return record;
    }
    static Number pending() {
        Number record = asked_for();
        record.order = Order{.operation = OperationId(operation_id), .reference = key, .status = Status::pending};
        return record;
    }
};

json::object row(std::string_view digits, std::string_view country = "US") {
    return {
        {"numberKey", key},
        {"number", digits},
        {"country", country},
        {"type", "VIRTUAL_LONG_NUMBER"},
        {"capabilities", json::array{"SMS", "WHATSAPP"}},
        {"shared", false},
        {"price", {{"pricePerMonth", 15}, {"setupPrice", 0}, {"initialMonthPrice", 9.193549}, {"currency", "EUR"}}}};
}
json::object row_with(std::string_view digits, std::string_view member, json::value value) {
    json::object changed = row(digits);
    changed[member] = std::move(value);
    return changed;
}
json::object bought(std::string_view status = {}) {
    json::object made = row("14155550100");
    if (!status.empty()) { made["reservationStatus"] = status; }
    return made;
}
json::object bought_with(std::string_view member, json::value value) {
    json::object changed = bought();
    changed[member] = std::move(value);
    return changed;
}
json::object list(json::array rows, std::int64_t total) {
    return {{"numbers", std::move(rows)}, {"numberCount", total}};
}
json::object list(json::array rows) {
    const auto total = static_cast<std::int64_t>(rows.size());
    return list(std::move(rows), total);
}
json::object failure(std::string_view id = "BAD_REQUEST", std::string_view field = {}) {
    json::object exception{{"messageId", id}, {"text", "so it is"}};
    if (!field.empty()) { exception["validationErrors"] = {{field, json::array{"wrong"}}}; }
    return {{"requestError", {{"serviceException", std::move(exception)}}}};
}

bool has_secret_key(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret && field.value == "App canary-key"; }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_area_code_and_exchange_or_the_digits) {
    const std::string page = "limit=100&page=0";
    const struct {
        const char* name;
        SearchRequest request;
        std::vector<std::string> queries;
    } rows[]{{"an area code", {.prefix = "415"}, {"country=US&npa=415&" + page}},
             {"less than one", {.prefix = "41"}, {"country=US&" + page}},
             {"the country", {.prefix = "+1"}, {"country=US&" + page}},
             {"an exchange", {.prefix = "+1415555"}, {"country=US&npa=415&nxx=555&" + page}},
             {"more than one", {.prefix = "+14155"}, {"country=US&npa=415&" + page}},
             {"a number", {.prefix = "+14155550100"}, {"country=US&npa=415&nxx=555&" + page}},
             {"toll-free", {.prefix = "833"}, {"country=US&npa=833&" + page}},
             {"a wildcard", {.prefix = "85*"}, {"country=US&npa=855&" + page}},
             {"the first wildcard", {.prefix = "80*"}, {"country=US&npa=800&" + page}},
             {"Canada", {.prefix = "+1416"}, {"country=CA&number=1416&" + page, "country=CA&" + page}},
             {"a wildcard from Canada",
              {.prefix = "80*", .country = "CA"},
              {"country=CA&number=180&" + page, "country=CA&" + page}},
             {"another country",
              {.prefix = "20", .country = "GB"},
              {"country=GB&number=4420&" + page, "country=GB&" + page}},
             {"all of another", {.prefix = "+44"}, {"country=GB&" + page}},
             {"a prefix of no country", {.prefix = "+8"}, {"number=8&" + page, page}},
             {"features",
              {.prefix = "415", .features = {Feature::sms, Feature::voice, Feature::mms}},
              {"country=US&npa=415&capabilities=VOICE&capabilities=SMS&capabilities=MMS&" + page}},
             {"the most there can be",
              {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
              {"country=US&npa=415&" + page}}};
    for (const auto& [name, request, queries] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(list({})));
            BOOST_TEST(account.find(request).offers.empty());
            const auto sent = account.script.requests();
            BOOST_TEST_REQUIRE(sent.size() == queries.size());
            for (std::size_t i = 0; i < sent.size(); ++i) {
                BOOST_TEST(sent[i].url() == base + "/available?" + queries[i]);
                BOOST_TEST((sent[i].method() == Method::get));
                BOOST_TEST(!sent[i].changes());
                BOOST_TEST(sent[i].fields().size() == 1U);
                BOOST_TEST(has_secret_key(sent[i]));
                BOOST_TEST(sent[i].url().find("canary") == std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_are_read_with_prices_features_and_country) {
    Account account;
    account.searches(
        reply(list({row("14155550100"), json::object{{"number", 14155550101}, {"type", "VIRTUAL_LONG_NUMBER"}},
                    row("+14155550102"), json::object{{"numberKey", "x"}}})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 2U);
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.setup.count() == 0);
    BOOST_TEST(offer.monthly.count() == 150'000);
    BOOST_TEST(offer.currency.view() == "EUR");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.lata == "");
    for (const auto& [feature, name] : feature_names) {
        BOOST_TEST_CONTEXT(name) {
            const bool told = Infobip::info.features.contains(feature);
            BOOST_TEST((offer.features.get(feature) == (told ? std::optional(feature == Feature::sms) : std::nullopt)));
        }
    }
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(row("14155550100"))));
    BOOST_TEST(!page.offers[1].setup.known());
    BOOST_TEST(!page.offers[1].monthly.known());
    BOOST_TEST((page.offers[1].features == Features()));
}

BOOST_AUTO_TEST_CASE(a_price_is_told_exactly_or_not_at_all) {
    const struct {
        const char* price;
        std::optional<std::int64_t> monthly;
    } rows[]{{"5", 50'000}, {"0.0085", 85}, {"1.10", 11'000}, {"9.193549", {}},     {"-1", {}},
             {"1e1", {}},   {"null", {}},   {"{}", {}},       {R"("2.50")", 25'000}};
    for (const auto& [price, monthly] : rows) {
        BOOST_TEST_CONTEXT(price) {
            Account account;
            account.searches(Response(200, R"({"numbers": [{"number": "14155550100", "type": "VIRTUAL_LONG_NUMBER",
                "price": {"pricePerMonth": )" + std::string(price) +
                                               R"(, "setupPrice": 1.5}}], "numberCount": 1})"));
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST_REQUIRE(page.offers.size() == 1U);
            BOOST_TEST(page.offers[0].setup.count() == 15'000);
            BOOST_TEST(page.offers[0].monthly.known() == monthly.has_value());
            if (monthly) { BOOST_TEST(page.offers[0].monthly.count() == *monthly); }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_of_our_own_is_left_out) {
    const struct {
        const char* name;
        json::object row;
        std::size_t found;
    } rows[]{{"a long number", row("14155550100"), 1},
             {"one that calls", row_with("14155550100", "type", "VIRTUAL_LONG_NUMBER_CALL_TRIGGER"), 1},
             {"a short code", row_with("14155", "type", "SHORT_CODE"), 0},
             {"a number without a type", row_with("14155550100", "type", nullptr), 0},
             {"a shared number", row_with("14155550100", "shared", true), 0},
             {"another area code", row("14165550100"), 0}};
    for (const auto& [name, row, found] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(list({row})));
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST(page.offers.size() == found);
            BOOST_TEST(page.refused == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(pages_are_asked_for_until_there_is_enough) {
    const auto page_of = [](int first, int count, std::int64_t total) {
        json::array rows;
        for (int i = 0; i < count; ++i) { rows.push_back(row("1415555" + std::to_string(1000 + first + i))); }
        return reply(list(std::move(rows), total));
    };
    const struct {
        std::uint32_t quantity, offset;
        std::size_t calls, found;
    } rows[]{{100, 0, 1, 100}, {101, 0, 2, 101}, {50, 90, 2, 50}, {500, 0, 3, 230}, {10, 230, 3, 0}};
    for (const auto& [quantity, offset, calls, found] : rows) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            Account account;
            account.searches(page_of(0, 100, 230), page_of(100, 100, 230), page_of(200, 30, 230));
            const SearchPage page = account.find({.prefix = "415", .quantity = quantity, .offset = offset});
            BOOST_TEST(account.script.calls() == calls);
            BOOST_TEST_REQUIRE(page.offers.size() == found);
            BOOST_TEST(!page.failure.has_value());
            if (found > 0) { BOOST_TEST(page.offers[0].number.str() == "+1415555" + std::to_string(1000 + offset)); }
            BOOST_TEST(account.last_request().url().ends_with("&page=" + std::to_string(calls - 1)));
        }
    }
    Account stingy;  // smaller pages than were asked for
    stingy.searches(page_of(0, 50, 120), page_of(50, 50, 120), page_of(100, 20, 120));
    BOOST_TEST(stingy.find({.prefix = "415", .quantity = 500}).offers.size() == 120U);
    BOOST_TEST(stingy.script.calls() == 3U);
    Account shared;  // what is left out stands on its page too
    json::array two{row("14155550100"), row_with("14155550101", "shared", true)};
    shared.searches(reply(list(std::move(two), 2)));
    BOOST_TEST(shared.find({.prefix = "415", .quantity = 500}).offers.size() == 1U);
    BOOST_TEST(shared.script.calls() == 1U);
    Account account;  // many without the prefix: no search may take for ever
    account.searches(page_of(0, 1, 100'000));
    const SearchPage some = account.find({.prefix = "+141555510", .quantity = 10});
    BOOST_TEST(account.script.calls() == 5U);
    BOOST_TEST(some.offers.size() == 5U);
    BOOST_TEST_REQUIRE(some.failure.has_value());
    BOOST_TEST((some.failure->code == errc::not_available));
    const auto none = failure_of([&] { account.find({.prefix = "+141555599", .quantity = 10}); });
    BOOST_TEST_REQUIRE(none.has_value());
    BOOST_TEST((none->code == errc::not_available));
    BOOST_TEST(none->cause == "only the first of its numbers were looked through");
}

BOOST_AUTO_TEST_CASE(a_country_is_looked_through_where_digits_find_nothing) {
    Account account;
    account.searches(reply(list({row("914420794601", "IN")})),
                     reply(list({row("447700900300", "GB"), row("442079460100", "GB")})));
    const SearchPage page = account.find({.prefix = "+4420"});
    BOOST_TEST(account.script.calls() == 2U);
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].number.str() == "+442079460100");
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            Response response = reply(failure("SOME_ID"), status);
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status >= 300) { BOOST_TEST(error->cause == "SOME_ID so it is"); }
            const bool waits = status == 429 || status == 503;
            BOOST_TEST((error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
        }
    }
    for (const char* body : {"", "{}", R"({"numbers": null})", R"({"numbers": {}})", "<html></html>",
                             R"({"numbers": [)", R"({"numbers": [], "numberCount": "x"})"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.searches(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_american_number_is_bought_by_its_digits) {
    Account account;
    account.buys(reply(bought_with("additionalSetupRequired", true)));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"numberKey":"of the offer","kept":1})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST_REQUIRE(account.script.calls() == 1U);
    const Request& sent = account.last_request();
    BOOST_TEST((sent.method() == Method::post));
    BOOST_TEST(sent.url() == base);
    BOOST_TEST(sent.changes());
    BOOST_TEST(sent.body() == R"({"number":"14155550100"})");
    BOOST_TEST(has_secret_key(sent));
    BOOST_TEST_REQUIRE(sent.fields().size() == 2U);
    BOOST_TEST(sent.fields()[1].value == "application/json");
    BOOST_TEST((record.order == Order{.operation = OperationId(operation_id), .reference = key}));
    BOOST_TEST((json::parse(record.carrier_data.text) ==
                json::value{{"kept", 1}, {"numberKey", key}, {"additionalSetupRequired", true}}));
}

BOOST_AUTO_TEST_CASE(any_other_number_is_bought_by_its_key) {
    const json::object reply_of = row("447700900300", "GB");
    const struct {
        const char* name;
        json::object data;
        Response offered;
        std::size_t calls;
        Phase phase;
        errc code;
    } rows[]{
        {"as the search told", {{"numberKey", key}}, Response(500), 1, Phase::done, {}},
        {"as is asked for", {}, reply(list({row("1447700900300"), row("447700900300", "GB")})), 2, Phase::done, {}},
        {"not for sale", {}, reply(list({row("1447700900300")})), 1, Phase::refused, errc::number_unavailable},
        {"not found", {}, reply(failure("NOT_FOUND"), 404), 1, Phase::refused, errc::number_unavailable},
        {"a list that is not whole", {}, reply(list({}, 7)), 1, Phase::refused, errc::malformed_reply},
        {"no key",
         {},
         reply(list({json::object{{"number", "447700900300"}}})),
         1,
         Phase::refused,
         errc::malformed_reply},
        {"an empty key",
         {},
         reply(list({json::object{{"number", "447700900300"}, {"numberKey", ""}}})),
         1,
         Phase::refused,
         errc::malformed_reply},
        {"no answer", {}, Response(500), 1, Phase::refused, errc::by_carrier}};
    for (const auto& [name, data, offered, calls, phase, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(offered);
            account.buys(reply(reply_of));
            Number record = account.british_one(data);
            const detail::Verdict verdict = account.buy(record);
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST(account.script.calls() == calls);
            BOOST_TEST(account.script.changing_requests().size() == (phase == Phase::done ? 1U : 0U));
            if (phase == Phase::done) {
                BOOST_TEST((json::parse(account.last_request().body()) == json::value{{"numberKey", key}}));
            } else {
                BOOST_TEST((verdict.error->code == code));
                BOOST_TEST(account.last_request().url() == base + "/available?number=447700900300&limit=100&page=0");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reservation_is_followed_to_its_end) {
    const struct {
        const char* end;
        Phase phase;
        Status status;
    } ends[]{{"", Phase::done, Status::complete},
             {"BILLING_FAILED", Phase::refused, Status::failed},
             {"RESERVATION_FAILED", Phase::refused, Status::failed},
             {"ERROR", Phase::refused, Status::failed}};
    for (const auto& [end, phase, status] : ends) {
        BOOST_TEST_CONTEXT(end) {
            Account account;
            account.buys(reply(bought("PENDING")));
            account.follows(reply(bought("PENDING")), reply(bought("PENDING")), reply(bought(end)));
            const Moment start = account.environment.now();
            Number record = account.asked_for();
            const detail::Verdict verdict = account.buy(record);
            BOOST_TEST((verdict.phase == phase));
            if (phase == Phase::refused) { BOOST_TEST(verdict.error->cause == end); }
            BOOST_TEST((record.order->status == status));
            BOOST_TEST((account.environment.now() - start == 7s));  // 1, 2 and 4
            BOOST_TEST_REQUIRE(account.script.calls() == 4U);
            BOOST_TEST(account.script.changing_requests().size() == 1U);
            const Request& sent = account.last_request();
            BOOST_TEST((sent.method() == Method::get));
            BOOST_TEST(sent.url() == base + "/58B3%25AC%2F1");
            BOOST_TEST(has_secret_key(sent));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reservation_that_takes_longer_than_we_have_stays_pending) {
    Account account;
    account.buys(reply(bought("PENDING")));
    account.follows(reply(bought("PENDING")));
    const Moment start = account.environment.now();
    Number record = account.asked_for();
    BOOST_TEST((account.buy(record).phase == Phase::pending));
    BOOST_TEST(record.order->reference == key);
    BOOST_TEST(record.order->reason == "PENDING");
    BOOST_TEST((account.environment.now() <= start + account.patience));
    for (const Response& unclear : {Response(500), Response(404), reply("{}"), reply(bought_with("number", "1415"))}) {
        Account other;
        other.buys(reply(bought("PENDING")));
        other.follows(unclear);
        Number same = other.asked_for();
        BOOST_TEST((other.buy(same).phase == Phase::pending));
        BOOST_TEST(same.order->reference == key);
    }
}

BOOST_AUTO_TEST_CASE(a_pending_reservation_is_followed_days_later) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"sold", reply(bought()), Phase::done},
             {"still pending", reply(bought("PENDING")), Phase::pending},
             {"failed", reply(bought("BILLING_FAILED")), Phase::refused},
             {"another key", reply(bought_with("numberKey", "another")), Phase::unknown},
             {"another number", reply(bought_with("number", "14155550101")), Phase::unknown},
             {"another status", reply(bought("MAYBE")), Phase::unknown},
             {"not there", reply(failure("NOT_FOUND"), 404), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.follows(response);
            Number record = account.pending();
            const Number before = record;
            const Phase found = account.follow(record).phase;
            // By itself a question proves nothing: the manager leaves the order as it was.
            BOOST_TEST((found == phase || (phase == Phase::unknown && record == before)) == true);
            BOOST_TEST(account.script.changing_requests().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_purchase_cost_is_setup_and_first_month) {
    const auto cents = [](std::int64_t count, Currency currency) {
        return Money{Amount::ten_thousandths(count * 100), currency};
    };
    const struct {
        const char* name;
        std::string_view price;
        Money paid;
    } rows[]{
        {"as every month", R"({"pricePerMonth":5,"setupPrice":1.5,"currency":"EUR"})", cents(650, "EUR")},
        {"another currency", R"({"pricePerMonth":5,"setupPrice":0,"currency":"USD"})", cents(500, "USD")},
        {"a first month of its own", R"({"pricePerMonth":5,"setupPrice":1,"initialMonthPrice":2.25,"currency":"EUR"})",
         cents(325, "EUR")},
        {"no sum of money", R"({"pricePerMonth":5,"setupPrice":1,"initialMonthPrice":9.193549,"currency":"EUR"})", {}},
        {"no currency", R"({"pricePerMonth":5,"setupPrice":1})", {}},
        {"no setup", R"({"pricePerMonth":5,"currency":"EUR"})", {}},
        {"no month", R"({"setupPrice":1,"currency":"EUR"})", {}},
        {"more than there is",
         R"({"pricePerMonth":900000000000000,"setupPrice":900000000000000,"currency":"EUR"})",
         {}},
        {"none", "null", {}},
        {"no object", R"("5 EUR")", {}},
        {"a list", "[5]", {}}};
    for (const auto& [name, price, paid] : rows) {
        BOOST_TEST_CONTEXT(name) {
            std::string body = json::serialize(bought_with("price", "its price"));
            const std::string_view place = R"("its price")";
            body.replace(body.find(place), place.size(), price);
            Account account;
            account.buys(reply(body.c_str()));
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == Phase::done));
            BOOST_TEST_REQUIRE(record.order.has_value());
            BOOST_TEST((record.order->price == paid));
        }
    }
}
BOOST_AUTO_TEST_CASE(a_purchase_is_believed_of_our_number_only) {
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"ours", reply(bought()), Phase::done},
             {"created", reply(bought(), 201), Phase::done},
             {"another number", reply(bought_with("number", "14155550101")), Phase::unknown},
             {"a number in another writing", reply(bought_with("number", "+14155550100")), Phase::unknown},
             {"no number", reply(bought_with("number", nullptr)), Phase::unknown},
             {"no key", reply(bought_with("numberKey", nullptr)), Phase::unknown},
             {"another status", reply(bought("MAYBE")), Phase::unknown},
             {"a status that is none", reply(bought_with("reservationStatus", 7)), Phase::unknown},
             {"a list", reply(list({bought()})), Phase::unknown},
             {"accepted", reply(bought(), 202), Phase::unknown},
             {"as HTML", Response(200, json::serialize(bought()), "text/html"), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.buys(response);
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST(record.number == number);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_purchase_whose_201_has_no_body_is_looked_for_among_our_numbers) {
    const struct {
        const char* name;
        testing::Answer listed;
        Phase phase;
    } rows[]{{"it is there", reply(list({bought()})), Phase::done},
             {"it is pending", reply(list({bought("PENDING")})), Phase::done},  // and followed
             {"it failed", reply(list({bought("BILLING_FAILED")})), Phase::refused},
             {"not yet", reply(list({})), Phase::unknown},
             {"nobody can tell", Response(500), Phase::unknown},
             {"the list is refused to us", Response(403), Phase::unknown},
             {"no answer", testing::silence, Phase::unknown}};
    for (const auto& [name, listed, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.buys(Response(201));
            account.lists(listed);
            account.follows(reply(bought()));
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST(account.script.changing_requests().size() == 1U);
            if (phase == Phase::done) { BOOST_TEST(record.order->reference == key); }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    bears_unclear_answers<Account>(Operation::Kind::acquire,
                                   [](auto& account, const testing::Answer& answer) { account.buys(answer); });
}

BOOST_AUTO_TEST_CASE(each_refusal_of_a_purchase_has_its_cause) {
    const struct {
        const char* name;
        Response response;
        errc code;
        const char* cause;
    } rows[]{{"no such number", reply(failure("NOT_FOUND"), 404), errc::number_unavailable, "NOT_FOUND so it is"},
             {"no such number, in no words", Response(404), errc::number_unavailable, ""},
             {"about the number", reply(failure("BAD_REQUEST", "number"), 400), errc::number_unavailable,
              "BAD_REQUEST so it is"},
             {"about the key", reply(failure("BAD_REQUEST", "numberKey"), 400), errc::number_unavailable,
              "BAD_REQUEST so it is"},
             {"about something else", reply(failure("BAD_REQUEST", "entityId"), 400), errc::by_carrier,
              "BAD_REQUEST so it is"},
             {"wrong credentials", reply(failure("UNAUTHORIZED"), 401), errc::carrier_refuses_credentials,
              "UNAUTHORIZED so it is"},
             {"no right", reply(failure("FORBIDDEN"), 403), errc::carrier_refuses_credentials, "FORBIDDEN so it is"},
             {"too many", reply(failure("TOO_MANY_REQUESTS"), 429), errc::rate_limited, "TOO_MANY_REQUESTS so it is"},
             {"in the newer shape", reply(R"({"errorCode": "E400", "description": "newer"})", 400), errc::by_carrier,
              "E400 newer"},
             {"in another", reply(R"({"requestError": [{"serviceException": 7}]})", 400), errc::by_carrier, ""}};
    for (const auto& [name, response, code, cause] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.buys(response);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(verdict.error->cause == cause);
        }
    }
    Account account;
    account.buys(reply(failure("GENERAL_ERROR"), 500));
    const detail::Verdict verdict = account.buy();
    BOOST_TEST((verdict.phase == Phase::unknown));
    BOOST_TEST(verdict.error->cause.find("GENERAL_ERROR so it is") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_purchase_s_reply_cut_at_any_byte_leaves_the_outcome_unknown) {
    const std::string whole = json::serialize(bought());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.buys(Response(200, whole.substr(0, size)));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    std::size_t sold = 0, unsold = 0;
    for_each_mutation(bought(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.buys(reply(changed));
            const Phase phase = account.buy().phase;
            const std::string text = json::serialize(changed);
            const bool told = text.find(R"("number":"14155550100")") != text.npos;
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
            BOOST_TEST_REQUIRE((phase != Phase::refused));  // somebody may have sold it
            ++(phase == Phase::done ? sold : unsold);
        }
    });
    BOOST_TEST(sold > 0U);
    BOOST_TEST(unsold > 0U);
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_exactly) {
    const json::object longer = row("141555501001"), failed = bought("RESERVATION_FAILED");
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
        std::optional<Status> order;
    } rows[]{{"ours", reply(list({bought()})), true, Status::complete},
             {"behind one that contains it", reply(list({longer, bought()})), true, Status::complete},
             {"on a page of many", reply(list({bought()}, 900)), true, Status::complete},
             {"beside a reservation that failed", reply(list({failed, bought()})), true, Status::complete},
             {"before a reservation that failed", reply(list({bought(), failed})), true, Status::complete},
             {"pending beside one that failed", reply(list({bought("PENDING"), failed})), false, Status::pending},
             {"pending", reply(list({bought("PENDING")})), false, Status::pending},
             {"failed", reply(list({failed})), false, Status::failed},
             {"only others contain it", reply(list({longer})), false, {}},
             {"nothing", reply(list({})), false, {}},
             {"a list of others", reply(list({row("14155550101")})), {}, {}},
             {"a page of many", reply(list({longer}, 300)), {}, {}},
             {"fewer than it says", reply(list({}, 1)), {}, {}},
             {"no count", reply(R"({"numbers": []})"), {}, {}},
             {"a count that is none", reply(R"({"numbers": [], "numberCount": null})"), {}, {}},
             {"a row that cannot be read", reply(R"({"numbers": [{"numberKey": "1"}], "numberCount": 1})"), {}, {}},
             {"one that is not counted", reply(list({longer, json::object{{"numberKey", "1"}}}, 1)), {}, {}},
             {"no list", reply("{}"), {}, {}},
             {"HTML", Response(200, "<html></html>", "text/html"), {}, {}},
             {"404", reply(failure("NOT_FOUND"), 404), {}, {}},
             {"401", Response(401), {}, {}},
             {"500", Response(500), {}, {}}};
    for (const auto& [name, response, owned, order] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists(response);
            account.follows(reply(bought("PENDING")));
            std::optional<bool> told;
            auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == base + "?number=14155550100&limit=100&page=0");
            BOOST_TEST(has_secret_key(account.last_request()));

            std::optional<Number> found;
            error = failure_of([&] { found = account.find_order(); });
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(found.has_value() == order.has_value());
            if (found) {
                BOOST_TEST((found->order->status == *order));
                BOOST_TEST(found->order->reference == key);
                BOOST_TEST(found->order->operation.view() == operation_id);
            }
            BOOST_TEST(account.script.changing_requests().empty());
        }
    }
    Account account;  // what is pending is followed to its end
    account.lists(reply(list({bought("PENDING")})));
    account.follows(reply(bought("PENDING")), reply(bought()));
    const std::optional<Number> found = account.find_order();
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST((found->order->status == Status::complete));
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const json::object ours = row("14155550100");
    const json::object other = row("14155550101");
    const std::vector<E164> both{number, other_number};
    json::object untyped = other;
    untyped.erase("type");
    json::object code = row_with("ACME", "type", "SHORT_CODE");
    json::object pending = row_with("14155550102", "reservationStatus", "PENDING");
    reads_lists_of_ours<Account>({
        {"none", {reply(list({}))}, std::vector<E164>()},
        {"one page", {reply(list({ours, other}))}, both},
        {"two pages", {reply(list({ours}, 2)), reply(list({other}, 2))}, both},
        {"what is no number", {reply(list({code, ours, pending}))}, std::vector{number}},
        {"a page of what is no number", {reply(list({code}, 2)), reply(list({ours}, 2))}, std::vector{number}},
        {"an unreadable row", {reply(list({ours, row("none")}))}},
        {"a row without a type", {reply(list({ours, untyped}))}},
        {"a row too few", {reply(list({ours}, 2)), reply(list({}, 2))}},
        {"a row too many", {reply(list({ours, other}, 1))}},
        {"a list that shrinks", {reply(list({ours}, 3)), reply(list({other}, 2))}},
        {"no count", {reply(json::object{{"numbers", json::array{ours}}})}},
        {"no list", {reply(json::object{{"numberCount", 0}})}},
    });
    Account account;
    account.script.on(Method::get, "", reply(list({ours}, 2)), reply(list({other}, 2)));
    account.owned_numbers();
    BOOST_TEST(account.script.requests().at(0).url() == base + "?limit=100&page=0");
    BOOST_TEST(account.script.requests().at(1).url() == base + "?limit=100&page=1");
    BOOST_TEST(has_secret_key(account.last_request()));
}
BOOST_AUTO_TEST_CASE(a_release_cancels_the_key_that_the_list_names) {
    for (const Response& answer : {Response(204), reply(failure("NOT_FOUND"), 404)}) {
        Account account;
        account.lists(reply(list({row("141555501001"), bought()})));
        account.cancels(answer);
        Number record = account.asked_for();
        record.state = State::in_service;
        record.carrier_data = JsonText(R"({"numberKey":"an old one"})");
        BOOST_TEST((account.release(record).phase == Phase::done));
        BOOST_TEST((record.state == State::in_service));  // what becomes of it is the manager's to say
        const auto changing = account.script.changing_requests();
        BOOST_TEST_REQUIRE(changing.size() == 1U);
        BOOST_TEST((changing[0].method() == Method::delete_));
        BOOST_TEST(changing[0].url() == base + "/58B3%25AC%2F1");
        BOOST_TEST(changing[0].body() == "");
        BOOST_TEST(has_secret_key(changing[0]));
    }
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_ours_is_released) {
    for (const json::object& listed : {row("141555501001"), bought("RESERVATION_FAILED")}) {
        Account account;
        account.lists(reply(list({listed})));
        BOOST_TEST((account.release().phase == Phase::done));
        BOOST_TEST(account.script.changing_requests().empty());
    }
    for (const Response& response : {reply(list({}, 1)), reply("{}"), Response(500), Response(404), Response(401)}) {
        Account other;  // what proves nothing ends a release before it begins
        other.lists(response);
        BOOST_TEST((other.release().phase == Phase::refused));
        BOOST_TEST(other.script.changing_requests().empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release, [](auto& account, const testing::Answer& answer) {
        account.lists(reply(list({bought()})));
        account.cancels(answer);
    });
}

BOOST_AUTO_TEST_CASE(no_changed_list_releases_what_it_does_not_speak_of) {
    for_each_mutation(list({bought()}), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.lists(reply(changed));
            account.cancels(Response(204));
            const Phase phase = account.release().phase;
            // Released without a request only where the list says, as a whole, that another number stands there.
            const bool asked = !account.script.changing_requests().empty();
            const bool another = json::serialize(changed).find("14155550100") == std::string::npos;
            BOOST_TEST_REQUIRE((phase != Phase::done || asked || another));
        }
    });
}

BOOST_AUTO_TEST_CASE(settings_are_a_key_and_the_account_s_own_host) {
    const auto read = settings_of<Infobip>("number_manager.knm_infobip", R"({"api_key": "k",
        "base_url": "https://x1.api.infobip.com", "timeout_ms": 7})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read->carrier.settings.base_url == "https://x1.api.infobip.com");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<Infobip>("number_manager.infobip", "{}")->missing ==
                std::vector<std::string>{"api_key", "base_url"}));
    for (const char* document : {R"({"api_kye": "canary"})", R"({"api_key": {"canary": "x"}})"}) {
        const auto wrong = settings_of<Infobip>("number_manager.infobip", document);
        BOOST_TEST_REQUIRE(!wrong.has_value());
        BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Infobip carrier;
    carrier.settings.api_key = Secret(std::string(testing::sandbox::Infobip::default_key));
    carrier.settings.base_url = "https://x1.api.example";
    for (const unsigned polls : {0U, 1U}) {
        keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Infobip(small_stock(polls))});
    }
    constexpr std::array<testing::sandbox::Range, 1> ranges{{{"+447700900300", 2, "", "", "", "0.00", "5.00", "EUR"}}};
    const testing::sandbox::InMemory model{testing::sandbox::Infobip(testing::sandbox::stocked(ranges, 0))};
    for (const auto& [law, how] : testing::broken_laws(carrier, model, {.prefix = "+447700", .quantity = 2})) {
        BOOST_ERROR(law << ": " << how);
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_does) {
    constexpr std::array<testing::sandbox::Range, 2> ranges{
        {{"+14155550100", 1, "", "", "", "0.00", "5.00"}, {"+447700900300", 1, "", "", "", "0.00", "5.00"}}};
    testing::sandbox::InMemory model{testing::sandbox::Infobip(testing::sandbox::stocked(ranges, 0))};
    const auto answer = [&](Method method, std::string_view target, std::string_view body, std::string_view authority) {
        Request request = Request(method, "https://h/numbers/1/numbers" + std::string(target))
                              .header("Authorization", std::string(authority));
        if (!body.empty()) { (void)std::move(request).body("application/json", std::string(body)); }
        return model.answer(request);
    };
    const std::string ours = "App " + std::string(testing::sandbox::Infobip::default_key);
    const std::string british_key = R"({"numberKey": "58B3840032C7774B%FFF447700900300"})";
    const struct {
        const char* name;
        Method method;
        std::string target;
        std::string body;
        int status;
        const char* id;
    } rows[]{{"an unknown parameter", Method::get, "/available?prefix=1", "", 400, "BAD_REQUEST"},
             {"an area code that is none", Method::get, "/available?npa=41x", "", 400, "BAD_REQUEST"},
             {"another capability", Method::get, "/available?capabilities=FAX", "", 400, "BAD_REQUEST"},
             {"a search", Method::get, "/available?capabilities=SMS&capabilities=VOICE&npa=415", "", 200, ""},
             {"no body", Method::post, "", "", 400, "BAD_REQUEST"},
             {"nothing named", Method::post, "", "{}", 400, "BAD_REQUEST"},
             {"both named", Method::post, "", R"({"number": "1", "numberKey": "1"})", 400, "BAD_REQUEST"},
             {"an unknown field", Method::post, "", R"({"phone": "1"})", 400, "BAD_REQUEST"},
             {"a British number", Method::post, "", R"({"number": "447700900300"})", 400, "BAD_REQUEST"},
             {"a British key", Method::post, "", british_key, 200, ""},
             {"a second one", Method::post, "", british_key, 400, "BAD_REQUEST"},
             {"an American number", Method::post, "", R"({"number": "14155550100"})", 200, ""},
             {"ours", Method::get, "/58B3840032C7774B%25FFF447700900300", "", 200, ""},
             {"an application that is missing", Method::put, "/58B3840032C7774B%25FFF447700900300", "{}", 400,
              "BAD_REQUEST"},
             {"another's", Method::get, "/other", "", 404, "NOT_FOUND"},
             {"no number at all", Method::delete_, "/other", "", 404, "NOT_FOUND"}};
    for (const auto& [name, method, target, body, status, id] : rows) {
        BOOST_TEST_CONTEXT(name) {
            const Response response = answer(method, target, body, ours);
            BOOST_TEST(response.status == status);
            BOOST_TEST(wire::Complaint(response).text("requestError.serviceException.messageId") == id);
        }
    }
    BOOST_TEST(answer(Method::get, "/available", "", "App x").status == 401);
    BOOST_TEST(answer(Method::get, "", "", ours).body.find(R"("initialMonthPrice":5.000001)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
