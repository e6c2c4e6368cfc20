// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// At most so many resources, each lent to one caller at a time; who comes when all are lent waits in line.
/// It has no timer: what has idled too long is dropped when the pool is next used.
/// Thread safety: any member from any thread. A caller's own executor runs one thing at a time: a strand does.
template <class Resource>
class Pool {
public:
    Pool(std::size_t most, Duration idle_time) : most_(std::max<std::size_t>(most, 1)), idle_time_(idle_time) {
        idle_.reserve(most_);  // giving back cannot fail
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// A place among the lent, and what is in it: nothing where the caller has to make one. What is not marked to be
    /// kept goes when this ends, for whoever is interrupted leaves it in doubt.
    class Lease {
    public:
        Lease() = default;
        Lease(std::shared_ptr<Pool> pool, std::unique_ptr<Resource> lent)
            : resource(std::move(lent)), pool_(std::move(pool)) {}
        Lease(Lease&& other) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (!pool_) { return; }
            std::unique_ptr<Resource> kept = keep_ ? std::move(resource) : nullptr;
            resource.reset();  // closed before the next one is opened
            pool_->give_back(std::move(kept));
        }

        explicit operator bool() const { return pool_ != nullptr; }
        void keep() { keep_ = true; }

        std::unique_ptr<Resource> resource;

    private:
        std::shared_ptr<Pool> pool_;
        bool keep_ = false;
    };

    /// The next free place; none when the deadline comes first. Errors: `cancelled`.
    static Task<Lease> take(std::shared_ptr<Pool> pool, Deadline deadline) {
        const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
        Waiter waiter(pool, executor);
        if (!waiter.granted()) {
            waiter.alarm->expires_at(deadline);
            constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
            auto [woken] = co_await waiter.alarm->async_wait(as_tuple);
            if (woken && !waiter.granted()) { errors::raise(errc::cancelled, "the caller gave up"); }
        }
        co_return waiter.lease();
    }

    /// Drops what nobody has: when one broke, the others of its age are doubtful too.
    void drop_idle() {
        std::vector<Idle> dropped;  // ended without the lock
        dropped.reserve(most_);
        const std::scoped_lock lock(mutex_);
        dropped.swap(idle_);
    }

    std::size_t idle_count() const {
        const std::scoped_lock lock(mutex_);
        return idle_.size();
    }

private:
    struct Idle {
        std::unique_ptr<Resource> resource;
        Moment since;
    };

    /// A caller in line, as long as its coroutine lives.
    struct Waiter {
        Waiter(std::shared_ptr<Pool> in, const boost::asio::any_io_executor& executor)
            : alarm(std::make_shared<boost::asio::steady_timer>(executor)), pool(std::move(in)) {
            pool->enter(*this);
        }
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        ~Waiter() { pool->leave(*this); }

        bool granted() const {
            const std::scoped_lock lock(pool->mutex_);
            return has_place;
        }
        Lease lease() {
            const std::scoped_lock lock(pool->mutex_);
            return std::exchange(has_place, false) ? Lease(pool, std::move(resource)) : Lease();
        }

        std::shared_ptr<boost::asio::steady_timer> alarm;
        std::shared_ptr<Pool> pool;
        bool has_place = false;
        std::unique_ptr<Resource> resource{};
    };

    void enter(Waiter& waiter) {
        std::vector<Idle> dropped;
        const std::scoped_lock lock(mutex_);
        const Moment oldest = std::chrono::steady_clock::now() - idle_time_;
        const auto fresh = std::find_if(idle_.begin(), idle_.end(),
                                        [&](const Idle& each) { return each.since >= oldest; });  // the oldest first
        dropped.assign(std::make_move_iterator(idle_.begin()), std::make_move_iterator(fresh));
        idle_.erase(idle_.begin(), fresh);
        if (lent_ == most_) {
            line_.push_back(&waiter);
            return;
        }
        if (!idle_.empty()) {
            waiter.resource = std::move(idle_.back().resource);  // the newest: what is too many grows old
            idle_.pop_back();
        }
        ++lent_;
        waiter.has_place = true;
    }

    void leave(Waiter& waiter) {
        std::unique_ptr<Resource> unused;
        {
            const std::scoped_lock lock(mutex_);
            if (!waiter.has_place) {
                std::erase(line_, &waiter);
                return;
            }
            unused = std::move(waiter.resource);
        }
        give_back(std::move(unused));  // its caller went before it could take what it was given
    }

    void give_back(std::unique_ptr<Resource> resource) noexcept {
        const std::scoped_lock lock(mutex_);
        if (line_.empty()) {
            --lent_;
            if (resource) { idle_.push_back({std::move(resource), std::chrono::steady_clock::now()}); }
            return;
        }
        Waiter& next = *line_.front();
        line_.pop_front();
        next.resource = std::move(resource);
        next.has_place = true;
        try {  // it stays while the lock is held, and wakes on its own executor
            boost::asio::post(next.alarm->get_executor(), [weak = std::weak_ptr(next.alarm)] {
                if (const auto alarm = weak.lock()) { alarm->cancel(); }
            });
        } catch (...) {}  // it wakes at its deadline
    }

    const std::size_t most_;
    const Duration idle_time_;
    mutable std::mutex mutex_;
    std::size_t lent_ = 0;
    std::vector<Idle> idle_;
    std::deque<Waiter*> line_;
};

}  // namespace tandem::stores::detail
