// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "acquiring.hpp"
#include "quote.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace numbers {

/// What a purchase or release came to, and why it is not over where it is not.
inline Answer receipt_answer(const tandem::Receipt& receipt) {
    Answer answer = stand_of(receipt.number, receipt.operation, receipt.outcome);
    answer.exit = exit_of(receipt.outcome);
    if (receipt.error) {
        answer.document["error"] = to_json(*receipt.error);
        answer.text += sentence_of(*receipt.error) + "\n";
    }
    return answer;
}

/// `numbers buy`: buys a number, once however often the same `--key` asks for it.
class Buy {
public:
    static constexpr const char* name = "buy";
    static constexpr const char* purpose = "Buy a number";
    static constexpr bool changes_carriers = true;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        what_.describe(command);
        command.add_option("--max-price", max_price_, "refuse when setup and first month cost more, or are not known")
            ->type_name("X");
        command.add_option("--key", key_, "idempotency key: a repeat is answered as the first was")->type_name("K");
        command.add_option("--wait", wait_, "milliseconds to wait for the carrier (15000)")
            ->check(CLI::Range(std::uint32_t{1}, longest_wait_ms))
            ->type_name("MS");
        command.add_flag("--dry-run", dry_run_, "tell what it would cost, and change nothing");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        tandem::AcquireRequest request = what_.request_for(globals);
        request.max_price = amount_of(max_price_, "--max-price");
        request.key = short_text<tandem::InlineText<127>>(key_, "--key");
        request.wait = std::chrono::milliseconds(wait_);
        if (dry_run_) {
            const auto quoted = co_await what_.acquire(manager, tandem::dry_run, request);
            co_return Quote::answer_of(quoted.value());
        }
        const auto bought = co_await what_.acquire(manager, tandem::purchase, request);
        co_return receipt_answer(bought.value());
    }

private:
    Acquiring what_;
    std::string max_price_;
    std::string key_;
    std::uint32_t wait_ = 15'000;
    bool dry_run_ = false;
};

}  // namespace numbers
