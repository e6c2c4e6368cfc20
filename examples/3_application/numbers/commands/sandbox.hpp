// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>

namespace numbers {

/// `numbers sandbox`: carriers to try things with, on this machine, until it is interrupted. Its one line of output is
/// what `--config` takes.
class Sandbox {
public:
    static constexpr const char* name = "sandbox";
    static constexpr const char* purpose = "Serve small carriers on this machine, to try things with";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = false;

    void describe(CLI::App& command) {
        command.add_option("--port", port_, "of the first carrier, the next ones follow; otherwise any that are free")
            ->check(CLI::Range(1, 65'000))
            ->type_name("N");
    }

    /// The answer is empty: everything was said when it began to serve.
    Answer run_alone(const Globals&) const;

private:
    std::uint16_t port_ = 0;
};

}  // namespace numbers
