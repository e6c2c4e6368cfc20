// SPDX-License-Identifier: BSL-1.0
// What the mistakes with a manager's policies share: all that is right about them.
#pragma once

#include <tandem/number_manager.hpp>
#include <tandem/testing/archetypes.hpp>

#include <concepts>
#include <type_traits>

namespace acme {

struct Dialer {
    static constexpr tandem::CarrierInfo info{.name = "dialer"};

    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const;
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const;
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const;
};

/// `Wrong` in the role of the archetype that it derives from, in all others the archetype.
template <class Archetype, class Wrong>
using Role = std::conditional_t<std::derived_from<Wrong, Archetype>, Wrong, Archetype>;

template <class Wrong, class List = tandem::Carriers<Dialer>>
using ManagerWith =
    tandem::NumberManager<List, Role<tandem::archetypes::Transport, Wrong>, Role<tandem::archetypes::Config, Wrong>,
                          Role<tandem::archetypes::Store, Wrong>, Role<tandem::archetypes::Billing, Wrong>,
                          Role<tandem::archetypes::Accounts, Wrong>, Role<tandem::archetypes::Observer, Wrong>,
                          Role<tandem::archetypes::Environment, Wrong>>;

}  // namespace acme
