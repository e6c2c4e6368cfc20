// SPDX-License-Identifier: BSL-1.0
#include <tandem/stores/detail/pool.hpp>

#include "conformance.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <vector>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

using IntPool = stores::detail::Pool<int>;
using PoolPointer = std::shared_ptr<IntPool>;

Deadline pool_deadline(int milliseconds = 10'000) {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}
PoolPointer pool_of(std::size_t most, Duration idle_time = std::chrono::minutes(5)) {
    return std::make_shared<IntPool>(most, idle_time);
}

/// Takes a place, tells its turn, and gives it back when `gate` is cancelled.
Task<> take_and_hold(PoolPointer pool, int name, std::vector<int>* order,
                     std::shared_ptr<boost::asio::steady_timer> gate) {
    auto lease = co_await IntPool::take(pool, pool_deadline());
    order->push_back(name);
    if (!lease.resource) { lease.resource = std::make_unique<int>(name); }
    lease.keep();
    constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
    (void)co_await gate->async_wait(as_tuple);
}

/// What was in the place; -1 when there was nothing, -2 when none became free.
Task<int> take_once(PoolPointer pool, Deadline deadline, bool keep = true) {
    auto lease = co_await IntPool::take(pool, deadline);
    if (!lease) { co_return -2; }
    const int found = lease.resource ? *lease.resource : -1;
    if (!lease.resource) { lease.resource = std::make_unique<int>(7); }
    if (keep) { lease.keep(); }
    co_return found;
}

Task<> take_often(PoolPointer pool, std::atomic<int>* lent, std::atomic<int>* most, std::atomic<int>* done) {
    for (int i = 0; i < 200; ++i) {
        auto lease = co_await IntPool::take(pool, pool_deadline());
        if (!lease) { co_return; }
        const int now = ++*lent;
        for (int before = *most; before < now && !most->compare_exchange_weak(before, now);) {}
        if (!lease.resource) { lease.resource = std::make_unique<int>(i); }
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
        timer.expires_after(std::chrono::microseconds(i % 3));
        co_await timer.async_wait(boost::asio::use_awaitable);
        if (i % 2 == 0) { lease.keep(); }
        --*lent;
    }
    ++*done;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_pool)

BOOST_AUTO_TEST_CASE(who_comes_first_is_served_first) {
    boost::asio::io_context context(1);
    const auto pool = pool_of(2);
    const auto gate = std::make_shared<boost::asio::steady_timer>(context, std::chrono::hours(1));
    std::vector<int> order;
    for (int i = 0; i < 9; ++i) {
        boost::asio::co_spawn(context, take_and_hold(pool, i, &order, gate), boost::asio::detached);
    }
    for (std::size_t served = 2; served <= 8; served += 2) {
        context.poll();
        BOOST_TEST(order.size() == served);
        gate->cancel();  // both give back
    }
    context.poll();
    gate->cancel();
    context.run();
    std::vector<int> expected(9);
    std::iota(expected.begin(), expected.end(), 0);
    BOOST_TEST(order == expected, boost::test_tools::per_element());
    BOOST_TEST(pool->idle_count() == 2U);
}

BOOST_AUTO_TEST_CASE(no_more_are_lent_than_there_may_be) {
    boost::asio::thread_pool threads(4);
    const auto pool = pool_of(3);
    std::atomic<int> lent = 0, most = 0, done = 0;
    for (int i = 0; i < 16; ++i) {
        boost::asio::co_spawn(boost::asio::make_strand(threads), take_often(pool, &lent, &most, &done),
                              boost::asio::detached);
    }
    threads.join();
    BOOST_TEST(done == 16);
    BOOST_TEST(most == 3);
    BOOST_TEST(pool->idle_count() <= 3U);
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_lent_again_and_what_is_not_is_gone) {
    const auto pool = pool_of(1);
    BOOST_TEST(run(take_once(pool, pool_deadline(), false)) == -1);
    BOOST_TEST(pool->idle_count() == 0U);
    BOOST_TEST(run(take_once(pool, pool_deadline())) == -1);
    BOOST_TEST(run(take_once(pool, pool_deadline())) == 7);
    pool->drop_idle();
    BOOST_TEST(run(take_once(pool, pool_deadline())) == -1);
}

BOOST_AUTO_TEST_CASE(what_idled_too_long_is_dropped) {
    const auto pool = pool_of(1, Duration::zero());
    BOOST_TEST(run(take_once(pool, pool_deadline())) == -1);
    std::this_thread::sleep_for(std::chrono::microseconds(10));
    BOOST_TEST(run(take_once(pool, pool_deadline())) == -1);
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_gets_nothing_and_leaves_the_line) {
    boost::asio::io_context context(1);
    const auto pool = pool_of(1);
    const auto gate = std::make_shared<boost::asio::steady_timer>(context, std::chrono::hours(1));
    std::vector<int> order;
    boost::asio::co_spawn(context, take_and_hold(pool, 0, &order, gate), boost::asio::detached);
    context.poll();
    BOOST_TEST(run(take_once(pool, pool_deadline(20))) == -2);
    gate->cancel();
    context.run();
    BOOST_TEST(run(take_once(pool, pool_deadline())) == 0);
}

BOOST_AUTO_TEST_CASE(who_is_cancelled_in_line_leaves_it) {
    boost::asio::io_context context(1);
    const auto pool = pool_of(1);
    const auto gate = std::make_shared<boost::asio::steady_timer>(context, std::chrono::hours(1));
    std::vector<int> order;
    boost::asio::co_spawn(context, take_and_hold(pool, 0, &order, gate), boost::asio::detached);
    boost::asio::cancellation_signal cancel;
    std::exception_ptr ended;
    boost::asio::co_spawn(context, take_and_hold(pool, 1, &order, gate),
                          boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e) { ended = e; }));
    boost::asio::co_spawn(context, take_and_hold(pool, 2, &order, gate), boost::asio::detached);
    context.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.poll();
    BOOST_TEST((ended != nullptr));
    gate->cancel();
    context.poll();
    gate->cancel();
    context.run();
    BOOST_TEST((order == std::vector<int>{0, 2}));
}

BOOST_AUTO_TEST_CASE(a_context_that_ends_gives_back_what_its_callers_had_and_waited_for) {
    const auto pool = pool_of(2);
    std::vector<int> order;
    auto context = std::make_unique<boost::asio::io_context>(1);
    {
        const auto gate = std::make_shared<boost::asio::steady_timer>(*context, std::chrono::hours(1));
        for (int i = 0; i < 5; ++i) {
            boost::asio::co_spawn(*context, take_and_hold(pool, i, &order, gate), boost::asio::detached);
        }
        context->poll();
        BOOST_TEST(order.size() == 2U);
    }
    context.reset();
    boost::asio::io_context other(1);
    const auto gate = std::make_shared<boost::asio::steady_timer>(other, std::chrono::hours(1));
    for (int i = 5; i < 7; ++i) {
        boost::asio::co_spawn(other, take_and_hold(pool, i, &order, gate), boost::asio::detached);
    }
    other.poll();
    BOOST_TEST(order.size() == 4U);
    gate->cancel();
    other.run();
}

BOOST_AUTO_TEST_SUITE_END()
