// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/task.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace numbers {

/// `numbers show`: the record of one number, and how the operation that is open on it stands, else the one that bought
/// it.
class Show {
public:
    static constexpr const char* name = "show";
    static constexpr const char* purpose = "Show the record of a number";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const auto as = short_text<tandem::AccountId>(globals.as, "--as");
        const tandem::E164 asked = number_of(number_);
        const auto found = co_await manager.read_number(asked, as);
        const tandem::Number& number = found.value();
        tandem::OperationId operation = number.order.value_or(tandem::Order()).operation;
        std::optional<tandem::Outcome> outcome;
        if (!operation.empty()) { outcome = tandem::Outcome::sold; }
        if (!number.fence.empty()) {  // open: the record itself is as it was before
            operation = number.fence;
            const auto open = co_await manager.read_operation(operation, as);
            outcome = outcome_of(open);
        }
        Answer answer = stand_of(number, operation, outcome);
        for (const auto& [key, value] : answer.document["number"].as_object()) {
            answer.text += "  " + printable(key) + ": " + printable(tandem::write_json(value)) + "\n";
        }
        co_return answer;
    }

private:
    /// Whoever has a number may see it, and not what another account's operation makes of it.
    static tandem::Outcome outcome_of(const tandem::Result<tandem::Operation>& open) {
        if (!open && open.error().code == tandem::errc::not_found) { return tandem::Outcome::unknown; }
        return open.value().outcome();
    }

    std::string number_;
};

}  // namespace numbers
