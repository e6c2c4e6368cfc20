// SPDX-License-Identifier: BSL-1.0
#include "office.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

/// The n-th allocation fails, for every n of every operation.
namespace {

bool allocation_fails() {
    long& left = tandem::fault_tests::allocations_left;
    return left >= 0 && left-- == 0;
}

}  // namespace

void* operator new(std::size_t size) {
    void* const memory = allocation_fails() ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) { throw std::bad_alloc(); }
    return memory;
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    const auto step = static_cast<std::size_t>(alignment);
    void* const memory = allocation_fails() ? nullptr : std::aligned_alloc(step, (size + step - 1) / step * step);
    if (memory == nullptr) { throw std::bad_alloc(); }
    return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

BOOST_AUTO_TEST_SUITE(faults_allocations)

using namespace tandem;
using namespace tandem::fault_tests;

namespace {

/// What does not hold, as a child process tells it.
int findings = 0;
void holds(bool what, const char* sentence) {
    if (!what) { std::cerr << "  does not hold: " << sentence << "\n", ++findings; }
}
#define TANDEM_HOLDS(expression) holds(static_cast<bool>(expression), #expression)

#if defined(__SANITIZE_ADDRESS__)
#define TANDEM_LEAKS_ARE_FOUND
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TANDEM_LEAKS_ARE_FOUND
#endif
#endif
#ifdef TANDEM_LEAKS_ARE_FOUND
extern "C" int __lsan_do_recoverable_leak_check();
bool leaks() { return __lsan_do_recoverable_leak_check() != 0; }
#else
bool leaks() { return false; }
#endif

enum Ending : int { fine = 0, broken = 3, nothing_failed = 4, left_the_loop = 5 };

/// Lets the n-th allocation of `act` fail; `check` looks at what it gave, and at the world. Where the failure leaves
/// Asio's loop, this process's part is over, and another office takes the world up.
template <class Prepare, class Act, class Check>
int fail_allocation(long n, Prepare prepare, Act act, Check check) {
    int ending = fine;
    {
        World<> world{.store = stores::Memory()};
        auto office = std::make_unique<Office<>>(world);
        prepare(*office);
        std::optional<decltype(act(*office))> result;
        allocations_left = n;
        try {
            result = act(*office);
        } catch (const std::bad_alloc&) {
            const Unharmed rebuilt;
            ending = left_the_loop;
            office.reset();
            office = std::make_unique<Office<>>(world);
        }
        if (std::exchange(allocations_left, -1) >= 0) { ending = nothing_failed; }
        check(world, *office, result);
    }
    if (findings > 0 || leaks()) { return broken; }
    return ending;
}

/// For each n until none is left to fail, each in a process of its own: a few of Asio's functions cannot throw and end
/// the process. That is a crash like others (`integration/crash.cpp`); how many they are is told and bounded.
template <class Prepare, class Act, class Check>
void for_each_allocation(Prepare prepare, Act act, Check check) {
    long aborted = 0;
    long left = 0;
    for (long n = 0;; ++n) {
        const pid_t child = ::fork();
        BOOST_TEST_REQUIRE(child >= 0);
        if (child == 0) {
            std::signal(SIGABRT, SIG_DFL);
            std::set_terminate([] { ::_exit(134); });
            ::_exit(fail_allocation(n, prepare, act, check));
        }
        int status = 0;
        BOOST_TEST_REQUIRE(::waitpid(child, &status, 0) == child);
        const int ending = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        aborted += ending == 134 ? 1 : 0;
        left += ending == left_the_loop ? 1 : 0;
        BOOST_TEST_CONTEXT("allocation " << n + 1) {
            BOOST_TEST((ending == fine || ending == left_the_loop || ending == nothing_failed || ending == 134));
        }
        if (ending == nothing_failed || n > 20'000) {
            BOOST_TEST_MESSAGE(n << " allocations; of Asio's " << left << " left its loop and " << aborted
                                 << " aborted");
            BOOST_TEST(n > 20);  // else the walk has shown little
            BOOST_TEST(left + aborted < n / 4);
            BOOST_TEST(aborted <= 10);  // more would be ours
            return;
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_that_runs_out_of_memory_changes_nothing) {
    for_each_allocation([](Office<>&) {}, [](Office<>& office) { return office.find(); },
                        [](World<>& world, Office<>& office, const std::optional<Result<SearchResult>>& result) {
                            TANDEM_HOLDS(world.sales() == 0U);
                            if (result && result->has_value() && !(*result)->offers.empty()) {
                                TANDEM_HOLDS((*result)->offers.size() == 2U);
                            }
                            TANDEM_HOLDS(office.find().value().offers.size() == 2U);  // and the next one works
                        });
}

BOOST_AUTO_TEST_CASE(a_purchase_that_runs_out_of_memory_is_neither_lost_nor_made_twice) {
    for_each_allocation(
        [](Office<>& office) { (void)office.find().value(); }, [](Office<>& office) { return office.buy(); },
        [](World<>& world, Office<>& office, const std::optional<Result<Receipt>>& result) {
            const bool told_sold = result && result->has_value() && (*result)->outcome == Outcome::sold;
            const bool told_refused = result && result->has_error() && result->error().code != errc::outcome_unknown;
            TANDEM_HOLDS(world.sales() <= 1U);
            TANDEM_HOLDS((!told_sold || world.owns()));
            TANDEM_HOLDS((!told_refused || !world.owns()));
            (void)office.environment.run(office.manager.recover()).value();
            const auto record = office.environment.run(world.store.get(number));
            TANDEM_HOLDS((record && record->state == State::in_service) == world.owns());
            TANDEM_HOLDS(office.environment.run(world.store.open_operations({}, 10)).empty());
            TANDEM_HOLDS((office.buy().value().outcome == Outcome::sold));  // no claim is left behind
            TANDEM_HOLDS(world.sales() == 1U);
        });
}

BOOST_AUTO_TEST_CASE(a_release_that_runs_out_of_memory_is_not_lost) {
    for_each_allocation(
        [](Office<>& office) {
            (void)office.find().value();
            (void)office.buy().value();
        },
        [](Office<>& office) { return office.release(); },
        [](World<>& world, Office<>& office, const std::optional<Result<Receipt>>& result) {
            const bool told = result && result->has_value() && (*result)->outcome == Outcome::released;
            TANDEM_HOLDS((!told || !world.owns()));
            (void)office.environment.run(office.manager.recover()).value();
            const auto record = office.environment.run(world.store.get(number));
            TANDEM_HOLDS((record && record->state == State::in_service) == world.owns());
            TANDEM_HOLDS(office.environment.run(world.store.open_operations({}, 10)).empty());
            if (world.owns()) { TANDEM_HOLDS((office.release().value().outcome == Outcome::released)); }
        });
}

BOOST_AUTO_TEST_SUITE_END()
