// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace tandem::detail {

/// A sorted set of numbers of any length and country, in runs of at most 512: 8 bytes a number, and at most a quarter
/// as much of room to grow. Numbers that come in order fill their runs.
class NumberRuns {
public:
    std::size_t size() const { return size_; }

    bool contains(E164 number) const {
        const Run& run = run_of(number)->second;
        return std::binary_search(run.begin(), run.end(), number);
    }

    bool insert(E164 number) {
        auto at = run_of(number);
        auto place = std::lower_bound(at->second.begin(), at->second.end(), number);
        if (place != at->second.end() && *place == number) { return false; }
        if (at->second.size() == longest) {
            at = split(at, number);
            place = std::lower_bound(at->second.begin(), at->second.end(), number);
        }
        Run& run = at->second;
        if (run.size() == run.capacity()) {
            const auto offset = place - run.begin();
            run.reserve(std::min(longest, run.size() + std::max<std::size_t>(4, run.size() / 4)));
            place = run.begin() + offset;
        }
        run.insert(place, number);
        ++size_;
        return true;
    }

    bool erase(E164 number) {
        const auto at = run_of(number);
        Run& run = at->second;
        const auto place = std::lower_bound(run.begin(), run.end(), number);
        if (place == run.end() || *place != number) { return false; }
        run.erase(place);
        --size_;
        if (at != runs_.begin() && run.size() < longest / 4) { join(at); }
        return true;
    }

    /// Calls `visit` with each number in [from, to], in order, until it says false.
    template <class Visit>
    void each(E164 from, E164 to, Visit visit) const {
        auto at = run_of(from);
        auto next = std::lower_bound(at->second.begin(), at->second.end(), from);
        while (true) {
            for (; next != at->second.end(); ++next) {
                if (*next > to || !visit(*next)) { return; }
            }
            if (++at == runs_.end()) { return; }
            next = at->second.begin();
        }
    }

    /// Whether there is any in [from, to].
    bool any(E164 from, E164 to) const {
        bool found = false;
        if (size_ != 0) {
            each(from, to, [&](E164) { return found = true, false; });
        }
        return found;
    }

private:
    using Run = std::vector<E164>;
    using Runs = std::map<E164, Run>;  ///< by the least number that may stand there; the first run begins with none

    static constexpr std::size_t longest = 512;

    Runs::iterator run_of(E164 number) { return std::prev(runs_.upper_bound(number)); }
    Runs::const_iterator run_of(E164 number) const { return std::prev(runs_.upper_bound(number)); }

    /// Makes room in a full run; gives the one where `number` belongs then.
    Runs::iterator split(Runs::iterator full, E164 number) {
        Run& run = full->second;
        const bool grows_in_order = number > run.back() && std::next(full) == runs_.end();
        const auto middle = grows_in_order ? run.end() : run.begin() + longest / 2;
        Run upper(middle, run.end());
        const E164 first = grows_in_order ? number : upper.front();
        const auto made = runs_.emplace(first, std::move(upper)).first;
        run.erase(middle, run.end());
        if (!grows_in_order) { run.shrink_to_fit(); }
        return number < first ? full : made;
    }

    /// Puts a short run behind the one before it, where both together leave room.
    void join(Runs::iterator shrunk) {
        Run& before = std::prev(shrunk)->second;
        if (before.size() + shrunk->second.size() <= longest / 2) {
            before.insert(before.end(), shrunk->second.begin(), shrunk->second.end());
            runs_.erase(shrunk);
        } else if (shrunk->second.capacity() > 2 * shrunk->second.size()) {
            shrunk->second.shrink_to_fit();
        }
    }

    Runs runs_{{E164(), Run()}};
    std::size_t size_ = 0;
};

}  // namespace tandem::detail
