// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/carrier.hpp>
#include <tandem/core/task.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace numbers {

/// `numbers check`: what the carriers say of each number.
class Check {
public:
    static constexpr const char* name = "check";
    static constexpr const char* purpose = "Ask the carriers whether numbers can be had";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", numbers_, "as people type them")->required()->type_name("");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals&) const {
        std::vector<tandem::E164> asked;
        for (const std::string& typed : numbers_) { asked.push_back(number_of(typed)); }
        const auto statuses = co_await manager.check_numbers(std::move(asked));
        Answer answer;
        boost::json::object document;
        Table table{{"NUMBER"}, {"STATUS"}};
        for (const auto& [number, status] : statuses.value()) {
            document[number.text().view()] = tandem::readable_text(status);
            table.add({number.str(), status});
        }
        answer.document["numbers"] = std::move(document);
        answer.text = table.str();
        co_return answer;
    }

private:
    std::vector<std::string> numbers_;
};

}  // namespace numbers
