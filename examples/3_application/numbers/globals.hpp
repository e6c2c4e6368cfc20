// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/text.hpp>

#include <string>

namespace numbers {

/// The options that every command has.
struct Globals {
    std::string config{};  ///< a JSON file; empty: the environment alone
    std::string store = "sqlite:numbers.db";
    std::string as = "system";  ///< who asks
    std::string record{};       ///< a HAR file to make; empty: none
    std::string replay{};       ///< a HAR file that answers in the carriers' place; empty: none
    std::string log_level = "off";
    bool json = false;

    /// The account that a command is about where `--account` does not name one: the caller's own. `system` is nobody's.
    std::string account_or(const std::string& named) const {
        return !named.empty() ? named : as == "system" ? std::string() : as;
    }
};

}  // namespace numbers
