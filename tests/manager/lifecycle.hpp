// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fixture.hpp"

#include <tandem/carriers/inum.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/label.hpp>
#include <tandem/carriers/local.hpp>
#include <tandem/carriers/managed.hpp>
#include <tandem/carriers/mdn.hpp>
#include <tandem/carriers/reserved.hpp>
#include <tandem/testing/hooked_store.hpp>

#include <functional>
#include <memory>

namespace tandem::manager_tests {

/// Does something before a call of the store, as another process might.
struct Meddler {
    std::shared_ptr<std::function<void(std::string_view)>> meddle =
        std::make_shared<std::function<void(std::string_view)>>();

    void before(std::string_view operation) {
        if (*meddle) { (*meddle)(operation); }
    }
    void after(std::string_view) {}
};

/// A shop that says of a number in which state it is, which is not its to say.
struct Wilful : Shop<"wilful"> {
    Task<Number> acquire_number(auto& session, Number given) const {
        Number sold = co_await Shop::acquire_number(session, std::move(given));
        sold.state = State::released;
        co_return sold;
    }
    Task<Number> follow_order(auto& session, Number given) const {
        Number sold = co_await Shop::follow_order(session, std::move(given));
        sold.state = State::available;
        co_return sold;
    }
    Task<std::optional<Number>> find_order(auto& session, Number given) const {
        std::optional<Number> sold = co_await Shop::find_order(session, std::move(given));
        if (sold) { sold->state = State::deleted; }
        co_return sold;
    }
    Task<Number> disconnect_number(auto& session, Number given) const {
        Number left = co_await Shop::disconnect_number(session, std::move(given));
        left.state = State::available;
        co_return left;
    }
};

/// One number in all states of its life, and a family around the account that holds it: `parent` > `holder` > `child`,
/// and a `stranger`. Of them `holder` may add numbers, and `child` can pay for one.
struct Life {
    using Manager =
        NumberManager<Carriers<Alpha, Wilful, carriers::Local, carriers::Managed, carriers::Inventory, carriers::Mdn,
                               carriers::Inum, carriers::Reserved, carriers::Label<"level3">>,
                      testing::ScriptedTransport, configs::InCode, testing::HookedStore<stores::Memory, Meddler>,
                      billing::ServicePlans, accounts::Tree, observers::Silent, testing::SimulatedEnvironment>;

    static std::string settings(std::string_view more = {}) {
        return R"({"master_account": "master", "accounts": {
            "master": {},
            "parent": {"parent": "master", "service_plan": "basic"},
            "holder": {"parent": "parent", "service_plan": "basic", "may_add_numbers": true},
            "child": {"parent": "holder", "service_plan": "basic", "credit": "5.00"},
            "stranger": {"parent": "master", "service_plan": "basic"}},
            "service_plans": {"basic": {"phone_numbers": {"did_us": {"rate": 1.0, "activation_charge": 2.0}}}})" +
               std::string(more) + "}";
    }

    boost::asio::io_context context;
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    stores::Memory store;
    Meddler meddler;
    Manager manager = open(settings());

    Life() {
        for (const std::string carrier : {"alpha", "wilful"}) {
            const Response offer(200, "+14155550100 1.00 2.00 sms\n", "text/plain");
            script.on(Method::get, carrier + ".example/search", carrier == "alpha" ? offer : Response(404));
            script.on(Method::post, carrier + ".example/orders", Response(200, "sold +14155550100", "text/plain"));
            script.on(Method::delete_, carrier + ".example/numbers", Response(200, "released", "text/plain"));
        }
    }
    Manager open(std::string text) {
        configs::InCode config;
        config.set("number_manager", JsonText(std::move(text)));
        return Manager::open(context.get_executor(), script, std::move(config), {store, meddler}, {}, {}, {},
                             environment)
            .value();
    }

    template <class T>
    T run(Task<T> task) {
        return environment.run(std::move(task));
    }
    Number put(State state, std::string owner = {}, std::string carrier = "alpha",
               std::vector<std::string> history = {}, E164 which = number) {
        Number record;
        record.number = which;
        record.state = state;
        record.carrier = std::move(carrier);
        record.assigned_to = std::move(owner);
        record.reserve_history = std::move(history);
        return run(store.put(record));
    }
    std::optional<Number> stored(E164 which = number) { return run(store.get(which)); }
    /// State and owner, as `in_service holder`.
    std::string standing(E164 which = number) {
        const auto record = stored(which);
        if (!record) { return "gone"; }
        return std::string(name_of(record->state)) + (record->assigned_to.empty() ? "" : " " + record->assigned_to) +
               (record->fence.empty() ? "" : " under way");
    }
    std::string history() {
        const auto record = stored();
        std::string all;
        for (const auto& account : record->reserve_history) { all += (all.empty() ? "" : " ") + account; }
        return all;
    }
    /// How often a carrier was asked to do something.
    std::size_t acts() { return script.changing_requests().size(); }
};

}  // namespace tandem::manager_tests
