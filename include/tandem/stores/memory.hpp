// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/transitions.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tandem::stores {

/// Everything in this process's memory, gone with it: for tests, trials and programs that only search.
/// Copies share one state. Nothing suspends.
class Memory {
public:
    Task<std::optional<Number>> get(E164 number) {
        const std::scoped_lock lock(state_->mutex);
        co_return state_->slot(number).record;
    }

    Task<Number> put(Number record) {
        const std::scoped_lock lock(state_->mutex);
        const auto slot = state_->slot(record.number);
        auto change = detail::put(slot, std::move(record));
        state_->apply(change);
        co_return std::move(*change.record);
    }

    Task<void> remove(E164 number, Revision revision) {
        const std::scoped_lock lock(state_->mutex);
        state_->apply(detail::remove(state_->slot(number), number, revision));
        co_return;
    }

    Task<NumberPage> scan(NumberQuery query) {
        const std::scoped_lock lock(state_->mutex);
        co_return state_->scan(query);
    }

    Task<Quantities> quantities(std::string account) {
        const std::scoped_lock lock(state_->mutex);
        Quantities counts;
        if (const auto own = state_->accounts.find(account); own != state_->accounts.end()) {
            counts = own->second.billed;
        }
        std::erase_if(counts, [](const auto& each) { return each.second == 0; });
        co_return counts;
    }

    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        const std::scoped_lock lock(state_->mutex);
        std::vector<Change> found;
        auto next = state_->changes.upper_bound(since);
        for (; next != state_->changes.end() && found.size() < limit; ++next) {
            found.push_back({.sequence = next->first, .number = next->second});
        }
        co_return found;
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        const std::scoped_lock lock(state_->mutex);
        if (state_->operations.contains(operation.id)) { detail::refuse_id(operation); }
        if (!operation.key.empty() && state_->keys.contains({operation.account, operation.key})) {
            detail::refuse_key(operation);
        }
        const auto slot = operation.number.empty() ? std::nullopt : std::optional(state_->slot(operation.number));
        auto change = detail::claim(slot, std::move(operation));
        if (credit) { detail::check_credit(*change.operation, *credit, state_->spent(change.operation->account)); }
        state_->apply(change);
        co_return std::move(*change.operation);
    }

    Task<Operation> advance(Operation operation) {
        const std::scoped_lock lock(state_->mutex);
        const auto stored = state_->find_operation(operation.id);
        auto change = detail::advance(stored, std::move(operation));
        state_->apply(change);
        co_return std::move(*change.operation);
    }

    Task<Number> settle(Operation operation) {
        const std::scoped_lock lock(state_->mutex);
        const auto stored = state_->find_operation(operation.id);
        const auto slot = state_->slot(detail::settled_number(operation));
        auto change = detail::settle(stored, slot, std::move(operation));
        state_->apply(change);
        co_return std::move(*change.record);
    }

    Task<void> abandon(Operation operation) {
        const std::scoped_lock lock(state_->mutex);
        const auto stored = state_->find_operation(operation.id);
        const auto slot = state_->slot(stored ? stored->number : E164());
        state_->apply(detail::abandon(stored, slot, std::move(operation)));
        co_return;
    }

    Task<std::optional<Operation>> operation(OperationId id) {
        const std::scoped_lock lock(state_->mutex);
        co_return state_->find_operation(id);
    }

    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        const std::scoped_lock lock(state_->mutex);
        const auto found = state_->keys.find({account, key});
        if (found == state_->keys.end()) { co_return std::nullopt; }
        co_return state_->find_operation(found->second);
    }

    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        const std::scoped_lock lock(state_->mutex);
        std::vector<Operation> found;
        auto next = state_->open.upper_bound(after);
        for (; next != state_->open.end() && found.size() < limit; ++next) {
            found.push_back(state_->operations.at(*next));
        }
        co_return found;
    }

    Task<void> remember(CachedSearch search) {
        const std::scoped_lock lock(state_->mutex);
        state_->remember(std::move(search));
        co_return;
    }

    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        const std::scoped_lock lock(state_->mutex);
        const auto found = state_->query_ids.find(query_id);
        if (found == state_->query_ids.end()) { co_return std::nullopt; }
        const CachedSearch& search = state_->searches.at(found->second).search;
        if (search.account != account || search.expires <= now) { co_return std::nullopt; }
        CachedPage page{.total = search.offers.size()};
        for (std::size_t i = offset; i < search.offers.size() && page.offers.size() < quantity; ++i) {
            page.offers.push_back(search.offers[i].json);
        }
        co_return page;
    }

    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        const std::scoped_lock lock(state_->mutex);
        for (auto kept = state_->searches.rbegin(); kept != state_->searches.rend(); ++kept) {
            auto& [search, places] = kept->second;
            if (search.account != account || search.expires <= now) { continue; }
            if (places.empty()) {
                std::unordered_map<std::string_view, std::size_t> all;  // half of them would hide the others
                for (std::size_t i = 0; i < search.offers.size(); ++i) { all.emplace(search.offers[i].key, i); }
                places = std::move(all);
            }
            if (const auto place = places.find(key); place != places.end()) {
                co_return search.offers[place->second].json;
            }
        }
        co_return std::nullopt;
    }

private:
    struct KeptSearch {
        CachedSearch search{};
        /// Where each key stands in `search.offers`, whose texts it views; made when first needed.
        std::unordered_map<std::string_view, std::size_t> places{};
    };

    struct State {
        std::mutex mutex{};
        std::map<E164, Number> numbers{};
        struct Account {
            std::map<E164, const Number*> numbers{};
            Quantities billed{};  ///< of each class that it has or had
        };
        std::map<std::string, Account, std::less<>> accounts{};
        struct Last {
            std::uint64_t sequence = 0;
            Revision revision = 0;
        };
        std::unordered_map<E164, Last> last{};  ///< of removed numbers too
        std::map<std::uint64_t, E164> changes{};
        std::uint64_t sequence = 0;
        std::map<OperationId, Operation> operations{};
        std::map<std::pair<std::string, std::string>, OperationId> keys{};
        std::set<OperationId> open{};
        std::unordered_map<std::string, Amount> charges{};
        using Age = std::pair<UnixTime, std::uint64_t>;
        std::map<Age, KeptSearch> searches{};  ///< the oldest first
        std::unordered_map<std::string, Age> query_ids{};

        detail::Slot slot(E164 number) const {
            detail::Slot slot;
            if (const auto found = numbers.find(number); found != numbers.end()) { slot.record = found->second; }
            if (const auto found = last.find(number); found != last.end()) { slot.last = found->second.revision; }
            return slot;
        }

        std::optional<Operation> find_operation(const OperationId& id) const {
            const auto found = operations.find(id);
            return found == operations.end() ? std::nullopt : std::optional(found->second);
        }

        Amount spent(const std::string& account) const {
            const auto found = charges.find(account);
            return found == charges.end() ? Amount::zero() : found->second;
        }

        /// All of a change or, where memory is short, nothing of it: what can fail is made first, then put in place.
        void apply(const detail::Change& change) {
            std::optional<OperationWrite> operation;
            std::optional<NumberWrite> record;
            if (change.operation) { operation.emplace(prepare(*change.operation)); }
            if (change.record) { record.emplace(prepare(*change.record)); }
            if (operation) { commit(std::move(*operation)); }
            if (record) { commit(std::move(*record), change.removes); }
        }

        /// A node of `Map` that is in no map yet: putting it into one allocates nothing.
        template <class Map, class... Entry>
        static typename Map::node_type node_of(const Entry&... entry) {
            Map one;
            one.emplace(entry...);
            return one.extract(one.begin());
        }
        template <class Map>
        static auto& put(Map& map, typename Map::node_type node) noexcept {
            auto result = map.insert(std::move(node));
            if (!result.inserted) { result.position->second = std::move(result.node.mapped()); }
            return result.position->second;
        }

        struct NumberWrite {
            std::map<E164, Number>::node_type number;
            std::map<E164, const Number*>::node_type in_account;
            std::map<std::uint64_t, E164>::node_type change;
            Account& account;
            Quantities::mapped_type* billed;  ///< null where it is not billed
            Last& last;
        };
        NumberWrite prepare(const Number& record) {
            Account& account = accounts[record.assigned_to];
            auto* billed =
                detail::is_billed(record) ? &account.billed.try_emplace(record.billing_class).first->second : nullptr;
            return {.number = node_of<std::map<E164, Number>>(record.number, record),
                    .in_account = node_of<std::map<E164, const Number*>>(record.number, nullptr),
                    .change = node_of<std::map<std::uint64_t, E164>>(sequence + 1, record.number),
                    .account = account,
                    .billed = billed,
                    .last = last[record.number]};
        }
        void commit(NumberWrite write, bool removes) noexcept {
            const E164 number = write.number.key();
            const Revision revision = write.number.mapped().revision;
            if (const auto old = numbers.find(number); old != numbers.end()) {
                const auto own = accounts.find(old->second.assigned_to);
                own->second.numbers.erase(number);
                if (detail::is_billed(old->second)) { --own->second.billed.find(old->second.billing_class)->second; }
                if (own->second.numbers.empty() && &own->second != &write.account) { accounts.erase(own); }
            }
            if (removes) {
                numbers.erase(number);
            } else {
                const Number& kept = put(numbers, std::move(write.number));
                put(write.account.numbers, std::move(write.in_account)) = &kept;
                if (write.billed != nullptr) { ++*write.billed; }
            }
            changes.erase(write.last.sequence);
            write.last = {.sequence = ++sequence, .revision = revision};
            put(changes, std::move(write.change));
        }

        struct OperationWrite {
            std::map<OperationId, Operation>::node_type operation;
            std::map<std::pair<std::string, std::string>, OperationId>::node_type key;
            std::set<OperationId>::node_type open;
            Amount& charges;
            Amount total;
        };
        /// Errors: `invalid` for an amount beyond 64 bits.
        OperationWrite prepare(const Operation& operation) {
            const auto old = operations.find(operation.id);
            const auto given_back = old == operations.end() ? Amount::zero() : detail::charge_of(old->second);
            return {.operation = node_of<std::map<OperationId, Operation>>(operation.id, operation),
                    .key = node_of<std::map<std::pair<std::string, std::string>, OperationId>>(
                        std::pair(operation.account, operation.key), operation.id),
                    .open = node_of<std::set<OperationId>>(operation.id),
                    .charges = charges.try_emplace(operation.account, Amount::zero()).first->second,
                    .total = spent(operation.account) - given_back + detail::charge_of(operation)};
        }
        void commit(OperationWrite write) noexcept {
            write.charges = write.total;
            const Operation& kept = put(operations, std::move(write.operation));
            if (!kept.key.empty()) { keys.insert(std::move(write.key)); }
            if (kept.open()) {
                open.insert(std::move(write.open));
            } else {
                open.erase(kept.id);
            }
        }

        NumberPage scan(const NumberQuery& query) const {
            if (!query.account.empty()) {
                const auto own = accounts.find(query.account.view());
                return own == accounts.end() ? NumberPage() : page(own->second.numbers, query);
            }
            return page(numbers, query);
        }

        template <class Records>
        static NumberPage page(const Records& records, const NumberQuery& query) {
            NumberPage page;
            const auto record_at = [](const auto& entry) -> const Number& {
                if constexpr (std::is_pointer_v<typename Records::mapped_type>) {
                    return *entry.second;
                } else {
                    return entry.second;
                }
            };
            auto next = query.after < query.prefix.first_under() ? records.lower_bound(query.prefix.first_under())
                                                                 : records.upper_bound(query.after);
            for (const auto end = query.prefix.last_under(); next != records.end() && next->first <= end; ++next) {
                if (!detail::fits(query, record_at(*next))) { continue; }
                if (page.numbers.size() == query.limit) {
                    if (query.limit != 0) { page.next = page.numbers.back().number; }
                    break;
                }
                page.numbers.push_back(record_at(*next));
            }
            return page;
        }

        void remember(CachedSearch search) {
            if (const auto same = query_ids.find(search.query_id); same != query_ids.end()) { forget(same->second); }
            // The oldest expire first, as long as all live equally long; others wait until they are the oldest.
            while (!searches.empty() && searches.begin()->second.search.expires <= search.created) {
                forget(searches.begin()->first);
            }
            const Age age{search.created, ++sequence_of_searches};
            const std::string query_id = search.query_id;
            searches.emplace(age, KeptSearch{.search = std::move(search)});
            query_ids.emplace(query_id, age);  // last: an id leads to a search
            while (searches.size() > detail::max_searches) { forget(searches.begin()->first); }
        }
        void forget(Age age) {
            const auto kept = searches.find(age);
            query_ids.erase(kept->second.search.query_id);
            searches.erase(kept);
        }

        std::uint64_t sequence_of_searches = 0;
    };

    std::shared_ptr<State> state_ = std::make_shared<State>();
};
static_assert(Store<Memory>);

}  // namespace tandem::stores
