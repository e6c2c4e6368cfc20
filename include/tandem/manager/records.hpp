// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/manager/authority.hpp>
#include <tandem/manager/kernel.hpp>
#include <tandem/manager/lifecycle.hpp>

#include <memory>
#include <string>
#include <utility>

/// Reading the records of our numbers, and adding to our own stock.
namespace tandem::detail {

/// `NumberManager::read_number`. Somebody else's number is not to be told from one that is not there.
template <class K>
Task<Number> read_number(std::shared_ptr<K> kernel, E164 number, AccountId asked_by) {
    const auto stored = co_await kernel->store.get(number);
    std::string owner = stored ? stored->assigned_to : std::string();
    if (stored && owner.empty() && !stored->fence.empty()) {  // being bought: whoever buys it may look
        if (const auto open = co_await kernel->store.operation(stored->fence)) { owner = open->account; }
    }
    if (!stored || !has_authority_over(kernel->accounts, asked_by, owner)) {
        errors::raise(errc::not_found, "the number is not ours", number.str());
    }
    co_return *stored;
}

/// `NumberManager::read_operation`. Somebody else's operation is not to be told from one that is not there.
template <class K>
Task<Operation> read_operation(std::shared_ptr<K> kernel, OperationId id, AccountId asked_by) {
    const auto stored = co_await kernel->store.operation(id);
    if (!stored || !has_authority_over(kernel->accounts, asked_by, stored->account)) {
        errors::raise(errc::not_found, "there is no such operation", id.str());
    }
    co_return *stored;
}

/// `NumberManager::list_numbers`.
template <class K>
Task<NumberPage> list_numbers(std::shared_ptr<K> kernel, NumberQuery query, AccountId asked_by) {
    if (query.limit == 0) { errors::invalid("the limit is at least 1"); }
    query.limit = std::min<std::uint32_t>(query.limit, kernel->general.maximum_search_quantity);
    if (!query.account.empty() && !kernel->accounts.exists(query.account)) {
        errors::invalid("there is no such account", query.account.str());
    }
    if (!has_authority_over(kernel->accounts, asked_by, query.account)) {
        unauthorized("only an account, those above it and admins may list its numbers");
    }
    co_return co_await kernel->store.scan(query);
}

/// Errors: `invalid` for a carrier without a stock of ours, for an account where the stock is everybody's, and for none
/// where it is one account's; `invalid_state_transition` for mobile numbers.
inline void check_stock(const CarrierInfo& info, std::string_view account) {
    refuse_mobile(info, State::discovery, State::available);
    const std::string name(info.name);
    if (!info.local) { errors::invalid("the stock of this carrier is its own", name); }
    if (info.stock == Stocked::never) { errors::invalid("this carrier has no stock", name); }
    if (info.stock == Stocked::for_all && !account.empty()) {
        errors::invalid("the stock of this carrier is for all accounts, not for one", name);
    }
    if (info.stock == Stocked::for_one_account && account.empty()) {
        errors::invalid("the stock of this carrier is set aside for an account: name it", name);
    }
}

/// `NumberManager::stock_number`.
template <class K>
Task<Number> stock_number(std::shared_ptr<K> kernel, E164 number, JsonText carrier_data, AccountId asked_by,
                          InlineText<31> carrier, AccountId account) {
    if (!kernel->accounts.is_admin(asked_by)) { unauthorized("only admins add to the stock"); }
    const CarrierInfo& info = K::info(K::index_of(carrier));
    check_stock(info, account);
    if (!account.empty() && !kernel->accounts.exists(account)) {
        errors::invalid("there is no such account", account.str());
    }
    if (number.empty()) { errors::invalid("a number has digits"); }
    Number record;
    record.number = number;
    record.state = State::available;
    record.carrier = info.name;
    record.assigned_to = account.str();
    if (!account.empty()) { record.private_fields = to_json_text({{set_aside_field, account.view()}}); }
    record.carrier_data = std::move(carrier_data);
    record.created = record.modified = kernel->environment.time();
    if (co_await kernel->store.get(number)) {
        errors::raise(errc::number_exists, "the number is in the store already", number.str());
    }
    co_return co_await kernel->store.put(record);
}

}  // namespace tandem::detail
