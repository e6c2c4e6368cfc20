// SPDX-License-Identifier: BSL-1.0
// Step 1: find telephone numbers at three carriers at once.
#include "practice.hpp"

#include <tandem/tandem.hpp>

#include <iostream>

// [search]
using Manager = tandem::NumberManager<
    tandem::Carriers<tandem::carriers::Inventory, tandem::carriers::Other, tandem::carriers::Telnyx>,
    tandem::transports::Https, tandem::configs::InCode, tandem::stores::Memory>;

tandem::Task<tandem::SearchResult> search(Manager& manager) {
    tandem::SearchRequest request{.prefix = "+1415", .quantity = 5};
    tandem::SearchResult found = (co_await manager.find_numbers(request)).value();
    for (const tandem::FoundOffer& offer : found.offers) {
        std::cout << offer.number << "  " << offer.carrier << "  " << offer.monthly.str() << " " << offer.currency.str()
                  << " a month, " << offer.locality << "\n";
    }
    for (const tandem::CarrierReport& report : found.reports) {
        std::cout << report.name << ": " << name_of(report.status) << ", " << report.found << " numbers\n";
    }
    co_return found;
}
// [/search]

// [main]
int main() {
    practice::Carriers carriers;  // in this process, on loopback
    boost::asio::io_context context;
    Manager manager = Manager::open(context.get_executor(), tandem::transports::Https(context.get_executor()),
                                    practice::settings_for(carriers), tandem::stores::Memory())
                          .value();
    const tandem::SearchResult found = tandem::run(context, search(manager));
    // [/main]
    practice::expect(found.offers.size() == 5, "five numbers were wanted and found");
    practice::expect(found.offers.front().number == tandem::E164::parse_or_empty("+14155550100"),
                     "they are sorted by number");
    practice::expect(found.offers.front().locality == "San Francisco", "an offer knows its place");
    practice::expect(found.reports.size() == 3, "every carrier has a report");
}
