// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/run.hpp>
#include <tandem/stores/indexed.hpp>

#include <chrono>
#include <utility>

namespace tandem::store_tests {

/// A place whose handles are programs with an index of their own, which look for the others' changes at every page.
template <class Place>
struct Indexed {
    auto open() const {
        stores::Indexed store(place.open(), {.fresh_for = std::chrono::seconds(0)});
        tandem::run(store.refresh());
        return store;
    }
    Place place{};
};

}  // namespace tandem::store_tests
