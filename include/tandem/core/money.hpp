// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/text.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

/// An exact amount in ten-thousandths of a currency unit, or unknown. Unknown is not zero: a sum with it is unknown.
class Amount {
public:
    /// Unknown.
    constexpr Amount() = default;
    static constexpr Amount ten_thousandths(std::int64_t count) { return Amount(count); }
    static constexpr Amount zero() { return Amount(0); }

    /// Reads decimal text as carriers write it: `1`, `1.10`, `-2.5`, `0.00850`. Nothing when it is not such text, has
    /// more than four decimals that are not 0, or does not fit. Exponents, signs other than a leading `-`, spaces and
    /// separators are refused: money is never guessed.
    static constexpr std::optional<Amount> parse(std::string_view text) {
        const bool negative = !text.empty() && text.front() == '-';
        if (negative) { text.remove_prefix(1); }
        const auto point = text.find('.');
        const std::string_view whole = text.substr(0, point);
        const std::string_view decimals = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
        if (whole.empty() || whole.size() > 15 || (point != std::string_view::npos && decimals.empty())) { return {}; }
        std::int64_t units = 0;
        for (const char digit : whole) {
            if (digit < '0' || digit > '9') { return {}; }
            units = units * 10 + (digit - '0');
        }
        for (std::size_t place = 0; place < 4 || place < decimals.size(); ++place) {
            const char digit = place < decimals.size() ? decimals[place] : '0';
            if (digit < '0' || digit > '9' || (place >= 4 && digit != '0')) { return {}; }
            if (place >= 4) { continue; }
            if (__builtin_mul_overflow(units, std::int64_t{10}, &units) ||
                __builtin_add_overflow(units, std::int64_t{digit - '0'}, &units)) {
                return {};
            }
        }
        return Amount(negative ? -units : units);
    }

    constexpr bool known() const { return count_ != unknown_; }
    /// Requires: `known()`.
    constexpr std::int64_t count() const { return count_; }

    /// `1.00`, `0.0085`, `-2.50`; empty when unknown.
    std::string str() const {
        if (!known()) { return {}; }
        std::uint64_t left = count_ < 0 ? -static_cast<std::uint64_t>(count_) : static_cast<std::uint64_t>(count_);
        std::array<char, 24> text{};  // from behind
        std::size_t begin = text.size();
        for (int place = -4; place <= 0 || left > 0; ++place, left /= 10) {
            if (place == 0) { text[--begin] = '.'; }
            const bool is_shown = place >= -2 || left % 10 != 0 || begin < text.size();
            if (is_shown) { text[--begin] = static_cast<char>('0' + left % 10); }
        }
        if (count_ < 0) { text[--begin] = '-'; }
        return std::string(&text[begin], text.size() - begin);
    }

    friend constexpr bool operator==(Amount, Amount) = default;

    /// Errors: a sum or product outside 64 bits throws `std::overflow_error`.
    friend constexpr Amount operator+(Amount a, Amount b) {
        if (!a.known() || !b.known()) { return {}; }
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a.count_, b.count_, &sum) || sum == unknown_) {
            throw std::overflow_error("amount");
        }
        return Amount(sum);
    }
    friend constexpr Amount operator-(Amount a) { return a.known() ? Amount(-a.count_) : a; }
    friend constexpr Amount operator-(Amount a, Amount b) { return a + -b; }
    friend constexpr Amount operator*(Amount a, std::int64_t times) {
        if (!a.known()) { return {}; }
        std::int64_t product = 0;
        if (__builtin_mul_overflow(a.count_, times, &product) || product == unknown_) {
            throw std::overflow_error("amount");
        }
        return Amount(product);
    }
    constexpr Amount& operator+=(Amount other) { return *this = *this + other; }

    /// Unknown amounts are unordered with everything.
    friend constexpr std::partial_ordering operator<=>(Amount a, Amount b) {
        return a.known() && b.known()   ? std::partial_ordering(a.count_ <=> b.count_)
               : a.known() == b.known() ? std::partial_ordering::equivalent
                                        : std::partial_ordering::unordered;
    }

private:
    static constexpr std::int64_t unknown_ = std::numeric_limits<std::int64_t>::min();

    constexpr explicit Amount(std::int64_t count) : count_(count) {}

    std::int64_t count_ = unknown_;
};

/// An ISO 4217 code; empty when the carrier does not tell.
class Currency {
public:
    constexpr Currency() = default;
    constexpr Currency(const char (&code)[4]) : code_{code[0], code[1], code[2]} {}

    /// Nothing unless `text` is three ASCII letters.
    static constexpr std::optional<Currency> parse(std::string_view text) {
        if (text.size() != 3) { return {}; }
        Currency currency;
        for (std::size_t i = 0; i < 3; ++i) {
            const char upper = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
            if (upper < 'A' || upper > 'Z') { return {}; }
            currency.code_[i] = upper;
        }
        return currency;
    }

    constexpr bool known() const { return code_[0] != '\0'; }
    constexpr std::string_view view() const { return {code_, known() ? 3U : 0U}; }
    std::string str() const { return std::string(view()); }

    friend constexpr bool operator==(const Currency& a, const Currency& b) { return a.view() == b.view(); }

private:
    char code_[4]{};
};

/// An amount with its currency.
struct Money {
    Amount amount;
    Currency currency;

    friend constexpr bool operator==(const Money&, const Money&) = default;
};

}  // namespace tandem
