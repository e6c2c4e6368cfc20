// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/operation_id.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>

#include <concepts>
#include <cstdint>

namespace tandem {

/// Clocks, sleep and chance. Nobody else reads a clock or draws a random number, so that a simulated environment
/// decides all of them.
/// Operations: `now()`, the moment on the steady clock; `time()`, the calendar's; `sleep(d)`, done after `d` or, when
/// cancelled, at once and without an exception; `random()`, 64 even bits; `id()`, a new operation id.
/// Laws: `now()` never goes back; ids never repeat, across machines too.
/// Models: `environments::System`; `testing::` has simulated ones.
template <class E>
concept Environment = std::move_constructible<E> && requires(E& environment, Duration duration) {
    { environment.now() } -> std::same_as<Moment>;
    { environment.time() } -> std::same_as<UnixTime>;
    { environment.sleep(duration) } -> std::same_as<Task<>>;
    { environment.random() } -> std::same_as<std::uint64_t>;
    { environment.id() } -> std::same_as<OperationId>;
};

}  // namespace tandem
