// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#include <tandem/core/entropy.hpp>
#include <tandem/core/secret.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>
#include <tandem/stores/detail/pool.hpp>
#include <tandem/stores/detail/postgres_address.hpp>
#include <tandem/stores/detail/postgres_connection.hpp>
#include <tandem/stores/detail/postgres_database.hpp>
#include <tandem/stores/detail/postgres_schema.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// Does what the store asks of the server: lends connections, repeats what may be repeated, and finds out what became
/// of a commit whose answer was lost. Every task runs on a strand of the caller's.
/// Thread safety: any member from any thread.
class PostgresTransactions {
public:
    PostgresTransactions(const Secret& url, std::size_t most_connections, Duration timeout)
        : address_(std::make_shared<const PostgresAddress>(url)),
          timeout_(timeout),
          pool_(std::make_shared<Connections>(most_connections, std::chrono::minutes(5))) {}

    [[noreturn]] void fail(std::string_view what, std::string_view why) const { raise(what, why, false); }

    /// The answers to a batch that may be done twice.
    static Task<std::vector<Rows>> repeatable(std::shared_ptr<const PostgresTransactions> self, Batch batch) {
        Attempts attempts(self->timeout_);
        for (;;) {
            std::optional<Failure> failure;
            try {
                if (attempts.count > 0) { co_await pause(attempts.count); }
                auto lease = co_await Connections::take(self->pool_, attempts.deadline);
                if (!lease) { self->raise_all_lent(false); }
                Answers answers = co_await self->ask(&lease, batch, attempts.deadline);
                if (!answers.failure) {
                    lease.keep();
                    co_return std::move(answers.rows);
                }
                failure = std::move(answers.failure);
                if (failure->kind == Failure::Kind::refused) { co_await self->roll_back(&lease, attempts.deadline); }
            } catch (const boost::system::system_error& system) { self->raise_system(system, false); }
            if (!self->again(attempts, *failure, false)) { self->raise(*failure, false); }
        }
    }

    /// What a change wrote. Errors: what `intent.decide` throws; `store`, with `Error::sent` where it may have been
    /// written all the same.
    static Task<Change> change(std::shared_ptr<const PostgresTransactions> self, Intent intent) {
        Attempts attempts(self->timeout_);
        const std::int64_t writer = random_number();
        std::optional<Change> doubtful;  // sent to be committed, and the answer lost
        for (;;) {
            std::optional<Failure> failure;
            try {
                if (attempts.count > 0) { co_await pause(attempts.count); }
                auto lease = co_await Connections::take(self->pool_, attempts.deadline);
                if (!lease) { self->raise_all_lent(doubtful.has_value()); }
                Batch first = begin_change(intent);
                Answers found = co_await self->ask(&lease, std::move(first), attempts.deadline);
                failure = std::move(found.failure);
                if (!failure) {
                    Decision decision = self->decide(intent, found.rows, writer, doubtful);
                    if (decision.over) {
                        co_await self->roll_back(&lease, attempts.deadline);
                        if (decision.refusal) { std::rethrow_exception(decision.refusal); }
                        co_return std::move(decision.change);
                    }
                    Batch second = end_change(intent, decision.change, writer);
                    const std::size_t statements = second.size();
                    doubtful = decision.change;
                    Answers written =
                        co_await lease.resource->exchange(std::move(second), attempts.deadline, self->prepares_);
                    if (written.rows.size() == statements && written.rows.back().command() == "COMMIT") {
                        if (!written.failure) { lease.keep(); }
                        co_return std::move(decision.change);
                    }
                    failure = written.failure ? std::move(written.failure) : rolled_back();
                    if (!is_ambiguous(*failure)) { doubtful = std::move(decision.doubtful); }
                }
                if (failure->kind == Failure::Kind::refused) { co_await self->roll_back(&lease, attempts.deadline); }
            } catch (const boost::system::system_error& system) {
                self->raise_system(system, doubtful.has_value());
            } catch (const Exception& exception) {
                Error error = exception.error();
                const bool tells_nothing = error.code == errc::cancelled || error.code == errc::store;
                if (!doubtful || !tells_nothing) { throw; }
                error.sent = true;
                throw Exception(std::move(error));
            }
            if (!self->again(attempts, *failure, doubtful.has_value())) { self->raise(*failure, doubtful.has_value()); }
        }
    }

private:
    using Connections = Pool<PostgresConnection>;

    struct Attempts {
        explicit Attempts(Duration timeout) : deadline(std::chrono::steady_clock::now() + timeout) {}

        Deadline deadline;
        unsigned count = 0;   ///< of failures
        unsigned breaks = 0;  ///< of connections
    };

    /// What to do once the locked rows are known.
    struct Decision {
        bool over = false;  ///< nothing is to be written: it was refused, was written before, or is no change
        std::exception_ptr refusal{};
        Change change{};
        std::optional<Change> doubtful{};  ///< an earlier attempt that may still be written
    };

    /// Sends a batch on what was lent, and connects first where nothing was. A coroutine of its own: the lease is the
    /// caller's.
    Task<Answers> ask(Connections::Lease* lease, Batch batch, Deadline deadline) const {
        if (lease->resource && !lease->resource->stands()) { lease->resource.reset(); }
        if (!lease->resource) {
            lease->resource = std::make_unique<PostgresConnection>();
            auto failure = co_await lease->resource->open(address_, deadline);
            if (!failure) { failure = co_await prepare(lease->resource.get(), deadline); }
            if (failure) {
                lease->resource.reset();  // it is not ready for use
                Answers answers;
                answers.failure = std::move(failure);
                co_return answers;
            }
        }
        Answers answers = co_await lease->resource->exchange(std::move(batch), deadline, prepares_);
        co_return answers;
    }

    /// Ends the transaction, so that others wait no longer and the connection may be used again.
    Task<> roll_back(Connections::Lease* lease, Deadline deadline) const {
        if (!lease->resource) { co_return; }
        Batch batch;
        batch.emplace_back("ROLLBACK");
        const Answers answers = co_await lease->resource->exchange(std::move(batch), deadline);
        if (!answers.failure) { lease->keep(); }
    }

    /// Limits what the server does for a client that is gone, and makes the schema, or checks that it is ours.
    Task<std::optional<Failure>> prepare(PostgresConnection* connection, Deadline deadline) const {
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout_).count();
        for (int attempts_left = 20;; --attempts_left) {
            Batch look;
            look.emplace_back("SET statement_timeout = " + std::to_string(milliseconds));
            look.emplace_back("SET idle_in_transaction_session_timeout = " + std::to_string(milliseconds));
            look.push_back(find_schema());
            Answers found = co_await connection->exchange(std::move(look), deadline);
            if (found.failure) { co_return std::move(found.failure); }
            const bool has_mark = found.rows.back().flag(0, 0);
            if (!has_mark && found.rows.back().integer(0, 1) != 0) {
                fail("its schema 'tandem' is not Tandem's", "it has no table 'store'");
            }
            if (has_mark) {
                Batch read;
                read.push_back(read_schema());
                Answers mark = co_await connection->exchange(std::move(read), deadline);
                if (mark.failure && mark.failure->state == "42703") {  // undefined_column
                    fail("its schema 'tandem' is not Tandem's", mark.failure->why);
                }
                if (mark.failure) { co_return std::move(mark.failure); }
                if (!mark.rows[0].empty()) {
                    check_mark(mark.rows[0]);
                    co_return std::nullopt;
                }
            }
            Batch make = make_schema();
            Answers made = co_await connection->exchange(std::move(make), deadline);
            if (!made.failure) { continue; }  // and check
            if (made.failure->kind != Failure::Kind::refused) { co_return std::move(made.failure); }
            Batch undo;
            undo.emplace_back("ROLLBACK");
            Answers undone = co_await connection->exchange(std::move(undo), deadline);
            if (undone.failure) { co_return std::move(undone.failure); }
            // Another process makes it at the same time.
            const std::string_view state = made.failure->state;
            const bool met = is_contention(state) || state == "42P06" || state == "42P07" || state == "42710";
            if (!met || attempts_left == 0) { co_return std::move(made.failure); }
            co_await pause(4);
        }
    }

    void check_mark(const Rows& mark) const {
        const auto application = mark.text(0, 0);
        const auto version = mark.integer(0, 1);
        if (application != postgres_application) {
            fail("its schema 'tandem' is not Tandem's", "it is of " + std::string(application));
        }
        if (version != postgres_schema_version) {
            fail("its schema is of another version than this program's",
                 std::to_string(version) + ", not " + std::to_string(postgres_schema_version));
        }
    }

    Decision decide(const Intent& intent, const std::vector<Rows>& answers, std::int64_t writer,
                    const std::optional<Change>& doubtful) const {
        const auto found =
            read_found(intent, answers, [&](std::string_view what, std::string_view why) { fail(what, why); });
        Decision decision;
        if (doubtful) {
            switch (fate_of(*doubtful, writer, found)) {
                case Fate::written:
                    decision.over = true;
                    decision.change = *doubtful;
                    return decision;
                case Fate::unknown:
                    raise("whether a change was written is not known", "others have written since", true);
                case Fate::not_written: break;
            }
            // Whoever holds the rows' locks knows that the other transaction is over; an operation that has no number
            // and is not there yet has none to hold.
            if (intent.claims && intent.number.empty()) { decision.doubtful = doubtful; }
        }
        try {
            decision.change = intent.decide(found);
            decision.over = !decision.change.operation && !decision.change.record;
        } catch (...) {
            decision.over = true;
            decision.refusal = std::current_exception();
        }
        return decision;
    }

    /// Others came first; the same again may go well.
    static bool is_contention(std::string_view state) {
        return state == "40001" || state == "40P01" || state == "23505";  // a key is looked up anew
    }
    /// A prepared statement is not there, or there already: behind a pooler each transaction may meet another session.
    static bool is_of_pooler(std::string_view state) { return state == "26000" || state == "42P05"; }
    /// Whether a commit may have been done that was answered so.
    static bool is_ambiguous(const Failure& failure) {
        return failure.kind != Failure::Kind::refused || failure.state == "40003" || failure.state == "08007";
    }
    /// A COMMIT that the server took for the end of a transaction that had failed.
    static Failure rolled_back() {
        Failure failure;
        failure.kind = Failure::Kind::refused;
        failure.why = "the transaction was rolled back";
        return failure;
    }

    /// Whether to try once more; counts.
    bool again(Attempts& attempts, const Failure& failure, bool in_doubt) const {
        ++attempts.count;
        if (failure.kind == Failure::Kind::broken) { pool_->drop_idle(); }
        if (std::chrono::steady_clock::now() >= attempts.deadline) { return false; }
        switch (failure.kind) {
            case Failure::Kind::refused: {
                // 25006: a server that only reads now, so that another one is the primary.
                const bool moved = failure.state == "25006" && attempts.breaks++ == 0;
                if (moved) { pool_->drop_idle(); }
                const bool pooled = is_of_pooler(failure.state);
                if (pooled) { prepares_ = false; }
                return moved || pooled || is_contention(failure.state) || (in_doubt && is_ambiguous(failure));
            }
            case Failure::Kind::broken: return attempts.breaks++ == 0 || in_doubt;
            case Failure::Kind::unreachable: return in_doubt;
            case Failure::Kind::late: return false;
        }
        return false;
    }

    /// Longer with each failure, and by chance: those who met do not meet again.
    static Task<> pause(unsigned failures) {
        constexpr std::int64_t shortest = 1'000, longest = 100'000;  // microseconds
        const std::int64_t limit = std::min(longest, shortest << std::min(failures, 10U));
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
        timer.expires_after(std::chrono::microseconds(random_number() % limit));
        constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
        auto [failed] = co_await timer.async_wait(as_tuple);
        if (failed) { errors::raise(errc::cancelled, "the caller gave up"); }
    }

    /// Not negative.
    static std::int64_t random_number() {
        return static_cast<std::int64_t>(tandem::detail::entropy<std::uint64_t>() >> 1U);
    }

    [[noreturn]] void raise(std::string_view what, std::string_view why, bool sent) const {
        std::string message = "the store " + address_->name() + ": " + std::string(what);
        if (sent) { message += "; what was to be changed may have been written"; }
        throw Exception(
            {.code = errc::store, .message = std::move(message), .cause = address_->redacted(why), .sent = sent});
    }
    [[noreturn]] void raise(const Failure& failure, bool sent) const {
        std::string why = failure.why;
        while (!why.empty() && why.back() == '\n') { why.pop_back(); }
        if (!failure.state.empty()) { why += " (SQLSTATE " + failure.state + ")"; }
        switch (failure.kind) {
            case Failure::Kind::unreachable: raise("it cannot be reached", why, sent);
            case Failure::Kind::broken: raise("the connection broke", why, sent);
            case Failure::Kind::late: raise("no answer in time", why, sent);
            case Failure::Kind::refused: raise("the server refused", why, sent);
        }
        raise("it failed", why, sent);
    }
    [[noreturn]] void raise_all_lent(bool sent) const {
        raise("no connection became free in time", "all are in use", sent);
    }
    /// Of Asio: whoever was cancelled between two steps, or the system has no descriptors left.
    [[noreturn]] void raise_system(const boost::system::system_error& failure, bool sent) const {
        if (failure.code() == boost::asio::error::operation_aborted) {
            throw Exception({.code = errc::cancelled, .message = "the caller gave up", .sent = sent});
        }
        raise("the system refuses a connection", failure.what(), sent);
    }

    std::shared_ptr<const PostgresAddress> address_;
    Duration timeout_;
    std::shared_ptr<Connections> pool_;
    mutable std::atomic<bool> prepares_ = true;  ///< until it is known that sessions do not last
};

}  // namespace tandem::stores::detail
