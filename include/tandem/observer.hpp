// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/operation.hpp>
#include <tandem/core/search.hpp>

#include <chrono>
#include <concepts>
#include <optional>
#include <string_view>

namespace tandem {

/// One request to a carrier and how it ended. Holds no secret: of the request only the method and the URL without
/// query, in which the request's secrets are replaced.
/// Lifetime: the call that tells of it.
struct Exchange {
    std::string_view carrier{};  ///< `CarrierInfo::name`
    std::string_view method{};
    std::string_view url{};
    int status = 0;  ///< 0: no reply
    std::chrono::microseconds elapsed{0};
    std::optional<errc> failure{};  ///< why there was no reply
    OperationId operation{};        ///< the purchase or release that it is part of; empty during a search
};

/// Is told what happens, for logs and metrics. Called from any thread; must neither throw nor block.
/// - `exchanged(exchange)`: a carrier replied, or will not;
/// - `searched(report)`: how a carrier of a search fared, once the search is over; of a check of numbers only failures;
/// - `changed(operation)`: a purchase or release was claimed (`prepared`), or its verdict was written down; `unknown`
///   too
///   where the store failed to. The phase `sending` is not told, nor a verdict that another process wrote first.
/// Texts of carriers are untrusted, but without the secrets of the requests that they answer.
/// Models: `observers::Silent`, `observers::Spdlog`, `observers::Prometheus`, `observers::Several`.
template <class O>
concept Observer = std::move_constructible<O> && requires(O& observer, const Exchange& exchange,
                                                          const CarrierReport& report, const Operation& operation) {
    { observer.exchanged(exchange) } noexcept;
    { observer.searched(report) } noexcept;
    { observer.changed(operation) } noexcept;
};

/// Whether anybody hears of it: what only an observer would read is not made for one whose `is_silent` is true.
template <Observer O>
inline constexpr bool listens = !requires { requires O::is_silent; };

}  // namespace tandem
