// SPDX-License-Identifier: BSL-1.0
#include "office.hpp"

#include <tandem/testing/failing_store.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

/// The n-th call of the store fails, before or after it took effect, for every n of every operation.
BOOST_AUTO_TEST_SUITE(faults_store)

using namespace tandem;
using namespace tandem::fault_tests;

namespace {

using Failing = testing::FailingStore<stores::Memory>;

/// Runs `act` in an office whose store fails its n-th call; then another office, whose store works, recovers, and
/// `check` looks at what is left.
template <class Prepare, class Act, class Check>
void for_each_call(Prepare prepare, Act act, Check check) {
    for (const auto when : {testing::FailNth::When::before, testing::FailNth::When::after}) {
        for (unsigned n = 1;; ++n) {
            World<> world{.store = stores::Memory()};
            {
                Office<> morning(world);
                prepare(morning);
            }
            World<Failing> failing{.carrier = world.carrier, .store = Failing(world.store, testing::FailNth(n, when))};
            failing.time = world.time;
            failing.seed = world.seed;
            auto office = std::make_unique<Office<Failing>>(failing);
            const auto result = act(*office);
            const unsigned calls = failing.store.hook().calls();
            office.reset();
            world.time = failing.time + std::chrono::minutes(5);
            world.seed = failing.seed;
            Office<> next(world);
            BOOST_TEST_CONTEXT("call " << n
                                       << (when == testing::FailNth::When::before ? ", before it" : ", behind it")) {
                for (const auto& each : next.environment.run(next.manager.recover()).value()) {
                    BOOST_TEST((each.outcome != Outcome::unknown));
                }
                BOOST_TEST(next.environment.run(world.store.open_operations({}, 10)).empty());
                check(world, next, result);
            }
            if (calls < n) {
                BOOST_TEST(n > 1U);
                break;
            }
        }
    }
}

bool in_service(World<>& world, Office<>& office) {
    const auto record = office.environment.run(world.store.get(number));
    return record && record->state == State::in_service;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_purchase_whose_store_fails_is_neither_lost_nor_made_twice) {
    for_each_call([](Office<>& office) { (void)office.find().value(); },
                  [](Office<Failing>& office) { return office.buy(); },
                  [](World<>& world, Office<>& office, const Result<Receipt>& result) {
                      const bool sold = result && result->outcome == Outcome::sold;
                      const bool refused = result.has_error() && result.error().code != errc::outcome_unknown;
                      BOOST_TEST((!sold || world.owns()));
                      BOOST_TEST((!refused || !world.owns()));
                      BOOST_TEST(in_service(world, office) == world.owns());
                      BOOST_TEST((office.buy().value().outcome == Outcome::sold));
                      BOOST_TEST(world.sales() == 1U);
                  });
}

BOOST_AUTO_TEST_CASE(a_release_whose_store_fails_is_not_lost) {
    for_each_call(
        [](Office<>& office) {
            (void)office.find().value();
            (void)office.buy().value();
        },
        [](Office<Failing>& office) { return office.release(); },
        [](World<>& world, Office<>& office, const Result<Receipt>& result) {
            const bool released = result && result->outcome == Outcome::released;
            BOOST_TEST((!released || !world.owns()));
            BOOST_TEST(in_service(world, office) == world.owns());
        });
}

BOOST_AUTO_TEST_CASE(a_search_whose_store_fails_says_so) {
    for_each_call([](Office<>&) {}, [](Office<Failing>& office) { return office.find(); },
                  [](World<>& world, Office<>& office, const Result<SearchResult>& result) {
                      BOOST_TEST((result || result.error().code == errc::store));
                      BOOST_TEST(world.sales() == 0U);
                      BOOST_TEST(office.find().value().offers.size() == 2U);
                  });
}

BOOST_AUTO_TEST_SUITE_END()
