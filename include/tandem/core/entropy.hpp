// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <type_traits>

namespace tandem::detail {

/// Bits of the kernel's: they must not repeat across machines, restarts and forks. `std::random_device` takes
/// microseconds for each word on machines that have the processor make it.
template <class T>
    requires std::is_trivially_copyable_v<T>
T entropy() {
    T value{};
    if (::getentropy(&value, sizeof value) != 0) {
        errors::raise(errc::unspecified, "the system has no random numbers", std::strerror(errno));
    }
    return value;
}

}  // namespace tandem::detail
