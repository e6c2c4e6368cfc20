// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "assigning.hpp"

namespace numbers {

/// `numbers activate`: takes a number of ours into service.
class Activate : public Assigning {
public:
    static constexpr const char* name = "activate";
    static constexpr const char* purpose = "Take a number that is ours into service";

    void describe(CLI::App& command) {
        Assigning::describe(command, "who pays and will have it; otherwise who has it");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::AssignRequest request = request_for(globals);
        const tandem::E164 number = number_of(number_);
        if (dry_run_) {
            const auto quoted = co_await manager.put_in_service(number, tandem::dry_run, request);
            co_return Quote::answer_of(quoted.value());
        }
        const auto activated = co_await manager.put_in_service(number, request);
        co_return receipt_answer(activated.value());
    }
};

}  // namespace numbers
