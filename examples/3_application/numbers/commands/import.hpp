// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../csv.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/task.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace numbers {

/// `numbers import`: adds our own numbers to the stock of a local carrier. The file's first column is the number as
/// people type it. A first row whose first field begins with a letter names the columns; the fields behind the number
/// become the number's `carrier_data` under those names. Without such a row there is but one column.
class Import {
public:
    static constexpr const char* name = "import";
    static constexpr const char* purpose = "Add numbers from a CSV file to our own stock";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("FILE", file_, "CSV: the number, then what the header names")->required()->type_name("");
        command.add_option("--carrier", carrier_, "whose stock: inventory, local, managed, inum (inventory)")
            ->type_name("NAME");
        command.add_option("--account", account_, "for whom they are set aside, which managed and inum want")
            ->type_name("A");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const auto as = short_text<tandem::AccountId>(globals.as, "--as");
        const auto carrier = short_text<tandem::InlineText<31>>(carrier_, "--carrier");
        const auto account = short_text<tandem::AccountId>(account_, "--account");
        std::ifstream file(file_, std::ios::binary);
        std::error_code unknown;
        const bool readable = file && !std::filesystem::is_directory(file_, unknown);
        if (!readable) { tandem::errors::invalid("this file cannot be read", file_); }
        const auto size = std::filesystem::file_size(file_, unknown);
        ProgressBar progress("import", unknown ? 0 : size);
        CsvReader rows(file);
        Result result;
        std::vector<std::string> columns;
        bool first = true;
        for (CsvRow row; rows.next(row); first = false) {
            progress.show(rows.bytes_read());
            if (first && is_header(row)) {
                columns = checked_header(row);
                continue;
            }
            auto record = read_row(row, columns);
            if (!record) {
                result.fail(row, record.error());
                continue;
            }
            const auto stocked =
                co_await manager.stock_number(record->first, std::move(record->second), as, carrier, account);
            if (!stocked && fails_for_all(stocked.error().code)) { throw tandem::Exception(stocked.error()); }
            if (stocked) {
                ++result.imported;
            } else {
                result.fail(row, stocked.error());
            }
        }
        co_return result.answer();
    }

private:
    using Record = std::pair<tandem::E164, tandem::JsonText>;

    struct Result {
        std::uint64_t imported = 0;
        boost::json::object errors{};
        Table table{{"LINE", Table::Align::right}, {"NUMBER"}, {"ERROR"}};

        /// Under the number, or what was typed for it; under the line where there is none or the number failed before.
        void fail(const CsvRow& row, const tandem::Error& error) {
            const std::string line = "line " + std::to_string(row.line);
            const std::string typed = row.fields.empty() ? "" : row.fields.front();
            const auto number = tandem::normalize_number(typed);
            std::string key = number ? number->str() : tandem::readable_text(typed.substr(0, 64));
            if (key.empty()) { key = line; }
            if (errors.contains(key)) { key += " (" + line + ")"; }
            errors[key] = to_json(error);
            table.add({std::to_string(row.line), key, sentence_of(error)});
        }

        Answer answer() {
            Answer answer;
            answer.text =
                table.str() + std::to_string(imported) + " imported, " + std::to_string(errors.size()) + " refused\n";
            answer.exit = errors.empty() ? done : refused;
            answer.document["imported"] = imported;
            answer.document["errors"] = std::move(errors);
            return answer;
        }
    };

    static bool fails_for_all(tandem::errc code) {
        return code == tandem::errc::unauthorized || code == tandem::errc::unknown_carrier;
    }
    static bool is_header(const CsvRow& row) {
        const char c = row.fields.empty() || row.fields.front().empty() ? '\0' : row.fields.front().front();
        return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && !row.fields.front().starts_with("tel:");
    }

    static std::vector<std::string> checked_header(const CsvRow& row) {
        if (!row.problem.empty()) { tandem::errors::invalid("the header row: " + row.problem); }
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            const std::string& column = row.fields[i];
            if (column.empty() || column != tandem::readable_text(column)) {
                tandem::errors::invalid("every column of the header has a name in UTF-8");
            }
            if (std::find(row.fields.begin(), row.fields.begin() + static_cast<std::ptrdiff_t>(i), column) !=
                row.fields.begin() + static_cast<std::ptrdiff_t>(i)) {
                tandem::errors::invalid("two columns of the header have one name", column);
            }
        }
        return row.fields;
    }

    static tandem::Result<Record> read_row(const CsvRow& row, const std::vector<std::string>& columns) try {
        if (!row.problem.empty()) { tandem::errors::invalid(row.problem); }
        const tandem::E164 number = number_of(row.fields.front());
        const std::size_t allowed = std::max<std::size_t>(columns.size(), 1);
        if (row.fields.size() > allowed) {
            const std::string fields = "this row has " + std::to_string(row.fields.size()) + " fields";
            tandem::errors::invalid(columns.empty()
                                        ? fields + ", and no header names those behind the number"
                                        : fields + " where the header has " + std::to_string(columns.size()));
        }
        boost::json::object data;
        for (std::size_t i = 1; i < row.fields.size(); ++i) {
            const std::string& field = row.fields[i];
            if (field != tandem::readable_text(field)) {
                tandem::errors::invalid("the field '" + columns[i] + "' is not UTF-8");
            }
            if (!field.empty()) { data[columns[i]] = field; }
        }
        return Record(number, tandem::to_json_text(std::move(data)));
    } catch (const tandem::Exception& failure) { return failure.error(); }

    std::string file_;
    std::string carrier_ = "inventory";
    std::string account_;
};

}  // namespace numbers
