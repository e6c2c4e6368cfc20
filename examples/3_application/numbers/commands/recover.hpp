// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"

#include <tandem/core/task.hpp>
#include <tandem/manager/requests.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace numbers {

/// `numbers recover`: finishes what a crash, a cut connection or a slow carrier left open.
class Recover {
public:
    static constexpr const char* name = "recover";
    static constexpr const char* purpose = "Find out how interrupted purchases and releases ended, and finish them";
    static constexpr bool changes_carriers = true;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_flag("--due", due_, "only what is due, without waiting: for a scheduler");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals&) const {
        auto work = due_ ? manager.follow_orders() : manager.recover();
        const auto recovered = co_await std::move(work);
        Answer answer;
        boost::json::array operations;
        Table table{{"OPERATION"}, {"NUMBER"}, {"OUTCOME"}, {"WHY"}};
        for (const tandem::Recovered& one : recovered.value()) {
            boost::json::object operation{{"operation", one.operation.view()},
                                          {"number", tandem::readable_or_null(one.number.text().view())},
                                          {"outcome", name_of(one.outcome)}};
            if (one.error) { operation["error"] = to_json(*one.error); }
            operations.push_back(std::move(operation));
            table.add({one.operation.str(), one.number.str(), std::string(name_of(one.outcome)),
                       one.error ? sentence_of(*one.error) : ""});
            if (exit_of(one.outcome) == unsettled) { answer.exit = unsettled; }
        }
        answer.document["operations"] = std::move(operations);
        const char* const nothing = due_ ? "Nothing is due.\n" : "Nothing was left open.\n";
        answer.text = table.empty() ? nothing : table.str();
        co_return answer;
    }

private:
    bool due_ = false;
};

}  // namespace numbers
