// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/bandwidth.hpp>
#include <tandem/testing/sandbox/bandwidth.hpp>

#include <iterator>

BOOST_AUTO_TEST_SUITE(carriers_bandwidth)

using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Bandwidth;
using Phase = Operation::Phase;
using Status = Order::Status;

namespace {

static_assert(testing::instantiates<Bandwidth>());
static_assert(FollowsOrders<Bandwidth> && FindsOrders<Bandwidth> && OwnsNumbers<Bandwidth> && ListsNumbers<Bandwidth> &&
              ReservesNumbers<Bandwidth> && !ChecksNumbers<Bandwidth>);

const std::string order_id = "34adcd9f-0000-4000-8000-000000000001";
const std::string base = "https://api.example/api/v2/accounts/990/";

struct Account : Desk<Bandwidth> {
    Account()
        : Desk({.settings = {.account_id = "990",
                             .api_username = "user",
                             .api_password = Secret("canary-password"),
                             .site_id = "743",
                             .base_url = "https://api.example/api/v2"}}) {}

    void searches(testing::Answer answer) { script.on(Method::get, "/availableNumbers", std::move(answer)); }
    void orders(testing::Answer answer) { script.on(Method::post, "/orders", std::move(answer)); }
    template <class... Answers>
    void follows(Answers... answers) {
        script.on(Method::get, "/orders/", testing::Answer(std::move(answers))...);
    }
    void lists_orders(testing::Answer answer) { script.on(Method::get, "/orders?", std::move(answer)); }
    void disconnects(testing::Answer answer) { script.on(Method::post, "/disconnects", std::move(answer)); }
    template <class... Answers>
    void follows_release(Answers... answers) {
        script.on(Method::get, "/disconnects/", testing::Answer(std::move(answers))...);
    }
    void shows_number(testing::Answer answer) { script.on(Method::get, "/inserviceNumbers/", std::move(answer)); }

    Number reserve() {
        return ask([this](auto& session) { return carrier.reserve_number(session, asked_for()); });
    }
    static Number pending(std::string_view mark = "") {
        Number record = asked_for();
        record.order = Order{.operation = OperationId(operation_id),
                             .reference = std::string(mark) + order_id,
                             .status = Status::pending};
        return record;
    }
};

Response xml(std::string_view body, int status = 200) { return Response(status, std::string(body), "application/xml"); }
Response located(Response response, std::string_view resource = "orders", std::string_view id = order_id) {
    response.fields.push_back({"Location", base + std::string(resource) + "/" + std::string(id)});
    return response;
}
std::string element(std::string_view name, std::string_view content) {
    return "<" + std::string(name) + ">" + std::string(content) + "</" + std::string(name) + ">";
}

/// An order's reply. An id stands only in the one to its POST.
struct OrderReply {
    std::string_view status{};
    std::string_view completed{};
    std::string_view failed{};
    std::string_view code{};
    std::string_view reference = operation_id;
    std::string_view id{};

    std::string str() const {
        std::string out;
        if (!code.empty()) {
            out += element("ErrorList", element("Error", element("Code", code) + element("Description", "so it is") +
                                                             element("TelephoneNumber", number.str())));
        }
        if (!failed.empty()) { out += element("FailedNumbers", element("FullNumber", failed)); }
        out += element("Order", (reference.empty() ? "" : element("CustomerOrderId", reference)) +
                                    (id.empty() ? "" : element("id", id)) + element("Name", "Tandem-x"));
        if (!status.empty()) { out += element("OrderStatus", status); }
        if (!completed.empty()) {
            out += element("CompletedNumbers", element("TelephoneNumber", element("FullNumber", completed)));
        }
        return R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)" + element("OrderResponse", out);
    }
    operator testing::Answer() const { return xml(str()); }
};
const std::string ours = number.str(), anothers = other_number.str();
Response placed(std::string_view status = "RECEIVED") {
    return located(xml(OrderReply{.status = status, .id = order_id}.str(), 201));
}
Response sold() { return xml(OrderReply{.status = "COMPLETE", .completed = ours}.str()); }

struct ReleaseReply {
    std::string_view status{};
    std::string_view released{};
    std::string_view code{};
    std::string_view failed{};
    std::string_view id = order_id;
    std::string_view reference = operation_id;

    std::string str() const {
        std::string out;
        if (!released.empty()) {
            out += element("DisconnectedTelephoneNumberList", element("TelephoneNumber", released));
        }
        if (!code.empty()) {
            out +=
                element("ErrorList", element("Error", element("Code", code) + element("Description", "so it is") +
                                                          (failed.empty() ? "" : element("TelephoneNumber", failed))));
        }
        out += element("orderRequest", element("CustomerOrderId", reference) + element("id", id));
        if (!status.empty()) { out += element("OrderStatus", status); }
        return element("DisconnectTelephoneNumberOrderResponse", out);
    }
};
Response release_placed() { return located(xml(ReleaseReply{.status = "RECEIVED"}.str(), 201), "disconnects"); }
Response released() { return xml(ReleaseReply{.status = "COMPLETE", .released = ours}.str()); }

std::string list(std::initializer_list<std::string_view> ids, std::string_view total,
                 std::string_view id_name = "orderId") {
    std::string rows = element("TotalCount", total) + "<Links><first><!-- a?b&c=d --></first></Links>";
    for (const auto id : ids) {
        rows += element("OrderIdUserIdDate", element(id_name, id) + element("OrderStatus", "COMPLETE"));
    }
    return element("ResponseSelectWrapper", element("ListOrderIdUserIdDate", rows));
}
Response listed() { return xml(list({order_id}, "1")); }

std::string detailed(std::string_view text) {
    return element("TelephoneNumberDetail",
                   "<CountryCodeA3>USA</CountryCodeA3><City>SAN FRANCISCO</City><LATA>722</LATA>"
                   "<RateCenter>SNFC CNTRL</RateCenter><State>CA</State>" +
                       element("FullNumber", text) + "<Tier>0</Tier>");
}
std::string stock(std::string_view details) {
    return element("SearchResult", "<ResultCount>2</ResultCount>" + element("TelephoneNumberDetailList", details));
}
const std::string empty_stock = "<SearchResult><ResultCount>0</ResultCount></SearchResult>";

bool has_credentials(const Request& request) {
    for (const Field& field : request.fields()) {
        if (field.name == "Authorization") {
            return field.secret && field.value == "Basic " + to_base64("user:canary-password");
        }
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_names_the_criterion_that_fits_most_of_the_prefix) {
    const struct {
        const char* name;
        SearchRequest request;
        const char* query;
    } rows[]{
        {"an area code", {.prefix = "415"}, "areaCode=415&enableTNDetail=true&quantity=10"},
        {"four digits", {.prefix = "4155"}, "areaCode=415&enableTNDetail=true&quantity=5000"},
        {"five digits", {.prefix = "41555"}, "areaCode=415&enableTNDetail=true&quantity=5000"},
        {"an exchange", {.prefix = "+1415555"}, "npaNxx=415555&LCA=false&enableTNDetail=true&quantity=10"},
        {"a thousand block", {.prefix = "4155550"}, "npaNxxx=4155550&LCA=false&enableTNDetail=true&quantity=10"},
        {"a number", {.prefix = "+14155550100"}, "npaNxxx=4155550&LCA=false&enableTNDetail=true&quantity=5000"},
        {"Canada", {.prefix = "416"}, "areaCode=416&enableTNDetail=true&quantity=10"},
        {"toll-free", {.prefix = "800"}, "tollFreeWildCardPattern=800&quantity=10"},
        {"toll-free and more", {.prefix = "888555"}, "tollFreeWildCardPattern=888&quantity=5000"},
        {"a wildcard", {.prefix = "88*"}, "tollFreeWildCardPattern=88%2A&quantity=10"},
        {"another country",
         {.prefix = "20", .country = "NL"},
         "countryCodeA3=NLD&areaCode=20&enableTNDetail=true&quantity=10"},
        {"much of it",
         {.prefix = "+31208908115"},
         "countryCodeA3=NLD&areaCode=208908&enableTNDetail=true&quantity=5000"},
        {"all of another", {.prefix = "+44"}, "countryCodeA3=GBR&features=VOICE&enableTNDetail=true&quantity=10"},
        {"with features",
         {.prefix = "+4420", .features = {Feature::sms, Feature::emergency, Feature::mms}},
         "countryCodeA3=GBR&areaCode=20&features=MESSAGING_SMS&features=EMERGENCY&enableTNDetail=true&quantity=10"},
        {"an island of the North American plan",
         {.prefix = "+1876"},
         "countryCodeA3=JAM&areaCode=876&enableTNDetail=true&quantity=10"},
        {"features at home",
         {.prefix = "415", .features = {Feature::sms}},
         "areaCode=415&enableTNDetail=true&quantity=10"},
        {"a page", {.prefix = "415", .quantity = 7, .offset = 21}, "areaCode=415&enableTNDetail=true&quantity=28"},
        {"the most there can be",
         {.prefix = "415", .quantity = 4294967295U, .offset = 4294967295U},
         "areaCode=415&enableTNDetail=true&quantity=5000"}};
    for (const auto& [name, request, query] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(xml(empty_stock));
            BOOST_TEST(account.find(request).offers.empty());
            const Request& sent = account.last_request();
            BOOST_TEST(sent.url() == base + "availableNumbers?" + query);
            BOOST_TEST(!sent.changes());
            BOOST_TEST(has_credentials(sent));
            BOOST_TEST(sent.fields().back().name == "Accept");
            BOOST_TEST(sent.fields().back().value == "application/xml");
        }
    }
    for (const char* prefix : {"4", "41", "+1"}) {
        BOOST_TEST_CONTEXT(prefix) {
            Account account;
            const auto error = failure_of([&] { account.find({.prefix = prefix}); });
            BOOST_TEST((error && error->code == errc::invalid));
            BOOST_TEST(account.script.calls() == 0U);
        }
    }
    Account account;
    BOOST_TEST((failure_of([&] { account.find({.prefix = "+383"}); })->code == errc::not_available));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(rows_are_read_in_both_formats_with_details_and_without) {
    const std::string json_details = R"({"resultCount": 2, "telephoneNumberDetailList": [
        {"countryCodeA3": "USA", "city": "SAN FRANCISCO", "LATA": 722, "rateCenter": "SNFC CNTRL", "state": "CA",
         "fullNumber": "+14155550100", "tier": 0}, {"fullNumber": "4155550101"}, {"fullNumber": 4155550102}]})";
    const struct {
        const char* name;
        Response response;
        bool has_details;
    } rows[]{
        {"XML with details", xml(stock(detailed(ours) + detailed("4155550101") + "<TelephoneNumberDetail/>")), true},
        {"XML without",
         xml("<SearchResult><TelephoneNumberList><TelephoneNumber>+14155550100</TelephoneNumber>"
             "<TelephoneNumber>4155550101</TelephoneNumber><TelephoneNumber>x</TelephoneNumber>"
             "</TelephoneNumberList></SearchResult>"),
         false},
        {"XML that says nothing of its kind",
         Response(200, stock(detailed(ours) + detailed("4155550101") + "<TelephoneNumberDetail/>"), ""), true},
        {"JSON with details", Response(200, json_details), true},
        {"JSON without", Response(200, R"({"telephoneNumberList": ["+14155550100", "4155550101", 4155550102]})"),
         false}};
    for (const auto& [name, response, has_details] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.searches(response);
            const SearchPage page = account.find({.prefix = "415"});
            BOOST_TEST(page.refused == 1U);
            BOOST_TEST_REQUIRE(page.offers.size() == 2U);
            const Offer& offer = page.offers[0];
            BOOST_TEST(offer.number == number);
            BOOST_TEST(page.offers[1].number == other_number);
            BOOST_TEST(!offer.setup.known());  // never zero: no price is told
            BOOST_TEST(!offer.monthly.known());
            BOOST_TEST((offer.features == Features()));
            BOOST_TEST(offer.country == (has_details ? "US" : ""));
            BOOST_TEST(offer.region == (has_details ? "CA" : ""));
            BOOST_TEST(offer.locality == (has_details ? "SAN FRANCISCO" : ""));
            BOOST_TEST(offer.rate_center == (has_details ? "SNFC CNTRL" : ""));
            BOOST_TEST(offer.lata == (has_details ? "722" : ""));
            BOOST_TEST((parse_json_object(offer.details())->contains("tier") ||
                        parse_json_object(offer.details())->contains("Tier")) == has_details);
        }
    }
}

BOOST_AUTO_TEST_CASE(features_that_were_asked_for_abroad_are_there) {
    Account account;
    account.searches(
        xml(stock("<TelephoneNumberDetail><FullNumber>+31208908115</FullNumber></TelephoneNumberDetail>")));
    const SearchPage page = account.find({.prefix = "+3120", .features = {Feature::sms, Feature::mms}});
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST((page.offers[0].features.get(Feature::sms) == true));
    BOOST_TEST((page.offers[0].features.get(Feature::mms) == std::nullopt));
    BOOST_TEST((page.offers[0].features.get(Feature::voice) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(what_the_criterion_cannot_tell_apart_is_told_here_and_a_page_is_cut) {
    std::string rows;
    for (int i = 0; i < 40; ++i) {
        rows += detailed((i % 2 == 0 ? "+141555501" : "+141556601") + std::to_string(10 + i));
    }
    const struct {
        const char* prefix;
        std::uint32_t quantity, offset;
        std::size_t found;
    } pages[]{{"41555", 50, 0, 20}, {"41555", 5, 0, 5},  {"41555", 5, 18, 2},
              {"4155501", 5, 0, 0}, {"415", 500, 39, 1}, {"415", 5, 4294967295U, 0}};
    for (const auto& [prefix, quantity, offset, found] : pages) {
        BOOST_TEST_CONTEXT(prefix << " " << quantity << " from " << offset) {
            Account account;
            account.searches(xml(stock(rows)));
            BOOST_TEST(account.find({.prefix = prefix, .quantity = quantity, .offset = offset}).offers.size() == found);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_empty_result_is_no_error_and_a_strange_one_is) {
    for (const Response& response :
         {xml(empty_stock), xml("<SearchResult><ResultCount>0</ResultCount><TelephoneNumberList/></SearchResult>"),
          xml(stock("")), Response(200, R"({"resultCount": 0})"), Response(200, R"({"telephoneNumberList": []})")}) {
        BOOST_TEST_CONTEXT(response.body) {
            Account account;
            account.searches(response);
            BOOST_TEST(account.find({.prefix = "415"}).offers.empty());
        }
    }
    for (const Response& response :
         {xml("<SearchResult/>"), xml("<SearchResult><ResultCount>3</ResultCount></SearchResult>"), xml(""),
          xml("<html></html>"), xml(stock("").substr(0, 60)), Response(200, "{}"),
          Response(200, R"({"resultCount": 1})"), Response(200, "[]"), Response(200, "<html></html>", "text/html"),
          xml("<!DOCTYPE a>" + empty_stock), xml(empty_stock + "<a/>")}) {
        BOOST_TEST_CONTEXT(response.body) {
            Account account;
            account.searches(response);
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST((error && error->code == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(each_status_and_code_of_a_search_has_its_cause) {
    for (const auto& [status, code] : search_statuses) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.searches(Response(status));
            const auto error = failure_of([&] { account.find({.prefix = "415"}); });
            BOOST_TEST_REQUIRE(error.has_value());
            BOOST_TEST((error->code == (status == 404 ? errc::by_carrier : code)));
        }
    }
    const struct {
        const char* code;
        errc meaning;
    } codes[]{{"4000", errc::not_available}, {"4002", errc::not_available}, {"4004", errc::not_available},
              {"4009", errc::by_carrier},    {"4010", errc::invalid},       {"4014", errc::carrier_refuses_credentials},
              {"4017", errc::not_available}, {"4023", errc::not_available}, {"4024", errc::needs_action},
              {"4999", errc::by_carrier},    {"what", errc::by_carrier}};
    for (const auto& [code, meaning] : codes) {
        for (const bool as_json : {false, true}) {
            BOOST_TEST_CONTEXT(code << (as_json ? " as JSON" : "")) {
                Account account;
                const std::string words =
                    as_json ? R"({"error": {"code": )" + std::string(code) + R"(, "description": "so it is"}})"
                            : element("SearchResult",
                                      element("Error", element("Code", code) + element("Description", "so it is")));
                account.searches(Response(400, words, as_json ? "application/json" : "application/xml"));
                const auto error = failure_of([&] { account.find({.prefix = "415"}); });
                BOOST_TEST_REQUIRE(error.has_value());
                BOOST_TEST((error->code == meaning));
                if (code[0] == '4') { BOOST_TEST(error->cause == std::string(code) + " so it is"); }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(codes_are_in_order_and_mean_what_they_say) {
    namespace bandwidth = carriers::bandwidth;
    for (const auto table : {std::span<const bandwidth::Codes>(bandwidth::codes),
                             std::span<const bandwidth::Codes>(bandwidth::search_codes)}) {
        std::uint32_t before = 0;
        for (const auto& [first, last, meaning] : table) {
            BOOST_TEST_CONTEXT(first) {
                BOOST_TEST(before < first);
                BOOST_TEST(first <= last);
                BOOST_TEST((meaning != errc::by_carrier));
                BOOST_TEST((bandwidth::meaning_of(first, table) == meaning));
                BOOST_TEST((bandwidth::meaning_of(last, table) == meaning));
                const bool is_free = before + 1 < first;
                if (is_free) { BOOST_TEST((bandwidth::meaning_of(first - 1, table) == errc::by_carrier)); }
                before = last;
            }
        }
        BOOST_TEST((bandwidth::meaning_of(before + 1, table) == errc::by_carrier));
        BOOST_TEST((bandwidth::meaning_of(0, table) == errc::by_carrier));
        BOOST_TEST((bandwidth::meaning_of(4294967295U, table) == errc::by_carrier));
    }
}

BOOST_AUTO_TEST_CASE(an_order_names_number_reference_site_and_peer) {
    Account account;
    account.carrier.settings.sip_peer = "500<5";
    account.carrier.settings.order_name_prefix = "A&B";
    account.orders(placed());
    account.follows(sold());
    Number record = account.asked_for();
    record.carrier_data = JsonText(R"({"kept":1,"reservation_id":"r-1"})");
    BOOST_TEST((account.buy(record).phase == Phase::done));
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST(changing[0].url() == base + "orders");
    BOOST_TEST(has_credentials(changing[0]));
    const std::string reference(operation_id);
    BOOST_TEST(changing[0].body() ==
               R"(<?xml version="1.0" encoding="UTF-8"?>)" +
                   element("Order", element("CustomerOrderId", reference) + element("Name", "A&amp;B-" + reference) +
                                        "<SiteId>743</SiteId><PartialAllowed>false</PartialAllowed>"
                                        "<BackOrderRequested>false</BackOrderRequested><PeerId>500&lt;5</PeerId>"
                                        "<ExistingTelephoneNumberOrderType><TelephoneNumberList>"
                                        "<TelephoneNumber>+14155550100</TelephoneNumber></TelephoneNumberList>"
                                        "<ReservationIdList><ReservationId>r-1</ReservationId></ReservationIdList>"
                                        "</ExistingTelephoneNumberOrderType>"));
    BOOST_TEST(account.last_request().url() == base + "orders/" + order_id + "?tndetail=true");
    const Order expected{.operation = OperationId(operation_id), .reference = order_id};
    BOOST_TEST((record.order == expected));
    BOOST_TEST(
        (json::parse(record.carrier_data.text) ==
         json::value{{"kept", 1}, {"reservation_id", "r-1"}, {"order", {{"id", order_id}, {"status", "COMPLETE"}}}}));
}

BOOST_AUTO_TEST_CASE(an_order_abroad_says_nothing_of_back_orders_which_are_for_the_american_plan_alone) {
    for (const auto& [ordered, says] : {std::pair("+14155550100", true), std::pair("+442079460100", false)}) {
        BOOST_TEST_CONTEXT(ordered) {
            Account account;
            account.orders(Response(400));
            Number record = account.asked_for();
            record.number = E164::parse_or_empty(ordered);
            BOOST_TEST((account.buy(record).phase == Phase::refused));
            const std::string& body = account.last_request().body();
            BOOST_TEST((body.find("BackOrderRequested") != body.npos) == says);
            BOOST_TEST(body.find("<PartialAllowed>false</PartialAllowed>") != body.npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_setting_that_xml_cannot_hold_sends_nothing) {
    Account account;
    account.carrier.settings.order_name_prefix = "a\x01";
    const auto verdict = account.buy();
    BOOST_TEST((verdict.phase == Phase::refused));
    BOOST_TEST((verdict.error->code == errc::invalid));
    BOOST_TEST(account.script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(an_order_is_followed_until_it_is_final_or_time_is_up) {
    const std::string received = OrderReply{.status = "RECEIVED"}.str(),
                      processing = OrderReply{.status = "PROCESSING"}.str();
    Account account;
    account.orders(placed(""));  // as in the document's example: no status
    account.follows(xml(received), xml(processing), xml(OrderReply{}.str()), sold());
    const Moment start = account.environment.now();
    Number record = account.asked_for();
    BOOST_TEST((account.buy(record).phase == Phase::done));
    BOOST_TEST((account.environment.now() - start == 3750ms));  // 250, 500, 1000 and 2000
    BOOST_TEST(account.script.calls() == 5U);

    Account slow;
    slow.orders(placed());
    slow.follows(xml(processing));
    Number left = slow.asked_for();
    const auto verdict = slow.buy(left);
    BOOST_TEST((verdict.phase == Phase::pending));
    BOOST_TEST(!verdict.error.has_value());
    BOOST_TEST(left.order->reference == order_id);
    BOOST_TEST((slow.environment.now() - start <= slow.patience));
    BOOST_TEST(slow.script.calls() < 12U);
}

BOOST_AUTO_TEST_CASE(an_order_s_end_is_believed_of_our_number_and_our_reference_only) {
    const struct {
        const char* name;
        std::string body;
        Phase phase;
        Status status;
    } rows[]{
        {"complete", OrderReply{.status = "COMPLETE", .completed = ours}.str(), Phase::done, Status::complete},
        {"complete, in ten digits", OrderReply{.status = "COMPLETE", .completed = "4155550100"}.str(), Phase::done,
         Status::complete},
        {"partial, with ours", OrderReply{.status = "PARTIAL", .completed = ours}.str(), Phase::done, Status::complete},
        {"partial, without ours", OrderReply{.status = "PARTIAL", .failed = ours}.str(), Phase::refused,
         Status::failed},
        {"partial, with an error of ours", OrderReply{.status = "PARTIAL", .code = "5003"}.str(), Phase::refused,
         Status::failed},
        {"partial, of whom it does not say", OrderReply{.status = "PARTIAL", .completed = anothers}.str(),
         Phase::pending, Status::partial},
        {"back-ordered", OrderReply{.status = "BACKORDERED", .code = "5520"}.str(), Phase::pending,
         Status::backordered},
        {"failed", OrderReply{.status = "FAILED", .failed = ours, .code = "5003"}.str(), Phase::refused,
         Status::failed},
        {"failed, without words", OrderReply{.status = "FAILED"}.str(), Phase::refused, Status::failed},
        {"of another number", OrderReply{.status = "COMPLETE", .completed = anothers}.str(), Phase::pending,
         Status::pending},
        {"of no number", OrderReply{.status = "COMPLETE"}.str(), Phase::pending, Status::pending},
        {"a number split", OrderReply{.status = "COMPLETE", .completed = "+1415<!-- -->5550100"}.str(), Phase::pending,
         Status::pending},
        {"no number", OrderReply{.status = "COMPLETE", .completed = "+1415555010x"}.str(), Phase::pending,
         Status::pending},
        {"done and failed", OrderReply{.status = "COMPLETE", .completed = ours, .failed = ours}.str(), Phase::pending,
         Status::pending},
        {"done with an error", OrderReply{.status = "COMPLETE", .completed = ours, .code = "5005"}.str(),
         Phase::pending, Status::pending},
        {"failed with a number", OrderReply{.status = "FAILED", .completed = anothers}.str(), Phase::pending,
         Status::pending},
        {"another's", OrderReply{.status = "COMPLETE", .completed = ours, .reference = "another"}.str(), Phase::pending,
         Status::pending},
        {"nobody's", OrderReply{.status = "COMPLETE", .completed = ours, .reference = ""}.str(), Phase::pending,
         Status::pending},
        {"by its id", OrderReply{.status = "COMPLETE", .completed = ours, .reference = "", .id = order_id}.str(),
         Phase::done, Status::complete},
        {"by another id", OrderReply{.status = "COMPLETE", .completed = ours, .id = "another"}.str(), Phase::pending,
         Status::pending},
        {"of another status", OrderReply{.status = "MAYBE", .completed = ours}.str(), Phase::pending, Status::pending},
        {"in small letters", OrderReply{.status = "complete", .completed = ours}.str(), Phase::pending,
         Status::pending},
        {"two statuses", OrderReply{.status = "COMPLETE</OrderStatus><OrderStatus>COMPLETE", .completed = ours}.str(),
         Phase::pending, Status::pending},
        {"another document", element("Order", sold().body.substr(sold().body.find("<OrderResponse>"))), Phase::pending,
         Status::pending},
        {"a document type", "<!DOCTYPE a>" + OrderReply{.status = "COMPLETE", .completed = ours}.str(), Phase::pending,
         Status::pending}};
    for (const auto& [name, body, phase, status] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(placed());
            account.follows(xml(body));
            Number record = account.asked_for();
            const auto verdict = account.buy(record);
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST((record.order->status == status));
            BOOST_TEST(record.order->reference == order_id);
            BOOST_TEST(record.number == number);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_that_failed_tells_why) {
    const struct {
        const char* code;
        errc meaning;
    } codes[]{{"5005", errc::number_unavailable},
              {"5018", errc::number_unavailable},
              {"5003", errc::by_carrier},
              {"5016", errc::by_carrier}};
    for (const auto& [code, meaning] : codes) {
        BOOST_TEST_CONTEXT(code) {
            Account account;
            account.orders(placed());
            account.follows(xml(OrderReply{.status = "FAILED", .failed = ours, .code = code}.str()));
            const auto verdict = account.buy();
            BOOST_TEST((verdict.phase == Phase::refused));
            BOOST_TEST((verdict.error->code == meaning));
            BOOST_TEST(verdict.error->cause == std::string(code) + " so it is");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refused_order_has_its_cause) {
    const struct {
        const char* code;
        Phase phase;
        errc meaning;
    } codes[]{{"5005", Phase::refused, errc::number_unavailable},
              {"5016", Phase::refused, errc::settings},
              {"5051", Phase::refused, errc::carrier_refuses_credentials},
              {"5052", Phase::refused, errc::invalid},
              {"5086", Phase::refused, errc::by_carrier},
              {"5019", Phase::unknown, errc::outcome_unknown},
              {"54321", Phase::refused, errc::by_carrier}};
    for (const auto& [code, phase, meaning] : codes) {
        BOOST_TEST_CONTEXT(code) {
            Account account;
            account.orders(xml(OrderReply{.code = code}.str(), 400));
            const auto verdict = account.buy();
            BOOST_TEST((verdict.phase == phase));
            BOOST_TEST((verdict.error->code == meaning));
            BOOST_TEST(verdict.error->cause == std::string(code) + " so it is");
        }
    }
    for (const int status : {401, 429, 500}) {
        BOOST_TEST_CONTEXT(status) {
            Account account;
            account.orders(xml(OrderReply{.code = "5005"}.str(), status));
            BOOST_TEST((account.buy().error->code != errc::number_unavailable));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_order_is_placed_when_the_reply_is_ours_and_names_it) {
    const std::string nameless = OrderReply{.status = "RECEIVED"}.str();
    const struct {
        const char* name;
        Response response;
        Phase phase;
    } rows[]{
        {"by both", placed(), Phase::done},
        {"by its id", xml(OrderReply{.status = "RECEIVED", .reference = operation_id, .id = order_id}.str(), 201),
         Phase::done},
        {"by its Location", located(xml(nameless, 201)), Phase::done},
        {"complete at once", located(xml(sold().body, 201)), Phase::done},
        {"failed at once", located(xml(OrderReply{.status = "FAILED", .code = "5003"}.str(), 201)), Phase::refused},
        {"by neither", xml(nameless, 201), Phase::unknown},
        {"by two that differ", located(xml(OrderReply{.id = "another"}.str(), 201)), Phase::unknown},
        {"another's", located(xml(OrderReply{.reference = "another", .id = order_id}.str(), 201)), Phase::unknown},
        {"nobody's", located(xml(OrderReply{.reference = ""}.str(), 201)), Phase::unknown},
        {"with 200", located(xml(OrderReply{.status = "RECEIVED", .id = order_id}.str(), 200)), Phase::unknown},
        {"without a body", located(Response(201)), Phase::unknown},
        {"as JSON", located(Response(201, "{}")), Phase::unknown},
        {"another document", located(xml("<a/>", 201)), Phase::unknown}};
    for (const auto& [name, response, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(response);
            account.follows(sold());
            BOOST_TEST((account.buy().phase == phase));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_clear_yes_is_no_purchase_and_no_release) {
    for (const auto& [name, answer, phase, code] : unclear_answers()) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.orders(answer);
            account.disconnects(answer);
            for (const auto& verdict : {account.buy(), account.release()}) {
                BOOST_TEST((verdict.phase == phase));
                BOOST_TEST_REQUIRE(verdict.error.has_value());
                BOOST_TEST((verdict.error->code == code));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reservation_goes_with_the_order_that_follows) {
    Account account;
    account.script.on(Method::post, "/tnreservation", located(Response(201), "tnreservation", "r-7"));
    Number reserved = account.reserve();
    BOOST_TEST(account.last_request().url() == base + "tnreservation");
    BOOST_TEST(
        account.last_request().body().ends_with("<Reservation><ReservedTn>+14155550100</ReservedTn></Reservation>"));
    account.orders(placed());
    account.follows(sold());
    BOOST_TEST((account.buy(reserved).phase == Phase::done));
    BOOST_TEST(account.script.changing_requests().at(1).body().find("<ReservationId>r-7<") != std::string::npos);

    Account taken;
    taken.script.on(Method::post, "/tnreservation",
                    xml(element("ReservationResponse", element("ResponseStatus", "<ErrorCode>5041</ErrorCode>")), 400));
    BOOST_TEST((failure_of([&] { taken.reserve(); })->code == errc::number_unavailable));
    Account nowhere;
    nowhere.script.on(Method::post, "/tnreservation", Response(201));
    BOOST_TEST((failure_of([&] { nowhere.reserve(); })->code == errc::malformed_reply));
}

BOOST_AUTO_TEST_CASE(a_lost_order_is_found_by_our_reference) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> found;
    } rows[]{{"there", listed(), true},
             {"not there", xml(list({}, "0")), false},
             {"fewer than it says", xml(list({}, "1")), {}},
             {"more than it says", xml(list({order_id}, "0")), {}},
             {"no count", xml(list({}, "")), {}},
             {"a count that is none", xml(list({}, "none")), {}},
             {"a row without an id", xml(list({""}, "1")), {}},
             {"there, as the document's schema spells it", xml(list({order_id}, "1", "OrderId")), true},
             {"a whole account's", xml(list({"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "9")), {}},
             {"another document", xml("<TNs><TotalCount>0</TotalCount></TNs>"), {}},
             {"404, as the document says", Response(404), false},
             {"404 in words", xml("<Links><first>a link</first></Links>", 404), false},
             {"404 of somebody else", Response(404, "<html></html>", "text/html"), {}},
             {"500", Response(500), {}},
             {"401", Response(401), {}},
             {"HTML", Response(200, "<html></html>", "text/html"), {}},
             {"nothing", Response(200), {}}};
    for (const auto& [name, response, found] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.lists_orders(response);
            account.follows(sold());
            std::optional<Number> order_found;
            const auto error = failure_of([&] { order_found = account.find_order(); });
            BOOST_TEST(error.has_value() == !found.has_value());
            BOOST_TEST(order_found.has_value() == found.value_or(false));
            if (order_found) {
                const Order expected{.operation = OperationId(operation_id), .reference = order_id};
                BOOST_TEST((order_found->order == expected));
            }
            BOOST_TEST(account.script.requests().at(0).url() ==
                       base + "orders?customerOrderId=" + std::string(operation_id));
            BOOST_TEST(account.script.changing_requests().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(of_an_order_that_was_sent_twice_the_one_that_did_not_fail_counts) {
    const Response failed = xml(OrderReply{.status = "FAILED", .failed = ours}.str());
    for (const bool first : {true, false}) {
        Account account;
        account.lists_orders(xml(list({"first", "second"}, "2")));
        account.follows(first ? sold() : failed, first ? failed : sold());
        const auto found = account.find_order();
        BOOST_TEST_REQUIRE(found.has_value());
        BOOST_TEST((found->order->status == Status::complete));
        BOOST_TEST(found->order->reference == (first ? "first" : "second"));
    }
    Account both;
    both.lists_orders(xml(list({"first", "second"}, "2")));
    both.follows(failed);
    BOOST_TEST((both.find_order()->order->status == Status::failed));  // told, not thrown: it is settled by that
    Account pending;
    pending.lists_orders(listed());
    pending.follows(xml(OrderReply{.status = "PROCESSING"}.str()), sold());
    BOOST_TEST((pending.find_order()->order->status == Status::complete));
}

BOOST_AUTO_TEST_CASE(all_our_numbers_are_listed_page_by_page) {
    const auto page = [](int total, std::string_view next, std::initializer_list<std::string_view> numbers) {
        std::string rows = element("Count", std::to_string(numbers.size()));
        for (const std::string_view each : numbers) { rows += element("TelephoneNumber", each); }
        const std::string links = element("first", "Link=&lt;https://elsewhere.example/x?page=1&gt;;rel=\"first\";") +
                                  (next.empty() ? std::string() : element("next", next));
        return xml(element("TNs", element("TotalCount", std::to_string(total)) + element("Links", links) +
                                      element("TelephoneNumbers", rows)));
    };
    const std::string_view next = "Link=&lt;https://elsewhere.example/x?size=1&amp;page=+14155550101&gt;;rel=\"next\";";
    const std::vector<E164> both{number, other_number};
    reads_lists_of_ours<Account>({
        {"none", {Response(204)}, std::vector<E164>()},
        {"none, said by a list", {page(0, "", {})}, std::vector<E164>()},
        {"one page", {page(2, "", {"+14155550100", "4155550101"})}, both},
        {"two pages", {page(2, next, {"+14155550100"}), page(2, "", {"+14155550101"})}, both},
        {"an unreadable row", {page(2, "", {"+14155550100", "none"})}},
        {"a row too few", {page(2, "", {"+14155550100"})}},
        {"a row too many", {page(1, "", {"+14155550100", "+14155550101"})}},
        {"a page behind the last", {page(1, next, {"+14155550100"})}},
        {"nothing in the middle", {page(2, next, {"+14155550100"}), Response(204)}},
        {"a list that grows", {page(2, next, {"+14155550100"}), page(3, next, {"+14155550101"})}},
        {"a link to no page", {page(2, "( a link goes here )", {"+14155550100"})}},
        {"no total", {xml(element("TNs", element("TelephoneNumbers", element("TelephoneNumber", "+14155550100"))))}},
        {"another document", {xml("<Other/>")}},
    });
    Account account;
    account.script.on(Method::get, "", page(2, next, {"+14155550100"}), page(2, "", {"+14155550101"}));
    account.owned_numbers();
    BOOST_TEST(account.script.requests().at(0).url() == base + "inserviceNumbers?page=1");
    BOOST_TEST(account.script.requests().at(1).url() == base + "inserviceNumbers?page=%2B14155550101");
    BOOST_TEST(has_credentials(account.last_request()));
}

BOOST_AUTO_TEST_CASE(a_number_is_ours_when_it_is_in_service_here) {
    const struct {
        const char* name;
        Response response;
        std::optional<bool> owned;
    } rows[]{{"yes", Response(200), true},
             {"yes, in words", xml("<a/>"), true},
             {"no", Response(404), false},
             {"a page of somebody's", Response(200, "<html></html>", "text/html"), {}},
             {"somebody's no", Response(404, "<html></html>", "text/html"), {}},
             {"204", Response(204), {}},
             {"401", Response(401), {}},
             {"500", Response(500), {}}};
    for (const auto& [name, response, owned] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.shows_number(response);
            std::optional<bool> told;
            const auto error = failure_of([&] { told = account.owns(); });
            BOOST_TEST((told == owned));
            BOOST_TEST(error.has_value() == !owned.has_value());
            BOOST_TEST(account.last_request().url() == base + "inserviceNumbers/%2B14155550100");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_release_is_an_order_that_is_followed) {
    Account account;
    account.disconnects(release_placed());
    account.follows_release(xml(ReleaseReply{.status = "PROCESSING"}.str()), released());
    Number record = account.asked_for();
    record.state = State::in_service;
    BOOST_TEST((account.release(record).phase == Phase::done));
    BOOST_TEST((record.state == State::in_service));  // what becomes of it is the manager's to say
    BOOST_TEST(account.script.calls() == 3U);
    const auto changing = account.script.changing_requests();
    BOOST_TEST_REQUIRE(changing.size() == 1U);
    BOOST_TEST(changing[0].url() == base + "disconnects");
    BOOST_TEST(changing[0].body().ends_with(
        element("DisconnectTelephoneNumberOrder",
                element("CustomerOrderId", operation_id) +
                    element("DisconnectTelephoneNumberOrderType",
                            element("TelephoneNumberList", element("TelephoneNumber", number.str()))))));
    BOOST_TEST(account.last_request().url() == base + "disconnects/" + order_id + "?tndetail=true");
    BOOST_TEST(record.order->reference == "disconnects/" + order_id);
}

BOOST_AUTO_TEST_CASE(a_release_is_believed_of_our_number_and_our_reference_only) {
    const struct {
        const char* name;
        ReleaseReply body;
        Phase phase;
    } rows[]{{"complete", {.status = "COMPLETE", .released = ours}, Phase::done},
             {"partial, with ours", {.status = "PARTIAL", .released = ours}, Phase::done},
             {"not in service", {.status = "FAILED", .code = "5074", .failed = ours}, Phase::done},
             {"not ours", {.status = "FAILED", .code = "5076"}, Phase::done},
             {"ten digits", {.status = "COMPLETE", .released = "4155550100"}, Phase::done},
             {"failed", {.status = "FAILED", .code = "5006", .failed = ours}, Phase::refused},
             {"failed, without words", {.status = "FAILED"}, Phase::refused},
             {"another is not in service", {.status = "FAILED", .code = "5074", .failed = anothers}, Phase::refused},
             {"partial, without ours", {.status = "PARTIAL", .code = "5006", .failed = ours}, Phase::refused},
             {"another number", {.status = "COMPLETE", .released = anothers}, Phase::pending},
             {"no number", {.status = "COMPLETE"}, Phase::pending},
             {"another id", {.status = "COMPLETE", .released = ours, .id = "another"}, Phase::pending},
             {"another's", {.status = "COMPLETE", .released = ours, .reference = "another"}, Phase::pending},
             {"another status", {.status = "DONE", .released = ours}, Phase::pending},
             {"still at it", {.status = "PROCESSING"}, Phase::pending}};
    for (const auto& [name, body, phase] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Account account;
            account.disconnects(release_placed());
            account.follows_release(xml(body.str()));
            BOOST_TEST((account.release().phase == phase));
            Account later;
            later.follows_release(xml(body.str()));
            Number record = Account::pending("disconnects/");
            const Phase found = later.follow(record).phase;
            BOOST_TEST((found == phase || (phase == Phase::pending && found == Phase::refused)));
        }
    }
    for (const char* code : {"5074", "5076"}) {
        Account account;
        account.disconnects(xml(ReleaseReply{.code = code, .failed = ours}.str(), 400));
        BOOST_TEST((account.release().phase == Phase::done));
        Account another;
        another.disconnects(xml(ReleaseReply{.code = code, .failed = anothers}.str(), 400));
        BOOST_TEST((another.release().phase == Phase::refused));
        Account failing;
        failing.disconnects(xml(ReleaseReply{.code = code, .failed = ours}.str(), 500));
        BOOST_TEST((failing.release().phase == Phase::unknown));
    }
}

BOOST_AUTO_TEST_CASE(an_order_and_a_release_are_followed_days_later) {
    Account account;
    account.follows(sold());
    account.follows_release(released());
    Number bought = Account::pending(), given = Account::pending("disconnects/");
    BOOST_TEST((account.follow(bought).phase == Phase::done));
    BOOST_TEST(account.last_request().url() == base + "orders/" + order_id + "?tndetail=true");
    BOOST_TEST((account.follow(given).phase == Phase::done));
    BOOST_TEST(account.last_request().url() == base + "disconnects/" + order_id + "?tndetail=true");
}

BOOST_AUTO_TEST_CASE(no_changed_reply_sells_or_releases_what_it_does_not_name) {
    std::size_t done = 0, undone = 0;
    const auto count = [&](Phase phase) { ++(phase == Phase::done ? done : undone); };
    const auto names = [](const std::string& body, std::string_view tag, std::string_view text) {
        return body.find(element(tag, text)) != body.npos;
    };
    testing::for_each_xml_mutation(sold().body, [&](const std::string& body, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.orders(placed());
            account.follows(xml(body));
            const Phase phase = account.buy().phase;
            count(phase);
            const bool told = names(body, "FullNumber", ours) && names(body, "OrderStatus", "COMPLETE") &&
                              names(body, "CustomerOrderId", operation_id);
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
        }
    });
    const std::string release_body = released().body;
    testing::for_each_xml_mutation(release_body, [&](const std::string& body, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.disconnects(release_placed());
            account.follows_release(xml(body));
            const Phase phase = account.release().phase;
            count(phase);
            const bool told = names(body, "TelephoneNumber", ours) && names(body, "OrderStatus", "COMPLETE");
            BOOST_TEST_REQUIRE((told || phase != Phase::done));
        }
    });
    testing::for_each_xml_mutation(listed().body, [&](const std::string& body, const std::string& what) {
        BOOST_TEST_CONTEXT(what) {
            Account account;
            account.lists_orders(xml(body));
            account.follows(sold());
            std::optional<Number> found;
            const auto error = failure_of([&] { found = account.find_order(); });
            BOOST_TEST_REQUIRE((error || found));  // what stands there is never called absent
        }
    });
    BOOST_TEST(done > 0U);
    BOOST_TEST(undone > 0U);
}

BOOST_AUTO_TEST_CASE(a_reply_cut_at_any_byte_sells_releases_and_proves_nothing) {
    const std::string order = sold().body, release_body = released().body, orders = list({}, "0");
    for (std::size_t size = 0; size < order.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.orders(located(xml(order.substr(0, size), 201)));
            BOOST_TEST_REQUIRE((account.buy().phase == Phase::unknown));
        }
    }
    for (std::size_t size = 0; size < release_body.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.disconnects(located(xml(release_body.substr(0, size), 201), "disconnects"));
            BOOST_TEST_REQUIRE((account.release().phase == Phase::unknown));
        }
    }
    for (std::size_t size = 0; size < orders.size(); ++size) {
        BOOST_TEST_CONTEXT(size) {
            Account account;
            account.lists_orders(xml(orders.substr(0, size)));
            BOOST_TEST_REQUIRE(failure_of([&] { account.find_order(); }).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_have_kazoo_s_names) {
    const auto read = settings_of<Bandwidth>("number_manager.bandwidth2", R"({"account_id": 9900012,
        "api_username": "u", "api_password": "p", "site_id": "743", "sip_peer": "303716"})");
    BOOST_TEST_REQUIRE(read.has_value());
    const auto& settings = read->carrier.settings;
    BOOST_TEST(settings.account_id == "9900012");
    BOOST_TEST(settings.api_username == "u");
    BOOST_TEST(settings.api_password.reveal() == "p");
    BOOST_TEST(settings.site_id == "743");
    BOOST_TEST(settings.sip_peer == "303716");
    BOOST_TEST(settings.order_name_prefix == "Tandem");
    BOOST_TEST(settings.base_url == "https://dashboard.bandwidth.com/api/v2");
    BOOST_TEST(read->missing.empty());
    BOOST_TEST((settings_of<Bandwidth>("number_manager.bandwidth", "{}")->missing ==
                std::vector<std::string>{"account_id", "api_username", "api_password", "site_id"}));
    BOOST_TEST(!settings_of<Bandwidth>("number_manager.bandwidth", R"({"api_pasword": "canary"})").has_value());
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Bandwidth carrier;
    carrier.settings.account_id = std::string(testing::sandbox::bandwidth::account_id);
    carrier.settings.api_username = std::string(testing::sandbox::bandwidth::api_username);
    carrier.settings.api_password = Secret(std::string(testing::sandbox::bandwidth::api_password));
    carrier.settings.site_id = std::string(testing::sandbox::bandwidth::site_id);
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Bandwidth(small_stock(1))});
}

BOOST_AUTO_TEST_SUITE_END()
