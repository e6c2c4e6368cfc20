// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tandem {

/// Text of at most `Capacity` bytes, held in place: requests made of it stay trivially copyable, which is what lets
/// `co_await manager.find_numbers({.prefix = "+1415"})` work with g++ 12.
/// Errors: text that is too long throws `std::length_error`; nothing is cut silently.
template <std::size_t Capacity>
class InlineText {
    static_assert(Capacity < 65'536);

public:
    constexpr InlineText() = default;
    constexpr InlineText(std::string_view text) { assign(text); }
    constexpr InlineText(const char* text) : InlineText(std::string_view(text)) {}
    InlineText(const std::string& text) : InlineText(std::string_view(text)) {}

    static constexpr std::size_t capacity() { return Capacity; }

    constexpr operator std::string_view() const { return view(); }
    constexpr std::string_view view() const { return {data_.data(), size_}; }
    std::string str() const { return std::string(view()); }
    constexpr bool empty() const { return size_ == 0; }
    constexpr std::size_t size() const { return size_; }

    friend constexpr bool operator==(const InlineText& a, const InlineText& b) { return a.view() == b.view(); }
    friend constexpr bool operator==(const InlineText& a, std::string_view b) { return a.view() == b; }
    friend constexpr bool operator==(const InlineText& a, const char* b) { return a.view() == b; }
    friend constexpr auto operator<=>(const InlineText& a, const InlineText& b) { return a.view() <=> b.view(); }

private:
    constexpr void assign(std::string_view text) {
        if (text.size() > Capacity) {
            throw std::length_error("text of " + std::to_string(text.size()) + " bytes where at most " +
                                    std::to_string(Capacity) + " are allowed");
        }
        std::copy(text.begin(), text.end(), data_.begin());
        size_ = static_cast<std::uint16_t>(text.size());
    }

    std::array<char, Capacity> data_{};
    std::uint16_t size_ = 0;
};

/// At most `Capacity` values, held in place, for the same reason as `InlineText`.
/// Errors: one value too many throws `std::length_error`.
template <class T, std::size_t Capacity>
class InlineList {
public:
    constexpr InlineList() = default;
    constexpr InlineList(std::initializer_list<T> values) {
        for (const T& value : values) { push_back(value); }
    }

    constexpr void push_back(const T& value) {
        if (size_ == Capacity) { throw std::length_error("more than " + std::to_string(Capacity) + " values"); }
        values_[size_++] = value;
    }

    constexpr const T* begin() const { return values_.data(); }
    constexpr const T* end() const { return values_.data() + size_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }

private:
    std::array<T, Capacity> values_{};
    std::size_t size_ = 0;
};

/// An account's identifier. Kazoo's are 32 hexadecimal digits.
using AccountId = InlineText<64>;

}  // namespace tandem
