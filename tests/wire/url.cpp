// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"

#include <tandem/core/http.hpp>
#include <tandem/wire/url.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(wire_url)

using namespace tandem;
using test::failure_of;
using wire::Url;

namespace {

/// What a server finds in a URL made of `value` as a segment, a parameter's name and a parameter's value.
struct Found {
    std::string host{}, segment{}, name{}, value{};
    std::size_t segments = 0, parameters = 0;
    bool has_fragment = true;
};
Found sent(std::string_view value) {
    const std::string text =
        (Url("https://api.example/v2") / "numbers" / value / "order").query("first", "1").query(value, value).str();
    const Request request = Request::get(text);  // which refuses what no URL holds
    const auto url = boost::urls::parse_uri(request.url()).value();
    Found found{.host = url.host(), .segments = url.segments().size(), .parameters = url.params().size()};
    found.has_fragment = url.has_fragment();
    std::size_t at = 0;
    for (const auto& segment : url.segments()) {
        if (at++ == 2) { found.segment = segment; }
    }
    const auto last = *std::prev(url.params().end());
    found.name = last.key;
    found.value = last.value;
    return found;
}
bool stays(std::string_view value) {
    const Found found = sent(value);
    return found.host == "api.example" && found.segments == 4 && found.parameters == 2 && !found.has_fragment &&
           found.segment == value && found.name == value && found.value == value;
}

/// What RFC 3986 makes of `%XX`; a text that holds anything but that and unreserved characters is no value of ours.
std::string decoded(std::string_view text) {
    const auto digit = [](char c) { return c >= 'A' ? c - 'A' + 10 : c - '0'; };
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%' && i + 2 < text.size()) {
            bytes += static_cast<char>(16 * digit(text[i + 1]) + digit(text[i + 2]));
            i += 2;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                   c == '_' || c == '~') {
            bytes += c;
        } else {
            return {};
        }
    }
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_url_is_a_base_segments_and_parameters) {
    BOOST_TEST((Url("https://api.example/v2") / "numbers" / "US").query("limit", 10).str() ==
               "https://api.example/v2/numbers/US?limit=10");
    BOOST_TEST(Url("https://api.example///").query("a", "b").query("c", "").str() == "https://api.example?a=b&c=");
    BOOST_TEST(Url("https://api.example").str() == "https://api.example");
    BOOST_TEST(Url("http://127.0.0.1:8080").query("n", std::numeric_limits<std::uint64_t>::max()).str() ==
               "http://127.0.0.1:8080?n=18446744073709551615");
}

BOOST_AUTO_TEST_CASE(an_action_stands_behind_a_colon_that_no_segment_can_hold) {
    BOOST_TEST((Url("https://a") / "+1415").action("rent").query("x", 1).str() == "https://a/%2B1415:rent?x=1");
    BOOST_TEST((Url("https://a") / "1:rent").action("a/b?c").str() == "https://a/1%3Arent:a%2Fb%3Fc");
}

BOOST_AUTO_TEST_CASE(plus_and_space_are_never_each_other) {
    BOOST_TEST(Url("https://a").query("prefix", "+1 415").str() == "https://a?prefix=%2B1%20415");
    BOOST_TEST((Url("https://a") / "+1415").str() == "https://a/%2B1415");
    BOOST_TEST(Url("https://a").query("filter[phone_number][starts_with]", "1").str() ==
               "https://a?filter%5Bphone_number%5D%5Bstarts_with%5D=1");
}

BOOST_AUTO_TEST_CASE(every_byte_stays_in_its_place) {
    constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (int code = 0; code < 256; ++code) {
        BOOST_TEST_CONTEXT(code) {
            const std::string value{'a', static_cast<char>(code), 'b'};
            BOOST_TEST(stays(value));
            const std::string text = (Url("https://a") / value).str();
            const bool plain = unreserved.find(static_cast<char>(code)) != unreserved.npos;
            BOOST_TEST(text.size() == std::string_view("https://a/ab").size() + (plain ? 1 : 3));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_people_try_stays_in_its_place) {
    for (const std::string_view value :
         {"41&limit=9", "41#", "41/../", "\xEF\xBC\x94\xEF\xBC\x91\xEF\xBC\x95", "415\r\nX: 1", "%2e%2e", "..%2f",
          "...", "@evil", "\\evil", "//evil.example", "?a=b", "a=b", "a;b", "%", "%zz", "%00", "+", "*"}) {
        BOOST_TEST_CONTEXT(value) { BOOST_TEST(stays(value)); }
    }
    BOOST_TEST(stays(std::string_view("\0", 1)));
}

// Decoded by hand: the library that encodes is not its own witness.
BOOST_AUTO_TEST_CASE(a_million_random_values_are_read_back_as_they_were) {
    std::mt19937_64 random(14);
    std::string value;
    for (int i = 0; i < 1'000'000; ++i) {
        std::uint64_t bits = random();
        value.assign(1 + bits % 8, '\0');
        bits = random();
        for (char& byte : value) { byte = static_cast<char>(bits), bits >>= 8; }
        if (value == "." || value == "..") { continue; }
        const std::string text = i % 2 == 0 ? (Url("a:") / value).str() : Url("a:").query("", value).str();
        if (decoded(std::string_view(text).substr(i % 2 == 0 ? 3 : 4)) != value) {
            BOOST_FAIL("not read back: " << text);
        }
    }
}

BOOST_AUTO_TEST_CASE(thousands_of_random_values_stay_in_their_place) {
    std::mt19937_64 random(15);
    for (int i = 0; i < 10'000; ++i) {
        std::string value(1 + random() % 24, '\0');
        for (char& byte : value) { byte = static_cast<char>(random()); }
        if (value == "." || value == "..") { continue; }
        BOOST_REQUIRE(stays(value));
    }
}

BOOST_AUTO_TEST_CASE(a_segment_that_would_not_stay_one_is_refused) {
    for (const std::string_view segment : {"", ".", ".."}) {
        BOOST_TEST_CONTEXT(segment) {
            BOOST_TEST((failure_of([&] { (Url("https://a") / segment).str(); }) == errc::invalid));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_base_is_what_paths_can_be_put_behind) {
    for (const std::string_view base :
         {"", "/", "///", "https://a?b", "https://a/?", "https://a#b", "https://h#@evil"}) {
        BOOST_TEST_CONTEXT(base) {
            BOOST_TEST((failure_of([&] { Url url(base); }) == errc::settings));
        }
    }
    try {
        Url("https://user:canary@carrier.example/?key=canary");
    } catch (const Exception& failure) {
        BOOST_TEST(std::string_view(failure.what()).find("canary") == std::string_view::npos);
    }
    // What else a base may hold is no question of building URLs; what no URL holds, no request takes.
    for (const std::string_view base : {"https://a b", "https://a\r\nX: 1", "https://a\x7F", "https://\xC3\xA9"}) {
        BOOST_TEST_CONTEXT(base) {
            BOOST_TEST((failure_of([&] { Request::get((Url(base) / "x").str()); }) == errc::invalid));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
