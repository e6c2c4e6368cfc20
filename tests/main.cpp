// SPDX-License-Identifier: BSL-1.0
// Written out, not asked for by BOOST_TEST_MODULE, which would have to stand before the precompiled header.
#include <boost/test/unit_test.hpp>

int main(int argc, char** argv) {
    return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
