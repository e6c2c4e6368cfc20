// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/carriers/voip_innovations.hpp>
#include <tandem/testing/sandbox/voip_innovations.hpp>
BOOST_AUTO_TEST_SUITE(carriers_voip_innovations)
using namespace tandem;
using namespace tandem::carrier_tests;
using carriers::VoipInnovations;
BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_carriers) {
    using Model = testing::sandbox::VoipInnovations;
    VoipInnovations carrier;
    carrier.settings.login = Model::login;
    carrier.settings.password = Secret(std::string(Model::secret));
    carrier.settings.endpoint_group = Model::endpoint_group;
    keeps_the_laws(carrier, testing::sandbox::InMemory{Model(small_stock(0))});
}
BOOST_AUTO_TEST_SUITE_END()
