// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/query.hpp>
#include <tandem/core/time.hpp>
#include <tandem/index/number_index.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// What carriers have available, each on a shelf of its own.
class Shelves {
public:
    /// Puts a number where its record belongs, if anywhere.
    void file(const Number& record) {
        if (record.state != State::available || !record.fence.empty()) { return; }
        Shelf& shelf = shelves_[record.carrier];
        if (record.assigned_to.empty() && record.carrier_data.empty()) {
            shelf.plain.insert(record.number);
        } else {
            shelf.others.insert(record.number);
        }
    }
    void erase(E164 number) {
        for (auto& [carrier, shelf] : shelves_) {
            if (shelf.plain.erase(number) || shelf.others.erase(number)) { return; }
        }
    }

    /// The first numbers of `find(plain, out)`, unless one that is not plain may belong among them.
    template <class Find>
    std::optional<std::vector<E164>> first(const NumberQuery& query, Find find) const {
        const auto shelf = shelves_.find(query.carrier.view());
        if (shelf == shelves_.end()) { return std::vector<E164>(); }
        const auto& [plain, others] = shelf->second;
        std::vector<E164> found(std::min<std::size_t>(query.limit, plain.size()));
        found.resize(find(plain, found));
        const E164 last = found.size() == query.limit && !found.empty() ? found.back() : query.prefix.last_under();
        if (others.any(std::max(query.prefix, query.after), last)) { return {}; }
        return found;
    }

private:
    struct Shelf {
        NumberIndex plain{};
        tandem::detail::NumberRuns others{};  ///< available, but somebody's, or there is more to be told of them
    };
    std::map<std::string, Shelf, std::less<>> shelves_;  ///< by the carrier's name
};

/// What `Indexed` knows, and how sure it is of it. The store decides: a number leaves its shelf before a change of it
/// begins and comes back when the store has told its record. When two changes of it overlapped, or one ended without an
/// answer, it is *unread*: not on a shelf, and the index not to be trusted until somebody has asked the store for it.
/// Thread safety: any member from any thread.
class StockIndex {
public:
    explicit StockIndex(Duration fresh_for) : fresh_for_(fresh_for) {}

    /// Takes what was read of a store whose newest change was `since`, unless somebody was faster. What changed after
    /// it is looked for next.
    void adopt(Shelves shelves, std::uint64_t since) {
        const std::scoped_lock lock(mutex_);
        if (is_built_) { return; }
        shelves_ = std::move(shelves);
        for (const auto& [number, change] : under_change_) { shelves_.erase(number); }
        for (const E164 number : unread_) { shelves_.erase(number); }
        since_ = since;
        is_built_ = true;
        fresh_until_ = Moment::min();
    }
    bool is_built() const {
        const std::scoped_lock lock(mutex_);
        return is_built_;
    }

    void begin_change(E164 number) {
        const std::scoped_lock lock(mutex_);
        UnderChange& change = under_change_[number];
        change.contested |= change.callers++ > 0;
        shelves_.erase(number);
        unread_.erase(number);
    }
    /// The store has told the number's record, or that it has none.
    void end_change(E164 number, const std::optional<Number>& record) {
        const std::scoped_lock lock(mutex_);
        const auto ended = under_change_.find(number);
        ended->second.contested |= ended->second.callers > 1;
        if (ended->second.contested) { return leave(ended); }
        under_change_.erase(ended);
        if (record && is_built_) { shelves_.file(*record); }
    }
    /// It has not.
    void lose_change(E164 number) {
        const std::scoped_lock lock(mutex_);
        const auto ended = under_change_.find(number);
        ended->second.contested = true;
        leave(ended);
    }

    /// What somebody who looks has to ask the store for. The others go on with what is known meanwhile.
    struct Look {
        std::uint64_t since = 0;
        std::vector<E164> unread{};
    };
    std::optional<Look> begin_look(Moment now) {
        const std::scoped_lock lock(mutex_);
        if (!is_built_ || is_fresh(now)) { return {}; }
        fresh_until_ = now + fresh_for_;
        return Look{.since = since_, .unread = {unread_.begin(), unread_.end()}};
    }
    /// All changes up to `until` were read again; `all`: there are no more.
    void end_look(std::uint64_t until, bool all) {
        const std::scoped_lock lock(mutex_);
        since_ = std::max(since_, until);
        if (!all) { fresh_until_ = Moment::min(); }
    }
    /// Whoever comes next looks, whatever is known.
    void expire() {
        const std::scoped_lock lock(mutex_);
        fresh_until_ = Moment::min();
    }

    template <class Find>
    std::optional<std::vector<E164>> first(const NumberQuery& query, Moment now, Find find) const {
        const bool shelved = query.state == State::available && query.account.empty() && !query.carrier.empty();
        if (!shelved) { return {}; }
        const std::scoped_lock lock(mutex_);
        if (!is_built_ || !is_fresh(now)) { return {}; }
        return shelves_.first(query, find);
    }

private:
    struct UnderChange {
        unsigned callers = 0;
        bool contested = false;  ///< nobody knows which of several answers is the newest
    };
    using Changes = std::unordered_map<E164, UnderChange>;

    bool is_fresh(Moment now) const { return now < fresh_until_ && unread_.empty(); }

    void leave(Changes::iterator ended) {
        if (--ended->second.callers > 0) { return; }
        unread_.insert(ended->first);
        under_change_.erase(ended);
    }

    const Duration fresh_for_;
    mutable std::mutex mutex_;
    Shelves shelves_;
    Changes under_change_;
    std::set<E164> unread_;
    std::uint64_t since_ = 0;  ///< the newest change of the store that the index knows
    Moment fresh_until_ = Moment::min();
    bool is_built_ = false;
};

}  // namespace tandem::stores::detail
