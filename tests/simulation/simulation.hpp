// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "network.hpp"
#include "shared_store.hpp"
#include "shops.hpp"

#include <tandem/accounts/tree.hpp>
#include <tandem/billing/service_plans.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::simulation {

using Manager = NumberManager<Carriers<Ledger, Shelf, Counter, Post, Stall, Lottery>, Wire, configs::InCode, Branch,
                              billing::ServicePlans, accounts::Tree, observers::Silent, ProcessEnvironment>;

/// Which world it is. The same plan gives the same world, event for event.
struct Plan {
    std::uint64_t seed = 1;
    bool keeps_steps = false;
    unsigned processes = 3;
    unsigned clients = 8;
    Duration unrest = 240s;  ///< how long the weather is as bad as the seed makes it
    /// One client that searches at one carrier, buys and gives back; what it meets is counted from the first event on.
    std::optional<unsigned> only_carrier{};
    std::uint64_t crash_at = 0;  ///< the event behind which the first process dies; 0: only by chance
    bool fair = false;           ///< no weather at all
};

/// What came of a world.
struct Outcomes {
    std::optional<Violation> violation{};
    std::vector<std::string> steps{};
    std::uint64_t hash = 0;
    std::uint64_t events = 0;
    std::uint64_t scenario_events = 0;  ///< until the only client was done
    std::uint64_t purchases = 0;        ///< begun: claimed in the store
    std::uint64_t sold = 0;
    std::uint64_t released = 0;
    std::uint64_t crashes = 0;
    std::uint64_t undecided = 0;  ///< left to a person
};

class Simulation {
public:
    explicit Simulation(const Plan& plan)
        : plan_(plan),
          world_(plan.seed, plan.keeps_steps),
          weather_(plan.fair ? Weather::calm() : Weather::of(world_.random)),
          witness_(world_, credits()),
          vault_{world_, witness_, weather_},
          network_{world_, weather_, suppliers_} {
        if (plan.only_carrier) { weather_.crash = weather_.freeze = 0, weather_.store_delay = 1'000'000; }
        const bool slow = plan.seed % 3 != 0;
        for (unsigned i = 0; i < all_ways.size(); ++i) { suppliers_.emplace_back(world_, witness_, i, 160U, slow); }
        for (unsigned i = 0; i < plan.processes; ++i) { hosts_.push_back(std::make_unique<Host>(world_, i)); }
        for (const auto& host : hosts_) { start(*host); }
        for (unsigned i = 0; i < plan.clients; ++i) {
            clients_.push_back({.account = std::string(accounts[i % accounts.size()])});
            think(i);
        }
    }
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;
    ~Simulation() {
        for (const auto& host : hosts_) { end(*host); }
    }

    Outcomes run() {
        const Moment start = world_.now();
        const Moment end_of_unrest = start + plan_.unrest;
        while (!done_ && world_.step(end_of_unrest)) {
            let_run();
            disturb();
        }
        if (!done_) { world_.pass_to(end_of_unrest); }
        calm_down();
        const Moment end = world_.now() + 10min;
        while (world_.step(end)) { let_run(); }
        world_.pass_to(end);
        if (!world_.violation) { last_look(); }
        if (!world_.violation) { judge(); }
        Outcomes outcomes{.violation = world_.violation, .steps = world_.steps(), .hash = world_.hash()};
        outcomes.events = world_.events();
        outcomes.scenario_events = scenario_events_;
        outcomes.purchases = witness_.claimed_purchases;
        outcomes.sold = witness_.sold;
        outcomes.released = witness_.released;
        outcomes.crashes = crashes_;
        outcomes.undecided = undecided_;
        return outcomes;
    }

private:
    /// What a client asked of a process and has no answer to.
    struct Ask {
        enum class Kind { search, buy, release, list };

        Kind kind = Kind::search;
        std::size_t client = 0;
        AcquireRequest request{};
        Offer offer{};
        E164 number{};
        bool is_twin = false;
    };
    struct Host {
        Host(World& world, unsigned index) : process(world, index) {}

        Process process;
        std::optional<Manager> manager{};
        std::vector<std::shared_ptr<Ask>> asks{};
        bool recovering = false;
        unsigned life = 0;
    };
    struct Client {
        std::string account{};
        std::vector<Offer> offers{};
        std::optional<Ask> again{};  ///< a purchase whose answer was lost or not final
        unsigned attempts = 0;
    };
    /// What was told to whoever used a key.
    struct Told {
        OperationId operation{};
        bool refused = false;
    };

    static constexpr std::string_view settings = R"({
        "master_account": "master",
        "accounts": {
            "master": {"may_add_numbers": true},
            "rich0": {"parent": "master", "service_plan": "basic"},
            "rich1": {"parent": "master", "service_plan": "basic"},
            "poor0": {"parent": "master", "service_plan": "basic", "credit": "7.00"},
            "poor1": {"parent": "master", "service_plan": "basic", "credit": "30.00"},
            "poor2": {"parent": "master", "service_plan": "basic", "credit": "90.00"}
        },
        "service_plans": {"basic": {"phone_numbers": {"did_us": {"rate": 1.0, "activation_charge": 2.0}}}}
    })";
    static constexpr std::array<std::string_view, 8> accounts{"rich0", "rich1", "rich0", "poor0",
                                                              "poor1", "poor2", "rich1", "rich0"};
    static std::map<std::string, Amount> credits() {
        return {{"poor0", Amount::ten_thousandths(70'000)},
                {"poor1", Amount::ten_thousandths(300'000)},
                {"poor2", Amount::ten_thousandths(900'000)}};
    }

    // Processes.

    void start(Host& host) {
        host.process.begin();
        ++host.life;
        world_.tell("process", host.process.index, "begins");
        configs::InCode config;
        config.set("number_manager", JsonText(std::string(settings)));
        host.manager = Manager::open(host.process.context().get_executor(), Wire(network_, host.process),
                                     std::move(config), Branch(vault_, host.process), billing::ServicePlans(),
                                     tandem::accounts::Tree(), observers::Silent(), ProcessEnvironment(host.process))
                           .value();
        plan_recovery(host, world_.random.between(0ms, 5s));
    }
    void end(Host& host) {
        host.manager.reset();
        host.process.die();
        host.recovering = false;
    }
    void crash(Host& host) {
        if (!host.manager) { return; }
        ++crashes_;
        world_.tell("process", host.process.index, "dies");
        end(host);
        for (const auto& ask : host.asks) {
            if (ask->is_twin) { continue; }
            world_.after(world_.random.between(1ms, 1s), [this, ask] {
                if (ask->kind == Ask::Kind::buy && !ask->request.key.empty()) { clients_[ask->client].again = *ask; }
                think(ask->client);
            });
        }
        host.asks.clear();
        world_.after(world_.random.between(10ms, 10s), [this, &host] {
            if (!host.manager) { start(host); }
        });
    }

    void plan_recovery(Host& host, Duration delay) {
        world_.after(delay, [this, &host, life = host.life] {
            if (host.life != life || !host.manager) { return; }
            recover(host);
            plan_recovery(host, calm_ ? 30s : world_.random.between(10s, 60s));
        });
    }
    void recover(Host& host) {
        if (host.recovering) { return; }
        host.recovering = true;
        // A scheduler's recovery trusts the calendar.
        const bool follows = !calm_ && weather_.clock_jump == 0 && world_.random.below(2) == 0;
        world_.tell("process", host.process.index, follows ? "follows orders" : "recovers");
        boost::asio::co_spawn(host.process.context(), follows ? host.manager->follow_orders() : host.manager->recover(),
                              [this, &host](std::exception_ptr, Result<std::vector<Recovered>> report) {
                                  host.recovering = false;
                                  world_.tell("process", host.process.index, "is done with",
                                              report ? report->size() : std::size_t{0});
                                  if (report) { last_report_ = std::move(*report); }
                              });
        host.process.ready = true;
    }

    void let_run() {
        for (const auto& host : hosts_) { host->process.run(); }
    }

    /// What may come between any two events.
    void disturb() {
        Random& random = world_.random;
        if (plan_.crash_at != 0 && world_.events() == plan_.crash_at) { crash(*hosts_[0]); }
        if (random.happens(weather_.crash)) { crash(any_host()); }
        if (random.happens(weather_.freeze)) {
            Process& process = any_host().process;
            process.frozen_until = world_.now() + random.between(1s, 40s);
            world_.tell("process", process.index, "freezes");
            world_.after(process.frozen_until - world_.now(), [&process] { process.ready = true; });
        }
        if (random.happens(weather_.clock_jump)) {
            constexpr std::array<Duration, 6> jumps{0s, 3s, 30s, 10min, 1h, 24h};
            const Duration jump = jumps[random.below(jumps.size())];
            Process& process = any_host().process;
            process.skew = random.below(2) == 0 ? jump : -jump;
            world_.tell("the calendar of process", process.index, "jumps",
                        std::chrono::duration_cast<std::chrono::seconds>(process.skew).count());
        }
    }
    Host& any_host() { return *hosts_[world_.random.below(hosts_.size())]; }

    /// The faults stop; what is on its way stays so.
    void calm_down() {
        calm_ = true;
        weather_ = Weather::calm();
        std::fill(network_.storms.begin(), network_.storms.end(), Moment());
        world_.tell("the weather is calm");
        for (const auto& host : hosts_) {
            host->process.skew = Duration::zero();
            host->process.frozen_until = Moment();
            host->process.ready = true;
            if (!host->manager) { start(*host); }
        }
        let_run();
    }

    // Clients.

    void think(std::size_t client) {
        if (calm_) { return; }
        const bool is_patient = plan_.only_carrier && clients_[client].attempts > 1;  // it asked before
        const Duration pause = is_patient ? world_.random.between(10s, 20s) : world_.random.between(1ms, 1s);
        world_.after(pause, [this, client] { act(client); });
    }

    void act(std::size_t index) {
        if (calm_) { return; }
        Client& client = clients_[index];
        Random& random = world_.random;
        Host& host = plan_.only_carrier ? *hosts_[0] : any_host();
        if (!host.manager) {
            think(index);
            return;
        }
        if (plan_.only_carrier) {
            follow_scenario(host, index);
            return;
        }
        if (client.again) {
            Ask ask = *std::exchange(client.again, std::nullopt);
            buy(host, std::move(ask));
            return;
        }
        std::vector<E164>& numbers = numbers_[client.account];
        const std::uint64_t choice = random.below(100);
        if (client.offers.empty() || choice < 5) {
            search(host, index, static_cast<unsigned>(random.below(all_ways.size())));
        } else if (choice < 35 && !numbers.empty()) {
            const std::size_t which = random.below(numbers.size());
            const E164 number = numbers[which];
            numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(which));
            release(host, index, number);
        } else if (choice < 40) {
            list(host, index);
        } else {
            const std::size_t which = random.below(client.offers.size());
            Ask ask{.kind = Ask::Kind::buy, .client = index, .offer = client.offers[which]};
            if (!ask.offer.number.empty()) {
                client.offers.erase(client.offers.begin() + static_cast<std::ptrdiff_t>(which));
            } else if (random.below(4) == 0) {
                client.offers.clear();
            }
            ask.request = request_of(client);
            if (random.below(3) != 0) { ask.request.key = "key" + std::to_string(++keys_); }
            if (!ask.request.key.empty() && random.below(8) == 0) {  // the same, at the same time, elsewhere
                Ask twin = ask;
                twin.is_twin = true;
                if (Host& other = any_host(); other.manager) { buy(other, std::move(twin)); }
            }
            buy(host, std::move(ask));
        }
    }
    AcquireRequest request_of(const Client& client) {
        constexpr std::array<std::chrono::milliseconds, 3> waits{2s, 5s, 15s};
        AcquireRequest request{.account = client.account, .asked_by = client.account};
        request.wait = waits[world_.random.below(waits.size())];
        return request;
    }

    /// Search, buy until it is told what came of it, give back.
    void follow_scenario(Host& host, std::size_t index) {
        Client& client = clients_[index];
        std::vector<E164>& numbers = numbers_[client.account];
        if (client.again) {
            if (++client.attempts > 15) {
                finish_scenario();
            } else {
                Ask ask = *std::exchange(client.again, std::nullopt);
                buy(host, std::move(ask));
            }
        } else if (!numbers.empty()) {
            release(host, index, numbers.front());
            if (++client.attempts > 15) { finish_scenario(); }
        } else if (scenario_sold_) {
            finish_scenario();
        } else if (client.offers.empty()) {
            if (++client.attempts > 8) {
                finish_scenario();
            } else {
                search(host, index, *plan_.only_carrier);
            }
        } else {
            Ask ask{.kind = Ask::Kind::buy, .client = index, .offer = client.offers.front()};
            client.offers.clear();
            ask.request = {.account = client.account, .asked_by = client.account, .key = "key", .wait = 2s};
            buy(host, std::move(ask));
        }
    }
    void finish_scenario() {
        if (scenario_events_ == 0) { scenario_events_ = world_.events(); }
        done_ = true;
    }

    template <class T, class Done>
    void ask(Host& host, Ask asked, Task<Result<T>> task, Done done) {
        const auto kept = std::make_shared<Ask>(std::move(asked));
        host.asks.push_back(kept);
        boost::asio::co_spawn(host.process.context(), std::move(task),
                              [this, &host, kept, done](std::exception_ptr failure, Result<T> result) {
                                  std::erase(host.asks, kept);
                                  if (failure) {
                                      world_.break_law("nothing escapes", "an exception left the manager");
                                      return;
                                  }
                                  done(*kept, result);
                                  if (!kept->is_twin) { think(kept->client); }
                              });
        host.process.ready = true;
    }

    void search(Host& host, std::size_t index, unsigned carrier) {
        SearchRequest request;
        request.prefix = "+1415";
        request.quantity = 20;
        request.account = request.asked_by = clients_[index].account;
        request.carriers.push_back(all_ways[carrier].name);
        const Ask asked{.kind = Ask::Kind::search, .client = index};
        ask(host, asked, host.manager->find_numbers(request), [this](const Ask& done, Result<SearchResult>& found) {
            if (!found) { return; }
            Client& client = clients_[done.client];
            client.offers.assign(found->offers.begin(), found->offers.end());
            client.offers.insert(client.offers.end(), found->groups.begin(), found->groups.end());
        });
    }
    void list(Host& host, std::size_t index) {
        NumberQuery query;
        query.account = clients_[index].account;
        query.limit = 50;
        const Ask asked{.kind = Ask::Kind::list, .client = index};
        ask(host, asked, host.manager->list_numbers(query, AccountId(clients_[index].account)),
            [this](const Ask& done, Result<NumberPage>& page) {
                if (!page) { return; }
                std::vector<E164>& numbers = numbers_[clients_[done.client].account];
                numbers.clear();
                for (const Number& number : page->numbers) {
                    if (number.fence.empty()) { numbers.push_back(number.number); }
                }
            });
    }
    void release(Host& host, std::size_t index, E164 number) {
        const Ask asked{.kind = Ask::Kind::release, .client = index, .number = number};
        const ReleaseRequest request{.asked_by = clients_[index].account, .wait = 5s};
        world_.tell("client", index, "releases", number, "at process", host.process.index);
        ask(host, asked, host.manager->disconnect_number(number, request),
            [this](const Ask& done, Result<Receipt>& receipt) {
                const bool gone =
                    receipt ? receipt->outcome == Outcome::released : receipt.error().code == errc::not_found;
                if (gone) { std::erase(numbers_[clients_[done.client].account], done.number); }
                check_answer(done, receipt);
            });
    }
    void buy(Host& host, Ask asked) {
        world_.tell("client", asked.client, "buys", asked.offer.number, "from", asked.offer.carrier, "with",
                    asked.request.key.view(), "at process", host.process.index);
        Offer offer = asked.offer;
        const AcquireRequest request = asked.request;
        ask(host, std::move(asked), host.manager->acquire_number(std::move(offer), purchase, request),
            [this](const Ask& done, Result<Receipt>& receipt) { bought(done, receipt); });
    }

    void bought(const Ask& asked, Result<Receipt>& receipt) {
        check_answer(asked, receipt);
        Client& client = clients_[asked.client];
        if (receipt && receipt->outcome == Outcome::sold) {
            std::vector<E164>& numbers = numbers_[client.account];
            scenario_sold_ = true;
            client.attempts = 0;
            if (std::find(numbers.begin(), numbers.end(), receipt->number.number) == numbers.end()) {
                numbers.push_back(receipt->number.number);
            }
            return;
        }
        const bool may_tell_more = receipt || receipt.error().code == errc::store;
        if (!asked.is_twin && may_tell_more && !asked.request.key.empty() &&
            (plan_.only_carrier || world_.random.below(2) == 0)) {
            client.again = asked;
        }
    }

    /// What a client is told is what the store holds, and the same each time.
    void check_answer(const Ask& asked, const Result<Receipt>& receipt) {
        const bool buying = asked.kind == Ask::Kind::buy;
        const bool keyed = buying && !asked.request.key.empty();
        const std::pair<std::string, std::string> key{clients_[asked.client].account, asked.request.key.str()};
        if (!receipt) {
            world_.tell("client", asked.client, "is told", name_of(receipt.error().code));
            switch (receipt.error().code) {  // those with which only a carrier's refusal ends
                case errc::by_carrier:
                case errc::number_unavailable:
                case errc::rate_limited:
                case errc::unreachable:
                    if (keyed) { told_[key].refused = true; }
                    break;
                default: break;
            }
            return;
        }
        world_.tell("client", asked.client, "is told", name_of(receipt->outcome), receipt->operation,
                    receipt->number.number);
        if (receipt->operation.empty()) { return; }
        const Witness::Known* known = witness_.find(receipt->operation);
        if (known == nullptr && receipt->outcome == Outcome::unknown) { return; }  // its claim is still on its way
        const bool final = receipt->outcome == Outcome::sold || receipt->outcome == Outcome::released;
        if (known == nullptr || (final && known->phase != Operation::Phase::done) ||
            (buying && final && known->number != receipt->number.number)) {
            witness_.broken("answers are true", "told " + std::string(name_of(receipt->outcome)), receipt->operation,
                            receipt->number.number);
        }
        if (!keyed) { return; }
        Told& told = told_[key];
        if (told.operation.empty()) { told.operation = receipt->operation; }
        if (told.operation != receipt->operation) {
            witness_.broken("one key, one answer", "another operation than " + brief(told.operation),
                            receipt->operation, receipt->number.number);
        }
    }

    // The end.

    /// What recovery still reports, once everything had its time.
    void last_look() {
        Host& host = *hosts_[0];
        end_recovery(host);  // that is under way
        last_report_.clear();
        recover(host);
        let_run();
        end_recovery(host);
    }
    void end_recovery(const Host& host) {
        const Moment end = world_.now() + 1min;
        while (host.recovering && world_.step(end)) { let_run(); }
        if (host.recovering) { world_.break_law("final within ten minutes", "recovery does not come to its end"); }
    }

    void judge() {
        std::set<OperationId> reported;
        for (const Recovered& one : last_report_) { reported.insert(one.operation); }
        const std::vector<Operation> open = vault_.now(vault_.memory.open_operations({}, 100'000));
        for (const Operation& operation : open) {
            const bool only_a_person_can_tell =
                operation.carrier == Counter::info.name && operation.phase == Operation::Phase::unknown;
            if (!only_a_person_can_tell) {
                witness_.broken("final within ten minutes",
                                operation.carrier + " can tell, and it is " + std::string(name_of(operation.phase)),
                                operation.id, operation.number);
            } else if (!reported.contains(operation.id)) {
                witness_.broken("a person sees what is unknown", "recover does not report it", operation.id,
                                operation.number);
            }
            ++undecided_;
        }
        for (const auto& [number, owned] : witness_.owned()) {
            const auto* known = witness_.find(owned.by);
            const auto record = vault_.now(vault_.memory.get(number));
            const bool in_service = record && record->state == State::in_service && !record->assigned_to.empty();
            const bool a_person_sees = known != nullptr && known->open();
            const bool being_released = record && !record->fence.empty();
            if (!in_service && !a_person_sees && !being_released) {
                witness_.broken("no lost number", "the carrier calls it ours, and the store knows nothing", owned.by,
                                number);
            }
            if (in_service && known != nullptr && known->account != record->assigned_to) {
                witness_.broken("no two owners", "in service for " + record->assigned_to, owned.by, number);
            }
        }
        NumberQuery everything;
        everything.limit = 100'000;
        const NumberPage records = vault_.now(vault_.memory.scan(everything));
        for (const Number& record : records.numbers) {
            const bool fenced = !record.fence.empty();
            if (!fenced && !witness_.owns(record.number)) {
                const auto by = witness_.in_service().find(record.number);
                witness_.broken("no phantom", "the store has it, and the carrier does not call it ours",
                                by == witness_.in_service().end() ? OperationId() : by->second, record.number);
            }
        }
        for (const auto& [key, told] : told_) {
            if (!told.refused) { continue; }
            const auto operation = vault_.now(vault_.memory.operation_by_key(key.first, key.second));
            if (operation && operation->phase != Operation::Phase::refused) {
                witness_.broken("answers are true",
                                "told that it is refused, and it is " + std::string(name_of(operation->phase)),
                                operation->id, operation->number);
            }
        }
    }

    Plan plan_;
    World world_;
    Weather weather_;
    Witness witness_;
    Vault vault_;
    std::vector<Supplier> suppliers_{};
    Network network_;
    std::vector<std::unique_ptr<Host>> hosts_{};
    std::vector<Client> clients_{};
    std::map<std::string, std::vector<E164>> numbers_{};  ///< what each account believes to have
    std::map<std::pair<std::string, std::string>, Told> told_{};
    std::vector<Recovered> last_report_{};
    std::uint64_t keys_ = 0;
    std::uint64_t crashes_ = 0;
    std::uint64_t undecided_ = 0;
    std::uint64_t scenario_events_ = 0;
    bool scenario_sold_ = false;
    bool calm_ = false;
    bool done_ = false;
};

}  // namespace tandem::simulation
