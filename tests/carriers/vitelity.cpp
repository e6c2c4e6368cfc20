// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/vitelity.hpp>
#include <tandem/testing/sandbox/vitelity.hpp>
BOOST_AUTO_TEST_SUITE(carriers_vitelity)
using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::Vitelity;
BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    Vitelity carrier;
    carrier.settings.login = testing::sandbox::Vitelity::login;
    carrier.settings.password = Secret(std::string(testing::sandbox::Vitelity::password));
    keeps_the_laws(carrier, testing::sandbox::InMemory{testing::sandbox::Vitelity(small_stock(0))});
}
BOOST_AUTO_TEST_SUITE_END()
