// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq): CMake target tandem::postgres.
#pragma once

#include <tandem/core/on_strand.hpp>
#include <tandem/core/secret.hpp>
#include <tandem/store.hpp>
#include <tandem/stores/detail/postgres_transactions.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores {

/// Everything in the schema `tandem` of a PostgreSQL database, or of one that speaks its protocol: for many machines.
/// Connections are made when they are needed and used by one caller at a time; each works on its caller's executor.
/// What was acknowledged is as durable as the server's settings make its commits. When the answer to a commit is lost,
/// the store finds out what became of it. A caller that is cancelled while its change is under way loses the answer:
/// the error `cancelled` says with `sent` that it may have been written.
/// Where neither the URL nor PGSSLMODE says how, the server of another machine has to prove its name (sslmode
/// `verify-full`). The password is told nowhere; ~/.pgpass and PGPASSWORD keep it out of the URL.
/// Copies share their connections.
/// Errors: `store`, naming host and database, when the server cannot be reached, fails, or does not answer in time, and
/// when the schema is another program's or of a later version; with `Error::sent` when the change may have been written
/// all the same.
/// Lifetime: what was asked of it outlives it; an executor outlives what was asked on it.
class Postgres {
public:
    struct Options {
        std::size_t most_connections = 8;             ///< who comes when all are in use waits in line
        Duration timeout = std::chrono::seconds(10);  ///< of each operation, the wait in line included
    };

    /// Nothing is connected yet.
    /// Errors: `settings` when the URL, `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, cannot be read.
    explicit Postgres(const Secret& url) : Postgres(url, Options()) {}
    Postgres(const Secret& url, const Options& options)
        : server_(std::make_shared<const Server>(url, options.most_connections, options.timeout)) {}

    /// The same, with the error as a value.
    static Result<Postgres> open(const Secret& url) { return open(url, Options()); }
    static Result<Postgres> open(const Secret& url, const Options& options) try {
        return Postgres(url, options);
    } catch (const Exception& exception) { return exception.error(); }

    Task<std::optional<Number>> get(E164 number) {
        return read(server_, detail::select_number(number), [](const Server& server, const detail::Rows& rows) {
            return rows.empty() ? std::nullopt : std::optional(number_at(server, rows, 0));
        });
    }
    Task<Number> put(Number record) {
        detail::Intent intent;
        intent.number = record.number;
        intent.decide = [record = std::move(record)](const Found& found) {
            return detail::put(found.slot.value_or(detail::Slot()), record);
        };
        return written_record(server_, std::move(intent));
    }
    Task<void> remove(E164 number, Revision revision) {
        detail::Intent intent;
        intent.number = number;
        intent.decide = [number, revision](const Found& found) {
            return detail::remove(found.slot.value_or(detail::Slot()), number, revision);
        };
        return written(server_, std::move(intent));
    }
    Task<NumberPage> scan(NumberQuery query) { return scan(server_, query); }
    Task<Quantities> quantities(std::string account) {
        return read(server_, detail::count_billed(account), [](const Server&, const detail::Rows& rows) {
            Quantities counts;
            for (int i = 0; i < rows.size(); ++i) { counts.emplace(rows.text(i, 0), rows.integer(i, 1)); }
            return counts;
        });
    }
    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return changes(server_, since, limit);
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        detail::Intent intent;
        intent.claims = true;
        intent.operation = operation.id;
        intent.number = operation.number;
        intent.account = operation.account;
        intent.key = operation.key;
        intent.has_credit = credit.has_value();
        intent.decide = [operation = std::move(operation), credit](const Found& found) {
            if (found.operation) { detail::refuse_id(operation); }
            if (found.key_is_taken) { detail::refuse_key(operation); }
            auto change = detail::claim(found.slot, operation);
            if (credit) { detail::check_credit(*change.operation, *credit, found.spent); }
            return change;
        };
        return written_operation(server_, std::move(intent));
    }
    Task<Operation> advance(Operation operation) {
        detail::Intent intent;
        intent.operation = operation.id;
        intent.decide = [operation = std::move(operation)](const Found& found) {
            return detail::advance(found.operation, operation);
        };
        return written_operation(server_, std::move(intent));
    }
    Task<Number> settle(Operation operation) {
        detail::Intent intent;
        intent.operation = operation.id;
        intent.number = detail::settled_number(operation);
        intent.decide = [operation = std::move(operation)](const Found& found) {
            return detail::settle(found.operation, found.slot.value_or(detail::Slot()), operation);
        };
        return written_record(server_, std::move(intent));
    }
    Task<void> abandon(Operation operation) {
        detail::Intent intent;
        intent.operation = operation.id;
        intent.number = operation.number;  // the stored operation's, or there is no such step
        intent.decide = [operation = std::move(operation)](const Found& found) {
            return detail::abandon(found.operation, found.slot, operation);
        };
        return written(server_, std::move(intent));
    }
    Task<std::optional<Operation>> operation(OperationId id) {
        return read(server_, detail::select_operation(id), first_operation);
    }
    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        return read(server_, detail::select_operation_by_key(account, key), first_operation);
    }
    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        return read(server_, detail::select_open_operations(after, limit),
                    [](const Server& server, const detail::Rows& rows) {
                        std::vector<Operation> found;
                        for (int i = 0; i < rows.size(); ++i) { found.push_back(operation_at(server, rows, i)); }
                        return found;
                    });
    }

    Task<void> remember(CachedSearch search) { return done(server_, detail::remember_search(search)); }
    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        return read(server_, detail::recall_search(query_id, account, offset, quantity, now),
                    [](const Server&, const detail::Rows& rows) -> std::optional<CachedPage> {
                        if (rows.empty()) { return std::nullopt; }
                        CachedPage page{.total = static_cast<std::uint64_t>(rows.integer(0, 0))};
                        for (int i = 0; i < rows.size(); ++i) {
                            if (!rows.is_null(i, 1)) { page.offers.push_back(detail::from_sql_text(rows.text(i, 1))); }
                        }
                        return page;
                    });
    }
    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        return read(server_, detail::select_newest_offer(key, account, now),
                    [](const Server&, const detail::Rows& rows) {
                        return rows.empty() ? std::nullopt : std::optional(detail::from_sql_text(rows.text(0, 0)));
                    });
    }

private:
    using Server = detail::PostgresTransactions;
    using ServerPointer = std::shared_ptr<const Server>;
    using Found = detail::Intent::Found;
    using Answers = std::vector<detail::Rows>;

    /// On a strand of its own, for its socket and its timers are for one thread at a time.
    template <class T>
    static Task<T> on_own_strand(Task<T> work) {
        const boost::asio::any_io_executor home = co_await boost::asio::this_coro::executor;
        Task<T> there = tandem::detail::on_strand(tandem::detail::make_strand_over(home), std::move(work));
        co_return co_await std::move(there);
    }
    static Task<Answers> ask(ServerPointer server, detail::Batch batch) {
        return on_own_strand(Server::repeatable(std::move(server), std::move(batch)));
    }
    static Task<detail::Change> change(ServerPointer server, detail::Intent intent) {
        return on_own_strand(Server::change(std::move(server), std::move(intent)));
    }

    /// What `take` makes of the rows of one statement.
    template <class Take>
    static auto read(ServerPointer server, detail::Statement statement, Take take)
        -> Task<std::invoke_result_t<Take, const Server&, const detail::Rows&>> {
        detail::Batch batch;
        batch.push_back(std::move(statement));
        const Answers answers = co_await ask(server, std::move(batch));
        co_return take(*server, answers[0]);
    }
    static Task<void> done(ServerPointer server, detail::Batch batch) {
        (void)co_await ask(std::move(server), std::move(batch));
    }
    static Task<Number> written_record(ServerPointer server, detail::Intent intent) {
        detail::Change written = co_await change(std::move(server), std::move(intent));
        co_return std::move(written.record).value();
    }
    static Task<Operation> written_operation(ServerPointer server, detail::Intent intent) {
        detail::Change written = co_await change(std::move(server), std::move(intent));
        co_return std::move(written.operation).value();
    }
    static Task<void> written(ServerPointer server, detail::Intent intent) {
        (void)co_await change(std::move(server), std::move(intent));
    }

    static Task<NumberPage> scan(ServerPointer server, NumberQuery query) {
        NumberPage page;
        const auto keys = detail::keys_of(query);
        if (!keys) { co_return page; }
        detail::Batch batch;
        batch.push_back(detail::select_page(query, *keys));
        const Answers answers = co_await ask(server, std::move(batch));
        const detail::Rows& rows = answers[0];
        for (int i = 0; i < rows.size(); ++i) {
            if (page.numbers.size() == query.limit) {
                if (query.limit != 0) { page.next = page.numbers.back().number; }
                break;
            }
            page.numbers.push_back(number_at(*server, rows, i));
        }
        co_return page;
    }

    static Task<std::vector<Change>> changes(ServerPointer server, std::uint64_t since, std::uint32_t limit) {
        std::vector<Change> found;
        for (bool numbered = false;; numbered = true) {
            detail::Batch read = detail::select_changes(since, limit);
            const Answers answers = co_await ask(server, std::move(read));
            const detail::Rows& rows = answers[0];
            const auto count = static_cast<std::uint32_t>(rows.size());
            if (numbered || count == limit || !answers[1].flag(0, 0)) {
                for (int i = 0; i < rows.size(); ++i) {
                    found.push_back({.sequence = static_cast<std::uint64_t>(rows.integer(i, 0)),
                                     .number = detail::from_key(rows.integer(i, 1))});
                }
                co_return found;
            }
            detail::Batch number = detail::number_changes(limit - count);
            co_await done(server, std::move(number));
        }
    }

    static Number number_at(const Server& server, const detail::Rows& rows, int row) {
        return detail::read_number(rows.text(row, 0), [&](auto what, const auto& why) { server.fail(what, why); });
    }
    static Operation operation_at(const Server& server, const detail::Rows& rows, int row) {
        return detail::read_operation(rows.text(row, 0), [&](auto what, const auto& why) { server.fail(what, why); });
    }
    static std::optional<Operation> first_operation(const Server& server, const detail::Rows& rows) {
        return rows.empty() ? std::nullopt : std::optional(operation_at(server, rows, 0));
    }

    ServerPointer server_;
};
static_assert(Store<Postgres>);

}  // namespace tandem::stores
