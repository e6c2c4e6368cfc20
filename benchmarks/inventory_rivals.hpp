// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../tests/stores/postgres_server.hpp"

#include <tandem/core/e164.hpp>

#include <hiredis/hiredis.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

/// What one would otherwise keep a stock of numbers in.
namespace tandem::benchmarks {

using Numbers = std::vector<E164>;

inline constexpr std::size_t page_size = 10;

/// The answers to some searches: ten numbers each at most.
struct Pages {
    explicit Pages(std::size_t count) : numbers(count * page_size), sizes(count) {}

    std::span<E164> of(std::size_t search) { return std::span(numbers).subspan(search * page_size, page_size); }
    void add(std::size_t search, E164 number) { of(search)[sizes[search]++] = number; }

    bool operator==(const Pages& other) const {
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(i * page_size);
            const auto size = static_cast<std::ptrdiff_t>(sizes[i]);
            if (sizes[i] != other.sizes[i] ||
                !std::equal(begin, begin + size, other.numbers.begin() + static_cast<std::ptrdiff_t>(i * page_size))) {
                return false;
            }
        }
        return true;
    }

    Numbers numbers;
    std::vector<std::size_t> sizes;
};

inline E164 number_of(std::uint64_t area, std::uint64_t exchange, std::uint64_t line) {
    return E164::parse_or_empty("+" + std::to_string(10'000'000'000 + area * 10'000'000 + exchange * 10'000 + line));
}

/// The digits as an integer, and the integers under a prefix of eleven digits' numbers.
inline std::int64_t integer_of(E164 number) { return std::stoll(number.digits()); }
inline E164 from_integer(std::int64_t digits) {
    std::array<char, 20> text{'+'};
    const auto end = std::to_chars(text.data() + 1, text.data() + text.size(), digits).ptr;
    return E164::parse_or_empty({text.data(), static_cast<std::size_t>(end - text.data())});
}
inline std::pair<std::int64_t, std::int64_t> integers_under(E164 prefix) {
    std::int64_t first = integer_of(prefix), size = 1;
    for (auto digits = prefix.digit_count(); digits < 11; ++digits) { size *= 10; }
    return {first * size, (first + 1) * size - 1};
}

/// A sorted array of packed numbers. Those that are taken stay, with a mark beside them: to close the gap would move
/// megabytes.
class SortedVector {
public:
    explicit SortedVector(Numbers numbers)
        : bytes(numbers.size() * 9), numbers_(std::move(numbers)), taken_(numbers_.size()) {}

    void first(std::span<const E164> prefixes, Pages& pages) {
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            const E164 last = prefixes[i].last_under();
            pages.sizes[i] = 0;
            for (auto at = place_of(prefixes[i]);
                 at < numbers_.size() && numbers_[at] <= last && pages.sizes[i] < page_size; ++at) {
                if (taken_[at] == 0) { pages.add(i, numbers_[at]); }
            }
        }
    }
    bool take(E164 number) { return std::exchange(taken_[place_of(number)], std::uint8_t{1}) == 0; }
    bool give_back(E164 number) { return std::exchange(taken_[place_of(number)], std::uint8_t{0}) == 1; }
    Numbers like_2255() {
        Numbers found;
        for (std::size_t at = 0; at < numbers_.size(); ++at) {
            if (taken_[at] != 0) { continue; }
            for (std::uint64_t rest = numbers_[at].packed() >> 20U; rest >= 0x1000; rest >>= 4U) {
                if ((rest & 0xFFFF) == 0x3366) {
                    found.push_back(numbers_[at]);
                    break;
                }
            }
        }
        return found;
    }

    static constexpr bool is_server = false;
    std::size_t bytes;

private:
    std::size_t place_of(E164 number) const {
        return static_cast<std::size_t>(std::lower_bound(numbers_.begin(), numbers_.end(), number) - numbers_.begin());
    }

    Numbers numbers_;
    std::vector<std::uint8_t> taken_;
};

/// SQLite in memory: integers as the key, a covering index of what is available; a batch is one transaction.
class Sqlite {
public:
    explicit Sqlite(const Numbers& numbers) {
        sqlite3* opened = nullptr;
        sqlite3_open(":memory:", &opened);
        database_.reset(opened);
        execute(
            "CREATE TABLE numbers (number INTEGER PRIMARY KEY, taken INTEGER NOT NULL); "
            "CREATE TABLE texts (number TEXT PRIMARY KEY) WITHOUT ROWID; BEGIN");
        const auto insert = prepare("INSERT INTO numbers VALUES (?, 0)"),
                   text = prepare("INSERT INTO texts VALUES (?)");
        for (const E164 number : numbers) {
            bind(insert, 1, integer_of(number));
            step(insert);
            const std::string digits = number.digits();
            sqlite3_bind_text(text.get(), 1, digits.data(), static_cast<int>(digits.size()), SQLITE_TRANSIENT);
            step(text);
        }
        execute("CREATE INDEX available ON numbers (number) WHERE taken = 0; COMMIT; ANALYZE");
        search_ =
            prepare("SELECT number FROM numbers WHERE taken = 0 AND number BETWEEN ? AND ? ORDER BY number LIMIT 10");
        take_ = prepare("UPDATE numbers SET taken = 1 WHERE number = ? AND taken = 0");
        give_back_ = prepare("UPDATE numbers SET taken = 0 WHERE number = ? AND taken = 1");
        like_ = prepare("SELECT number FROM texts WHERE number LIKE '%2255%' ORDER BY number");
        begin_ = prepare("BEGIN");
        commit_ = prepare("COMMIT");
    }

    void first(std::span<const E164> prefixes, Pages& pages) {
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            const auto [least, greatest] = integers_under(prefixes[i]);
            bind(search_, 1, least);
            bind(search_, 2, greatest);
            pages.sizes[i] = 0;
            while (sqlite3_step(search_.get()) == SQLITE_ROW) {
                pages.add(i, from_integer(sqlite3_column_int64(search_.get(), 0)));
            }
            sqlite3_reset(search_.get());
        }
    }
    void first_at_once(std::span<const E164> prefixes, Pages& pages) {
        step(begin_);
        first(prefixes, pages);
        step(commit_);
    }
    bool take(E164 number) { return change(take_, number); }
    bool give_back(E164 number) { return change(give_back_, number); }
    Numbers like_2255() {
        Numbers found;
        while (sqlite3_step(like_.get()) == SQLITE_ROW) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(like_.get(), 0));
            found.push_back(E164::parse_or_empty("+" + std::string(text)));
        }
        sqlite3_reset(like_.get());
        return found;
    }

    static constexpr bool is_server = false;
    std::size_t bytes = 0;

private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Close>;

    void execute(const char* sql) {
        if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(database_.get()));
        }
    }
    Statement prepare(const char* sql) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(database_.get()));
        }
        return Statement(made);
    }
    static void bind(const Statement& statement, int place, std::int64_t value) {
        sqlite3_bind_int64(statement.get(), place, value);
    }
    static void step(const Statement& statement) {
        sqlite3_step(statement.get());
        sqlite3_reset(statement.get());
    }
    bool change(const Statement& statement, E164 number) {
        bind(statement, 1, integer_of(number));
        step(statement);
        return sqlite3_changes(database_.get()) == 1;
    }

    std::unique_ptr<sqlite3, Close> database_;
    Statement search_, take_, give_back_, like_, begin_, commit_;
};

/// A server of this program's own, asked through its socket by prepared statements.
class Postgres {
public:
    static bool is_here() { return !store_tests::PostgresServer::programs().empty(); }

    explicit Postgres(const Numbers& numbers) : connection_(PQconnectdb(server_.url("postgres").c_str()), &PQfinish) {
        execute("CREATE TABLE numbers (number bigint PRIMARY KEY, taken boolean NOT NULL)");
        const std::string copy = "COPY numbers FROM STDIN";
        PQclear(PQexec(connection_.get(), copy.c_str()));
        std::string rows;
        for (const E164 number : numbers) {
            rows += number.digits() + "\tf\n";
            if (rows.size() > 60'000 || number == numbers.back()) {
                PQputCopyData(connection_.get(), rows.data(), static_cast<int>(rows.size()));
                rows.clear();
            }
        }
        PQputCopyEnd(connection_.get(), nullptr);
        while (PGresult* result = PQgetResult(connection_.get())) { PQclear(result); }
        execute("CREATE INDEX available ON numbers (number) WHERE NOT taken");
        execute("VACUUM ANALYZE numbers");
        prepare("search",
                "SELECT number FROM numbers WHERE NOT taken AND number BETWEEN $1::bigint AND $2::bigint "
                "ORDER BY number LIMIT 10");
        prepare("take", "UPDATE numbers SET taken = true WHERE number = $1::bigint AND NOT taken");
        prepare("give_back", "UPDATE numbers SET taken = false WHERE number = $1::bigint AND taken");
    }

    void first(std::span<const E164> prefixes, Pages& pages) {
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            send(prefixes[i]);
            while (const auto result = next()) { read(result, i, pages); }
        }
    }
    void first_at_once(std::span<const E164> prefixes, Pages& pages) {
        PQenterPipelineMode(connection_.get());
        for (const E164 prefix : prefixes) { send(prefix); }
        PQpipelineSync(connection_.get());
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            while (const auto result = next()) { read(result, i, pages); }
        }
        (void)next();  // of the sync
        PQexitPipelineMode(connection_.get());
    }
    bool take(E164 number) { return change("take", number); }
    bool give_back(E164 number) { return change("give_back", number); }

    static constexpr bool is_server = true;
    std::size_t bytes = 0;

private:
    using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

    Result next() { return {PQgetResult(connection_.get()), &PQclear}; }
    void execute(const char* sql) {
        const Result result(PQexec(connection_.get(), sql), &PQclear);
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            throw std::runtime_error(PQerrorMessage(connection_.get()));
        }
    }
    void prepare(const char* name, const char* sql) { PQclear(PQprepare(connection_.get(), name, sql, 0, nullptr)); }
    void send(E164 prefix) {
        const auto [least, greatest] = integers_under(prefix);
        const std::string texts[]{std::to_string(least), std::to_string(greatest)};
        const char* values[]{texts[0].c_str(), texts[1].c_str()};
        PQsendQueryPrepared(connection_.get(), "search", 2, values, nullptr, nullptr, 0);
    }
    static void read(const Result& result, std::size_t search, Pages& pages) {
        pages.sizes[search] = 0;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            pages.add(search, E164::parse_or_empty("+" + std::string(PQgetvalue(result.get(), row, 0))));
        }
    }
    bool change(const char* statement, E164 number) {
        const std::string text = number.digits();
        const char* values[]{text.c_str()};
        const Result result(PQexecPrepared(connection_.get(), statement, 1, values, nullptr, nullptr, 0), &PQclear);
        return std::string(PQcmdTuples(result.get())) == "1";
    }

    store_tests::PostgresServer server_;
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// A server of this program's own on a socket, which keeps nothing on the disk: a sorted set, searched by its texts.
class Redis {
public:
    static constexpr const char* program = "/usr/bin/redis-server";
    static bool is_here() { return access(program, X_OK) == 0; }

    explicit Redis(const Numbers& numbers) {
        std::string socket = folder_.file("socket");
        std::string log = folder_.file("log");
        const char* arguments[]{
            program, "--port",    "0",         "--unixsocket", socket.c_str(),         "--save", "", "--appendonly",
            "no",    "--logfile", log.c_str(), "--dir",        folder_.path().c_str(), nullptr};
        if (posix_spawn(&server_, program, nullptr, nullptr, const_cast<char**>(arguments), environ) != 0) {
            throw std::runtime_error("redis-server does not start");
        }
        for (int left = 100; left > 0; --left) {
            context_.reset(redisConnectUnix(socket.c_str()));
            if (context_ && context_->err == 0) { break; }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        constexpr std::size_t at_once = 1'000;
        const std::size_t before = memory();
        for (std::size_t done = 0; done < numbers.size(); done += at_once) {
            const auto end = std::min(numbers.size(), done + at_once);
            for (auto i = done; i < end; ++i) {
                redisAppendCommand(context_.get(), "ZADD n 0 %s", numbers[i].digits().c_str());
            }
            for (auto i = done; i < end; ++i) { (void)reply(); }
        }
        bytes = memory() - before;
    }
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;
    ~Redis() {
        context_.reset();
        kill(server_, SIGKILL);
        waitpid(server_, nullptr, 0);
    }

    void first(std::span<const E164> prefixes, Pages& pages) {
        for (std::size_t i = 0; i < prefixes.size(); ++i) {
            send(prefixes[i]);
            read(i, pages);
        }
    }
    void first_at_once(std::span<const E164> prefixes, Pages& pages) {
        for (const E164 prefix : prefixes) { send(prefix); }
        for (std::size_t i = 0; i < prefixes.size(); ++i) { read(i, pages); }
    }
    bool take(E164 number) { return change("ZREM n %s", number); }
    bool give_back(E164 number) { return change("ZADD n 0 %s", number); }

    static constexpr bool is_server = true;
    std::size_t bytes = 0;

private:
    struct Free {
        void operator()(redisContext* context) const { redisFree(context); }
        void operator()(redisReply* reply) const { freeReplyObject(reply); }
    };

    std::unique_ptr<redisReply, Free> reply() {
        void* got = nullptr;
        if (redisGetReply(context_.get(), &got) != REDIS_OK) { throw std::runtime_error("redis-server is gone"); }
        return std::unique_ptr<redisReply, Free>(static_cast<redisReply*>(got));
    }
    std::size_t memory() {
        redisAppendCommand(context_.get(), "INFO memory");
        const auto got = reply();
        const std::string text(got->str, got->len);
        return std::stoull(text.substr(text.find("used_memory:") + 12));
    }
    void send(E164 prefix) {
        const std::string digits = prefix.digits();
        redisAppendCommand(context_.get(), "ZRANGEBYLEX n [%s (%s: LIMIT 0 10", digits.c_str(), digits.c_str());
    }
    void read(std::size_t search, Pages& pages) {
        const auto got = reply();
        pages.sizes[search] = 0;
        for (std::size_t i = 0; i < got->elements; ++i) {
            pages.add(search, E164::parse_or_empty("+" + std::string(got->element[i]->str, got->element[i]->len)));
        }
    }
    bool change(const char* command, E164 number) {
        redisAppendCommand(context_.get(), command, number.digits().c_str());
        return reply()->integer == 1;
    }

    store_tests::TemporaryFolder folder_;
    pid_t server_ = -1;
    std::unique_ptr<redisContext, Free> context_;
};

}  // namespace tandem::benchmarks
