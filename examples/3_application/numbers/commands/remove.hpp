// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "releasing.hpp"

namespace numbers {

/// `numbers remove`: takes a number out of the store for good.
class Remove : public Releasing {
public:
    static constexpr const char* name = "remove";
    static constexpr const char* purpose = "Remove a number for good, whatever its state, and tell its carrier";

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::ReleaseRequest request = request_for(globals);
        const auto removed = co_await manager.remove_number(number(), request);
        co_return receipt_answer(removed.value());
    }
};

}  // namespace numbers
