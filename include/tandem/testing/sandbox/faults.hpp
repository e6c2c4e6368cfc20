// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/message.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// What goes wrong with the requests that fit, before or after they took effect.
struct Fault {
    enum class Garbage { none, body, wire };

    std::string match{};    ///< part of the target; empty: any
    std::string method{};   ///< empty: any
    std::size_t skip = 0;   ///< how many that fit go through first
    std::size_t times = 0;  ///< how many are struck; 0: until the faults are cleared
    bool after = false;     ///< the state changes first, then it strikes
    std::chrono::milliseconds delay{0};
    int status = 0;  ///< instead of the reply; 0: the reply stays
    std::optional<std::int64_t> retry_after{};
    std::optional<std::size_t> cut_at{};  ///< bytes of the raw reply that leave before the connection closes
    Garbage garbage = Garbage::none;      ///< in place of the body, or of the whole reply
    bool silent = false;

    std::size_t seen = 0;
};

/// Reads a fault of the control interface.
/// Errors: `Refusal`, naming the key.
inline Fault to_fault(const boost::json::value& value) {
    if (!value.is_object()) { throw Refusal(400, "a fault is an object"); }
    const auto whole = [](const boost::json::value& number, std::string_view key, std::int64_t least,
                          std::int64_t most) {
        if (!number.is_int64() || number.get_int64() < least || number.get_int64() > most) {
            throw Refusal(400, std::string(key) + " is a whole number from " + std::to_string(least) + " to " +
                                   std::to_string(most));
        }
        return number.get_int64();
    };
    const auto text = [](const boost::json::value& word, std::string_view key) {
        if (!word.is_string()) { throw Refusal(400, std::string(key) + " is text"); }
        return std::string(word.get_string());
    };
    Fault fault;
    std::string when;
    for (const auto& [key, part] : value.get_object()) {
        if (key == "match") {
            fault.match = text(part, key);
        } else if (key == "method") {
            fault.method = text(part, key);
        } else if (key == "when") {
            when = text(part, key);
            if (when != "before" && when != "after") { throw Refusal(400, "when is before or after"); }
        } else if (key == "skip") {
            fault.skip = static_cast<std::size_t>(whole(part, key, 0, 1'000'000));
        } else if (key == "times") {
            fault.times = static_cast<std::size_t>(whole(part, key, 1, 1'000'000));
        } else if (key == "delay_ms") {
            fault.delay = std::chrono::milliseconds(whole(part, key, 0, 600'000));
        } else if (key == "status") {
            fault.status = static_cast<int>(whole(part, key, 200, 599));
        } else if (key == "retry_after") {
            fault.retry_after = whole(part, key, 0, 86'400);
        } else if (key == "cut_at") {
            fault.cut_at = static_cast<std::size_t>(whole(part, key, 0, 1'000'000'000));
        } else if (key == "garbage" && (part == true || part == "body")) {
            fault.garbage = Fault::Garbage::body;
        } else if (key == "garbage" && part == "wire") {
            fault.garbage = Fault::Garbage::wire;
        } else if (key == "garbage") {
            throw Refusal(400, "garbage is true (or \"body\"), or \"wire\"");
        } else if (key == "silent" && part.is_bool()) {
            fault.silent = part.get_bool();
        } else {
            throw Refusal(400,
                          "unknown key " + std::string(key) +
                              "; match, method, when, skip, times, delay_ms, status, retry_after, cut_at, garbage, "
                              "silent are known");
        }
    }
    if (fault.delay.count() == 0 && fault.status == 0 && !fault.cut_at && fault.garbage == Fault::Garbage::none &&
        !fault.silent) {
        throw Refusal(400, "a fault needs one of delay_ms, status, cut_at, garbage, silent");
    }
    if (fault.retry_after && fault.status == 0) { throw Refusal(400, "retry_after goes with a status"); }
    // A reply that is cut or spoilt is one that was on its way.
    const bool needs_reply = fault.status == 0 && (fault.cut_at || fault.garbage != Fault::Garbage::none);
    fault.after = when == "after" || (when.empty() && needs_reply);
    if (when == "before" && needs_reply) { throw Refusal(400, "cut_at and garbage before the effect need a status"); }
    return fault;
}

/// The faults in force: of those that fit a request, the first that is not used up strikes.
class Faults {
public:
    /// Replaces all by what the control's body lists; `[]` and `{}` clear.
    /// Errors: `Refusal`; then nothing changed.
    void set(const boost::json::value& value) {
        std::vector<Fault> faults;
        if (value.is_array()) {
            for (const auto& each : value.get_array()) { faults.push_back(to_fault(each)); }
        } else if (!value.is_object() || !value.get_object().empty()) {
            faults.push_back(to_fault(value));
        }
        faults_ = std::move(faults);
    }

    std::optional<Fault> next(const Call& call) {
        for (Fault& fault : faults_) {
            const bool fits = (fault.method.empty() || fault.method == call.method) &&
                              call.target.find(fault.match) != std::string::npos;
            if (!fits || (fault.times != 0 && fault.seen >= fault.skip + fault.times)) { continue; }
            if (fault.seen++ >= fault.skip) { return fault; }
        }
        return {};
    }

private:
    std::vector<Fault> faults_;
};

}  // namespace tandem::testing::sandbox
