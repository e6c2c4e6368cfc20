// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"

#include <tandem/wire/json.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace tandem;
using test::failure_of;

namespace {

struct Row {
    E164 number{};
    Amount price{};
    std::string id{};
    std::string_view city{};
    std::string_view state{};
    std::string_view loose{};
    std::int32_t count = 0;
    bool yes = false;
    Features features{};
    std::string_view row{};

    friend bool operator==(const Row&, const Row&) = default;
};
struct Beside {
    std::optional<std::int64_t> total{};

    friend bool operator==(const Beside&, const Beside&) = default;
};
bool without_x(std::string_view& member, const wire::Scalar& value) {
    member = value.text;
    return value.text.find('x') == value.text.npos;
}
constexpr auto rows =
    wire::rows("data[]", {wire::field<&Row::number>("number").required(), wire::field<&Row::price>("price"),
                          wire::field<&Row::id>("id"), wire::field<&Row::city>("city"),
                          wire::field<&Row::state>("places[type=state].name"),
                          wire::field<&Row::loose, without_x>("loose").if_fitting(), wire::field<&Row::count>("count"),
                          wire::field<&Row::count>("amount"), wire::field<&Row::yes>("yes"),
                          wire::flag<Feature::sms, Row>("features[=sms]"), wire::dropped_if<Row>("held")})
        .with({wire::field<&Beside::total>("total")});

using Read = wire::RowsRead<Row, Beside>;
using Reading = wire::detail::Reader::Tally (*)(const wire::detail::Description&, const wire::detail::RowSink&,
                                                std::string_view, wire::detail::Copies&);

struct Outcome {
    std::optional<Read> read{};
    std::string failed{};
};
Outcome outcome_of(Reading reading, std::string_view text, wire::detail::Copies& copies) {
    try {
        Read read;
        const auto tally = reading(rows, wire::detail::sink_of(read), text, copies);
        wire::detail::finish(rows, tally, read);
        return {.read = std::move(read)};
    } catch (const Exception& failure) { return {.failed = failure.error().cause}; }
}

/// Whether the reply is read alike with the layouts that are kept and without any. It is in a block of its own.
bool is_read_alike(std::string_view text) {
    const std::vector<char> block(text.begin(), text.end());
    const std::string_view reply(block.data(), block.size());
    wire::detail::Copies copies;
    const Outcome a = outcome_of(wire::detail::parse_text, reply, copies);
    const Outcome b = outcome_of(wire::detail::read_text, reply, copies);
    if (a.read.has_value() != b.read.has_value()) { return false; }
    if (!a.read) { return a.failed == b.failed; }
    bool is_same = a.read->refused == b.read->refused && a.read->whole == b.read->whole && a.read->rows == b.read->rows;
    for (std::size_t i = 0; is_same && i < a.read->rows.size(); ++i) {
        is_same = a.read->rows[i].row.data() == b.read->rows[i].row.data();
    }
    return is_same;
}

std::string reply_of(const std::vector<std::string>& list, std::string_view between = ",") {
    std::string text = R"({"data":[)";
    for (std::size_t i = 0; i < list.size(); ++i) { text.append(i > 0 ? between : "").append(list[i]); }
    return text + R"(],"total":2})";
}
std::string row_of(std::string_view digits, std::string_view members = "") {
    return R"({"number":"+1415555)" + std::string(digits) + '"' + std::string(members) + '}';
}
std::string full_row(std::string_view digits, std::string_view city, std::string_view price = R"("1.10")") {
    return row_of(digits,
                  R"(,"price":)" + std::string(price) + R"(,"id":"i)" + std::string(digits) + R"(","city":")" +
                      std::string(city) + R"(","places":[{"type":"city","name":"c"},{"type":"state","name":"CA"}],)" +
                      R"("loose":"l","count":1,"yes":true,"features":["sms","fax"],"held":false,"other":[1.5,"o"])");
}

/// A fresh set of layouts, that has learned from `learned`.
struct Kept {
    explicit Kept(const std::vector<std::string>& learned = {}) {
        wire::detail::KeptLayouts::here().clear();
        if (learned.empty()) { return; }
        for (int time = 0; time < 2; ++time) { BOOST_TEST_REQUIRE(is_read_alike(reply_of(learned))); }
    }
    /// Whether `row` is read without being parsed.
    bool fits(std::string_view row) const {
        Read read;
        wire::detail::Copies copies;
        wire::detail::Room room(copies);
        const auto sink = wire::detail::sink_of(read);
        auto layouts = wire::detail::KeptLayouts::here().take(rows, sink, wire::detail::json_rows);
        const std::size_t size = layouts->read(row, rows, sink, room);
        wire::detail::KeptLayouts::here().put_back(std::move(layouts));
        return size > 0;
    }
};

const std::vector<std::string> three{full_row("0100", "Here"), full_row("0101", "There"), full_row("0102", "Here")};

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_layouts)

BOOST_AUTO_TEST_CASE(a_row_that_repeats_a_layout_is_read_without_a_parser) {
    const Kept kept(three);
    BOOST_TEST(kept.fits(full_row("0999", "Elsewhere")));
    BOOST_TEST(kept.fits(full_row("0999", "")));
    BOOST_TEST(is_read_alike(reply_of({full_row("0998", ""), full_row("0999", "Elsewhere, and far away")})));
}

BOOST_AUTO_TEST_CASE(the_first_reply_is_parsed_and_the_second_learned_from) {
    const Kept kept;
    BOOST_TEST(is_read_alike(reply_of(three)));
    BOOST_TEST(!kept.fits(three[0]));
    BOOST_TEST(is_read_alike(reply_of(three)));
    BOOST_TEST(kept.fits(three[0]));
}

BOOST_AUTO_TEST_CASE(the_last_row_is_learned_from_and_an_only_one) {
    const std::string another = row_of("0103", R"(,"yes":true)");
    const Kept kept({three[0], three[1], another});
    BOOST_TEST(kept.fits(three[0]));
    BOOST_TEST(kept.fits(another));
    const Kept only({another});
    BOOST_TEST(only.fits(another));
    BOOST_TEST(!only.fits(three[0]));
}

BOOST_AUTO_TEST_CASE(a_value_is_literal_until_a_row_has_another) {
    const Kept kept({full_row("0100", "Here"), full_row("0101", "Here"), full_row("0102", "Here")});
    BOOST_TEST(kept.fits(full_row("0103", "Here")));
    BOOST_TEST(!kept.fits(full_row("0103", "There")));
    BOOST_TEST(is_read_alike(reply_of({full_row("0103", "There"), full_row("0104", "There")})));
    BOOST_TEST(kept.fits(full_row("0105", "Anywhere")));
}

BOOST_AUTO_TEST_CASE(what_a_slot_cannot_hold_is_parsed) {
    const Kept kept({full_row("0100", "Here", "1.5"), full_row("0101", "There", "2"), full_row("0102", "Here", "1")});
    BOOST_TEST(kept.fits(full_row("0103", "S\xC3\xA3o Paulo \xF0\x9F\x98\x80", "0.85")));
    for (const char* city :
         {"a\\\"b", "\\u0041", "\\", "\x01", "\n", "\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xED\xA0\x80",
          "\xF4\x90\x80\x80", "12345678\xFF", "1234567\xC3", "a\"b", "a\",\"city\":\"b"}) {
        BOOST_TEST_CONTEXT(city) {
            BOOST_TEST(!kept.fits(full_row("0103", city)));
            BOOST_TEST(is_read_alike(reply_of({three[0], full_row("0103", city), three[1]})));
        }
    }
    for (const char* price :
         {"-1", "01", "1.", ".5", "1e2", "1E-1", "1.23456", "+1", "--1", "1-", "", "-", "12345678901234567890",
          "0.0000000000000000000000000000001", "true", "null", "{}", R"("1")"}) {
        BOOST_TEST_CONTEXT(price) {
            BOOST_TEST(!kept.fits(full_row("0103", "Here", price)));
            BOOST_TEST(is_read_alike(reply_of({full_row("0103", "Here", price), three[1]})));
        }
    }
    for (const char* digits : {"", "01x3", "0103\\u0031", "012345678901"}) {
        BOOST_TEST_CONTEXT(digits) {
            BOOST_TEST(is_read_alike(reply_of({three[0], full_row(digits, "Here"), three[2]})));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_price_is_a_number_or_a_text_each_in_a_layout_of_its_own) {
    const Kept kept({full_row("0100", "Here", "1.5"), full_row("0101", "Here", R"("1.5")"),
                     full_row("0102", "Here", "1.25"), full_row("0103", "Here", R"("2.50")"),
                     full_row("0104", "Here", "2")});
    BOOST_TEST(kept.fits(full_row("0105", "Here", "7.75")));
    BOOST_TEST(kept.fits(full_row("0105", "Here", R"("7.75")")));
    BOOST_TEST(!kept.fits(full_row("0105", "Here", R"("free")")));
    BOOST_TEST(!kept.fits(full_row("0105", "Here", R"("1.23456")")));
}

BOOST_AUTO_TEST_CASE(lists_of_another_shape_and_other_names_in_them_are_other_layouts) {
    const auto with = [](std::string_view list) { return row_of("0100", R"(,"features":)" + std::string(list)); };
    const Kept kept(
        {with(R"(["sms"])"), row_of("0101", R"(,"features":["sms"])"), row_of("0102", R"(,"features":["sms"])")});
    BOOST_TEST(kept.fits(row_of("0103", R"(,"features":["sms"])")));
    for (const char* list :
         {"[]", R"(["fax"])", R"(["sms","fax"])", R"([["sms"]])", R"("sms")", "null", R"([null,"sms"])"}) {
        BOOST_TEST_CONTEXT(list) {
            BOOST_TEST(!kept.fits(with(list)));
            BOOST_TEST(is_read_alike(reply_of({with(list), with(R"(["sms"])"), with(list), with(list)})));
        }
    }
    const auto named = [](std::string_view type) {
        return row_of("0100", R"(,"places":[{"name":"CA","type":")" + std::string(type) + R"("}])");
    };
    const std::string mixed =
        reply_of({named("state"), named("city"), named("state"), named("st\\u0061te"), named("")});
    for (int time = 0; time < 3; ++time) { BOOST_TEST(is_read_alike(mixed)); }
}

BOOST_AUTO_TEST_CASE(rows_that_are_refused_or_dropped_are_never_learned) {
    const std::vector<std::string> bad{row_of("010x"), row_of("0101", R"(,"held":true)"),
                                       row_of("0102", R"(,"price":-1)"), row_of("0103", R"(,"id":"a","id":"b")"),
                                       R"({"id":"none"})"};
    const Kept kept({bad[0], bad[0], bad[1], bad[1], bad[2], bad[2], bad[3], bad[3], bad[4], bad[4], row_of("0104")});
    for (const std::string& row : bad) { BOOST_TEST(!kept.fits(row)); }
    for (int time = 0; time < 3; ++time) {
        BOOST_TEST(is_read_alike(reply_of({three[0], bad[0], three[1], bad[1], three[1], bad[3], bad[4]})));
    }
}

BOOST_AUTO_TEST_CASE(members_that_are_given_twice_are_left_to_the_parser_where_their_order_matters) {
    const auto both = [](std::string_view first, std::string_view second) {
        return row_of("0100", R"(,"count":)" + std::string(first) + R"(,"amount":)" + std::string(second));
    };
    const Kept kept({both("1", "2"), both("1", "2"), both("1", "2")});
    BOOST_TEST(kept.fits(both("1", "2")));
    for (int time = 0; time < 3; ++time) {
        BOOST_TEST(is_read_alike(reply_of({both("3", "2"), both("4", "2"), both("1", "5"), both("1", "2")})));
    }
    BOOST_TEST(!kept.fits(both("9", "2")));
}

BOOST_AUTO_TEST_CASE(a_value_that_is_passed_over_leaves_the_member_as_the_reader_does) {
    const auto loose = [](std::string_view text) { return row_of("0100", R"(,"loose":")" + std::string(text) + '"'); };
    const Kept kept({loose("a"), loose("b"), loose("c")});
    BOOST_TEST(kept.fits(loose("has an x")));
    BOOST_TEST(is_read_alike(reply_of({loose("x"), loose("y"), loose("xx"), loose("")})));
}

BOOST_AUTO_TEST_CASE(what_stands_between_rows_and_beside_them_is_parsed) {
    const Kept kept(three);
    for (const char* between :
         {", ", "\n,\n", ",5,", ",null,", ",[],", ",\"[{\",", ",,", "", " ", "true", ":", ",]", "]", "}", ",{},"}) {
        BOOST_TEST_CONTEXT(between) { BOOST_TEST(is_read_alike(reply_of(three, between))); }
    }
    const std::string list = R"([)" + three[0] + ',' + three[1];
    for (const std::string& reply :
         {R"({"data":)" + list + ",]}", R"({"data":)" + list + "true]}", R"({"data":)" + list + "]]}",
          R"({"data":)" + list + "]}}", R"({"data":)" + list + R"(],"data":)" + list + "]}",
          R"({"total":"x","data":)" + list + "]}", R"({"data":)" + list + R"(],"total":1.5})",
          R"({"other":)" + list + "]}", R"({"data":{"data":)" + list + "]}}",
          R"({"data":[[)" + three[0] + "]," + three[1] + "]}", R"({"data":["[)" + three[0] + R"("]})", list + "]",
          R"({"data":"[)" + three[0] + "]}", R"({"data":["},)" + three[0] + R"("]})", R"({"data":[]},)" + three[0],
          R"({"data":[{"a":)" + list + "]}]}", std::string(R"({"data":[])"), std::string()}) {
        BOOST_TEST_CONTEXT(reply) { BOOST_TEST(is_read_alike(reply)); }
    }
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_cut_off_or_changed_anywhere_is_read_alike) {
    const Kept kept(
        {full_row("0100", "Here", "1.5"), full_row("0101", "There", "2"), full_row("0102", "S\xC3\xA3o", "1")});
    const std::string reply =
        reply_of({full_row("0103", "Here", "1.5"), full_row("0104", "S\xC3\xA3o", "1"), three[0]}, ", ");
    for (std::size_t size = 0; size <= reply.size(); ++size) {
        BOOST_TEST_CONTEXT(size) { BOOST_TEST(is_read_alike(std::string_view(reply).substr(0, size))); }
    }
    for (std::size_t at = 0; at < reply.size(); ++at) {
        for (const char c : std::string_view("\"\\{]1 \x80")) {
            std::string changed = reply;
            changed[at] = c;
            BOOST_TEST_CONTEXT(changed) { BOOST_TEST(is_read_alike(changed)); }
        }
    }
}

BOOST_AUTO_TEST_CASE(no_more_layouts_are_kept_than_are_of_use) {
    const Kept kept;
    const auto shape = [](std::size_t members) {
        std::string row = R"({"number":"+14155550100")";
        for (std::size_t i = 0; i < members; ++i) { row += ",\"m" + std::to_string(i) + "\":true"; }
        return row + '}';
    };
    std::vector<std::string> shapes;
    for (std::size_t i = 0; i < 12; ++i) { shapes.push_back(shape(i)); }
    for (int time = 0; time < 3; ++time) { BOOST_TEST(is_read_alike(reply_of(shapes))); }
    for (std::size_t i = 0; i < 12; ++i) { BOOST_TEST(kept.fits(shapes[i]) == (i < 8)); }
    // A reply of which nothing fits shows that the carrier writes another text now.
    for (int time = 0; time < 3; ++time) {
        BOOST_TEST(is_read_alike(reply_of({shapes[9], shapes[9], shapes[10], shapes[10]})));
    }
    BOOST_TEST(kept.fits(shapes[9]));
    BOOST_TEST(!kept.fits(shapes[1]));
    BOOST_TEST(is_read_alike(reply_of({row_of("0100", R"(,"m":")" + std::string(5'000, 'm') + '"')})));
}

BOOST_AUTO_TEST_CASE(descriptions_that_differ_share_no_layouts) {
    const Kept kept;
    const auto read = [](const auto& description) {
        return wire::read_offers(description,
                                 Response(200, R"({"data":[{"number":"+14155550100","held":false,"c":"x"},)"
                                               R"({"number":"+14155550101","held":false,"c":"y"},)"
                                               R"({"number":"+14155550102","held":true,"c":"z"}]})"));
    };
    for (int time = 0; time < 4; ++time) {
        // Local to the block, so that they stand in the same place.
        constexpr auto a = wire::rows("data[]", {wire::field<&Offer::number>("number"),
                                                 wire::field<&Offer::region>("c"), wire::dropped_if("held")});
        constexpr auto b = wire::rows("data[]", {wire::field<&Offer::number>("number"),
                                                 wire::field<&Offer::country>("c"), wire::dropped_if("held")});
        constexpr auto all = a.with_dropped();
        BOOST_TEST(read(a).offers.size() == 2U);
        BOOST_TEST(read(all).offers.size() == 3U);
        BOOST_TEST(read(a).offers.at(1).region == "y");
        BOOST_TEST(read(b).offers.at(1).region == "");
        BOOST_TEST(read(b).offers.at(1).country == "y");
    }
}

BOOST_AUTO_TEST_CASE(offers_share_their_reply_however_they_were_read) {
    const Kept kept;
    constexpr auto offers =
        wire::rows("data[]", {wire::field<&Offer::number>("number").required(), wire::field<&Offer::locality>("city"),
                              wire::field<&Offer::region>("r")});
    std::vector<Offer> found;
    for (const char* city : {"Here", "There", "Elsewhere"}) {
        std::string reply = R"({"data":[)";
        for (const char* last : {"0", "1", "2"}) {
            reply.append(reply.ends_with('[') ? "" : ",").append(R"({"number":"+1415555010)").append(last);
            reply.append(R"(","city":")").append(city).append(R"(","r":"CA"})");
        }
        auto page = wire::read_offers(offers, Response(200, reply + "]}"));
        found.insert(found.end(), page.offers.begin(), page.offers.end());
    }
    BOOST_TEST_REQUIRE(found.size() == 9U);
    BOOST_TEST(found[1].locality == "Here");
    BOOST_TEST(found[8].locality == "Elsewhere");
    BOOST_TEST(found[8].region == "CA");
    BOOST_TEST(found[8].details() == R"({"number":"+14155550102","city":"Elsewhere","r":"CA"})");
}

BOOST_AUTO_TEST_CASE(each_thread_has_layouts_of_its_own) {
    std::vector<std::future<bool>> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.push_back(std::async(std::launch::async, [] {
            bool is_alike = true;
            for (int time = 0; time < 50; ++time) { is_alike = is_read_alike(reply_of(three)) && is_alike; }
            return is_alike;
        }));
    }
    for (auto& thread : threads) { BOOST_TEST(thread.get()); }
}

BOOST_AUTO_TEST_SUITE_END()
