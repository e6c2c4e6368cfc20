// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "commands/activate.hpp"
#include "commands/age.hpp"
#include "commands/buy.hpp"
#include "commands/carriers.hpp"
#include "commands/check.hpp"
#include "commands/conclude.hpp"
#include "commands/create.hpp"
#include "commands/import.hpp"
#include "commands/list.hpp"
#include "commands/move.hpp"
#include "commands/quote.hpp"
#include "commands/reconcile.hpp"
#include "commands/recover.hpp"
#include "commands/release.hpp"
#include "commands/remove.hpp"
#include "commands/reserve.hpp"
#include "commands/sandbox.hpp"
#include "commands/search.hpp"
#include "commands/show.hpp"
#include "commands/update.hpp"
#include "globals.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

namespace numbers {

/// What was typed: the options that every command has, and those of each command.
class CommandLine {
public:
    CommandLine() {
        app_.option_defaults()->always_capture_default(false);
        app_.add_option("--config", globals_.config, "settings: a JSON file; the environment goes before it")
            ->type_name("FILE")
            ->take_last();
        app_.add_option("--store", globals_.store,
                        "memory:, sqlite:FILE, postgresql://USER@HOST/DATABASE or couchdb://USER:PASSWORD@HOST:PORT "
                        "(sqlite:numbers.db)")
            ->type_name("URI")
            ->take_last();
        app_.add_option("--as", globals_.as, "the account that asks (system)")->type_name("ACCOUNT")->take_last();
        auto* record = app_.add_option("--record", globals_.record,
                                       "keep what passes between us and the carriers, without secrets: a new HAR file")
                           ->type_name("FILE");
        app_.add_option("--replay", globals_.replay, "answer from such a file instead of asking the carriers")
            ->type_name("FILE")
            ->excludes(record);
        app_.add_option("--log-level", globals_.log_level,
                        "what is told on standard error of requests and orders (off)")
            ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
            ->take_last();
        app_.add_flag("--json", globals_.json, "one JSON document on standard output, for errors too");
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.footer(
            "Exit: 0 done, 1 refused or failed, 2 wrong usage or settings, 3 unknown or pending (see recover).");
        std::apply([&](auto&... command) { (describe(command), ...); }, commands_);
    }
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    /// Errors: `invalid`. Nothing but the text to print when help was asked for.
    tandem::Result<std::string> parse(int argc, const char* const* argv) {
        globals_.json = std::any_of(argv, argv + argc, [](std::string_view each) { return each == "--json"; });
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForHelp&) {
            const auto chosen = app_.get_subcommands();
            return chosen.empty() ? app_.help() : chosen.front()->help();
        } catch (const CLI::ParseError& failure) {
            std::string what = failure.what();
            if (app_.get_subcommands().empty() && dynamic_cast<const CLI::RequiredError*>(&failure) != nullptr) {
                what = "a command is one of:";
                for (const CLI::App* each : app_.get_subcommands({})) { what += " " + each->get_name(); }
            }
            return tandem::Error{.code = tandem::errc::invalid, .message = what + "; see numbers --help"};
        }
        return std::string();
    }

    const Globals& globals() const { return globals_; }

    /// Calls `use` with the command that was typed. Requires: `parse` went well.
    template <class Use>
    auto visit(Use use) const {
        decltype(use(std::get<0>(commands_))) result;
        std::apply(
            [&](const auto&... command) {
                (void)((app_.got_subcommand(command.name) && (result = use(command), true)) || ...);
            },
            commands_);
        return result;
    }

private:
    template <class Command>
    void describe(Command& command) {
        command.describe(*app_.add_subcommand(Command::name, Command::purpose));
    }

    Globals globals_;
    std::tuple<Search, Quote, Buy, Reserve, Create, Activate, Move, Update, Release, Age, Remove, Show, List, Check,
               Import, ListCarriers, Recover, Conclude, Reconcile, Sandbox>
        commands_;
    CLI::App app_{"Telephone numbers: find them, buy them and give them back, at many carriers at once.", "numbers"};
};

}  // namespace numbers
