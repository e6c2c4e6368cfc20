// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "any_store.hpp"
#include "any_transport.hpp"

#include <functional>

namespace numbers {

/// What a test puts around the program's parts.
struct Wrappers {
    std::function<AnyTransport(AnyTransport)> transport = [](AnyTransport inner) { return inner; };
    std::function<AnyStore(AnyStore)> store = [](AnyStore inner) { return inner; };
};

/// The program: what `main` does.
int run(int argc, const char* const* argv, const Wrappers& wrappers = {});

}  // namespace numbers
