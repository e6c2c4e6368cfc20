// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/task.hpp>
#include <tandem/manager/requests.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace numbers {

/// `numbers reconcile`: a carrier's list of our numbers against the store.
class Reconcile {
public:
    static constexpr const char* name = "reconcile";
    static constexpr const char* purpose = "Compare a carrier's list of our numbers with the store; change nothing";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) { command.add_option("CARRIER", carrier_)->required()->type_name("NAME"); }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const auto asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        const auto carrier = short_text<tandem::InlineText<31>>(carrier_, "CARRIER");
        const auto compared = co_await manager.reconcile(carrier, asked_by);
        const tandem::Reconciliation& found = compared.value();
        Answer answer;
        Table table{{"NUMBER"}, {"WHAT"}};
        const auto list = [&](const char* key, const std::vector<tandem::E164>& numbers, const char* what) {
            boost::json::array array;
            for (const tandem::E164 number : numbers) {
                array.emplace_back(number.str());
                table.add({number.str(), what});
            }
            answer.document[key] = std::move(array);
        };
        answer.document = {{"carrier", found.carrier}, {"matching", found.matching}};
        list("orphans", found.orphans, "the carrier bills it, and we have no record of it");
        list("missing", found.missing, "our record says it is ours, the carrier does not");
        list("undecided", found.undecided, "an operation is open, or the carrier could not tell");
        answer.document["finds_orphans"] = found.finds_orphans;
        if (!found.orphans.empty() || !found.missing.empty()) { answer.exit = refused; }
        if (answer.exit == done && !found.undecided.empty()) { answer.exit = unsettled; }
        answer.text = std::to_string(found.matching) + " numbers match.\n" + (table.empty() ? "" : table.str());
        co_return answer;
    }

private:
    std::string carrier_;
};

}  // namespace numbers
