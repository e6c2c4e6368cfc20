// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tandem {

/// What went wrong; one cause a line. The HTTP code and the error string of each are in `code_of` and `name_of`.
enum class errc {
    invalid = 1,                  ///< the input breaks a rule that the message states
    number_is_porting,            ///< Kazoo: the number is on its way to or from another carrier
    number_exists,                ///< Kazoo: the number is there already
    not_found,                    ///< no such number, offer, search or operation here
    not_reconcilable,             ///< Kazoo: not a number that can be ours
    unauthorized,                 ///< the caller may not do this to this number
    service_restriction,          ///< the account's standing forbids it
    not_enough_credit,            ///< the charges exceed the account's credit
    no_change_required,           ///< Kazoo: the number is already what was asked for
    invalid_state_transition,     ///< Kazoo: "from X to Y" is not allowed
    assign_failure,               ///< Kazoo: the number cannot be assigned to that account
    by_carrier,                   ///< the carrier failed; its reason is the cause
    unspecified,                  ///< a fault of ours
    not_available,                ///< the carrier has nothing that fits
    number_unavailable,           ///< the number was sold or withdrawn since it was found
    unknown_carrier,              ///< no carrier of that name is composed into this manager
    carrier_not_specified,        ///< neither the number nor the request names a carrier
    not_implemented,              ///< the carrier does not offer this operation
    provisioning_disabled,        ///< the settings forbid buying and releasing at this carrier
    carrier_refuses_credentials,  ///< the carrier answered 401 or 403
    carrier_out_of_funds,         ///< our balance at the carrier does not cover the order
    needs_action,                 ///< the carrier wants documents, an address or a contract first
    rate_limited,                 ///< too many requests; see `Error::retry_after`
    price_exceeded,               ///< dearer than the cap, or of unknown price under a cap
    timeout,                      ///< the deadline passed
    unreachable,                  ///< no connection, or it broke
    malformed_reply,              ///< the reply is not what the carrier's document promises
    reply_too_large,              ///< the reply exceeds the operation's limit
    conflict,                     ///< someone else changed the record first, or its revision is old
    key_reused,                   ///< the idempotency key belongs to another request
    in_progress,                  ///< an operation on this number is still open
    outcome_unknown,              ///< the carrier may have acted; `recover` finds out
    search_expired,               ///< the query id names no live search
    settings,                     ///< a setting is missing or wrong
    store,                        ///< the store failed
    cancelled,                    ///< the caller gave up
};

/// The HTTP status with which Kazoo's API would answer.
constexpr int code_of(errc code) {
    switch (code) {
        case errc::invalid:
        case errc::number_is_porting:
        case errc::no_change_required:
        case errc::invalid_state_transition:
        case errc::assign_failure:
        case errc::unknown_carrier:
        case errc::carrier_not_specified: return 400;
        case errc::service_restriction:
        case errc::not_enough_credit:
        case errc::price_exceeded: return 402;
        case errc::unauthorized: return 403;
        case errc::not_found:
        case errc::not_reconcilable:
        case errc::not_available: return 404;
        case errc::number_exists:
        case errc::number_unavailable:
        case errc::conflict:
        case errc::key_reused:
        case errc::in_progress:
        case errc::needs_action: return 409;
        case errc::search_expired: return 410;
        case errc::rate_limited: return 429;
        case errc::not_implemented: return 501;
        case errc::unreachable:
        case errc::malformed_reply:
        case errc::reply_too_large:
        case errc::carrier_refuses_credentials:
        case errc::carrier_out_of_funds: return 502;
        case errc::provisioning_disabled: return 503;
        case errc::timeout: return 504;
        case errc::by_carrier:
        case errc::unspecified:
        case errc::outcome_unknown:
        case errc::settings:
        case errc::store:
        case errc::cancelled: return 500;
    }
    return 500;
}

/// Kazoo's error string; ours are the enumerators' names.
constexpr std::string_view name_of(errc code) {
    switch (code) {
        case errc::invalid: return "invalid";
        case errc::number_is_porting: return "number_is_porting";
        case errc::number_exists: return "number_exists";
        case errc::not_found: return "not_found";
        case errc::not_reconcilable: return "not_reconcilable";
        case errc::unauthorized: return "forbidden";
        case errc::service_restriction: return "service_restriction";
        case errc::not_enough_credit: return "not_enough_credit";
        case errc::no_change_required: return "no_change_required";
        case errc::invalid_state_transition: return "invalid_state_transition";
        case errc::assign_failure: return "assign_failure";
        case errc::by_carrier:
        case errc::unspecified: return "unspecified_fault";
        case errc::not_available: return "not_available";
        case errc::number_unavailable: return "number_unavailable";
        case errc::unknown_carrier: return "unknown_carrier";
        case errc::carrier_not_specified: return "carrier_not_specified";
        case errc::not_implemented: return "not_implemented";
        case errc::provisioning_disabled: return "provisioning_disabled";
        case errc::carrier_refuses_credentials: return "carrier_refuses_credentials";
        case errc::carrier_out_of_funds: return "carrier_out_of_funds";
        case errc::needs_action: return "needs_action";
        case errc::rate_limited: return "rate_limited";
        case errc::price_exceeded: return "price_exceeded";
        case errc::timeout: return "timeout";
        case errc::unreachable: return "unreachable";
        case errc::malformed_reply: return "malformed_reply";
        case errc::reply_too_large: return "reply_too_large";
        case errc::conflict: return "conflict";
        case errc::key_reused: return "key_reused";
        case errc::in_progress: return "in_progress";
        case errc::outcome_unknown: return "outcome_unknown";
        case errc::search_expired: return "search_expired";
        case errc::settings: return "settings";
        case errc::store: return "store";
        case errc::cancelled: return "cancelled";
    }
    return "unspecified_fault";
}

/// A failure as a value. Decide on `code`; `message` is for people; `cause` holds the words of whoever failed,
/// untrusted.
struct Error {
    errc code = errc::unspecified;
    std::string message{};                                   ///< what was wrong and what is allowed
    std::string cause{};                                     ///< the carrier's, store's or system's own words
    std::string carrier{};                                   ///< whose failure it was; the manager fills it in
    std::optional<std::chrono::milliseconds> retry_after{};  ///< how long the carrier wants us to wait
    /// The request had begun to leave: whether it took effect is not known. An unsent request is safe to repeat.
    bool sent = false;

    friend bool operator==(const Error&, const Error&) = default;
};

/// `Error` in flight: carriers, transports and stores throw it, the manager's operations return it.
class Exception : public std::runtime_error {
public:
    explicit Exception(Error error)
        : std::runtime_error(std::string(name_of(error.code)) + ": " + error.message +
                             (error.cause.empty() ? "" : " (" + error.cause + ")")),
          error_(std::move(error)) {}

    const Error& error() const noexcept { return error_; }

private:
    Error error_;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Lets `Result::value()` throw; found by argument-dependent look-up.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw Exception(error);
}

/// How a carrier raises a failure, after Kazoo's `knm_errors`. The manager adds the carrier's name.
namespace errors {

[[noreturn]] inline void raise(errc code, std::string message, std::string cause = {}) {
    throw Exception({.code = code, .message = std::move(message), .cause = std::move(cause)});
}

/// The carrier failed for `reason`, in its own words.
[[noreturn]] inline void by_carrier(std::string reason) {
    raise(errc::by_carrier, "fault by carrier", std::move(reason));
}

[[noreturn]] inline void invalid(std::string message, std::string cause = {}) {
    raise(errc::invalid, std::move(message), std::move(cause));
}

/// The carrier has nothing that fits; a search reports it as `empty`.
[[noreturn]] inline void not_available(std::string cause = {}) {
    raise(errc::not_available, "the carrier has no such number", std::move(cause));
}

/// The number was for sale and is no longer.
[[noreturn]] inline void number_unavailable(std::string cause = {}) {
    raise(errc::number_unavailable, "the number is no longer for sale", std::move(cause));
}

[[noreturn]] inline void not_implemented() {
    raise(errc::not_implemented, "the carrier does not offer this operation");
}

[[noreturn]] inline void malformed_reply(std::string what) {
    raise(errc::malformed_reply, "the carrier's reply is not what its document promises", std::move(what));
}

/// The carrier may have acted, or not: never repeated blindly.
[[noreturn]] inline void outcome_unknown(std::string why) {
    throw Exception({.code = errc::outcome_unknown,
                     .message = "the carrier may have acted",
                     .cause = std::move(why),
                     .sent = true});
}

}  // namespace errors
}  // namespace tandem
