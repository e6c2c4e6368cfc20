// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/task.hpp>
#include <tandem/manager/requests.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace numbers {

/// What a change of a record answers: the record as it is now.
inline Answer record_answer(const tandem::Number& number) { return stand_of(number, {}, {}); }

/// `numbers update`: writes a number's public fields.
class Update {
public:
    static constexpr const char* name = "update";
    static constexpr const char* purpose = "Write a number's public fields";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
        command.add_option("FIELDS", fields_, "a JSON object, merged into what is there: null takes away")
            ->required()
            ->type_name("");
        command.add_flag("--replace", replace_, "take away what FIELDS does not name");
        command.add_option("--revision", revision_, "refuse when the record has another one by now")
            ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{std::numeric_limits<std::int64_t>::max()}))
            ->type_name("N");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        tandem::ChangeRequest request;
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.revision = revision_;
        const auto how = replace_ ? tandem::FieldUpdate::replace : tandem::FieldUpdate::merge;
        const tandem::E164 number = number_of(number_);
        const tandem::JsonText fields(fields_);
        const auto updated = co_await manager.update_number(number, fields, how, request);
        co_return record_answer(updated.value());
    }

private:
    std::string number_;
    std::string fields_;
    std::uint64_t revision_ = 0;
    bool replace_ = false;
};

}  // namespace numbers
