// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/offer.hpp>
#include <tandem/core/task.hpp>
#include <tandem/manager/requests.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace numbers {

/// What `quote` and `buy` have in common: what is bought, where and for whom.
class Acquiring {
public:
    void describe(CLI::App& command) {
        command.add_option("WHAT", what_, "a number, or an offer whose number comes with the order")
            ->required()
            ->type_name("NUMBER|OFFER");
        command.add_option("--carrier", carrier_, "the carrier to take it from")->type_name("NAME");
        command.add_option("--account", account_, "who pays and will own it; otherwise who asks")->type_name("A");
    }

    tandem::AcquireRequest request_for(const Globals& globals) const {
        tandem::AcquireRequest request;
        request.account = short_text<tandem::AccountId>(globals.account_or(account_), "--account");
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.carrier = short_text<tandem::InlineText<31>>(carrier_, "--carrier");
        return request;
    }

    /// The dry run or the purchase of what was typed: an offer that a live search holds under that name, else a number.
    /// Errors: `not_found` when it is neither.
    template <class Manager, class Tag, class Request>
    auto acquire(Manager& manager, Tag tag, Request request) const
        -> decltype(manager.acquire_number(tandem::E164(), tag, request)) {
        const auto number = tandem::normalize_number(what_);
        if (!what_.starts_with('+')) {  // an offer's name may look like a number without it
            const auto offer = co_await manager.find_offer(what_, request);
            if (offer) { co_return co_await manager.acquire_number(*offer, tag, request); }
            if (offer.error().code != tandem::errc::not_found) { co_return offer.error(); }
            if (!number) {  // what was bought under this key, and is for sale no more
                const auto bought = co_await manager.acquire_number(what_, tag, request);
                if (bought) { co_return *bought; }
                co_return bought.error().code == tandem::errc::not_found ? neither() : bought.error();
            }
        }
        if (!number) { co_return number.error(); }
        co_return co_await manager.acquire_number(*number, tag, request);
    }

private:
    tandem::Error neither() const {
        return {.code = tandem::errc::not_found,
                .message = "neither a telephone number nor an offer of a live search",
                .cause = what_.substr(0, 64)};
    }

    std::string what_;
    std::string carrier_;
    std::string account_;
};

}  // namespace numbers
