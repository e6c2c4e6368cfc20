// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/authority.hpp>
#include <tandem/manager/requests.hpp>
#include <tandem/manager/search.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::detail {

/// Asks one carrier about `open` numbers and moves those that it knows to `known`.
template <class K>
Task<> check_with(K& kernel, std::size_t carrier, Deadline deadline, std::vector<E164>& open,
                  std::vector<NumberStatus>& known) {
    require_settings(kernel.terms(carrier), K::info(carrier));
    const auto call = [&kernel, carrier, &open](Session<K>& session) {
        return check_numbers_at(kernel, carrier, session, open);
    };
    auto answers = co_await ask_carrier<std::vector<NumberStatus>>(kernel, carrier, deadline, call);
    for (NumberStatus& answer : answers) {
        if (std::erase(open, answer.number) > 0) { known.push_back(std::move(answer)); }
    }
}

/// `NumberManager::check_numbers` on the strand: the first carrier in order that knows a number answers for it.
template <class K>
Task<std::vector<NumberStatus>> check_numbers(std::shared_ptr<K> kernel, std::vector<E164> numbers) {
    const Deadline deadline =
        kernel->environment.now() + std::chrono::milliseconds(kernel->general.number_search_timeout_ms);
    std::vector<NumberStatus> known;
    const ChosenCarriers chosen = carriers_of(*kernel, {});
    for (const std::size_t index : chosen.indices) {
        if (numbers.empty()) { break; }
        if (!K::operations(index).checks_numbers) { continue; }
        try {
            co_await check_with(*kernel, index, deadline, numbers, known);
        } catch (const Exception& failure) {  // the next carrier may know them
            CarrierReport report{.name = std::string(K::info(index).name), .status = CarrierReport::Status::error};
            report.error = failure.error();
            report.error->carrier = report.name;
            kernel->observer.searched(report);
        }
    }
    for (const E164 number : numbers) { known.push_back({number, "error"}); }
    std::sort(known.begin(), known.end(),
              [](const NumberStatus& a, const NumberStatus& b) { return a.number < b.number; });
    co_return known;
}

/// `NumberManager::carriers_info`.
template <class K>
CarriersInfo carriers_info(const K& kernel, std::string_view account) {
    CarriersInfo info;
    for (const std::size_t index : carriers_of(kernel, account).indices) {
        info.usable_carriers.push_back(&K::info(index));
        info.maximal_prefix_length =
            std::max<std::size_t>(info.maximal_prefix_length, K::info(index).max_prefix_length);
    }
    const std::span<const State> states = creation_states(kernel.accounts, account);
    info.usable_creation_states.assign(states.begin(), states.end());
    return info;
}

}  // namespace tandem::detail
