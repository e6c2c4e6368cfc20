// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace numbers {

/// A row of a CSV file. Fields are data, whatever they begin with: no formula of a spreadsheet is ever looked at.
struct CsvRow {
    std::size_t line = 0;  ///< where it begins, counted from 1
    std::vector<std::string> fields{};
    std::string problem{};  ///< what is wrong with it; empty: nothing
};

/// Reads rows as RFC 4180 has them: quoted fields may hold commas, line breaks and doubled quotes. A byte order mark is
/// skipped; lines end in LF or CR LF. A row that is wrong comes with its problem, and reading goes on behind it.
class CsvReader {
public:
    static constexpr std::size_t max_row = 1U << 20U;  ///< bytes

    /// Lifetime: `in` outlives the reader.
    explicit CsvReader(std::istream& in) : in_(*in.rdbuf()) {
        for (const int byte : {0xEF, 0xBB, 0xBF}) {
            if (in_.sgetc() != byte) { break; }
            get();
        }
    }

    /// The next row that is not empty; false at the end.
    bool next(CsvRow& row) {
        do {
            if (peek() == end) { return false; }
            row = {};
            row.line = line_;
            read(row);
        } while (row.problem.empty() && row.fields.size() == 1 && row.fields.front().empty());
        return true;
    }

    std::size_t bytes_read() const { return bytes_; }

private:
    static constexpr int end = std::char_traits<char>::eof();

    int peek() { return in_.sgetc(); }
    int get() {
        const int byte = in_.sbumpc();
        bytes_ += byte != end;
        line_ += byte == '\n';
        return byte;
    }

    void read(CsvRow& row) {
        const std::size_t start = bytes_;
        bool last = false;
        while (!last && row.problem.empty()) {
            row.fields.emplace_back();
            last = peek() == '"' ? read_quoted(row, start) : read_plain(row, start);
        }
        if (!row.problem.empty() && !last) { skip_line(); }
    }

    /// Whether the field was the row's last.
    bool read_plain(CsvRow& row, std::size_t start) {
        for (;;) {
            const int byte = get();
            if (ends_field(byte)) { return byte != ','; }
            if (too_long(row, start)) { return false; }
            if (byte == '"') { row.problem = "a quote stands only around a whole field"; }
            if (byte == '\0') { row.problem = "a NUL byte"; }
            if (!row.problem.empty()) { return false; }
            row.fields.back() += static_cast<char>(byte);
        }
    }

    bool read_quoted(CsvRow& row, std::size_t start) {
        get();
        for (;;) {
            const int byte = get();
            if (byte == end) {
                row.problem = "a quoted field that nothing ends";
                return true;
            }
            if (too_long(row, start)) { return false; }
            if (byte == '"' && peek() != '"') { break; }
            if (byte == '"') { get(); }
            row.fields.back() += static_cast<char>(byte);
        }
        const int byte = get();
        if (ends_field(byte)) { return byte != ','; }
        row.problem = "behind a quoted field stands a comma or the line's end";
        return false;
    }

    /// Takes the LF of a CR LF too.
    bool ends_field(int byte) {
        if (byte == '\r' && peek() == '\n') { return get(), true; }
        return byte == ',' || byte == '\n' || byte == end;
    }

    bool too_long(CsvRow& row, std::size_t start) {
        if (bytes_ - start <= max_row) { return false; }
        row.problem = "a row of more than " + std::to_string(max_row) + " bytes";
        return true;
    }

    void skip_line() {
        for (int byte = get(); byte != '\n' && byte != end;) { byte = get(); }
    }

    std::streambuf& in_;
    std::size_t line_ = 1;
    std::size_t bytes_ = 0;
};

}  // namespace numbers
