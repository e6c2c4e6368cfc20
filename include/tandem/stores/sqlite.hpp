// SPDX-License-Identifier: BSL-1.0
// Needs SQLite 3.24 or later (-lsqlite3).
#pragma once

#include <tandem/stores/detail/sqlite_database.hpp>
#include <tandem/stores/detail/sqlite_worker.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem::stores {

/// Everything in one SQLite file: for one machine, whose programs may share the file.
/// What was acknowledged survives a crash of the program and of the machine. A caller that is cancelled while its
/// change is under way gets the answer all the same; what was not acknowledged is done wholly or not at all.
/// Copies share one connection and its thread; the last of them waits for what is under way.
/// Errors: `store`, naming the file, when it cannot be opened, read or written, when another process keeps it locked
/// for 10 seconds, and when it is another program's or of a later version.
class Sqlite {
public:
    /// Opens the file, or makes it.
    explicit Sqlite(std::string path) : worker_(std::make_shared<Worker>(std::move(path))) {}

    /// The same, with the error as a value.
    static Result<Sqlite> open(std::string path) try {
        return Sqlite(std::move(path));
    } catch (const Exception& exception) { return exception.error(); }

    Task<std::optional<Number>> get(E164 number) {
        return read([number](Database& database) { return database.get(number); });
    }
    Task<Number> put(Number record) {
        return change([record = std::move(record)](Database& database) { return database.put(record); });
    }
    Task<void> remove(E164 number, Revision revision) {
        return change([number, revision](Database& database) { database.remove(number, revision); });
    }
    Task<NumberPage> scan(NumberQuery query) {
        return read([query](Database& database) { return database.scan(query); });
    }
    Task<Quantities> quantities(std::string account) {
        return read([account = std::move(account)](Database& database) { return database.quantities(account); });
    }
    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return read([since, limit](Database& database) { return database.changes(since, limit); });
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        return change([operation = std::move(operation), credit](Database& database) {
            return database.claim(operation, credit);
        });
    }
    Task<Operation> advance(Operation operation) {
        return change([operation = std::move(operation)](Database& database) { return database.advance(operation); });
    }
    Task<Number> settle(Operation operation) {
        return change([operation = std::move(operation)](Database& database) { return database.settle(operation); });
    }
    Task<void> abandon(Operation operation) {
        return change([operation = std::move(operation)](Database& database) { database.abandon(operation); });
    }
    Task<std::optional<Operation>> operation(OperationId id) {
        return read([id](Database& database) { return database.find_operation(id); });
    }
    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        return read([account = std::move(account), key = std::move(key)](Database& database) {
            return database.operation_by_key(account, key);
        });
    }
    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        return read([after, limit](Database& database) { return database.open_operations(after, limit); });
    }

    Task<void> remember(CachedSearch search) {
        return change([search = std::move(search)](Database& database) { database.remember(search); });
    }
    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        return read([query_id = std::move(query_id), account = std::move(account), offset, quantity,
                     now](Database& database) { return database.recall(query_id, account, offset, quantity, now); });
    }
    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        return read([key = std::move(key), account = std::move(account), now](Database& database) {
            return database.newest_offer(key, account, now);
        });
    }

private:
    using Database = detail::SqliteDatabase;
    using Worker = detail::Worker<Database>;

    template <class Work>
    Task<std::invoke_result_t<Work&, Database&>> read(Work work) {
        return worker_->call(std::move(work));
    }
    /// The lock comes first: a transaction that has read before it asks to write may have to be given up.
    template <class Work>
    Task<std::invoke_result_t<Work&, Database&>> change(Work work) {
        return worker_->call([work = std::move(work)](Database& database) {
            return database.connection().transact("BEGIN IMMEDIATE", [&] { return work(database); });
        });
    }

    std::shared_ptr<Worker> worker_;
};
static_assert(Store<Sqlite>);

}  // namespace tandem::stores
