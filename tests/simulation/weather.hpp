// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "world.hpp"

#include <cstdint>

namespace tandem::simulation {

/// How bad a world is: each rate counts of a million chances. Some worlds lack some faults altogether, so that rare
/// meetings of others are not drowned.
struct Weather {
    // Of each request to a carrier.
    std::uint32_t refused_connection = 0;  ///< nothing leaves
    std::uint32_t lost_request = 0;        ///< it left, and arrives nowhere
    std::uint32_t slow_request = 0;        ///< it arrives late, perhaps after its deadline
    std::uint32_t duplicate = 0;           ///< it arrives twice, the second time late
    std::uint32_t unserved = 0;            ///< 5xx, and the carrier did nothing
    std::uint32_t failed_after = 0;        ///< 5xx or 408, and the carrier acted
    std::uint32_t lost_reply = 0;
    std::uint32_t broken_reply = 0;   ///< the connection breaks inside the reply
    std::uint32_t cut_reply = 0;      ///< the same, and nobody notices
    std::uint32_t garbage_reply = 0;  ///< 200, and a page for people
    std::uint32_t slow_reply = 0;
    std::uint32_t storm = 0;  ///< of each request, that 429 and 503 begin at its carrier for a while

    // Of each call of the store.
    std::uint32_t store_delay = 0;   ///< that it takes time at all
    std::uint32_t store_slow = 0;    ///< that it takes long
    std::uint32_t store_fails = 0;   ///< nothing happened
    std::uint32_t store_silent = 0;  ///< it happened, and the answer says that it failed
    std::uint32_t meddler = 0;       ///< that somebody else writes the number's record first

    // Of each event.
    std::uint32_t crash = 0;
    std::uint32_t freeze = 0;
    std::uint32_t clock_jump = 0;

    /// No faults; every call of the store still takes a moment.
    static Weather calm() { return {.store_delay = 1'000'000}; }

    static Weather of(Random& random) {
        Weather weather;
        const auto draw = [&](std::uint32_t& rate, std::uint32_t most) {
            if (random.below(3) != 0) { rate = static_cast<std::uint32_t>(random.below(most)); }
        };
        draw(weather.refused_connection, 60'000);
        draw(weather.lost_request, 60'000);
        draw(weather.slow_request, 100'000);
        draw(weather.duplicate, 100'000);
        draw(weather.unserved, 60'000);
        draw(weather.failed_after, 60'000);
        draw(weather.lost_reply, 60'000);
        draw(weather.broken_reply, 60'000);
        draw(weather.cut_reply, 60'000);
        draw(weather.garbage_reply, 60'000);
        draw(weather.slow_reply, 100'000);
        draw(weather.storm, 5'000);
        weather.store_delay = static_cast<std::uint32_t>(random.below(1'000'000));
        draw(weather.store_slow, 20'000);
        draw(weather.store_fails, 15'000);
        draw(weather.store_silent, 15'000);
        draw(weather.meddler, 20'000);
        draw(weather.crash, 1'500);
        draw(weather.freeze, 500);
        draw(weather.clock_jump, 300);
        return weather;
    }
};

}  // namespace tandem::simulation
