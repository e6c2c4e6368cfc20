// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/observer.hpp>

#include <tuple>
#include <utility>

namespace tandem::observers {

/// Tells several observers, each in turn: `Several(Spdlog(logger), Prometheus(registry, carriers::All::infos))`.
/// Thread safety: the least of theirs.
template <Observer... Observers>
class Several {
public:
    explicit Several(Observers... observers) : observers_(std::move(observers)...) {}

    void exchanged(const Exchange& exchange) noexcept {
        each([&](auto& observer) { observer.exchanged(exchange); });
    }
    void searched(const CarrierReport& report) noexcept {
        each([&](auto& observer) { observer.searched(report); });
    }
    void changed(const Operation& operation) noexcept {
        each([&](auto& observer) { observer.changed(operation); });
    }

private:
    template <class Tell>
    void each(Tell tell) noexcept {
        std::apply([&](Observers&... observers) { (tell(observers), ...); }, observers_);
    }

    std::tuple<Observers...> observers_;
};

}  // namespace tandem::observers
