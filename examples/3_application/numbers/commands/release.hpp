// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "releasing.hpp"

namespace numbers {

/// `numbers release`: gives a number back.
class Release : public Releasing {
public:
    static constexpr const char* name = "release";
    static constexpr const char* purpose = "Give a number back";

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::ReleaseRequest request = request_for(globals);
        const auto released = co_await manager.disconnect_number(number(), request);
        co_return receipt_answer(released.value());
    }
};

}  // namespace numbers
