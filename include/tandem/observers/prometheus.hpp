// SPDX-License-Identifier: BSL-1.0
// Needs prometheus-cpp, its core alone (`tandem::prometheus`).
#pragma once

#include <tandem/core/carrier_info.hpp>
#include <tandem/observer.hpp>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::observers {

/// Counts events in a registry of prometheus-cpp, from where the program's own exposer serves them. To be chosen where
/// dashboards and alerts are wanted; docs/observability.md has the metrics, their labels and units.
/// Every series is there from the beginning, with 0. Labels hold the names of the carriers given, and words of this
/// header alone: no number, account or URL. What concerns another carrier (an operation of one that is composed in no
/// more) is counted as carrier `unlisted`.
/// Managers and observers that share a registry add up.
/// Thread safety: any thread. A counter is one atomic; a histogram has a lock of its own. No event searches the
/// registry.
class Prometheus {
public:
    /// `carriers`: those of the manager, `carriers::All::infos`. Requires: a registry.
    /// Errors: `std::exception` of prometheus-cpp, when one of the names in the registry is of another kind of metric.
    Prometheus(std::shared_ptr<prometheus::Registry> registry, std::span<const CarrierInfo* const> carriers)
        : registry_(std::move(registry)) {
        const Families families(*registry_);
        for (const CarrierInfo* carrier : carriers) { series_.emplace_back(families, carrier->name); }
        series_.emplace_back(families, "unlisted");
    }

    void exchanged(const Exchange& exchange) noexcept {
        const Series& series = of(exchange.carrier);
        series.exchanges[index_of(methods, exchange.method)][class_of(exchange.status)]->Increment();
        series.exchange_seconds->Observe(std::chrono::duration<double>(exchange.elapsed).count());
    }
    void searched(const CarrierReport& report) noexcept {
        const Series& series = of(report.name);
        series.searches[static_cast<std::size_t>(report.status)]->Increment();
        series.search_seconds->Observe(std::chrono::duration<double>(report.elapsed).count());
        series.offers_found->Increment(report.found);
        series.rows_refused->Increment(report.refused);
    }
    void changed(const Operation& operation) noexcept {
        const Series& series = of(operation.carrier);
        series.operations[static_cast<std::size_t>(operation.kind)][static_cast<std::size_t>(operation.phase)]
            ->Increment();
    }

private:
    using Counter = prometheus::Counter;
    using Histogram = prometheus::Histogram;
    template <std::size_t N>
    using Names = std::array<std::string_view, N>;

    static constexpr Names<6> methods{"GET", "POST", "PUT", "PATCH", "DELETE", "other"};
    static constexpr Names<6> status_classes{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    static constexpr Names<5> search_statuses{name_of(CarrierReport::Status::ok), name_of(CarrierReport::Status::empty),
                                              name_of(CarrierReport::Status::error),
                                              name_of(CarrierReport::Status::timeout),
                                              name_of(CarrierReport::Status::skipped)};

    /// The index of the last where there is none of that name.
    template <std::size_t N>
    static std::size_t index_of(const Names<N>& names, std::string_view name) {
        const auto found = std::find(names.begin(), names.end(), name);
        return std::min(static_cast<std::size_t>(found - names.begin()), N - 1);
    }
    static std::size_t class_of(int status) { return status >= 100 && status <= 599 ? std::size_t(status) / 100 : 0; }

    struct Families {
        prometheus::Family<Counter>& exchanges;
        prometheus::Family<Histogram>& exchange_seconds;
        prometheus::Family<Counter>& searches;
        prometheus::Family<Histogram>& search_seconds;
        prometheus::Family<Counter>& offers_found;
        prometheus::Family<Counter>& rows_refused;
        prometheus::Family<Counter>& operations;

        explicit Families(prometheus::Registry& registry)
            : exchanges(counter(registry, "tandem_exchanges_total", "Requests to carriers, by how they ended")),
              exchange_seconds(histogram(registry, "tandem_exchange_duration_seconds",
                                         "Time from a request to its reply or failure")),
              searches(counter(registry, "tandem_searches_total", "Carriers asked in searches, by how they fared")),
              search_seconds(histogram(registry, "tandem_search_duration_seconds",
                                       "Time from a search's start to the carrier's answer")),
              offers_found(counter(registry, "tandem_offers_found_total", "Offers that searches found")),
              rows_refused(counter(registry, "tandem_rows_refused_total",
                                   "Rows of carriers' replies that were dropped as malformed")),
              operations(counter(registry, "tandem_operation_changes_total",
                                 "Purchases and releases, by each phase that they were written down in")) {}

        static prometheus::Family<Counter>& counter(prometheus::Registry& registry, const char* name,
                                                    const char* help) {
            return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
        }
        static prometheus::Family<Histogram>& histogram(prometheus::Registry& registry, const char* name,
                                                        const char* help) {
            return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
        }
    };

    /// The metrics of one carrier, at hand.
    struct Series {
        std::string_view carrier;
        std::array<std::array<Counter*, status_classes.size()>, methods.size()> exchanges{};
        Histogram* exchange_seconds;
        std::array<Counter*, search_statuses.size()> searches{};
        Histogram* search_seconds;
        Counter* offers_found;
        Counter* rows_refused;
        std::array<std::array<Counter*, phase_names.size()>, kind_names.size()> operations{};

        Series(const Families& families, std::string_view name) : carrier(name) {
            const std::string own(name);
            const prometheus::Histogram::BucketBoundaries seconds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                                  1,    2.5,   5,    10,  30,   60};
            for (std::size_t method = 0; method < methods.size(); ++method) {
                for (std::size_t status = 0; status < status_classes.size(); ++status) {
                    exchanges[method][status] =
                        &families.exchanges.Add({{"carrier", own},
                                                 {"method", std::string(methods[method])},
                                                 {"status_class", std::string(status_classes[status])}});
                }
            }
            for (std::size_t status = 0; status < search_statuses.size(); ++status) {
                searches[status] =
                    &families.searches.Add({{"carrier", own}, {"status", std::string(search_statuses[status])}});
            }
            for (std::size_t kind = 0; kind < kind_names.size(); ++kind) {
                for (std::size_t phase = 0; phase < phase_names.size(); ++phase) {
                    operations[kind][phase] = &families.operations.Add({{"carrier", own},
                                                                        {"kind", std::string(kind_names[kind])},
                                                                        {"phase", std::string(phase_names[phase])}});
                }
            }
            exchange_seconds = &families.exchange_seconds.Add({{"carrier", own}}, seconds);
            search_seconds = &families.search_seconds.Add({{"carrier", own}}, seconds);
            offers_found = &families.offers_found.Add({{"carrier", own}});
            rows_refused = &families.rows_refused.Add({{"carrier", own}});
        }
    };

    const Series& of(std::string_view carrier) const noexcept {
        const auto found = std::find_if(series_.begin(), series_.end() - 1,
                                        [&](const Series& each) { return each.carrier == carrier; });
        return *found;
    }

    std::shared_ptr<prometheus::Registry> registry_;
    std::vector<Series> series_;
};
static_assert(Observer<Prometheus>);

}  // namespace tandem::observers
