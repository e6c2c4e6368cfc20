// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

/// What libFuzzer calls, again and again, with bytes of its choice. Each target defines it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tandem::fuzz {

/// Ends the process where `holds` is false: so the fuzzer learns of it, and keeps the input.
inline void require(bool holds, std::string_view claim) {
    if (holds) { return; }
    std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(claim.size()), claim.data());
    std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Takes what stands before `separator`, and it, off the front of `text`.
inline std::string_view take(std::string_view& text, std::string_view separator) {
    const std::size_t end = text.find(separator);
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + separator.size());
    return taken;
}

}  // namespace tandem::fuzz
