// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/zadarma.hpp>
#include <tandem/testing/sandbox/zadarma.hpp>

BOOST_AUTO_TEST_SUITE(carriers_zadarma)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Zadarma;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Zadarma>());
static_assert(FollowsOrders<Zadarma> && OwnsNumbers<Zadarma> && ListsNumbers<Zadarma>);
static_assert(!FindsOrders<Zadarma> && !Quotes<Zadarma> && !ReservesNumbers<Zadarma> && !ChecksNumbers<Zadarma>);

constexpr std::string_view base = "https://api.example";
constexpr std::string_view number_id = "1712p0D1643D0t42r198658";
constexpr std::string_view digits = "14155550100";

json::object success(std::string_view name, json::value value) {
    return {{"status", "success"}, {name, std::move(value)}};
}
json::object failure(std::string_view words = "something is wrong") {
    return {{"status", "error"}, {"message", words}};
}
json::object direction(std::string_view id = "3753", std::string_view area = "415") {
    return {{"id", id},
            {"countryCode", "1"},
            {"areaCode", area},
            {"name", "San Francisco"},
            {"connect_fee", 0},
            {"monthly_fee", 2},
            {"currency", "USD"},
            {"restrictions", {{"upload", json::array{}}}},
            {"receive_sms", "true"},
            {"is_toll", "false"}};
}
json::object direction_with(std::string_view member, json::value value) {
    json::object made = direction();
    made[member] = std::move(value);
    return made;
}
json::object available(std::string_view text, std::int64_t of = 3753, std::string_view id = number_id) {
    return {{"id", id}, {"direction_id", of}, {"number", text}};
}
json::object ordered(std::string_view reserved = "false", std::string_view activated = "true",
                     std::string_view text = digits) {
    return {{"status", "success"}, {"number", text}, {"is_reserved", reserved}, {"is_activated", activated}};
}
json::object ordered_with(std::string_view member, json::value value) {
    json::object made = ordered();
    made[member] = std::move(value);
    return made;
}
json::object owned(std::string_view text = digits, std::string_view status = "on",
                   std::string_view autorenew = "true") {
    return {{"number", text},   {"status", status}, {"autorenew", autorenew}, {"stop_date", "2026-02-01 00:00:00"},
            {"monthly_fee", 2}, {"currency", "USD"}};
}
json::object ended(std::string_view text = digits, std::string_view renewal = "off") {
    return {{"status", "success"}, {"number", text}, {"autoprolongation", renewal}};
}

struct Account : Desk<Zadarma> {
    Account() : Desk({.settings = {.key = "me", .secret = Secret("canary-secret"), .base_url = std::string(base)}}) {
        lists_directions(reply(success("info", json::array{direction()})));
        follows(reply(success("info", owned())));
        lists(reply(success("info", json::array{owned()})));
    }

    void lists_directions(testing::Answer answer) { script.on(Method::get, "/country?", std::move(answer)); }
    void lists_countries(testing::Answer answer) { script.on(Method::get, "/countries", std::move(answer)); }
    template <class... Answers>
    void lists_numbers(Answers... answers) {
        script.on(Method::get, "/available/", testing::Answer(std::move(answers))...);
    }
    void orders(testing::Answer answer) { script.on(Method::post, "/order", std::move(answer)); }
    template <class... Answers>
    void follows(Answers... answers) {
        script.on(Method::get, "/number?", testing::Answer(std::move(answers))...);
    }
    void lists(testing::Answer answer) {
        const auto is_list = [](const Request& request) { return request.url().ends_with("/direct_numbers"); };
        script.on(Method::get, is_list, std::move(answer));
    }
    void ends(testing::Answer answer) { script.on(Method::put, "/autoprolongation", std::move(answer)); }

    /// What was sent, as `GET /path?query body`.
    std::vector<std::string> sent() const {
        std::vector<std::string> lines;
        for (const Request& each : script.requests()) {
            const std::string prefix = std::string(base) + "/v1/direct_numbers";
            BOOST_TEST_REQUIRE(each.url().starts_with(prefix));
            lines.push_back(std::string(name_of(each.method())) + " " + each.url().substr(prefix.size()) +
                            (each.body().empty() ? "" : " " + each.body()));
        }
        return lines;
    }
    /// A number as the manager asks for it: with what its search told of it.
    static Number offered() {
        Number record = asked_for();
        record.order = Order{.offer = std::string(number_id), .status = Status::accepted};
        record.carrier_data = to_json_text(available(digits));
        return record;
    }
    static Number any_of_direction() {
        Number record;
        record.carrier = Zadarma::info.name;
        record.order = Order{.offer = "3753", .status = Status::accepted};
        return record;
    }
    detail::Verdict buy_offered() {
        Number record = offered();
        return buy(record);
    }
    bool owns(E164 asked = number) {
        return ask([this, asked](auto& session) { return carrier.owns_number(session, asked); });
    }
};

std::string authorization_of(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") { return field.secret ? field.value : "not secret"; }
    }
    return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_is_signed_over_its_path_and_sorted_parameters) {
    // The signatures are Python's: base64 of the hexadecimal HMAC-SHA1 of path, parameters and the parameters' MD5.
    const auto signature_of = [](auto act) {
        Account account;
        account.orders(reply(ordered()));
        account.ends(reply(ended()));
        (void)failure_of([&] { act(account); });
        return authorization_of(account.script.requests().back());
    };
    BOOST_TEST(signature_of([](Account& account) {
                   account.carrier.settings.base_url = "https://proxy.example/zadarma/";
                   (void)account.find({.prefix = "+1"});
               }) == "me:YWQyNDJmOTI0NTc4NzI3ZGUzY2RkOTkyYjc3MTAyYjU0NDFiM2ExNg==");
    BOOST_TEST(signature_of([](Account& account) { (void)account.owns(); }) ==
               "me:YzVkOGU2YzM4ZmZhODM5YmU2MWRmYTc4ZTRiYTA2MmY0ZTY3MDQ3Mg==");
    BOOST_TEST(signature_of([](Account& account) { account.release(); }) ==
               "me:OWUwNjk5MzBiMDdkZWE3OWM3YTI0ZmFmODFiNDU3ZDcwMzE1YTg5Yg==");
    Account account;
    account.orders(Response(500));
    Number record = account.offered();
    record.order->offer = "a b~c/d&e=+\xC3\xA9";
    (void)account.buy(record);
    BOOST_TEST(account.last_request().body() ==
               "direction_id=3753&documents_group_id=0&number_id=a+b%7Ec%2Fd%26e%3D%2B%C3%A9");
    BOOST_TEST(authorization_of(account.last_request()) ==
               "me:NzM2MjcxYTk1NTViMWEwOWY5Y2YyYzNkYjQ1ZjYyZjc4MDE2NDQwZg==");
}

BOOST_AUTO_TEST_CASE(a_prefix_that_names_a_direction_finds_its_numbers_and_a_shorter_one_the_directions) {
    const std::string us = "GET /country?country=US", numbers = "GET /available/3753";
    const struct {
        const char* name;
        SearchRequest request;
        std::vector<std::string> lines;
        std::size_t offers;
    } rows[]{{"the direction's own", {.prefix = "415"}, {us, numbers}, 2},
             {"an exchange", {.prefix = "415555"}, {us, numbers + "?mask=1415555"}, 2},
             {"a number", {.prefix = "4155550100"}, {us, numbers + "?mask=14155550100"}, 1},
             {"less", {.prefix = "41"}, {us}, 1},
             {"the country", {.prefix = "+1"}, {us}, 1},
             {"another direction", {.prefix = "628"}, {us}, 0},
             {"a wildcard", {.prefix = "88*"}, {us}, 0},
             {"features", {.prefix = "415", .features = {Feature::sms}}, {us, numbers}, 2},
             {"features that it lacks", {.prefix = "415", .features = {Feature::voice}}, {us}, 0},
             {"a page", {.prefix = "415", .quantity = 5, .offset = 1}, {us, numbers}, 1},
             {"Canada", {.prefix = "+1416"}, {"GET /country?country=CA"}, 0},
             {"abroad", {.prefix = "+44117"}, {"GET /country?country=GB"}, 0}};
    for (const auto& [name, request, lines, offers] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_numbers(
                reply(success("numbers", json::array{available(digits), available("+14155550101", 3753, "2")})));
            BOOST_TEST(account.find(request).offers.size() == offers);
            BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());
            BOOST_TEST(account.script.changing_requests().empty());
            for (const Request& each : account.script.requests()) {
                BOOST_TEST(authorization_of(each).starts_with("me:"));
                BOOST_TEST(each.fields().size() == 1U);
                BOOST_TEST(each.url().find("canary") == std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_direction_is_told_with_its_price_and_place) {
    Account account;
    const SearchPage page = account.find({.prefix = "+1"});
    BOOST_TEST(page.refused == 0U);
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number.empty());
    BOOST_TEST(offer.id == "3753");
    BOOST_TEST(offer.prefix.str() == "+1415");
    BOOST_TEST(offer.setup.str() == "0.00");
    BOOST_TEST(offer.monthly.str() == "2.00");
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.locality == "San Francisco");
    BOOST_TEST((offer.lata.empty() && offer.region.empty()));
    BOOST_TEST((offer.features.get(Feature::sms) == true));
    BOOST_TEST((offer.features.get(Feature::toll_free) == false));
    BOOST_TEST(!offer.features.get(Feature::voice).has_value());
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(direction())));
}

BOOST_AUTO_TEST_CASE(what_a_direction_does_not_say_is_not_known_and_what_it_says_wrongly_refuses_it) {
    const struct {
        const char* name;
        json::object row;
        std::size_t offers;
        std::uint32_t refused;
    } rows[]{{"no price", direction_with("monthly_fee", nullptr), 1, 0},
             {"a price with cents", direction_with("monthly_fee", "2.35"), 1, 0},
             {"a price that is none", direction_with("monthly_fee", "two"), 0, 1},
             {"a currency that is none", direction_with("currency", "dollars"), 0, 1},
             {"no area", direction_with("areaCode", nullptr), 1, 0},
             {"an area that is no code", direction_with("areaCode", "415 x"), 1, 0},
             {"no country", direction_with("countryCode", nullptr), 0, 1},
             {"a country that is no code", direction_with("countryCode", "US"), 0, 1},
             {"no identifier", direction_with("id", nullptr), 0, 1},
             {"yes in JSON's own word", direction_with("receive_sms", true), 1, 0},
             {"neither yes nor no", direction_with("receive_sms", "perhaps"), 0, 1}};
    for (const auto& [name, row, offers, refused] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_directions(reply(success("info", json::array{row})));
            account.lists_numbers(reply(success("numbers", json::array{})));
            const SearchPage page = account.find({.prefix = "+1"});
            BOOST_TEST(page.offers.size() == offers);
            BOOST_TEST(page.refused == refused);
            const std::string_view told = name;
            if (told == "no price") { BOOST_TEST(!page.offers[0].monthly.known()); }
            if (told == "a price with cents") { BOOST_TEST(page.offers[0].monthly.str() == "2.35"); }
            if (told.ends_with("area") || told.starts_with("an area")) {
                BOOST_TEST(page.offers[0].prefix.str() == "+1");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_have_their_direction_s_price_and_their_own_identifier) {
    Account account;
    account.lists_directions(reply(success("info", json::array{direction_with("connect_fee", "1.50")})));
    account.lists_numbers(reply(success(
        "numbers", json::array{available(digits), available("14155550101", 9, "other"), available("+14155550102"),
                               available("44123"), json::object{{"number", "14155550103"}}})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 2U);  // of another direction, and without an identifier
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.id == number_id);
    BOOST_TEST(offer.setup.str() == "1.50");
    BOOST_TEST(offer.monthly.str() == "2.00");
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST((offer.features.get(Feature::sms) == true));
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(available(digits))));
    BOOST_TEST(page.offers[1].number.str() == "+14155550102");
}

BOOST_AUTO_TEST_CASE(of_many_directions_the_most_exact_are_asked_first_and_few_at_all) {
    Account account;
    json::array directions{direction("1", ""), direction("2", "41"), direction("3", "415"), direction("4", "415")};
    for (const char* id : {"5", "6", "7", "8", "9", "10"}) { directions.push_back(direction(id, "")); }
    account.lists_directions(reply(success("info", directions)));
    account.lists_numbers(reply(success("numbers", json::array{})));
    BOOST_TEST(account.find({.prefix = "415555"}).offers.empty());
    std::vector<std::string> lines{"GET /country?country=US"};
    for (const char* id : {"3", "4", "2", "1", "5", "6", "7", "8"}) {
        lines.push_back("GET /available/" + std::string(id) + "?mask=1415555");
    }
    BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());

    Account quick;  // what is enough is enough
    quick.lists_directions(reply(success("info", directions)));
    quick.lists_numbers(reply(success("numbers", json::array{available("14155550100", 3)})));
    BOOST_TEST(quick.find({.prefix = "415555", .quantity = 1}).offers.size() == 1U);
    BOOST_TEST(quick.script.calls() == 2U);

    Account further;  // and what was shown before is not
    further.lists_directions(reply(success("info", directions)));
    further.lists_numbers(reply(success("numbers", json::array{available("14155550100", 3)})),
                          reply(success("numbers", json::array{available("14155550101", 4)})));
    const SearchPage second = further.find({.prefix = "415555", .quantity = 1, .offset = 1});
    BOOST_TEST_REQUIRE(second.offers.size() == 1U);
    BOOST_TEST(second.offers[0].number == other_number);
    BOOST_TEST(further.script.calls() == 3U);

    Account blind;  // one without a list is sold as it is
    blind.lists_numbers(reply(success("numbers", json::array{})));
    const SearchPage page = blind.find({.prefix = "415"});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].id == "3753");
    BOOST_TEST(page.offers[0].number.empty());
}

BOOST_AUTO_TEST_CASE(a_direction_that_fails_leaves_the_numbers_of_those_before_it) {
    const Error cut{.code = errc::unreachable, .message = "cut"};
    const std::pair<testing::Answer, errc> failures[]{{Response(500), errc::by_carrier},
                                                      {Response(429), errc::rate_limited},
                                                      {reply("{}"), errc::malformed_reply},
                                                      {reply(failure()), errc::by_carrier},
                                                      {cut, errc::unreachable},
                                                      {testing::silence, errc::timeout}};
    for (const auto& [failing, code] : failures) {
        BOOST_TEST_CONTEXT(name_of(code)) {
            Account account;
            account.lists_directions(
                reply(success("info", json::array{direction("1"), direction("2"), direction("3")})));
            account.lists_numbers(reply(success("numbers", json::array{available(digits, 1)})), failing);
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST_REQUIRE(page.offers.size() == 1U);
            BOOST_TEST(page.offers[0].number == number);
            BOOST_TEST_REQUIRE(page.failure.has_value());
            BOOST_TEST((page.failure->code == code));
            BOOST_TEST(account.script.calls() == 3U);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_that_cannot_be_read_are_counted_where_their_direction_is_offered_instead) {
    Account account;
    account.lists_numbers(reply(success("numbers", json::array{available("x"), available(digits, 9)})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 2U);
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].id == "3753");
}

BOOST_AUTO_TEST_CASE(a_wildcard_finds_toll_free_directions_alone) {
    Account account;
    account.lists_directions(reply(success("info", json::array{direction("1", "800"), direction("2", "808")})));
    const SearchPage page = account.find({.prefix = "80*"});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].id == "1");
}

BOOST_AUTO_TEST_CASE(a_country_without_numbers_is_told_from_a_wrong_question) {
    const auto countries = [](const char* code) {
        return success("info",
                       json::array{json::object{{"countryCode", "61"}, {"countryCodeIso", code}, {"name", "x"}}});
    };
    const struct {
        const char* name;
        Response countries;
        errc code;
    } rows[]{{"it is not sold", reply(countries("AU")), errc::not_available},
             {"it is", reply(countries("US")), errc::by_carrier},
             {"nobody knows", Response(500), errc::by_carrier},
             {"it may be in a row that cannot be read", reply(success("info", json::array{7})), errc::by_carrier},
             {"no list", reply(json::object{{"status", "success"}}), errc::malformed_reply}};
    for (const auto& [name, list, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_directions(reply(failure(), 400));
            account.lists_countries(list);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            BOOST_TEST(account.sent().back() == "GET /countries");
        }
    }
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        for (const bool of_numbers : {false, true}) {
            BOOST_TEST_CONTEXT(status << (of_numbers ? ", of numbers" : ", of directions")) {
                Account account;
                Response response = reply(failure(), status);
                response.fields.push_back({"Retry-After", "3"});
                account.lists_countries(reply(success("info", json::array{json::object{{"countryCodeIso", "US"}}})));
                of_numbers ? account.lists_numbers(response) : account.lists_directions(response);
                const auto error = failure_of([&] { account.find({.prefix = "415"}); });
                BOOST_TEST_REQUIRE(error.has_value());
                BOOST_TEST((error->code == (of_numbers && status == 404 ? errc::by_carrier : code)));
                if (status >= 300) { BOOST_TEST(error->cause == "something is wrong"); }
                if (status == 429) { BOOST_TEST((error->retry_after == std::optional<std::chrono::milliseconds>(3s))); }
            }
        }
    }
    const std::pair<const char*, errc> bodies[]{{"", errc::malformed_reply},
                                                {"{}", errc::malformed_reply},
                                                {R"({"status": "success"})", errc::malformed_reply},
                                                {R"({"status": "fine", "info": []})", errc::malformed_reply},
                                                {R"({"info": []})", errc::malformed_reply},
                                                {R"({"status": "success", "info": {}})", errc::malformed_reply},
                                                {"<html></html>", errc::malformed_reply},
                                                {R"({"status": "error", "message": "no"})", errc::by_carrier}};
    for (const auto& [body, code] : bodies) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.lists_directions(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_names_direction_and_number_and_the_number_itself_is_asked_for) {
    for (const bool is_group : {false, true}) {
        BOOST_TEST_CONTEXT((is_group ? "any of a direction" : "a number by its name")) {
            Account account;
            account.orders(reply(ordered()));
            Number record = is_group ? account.any_of_direction() : account.offered();
            BOOST_TEST((account.buy(record).phase == Phase::done));
            const std::string form = "direction_id=3753&documents_group_id=0";
            const std::vector<std::string> lines{
                "POST /order " + form + (is_group ? "" : "&number_id=" + std::string(number_id)),
                "GET /number?number=14155550100"};
            BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());
            const auto requests = account.script.requests();
            BOOST_TEST(requests[0].acts());
            BOOST_TEST(!requests[1].changes());
            BOOST_TEST_REQUIRE(requests[0].fields().size() == 2U);
            BOOST_TEST(requests[0].fields()[0].value == "application/x-www-form-urlencoded");
            BOOST_TEST(record.number == number);
            const Order expected{.operation = OperationId(operation_id),
                                 .offer = is_group ? "3753" : std::string(number_id)};
            BOOST_TEST((record.order == expected));
            json::object kept = is_group ? json::object() : available(digits);
            kept["stop_date"] = "2026-02-01 00:00:00";
            BOOST_TEST((json::parse(record.carrier_data.text) == json::value(kept)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_without_its_offer_is_not_ordered) {
    for (const char* data : {"{}", R"({"direction_id": ""})", R"({"direction_id": null})"}) {
        Account account;
        Number record = account.offered();
        record.carrier_data = JsonText(data);
        BOOST_TEST((account.buy(record).phase == Phase::refused));
        BOOST_TEST(account.script.calls() == 0U);
    }
    Account account;
    BOOST_TEST((account.buy().error->code == errc::invalid));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_sale) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(answer);
            const detail::Verdict verdict = account.buy_offered();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
        }
    }
    const struct {
        const char* name;
        json::object body;
        Phase phase;
    } rows[]{{"activated", ordered(), Phase::done},
             {"with +", ordered("false", "true", "+14155550100"), Phase::done},
             {"a number that is no text", ordered_with("number", 14155550100), Phase::done},
             {"being checked", ordered("false", "false"), Phase::done},  // the number itself is on by now
             {"reserved", ordered("true", "false"), Phase::pending},
             {"another number", ordered("false", "true", "14155550101"), Phase::unknown},
             {"no number", ordered("false", "true", ""), Phase::unknown},
             {"reserved, in JSON's own word", ordered_with("is_reserved", true), Phase::pending},
             {"activated, in JSON's own word", ordered_with("is_activated", true), Phase::done},
             {"another word", ordered("no", "yes"), Phase::done},  // what is asked for itself is on
             {"no words", success("number", json::value(digits)), Phase::done},
             {"a refusal", failure("not enough money"), Phase::refused}};
    for (const auto& [name, body, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(reply(body));
            BOOST_TEST((account.buy_offered().phase == phase));
        }
    }
    Account account;
    account.orders(reply(failure("not enough money")));
    BOOST_TEST(account.buy_offered().error->cause == "not enough money");
    account.orders(reply(ordered("false", "true", "14155550101")));
    const auto error = failure_of([&] {
        account.ask([&](auto& session) { return account.carrier.acquire_number(session, account.offered()); });
    });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::malformed_reply));
    BOOST_TEST(account.sent().back().starts_with("POST /order"));  // another number is not followed
}

BOOST_AUTO_TEST_CASE(the_number_that_an_order_of_any_names_is_kept_however_unclear_the_rest_is) {
    for (const json::object& body : {ordered("no", "yes"), success("number", json::value(digits)),
                                     ordered_with("is_reserved", nullptr), ordered_with("is_activated", 7)}) {
        Account account;
        account.orders(reply(body));
        account.follows(Response(500));
        Number record = account.any_of_direction();
        BOOST_TEST((account.buy(record).phase == Phase::pending));
        BOOST_TEST(record.number == number);  // nobody could tell later what was bought
    }
}

BOOST_AUTO_TEST_CASE(an_order_is_followed_to_its_end) {
    const struct {
        const char* word;
        Phase phase;
        Status status;
    } ends[]{{"on", Phase::done, Status::complete},
             {"checking", Phase::pending, Status::pending},
             {"checking_upload", Phase::pending, Status::needs_action},
             {"reserved_on", Phase::pending, Status::needs_action},
             {"reserved_checking", Phase::pending, Status::needs_action},
             {"reserved_checking_upload", Phase::pending, Status::needs_action},
             {"parking", Phase::pending, Status::needs_action},
             {"another", Phase::pending, Status::pending}};
    for (const auto& [word, phase, status] : ends) {
        BOOST_TEST_CONTEXT(word) {
            Account account;
            account.orders(reply(ordered("false", "false")));
            account.follows(reply(success("info", owned(digits, "checking"))),
                            reply(success("info", owned(digits, word))));
            Number record = account.offered();
            const detail::Verdict verdict = account.buy(record);
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST((record.order->status == status));
            if (status == Status::needs_action) {
                BOOST_TEST(record.order->reason == word);
                BOOST_TEST((verdict.error->code == errc::needs_action));
            }
            BOOST_TEST(account.script.changing_requests().size() == 1U);
        }
    }
    for (const Response& response :
         {reply(success("info", owned("14155550101"))), reply(success("info", nullptr)), reply(failure(), 400),
          reply(failure()), Response(500), Response(200, "<html></html>", "text/html")}) {
        Account account;  // the order stays what it is
        account.orders(reply(ordered()));
        account.follows(response);
        BOOST_TEST((account.buy_offered().phase == Phase::pending));
    }
}

BOOST_AUTO_TEST_CASE(no_changed_reply_makes_a_sale_of_another_number) {
    for_each_mutation(ordered(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            for (const bool is_group : {false, true}) {
                Account account;
                account.orders(reply(changed));
                Number record = is_group ? account.any_of_direction() : account.offered();
                const Phase phase = account.buy(record).phase;
                BOOST_TEST_REQUIRE((phase != Phase::done || record.number == number));
            }
        }
    });
    for_each_mutation(success("info", owned()), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.orders(reply(ordered()));
            account.follows(reply(changed));
            const std::string text = json::serialize(changed);
            const bool told = text.find(R"("number":"14155550100","status":"on")") != text.npos &&
                              text.starts_with(R"({"status":"success")");
            const Phase phase = account.buy_offered().phase;
            BOOST_TEST_REQUIRE((phase != Phase::done || told));
        }
    });
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_and_its_state_is_settled) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owns;
    } rows[]{{"on", reply(success("info", json::array{owned()})), true},
             {"behind another", reply(success("info", json::array{owned("14155550101"), owned()})), true},
             {"parking", reply(success("info", json::array{owned(digits, "parking")})), true},
             {"not renewed, but ours", reply(success("info", json::array{owned(digits, "on", "false")})), true},
             {"nothing", reply(success("info", json::array{})), false},
             {"another", reply(success("info", json::array{owned("14155550101")})), false},
             {"being checked", reply(success("info", json::array{owned(digits, "checking")})), {}},
             {"reserved", reply(success("info", json::array{owned(digits, "reserved_on")})), {}},
             {"another word", reply(success("info", json::array{owned(digits, "off")})), {}},
             {"a row that cannot be read", reply(success("info", json::array{json::object{{"number", 7}}})), {}},
             {"no list", reply(json::object{{"status", "success"}}), {}},
             {"an error", reply(failure()), {}},
             {"400", Response(400), {}},
             {"404", Response(404), {}},
             {"500", Response(500), {}}};
    for (const auto& [name, response, owns] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owns));
            BOOST_TEST(error.has_value() == !owns.has_value());
            BOOST_TEST(account.sent().back() == "GET ");
        }
    }
    Account account;  // of an order that named no number nothing can be said
    const auto error = failure_of([&] { account.owns(E164()); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::outcome_unknown));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_at_once) {
    const auto list = [](json::array listed) { return reply(success("info", std::move(listed))); };
    const json::object other = owned("14155550101", "parking");
    reads_lists_of_ours<Account>({
        {"none", {list({})}, std::vector<E164>()},
        {"two", {list({owned(), other})}, std::vector{number, other_number}},
        {"one that is not settled", {list({owned(), owned("14155550101", "checking")})}, std::vector{number}},
        {"one that was given back", {list({owned(), owned("14155550101", "on", "false")})}, std::vector{number}},
        {"an unreadable row", {list({owned(), owned("none")})}},
        {"another status", {list({owned("14155550101", "lost")})}},
        {"no list", {reply(json::object{{"status", "success"}})}},
        {"no status", {reply(json::object{{"info", json::array{owned()}}})}},
    });
    Account account;
    account.owned_numbers();
    BOOST_TEST((account.sent() == std::vector<std::string>{"GET "}));
    BOOST_TEST(authorization_of(account.last_request()).starts_with("me:"));
    account.lists(reply(failure()));
    BOOST_TEST((failure_of([&] { account.owned_numbers(); })->code == errc::by_carrier));
}

BOOST_AUTO_TEST_CASE(a_release_switches_the_renewal_off_and_keeps_the_last_day) {
    Account account;
    account.ends(reply(ended()));
    Number record = account.asked_for();
    BOOST_TEST((account.release(record).phase == Phase::done));
    BOOST_TEST(
        (account.sent() == std::vector<std::string>{"GET ", "PUT /autoprolongation number=14155550100&value=off"}));
    BOOST_TEST(account.last_request().acts());
    BOOST_TEST(record.carrier_data.text == R"({"released_at":"2026-02-01 00:00:00"})");

    json::object untold = owned();
    untold.erase("autorenew");
    for (const json::object& row : {untold, owned(digits, "on", ""), owned(digits, "on", "off")}) {
        Account unsure;  // what does not say that it is off is switched off
        unsure.lists(reply(success("info", json::array{row})));
        unsure.ends(reply(ended()));
        BOOST_TEST((unsure.release().phase == Phase::done));
        BOOST_TEST(unsure.script.changing_requests().size() == 1U);
    }

    Account again;  // it is off already
    again.lists(reply(success("info", json::array{owned(digits, "on", "false")})));
    BOOST_TEST((again.release().phase == Phase::done));
    BOOST_TEST(again.script.changing_requests().empty());

    Account gone;
    gone.lists(reply(success("info", json::array{owned("14155550101")})));
    BOOST_TEST((gone.release().phase == Phase::done));
    BOOST_TEST(gone.script.changing_requests().empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release,
                                   [](auto& account, const testing::Answer& answer) { account.ends(answer); });
    for_each_mutation(ended(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.ends(reply(changed));
            BOOST_TEST_REQUIRE((account.release().phase != Phase::done));
        }
    });
    for (const Response& response : {reply("{}"), reply(failure()), Response(500), Response(401),
                                     reply(success("info", json::array{json::object{{"number", 7}}}))}) {
        Account account;  // a list that proves nothing ends it before it begins
        account.lists(response);
        BOOST_TEST((account.release().phase == Phase::refused));
        BOOST_TEST(account.script.changing_requests().empty());
    }
}

BOOST_AUTO_TEST_CASE(settings_are_a_key_and_a_secret) {
    const auto read = settings_of<Zadarma>("number_manager.zadarma", R"({"key": "k-1", "secret": "s-1"})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.key == "k-1");
    BOOST_TEST(read->carrier.settings.secret.reveal() == "s-1");
    BOOST_TEST(read->carrier.settings.base_url == "https://api.zadarma.com");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST(
        (settings_of<Zadarma>("number_manager.zadarma", "{}")->missing == std::vector<std::string>{"key", "secret"}));
    for (const char* document : {R"({"secret": {"canary": 1}})", R"({"secrets": "canary"})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto wrong = settings_of<Zadarma>("number_manager.zadarma", document);
            BOOST_TEST_REQUIRE(!wrong.has_value());
            BOOST_TEST((wrong.error().code == errc::settings));
            BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
        }
    }
}

namespace {

Zadarma customer_of_the_sandbox() {
    Zadarma carrier;
    carrier.settings.key = testing::sandbox::Zadarma::default_key;
    carrier.settings.secret = Secret(std::string(testing::sandbox::Zadarma::default_secret));
    carrier.settings.base_url = base;
    return carrier;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    for (const unsigned polls : {0U, 1U}) {
        for (const char* prefix : {"+1415", "+1"}) {  // by name, and from a direction
            BOOST_TEST_CONTEXT(prefix << ", " << polls << " polls") {
                const testing::sandbox::InMemory model{testing::sandbox::Zadarma(small_stock(polls))};
                const SearchRequest request{.prefix = prefix, .quantity = 2};
                for (const auto& [law, how] : testing::broken_laws(customer_of_the_sandbox(), model, request)) {
                    BOOST_ERROR(law << ": " << how);
                }
                BOOST_TEST(true);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_sells_what_its_stock_says) {
    using Transport = testing::detail::ModelTransport<testing::sandbox::InMemory<testing::sandbox::Zadarma>>;
    testing::sandbox::InMemory model{testing::sandbox::Zadarma()};
    testing::Desk<Zadarma, Transport> desk(customer_of_the_sandbox(), Transport(model));
    const struct {
        SearchRequest request;
        std::size_t offers;
        const char* monthly;
    } rows[]{{{.prefix = "929", .quantity = 50}, 30, "2.00"},
             {{.prefix = "929777", .quantity = 50}, 10, "2.50"},
             {{.prefix = "92955501", .quantity = 50, .features = {Feature::sms}}, 16, "2.00"},
             {{.prefix = "+1", .quantity = 50}, 6, "2.00"},
             {{.prefix = "+44151", .quantity = 50}, 20, "1.80"}};
    for (const auto& [request, offers, monthly] : rows) {
        BOOST_TEST_CONTEXT(request.prefix.view()) {
            const SearchPage page = desk.find(request);
            BOOST_TEST(page.refused == 0U);
            BOOST_TEST_REQUIRE(page.offers.size() == offers);
            BOOST_TEST(page.offers[0].monthly.str() == monthly);
        }
    }
    const auto error = failure_of([&] { desk.find({.prefix = "+32"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::not_available));
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_does_not_allow) {
    testing::sandbox::InMemory model{testing::sandbox::Zadarma(small_stock(0))};
    using Params = std::map<std::string, std::string>;
    const auto status_of = [&](Method method, const std::string& path, const Params& params, std::string key = {}) {
        std::string query;
        for (const auto& [name, value] : params) { query += (query.empty() ? "" : "&") + name + "=" + value; }
        if (key.empty()) { key = testing::sandbox::Zadarma::authorization(path, params); }
        const bool asks = method == Method::get;
        Request request = Request(method, std::string(base) + path + (asks && !query.empty() ? "?" + query : ""))
                              .header("Authorization", std::move(key));
        return model.answer(asks ? request : std::move(request).body("application/x-www-form-urlencoded", query))
            .status;
    };
    const std::string root = "/v1/direct_numbers";
    BOOST_TEST(status_of(Method::get, root, {}, "sandbox-key:x") == 401);
    BOOST_TEST(status_of(Method::get, root, {}, testing::sandbox::Zadarma::authorization(root + "/", {})) == 401);
    const struct {
        Method method;
        const char* path;
        Params params;
        int status;
    } rows[]{
        {Method::get, "", {}, 200},
        {Method::get, "", {{"page", "1"}}, 400},
        {Method::get, "/country", {}, 400},
        {Method::get, "/country", {{"country", "us"}}, 400},
        {Method::get, "/country", {{"country", "US"}}, 200},
        {Method::get, "/available/1", {}, 400},
        {Method::get, "/available/13000", {{"mask", "1415"}}, 200},
        {Method::post, "/order", {{"direction_id", "13000"}}, 400},
        {Method::post, "/order", {{"direction_id", "x"}, {"documents_group_id", "0"}}, 400},
        {Method::post, "/order", {{"direction_id", "13000"}, {"documents_group_id", "0"}, {"period", "year"}}, 400},
        {Method::post, "/order", {{"direction_id", "13000"}, {"documents_group_id", "0"}, {"number_id", "x"}}, 400},
        {Method::get, "/number", {{"number", "14155550100"}}, 400},
        {Method::post, "/order", {{"direction_id", "13000"}, {"documents_group_id", "0"}}, 200},
        {Method::get, "/number", {{"number", "14155550100"}}, 200},
        {Method::put, "/autoprolongation", {{"number", "14155550100"}}, 400},
        {Method::put, "/autoprolongation", {{"number", "14155550100"}, {"value", "no"}}, 400},
        {Method::get, "/autoprolongation", {{"number", "14155550100"}}, 200},
        {Method::put, "/autoprolongation", {{"number", "14155550100"}, {"value", "off"}}, 200},
        {Method::put, "/autoprolongation", {{"number", "14155550100"}, {"value", "off"}}, 400},
        {Method::delete_, "/number", {{"number", "14155550100"}}, 404}};
    for (const auto& [method, path, params, status] : rows) {
        BOOST_TEST_CONTEXT(name_of(method) << " " << path) {
            BOOST_TEST(status_of(method, root + path, params) == status);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
