// SPDX-License-Identifier: BSL-1.0
#include <tandem/testing/sandbox/bandwidth.hpp>
#include <tandem/testing/sandbox/sandbox.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <pugixml.hpp>

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;
using namespace tandem;
using boost::asio::ip::tcp;
using testing::sandbox::Bandwidth;
using SandboxThread = testing::sandbox::SandboxThread<testing::sandbox::SiteList<testing::sandbox::Bandwidth>>;
namespace bandwidth = testing::sandbox::bandwidth;

struct Heard {
    unsigned status = 0;
    std::string body{};
    http::fields fields{};

    /// The text at a path of elements, such as `SearchResult/Error/Code`; empty where there is none.
    std::string at(const std::string& path) const {
        pugi::xml_document document;
        document.load_string(body.c_str());
        return document.first_element_by_path(path.c_str()).child_value();
    }
    /// How many elements stand side by side there.
    std::size_t count(const std::string& path) const {
        pugi::xml_document document;
        document.load_string(body.c_str());
        const auto slash = path.rfind('/');
        const auto parent = document.first_element_by_path(path.substr(0, slash).c_str());
        const std::string name = path.substr(slash + 1);
        const auto all = parent.children(name.c_str());
        return static_cast<std::size_t>(std::distance(all.begin(), all.end()));
    }
};

/// A blocking client, the plainest there is, with the right credentials unless told otherwise.
class Client {
public:
    explicit Client(std::uint16_t port) {
        socket_.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
    }
    Heard ask(http::verb method, const std::string& target, const std::string& body = {},
              const std::string& accept = "application/xml") {
        http::request<http::string_body> request(method, target, 11);
        request.set(http::field::host, "127.0.0.1:1");
        request.set(http::field::authorization, authorization);
        request.set(http::field::accept, accept);
        if (!body.empty()) { request.set(http::field::content_type, content_type); }
        request.body() = body;
        request.prepare_payload();
        http::write(socket_, request);
        http::response_parser<http::string_body> parser;
        http::read(socket_, buffer_, parser);
        return {parser.get().result_int(), parser.get().body(), parser.get().base()};
    }
    Heard get(const std::string& target) { return ask(http::verb::get, target); }
    Heard post(const std::string& target, const std::string& body) { return ask(http::verb::post, target, body); }

    // "sandbox:PASSWORD-of-the-sandbox", encoded by coreutils' base64.
    std::string authorization = "Basic c2FuZGJveDpQQVNTV09SRC1vZi10aGUtc2FuZGJveA==";
    std::string content_type = "application/xml";

private:
    boost::asio::io_context context_;
    tcp::socket socket_{context_};
    boost::beast::flat_buffer buffer_;
};

struct Fixture {
    SandboxThread running{};
    Client client{running.sandbox.of<Bandwidth>().port()};
    std::string account = "/api/v2/accounts/9900000/";

    Heard search(const std::string& query) { return client.get(account + "availableNumbers?" + query); }
    Heard order(const std::string& numbers, const std::string& more = "<SiteId>743</SiteId>") {
        return client.post(account + "orders", "<Order>" + more +
                                                   "<ExistingTelephoneNumberOrderType><TelephoneNumberList>" + numbers +
                                                   "</TelephoneNumberList></ExistingTelephoneNumberOrderType></Order>");
    }
    Heard disconnect(const std::string& numbers, const std::string& more = {}) {
        return client.post(account + "disconnects",
                           "<DisconnectTelephoneNumberOrder><DisconnectTelephoneNumberOrderType><TelephoneNumberList>" +
                               numbers + "</TelephoneNumberList>" + more +
                               "</DisconnectTelephoneNumberOrderType></DisconnectTelephoneNumberOrder>");
    }
    static std::string tn(const std::string& number) { return "<TelephoneNumber>" + number + "</TelephoneNumber>"; }
    std::string id_of(const Heard& placed) {
        const std::string location(placed.fields[http::field::location]);
        return location.substr(location.rfind('/') + 1);
    }
    /// An order's reply when it has been asked for often enough.
    Heard end_of(const std::string& id, const std::string& resource = "orders") {
        const std::string target = account + resource + "/" + id + "?tndetail=true";
        client.get(target);
        return client.get(target);
    }
    void stock(const std::string& numbers) {
        BOOST_TEST_REQUIRE(client.post("/_sandbox/stock", R"({"replace":true,"numbers":[)" + numbers + "]}").status ==
                           200U);
    }
    json::value ledger() { return json::parse(client.get("/_sandbox/ledger").body); }

    const std::string one = "+12065550100";
    const std::string two = "+12065550101";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_bandwidth, Fixture)

BOOST_AUTO_TEST_CASE(the_configuration_is_enough_for_the_carrier) {
    const auto settings = running.sandbox.config().at("number_manager.bandwidth").at("default");
    BOOST_TEST(settings.at("base_url").as_string() == running.sandbox.of<Bandwidth>().origin() + "/api/v2");
    for (const std::string key : {"account_id", "api_username", "api_password", "site_id"}) {
        BOOST_TEST(!settings.at(key).as_string().empty(), key);
    }
}

BOOST_AUTO_TEST_CASE(other_credentials_and_accounts_are_refused) {
    BOOST_TEST(search("areaCode=206").status == 200U);
    for (const std::string wrong : {"", "Basic c2FuZGJveDp3cm9uZw==", "Bearer PASSWORD-of-the-sandbox"}) {
        client.authorization = wrong;
        const auto heard = search("areaCode=206");
        BOOST_TEST(heard.status == 401U, wrong);
        BOOST_TEST(heard.fields[http::field::www_authenticate].starts_with("Basic"), wrong);
    }
    client.authorization = Client(running.sandbox.of<Bandwidth>().port()).authorization;
    account = "/api/v2/accounts/1/";
    BOOST_TEST(search("areaCode=206").status == 403U);
}

BOOST_AUTO_TEST_CASE(searches_find_what_their_criteria_say) {
    struct Row {
        std::string query;
        std::size_t numbers;
    };
    const Row rows[]{
        {"areaCode=206", 40},
        {"areaCode=206&quantity=7", 7},
        {"areaCode=206&state=WA&city=seattle", 40},
        {"areaCode=206&state=CO", 0},
        {"areaCode=212", 0},
        {"npaNxx=206777&LCA=false", 10},
        {"npaNxx=206777", 40},  // the local calling area about it
        {"npaNxx=206777&LCA=true", 40},
        {"npaNxx=206777&state=WA", 10},  // beside other criteria there is no local calling area
        {"npaNxx=206777&orderBy=fullNumber", 10},
        {"npaNxxx=2067770&LCA=false", 10},
        {"npaNxxx=2067771", 40},
        {"rateCenter=DENVER&state=CO&LCA=false", 20},
        {"rateCenter=ELSEWHERE&state=CO", 20},
        {"rateCenter=ELSEWHERE&state=CO&LCA=false", 0},
        {"state=CO", 20},
        {"city=Denver&state=CO", 20},
        {"zip=98101", 40},
        {"zip=98101-0001", 40},
        {"lata=656", 20},
        {"localVanity=5550103", 3},
        {"localVanity=0103&state=CO&endsIn=true", 1},
        {"localVanity=550103&areaCode=206", 1},
        {"tollFreeWildCardPattern=86*", 10},
        {"tollFreeWildCardPattern=8**", 20},
        {"tollFreeWildCardPattern=866", 10},
        {"tollFreeWildCardPattern=80*", 0},
        {"tollFreeVanity=5550103", 2},
        {"tollFreeVanity=JJJ01AB", 0},
        {"areaCode=604&countryCodeA3=CAN", 10},
        {"areaCode=604&countryCodeA3=USA", 0},
        {"countryCodeA3=GBR&areaCode=161", 10},
        {"countryCodeA3=GBR&city=Manchester&features=VOICE&features=MESSAGING_SMS", 8},
        {"countryCodeA3=GBR&phoneNumberType=MOBILE", 0},
        {"countryCodeA3=FRA&areaCode=1", 0},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.query) {
            const auto heard = search(row.query);
            BOOST_TEST(heard.status == 200U);
            BOOST_TEST(heard.at("SearchResult/ResultCount") == std::to_string(row.numbers));
            BOOST_TEST(heard.count("SearchResult/TelephoneNumberList/TelephoneNumber") == row.numbers);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_search_answers_in_xml_or_json_with_details_or_without) {
    const std::string query = "npaNxx=206777&LCA=false&quantity=2";
    const auto plain = search(query);
    BOOST_TEST(plain.fields[http::field::content_type] == "application/xml");
    BOOST_TEST(plain.at("SearchResult/TelephoneNumberList/TelephoneNumber") == "+12067770100");
    const auto detailed = search(query + "&enableTNDetail=true");
    const std::string row = "SearchResult/TelephoneNumberDetailList/TelephoneNumberDetail/";
    BOOST_TEST(detailed.at(row + "FullNumber") == "+12067770100");
    BOOST_TEST(detailed.at(row + "RateCenter") == "SEATTLE");
    BOOST_TEST(detailed.at(row + "City") == "SEATTLE");
    BOOST_TEST(detailed.at(row + "LATA") == "674");
    BOOST_TEST(detailed.at(row + "CountryCodeA3") == "USA");
    const auto target = account + "availableNumbers?" + query;
    const auto asked = client.ask(http::verb::get, target, "", "application/json");
    BOOST_TEST(asked.fields[http::field::content_type] == "application/json");
    const auto list = json::parse(asked.body);
    BOOST_TEST(list.at("resultCount").as_int64() == 2);
    BOOST_TEST(list.at_pointer("/telephoneNumberList/1").as_string() == "+12067770101");
    const auto rows =
        json::parse(client.ask(http::verb::get, target + "&enableTNDetail=true", "", "application/json").body);
    BOOST_TEST(rows.at_pointer("/telephoneNumberDetailList/0/fullNumber").as_string() == "+12067770100");
    BOOST_TEST(rows.at_pointer("/telephoneNumberDetailList/0/LATA").as_int64() == 674);
    const auto abroad = search("countryCodeA3=GBR&areaCode=161&enableTNDetail=true");
    BOOST_TEST(abroad.at(row + "AreaCode") == "16");
    BOOST_TEST(abroad.at(row + "State") == "");
    BOOST_TEST(client.ask(http::verb::get, account + "inserviceNumbers", "", "application/json").status == 406U);
}

BOOST_AUTO_TEST_CASE(a_search_that_the_document_does_not_allow_is_refused_with_its_code) {
    struct Row {
        std::string query;
        std::string code;
    };
    const Row rows[]{
        {"quantity=5", "4010"},
        {"areacode=206", "4010"},
        {"areaCode=206&areaCode=303", "4010"},
        {"areaCode=206&quantity=0", "4010"},
        {"areaCode=206&quantity=5001", "4010"},
        {"areaCode=206&enableTNDetail=yes", "4010"},
        {"areaCode=206&npaNxx=206777", "4010"},
        {"areaCode=206&LCA=false", "4010"},
        {"npaNxx=206777&state=WA&LCA=true", "4010"},
        {"areaCode=206&endsIn=true", "4010"},
        {"areaCode=206&phoneNumberType=GEOGRAPHIC", "4010"},
        {"areaCode=206&countryCodeA3=US", "4010"},
        {"areaCode=206&countryCodeA3=USA,CAN", "4010"},
        {"localVanity=5550103&zip=98101", "4010"},
        {"localVanity=555", "4010"},
        {"tollFreeWildCardPattern=86*&state=WA", "4010"},
        {"countryCodeA3=GBR", "4010"},
        {"countryCodeA3=GBR&areaCode=161&state=WA", "4010"},
        {"countryCodeA3=GBR&features=TELEX", "4010"},
        {"areaCode=20", "4000"},
        {"areaCode=106", "4000"},
        {"areaCode=290", "4000"},
        {"areaCode=911", "4000"},
        {"areaCode=800", "4000"},
        {"rateCenter=SEATTLE", "4001"},
        {"npaNxx=20677", "4002"},
        {"npaNxx=206177", "4002"},
        {"npaNxxx=206777", "4002"},
        {"tollFreeVanity=FLOWER", "4003"},
        {"tollFreeWildCardPattern=00*", "4004"},
        {"tollFreeWildCardPattern=8*", "4004"},
        {"tollFreeWildCardPattern=8*6", "4004"},
        {"city=Seattle", "4005"},
        {"state=Washington", "4006"},
        {"zip=9810", "4007"},
        {"lata=x", "4008"},
        {"npaNxx=206777&orderBy=price", "4020"},
        {"areaCode=206&orderBy=fullNumber", "4021"},
        {"areaCode=206&protected=YES", "4022"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.query) {
            const auto heard = search(row.query);
            BOOST_TEST(heard.status == 400U);
            BOOST_TEST(heard.at("SearchResult/Error/Code") == row.code);
            BOOST_TEST(!heard.at("SearchResult/Error/Description").empty());
        }
    }
    const auto in_json = client.ask(http::verb::get, account + "availableNumbers?areaCode=20", "", "application/json");
    BOOST_TEST(json::parse(in_json.body).at_pointer("/error/code").as_int64() == 4000);
}

BOOST_AUTO_TEST_CASE(exchanges_are_counted) {
    const auto heard = client.get(account + "availableNpaNxx?areaCode=206");
    const std::string list = "SearchResultForAvailableNpaNxx/AvailableNpaNxxList/AvailableNpaNxx";
    BOOST_TEST(heard.count(list) == 2U);
    BOOST_TEST(heard.at(list + "/Nxx") == "555");
    BOOST_TEST(heard.at(list + "/Quantity") == "30");
    BOOST_TEST(client.get(account + "availableNpaNxx?state=WA&quantity=11").count(list) == 1U);
    const auto none = client.get(account + "availableNpaNxx?areaCode=212");
    BOOST_TEST(none.status == 400U);
    BOOST_TEST(none.at("SearchResultForAvailableNpaNxx/Error/Code") == "4000");
}

BOOST_AUTO_TEST_CASE(an_order_is_received_then_processed_then_complete_and_the_number_ours) {
    const auto placed = order(tn(one), "<CustomerOrderId>our-1</CustomerOrderId><Name>n</Name><SiteId>743</SiteId>");
    BOOST_TEST(placed.status == 201U);
    BOOST_TEST(placed.at("OrderResponse/OrderStatus") == "RECEIVED");
    BOOST_TEST(placed.at("OrderResponse/Order/CustomerOrderId") == "our-1");
    const std::string id = placed.at("OrderResponse/Order/id");
    BOOST_TEST(placed.fields[http::field::location] == "http://127.0.0.1:1" + account + "orders/" + id);
    const std::string target = account + "orders/" + id + "?tndetail=true";
    const auto second = client.get(target);
    BOOST_TEST(second.at("OrderResponse/OrderStatus") == "PROCESSING");
    BOOST_TEST(second.at("OrderResponse/PendingQuantity") == "1");
    BOOST_TEST(client.get(account + "inserviceNumbers/%2B12065550100").status == 404U);
    const auto third = client.get(target);
    BOOST_TEST(third.at("OrderResponse/OrderStatus") == "COMPLETE");
    BOOST_TEST(third.at("OrderResponse/CompletedQuantity") == "1");
    BOOST_TEST(third.at("OrderResponse/Order/id") == "");  // as the document shows it
    const std::string number = "OrderResponse/CompletedNumbers/TelephoneNumber/";
    BOOST_TEST(third.at(number + "FullNumber") == one);
    BOOST_TEST(third.at(number + "RateCenter") == "SEATTLE");
    BOOST_TEST(client.get(account + "orders/" + id).at(number + "RateCenter") == "");
    BOOST_TEST(client.get(account + "inserviceNumbers/%2B12065550100").status == 200U);
    BOOST_TEST(client.get("/api/v2/tns/%2B12065550100").at("TelephoneNumberResponse/OrderId") == id);
    BOOST_TEST(ledger().at_pointer("/purchases/+12065550100").as_int64() == 1);
    BOOST_TEST(ledger().at_pointer("/orders/0/customer_reference").as_string() == "our-1");
    BOOST_TEST(client.get(account + "orders/none").status == 404U);
}

BOOST_AUTO_TEST_CASE(an_order_that_the_document_does_not_allow_is_refused_with_its_code_and_buys_nothing) {
    const std::string type = "<ExistingTelephoneNumberOrderType><TelephoneNumberList>" + tn(one) +
                             "</TelephoneNumberList></ExistingTelephoneNumberOrderType>";
    const std::string site = "<SiteId>743</SiteId>";
    struct Row {
        std::string body;
        std::string code;
    };
    const Row rows[]{
        {"", "5002"},
        {"<Order>", "5002"},
        {"{}", "5002"},
        {"<Orders/>", "5002"},
        {"<Order>" + site + type + "</Order><Order/>", "5002"},
        {"<!DOCTYPE Order [<!ENTITY x \"y\">]><Order>" + site + type + "</Order>", "5002"},
        {"<Order>" + site + type + "<Quantity>1</Quantity></Order>", "5002"},
        {"<Order>" + site + site + type + "</Order>", "5002"},
        {"<Order>" + site + type + "text</Order>", "5002"},
        {"<Order x='1'>" + site + type + "</Order>", "5002"},
        {"<Order><SiteId><b>743</b></SiteId>" + type + "</Order>", "5002"},
        {"<Order><PartialAllowed>no</PartialAllowed>" + site + type + "</Order>", "5002"},
        {"<Order>" + type + "</Order>", "5022"},
        {"<Order><SiteId>1</SiteId>" + type + "</Order>", "5016"},
        {"<Order><PeerId>1</PeerId>" + site + type + "</Order>", "5023"},
        {"<Order>" + site + "</Order>", "5087"},
        {"<Order>" + site + "<ExistingTelephoneNumberOrderType/></Order>", "5073"},
        {"<Order><CustomerOrderId>a_b</CustomerOrderId>" + site + type + "</Order>", "5052"},
        {"<Order><CustomerOrderId>" + std::string(41, 'a') + "</CustomerOrderId>" + site + type + "</Order>", "5052"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.body) {
            const auto heard = client.post(account + "orders", row.body);
            BOOST_TEST(heard.status == (row.body.empty() ? 415U : 400U));
            BOOST_TEST(heard.at("OrderResponse/ErrorList/Error/Code") == row.code);
        }
    }
    const std::string abroad = "<ExistingTelephoneNumberOrderType><TelephoneNumberList>" + tn("+441614960100") +
                               "</TelephoneNumberList></ExistingTelephoneNumberOrderType>";
    const std::string back_order = "<BackOrderRequested>false</BackOrderRequested>";
    BOOST_TEST(client.post(account + "orders", "<Order>" + site + back_order + abroad + "</Order>")
                   .at("OrderResponse/ErrorList/Error/Code") == "5002");
    BOOST_TEST(order(tn("2065550100")).at("OrderResponse/ErrorList/Error/Code") == "5070");
    BOOST_TEST(order(tn(one) + tn(one)).at("OrderResponse/ErrorList/Error/Code") == "5093");
    BOOST_TEST(order(tn(one) + "<Number/>").at("OrderResponse/ErrorList/Error/Code") == "5002");
    client.content_type = "application/json";
    BOOST_TEST(order(tn(one)).status == 415U);
    BOOST_TEST(ledger().at("events").as_array().empty());
    client.content_type = "application/xml";
    const auto good =
        "<Order><CustomerOrderId>" + std::string(40, 'a') + "</CustomerOrderId>" + site + type + "</Order>";
    BOOST_TEST(client.post(account + "orders", good).status == 201U);
}

BOOST_AUTO_TEST_CASE(stock_decides_how_an_order_ends) {
    stock(R"("+12065550100",{"number":"+12065550101","fails":true},{"number":"+12065550102","needs_action":true})");
    const auto end = [&](const std::string& numbers, const std::string& more = {}) {
        return end_of(id_of(order(numbers, "<SiteId>743</SiteId>" + more)));
    };
    const auto failed = end(tn(two));
    BOOST_TEST(failed.at("OrderResponse/OrderStatus") == "FAILED");
    BOOST_TEST(failed.at("OrderResponse/FailedNumbers/FullNumber") == two);
    BOOST_TEST(failed.at("OrderResponse/ErrorList/Error/Code") == "5003");
    const auto missing = end(tn("+12065550199"));
    BOOST_TEST(missing.at("OrderResponse/OrderStatus") == "FAILED");
    BOOST_TEST(missing.at("OrderResponse/ErrorList/Error/Code") == "5005");
    BOOST_TEST(missing.at("OrderResponse/ErrorList/Error/TelephoneNumber") == "+12065550199");
    BOOST_TEST(missing.at("OrderResponse/FailedQuantity") == "1");
    const auto whole = end(tn(one) + tn(two), "<PartialAllowed>false</PartialAllowed>");
    BOOST_TEST(whole.at("OrderResponse/OrderStatus") == "FAILED");
    BOOST_TEST(ledger().at("owned").as_array().empty());
    const auto part = end(tn(one) + tn(two));
    BOOST_TEST(part.at("OrderResponse/OrderStatus") == "PARTIAL");
    BOOST_TEST(part.at("OrderResponse/CompletedNumbers/TelephoneNumber/FullNumber") == one);
    BOOST_TEST(part.at("OrderResponse/FailedNumbers/FullNumber") == two);
    const auto waiting = end(tn("+12065550102"));
    BOOST_TEST(waiting.at("OrderResponse/OrderStatus") == "BACKORDERED");
    BOOST_TEST(waiting.at("OrderResponse/PendingQuantity") == "1");
    BOOST_TEST(waiting.count("OrderResponse/CompletedNumbers") == 0U);
}

BOOST_AUTO_TEST_CASE(orders_are_found_by_their_customer_order_id_and_paged) {
    const std::string named = "<SiteId>743</SiteId><CustomerOrderId>our 1</CustomerOrderId>";
    const std::string first = id_of(order(tn(one), named));
    const std::string second = id_of(order(tn(two), named));
    order(tn("+12065550102"), "<SiteId>743</SiteId><CustomerOrderId>another</CustomerOrderId>");
    const std::string list = "ResponseSelectWrapper/ListOrderIdUserIdDate/";
    const auto page = [&](const std::string& query) { return client.get(account + "orders?customerOrderId=" + query); };
    const auto all = page("our%201");
    BOOST_TEST(all.at(list + "TotalCount") == "2");
    BOOST_TEST(all.at(list + "OrderIdUserIdDate/orderId") == second);
    BOOST_TEST(all.at(list + "OrderIdUserIdDate/OrderStatus") == "PROCESSING");
    BOOST_TEST(all.at(list + "Links/next") == "");
    const auto short_page = page("our%201&page=1&size=1");
    BOOST_TEST(short_page.at(list + "TotalCount") == "2");
    BOOST_TEST(short_page.count(list + "OrderIdUserIdDate") == 1U);
    BOOST_TEST(short_page.at(list + "Links/next").find("page=" + first + "&size=1>") != std::string::npos);
    BOOST_TEST(page("our%201&size=1&page=" + first).at(list + "OrderIdUserIdDate/orderId") == first);
    BOOST_TEST(page("our%201&status=COMPLETE").at(list + "TotalCount") == "2");  // looked at often enough by now
    BOOST_TEST(page("our%201&status=FAILED").at(list + "TotalCount") == "0");
    BOOST_TEST(page("our%201&startdate=25-01-01&enddate=25-12-31").at(list + "TotalCount") == "0");
    BOOST_TEST(page("none").at(list + "TotalCount") == "0");
    for (const std::string wrong : {"our%201&page=none", "our%201&size=0", "our%201&startdate=25-01-01", "a&b=c"}) {
        BOOST_TEST(page(wrong).status == 400U, wrong);
    }
    BOOST_TEST(client.get(account + "orders").status == 400U);
}

BOOST_AUTO_TEST_CASE(a_disconnect_takes_its_time_and_gives_the_number_back_once) {
    end_of(id_of(order(tn(one))));
    const auto placed = disconnect(tn(one), "<DisconnectMode>normal</DisconnectMode>");
    BOOST_TEST(placed.status == 201U);
    BOOST_TEST(placed.at("DisconnectTelephoneNumberOrderResponse/OrderStatus") == "RECEIVED");
    const std::string target = account + "disconnects/" + id_of(placed) + "?tndetail=true";
    BOOST_TEST(client.get(target).at("DisconnectTelephoneNumberOrderResponse/OrderStatus") == "PROCESSING");
    BOOST_TEST(client.get(account + "inserviceNumbers/%2B12065550100").status == 200U);
    const auto done = client.get(target);
    BOOST_TEST(done.at("DisconnectTelephoneNumberOrderResponse/OrderStatus") == "COMPLETE");
    BOOST_TEST(done.at("DisconnectTelephoneNumberOrderResponse/DisconnectedTelephoneNumberList/TelephoneNumber") ==
               one);
    BOOST_TEST(client.get(account + "inserviceNumbers/%2B12065550100").status == 404U);
    const auto again = end_of(id_of(disconnect(tn(one))), "disconnects");
    BOOST_TEST(again.at("DisconnectTelephoneNumberOrderResponse/OrderStatus") == "FAILED");
    BOOST_TEST(again.at("DisconnectTelephoneNumberOrderResponse/ErrorList/Error/Code") == "5074");
    BOOST_TEST(ledger().at("owned").as_array().empty());
    const std::string list = "ResponseSelectWrapper/ListOrderIdUserIdDate/";
    BOOST_TEST(client.get(account + "disconnects?status=COMPLETE").at(list + "TotalCount") == "1");
    BOOST_TEST(client.get(account + "disconnects?status=PARTIAL").status == 404U);
}

BOOST_AUTO_TEST_CASE(a_disconnect_may_fail_in_part_or_be_refused) {
    stock(R"("+12065550100",{"number":"+12065550101","deletion_lock":true})");
    end_of(id_of(order(tn(one) + tn(two))));
    const auto part = end_of(id_of(disconnect(tn(one) + tn(two))), "disconnects");
    BOOST_TEST(part.at("DisconnectTelephoneNumberOrderResponse/OrderStatus") == "PARTIAL");
    BOOST_TEST(part.at("DisconnectTelephoneNumberOrderResponse/ErrorList/Error/Code") == "5006");
    BOOST_TEST(part.at("DisconnectTelephoneNumberOrderResponse/ErrorList/Error/TelephoneNumber") == two);
    const std::string code = "DisconnectTelephoneNumberOrderResponse/ErrorList/Error/Code";
    BOOST_TEST(disconnect(tn(two), "<DisconnectMode>purge</DisconnectMode>").at(code) == "5085");
    BOOST_TEST(disconnect(tn(two), "<DisconnectMode>now</DisconnectMode>").at(code) == "5084");
    BOOST_TEST(disconnect(tn(two), "<Reason>x</Reason>").at(code) == "5002");
    BOOST_TEST(disconnect("").at(code) == "5073");
    BOOST_TEST(ledger().at_pointer("/owned/0").as_string() == two);
}

BOOST_AUTO_TEST_CASE(a_reservation_keeps_a_number_for_the_order_that_names_it) {
    const std::string body = "<Reservation><ReservedTn>" + one + "</ReservedTn></Reservation>";
    const auto made = client.post(account + "tnreservation", body);
    BOOST_TEST(made.status == 201U);
    BOOST_TEST(made.body == "");
    const std::string id = id_of(made);
    const auto taken = client.post(account + "tnreservation", body);
    BOOST_TEST(taken.status == 400U);
    BOOST_TEST(taken.at("ReservationResponse/ResponseStatus/ErrorCode") == "5041");
    const std::string wrong = "<Reservation><ReservedTn/></Reservation>";
    BOOST_TEST(client.post(account + "tnreservation", wrong).at("ReservationResponse/ResponseStatus/ErrorCode") ==
               "5044");
    const auto shown = client.get(account + "tnreservation/" + id);
    BOOST_TEST(shown.at("ReservationResponse/Reservation/ReservedTn") == one);
    BOOST_TEST(shown.at("ReservationResponse/Reservation/ReservationExpires") == "14400");
    BOOST_TEST(search("areaCode=206").at("SearchResult/ResultCount") == "39");
    BOOST_TEST(client.get("/api/v2/tns/%2B12065550100").at("TelephoneNumberResponse/Status") == "Reserved");
    BOOST_TEST(end_of(id_of(order(tn(one)))).at("OrderResponse/OrderStatus") == "FAILED");
    const auto bought = client.post(
        account + "orders", "<Order><SiteId>743</SiteId><ExistingTelephoneNumberOrderType><TelephoneNumberList>" +
                                tn(one) + "</TelephoneNumberList><ReservationIdList><ReservationId>" + id +
                                "</ReservationId></ReservationIdList></ExistingTelephoneNumberOrderType></Order>");
    BOOST_TEST(end_of(id_of(bought)).at("OrderResponse/OrderStatus") == "COMPLETE");
    BOOST_TEST(client.get(account + "tnreservation/" + id).status == 404U);

    const std::string other = "<Reservation><ReservedTn>" + two + "</ReservedTn></Reservation>";
    const std::string ended = account + "tnreservation/" + id_of(client.post(account + "tnreservation", other));
    BOOST_TEST(client.ask(http::verb::delete_, ended).at("ReservationResponse/Reservation/ReservedTn") == two);
    const auto gone = client.ask(http::verb::delete_, ended);
    BOOST_TEST(gone.status == 404U);
    BOOST_TEST(gone.at("ReservationResponse/ResponseStatus/ErrorCode") == "5043");
    BOOST_TEST(client.post(account + "tnreservation", other).status == 201U);
}

BOOST_AUTO_TEST_CASE(numbers_tell_where_they_stand) {
    BOOST_TEST(client.get(account + "inserviceNumbers").status == 204U);
    end_of(id_of(order(tn(one) + tn(two) + tn("+18665550100"))));
    const auto mine = client.get(account + "inserviceNumbers?page=1&size=2");
    BOOST_TEST(mine.at("TNs/TotalCount") == "3");
    BOOST_TEST(mine.at("TNs/TelephoneNumbers/Count") == "2");
    BOOST_TEST(mine.count("TNs/TelephoneNumbers/TelephoneNumber") == 2U);
    const std::string next = mine.at("TNs/Links/next");
    BOOST_TEST(next.find("page=+18665550100&size=2") != std::string::npos);
    BOOST_TEST(client.get(account + "inserviceNumbers?size=2&page=%2B18665550100").at("TNs/TelephoneNumbers/Count") ==
               "1");
    BOOST_TEST(client.get(account + "inserviceNumbers?state=WA&city=seattle").at("TNs/TotalCount") == "2");
    BOOST_TEST(client.get(account + "inserviceNumbers?phoneNumberType=TOLL_FREE").at("TNs/TotalCount") == "1");
    BOOST_TEST(client.get(account + "inserviceNumbers?areaCode=303").status == 204U);
    BOOST_TEST(client.get(account + "inserviceNumbers?ratecenter=SEATTLE").status == 404U);

    const std::string status = "TelephoneNumberResponse/Status";
    BOOST_TEST(client.get("/api/v2/tns/%2B12065550100").at(status) == "Inservice");
    BOOST_TEST(client.get("/api/v2/tns/%2B12065550110").at(status) == "Available");
    const auto details = client.get("/api/v2/tns/%2B12065550100/tndetails");
    BOOST_TEST(details.at("TelephoneNumberResponse/TelephoneNumberDetails/RateCenter") == "SEATTLE");
    BOOST_TEST(details.at("TelephoneNumberResponse/TelephoneNumberDetails/Site/Id") == "743");
    const auto wrong = client.get("/api/v2/tns/abc/tndetails");
    BOOST_TEST(wrong.status == 400U);
    BOOST_TEST(wrong.at("TelephoneNumberResponse/ResponseStatus/ErrorCode") == "12512");
    BOOST_TEST(client.get("/api/v2/tns/%2B12065559999").status == 404U);
}

BOOST_AUTO_TEST_SUITE_END()
