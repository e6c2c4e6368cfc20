// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/observers/spdlog.hpp>

#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <string>
#include <utility>

namespace numbers {

/// Tells what the carriers do on standard error: standard output is the answer's. `level` is one of spdlog's names.
inline tandem::observers::Spdlog open_log(const std::string& level) {
    auto logger = std::make_shared<spdlog::logger>("numbers", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(level));
    return tandem::observers::Spdlog(std::move(logger));
}

}  // namespace numbers
