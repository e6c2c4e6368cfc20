// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/didww.hpp>
#include <tandem/testing/sandbox/didww.hpp>

BOOST_AUTO_TEST_SUITE(carriers_didww)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Didww;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Didww>());
static_assert(FollowsOrders<Didww> && FindsOrders<Didww> && OwnsNumbers<Didww> && ListsNumbers<Didww> &&
              ReservesNumbers<Didww> && !ChecksNumbers<Didww>);

const std::string base = "https://api.example/v3/";
const std::string order_id = "5da18706-be9f-49b0-aeec-0480aacd49ad";
const std::string group_offer = "g-1/sku-1";
constexpr Money order_amount{Amount::ten_thousandths(12'000), "USD"};

struct Account : Desk<Didww> {
    Account() : Desk({.settings = {.api_key = Secret("canary-key"), .base_url = "https://api.example/v3"}}) {}

    void country(testing::Answer answer) { script.on(Method::get, "/countries", std::move(answer)); }
    void groups(testing::Answer answer) { script.on(Method::get, "/did_groups", std::move(answer)); }
    void numbers(testing::Answer answer) { script.on(Method::get, "/available_dids", std::move(answer)); }
    void exchanges(testing::Answer answer) { script.on(Method::get, "/nanpa_prefixes", std::move(answer)); }
    void reserves(testing::Answer answer) { script.on(Method::post, "/did_reservations", std::move(answer)); }
    void places(testing::Answer answer) { script.on(Method::post, "/orders", std::move(answer)); }
    template <class... Answers>
    void follows(Answers... answers) {
        script.on(Method::get, "/orders/", testing::Answer(std::move(answers))...);
    }
    void lists(testing::Answer answer) { script.on(Method::get, "/orders?", std::move(answer)); }
    void brings(testing::Answer answer) { script.on(Method::get, "/dids?filter%5Border", std::move(answer)); }
    void owned(testing::Answer answer) { script.on(Method::get, "/dids?filter%5Bnumber", std::move(answer)); }
    void ends(testing::Answer answer) { script.on(Method::patch, "/dids/", std::move(answer)); }

    std::vector<std::string> urls() const {
        std::vector<std::string> sent;
        for (const Request& request : script.requests()) { sent.push_back(request.url()); }
        return sent;
    }
    std::optional<Number> find_order(const Number& record) {
        return ask([&](auto& session) { return carrier.find_order(session, record); });
    }
    Number reserve() {
        return ask([this](auto& session) { return carrier.reserve_number(session, asked_for()); });
    }
    static Number of_group(std::string offer = group_offer) {
        Number record;
        record.carrier = "didww";
        record.order = Order{.offer = std::move(offer), .status = Status::accepted};
        return record;
    }
    static Number pending(Number record = asked_for()) {
        const std::string offer = record.order ? record.order->offer : std::string();
        record.order = Order{
            .operation = OperationId(operation_id), .offer = offer, .reference = order_id, .status = Status::pending};
        return record;
    }
};

Response document(const json::value& body, int status = 200) {
    return Response(status, json::serialize(body), wire::json_api::media_type);
}
json::object list(json::array rows, json::array included = {}) {
    const auto total = rows.size();
    return {{"data", std::move(rows)},
            {"included", std::move(included)},
            {"meta", {{"total_records", total}, {"api_version", "2026-04-16"}}}};
}
json::object nothing() { return list({}); }

json::object the_country(std::string_view iso = "US", std::string_view dial_code = "1") {
    json::object country{{"id", "country-1"},
                         {"type", "countries"},
                         {"attributes", {{"name", "A country"}, {"prefix", dial_code}, {"iso", iso}}}};
    return {{"data", json::array{std::move(country)}}};
}
json::object unit(std::string_view id, std::string_view setup, std::string_view monthly, int channels = 0) {
    return {
        {"id", id},
        {"type", "stock_keeping_units"},
        {"attributes", {{"setup_price", setup}, {"monthly_price", monthly}, {"channels_included_count", channels}}}};
}
json::object group(std::string_view id = "g-1", std::string_view prefix = "415", json::array units = {"sku-1", "sku-2"},
                   bool selectable = true, json::array features = {"voice_in", "voice_out", "t38"}) {
    json::array linkage;
    for (const auto& each : units) { linkage.push_back(json::object{{"type", "stock_keeping_units"}, {"id", each}}); }
    return {{"id", id},
            {"type", "did_groups"},
            {"attributes",
             {{"prefix", prefix}, {"features", std::move(features)}, {"is_metered", false}, {"area_name", "Inman"}}},
            {"relationships",
             {{"country", {{"links", {{"related", "https://api.didww.com/v3/x"}}}}},
              {"stock_keeping_units", {{"data", std::move(linkage)}}}}},
            {"meta",
             {{"available_dids_enabled", selectable},
              {"needs_registration", false},
              {"is_available", true},
              {"total_count", 21}}}};
}
json::array units() { return {unit("sku-2", "1.0", "4.8", 2), unit("sku-1", "0.4", "0.8")}; }
json::object groups_of(json::array rows) { return list(std::move(rows), units()); }

json::object selectable(std::string_view digits = "14155550100", std::string_view id = "a-1") {
    return {{"id", id},
            {"type", "available_dids"},
            {"attributes", {{"number", digits}}},
            {"relationships", {{"did_group", {{"data", {{"type", "did_groups"}, {"id", "g-1"}}}}}}}};
}
json::object selectable_list(json::array rows) {
    json::array included = units();
    included.push_back(group());
    return {{"data", std::move(rows)}, {"included", std::move(included)}, {"meta", {{"total_count", 40}}}};
}

json::object order_of(std::string_view status) {
    json::object item{{"type", "did_order_items"},
                      {"attributes",
                       {{"qty", 1},
                        {"nrc", "0.4"},
                        {"mrc", "0.8"},
                        {"prorated_mrc", false},
                        {"billed_from", nullptr},
                        {"billed_to", nullptr},
                        {"did_group_id", "g-1"}}}};
    return {{"id", order_id},
            {"type", "orders"},
            {"attributes",
             {{"reference", "JXK-923618"},
              {"amount", "1.2"},
              {"status", status},
              {"created_at", "2026-01-01T00:00:00.000Z"},
              {"description", "DID"},
              {"items", json::array{std::move(item)}},
              {"callback_url", nullptr},
              {"callback_method", nullptr},
              {"external_reference_id", operation_id}}}};
}
json::object order(std::string_view status) { return {{"data", order_of(status)}}; }
json::object order_with(std::string_view status, std::string_view member, json::value value) {
    json::object made = order_of(status);
    (made.contains(member) ? made : made["attributes"].as_object())[member] = std::move(value);
    return {{"data", std::move(made)}};
}
json::object order_with_item(std::string_view member, json::value value) {
    json::object made = order_of("pending");
    made["attributes"].at("items").at(0).at("attributes").as_object()[member] = std::move(value);
    return {{"data", std::move(made)}};
}

json::object did(std::string_view digits = "14155550100", bool terminated = false, bool awaiting = false) {
    return {{"id", "did-1"},
            {"type", "dids"},
            {"attributes",
             {{"number", digits},
              {"blocked", awaiting},
              {"terminated", terminated},
              {"awaiting_registration", awaiting},
              {"billing_cycles_count", nullptr},
              {"expires_at", "2026-02-01T00:00:00.000Z"}}},
            {"relationships", {{"order", {{"data", {{"type", "orders"}, {"id", order_id}}}}}}}};
}
json::object brought(json::object one = did()) { return list({std::move(one)}, {order_of("completed")}); }

json::object failure(std::string_view code, std::string_view title, std::string_view pointer = "") {
    json::object error{{"title", title}, {"detail", "something"}, {"code", code}, {"status", "400"}};
    if (!pointer.empty()) { error["source"] = {{"pointer", pointer}}; }
    return {{"errors", json::array{std::move(error)}}};
}

std::string field(const Request& request, std::string_view name) {
    for (const Field& each : request.fields()) {
        if (each.name == name) { return each.value + (each.secret ? " (secret)" : ""); }
    }
    return {};
}
bool is_authorized(const Request& request) {
    return field(request, "Api-Key") == "canary-key (secret)" &&
           field(request, "Accept") == "application/vnd.api+json" &&
           field(request, "X-DIDWW-API-Version") == "2026-04-16" && field(request, "Authorization").empty() &&
           request.url().find("canary") == std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_asks_for_the_country_its_groups_and_their_numbers) {
    const std::string page = "&include=stock_keeping_units&page%5Bnumber%5D=1&page%5Bsize%5D=100";
    const std::string by_prefix = "&filter%5Bprefix%5D=", by_exchange = "&filter%5Bnanpa_prefix.npanxx%5D=";
    const std::string contains = "&filter%5Bnumber_contains%5D=";
    const struct {
        const char* name;
        SearchRequest request;
        const char* iso;
        const char* dial_code;
        const char* group;  ///< the prefix of the one that is found
        std::string filter;
        std::string part;
    } rows[]{
        {"an area code", {.prefix = "415"}, "US", "1", "415", by_prefix + "415", contains + "1415"},
        {"less than one", {.prefix = "+141"}, "US", "1", "415", "", contains + "141"},
        {"the country", {.prefix = "+1"}, "US", "1", "415", "", ""},
        {"an exchange", {.prefix = "+1415555"}, "US", "1", "415", by_exchange + "415555", contains + "1415555"},
        {"a number", {.prefix = "+14155550100"}, "US", "1", "415", by_exchange + "415555", contains + "14155550100"},
        {"toll-free", {.prefix = "800"}, "US", "1", "800", by_prefix + "800", contains + "1800"},
        {"toll-free and more", {.prefix = "888555"}, "US", "1", "888", by_prefix + "888", contains + "1888555"},
        {"a wildcard", {.prefix = "88*"}, "US", "1", "888", by_prefix + "888", contains + "188"},
        {"Canada", {.prefix = "+1416"}, "CA", "1", "416", by_prefix + "416", contains + "1416"},
        {"abroad", {.prefix = "+44131"}, "GB", "44", "131", by_prefix + "1%2C13%2C131", contains + "44131"},
        {"more of it", {.prefix = "+4420"}, "GB", "44", "20", by_prefix + "2%2C20", contains + "4420"},
        {"all of it", {.prefix = "+44"}, "GB", "44", "131", "", ""},
        {"an island", {.prefix = "+1684"}, "AS", "1684", "733", "", contains + "1684"}};
    for (const auto& [name, request, iso, dial_code, prefix, filter, part] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.country(document(the_country(iso, dial_code)));
            account.groups(document(groups_of({group("g-1", prefix), group("g-2", prefix), group("g-3", "999")})));
            account.numbers(document(selectable_list({})));
            account.find(request);
            const std::string country_part =
                "did_groups?filter%5Bcountry.id%5D=country-1&filter%5Bis_available%5D=true";
            const std::string group_part = std::string(prefix) == "415" && request.prefix.size() < 4 ? "%2Cg-3" : "";
            BOOST_TEST(account.urls().at(0) == base + "countries?filter%5Biso%5D=" + iso);
            BOOST_TEST(account.urls().at(1) == base + country_part + filter + page);
            BOOST_TEST_REQUIRE(account.urls().size() == 3U);
            const std::string numbers = account.urls()[2];
            BOOST_TEST(numbers.starts_with(base + "available_dids?filter%5Bdid_group.id%5D=g-1%2Cg-2"));
            BOOST_TEST(numbers.ends_with(part + "&include=did_group.stock_keeping_units"));
            for (const Request& sent : account.script.requests()) {
                BOOST_TEST((sent.method() == Method::get));
                BOOST_TEST(!sent.changes());
                BOOST_TEST(is_authorized(sent));
                BOOST_TEST(sent.fields().size() == 3U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_group_is_an_offer_for_each_way_to_have_its_numbers) {
    Account account;
    account.country(document(the_country()));
    json::array included = units();
    included.push_back(unit("sku-3", "-0.4", "0.8"));
    included.push_back(unit("sku-4", "0.4", "-0.8"));
    included.push_back(unit("sku-5", "0.4", ""));
    account.groups(document(list({group("g-1", "415", {"sku-1", "sku-2"}, false), group("g-2", "415", {"sku-9"}),
                                  group("g-3", "41x"), group("g-5", "415", {"sku-3"}), group("g-6", "415", {"sku-4"}),
                                  group("g-7", "415", {"sku-5"}), json::object{{"id", "g-4"}}, json::value(7)},
                                 std::move(included))));
    account.numbers(document(selectable_list({})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 7U);
    BOOST_TEST(account.script.calls() == 2U);  // none of them lets one choose
    BOOST_TEST_REQUIRE(page.offers.size() == 2U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number.empty());
    BOOST_TEST(offer.id == "g-1/sku-1");
    BOOST_TEST(offer.prefix.str() == "+1415");
    BOOST_TEST(offer.stock == 21U);
    BOOST_TEST(offer.setup.count() == 4'000);
    BOOST_TEST(offer.monthly.count() == 8'000);
    BOOST_TEST(offer.currency.view() == "USD");
    BOOST_TEST(offer.country == "US");
    BOOST_TEST(offer.locality == "Inman");
    const std::map<Feature, bool> told{{Feature::voice, true},
                                       {Feature::sms, false},
                                       {Feature::fax, true},
                                       {Feature::emergency, false},
                                       {Feature::cnam, false}};
    for (const auto& [feature, name] : feature_names) {
        BOOST_TEST_CONTEXT(name) {
            const auto found = told.find(feature);
            BOOST_TEST(
                (offer.features.get(feature) == (found == told.end() ? std::nullopt : std::optional(found->second))));
        }
    }
    const json::object details = parse_json_object(offer.details()).value();
    BOOST_TEST(details.at("did_group").at("meta").at("needs_registration").as_bool() == false);
    BOOST_TEST(details.at("stock_keeping_unit").at("id").as_string() == "sku-1");
    BOOST_TEST(page.offers[1].id == "g-1/sku-2");
    BOOST_TEST(page.offers[1].monthly.count() == 48'000);
}

BOOST_AUTO_TEST_CASE(the_lowest_price_is_the_lowest_monthly_one_and_of_equal_ones_the_lowest_setup) {
    Account account;
    account.country(document(the_country()));
    json::array included{unit("dear", "0.1", "2.0"), unit("set up dearly", "9.0", "1.0"), unit("cheap", "0.2", "1.0"),
                         unit("dearer", "0.0", "10.0")};
    account.groups(
        document(list({group("g-1", "415", {"dear", "set up dearly", "cheap", "dearer"}, false)}, included)));
    std::vector<std::string> ids;
    for (const Offer& offer : account.find({.prefix = "415"}).offers) { ids.emplace_back(offer.id); }
    const std::vector<std::string> expected{"g-1/cheap", "g-1/set up dearly", "g-1/dear", "g-1/dearer"};
    BOOST_TEST(ids == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_come_before_groups_at_the_lowest_price) {
    Account account;
    account.country(document(the_country()));
    account.groups(document(groups_of({group()})));
    json::object homeless = selectable("14155550105");
    homeless["relationships"] = json::object{};
    account.numbers(document(selectable_list({selectable(), selectable("14155550101"), selectable("12125550100"),
                                              selectable("+14155550102"), homeless, json::value("x")})));
    const SearchPage page = account.find({.prefix = "415"});
    BOOST_TEST(page.refused == 3U);
    BOOST_TEST_REQUIRE(page.offers.size() == 4U);
    const Offer& offer = page.offers[0];
    BOOST_TEST(offer.number == number);
    BOOST_TEST(offer.id == "");
    BOOST_TEST(offer.monthly.count() == 8'000);
    BOOST_TEST(offer.setup.count() == 4'000);
    BOOST_TEST(offer.features.has(Feature::fax));
    BOOST_TEST(offer.locality == "Inman");
    BOOST_TEST(parse_json_object(offer.details())->at("available_did").at("id").as_string() == "a-1");
    BOOST_TEST(page.offers[1].number == other_number);
    BOOST_TEST(page.offers[2].number.empty());

    BOOST_TEST(account.find({.prefix = "415", .quantity = 1}).offers.size() == 1U);
    const SearchPage second = account.find({.prefix = "415", .quantity = 2, .offset = 1});
    BOOST_TEST_REQUIRE(second.offers.size() == 2U);
    BOOST_TEST(second.offers[0].number == other_number);
    BOOST_TEST(second.offers[1].number.empty());
    BOOST_TEST(account.find({.prefix = "415", .offset = 4294967295U}).offers.empty());
}

BOOST_AUTO_TEST_CASE(a_group_is_offered_only_if_all_its_numbers_are_what_was_asked_for) {
    const struct {
        const char* prefix;
        const char* dial_code;
        const char* group;
        const char* id;  ///< none: not offered
        const char* numbers;
    } rows[]{{"+1415", "1", "415", "g-1/sku-1", "+1415"},
             {"+1", "1", "415", "g-1/sku-1", "+1415"},
             {"+1415555", "1", "415", "g-1/sku-1/415555", "+1415555"},
             {"+14155550", "1", "415", nullptr, nullptr},
             {"+1415", "1", "416", nullptr, nullptr},
             {"+44131", "44", "131", "g-1/sku-1", "+44131"},
             {"+441", "44", "131", "g-1/sku-1", "+44131"},
             {"+44131496", "44", "131", nullptr, nullptr},
             {"88*", "1", "888", "g-1/sku-1", "+1888"},
             {"88*", "1", "889", nullptr, nullptr}};
    for (const auto& [prefix, dial_code, found, id, numbers] : rows) {
        BOOST_TEST_CONTEXT(prefix << " in " << found) {
            Account account;
            account.country(document(the_country(std::string_view(dial_code) == "1" ? "US" : "GB", dial_code)));
            account.groups(document(groups_of({group("g-1", found, {"sku-1"})})));
            account.numbers(document(selectable_list({})));
            const SearchPage page = account.find({.prefix = prefix});
            BOOST_TEST_REQUIRE(page.offers.size() == (id == nullptr ? 0U : 1U));
            if (id == nullptr) { continue; }
            BOOST_TEST(page.offers[0].id == id);
            BOOST_TEST(page.offers[0].prefix.str() == numbers);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_account_that_may_not_choose_gets_groups) {
    const struct {
        const char* name;
        testing::Answer response;
        std::size_t found;
        bool complete;
    } rows[]{{"may not", document(failure("403", "Forbidden"), 403), 2, true},
             {"not there for it", document(failure("404", "Not found"), 404), 2, true},
             {"no numbers", document(selectable_list({})), 2, true},
             {"403 of somebody else", Response(403), 2, false},
             {"500", Response(500), 2, false},
             {"no connection", Error{.code = errc::unreachable, .message = "cut"}, 2, false},
             {"no answer", testing::silence, 2, false},
             {"HTML", Response(200, "<html></html>", "text/html"), 2, false}};
    for (const auto& [name, response, found, complete] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.country(document(the_country()));
            account.groups(document(groups_of({group()})));
            account.numbers(response);
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST(page.offers.size() == found);
            BOOST_TEST(page.failure.has_value() == !complete);
            // Where no group would do, the failure is the answer.
            const auto error = failure_of([&] { BOOST_TEST(account.find({.prefix = "+14155550"}).offers.empty()); });
            BOOST_TEST(error.has_value() == !complete);
        }
    }
}

BOOST_AUTO_TEST_CASE(where_no_prefix_fits_the_whole_country_is_looked_through) {
    Account account;
    account.country(document(the_country("GB", "44")));
    account.groups(document(groups_of({group("g-1", "1312", {"sku-1"}, false), group("g-2", "20", {"sku-1"}, false)})));
    account.script.on(Method::get, "/did_groups?filter%5Bcountry.id%5D=country-1&filter%5Bis_available%5D=true&filter",
                      document(nothing()));
    const SearchPage page = account.find({.prefix = "+44131"});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].prefix.str() == "+441312");
    BOOST_TEST(account.script.calls() == 3U);
    Account american;  // whose area codes have three digits
    american.country(document(the_country()));
    american.groups(document(nothing()));
    BOOST_TEST(american.find({.prefix = "415"}).offers.empty());
    BOOST_TEST(american.script.calls() == 2U);
}

BOOST_AUTO_TEST_CASE(pages_of_groups_are_asked_for_until_there_is_enough) {
    const auto page_of = [](const Request& request) {
        const std::string& url = request.url();
        const auto number = std::stoul(url.substr(url.find("page%5Bnumber%5D=") + 17));
        json::array rows;
        for (unsigned i = 0; i < (number < 3 ? 100U : 7U); ++i) {
            rows.push_back(group("g-" + std::to_string(number * 1000 + i), "415", {"sku-1"}, false));
        }
        return document(groups_of(std::move(rows)));
    };
    for (const auto& [quantity, found, calls] :
         std::vector<std::array<std::uint32_t, 3>>{{50, 50, 2}, {100, 100, 2}, {101, 101, 3}, {500, 207, 4}}) {
        BOOST_TEST_CONTEXT(quantity) {
            Account account;
            account.country(document(the_country()));
            account.groups(page_of);
            BOOST_TEST(account.find({.prefix = "+1", .quantity = quantity}).offers.size() == found);
            BOOST_TEST(account.script.calls() == calls);
        }
    }
    Account odd;  // what cannot be read stands on its page too
    odd.country(document(the_country()));
    odd.script.on(Method::get, "/did_groups", testing::Answer([&](const Request& request) {
                      json::value page = json::parse(page_of(request).body);
                      page.at("data").as_array()[7] = json::value("x");
                      return document(page);
                  }));
    BOOST_TEST(odd.find({.prefix = "+1", .quantity = 150}).offers.size() == 150U);
    Account stingy;  // smaller pages than were asked for, of a list that says how long it is
    stingy.country(document(the_country()));
    stingy.groups([&](const Request& request) {
        json::value page = json::parse(page_of(request).body);
        auto& rows = page.at("data").as_array();
        if (rows.size() > 50) { rows.resize(50); }
        page.at("meta").as_object()["total_records"] = 107;
        return document(page);
    });
    BOOST_TEST(stingy.find({.prefix = "+1", .quantity = 500}).offers.size() == 107U);
    BOOST_TEST(stingy.script.calls() == 4U);
    Account endless;  // a list without an end that holds nothing of what was asked for
    endless.country(document(the_country()));
    endless.groups([&](const Request& request) {
        BOOST_TEST_REQUIRE(request.url().find("page%5Bnumber%5D=11&") == std::string::npos);
        json::array rows;
        for (unsigned i = 0; i < 100; ++i) { rows.push_back(group("g-" + std::to_string(i), "999", {"sku-1"})); }
        return document(groups_of(std::move(rows)));
    });
    BOOST_TEST(endless.find({.prefix = "415"}).offers.empty());
    BOOST_TEST(endless.script.calls() == 11U);
    Account account;  // a later page that fails leaves the earlier ones
    account.country(document(the_country()));
    for (const testing::Answer& failing :
         {testing::Answer(Response(500)), testing::Answer(Error{.code = errc::unreachable, .message = "cut"}),
          testing::Answer(testing::silence)}) {
        account.script.on(Method::get, "/did_groups", testing::Answer(page_of), failing);
        const SearchPage page = account.find({.prefix = "+1", .quantity = 500});
        BOOST_TEST(page.offers.size() == 100U);
        BOOST_TEST(page.failure.has_value());
    }
}

BOOST_AUTO_TEST_CASE(only_groups_and_numbers_with_the_features_are_left) {
    Account account;
    account.country(document(the_country()));
    account.groups(document(groups_of({group("g-1", "415", {"sku-1"}, true, {"voice_in", "sms_in"}),
                                       group("g-2", "415", {"sku-1"}, true, {"voice_in"})})));
    account.numbers(document(selectable_list({selectable()})));
    const SearchPage page = account.find({.prefix = "415", .features = {Feature::sms}});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].id == "g-1/sku-1");
    BOOST_TEST(account.last_request().url().find("g-2") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_of_fifty_groups_are_asked_for_at_once) {
    Account account;
    account.country(document(the_country()));
    json::array rows;
    for (int i = 100; i < 160; ++i) { rows.push_back(group("g-" + std::to_string(i))); }
    account.groups(document(groups_of(std::move(rows))));
    account.numbers(document(selectable_list({})));
    account.find({.prefix = "415"});
    const std::string& url = account.last_request().url();
    BOOST_TEST(url.find("did_group.id%5D=g-100%2C") != std::string::npos);
    BOOST_TEST(url.find("%2Cg-149&") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_status_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        for (const bool at_country : {true, false}) {
            BOOST_TEST_CONTEXT(status << (at_country ? " for the country" : " for groups")) {
                Account account;
                Response response = document(failure("107", "Invalid filter value"), status);
                response.fields.push_back({"Retry-After", "3"});
                account.country(at_country ? response : document(the_country()));
                account.groups(response);
                const auto error = failure_of([&] { account.find({.prefix = "415"}); });
                BOOST_TEST_REQUIRE(error.has_value());
                BOOST_TEST((error->code == code));
                if (status >= 300) { BOOST_TEST(error->cause == "107 Invalid filter value something"); }
                const bool waits = status == 429 || status == 503;
                BOOST_TEST(
                    (error->retry_after == (waits ? std::optional<std::chrono::milliseconds>(3s) : std::nullopt)));
            }
        }
    }
    for (const char* body : {"", "{}", R"({"data": null})", "<html></html>", R"({"data": [)", "[]"}) {
        BOOST_TEST_CONTEXT(body) {
            Account account;
            account.country(document(the_country()));
            account.groups(reply(body));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == errc::malformed_reply));
        }
    }
    Account account;
    account.country(document(nothing()));
    for (const char* prefix : {"+1415", "+999"}) {
        const auto error = failure_of([&] { account.find({.prefix = prefix}); });
        BOOST_TEST_REQUIRE(error.has_value());
        BOOST_TEST((error->code == errc::not_available));
    }
    BOOST_TEST(account.script.calls() == 1U);
}

BOOST_AUTO_TEST_CASE(an_order_of_a_number_names_it_and_our_reference) {
    Account account;
    account.numbers(document(selectable_list({selectable("214155550100", "a-0"), selectable()})));
    account.places(document(order("pending"), 201));
    account.follows(document(order("pending")), document(order("completed")));
    account.brings(document(brought()));
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1})");
    const Moment start = account.environment.now();
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST((account.environment.now() - start == 750ms));  // 250 and 500
    const std::vector<std::string> urls{
        base + "available_dids?filter%5Bnumber_contains%5D=14155550100&include=did_group.stock_keeping_units",
        base + "orders", base + "orders/" + order_id, base + "orders/" + order_id,
        base + "dids?filter%5Border.id%5D=" + order_id + "&include=order"};
    BOOST_TEST(account.urls() == urls, boost::test_tools::per_element());
    for (const Request& sent : account.script.requests()) { BOOST_TEST(is_authorized(sent)); }
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST((changing[0].method() == Method::post));
    BOOST_TEST(field(changing[0], "Content-Type") == "application/vnd.api+json");
    const json::value item{{"type", "did_order_items"},
                           {"attributes", {{"sku_id", "sku-1"}, {"available_did_id", "a-1"}}}};
    BOOST_TEST((json::parse(changing[0].body()) == json::value{{"data",
                                                                {{"type", "orders"},
                                                                 {"attributes",
                                                                  {{"allow_back_ordering", false},
                                                                   {"external_reference_id", operation_id},
                                                                   {"items", json::array{item}}}}}}}));
    const Order expected{.operation = OperationId(operation_id), .reference = order_id, .price = order_amount};
    BOOST_TEST((record.order == expected));
    BOOST_TEST(
        (json::parse(record.carrier_data.text) ==
         json::value{{"kept", 1},
                     {"order",
                      {{"id", order_id},
                       {"reference", "JXK-923618"},
                       {"amount", "1.2"},
                       {"status", "completed"},
                       {"created_at", "2026-01-01T00:00:00.000Z"}}},
                     {"did", {{"id", "did-1"}, {"terminated", false}, {"expires_at", "2026-02-01T00:00:00.000Z"}}}}));
}

BOOST_AUTO_TEST_CASE(an_order_of_a_group_brings_its_number) {
    const struct {
        const char* offer;
        json::object item;
        std::size_t calls;
    } rows[]{{"g-1/sku-1", {{"sku_id", "sku-1"}, {"qty", 1}}, 3},
             {"g-1/sku-1/415555", {{"sku_id", "sku-1"}, {"qty", 1}, {"nanpa_prefix_id", "n-2"}}, 4}};
    for (const auto& [offer, item, calls] : rows) {
        BOOST_TEST_CONTEXT(offer) {
            Account account;
            const auto exchange = [](std::string_view id, std::string_view nxx) {
                return json::object{
                    {"id", id}, {"type", "nanpa_prefixes"}, {"attributes", {{"npa", "415"}, {"nxx", nxx}}}};
            };
            account.exchanges(document(list({exchange("n-1", "200"), exchange("n-2", "555")})));
            account.places(document(order("completed"), 201));
            account.follows(document(order("completed")));
            account.brings(document(brought()));
            Number record = account.of_group(offer);
            BOOST_TEST((account.buy(record).phase == Phase::done));
            BOOST_TEST(record.number == number);
            const Order expected{
                .operation = OperationId(operation_id), .offer = offer, .reference = order_id, .price = order_amount};
            BOOST_TEST((record.order == expected));
            BOOST_TEST(account.script.calls() == calls);
            if (calls == 4) { BOOST_TEST(account.urls()[0] == base + "nanpa_prefixes?filter%5Bnpanxx%5D=415555"); }
            const json::value sent = json::parse(account.script.changing_requests().at(0).body());
            BOOST_TEST((sent.at("data").at("attributes").at("items").at(0).at("attributes") == json::value(item)));
        }
    }
    for (const char* offer : {"", "g-1", "g-1/", "/sku-1"}) {
        Account account;
        Number record = account.of_group(offer);
        const detail::Verdict verdict = account.buy(record);
        BOOST_TEST((verdict.phase == Phase::refused));
        BOOST_TEST((verdict.error->code == errc::invalid));
        BOOST_TEST(account.script.calls() == 0U);
    }
    Account account;
    account.exchanges(document(nothing()));
    Number record = account.of_group("g-1/sku-1/415555");
    BOOST_TEST((account.buy(record).error->code == errc::number_unavailable));
    BOOST_TEST(account.script.changing_requests().empty());
}

BOOST_AUTO_TEST_CASE(a_number_is_held_and_ordered_by_its_reservation) {
    Account account;
    account.numbers(document(selectable_list({selectable()})));
    const json::object made{{"data",
                             {{"id", "r-1"},
                              {"type", "did_reservations"},
                              {"attributes", {{"expires_at", "2026-01-01T00:10:00.000Z"}, {"description", "x"}}}}}};
    account.reserves(document(made, 201));
    Number held = account.reserve();
    BOOST_TEST(held.number == number);
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST(!changing[0].acts());  // whatever becomes of it, nothing is bought
    BOOST_TEST(changing[0].url() == base + "did_reservations");
    BOOST_TEST((json::parse(changing[0].body()) ==
                json::value{{"data",
                             {{"type", "did_reservations"},
                              {"attributes", {{"description", operation_id}}},
                              {"relationships",
                               {{"available_did", {{"data", {{"type", "available_dids"}, {"id", "a-1"}}}}}}}}}}));
    account.places(document(order("pending"), 201));
    account.follows(document(order("completed")));
    account.brings(document(brought()));
    BOOST_TEST((account.buy(held).phase == Phase::done));
    const json::value sent = json::parse(account.script.changing_requests().at(1).body());
    BOOST_TEST((sent.at("data").at("attributes").at("items").at(0).at("attributes") ==
                json::value{{"sku_id", "sku-1"}, {"did_reservation_id", "r-1"}}));
    BOOST_TEST(account.script.calls() == 5U);

    const struct {
        const char* name;
        Response response;
        errc code;
    } rows[]{{"taken", document(failure("100", "is invalid", "/data/relationships/available_did"), 422),
              errc::number_unavailable},
             {"another thing", document(order("pending"), 201), errc::malformed_reply},
             {"200", document(made), errc::malformed_reply},
             {"500", Response(500), errc::by_carrier}};
    for (const auto& [name, response, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            account.reserves(response);
            const auto error = failure_of([&] { account.reserve(); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == code));
        }
    }
    const auto error = failure_of([&] {
        account.ask([&](auto& session) { return account.carrier.reserve_number(session, account.of_group()); });
    });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->code == errc::invalid));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_had_is_not_ordered) {
    Account account;
    const struct {
        const char* name;
        Response response;
        errc code;
    } rows[]{{"not listed", document(selectable_list({selectable("14155550101")})), errc::number_unavailable},
             {"nothing listed", document(selectable_list({})), errc::number_unavailable},
             {"may not choose", document(failure("403", "Forbidden"), 403), errc::carrier_refuses_credentials},
             {"no group", document(list({selectable()})), errc::malformed_reply},
             {"500", Response(500), errc::by_carrier}};
    for (const auto& [name, response, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            account.numbers(response);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(account.script.changing_requests().empty());
        }
    }
    account.numbers(document(selectable_list({selectable()})));
    account.places(document(order("pending"), 201));
    testing::Session<testing::ScriptedTransport> session(account.script);
    for (const auto& [cap, code] :
         {std::pair("1.19", errc::price_exceeded), std::pair("1.20", errc::malformed_reply)}) {
        session.set_price_cap({Amount::parse(cap).value(), "USD"});
        account.places(reply("{}", 201));
        const auto error =
            failure_of([&] { account.environment.run(account.carrier.acquire_number(session, account.asked_for())); });
        BOOST_TEST_REQUIRE(error.has_value());
        BOOST_TEST((error->code == code));
    }
    BOOST_TEST(account.script.changing_requests().size() == 1U);
}

namespace {

/// An account in which a number can be ordered.
struct Buyer : Account {
    explicit Buyer(testing::Answer placed) {
        numbers(document(selectable_list({selectable()})));
        places(std::move(placed));
        follows(document(order("completed")));
        brings(document(brought()));
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Buyer account(answer);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST_REQUIRE(verdict.error.has_value());
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST(verdict.error->carrier == "didww");
        }
    }
    const struct {
        const char* name;
        Response response;
        errc code;
    } rows[]{{"taken", document(failure("100", "is invalid", "/data/attributes/items/0/attributes/x"), 422),
              errc::number_unavailable},
             {"another thing is wrong", document(failure("100", "is too long", "/data/attributes/callback_url"), 422),
              errc::by_carrier},
             {"gone", document(failure("404", "Record not found"), 404), errc::number_unavailable},
             {"404 of somebody else", Response(404, "<html></html>", "text/html"), errc::by_carrier},
             {"poor", document(failure("400", "Insufficient balance"), 400), errc::carrier_out_of_funds},
             {"param not allowed", document(failure("105", "Param not allowed"), 400), errc::by_carrier},
             {"conflict", document(failure("409", "Conflict"), 409), errc::by_carrier},
             {"unauthorized", document(failure("401", "Unauthorized"), 401), errc::carrier_refuses_credentials}};
    for (const auto& [name, response, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Buyer account(response);
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == code));
            if (code != errc::by_carrier) { BOOST_TEST(verdict.error->cause.find("something") != std::string::npos); }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_s_reply_is_believed_of_one_number_and_our_reference_only) {
    json::object two = order_of("pending");
    two["attributes"].at("items").as_array().push_back(two["attributes"].at("items").at(0));
    const struct {
        const char* name;
        json::object body;
        Phase phase;
    } rows[]{{"ours", order("pending"), Phase::done},
             {"done at once", order("completed"), Phase::done},
             {"no echo of our reference", order_with("pending", "external_reference_id", nullptr), Phase::done},
             {"no word on the group", order_with_item("did_group_id", nullptr), Phase::done},
             {"canceled", order("canceled"), Phase::refused},
             {"another reference", order_with("pending", "external_reference_id", "another"), Phase::unknown},
             {"no id", order_with("pending", "id", nullptr), Phase::unknown},
             {"another type", order_with("pending", "type", "dids"), Phase::unknown},
             {"another status", order_with("pending", "status", "maybe"), Phase::unknown},
             {"no status", order_with("pending", "status", nullptr), Phase::unknown},
             {"two numbers", order_with_item("qty", 2), Phase::unknown},
             {"two items", {{"data", two}}, Phase::unknown},
             {"no items", order_with("pending", "items", json::array{}), Phase::unknown},
             {"items of another kind", order_with("pending", "items", "x"), Phase::unknown},
             {"a list", {{"data", json::array{order_of("pending")}}}, Phase::unknown},
             {"no data", {{"meta", json::object{}}}, Phase::unknown}};
    for (const auto& [name, body, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Buyer account(document(body, 201));
            BOOST_TEST((account.buy().phase == phase));
        }
    }
    for (const char* another : {"g-2", "g-", "g-1/sku-1"}) {
        BOOST_TEST_CONTEXT("from group " << another) {
            Buyer account(document(order_with_item("did_group_id", another), 201));
            Number record = account.of_group();
            BOOST_TEST((account.buy(record).phase == Phase::unknown));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_accepted_order_stays_accepted_whatever_becomes_of_our_questions) {
    const auto lost = Error{.code = errc::unreachable, .message = "cut", .sent = true};
    const std::vector<testing::Answer> answers{Response(500),
                                               Response(404),
                                               document(failure("404", "Record not found"), 404),
                                               Response(200, "<html></html>", "text/html"),
                                               reply("{}"),
                                               lost,
                                               testing::silence,
                                               document(order_with("completed", "id", "another")),
                                               document(order_with("pending", "id", "another")),
                                               document(order_with("completed", "external_reference_id", "x"))};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        BOOST_TEST_CONTEXT(i) {
            Buyer account(document(order("pending"), 201));
            account.follows(answers[i]);
            Number record = account.asked_for();
            BOOST_TEST((account.buy(record).phase == Phase::pending));
            BOOST_TEST(record.order->reference == order_id);
        }
    }
    Buyer account(document(order("pending"), 201));
    account.follows(document(order("pending")));
    Number record = account.of_group();  // without a number, too
    const Moment start = account.environment.now();
    BOOST_TEST((account.buy(record).phase == Phase::pending));
    BOOST_TEST(record.number.empty());
    BOOST_TEST(record.order->reference == order_id);
    BOOST_TEST(record.order->offer == group_offer);
    BOOST_TEST((account.environment.now() <= start + account.patience));
}

BOOST_AUTO_TEST_CASE(a_complete_order_is_sold_when_its_number_is_known) {
    json::object of_another = did();
    of_another["relationships"].at("order").at("data").as_object()["id"] = "another";
    json::object of_none = did();
    of_none["relationships"] = json::object{};
    json::object fewer = brought();
    fewer["meta"].as_object()["total_records"] = 2;
    json::object uncounted = brought();
    uncounted.erase("meta");
    const struct {
        const char* name;
        Response response;
        Phase phase;
        Phase of_group;
    } rows[]{
        {"ours", document(brought()), Phase::done, Phase::done},
        {"waits to be registered", document(brought(did("14155550100", false, true))), Phase::pending, Phase::pending},
        {"another number", document(brought(did("14155550101"))), Phase::unknown, Phase::done},
        {"two numbers", document(list({did(), did("14155550101")})), Phase::unknown, Phase::unknown},
        {"no number yet", document(nothing()), Phase::unknown, Phase::unknown},
        {"more than are shown", document(fewer), Phase::unknown, Phase::unknown},
        {"no count", document(uncounted), Phase::unknown, Phase::unknown},
        {"of another order", document(brought(of_another)), Phase::unknown, Phase::unknown},
        {"of no order", document(brought(of_none)), Phase::unknown, Phase::unknown},
        {"a number with +", document(brought(did("+14155550100"))), Phase::unknown, Phase::unknown},
        {"no digits", document(brought(did("1415555010x"))), Phase::unknown, Phase::unknown},
        {"one resource", document(json::object{{"data", did()}}), Phase::unknown, Phase::unknown},
        {"404", document(failure("404", "Record not found"), 404), Phase::unknown, Phase::unknown},
        {"500", Response(500), Phase::unknown, Phase::unknown}};
    for (const auto& [name, response, phase, phase_of_group] : rows) {
        BOOST_TEST_CONTEXT(name) {
            for (const bool in_group : {false, true}) {
                Account account;
                account.follows(document(order("completed")));
                account.brings(response);
                Number record = account.pending(in_group ? account.of_group() : account.asked_for());
                const Phase expected = in_group ? phase_of_group : phase;
                const Phase found = account.follow(record).phase;
                // By itself a question proves nothing: the manager leaves the order as it was.
                BOOST_TEST((found == expected || (expected == Phase::unknown && found == Phase::refused)));
                BOOST_TEST(account.script.changing_requests().empty());
                // Part of a purchase, it leaves the order pending.
                Buyer buyer(document(order("pending"), 201));
                buyer.brings(response);
                Number bought = in_group ? buyer.of_group() : buyer.asked_for();
                BOOST_TEST((buyer.buy(bought).phase == (expected == Phase::unknown ? Phase::pending : expected)));
            }
        }
    }
    Account account;
    account.follows(document(order("completed")));
    account.brings(document(brought(did("14155550100", false, true))));
    Number record = account.pending(account.of_group());
    const detail::Verdict verdict = account.follow(record);
    BOOST_TEST_REQUIRE(verdict.error.has_value());
    BOOST_TEST((verdict.error->code == errc::needs_action));
    BOOST_TEST((record.order->status == Status::needs_action));
    BOOST_TEST(record.number == number);
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_what_it_does_not_name) {
    const auto holds = [](const std::string& text, std::initializer_list<std::string> parts) {
        return std::all_of(parts.begin(), parts.end(),
                           [&](const std::string& part) { return text.find(part) != text.npos; });
    };
    const std::string reference = R"("external_reference_id":")" + std::string(operation_id) + '"';
    std::size_t sold = 0, unsold = 0;
    for_each_mutation(order("pending"), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Buyer account(document(changed, 201));
            const Phase phase = account.buy().phase;
            BOOST_TEST_REQUIRE((phase != Phase::refused));  // somebody may have sold it
            ++(phase == Phase::done ? sold : unsold);
        }
    });
    for_each_mutation(order("completed"), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.follows(document(changed));
            account.brings(document(brought()));
            Number record = account.pending();
            const Phase phase = account.follow(record).phase;
            const bool told =
                holds(json::serialize(changed), {R"("id":")" + order_id + '"', R"("status":"completed")"});
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
        }
    });
    for_each_mutation(brought(), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            for (const bool in_group : {false, true}) {
                Account account;
                account.follows(document(order("completed")));
                account.brings(document(changed));
                Number record = account.pending(in_group ? account.of_group() : account.asked_for());
                const Phase phase = account.follow(record).phase;
                BOOST_TEST_REQUIRE((phase != Phase::done || record.number == number));
            }
        }
    });
    for_each_mutation(list({order_of("completed")}), [&](const json::value& changed, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.lists(document(changed));
            account.follows(document(order("completed")));
            account.brings(document(brought()));
            std::optional<Number> found;
            const auto error = failure_of([&] { found = account.find_order(account.asked_for()); });
            const std::string text = json::serialize(changed);
            // An order that stands there is never called absent but where another's reference took the place of ours.
            BOOST_TEST_REQUIRE((found || error || !holds(text, {reference})));
        }
    });
    BOOST_TEST(sold > 0U);
    BOOST_TEST(unsold > 0U);
}

BOOST_AUTO_TEST_CASE(a_reply_cut_at_any_byte_leaves_the_outcome_unknown) {
    const std::string whole = json::serialize(order("pending"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Buyer account(Response(201, whole.substr(0, size)));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
    const std::string none = json::serialize(nothing());
    for (std::size_t size = 0; size < none.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.lists(Response(200, none.substr(0, size)));
            account.owned(Response(200, none.substr(0, size)));
            BOOST_TEST_REQUIRE(failure_of([&] { account.find_order(account.asked_for()); }).has_value());
            BOOST_TEST_REQUIRE(failure_of([&] { account.owns(); }).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_our_reference) {
    json::object canceled = order_of("canceled"), anothers = order_of("completed"), many = nothing();
    canceled["id"] = "another-id";
    anothers["attributes"].as_object()["external_reference_id"] = "another";
    many["meta"].as_object()["total_records"] = 60;
    const struct {
        const char* name;
        Response response;
        std::optional<Status> found;
        bool fails;
    } rows[]{{"there", document(list({order_of("completed")})), Status::complete, false},
             {"pending there", document(list({order_of("pending")})), Status::complete, false},
             {"canceled there", document(list({canceled})), Status::failed, false},
             {"sent twice", document(list({canceled, order_of("completed"), canceled})), Status::complete, false},
             {"not there", document(nothing()), {}, false},
             {"others there", document(list({anothers})), {}, false},
             {"more than are shown", document(many), {}, true},
             {"no count", document(json::object{{"data", json::array{}}}), {}, true},
             {"a row that is none", document(list({7})), {}, true},
             {"no list", document(order("completed")), {}, true},
             {"of two numbers", document(list({order_with_item("qty", 2)["data"]})), {}, true},
             {"404", document(failure("404", "Record not found"), 404), {}, true},
             {"500", Response(500), {}, true},
             {"401", Response(401), {}, true},
             {"HTML", Response(200, "<html></html>", "text/html"), {}, true},
             {"nothing", Response(200), {}, true}};
    for (const auto& [name, response, status, fails] : rows) {
        BOOST_TEST_CONTEXT(name) {
            for (const bool in_group : {false, true}) {
                Account account;
                account.lists(response);
                account.follows(document(order("completed")));
                account.brings(document(brought()));
                std::optional<Number> found;
                const auto error = failure_of(
                    [&] { found = account.find_order(in_group ? account.of_group() : account.asked_for()); });
                BOOST_TEST(error.has_value() == fails);
                BOOST_TEST(found.has_value() == status.has_value());
                if (found) { BOOST_TEST((found->order->status == *status)); }
                if (status == Status::complete) {
                    BOOST_TEST(found->number == number);
                    BOOST_TEST(found->order->reference == order_id);
                    BOOST_TEST(found->order->offer == (in_group ? group_offer : ""));
                }
                BOOST_TEST(account.urls()[0] ==
                           base + "orders?filter%5Bexternal_reference_id%5D=" + std::string(operation_id));
                BOOST_TEST(account.script.changing_requests().empty());
            }
        }
    }
    Account account;  // whose number is another one proves nothing
    account.lists(document(list({order_of("completed")})));
    account.follows(document(order("completed")));
    account.brings(document(brought(did("14155550101"))));
    BOOST_TEST(failure_of([&] { account.find_order(account.asked_for()); }).has_value());
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_until_it_is_terminated) {
    json::object many = list({did("14155550101")});
    many["meta"].as_object()["total_records"] = 60;
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"ours", document(list({did()})), true},
             {"behind another", document(list({did("14155550101"), did()})), true},
             {"given back before and bought again", document(list({did("14155550100", true), did()})), true},
             {"waiting to be registered", document(list({did("14155550100", false, true)})), true},
             {"given back", document(list({did("14155550100", true)})), false},
             {"not ours", document(nothing()), false},
             {"others", document(list({did("14155550101")})), false},
             {"more than are shown", document(many), {}},
             {"no count", document(json::object{{"data", json::array{}}}), {}},
             {"a row that is none", document(list({json::object{{"id", "x"}}})), {}},
             {"of another type", document(list({order_of("completed")})), {}},
             {"404", document(failure("404", "Record not found"), 404), {}},
             {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.owned(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == base + "dids?filter%5Bnumber%5D=14155550100");
            BOOST_TEST(is_authorized(account.last_request()));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const auto page = [](json::array listed, std::int64_t total) {
        return document(json::object{{"data", std::move(listed)}, {"meta", {{"total_records", total}}}});
    };
    const json::object other = did("14155550101", false, true);
    json::object alien = did("14155550101");
    alien["type"] = "orders";
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {page({}, 0)}, std::vector<E164>()},
        {"one page, with one that waits to be registered", {page({did(), other}, 2)}, both},
        {"two pages", {page({did()}, 2), page({other}, 2)}, both},
        {"one that was given back", {page({did(), did("14155550102", true)}, 2)}, std::vector{number}},
        {"an unreadable row", {page({did(), did("none")}, 2)}},
        {"an unreadable row that was given back", {page({did(), did("none", true)}, 2)}},
        {"no resource", {page({did(), json::object{{"type", "dids"}}}, 2)}},
        {"another resource", {page({did(), alien}, 2)}},
        {"a row too few", {page({did()}, 2), page({}, 2)}},
        {"a row too many", {page({did(), other}, 1)}},
        {"a list that grows", {page({did()}, 2), page({other}, 3)}},
        {"no total", {document(json::object{{"data", json::array{did()}}})}},
        {"no list", {document(json::object{{"data", did()}, {"meta", {{"total_records", 1}}}})}},
    });
    Account account;
    account.script.on(Method::get, "", page({did()}, 2), page({other}, 2));
    account.owned_numbers();
    const std::string url = base + "dids?page%5Bnumber%5D=";
    BOOST_TEST((account.urls() == std::vector{url + "1&page%5Bsize%5D=100", url + "2&page%5Bsize%5D=100"}));
    BOOST_TEST(is_authorized(account.last_request()));
}

BOOST_AUTO_TEST_CASE(what_an_order_took_is_its_amount) {
    const struct {
        const char* name;
        json::value amount;
        Money paid;
    } amounts[]{{"an amount", "5.98", {Amount::ten_thousandths(59'800), "USD"}},
                {"nothing", "0.0", {Amount::zero(), "USD"}},
                {"none", nullptr, {}},
                {"a double, which is not exact", 5.98, {}},  // it is ours whatever it cost
                {"an object", json::object{{"usd", 5}}, {}},
                {"words", "much", {}}};
    for (const auto& [name, amount, paid] : amounts) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.places(document(order_with("pending", "amount", amount), 201));
            account.follows(document(order_with("completed", "amount", amount)));
            account.brings(document(brought()));
            Number record = account.of_group();
            BOOST_TEST((account.buy(record).phase == Phase::done));
            BOOST_TEST_REQUIRE(record.order.has_value());
            BOOST_TEST((record.order->price == paid));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_terminates_the_number) {
    Account account;
    account.owned(document(list({did("14155550101"), did()})));
    account.ends(document(json::object{{"data", did("14155550100", true)}}));
    Number record = account.asked_for();
    record.state = State::in_service;
    record.order = Order{.status = Status::needs_action};
    BOOST_TEST((account.release(record).phase == Phase::done));
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST((changing[0].method() == Method::patch));
    BOOST_TEST(changing[0].url() == base + "dids/did-1");
    BOOST_TEST(changing[0].acts());
    BOOST_TEST(is_authorized(changing[0]));
    BOOST_TEST((json::parse(changing[0].body()) ==
                json::value{{"data", {{"type", "dids"}, {"id", "did-1"}, {"attributes", {{"terminated", true}}}}}}));
    BOOST_TEST(
        (json::parse(record.carrier_data.text) ==
         json::value{{"did", {{"id", "did-1"}, {"terminated", true}, {"expires_at", "2026-02-01T00:00:00.000Z"}}}}));
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_ours_is_released) {
    for (const json::object& rows : {nothing(), list({did("14155550100", true)}), list({did("14155550101")})}) {
        Account account;
        account.owned(document(rows));
        BOOST_TEST((account.release().phase == Phase::done));
        BOOST_TEST(account.script.changing_requests().empty());
    }
    Account account;  // gone between the look and the release
    account.owned(document(list({did()})));
    account.ends(document(failure("404", "Record not found"), 404));
    BOOST_TEST((account.release().phase == Phase::done));
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_release) {
    bears_unclear_answers<Account>(Operation::Kind::release, [](auto& account, const testing::Answer& answer) {
        account.owned(document(list({did()})));
        account.ends(answer);
    });
    json::object another_id = did("14155550100", true);
    another_id["id"] = "did-2";
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{{"locked", document(failure("100", "is invalid", "/data/attributes/terminated"), 422), Phase::refused},
             {"404 of somebody else", Response(404), Phase::refused},
             {"another number", document(json::object{{"data", did("14155550101", true)}}), Phase::unknown},
             {"another id", document(json::object{{"data", another_id}}), Phase::unknown},
             {"still in service", document(json::object{{"data", did()}}), Phase::unknown},
             {"a list", document(list({did("14155550100", true)})), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.owned(document(list({did()})));
            account.ends(response);
            BOOST_TEST((account.release().phase == phase));
        }
    }
    for (const Response& response : {document(json::object{{"data", json::array{}}}), Response(500), Response(401)}) {
        Account account;  // a list that proves nothing
        account.owned(response);
        BOOST_TEST((account.release().phase == Phase::refused));
        BOOST_TEST(account.script.changing_requests().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_got_once_for_each_call) {
    Buyer account(document(order("pending"), 201));
    account.carrier.settings.token_url = "https://auth.example/token";
    account.carrier.settings.api_version = "2026-11-19";
    account.script.on(Method::post, "https://auth.example/token",
                      reply(R"({"access_token": "canary-token", "token_type": "Bearer", "expires_in": 600})"));
    BOOST_TEST((account.buy().phase == Phase::done));
    const std::vector<Request> sent = account.script.requests();
    BOOST_TEST_REQUIRE(sent.size() == 5U);
    BOOST_TEST(sent[0].url() == "https://auth.example/token");
    BOOST_TEST(field(sent[0], "Api-Key") == "canary-key (secret)");
    BOOST_TEST(sent[0].body() == "");
    BOOST_TEST(!sent[0].changes());
    for (std::size_t i = 1; i < sent.size(); ++i) {
        BOOST_TEST(field(sent[i], "Authorization") == "Bearer canary-token (secret)");
        BOOST_TEST(field(sent[i], "Api-Key") == "");
        BOOST_TEST(field(sent[i], "X-DIDWW-API-Version") == "2026-11-19");
        BOOST_TEST_REQUIRE(!sent[i].secrets().empty());
        BOOST_TEST(sent[i].secrets()[0].reveal() == "canary-token");
    }
    const struct {
        const char* name;
        Response response;
        errc code;
    } rows[]{{"401", document(failure("401", "canary-key is unknown"), 401), errc::carrier_refuses_credentials},
             {"no token", reply("{}"), errc::malformed_reply},
             {"an empty one", reply(R"({"access_token": ""})"), errc::malformed_reply},
             {"one that is no text", reply(R"({"access_token": 7})"), errc::malformed_reply},
             {"500", Response(500), errc::by_carrier},
             {"202", reply("{}", 202), errc::malformed_reply}};
    for (const auto& [name, response, code] : rows) {
        BOOST_TEST_CONTEXT(name) {
            account.script.on(Method::post, "https://auth.example/token", response);
            const std::size_t before = account.script.changing_requests().size();
            const detail::Verdict verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == code));
            BOOST_TEST((verdict.error->message + verdict.error->cause).find("canary") == std::string::npos);
            BOOST_TEST(account.script.changing_requests().size() == before);
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_are_a_key_a_version_and_where_tokens_are) {
    const auto read = settings_of<Didww>("number_manager.knm_didww", R"({"api_key": "k", "debug": true})");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->carrier.settings.api_key.reveal() == "k");
    BOOST_TEST(read->carrier.settings.base_url == "https://api.didww.com/v3");
    BOOST_TEST(read->carrier.settings.api_version == "2026-04-16");
    BOOST_TEST(read->carrier.settings.token_url == "");
    BOOST_TEST(read->missing.empty());
    const auto ours = settings_of<Didww>(
        "number_manager.didww",
        R"({"api_key": "k", "base_url": "https://127.0.0.1/x", "token_url": "https://t/token", "api_version": "2026-11-19"})");
    BOOST_TEST_REQUIRE(ours.has_value());
    BOOST_TEST(ours->carrier.settings.token_url == "https://t/token");
    BOOST_TEST((settings_of<Didww>("number_manager.didww", "{}")->missing == std::vector<std::string>{"api_key"}));
    for (const char* document : {R"({"key": "canary"})", R"({"api_key": {"canary": 1}})", R"({"api_version": true})"}) {
        const auto wrong = settings_of<Didww>("number_manager.didww", document);
        BOOST_TEST_REQUIRE(!wrong.has_value());
        BOOST_TEST((wrong.error().message + wrong.error().cause).find("canary") == std::string::npos);
    }
    Account account;
    account.carrier.settings.api_key = Secret("canary\r\nX: 1");
    const auto error = failure_of([&] { account.find({.prefix = "415"}); });
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST((error->message + error->cause).find("canary") == std::string::npos);
    BOOST_TEST(account.script.calls() == 0U);
}

namespace {

Didww of_the_sandbox() {
    Didww carrier;
    carrier.settings.api_key = Secret(std::string(testing::sandbox::Didww::default_key));
    return carrier;
}
auto model(testing::sandbox::Ledger ledger, bool may_select) {
    return testing::sandbox::InMemory{testing::sandbox::Didww(std::move(ledger), may_select)};
}
using Model = decltype(model({}, true));

/// A carrier at its sandbox.
struct Sandboxed : testing::Desk<Didww, testing::detail::ModelTransport<Model>> {
    explicit Sandboxed(testing::sandbox::Ledger ledger, bool may_select = true)
        : Desk(of_the_sandbox(), testing::detail::ModelTransport(model(std::move(ledger), may_select))) {}

    detail::Verdict buy_first(SearchRequest request, Number& record) {
        const Offer offer = find(request).offers.at(0);
        record.number = offer.number;
        record.order = Order{.offer = std::string(offer.id)};
        return buy(record);
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers_with_numbers_and_with_groups) {
    BOOST_TEST_CONTEXT("numbers") { keeps_the_laws(of_the_sandbox(), model(small_stock(1), true)); }
    BOOST_TEST_CONTEXT("groups") { keeps_the_laws(of_the_sandbox(), model(small_stock(0), false)); }
}

BOOST_AUTO_TEST_CASE(the_sandbox_s_stock_is_found_by_every_kind_of_prefix) {
    const struct {
        SearchRequest request;
        std::size_t numbers, groups;  ///< where one may choose at most ten are shown
    } rows[]{{{.prefix = "718", .quantity = 500}, 10, 6},
             {{.prefix = "+1718555", .quantity = 500}, 10, 6},
             {{.prefix = "+17185550107"}, 1, 0},
             {{.prefix = "+44131", .quantity = 500}, 10, 6},
             {{.prefix = "+44", .quantity = 500}, 10, 6},
             {{.prefix = "+441314960100"}, 1, 0},
             {{.prefix = "206"}, 0, 0},
             {{.prefix = "88*"}, 0, 0}};
    for (const bool may_select : {true, false}) {
        Sandboxed desk(testing::sandbox::stocked(testing::sandbox::didww_ranges, 0), may_select);
        for (const auto& [request, numbers, groups] : rows) {
            BOOST_TEST_CONTEXT(request.prefix.view() << may_select) {
                std::size_t named = 0, unnamed = 0;
                for (const Offer& offer : desk.find(request).offers) { ++(offer.number.empty() ? unnamed : named); }
                BOOST_TEST(named == (may_select ? numbers : 0U));
                BOOST_TEST(unnamed == groups);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_sandbox_knows_tokens_exchanges_registration_and_orders_that_fail) {
    Sandboxed desk(small_stock(0), false);
    desk.carrier.settings.api_version = "2026-11-19";
    BOOST_TEST(failure_of([&] { desk.find({.prefix = "415"}); }).has_value());
    desk.carrier.settings.token_url = "https://api.didww.com/token";
    Number record;
    BOOST_TEST((desk.buy_first({.prefix = "+1415555"}, record).phase == Phase::done));
    BOOST_TEST(record.number.str().starts_with("+1415555"));
    BOOST_TEST((desk.release(record).phase == Phase::done));

    testing::sandbox::Ledger ledger;
    testing::sandbox::Item item;
    item.number = number;
    item.needs_action = true;
    ledger.stock_up(item);
    item.number = E164::parse_or_empty("+14165550100");
    item.needs_action = false;
    item.fails = true;
    ledger.stock_up(item);
    item.number = E164::parse_or_empty("+12125550100");
    item.fails = false;
    item.monthly = "1000.01";
    ledger.stock_up(item);
    Sandboxed odd(std::move(ledger));
    Number waits, fails, dear;
    BOOST_TEST((odd.buy_first({.prefix = "415"}, waits).error->code == errc::needs_action));
    BOOST_TEST(waits.number == number);
    BOOST_TEST((odd.release(waits).phase == Phase::done));
    BOOST_TEST((odd.buy_first({.prefix = "416"}, fails).phase == Phase::refused));
    BOOST_TEST((odd.buy_first({.prefix = "212"}, dear).error->code == errc::carrier_out_of_funds));
}

BOOST_AUTO_TEST_CASE(the_sandbox_refuses_what_the_document_does_not_know) {
    Model site = model(small_stock(0), true);
    const auto answer = [&](Request request, std::string_view key = testing::sandbox::Didww::default_key) {
        request =
            wire::json_api::wanting_document(std::move(request)).secret_header("Api-Key", Secret(std::string(key)));
        const Response response = site.answer(request);
        return std::pair(response.status, wire::Complaint(response).text("errors.0.code"));
    };
    using Answer = std::pair<int, std::string>;
    const auto get = [&](std::string path) { return answer(Request::get(base + path)); };
    const auto post = [&](std::string path, json::object resource) {
        return answer(wire::json_api::with_resource(Request::post(base + path), std::move(resource)));
    };
    BOOST_TEST((answer(Request::get(base + "countries"), "another") == Answer(401, "401")));
    BOOST_TEST(
        site.answer(Request::get(base + "countries").secret_header("Api-Key", Secret("key-of-the-sandbox"))).status ==
        406);
    BOOST_TEST((get("countries?filter[iso]=US") == Answer(200, "")));
    BOOST_TEST((get("countries?filter[dial]=1") == Answer(400, "102")));
    BOOST_TEST((get("did_groups?page[size]=101") == Answer(400, "107")));
    BOOST_TEST((get("did_groups?limit=1") == Answer(400, "105")));
    BOOST_TEST((get("did_groups?include=cities") == Answer(400, "107")));
    BOOST_TEST((get("did_groups?filter[is_available]=yes") == Answer(400, "107")));
    BOOST_TEST((get("available_dids?filter[number_contains]=14") == Answer(400, "107")));
    BOOST_TEST((get("available_dids?page[size]=1") == Answer(400, "105")));
    BOOST_TEST((get("orders/none") == Answer(404, "404")));
    BOOST_TEST((get("balance") == Answer(200, "")));
    BOOST_TEST((get("regions") == Answer(404, "404")));
    BOOST_TEST((answer(Request::post(base + "orders").body("application/json", "{}")) == Answer(415, "415")));
    const auto ordered = [&](json::object item) {
        return post(
            "orders",
            {{"type", "orders"},
             {"attributes",
              {{"items", json::array{json::object{{"type", "did_order_items"}, {"attributes", std::move(item)}}}}}}});
    };
    BOOST_TEST((post("orders", {{"type", "dids"}}) == Answer(400, "107")));
    BOOST_TEST((post("orders", {{"type", "orders"}, {"attributes", {{"reference", "x"}}}}) == Answer(400, "105")));
    BOOST_TEST((post("orders", {{"type", "orders"}, {"attributes", json::object{}}}) == Answer(422, "100")));
    BOOST_TEST((ordered({{"sku_id", "none"}, {"qty", 1}}) == Answer(422, "100")));
    BOOST_TEST((ordered({{"sku_id", "none"}}) == Answer(422, "100")));
    BOOST_TEST((ordered({{"sku_id", "none"}, {"qty", 1}, {"available_did_id", "x"}}) == Answer(422, "100")));
    BOOST_TEST((post("did_reservations", {{"type", "did_reservations"}}) == Answer(422, "100")));
    BOOST_TEST((answer(Request::delete_(base + "did_reservations/none")) == Answer(404, "404")));
    BOOST_TEST((answer(Request::delete_(base + "orders/none")) == Answer(404, "404")));
}

BOOST_AUTO_TEST_SUITE_END()
