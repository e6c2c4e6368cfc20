// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::observers::detail {

/// One line of `key=value` pairs behind the event's name, in ASCII: `event=search carrier=telnyx status=ok`.
/// Values may be anybody's: what is not a plain word stands in quotes with `\"`, `\\`, `\n` and `\xNN` for every byte
/// that is no printable ASCII, so that no value begins a line, ends its quotes or commands a terminal. All but the
/// first `longest` bytes of a value are left out, which `...` behind the quotes tells.
class LogLine {
public:
    static constexpr std::size_t longest = 500;

    explicit LogLine(std::string_view event) : text_("event=") { text_ += event; }

    LogLine& add(std::string_view key, std::string_view value) {
        begin(key);
        if (is_word(value)) {
            text_ += value;
            return *this;
        }
        text_ += '"';
        for (const char byte : value.substr(0, longest)) { escape(byte); }
        text_ += value.size() > longest ? "\"..." : "\"";
        return *this;
    }
    template <std::integral Integer>
    LogLine& add(std::string_view key, Integer value) {
        begin(key);
        text_ += std::to_string(value);
        return *this;
    }
    /// The same, where there is a value.
    LogLine& add_known(std::string_view key, std::string_view value) { return value.empty() ? *this : add(key, value); }

    const std::string& str() const { return text_; }

private:
    static constexpr bool is_word(std::string_view value) {
        return !value.empty() && value.size() <= longest && std::all_of(value.begin(), value.end(), [](char byte) {
            return byte > ' ' && byte < '\x7F' && byte != '"' && byte != '\\' && byte != '=';
        });
    }
    void begin(std::string_view key) { (text_ += ' ').append(key) += '='; }
    void escape(char byte) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        if (byte == '"' || byte == '\\') {
            (text_ += '\\') += byte;
        } else if (byte == '\n') {
            text_ += "\\n";
        } else if (byte >= ' ' && byte < '\x7F') {
            text_ += byte;
        } else {
            const auto bits = static_cast<unsigned char>(byte);
            ((text_ += "\\x") += digits[bits >> 4U]) += digits[bits & 0xFU];
        }
    }

    std::string text_;
};

}  // namespace tandem::observers::detail
