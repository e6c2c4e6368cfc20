// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "update.hpp"

namespace numbers {

/// `numbers age`: lets a number that nobody has cool off.
class Age {
public:
    static constexpr const char* name = "age";
    static constexpr const char* purpose = "Let a number that is available or released cool off";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        tandem::ChangeRequest request;
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        const tandem::E164 number = number_of(number_);
        const auto aged = co_await manager.age_number(number, request);
        co_return record_answer(aged.value());
    }

private:
    std::string number_;
};

}  // namespace numbers
