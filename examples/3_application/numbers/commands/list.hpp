// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/query.hpp>
#include <tandem/core/task.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace numbers {

/// `numbers list`: our numbers, page by page.
class List {
public:
    static constexpr const char* name = "list";
    static constexpr const char* purpose = "List our numbers";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("--state", state_, "only numbers in this state")->type_name("S");
        command.add_option("--account", account_, "only this account's; otherwise those of who asks")->type_name("A");
        command.add_option("--prefix", prefix_, "only numbers that begin so")->type_name("P");
        command.add_option("--after", after_, "only numbers behind this one: `next` of the page before")
            ->type_name("N");
        command.add_option("--limit", limit_, "how many (50)")
            ->check(CLI::Range(std::uint32_t{1}, std::numeric_limits<std::uint32_t>::max()))
            ->type_name("N");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::NumberQuery query = query_for(globals);
        const auto as = short_text<tandem::AccountId>(globals.as, "--as");
        const auto listed = co_await manager.list_numbers(query, as);
        const tandem::NumberPage& page = listed.value();
        Answer answer;
        boost::json::object documents;
        Table table{{"NUMBER"}, {"STATE"}, {"ACCOUNT"}, {"CARRIER"}, {"CLASS"}, {"OPEN OPERATION"}};
        for (const tandem::Number& number : page.numbers) {
            documents[number.number.text().view()] = to_json(number);
            table.add({number.number.str(), std::string(name_of(number.state)), number.assigned_to, number.carrier,
                       number.billing_class, number.fence.str()});
        }
        answer.document["numbers"] = std::move(documents);
        answer.document["next"] = tandem::readable_or_null(page.next.text().view());
        answer.text = table.str() + std::to_string(page.numbers.size()) + " numbers";
        if (!page.next.empty()) { answer.text += "; more with --after " + page.next.str(); }
        answer.text += "\n";
        co_return answer;
    }

private:
    tandem::NumberQuery query_for(const Globals& globals) const {
        tandem::NumberQuery query;
        query.state = state_of_option(state_);
        query.account = short_text<tandem::AccountId>(globals.account_or(account_), "--account");
        query.limit = limit_;
        if (!after_.empty()) { query.after = number_of(after_); }
        if (!prefix_.empty()) {
            tandem::SearchRequest request;
            request.prefix = short_text<tandem::InlineText<31>>(prefix_, "--prefix");
            request = canonical(request).value();
            if (request.is_wildcard()) { tandem::errors::invalid("a list takes no wildcard", prefix_); }
            query.prefix = tandem::E164::parse_or_empty(request.prefix);
        }
        return query;
    }

    std::string state_;
    std::string account_;
    std::string prefix_;
    std::string after_;
    std::uint32_t limit_ = 50;
};

}  // namespace numbers
