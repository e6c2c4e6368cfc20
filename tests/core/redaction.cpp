// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/redaction.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(redaction)

using namespace tandem;

namespace {

Redaction knowing(std::string_view secret) {
    Redaction redaction;
    redaction.learn(Request::get("https://api.example").holds(Secret(std::string(secret))));
    return redaction;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_secret_is_replaced_in_each_encoding) {
    struct Case {
        const char* name;
        std::string text;
        std::string kept;
    };
    const std::string secret = "p&s\"w/rd <1>";
    const std::vector<Case> cases{
        {"raw", "a p&s\"w/rd <1> b", "a [redacted] b"},
        {"twice in a row", secret + secret, "[redacted][redacted]"},
        {"URL", "?k=p%26s%22w%2Frd%20%3C1%3E&n=1", "?k=[redacted]&n=1"},
        {"URL, lower case, in part", "?k=p&s%22w/rd%20%3c1>&n=1", "?k=[redacted]&n=1"},
        {"form", "k=p%26s%22w%2Frd+%3C1%3E&n=1", "k=[redacted]&n=1"},
        {"URL in a URL", "?to=p%2526s%2522w%252Frd%2520%253C1%253E", "?to=[redacted]"},
        {"JSON", R"({"k": "p&s\"w\/rd <1>"})", R"({"k": "[redacted]"})"},
        {"JSON by code points", R"({"k": "p\u0026s\u0022w/rd \u003c1\u003E"})", R"({"k": "[redacted]"})"},
        {"JSON in JSON", R"("{\"k\": \"p&s\\\"w/rd <1>\"}")", R"("{\"k\": \"[redacted]\"}")"},
        {"XML", "<k>p&amp;s&quot;w/rd &lt;1&gt;</k>", "<k>[redacted]</k>"},
        {"XML by code points", "<k>p&#38;s&#x22;w/rd &#x3C;1&#62;</k>", "<k>[redacted]</k>"},
        {"XML in JSON", R"({"k": "<k>p&amp;s&quot;w\/rd &lt;1&gt;<\/k>"})", R"({"k": "<k>[redacted]<\/k>"})"},
        {"JSON in a URL", "?j=%7B%22p%26s%5C%22w/rd%20%3C1%3E%22", "?j=%7B%22[redacted]%22"},
        {"hexadecimal", "x 70267322772f7264203c313e y", "x [redacted] y"},
        {"hexadecimal in capitals", "x 70267322772F7264203C313E y", "x [redacted] y"},
        {"half of it", "p&s\"w/rd", "p&s\"w/rd"},
        {"nothing of it", "%zz \\q \\u12 &bogus; &#; %", "%zz \\q \\u12 &bogus; &#; %"},
        {"nothing", "", ""},
    };
    const Redaction redaction = knowing(secret);
    for (const auto& [name, text, kept] : cases) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(redaction(text) == kept); }
    }
}

BOOST_AUTO_TEST_CASE(base64_is_found_wherever_the_secret_begins_and_ends) {
    const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_%=";
    for (const std::string secret : {"canary", "canary1", "canary12", "\xFB\xEF\xBE\xFF\xFF\xFF\xFB\xEF\xBE"}) {
        const Redaction redaction = knowing(secret);
        for (std::size_t before = 0; before < 6; ++before) {
            for (std::size_t behind = 0; behind < 4; ++behind) {
                const std::string front(before, '?');
                const std::string back(behind, '?');
                std::string text = to_base64(front + secret + back);
                for (const bool for_urls : {false, true}) {
                    if (for_urls) {
                        std::replace(text.begin(), text.end(), '+', '-');
                        std::replace(text.begin(), text.end(), '/', '_');
                    }
                    BOOST_TEST_CONTEXT(text << " for " << secret) {
                        const std::string kept = redaction("x " + text + " y");
                        const auto mark = kept.find("[redacted]");
                        BOOST_TEST_REQUIRE(mark != kept.npos);
                        BOOST_TEST(mark - 2 == before * 8 / 6);  // no letter with a bit of the secret stays
                        BOOST_TEST(kept.size() - mark - 12 == text.size() - (8 * (before + secret.size()) + 5) / 6);
                        BOOST_TEST(kept.find_first_not_of(alphabet, mark + 10) == kept.size() - 2);
                    }
                }
            }
        }
        BOOST_TEST(redaction("a%2B" + to_base64(secret) + "%3D").find(to_base64(secret).substr(0, 8)) ==
                   std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(overlapping_secrets_leave_nothing_of_either) {
    Redaction redaction;
    redaction.learn(Request::get("https://api.example").holds(Secret("user:pass")).holds(Secret("password")));
    BOOST_TEST(redaction("user:password") == "[redacted]");
    BOOST_TEST(redaction("user:pass") == "[redacted]");
    BOOST_TEST(redaction("the password") == "the [redacted]");
}

BOOST_AUTO_TEST_CASE(a_short_secret_takes_the_whole_text_with_it) {
    const Redaction redaction = knowing("abc");
    BOOST_TEST(redaction("{\"pin\": \"abc\"}") == "[redacted]");
    BOOST_TEST(redaction("{\"pin\": \"%61bc\"}") == "[redacted]");
    BOOST_TEST(redaction("{\"pin\": \"" + to_base64("xabc") + "\"}") == "[redacted]");
    BOOST_TEST(redaction("{\"pin\": \"\"}") == "{\"pin\": \"\"}");
    BOOST_TEST(knowing("abcd")("{\"pin\": \"abcd\"}") == "{\"pin\": \"[redacted]\"}");
}

BOOST_AUTO_TEST_CASE(headers_that_are_credentials_keep_their_name_only) {
    const Redaction redaction = knowing("canary");
    for (const char* name : {"Set-Cookie", "cookie", "AUTHORIZATION", "WWW-Authenticate", "Proxy-Authorization",
                             "X-Api-Key", "x-auth-token", "X-Session-Id", "Client-Secret", "X-Signature"}) {
        BOOST_TEST_CONTEXT(name) {
            const Field kept = redaction(Field{name, "anything"});
            BOOST_TEST(kept.name == name);
            BOOST_TEST(kept.value == "[redacted]");
        }
    }
    BOOST_TEST(redaction(Field{"X-Custom", "anything", true}).value == "[redacted]");
    BOOST_TEST(redaction(Field{"X-Custom", "a canary"}).value == "a [redacted]");
    BOOST_TEST(redaction(Field{"X-canary", "a"}).name == "X-[redacted]");
    for (const char* name : {"Content-Type", "Location", "Retry-After", "Date", "Keep-Alive"}) {
        BOOST_TEST(redaction(Field{name, "anything"}).value == "anything", name);
    }
}

BOOST_AUTO_TEST_CASE(only_what_is_new_is_learnt) {
    Redaction redaction;
    const auto asking = [](const char* secret) { return Request::get("https://a.example").holds(Secret(secret)); };
    BOOST_TEST(!redaction.learn(Request::get("https://a.example")));
    BOOST_TEST(redaction.learn(asking("first secret")));
    BOOST_TEST(!redaction.learn(asking("first secret")));
    BOOST_TEST(redaction.learn(asking("second secret")));
    BOOST_TEST(redaction("first secret, second secret") == "[redacted], [redacted]");
}

BOOST_AUTO_TEST_SUITE_END()
