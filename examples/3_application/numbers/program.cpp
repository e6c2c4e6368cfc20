// SPDX-License-Identifier: BSL-1.0
#include "program.hpp"

#include "answer.hpp"
#include "command_line.hpp"
#include "interruption.hpp"
#include "log.hpp"
#include "settings.hpp"
#include "values.hpp"
#include "wire.hpp"

#include <tandem/accounts/tree.hpp>
#include <tandem/billing/service_plans.hpp>
#include <tandem/carriers/all.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/run.hpp>
#include <tandem/transports/resilient.hpp>

#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace numbers {
namespace {

using Manager = tandem::NumberManager<tandem::carriers::All, AnyTransport, Settings, AnyStore,
                                      tandem::billing::ServicePlans, tandem::accounts::Tree, tandem::observers::Spdlog>;

Answer failed(const tandem::Error& error) {
    return {tandem::failure_to_json(error), "numbers: " + sentence_of(error) + "\n", exit_of(error)};
}

/// What `work` answers. Whatever fails is an answer too.
template <class Work>
Answer attempt(Work work) try {
    return work();
} catch (const tandem::Exception& failure) {
    return failed(failure.error());
} catch (const std::length_error& failure) {  // text or a list that a request cannot hold
    return failed({.code = tandem::errc::invalid, .message = failure.what()});
} catch (const std::exception& failure) {
    return failed({.message = "a fault in this program", .cause = failure.what()});
}

/// Runs one command.
template <class Command>
Answer perform(const Command& command, const Globals& globals, const Wrappers& wrappers) {
    if constexpr (requires { command.run_alone(globals); }) {
        return command.run_alone(globals);
    } else {
        (void)short_text<tandem::AccountId>(globals.as, "--as");  // before it is taken for what `--account` names
        boost::asio::io_context context(1);
        Settings settings = open_settings(globals.config, Manager::carriers_type::infos);
        AnyStore store =
            AnyStore::open(Command::needs_store ? globals.store : "memory:", context.get_executor()).value();
        Wire wire = open_wire(context.get_executor(), globals).value();
        // A recording below what makes the transport resilient has every attempt.
        AnyTransport transport(tandem::transports::Resilient<AnyTransport>(wire.transport));
        auto opened =
            Manager::open(context.get_executor(), wrappers.transport(std::move(transport)), std::move(settings),
                          wrappers.store(std::move(store)), tandem::billing::ServicePlans(), tandem::accounts::Tree(),
                          open_log(globals.log_level));
        if (!opened) { wire.discard(); }
        Manager manager = std::move(opened).value();
        const Interruption interruption(context, Command::changes_carriers);
        Answer answer = attempt([&] { return tandem::run(context, command.run(manager, globals)); });
        if (const auto saved = wire.save(); !saved) {  // what was done stands, and is told
            std::fputs(("numbers: " + sentence_of(saved.error()) + "\n").c_str(), stderr);
            if (answer.exit == done) { answer.exit = refused; }
        }
        return answer;
    }
}

/// One document on standard output; or text for people, failures on standard error.
/// Errors: an output that takes nothing makes a success a failure.
int print(const Answer& answer, bool json) {
    const bool failure = answer.document.contains("error") && answer.document.size() == 1;
    std::FILE* const out = !json && failure ? stderr : stdout;
    const bool silent = answer.document.empty();
    const std::string text = silent ? "" : json ? terminal_safe_json(answer.document) + "\n" : answer.text;
    const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
    if (json && failure) { std::fwrite(answer.text.data(), 1, answer.text.size(), stderr); }
    return !written && answer.exit == done ? refused : answer.exit;
}

}  // namespace

int run(int argc, const char* const* argv, const Wrappers& wrappers) {
    std::signal(SIGPIPE, SIG_IGN);  // no purchase is cut short because nobody reads its log any more
    CommandLine line;
    const auto help = line.parse(argc, argv);
    if (!help) { return print(failed(help.error()), line.globals().json); }
    if (!help->empty()) { return print({{{"help", *help}}, *help, done}, line.globals().json); }
    const auto perform_it = [&](const auto& command) {
        return attempt([&] { return perform(command, line.globals(), wrappers); });
    };
    return print(line.visit(perform_it), line.globals().json);
}

}  // namespace numbers
