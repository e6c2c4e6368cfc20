// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/sandbox/in_memory.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>
#include <tandem/testing/simulated_environment.hpp>

#include <boost/asio/io_context.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <utility>

/// A manager whose surroundings fail at their n-th turn.
namespace tandem::fault_tests {

namespace sandbox = testing::sandbox;

/// Allocations left until one fails; negative: none does.
inline long allocations_left = -1;

/// What allocates inside its life is not counted.
class Unharmed {
public:
    Unharmed() : left_(std::exchange(allocations_left, -1)) {}
    Unharmed(const Unharmed&) = delete;
    Unharmed& operator=(const Unharmed&) = delete;
    ~Unharmed() { allocations_left = left_; }

private:
    long left_;
};

inline const E164 number = E164::parse_or_empty("+14155550100");

/// The carrier beyond the wire: what it allocates is its own affair. Copies share it.
class Carrier {
public:
    Task<Response> send(Request request, Deadline) {
        std::optional<Response> reply;
        {
            const Unharmed elsewhere;
            reply = model_->answer(request);
        }
        // Here a real transport allocates: the request has been acted on, and its reply is lost.
        try {
            co_return Response(*reply);
        } catch (const std::bad_alloc&) {
            throw Exception({.code = errc::unreachable, .message = "no memory", .sent = true});
        }
    }
    sandbox::InMemory<sandbox::Telnyx>& model() { return *model_; }

private:
    static sandbox::Ledger stock() {
        constexpr std::array<sandbox::Range, 1> ranges{{{"+14155550100", 2, "", "CA", "", "1.00", "1.10"}}};
        return sandbox::stocked(ranges, 0);
    }

    std::shared_ptr<sandbox::InMemory<sandbox::Telnyx>> model_ =
        std::make_shared<sandbox::InMemory<sandbox::Telnyx>>(sandbox::Telnyx(stock()));
};

/// What outlives a process: the carrier, and the store.
template <Store S = stores::Memory>
struct World {
    Carrier carrier{};
    S store;
    std::uint64_t seed = 1;  ///< of the next office: no two make the same ids
    UnixTime time = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

    std::size_t sales() { return carrier.model().ordered().size(); }
    bool owns() { return carrier.model().owns(number); }
};

/// A process that runs a manager.
template <Store S = stores::Memory>
struct Office {
    using Manager = NumberManager<Carriers<carriers::Telnyx>, Carrier, configs::InCode, S, billing::Free,
                                  accounts::Single, observers::Silent, testing::SimulatedEnvironment>;

    explicit Office(World<S>& world)
        : environment(context, world.seed++),
          manager(Manager::open(context.get_executor(), world.carrier,
                                configs::InCode{{"number_manager.telnyx", R"({"api_key": "KEY-of-the-sandbox",
                                                                             "base_url": "https://t.example/v2"})"}},
                                world.store, {}, {}, {}, environment)
                      .value()) {
        environment.set_time(world.time += std::chrono::minutes(1));
    }

    boost::asio::io_context context{1};
    testing::SimulatedEnvironment environment;
    Manager manager;

    Result<SearchResult> find() {
        return environment.run(
            manager.find_numbers({.prefix = "+1415", .quantity = 2, .account = "a", .asked_by = "a"}));
    }
    Result<Receipt> buy() {
        return environment.run(manager.acquire_number(number, purchase, {.account = "a", .asked_by = "a"}));
    }
    Result<Receipt> release() { return environment.run(manager.disconnect_number(number, {.asked_by = "a"})); }
};

}  // namespace tandem::fault_tests
