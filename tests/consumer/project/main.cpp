// SPDX-License-Identifier: BSL-1.0
#include <tandem/fwd.hpp>

int second(const tandem::SearchRequest& request);

#include <tandem/tandem.hpp>

#include <iostream>

using Manager = tandem::NumberManager<tandem::carriers::All, tandem::transports::Https, tandem::configs::InCode,
                                      tandem::stores::Sqlite, tandem::billing::ServicePlans>;

int main() {
    boost::asio::io_context context(1);
    auto opened = Manager::open(context.get_executor(), tandem::transports::Https(context.get_executor()),
                                tandem::configs::InCode(), tandem::stores::Sqlite("consumer.db"));
    Manager manager = std::move(opened).value();
    tandem::SearchRequest request;
    request.prefix = "+1415";
    const auto found = tandem::run(context, manager.find_numbers(request)).value();
    // Those that need credentials lack their settings; our own stock is empty.
    const bool as_expected =
        found.offers.empty() && found.reports.size() == tandem::carriers::All::infos.size() && second(request) == 0;
    std::cout << tandem::write_json(tandem::to_json(found)) << "\n";
    return as_expected ? 0 : 1;
}
