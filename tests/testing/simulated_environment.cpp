// SPDX-License-Identifier: BSL-1.0
#include <tandem/testing/simulated_environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace tandem;
using namespace std::chrono_literals;
using testing::SimulatedEnvironment;

Task<> sleep_and_say(SimulatedEnvironment environment, Duration first, Duration second, char name, std::string& said) {
    co_await environment.sleep(first);
    said += name;
    co_await environment.sleep(second);
    said += name;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_environment)

BOOST_AUTO_TEST_CASE(sleepers_wake_in_the_order_of_their_moments) {
    boost::asio::io_context context;
    SimulatedEnvironment environment(context);
    std::string said;
    boost::asio::co_spawn(context, sleep_and_say(environment, 3h, 1h, 'a', said), boost::asio::detached);
    boost::asio::co_spawn(context, sleep_and_say(environment, 1h, 1h, 'b', said), boost::asio::detached);
    boost::asio::co_spawn(context, sleep_and_say(environment, 1h, 90min, 'c', said), boost::asio::detached);
    environment.advance(59min);
    BOOST_TEST(said == "");
    BOOST_TEST(environment.sleepers() == 3U);
    environment.advance(1min);
    BOOST_TEST(said == "bc");
    environment.advance(119min);
    BOOST_TEST(said == "bcbc");
    environment.advance(24h);
    BOOST_TEST(said == "bcbcaa");
    BOOST_TEST(environment.sleepers() == 0U);
}

BOOST_AUTO_TEST_CASE(both_clocks_move_together_and_the_calendar_can_jump) {
    boost::asio::io_context context;
    SimulatedEnvironment environment(context);
    const Moment now = environment.now();
    const UnixTime time = environment.time();
    environment.run(environment.sleep(25h));
    BOOST_TEST((environment.now() - now == 25h));
    BOOST_TEST((environment.time() - time == 25h));
    environment.set_time(time);
    BOOST_TEST((environment.time() == time));
    BOOST_TEST((environment.now() - now == 25h));
    environment.advance(1h);
    BOOST_TEST((environment.time() - time == 1h));
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_ids_and_no_id_twice) {
    boost::asio::io_context context;
    SimulatedEnvironment one(context, 7);
    SimulatedEnvironment two(context, 7);
    SimulatedEnvironment other(context, 8);
    const OperationId id = one.id();
    BOOST_TEST(id.size() == 32U);
    BOOST_TEST((id == two.id()));
    BOOST_TEST(!(id == other.id()));
    BOOST_TEST(!(id == one.id()));
    SimulatedEnvironment copy = one;
    BOOST_TEST((copy.random() != one.random()));
}

BOOST_AUTO_TEST_CASE(a_cancelled_sleep_ends_at_once_without_an_exception) {
    boost::asio::io_context context;
    SimulatedEnvironment environment(context);
    boost::asio::cancellation_signal cancel;
    bool ended = false;
    const auto done = [&](std::exception_ptr error) { ended = error == nullptr; };
    boost::asio::co_spawn(context, environment.sleep(1h), boost::asio::bind_cancellation_slot(cancel.slot(), done));
    environment.advance(1min);
    BOOST_TEST(!ended);
    cancel.emit(boost::asio::cancellation_type::terminal);
    environment.advance(1min);
    BOOST_TEST(ended);
    BOOST_TEST(environment.sleepers() == 0U);
}

BOOST_AUTO_TEST_CASE(what_a_task_throws_reaches_the_caller) {
    boost::asio::io_context context;
    SimulatedEnvironment environment(context);
    const auto failing = [](SimulatedEnvironment own) -> Task<int> {
        co_await own.sleep(1s);
        throw std::runtime_error("from within");
    };
    BOOST_CHECK_THROW(environment.run(failing(environment)), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
