// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/on_strand.hpp>
#include <tandem/run.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace tandem;

namespace {

Task<int> give(int value) { co_return value; }
Task<int> fail(std::string why) {
    errors::invalid(why);
    co_return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(core_on_strand)

// What the thread sanitizer shows where it does not hold.
BOOST_AUTO_TEST_CASE(a_context_does_not_end_before_the_thread_that_answered_has_left_it) {
    constexpr int rounds = 2'000;
    boost::asio::thread_pool elsewhere(2);
    for (int i = 0; i < rounds; ++i) {
        const boost::asio::any_io_executor strand = boost::asio::make_strand(elsewhere);
        Task<int> task = detail::on_strand(strand, give(i));
        BOOST_REQUIRE(run(std::move(task)) == i);
    }
    elsewhere.join();
}

BOOST_AUTO_TEST_CASE(a_failure_comes_back_as_it_was) {
    boost::asio::thread_pool elsewhere(1);
    const boost::asio::any_io_executor strand = boost::asio::make_strand(elsewhere);
    Task<int> task = detail::on_strand(strand, fail("so"));
    BOOST_CHECK_EXCEPTION(run(std::move(task)), Exception,
                          [](const Exception& thrown) { return thrown.error().message == "so"; });
    elsewhere.join();
}

BOOST_AUTO_TEST_SUITE_END()
