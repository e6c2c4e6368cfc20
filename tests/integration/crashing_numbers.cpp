// SPDX-License-Identifier: BSL-1.0
#include "policies.hpp"
#include "program.hpp"

#include <tandem/testing/crashing.hpp>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>

namespace tandem::integration {

/// The crash point that a variable names as `before 3` or `after 3`; none when it is not set.
inline testing::CrashPoint crash_point(const char* variable) {
    testing::CrashPoint point;
    if (const char* value = std::getenv(variable)) {
        std::string when;
        std::istringstream(value) >> when >> point.nth;
        point.when = when == "after" ? testing::CrashPoint::When::after : testing::CrashPoint::When::before;
    }
    return point;
}

/// The program's own policies, in a process that dies at its n-th call of the store or of the transport.
struct CrashingPolicies : numbers::Policies {
    using Transport = testing::CrashingTransport<numbers::Policies::Transport>;
    using Store = testing::CrashingStore<numbers::Policies::Store>;

    static Transport open_transport(Wire wire) {
        return {numbers::Policies::open_transport(std::move(wire)), crash_point("TANDEM_CRASH_TRANSPORT")};
    }
    static Result<Store> open_store(const std::string& uri) {
        auto opened = numbers::Policies::open_store(uri);
        if (!opened) { return opened.error(); }
        return Store(std::move(*opened), testing::Crash(crash_point("TANDEM_CRASH_STORE")));
    }
};

}  // namespace tandem::integration

int main(int argc, char** argv) { return numbers::run<tandem::integration::CrashingPolicies>(argc, argv); }
