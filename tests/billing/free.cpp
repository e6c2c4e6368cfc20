// SPDX-License-Identifier: BSL-1.0
#include <tandem/billing/free.hpp>
#include <tandem/core/json.hpp>
#include <tandem/run.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(billing_free)

using namespace tandem;

BOOST_AUTO_TEST_CASE(nothing_costs_anything_and_the_invoice_says_so) {
    billing::Free free;
    BOOST_REQUIRE(free.open(JsonText(R"({"service_plans": {"basic": 7}})")));
    const Purchase purchase{
        .account = "A", .billing_class = "did_us", .quantities = {{"did_us", 1'000'000}}, .added = 1'000};
    const Quote quote = run(free.quote(purchase));
    BOOST_TEST((quote.today == Amount::zero()));
    BOOST_TEST((quote.recurring == Amount::zero()));
    BOOST_TEST(!quote.credit);
    const auto invoice = object_of(quote.invoice, "invoice");
    BOOST_TEST(write_json(invoice) ==
               R"({"items":[],"activation_charges":[],"summary":{"today":"0.00","recurring":"0.00"},"plan":{}})");
}

BOOST_AUTO_TEST_SUITE_END()
