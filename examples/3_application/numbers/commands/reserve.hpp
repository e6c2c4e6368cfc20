// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "buy.hpp"

#include <utility>

namespace numbers {

/// `numbers reserve`: what `numbers buy` does, but the number is put aside for the account.
class Reserve {
public:
    static constexpr const char* name = "reserve";
    static constexpr const char* purpose = "Put a number aside for an account: bought, or one of ours";
    static constexpr bool changes_carriers = true;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) { buy_.describe(command); }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        Reserving<Manager> reserving{manager};
        co_return co_await buy_.run(reserving, globals);
    }

private:
    /// A manager that reserves what it is asked to acquire.
    template <class Manager>
    struct Reserving {
        Manager& manager;

        template <class What, class Tag>
        auto acquire_number(What what, Tag tag, tandem::AcquireRequest request) {
            return manager.reserve_number(std::move(what), tag, request);
        }
        template <class What>
        auto find_offer(What what, tandem::AcquireRequest request) {
            return manager.find_offer(std::move(what), request);
        }
    };

    Buy buy_;
};

}  // namespace numbers
