// SPDX-License-Identifier: BSL-1.0
#include "recorder.hpp"

#include <tandem/run.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(recording)

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;

namespace {

std::string text_at(const json::value& value, std::string_view pointer) {
    boost::system::error_code missing;
    const json::value* found = value.find_pointer(pointer, missing);
    return found == nullptr     ? "nothing"
           : found->is_string() ? std::string(found->get_string())
                                : json::serialize(*found);
}

/// Files may not grow beyond `bytes` while it lives.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) : was_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &was_);
        const rlimit now{bytes, was_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;
    ~FileLimit() {
        setrlimit(RLIMIT_FSIZE, &was_);
        std::signal(SIGXFSZ, was_handler_);
    }

private:
    void (*was_handler_)(int);
    rlimit was_{};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_exchange_is_an_entry_of_har_1_2, Recorder) {
    Response reply(201, "{\"a\": 1}");
    reply.fields.push_back({"Location", "https://api.example/b"});
    script.on(Method::post, "api.example", testing::delayed(250ms, reply));
    send(
        Request::post("https://api.example/a?x=1&y=a%20b+c&z").header("Accept", "text/plain").body("text/xml", "<a/>"));
    BOOST_TEST(recording.save().has_value());
    const json::value document = json::parse(file.content());
    struct {
        const char* pointer;
        const char* value;
    } const parts[]{
        {"/log/version", "1.2"},
        {"/log/creator/name", "tandem"},
        {"/log/entries/0/startedDateTime", "2026-01-01T01:00:00.000000000Z"},
        {"/log/entries/0/cache", "{}"},
        {"/log/entries/0/timings/send", "0"},
        {"/log/entries/0/timings/receive", "0"},
        {"/log/entries/0/request/method", "POST"},
        {"/log/entries/0/request/url", "https://api.example/a?x=1&y=a%20b+c&z"},
        {"/log/entries/0/request/httpVersion", "HTTP/1.1"},
        {"/log/entries/0/request/cookies", "[]"},
        {"/log/entries/0/request/headers/0", R"({"name":"Accept","value":"text/plain"})"},
        {"/log/entries/0/request/queryString",
         R"([{"name":"x","value":"1"},{"name":"y","value":"a b c"},{"name":"z","value":""}])"},
        {"/log/entries/0/request/postData", R"({"mimeType":"text/xml","text":"<a/>"})"},
        {"/log/entries/0/request/headersSize", "-1"},
        {"/log/entries/0/request/bodySize", "4"},
        {"/log/entries/0/response/status", "201"},
        {"/log/entries/0/response/statusText", ""},
        {"/log/entries/0/response/httpVersion", "HTTP/1.1"},
        {"/log/entries/0/response/cookies", "[]"},
        {"/log/entries/0/response/headers/0", R"({"name":"Content-Type","value":"application/json"})"},
        {"/log/entries/0/response/content", R"({"size":8,"mimeType":"application/json","text":"{\"a\": 1}"})"},
        {"/log/entries/0/response/redirectURL", "https://api.example/b"},
        {"/log/entries/0/response/headersSize", "-1"},
        {"/log/entries/0/response/bodySize", "8"}};
    for (const auto& [pointer, value] : parts) { BOOST_TEST(text_at(document, pointer) == value, pointer); }
    BOOST_TEST(document.at_pointer("/log/entries/0/time").to_number<double>() == 250);
    BOOST_TEST(document.at_pointer("/log/entries/0/timings/wait").to_number<double>() == 250);
}

BOOST_FIXTURE_TEST_CASE(the_file_is_whole_after_each_exchange_and_its_owners_alone, Recorder) {
    script.on_any("api.example", [](const Request& request) { return Response(200, request.body() + "!"); });
    BOOST_TEST(file.entries().empty());
    for (std::size_t n = 1; n <= 20; ++n) {
        send(Request::put("https://api.example/").body("text/plain", std::string(n * n * 100, 'x')));
        const json::array entries = file.entries();  // the recording is still at work
        BOOST_TEST_REQUIRE(entries.size() == n);
        BOOST_TEST(text_at(entries.back(), "/response/content/text").size() == n * n * 100 + 1);
    }
    struct stat about{};
    BOOST_TEST_REQUIRE(::stat(file.path().c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777U) == 0600U);
}

BOOST_FIXTURE_TEST_CASE(what_has_no_reply_is_recorded_with_its_error_and_thrown_on, Recorder) {
    const Error error{.code = errc::unreachable, .message = "cut", .cause = "ECONNRESET", .sent = true};
    script.on_any("api.example", error);
    BOOST_TEST((failure(recording, Request::get("https://api.example/")) == error));
    BOOST_TEST((failure(recording, Request::get("https://other.example/"))->code == errc::unspecified));
    const json::array entries = file.entries();
    BOOST_TEST_REQUIRE(entries.size() == 2U);
    BOOST_TEST(text_at(entries[0], "/response/status") == "0");
    BOOST_TEST(text_at(entries[0], "/response/bodySize") == "-1");
    BOOST_TEST(text_at(entries[0], "/response/_error/reason") == "unreachable");
    BOOST_TEST(text_at(entries[0], "/response/_error/message") == "cut");
    BOOST_TEST(text_at(entries[0], "/response/_error/sent") == "true");
    BOOST_TEST(text_at(entries[1], "/response/_error/reason") == "unspecified");
}

BOOST_FIXTURE_TEST_CASE(bytes_that_are_no_text_are_kept_as_base64, Recorder) {
    script.on_any("api.example", Response(200, "\xFF\x80 canary", "image/png"));
    send(Request::post("https://api.example/").holds(Secret("canary")).body("image/png", "\xFE canary"));
    const json::array entries = file.entries();
    BOOST_TEST(text_at(entries[0], "/response/content/encoding") == "base64");
    BOOST_TEST(text_at(entries[0], "/response/content/text") == to_base64("\xFF\x80 [redacted]"));
    BOOST_TEST(text_at(entries[0], "/request/postData/_encoding") == "base64");
    BOOST_TEST(text_at(entries[0], "/request/postData/text") == to_base64("\xFE [redacted]"));
    BOOST_TEST(text_at(entries[0], "/request/bodySize") == "8");
}

BOOST_FIXTURE_TEST_CASE(concurrent_requests_are_told_apart_by_their_time_in_the_order_they_began, Recorder) {
    script.on_any("slow", testing::delayed(2s, Response(200))).on_any("fast", Response(201));
    boost::asio::co_spawn(context, recording.send(Request::get("https://slow"), environment.now() + 9s),
                          boost::asio::detached);
    boost::asio::co_spawn(context, recording.send(Request::get("https://fast"), environment.now() + 9s),
                          boost::asio::detached);
    environment.advance(3s);
    const json::array entries = file.entries();
    BOOST_TEST_REQUIRE(entries.size() == 2U);
    BOOST_TEST(text_at(entries[0], "/response/status") == "201");  // as they ended
    BOOST_TEST(text_at(entries[0], "/startedDateTime") > text_at(entries[1], "/startedDateTime"));
}

BOOST_FIXTURE_TEST_CASE(a_secret_that_a_reply_handed_out_leaves_the_earlier_entries_when_it_is_first_used, Recorder) {
    script.on_any("/token", Response(200, R"({"access_token": "canary-of-the-reply"})"))
        .on_any("/binary", Response(200, "\xFF canary-of-the-reply"))
        .on_any("/use", Error{.code = errc::by_carrier, .message = "no", .cause = "canary-of-the-reply is old"});
    send(Request::post("https://api.example/token").holds(Secret("first canary")));
    send(Request::post("https://api.example/binary"));
    BOOST_TEST(file.content().find("canary-of") != std::string::npos);  // nobody could know
    const json::array before = file.entries();
    failure(recording, Request::get("https://api.example/use").authorization("Bearer", Secret("canary-of-the-reply")));
    BOOST_TEST(file.content().find("canary-of") == std::string::npos);
    const json::array entries = file.entries();
    BOOST_TEST_REQUIRE(entries.size() == 3U);
    BOOST_TEST(text_at(entries[0], "/response/content/text") == R"({"access_token": "[redacted]"})");
    BOOST_TEST(text_at(entries[1], "/response/content/text") == to_base64("\xFF [redacted]"));
    BOOST_TEST(text_at(entries[2], "/response/_error/cause") == "[redacted] is old");
    for (const char* same : {"/startedDateTime", "/time", "/request", "/response/headers", "/response/bodySize"}) {
        BOOST_TEST(text_at(entries[0], same) == text_at(before[0], same), same);
    }
    BOOST_TEST(std::distance(std::filesystem::directory_iterator(file.folder()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_there_stays_and_one_that_cannot_be_made_is_told_before_any_request) {
    const NewFile file;
    std::ofstream(file.path()) << "mine";
    const auto there = transports::Recording<testing::ScriptedTransport>::open(file.path(), {});
    BOOST_TEST_REQUIRE(there.has_error());
    BOOST_TEST((there.error().code == errc::settings));
    BOOST_TEST(there.error().message.find("is there already") != std::string::npos);
    BOOST_TEST(file.content() == "mine");
    const auto nowhere = transports::Recording<testing::ScriptedTransport>::open(file.folder() + "/no/folder.har", {});
    BOOST_TEST((nowhere.has_error() && nowhere.error().code == errc::settings && !nowhere.error().cause.empty()));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_takes_no_more_fails_no_request_stays_whole_and_is_told_by_save, Recorder) {
    script.on_any("api.example", Response(200, std::string(5'000, 'x')));
    send(Request::get("https://api.example/1"));
    {
        const FileLimit limit(8'192);
        BOOST_TEST(send(Request::get("https://api.example/2")).status == 200);
    }
    BOOST_TEST(send(Request::get("https://api.example/3")).status == 200);
    const auto saved = recording.save();
    BOOST_TEST_REQUIRE(saved.has_error());
    BOOST_TEST(saved.error().cause.find("large") != std::string::npos);
    const json::array entries = file.entries();
    BOOST_TEST_REQUIRE(entries.size() == 1U);  // what follows a gap is no session
    BOOST_TEST(text_at(entries[0], "/request/url") == "https://api.example/1");
}

BOOST_FIXTURE_TEST_CASE(entries_that_cannot_be_freed_of_a_secret_go, Recorder) {
    script.on_any("api.example", Response(200, "the canary " + std::string(5'000, 'x')));
    send(Request::get("https://api.example/1"));
    {
        const FileLimit limit(1'024);
        send(Request::get("https://api.example/2").holds(Secret("canary")));
    }
    BOOST_TEST(recording.save().has_error());
    BOOST_TEST(file.entries().empty());
    BOOST_TEST(file.content().find("canary") == std::string::npos);
    BOOST_TEST(std::distance(std::filesystem::directory_iterator(file.folder()), {}) == 1);
}

BOOST_FIXTURE_TEST_CASE(a_file_has_a_highest_size, Recorder) {
    script.on_any("api.example", Response(200, std::string(6U << 20U, '\x01')));  // six bytes each in JSON
    send(Request::get("https://api.example/1").limit(8U << 20U));
    BOOST_TEST(file.entries().empty());
    BOOST_TEST(recording.save().has_error());
}

BOOST_AUTO_TEST_CASE(any_thread_may_send) {
    const NewFile file;
    testing::ScriptedTransport script;
    script.on_any("api.example", Response(200, "{}"));
    auto recording = transports::Recording<testing::ScriptedTransport>::open(file.path(), script).value();
    std::vector<std::thread> threads;
    for (int n = 0; n < 4; ++n) {
        threads.emplace_back([recording, n]() mutable {
            for (int i = 0; i < 10; ++i) {
                const Secret secret("secret " + std::to_string(n));
                run(recording.send(Request::get("https://api.example/").holds(secret),
                                   std::chrono::steady_clock::now() + 30s));
            }
        });
    }
    for (std::thread& thread : threads) { thread.join(); }
    BOOST_TEST(recording.save().has_value());
    BOOST_TEST(file.entries().size() == 40U);
}

BOOST_AUTO_TEST_SUITE_END()
