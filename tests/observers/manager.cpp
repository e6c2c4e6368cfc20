// SPDX-License-Identifier: BSL-1.0
// What a manager tells its observers, and what it must never tell.
#include <tandem/configs/in_code.hpp>
#include <tandem/core/error_json.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/observers/prometheus.hpp>
#include <tandem/observers/several.hpp>
#include <tandem/observers/spdlog.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/failing_store.hpp>
#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/simulated_environment.hpp>

#include <boost/test/unit_test.hpp>

#include <prometheus/text_serializer.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::observer_tests {

/// A carrier that is careless with its credential: in the URL's path and query, in a header and the body; and that
/// gives every word of the replies on.
struct Careless {
    static constexpr CarrierInfo info{.name = "careless", .retry = RetryClass::after_look_up};
    static constexpr std::string_view canary = "canary 7f/+\"x";
    static constexpr std::string_view canary_in_url = "canary%207f%2F%2B%22x";

    static Request ask(Method method, std::string_view what) {
        const Secret key{std::string(canary)};
        std::string url = "https://careless.example/" + std::string(canary_in_url) + "/" + std::string(what);
        return Request(method, std::move(url.append("?key=").append(canary_in_url)))
            .basic_authorization("user", key)
            .body("text/plain", std::string(canary));
    }
    static Number read(const Response& response, Number number) {
        if (response.status == 500) { errors::outcome_unknown(response.body); }
        if (response.status != 200) { errors::by_carrier(response.body); }
        number.order = Order{.reference = "order-1", .status = Order::Status::complete};
        if (response.body != "sold") {
            number.order->status = Order::Status::failed;
            number.order->reason = response.body;
        }
        return number;
    }

    Task<SearchPage> find_numbers(auto& session, const SearchRequest&) const {
        const Response response = co_await session.send(ask(Method::get, "search"));
        if (response.status != 200) { errors::by_carrier(response.body); }
        SearchPage page;
        Offer& offer = page.offers.emplace_back();
        offer.number = E164::parse_or_empty("+14155550100");
        co_return page;
    }
    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(ask(Method::post, "orders"));
        co_return read(response, std::move(number));
    }
    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Response response = co_await session.send(ask(Method::get, "orders"));
        co_return read(response, std::move(number));
    }
    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(ask(Method::delete_, "numbers"));
        if (response.status != 200) { errors::by_carrier(response.body); }
        co_return number;
    }
};

// [compose]
using CarrierList = Carriers<Careless>;
using Observers = observers::Several<observers::Spdlog, observers::Prometheus>;

Observers make_observers(std::shared_ptr<spdlog::logger> logger, std::shared_ptr<prometheus::Registry> registry) {
    return Observers(observers::Spdlog(std::move(logger)),
                     observers::Prometheus(std::move(registry), CarrierList::infos));
}
// [/compose]

using Store = testing::FailingStore<stores::Memory>;
using Manager = NumberManager<CarrierList, testing::ScriptedTransport, configs::InCode, Store, billing::Free,
                              accounts::Single, Observers, testing::SimulatedEnvironment>;

struct Fixture {
    std::ostringstream log;
    std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    boost::asio::io_context context;
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    Manager manager = open({});
    std::string told{};  ///< to the callers

    Manager open(testing::FailNth failing) {
        const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(log);
        const auto logger = std::make_shared<spdlog::logger>("", sink);
        logger->set_pattern("%l %v");
        logger->set_level(spdlog::level::trace);
        return Manager::open(context.get_executor(), script, configs::InCode(), Store(stores::Memory(), failing),
                             billing::Free(), accounts::Single(), make_observers(logger, registry), environment)
            .value();
    }
    std::string metrics() const { return prometheus::TextSerializer().Serialize(registry->Collect()); }

    void note(const Error& error) {
        told += write_json(error_to_document(error)) + error.message + error.cause + Exception(error).what() + "\n";
    }
    void search() {
        SearchRequest request{.prefix = "+1415"};
        const auto found = environment.run(manager.find_numbers(request)).value();
        for (const CarrierReport& report : found.reports) {
            if (report.error) { note(*report.error); }
        }
    }
    std::optional<Outcome> buy() {
        AcquireRequest request{};
        request.carrier = "careless";
        const auto bought =
            environment.run(manager.acquire_number(E164::parse_or_empty("+14155550100"), purchase, request));
        if (!bought) {
            note(bought.error());
            return {};
        }
        if (bought->error) { note(*bought->error); }
        if (bought->number.order) { told += bought->number.order->reason; }
        return bought->outcome;
    }
    void recover() {
        const auto report = environment.run(manager.recover()).value();
        for (const auto& each : report) {
            if (each.error) { note(*each.error); }
        }
    }
};

/// All of a request in each form that a server might quote it in.
Response quoting(int status, const Request& request) {
    std::string text = "no: " + request.url() + " " + request.body() + " " + to_base64(request.body());
    for (const Field& field : request.fields()) { text += " " + field.name + ": " + field.value; }
    return Response(status, text, "text/plain");
}

BOOST_AUTO_TEST_SUITE(observed_manager)

BOOST_FIXTURE_TEST_CASE(a_purchase_is_told_from_its_search_to_its_end, Fixture) {
    script.on(Method::get, "/search", Response(200, "one"));
    script.on(Method::post, "/orders", Response(200, "sold"));
    search();
    BOOST_TEST((buy() == Outcome::sold));
    std::vector<std::string> lines;
    std::istringstream text(log.str());
    for (std::string line; std::getline(text, line);) { lines.push_back(line); }
    BOOST_TEST_REQUIRE(lines.size() == 5U, log.str());
    BOOST_TEST(lines[0].starts_with("debug event=exchange carrier=careless method=GET"));
    BOOST_TEST(lines[1].starts_with("info event=search carrier=careless status=ok found=1"));
    BOOST_TEST(lines[2].starts_with("info event=operation id="));
    BOOST_TEST(lines[2].find(" phase=prepared ") != std::string::npos);
    BOOST_TEST(lines[3].starts_with("debug event=exchange carrier=careless method=POST"));
    BOOST_TEST(lines[4].find(" phase=done ") != std::string::npos);
    const std::string id = lines[2].substr(lines[2].find("id=") + 3, 32);
    BOOST_TEST(lines[3].ends_with(" operation=" + id), lines[3]);
    BOOST_TEST(lines[4].find(" id=" + id + " ") != std::string::npos, lines[4]);
    for (const std::string series :
         {R"(tandem_exchanges_total{carrier="careless",method="POST",status_class="2xx"} 1)",
          R"(tandem_searches_total{carrier="careless",status="ok"} 1)",
          R"(tandem_operation_changes_total{carrier="careless",kind="acquire",phase="done"} 1)"}) {
        BOOST_TEST(metrics().find(series) != std::string::npos, series);
    }
}

BOOST_FIXTURE_TEST_CASE(a_verdict_that_the_store_cannot_take_is_told_as_unknown, Fixture) {
    script.on(Method::get, "/search", Response(200, "one"));
    script.on(Method::post, "/orders", Response(200, "sold"));
    manager = open(testing::FailNth("settle"));
    BOOST_TEST((buy() == Outcome::unknown));
    BOOST_TEST(log.str().find("error event=operation") != std::string::npos, log.str());
    BOOST_TEST(log.str().find(" phase=unknown ") != std::string::npos, log.str());
    BOOST_TEST(log.str().find(" error=store message=\"the store failed") != std::string::npos, log.str());
}

BOOST_FIXTURE_TEST_CASE(an_exchange_without_a_reply_says_why, Fixture) {
    script.on(Method::get, "/search", testing::silence);
    search();
    BOOST_TEST(log.str().find("status=0 ") != std::string::npos, log.str());
    BOOST_TEST(log.str().find(" failure=") != std::string::npos, log.str());
}

BOOST_FIXTURE_TEST_CASE(no_secret_is_told_at_any_level, Fixture) {
    const auto quote = [](int status) { return [status](const Request& request) { return quoting(status, request); }; };
    const std::string url = Careless::ask(Method::get, "search").url();
    const std::string header = Careless::ask(Method::get, "search").fields().front().value;
    const Error broken{.code = errc::unreachable, .message = "cut off at " + url, .cause = url + " " + header};
    Error lost = broken;
    lost.sent = true;

    script.on(Method::get, "/search", quote(401), broken, testing::silence, Response(200, "one"));
    for (int i = 0; i < 4; ++i) { search(); }
    script.on(Method::post, "/orders", quote(403), broken, quote(200));
    for (int i = 0; i < 3; ++i) { BOOST_TEST(!buy().has_value()); }  // refused, not sent, an order that failed
    script.on(Method::post, "/orders", quote(500));
    BOOST_TEST((buy() == Outcome::unknown));
    script.on(Method::get, "/orders", quote(400), lost, quote(200));
    for (int i = 0; i < 3; ++i) { recover(); }
    script.on(Method::post, "/orders", Response(200, "sold"));
    BOOST_TEST((buy() == Outcome::sold));

    const std::string canary(Careless::canary);
    const std::vector<std::string> forms{canary,
                                         "canary",
                                         std::string(Careless::canary_in_url),
                                         to_base64(canary),
                                         to_base64("user:" + canary),
                                         to_base64("user:" + canary).substr(8, 12)};
    for (const auto& [where, text] :
         {std::pair<const char*, std::string>{"log", log.str()}, {"metrics", metrics()}, {"results", told}}) {
        BOOST_TEST_CONTEXT(where) {
            BOOST_TEST(text.size() > 1'000U);
            for (const std::string& form : forms) { BOOST_TEST(text.find(form) == text.npos, form); }
        }
    }
    // The words around the credentials came through, so there was something to take out.
    for (const std::string_view word :
         {"no: https://careless.example/[redacted]/search", "cut off at", "event=exchange", "phase=unknown",
          "phase=refused", "url=https://careless.example/[redacted]/"}) {
        BOOST_TEST(log.str().find(word) != std::string::npos, word << " in " << log.str());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::observer_tests
