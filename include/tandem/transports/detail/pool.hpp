// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>
#include <tandem/transports/detail/connection.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

/// Idle connections, to be used again. It has no timer, which would keep an `io_context` running: what has idled too
/// long is dropped when the pool is next used.
/// Thread safety: any member from any thread.
class Pool {
public:
    /// A read that takes a connection again so soon does not look whether something has come meanwhile, which would
    /// cost a tenth of the request: while its reply is on the way, which takes longer, nobody looks either.
    static constexpr Duration at_once = std::chrono::milliseconds(1);

    Pool(std::size_t most_idle, Duration idle_time) : most_idle_(most_idle), idle_time_(idle_time) {}

    /// The newest idle connection to `origin` that is good for another request, or none.
    std::shared_ptr<Connection> take(const Origin& origin, bool changes) {
        const Moment now = std::chrono::steady_clock::now();
        while (std::shared_ptr<Connection> connection = newest(origin, now)) {
            if (!changes && now - connection->idle_since() < at_once) { return connection; }
            if (connection->is_quiet()) { return connection; }
        }
        return nullptr;
    }

    void put(std::shared_ptr<Connection> connection) {
        if (most_idle_ == 0) { return; }
        const std::scoped_lock lock(mutex_);
        drop_old(connection->idle_since());
        const auto same = [&](const auto& idle) { return idle->origin() == connection->origin(); };
        if (idle_.size() >= most_idle_ &&
            static_cast<std::size_t>(std::count_if(idle_.begin(), idle_.end(), same)) >= most_idle_) {
            idle_.erase(std::find_if(idle_.begin(), idle_.end(), same));  // the oldest
        }
        idle_.push_back(std::move(connection));
    }

private:
    std::shared_ptr<Connection> newest(const Origin& origin, Moment now) {
        const std::scoped_lock lock(mutex_);
        drop_old(now);
        const auto same = [&](const auto& idle) { return idle->origin() == origin; };
        const auto found = std::find_if(idle_.rbegin(), idle_.rend(), same);
        if (found == idle_.rend()) { return nullptr; }
        std::shared_ptr<Connection> connection = std::move(*found);
        idle_.erase(std::next(found).base());
        return connection;
    }

    void drop_old(Moment now) {
        std::erase_if(idle_, [&](const auto& idle) { return now - idle->idle_since() > idle_time_; });
    }

    std::mutex mutex_;
    std::vector<std::shared_ptr<Connection>> idle_;
    std::size_t most_idle_;
    Duration idle_time_;
};

}  // namespace tandem::transports::detail
