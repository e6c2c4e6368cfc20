// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "buy.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace numbers {

/// `numbers remove`: takes a number out of the store for good.
class Remove {
public:
    static constexpr const char* name = "remove";
    static constexpr const char* purpose = "Remove a number for good, whatever its state, and tell its carrier";
    static constexpr bool changes_carriers = true;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
        command.add_option("--wait", wait_, "milliseconds to wait for the carrier (15000)")
            ->check(CLI::Range(std::uint32_t{1}, longest_wait_ms))
            ->type_name("MS");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        tandem::ReleaseRequest request;
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.wait = std::chrono::milliseconds(wait_);
        const tandem::E164 number = number_of(number_);
        const auto removed = co_await manager.remove_number(number, request);
        co_return receipt_answer(removed.value());
    }

private:
    std::string number_;
    std::uint32_t wait_ = 15'000;
};

}  // namespace numbers
