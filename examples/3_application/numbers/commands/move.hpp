// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "assigning.hpp"

namespace numbers {

/// `numbers move`: gives a number that is in service to another account.
class Move : public Assigning {
public:
    static constexpr const char* name = "move";
    static constexpr const char* purpose = "Move a number that is in service to another account";

    void describe(CLI::App& command) { Assigning::describe(command, "who pays and will have it")->required(); }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::AssignRequest request = request_for(globals);
        const tandem::E164 number = number_of(number_);
        if (dry_run_) {
            const auto quoted = co_await manager.move_number(number, tandem::dry_run, request);
            co_return Quote::answer_of(quoted.value());
        }
        const auto moved = co_await manager.move_number(number, request);
        co_return receipt_answer(moved.value());
    }
};

}  // namespace numbers
