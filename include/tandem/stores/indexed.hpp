// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/stock.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/stores/detail/stock_index.hpp>
#include <tandem/stores/detail/transitions.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores {

struct IndexOptions {
    /// How long other programs' changes may stay unseen: a search that finds the index older than this asks the store.
    Duration fresh_for = std::chrono::seconds(1);
};

/// Any store, with an index of what it has for sale in this program's memory (`NumberIndex`): searches of carriers
/// whose stock is our own are answered from it, without asking the store. For stocks of thousands to a hundred million
/// numbers. The store decides: every change goes there first, and what it refuses the index never shows. Own changes
/// are known at once, other programs' by the store's `changes`. Copies share one index.
/// Until `refresh` has been awaited once, every search asks the store.
/// Errors: those of `S`. One that cannot tell its changes fails the search that wanted to know them.
/// Lifetime: running operations outlive this.
/// Thread safety: any member from any thread, where `S` and `E` allow it.
template <Store S, Environment E = environments::System>
class Indexed {
public:
    explicit Indexed(S store, IndexOptions options = {}, E environment = {})
        : state_(std::make_shared<Shared>(std::move(store), options, std::move(environment))) {}

    /// Reads all that the store has available, the first time; later what changed since.
    Task<void> refresh() { return refresh(state_); }

    /// See `KnowsStock`.
    std::optional<std::vector<E164>> plain_stock(const NumberQuery& query) {
        return state_->index.first(query, state_->environment.now(), [&](const NumberIndex& plain, auto& out) {
            return plain.first(query.prefix, query.after, out);
        });
    }
    /// The same of those that look like `pattern`; the query's prefix is not looked at.
    std::optional<std::vector<E164>> plain_stock(const NumberPattern& pattern, NumberQuery query) {
        query.prefix = {};
        return state_->index.first(query, state_->environment.now(), [&](const NumberIndex& plain, auto& out) {
            return plain.match(pattern, query.after, out);
        });
    }

    Task<std::optional<Number>> get(E164 number) { return state_->store.get(number); }
    Task<Number> put(Number record) {
        const E164 number = record.number;
        return change(state_, number, state_->store.put(std::move(record)),
                      [](const Number& written) { return std::optional(written); });
    }
    Task<void> remove(E164 number, Revision revision) { return remove(state_, number, revision); }
    Task<NumberPage> scan(NumberQuery query) { return scan(state_, query); }
    Task<Quantities> quantities(std::string account) { return state_->store.quantities(std::move(account)); }
    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return state_->store.changes(since, limit);
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        const E164 number = operation.number;
        return change(state_, number, state_->store.claim(std::move(operation), credit), [](const Operation&) {
            return std::optional<Number>();
        });  // it holds the number, nobody sells it
    }
    Task<Operation> advance(Operation operation) { return state_->store.advance(std::move(operation)); }
    Task<Number> settle(Operation operation) {
        const E164 number = detail::settled_number(operation);
        return change(state_, number, state_->store.settle(std::move(operation)),
                      [](const Number& written) { return std::optional(written); });
    }
    Task<void> abandon(Operation operation) { return abandon(state_, std::move(operation)); }
    Task<std::optional<Operation>> operation(OperationId id) { return state_->store.operation(id); }
    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        return state_->store.operation_by_key(std::move(account), std::move(key));
    }
    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        return state_->store.open_operations(after, limit);
    }

    Task<void> remember(CachedSearch search) { return state_->store.remember(std::move(search)); }
    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        return state_->store.recall(std::move(query_id), std::move(account), offset, quantity, now);
    }
    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        return state_->store.newest_offer(std::move(key), std::move(account), now);
    }

private:
    static constexpr std::uint32_t rows_at_once = 1'000;

    struct Shared {
        Shared(S wrapped, const IndexOptions& options, E clocks)
            : store(std::move(wrapped)), environment(std::move(clocks)), index(options.fresh_for) {}

        S store;
        E environment;
        detail::StockIndex index;
    };
    using SharedPointer = std::shared_ptr<Shared>;

    /// A number under change: nobody's until the store has answered, and unread if it never does.
    class Changing {
    public:
        Changing(SharedPointer state, E164 number) : state_(std::move(state)), number_(number) {
            if (number_.empty()) { state_.reset(); }  // an offer's, whose number comes with the order
            if (state_) { state_->index.begin_change(number_); }
        }
        Changing(const Changing&) = delete;
        Changing& operator=(const Changing&) = delete;
        ~Changing() {
            if (state_) { state_->index.lose_change(number_); }
        }
        void end(const std::optional<Number>& record) {
            if (const auto state = std::exchange(state_, nullptr)) { state->index.end_change(number_, record); }
        }

    private:
        SharedPointer state_;
        E164 number_;
    };

    template <class T, class RecordOf>
    static Task<T> change(SharedPointer state, E164 number, Task<T> call, RecordOf record_of) {
        Changing changing(std::move(state), number);
        T result = co_await std::move(call);
        changing.end(record_of(result));
        co_return result;
    }
    static Task<void> remove(SharedPointer state, E164 number, Revision revision) {
        Changing changing(state, number);
        co_await state->store.remove(number, revision);
        changing.end({});
    }
    /// The record becomes what it was before, which the store knows.
    static Task<void> abandon(SharedPointer state, Operation operation) {
        const Changing changing(state, operation.number);
        co_await state->store.abandon(std::move(operation));
    }

    static Task<NumberPage> scan(SharedPointer state, NumberQuery query) {
        co_await look(state);
        co_return co_await state->store.scan(query);
    }

    /// Reads again what may have changed, up to `rows_at_once`, when it is time to; whether there may be more.
    static Task<bool> look(SharedPointer state) {
        const auto due = state->index.begin_look(state->environment.now());
        if (!due) { co_return false; }
        Looking looking(state->index);
        for (const E164 number : due->unread) { co_await read_again(state, number); }
        const std::vector<Change> changes = co_await state->store.changes(due->since, rows_at_once);
        for (const Change& each : changes) { co_await read_again(state, each.number); }
        const bool more = changes.size() == rows_at_once;
        looking.end(changes.empty() ? due->since : changes.back().sequence, !more);
        co_return more;
    }
    class Looking {
    public:
        explicit Looking(detail::StockIndex& index) : index_(&index) {}
        Looking(const Looking&) = delete;
        Looking& operator=(const Looking&) = delete;
        ~Looking() {
            if (index_ != nullptr) { index_->expire(); }
        }
        void end(std::uint64_t until, bool all) { std::exchange(index_, nullptr)->end_look(until, all); }

    private:
        detail::StockIndex* index_;
    };

    static Task<void> read_again(SharedPointer state, E164 number) {
        Changing changing(state, number);
        const std::optional<Number> record = co_await state->store.get(number);
        changing.end(record);
    }

    static Task<void> refresh(SharedPointer state) {
        if (!state->index.is_built()) { co_await build(state); }
        state->index.expire();
        for (bool more = true; more;) { more = co_await look(state); }
    }

    /// What changes while it is read is behind `since`, and so read again.
    static Task<void> build(SharedPointer state) {
        const std::uint64_t since = co_await newest_change(state);
        detail::Shelves shelves;
        NumberQuery query;
        query.state = State::available;
        query.limit = rows_at_once;
        do {
            const NumberPage page = co_await state->store.scan(query);
            for (const Number& each : page.numbers) { shelves.file(each); }
            query.after = page.next;
        } while (!query.after.empty());
        state->index.adopt(std::move(shelves), since);
    }

    /// Found by halving, since all changes of a large store are many.
    static Task<std::uint64_t> newest_change(SharedPointer state) {
        std::uint64_t known = 0, step = 1;
        while (step != 0) {
            const std::uint64_t since = known + (step - 1);
            const std::vector<Change> next = co_await state->store.changes(since, 1);
            if (!next.empty()) {
                known = next.front().sequence;
                step *= 2;
            } else {
                step /= 2;
            }
        }
        co_return known;
    }

    SharedPointer state_;
};

}  // namespace tandem::stores
