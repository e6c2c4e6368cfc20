// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

namespace detail {
inline constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

/// RFC 4648 §4, with padding.
inline std::string to_base64(std::string_view bytes) {
    constexpr std::string_view letters = detail::base64_letters;
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view three = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8U | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= three.size() ? letters[bits >> (18U - 6U * i) & 0x3FU] : '=';
        }
    }
    return text;
}

/// The bytes that `to_base64` made `text` of; nothing for any other text.
inline std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) { return {}; }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::string_view four = text.substr(at, 4);
        if (at + 4 == text.size() && four[3] == '=') { four = four.substr(0, four[2] == '=' ? 2 : 3); }
        std::uint32_t bits = 0;
        for (const char each : four) {
            const std::size_t letter = detail::base64_letters.find(each);
            if (letter == detail::base64_letters.npos) { return {}; }
            bits = bits << 6U | static_cast<std::uint32_t>(letter);
        }
        bits <<= 6U * (4 - static_cast<unsigned>(four.size()));
        for (std::size_t i = 0; i + 1 < four.size(); ++i) {
            bytes += static_cast<char>(static_cast<unsigned char>(bits >> (16U - 8U * i)));
        }
        if (four.size() < 4 && (bits & (0xFFFFFFU >> (8 * (four.size() - 1)))) != 0) { return {}; }
    }
    return bytes;
}

}  // namespace tandem
