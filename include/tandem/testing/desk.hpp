// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/manager/settings.hpp>
#include <tandem/manager/settlement.hpp>
#include <tandem/observers/silent.hpp>
#include <tandem/testing/session.hpp>
#include <tandem/testing/simulated_environment.hpp>
#include <tandem/transport.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing {

/// The operation that a desk's carrier is part of, unless another is named.
inline constexpr std::string_view desk_operation = "0123456789abcdef0123456789abcdef";

/// A carrier at work for a manager that is not there: over the manager's own session, its failures judged as the
/// manager judges them, by a clock that only waiting moves.
/// Lifetime: what it was asked runs to its end before a member returns.
template <Carrier C, Transport T>
class Desk {
public:
    explicit Desk(C offered)
        requires std::constructible_from<T, SimulatedEnvironment>
        : carrier(std::move(offered)), kernel_{environment, T(environment)} {}
    Desk(C offered, T transport) : carrier(std::move(offered)), kernel_{environment, std::move(transport)} {}
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    C carrier;
    boost::asio::io_context context{};
    SimulatedEnvironment environment{context};
    RemoteSettings remote{};
    OperationId our_reference{desk_operation};     ///< the operation that the carrier is part of
    Duration patience = std::chrono::seconds(30);  ///< until an operation's deadline

    T& transport() { return kernel_.transport; }
    /// The numbers that a local carrier sees.
    Numbers& numbers() { return kernel_.store; }

    /// Calls `call(session)` and gives what it gives. Errors: what it throws.
    template <class Call>
    auto ask(Call call) {
        detail::Session session(kernel_, C::info, remote, view());
        return environment.run(call(session));
    }
    /// As the manager calls an operation; `record` becomes the carrier's.
    template <class Call>
    detail::Verdict settle(Operation::Kind kind, Number& record, Call call) {
        detail::Session session(kernel_, C::info, remote, view());
        Operation operation;
        operation.id = view().id;
        operation.kind = kind;
        operation.number = record.number;
        operation.carrier = C::info.name;
        return environment.run(detail::call_carrier(session, operation, record, call));
    }

    SearchPage find(SearchRequest request) {
        request = canonical(request).value();
        return ask([&](auto& session) { return carrier.find_numbers(session, request); });
    }
    detail::Verdict buy(Number& record) {
        return settle(Operation::Kind::acquire, record,
                      [this](auto& session, Number asked) { return carrier.acquire_number(session, asked); });
    }
    detail::Verdict release(Number& record) {
        return settle(Operation::Kind::release, record,
                      [this](auto& session, Number given) { return carrier.disconnect_number(session, given); });
    }

    /// All pages of the list of our numbers. Errors: the carrier's; `malformed_reply` for a list that turns in a
    /// circle.
    std::vector<E164> owned_numbers()
        requires ListsNumbers<C>
    {
        std::vector<E164> all;
        std::set<std::string> pages;
        std::string page;
        do {
            if (!pages.insert(page).second) { errors::malformed_reply("the list of our numbers turns in a circle"); }
            OwnedNumbers owned = ask([&](auto& session) { return carrier.owned_numbers(session, page); });
            all.insert(all.end(), owned.numbers.begin(), owned.numbers.end());
            page = std::move(owned.next);
        } while (!page.empty());
        return all;
    }

private:
    /// What `detail::Session` needs of a manager's kernel.
    struct Kernel {
        SimulatedEnvironment environment;
        T transport;
        observers::Silent observer{};
        Numbers store{};
    };

    OperationView view() { return {.id = our_reference, .deadline = environment.now() + patience}; }

    Kernel kernel_;
};

}  // namespace tandem::testing
