// SPDX-License-Identifier: BSL-1.0
#include <tandem/carriers.hpp>
#include <tandem/carriers/label.hpp>
#include <tandem/testing/instantiates.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(carriers_label)

using namespace tandem;
using carriers::Label;

namespace {

static_assert(testing::instantiates<Label<"level3">>());
static_assert(Carrier<Label<"level3">> && !BuysNumbers<Label<"level3">>);
static_assert(!FindsOrders<Label<"o1">> && !OwnsNumbers<Label<"o1">> && !ChecksNumbers<Label<"o1">>);
static_assert(std::is_same_v<Label<"o1">, Label<"o1">> && !std::is_same_v<Label<"o1">, Label<"o2">>);
static_assert(!Described<Label<"">>, "a label says something");

/// Kazoo's modules of this kind.
using All = Carriers<Label<"inteliquent">, Label<"it_vocal">, Label<"level3">, Label<"o1">, Label<"peerless">,
                     Label<"verizon">, Label<"windstream">, Label<"ziron">>;
static_assert(All::index_of("level3") == 2 && All::index_of("knm_ziron") == 7 && !All::index_of("lumen"));

}  // namespace

BOOST_AUTO_TEST_CASE(a_label_is_a_name_and_does_nothing) {
    const Label<"windstream"> label;
    BOOST_TEST(label.info.name == "windstream");
    BOOST_TEST(!label.info.local);
    BOOST_TEST(label.info.billable);
    BOOST_TEST((label.info.retry == RetryClass::never));
    int session = 0;
    const SearchRequest request;
    const auto is_not_implemented = [](const Exception& failure) {
        return failure.error().code == errc::not_implemented;
    };
    BOOST_CHECK_EXCEPTION((void)label.find_numbers(session, request), Exception, is_not_implemented);
    BOOST_CHECK_EXCEPTION((void)label.acquire_number(session, Number()), Exception, is_not_implemented);
    BOOST_CHECK_EXCEPTION((void)label.disconnect_number(session, Number()), Exception, is_not_implemented);
}

BOOST_AUTO_TEST_SUITE_END()
