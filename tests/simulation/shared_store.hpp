// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "weather.hpp"
#include "witness.hpp"

#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem::simulation {

/// The store that all processes share: what it committed stays, whoever died meanwhile.
struct Vault {
    World& world;
    Witness& witness;
    const Weather& weather;
    stores::Memory memory{};
    boost::asio::io_context context{1};

    /// Runs `task` to its end at once: nothing in it waits.
    template <class T>
    T now(Task<T> task) {
        return tandem::run(context, std::move(task));
    }

    /// Another program writes the record, as it is, with a new revision.
    void meddle(E164 number) {
        auto record = now(memory.get(number));
        if (!record || !record->fence.empty()) { return; }
        world.tell("somebody writes the record of", number);
        (void)now(memory.put(std::move(*record)));
    }
};

/// The `Store` of a process: the shared one, behind a network of its own. A call that left is carried out, even where
/// nobody waits for its answer any more.
class Branch {
public:
    Branch(Vault& vault, Process& process) : vault_(&vault), process_(&process) {}

    Task<std::optional<Number>> get(E164 number) {
        return call("get", number, [number](Vault& vault) { return vault.now(vault.memory.get(number)); });
    }
    Task<Number> put(Number record) {
        const E164 number = record.number;
        return call("put", number,
                    [record = std::move(record)](Vault& vault) { return vault.now(vault.memory.put(record)); });
    }
    Task<void> remove(E164 number, Revision revision) {
        return call("remove", number,
                    [number, revision](Vault& vault) { vault.now(vault.memory.remove(number, revision)); });
    }
    Task<NumberPage> scan(NumberQuery query) {
        return call("scan", E164(), [query](Vault& vault) { return vault.now(vault.memory.scan(query)); });
    }
    Task<Quantities> quantities(std::string account) {
        return call("quantities", E164(), [account = std::move(account)](Vault& vault) {
            return vault.now(vault.memory.quantities(account));
        });
    }
    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return call("changes", E164(),
                    [since, limit](Vault& vault) { return vault.now(vault.memory.changes(since, limit)); });
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        const E164 number = operation.number;
        return call("claim", number, [operation = std::move(operation), credit](Vault& vault) {
            Operation claimed = vault.now(vault.memory.claim(operation, credit));
            vault.witness.claimed(claimed);
            return claimed;
        });
    }
    Task<Operation> advance(Operation operation) {
        const E164 number = operation.number;
        return call(name_of(operation.phase), number, [operation = std::move(operation)](Vault& vault) {
            Operation advanced = vault.now(vault.memory.advance(operation));
            vault.witness.advanced(advanced);
            return advanced;
        });
    }
    Task<Number> settle(Operation operation) {
        const E164 number = operation.number;
        return call("settle", number, [operation = std::move(operation)](Vault& vault) {
            Number record = vault.now(vault.memory.settle(operation));
            vault.witness.settled(operation, record);
            return record;
        });
    }
    Task<void> abandon(Operation operation) {
        const E164 number = operation.number;
        return call("abandon", number, [operation = std::move(operation)](Vault& vault) {
            vault.now(vault.memory.abandon(operation));
            vault.witness.abandoned(operation);
        });
    }
    Task<std::optional<Operation>> operation(OperationId id) {
        return call("operation", E164(), [id](Vault& vault) { return vault.now(vault.memory.operation(id)); });
    }
    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        return call("operation_by_key", E164(), [account = std::move(account), key = std::move(key)](Vault& vault) {
            return vault.now(vault.memory.operation_by_key(account, key));
        });
    }
    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        return call("open_operations", E164(),
                    [after, limit](Vault& vault) { return vault.now(vault.memory.open_operations(after, limit)); });
    }

    Task<void> remember(CachedSearch search) {
        return call("remember", E164(),
                    [search = std::move(search)](Vault& vault) { vault.now(vault.memory.remember(search)); });
    }
    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        return call("recall", E164(), [=](Vault& vault) {
            return vault.now(vault.memory.recall(query_id, account, offset, quantity, now));
        });
    }
    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        return call("newest_offer", E164(),
                    [=](Vault& vault) { return vault.now(vault.memory.newest_offer(key, account, now)); });
    }

private:
    template <class T>
    struct Call : Signal {
        using Signal::Signal;

        std::optional<T> result{};
        std::exception_ptr failure{};
    };
    struct Nothing {};

    /// Leaves at once; the answer is waited for by whoever awaits the task.
    template <class Act, class T = std::invoke_result_t<Act&, Vault&>>
    Task<T> call(std::string_view name, E164 number, Act act) {
        using Kept = std::conditional_t<std::is_void_v<T>, Nothing, T>;
        World& world = vault_->world;
        Random& random = world.random;
        const Weather& weather = vault_->weather;
        const bool takes_time = random.happens(weather.store_delay);
        const bool fails = random.happens(weather.store_fails);
        const bool silent = random.happens(weather.store_silent);
        const bool meddled = !number.empty() && random.happens(weather.meddler);
        const auto asked = std::make_shared<Call<Kept>>(*process_);
        auto carry_out = [vault = vault_, asked, name, number, fails, silent, meddled, act = std::move(act)]() mutable {
            if (meddled) { vault->meddle(number); }
            vault->world.tell("process", asked->process().index, name, number,
                              fails    ? "fails"
                              : silent ? "is silent"
                                       : "");
            try {
                if (fails) { errors::raise(errc::store, "the store failed"); }
                if constexpr (std::is_void_v<T>) {
                    act(*vault);
                    asked->result.emplace();
                } else {
                    asked->result.emplace(act(*vault));
                }
                if (silent) { errors::raise(errc::store, "the store's answer is lost"); }
            } catch (const Exception& failure) {
                asked->failure = std::current_exception();
                vault->world.tell("  refused:", name_of(failure.error().code));
            }
        };
        if (takes_time) {
            const bool slow = random.happens(weather.store_slow);
            const Duration there = slow ? random.between(1ms, 20s) : random.between(0ms, 4ms);
            const Duration back = slow ? random.between(1ms, 20s) : random.between(0ms, 4ms);
            world.after(there, [&world, asked, back, carry_out = std::move(carry_out)]() mutable {
                carry_out();
                world.after(back, [asked] { asked->fire(); });
            });
        } else {
            carry_out();
            asked->fire();
        }
        return answer<T>(asked);
    }
    template <class T, class Kept>
    static Task<T> answer(std::shared_ptr<Call<Kept>> asked) {
        co_await asked->wait();
        if (asked->failure) { std::rethrow_exception(asked->failure); }
        if constexpr (!std::is_void_v<T>) { co_return std::move(*asked->result); }
    }

    Vault* vault_;
    Process* process_;
};
static_assert(Store<Branch>);

}  // namespace tandem::simulation
