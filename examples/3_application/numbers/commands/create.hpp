// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "buy.hpp"
#include "quote.hpp"

#include <string>

namespace numbers {

/// `numbers create`: records a number that is ours, or on its way to us, without a purchase.
class Create {
public:
    static constexpr const char* name = "create";
    static constexpr const char* purpose = "Record a number that is ours without a purchase";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
        command
            .add_option("--state", state_,
                        "reserved, in_service; of admins also port_in, available, aging (in_service)")
            ->type_name("S");
        command.add_option("--account", account_, "who pays and will have it; otherwise who asks")->type_name("A");
        command.add_option("--carrier", carrier_, "whose number it is (local); admins only")->type_name("NAME");
        command.add_option("--fields", fields_, "its public fields: a JSON object")->type_name("JSON");
        command.add_option("--key", key_, "idempotency key: a repeat is answered as the first was")->type_name("K");
        command.add_flag("--dry-run", dry_run_, "tell what it would cost, and change nothing");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        tandem::CreateRequest request;
        request.state = state_of_option(state_).value_or(tandem::State::in_service);
        const bool ownerless = request.state == tandem::State::available || request.state == tandem::State::aging;
        request.account =
            short_text<tandem::AccountId>(ownerless ? account_ : globals.account_or(account_), "--account");
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.carrier = short_text<tandem::InlineText<31>>(carrier_, "--carrier");
        request.key = short_text<tandem::InlineText<127>>(key_, "--key");
        const tandem::E164 number = number_of(number_);
        const tandem::JsonText fields(fields_);
        if (dry_run_) {
            const auto quoted = co_await manager.create_number(number, tandem::dry_run, request, fields);
            co_return Quote::answer_of(quoted.value());
        }
        const auto created = co_await manager.create_number(number, request, fields);
        co_return receipt_answer(created.value());
    }

private:
    std::string number_;
    std::string state_;
    std::string account_;
    std::string carrier_;
    std::string fields_ = "{}";
    std::string key_;
    bool dry_run_ = false;
};

}  // namespace numbers
