// SPDX-License-Identifier: BSL-1.0
// A whole program: a manager over https, in memory, that searches, buys and gives back. The command line says which
// carriers: `-include` of their headers, and CARRIERS, the list of their types.
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/transports/https.hpp>

using Manager =
    tandem::NumberManager<CARRIERS, tandem::transports::Https, tandem::configs::InCode, tandem::stores::Memory>;

tandem::Task<> buy_one(Manager& manager) {
    tandem::SearchRequest request{.prefix = "+1415", .quantity = 10};
    tandem::AcquireRequest terms{.account = "acme"};
    tandem::ReleaseRequest release{.asked_by = "acme"};
    tandem::SearchResult found = (co_await manager.find_numbers(request)).value();
    tandem::Offer offer = found.offers.front();
    tandem::Receipt bought = (co_await manager.acquire_number(offer, tandem::purchase, terms)).value();
    (void)(co_await manager.disconnect_number(bought.number, release)).value();
}

int main() {
    boost::asio::io_context context;
    Manager manager = Manager::open(context.get_executor(), tandem::transports::Https(context.get_executor()),
                                    tandem::configs::InCode(), tandem::stores::Memory())
                          .value();
    tandem::run(context, buy_one(manager));
}
