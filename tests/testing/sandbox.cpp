// SPDX-License-Identifier: BSL-1.0
#include <tandem/testing/sandbox/other.hpp>
#include <tandem/testing/sandbox/sandbox.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;
using namespace tandem;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::sandbox::Other;
using testing::sandbox::Telnyx;
using SandboxThread =
    testing::sandbox::SandboxThread<testing::sandbox::SiteList<testing::sandbox::Other, testing::sandbox::Telnyx>>;

struct Heard {
    unsigned status = 0;
    json::value body{};
    http::fields fields{};
};

/// A blocking client on one connection, the plainest there is. Carries Telnyx's key, which the phonebook ignores.
class Client {
public:
    explicit Client(std::uint16_t port) {
        socket_.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
    }

    /// Errors: `boost::system::system_error` when no whole reply comes.
    Heard ask(http::verb method, const std::string& target, const std::string& body = {},
              const std::string& key = "KEY-of-the-sandbox") {
        send(method, target, body, key);
        http::response_parser<http::string_body> parser;
        http::read(socket_, buffer_, parser);
        Heard heard;
        heard.status = parser.get().result_int();
        boost::system::error_code no_json;
        heard.body = json::parse(parser.get().body(), no_json);
        heard.fields = parser.get().base();
        return heard;
    }
    Heard get(const std::string& target) { return ask(http::verb::get, target); }
    Heard post(const std::string& target, const std::string& body) { return ask(http::verb::post, target, body); }
    void send(http::verb method, const std::string& target, const std::string& body = {},
              const std::string& key = "KEY-of-the-sandbox") {
        http::request<http::string_body> request(method, target, 11);
        request.set(http::field::host, "127.0.0.1");
        if (!key.empty()) { request.set(http::field::authorization, "Bearer " + key); }
        if (!body.empty()) { request.set(http::field::content_type, "application/json"); }
        request.body() = body;
        request.prepare_payload();
        http::write(socket_, request);
    }
    /// Everything until the other side closes.
    std::string rest() {
        std::string bytes;
        boost::system::error_code ended;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(bytes), ended);
        return bytes;
    }
    tcp::socket& socket() { return socket_; }

private:
    boost::asio::io_context context_;
    tcp::socket socket_{context_};
    boost::beast::flat_buffer buffer_;
};

std::string text(const json::value& value, std::string_view pointer) {
    return std::string(value.at_pointer(pointer).as_string());
}
json::value ledger_of(Client& client) { return client.get("/_sandbox/ledger").body; }
std::size_t size(const json::value& value, std::string_view pointer) {
    const auto& found = value.at_pointer(pointer);
    return found.is_array() ? found.get_array().size() : found.as_object().size();
}

/// A sandbox and a client of each carrier.
struct Fixture {
    SandboxThread running{};
    Client other{running.sandbox.of<Other>().port()};
    Client telnyx{running.sandbox.of<Telnyx>().port()};

    std::string search = "/v2/available_phone_numbers?filter%5Bcountry_code%5D=US";
    std::string order = R"({"phone_numbers":[{"phone_number":"+14155550100"}],"customer_reference":"our-1"})";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox, Fixture)

BOOST_AUTO_TEST_CASE(the_configuration_names_every_port_and_is_one_line) {
    const auto config = json::parse(running.sandbox.config_text());
    BOOST_TEST(running.sandbox.config_text().find('\n') == std::string::npos);
    BOOST_TEST(text(config, "/number_manager.other/default/phonebook_url") ==
               "http://127.0.0.1:" + std::to_string(running.sandbox.of<Other>().port()));
    BOOST_TEST(text(config, "/number_manager.telnyx/default/base_url") ==
               "http://127.0.0.1:" + std::to_string(running.sandbox.of<Telnyx>().port()) + "/v2");
    BOOST_TEST(text(config, "/number_manager/default/accounts/acme/parent") == "reseller");
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_is_an_error) {
    BOOST_CHECK_EXCEPTION(SandboxThread(running.sandbox.of<Telnyx>().port()), Exception,
                          [](const Exception& failed) { return failed.error().code == errc::unreachable; });
}

BOOST_AUTO_TEST_CASE(the_phonebook_searches_pages_and_blocks) {
    const auto first = other.get("/numbers/US/search?prefix=%2B1415&limit=10&offset=0");
    const auto second = other.get("/numbers/US/search?prefix=+1415&limit=25&offset=10");  // as Kazoo writes it
    BOOST_TEST(first.status == 200U);
    BOOST_TEST(text(first.body, "/status") == "success");
    BOOST_TEST(size(first.body, "/data") == 10U);
    BOOST_TEST(size(second.body, "/data") == 20U);
    BOOST_TEST(first.body.at("data").as_object().contains("+14155550120"));
    BOOST_TEST(!second.body.at("data").as_object().contains("+14155550120"));
    BOOST_TEST(size(other.get("/numbers/US/search?prefix=800&limit=50").body, "/data") == 10U);
    BOOST_TEST(size(other.get("/numbers/US/search?prefix=%2B1999").body, "/data") == 0U);

    const auto blocks = other.get("/blocks/US/search?prefix=%2B1415&size=12&offset=1&limit=5").body;
    BOOST_TEST_REQUIRE(size(blocks, "/data") == 1U);
    BOOST_TEST(text(blocks, "/data/0/start_number") == "+14155550132");
    BOOST_TEST(text(blocks, "/data/0/end_number") == "+14155550143");
}

BOOST_AUTO_TEST_CASE(the_phonebook_sells_a_number_once_and_takes_it_back_once) {
    const std::string phonebook_order = R"({"data":{"numbers":["+14155550121"],"gateways":["sip.example.com"]}})";
    const auto bought = other.ask(http::verb::put, "/numbers/US/order", phonebook_order).body;
    BOOST_TEST(text(bought, "/data/+14155550121/status") == "success");
    BOOST_TEST(text(bought, "/data/+14155550121/locality/state") == "CA");
    const auto again = other.ask(http::verb::put, "/numbers/US/order", phonebook_order).body;
    BOOST_TEST(text(again, "/data/+14155550121/status") == "error");
    const auto status = other.post("/numbers/US/status", R"({"data":["4155550121","4155550122","9995550100"]})").body;
    BOOST_TEST(text(status, "/data/0/status") == "in_service");
    BOOST_TEST(text(status, "/data/1/status") == "available");
    BOOST_TEST(text(status, "/data/2/status") == "unavailable");
    BOOST_TEST(text(other.post("/locality/metadata", R"({"data":["+14155550121"]})").body,
                    "/data/+14155550121/locality") == "San Francisco");
    BOOST_TEST(text(other.get("/US/city?pattern=san%20f").body, "/data/San Francisco/prefixes/0") == "415");
    BOOST_TEST(text(ledger_of(other), "/owned/0") == "+14155550121");
    BOOST_TEST(other.ask(http::verb::delete_, "/numbers/US/%2B14155550121").status == 200U);
    BOOST_TEST(other.ask(http::verb::delete_, "/numbers/US/%2B14155550121").status == 404U);
    const auto ledger = ledger_of(other);
    BOOST_TEST(size(ledger, "/owned") == 0U);
    BOOST_TEST(ledger.at_pointer("/purchases/+14155550121").as_int64() == 1);
    BOOST_TEST(text(ledger, "/events/0/event") == "ordered");
    BOOST_TEST(text(ledger, "/events/1/event") == "sold");
    BOOST_TEST(text(ledger, "/events/2/event") == "refused");
    BOOST_TEST(text(ledger, "/events/3/event") == "released");
}

BOOST_AUTO_TEST_CASE(the_phonebook_refuses_what_its_protocol_does_not_know) {
    struct Row {
        http::verb method;
        std::string target;
        std::string body;
        unsigned status;
    };
    const Row rows[]{
        {http::verb::get, "/numbers/US/search?prefix=%2B1415&quantity=3", "", 400},
        {http::verb::get, "/numbers/US/search?prefix=%2B1415&prefix=%2B1212", "", 400},
        {http::verb::get, "/numbers/US/search?prefix=%2B44", "", 400},
        {http::verb::get, "/numbers/US/search?limit=3", "", 400},
        {http::verb::get, "/numbers/US/search?prefix=1%zz", "", 400},
        {http::verb::get, "/numbers/ZZ/search?prefix=1", "", 400},
        {http::verb::get, "/numbers/US/search?prefix=415&limit=many", "", 400},
        {http::verb::put, "/numbers/US/order", "{\"data\":", 400},
        {http::verb::put, "/numbers/US/order", R"({"data":{"numbers":[]}})", 400},
        {http::verb::put, "/numbers/US/order", R"({"data":{"numbers":["+14155550121"],"gateways":[],"x":1}})", 400},
        {http::verb::get, "/nothing", "", 404},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.target << " " << row.body) {
            const auto heard = other.ask(row.method, row.target, row.body);
            BOOST_TEST(heard.status == row.status);
            BOOST_TEST(text(heard.body, "/status") == "error");
        }
    }
    BOOST_TEST(size(ledger_of(other), "/events") == 0U);
}

BOOST_AUTO_TEST_CASE(telnyx_filters_as_its_document_says) {
    struct Row {
        std::string filters;
        std::size_t rows;
    };
    const Row rows[]{
        {"&filter[national_destination_code]=415", 40},
        {"&filter[national_destination_code]=415&filter[limit]=7", 7},
        {"&filter[national_destination_code]=415&filter[phone_number][starts_with]=777", 10},
        {"&filter[national_destination_code]=415&filter[phone_number][ends_with]=0103", 2},
        {"&filter[national_destination_code]=415&filter[phone_number][contains]=415", 0},
        {"&filter[phone_number][starts_with]=415555", 30},
        {"&filter[phone_number_type]=toll_free", 30},
        {"&filter[phone_number_type]=toll_free&filter[national_destination_code]=833", 10},
        {"&filter[locality]=new%20york", 20},
        {"&filter[administrative_area]=CA&filter[rate_center]=BEVERLYHLS", 20},
        {"&filter[national_destination_code]=310&filter[features][]=mms", 8},
        {"&filter[national_destination_code]=310&filter[features][]=mms&filter[features][]=sms", 8},
        {"&filter[national_destination_code]=999", 0},
        {"&filter[national_destination_code]=999&filter[best_effort]=true&filter[limit]=3", 3},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.filters) {
            const auto heard = telnyx.get(search + row.filters);
            BOOST_TEST(heard.status == 200U);
            BOOST_TEST(size(heard.body, "/data") == row.rows);
            BOOST_TEST(heard.body.at_pointer("/meta/total_results").to_number<std::size_t>() == row.rows);
        }
    }
    const auto row = telnyx.get(search + "&filter[national_destination_code]=212&filter[limit]=1");
    BOOST_TEST(text(row.body, "/data/0/phone_number") == "+12125550100");
    BOOST_TEST(text(row.body, "/data/0/cost_information/monthly_cost") == "2.50");
    BOOST_TEST(!row.body.at_pointer("/data/0/best_effort").as_bool());
    BOOST_TEST(row.fields["x-ratelimit-limit"] == "1000");
    const auto blocks = telnyx.get("/v2/available_phone_number_blocks?filter[national_destination_code]=212").body;
    BOOST_TEST(size(blocks, "/data") == 2U);
    BOOST_TEST(blocks.at_pointer("/data/0/range").as_int64() == 10);
}

BOOST_AUTO_TEST_CASE(telnyx_refuses_in_its_own_shape) {
    struct Row {
        http::verb method;
        std::string target;
        std::string body;
        unsigned status;
        std::string code;
    };
    const Row rows[]{
        {http::verb::get, "/v2/available_phone_numbers?filter[prefix]=415", "", 400, "10015"},
        {http::verb::get, "/v2/available_phone_numbers?filter[limit]=0", "", 400, "10015"},
        {http::verb::get, "/v2/available_phone_numbers?filter[features][]=telex", "", 400, "10015"},
        {http::verb::get, "/v2/available_phone_numbers?filter[national_destination_code]=%2B1415", "", 400, "10015"},
        {http::verb::get, "/v2/phone_numbers?filter[phone_number]=14", "", 400, "10015"},
        {http::verb::post, "/v2/number_orders", "{]", 400, "10015"},
        {http::verb::post, "/v2/number_orders", "{}", 422, "10015"},
        {http::verb::post, "/v2/number_orders", R"({"phone_numbers":["+14155550100"]})", 422, "10015"},
        {http::verb::post, "/v2/number_orders", R"({"phone_numbers":[{"phone_number":"+19995550100"}]})", 422, "10015"},
        {http::verb::post, "/v2/number_orders", R"({"numbers":[]})", 422, "10015"},
        {http::verb::get, "/v2/number_orders/none", "", 404, "10005"},
        {http::verb::delete_, "/v2/phone_numbers/none", "", 404, "10005"},
        {http::verb::get, "/v2/none", "", 404, "10005"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.target << " " << row.body) {
            const auto heard = telnyx.ask(row.method, row.target, row.body);
            BOOST_TEST(heard.status == row.status);
            BOOST_TEST(text(heard.body, "/errors/0/code") == row.code);
            BOOST_TEST(!text(heard.body, "/errors/0/detail").empty());
        }
    }
    for (const std::string key : {"", "another"}) {
        const auto heard = telnyx.ask(http::verb::get, search, "", key);
        BOOST_TEST(heard.status == 401U);
        BOOST_TEST(text(heard.body, "/errors/0/code") == "10009");
    }
}

BOOST_AUTO_TEST_CASE(telnyx_sells_only_what_a_search_has_shown) {
    BOOST_TEST(telnyx.post("/v2/number_orders", order).status == 422U);
    telnyx.get(search + "&filter[national_destination_code]=415");
    BOOST_TEST(telnyx.post("/v2/number_orders", order).status == 200U);
}

BOOST_AUTO_TEST_CASE(telnyx_follows_an_order_to_ownership_and_release) {
    telnyx.get(search + "&filter[national_destination_code]=415");
    const auto ordered = telnyx.post("/v2/number_orders", order).body;
    BOOST_TEST(text(ordered, "/data/status") == "pending");
    BOOST_TEST(text(ordered, "/data/customer_reference") == "our-1");
    BOOST_TEST(telnyx.post("/v2/number_orders", order).status == 422U);
    const std::string mine = "/v2/phone_numbers?filter[phone_number]=14155550100";
    BOOST_TEST(text(telnyx.get(mine).body, "/data/0/status") == "purchase-pending");
    const std::string target = "/v2/number_orders/" + text(ordered, "/data/id");
    BOOST_TEST(text(telnyx.get(target).body, "/data/status") == "pending");
    BOOST_TEST(text(telnyx.get(target).body, "/data/status") == "success");
    BOOST_TEST(text(telnyx.get(target).body, "/data/phone_numbers/0/status") == "success");
    const auto listed = telnyx.get("/v2/number_orders?filter[customer_reference]=our-1&page[size]=1").body;
    BOOST_TEST(text(listed, "/data/0/phone_numbers/0/phone_number") == "+14155550100");
    BOOST_TEST(size(telnyx.get("/v2/number_orders?filter[customer_reference]=our-2").body, "/data") == 0U);

    const auto found = telnyx.get(mine).body;
    BOOST_TEST(text(found, "/data/0/status") == "active");
    // The document: anything but digits finds nothing.
    BOOST_TEST(size(telnyx.get("/v2/phone_numbers?filter[phone_number]=%2B14155550100").body, "/data") == 0U);
    const std::string place = "/v2/phone_numbers/" + text(found, "/data/0/id");
    const auto released = telnyx.ask(http::verb::delete_, place);
    BOOST_TEST(released.status == 200U);
    BOOST_TEST(text(released.body, "/data/status") == "deleted");
    BOOST_TEST(telnyx.ask(http::verb::delete_, place).status == 404U);
    const auto ledger = ledger_of(telnyx);
    BOOST_TEST(size(ledger, "/owned") == 0U);
    BOOST_TEST(ledger.at_pointer("/purchases/+14155550100").as_int64() == 1);
    BOOST_TEST(text(ledger, "/orders/0/status") == "success");
}

BOOST_AUTO_TEST_CASE(stock_decides_how_an_order_goes) {
    BOOST_TEST(telnyx
                   .post("/_sandbox/stock", R"({"replace":true,"numbers":["+12065550100",
        {"number":"+12065550101","monthly":"9.99","setup":"3.00","features":["voice"],"fails":true},
        {"number":"+12065550102","needs_action":true},{"number":"+12065550103","deletion_lock":true}]})")
                   .status == 200U);
    const auto found = telnyx.get(search).body;
    BOOST_TEST_REQUIRE(size(found, "/data") == 4U);
    BOOST_TEST(text(found, "/data/1/cost_information/monthly_cost") == "9.99");
    const auto end_of = [&](const std::string& number) {
        const auto ordered =
            telnyx.post("/v2/number_orders", R"({"phone_numbers":[{"phone_number":")" + number + R"("}]})").body;
        return telnyx.get("/v2/number_orders/" + text(ordered, "/data/id")).body;
    };
    BOOST_TEST(text(end_of("+12065550100"), "/data/status") == "success");
    BOOST_TEST(text(end_of("+12065550101"), "/data/status") == "failure");
    const auto waiting = end_of("+12065550102");
    BOOST_TEST(text(waiting, "/data/status") == "pending");
    BOOST_TEST(!waiting.at_pointer("/data/requirements_met").as_bool());
    end_of("+12065550103");
    const auto locked = telnyx.get("/v2/phone_numbers?filter[phone_number]=2065550103").body;
    BOOST_TEST(telnyx.ask(http::verb::delete_, "/v2/phone_numbers/" + text(locked, "/data/0/id")).status == 422U);
    BOOST_TEST(text(ledger_of(telnyx), "/stock/0") == "+12065550101");  // what failed is for sale again
}

BOOST_AUTO_TEST_CASE(telnyx_holds_a_number_once) {
    const std::string body = R"({"phone_numbers":[{"phone_number":"+14155550101"}],"customer_reference":"r"})";
    const auto held = telnyx.post("/v2/number_reservations", body).body;
    BOOST_TEST(text(held, "/data/status") == "success");
    BOOST_TEST(text(telnyx.post("/v2/number_reservations", body).body, "/data/phone_numbers/0/status") == "failure");
    BOOST_TEST(telnyx.get("/v2/number_reservations/" + text(held, "/data/id")).status == 200U);
    const std::string these = search + "&filter[phone_number][starts_with]=4155550101";
    BOOST_TEST(!telnyx.get(these).body.at_pointer("/data/0/reservable").as_bool());
    BOOST_TEST(size(telnyx.get(these + "&filter[exclude_held_numbers]=true").body, "/data") == 0U);
}

BOOST_AUTO_TEST_CASE(a_fault_strikes_what_fits_as_often_as_it_says) {
    const std::string good = "/numbers/US/search?prefix=%2B1415";
    BOOST_TEST(other
                   .post("/_sandbox/faults", R"({"match":"/search","method":"GET","skip":1,"times":2,"status":429,
        "retry_after":7})")
                   .status == 200U);
    BOOST_TEST(other.get(good).status == 200U);
    const auto limited = other.get(good);
    BOOST_TEST(limited.status == 429U);
    BOOST_TEST(limited.fields["Retry-After"] == "7");
    BOOST_TEST(other.post("/numbers/US/status", R"({"data":[]})").status == 200U);
    BOOST_TEST(other.get(good).status == 429U);
    BOOST_TEST(other.get(good).status == 200U);
    for (const std::string clear : {"[]", "{}"}) {
        other.post("/_sandbox/faults", R"({"status":503})");
        BOOST_TEST(other.get(good).status == 503U);
        other.post("/_sandbox/faults", clear);
        BOOST_TEST(other.get(good).status == 200U);
    }
}

BOOST_AUTO_TEST_CASE(a_fault_after_the_effect_leaves_the_order_placed) {
    telnyx.get(search);
    telnyx.post("/_sandbox/faults", R"({"match":"number_orders","times":1,"status":500})");
    BOOST_TEST(telnyx.post("/v2/number_orders", order).status == 500U);
    BOOST_TEST(size(ledger_of(telnyx), "/orders") == 0U);
    telnyx.post("/_sandbox/faults", R"({"match":"number_orders","times":1,"status":500,"when":"after"})");
    const auto failed = telnyx.post("/v2/number_orders", order);
    BOOST_TEST(failed.status == 500U);
    BOOST_TEST(text(failed.body, "/errors/0/code") == "10007");
    BOOST_TEST(text(ledger_of(telnyx), "/orders/0/customer_reference") == "our-1");
    BOOST_TEST(text(ledger_of(telnyx), "/events/0/event") == "ordered");
}

BOOST_AUTO_TEST_CASE(a_reply_is_cut_spoilt_delayed_or_withheld) {
    const std::string good = "/numbers/US/search?prefix=%2B1415";
    const auto told = [&](const std::string& fault) {
        BOOST_TEST(Client(running.sandbox.of<Other>().port()).post("/_sandbox/faults", fault).status == 200U);
        return Client(running.sandbox.of<Other>().port());
    };
    Client cut = told(R"({"cut_at":20,"times":1})");
    cut.send(http::verb::get, good);
    BOOST_TEST(cut.rest() == "HTTP/1.1 200 OK\r\nCon");

    Client spoilt = told(R"({"garbage":true,"times":1})");
    const auto heard = spoilt.get(good);
    BOOST_TEST(heard.status == 200U);
    BOOST_TEST(heard.body.is_null());
    BOOST_TEST(spoilt.get(good).body.is_object());

    Client noise = told(R"({"garbage":"wire","times":1})");
    noise.send(http::verb::get, good);
    BOOST_TEST(!noise.rest().starts_with("HTTP"));

    Client late = told(R"({"delay_ms":60,"times":1})");
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(late.get(good).status == 200U);
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= 60ms));

    Client silent = told(R"({"silent":true,"match":"limit=3"})");
    silent.send(http::verb::get, good + "&limit=3");
    BOOST_TEST(other.get(good).status == 200U);  // others are served meanwhile
    BOOST_TEST(silent.socket().available() == 0U);
    running.sandbox.stop();
    BOOST_TEST(silent.rest() == "");
}

BOOST_AUTO_TEST_CASE(bad_control_input_says_what_is_known_and_changes_nothing) {
    struct Row {
        std::string target;
        std::string body;
        std::string says;
    };
    const Row rows[]{
        {"/_sandbox/faults", "{", "not JSON"},
        {"/_sandbox/faults", R"({"statu":500})", "statu"},
        {"/_sandbox/faults", R"([{"status":500},{"status":"x"}])", "status"},
        {"/_sandbox/faults", R"({"match":"/x"})", "needs one of"},
        {"/_sandbox/faults", R"({"silent":true,"when":"later"})", "before or after"},
        {"/_sandbox/stock", R"({"numbers":["12345"],"replace":true})", "number"},
        {"/_sandbox/stock", R"({"numbers":[{"number":"+14155550100","price":"1"}]})", "price"},
        {"/_sandbox/stock", R"({"numbers":[{"number":"+14155550100","monthly":1.5}]})", "monthly"},
        {"/_sandbox/stock", R"({"replace":true})", "numbers"},
    };
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.body) {
            const auto heard = telnyx.post(row.target, row.body);
            BOOST_TEST(heard.status == 400U);
            BOOST_TEST(text(heard.body, "/error").find(row.says) != std::string::npos);
        }
    }
    BOOST_TEST(telnyx.get("/_sandbox/nothing").status == 404U);
    BOOST_TEST(telnyx.get(search).status == 200U);
    BOOST_TEST(size(ledger_of(telnyx), "/stock") == 130U);
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_answered_and_closed) {
    Client client(running.sandbox.of<Other>().port());
    boost::asio::write(client.socket(), boost::asio::buffer(std::string("no http at all\r\n\r\n")));
    BOOST_TEST(client.rest().starts_with("HTTP/1.1 400"));
}

BOOST_AUTO_TEST_SUITE_END()
