// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/carrier_info.hpp>
#include <tandem/core/http.hpp>
#include <tandem/core/operation.hpp>
#include <tandem/core/query.hpp>
#include <tandem/core/search.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>

#include <concepts>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace tandem {

/// What a carrier may know of the purchase or release that it is part of.
struct OperationView {
    OperationId id{};     ///< to be given to the carrier as our reference; empty during a search
    Money price_cap{};    ///< of setup and first month; unknown: none
    Deadline deadline{};  ///< when the carrier has to be done
};

/// A narrow view of the store, for carriers whose stock is our own: `scan` gives numbers as `Store::scan` does.
template <class V>
concept NumbersView = requires(V& view, NumberQuery query) {
    { view.scan(query) } -> std::same_as<Task<NumberPage>>;
};

/// All that a carrier can reach.
/// - `send(request)`: the carrier's reply, within the deadline and the settings' `timeout_ms`;
/// - `wait(d)`: done after `d`, for following an order; ends early by `timeout` at the deadline;
/// - `now()`: the steady clock;
/// - `operation()`: what it is part of;
/// - `gateways()`: our SIP hosts, from the settings;
/// - `numbers()`: the store's numbers, for local carriers.
/// Models: the manager's own; `archetypes::Session`, which has nothing more than this.
template <class S>
concept CarrierSession = requires(S& session, Request request, Duration duration) {
    { session.send(request) } -> std::same_as<Task<Response>>;
    { session.wait(duration) } -> std::same_as<Task<>>;
    { session.now() } -> std::same_as<Moment>;
    { session.operation() } -> std::same_as<const OperationView&>;
    { session.gateways() } -> std::same_as<std::span<const std::string>>;
    { session.numbers() } -> NumbersView;
};

namespace archetypes {

// The archetypes' bodies exist for the linker alone: g++ emits every coroutine that it compiles, used or not.

/// The least that models `NumbersView`. It is compiled against, never run.
struct Numbers {
    Task<NumberPage> scan(NumberQuery) { std::abort(); }
};

/// The least that models `CarrierSession`. It is compiled against, never run.
class Session {
public:
    Session() = delete;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Task<Response> send(Request) { std::abort(); }
    Task<> wait(Duration) { std::abort(); }
    Moment now() { std::abort(); }
    const OperationView& operation() { std::abort(); }
    std::span<const std::string> gateways() { std::abort(); }
    Numbers numbers() { std::abort(); }
};
static_assert(CarrierSession<Session>);

}  // namespace archetypes

/// Says what it is: a static constexpr `CarrierInfo info` with a name.
template <class C>
concept Described = requires {
    requires std::same_as<decltype(C::info), const CarrierInfo>;
    requires !C::info.name.empty();
};

/// Finds numbers for sale under `request.prefix`, at most `request.quantity`, from `request.offset` on. Buys nothing.
/// An empty stock is an empty page or `not_available`.
template <class C>
concept FindsNumbers = requires(const C& carrier, archetypes::Session& session, const SearchRequest& request) {
    { carrier.find_numbers(session, request) } -> std::same_as<Task<SearchPage>>;
};

/// Orders exactly `number.number` (or the offer that `number.order` names); when it throws, nothing was bought or the
/// outcome is `outcome_unknown`. The number comes back with the carrier's data on it; an order that is not complete
/// says so in `number.order->status`.
template <class C>
concept AcquiresNumbers = requires(const C& carrier, archetypes::Session& session, Number number) {
    { carrier.acquire_number(session, number) } -> std::same_as<Task<Number>>;
};

/// Gives `number` back. A number that the carrier does not know (any more) is released.
template <class C>
concept DisconnectsNumbers = requires(const C& carrier, archetypes::Session& session, Number number) {
    { carrier.disconnect_number(session, number) } -> std::same_as<Task<Number>>;
};

/// A carrier of telephone numbers: a value that translates between Tandem's vocabulary and one carrier's API and does
/// no I/O of its own. Its settings, where it has any, are its member `settings` of its type `Settings` (`config.hpp`).
/// Laws (`testing/carrier_laws.hpp` checks them): what was acquired can be disconnected; disconnecting twice is
/// harmless; an empty stock is no error; no reply makes it say *sold* of a number that was not asked for.
/// Models: one header each under `carriers/`.
template <class C>
concept Carrier = Described<C> && FindsNumbers<C> && AcquiresNumbers<C> && DisconnectsNumbers<C>;

/// Kazoo's `check_numbers`: the carrier's word on each number.
struct NumberStatus {
    E164 number{};
    std::string status{};
};

/// Tells of numbers whether they can be had.
template <class C>
concept ChecksNumbers = requires(const C& carrier, archetypes::Session& session, const std::vector<E164>& numbers) {
    { carrier.check_numbers(session, numbers) } -> std::same_as<Task<std::vector<NumberStatus>>>;
};

/// Asks how the order that `number.order` names stands now, days later too.
template <class C>
concept FollowsOrders = requires(const C& carrier, archetypes::Session& session, Number number) {
    { carrier.follow_order(session, number) } -> std::same_as<Task<Number>>;
};

/// Looks for the order placed under `operation().id` and gives `number` as that order left it; nothing when the carrier
/// never got it. An answer that may be incomplete is an error, not nothing.
template <class C>
concept FindsOrders = requires(const C& carrier, archetypes::Session& session, Number number) {
    { carrier.find_order(session, number) } -> std::same_as<Task<std::optional<Number>>>;
};

/// Tells whether a number is among ours at the carrier.
template <class C>
concept OwnsNumbers = requires(const C& carrier, archetypes::Session& session, E164 number) {
    { carrier.owns_number(session, number) } -> std::same_as<Task<bool>>;
};

/// A page of the numbers that are ours at a carrier.
struct OwnedNumbers {
    std::vector<E164> numbers{};
    std::string next{};  ///< what gives the next page; empty on the last
};

/// Lists all numbers that are ours there: the first page for an empty `page`, each further one for the `next` of the
/// page before it. An answer that may be incomplete is an error.
template <class C>
concept ListsNumbers = requires(const C& carrier, archetypes::Session& session, std::string page) {
    { carrier.owned_numbers(session, page) } -> std::same_as<Task<OwnedNumbers>>;
};

/// Asks the price of an offer whose search did not tell it.
template <class C>
concept Quotes = requires(const C& carrier, archetypes::Session& session, Offer offer) {
    { carrier.quote(session, offer) } -> std::same_as<Task<Offer>>;
};

/// Holds a number for `CarrierInfo::reservation` while somebody decides.
template <class C>
concept ReservesNumbers = requires(const C& carrier, archetypes::Session& session, Number number) {
    { carrier.reserve_number(session, number) } -> std::same_as<Task<Number>>;
};

/// Which of the optional operations a carrier has.
struct CarrierOperations {
    bool checks_numbers;
    bool follows_orders;
    bool finds_orders;
    bool owns_numbers;
    bool lists_numbers;
    bool quotes;
    bool reserves_numbers;
};
template <Carrier C>
inline constexpr CarrierOperations operations_of{.checks_numbers = ChecksNumbers<C>,
                                                 .follows_orders = FollowsOrders<C>,
                                                 .finds_orders = FindsOrders<C>,
                                                 .owns_numbers = OwnsNumbers<C>,
                                                 .lists_numbers = ListsNumbers<C>,
                                                 .quotes = Quotes<C>,
                                                 .reserves_numbers = ReservesNumbers<C>};

/// Whether the carrier sells at all, as a constant.
template <class C>
concept BuysNumbers = Carrier<C> && C::info.buys;

}  // namespace tandem
