// SPDX-License-Identifier: BSL-1.0
// Needs spdlog (`tandem::spdlog`).
#pragma once

#include <tandem/observer.hpp>
#include <tandem/observers/detail/log_line.hpp>

#include <spdlog/logger.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace tandem::observers {

/// Writes a line for each event to a logger of spdlog. To be chosen where people or a log collector read on;
/// docs/observability.md has the events, their levels and fields.
/// - An exchange is `debug`; one that got no reply, unless it was cancelled, or a status of 500 and more is `warn`.
/// - A carrier's part in a search is `info`; one that failed or timed out, or had rows dropped, is `warn`.
/// - A purchase or release is `info`; one that waits for something from us is `warn`, and an unknown outcome `error`.
/// Errors: none; what the logger cannot write is lost.
/// Thread safety: that of the logger and its sinks: `spdlog::logger` with sinks that end in `_mt`. A line waits for the
/// sink; with `spdlog::async_logger` and `overrun_oldest` for nothing but its queue's lock.
class Spdlog {
public:
    /// Requires: a logger.
    explicit Spdlog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

    void exchanged(const Exchange& exchange) const noexcept {
        const bool unanswered = exchange.status == 0 && exchange.failure != errc::cancelled;
        const bool failed = unanswered || exchange.status >= 500;
        write(failed ? spdlog::level::warn : spdlog::level::debug, [&] {
            detail::LogLine line("exchange");
            line.add("carrier", exchange.carrier).add("method", exchange.method).add("url", exchange.url);
            line.add("status", exchange.status).add("elapsed_us", exchange.elapsed.count());
            if (exchange.failure) { line.add("failure", name_of(*exchange.failure)); }
            return line.add_known("operation", exchange.operation);
        });
    }

    void searched(const CarrierReport& report) const noexcept {
        using Status = CarrierReport::Status;
        const bool failed = report.status == Status::error || report.status == Status::timeout || report.refused > 0;
        write(failed ? spdlog::level::warn : spdlog::level::info, [&] {
            detail::LogLine line("search");
            line.add("carrier", report.name).add("status", name_of(report.status)).add("found", report.found);
            line.add("refused", report.refused).add("elapsed_ms", report.elapsed.count());
            return add(line, report.error);
        });
    }

    void changed(const Operation& operation) const noexcept {
        using Phase = Operation::Phase;
        const bool waits_for_us = operation.phase == Phase::pending && operation.error;
        const auto level = operation.phase == Phase::unknown ? spdlog::level::err
                           : waits_for_us                    ? spdlog::level::warn
                                                             : spdlog::level::info;
        write(level, [&] {
            detail::LogLine line("operation");
            line.add("id", operation.id).add("kind", name_of(operation.kind)).add("phase", name_of(operation.phase));
            line.add("carrier", operation.carrier).add("account", operation.account);
            line.add_known("asked_by", operation.asked_by).add_known("number", operation.number.str());
            line.add_known("offer", operation.offer);
            if (operation.charge.known()) { line.add("charge", operation.charge.str()); }
            if (operation.after.order) { line.add_known("reference", operation.after.order->reference); }
            return add(line, operation.error);
        });
    }

private:
    static detail::LogLine& add(detail::LogLine& line, const std::optional<Error>& error) {
        if (!error) { return line; }
        line.add("error", name_of(error->code)).add("message", error->message).add_known("cause", error->cause);
        if (error->retry_after) { line.add("retry_after_ms", error->retry_after->count()); }
        return line;
    }

    /// The line is made only where somebody will read it.
    template <class MakeLine>
    void write(spdlog::level::level_enum level, MakeLine make) const noexcept try {
        if (!logger_->should_log(level)) { return; }
        const detail::LogLine line = make();
        logger_->log(level, spdlog::string_view_t(line.str()));  // as it is: it is no format
    } catch (...) {                                              // a log that fails must not fail a purchase
        return;
    }

    std::shared_ptr<spdlog::logger> logger_;
};
static_assert(Observer<Spdlog>);

}  // namespace tandem::observers
