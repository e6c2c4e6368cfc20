// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "terminal.hpp"

#include <tandem/core/error_json.hpp>
#include <tandem/core/number_json.hpp>
#include <tandem/core/operation.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <utility>

namespace numbers {

/// What the shell learns.
enum Exit : int {
    done = 0,
    refused = 1,   ///< or failed
    usage = 2,     ///< a wrong option or a wrong setting
    unsettled = 3  ///< unknown or pending: `recover` finds out
};

/// What a command gives back: one document for programs, and the same as text for people.
struct Answer {
    boost::json::object document{};
    std::string text{};
    Exit exit = done;
};

/// Whoever typed the command can mend it; a carrier's complaint about input is a refusal.
inline Exit exit_of(const tandem::Error& error) {
    switch (error.code) {
        case tandem::errc::settings: return usage;
        case tandem::errc::invalid:
        case tandem::errc::unknown_carrier: return error.carrier.empty() ? usage : refused;
        case tandem::errc::outcome_unknown: return unsettled;
        default: return refused;
    }
}

/// A failure as a sentence: `telnyx: the number is no longer for sale (sold yesterday) [number_unavailable]`.
inline std::string sentence_of(const tandem::Error& error) {
    std::string sentence = error.carrier.empty() ? std::string() : error.carrier + ": ";
    sentence += error.message.empty() ? std::string(name_of(error.code)) : error.message;
    if (!error.cause.empty()) { sentence += " (" + error.cause + ")"; }
    sentence += " [" + std::string(name_of(error.code)) + "]";
    return printable(sentence);
}

inline Exit exit_of(tandem::Outcome outcome) {
    switch (outcome) {
        case tandem::Outcome::sold:
        case tandem::Outcome::released: return done;
        case tandem::Outcome::pending:
        case tandem::Outcome::unknown: return unsettled;
        case tandem::Outcome::refused: return refused;
    }
    return refused;
}

/// What `buy`, `release`, `show` and the other commands about one number answer. Nothing is null.
inline Answer stand_of(const tandem::Number& number, const tandem::OperationId& operation,
                       std::optional<tandem::Outcome> outcome) {
    Answer answer;
    answer.document["number"] = to_json(number);
    answer.document["operation"] = tandem::readable_or_null(operation.view());
    answer.document["outcome"] = outcome ? boost::json::value(name_of(*outcome)) : boost::json::value(nullptr);
    std::string& text = answer.text;
    text = number.number.empty() ? std::string("a number not yet named") : number.number.str();
    // Bought is in service; anything else that went well is told by the state that it led to.
    const bool by_state = !outcome || (*outcome == tandem::Outcome::sold && number.state != tandem::State::in_service);
    text += ": " + std::string(by_state ? name_of(number.state) : name_of(*outcome));
    if (!number.carrier.empty()) { text += ", carrier " + printable(number.carrier); }
    if (!number.assigned_to.empty()) { text += ", account " + printable(number.assigned_to); }
    if (!operation.empty()) { text += ", operation " + printable(operation.view()); }
    text += "\n";
    return answer;
}

}  // namespace numbers
