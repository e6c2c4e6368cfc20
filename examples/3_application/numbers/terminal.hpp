// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

/// Text for people. Whatever a carrier says may be printed: nothing of it reaches the terminal as a command.
namespace numbers {

namespace detail {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 1;
};

/// The first code point of valid UTF-8.
constexpr CodePoint first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80 || text.size() < 2) { return {lead, 1}; }
    if (lead < 0xE0 || text.size() < 3) { return {(lead & 0x1FU) << 6U | (byte(1) & 0x3FU), 2}; }
    if (lead < 0xF0 || text.size() < 4) {
        return {(lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU), 3};
    }
    return {(lead & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU), 4};
}

/// Control characters, and those that change the direction or the lines of a text.
constexpr bool commands_terminal(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

}  // namespace detail

/// `text` as one line that a terminal shows and does not obey.
inline std::string printable(std::string_view text) {
    const std::string readable = tandem::readable_text(text);
    std::string out;
    for (std::string_view rest = readable; !rest.empty();) {
        const auto [code, size] = detail::first_code_point(rest);
        if (detail::commands_terminal(code)) {
            out += code == '\n' || code == '\r' || code == '\t' ? " " : "\xEF\xBF\xBD";
        } else {
            out += rest.substr(0, size);
        }
        rest.remove_prefix(size);
    }
    return out;
}

/// `document` as JSON on one line. What a terminal might obey stands as `\u` escape: only strings can hold it.
inline std::string terminal_safe_json(const boost::json::object& document) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string written = tandem::write_json(document);
    std::string out;
    out.reserve(written.size());
    for (std::string_view rest = written; !rest.empty();) {
        const auto [code, size] = detail::first_code_point(rest);
        if (detail::commands_terminal(code)) {
            out += "\\u";
            for (const unsigned shift : {12U, 8U, 4U, 0U}) { out += digits[code >> shift & 0xFU]; }
        } else {
            out += rest.substr(0, size);
        }
        rest.remove_prefix(size);
    }
    return out;
}

/// Columns as wide as their widest cell.
class Table {
public:
    enum class Align : bool { left, right };
    struct Column {
        std::string title;
        Align align = Align::left;
    };

    Table(std::initializer_list<Column> columns) : columns_(columns) {
        for (const Column& column : columns_) { widths_.push_back(width(column.title)); }
    }

    bool empty() const { return rows_.empty(); }
    std::size_t size() const { return rows_.size(); }
    void add(std::vector<std::string> cells) {
        cells.resize(columns_.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            cells[i] = printable(cells[i]);
            widths_[i] = std::max(widths_[i], width(cells[i]));
        }
        rows_.push_back(std::move(cells));
    }
    /// Nothing where there is no row.
    std::string str() const {
        std::string out;
        if (rows_.empty()) { return out; }
        std::vector<std::string> titles;
        for (const Column& column : columns_) { titles.push_back(column.title); }
        write(out, titles);
        for (const auto& row : rows_) { write(out, row); }
        return out;
    }

private:
    static std::size_t width(std::string_view text) {
        return static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
    }
    void write(std::string& out, const std::vector<std::string>& cells) const {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string space(widths_[i] - width(cells[i]), ' ');
            line += columns_[i].align == Align::left ? cells[i] + space : space + cells[i];
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }

    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<std::string>> rows_;
};

/// A bar on standard error that shows how much of something is done; none where that is no terminal.
class ProgressBar {
public:
    ProgressBar(std::string what, std::uint64_t total)
        : what_(std::move(what)), total_(std::max<std::uint64_t>(total, 1)), shown_(::isatty(STDERR_FILENO) == 1) {}
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar() {
        if (shown_ && percent_ >= 0) { std::fputs("\r\033[K", stderr); }
    }

    void show(std::uint64_t so_far) {
        const int percent = static_cast<int>(std::min(so_far, total_) * 100 / total_);
        if (!shown_ || percent == percent_) { return; }
        percent_ = percent;
        constexpr int cells = 40;
        const auto full = static_cast<std::size_t>(percent * cells / 100);
        const std::string bar = std::string(full, '#') + std::string(cells - full, '.');
        std::fprintf(stderr, "\r%s [%s] %3d %%", what_.c_str(), bar.c_str(), percent);
    }

private:
    std::string what_;
    std::uint64_t total_;
    int percent_ = -1;
    bool shown_;
};

}  // namespace numbers
