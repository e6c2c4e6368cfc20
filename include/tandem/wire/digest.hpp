// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Digests for carriers that sign their requests: MD5 (RFC 1321), SHA-1 (RFC 3174) and HMAC (RFC 2104). They are what
/// such an API prescribes; nothing of ours relies on them.
namespace tandem::wire {

using Md5 = std::array<std::uint8_t, 16>;
using Sha1 = std::array<std::uint8_t, 20>;

namespace detail {

/// Calls `compress` with the sixteen words of each block of `text`, padded as both digests are: a bit that is set,
/// zeros, and the number of bits.
template <std::endian order, class Compress>
constexpr void for_each_block(std::string_view text, Compress compress) {
    constexpr auto shift = [](std::size_t at, std::size_t size) {
        return 8 * (order == std::endian::big ? size - 1 - at % size : at % size);
    };
    const std::size_t end = (text.size() + 8) / 64 * 64 + 64;
    std::array<std::uint32_t, 16> words{};
    for (std::size_t at = 0; at < end; ++at) {
        std::uint32_t byte = at == text.size() ? 0x80 : 0;
        if (at < text.size()) { byte = static_cast<unsigned char>(text[at]); }
        if (at >= end - 8) { byte = (std::uint64_t{text.size()} * 8) >> shift(at, 8) & 0xFFU; }
        words[at % 64 / 4] |= byte << shift(at, 4);
        if (at % 64 == 63) {
            compress(words);
            words = {};
        }
    }
}

template <std::endian order, std::size_t count>
constexpr std::array<std::uint8_t, 4 * count> bytes_of(const std::array<std::uint32_t, count>& words) {
    std::array<std::uint8_t, 4 * count> bytes{};
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const std::size_t shift = 8 * (order == std::endian::big ? 3 - at % 4 : at % 4);
        bytes[at] = static_cast<std::uint8_t>(words[at / 4] >> shift);
    }
    return bytes;
}

/// RFC 1321 §3.4: 2^32 times the sine of 1, 2, … 64 radians.
inline constexpr std::array<std::uint32_t, 64> md5_sines{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
/// How far each step of a round rotates, the four over and over.
inline constexpr std::array<std::array<int, 4>, 4> md5_turns{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

}  // namespace detail

constexpr Md5 md5(std::string_view text) {
    std::array<std::uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    detail::for_each_block<std::endian::little>(text, [&](const std::array<std::uint32_t, 16>& words) {
        auto [a, b, c, d] = state;
        for (std::size_t step = 0; step < 64; ++step) {
            const std::size_t round = step / 16;
            const std::uint32_t mixed = round == 0   ? (b & c) | (~b & d)
                                        : round == 1 ? (b & d) | (c & ~d)
                                        : round == 2 ? b ^ c ^ d
                                                     : c ^ (b | ~d);
            constexpr std::array<std::size_t, 4> stride{1, 5, 3, 7}, first{0, 1, 5, 0};
            const std::uint32_t word = words[(first[round] + stride[round] * step) % 16];
            const std::uint32_t turned =
                std::rotl(a + mixed + word + detail::md5_sines[step], detail::md5_turns[round][step % 4]);
            a = d, d = c, c = b, b += turned;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    });
    return detail::bytes_of<std::endian::little>(state);
}

constexpr Sha1 sha1(std::string_view text) {
    std::array<std::uint32_t, 5> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    detail::for_each_block<std::endian::big>(text, [&](const std::array<std::uint32_t, 16>& words) {
        std::array<std::uint32_t, 80> schedule{};
        for (std::size_t t = 0; t < 80; ++t) {
            schedule[t] = t < 16
                              ? words[t]
                              : std::rotl(schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16], 1);
        }
        auto [a, b, c, d, e] = state;
        for (std::size_t t = 0; t < 80; ++t) {
            constexpr std::array<std::uint32_t, 4> constants{0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
            const std::size_t round = t / 20;
            const std::uint32_t mixed = round == 0   ? (b & c) | (~b & d)
                                        : round == 2 ? (b & c) | (b & d) | (c & d)
                                                     : b ^ c ^ d;
            const std::uint32_t next = std::rotl(a, 5) + mixed + e + constants[round] + schedule[t];
            e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
    });
    return detail::bytes_of<std::endian::big>(state);
}

constexpr Sha1 hmac_sha1(std::string_view key, std::string_view text) {
    constexpr std::size_t block_size = 64;
    std::string padded(block_size, '\0');
    if (key.size() > block_size) {
        const Sha1 shorter = sha1(key);
        for (std::size_t i = 0; i < shorter.size(); ++i) { padded[i] = static_cast<char>(shorter[i]); }
    } else {
        key.copy(padded.data(), key.size());
    }
    std::string inner = padded, outer = padded;
    for (char& each : inner) { each = static_cast<char>(each ^ 0x36); }
    for (char& each : outer) { each = static_cast<char>(each ^ 0x5c); }
    for (const std::uint8_t byte : sha1(inner += text)) { outer += static_cast<char>(byte); }
    return sha1(outer);
}

/// Two lower-case digits for each byte.
template <std::size_t size>
constexpr std::string to_hex(const std::array<std::uint8_t, size>& bytes) {
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4U];
        hex += "0123456789abcdef"[byte & 0xFU];
    }
    return hex;
}

}  // namespace tandem::wire
