// SPDX-License-Identifier: BSL-1.0
#include <tandem/stores/detail/sqlite_worker.hpp>

#include "conformance.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// Keeps the worker busy until `free` is called, so that what a test does meanwhile surely happens while calls wait.
class Gate {
public:
    void pass() { opened_.wait(); }
    void free() { open_.set_value(); }

private:
    std::promise<void> open_;
    std::shared_future<void> opened_ = open_.get_future().share();
};

/// What a worker of the tests uses.
struct Counter {
    int value = 0;
};
using CountingWorker = stores::detail::Worker<Counter>;

Task<> count_behind(std::shared_ptr<CountingWorker> worker, std::shared_ptr<Gate> gate, std::atomic<int>* answers) {
    auto first = worker->call([gate](Counter& counter) {
        gate->pass();
        ++counter.value;
    });
    co_await std::move(first);
    ++*answers;
    auto second = worker->call([](Counter& counter) { return ++counter.value; });
    (void)co_await std::move(second);
    ++*answers;
}

Task<> put_and_tell(stores::Sqlite* store, Number number, int* answers) {
    const Number written = co_await store->put(number);
    *answers += static_cast<int>(written.revision);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_sqlite_callers)

BOOST_AUTO_TEST_CASE(a_caller_that_is_cancelled_meanwhile_gets_the_answer_of_what_was_done) {
    boost::asio::io_context context;
    const auto worker = std::make_shared<CountingWorker>();
    const auto gate = std::make_shared<Gate>();
    std::atomic<int> answers = 0;
    boost::asio::cancellation_signal cancel;
    std::exception_ptr ended;
    boost::asio::co_spawn(
        context, count_behind(worker, gate, &answers),
        boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr failure) { ended = failure; }));
    context.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    gate->free();
    context.run();
    BOOST_TEST(answers == 1);  // and the second call was never begun
    BOOST_TEST((ended != nullptr));
    BOOST_TEST(run(worker->call([](Counter& counter) { return counter.value; })) == 1);
}

BOOST_AUTO_TEST_CASE(calls_are_done_in_their_order_and_failures_come_back) {
    CountingWorker worker;
    boost::asio::io_context context;
    std::vector<int> order;
    for (int i = 0; i < 20; ++i) {
        boost::asio::co_spawn(context, worker.call([](Counter& counter) { return ++counter.value; }),
                              [&](std::exception_ptr, int value) { order.push_back(value); });
    }
    context.run();
    BOOST_TEST(order.size() == 20U);
    BOOST_TEST(std::is_sorted(order.begin(), order.end()));
    BOOST_CHECK_THROW(run(worker.call([](Counter&) { throw std::out_of_range("there"); })), std::out_of_range);
    BOOST_CHECK_THROW(run(worker.call([](Counter&) -> int { throw std::out_of_range("there"); })), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(a_store_that_goes_finishes_what_was_asked_of_it) {
    constexpr int puts = 40;
    const TemporaryFolder folder;
    boost::asio::io_context context;
    auto store = std::make_unique<stores::Sqlite>(folder.file());
    int answers = 0;
    for (int i = 0; i < puts; ++i) {
        boost::asio::co_spawn(context, put_and_tell(store.get(), record(nth(i)), &answers), boost::asio::detached);
    }
    context.poll();
    store.reset();
    {
        stores::Sqlite again(folder.file());
        BOOST_TEST(run(again.changes(0, 100)).size() == std::size_t{puts});
    }
    context.run();
    BOOST_TEST(answers == puts);
}

BOOST_AUTO_TEST_CASE(a_context_that_ends_meanwhile_takes_its_callers_along_and_what_was_asked_is_done) {
    enum class On { context, strand, newer_strand };
    for (const On on : {On::context, On::strand, On::newer_strand}) {
        BOOST_TEST_CONTEXT(static_cast<int>(on)) {
            auto worker = std::make_shared<CountingWorker>();
            const std::weak_ptr<CountingWorker> watched = worker;
            const auto gate = std::make_shared<Gate>();
            std::atomic<int> answers = 0;
            auto context = std::make_unique<boost::asio::io_context>();
            if (on == On::newer_strand) {  // the strands' service then ends before the answers'
                run(*context, worker->call([](Counter&) {}));
                context->restart();
            }
            // The caller is the worker's last owner.
            if (on == On::context) {
                boost::asio::co_spawn(*context, count_behind(std::move(worker), gate, &answers), boost::asio::detached);
            } else {
                boost::asio::co_spawn(boost::asio::make_strand(*context),
                                      count_behind(std::move(worker), gate, &answers), boost::asio::detached);
            }
            worker.reset();
            context->poll();
            BOOST_REQUIRE(!watched.expired());
            auto freed = std::async(std::launch::async, [&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
                gate->free();
            });
            context.reset();
            freed.get();
            BOOST_TEST(watched.expired());
            BOOST_TEST(answers == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
