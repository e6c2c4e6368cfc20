// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "buy.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace numbers {

/// What `release` and `remove` have in common: which number, whose, and how long to wait for its carrier.
class Releasing {
public:
    static constexpr bool changes_carriers = true;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("NUMBER", number_, "as people type it")->required()->type_name("");
        command.add_option("--account", account_, "whose number it is, where a key is given; otherwise who asks")
            ->type_name("A");
        command.add_option("--key", key_, "idempotency key: a repeat is answered as the first was")->type_name("K");
        command.add_option("--wait", wait_, "milliseconds to wait for the carrier (15000)")
            ->check(CLI::Range(std::uint32_t{1}, longest_wait_ms))
            ->type_name("MS");
    }

protected:
    tandem::E164 number() const { return number_of(number_); }
    tandem::ReleaseRequest request_for(const Globals& globals) const {
        tandem::ReleaseRequest request;
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.key = short_text<tandem::InlineText<127>>(key_, "--key");
        if (!key_.empty() || !account_.empty()) {
            request.account = short_text<tandem::AccountId>(globals.account_or(account_), "--account");
        }
        request.wait = std::chrono::milliseconds(wait_);
        return request;
    }

private:
    std::string number_;
    std::string account_;
    std::string key_;
    std::uint32_t wait_ = 15'000;
};

}  // namespace numbers
