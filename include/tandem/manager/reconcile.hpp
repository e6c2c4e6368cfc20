// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/authority.hpp>
#include <tandem/manager/calls.hpp>
#include <tandem/manager/give_back.hpp>
#include <tandem/manager/requests.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Comparing what a carrier says is ours with what the store says, both ways.
namespace tandem::detail {

/// Whether a record in this state says that its carrier has the number for us.
constexpr bool is_in_our_hands(State state) {
    return state != State::discovery && state != State::port_in && state != State::deleted;
}

/// All numbers that the carrier lists as ours.
/// Errors: the carrier's; `malformed_reply` for a list that turns in a circle, by the names of its pages or by what is
/// on them.
template <class K>
Task<std::set<E164>> listed_numbers(K& kernel, std::size_t carrier) {
    std::set<E164> listed;
    std::set<std::string> pages;
    std::string page;
    do {
        if (!pages.insert(page).second) { errors::malformed_reply("the list of our numbers turns in a circle"); }
        const auto call = [&kernel, carrier, page](Session<K>& session) {
            return owned_numbers_at(kernel, carrier, session, page);
        };
        OwnedNumbers owned =
            co_await ask_carrier<OwnedNumbers>(kernel, carrier, kernel.environment.now() + unattended_wait, call);
        const std::size_t before = listed.size();
        listed.insert(owned.numbers.begin(), owned.numbers.end());
        if (listed.size() == before && !owned.numbers.empty()) {
            errors::malformed_reply("a page of the list of our numbers came again");
        }
        page = std::move(owned.next);
    } while (!page.empty());
    co_return listed;
}

/// The records of numbers by that name of a carrier's that say that they are ours, behind `recorded`.
template <class K>
Task<std::vector<Number>> recorded_as(K& kernel, std::string_view name, std::vector<Number> recorded) {
    NumberQuery query{.limit = 1'000};
    query.carrier = name;
    do {
        NumberPage page = co_await kernel.store.scan(query);
        std::copy_if(std::move_iterator(page.numbers.begin()), std::move_iterator(page.numbers.end()),
                     std::back_inserter(recorded),
                     [](const Number& each) { return is_in_our_hands(each.state) || !each.fence.empty(); });
        query.after = page.next;
    } while (!query.after.empty());
    co_return recorded;
}

/// The same by all names of a carrier: Kazoo's documents have whichever was its module's.
template <class K>
Task<std::vector<Number>> recorded_numbers(K& kernel, const CarrierInfo& carrier) {
    std::vector<Number> recorded = co_await recorded_as(kernel, carrier.name, {});
    for (const std::string_view alias : carrier.aliases) {
        recorded = co_await recorded_as(kernel, alias, std::move(recorded));
    }
    co_return recorded;
}

/// Whether a number of this carrier may come out of an order that has not named it yet.
template <class K>
Task<bool> awaits_a_number(K& kernel, std::string_view carrier) {
    OperationId after;
    for (;;) {
        const std::vector<Operation> open = co_await kernel.store.open_operations(after, 100);
        if (open.empty()) { co_return false; }
        for (const Operation& each : open) {
            if (each.carrier == carrier && each.number.empty()) { co_return true; }
            after = each.id;
        }
    }
}

/// `NumberManager::reconcile` on the strand.
template <class K>
class Reconciling {
public:
    Reconciling(std::shared_ptr<K> kernel, std::size_t carrier) : kernel_(std::move(kernel)), carrier_(carrier) {
        found_.carrier = K::info(carrier).name;
        found_.finds_orphans = K::operations(carrier).lists_numbers;
    }

    Task<Reconciliation> run() {
        std::set<E164> listed;
        if (found_.finds_orphans) { listed = co_await listed_numbers(*kernel_, carrier_); }
        const std::vector<Number> recorded = co_await recorded_numbers(*kernel_, K::info(carrier_));
        for (const Number& record : recorded) {
            const bool is_listed = listed.erase(record.number) > 0;
            co_await compare(record, is_listed);
        }
        for (const E164 number : listed) { co_await judge_orphan(number); }
        co_return std::move(found_);
    }

private:
    /// A record that was read after the list: what changed in between is compared as it is now.
    Task<> compare(const Number& record, bool is_listed) {
        if (!record.fence.empty()) {
            found_.undecided.push_back(record.number);
            co_return;
        }
        bool is_ours = is_listed;
        if (!found_.finds_orphans || !is_listed) {
            try {
                is_ours = co_await is_still_ours(record.number, is_listed);
            } catch (const Exception&) {
                found_.undecided.push_back(record.number);
                co_return;
            }
        }
        if (is_ours) {
            ++found_.matching;
            co_return;
        }
        const auto now = co_await kernel_->store.get(record.number);
        const bool is_unchanged = now && now->revision == record.revision;
        (is_unchanged ? found_.missing : found_.undecided).push_back(record.number);
    }

    /// What the carrier says of one number: a list may have been read before the number was bought.
    Task<bool> is_still_ours(E164 number, bool is_listed) {
        if (!K::operations(carrier_).owns_numbers) { co_return is_listed; }
        const auto call = [this, number](Session<K>& session) {
            return owns_number_at(*kernel_, carrier_, session, number);
        };
        co_return co_await ask_carrier<bool>(*kernel_, carrier_, kernel_->environment.now() + unattended_wait, call);
    }

    /// A number that the carrier lists and that no record was found for.
    Task<> judge_orphan(E164 number) {
        const auto now = co_await kernel_->store.get(number);
        const bool is_open = now && !now->fence.empty();
        const bool is_recorded = now && K::info(carrier_).answers_to(now->carrier) && is_in_our_hands(now->state);
        if (is_recorded && !is_open) {  // bought while we compared
            ++found_.matching;
            co_return;
        }
        const bool may_be_an_orders = co_await awaits_a_number(*kernel_, found_.carrier);
        (is_open || may_be_an_orders ? found_.undecided : found_.orphans).push_back(number);
    }

    std::shared_ptr<K> kernel_;
    std::size_t carrier_;
    Reconciliation found_{};
};

template <class K>
Task<Reconciliation> reconcile(std::shared_ptr<K> kernel, InlineText<31> carrier, AccountId asked_by) {
    if (!kernel->accounts.is_admin(asked_by)) { unauthorized("only admins compare a carrier's list with the store"); }
    const std::size_t index = K::index_of(carrier);
    const CarrierInfo& info = K::info(index);
    if (info.local) { errors::invalid("the numbers of this carrier are in the store alone", std::string(info.name)); }
    require_settings(kernel->terms(index), info);
    if (!K::operations(index).lists_numbers && !K::operations(index).owns_numbers) {
        errors::raise(errc::not_implemented, std::string(info.name) + " does not tell which numbers are ours");
    }
    Reconciling<K> reconciling(kernel, index);
    Task<Reconciliation> done = reconciling.run();
    co_return co_await std::move(done);
}

}  // namespace tandem::detail
