// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/sleep.hpp>
#include <tandem/environments/system.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <utility>

using namespace tandem;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(core_sleep)

namespace {

/// How a sleep of an hour ends that is cancelled when it has begun: how its coroutine does.
std::exception_ptr cancelled(Task<> sleeper) {
    boost::asio::io_context context;
    boost::asio::cancellation_signal cancel;
    std::exception_ptr failure;
    bool ended = false;
    boost::asio::co_spawn(context, std::move(sleeper),
                          boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown) {
                              failure = std::move(thrown);
                              ended = true;
                          }));
    context.poll();
    BOOST_TEST_REQUIRE(!ended);
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.run_for(10s);
    BOOST_TEST_REQUIRE(ended);
    return failure;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_machine_s_sleep_ends_without_an_exception_when_cancelled) {
    const environments::System system;
    BOOST_TEST((cancelled(system.sleep(1h)) == nullptr));
}

BOOST_AUTO_TEST_CASE(who_has_to_sleep_whole_is_told_that_it_did_not) {
    environments::System system;
    const std::exception_ptr failure = cancelled(detail::sleep_whole(system, 1h));
    BOOST_TEST_REQUIRE((failure != nullptr));
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(failure), boost::system::system_error,
                          [](const auto& thrown) { return thrown.code() == boost::asio::error::operation_aborted; });
}

BOOST_AUTO_TEST_SUITE_END()
