// SPDX-License-Identifier: BSL-1.0
#include "fuzz.hpp"

#include <numbers/csv.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using tandem::fuzz::require;
using tandem::fuzz::take;

namespace {

using Row = std::vector<std::string>;

std::string written(const std::vector<Row>& rows) {
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += i == 0 ? "\"" : ",\"";
            for (const char c : row[i]) { text.append(c == '"' ? 2 : 1, c); }
            text += '"';
        }
        text += "\r\n";
    }
    return text;
}

/// The rows that nothing is wrong with.
std::vector<Row> read(const std::string& text, bool all_are_right = false) {
    std::istringstream in(text);
    numbers::CsvReader reader(in);
    numbers::CsvRow row;
    std::vector<Row> rows;
    for (std::size_t line = 0; reader.next(row); line = row.line) {
        require(row.line > line, "a row begins behind the one before");
        require(!row.fields.empty(), "a row has fields");
        require(row.problem.empty() || !all_are_right, "what was written is read");
        if (row.problem.empty()) { rows.push_back(row.fields); }
    }
    require(reader.bytes_read() == text.size(), "all is read");
    return rows;
}

void goes_around(const std::vector<Row>& rows) {
    require(read(written(rows), true) == rows, "rows are read as written");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes = tandem::fuzz::text_of(data, size);
    goes_around(read(std::string(bytes)));
    // The same bytes as fields, with rows between them at the ASCII separators.
    std::vector<Row> rows;
    while (!bytes.empty()) {
        Row row;
        for (std::string_view record = take(bytes, "\x1E"); !record.empty();) {
            row.emplace_back(take(record, "\x1F"));
        }
        const bool is_skipped = row.empty() || (row.size() == 1 && row.front().empty());
        if (!is_skipped) { rows.push_back(std::move(row)); }
    }
    goes_around(rows);
    return 0;
}
