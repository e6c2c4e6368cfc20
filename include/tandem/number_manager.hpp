// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts/single.hpp>
#include <tandem/billing/free.hpp>
#include <tandem/diagnostics/manager.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/manager/assign.hpp>
#include <tandem/manager/callers.hpp>
#include <tandem/manager/change.hpp>
#include <tandem/manager/check.hpp>
#include <tandem/manager/conclude.hpp>
#include <tandem/manager/reconcile.hpp>
#include <tandem/manager/records.hpp>
#include <tandem/observers/silent.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace tandem {

/// Searches for telephone numbers, buys them and gives them back, through any number of carriers at once: Kazoo's
/// number manager, composed of policies.
/// Requirements: each parameter models its concept; a wrong one stops the compiler with a sentence that names it.
/// Errors: public operations return them; nothing escapes as an exception but a programming error.
/// Lifetime: a handle; what it started goes on when it is gone, as long as its executor runs.
/// Thread safety: any operation from any thread. A manager's work runs on one strand of its executor, but for searches
/// of our own stock alone, which run where their caller does.
template <class CarrierList, class TransportPolicy, class ConfigPolicy, class StorePolicy,
          class BillingPolicy = billing::Free, class AccountsPolicy = accounts::Single,
          class ObserverPolicy = observers::Silent, class EnvironmentPolicy = environments::System>
class NumberManager : private decltype(diagnostics::examine_manager<CarrierList, TransportPolicy, ConfigPolicy,
                                                                    StorePolicy, BillingPolicy, AccountsPolicy,
                                                                    ObserverPolicy, EnvironmentPolicy>()) {
    using Kernel = detail::Kernel<CarrierList, TransportPolicy, StorePolicy, BillingPolicy, AccountsPolicy,
                                  ObserverPolicy, EnvironmentPolicy>;

public:
    using carriers_type = CarrierList;

    /// Reads the settings once and composes the manager.
    /// Errors: `settings`, naming category, key and what is allowed. A carrier that merely lacks settings is no error:
    /// it reports so when it is asked.
    static Result<NumberManager> open(boost::asio::any_io_executor executor, TransportPolicy transport,
                                      ConfigPolicy config, StorePolicy store, BillingPolicy billing = {},
                                      AccountsPolicy accounts = {}, ObserverPolicy observer = {},
                                      EnvironmentPolicy environment = {}) {
        auto kernel = detail::open_kernel<Kernel>(std::move(executor), std::move(transport), config, std::move(store),
                                                  std::move(billing), std::move(accounts), std::move(observer),
                                                  std::move(environment));
        if (!kernel) { return kernel.error(); }
        return NumberManager(std::move(*kernel));
    }

    /// Numbers under `request.prefix` from all chosen carriers at once, sorted, with a report for each carrier. A
    /// search of our own stock alone is kept nowhere: its further pages show the stock as it is then.
    /// Errors: `invalid`, `unauthorized`, `unknown_carrier`, `search_expired`, `store`. A carrier's failure is in its
    /// report.
    Task<Result<SearchResult>> find_numbers(SearchRequest request) {
        return detail::answered(detail::find_numbers(kernel_, request));
    }

    /// What carriers say of each number, as Kazoo's `check`; of a number that none knows, `error`.
    Task<Result<std::vector<NumberStatus>>> check_numbers(std::vector<E164> numbers) {
        return answer(detail::check_numbers(kernel_, std::move(numbers)));
    }

    /// The carriers that `account` may use, and the states in which it may create numbers.
    CarriersInfo carriers_info(AccountId account = {}) const { return detail::carriers_info(*kernel_, account); }

    /// The offer that a purchase of `number` would take: of the newest live search, else of a search for exactly it.
    /// Errors: those of `find_numbers`; `not_available`.
    Task<Result<Offer>> find_offer(E164 number, AcquireRequest request = {}) {
        return answer(detail::look_up_offer(kernel_, number.str(), request));
    }
    /// The same for the id of an offer whose number comes with the order.
    Task<Result<Offer>> find_offer(std::string offer_id, AcquireRequest request = {}) {
        return answer(detail::look_up_offer(kernel_, std::move(offer_id), request));
    }

    /// What buying would cost. Checks everything, buys nothing, changes nothing; names no carrier's purchase.
    Task<Result<Quotation>> acquire_number(Offer offer, dry_run_t, AcquireRequest request = {}) {
        return answer(detail::quote(kernel_, std::move(offer), request, detail::buying));
    }
    Task<Result<Quotation>> acquire_number(E164 number, dry_run_t, AcquireRequest request = {}) {
        return answer(detail::quote_named(kernel_, number.str(), request, detail::buying));
    }
    /// By the id of an offer whose number comes with the order.
    Task<Result<Quotation>> acquire_number(std::string offer_id, dry_run_t, AcquireRequest request = {}) {
        return answer(detail::quote_named(kernel_, std::move(offer_id), request, detail::buying));
    }

    /// Buys. The purchase goes on when the caller is cancelled or `request.wait` is over; its outcome is in the store.
    /// Errors: whatever refuses it. An outcome that is pending or unknown is no error: the receipt says so.
    Task<Result<Receipt>> acquire_number(Offer offer, purchase_t, AcquireRequest request = {}) {
        return answer(detail::acquire(kernel_, std::move(offer), request, detail::buying));
    }
    Task<Result<Receipt>> acquire_number(E164 number, purchase_t, AcquireRequest request = {}) {
        return answer(detail::acquire_named(kernel_, number.str(), request, detail::buying));
    }
    Task<Result<Receipt>> acquire_number(std::string offer_id, purchase_t, AcquireRequest request = {}) {
        return answer(detail::acquire_named(kernel_, std::move(offer_id), request, detail::buying));
    }
    /// Several numbers, one after another; one that fails does not stop the others. So all that take several do.
    template <class Tag>
    auto acquire_numbers(std::vector<E164> numbers, Tag tag, AcquireRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return acquire_number(number, tag, request); });
    }

    /// Puts a number aside for an account, which pays for it: bought, as `acquire_number` buys, or one of ours, from
    /// another account too. Whoever reserves it goes before the earlier ones in its history.
    /// Errors: `no_change_required` where the account has it in reserve; those of `acquire_number`.
    Task<Result<Quotation>> reserve_number(Offer offer, dry_run_t, AcquireRequest request = {}) {
        return answer(detail::quote(kernel_, std::move(offer), request, detail::reserving));
    }
    Task<Result<Quotation>> reserve_number(E164 number, dry_run_t, AcquireRequest request = {}) {
        return answer(detail::quote_named(kernel_, number.str(), request, detail::reserving));
    }
    Task<Result<Quotation>> reserve_number(std::string offer_id, dry_run_t, AcquireRequest request = {}) {
        return answer(detail::quote_named(kernel_, std::move(offer_id), request, detail::reserving));
    }
    Task<Result<Receipt>> reserve_number(Offer offer, purchase_t, AcquireRequest request = {}) {
        return answer(detail::acquire(kernel_, std::move(offer), request, detail::reserving));
    }
    Task<Result<Receipt>> reserve_number(E164 number, purchase_t, AcquireRequest request = {}) {
        return answer(detail::acquire_named(kernel_, number.str(), request, detail::reserving));
    }
    Task<Result<Receipt>> reserve_number(std::string offer_id, purchase_t, AcquireRequest request = {}) {
        return answer(detail::acquire_named(kernel_, std::move(offer_id), request, detail::reserving));
    }
    template <class Tag>
    auto reserve_numbers(std::vector<E164> numbers, Tag tag, AcquireRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return reserve_number(number, tag, request); });
    }

    /// Takes a number of ours into service: one that is reserved, in the pool, ported in, or in another account's
    /// service.
    /// Errors: `not_found` where it would have to be bought; `invalid_state_transition`, `unauthorized`,
    /// `not_enough_credit`.
    Task<Result<Receipt>> put_in_service(E164 number, AssignRequest request = {}) {
        return answer(detail::assign(kernel_, number, request, detail::Taking::activate));
    }
    Task<Result<Quotation>> put_in_service(E164 number, dry_run_t, AssignRequest request = {}) {
        return answer(detail::quote_assignment(kernel_, number, request, detail::Taking::activate));
    }
    auto put_numbers_in_service(std::vector<E164> numbers, AssignRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return put_in_service(number, request); });
    }

    /// Moves a number that is in service to another account, which pays for it from now on.
    /// Errors: those of `put_in_service`; `unauthorized` unless who asks has authority over both accounts.
    Task<Result<Receipt>> move_number(E164 number, AssignRequest request) {
        return answer(detail::assign(kernel_, number, request, detail::Taking::move));
    }
    Task<Result<Quotation>> move_number(E164 number, dry_run_t, AssignRequest request) {
        return answer(detail::quote_assignment(kernel_, number, request, detail::Taking::move));
    }
    auto move_numbers(std::vector<E164> numbers, AssignRequest request) {
        return detail::one_by_one(std::move(numbers), [=, this](E164 number) { return move_number(number, request); });
    }

    /// Records a number that is ours without a purchase.
    /// Errors: `number_exists`; `unauthorized` for a state that is not among `carriers_info`'s
    /// `usable_creation_states`.
    Task<Result<Receipt>> create_number(E164 number, CreateRequest request = {}, JsonText public_fields = {}) {
        return answer(detail::create(kernel_, number, request, std::move(public_fields)));
    }
    Task<Result<Quotation>> create_number(E164 number, dry_run_t, CreateRequest request = {},
                                          JsonText public_fields = {}) {
        return answer(detail::quote_creation(kernel_, number, request, std::move(public_fields)));
    }
    auto create_numbers(std::vector<E164> numbers, CreateRequest request = {}, JsonText public_fields = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return create_number(number, request, public_fields); });
    }

    /// Records a number that is on its way to us. `put_in_service` ends that; `disconnect_number` too, when the port is
    /// cancelled, and deletes it.
    /// Errors: those of `create_number`.
    Task<Result<Receipt>> port_in_number(E164 number, CreateRequest request = {}) {
        request.state = State::port_in;
        return create_number(number, request);
    }
    Task<Result<Quotation>> port_in_number(E164 number, dry_run_t, CreateRequest request = {}) {
        request.state = State::port_in;
        return create_number(number, dry_run, request);
    }
    auto port_in_numbers(std::vector<E164> numbers, CreateRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return port_in_number(number, request); });
    }

    /// The number stays for everybody to take: what is `available` already.
    /// Errors: `not_found`, `unauthorized`, `invalid_state_transition`, `conflict`, `in_progress`; so with
    /// `age_number`.
    Task<Result<Number>> make_available(E164 number, ChangeRequest request = {}) {
        return answer(detail::pool(kernel_, number, request, State::available));
    }
    auto make_numbers_available(std::vector<E164> numbers, ChangeRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return make_available(number, request); });
    }
    /// The number cools off: no search finds it, and who knows it may still take it.
    Task<Result<Number>> age_number(E164 number, ChangeRequest request = {}) {
        return answer(detail::pool(kernel_, number, request, State::aging));
    }
    auto age_numbers(std::vector<E164> numbers, ChangeRequest request = {}) {
        return detail::one_by_one(std::move(numbers), [=, this](E164 number) { return age_number(number, request); });
    }

    /// Writes a number's public fields.
    /// Errors: `invalid` for a key that begins with `_` or `pvt_`; `not_found`, `unauthorized`, `conflict`,
    /// `in_progress`.
    Task<Result<Number>> update_number(E164 number, JsonText fields, FieldUpdate how, ChangeRequest request = {}) {
        return answer(detail::update(kernel_, number, std::move(fields), how, request));
    }
    auto update_numbers(std::vector<E164> numbers, JsonText fields, FieldUpdate how, ChangeRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return update_number(number, fields, how, request); });
    }

    /// Gives the number back: to whoever reserved it before, else to the pool and to the carrier.
    Task<Result<Receipt>> disconnect_number(E164 number, ReleaseRequest request = {}) {
        return answer(detail::release(kernel_, number, request));
    }
    Task<Result<Receipt>> disconnect_number(const Number& number, ReleaseRequest request = {}) {
        return disconnect_number(number.number, request);
    }
    auto disconnect_numbers(std::vector<E164> numbers, ReleaseRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return disconnect_number(number, request); });
    }

    /// Removes a number for good, whatever its state, and tells the carrier.
    /// Errors: `unauthorized` unless an admin asks; those of `disconnect_number`.
    Task<Result<Receipt>> remove_number(E164 number, ReleaseRequest request = {}) {
        return answer(detail::remove(kernel_, number, request));
    }
    auto remove_numbers(std::vector<E164> numbers, ReleaseRequest request = {}) {
        return detail::one_by_one(std::move(numbers),
                                  [=, this](E164 number) { return remove_number(number, request); });
    }

    /// Finishes every operation that a crash, a cut connection or a slow carrier left open: looks at the carrier,
    /// settles or abandons, and reports what only a person can tell. May wait for the operations' deadlines.
    Task<Result<std::vector<Recovered>>> recover() { return answer(detail::recover(kernel_, detail::Sweep::all)); }
    /// The same of what is due, without waiting: for a scheduler, as often as it likes. Orders are looked at again at
    /// growing intervals, for days; what nobody finished, once its deadline is over.
    Task<Result<std::vector<Recovered>>> follow_orders() {
        return answer(detail::recover(kernel_, detail::Sweep::due));
    }
    /// Closes an operation by a person's word, where no carrier can tell how it ended: a purchase as sold or refused, a
    /// release as released or refused. `number`: what an order from a group brought.
    /// Errors: `unauthorized` unless an admin asks; `not_found`; `no_change_required` when it is over; `in_progress`
    /// until its deadline; `invalid` for an outcome or number that is not its.
    Task<Result<Receipt>> conclude_operation(OperationId id, Outcome outcome, E164 number = {},
                                             AccountId asked_by = {}) {
        return answer(detail::conclude(kernel_, id, outcome, number, asked_by));
    }
    /// Compares the carrier's list of our numbers with the store, both ways, and changes nothing.
    /// Errors: `unauthorized` unless an admin asks; `unknown_carrier`; `invalid` for a carrier whose stock is our own;
    /// `not_implemented` for one that does not tell; `settings`; the carrier's, while it lists.
    Task<Result<Reconciliation>> reconcile(InlineText<31> carrier, AccountId asked_by = {}) {
        return answer(detail::reconcile(kernel_, carrier, asked_by));
    }

    /// The record of a number of ours. Errors: `not_found`, `unauthorized`.
    Task<Result<Number>> read_number(E164 number, AccountId asked_by = {}) {
        return answer(detail::read_number(kernel_, number, asked_by));
    }
    /// The record of a purchase or release. Errors: `not_found`.
    Task<Result<Operation>> read_operation(OperationId id, AccountId asked_by = {}) {
        return answer(detail::read_operation(kernel_, id, asked_by));
    }
    /// Records in their order. Errors: `unauthorized` unless of an account that `asked_by` may see.
    Task<Result<NumberPage>> list_numbers(NumberQuery query, AccountId asked_by = {}) {
        return answer(detail::list_numbers(kernel_, query, asked_by));
    }
    /// Adds a number of our own to the stock of a local carrier: available to every account, or, where the carrier sets
    /// numbers aside, to `account` and those below it.
    /// Errors: `unauthorized` unless an admin asks; `number_exists`; `invalid` for a carrier that has no stock of ours.
    Task<Result<Number>> stock_number(E164 number, JsonText carrier_data = {}, AccountId asked_by = {},
                                      InlineText<31> carrier = "inventory", AccountId account = {}) {
        return answer(detail::stock_number(kernel_, number, std::move(carrier_data), asked_by, carrier, account));
    }

private:
    explicit NumberManager(std::shared_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {}

    template <class T>
    Task<Result<T>> answer(Task<T> task) {
        return detail::answer(*kernel_, std::move(task));
    }

    std::shared_ptr<Kernel> kernel_;
};

}  // namespace tandem
