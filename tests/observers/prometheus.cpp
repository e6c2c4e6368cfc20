// SPDX-License-Identifier: BSL-1.0
#include <tandem/observers/prometheus.hpp>
#include <tandem/observers/several.hpp>

#include <boost/test/unit_test.hpp>

#include <prometheus/text_serializer.h>

#include <array>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(prometheus_observer)

using namespace tandem;
using namespace std::chrono_literals;

namespace {

constexpr CarrierInfo alpha{.name = "alpha"};
constexpr CarrierInfo beta{.name = "beta"};
constexpr std::array<const CarrierInfo*, 2> carriers{&alpha, &beta};

/// A registry, an observer of it, and what a scrape would read.
struct Metrics {
    std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    observers::Prometheus observer{registry, carriers};

    std::string text() const { return prometheus::TextSerializer().Serialize(registry->Collect()); }
    /// The value of a series: `name{label="value",…}`, labels in their alphabetical order.
    std::string at(const std::string& series) const {
        std::istringstream lines(text());
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(series + " ")) { return line.substr(series.size() + 1); }
        }
        return "absent";
    }
    /// Every series, without its value.
    std::set<std::string> series() const {
        std::set<std::string> names;
        std::istringstream lines(text());
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with('#')) { names.insert(line.substr(0, line.rfind(' '))); }
        }
        return names;
    }
};

Operation operation(std::string carrier, Operation::Kind kind, Operation::Phase phase) {
    Operation told{.kind = kind, .phase = phase};
    told.carrier = std::move(carrier);
    return told;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(each_event_is_counted_in_its_series, Metrics) {
    observer.exchanged({.carrier = "alpha", .method = "GET", .status = 200, .elapsed = 40ms});
    observer.exchanged({.carrier = "alpha", .method = "GET", .status = 204, .elapsed = 40ms});
    observer.exchanged({.carrier = "beta", .method = "DELETE", .status = 503, .elapsed = 90s});
    observer.exchanged({.carrier = "beta", .method = "POST", .status = 0});
    observer.searched({.name = "alpha", .found = 7, .refused = 2, .elapsed = 300ms});
    observer.searched({.name = "beta", .status = CarrierReport::Status::timeout});
    observer.changed(operation("alpha", Operation::Kind::acquire, Operation::Phase::prepared));
    observer.changed(operation("alpha", Operation::Kind::acquire, Operation::Phase::done));
    observer.changed(operation("beta", Operation::Kind::release, Operation::Phase::unknown));

    const std::vector<std::pair<std::string, std::string>> wanted{
        {R"(tandem_exchanges_total{carrier="alpha",method="GET",status_class="2xx"})", "2"},
        {R"(tandem_exchanges_total{carrier="alpha",method="GET",status_class="4xx"})", "0"},
        {R"(tandem_exchanges_total{carrier="beta",method="DELETE",status_class="5xx"})", "1"},
        {R"(tandem_exchanges_total{carrier="beta",method="POST",status_class="none"})", "1"},
        {R"(tandem_exchange_duration_seconds_count{carrier="alpha"})", "2"},
        {R"(tandem_exchange_duration_seconds_sum{carrier="alpha"})", "0.08"},
        {R"(tandem_exchange_duration_seconds_bucket{carrier="alpha",le="0.025"})", "0"},
        {R"(tandem_exchange_duration_seconds_bucket{carrier="alpha",le="0.05"})", "2"},
        {R"(tandem_exchange_duration_seconds_bucket{carrier="beta",le="60"})", "1"},
        {R"(tandem_exchange_duration_seconds_bucket{carrier="beta",le="+Inf"})", "2"},
        {R"(tandem_searches_total{carrier="alpha",status="ok"})", "1"},
        {R"(tandem_searches_total{carrier="beta",status="timeout"})", "1"},
        {R"(tandem_search_duration_seconds_sum{carrier="alpha"})", "0.3"},
        {R"(tandem_offers_found_total{carrier="alpha"})", "7"},
        {R"(tandem_rows_refused_total{carrier="alpha"})", "2"},
        {R"(tandem_operation_changes_total{carrier="alpha",kind="acquire",phase="prepared"})", "1"},
        {R"(tandem_operation_changes_total{carrier="alpha",kind="acquire",phase="done"})", "1"},
        {R"(tandem_operation_changes_total{carrier="alpha",kind="release",phase="done"})", "0"},
        {R"(tandem_operation_changes_total{carrier="beta",kind="release",phase="unknown"})", "1"},
    };
    for (const auto& [series, value] : wanted) {
        BOOST_TEST_CONTEXT(series) { BOOST_TEST(at(series) == value); }
    }
}

BOOST_FIXTURE_TEST_CASE(nothing_that_is_told_adds_a_series, Metrics) {
    const std::set<std::string> before = series();
    const std::size_t histogram = 12 + 3;  // buckets, the one without bound, sum and count
    BOOST_TEST(before.size() == (carriers.size() + 1) * (61 + 2 * histogram));
    for (const std::string_view name : {"alpha", "gone", "+14155550100", ""}) {
        for (const int status : {-1, 0, 99, 100, 200, 299, 418, 599, 600, 100'000}) {
            for (const std::string_view method : {"GET", "BREW", ""}) {
                observer.exchanged({.carrier = name, .method = method, .url = "https://x.example/1", .status = status});
            }
        }
        observer.searched({.name = std::string(name)});
        observer.changed(operation(std::string(name), Operation::Kind::acquire, Operation::Phase::refused));
    }
    BOOST_TEST(series() == before, boost::test_tools::per_element());
    BOOST_TEST(at(R"(tandem_searches_total{carrier="alpha",status="ok"})") == "1");
    BOOST_TEST(at(R"(tandem_searches_total{carrier="unlisted",status="ok"})") == "3");
    BOOST_TEST(at(R"(tandem_exchanges_total{carrier="alpha",method="other",status_class="2xx"})") == "4");
    BOOST_TEST(at(R"(tandem_exchanges_total{carrier="alpha",method="GET",status_class="none"})") == "5");
}

BOOST_FIXTURE_TEST_CASE(observers_of_one_registry_add_up_from_any_thread, Metrics) {
    constexpr int each = 2'000;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this] {
            observers::Prometheus own(registry, carriers);
            for (int n = 0; n < each; ++n) {
                own.exchanged({.carrier = "beta", .method = "PUT", .status = 200, .elapsed = 1s});
                observer.searched({.name = "beta", .found = 1});
            }
        });
    }
    for (std::thread& thread : threads) { thread.join(); }
    BOOST_TEST(at(R"(tandem_exchanges_total{carrier="beta",method="PUT",status_class="2xx"})") == "8000");
    BOOST_TEST(at(R"(tandem_exchange_duration_seconds_count{carrier="beta"})") == "8000");
    BOOST_TEST(at(R"(tandem_offers_found_total{carrier="beta"})") == "8000");
}

BOOST_FIXTURE_TEST_CASE(names_follow_the_conventions_of_prometheus, Metrics) {
    const auto families = registry->Collect();
    BOOST_TEST(families.size() == 7U);
    for (const auto& family : families) {
        BOOST_TEST_CONTEXT(family.name) {
            BOOST_TEST(family.name.starts_with("tandem_"));
            BOOST_TEST(family.name.ends_with(family.type == prometheus::MetricType::Counter ? "_total" : "_seconds"));
            BOOST_TEST(!family.help.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_taken_by_another_kind_of_metric_is_an_error) {
    const auto registry = std::make_shared<prometheus::Registry>();
    prometheus::BuildHistogram().Name("tandem_exchanges_total").Register(*registry);
    BOOST_CHECK_THROW(observers::Prometheus(registry, carriers), std::exception);
}

BOOST_AUTO_TEST_CASE(several_observers_are_all_told) {
    struct Counting {
        std::shared_ptr<std::string> told;
        char name;
        void exchanged(const Exchange&) noexcept { (*told += name) += 'e'; }
        void searched(const CarrierReport&) noexcept { (*told += name) += 's'; }
        void changed(const Operation&) noexcept { (*told += name) += 'c'; }
    };
    const auto told = std::make_shared<std::string>();
    observers::Several both(Counting{told, '1'}, Counting{told, '2'});
    static_assert(Observer<decltype(both)>);
    both.exchanged({});
    both.searched({});
    both.changed({});
    BOOST_TEST(*told == "1e2e1s2s1c2c");
}

BOOST_AUTO_TEST_SUITE_END()
