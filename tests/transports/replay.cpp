// SPDX-License-Identifier: BSL-1.0
#include "recorder.hpp"

#include <tandem/transports/replay.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(replay)

using namespace tandem;
using namespace tandem::test;
using transports::Replay;
using Match = transports::Replay::Match;

namespace {

/// A HAR of entries that are as short as they may be.
std::string har(std::initializer_list<std::string_view> entries) {
    std::string text = R"({"log": {"entries": [)";
    for (const std::string_view each : entries) { text.append(text.ends_with('[') ? "" : ", ").append(each); }
    return text + "]}}";
}
std::string entry(std::string_view method, std::string_view url, std::string_view reply, std::string_view body = "") {
    json::object request{{"method", method}, {"url", url}};
    if (!body.empty()) { request["postData"] = {{"text", body}}; }
    return json::serialize(
        json::object{{"request", request}, {"response", {{"status", 200}, {"content", {{"text", reply}}}}}});
}

struct Player {
    boost::asio::io_context context{};
    testing::SimulatedEnvironment environment{context};

    Response send(Replay& from, Request request) { return environment.run(from.send(std::move(request), Deadline())); }
    std::string get(Replay& from, std::string url) { return send(from, Request::get(std::move(url))).body; }
    Error fails(Replay& from, Request request) {
        try {
            const Response reply = send(from, std::move(request));
            BOOST_ERROR("a reply instead of an error: " << reply.body);
        } catch (const Exception& failure) { return failure.error(); }
        return {};
    }
};

bool same(const Response& a, const Response& b) {
    return a.status == b.status && a.body == b.body &&
           std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                      [](const Field& x, const Field& y) { return x.name == y.name && x.value == y.value; });
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_was_recorded_is_replayed_replies_and_failures, Recorder) {
    std::string all_bytes;
    for (int i = 0; i < 256; ++i) { all_bytes += static_cast<char>(i); }
    Response fields(302);
    fields.fields = {{"Location", "/a?b"}, {"X", ""}, {"x", "\tb, \"c\" \xC3\xA9"}, {"Retry-After", "7"}};
    std::vector<Response> replies{Response(200, "{\"a\": \"\\u00e9 \xC3\xA9\"}"),
                                  Response(204),
                                  Response(599, all_bytes, "application/octet-stream"),
                                  Response(200, "\n]}}\n", "text/plain"),
                                  Response(100, std::string(3, '\0')),
                                  fields};
    std::vector<Error> errors;
    for (const errc code : {errc::timeout, errc::unreachable, errc::malformed_reply, errc::reply_too_large,
                            errc::cancelled, errc::unspecified, errc::by_carrier, errc::unauthorized}) {
        for (const bool sent : {false, true}) {
            errors.push_back({.code = code, .message = "a \"message\"", .cause = "cause", .sent = sent});
        }
    }
    errors.back().retry_after = std::chrono::milliseconds(2'500);

    const auto request = [](std::size_t n) {
        return Request::post("https://api.example/?n=" + std::to_string(n))
            .authorization("Bearer", Secret("canary"))
            .body("text/plain", n % 2 == 0 ? "" : "body " + std::to_string(n) + " \xFF");
    };
    std::vector<testing::Answer> answers(replies.begin(), replies.end());
    answers.insert(answers.end(), errors.begin(), errors.end());
    script.on_any("api.example", testing::silence).on(Method::post, "api.example", answers);
    for (std::size_t n = 0; n < answers.size(); ++n) {
        const bool fails = n >= replies.size();
        BOOST_TEST(failure(recording, request(n)).has_value() == fails);
    }

    for (const Match match : {Match::strict, Match::order}) {
        Replay replay = Replay::open(file.path(), match).value();
        BOOST_TEST(replay.unanswered() == answers.size());
        for (std::size_t n = 0; n < replies.size(); ++n) {
            BOOST_TEST_CONTEXT("reply " << n) { BOOST_TEST(same(send(replay, request(n)), replies[n])); }
        }
        for (std::size_t n = 0; n < errors.size(); ++n) {
            BOOST_TEST_CONTEXT("error " << n) {
                BOOST_TEST((failure(replay, request(replies.size() + n)) == errors[n]));
            }
        }
        BOOST_TEST(replay.unanswered() == 0U);
    }
}

BOOST_FIXTURE_TEST_CASE(a_request_that_differs_gets_no_reply_and_is_told_the_difference, Player) {
    Replay replay = Replay::parse(har({entry("POST", "https://a.example/order", "sold", "{\"n\": 1}"),
                                       entry("GET", "https://a.example/order/1", "done")}))
                        .value();
    struct {
        const char* name;
        Request request;
        const char* told;
    } cases[]{{"method", Request::put("https://a.example/order").body("text/json", "{\"n\": 1}"), "method"},
              {"URL", Request::post("https://a.example/order?x").body("text/json", "{\"n\": 1}"), "URL"},
              {"body", Request::post("https://a.example/order").body("text/json", "{\"n\": 2}"), "body"},
              {"no body", Request::post("https://a.example/order"), "body"},
              {"order", Request::get("https://a.example/order/1"), "method"},
              {"host", Request::post("https://b.example/order").body("text/json", "{\"n\": 1}"), "b.example"},
              {"port", Request::post("https://a.example:8443/order").body("text/json", "{\"n\": 1}"), "8443"}};
    for (auto& [name, request, told] : cases) {
        BOOST_TEST_CONTEXT(name) {
            const Error error = fails(replay, std::move(request));
            BOOST_TEST((error.code == errc::unspecified));
            BOOST_TEST(!error.sent);
            BOOST_TEST((error.message + error.cause).find(told) != std::string::npos, error.message << error.cause);
        }
    }
    BOOST_TEST(replay.unanswered() == 2U);
    BOOST_TEST(send(replay, Request::post("https://a.example/order").body("text/json", "{\"n\": 1}")).body == "sold");
    BOOST_TEST(get(replay, "https://a.example/order/1") == "done");
    BOOST_TEST((fails(replay, Request::get("https://a.example/order/1")).code == errc::unspecified));
}

BOOST_FIXTURE_TEST_CASE(hosts_are_independent_and_each_keeps_its_order, Player) {
    Replay replay =
        Replay::parse(har({entry("GET", "https://a.example/", "a1"), entry("GET", "https://b.example/", "b1"),
                           entry("GET", "https://a.example/", "a2"), entry("GET", "https://b.example/", "b2")}))
            .value();
    std::string got;
    for (const char* host : {"b", "b", "a", "a"}) { got += get(replay, "https://" + std::string(host) + ".example/"); }
    BOOST_TEST(got == "b1b2a1a2");
}

BOOST_FIXTURE_TEST_CASE(by_order_the_next_entry_answers_whatever_is_asked, Player) {
    Replay replay =
        Replay::parse(har({entry("GET", "https://a.example/", "1"), entry("GET", "https://b.example/", "2")}),
                      Match::order)
            .value();
    BOOST_TEST(get(replay, "https://c.example/other") == "1");
    BOOST_TEST(get(replay, "https://a.example/") == "2");
    BOOST_TEST((fails(replay, Request::get("https://a.example/")).code == errc::unspecified));
}

BOOST_FIXTURE_TEST_CASE(ids_of_operations_may_differ_and_replies_have_this_runs, Player) {
    const std::string theirs(32, 'a');
    const std::string other(32, 'b');
    const std::string ours(32, '1');
    const auto recording = har({entry("PUT", "https://a.example/", "{\"id\": \"" + theirs + "\"}", "id=" + theirs),
                                entry("GET", "https://a.example/?id=" + theirs, theirs + "0 " + theirs + ", " + other),
                                entry("GET", "https://a.example/?id=" + other, "other")});
    for (const Match match : {Match::strict, Match::order}) {
        Replay replay = Replay::parse(recording, match).value();
        const auto put = [](const std::string& id) {
            return Request::put("https://a.example/").body("text/plain", "id=" + id);
        };
        BOOST_TEST(send(replay, put(ours)).body == "{\"id\": \"" + ours + "\"}");
        if (match == Match::strict) {  // it stands for theirs already, and nothing else does
            BOOST_TEST((fails(replay, Request::get("https://a.example/?id=" + other)).code == errc::unspecified));
        }
        BOOST_TEST(get(replay, "https://a.example/?id=" + ours) == theirs + "0 " + ours + ", " + other);
        if (match == Match::strict) {
            BOOST_TEST((fails(replay, Request::get("https://a.example/?id=" + ours)).code == errc::unspecified));
        }
        BOOST_TEST(get(replay, "https://a.example/?id=" + std::string(32, 'c')) == "other");
    }
}

BOOST_FIXTURE_TEST_CASE(nobody_needs_the_secrets_of_the_recorded_session, Recorder) {
    script.on_any("api.example", [](const Request& request) { return Response(200, request.body()); });
    const auto request = [](const std::string& key) {
        return Request::post("https://api.example/?key=" + key)
            .holds(Secret(key))
            .body("application/json", R"({"key": ")" + key + R"("})");
    };
    send(request("the-recorded-key"));
    Replay replay = Replay::open(file.path()).value();
    BOOST_TEST(send(replay, request("test")).body == R"({"key": "[redacted]"})");
}

BOOST_FIXTURE_TEST_CASE(recordings_of_browsers_and_proxies_are_read, Player) {
    const std::string browsers =
        "\xEF\xBB\xBF"
        R"({"log": {
        "version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "comment": "",
        "pages": [{"id": "page_1", "title": "", "startedDateTime": "2026-02-01T10:00:00.000Z", "pageTimings": {}}],
        "entries": [
          {"_initiator": {"type": "script"}, "_priority": "High", "pageref": "page_1", "connection": "443",
           "startedDateTime": "2026-02-01T11:00:01.5+01:00", "time": 12.25, "cache": {},
           "request": {"method": "GET", "url": "https://a.example/second", "httpVersion": "http/2.0",
             "headers": [{"name": ":authority", "value": "a.example"}], "queryString": [], "cookies": [],
             "headersSize": -1, "bodySize": 0},
           "response": {"status": 200, "statusText": "", "httpVersion": "http/2.0",
             "headers": [{"name": ":status", "value": "200"}, {"name": "content-type", "value": "text/plain"}],
             "cookies": [], "content": {"size": 6, "mimeType": "text/plain", "text": "c2Vjb25k", "encoding": "base64"},
             "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 120},
           "timings": {"blocked": -1, "send": 0, "wait": 12, "receive": 0.25}},
          {"startedDateTime": "2026-02-01T10:00:01.25Z",
           "request": {"method": "POST", "url": "https://a.example/first",
             "postData": {"mimeType": "application/json", "text": "{}", "params": []}},
           "response": {"status": 0, "content": {}, "_error": null}},
          {"startedDateTime": "2026-02-01T09:59:00-00:30",
           "request": {"method": "OPTIONS", "url": "https://a.example/third"}, "response": {"status": 204}}]}})";
    Replay replay = Replay::parse(browsers).value();
    BOOST_TEST(replay.unanswered() == 3U);
    const Error error = fails(replay, Request::post("https://a.example/first").body("application/json", "{}"));
    BOOST_TEST((error.code == errc::unreachable));
    BOOST_TEST(error.sent);
    const Response second = send(replay, Request::get("https://a.example/second"));
    BOOST_TEST(second.body == "second");
    BOOST_TEST(second.is("text/plain"));
    BOOST_TEST(second.fields.size() == 1U);
    BOOST_TEST((fails(replay, Request::get("https://a.example/third")).code == errc::unspecified));
}

BOOST_AUTO_TEST_CASE(what_is_no_recording_is_refused_with_the_entry_and_the_field) {
    const std::string good = R"({"startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
        "request": {"method": "GET", "url": "https://a/", "bodySize": 0,
                    "headers": [{"name": "A", "value": "b"}], "postData": {"text": "x"}},
        "response": {"status": 200, "headers": [], "content": {"size": 4, "text": "eA==", "encoding": "base64"},
                     "_error": {"reason": "timeout", "sent": true}}})";
    BOOST_TEST_REQUIRE(Replay::parse(har({good, good})).has_value());
    struct {
        const char* part;
        const char* instead;
        const char* told;
    } const cases[]{{R"("2026-01-01T00:00:00Z")", "7", "startedDateTime"},
                    {R"("2026-01-01T00:00:00Z")", R"("yesterday")", "startedDateTime"},
                    {R"("2026-01-01T00:00:00Z")", R"("2026-02-30T00:00:00Z")", "startedDateTime"},
                    {R"("2026-01-01T00:00:00Z")", R"("9999-01-01T00:00:00Z")", "startedDateTime"},
                    {R"("2026-01-01T00:00:00Z")", R"("2026-01-01T00:00:00")", "startedDateTime"},
                    {R"("GET")", "1", "method"},
                    {R"("GET")", "null", "method"},
                    {R"("https://a/")", "[]", "url"},
                    {R"("https://a/")", R"("")", "url"},
                    {R"([{"name": "A", "value": "b"}])", "{}", "headers"},
                    {R"([{"name": "A", "value": "b"}])", "[1]", "headers"},
                    {R"([{"name": "A", "value": "b"}])", R"([{"name": 1}])", "name"},
                    {R"([{"name": "A", "value": "b"}])", R"([{"name": "A", "value": "b\r\nC: d"}])", "headers"},
                    {R"([{"name": "A", "value": "b"}])", R"([{"name": "A\u0000", "value": ""}])", "headers"},
                    {R"({"text": "x"})", R"("x")", "postData"},
                    {R"({"text": "x"})", R"({"text": 1})", "text"},
                    {"200", "\"200\"", "status"},
                    {"200", "200.5", "status"},
                    {"200", "-1", "status"},
                    {"200", "99", "status"},
                    {"200", "600", "status"},
                    {"200", "18446744073709551615", "status"},
                    {R"("status")", R"("state")", "status"},
                    {R"("response")", R"("reply")", "response"},
                    {R"("request")", R"("question")", "request"},
                    {R"("eA==")", R"("eA=")", "text"},
                    {R"("eA==")", "{}", "text"},
                    {R"("base64")", R"("gzip")", "encoding"},
                    {R"("timeout")", "true", "reason"},
                    {R"("sent": true)", R"("sent": 1)", "sent"}};
    for (const auto& [part, instead, told] : cases) {
        BOOST_TEST_CONTEXT(part << " replaced by " << instead) {
            std::string bad = good;
            bad.replace(bad.find(part), std::string_view(part).size(), instead);
            const auto replay = Replay::parse(har({good, bad}));
            BOOST_TEST_REQUIRE(replay.has_error());
            BOOST_TEST((replay.error().code == errc::invalid));
            BOOST_TEST(replay.error().message.find("entry 2") != std::string::npos, replay.error().message);
            BOOST_TEST(replay.error().message.find(told) != std::string::npos, replay.error().message);
        }
    }
    for (const std::string& whole : {std::string(), std::string("[]"), std::string("{}"), std::string("{\"log\": []}"),
                                     std::string("{\"log\": {}}"), std::string("{\"log\": {\"entries\": {}}}"),
                                     har({"7"}), har({"{\"log\": 1, \"log\": 1}"}), har({good}) + "x",
                                     "{\"log\": " + std::string(100'000, '[') + "}", std::string("\xFF\xFE{}")}) {
        const auto replay = Replay::parse(whole);
        BOOST_TEST((replay.has_error() && replay.error().code == errc::invalid), whole.substr(0, 64));
    }
    for (std::size_t size = 0; size < har({good}).size(); ++size) {
        BOOST_TEST(Replay::parse(har({good}).substr(0, size)).has_error());
    }
    BOOST_TEST(Replay::parse(har({})).value().unanswered() == 0U);
    const auto nowhere = Replay::open("/nowhere.har");
    BOOST_TEST((nowhere.has_error() && nowhere.error().code == errc::settings));
}

BOOST_FIXTURE_TEST_CASE(a_reply_is_bounded_like_any_other, Player) {
    Replay replay = Replay::parse(har({entry("GET", "https://a.example/", std::string(1'025, 'x'))})).value();
    const Error error = fails(replay, Request::get("https://a.example/").limit(1'024));
    BOOST_TEST((error.code == errc::reply_too_large));
    BOOST_TEST(error.sent);
}

BOOST_FIXTURE_TEST_CASE(of_a_file_that_was_cut_all_but_the_last_line_is_good, Recorder) {
    script.on_any("api.example", [](const Request& request) { return Response(200, request.url()); });
    for (const char* n : {"1", "2", "3"}) { send(Request::get("https://api.example/" + std::string(n))); }
    const std::string whole = file.content();
    const std::size_t last = whole.rfind("{\"startedDateTime\"");
    for (std::size_t size = last; size < whole.size(); size += 7) {
        std::string cut = whole.substr(0, size);
        cut.resize(cut.find_last_of('\n'));  // as docs/recordings.md says
        if (cut.ends_with(',')) { cut.pop_back(); }
        const auto mended = Replay::parse(cut + "]}}");
        BOOST_TEST_REQUIRE(mended.has_value());
        BOOST_TEST(mended->unanswered() >= 2U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
