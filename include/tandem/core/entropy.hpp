// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
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

/// A name that nobody else has: 32 hexadecimal digits.
inline std::string random_name() {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string name;
    for (const unsigned char byte : entropy<std::array<unsigned char, 16>>()) {
        name += hex[byte >> 4U];
        name += hex[byte & 0xFU];
    }
    return name;
}

}  // namespace tandem::detail
