// SPDX-License-Identifier: BSL-1.0
// Step 2: what would it cost? A dry run checks everything, quotes, and buys nothing.
#include "practice.hpp"

#include <tandem/tandem.hpp>

#include <iostream>

// [manager]
// Two policies more: what accounts pay us, and who is whose parent. Both read the document `number_manager`.
using Manager = tandem::NumberManager<
    tandem::Carriers<tandem::carriers::Inventory, tandem::carriers::Other, tandem::carriers::Telnyx>,
    tandem::transports::Https, tandem::configs::InCode, tandem::stores::Memory, tandem::billing::ServicePlans,
    tandem::accounts::Tree>;
// [/manager]

// [dry_run]
tandem::Task<tandem::Quotation> quote(Manager& manager, tandem::E164 number) {
    tandem::AcquireRequest request{.account = "acme", .asked_by = "acme"};
    tandem::Quotation quotation = (co_await manager.acquire_number(number, tandem::dry_run, request)).value();
    const tandem::Offer& offer = quotation.offer;
    const tandem::Quote& charges = quotation.quote;
    std::cout << quotation.number << "\n"
              << offer.carrier << " takes " << offer.setup.str() << " at once and " << offer.monthly.str()
              << " a month, in " << offer.currency.str() << "\n"
              << "acme pays " << charges.today.str() << " today and then " << charges.recurring.str() << " a month\n"
              << charges.invoice.text << "\n";
    co_return quotation;
}
// [/dry_run]

// [price_cap]
tandem::Task<tandem::Error> quote_with_cap(Manager& manager, tandem::E164 number) {
    tandem::AcquireRequest request{.account = "acme", .asked_by = "acme"};
    request.max_price = tandem::Amount::parse("1.50").value();  // of setup and first month, at the carrier
    const tandem::Result<tandem::Quotation> quotation =
        co_await manager.acquire_number(number, tandem::dry_run, request);
    co_return quotation.error();
}
// [/price_cap]

int main() {
    practice::Carriers carriers;
    boost::asio::io_context context;
    Manager manager = Manager::open(context.get_executor(), tandem::transports::Https(context.get_executor()),
                                    practice::settings_for(carriers), tandem::stores::Memory())
                          .value();
    const tandem::E164 number = tandem::E164::parse("+14155550100").value();

    const tandem::Quotation quotation = tandem::run(context, quote(manager, number));
    practice::expect(quotation.offer.carrier == "telnyx" && quotation.offer.setup.str() == "1.00",
                     "the offer came from a search for exactly this number");
    practice::expect(quotation.quote.today.str() == "3.00", "activation and the first month are due today");
    practice::expect(quotation.quote.recurring.str() == "1.00", "the plan has one number");

    const tandem::Error refusal = tandem::run(context, quote_with_cap(manager, number));
    std::cout << name_of(refusal.code) << ": " << refusal.message << "\n";
    practice::expect(refusal.code == tandem::errc::price_exceeded, "2.00 is more than 1.50");

    const std::size_t orders = carriers.sandbox.of<tandem::testing::sandbox::Telnyx>().with(
        [](auto& site) { return site.ledger().orders().size(); });
    const tandem::NumberPage ours = tandem::run(context, manager.list_numbers({}, "system")).value();
    practice::expect(orders == 0 && ours.numbers.empty(), "nothing was bought and nothing was written");
}
