// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/query.hpp>

#include <concepts>
#include <optional>
#include <vector>

namespace tandem {

/// A store, or a carrier's view of one, that knows by heart what it has for sale. *Plain* is a number that is
/// available, nobody's, held by no operation and without carrier's data: its record would tell a buyer nothing more.
/// - `plain_stock(query)`: the first `query.limit` numbers that `scan(query)` has for sale, if all of them are plain;
///   nothing
///   where only the store can tell. What is being changed at this moment may be left out. It does not suspend.
/// Models: `stores::Indexed`, and the manager's view of it.
template <class V>
concept KnowsStock = requires(V& view, const NumberQuery& query) {
    { view.plain_stock(query) } -> std::same_as<std::optional<std::vector<E164>>>;
};

}  // namespace tandem
