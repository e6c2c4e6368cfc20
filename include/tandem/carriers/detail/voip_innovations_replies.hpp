// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>
#include <tandem/core/offer.hpp>
#include <tandem/wire/soap.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What VoIP Innovations' replies say.
namespace tandem::carriers::voip_innovations {

struct Result {
    std::optional<std::uint32_t> code{};
    std::string message{};
};
struct Did {
    std::string number{};
    std::uint32_t code = 0;
    std::string status{};
    std::string availability{};
    std::string reference{};
    std::string tier{};

    std::string words() const { return std::to_string(code) + " " + status.substr(0, 256); }
};

template <wire::soap::Text method>
inline constexpr wire::Rows<Did, Result> dids =
    wire::rows(wire::soap::result<method, ".DIDs.DID[]">,
               {wire::field<&Did::number>("tn"), wire::field<&Did::code>("statusCode").required(),
                wire::field<&Did::status>("status"), wire::field<&Did::availability>("availability"),
                wire::field<&Did::reference>("refId"), wire::field<&Did::tier>("tier")})
        .or_absent()
        .with({wire::field<&Result::code>(wire::soap::result<method, ".responseCode">),
               wire::field<&Result::message>(wire::soap::result<method, ".responseMessage">)});
inline constexpr auto offers =
    wire::rows(wire::soap::result<"getDIDs", ".DIDLocators.DIDLocator[]">,
               {wire::field<&Offer::number, detail::north_american>("tn").required(),
                wire::field<&Offer::rate_center>("rateCenter"), wire::field<&Offer::region>("state"),
                wire::field<&Offer::lata>("lataId"), wire::flag<Feature::cnam>("outboundCNAM"),
                wire::flag<Feature::fax>("t38"), wire::flag<Feature::sms>("sms")})
        .or_absent()
        .with({wire::field<&Result::code>(wire::soap::result<"getDIDs", ".responseCode">),
               wire::field<&Result::message>(wire::soap::result<"getDIDs", ".responseMessage">)});

/// A change of one number, and the codes by which it is done, now or before.
struct Change {
    const wire::Rows<Did, Result>& dids;
    InlineList<std::uint32_t, 6> done;
};
inline constexpr std::uint32_t success = 100;
inline constexpr Change assigned{dids<"assignDID">, {success, 104225}};
inline constexpr Change reserved{dids<"reserveDID">, {success, 103220, 103225}};
/// What is available, another company's or nowhere to be found is not ours.
inline constexpr Change released{dids<"releaseDID">, {success, 106230, 106231, 106235, 106241, 106420}};
inline constexpr const wire::Rows<Did, Result>& queried = dids<"queryDID">;

/// What a code other than success says; `malformed_reply` for one that nobody has told the meaning of.
constexpr errc meaning_of(std::uint32_t code) {
    switch (code) {
        case 103230:
        case 103235:
        case 103420:
        case 104230:
        case 104235:
        case 104420: return errc::number_unavailable;
        case 103250:  // services that we do not purchase: toll-free, standard, the tier
        case 103259:
        case 104250:
        case 104251:
        case 104259: return errc::needs_action;
        case 104258: return errc::settings;  // endpoint group
        case 103221:
        case 104221: return errc::outcome_unknown;
        case 104220:
        case 106220:
        case 106225: return errc::by_carrier;  // still reserved, still ours
        case 302490: return errc::invalid;
        default: return errc::malformed_reply;
    }
}
[[noreturn]] inline void raise(const Did& did, const Response& response) {
    const errc meaning = meaning_of(did.code);
    if (meaning == errc::malformed_reply) { errors::malformed_reply("its status is " + did.words()); }
    wire::raise_meaning(meaning, response, did.words());
}
/// A call that did not work did nothing.
inline void expect_success(const Result& result, const Response& response) {
    if (!result.code) { errors::malformed_reply("it has no responseCode " + wire::soap::fault_in(response)); }
    if (*result.code == success) { return; }
    const errc meaning = meaning_of(*result.code);
    wire::raise_meaning(meaning == errc::malformed_reply ? errc::by_carrier : meaning, response,
                        std::to_string(*result.code) + " " + result.message.substr(0, 256));
}

/// What a reply says of the one number that was asked about. What is nowhere to be found may have no number either.
inline Did did_in(const wire::Rows<Did, Result>& described, const Response& response, E164 number) {
    wire::soap::expect_result(response);
    auto read = wire::xml::read_rows(described, response);
    const auto is_done = [](const Did& did) { return did.code == success; };
    if (read.whole.code != success && std::any_of(read.rows.begin(), read.rows.end(), is_done)) {
        errors::malformed_reply("the call did not work, it says, but its number's code is " + std::to_string(success));
    }
    expect_success(read.whole, response);
    if (read.rows.size() != 1 || read.refused > 0) { errors::malformed_reply("it is not about one number"); }
    Did& did = read.rows.front();
    const bool is_nowhere = did.number.empty() && did.code % 1000 == 420;
    if (!is_nowhere && did.number != detail::ten_digits(number)) {
        errors::malformed_reply("it is about another number");
    }
    return std::move(did);
}
inline Did done_in(const Change& change, const Response& response, E164 number) {
    Did did = did_in(change.dids, response, number);
    if (std::find(change.done.begin(), change.done.end(), did.code) == change.done.end()) { raise(did, response); }
    return did;
}
inline Number with_tier(Number number, const Did& did) {
    if (!did.tier.empty()) { number.carrier_data = merged(number.carrier_data, {{"tier", did.tier}}); }
    return number;
}
inline Number read_change(const Change& change, const Response& response, Number number) {
    const Did did = done_in(change, response, number.number);
    return with_tier(std::move(number), did);
}

inline bool is_of(const Did& did, const Order& order) {
    return did.reference.empty() || did.reference == order.operation.view();
}
inline Number read_order(const Response& response, Number number) {
    const Did did = done_in(assigned, response, number.number);
    if (!is_of(did, *number.order)) { errors::malformed_reply("the number is ours by another order"); }
    return with_tier(std::move(number), did);
}
inline bool is_ours(const Did& did, const Response& response) {
    constexpr std::array<std::uint32_t, 3> elsewhere{102230, 102235, 102420};
    if (std::find(elsewhere.begin(), elsewhere.end(), did.code) != elsewhere.end()) { return false; }
    if (did.code != success) { raise(did, response); }
    constexpr std::array<std::string_view, 3> not_assigned{"available", "reserved", "unavailable"};
    const auto is = [&](std::string_view word) { return equal_ignoring_case(did.availability, word); };
    const bool is_assigned = is("assigned");
    if (!is_assigned && std::none_of(not_assigned.begin(), not_assigned.end(), is)) {
        errors::malformed_reply("its availability is '" + did.availability.substr(0, 64) + "'");
    }
    return is_assigned;
}
inline std::optional<Number> read_found(const Response& response, Number number) {
    const Did did = did_in(queried, response, number.number);
    if (!is_ours(did, response) || !is_of(did, *number.order)) { return {}; }
    return with_tier(std::move(number), did);
}

/// All numbers that are ours. That there are none is a row of its own.
inline OwnedNumbers owned_in(const Response& response) {
    constexpr std::uint32_t none = 101200;
    wire::soap::expect_result(response);
    const auto read = wire::xml::read_rows(dids<"auditDIDs">, response);
    expect_success(read.whole, response);
    if (read.refused > 0 || read.rows.empty()) { errors::malformed_reply("the list of our numbers is incomplete"); }
    OwnedNumbers owned;
    if (read.rows.size() == 1 && read.rows.front().code == none) { return owned; }
    for (const Did& did : read.rows) {
        E164 number;
        const bool is_read = detail::north_american(number, {wire::Scalar::Kind::text, did.number});
        if (!is_read) { errors::malformed_reply("a number of ours cannot be read"); }
        if (is_ours(did, response)) { owned.numbers.push_back(number); }
    }
    return owned;
}

}  // namespace tandem::carriers::voip_innovations
