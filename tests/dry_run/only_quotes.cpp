// SPDX-License-Identifier: BSL-1.0
// Its object file must hold no symbol of a carrier's purchase or release: check_symbols.sh looks.
#include "prober.hpp"

#include <tandem/run.hpp>

bool only_quotes(tandem::E164 number) {
    boost::asio::io_context context;
    auto manager = prober::open_manager<prober::Prober>(context, {}, {});
    return tandem::run(context, manager.acquire_number(number, tandem::dry_run)).has_value();
}
