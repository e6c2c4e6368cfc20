// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>
#include <system_error>

namespace tandem {

/// The whole of a file of settings, as bytes.
/// Errors: `settings` for what cannot be read, with the system's words, and for more than `most` bytes.
inline Result<std::string> read_file(const std::string& path, std::size_t most) {
    const auto failed = [&](const std::string& what, std::string cause = {}) {
        return Error{.code = errc::settings, .message = "the file " + path + " " + what, .cause = std::move(cause)};
    };
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    std::array<char, 16'384> chunk{};
    while (file && text.size() <= most) {
        file.read(chunk.data(), chunk.size());
        text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > most) { return failed("has more than " + std::to_string(most) + " bytes"); }
    if (!file.is_open() || file.bad()) { return failed("cannot be read", std::generic_category().message(errno)); }
    return text;
}

}  // namespace tandem
