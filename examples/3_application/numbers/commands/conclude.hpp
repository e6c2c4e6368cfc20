// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "buy.hpp"

#include <string>

namespace numbers {

/// `numbers conclude`: closes an operation by a person's word.
class Conclude {
public:
    static constexpr const char* name = "conclude";
    static constexpr const char* purpose = "Say how an operation ended that no carrier can tell of";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("OPERATION", operation_)->required()->type_name("ID");
        auto* ending = command.add_option_group("ending");
        ending->add_flag("--sold", sold_, "the number was bought");
        ending->add_flag("--released", released_, "the number was given back");
        ending->add_flag("--refused", refused_, "nothing was done");
        ending->require_option(1);
        command.add_option("--number", number_, "the number that an order from a group brought")->type_name("N");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const auto id = short_text<tandem::OperationId>(operation_, "OPERATION");
        const auto asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        tandem::E164 number;
        if (!number_.empty()) { number = number_of(number_); }
        tandem::Outcome outcome = tandem::Outcome::refused;
        if (sold_) { outcome = tandem::Outcome::sold; }
        if (released_) { outcome = tandem::Outcome::released; }
        const auto concluded = co_await manager.conclude_operation(id, outcome, number, asked_by);
        Answer answer = receipt_answer(concluded.value());
        answer.exit = done;
        co_return answer;
    }

private:
    std::string operation_;
    std::string number_;
    bool sold_ = false;
    bool released_ = false;
    bool refused_ = false;
};

}  // namespace numbers
