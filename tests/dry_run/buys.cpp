// SPDX-License-Identifier: BSL-1.0
// Its object file holds the symbols that only_quotes.cpp must lack: check_symbols.sh looks.
#include "prober.hpp"

#include <tandem/run.hpp>

bool buys(tandem::E164 number) {
    boost::asio::io_context context;
    auto manager = prober::open_manager<prober::Prober>(context, {}, {});
    return tandem::run(context, manager.acquire_number(number, tandem::purchase)).has_value();
}
