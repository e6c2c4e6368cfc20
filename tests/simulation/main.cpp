// SPDX-License-Identifier: BSL-1.0
#include "simulation.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Runs worlds of the purchase protocol until one breaks a law or the time is over. A world is its seed: the one that
/// broke is run once more with its trace kept.
namespace tandem::simulation {

/// Sums over worlds.
struct Totals {
    std::uint64_t worlds = 0;
    std::uint64_t purchases = 0;
    std::uint64_t sold = 0;
    std::uint64_t released = 0;
    std::uint64_t crashes = 0;
    std::uint64_t undecided = 0;
    std::uint64_t events = 0;

    void add(const Outcomes& outcomes) {
        ++worlds;
        purchases += outcomes.purchases;
        sold += outcomes.sold;
        released += outcomes.released;
        crashes += outcomes.crashes;
        undecided += outcomes.undecided;
        events += outcomes.events;
    }
};

/// What repeats a world.
inline std::string command_of(const Plan& plan) {
    std::string command = "test_simulation --seed " + std::to_string(plan.seed);
    if (plan.only_carrier) {
        command += " --carrier " + std::string(all_ways[*plan.only_carrier].name) + " --crash-at " +
                   std::to_string(plan.crash_at);
    }
    return command;
}

/// The whole trace, or of a long one what speaks of the subjects and of what happens to processes, and its end.
inline void print_steps(const Outcomes& outcomes, bool all) {
    constexpr std::size_t last = 20;
    const auto is_told = [&](const std::string& step) {
        const auto has = [&](std::string_view text) { return step.find(text) != step.npos; };
        return has(" dies") || has("begins") || has("freezes") || has("jumps") || has("calm") || has("recovers") ||
               std::any_of(outcomes.violation->subjects.begin(), outcomes.violation->subjects.end(),
                           [&](const std::string& subject) { return has(subject); });
    };
    for (std::size_t i = 0; i < outcomes.steps.size(); ++i) {
        if (all || i + last >= outcomes.steps.size() || is_told(outcomes.steps[i])) {
            std::cout << outcomes.steps[i] << '\n';
        }
    }
}

/// Runs a world. Whether all laws held; where not, tells which one broke, and how.
inline bool hold(Plan plan, Totals& totals) {
    const Outcomes outcomes = Simulation(plan).run();
    totals.add(outcomes);
    if (plan.keeps_steps && !outcomes.violation) { print_steps(outcomes, true); }
    if (!outcomes.violation) { return true; }
    const bool all = std::exchange(plan.keeps_steps, true);
    const Outcomes again = Simulation(plan).run();
    print_steps(again, all);
    std::cout << "\nbroken: " << outcomes.violation->law << " (" << outcomes.violation->detail << ")\n"
              << "repeat: " << command_of(plan) << " --steps\n"
              << (again.hash == outcomes.hash ? "" : "and the second run was another one\n") << std::flush;
    return false;
}

/// Whether a world is the same each time.
inline bool repeats(Plan plan) {
    const std::uint64_t first = Simulation(plan).run().hash;
    plan.keeps_steps = true;
    const std::uint64_t second = Simulation(plan).run().hash;
    if (first != second) { std::cout << "seed " << plan.seed << " is not the same world each time\n"; }
    return first == second;
}

/// The plan of a world with one client at one carrier, whose process dies behind event `crash_at`.
inline Plan scenario(std::uint64_t seed, unsigned carrier, std::uint64_t crash_at) {
    return {.seed = seed,
            .processes = 2,
            .clients = 1,
            .unrest = 240s,
            .only_carrier = carrier,
            .crash_at = crash_at,
            .fair = seed % 2 == 0};
}

/// Dies once behind each event of the scenario at each carrier. Whether all laws held.
inline bool crash_everywhere(std::uint64_t seed, Totals& totals, std::uint64_t& points) {
    for (unsigned carrier = 0; carrier < all_ways.size(); ++carrier) {
        const std::uint64_t events = Simulation(scenario(seed, carrier, 0)).run().scenario_events;
        for (std::uint64_t event = 1; event <= events; ++event, ++points) {
            if (!hold(scenario(seed, carrier, event), totals)) { return false; }
        }
    }
    return true;
}

}  // namespace tandem::simulation

int main(int argc, char** argv) {
    using namespace tandem::simulation;

    CLI::App app("Simulated purchases in simulated bad weather");
    Plan plan;
    std::uint64_t seeds = 0;
    double seconds = 0;
    std::uint64_t same = 0;
    bool crash_points = false, goes_on = false;
    std::string carrier;
    app.add_option("--seed", plan.seed, "the first world");
    app.add_option("--seeds", seeds, "how many worlds");
    app.add_option("--seconds", seconds, "for how long, where no count is given");
    app.add_option("--same", same, "run the first worlds twice and compare");
    app.add_flag("--steps", plan.keeps_steps, "print the whole trace");
    app.add_flag("--crash-points", crash_points, "small worlds, with a crash behind each single event");
    app.add_option("--carrier", carrier, "the small world of one carrier alone");
    app.add_option("--crash-at", plan.crash_at, "the event of the small world behind which its process dies");
    app.add_flag("--go-on", goes_on, "after a broken law too");
    CLI11_PARSE(app, argc, argv);
    if (!carrier.empty()) {
        unsigned index = 0;
        while (index < all_ways.size() && all_ways[index].name != carrier) { ++index; }
        if (index == all_ways.size()) {
            return app.exit(CLI::ValidationError("--carrier", "there is no such carrier"));
        }
        const bool keeps_steps = plan.keeps_steps;
        plan = scenario(plan.seed, index, plan.crash_at);
        plan.keeps_steps = keeps_steps;
    }
    if (seeds == 0 && seconds == 0) { seeds = 1; }

    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    Totals totals;
    std::uint64_t points = 0, broken = 0;
    for (std::uint64_t i = 0; i < same; ++i) {
        Plan first = plan;
        first.seed += i;
        if (!repeats(first)) { ++broken; }
    }
    for (std::uint64_t done = 0; seeds != 0 ? done < seeds : elapsed() < seconds; ++done, ++plan.seed) {
        const bool held = crash_points ? crash_everywhere(plan.seed, totals, points) : hold(plan, totals);
        broken += !held;
        if (!held && !goes_on) { break; }
    }
    std::cout << totals.worlds << " worlds, " << totals.purchases << " purchases begun, " << totals.sold << " sold, "
              << totals.released << " released, " << totals.crashes << " crashes";
    if (crash_points) { std::cout << " at " << points << " points"; }
    std::cout << ", " << totals.undecided << " left to a person, " << totals.events << " events, " << broken
              << " laws broken, " << static_cast<std::uint64_t>(static_cast<double>(totals.purchases) / elapsed())
              << " purchases/s\n";
    return broken == 0 ? 0 : 1;
}
