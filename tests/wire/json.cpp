// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"

#include <tandem/wire/json.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(wire_json)

using namespace tandem;
using test::failure_of;

namespace {

/// One member of each type that a description can fill.
struct Row {
    E164 number{};
    Amount price{};
    Currency currency{};
    std::string text{};
    std::string deep{};
    bool yes = false;
    std::int32_t small = 0;
    std::optional<std::uint64_t> count{};
    Features features{};
};
struct Envelope {
    std::string status{};
    std::uint32_t total = 0;
};

constexpr auto rows = wire::rows(
    "reply.data[]", {wire::field<&Row::number>("number").required(), wire::field<&Row::price>("cost.price"),
                     wire::field<&Row::currency>("cost.currency"), wire::field<&Row::text>("text"),
                     wire::field<&Row::deep>("list[kind=deep].value.text"), wire::field<&Row::yes>("yes"),
                     wire::field<&Row::small>("small"), wire::field<&Row::count>("count"),
                     wire::flag<Feature::voice, Row>("can.voice"), wire::flag<Feature::sms, Row>("features[=SMS]"),
                     wire::flag<Feature::mms, Row>("named[name=mms]"), wire::dropped_if<Row>("unwanted")});
constexpr auto enveloped =
    rows.with({wire::field<&Envelope::status>("status"), wire::field<&Envelope::total>("meta.total")});
constexpr auto one =
    wire::rows("data", {wire::field<&Row::number>("number").required(), wire::field<&Row::text>("text").if_fitting()});
constexpr auto keyed =
    wire::rows("data{}", {wire::key<&Offer::number>(), wire::field<&Offer::locality>("city").if_fitting(),
                          wire::flag<Feature::sms>("features[=sms]")})
        .or_absent()
        .with({wire::field<&Envelope::status>("status")});
constexpr auto offers =
    wire::rows("data[]", {wire::field<&Offer::number>("number").required(), wire::field<&Offer::setup>("setup"),
                          wire::field<&Offer::locality>("city"), wire::flag<Feature::sms>("features[name=sms]"),
                          wire::field<&Offer::region>("places[type=state].name")});

constexpr std::string_view whole_reply = R"( {"status": "ok", "unknown": [[{"number": 1}], "\u0041\n", -1.5e3, true],
    "reply": {"data": [
        {"number": "+14155550100", "cost": {"price": "1.10", "currency": "USD", "tax": null}, "text": "a\"b",
         "list": [{"kind": "flat"}, {"value": {"text": "here"}, "kind": "deep"}], "yes": true, "small": -7,
         "count": 9, "can": {"voice": false}, "features": ["SMS", "FAX"], "named": [{"name": "mms"}]},
        {"small": 1, "number": "+14155550101"}]},
    "meta": {"total": 2}} )";

Response json(std::string_view text) { return Response(200, std::string(text)); }

template <class Description>
auto read(const Description& description, std::string_view text) {
    return wire::read_rows(description, json(text));
}

/// Reads the members of one row, written as they stand between its braces.
std::optional<Row> read_members(std::string_view members) {
    auto found = read(rows, R"({"reply": {"data": [{)" + std::string(members) + "}]}}");
    BOOST_TEST_REQUIRE(found.rows.size() + found.refused == 1U);
    return found.rows.empty() ? std::nullopt : std::optional(std::move(found.rows.front()));
}
/// The same, of a row that has its number.
std::optional<Row> read_row(std::string_view members) {
    return read_members(R"("number": "+14155550100")" + std::string(members));
}

template <class Description>
bool is_malformed(const Description& description, std::string_view text) {
    return failure_of([&] { read(description, text); }) == errc::malformed_reply;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_described_reply_fills_every_kind_of_member) {
    const auto found = read(enveloped, whole_reply);
    BOOST_TEST_REQUIRE(found.rows.size() == 2U);
    BOOST_TEST(found.refused == 0U);
    BOOST_TEST(found.found);
    BOOST_TEST(found.whole.status == "ok");
    BOOST_TEST(found.whole.total == 2U);
    const Row& row = found.rows.front();
    BOOST_TEST(row.number.str() == "+14155550100");
    BOOST_TEST(row.price.count() == 11'000);
    BOOST_TEST(row.currency.view() == "USD");
    BOOST_TEST(row.text == "a\"b");
    BOOST_TEST(row.deep == "here");
    BOOST_TEST(row.yes);
    BOOST_TEST(row.small == -7);
    BOOST_TEST(row.count.value_or(0) == 9U);
    BOOST_TEST((row.features.get(Feature::voice) == false));
    BOOST_TEST((row.features.get(Feature::sms) == true));
    BOOST_TEST((row.features.get(Feature::mms) == true));
    BOOST_TEST((row.features.get(Feature::fax) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(nothing_of_a_row_reaches_the_next) {
    const Row row = read(enveloped, whole_reply).rows.at(1);
    BOOST_TEST(!row.price.known());
    BOOST_TEST(row.currency.view() == "");
    BOOST_TEST(row.text == "");
    BOOST_TEST(row.deep == "");
    BOOST_TEST(!row.yes);
    BOOST_TEST(!row.count.has_value());
    BOOST_TEST((row.features == Features()));
}

BOOST_AUTO_TEST_CASE(nothing_of_a_list_s_element_reaches_the_next) {
    BOOST_TEST(read_row(R"(, "list": [{"kind": "flat", "value": {"text": "flat's"}}, {"kind": "deep"}])")->deep == "");
    BOOST_TEST(read_row(R"(, "list": [{"value": {"text": "nobody's"}}, {"kind": "deep"}])")->deep == "");
    BOOST_TEST(read_row(R"(, "list": [{"kind": "deep", "value": {"text": "x"}}, {"value": {"text": "y"}}])")->deep ==
               "x");
}

BOOST_AUTO_TEST_CASE(null_is_absent) {
    const auto row = read_row(
        R"(, "cost": {"price": null, "currency": null}, "text": null, "list": null, "yes": null, "small": null,
             "count": null, "can": {"voice": null}, "features": null, "named": [null, {"name": null}],
             "unwanted": null)");
    BOOST_TEST_REQUIRE(row.has_value());
    BOOST_TEST(!row->price.known());
    BOOST_TEST((row->features.get(Feature::voice) == std::nullopt));
    BOOST_TEST((row->features.get(Feature::sms) == std::nullopt));
    BOOST_TEST((row->features.get(Feature::mms) == false));
    BOOST_TEST(!read_members(R"("number": null)"));
    BOOST_TEST(read(enveloped, R"({"status": null, "meta": null, "reply": {"data": []}})").whole.status == "");
    BOOST_TEST(is_malformed(rows, R"({"reply": {"data": null}})"));
}

BOOST_AUTO_TEST_CASE(money_is_taken_exactly_from_text_and_numbers_or_costs_the_row) {
    const struct {
        const char* written;
        std::optional<std::int64_t> count;
    } prices[]{{R"("1.10")", 11'000}, {"1.10", 11'000},
               {"1", 10'000},         {"0.0085", 85},
               {"1.00000", 10'000},   {"0", 0},
               {"0.1", 1'000},        {"12345678901.2345", 123'456'789'012'345},
               {"1e2", {}},           {"1E-2", {}},
               {"1.10e0", {}},        {"-1", {}},
               {R"("-0.01")", {}},    {"0.00001", {}},
               {R"("1.23456")", {}},  {R"("1e2")", {}},
               {R"("")", {}},         {R"("free")", {}},
               {R"("$1")", {}},       {R"("1,00")", {}},
               {"true", {}},          {"123456789012345678901234567890", {}},
               {"1e400", {}}};
    for (const auto& [written, count] : prices) {
        BOOST_TEST_CONTEXT(written) {
            const auto row = read_row(R"(, "cost": {"price": )" + std::string(written) + "}");
            BOOST_TEST(row.has_value() == count.has_value());
            if (row && count) { BOOST_TEST(row->price.count() == *count); }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_value_of_another_type_costs_the_row) {
    for (const char* members :
         {R"("number": 14155550100)", R"("number": "14155550100")", R"("number": "+1415555010x")", R"("number": "")",
          R"("number": true)", R"("number": {})", R"("number": ["+14155550100"])", R"("text": "no number")"}) {
        BOOST_TEST_CONTEXT(members) { BOOST_TEST(!read_members(members)); }
    }
    for (const char* member :
         {R"("cost": {"currency": "EURO"})", R"("cost": {"currency": 1})", R"("cost": {"price": {}})",
          R"("cost": {"price": []})", R"("text": true)", R"("text": {})", R"("yes": "true")", R"("yes": 1)",
          R"("small": "1")", R"("small": 1.0)", R"("small": 1e1)", R"("small": 2147483648)", R"("count": -1)",
          R"("count": 18446744073709551616)", R"("can": {"voice": "yes"})", R"("can": {"voice": []})",
          R"("unwanted": "yes")", R"("list": [{"kind": "deep", "value": {"text": false}}])"}) {
        BOOST_TEST_CONTEXT(member) { BOOST_TEST(!read_row(", " + std::string(member))); }
    }
}

BOOST_AUTO_TEST_CASE(a_container_of_another_kind_holds_nothing_described) {
    for (const char* member :
         {R"("cost": "1.10")", R"("cost": [{"price": "1.10"}])", R"("list": {"kind": "deep", "value": {"text": "x"}})",
          R"("list": [["kind", "deep"]])", R"("list": "deep")", R"("can": [true])", R"("named": "mms")",
          R"("named": ["mms"])", R"("features": {"SMS": true})", R"("features": "SMS")"}) {
        BOOST_TEST_CONTEXT(member) {
            const auto row = read_row(", " + std::string(member));
            BOOST_TEST_REQUIRE(row.has_value());
            BOOST_TEST(!row->price.known());
            BOOST_TEST(row->deep == "");
            BOOST_TEST(!row->features.has(Feature::sms));
            BOOST_TEST(!row->features.has(Feature::mms));
            BOOST_TEST((row->features.get(Feature::voice) == std::nullopt));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_feature_that_a_list_does_not_name_is_not_there) {
    const struct {
        const char* member;
        std::optional<bool> sms, mms;
    } lists[]{{R"("features": [])", false, {}},
              {R"("features": ["FAX", "SMS"])", true, {}},
              {R"("features": ["sms", 1, null, true])", false, {}},
              {R"("named": [{"name": "sms"}, {"name": "mms", "name2": 1}])", {}, true},
              {R"("named": [{"other": "mms"}, {"name": ["mms"]}])", {}, {}},
              {R"("named": [{"other": "mms"}, {}])", {}, false},
              {R"("other": ["SMS"])", {}, {}}};
    for (const auto& [member, sms, mms] : lists) {
        BOOST_TEST_CONTEXT(member) {
            const auto row = read_row(", " + std::string(member));
            if (!row) {  // a list where a name belongs
                BOOST_TEST(std::string_view(member).find("[\"mms\"]") != std::string_view::npos);
                continue;
            }
            BOOST_TEST((row->features.get(Feature::sms) == sms));
            BOOST_TEST((row->features.get(Feature::mms) == mms));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_described_key_that_stands_twice_costs_the_row) {
    for (const char* members :
         {R"(, "number": "+14155550100")", R"(, "text": "a", "text": "a")", R"(, "text": null, "text": "a")",
          R"(, "cost": {"price": 1}, "cost": {"currency": "USD"})", R"(, "cost": {"price": 1, "price": 2})",
          R"(, "features": ["SMS"], "features": [])", R"(, "list": [{"kind": "deep", "kind": "flat"}])",
          R"(, "t\u0065xt": "a", "text": "b")"}) {
        BOOST_TEST_CONTEXT(members) { BOOST_TEST(!read_row(members)); }
    }
    BOOST_TEST(read_row(R"(, "undescribed": 1, "undescribed": 2)").has_value());
    BOOST_TEST(read_row(R"(, "undescribed": {"text": 1, "text": 2, "number": "+1"})").has_value());
}

BOOST_AUTO_TEST_CASE(a_described_key_that_stands_twice_outside_the_rows_fails_the_reply) {
    for (const char* reply :
         {R"({"reply": {"data": []}, "reply": {"data": []}})", R"({"reply": {"data": [], "data": []}})",
          R"({"status": "a", "status": "a", "reply": {"data": []}})",
          R"({"meta": {"total": 1, "total": null}, "reply": {"data": []}})",
          R"({"meta": {}, "meta": {}, "reply": {"data": []}})"}) {
        BOOST_TEST_CONTEXT(reply) { BOOST_TEST(is_malformed(enveloped, reply)); }
    }
}

BOOST_AUTO_TEST_CASE(what_stands_beside_the_rows_is_what_it_should_be_or_fails_the_reply) {
    for (const char* beside : {R"("status": true)", R"("status": {})", R"("status": [])", R"("meta": {"total": "2"})",
                               R"("meta": {"total": -2})", R"("meta": {"total": 4294967296})",
                               R"("meta": {"total": 2.0})", R"("meta": {"total": {}})"}) {
        BOOST_TEST_CONTEXT(beside) {
            BOOST_TEST(is_malformed(enveloped, R"({"reply": {"data": []}, )" + std::string(beside) + "}"));
            BOOST_TEST(is_malformed(enveloped, "{" + std::string(beside) + R"(, "reply": {"data": []}})"));
        }
    }
    BOOST_TEST(read(enveloped, R"({"reply": {"data": []}, "status": "late"})").whole.status == "late");
    BOOST_TEST(read(enveloped, R"({"reply": {"data": []}, "status": 7})").whole.status == "7");
}

BOOST_AUTO_TEST_CASE(rows_that_are_not_where_they_should_be_fail_the_reply) {
    for (const char* reply :
         {"{}", "[]", "1", "null", R"("data")", R"({"reply": {}})", R"({"reply": []})", R"({"reply": [{"data": []}]})",
          R"({"reply": {"data": {}}})", R"({"reply": {"data": {"0": {"number": "+14155550100"}}}})",
          R"({"reply": {"data": "none"}})", R"({"reply": {"data": 0}})", R"({"reply": {"data": false}})",
          R"({"data": []})", R"({"reply": {"Data": []}})"}) {
        BOOST_TEST_CONTEXT(reply) { BOOST_TEST(is_malformed(rows, reply)); }
    }
    constexpr auto lenient = rows.or_absent();
    for (const char* reply :
         {"{}", R"({"reply": null})", R"({"reply": {"data": null}})", R"({"reply": {"data": []}})"}) {
        BOOST_TEST_CONTEXT(reply) { BOOST_TEST(read(lenient, reply).rows.empty()); }
    }
    BOOST_TEST(!read(lenient, "{}").found);
    BOOST_TEST(read(lenient, R"({"reply": {"data": []}})").found);
    BOOST_TEST(is_malformed(lenient, R"({"reply": {"data": "none"}})"));  // absent is one thing, wrong another
    BOOST_TEST(is_malformed(lenient, R"({"reply": {"data": {}}})"));
}

BOOST_AUTO_TEST_CASE(rows_that_are_no_objects_are_counted) {
    const auto found = read(rows, R"({"reply": {"data": [1, "x", null, true, [], [[{"number": "+14155550100"}]],
                                      {"number": "+14155550100"}, {}]}})");
    BOOST_TEST(found.rows.size() == 1U);
    BOOST_TEST(found.refused == 7U);
}

BOOST_AUTO_TEST_CASE(an_unwanted_row_is_dropped_and_not_counted) {
    constexpr std::string_view reply = R"({"reply": {"data": [{"number": "+14155550100", "unwanted": true},
        {"number": "+14155550101", "unwanted": false}, {"unwanted": true}]}})";
    const auto found = read(rows, reply);
    BOOST_TEST_REQUIRE(found.rows.size() == 1U);
    BOOST_TEST(found.rows.front().number.str() == "+14155550101");
    BOOST_TEST(found.refused == 1U);
    constexpr auto all = rows.with_dropped();
    BOOST_TEST(read(all, reply).rows.size() == 2U);
}

BOOST_AUTO_TEST_CASE(rows_may_be_bare_values) {
    constexpr auto bare = wire::rows("data[]", {wire::value<&Row::number>()});
    const auto found = read(bare, R"({"data": ["+14155550100", {"number": "+14155550101"}, 7, null, ["+14155550102"],
                                              true, "", "+1415555010\u0033"]})");
    BOOST_TEST_REQUIRE(found.rows.size() == 2U);
    BOOST_TEST(found.rows[0].number.str() == "+14155550100");
    BOOST_TEST(found.rows[1].number.str() == "+14155550103");
    BOOST_TEST(found.refused == 6U);
    BOOST_TEST(read(bare, R"({"data": []})").found);
    for (const char* reply : {"{}", R"({"data": "+14155550100"})", R"({"data": null})", R"(["+14155550100"])"}) {
        BOOST_TEST_CONTEXT(reply) { BOOST_TEST(is_malformed(bare, reply)); }
    }
    constexpr auto bare_offers = wire::rows("data[]", {wire::value<&Offer::number>()});
    const auto page = wire::read_offers(bare_offers, json(R"({"data": ["+14155550100"]})"));
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].details() == "{}");

    constexpr auto named = wire::rows("data{}", {wire::key<&Row::number>(), wire::value<&Row::text>()});
    const auto pairs = read(named, R"({"data": {"+14155550100": "first", "+14155550101": 2, "x": "no number"}})");
    BOOST_TEST_REQUIRE(pairs.rows.size() == 2U);
    BOOST_TEST(pairs.rows[0].text == "first");
    BOOST_TEST(pairs.rows[1].number.str() == "+14155550101");
    BOOST_TEST(pairs.rows[1].text == "2");
    BOOST_TEST(pairs.refused == 1U);

    constexpr auto single = wire::rows("data.number", {wire::value<&Row::number>()});
    BOOST_TEST(wire::read_one(single, json(R"({"data": {"number": "+14155550100"}})")).number.str() == "+14155550100");
    for (const char* reply : {R"({"data": {"number": null}})", R"({"data": {"number": {}}})", R"({"data": {}})"}) {
        BOOST_TEST_CONTEXT(reply) {
            BOOST_TEST((failure_of([&] { wire::read_one(single, json(reply)); }) == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_member_may_be_read_in_a_way_of_its_own) {
    constexpr auto national = [](E164& member, const wire::Scalar& value) {
        member = E164::parse_or_empty("+1" + std::string(value.text));
        return value.is_text() && value.text.size() == 10;
    };
    constexpr auto own = wire::rows("[]", {wire::field<&Row::number, national>("number").required()});
    constexpr auto bare = wire::rows("[]", {wire::value<&Row::number, national>()});
    BOOST_TEST(read(own, R"([{"number": "4155550100"}])").rows.at(0).number.str() == "+14155550100");
    BOOST_TEST(read(bare, R"(["4155550100", "415555010"])").rows.at(0).number.str() == "+14155550100");
    BOOST_TEST(read(bare, R"(["4155550100", "415555010"])").refused == 1U);
}

BOOST_AUTO_TEST_CASE(one_object_is_read_whole_or_not_at_all) {
    BOOST_TEST(wire::read_one(one, json(R"({"data": {"number": "+14155550100", "text": "x"}})")).text == "x");
    BOOST_TEST(wire::read_one(one, json(R"({"data": {"number": "+14155550100", "text": [{"a": 1}]}})")).text == "");
    BOOST_TEST(wire::read_one(one, json(R"({"data": {"number": "+14155550100", "text": true}})")).text == "");
    for (const char* reply : {"{}", R"({"data": null})", R"({"data": []})", R"({"data": [{"number": "+14155550100"}]})",
                              R"({"data": {}})", R"({"data": {"number": "+1415555010x"}})", R"({"data": "x"})",
                              R"({"data": {"number": "+14155550100"}, "data": {"number": "+14155550100"}})"}) {
        BOOST_TEST_CONTEXT(reply) {
            BOOST_TEST((failure_of([&] { wire::read_one(one, json(reply)); }) == errc::malformed_reply));
        }
    }
    constexpr auto root = wire::rows("", {wire::field<&Row::number>("number").required()});
    BOOST_TEST(wire::read_one(root, json(R"({"number": "+14155550100"})")).number.str() == "+14155550100");
    BOOST_TEST(is_malformed(root, R"([{"number": "+14155550100"}])"));
    constexpr auto list = wire::rows("[]", {wire::field<&Row::number>("number").required()});
    BOOST_TEST(read(list, R"([{"number": "+14155550100"}, {"number": "+14155550101"}])").rows.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_object_may_be_keyed_by_its_numbers) {
    auto found = wire::read_offers(keyed, json(R"({"status": "success", "data": {"+14155550100": {"city": "Here"},
        "+14155550101": {}, "\u002b14155550102": {"{key}": "+19995550100"}, "nobody": {}, "+14155550103": "",
        "\u002B14155550104": {"city": {"name": "There"}, "features": ["sms"]}}})"));
    BOOST_TEST(found.page.refused == 2U);
    BOOST_TEST_REQUIRE(found.page.offers.size() == 4U);
    BOOST_TEST(found.page.offers[0].number.str() == "+14155550100");
    BOOST_TEST(found.page.offers[0].locality == "Here");
    BOOST_TEST(found.page.offers[0].details() == R"({"city": "Here"})");
    BOOST_TEST(found.page.offers[1].number.str() == "+14155550101");
    BOOST_TEST(found.page.offers[1].details() == "{}");
    BOOST_TEST(found.page.offers[2].number.str() == "+14155550102");  // what stands in it changes nothing
    BOOST_TEST(found.page.offers[3].number.str() == "+14155550104");
    BOOST_TEST(found.page.offers[3].locality == "");
    BOOST_TEST(found.page.offers[3].features.has(Feature::sms));
    BOOST_TEST(found.whole.status == "success");
    BOOST_TEST(wire::read_offers(keyed, json(R"({"data": {}})")).found);
    BOOST_TEST(!wire::read_offers(keyed, json("{}")).found);
}

BOOST_AUTO_TEST_CASE(escaped_keys_and_values_are_the_same_as_plain_ones) {
    const auto row = read_members(
        R"("n\u0075mber": "\u002B14155550\u0031\u00300", "cost": {"pri\u0063e": "1\u002e10"}, "text": "\u00e9\ud83d\ude00\\\/\"\n",
           "f\u0065atures": ["S\u004dS"], "list": [{"k\u0069nd": "dee\u0070", "value": {"text": "\t"}}])");
    BOOST_TEST_REQUIRE(row.has_value());
    BOOST_TEST(row->number.str() == "+14155550100");
    BOOST_TEST(row->price.count() == 11'000);
    BOOST_TEST(row->text == "\xC3\xA9\xF0\x9F\x98\x80\\/\"\n");
    BOOST_TEST(row->features.has(Feature::sms));
    BOOST_TEST(row->deep == "\t");
}

BOOST_AUTO_TEST_CASE(long_texts_with_escapes_are_whole) {
    const std::string plain(20'000, 'x');
    BOOST_TEST(
        (read_row(R"(, "text": ")" + plain + R"(\u0041)" + plain + R"(\n")")->text == plain + "A" + plain + "\n"));
    BOOST_TEST(read_row(R"(, "other\u0020)" + plain + R"(\u0041": ")" + plain + R"(\n", "text": "t")")->text == "t");
}

BOOST_AUTO_TEST_CASE(an_offer_s_texts_outlive_its_search) {
    std::vector<Offer> kept;
    {
        auto page = wire::read_offers(offers, json(R"({"data": [
            {"number": "+14155550100", "city": "San Francisco", "places": [{"type": "state", "name": "CA"}]},
            {"number": "+14155550101", "city": "S\u00e3o Paulo, a longer text", "places": []}]})"));
        kept = page.offers;
        page.offers.clear();
    }
    std::vector<Offer> copies = kept;
    kept.clear();
    BOOST_TEST_REQUIRE(copies.size() == 2U);
    BOOST_TEST(copies[0].locality == "San Francisco");
    BOOST_TEST(copies[0].region == "CA");
    BOOST_TEST(copies[1].locality == "S\xC3\xA3o Paulo, a longer text");
    copies.erase(copies.begin());
    BOOST_TEST(copies[0].locality == "S\xC3\xA3o Paulo, a longer text");
    BOOST_TEST(parse_json(copies[0].details())->at("city").as_string() == "S\xC3\xA3o Paulo, a longer text");
}

BOOST_AUTO_TEST_CASE(details_are_the_row_as_it_stood_whatever_comes_first) {
    std::vector<std::string> members{R"("number": "+14155550100")", R"("features": [{"name": "sms"}, "}]{\""])",
                                     R"("city": "a } b")", R"("extra": {"{": ["}"], "number": 1})"};
    std::sort(members.begin(), members.end());
    do {
        std::string row = "{ ";
        for (const auto& each : members) { row += (row == "{ " ? "" : ", ") + each; }
        row += " }";
        BOOST_TEST_CONTEXT(row) {
            const auto page = wire::read_offers(offers, json(R"({"data": [{"number": "+14155550199"}, )" + row + "]}"));
            BOOST_TEST_REQUIRE(page.offers.size() == 2U);
            BOOST_TEST(page.offers[0].details() == R"({"number": "+14155550199"})");
            BOOST_TEST(page.offers[1].details() == row);
            BOOST_TEST(page.offers[1].features.has(Feature::sms));
        }
    } while (std::next_permutation(members.begin(), members.end()));
}

BOOST_AUTO_TEST_CASE(a_row_s_text_ends_with_its_value) {
    const struct {
        const char* text;
        const char* row;
    } texts[]{{R"({"a": "}\"]"}, {"b": 1}])", R"({"a": "}\"]"})"},
              {R"([[1], {}], 2)", "[[1], {}]"},
              {R"("te\\" , 1)", R"("te\\")"},
              {"", ""}};
    for (const auto& [text, row] : texts) { BOOST_TEST(wire::detail::first_json_value(text) == row); }
}

BOOST_AUTO_TEST_CASE(names_that_look_alike_are_told_apart) {
    struct Names {
        std::string empty{}, one{}, eight{}, other_eight{}, long_one{}, other_long{};
    };
    constexpr auto alike = wire::rows(
        "[]", {wire::field<&Names::one>("a"), wire::field<&Names::eight>("region_x"),
               wire::field<&Names::other_eight>("rebion_x"), wire::field<&Names::long_one>("upfront_cost_of_it"),
               wire::field<&Names::other_long>("upfront_cast_of_it"), wire::field<&Names::empty>("list[key=].value")});
    const auto found = read(alike, R"([{"": "-", "a": "1", "b": "-", "aa": "-", "region_x": "2", "reqion_x": "-",
        "rebion_x": "3", "region_": "-", "region_xx": "-", "upfront_cost_of_it": "4", "upfront_cast_of_it": "5",
        "upfront_cust_of_it": "-", "upfrant_cost_of_it": "-", "upfront_cost_if_it": "-",
        "list": [{"value": "-"}, {"key": null, "value": "-"}, {"key": "a", "value": "-"}, {"key": "", "value": "6"}]}])");
    BOOST_TEST_REQUIRE(found.rows.size() == 1U);
    const Names& names = found.rows.front();
    BOOST_TEST(names.one + names.eight + names.other_eight + names.long_one + names.other_long + names.empty ==
               "123456");
}

BOOST_AUTO_TEST_CASE(one_list_may_hold_names_and_objects) {
    constexpr auto mixed =
        wire::rows("[]", {wire::flag<Feature::sms, Row>("has[=sms]"), wire::field<&Row::text>("has[kind=text].value"),
                          wire::field<&Row::deep>("has[type=deep].value")});
    const auto found =
        read(mixed, R"([{"has": [{"kind": "text", "value": "t"}, "sms", {"type": "deep"}, null, "x"]}])");
    BOOST_TEST(found.refused == 1U);  // an object where a name may stand
    const auto names = read(mixed, R"([{"has": ["fax", "sms"]}, {"has": []}, {}])");
    BOOST_TEST_REQUIRE(names.rows.size() == 3U);
    BOOST_TEST((names.rows[0].features.get(Feature::sms) == true));
    BOOST_TEST((names.rows[1].features.get(Feature::sms) == false));
    BOOST_TEST((names.rows[2].features.get(Feature::sms) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_value_may_stand_deep) {
    struct Deep {
        std::string first{}, last{};
    };
    constexpr auto deep = wire::rows("", {wire::field<&Deep::first>("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t"),
                                          wire::field<&Deep::last>("z.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t")});
    std::string reply = R"({"a": )", tail;
    for (char name = 'b'; name < 't'; ++name) {
        reply += std::string(R"({")") + name + R"(": )";
        tail += '}';
    }
    const auto found = wire::read_one(deep, json(reply + R"({"t": "deep"})" + tail + "}"));
    BOOST_TEST(found.first == "deep");
    BOOST_TEST(found.last == "");
}

BOOST_AUTO_TEST_CASE(a_row_whose_first_key_is_escaped_has_no_details) {
    const auto page = wire::read_offers(offers, json(R"({"data": [{"\u0063ity": "x", "number": "+14155550100"}]})"));
    BOOST_TEST_REQUIRE(page.offers.size() == 1U);
    BOOST_TEST(page.offers[0].details() == "{}");
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_document_is_malformed) {
    const std::string good(whole_reply);
    for (const std::string& bad :
         {std::string(), std::string(" "), good + "x", good + "{}", good + good, "\xEF\xBB\xBF" + good,
          std::string("<html></html>"), std::string(R"({"reply": {"data": [],}})"),
          std::string(R"({"reply": {"data": [NaN]}})"), std::string("{\"reply\": {\"data\": [\"\xFF\"]}}"),
          std::string("{\"reply\": {\"data\": [\"\xED\xA0\x80\"]}}"), std::string(R"({"reply": {"data": ["\ud800"]}})"),
          std::string("{\"reply\": {\"data\": [\"\n\"]}}"), std::string("{\"reply\": {\"data\": []}} // done"),
          std::string("{'reply': {}}"), good + std::string(1, '\0')}) {
        BOOST_TEST_CONTEXT(bad) { BOOST_TEST(is_malformed(rows, bad)); }
    }
}

BOOST_AUTO_TEST_CASE(depth_is_bounded) {
    const auto nested = [](std::size_t depth) {
        return R"({"reply": {"data": []}, "deep": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    BOOST_TEST(read(rows, nested(max_json_text_depth - 1)).found);
    BOOST_TEST(is_malformed(rows, nested(max_json_text_depth)));
    BOOST_TEST(is_malformed(rows, nested(1'000'000)));
    BOOST_TEST(is_malformed(rows, std::string(1'000'000, '[')));
}

BOOST_AUTO_TEST_CASE(a_reply_cut_at_any_byte_is_malformed) {
    const std::string_view document = whole_reply.substr(0, whole_reply.find_last_of('}') + 1);
    for (std::size_t size = 0; size < document.size(); ++size) {
        BOOST_TEST_CONTEXT(size) { BOOST_TEST_REQUIRE(is_malformed(enveloped, document.substr(0, size))); }
    }
    BOOST_TEST(read(enveloped, document).rows.size() == 2U);
}

BOOST_AUTO_TEST_CASE(no_single_wrong_byte_brings_the_reader_down) {
    std::size_t still_read = 0, malformed = 0;
    for (std::size_t at = 0; at < whole_reply.size(); ++at) {
        for (const char byte : {'\0', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'e', '\x80', '\xFF', ' '}) {
            std::string reply(whole_reply);
            reply[at] = byte;
            try {
                const auto found = read(enveloped, reply);
                for (const Row& row : found.rows) { BOOST_TEST_REQUIRE(!row.number.empty()); }
                ++still_read;
            } catch (const Exception& failure) {
                BOOST_TEST_REQUIRE((failure.error().code == errc::malformed_reply));
                ++malformed;
            }
        }
    }
    BOOST_TEST(still_read > 0U);
    BOOST_TEST(malformed > still_read);
}

BOOST_AUTO_TEST_CASE(a_reply_that_calls_itself_something_else_is_not_read) {
    const struct {
        const char* type;
        bool is_json;
    } types[]{{"application/json", true},
              {"application/json; charset=utf-8", true},
              {"Application/JSON", true},
              {"text/json", true},
              {"application/vnd.api+json", true},
              {"", true},
              {"text/html", false},
              {"text/plain", false},
              {"application/jsonp", false},
              {"application/xml", false}};
    for (const auto& [type, is_json] : types) {
        BOOST_TEST_CONTEXT(type) {
            const Response response(200, R"({"data": [], "reply": {"data": []}})", type);
            const auto failure = is_json ? std::nullopt : std::optional(errc::malformed_reply);
            BOOST_TEST((failure_of([&] { wire::read_rows(rows, response); }) == failure));
            BOOST_TEST((failure_of([&] { wire::read_offers(offers, response); }) == failure));
            BOOST_TEST((failure_of([&] { wire::read_object(response); }) == failure));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_small_reply_is_read_strictly_as_a_value) {
    BOOST_TEST(wire::read_object(json(R"({"a": 1})")).at("a").as_int64() == 1);
    for (const char* reply : {"", "[]", "1", "{", R"({"a": 1, "a": 1})", R"({"a": 1} x)", R"({"a": 1e400})"}) {
        BOOST_TEST_CONTEXT(reply) {
            BOOST_TEST((failure_of([&] { wire::read_object(json(reply)); }) == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_value_leaves_its_place_in_a_body) {
    std::string every;
    for (int byte = 1; byte < 128; ++byte) { every += static_cast<char>(byte); }
    const boost::json::object body{{"text", every}, {every, "\",\"price\":0,\"x\":\""}};
    const Request request = wire::with_json(Request::post("https://carrier.example/orders"), body);
    BOOST_TEST((parse_json_object(request.body()).value() == body));
    BOOST_TEST(request.fields().at(0).name == "Content-Type");
    BOOST_TEST(request.fields().at(0).value == "application/json");
}

BOOST_AUTO_TEST_SUITE_END()
