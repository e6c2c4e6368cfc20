// SPDX-License-Identifier: BSL-1.0
// Declarations of what other headers most often only name.
#pragma once

namespace tandem {

class E164;
class Amount;
class Currency;
class Request;
struct Response;
struct CarrierInfo;
struct CarrierReport;
struct Error;
struct FoundOffer;
struct Money;
struct Number;
struct Offer;
struct Operation;
struct Order;
struct SearchPage;
struct SearchRequest;
struct SearchResult;

template <class... Cs>
class Carriers;

template <class CarrierList, class TransportPolicy, class ConfigPolicy, class StorePolicy, class BillingPolicy,
          class AccountsPolicy, class ObserverPolicy, class EnvironmentPolicy>
class NumberManager;

}  // namespace tandem
