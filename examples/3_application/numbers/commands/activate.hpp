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
        return assign(globals, [&manager](auto... what) { return manager.put_in_service(what...); });
    }
};

}  // namespace numbers
