// SPDX-License-Identifier: BSL-1.0
// Its object file must hold no symbol of a carrier's purchase or release: check_symbols.sh looks.
#include "prober.hpp"

#include <tandem/run.hpp>

#include <utility>

bool only_quotes(tandem::E164 number) {
    boost::asio::io_context context;
    auto manager = prober::open_manager<prober::Prober>(context, {}, {});
    const auto quotes = [&](auto quote) { return tandem::run(context, std::move(quote)).has_value(); };
    return quotes(manager.acquire_number(number, tandem::dry_run)) &&
           quotes(manager.reserve_number(number, tandem::dry_run)) &&
           quotes(manager.put_in_service(number, tandem::dry_run)) &&
           quotes(manager.move_number(number, tandem::dry_run, {})) &&
           quotes(manager.create_number(number, tandem::dry_run)) &&
           quotes(manager.port_in_number(number, tandem::dry_run));
}
