// SPDX-License-Identifier: BSL-1.0
// Needs SQLite 3.24 or later (-lsqlite3).
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/json.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tandem::stores::detail {

/// A connection to one database file and the statements prepared on it.
/// Errors: everything throws `store`, naming the file and SQLite's reason.
/// Thread safety: one thread at a time.
class SqliteConnection {
public:
    explicit SqliteConnection(std::string path) : path_(std::move(path)) {
        if (path_.empty() || path_.find('\0') != std::string::npos) {
            fail("cannot open the database", "its name is empty or holds a NUL");
        }
        sqlite3* opened = nullptr;
        const int status = sqlite3_open_v2(path_.c_str(), &opened,
                                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
        database_.reset(opened);
        if (status != SQLITE_OK) {
            fail("cannot open the database", opened == nullptr ? "out of memory" : sqlite3_errmsg(opened));
        }
        sqlite3_extended_result_codes(opened, 1);
        sqlite3_busy_timeout(opened, 10'000);
        if (sqlite3_db_readonly(opened, "main") == 1) { fail("cannot write to the database", "it is read-only"); }
    }

    /// One use of a prepared statement; it is ready for the next when this ends.
    class Query {
    public:
        Query(SqliteConnection& connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
        Query(const Query&) = delete;
        Query& operator=(const Query&) = delete;
        ~Query() {
            sqlite3_reset(statement_);
            sqlite3_clear_bindings(statement_);
        }

        /// Requires: the texts outlive the query.
        template <class... Values>
        Query& bind(const Values&... values) {
            (bind_next(values), ...);
            return *this;
        }
        template <class Value>
        void bind_at(int place, const Value& value) {
            bound_ = place - 1;
            bind_next(value);
        }
        /// Whether there is a (further) row.
        bool step() {
            const int status = sqlite3_step(statement_);
            if (status != SQLITE_ROW && status != SQLITE_DONE) { connection_.fail_by_database("failed"); }
            return status == SQLITE_ROW;
        }
        void run() {
            while (step()) {}
        }
        std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
        /// Lifetime: until the next step.
        std::string_view text(int column) const {
            const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
            return bytes == nullptr
                       ? std::string_view()
                       : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
        }

    private:
        void bind_next(std::int64_t value) { check(sqlite3_bind_int64(statement_, ++bound_, value)); }
        /// What is no UTF-8 is made so, in what is written and in what is looked up alike.
        void bind_next(std::string_view value) {
            if (is_readable(value)) {
                bind_text(value, SQLITE_STATIC);
            } else {
                bind_text(readable_text(value), SQLITE_TRANSIENT);
            }
        }
        void bind_text(std::string_view value, sqlite3_destructor_type kept) {
            // A null pointer would bind NULL, which is no text.
            check(sqlite3_bind_text64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(), kept,
                                      SQLITE_UTF8));
        }
        void check(int status) {
            if (status != SQLITE_OK) { connection_.fail_by_database("refused a value"); }
        }

        SqliteConnection& connection_;
        sqlite3_stmt* statement_;
        int bound_ = 0;
    };

    /// `sql`, prepared once and kept. Requires: no query of the same text is in use.
    Query query(std::string_view sql) {
        auto found = statements_.find(sql);
        if (found == statements_.end()) {
            sqlite3_stmt* prepared = nullptr;
            const int status = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                                  SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
            Statement statement(prepared);
            if (status != SQLITE_OK) { fail_by_database("refused a statement"); }
            found = statements_.emplace(sql, std::move(statement)).first;
        }
        return Query(*this, found->second.get());
    }

    /// Runs statements that are not worth keeping.
    void execute(const char* sql) {
        if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) { fail_by_database("failed"); }
    }
    /// The first column of the only row.
    std::int64_t number(std::string_view sql) {
        auto row = query(sql);
        return row.step() ? row.integer(0) : 0;
    }

    /// What `work` does and gives, in one transaction that `begin` opens: wholly or not at all.
    template <class Work>
    auto transact(const char* begin, Work&& work) {
        execute(begin);
        try {
            if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
                std::forward<Work>(work)();
                execute("COMMIT");
            } else {
                auto result = std::forward<Work>(work)();
                execute("COMMIT");
                return result;
            }
        } catch (...) {
            rollback();
            throw;
        }
    }

    /// The last error was that another connection has the file.
    bool busy() const { return (sqlite3_errcode(database_.get()) & 0xFF) == SQLITE_BUSY; }

    const std::string& path() const { return path_; }

    [[noreturn]] void fail(std::string_view what, std::string_view why) const {
        errors::raise(errc::store, "the store " + path_ + ": " + std::string(what), std::string(why));
    }

private:
    struct CloseDatabase {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };
    struct FinalizeStatement {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

    [[noreturn]] void fail_by_database(std::string_view what) const {
        fail(busy() ? "another process keeps it locked" : "SQLite " + std::string(what),
             sqlite3_errmsg(database_.get()));
    }
    void rollback() noexcept {
        // After the worst errors SQLite has done so itself.
        const bool open = sqlite3_get_autocommit(database_.get()) == 0;
        if (open) { sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }
    }
    static bool is_readable(std::string_view text) {
        while (!text.empty()) {
            const auto size = tandem::detail::utf8_sequence(text);
            if (size == 0) { return false; }
            text.remove_prefix(size);
        }
        return true;
    }

    std::string path_;
    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace tandem::stores::detail
