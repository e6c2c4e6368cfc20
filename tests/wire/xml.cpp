// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"

#include <tandem/wire/xml.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(wire_xml)

using namespace tandem;
using test::failure_of;
using wire::xml::Element;

namespace {

/// One member of each type that a description can fill.
struct Row {
    E164 number{};
    Amount price{};
    std::string currency{};
    std::string text{};
    std::string deep{};
    std::string id{};
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
    "Reply.Rows.Row[]",
    {wire::field<&Row::number>("Number").required(), wire::field<&Row::price>("Cost.Price"),
     wire::field<&Row::currency>("Cost.Price.@currency"), wire::field<&Row::text>("Text"),
     wire::field<&Row::deep>("Attribute[Name=deep].Value"), wire::field<&Row::id>("@id"), wire::field<&Row::yes>("Yes"),
     wire::field<&Row::small>("Small"), wire::field<&Row::count>("Count"), wire::flag<Feature::voice, Row>("Can.Voice"),
     wire::flag<Feature::sms, Row>("Features.Feature[=SMS]"), wire::dropped_if<Row>("Unwanted")});
constexpr auto enveloped =
    rows.with({wire::field<&Envelope::status>("Reply.Status"), wire::field<&Envelope::total>("Reply.Meta.@total")});
constexpr auto bare = wire::rows("Reply.Rows.Row[]", {wire::value<&Row::number>()});
constexpr auto one = wire::rows("Reply", {wire::field<&Row::number>("Number").required(),
                                          wire::field<&Row::text>("Status"), wire::field<&Row::count>("Count")});
constexpr auto offers = wire::rows(
    "Reply.Rows.Row[]", {wire::field<&Offer::number>("Number").required(), wire::field<&Offer::setup>("Setup"),
                         wire::field<&Offer::locality>("City"), wire::flag<Feature::sms>("Features.Feature[=SMS]")});

constexpr std::string_view whole_reply = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- of rows -->
<Reply>
  <Status>ok &amp; &lt;well&gt;</Status>
  <Unknown a="1"><Number>+1</Number><Number/>mixed<![CDATA[<x>]]></Unknown>
  <Rows>
    <Row id="r&#49;">
      <Number>+14155550100</Number>
      <Cost><Price currency="USD">1.10</Price><Tax/></Cost>
      <Text><![CDATA[a"b & <c>]]></Text>
      <Attribute><Name>flat</Name></Attribute>
      <Attribute><Value>here</Value><Name>deep</Name></Attribute>
      <Yes>true</Yes><Small>-7</Small><Count> 9 </Count>
      <Can><Voice>false</Voice></Can>
      <Features><Feature>SMS</Feature><Feature>FAX</Feature></Features>
    </Row>
    <Row><Small>1</Small><Number>+14155550101</Number></Row>
  </Rows>
  <Meta total="2"/>
</Reply>
)";

Response xml(std::string_view text, std::string_view type = "application/xml") {
    return Response(200, std::string(text), type);
}
template <class Description>
auto read(const Description& description, std::string_view text) {
    return wire::xml::read_rows(description, xml(text));
}
std::string with_rows(std::string_view inside) { return "<Reply><Rows>" + std::string(inside) + "</Rows></Reply>"; }
std::optional<Row> read_members(std::string_view members) {
    auto found = read(rows, with_rows("<Row>" + std::string(members) + "</Row>"));
    BOOST_TEST_REQUIRE(found.rows.size() + found.refused <= 1U);
    return found.rows.empty() ? std::nullopt : std::optional(std::move(found.rows.front()));
}
std::optional<Row> read_row(std::string_view members) {
    return read_members("<Number>+14155550100</Number>" + std::string(members));
}
template <class Description>
bool is_malformed(const Description& description, std::string_view text) {
    return failure_of([&] { read(description, text); }) == errc::malformed_reply;
}
std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) { all += text; }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_described_reply_fills_every_kind_of_member) {
    const auto found = read(enveloped, whole_reply);
    BOOST_TEST_REQUIRE(found.rows.size() == 2U);
    BOOST_TEST(found.refused == 0U);
    BOOST_TEST(found.found);
    BOOST_TEST(found.whole.status == "ok & <well>");
    BOOST_TEST(found.whole.total == 2U);
    const Row& row = found.rows.front();
    BOOST_TEST(row.number.str() == "+14155550100");
    BOOST_TEST(row.price.count() == 11'000);
    BOOST_TEST(row.currency == "USD");
    BOOST_TEST(row.text == "a\"b & <c>");
    BOOST_TEST(row.deep == "here");
    BOOST_TEST(row.id == "r1");
    BOOST_TEST(row.yes);
    BOOST_TEST(row.small == -7);
    BOOST_TEST(row.count.value_or(0) == 9U);
    BOOST_TEST((row.features.get(Feature::voice) == false));
    BOOST_TEST((row.features.get(Feature::sms) == true));
}

BOOST_AUTO_TEST_CASE(nothing_of_a_row_reaches_the_next) {
    const Row row = read(enveloped, whole_reply).rows.at(1);
    BOOST_TEST(!row.price.known());
    BOOST_TEST(row.currency + row.text + row.deep + row.id == "");
    BOOST_TEST(!row.yes);
    BOOST_TEST(!row.count.has_value());
    BOOST_TEST((row.features == Features()));
}

BOOST_AUTO_TEST_CASE(what_is_empty_or_nil_is_absent) {
    const auto row = read_row(
        R"(<Cost><Price/></Cost><Text></Text><Yes> </Yes><Small xsi:nil="true">7</Small><Count><![CDATA[]]></Count>
           <Can><Voice nil="1">true</Voice></Can><Unwanted/>)");
    BOOST_TEST_REQUIRE(row.has_value());
    BOOST_TEST(!row->price.known());
    BOOST_TEST(!row->yes);
    BOOST_TEST(row->small == 0);
    BOOST_TEST(!row->count.has_value());
    BOOST_TEST((row->features.get(Feature::voice) == std::nullopt));
    BOOST_TEST(read_row(R"(<Small xsi:nil="false">7</Small>)")->small == 7);
    BOOST_TEST(!read_members("<Number/>"));
    BOOST_TEST(!read_members(R"(<Number xsi:nil="true">+14155550100</Number>)"));
    BOOST_TEST(is_malformed(rows, R"(<Reply><Rows xsi:nil="true"/></Reply>)"));
}

BOOST_AUTO_TEST_CASE(a_value_of_another_type_costs_the_row) {
    for (const char* members :
         {"<Number>14155550100</Number>", "<Number>+1415555010x</Number>", "<Number>+1415 5550100</Number>",
          "<Number><Digits>+14155550100</Digits></Number>", "<Text>no number</Text>", ""}) {
        BOOST_TEST_CONTEXT(members) { BOOST_TEST(!read_members(members)); }
    }
    for (const char* member :
         {"<Cost><Price>free</Price></Cost>", "<Cost><Price>-1</Price></Cost>", "<Cost><Price>1e2</Price></Cost>",
          "<Text><b>x</b></Text>", "<Yes>yes</Yes>", "<Yes>TRUE</Yes>", "<Small>1.0</Small>", "<Small>0x1</Small>",
          "<Small>2147483648</Small>", "<Count>-1</Count>", "<Count>1 2</Count>", "<Can><Voice>maybe</Voice></Can>",
          "<Unwanted>perhaps</Unwanted>"}) {
        BOOST_TEST_CONTEXT(member) { BOOST_TEST(!read_row(member)); }
    }
    for (const auto& [written, truth] : {std::pair("true", true), {"1", true}, {"false", false}, {"0", false}}) {
        BOOST_TEST_CONTEXT(written) {
            BOOST_TEST(read_row("<Yes>" + std::string(written) + "</Yes>")->yes == truth);
            BOOST_TEST(read_row("<Unwanted>" + std::string(written) + "</Unwanted>").has_value() == !truth);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_value_is_one_piece_of_text) {
    for (const char* number :
         {"+1415<!-- -->5550100", "<!-- -->+14155550100", "+14155550100<!-- -->", "+1415<x/>5550100",
          "<x/>+14155550100", "+1415<![CDATA[5550100]]>", "<![CDATA[+1415]]><![CDATA[5550100]]>", "<!-- x -->"}) {
        BOOST_TEST_CONTEXT(number) {
            const std::string element = "<Number>" + std::string(number) + "</Number>";
            BOOST_TEST(!read_members(element));
            BOOST_TEST((failure_of([&] { wire::xml::read_one(one, xml("<Reply>" + element + "</Reply>")); }) ==
                        errc::malformed_reply));
            BOOST_TEST(read(bare, with_rows("<Row>" + std::string(number) + "</Row>")).rows.empty());
        }
    }
    for (const char* number : {"+14155550100", " \n+14155550100\t", "<![CDATA[+14155550100]]>",
                               "\n<![CDATA[+14155550100]]>\n", "&#43;14155550100", "&#x2b;1415555&#48;100"}) {
        BOOST_TEST_CONTEXT(number) {
            BOOST_TEST(read_members("<Number>" + std::string(number) + "</Number>").has_value());
            BOOST_TEST(read(bare, with_rows("<Row>" + std::string(number) + "</Row>")).rows.size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_described_element_that_stands_twice_costs_the_row) {
    for (const char* members :
         {"<Number>+14155550100</Number>", "<Text>a</Text><Text>a</Text>", "<Text/><Text>a</Text>",
          "<a:Text>a</a:Text><b:Text>b</b:Text>", "<Cost><Price>1</Price><Price>1</Price></Cost>", "<Cost/><Cost/>",
          R"(<Cost><Price currency="USD" currency="USD">1</Price></Cost>)"}) {
        BOOST_TEST_CONTEXT(members) { BOOST_TEST(!read_row(members)); }
    }
    BOOST_TEST(read_row("<Other>1</Other><Other>2</Other>").has_value());
    for (const char* reply :
         {"<Reply><Rows/><Rows/></Reply>", "<Reply><Status>a</Status><Status>a</Status><Rows/></Reply>",
          R"(<Reply><Meta total="1"/><Meta/><Rows/></Reply>)",
          R"(<Reply><Meta total="1" total="2"/><Rows/></Reply>)"}) {
        BOOST_TEST_CONTEXT(reply) { BOOST_TEST(is_malformed(enveloped, reply)); }
    }
    constexpr std::string_view two = "<Reply><Number>+14155550100</Number><Status>A</Status><Status>B</Status></Reply>";
    BOOST_TEST((failure_of([&] { wire::xml::read_one(one, xml(two)); }) == errc::malformed_reply));
}

BOOST_AUTO_TEST_CASE(what_stands_beside_the_rows_is_what_it_should_be_or_fails_the_reply) {
    for (const char* beside : {"<Status><a/></Status>", "<Status>a<!-- -->b</Status>", R"(<Meta total="many"/>)",
                               R"(<Meta total="-1"/>)", R"(<Meta total="4294967296"/>)"}) {
        BOOST_TEST_CONTEXT(beside) {
            BOOST_TEST(is_malformed(enveloped, "<Reply><Rows/>" + std::string(beside) + "</Reply>"));
            BOOST_TEST(is_malformed(enveloped, "<Reply>" + std::string(beside) + "<Rows/></Reply>"));
        }
    }
    BOOST_TEST(read(enveloped, "<Reply><Rows/></Reply>").whole.status == "");
}

BOOST_AUTO_TEST_CASE(rows_are_found_where_the_element_around_them_is) {
    BOOST_TEST(read(rows, "<Reply><Rows/></Reply>").found);
    BOOST_TEST(read(rows, "<Reply><Rows><Other/></Rows></Reply>").found);
    for (const char* reply : {"<Reply/>", "<Reply>text</Reply>", "<Other><Rows/></Other>", "<reply><Rows/></reply>",
                              "<Reply><rows/></Reply>", "<Reply><a><Rows/></a></Reply>", "<Rows/>"}) {
        BOOST_TEST_CONTEXT(reply) {
            BOOST_TEST(is_malformed(rows, reply));
            constexpr auto lenient = rows.or_absent();
            BOOST_TEST(!read(lenient, reply).found);
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_may_be_bare_values) {
    const auto found =
        read(bare, with_rows("<Row>+14155550100</Row><Row/><Row>x</Row><Row><Number>+14155550101</Number></Row>"
                             "<Other>+14155550102</Other><Row a='1'>+14155550103</Row>"));
    BOOST_TEST_REQUIRE(found.rows.size() == 2U);
    BOOST_TEST(found.rows[0].number.str() == "+14155550100");
    BOOST_TEST(found.rows[1].number.str() == "+14155550103");
    BOOST_TEST(found.refused == 3U);
}

BOOST_AUTO_TEST_CASE(a_feature_that_a_list_does_not_name_is_not_there) {
    const struct {
        const char* member;
        std::optional<bool> sms;
    } lists[]{{"<Features><Feature>FAX</Feature><Feature>SMS</Feature></Features>", true},
              {"<Features><Feature>sms</Feature></Features>", false},
              {"<Features/>", false},
              {"<Features><Other/></Features>", false},
              {"", {}}};
    for (const auto& [member, sms] : lists) {
        BOOST_TEST_CONTEXT(member) { BOOST_TEST((read_row(member)->features.get(Feature::sms) == sms)); }
    }
}

BOOST_AUTO_TEST_CASE(prefixes_of_names_are_not_looked_at) {
    const auto found = read(enveloped, R"(<s:Reply xmlns:s="urn:x" xmlns="urn:y"><s:Rows><t:Row t:id="7">
        <u:Number>+14155550100</u:Number></t:Row><Row><Number>+14155550101</Number></Row></s:Rows></s:Reply>)");
    BOOST_TEST_REQUIRE(found.rows.size() == 2U);
    BOOST_TEST(found.rows[0].id == "7");
}

BOOST_AUTO_TEST_CASE(members_of_any_name_are_rows_too) {
    constexpr auto keyed =
        wire::rows("Reply.Prices{}", {wire::key<&Row::text>(), wire::field<&Row::price>("Amount").required()});
    const auto found =
        read(keyed, "<Reply><Prices><US><Amount>1</Amount></US><CA><Amount>2</Amount></CA><X/></Prices></Reply>");
    BOOST_TEST_REQUIRE(found.rows.size() == 2U);
    BOOST_TEST(found.rows[1].text == "CA");
    BOOST_TEST(found.refused == 1U);
}

BOOST_AUTO_TEST_CASE(an_offer_s_texts_outlive_its_search_and_its_details_are_json) {
    std::vector<Offer> kept;
    {
        const auto page = wire::xml::read_offers(offers, xml(R"(<Reply><Rows><Row tier="0">
            <City>S&#xE3;o Paulo, of more than fifteen bytes</City><Number>+14155550100</Number>
            <Extra><A>1</A><A>2</A><B> "x" </B><C/></Extra></Row><Row/></Rows></Reply>)"));
        BOOST_TEST(page.refused == 1U);
        kept = page.offers;
    }
    BOOST_TEST_REQUIRE(kept.size() == 1U);
    BOOST_TEST(kept[0].locality == "S\xC3\xA3o Paulo, of more than fifteen bytes");
    const auto details = parse_json_object(kept[0].details());
    BOOST_TEST_REQUIRE(details.has_value());
    BOOST_TEST((*details == boost::json::parse(R"({"@tier": "0", "City": "S\u00e3o Paulo, of more than fifteen bytes",
        "Number": "+14155550100", "Extra": {"A": ["1", "2"], "B": " \"x\" ", "C": ""}})")));

    const std::string deep =
        with_rows("<Row><Number>+14155550100</Number>" + repeated("<a>", 60) + repeated("</a>", 60) + "</Row>");
    BOOST_TEST(parse_json_object(wire::xml::read_offers(offers, xml(deep)).offers.at(0).details(), max_json_text_depth)
                   .has_value());
}

BOOST_AUTO_TEST_CASE(more_of_xml_than_we_speak_is_malformed) {
    const std::string body = "<Reply><Rows/></Reply>";
    BOOST_TEST(read(rows, body).found);
    BOOST_TEST(
        read(rows, "\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?><!-- -- & -->" + body + "<!-- a --> \n").found);
    const std::string billion_laughs =
        R"(<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]>)" + body;
    const std::string bads[]{std::string(),
                             " ",
                             "<!-- -->",
                             "<?xml version='1.0'?>",
                             "{}",
                             "x" + body,
                             body + "x",
                             body + body,
                             body + "<a/>",
                             body + "&amp;",
                             body + "<![CDATA[x]]>",
                             "<![CDATA[x]]>" + body,
                             body + std::string(1, '\0'),
                             body + std::string(1, '\0') + "<a/>",
                             "<!DOCTYPE html>" + body,
                             "<!doctype html>" + body,
                             "<!DocType html>" + body,
                             body + "<!DOCTYPE html>",
                             "<Reply><!DOCTYPE a><Rows/></Reply>",
                             billion_laughs,
                             R"(<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Reply><Rows>&x;</Rows></Reply>)",
                             R"(<!DOCTYPE a PUBLIC "x" "http://127.0.0.1:1/a.dtd">)" + body,
                             "<?xml-stylesheet href='a'?>" + body,
                             body + "<?php ?>",
                             "<Reply><?x y?><Rows/></Reply>",
                             body + "<?xml version='1.0'?>",
                             "<!-- --><?xml version='1.0'?>" + body,
                             "<?xml version='1.0' encoding='ISO-8859-1'?>" + body,
                             "<?xml version='1.0' encoding='UTF-16'?>" + body,
                             "<?xml version='1.0' encoding='UTF-7'?>" + body,
                             "<Reply><Rows/><a>&xxe;</a></Reply>",
                             "<Reply><Rows/><a>&AMP;</a></Reply>",
                             "<Reply><Rows/><a>&</a></Reply>",
                             "<Reply><Rows/><a>& x;</a></Reply>",
                             "<Reply><Rows/><a>&amp</a></Reply>",
                             "<Reply><Rows/><a>&#0;</a></Reply>",
                             "<Reply><Rows/><a>&#8;</a></Reply>",
                             "<Reply><Rows/><a>&#xD800;</a></Reply>",
                             "<Reply><Rows/><a>&#xFFFE;</a></Reply>",
                             "<Reply><Rows/><a>&#x110000;</a></Reply>",
                             "<Reply><Rows/><a>&#4294967337;</a></Reply>",
                             "<Reply><Rows/><a>&#;</a></Reply>",
                             "<Reply><Rows/><a>&#x;</a></Reply>",
                             "<Reply><Rows/><a>&#X41;</a></Reply>",
                             "<Reply><Rows/><a>&#-1;</a></Reply>",
                             "<Reply><Rows/><a b='&xxe;'/></Reply>",
                             "<Reply><Rows/><a b='<'/></Reply>",
                             "<Reply><Rows/><a b=1/></Reply>",
                             "<Reply><Rows/><a b/></Reply>",
                             "<Reply><Rows/><a></b></Reply>",
                             "<Reply><Rows/></reply>",
                             "<Reply><Rows></Reply>",
                             "<Reply><Rows/>\x01</Reply>",
                             "<Reply><Rows/>\x7F\xFF</Reply>",
                             "<Reply><Rows/>\xED\xA0\x80</Reply>",
                             "<Reply><Rows/>\xC0\xBC</Reply>",
                             "<Reply><Rows/>\xEF\xBF\xBE</Reply>",
                             "<Reply><Rows/>\xF4\x90\x80\x80</Reply>",
                             std::string("\xFF\xFE<\0", 4),
                             "<html><body>Bad Gateway</html>"};
    for (const std::string& bad : bads) {
        BOOST_TEST_CONTEXT(bad) { BOOST_TEST(is_malformed(rows, bad)); }
    }
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
    const auto nested = [](std::size_t depth) {
        return "<Reply><Rows/>" + repeated("<a>", depth) + repeated("</a>", depth) + "</Reply>";
    };
    BOOST_TEST(read(rows, nested(60)).found);
    BOOST_TEST(is_malformed(rows, nested(64)));
    BOOST_TEST(is_malformed(rows, nested(100'000)));
    BOOST_TEST(is_malformed(rows, nested(500'000)));
    BOOST_TEST(is_malformed(rows, repeated("<a>", 1'000'000)));
    BOOST_TEST(is_malformed(rows, "<Reply " + repeated("a='' ", 1'000'000) + "><Rows/></Reply>"));
    BOOST_TEST(is_malformed(rows, with_rows(repeated("<a/>", 1'000'000))));
    BOOST_TEST(read(rows, with_rows(repeated("<a/>", 100'000))).found);
    BOOST_TEST(read_row("<Text>" + std::string(4U << 20U, 'x') + "</Text>")->text.size() == 4U << 20U);
    BOOST_TEST(read_row("<Text>" + repeated("&amp;", 800'000) + "</Text>")->text == std::string(800'000, '&'));
    BOOST_TEST(is_malformed(rows, with_rows("<a>" + repeated("&a;", 800'000) + "</a>")));
}

BOOST_AUTO_TEST_CASE(a_reply_cut_at_any_byte_is_malformed) {
    const std::string_view document = whole_reply.substr(0, whole_reply.find_last_of('>') + 1);
    for (std::size_t size = 0; size < document.size(); ++size) {
        BOOST_TEST_CONTEXT(size) { BOOST_TEST_REQUIRE(is_malformed(enveloped, document.substr(0, size))); }
    }
    BOOST_TEST(read(enveloped, document).rows.size() == 2U);
}

BOOST_AUTO_TEST_CASE(no_single_wrong_byte_brings_the_reader_down) {
    std::size_t still_read = 0, malformed = 0;
    for (std::size_t at = 0; at < whole_reply.size(); ++at) {
        for (const char byte : {'\0', '<', '>', '&', ';', '/', '!', '?', '"', '=', '[', ']', '\x80', '\xFF', ' '}) {
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
        bool is_xml;
    } types[]{{"application/xml", true},
              {"application/xml; charset=UTF-8", true},
              {"Text/XML;charset=utf-8", true},
              {"application/soap+xml; charset=utf-8", true},
              {"application/atom+XML", true},
              {"", true},
              {"text/html", false},
              {"application/json", false},
              {"text/plain", false},
              {"application/xmlx", false},
              {"+xml", false},
              {"text/html; x=application/xml", false}};
    for (const auto& [type, is_xml] : types) {
        BOOST_TEST_CONTEXT(type) {
            const Response response = xml("<Reply><Rows/></Reply>", type);
            const auto failure = is_xml ? std::nullopt : std::optional(errc::malformed_reply);
            BOOST_TEST((failure_of([&] { wire::xml::read_rows(rows, response); }) == failure));
            BOOST_TEST((failure_of([&] { wire::xml::read_offers(offers, response); }) == failure));
        }
    }
}

BOOST_AUTO_TEST_CASE(one_element_is_read_whole_or_not_at_all) {
    BOOST_TEST(wire::xml::read_one(one, xml("<Reply><Number>+14155550100</Number></Reply>")).number.str() ==
               "+14155550100");
    for (const char* reply :
         {"<Reply/>", "<Reply><Number>x</Number></Reply>", "<Other/>", "<Reply>+14155550100</Reply>",
          "<Reply><Number>+14155550100</Number><Count>x</Count></Reply>"}) {
        BOOST_TEST_CONTEXT(reply) {
            BOOST_TEST((failure_of([&] { wire::xml::read_one(one, xml(reply)); }) == errc::malformed_reply));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_is_written_as_it_nests) {
    const std::string id = "o-1";
    Element order("Order", {{"Name", id}, {"Numbers", {{"Number", "+14155550100"}}}, {"Empty", ""}});
    order.add({"Flags", {{"A", "true"}, {"B", "false"}}}).attribute("xmlns", "urn:a&b");
    BOOST_TEST(order.str() == R"(<?xml version="1.0" encoding="UTF-8"?><Order xmlns="urn:a&amp;b"><Name>o-1</Name>)"
                              "<Numbers><Number>+14155550100</Number></Numbers><Empty></Empty>"
                              "<Flags><A>true</A><B>false</B></Flags></Order>");
    const Request request = wire::with_xml(Request::post("https://carrier.example/orders"), order);
    BOOST_TEST(request.body() == order.str());
    BOOST_TEST(request.fields().at(0).name == "Content-Type");
    BOOST_TEST(request.fields().at(0).value == "application/xml");
}

BOOST_AUTO_TEST_CASE(no_value_leaves_its_place_in_a_body) {
    struct Echo {
        std::string text{}, attribute{};
    };
    constexpr auto echo = wire::rows("A", {wire::field<&Echo::text>("B"), wire::field<&Echo::attribute>("B.@c")});
    const auto comes_back = [&](const std::string& text) {
        Element inner("B", text);
        inner.attribute("c", text);
        Element outer("A");
        outer.add(inner);
        pugi::xml_document document;
        const std::string written = outer.str();
        std::string parsed = written;
        wire::detail::parse_xml(document, parsed);
        const pugi::xml_node root = document.child("A"), leaf = root.child("B");
        const auto only = [](const pugi::xml_node& node) { return !node.next_sibling() && !node.previous_sibling(); };
        return only(leaf) && !leaf.first_attribute().next_attribute() &&
               wire::detail::without_references(leaf.child_value()) == text &&
               wire::detail::without_references(leaf.first_attribute().value()) == text &&
               wire::xml::read_one(echo, xml(written)).attribute == text;
    };
    std::string every = "\t\n\r";
    for (int byte = 0x20; byte < 0x7F; ++byte) { every += static_cast<char>(byte); }
    for (const std::string& text :
         {every, std::string("</tn><tn>"), std::string("&xxe;"), std::string("]]>"), std::string("<![CDATA["),
          std::string("\" x=\""), std::string("'"), std::string("<!-- -->"), std::string("<!DOCTYPE a>"),
          std::string("&#0;"), std::string("\xC3\xA3\xF0\x9F\x98\x80"), std::string("\x7F")}) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(comes_back(text)); }
    }
    std::mt19937 chance(4711);
    const std::vector<std::string> pieces{"<",
                                          ">",
                                          "&",
                                          "\"",
                                          "'",
                                          "]]>",
                                          "&lt;",
                                          "</B>",
                                          "<B>",
                                          "a",
                                          " ",
                                          "\n",
                                          "\r",
                                          "\t",
                                          "\xC3\xA9",
                                          "\xE2\x82\xAC",
                                          "\xF4\x8F\xBF\xBF",
                                          ";",
                                          "#x26",
                                          "="};
    for (int i = 0; i < 2'000; ++i) {
        std::string text = "x";
        for (auto count = chance() % 12; count > 0; --count) { text += pieces[chance() % pieces.size()]; }
        BOOST_TEST_CONTEXT(text) { BOOST_TEST_REQUIRE(comes_back(text)); }
    }
}

BOOST_AUTO_TEST_CASE(what_xml_cannot_hold_is_invalid) {
    for (const std::string& text :
         {std::string(1, '\0'), std::string("a\x01"), std::string("\x1F"), std::string("\x0B"), std::string("\xFF"),
          std::string("\xC0\x80"), std::string("\xED\xA0\x80"), std::string("\xEF\xBF\xBF"), std::string("\xC3")}) {
        BOOST_TEST((failure_of([&] { Element("A", text); }) == errc::invalid));
        BOOST_TEST((failure_of([&] { Element("A").attribute("b", text); }) == errc::invalid));
    }
    for (const char* name : {"", " ", "1a", "-a", "a b", "a>", "a/", "<a", "a\"", "\xC3\xA9", "a&b"}) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST((failure_of([&] { Element made(name, ""); }) == errc::invalid));
            BOOST_TEST((failure_of([&] { Element("A").attribute(name, ""); }) == errc::invalid));
        }
    }
    BOOST_TEST(Element("soap:Body", "").str().ends_with("<soap:Body></soap:Body>"));
}

namespace {

constexpr auto alike =
    wire::rows("R.List.N[]", {wire::field<&Offer::number>("Full").required(), wire::field<&Offer::locality>("City"),
                              wire::field<&Offer::monthly>("Price.@now"), wire::flag<Feature::sms>("Can.F[=sms]"),
                              wire::flag<Feature::voice>("Voice"), wire::dropped_if("Held")});

std::string number_in(std::string_view last, std::string_view city, std::string_view more = "") {
    return "<N><Full>+1415555010" + std::string(last) + "</Full><City>" + std::string(city) +
           R"(</City><Price now="1.10"/><Can><F>fax</F><F>sms</F></Can><Voice>true</Voice>)" + std::string(more) +
           "</N>";
}
std::string list_of(const std::vector<std::string>& numbers, std::string_view between = "") {
    std::string text = "<R><List>";
    for (const std::string& number : numbers) { text.append(number).append(between); }
    return text + "</List></R>";
}
/// Whether the reply is read alike with the layouts that are kept and without any.
bool is_read_alike(const std::string& text) {
    wire::detail::Copies copies;
    wire::RowsRead<Offer> parsed, read;
    std::string copy = text, parsed_failed, failed;
    try {
        parsed = wire::detail::parse_xml_rows(alike, copy, copies);
    } catch (const Exception& failure) { parsed_failed = failure.error().cause; }
    try {
        read = wire::detail::read_xml(alike, Response(200, text, "application/xml"), copies);
    } catch (const Exception& failure) { failed = failure.error().cause; }
    const auto is_same = [](const Offer& a, const Offer& b) {
        return a.number == b.number && a.locality == b.locality && a.monthly == b.monthly && a.features == b.features &&
               a.row == b.row;
    };
    return failed == parsed_failed && read.refused == parsed.refused && read.found == parsed.found &&
           std::equal(read.rows.begin(), read.rows.end(), parsed.rows.begin(), parsed.rows.end(), is_same);
}
/// Whether all rows of the reply are read without being parsed.
bool fits(const std::string& text) {
    wire::RowsRead<Offer> none;
    const wire::detail::TakenLayouts taken(alike, wire::detail::sink_of(none), wire::detail::xml_rows);
    wire::detail::Copies copies;
    return wire::detail::read_repeated_rows(alike, *taken, text, copies).has_value();
}
void learn() {
    wire::detail::KeptLayouts::here().clear();
    for (int time = 0; time < 2; ++time) {
        BOOST_TEST_REQUIRE(is_read_alike(list_of({number_in("0", "Here"), number_in("1", "There")})));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_that_repeat_a_layout_are_read_without_a_parser) {
    learn();
    for (const char* city : {"Elsewhere", "a/b, c", "S\xC3\xA3o Paulo", "0"}) {
        const std::string text = list_of({number_in("2", city), number_in("3", "Here")}, "\n ");
        BOOST_TEST_CONTEXT(city) {
            BOOST_TEST(fits(text));
            BOOST_TEST(is_read_alike(text));
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_that_repeat_no_layout_are_parsed) {
    for (const char* city :
         {"", " ", " a", "a ", "a\n", "a&amp;b", "&", "a\"b", "a\\b", "<i/>", "a<i/>", "<![CDATA[a]]>", "a<!-- -->",
          "\x01", "\xC3", "\xEF\xBF\xBF", "</City>", "</City><City>b"}) {
        BOOST_TEST_CONTEXT(city) {
            learn();
            const std::string text = list_of({number_in("2", "Here"), number_in("3", city), number_in("4", "There")});
            BOOST_TEST(!fits(text));
            for (int time = 0; time < 3; ++time) { BOOST_TEST(is_read_alike(text)); }
        }
    }
    learn();
    for (const char* more :
         {"<Held>true</Held>", "<Held>false</Held>", "<More/>", "<Full>+14155550199</Full>", "<Voice>false</Voice>"}) {
        BOOST_TEST_CONTEXT(more) {
            const std::string text =
                list_of({number_in("2", "Here"), number_in("3", "There", more), number_in("4", "There", more)});
            BOOST_TEST(!fits(text));
            for (int time = 0; time < 3; ++time) { BOOST_TEST(is_read_alike(text)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_elsewhere_are_no_rows_whatever_they_repeat) {
    learn();
    const std::string two = number_in("2", "Here") + number_in("3", "There");
    for (const std::string& text :
         {"<R><List><!--" + two + "--></List></R>", "<R><List>" + two + "<!--" + two + "--></List></R>",
          "<R><List><x:N><Full>+14155550109</Full></x:N><!--" + two + "--></List></R>",
          "<R><Other>" + two + "</Other><List/></R>", "<R><List>" + two + "</List><Other>" + two + "</Other></R>",
          "<R><List><![CDATA[" + two + "]]></List></R>",
          "<R><List>" + two + R"(<N a="b"><Full>+14155550109</Full></N></List></R>)",
          "<R><List>" + two + "text" + two + "</List></R>", "<R><List>" + two + "</List></R>x",
          "<R><List>" + two + "</List>", two, "<R a='" + two + "'><List/></R>", "<R><List><N/>" + two + "</List></R>",
          "<R><List>" + two + "</List><List>" + two + "</List></R>"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(is_read_alike(text)); }
    }
}

BOOST_AUTO_TEST_CASE(a_repeating_reply_that_is_cut_off_or_changed_anywhere_is_read_alike) {
    learn();
    const std::string text = list_of({number_in("2", "Here"), number_in("3", "S\xC3\xA3o")}, " ");
    for (std::size_t at = 0; at <= text.size(); ++at) {
        BOOST_TEST_CONTEXT(at) { BOOST_TEST(is_read_alike(text.substr(0, at))); }
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char c : std::string_view("<>&/ \"\x80")) {
            std::string changed = text;
            changed[at] = c;
            BOOST_TEST_CONTEXT(changed) { BOOST_TEST(is_read_alike(changed)); }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
