// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem {

/// Where a number is in its life (Kazoo's nine states).
enum class State : std::uint8_t {
    discovery,   ///< found at a carrier, not ours
    available,   ///< routed to us, owned by no account
    reserved,    ///< assigned to an account, not in use
    in_service,  ///< assigned and in use
    port_in,     ///< on its way to us
    port_out,    ///< on its way from us
    aging,       ///< cooling off after release
    released,    ///< between the last owner and the pool
    deleted,     ///< gone
};

inline constexpr std::array<std::string_view, 9> state_names{
    "discovery", "available", "reserved", "in_service", "port_in", "port_out", "aging", "released", "deleted"};

constexpr std::string_view name_of(State state) { return state_names[static_cast<std::size_t>(state)]; }

constexpr std::optional<State> state_of(std::string_view name) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == name) { return static_cast<State>(i); }
    }
    return {};
}

}  // namespace tandem
