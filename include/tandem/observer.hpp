// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/operation.hpp>
#include <tandem/core/search.hpp>

#include <chrono>
#include <concepts>
#include <string_view>

namespace tandem {

/// One request to a carrier and how it ended. Holds no secret: of the request only the method and the URL without query.
struct Exchange {
    std::string_view carrier;
    std::string_view method;
    std::string_view url;
    int status = 0;  ///< 0: no reply
    std::chrono::microseconds elapsed{0};
};

/// Is told what happens, for logs and metrics. Called from any thread; must neither throw nor block.
/// Models: `observers::Silent`.
template <class O>
concept Observer = std::move_constructible<O> && requires(O& observer, const Exchange& exchange,
                                                          const CarrierReport& report, const Operation& operation) {
    { observer.exchanged(exchange) } noexcept;
    { observer.searched(report) } noexcept;
    { observer.changed(operation) } noexcept;
};

}  // namespace tandem
