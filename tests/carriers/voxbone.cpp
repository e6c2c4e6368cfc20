// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/voxbone.hpp>
#include <tandem/testing/sandbox/voxbone.hpp>

BOOST_AUTO_TEST_SUITE(carriers_voxbone)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Voxbone;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Voxbone>());
static_assert(FollowsOrders<Voxbone> && FindsOrders<Voxbone> && OwnsNumbers<Voxbone> && ListsNumbers<Voxbone>);
static_assert(Quotes<Voxbone> && !ReservesNumbers<Voxbone> && !ChecksNumbers<Voxbone>);

constexpr std::string_view base = "https://api.example/v1";
constexpr std::string_view order_reference = "50898DS1";
const std::string carts_query = "/ordering/cart?reference=" + std::string(operation_id) + "&pageNumber=0&pageSize=500";

json::object group(std::int64_t id = 1073) {
    return {{"didGroupId", id},
            {"countryCodeA3", "USA"},
            {"stateId", 23},
            {"didType", "GEOGRAPHIC"},
            {"cityName", "SAN FRANCISCO"},
            {"areaCode", "415"},
            {"rateCenter", "SNFC CNTRL"},
            {"stock", 7},
            {"setup100", 0},
            {"monthly100", 110},
            {"available", true},
            {"regulationRequirement", nullptr},
            {"features", json::array{json::object{{"featureId", 25}, {"name", "VoxSMS"}},
                                     json::object{{"featureId", 50}, {"name", "Voice"}}}}};
}
json::object group_with(std::string_view member, json::value value) {
    json::object made = group();
    made[member] = std::move(value);
    return made;
}
json::object group_of(std::int64_t id, std::initializer_list<const char*> numbers) {
    json::object made = group(id);
    json::array list;
    for (const char* each : numbers) { list.push_back(json::object{{"phoneNumber", each}}); }
    made["phoneNumbers"] = std::move(list);
    return made;
}
json::object listed(std::string_view name, json::array rows, std::int64_t total) {
    return {{name, std::move(rows)}, {"resultCount", total}};
}
json::object listed(std::string_view name, json::array rows) {
    const auto total = static_cast<std::int64_t>(rows.size());
    return listed(name, std::move(rows), total);
}
json::object cart(json::value id = 3312757, std::string_view reference = operation_id) {
    return {{"cartIdentifier", std::move(id)}, {"customerReference", reference}, {"orderProducts", json::array{}}};
}
json::object status(std::string_view word) { return {{"status", word}}; }
json::object checked_out(std::string_view whole, std::string_view own,
                         json::value reference = json::value(order_reference), json::value message = nullptr) {
    return {{"status", whole},
            {"productCheckoutList", json::array{json::object{{"productType", "DID"},
                                                             {"status", own},
                                                             {"orderReference", std::move(reference)},
                                                             {"message", std::move(message)}}}}};
}
json::object order_of(std::string_view word, json::array numbers = {}, std::string_view reference = operation_id) {
    return {{"orderId", 1},
            {"reference", order_reference},
            {"status", word},
            {"customerReference", reference},
            {"didGroups", {{"didGroupId", "1073"}, {"phoneNumbers", std::move(numbers)}}}};
}
json::object did(std::string_view text = number.text().view(), std::int64_t id = 77) {
    return {{"didId", id},
            {"e164", text},
            {"orderReference", order_reference},
            {"areaCode", "415"},
            {"cancellationAvailable", "2026-04-01 00:00:00"}};
}
json::object failure(std::string_view code, std::string_view words = "something is wrong") {
    return {{"httpStatusCode", 400},
            {"apiModule", "ORDERING"},
            {"genericErrorMessage", "generic"},
            {"errors", json::array{json::object{{"apiErrorCode", code}, {"apiErrorMessage", words}}}}};
}

struct Account : Desk<Voxbone> {
    Account()
        : Desk({.settings = {.api_username = "me",
                             .api_password = Secret("canary-password"),
                             .base_url = std::string(base),
                             .max_page_size = 2}}) {
        makes_cart(reply(json::object{{"cart", cart()}}));
        fills_cart(reply(status("SUCCESS")));
        checks_out(reply(checked_out("SUCCESS", "SUCCESS")));
        lists_orders(reply(listed("orders", {order_of("FULFILLED", {number.text().view()})})));
        lists_dids(reply(listed("dids", {did()})));
        lists_carts(reply(listed("carts", {})));
        drops_cart(reply(status("SUCCESS")));
    }

    template <class... Answers>
    void searches(Answers... answers) {
        script.on(Method::get, "/inventory/didgroup?", testing::Answer(std::move(answers))...);
    }
    void makes_cart(testing::Answer answer) { script.on(Method::put, "/ordering/cart", std::move(answer)); }
    void fills_cart(testing::Answer answer) { script.on(Method::post, "/product", std::move(answer)); }
    void checks_out(testing::Answer answer) { script.on(Method::get, "/checkout", std::move(answer)); }
    template <class... Answers>
    void lists_orders(Answers... answers) {
        script.on(Method::get, "/ordering/order?", testing::Answer(std::move(answers))...);
    }
    void lists_dids(testing::Answer answer) { script.on(Method::get, "/inventory/did?", std::move(answer)); }
    void lists_carts(testing::Answer answer) { script.on(Method::get, "/ordering/cart?", std::move(answer)); }
    void drops_cart(testing::Answer answer) { script.on(Method::delete_, "/ordering/cart/", std::move(answer)); }
    void cancels(testing::Answer answer) { script.on(Method::post, "/ordering/cancel", std::move(answer)); }

    /// What was sent, as `GET /path?query`.
    std::vector<std::string> sent() const {
        std::vector<std::string> lines;
        for (const Request& each : script.requests()) {
            BOOST_TEST_REQUIRE(each.url().starts_with(base));
            lines.push_back(std::string(name_of(each.method())) + " " + each.url().substr(base.size()));
        }
        return lines;
    }
    /// A number of group 1073, whichever it will be.
    static Number any_of_group(std::string_view offer = "1073") {
        Number record;
        record.carrier = Voxbone::info.name;
        record.order = Order{.offer = std::string(offer), .status = Status::accepted};
        return record;
    }
    std::optional<Number> find_order(Number asked = asked_for()) {
        return ask([this, asked](auto& session) { return carrier.find_order(session, asked); });
    }
};

bool has_credentials(const Request& request) {
    bool basic = false, accepts = false;
    for (const Field& field : request.fields()) {
        basic = basic || (field.name == "Authorization" && field.secret &&
                          field.value == "Basic " + to_base64("me:canary-password"));
        accepts = accepts || (field.name == "Accept" && field.value == "application/json");
    }
    return basic && accepts && request.url().find("canary") == std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_area_code_finds_groups_and_a_longer_prefix_numbers) {
    const std::string page = "&pageNumber=0&pageSize=2", all = "&quantity=5000";
    const struct {
        const char* name;
        SearchRequest request;
        std::vector<std::string> queries;
    } rows[]{
        {"an area code", {.prefix = "415"}, {"USA&areaCode=415" + page}},
        {"less than one", {.prefix = "41"}, {"USA" + page}},
        {"the country", {.prefix = "+1"}, {"USA" + page}},
        {"an exchange", {.prefix = "415555"}, {"USA&areaCode=415" + all + "&digits=415555" + page}},
        {"a number", {.prefix = "4155550100"}, {"USA&areaCode=415" + all + "&digits=4155550100" + page}},
        {"toll-free", {.prefix = "800"}, {"USA&didType=TOLL_FREE&areaCode=800" + page}},
        {"toll-free and more",
         {.prefix = "888555"},
         {"USA&didType=TOLL_FREE&areaCode=888" + all + "&digits=888555" + page}},
        {"a wildcard", {.prefix = "88*"}, {"USA&didType=TOLL_FREE" + page}},
        {"Canada", {.prefix = "+1416"}, {"CAN&areaCode=416" + page}},
        {"an island of the same plan", {.prefix = "+1787555"}, {"PRI&areaCode=787" + all + "&digits=787555" + page}},
        {"abroad, where nobody knows the area codes",
         {.prefix = "117", .country = "GB"},
         {"GBR&areaCode=117" + page, "GBR" + all + "&digits=117" + page}},
        {"one digit abroad", {.prefix = "+442"}, {"GBR&areaCode=2" + page}},
        {"more digits than a pattern has",
         {.prefix = "+44117496010000"},
         {"GBR&areaCode=117496010000" + page, "GBR" + all + "&digits=1174960100" + page}},
        {"all abroad", {.prefix = "+44"}, {"GBR" + page}},
        {"features",
         {.prefix = "415", .features = {Feature::sms, Feature::fax, Feature::mms}},
         {"USA&areaCode=415&featureIds=25&featureIds=6" + page}},
        {"blocks",
         {.prefix = "415", .quantity = 10, .blocks = 3},
         {"USA&areaCode=415&quantity=10&consecutive=true" + page}},
        {"blocks of an exchange",
         {.prefix = "415555", .quantity = 5, .blocks = 1},
         {"USA&areaCode=415&quantity=5&consecutive=true&digits=415555" + page}}};
    for (const auto& [name, request, queries] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(listed("didGroups", {})));
            BOOST_TEST(account.find(request).offers.empty());
            std::vector<std::string> lines;
            for (const std::string& query : queries) {
                lines.push_back("GET /inventory/didgroup?countryCodeA3=" + query);
            }
            BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());
            BOOST_TEST(account.script.changing_requests().empty());
            for (const Request& each : account.script.requests()) { BOOST_TEST(has_credentials(each)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_group_is_told_with_its_price_stock_and_place) {
    Account account;
    account.searches(reply(listed("didGroups", {group()})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 0U);
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number.empty());
    BOOST_TEST(offer.id == "1073");
    BOOST_TEST(offer.prefix.str() == "+1415");
    BOOST_TEST(offer.stock == 7U);
    BOOST_TEST(offer.setup.str() == "0.00");
    BOOST_TEST(offer.monthly.str() == "1.10");
    BOOST_TEST(!offer.currency.known());  // the account's, which no search tells
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.rate_center == "SNFC CNTRL");
    BOOST_TEST(offer.locality == "SAN FRANCISCO");
    BOOST_TEST(offer.region == "");
    BOOST_TEST((offer.features.get(Feature::voice) == true));
    BOOST_TEST((offer.features.get(Feature::sms) == true));
    BOOST_TEST((offer.features.get(Feature::fax) == false));
    BOOST_TEST((offer.features.get(Feature::emergency) == false));
    BOOST_TEST((offer.features.get(Feature::toll_free) == false));
    BOOST_TEST(!offer.features.get(Feature::mms).has_value());
    BOOST_TEST((json::parse(std::string(offer.details())) == json::value(group())));
}

BOOST_AUTO_TEST_CASE(what_a_group_does_not_say_is_not_known_and_what_it_says_wrongly_refuses_it) {
    const struct {
        const char* name;
        json::object row;
        std::size_t offers;
        std::uint32_t refused;
    } rows[]{{"no price", group_with("monthly100", nullptr), 1, 0},
             {"a price as text", group_with("monthly100", "110"), 0, 1},
             {"a price that is no whole number", group_with("monthly100", 1.5), 0, 1},
             {"a price below nothing", group_with("setup100", -1), 0, 1},
             {"a price beyond all bounds", group_with("setup100", 9'000'000'000'000'000'000), 0, 1},
             {"no stock told", group_with("stock", nullptr), 1, 0},
             {"out of stock", group_with("available", false), 0, 0},
             {"another area", group_with("areaCode", "628"), 0, 0},
             {"an area that is none", group_with("areaCode", "4 15"), 0, 1},
             {"no area", group_with("areaCode", nullptr), 0, 0},
             {"no identifier", group_with("didGroupId", nullptr), 0, 1},
             {"features that are no list", group_with("features", "Voice"), 0, 1},
             {"a type that is none", group_with("didType", 7), 0, 1},
             {"a country that is none", group_with("countryCodeA3", "QQQ"), 1, 0}};
    for (const auto& [name, row, offers, refused] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(reply(listed("didGroups", {row})));
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST(page.offers.size() == offers);
            BOOST_TEST(page.refused == refused);
            if (offers == 1 && row.at("monthly100").is_null()) { BOOST_TEST(!page.offers[0].monthly.known()); }
            if (offers == 1 && row.at("stock").is_null()) { BOOST_TEST(page.offers[0].stock == 0U); }
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_group_s_price_and_name) {
    Account account;
    json::object sold_out = group_of(8, {"+14155550199"});
    sold_out["available"] = false;
    account.searches(reply(listed("didGroups", {group_of(1, {"+14155550100", "+14155550107"}), sold_out, group(9),
                                                group_of(2, {"+14155550102", "+14154155555", "nonsense"})})));
    account.carrier.settings.max_page_size = 20;
    const SearchPage page = account.find({.prefix = "4155550"});
    BOOST_TEST(page.refused == 1U);
    BOOST_TEST_REQUIRE(page.offers.size() == 3U);  // one has the digits elsewhere
    const std::pair<const char*, const char*> expected[]{
        {"+14155550100", "1"}, {"+14155550107", "1"}, {"+14155550102", "2"}};
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST(page.offers[i].number.str() == expected[i].first);
        BOOST_TEST(page.offers[i].id == expected[i].second);
        BOOST_TEST(page.offers[i].monthly.str() == "1.10");
        BOOST_TEST(page.offers[i].prefix.empty());
        BOOST_TEST(page.offers[i].stock == 0U);
        BOOST_TEST(page.offers[i].details() == R"({"phoneNumber":")" + std::string(expected[i].first) + R"("})");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_area_code_may_be_what_numbers_begin_with) {
    Account account;
    account.searches(reply(failure("15"), 404), reply(listed("didGroups", {group_of(1, {"+441174960100"})})));
    const SearchPage page = account.find({.prefix = "+441174"});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].number.str() == "+441174960100");

    Account odd;  // what cannot be read is counted in both searches
    odd.searches(reply(listed("didGroups", {group_with("setup100", "x")})), reply(listed("didGroups", {})));
    BOOST_TEST(odd.find({.prefix = "+441174"}).refused == 1U);

    for (const auto& [response, code] :
         {std::pair(Response(500), errc::by_carrier), std::pair(Response(429), errc::rate_limited)}) {
        Account failing;
        failing.searches(response);
        BOOST_TEST((failure_of([&] { failing.find({.prefix = "+441174"}); })->code == code));
        BOOST_TEST(failing.script.calls() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_block_is_told_by_its_ends_and_lies_in_one_group) {
    Account account;
    account.searches(reply(listed(
        "didGroups", {group_of(1, {"+14155550100", "+14155550101", "+14155550102", "+14155550104"}),
                      group_of(2, {"+14155550105", "+14155550110", "+14155550111", "+14155550112", "+14155550113"})})));
    const struct {
        SearchRequest request;
        std::vector<std::string> ends;
    } rows[]{{{.prefix = "415", .quantity = 2, .blocks = 9},
              {"+14155550100", "+14155550101", "+14155550110", "+14155550111", "+14155550112", "+14155550113"}},
             {{.prefix = "415", .quantity = 2, .blocks = 1}, {"+14155550100", "+14155550101"}},
             {{.prefix = "415", .quantity = 2, .offset = 1, .blocks = 1}, {"+14155550110", "+14155550111"}},
             {{.prefix = "415", .quantity = 4, .blocks = 2}, {"+14155550110", "+14155550113"}},
             {{.prefix = "415", .quantity = 5, .blocks = 2}, {}},
             {{.prefix = "415", .quantity = 1, .blocks = 2}, {"+14155550100", "+14155550101"}}};
    for (const auto& [request, ends] : rows) {
        BOOST_TEST_CONTEXT(request.quantity << " " << request.blocks) {
            std::vector<std::string> found;
            for (const Offer& offer : account.find(request).offers) { found.push_back(offer.number.str()); }
            BOOST_TEST(found == ends, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(pages_are_read_until_there_is_enough) {
    const auto of = [](std::initializer_list<std::int64_t> ids, std::int64_t total) {
        json::array rows;
        for (const std::int64_t id : ids) { rows.push_back(group(id)); }
        return reply(listed("didGroups", std::move(rows), total));
    };
    const struct {
        std::uint32_t quantity, offset;
        std::size_t calls;
        std::vector<std::string> ids;
    } rows[]{
        {2, 0, 1, {"1", "2"}}, {3, 0, 2, {"1", "2", "3"}}, {9, 0, 3, {"1", "2", "3", "4", "5"}}, {2, 3, 3, {"4", "5"}}};
    for (const auto& [quantity, offset, calls, ids] : rows) {
        BOOST_TEST_CONTEXT(quantity << " from " << offset) {
            Account account;
            account.searches(of({1, 2}, 5), of({3, 4}, 5), of({5}, 5));
            const SearchPage page = account.find({.prefix = "415", .quantity = quantity, .offset = offset});
            std::vector<std::string> found;
            for (const Offer& offer : page.offers) { found.emplace_back(offer.id); }
            BOOST_TEST(found == ids, boost::test_tools::per_element());
            BOOST_TEST(account.script.calls() == calls);
            BOOST_TEST(account.sent().back().ends_with("&pageNumber=" + std::to_string(calls - 1) + "&pageSize=2"));
        }
    }
    json::object sold_out = group(1);
    sold_out["available"] = false;
    for (const json::value& row : {json::value(sold_out), json::value("x")}) {
        Account odd;  // a page of which little is for sale is a page
        odd.searches(reply(listed("didGroups", {row, group(2)}, 4)), of({3, 4}, 4));
        BOOST_TEST(odd.find({.prefix = "415", .quantity = 3}).offers.size() == 3U);
    }
    Account account;  // a page that is full and the last
    account.searches(of({1, 2}, 2));
    BOOST_TEST(account.find({.prefix = "415"}).offers.size() == 2U);
    BOOST_TEST(account.script.calls() == 1U);
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status_code, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status_code) {
            Account account;
            Response response = reply(failure(status_code == 404 ? "15" : "14"), status_code);
            response.fields.push_back({"Retry-After", "3"});
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
            if (status_code >= 300) { BOOST_TEST(error->cause.ends_with(" something is wrong")); }
        }
    }
    Account account;
    Response limited = reply("", 509);
    limited.fields.push_back({"Retry-After", "2"});
    account.searches(limited);
    const auto error = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::rate_limited));
    BOOST_TEST((error->retry_after == std::optional<std::chrono::milliseconds>(2s)));
    for (const char* body : {"", "{}", R"({"didGroups": null})", R"({"didGroups": {}})", "<html></html>",
                             R"({"didGroups": [], "resultCount": "many"})"}) {
        BOOST_TEST_CONTEXT(body) {
            Account another;
            another.searches(reply(body));
            const auto refused = failure_of([&] { another.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(refused.has_value());
            BOOST_TEST((refused->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(each_code_of_the_document_has_its_cause) {
    const std::pair<const char*, errc> codes[]{
        {"13", errc::by_carrier},    {"15", errc::not_available},       {"26", errc::by_carrier},
        {"400", errc::by_carrier},   {"403", errc::number_unavailable}, {"404", errc::number_unavailable},
        {"409", errc::by_carrier},   {"419", errc::by_carrier},         {"424", errc::number_unavailable},
        {"500", errc::needs_action}, {"515", errc::needs_action},       {"", errc::by_carrier}};
    for (const auto& [code, meaning] : codes) {
        BOOST_TEST_CONTEXT(code) {
            Account account;
            account.fills_cart(reply(failure(code), 400));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == meaning));
            const std::string space = *code == '\0' ? "" : " ";
            BOOST_TEST(verdict.error->cause == code + space + "something is wrong");
        }
    }
    for (const auto& [status_code, meaning] : {std::pair(401, errc::carrier_refuses_credentials),
                                               std::pair(429, errc::rate_limited), std::pair(500, errc::by_carrier)}) {
        BOOST_TEST_CONTEXT(status_code) {
            Account account;  // what the status says goes before the code
            account.fills_cart(reply(failure("404"), status_code));
            BOOST_TEST((account.buy().error->code == meaning));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_price_s_currency_is_the_account_s) {
    const struct {
        const char* body;
        const char* currency;
    } rows[]{
        {R"({"accountBalance": {"active": true, "balance": 500.0, "currency": "EUR", "threshold": 100.0}})", "EUR"},
        {R"({"accountBalance": {"currency": "Euros"}})", ""},
        {R"({"accountBalance": {}})", ""},
        {"{}", ""}};
    for (const auto& [body, currency] : rows) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.script.on(Method::get, "/ordering/accountbalance", reply(body));
            Offer asked;
            asked.id = "1073";
            asked.monthly = Amount::parse("1.10").value();
            std::optional<Offer> quoted;
            const auto error = failure_of(
                [&] { quoted = account.ask([&](auto& session) { return account.carrier.quote(session, asked); }); });
            BOOST_TEST(quoted.has_value() == (*currency != '\0'));
            if (quoted) {
                BOOST_TEST(quoted->currency.view() == currency);
                BOOST_TEST((quoted->monthly == asked.monthly));
                BOOST_TEST(quoted->id == asked.id);
            } else {
                BOOST_TEST((error->code == errc::malformed_reply));
            }
            BOOST_TEST((account.sent() == std::vector<std::string>{"GET /ordering/accountbalance"}));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_fills_a_cart_and_checks_it_out) {
    for (const bool is_group : {false, true}) {
        BOOST_TEST_CONTEXT((is_group ? "any of a group" : "a number by its name")) {
            Account account;
            Number record = is_group ? account.any_of_group() : account.asked_for();
            record.carrier_data = JsonText(R"({"kept":1})");
            BOOST_TEST((account.buy(record).phase == Phase::done));
            const std::vector<std::string> lines{
                "PUT /ordering/cart", "POST /ordering/cart/3312757/product", "GET /ordering/cart/3312757/checkout",
                "GET /ordering/order?reference=50898DS1&pageNumber=0&pageSize=500",
                "GET /inventory/did?orderReference=50898DS1&pageNumber=0&pageSize=500"};
            BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());
            const auto requests = account.script.requests();
            for (const Request& each : requests) { BOOST_TEST(has_credentials(each)); }
            const bool changes[]{true, true, true, false, false}, acts[]{false, false, true, false, false};
            for (std::size_t i = 0; i < 5; ++i) {
                BOOST_TEST(requests[i].changes() == changes[i]);  // none of these is ever repeated
                BOOST_TEST(requests[i].acts() == acts[i]);
            }
            BOOST_TEST((json::parse(requests[0].body()) == json::value{{"customerReference", operation_id}}));
            BOOST_TEST((json::parse(requests[1].body()) ==
                        (is_group ? json::value{{"didCartItem", {{"didGroupId", 1073}, {"quantity", 1}}}}
                                  : json::value{{"phoneNumbers",
                                                 json::array{json::object{{"phoneNumber", "+14155550100"}}}}})));
            BOOST_TEST(requests[2].body() == "");
            BOOST_TEST(requests[2].limit() == Request::order_limit);
            BOOST_TEST(record.number == number);
            const Order expected{.operation = OperationId(operation_id),
                                 .offer = is_group ? "1073" : "",
                                 .reference = std::string(order_reference)};
            BOOST_TEST((record.order == expected));
            BOOST_TEST((json::parse(record.carrier_data.text) ==
                        json::value{{"kept", 1}, {"did_id", 77}, {"cancellation_available", "2026-04-01 00:00:00"}}));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_offer_that_is_no_group_s_buys_nothing) {
    for (const char* offer : {"", "x", "10 73", "1073&", "../1", "99999999999999999999"}) {
        BOOST_TEST_CONTEXT(offer) {
            Account account;
            Number record = account.any_of_group(offer);
            const detail::Verdict verdict = account.buy(record);
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == errc::invalid));
            BOOST_TEST(account.sent().back() == "DELETE /ordering/cart/3312757");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_step_before_the_checkout_that_fails_buys_nothing_and_leaves_no_cart) {
    const auto sent = [](bool was_sent) {
        return Error{.code = errc::unreachable, .message = "cut", .sent = was_sent};
    };
    const struct {
        const char* name;
        testing::Answer answer;
        errc code;
    } rows[]{{"400", Response(400), errc::by_carrier},
             {"401", Response(401), errc::carrier_refuses_credentials},
             {"408", Response(408), errc::by_carrier},
             {"429", Response(429), errc::rate_limited},
             {"500", Response(500), errc::by_carrier},
             {"509", Response(509), errc::rate_limited},
             {"HTML", Response(200, "<html></html>", "text/html"), errc::malformed_reply},
             {"nothing", Response(200), errc::malformed_reply},
             {"an empty object", reply("{}"), errc::malformed_reply},
             {"PARTIAL", reply(status("PARTIAL")), errc::by_carrier},
             {"WARNING", reply(status("WARNING")), errc::by_carrier},
             {"ERROR", reply(status("ERROR")), errc::by_carrier},
             {"another word", reply(status("OK")), errc::malformed_reply},
             {"a reply cut off", sent(true), errc::unreachable},
             {"no connection", sent(false), errc::unreachable},
             {"silence", testing::silence, errc::timeout}};
    for (const auto& [name, answer, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.fills_cart(answer);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(account.sent().back() == "DELETE /ordering/cart/3312757");
            for (const std::string& line : account.sent()) { BOOST_TEST(line.find("checkout") == line.npos); }
        }
    }
    for (const testing::Answer& answer : {testing::Answer(Response(500)), testing::Answer(sent(true))}) {
        Account account;  // even where the cart cannot be destroyed
        account.fills_cart(reply(failure("404"), 400));
        account.drops_cart(answer);
        const detail::Verdict verdict = account.buy();
        BOOST_TEST((verdict.phase == Phase::refused));
        BOOST_TEST((verdict.error->code == errc::number_unavailable));
    }
    for (const testing::Answer& answer :
         {testing::Answer(Response(401)), testing::Answer(Response(500)), testing::Answer(sent(true)),
          testing::Answer(reply("{}")), testing::Answer(reply(json::object{{"cart", cart(1, "another")}}))}) {
        Account account;  // a cart that we cannot name stays empty
        account.makes_cart(answer);
        BOOST_TEST((account.buy().phase == Phase::refused));
        BOOST_TEST(account.script.calls() == 1U);
    }
    for (const json::value& id : {json::value(nullptr), json::value("")}) {
        Account account;
        account.makes_cart(reply(json::object{{"cart", cart(id)}}));
        const detail::Verdict verdict = account.buy();
        BOOST_TEST((verdict.phase == Phase::refused));
        BOOST_TEST((verdict.error->code == errc::malformed_reply));
        BOOST_TEST(account.script.calls() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_cart_s_identifier_may_be_text) {
    Account account;
    account.makes_cart(reply(json::object{{"cart", cart("apiv3:60677:1")}}));
    BOOST_TEST((account.buy().phase == Phase::done));
    BOOST_TEST(account.sent()[2] == "GET /ordering/cart/apiv3%3A60677%3A1/checkout");
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_answer_to_a_checkout_is_neither_a_sale_nor_a_refusal) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.checks_out(answer);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            const bool is_clear = phase == Phase::refused && std::string_view(name) != "no connection";
            BOOST_TEST((account.sent().back() ==
                        (is_clear ? "DELETE /ordering/cart/3312757" : "GET /ordering/cart/3312757/checkout")));
        }
    }
    json::object two = checked_out("SUCCESS", "SUCCESS");
    two["productCheckoutList"].as_array().push_back(two["productCheckoutList"].at(0));
    const struct {
        const char* name;
        json::object body;
        Phase phase;
    } rows[]{{"SUCCESS", checked_out("SUCCESS", "SUCCESS"), Phase::done},
             {"SUCCESS of two products", two, Phase::unknown},
             {"PARTIAL", checked_out("PARTIAL", "PARTIAL"), Phase::done},
             {"WARNING", checked_out("WARNING", "WARNING"), Phase::done},
             {"ERROR", checked_out("ERROR", "ERROR", nullptr, "sold out"), Phase::refused},
             {"ERROR and nothing else", json::object{{"status", "ERROR"}, {"productCheckoutList", json::array{}}},
              Phase::refused},
             {"ERROR with an order", checked_out("ERROR", "ERROR"), Phase::unknown},
             {"SUCCESS without an order", checked_out("SUCCESS", "SUCCESS", nullptr), Phase::unknown},
             {"SUCCESS of nothing", json::object{{"status", "SUCCESS"}, {"productCheckoutList", json::array{}}},
              Phase::unknown},
             {"both", checked_out("SUCCESS", "ERROR"), Phase::unknown},
             {"both the other way", checked_out("ERROR", "SUCCESS"), Phase::unknown},
             {"another word", checked_out("OK", "OK"), Phase::unknown},
             {"no list", status("SUCCESS"), Phase::unknown},
             {"ERROR without a list", status("ERROR"), Phase::unknown}};
    for (const auto& [name, body, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.checks_out(reply(body));
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            if (phase == Phase::refused) {
                BOOST_TEST((verdict.error->code == errc::by_carrier));
                BOOST_TEST(account.sent().back() == "DELETE /ordering/cart/3312757");
            }
        }
    }
    Account account;  // what the carrier says of it is kept
    account.checks_out(reply(checked_out("ERROR", "ERROR", nullptr, "sold out")));
    BOOST_TEST(account.buy().error->cause == "sold out");
}

BOOST_AUTO_TEST_CASE(an_order_is_followed_to_its_end) {
    const struct {
        const char* word;
        Phase phase;
        Status status;
    } ends[]{{"FULFILLED", Phase::done, Status::complete},
             {"CANCELED", Phase::refused, Status::failed},
             {"CANCELED_PAYMENT", Phase::refused, Status::failed},
             {"CREATED", Phase::pending, Status::pending},
             {"CONFIRMED", Phase::pending, Status::pending}};
    for (const auto& [word, phase, status_of_it] : ends) {
        BOOST_TEST_CONTEXT(word) {
            Account account;
            account.lists_orders(reply(listed("orders", {order_of("CREATED")})),
                                 reply(listed("orders", {order_of("CONFIRMED")})),
                                 reply(listed("orders", {order_of(word)})));
            Number record = account.any_of_group();
            BOOST_TEST((account.buy(record).phase == phase));
            BOOST_TEST((record.order->status == status_of_it));
            BOOST_TEST(record.order->reference == order_reference);
            BOOST_TEST(record.order->reason == (phase == Phase::refused ? word : ""));
            BOOST_TEST(record.number.empty() == (phase != Phase::done));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_is_only_what_clearly_is_ours) {
    const std::string text = number.str();
    json::object of_another = order_of("FULFILLED", {text});
    of_another["reference"] = "another";
    json::object without = order_of("FULFILLED");
    without.erase("didGroups");
    const struct {
        const char* name;
        Response orders, dids;
        Phase phase;
    } rows[]{
        {"ours", reply(listed("orders", {order_of("FULFILLED", {text})})), reply(listed("dids", {did()})), Phase::done},
        {"ours, behind another", reply(listed("orders", {of_another, order_of("FULFILLED", {text})})),
         reply(listed("dids", {did()})), Phase::done},
        {"one that names no numbers", reply(listed("orders", {without})), reply(listed("dids", {did()})), Phase::done},
        {"another's", reply(listed("orders", {order_of("FULFILLED", {text}, "another")})),
         reply(listed("dids", {did()})), Phase::pending},
        {"nobody's", reply(listed("orders", {order_of("FULFILLED", {text}, "")})), reply(listed("dids", {did()})),
         Phase::pending},
        {"another order", reply(listed("orders", {of_another})), reply(listed("dids", {did()})), Phase::pending},
        {"none", reply(listed("orders", {})), reply(listed("dids", {did()})), Phase::pending},
        {"two", reply(listed("orders", {order_of("FULFILLED", {text}), order_of("FULFILLED", {text})})),
         reply(listed("dids", {did()})), Phase::pending},
        {"of another number", reply(listed("orders", {order_of("FULFILLED", {"+14155550101"})})),
         reply(listed("dids", {did()})), Phase::pending},
        {"of two numbers", reply(listed("orders", {order_of("FULFILLED", {text, "+14155550101"})})),
         reply(listed("dids", {did()})), Phase::pending},
        {"another status", reply(listed("orders", {order_of("DONE", {text})})), reply(listed("dids", {did()})),
         Phase::pending},
        {"500", Response(500), reply(listed("dids", {did()})), Phase::pending},
        {"another number is there", reply(listed("orders", {order_of("FULFILLED", {text})})),
         reply(listed("dids", {did("+14155550101")})), Phase::pending},
        {"two numbers are there", reply(listed("orders", {order_of("FULFILLED", {text})})),
         reply(listed("dids", {did(), did("+14155550101")})), Phase::pending},
        {"no number is there", reply(listed("orders", {order_of("FULFILLED", {text})})), reply(listed("dids", {})),
         Phase::pending},
        {"a number without a name", reply(listed("orders", {order_of("FULFILLED", {text})})),
         reply(listed("dids", {json::object{{"didId", 7}}})), Phase::pending},
        {"more than are shown", reply(listed("orders", {order_of("FULFILLED", {text})})),
         reply(listed("dids", {did()}, 2)), Phase::pending},
        {"more than are counted", reply(listed("orders", {order_of("FULFILLED", {text})})),
         reply(listed("dids", {did(), did("+14155550101")}, 1)), Phase::pending},
        {"beside one that cannot be read", reply(listed("orders", {order_of("FULFILLED", {text})})),
         reply(listed("dids", {did(), json::object{{"didId", 7}}}, 1)), Phase::pending},
        {"HTML", reply(listed("orders", {order_of("FULFILLED", {text})})), Response(200, "<html></html>", "text/html"),
         Phase::pending}};
    for (const auto& [name, orders, dids, phase] : rows) {
        for (const bool is_group : {false, true}) {
            BOOST_TEST_CONTEXT(name << (is_group ? ", of a group" : "")) {
                Account account;
                account.lists_orders(orders);
                account.lists_dids(dids);
                Number record = is_group ? account.any_of_group() : account.asked_for();
                const Phase found = account.buy(record).phase;
                const bool any_will_do = is_group && std::string_view(name) == "of another number";
                BOOST_TEST((found == (any_will_do ? Phase::pending : phase)));
                if (phase == Phase::done) { BOOST_TEST(record.number == number); }
            }
        }
    }
    Account account;  // a number of another order
    json::object foreign = did();
    foreign["orderReference"] = "another";
    account.lists_dids(reply(listed("dids", {foreign})));
    BOOST_TEST((account.buy().phase == Phase::pending));
}

BOOST_AUTO_TEST_CASE(no_changed_reply_makes_a_sale_of_another_number) {
    const auto mutate = [](json::value body, void (Account::*answer)(testing::Answer)) {
        for_each_mutation(std::move(body), [&](const json::value& changed, const std::string& what) {
            BOOST_TEST_CONTEXT(what) {
                Account account;
                (account.*answer)(reply(changed));
                Number record = account.any_of_group();
                const Phase phase = account.buy(record).phase;
                BOOST_TEST_REQUIRE((phase != Phase::done || record.number == number));
            }
        });
    };
    mutate(checked_out("SUCCESS", "SUCCESS"), &Account::checks_out);
    mutate(listed("dids", {did()}), &Account::lists_dids);
    mutate(listed("orders", {order_of("FULFILLED", {number.text().view()})}), &Account::lists_orders<testing::Answer>);
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_our_reference_among_all) {
    const auto ours = order_of("FULFILLED", {number.text().view()});
    const auto others = order_of("FULFILLED", {"+14155550101"}, "another");
    json::object canceled = order_of("CANCELED"), nameless = ours;
    canceled["reference"] = "50897DS1";
    nameless["reference"] = "";
    const struct {
        const char* name;
        std::vector<testing::Answer> pages;
        std::optional<bool> found;
        std::size_t calls;  // a look at the carts, and the pages
    } rows[]{
        {"there", {reply(listed("orders", {others, ours}))}, true, 2},
        {"on another page", {reply(listed("orders", {others}, 2)), reply(listed("orders", {ours}, 2))}, true, 3},
        {"on another page of a list that changes",
         {reply(listed("orders", {others}, 2)), reply(listed("orders", {ours}, 3))},
         true,
         3},
        {"behind one that came to nothing", {reply(listed("orders", {canceled, ours}))}, true, 2},
        {"before one that came to nothing", {reply(listed("orders", {ours, canceled}))}, true, 2},
        {"not there", {reply(listed("orders", {}))}, false, 2},
        {"others there", {reply(listed("orders", {others}))}, false, 2},
        {"others on two pages", {reply(listed("orders", {others}, 2)), reply(listed("orders", {others}, 2))}, false, 3},
        {"fewer than it says", {reply(listed("orders", {others}, 2)), reply(listed("orders", {}, 2))}, {}, 3},
        {"none of those that it says", {reply(listed("orders", {}, 1))}, {}, 2},
        {"another count behind", {reply(listed("orders", {others}, 2)), reply(listed("orders", {others}, 3))}, {}, 3},
        {"no count", {reply(R"({"orders": []})")}, {}, 2},
        {"no list", {reply(R"({"resultCount": 0})")}, {}, 2},
        {"a list of text", {reply(R"({"orders": ["x"], "resultCount": 1})")}, {}, 2},
        {"of another number", {reply(listed("orders", {order_of("FULFILLED", {"+14155550101"})}))}, {}, 2},
        {"without a reference of its own", {reply(listed("orders", {nameless}))}, {}, 2},
        {"404", {Response(404)}, {}, 2},
        {"500", {Response(500)}, {}, 2},
        {"HTML", {Response(200, "<html></html>", "text/html")}, {}, 2}};
    for (const auto& [name, pages, found, calls] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.script.on(Method::get, "/ordering/order?pageNumber=", pages);
            std::optional<Number> order_found;
            const auto error = failure_of([&] { order_found = account.find_order(); });
            BOOST_TEST(error.has_value() == !found.has_value());
            BOOST_TEST(order_found.has_value() == found.value_or(false));
            BOOST_TEST(account.sent()[0] == "GET " + carts_query);
            BOOST_TEST(account.sent()[1] == "GET /ordering/order?pageNumber=0&pageSize=500");
            BOOST_TEST(account.script.calls() == calls + (found.value_or(false) ? 2 : 0));
            if (order_found) {
                BOOST_TEST(order_found->number == number);
                BOOST_TEST((order_found->order->status == Status::complete));
                BOOST_TEST(order_found->order->reference == order_reference);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_can_be_checked_out_behind_a_look_for_an_order) {
    Account account;
    account.lists_carts(reply(listed("carts", {cart(5), cart(6, "another"), cart(7)})));
    account.lists_orders(reply(listed("orders", {})));
    BOOST_TEST(!account.find_order().has_value());
    const std::vector<std::string> lines{"GET " + carts_query, "DELETE /ordering/cart/5", "DELETE /ordering/cart/7",
                                         "GET /ordering/order?pageNumber=0&pageSize=500"};
    BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());
    for (const Response& carts : {reply(listed("carts", {}, 1)), reply("{}"), Response(500)}) {
        Account another;  // a cart that may be left proves nothing
        another.lists_carts(carts);
        another.lists_orders(reply(listed("orders", {})));
        BOOST_TEST(failure_of([&] { another.find_order(); }).has_value());
    }
    for (const Response& dropped : {Response(500), reply(status("ERROR")), reply("{}")}) {
        Account another;
        another.lists_carts(reply(listed("carts", {cart(5)})));
        another.drops_cart(dropped);
        another.lists_orders(reply(listed("orders", {})));
        BOOST_TEST(failure_of([&] { another.find_order(); }).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_the_list_names_it_exactly) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{
        {"there", reply(listed("dids", {did()})), true},
        {"behind one that ends so", reply(listed("dids", {did("+914155550100"), did()})), true},
        {"nothing", reply(listed("dids", {})), false},
        {"only one that ends so", reply(listed("dids", {did("+914155550100")})), false},
        {"fewer than it says", reply(listed("dids", {}, 1)), {}},
        {"a row that cannot be read", reply(listed("dids", {json::object{{"didId", 1}}})), {}},
        {"one that is not counted", reply(listed("dids", {did("+914155550100"), json::object{{"didId", 1}}}, 1)), {}},
        {"no count", reply(R"({"dids": []})"), {}},
        {"no list", reply("{}"), {}},
        {"404", Response(404), {}},
        {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_dids(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.sent().back() ==
                       "GET /inventory/did?e164Pattern=%2514155550100&pageNumber=0&pageSize=500");
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const json::object other = did("+14155550101", 78);
    json::object nameless = other;
    nameless.erase("e164");
    const auto page = [](json::array rows, std::int64_t total) {
        return reply(listed("dids", std::move(rows), total));
    };
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {page({}, 0)}, std::vector<E164>()},
        {"one page", {page({did(), other}, 2)}, both},
        {"two pages", {page({did()}, 2), page({other}, 2)}, both},
        {"an unreadable row", {page({did(), did("none", 78)}, 2)}},
        {"a row without a number", {page({did(), nameless}, 2)}},
        {"a row too few", {page({did()}, 2), page({}, 2)}},
        {"a row too many", {page({did(), other}, 1)}},
        {"a list that grows", {page({did()}, 2), page({other}, 3)}},
        {"no count", {reply(json::object{{"dids", json::array{did()}}})}},
        {"no list", {reply(json::object{{"resultCount", 0}})}},
    });
    Account account;
    account.script.on(Method::get, "", page({did()}, 2), page({other}, 2));
    account.owned_numbers();
    BOOST_TEST((account.sent() == std::vector<std::string>{"GET /inventory/did?pageNumber=0&pageSize=500",
                                                           "GET /inventory/did?pageNumber=1&pageSize=500"}));
}

BOOST_AUTO_TEST_CASE(a_release_cancels_the_number_by_its_identifier) {
    Account account;
    account.lists_dids(reply(listed("dids", {did("+914155550100", 9), did()})));
    account.cancels(reply(R"({"numberCancelled": 1})"));
    BOOST_TEST((account.release().phase == Phase::done));
    const std::vector<std::string> lines{"GET /inventory/did?e164Pattern=%2514155550100&pageNumber=0&pageSize=500",
                                         "POST /ordering/cancel"};
    BOOST_TEST(account.sent() == lines, boost::test_tools::per_element());
    BOOST_TEST(account.last_request().body() == R"({"didIds":[77]})");
    BOOST_TEST(account.last_request().acts());
    BOOST_TEST(has_credentials(account.last_request()));

    Account without;  // not ours (any more)
    without.lists_dids(reply(listed("dids", {})));
    BOOST_TEST((without.release().phase == Phase::done));
    BOOST_TEST(without.script.changing_requests().empty());

    Account gone;  // between the look and the release
    gone.cancels(reply(failure("414"), 400));
    BOOST_TEST((gone.release().phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release,
                                   [](auto& account, const testing::Answer& answer) { account.cancels(answer); });
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"too early", reply(failure("421"), 400), Phase::refused},
             {"a test number", reply(failure("418"), 400), Phase::refused},
             {"not found", reply(failure("15"), 404), Phase::refused},
             {"404 of somebody else", Response(404, "<html></html>", "text/html"), Phase::refused},
             {"unexpected", reply(failure("415"), 500), Phase::unknown},
             {"not ours, with 500", reply(failure("414"), 500), Phase::unknown},
             {"not ours, with 200", reply(failure("414")), Phase::unknown},
             {"none", reply(R"({"numberCancelled": 0})"), Phase::unknown},
             {"two", reply(R"({"numberCancelled": 2})"), Phase::unknown},
             {"text", reply(R"({"numberCancelled": "1"})"), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.cancels(response);
            BOOST_TEST((account.release().phase == phase));
        }
    }
    for (const Response& response : {reply(listed("dids", {}, 1)), reply("{}"), Response(500), Response(401)}) {
        Account account;  // a list that proves nothing ends it before it begins
        account.lists_dids(response);
        BOOST_TEST((account.release().phase == Phase::refused));
        BOOST_TEST(account.script.changing_requests().empty());
    }
}

BOOST_AUTO_TEST_CASE(the_environment_chooses_the_base_and_a_key_is_sent_beside_the_password) {
    const struct {
        const char* environment;
        const char* url;
    } rows[]{{"sandbox", "https://api.sandbox.voxbone.com/v1/inventory/"},
             {"production", "https://api.voxbone.com/v1/inventory/"}};
    for (const auto& [environment, url] : rows) {
        Account account;
        account.carrier.settings.base_url.clear();
        account.carrier.settings.environment = environment;
        account.carrier.settings.api_key = Secret("canary-key");
        account.searches(reply(listed("didGroups", {})));
        (void)account.find({.prefix = "415"});
        BOOST_TEST(account.last_request().url().starts_with(url));
        BOOST_TEST(has_credentials(account.last_request()));
        const Field& key = account.last_request().fields().back();
        BOOST_TEST((key.name == "apikey" && key.value == "canary-key" && key.secret));
    }
    Account account;
    account.carrier.settings.base_url.clear();
    account.carrier.settings.environment = "beta";
    const auto error = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::settings));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names) {
    const auto read = settings_of<Voxbone>("number_manager.knm_voxbone", R"({"api_username": "me",
        "api_password": "p-1", "environment": "production", "max_page_size": 100, "gateways": ["sip.example.com"]})");
    BOOST_TEST_REQUIRE(read.has_value());
    const auto& settings = read->carrier.settings;
    BOOST_TEST(settings.api_username == "me");
    BOOST_TEST(settings.api_password.reveal() == "p-1");
    BOOST_TEST(settings.environment == "production");
    BOOST_TEST(settings.max_page_size == 100U);
    BOOST_TEST(settings.base_url == "");
    BOOST_TEST(read->missing.empty());

    const auto defaults = settings_of<Voxbone>("number_manager.voxbone", "{}");
    BOOST_TEST_REQUIRE(defaults.has_value());
    BOOST_TEST(defaults->carrier.settings.environment == "sandbox");
    BOOST_TEST(defaults->carrier.settings.max_page_size == 20U);
    BOOST_TEST((defaults->missing == std::vector<std::string>{"api_username", "api_password"}));

    for (const char* document : {R"({"api_user": "canary"})", R"({"max_page_size": "many", "api_password": "canary"})",
                                 R"({"api_password": {"canary": 1}})"}) {
        BOOST_TEST_CONTEXT(document) {
            const auto wrong = settings_of<Voxbone>("number_manager.voxbone", document);
            BOOST_TEST_REQUIRE(!wrong.has_value());
            BOOST_TEST((wrong.error().code == errc::settings));
            BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
        }
    }
}

namespace {

Voxbone customer_of_the_sandbox() {
    Voxbone carrier;
    carrier.settings.api_username = testing::sandbox::Voxbone::default_user;
    carrier.settings.api_password = Secret(std::string(testing::sandbox::Voxbone::default_password));
    carrier.settings.base_url = base;
    return carrier;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    for (const unsigned polls : {0U, 1U}) {
        for (const char* prefix : {"+1415", "+1415555"}) {  // from a group, and by name
            BOOST_TEST_CONTEXT(prefix << ", " << polls << " polls") {
                const testing::sandbox::InMemory model{testing::sandbox::Voxbone(small_stock(polls))};
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
    using Transport = testing::detail::ModelTransport<testing::sandbox::InMemory<testing::sandbox::Voxbone>>;
    constexpr testing::sandbox::Range toll_free{"+18335550150", 10, "", "", "", "0.00", "4.00"};
    testing::sandbox::Ledger stock = testing::sandbox::stocked(testing::sandbox::voxbone_ranges, 0);
    const testing::sandbox::Ledger more = testing::sandbox::stocked(std::array{toll_free}, 0);
    for (const auto& each : more.stock()) { stock.stock_up(each.second); }
    testing::sandbox::InMemory model{testing::sandbox::Voxbone(std::move(stock))};
    testing::Desk<Voxbone, Transport> desk(customer_of_the_sandbox(), Transport(model));
    const struct {
        SearchRequest request;
        std::size_t offers;
        const char* first;
    } rows[]{{{.prefix = "646", .quantity = 50}, 6, "+1646"},
             {{.prefix = "646", .quantity = 50, .features = {Feature::sms}}, 4, "+1646"},
             {{.prefix = "64655501", .quantity = 50}, 30, "+16465550100"},
             {{.prefix = "833", .quantity = 50}, 2, "+1833"},
             {{.prefix = "83355501", .quantity = 50}, 10, "+18335550150"},
             {{.prefix = "+44117", .quantity = 50}, 3, "+44117"},
             {{.prefix = "+441174960", .quantity = 50}, 20, "+441174960100"},
             {{.prefix = "+1", .quantity = 50}, 8, "+1646"},
             {{.prefix = "+32", .quantity = 50}, 0, ""}};
    for (const auto& [request, offers, first] : rows) {
        BOOST_TEST_CONTEXT(request.prefix.view()) {
            const SearchPage page = desk.find(request);
            BOOST_TEST(page.refused == 0U);
            BOOST_TEST_REQUIRE(page.offers.size() == offers);
            if (offers == 0) { continue; }
            const E164 lowest = page.offers[0].number.empty() ? page.offers[0].prefix : page.offers[0].number;
            BOOST_TEST(lowest.str() == first);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_does_not_allow) {
    testing::sandbox::InMemory model{testing::sandbox::Voxbone(small_stock(0))};
    const auto request = [](Method method, const std::string& path, const char* body = nullptr) {
        Request made = Request(method, std::string(base) + path)
                           .basic_authorization(testing::sandbox::Voxbone::default_user,
                                                Secret(std::string(testing::sandbox::Voxbone::default_password)))
                           .header("Accept", "application/json");
        return body == nullptr ? made : std::move(made).body("application/json", body);
    };
    const auto code_of = [&](const Request& asked) {
        const Response response = model.answer(asked);
        const auto reply = json::parse(response.body);
        return response.status == 200 ? std::string("200")
                                      : std::string(reply.at_pointer("/errors/0/apiErrorCode").as_string());
    };
    BOOST_TEST(model.answer(Request::get(std::string(base) + "/ordering/accountbalance")).status == 401);
    const struct {
        Method method;
        const char* path;
        const char* body;
        const char* code;
    } rows[]{
        {Method::get, "/ordering/accountbalance", nullptr, "200"},
        {Method::get, "/inventory/didgroup?pageNumber=0&pageSize=1", nullptr, "16"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageSize=1", nullptr, "16"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=-1&pageSize=1", nullptr, "11"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=0&pageSize=5001", nullptr, "12"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=7&pageSize=1", nullptr, "13"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=0&pageSize=1&prefix=1", nullptr, "14"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=0&pageSize=1&consecutive=true", nullptr, "16"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=0&pageSize=1&digits=1", nullptr, "14"},
        {Method::get, "/inventory/didgroup?countryCodeA3=USA&pageNumber=0&pageSize=9&featureIds=50&featureIds=25",
         nullptr, "200"},
        {Method::put, "/ordering/cart", nullptr, "26"},
        {Method::put, "/ordering/cart", R"({"reference": "x"})", "14"},
        {Method::get, "/ordering/cart/9/checkout", nullptr, "400"},
        {Method::put, "/ordering/cart", R"({"customerReference": "x"})", "200"},
        {Method::get, "/ordering/cart/1/checkout", nullptr, "409"},
        {Method::post, "/ordering/cart/1/product", R"({})", "401"},
        {Method::post, "/ordering/cart/1/product", R"({"didCartItem": {"didGroupId": 1, "quantity": 1}})", "404"},
        {Method::post, "/ordering/cart/1/product", R"({"didCartItem": {"didGroupId": 1000, "quantity": 0}})", "405"},
        {Method::post, "/ordering/cart/1/product", R"({"phoneNumbers": [{"phoneNumber": "+14155550109"}]})", "424"},
        {Method::post, "/ordering/cart/1/product", R"({"phoneNumbers": [{"phoneNumber": "+14155550100"}]})", "200"},
        {Method::post, "/ordering/cart/1/product", R"({"phoneNumbers": [{"phoneNumber": "+14155550100"}]})", "424"},
        {Method::post, "/ordering/cancel", R"({"didIds": [1]})", "414"},
        {Method::delete_, "/ordering/cancel", R"({"didIds": [1]})", "15"},
        {Method::get, "/ordering/order?pageNumber=0&pageSize=1&customerReference=x", nullptr, "14"}};
    for (const auto& [method, path, body, code] : rows) {
        BOOST_TEST_CONTEXT(name_of(method) << " " << path) { BOOST_TEST(code_of(request(method, path, body)) == code); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
