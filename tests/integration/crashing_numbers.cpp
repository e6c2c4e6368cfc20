// SPDX-License-Identifier: BSL-1.0
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

}  // namespace tandem::integration

/// The program in a process that dies at its n-th call of the store or of the transport.
int main(int argc, char** argv) {
    using namespace tandem;
    using numbers::AnyStore, numbers::AnyTransport;
    return numbers::run(
        argc, argv,
        {.transport =
             [](AnyTransport inner) {
                 const auto point = integration::crash_point("TANDEM_CRASH_TRANSPORT");
                 return AnyTransport(testing::CrashingTransport<AnyTransport>(std::move(inner), point));
             },
         .store =
             [](AnyStore inner) {
                 const auto point = integration::crash_point("TANDEM_CRASH_STORE");
                 return AnyStore(testing::CrashingStore<AnyStore>(std::move(inner), testing::Crash(point)));
             }});
}
