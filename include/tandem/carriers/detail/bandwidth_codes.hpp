// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

/// Bandwidth's error codes, after the list in its documentation (441 codes, 2023-11).
namespace tandem::carriers::bandwidth {

/// Codes from `first` to `last`.
struct Codes {
    std::uint32_t first;
    std::uint32_t last;
    errc meaning;
};

/// What a search is answered. We ask for well-formed areas and exchanges only, so that one which "is not correct" is
/// one that Bandwidth does not have.
inline constexpr Codes search_codes[]{
    {4000, 4000, errc::not_available},                // area code
    {4001, 4001, errc::invalid},                      // rate center
    {4002, 4002, errc::not_available},                // exchange
    {4003, 4003, errc::invalid},                      // vanity
    {4004, 4004, errc::not_available},                // toll-free wildcard
    {4005, 4008, errc::invalid},                      // city, state, zip, LATA
    {4010, 4011, errc::invalid},                      //
    {4014, 4014, errc::carrier_refuses_credentials},  // access denied
    {4015, 4016, errc::invalid},                      //
    {4017, 4017, errc::not_available},                // no such number
    {4018, 4022, errc::invalid},                      //
    {4023, 4023, errc::not_available},                // an area without new numbers
    {4024, 4024, errc::needs_action},                 // a tier that support has to open
    {4025, 4026, errc::invalid},                      //
};

/// What everything else is answered. Where Bandwidth uses a code twice, the meaning is that of orders for numbers.
inline constexpr Codes codes[]{
    {4000, 4000, errc::settings},                     // account
    {4001, 4001, errc::invalid},                      //
    {4011, 4011, errc::settings},                     // account without tiers
    {4012, 4012, errc::carrier_refuses_credentials},  // account locked
    {4014, 4014, errc::settings},                     // site
    {4015, 4016, errc::invalid},                      // a site's name
    {4017, 4018, errc::settings},                     // site, account
    {4019, 4019, errc::carrier_refuses_credentials},  // user
    {4020, 4021, errc::invalid},                      //
    {4022, 4025, errc::settings},                     // account, site and peer, messaging
    {5000, 5000, errc::settings},                     // account
    {5001, 5002, errc::invalid},                      //
    {5005, 5005, errc::number_unavailable},           //
    {5007, 5007, errc::rate_limited},                 // ordering capacity
    {5008, 5009, errc::invalid},                      //
    {5011, 5011, errc::settings},                     // account without tiers
    {5012, 5012, errc::carrier_refuses_credentials},  // account locked
    {5016, 5016, errc::settings},                     // site
    {5017, 5018, errc::number_unavailable},           // part of them, all of them
    {5019, 5019, errc::outcome_unknown},              // there is an order, and it is pending
    {5020, 5023, errc::settings},                     // site and peer
    {5024, 5031, errc::invalid},                      // batches
    {5033, 5034, errc::number_unavailable},           // cannot be returned to service
    {5037, 5039, errc::invalid},                      //
    {5040, 5041, errc::number_unavailable},           // not to be reserved
    {5044, 5045, errc::invalid},                      //
    {5046, 5046, errc::carrier_refuses_credentials},  // an account that may not reserve
    {5051, 5051, errc::carrier_refuses_credentials},  //
    {5052, 5052, errc::invalid},                      // CustomerOrderId
    {5060, 5061, errc::invalid},                      //
    {5062, 5062, errc::settings},                     // peer
    {5063, 5063, errc::not_available},                // rate center
    {5064, 5070, errc::invalid},                      //
    {5071, 5071, errc::number_unavailable},           //
    {5072, 5073, errc::invalid},                      //
    {5077, 5077, errc::invalid},                      //
    {5078, 5078, errc::settings},                     // a product that the account lacks
    {5079, 5084, errc::invalid},                      //
    {5085, 5085, errc::carrier_refuses_credentials},  //
    {5087, 5093, errc::invalid},                      //
    {5094, 5094, errc::settings},                     // site locked
    {5095, 5096, errc::invalid},                      //
    {5097, 5097, errc::settings},                     // protected numbers
    {5098, 5109, errc::invalid},                      //
    {5110, 5110, errc::settings},                     // protected numbers
    {5111, 5113, errc::invalid},                      //
    {5114, 5114, errc::settings},                     // messaging
    {5115, 5115, errc::invalid},                      //
    {5116, 5116, errc::settings},                     // route of a tier
    {5117, 5138, errc::invalid},                      //
    {5139, 5139, errc::settings},                     // messaging
    {5140, 5143, errc::invalid},                      //
    {5144, 5144, errc::carrier_refuses_credentials},  //
    {5145, 5145, errc::settings},                     // messaging
    {5146, 5146, errc::invalid},                      //
    {5147, 5147, errc::carrier_refuses_credentials},  //
    {5149, 5155, errc::carrier_refuses_credentials},  // what the account may not use
    {5156, 5157, errc::settings},                     // messaging
    {5158, 5161, errc::invalid},                      //
    {5162, 5162, errc::settings},                     // a peer without toll-free
    {5163, 5165, errc::invalid},                      //
    {5166, 5166, errc::settings},                     // a peer without messaging
    {5174, 5178, errc::invalid},                      //
    {5179, 5179, errc::settings},                     // a location without short codes
    {5180, 5182, errc::invalid},                      //
    {5183, 5183, errc::carrier_refuses_credentials},  // an account that may not order
    {5184, 5193, errc::invalid},                      //
    {5194, 5194, errc::settings},                     //
    {5195, 5199, errc::invalid},                      //
    {5200, 5200, errc::settings},                     //
    {5201, 5208, errc::invalid},                      //
    {5210, 5210, errc::settings},                     // account
    {5211, 5212, errc::invalid},                      //
    {5213, 5213, errc::number_unavailable},           // not for ordering
    {5214, 5215, errc::invalid},                      //
    {5216, 5216, errc::settings},                     // messaging
    {5217, 5217, errc::invalid},                      //
    {5218, 5218, errc::number_unavailable},           // in another order
    {5219, 5221, errc::invalid},                      //
    {5222, 5222, errc::settings},                     // tier
    {5223, 5225, errc::invalid},                      //
    {5226, 5226, errc::settings},                     // messaging
    {5257, 5257, errc::carrier_refuses_credentials},  // an account for +1 alone
    {5520, 5521, errc::number_unavailable},           // back-ordered
    {5522, 5522, errc::invalid},                      //
    {5523, 5523, errc::settings},                     // tiers
    {5524, 5524, errc::number_unavailable},           // rate center
    {5525, 5527, errc::number_unavailable},           // limited supply
    {8000, 8110, errc::needs_action},                 // emergency services want an address
    {9010, 9012, errc::settings},                     // messaging
    {25010, 25010, errc::carrier_refuses_credentials},
    {25050, 25050, errc::settings},
};

/// What a code means to us; `by_carrier` for one that is not listed.
constexpr errc meaning_of(std::uint32_t code, std::span<const Codes> table) {
    const auto after = std::upper_bound(table.begin(), table.end(), code,
                                        [](std::uint32_t wanted, const Codes& each) { return wanted < each.first; });
    if (after == table.begin()) { return errc::by_carrier; }
    const Codes& found = *(after - 1);
    return code <= found.last ? found.meaning : errc::by_carrier;
}

/// Codes that say of a number to be released that there is nothing to release: not in service, not ours.
constexpr bool says_released(std::uint32_t code) { return code == 5074 || code == 5076; }

}  // namespace tandem::carriers::bandwidth
