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
        return assign(globals, [&manager](auto... what) { return manager.move_number(what...); });
    }
};

}  // namespace numbers
