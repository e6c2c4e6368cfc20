// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>
#include <tandem/transports/detail/connection.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

/// Idle connections, to be used again. It has no timer, which would keep an `io_context` running: what has idled too long
/// is dropped when the pool is next used.
/// Thread safety: on the strand only.
class Pool {
public:
    Pool(std::size_t most_idle, Duration idle_time) : most_idle_(most_idle), idle_time_(idle_time) {}

    /// The newest idle connection to `origin` that is good for another request, or none.
    std::shared_ptr<Connection> take(const Origin& origin) {
        drop_old();
        for (std::size_t i = idle_.size(); i-- > 0;) {
            if (idle_[i].connection->origin() != origin) { continue; }
            const std::shared_ptr<Connection> connection = std::move(idle_[i].connection);
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            if (connection->is_quiet()) { return connection; }
        }
        return nullptr;
    }

    void put(std::shared_ptr<Connection> connection) {
        drop_old();
        const auto same = [&](const Idle& idle) { return idle.connection->origin() == connection->origin(); };
        if (most_idle_ == 0) { return; }
        if (static_cast<std::size_t>(std::count_if(idle_.begin(), idle_.end(), same)) >= most_idle_) {
            idle_.erase(std::find_if(idle_.begin(), idle_.end(), same));  // the oldest
        }
        idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
    }

    std::size_t size() const { return idle_.size(); }

private:
    struct Idle {
        std::shared_ptr<Connection> connection;
        Moment since;
    };

    void drop_old() {
        const Moment oldest = std::chrono::steady_clock::now() - idle_time_;
        std::erase_if(idle_, [&](const Idle& idle) { return idle.since < oldest; });
    }

    std::vector<Idle> idle_;
    std::size_t most_idle_;
    Duration idle_time_;
};

}  // namespace tandem::transports::detail
