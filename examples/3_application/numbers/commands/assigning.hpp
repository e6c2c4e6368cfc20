// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "buy.hpp"
#include "quote.hpp"

#include <string>

namespace numbers {

/// What `activate` and `move` have in common: which number of ours, and for whom.
class Assigning {
public:
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

protected:
    /// Gives the option `--account`.
    CLI::Option* describe(CLI::App& command, const std::string& whose) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
        command.add_option("--key", key_, "idempotency key: a repeat is answered as the first was")->type_name("K");
        command.add_flag("--dry-run", dry_run_, "tell what it would cost, and change nothing");
        return command.add_option("--account", account_, whose)->type_name("A");
    }

    /// What `operation(number, request)`, or its dry run, answers.
    template <class Operation>
    tandem::Task<Answer> assign(const Globals& globals, Operation operation) const {
        tandem::AssignRequest request;
        request.account = short_text<tandem::AccountId>(account_, "--account");
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.key = short_text<tandem::InlineText<127>>(key_, "--key");
        const tandem::E164 number = number_of(number_);
        if (dry_run_) {
            const auto quoted = co_await operation(number, tandem::dry_run, request);
            co_return Quote::answer_of(quoted.value());
        }
        const auto assigned = co_await operation(number, request);
        co_return receipt_answer(assigned.value());
    }

private:
    std::string number_;
    std::string account_;
    std::string key_;
    bool dry_run_ = false;
};

}  // namespace numbers
