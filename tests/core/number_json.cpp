// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/number_json.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace {

using namespace tandem;

Number full_number() {
    Number number;
    number.number = E164::parse_or_empty("+14155550100");
    number.state = State::in_service;
    number.carrier = "telnyx";
    number.assigned_to = "acc1";
    number.reserve_history = {"acc1", "acc0"};
    number.features = JsonText(R"({"cnam":{"display_name":"Acme"}})");
    number.features_allowed = {"sms"};
    number.features_denied = {"fax", "mms"};
    number.carrier_data = JsonText(R"({"monthly":"1.00","ratio":1.1E0,"nested":[{"a":null}]})");
    number.public_fields = JsonText(R"({"my_label":"front desk","n":18446744073709551615})");
    number.private_fields = JsonText(R"({"pvt_used_by":"callflow"})");
    number.billing_class = "did_us";
    number.order = Order{.operation = "0123456789abcdef0123456789abcdef",
                         .offer = "group-7",
                         .reference = "ord-1",
                         .status = Order::Status::pending,
                         .reason = "waiting"};
    number.ported_in = true;
    number.created = UnixTime(std::chrono::seconds(1'700'000'000));
    number.modified = UnixTime(std::chrono::seconds(-5));
    number.fence = "fedcba9876543210fedcba9876543210";
    number.revision = 7;
    return number;
}

boost::json::object document_of(std::string_view text) { return parse_json_object(text).value(); }

std::string refusal(auto read) {
    try {
        read();
    } catch (const Exception& exception) { return exception.what(); }
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(number_json)

BOOST_AUTO_TEST_CASE(a_number_survives_its_document) {
    const auto number = full_number();
    const auto text = write_json(to_json(number));
    const auto again = number_from_json(document_of(text)).value();
    BOOST_TEST((again == number));
    BOOST_TEST(write_json(to_json(again)) == text);
    Number bare;
    bare.number = number.number;
    BOOST_TEST((number_from_json(to_json(bare)).value() == bare));
}

BOOST_AUTO_TEST_CASE(documents_have_kazoos_keys) {
    const auto document = to_json(full_number());
    const std::array<std::pair<std::string_view, std::string_view>, 20> expected{{
        {"_id", R"("+14155550100")"},
        {"_rev", R"("7")"},
        {"pvt_type", R"("number")"},
        {"pvt_db_name", R"("numbers/+1415")"},
        {"pvt_state", R"("in_service")"},
        {"pvt_module_name", R"("knm_telnyx")"},
        {"pvt_assigned_to", R"("acc1")"},
        {"pvt_reserve_history", R"(["acc1","acc0"])"},
        {"pvt_features", R"({"cnam":{"display_name":"Acme"}})"},
        {"pvt_features_allowed", R"(["sms"])"},
        {"pvt_features_denied", R"(["fax","mms"])"},
        {"pvt_ported_in", "true"},
        {"pvt_created", "63867219200"},
        {"pvt_modified", "62167219195"},
        {"pvt_billing_class", R"("did_us")"},
        {"pvt_operation", R"("fedcba9876543210fedcba9876543210")"},
        {"pvt_used_by", R"("callflow")"},
        {"my_label", R"("front desk")"},
        {"n", "18446744073709551615"},
        {"pvt_order",
         R"({"operation":"0123456789abcdef0123456789abcdef","offer":"group-7","reference":"ord-1","status":"pending","reason":"waiting"})"},
    }};
    for (const auto& [key, text] : expected) {
        BOOST_TEST_CONTEXT(key) {
            BOOST_TEST_REQUIRE(document.contains(key));
            BOOST_TEST(write_json(document.at(key)) == text);
        }
    }
    Number bare;
    bare.number = E164::parse_or_empty("+123");
    const auto small = to_json(bare);
    for (const auto* absent : {"_rev", "pvt_assigned_to", "pvt_operation", "pvt_order", "pvt_module_name"}) {
        BOOST_TEST(!small.contains(absent), absent);
    }
    BOOST_TEST(small.at("pvt_db_name").as_string() == "numbers/+123");
}

BOOST_AUTO_TEST_CASE(foreign_documents_keep_what_we_do_not_know) {
    const auto number = number_from_json(document_of(R"({
        "_id": "+442079460958", "_rev": "12-ab34", "_attachments": {"a": {"stub": true}}, "pvt_state": "reserved",
        "pvt_module_name": "knm_bandwidth2", "pvt_module_data": {"order_id": "x"}, "pvt_features": ["cnam"],
        "pvt_account_db": "account/ac/c1", "pvt_assigned_to": null, "label": [1, 2.5]})"))
                            .value();
    BOOST_TEST(number.revision == 12U);
    BOOST_TEST(number.carrier == "bandwidth2");
    BOOST_TEST(number.carrier_data.text == R"({"order_id":"x"})");
    BOOST_TEST(number.features.text == R"({"cnam":{}})");
    BOOST_TEST(number.public_fields.text == R"({"label":[1,2.5E0]})");
    BOOST_TEST(number.assigned_to.empty());
    const auto document = to_json(number);
    BOOST_TEST(document.at("_rev").as_string() == "12-ab34");
    BOOST_TEST(document.at("pvt_account_db").as_string() == "account/ac/c1");
    BOOST_TEST(document.contains("_attachments"));
    BOOST_TEST(document.at("pvt_carrier_data").as_object().contains("order_id"));
    auto later = number;
    later.revision = 13;
    BOOST_TEST(to_json(later).at("_rev").as_string() == "13");
}

BOOST_AUTO_TEST_CASE(wrong_documents_are_refused_by_key) {
    const std::array<std::array<std::string_view, 2>, 12> cases{{
        {R"({"pvt_state":"aging"})", "'_id'"},
        {R"({"_id":"4155550100","pvt_state":"aging"})", "'_id'"},
        {R"({"_id":"+14155550100"})", "'pvt_state'"},
        {R"({"_id":"+14155550100","pvt_state":"sold"})", "'pvt_state'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_type":"account"})", "'pvt_type'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_created":"x"})", "'pvt_created'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_created":-9223372036854775808})", "'pvt_created'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_reserve_history":["a",1]})", "'pvt_reserve_history'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_carrier_data":[]})", "'pvt_carrier_data'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_order":{"status":"sold"}})", "'status'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","_rev":"99999999999999999999-a"})", "'_rev'"},
        {R"({"_id":"+14155550100","pvt_state":"aging","pvt_operation":"0123456789abcdef0123456789abcdef0"})",
         "'pvt_operation'"},
    }};
    for (const auto& [text, key] : cases) {
        BOOST_TEST_CONTEXT(text) {
            const auto number = number_from_json(document_of(text));
            BOOST_TEST_REQUIRE(number.has_error());
            BOOST_TEST((number.error().code == errc::invalid));
            BOOST_TEST(number.error().message.find(key) != std::string::npos, number.error().message);
        }
    }
}

BOOST_AUTO_TEST_CASE(public_fields_cannot_overwrite_private_ones) {
    for (const auto* key : {"pvt_state", "_id", "pvt_anything"}) {
        auto number = full_number();
        number.public_fields = JsonText(R"({")" + std::string(key) + R"(":"x"})");
        BOOST_TEST(!refusal([&] { to_json(number); }).empty(), key);
    }
    auto number = full_number();
    number.private_fields = JsonText(R"({"pvt_state":"deleted"})");
    BOOST_TEST(to_json(number).at("pvt_state").as_string() == "in_service");
}

BOOST_AUTO_TEST_CASE(json_is_read_strictly) {
    std::string deep_enough = "1";
    for (std::size_t i = 0; i < max_json_depth; ++i) { deep_enough = "[" + deep_enough + "]"; }
    BOOST_TEST(parse_json(deep_enough).has_value());
    const std::array<std::string, 12> refused{"[" + deep_enough + "]",
                                              "",
                                              "{} {}",
                                              "{",
                                              R"({"a":1,"b":{"c":1,"d":2,"c":3}})",
                                              R"({"a":1,"\u0061":2})",
                                              "1e400",
                                              "[-1e999]",
                                              "\"\xff\"",
                                              "NaN",
                                              "[1,]",
                                              "// x\n1"};
    for (const auto& text : refused) { BOOST_TEST(parse_json(text).has_error(), text); }
    BOOST_TEST(parse_json(R"({"a":{"b":1},"b":1,"c":[{"a":1},{"a":2}]})").has_value());
    BOOST_TEST(parse_json(R"({"a":1,"a":2})").error().cause.find("'a'") != std::string::npos);
    BOOST_TEST(parse_json_object("[1]").has_error());
}

BOOST_AUTO_TEST_CASE(numbers_no_json_can_hold_are_not_written) {
    for (const double value : {std::numeric_limits<double>::infinity(), std::nan("")}) {
        const boost::json::value document{{"a", {1, boost::json::value(value)}}};
        BOOST_TEST(!refusal([&] { write_json(document); }).empty());
    }
}

BOOST_AUTO_TEST_CASE(writing_what_was_read_changes_nothing_any_more) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) { continue; }
        const auto text = write_json(boost::json::value(value));
        const auto read = parse_json(text).value();
        BOOST_TEST_REQUIRE(read.as_double() == value);
        BOOST_TEST_REQUIRE(write_json(read) == text);
    }
}

BOOST_AUTO_TEST_CASE(carriers_bytes_do_not_make_a_document_unreadable) {
    const std::array<std::array<std::string_view, 2>, 7> cases{{
        {"plain", "plain"},
        {"caf\xc3\xa9 \xf0\x9f\x93\x9e", "caf\xc3\xa9 \xf0\x9f\x93\x9e"},
        {"caf\xe9", "caf\xEF\xBF\xBD"},
        {"\xc0\xaf", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xe2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xf5\x80\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    }};
    for (const auto& [bytes, text] : cases) { BOOST_TEST(readable_text(bytes) == text); }
    std::mt19937 random(3);
    for (int i = 0; i < 2'000; ++i) {
        auto number = full_number();
        std::string noise;
        for (int j = 0; j < 12; ++j) { noise += static_cast<char>(random()); }
        number.order->reason = number.assigned_to = number.billing_class = noise;
        BOOST_TEST_REQUIRE(number_from_json(document_of(write_json(to_json(number)))).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_document_around_the_deepest_field_stays_readable) {
    auto number = full_number();
    std::string deep = "1";
    for (std::size_t i = 1; i < max_json_text_depth; ++i) { deep = "[" + deep + "]"; }
    number.carrier_data = JsonText(R"({"a":)" + deep + "}");
    BOOST_TEST((number_from_json(document_of(write_json(to_json(number)))).value() == number));
    number.carrier_data = JsonText(R"({"a":[)" + deep + "]}");
    BOOST_TEST(refusal([&] { to_json(number); }).find("carrier_data") != std::string::npos);
    number.carrier_data = JsonText();
    number.created = UnixTime::max();
    BOOST_TEST(refusal([&] { to_json(number); }).find("created") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
