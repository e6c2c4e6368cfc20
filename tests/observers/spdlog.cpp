// SPDX-License-Identifier: BSL-1.0
#include <tandem/observers/spdlog.hpp>

#include <boost/test/unit_test.hpp>

#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(spdlog_observer)

using namespace tandem;
using namespace std::chrono_literals;

namespace {

/// An observer and what its logger wrote.
struct Log {
    std::ostringstream out;
    std::shared_ptr<spdlog::logger> logger =
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
    observers::Spdlog observer{logger};

    Log() {
        logger->set_pattern("%l %v");
        logger->set_level(spdlog::level::trace);
    }
    std::string take() { return std::exchange(out, {}).str(); }
};

Exchange exchange(int status, std::optional<errc> failure = {}) {
    return {.carrier = "telnyx",
            .method = "GET",
            .url = "https://api.telnyx.com/v2/x",
            .status = status,
            .elapsed = 1500us,
            .failure = failure};
}

Operation operation(Operation::Phase phase, std::optional<Error> error = {}) {
    Operation told{.id = OperationId("0123456789abcdef0123456789abcdef"), .phase = phase};
    told.number = E164::parse_or_empty("+14155550100");
    told.carrier = "telnyx";
    told.account = "acme";
    told.asked_by = "acme";
    told.key = "callers-key";
    told.fingerprint = "fingerprint";
    told.error = std::move(error);
    return told;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(each_event_is_one_line_of_its_level, Log) {
    struct Case {
        const char* name;
        std::function<void(const observers::Spdlog&)> tell;
        std::string line;
    };
    const Error broken{.code = errc::unreachable, .message = "no connection", .cause = "reset by peer"};
    const Error limited{.code = errc::rate_limited, .message = "too many", .retry_after = 2s};
    const std::string id = " id=0123456789abcdef0123456789abcdef kind=acquire phase=";
    const std::string who = " carrier=telnyx account=acme asked_by=acme number=+14155550100";
    const std::string request = " event=exchange carrier=telnyx method=GET url=https://api.telnyx.com/v2/x status=";
    using Status = CarrierReport::Status;
    using Phase = Operation::Phase;
    const std::vector<Case> cases{
        {"reply", [](auto& o) { o.exchanged(exchange(200)); }, "debug" + request + "200 elapsed_us=1500"},
        {"refusal", [](auto& o) { o.exchanged(exchange(404)); }, "debug" + request + "404 elapsed_us=1500"},
        {"fault", [](auto& o) { o.exchanged(exchange(500)); }, "warning" + request + "500 elapsed_us=1500"},
        {"no reply", [](auto& o) { o.exchanged(exchange(0, errc::timeout)); },
         "warning" + request + "0 elapsed_us=1500 failure=timeout"},
        {"nobody waits any more", [](auto& o) { o.exchanged(exchange(0, errc::cancelled)); },
         "debug" + request + "0 elapsed_us=1500 failure=cancelled"},
        {"found", [](auto& o) { o.searched({.name = "telnyx", .found = 7, .elapsed = 12ms}); },
         "info event=search carrier=telnyx status=ok found=7 refused=0 elapsed_ms=12"},
        {"dropped rows", [](auto& o) { o.searched({.name = "telnyx", .found = 7, .refused = 1}); },
         "warning event=search carrier=telnyx status=ok found=7 refused=1 elapsed_ms=0"},
        {"failed", [&](auto& o) { o.searched({.name = "telnyx", .status = Status::error, .error = broken}); },
         "warning event=search carrier=telnyx status=error found=0 refused=0 elapsed_ms=0 error=unreachable "
         "message=\"no connection\" cause=\"reset by peer\""},
        {"limited", [&](auto& o) { o.searched({.name = "telnyx", .status = Status::timeout, .error = limited}); },
         "warning event=search carrier=telnyx status=timeout found=0 refused=0 elapsed_ms=0 error=rate_limited "
         "message=\"too many\" retry_after_ms=2000"},
        {"skipped", [](auto& o) { o.searched({.name = "telnyx", .status = Status::skipped}); },
         "info event=search carrier=telnyx status=skipped found=0 refused=0 elapsed_ms=0"},
        {"claimed", [](auto& o) { o.changed(operation(Phase::prepared)); },
         "info event=operation" + id + "prepared" + who},
        {"done", [](auto& o) { o.changed(operation(Phase::done)); }, "info event=operation" + id + "done" + who},
        {"refused", [&](auto& o) { o.changed(operation(Phase::refused, limited)); },
         "info event=operation" + id + "refused" + who +
             " error=rate_limited message=\"too many\" retry_after_ms=2000"},
        {"pending", [](auto& o) { o.changed(operation(Phase::pending)); },
         "info event=operation" + id + "pending" + who},
        {"waits for us", [&](auto& o) { o.changed(operation(Phase::pending, broken)); },
         "warning event=operation" + id + "pending" + who +
             " error=unreachable message=\"no connection\" cause=\"reset by peer\""},
        {"unknown", [](auto& o) { o.changed(operation(Phase::unknown)); },
         "error event=operation" + id + "unknown" + who},
    };
    for (const auto& [name, tell, line] : cases) {
        BOOST_TEST_CONTEXT(name) {
            tell(observer);
            BOOST_TEST(take() == line + "\n");
        }
    }
}

BOOST_FIXTURE_TEST_CASE(no_text_of_a_carrier_forges_a_line_or_a_field, Log) {
    std::vector<std::string> texts{"",
                                   "a\nevent=operation phase=done",
                                   "a\r\nb",
                                   "a\" phase=\"done",
                                   "a\\",
                                   "\\\" phase=done",
                                   "phase=done",
                                   "{} {0} %v %s",
                                   "\x1B[31m\x9B",
                                   std::string("a\0b", 3),
                                   "\xE2\x80\xA8 line separator",
                                   "\xFF\xFE no UTF-8",
                                   std::string(100'000, '\n')};
    for (int byte = 0; byte < 256; ++byte) { texts.push_back(std::string("x") + static_cast<char>(byte)); }
    for (const std::string& text : texts) {
        BOOST_TEST_CONTEXT("for " << text.substr(0, 40)) {
            observer.searched({.name = "telnyx",
                               .status = CarrierReport::Status::error,
                               .error = Error{.code = errc::by_carrier, .message = "said", .cause = text}});
            std::string line = take();
            BOOST_TEST(line.size() < 2'500U);
            BOOST_TEST_REQUIRE(line.ends_with('\n'));
            line.pop_back();
            BOOST_TEST(std::all_of(line.begin(), line.end(), [](char byte) { return byte >= ' ' && byte < '\x7F'; }));
            const std::size_t cause = line.find(" cause=");
            BOOST_TEST((cause == line.npos) == text.empty());
            if (cause == line.npos) { continue; }
            // What a reader of quoted values sees behind `cause=` is one value up to the line's end.
            const std::string_view value = std::string_view(line).substr(cause + 7);
            if (!value.starts_with('"')) {
                BOOST_TEST(value == text);
                BOOST_TEST(value.find_first_of(" =\"\\") == value.npos);
                continue;
            }
            std::size_t end = 1;
            while (end < value.size() && value[end] != '"') { end += value[end] == '\\' ? 2 : 1; }
            BOOST_TEST((value.substr(end) == "\"" || value.substr(end) == "\"..."));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_level_that_nobody_reads_writes_nothing, Log) {
    logger->set_level(spdlog::level::warn);
    observer.exchanged(exchange(200));
    observer.searched({.name = "telnyx"});
    observer.changed(operation(Operation::Phase::done));
    BOOST_TEST(take().empty());
    observer.changed(operation(Operation::Phase::unknown));
    BOOST_TEST(!take().empty());
}

BOOST_FIXTURE_TEST_CASE(what_identifies_a_request_to_its_caller_stays_out, Log) {
    observer.changed(operation(Operation::Phase::done));
    const std::string line = take();
    BOOST_TEST(line.find("callers-key") == line.npos);
    BOOST_TEST(line.find("fingerprint") == line.npos);
}

BOOST_AUTO_TEST_CASE(a_sink_that_fails_harms_nobody) {
    struct Broken : spdlog::sinks::sink {
        bool with_words = true;
        int calls = 0;
        void log(const spdlog::details::log_msg&) override {
            ++calls;
            if (with_words) { throw std::runtime_error("the disk is full"); }
            throw 1;
        }
        void flush() override {}
        void set_pattern(const std::string&) override {}
        void set_formatter(std::unique_ptr<spdlog::formatter>) override {}
    };
    const auto sink = std::make_shared<Broken>();
    const auto logger = std::make_shared<spdlog::logger>("", sink);
    logger->set_error_handler([](const std::string&) {});
    const observers::Spdlog observer(logger);
    for (const bool with_words : {true, false}) {
        sink->with_words = with_words;
        observer.exchanged(exchange(0));
        observer.searched({.name = "telnyx"});
        observer.changed(operation(Operation::Phase::unknown));
    }
    BOOST_TEST(sink->calls == 6);
}

BOOST_AUTO_TEST_SUITE_END()
