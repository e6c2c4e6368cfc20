// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/stores/detail/libpq.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// `text` as PostgreSQL takes it, equal only where the texts are. What is no UTF-8 is made so; NUL, which no text of
/// PostgreSQL's holds, becomes \1 0, and so \1 becomes \1 1.
inline std::string to_sql_text(std::string_view text) {
    std::string readable = readable_text(text);
    if (readable.find_first_of(std::string_view("\0\1", 2)) == readable.npos) { return readable; }
    std::string escaped;
    for (const char each : readable) {
        if (each == '\0' || each == '\1') {
            escaped += '\1';
            escaped += each == '\0' ? '0' : '1';
        } else {
            escaped += each;
        }
    }
    return escaped;
}
inline std::string from_sql_text(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\1' && i + 1 < text.size();
        plain += escape ? (text[++i] == '0' ? '\0' : '\1') : text[i];
    }
    return plain;
}

/// A list of texts as one value of type text[].
inline std::string to_sql_array(const std::vector<std::string>& texts) {
    std::string array = "{";
    for (const std::string& each : texts) {
        array += array.size() > 1 ? ",\"" : "\"";
        for (const char byte : to_sql_text(each)) {
            if (byte == '"' || byte == '\\') { array += '\\'; }
            array += byte;
        }
        array += '"';
    }
    return array + "}";
}

/// SQL and its values, which travel apart from it.
struct Statement {
    std::string sql{};
    std::vector<std::string> values{};
    bool lasts = true;  ///< worth preparing: its text comes again, and its plan is the same for all values

    template <class... Values>
    explicit Statement(std::string_view text, const Values&... all) : sql(text) {
        (add(all), ...);
    }
    Statement once() && {
        lasts = false;
        return std::move(*this);
    }
    void add(std::integral auto value) { values.push_back(std::to_string(value)); }
    void add(std::string_view value) { values.push_back(to_sql_text(value)); }
    void add(const std::vector<std::string>& list) { values.push_back(to_sql_array(list)); }
};

/// Statements sent at once and answered at once.
using Batch = std::vector<Statement>;

/// The answer to one statement.
class Rows {
public:
    Rows() = default;
    explicit Rows(PGresult* result) : result_(result) {}

    int size() const { return PQntuples(result_.get()); }
    bool empty() const { return size() == 0; }
    /// Lifetime: the rows'.
    std::string_view text(int row, int column) const {
        return {PQgetvalue(result_.get(), row, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
    }
    bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) == 1; }
    std::int64_t integer(int row, int column) const {
        const auto digits = text(row, column);
        std::int64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    bool flag(int row, int column) const { return text(row, column) == "t"; }
    /// What the server says it did, such as COMMIT.
    std::string_view command() const { return PQcmdStatus(result_.get()); }

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

/// Why a batch was not answered.
struct Failure {
    enum class Kind : std::uint8_t {
        unreachable,  ///< no connection was made
        broken,       ///< the connection ended, before or after the server took the batch
        late,         ///< no answer by the deadline
        refused,      ///< by the server, which goes on
    };

    Kind kind = Kind::broken;
    std::string state{};  ///< SQLSTATE, where the server gave one
    std::string why{};
};

}  // namespace tandem::stores::detail
