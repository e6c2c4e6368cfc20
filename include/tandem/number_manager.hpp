// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts/single.hpp>
#include <tandem/billing/free.hpp>
#include <tandem/diagnostics/manager.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/manager/check.hpp>
#include <tandem/manager/conclude.hpp>
#include <tandem/manager/reconcile.hpp>
#include <tandem/manager/records.hpp>
#include <tandem/observers/silent.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace tandem {

/// Searches for telephone numbers, buys them and gives them back, through any number of carriers at once: Kazoo's number
/// manager, composed of policies.
/// Requirements: each parameter models its concept; a wrong one stops the compiler with a sentence that names it.
/// Errors: public operations return them; nothing escapes as an exception but a programming error.
/// Lifetime: a handle; what it started goes on when it is gone, as long as its executor runs.
/// Thread safety: any operation from any thread; a manager's work runs on one strand of its executor.
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
    /// Errors: `settings`, naming category, key and what is allowed. A carrier that merely lacks settings is no error: it
    /// reports so when it is asked.
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

    /// Numbers under `request.prefix` from all chosen carriers at once, sorted, with a report for each carrier.
    /// Errors: `invalid`, `unauthorized`, `unknown_carrier`, `search_expired`, `store`. A carrier's failure is in its report.
    Task<Result<SearchResult>> find_numbers(SearchRequest request) {
        return on_strand(detail::find_numbers(kernel_, request));
    }

    /// What carriers say of each number, as Kazoo's `check`; of a number that none knows, `error`.
    Task<Result<std::vector<NumberStatus>>> check_numbers(std::vector<E164> numbers) {
        return on_strand(detail::check_numbers(kernel_, std::move(numbers)));
    }

    /// The carriers that `account` may use, and the states in which it may create numbers.
    CarriersInfo carriers_info(AccountId account = {}) const { return detail::carriers_info(*kernel_, account); }

    /// The offer that a purchase of `number` would take: of the newest live search, else of a search for exactly it.
    Task<Result<Offer>> find_offer(E164 number, AcquireRequest request = {}) {
        return on_strand(detail::look_up_offer(kernel_, number.str(), request));
    }
    /// The same for the id of an offer whose number comes with the order.
    Task<Result<Offer>> find_offer(std::string offer_id, AcquireRequest request = {}) {
        return on_strand(detail::look_up_offer(kernel_, std::move(offer_id), request));
    }

    /// What buying would cost. Checks everything, buys nothing, changes nothing; names no carrier's purchase.
    Task<Result<Quotation>> acquire_number(Offer offer, dry_run_t, AcquireRequest request = {}) {
        return on_strand(quote(kernel_, std::move(offer), request));
    }
    Task<Result<Quotation>> acquire_number(E164 number, dry_run_t, AcquireRequest request = {}) {
        return on_strand(quote_named(kernel_, number.str(), request));
    }
    /// By the id of an offer whose number comes with the order.
    Task<Result<Quotation>> acquire_number(std::string offer_id, dry_run_t, AcquireRequest request = {}) {
        return on_strand(quote_named(kernel_, std::move(offer_id), request));
    }

    /// Buys. The purchase goes on when the caller is cancelled or `request.wait` is over; its outcome is in the store.
    /// Errors: whatever refuses it. An outcome that is pending or unknown is no error: the receipt says so.
    Task<Result<Receipt>> acquire_number(Offer offer, purchase_t, AcquireRequest request = {}) {
        return on_strand(detail::acquire(kernel_, std::move(offer), request));
    }
    Task<Result<Receipt>> acquire_number(E164 number, purchase_t, AcquireRequest request = {}) {
        return on_strand(buy_named(kernel_, number.str(), request));
    }
    Task<Result<Receipt>> acquire_number(std::string offer_id, purchase_t, AcquireRequest request = {}) {
        return on_strand(buy_named(kernel_, std::move(offer_id), request));
    }
    /// Several numbers, one after another; one that fails does not stop the others.
    template <class Tag>
    auto acquire_numbers(std::vector<E164> numbers, Tag tag, AcquireRequest request = {})
        -> Task<std::vector<OneOf<std::conditional_t<std::is_same_v<Tag, dry_run_t>, Quotation, Receipt>>>> {
        std::vector<OneOf<std::conditional_t<std::is_same_v<Tag, dry_run_t>, Quotation, Receipt>>> results;
        for (const E164 number : numbers) {
            auto result = co_await acquire_number(number, tag, request);
            results.push_back({number, std::move(result)});
        }
        co_return results;
    }

    /// Gives the number back: to whoever reserved it before, else to the pool and to the carrier.
    Task<Result<Receipt>> disconnect_number(E164 number, ReleaseRequest request = {}) {
        return on_strand(detail::release(kernel_, number, request));
    }
    Task<Result<Receipt>> disconnect_number(const Number& number, ReleaseRequest request = {}) {
        return disconnect_number(number.number, request);
    }
    Task<std::vector<OneOf<Receipt>>> disconnect_numbers(std::vector<E164> numbers, ReleaseRequest request = {}) {
        std::vector<OneOf<Receipt>> results;
        for (const E164 number : numbers) {
            auto result = co_await disconnect_number(number, request);
            results.push_back({number, std::move(result)});
        }
        co_return results;
    }

    /// Finishes every operation that a crash, a cut connection or a slow carrier left open: looks at the carrier, settles or
    /// abandons, and reports what only a person can tell. May wait for the operations' deadlines.
    Task<Result<std::vector<Recovered>>> recover() {
        return on_strand(detail::recover(kernel_, detail::every_operation));
    }
    /// The same of what is due, without waiting: for a scheduler, as often as it likes. Orders are looked at again at
    /// growing intervals, for days; what nobody finished, once its deadline is over.
    Task<Result<std::vector<Recovered>>> follow_orders() {
        return on_strand(detail::recover(kernel_, detail::due_operation));
    }
    /// Closes an operation by a person's word, where no carrier can tell how it ended: a purchase as sold or refused, a
    /// release as released or refused. `number`: what an order from a group brought.
    /// Errors: `unauthorized` unless an admin asks; `not_found`; `no_change_required` when it is over; `in_progress` until
    /// its deadline; `invalid` for an outcome or number that is not its.
    Task<Result<Receipt>> conclude_operation(OperationId id, Outcome outcome, E164 number = {},
                                             AccountId asked_by = {}) {
        return on_strand(detail::conclude(kernel_, id, outcome, number, asked_by));
    }
    /// Compares the carrier's list of our numbers with the store, both ways, and changes nothing.
    /// Errors: `unauthorized` unless an admin asks; `unknown_carrier`; `invalid` for a carrier whose stock is our own;
    /// `not_implemented` for one that does not tell; `settings`; the carrier's, while it lists.
    Task<Result<Reconciliation>> reconcile(InlineText<31> carrier, AccountId asked_by = {}) {
        return on_strand(detail::reconcile(kernel_, carrier, asked_by));
    }

    /// The record of a number of ours. Errors: `not_found`, `unauthorized`.
    Task<Result<Number>> read_number(E164 number, AccountId asked_by = {}) {
        return on_strand(detail::read_number(kernel_, number, asked_by));
    }
    /// The record of a purchase or release. Errors: `not_found`.
    Task<Result<Operation>> read_operation(OperationId id, AccountId asked_by = {}) {
        return on_strand(detail::read_operation(kernel_, id, asked_by));
    }
    /// Records in their order. Errors: `unauthorized` unless of an account that `asked_by` may see.
    Task<Result<NumberPage>> list_numbers(NumberQuery query, AccountId asked_by = {}) {
        return on_strand(detail::list_numbers(kernel_, query, asked_by));
    }
    /// Adds a number of our own to the stock of a local carrier: available to every account, or, where the carrier sets
    /// numbers aside, to `account` and those below it.
    /// Errors: `unauthorized` unless an admin asks; `number_exists`; `invalid` for a carrier that has no stock of ours.
    Task<Result<Number>> stock_number(E164 number, JsonText carrier_data = {}, AccountId asked_by = {},
                                      InlineText<31> carrier = "inventory", AccountId account = {}) {
        return on_strand(detail::stock_number(kernel_, number, std::move(carrier_data), asked_by, carrier, account));
    }

private:
    explicit NumberManager(std::shared_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {}

    static Task<Quotation> quote(std::shared_ptr<Kernel> kernel, Offer offer, AcquireRequest request) {
        detail::Prepared prepared = co_await detail::prepare(*kernel, std::move(offer), request, true);
        Quotation quotation{prepared.offer.number, std::move(prepared.offer), std::move(prepared.quote)};
        co_return quotation;
    }
    static Task<Quotation> quote_named(std::shared_ptr<Kernel> kernel, std::string what, AcquireRequest request) {
        Offer offer = co_await detail::look_up_offer(kernel, std::move(what), request);
        co_return co_await quote(kernel, std::move(offer), request);
    }
    static Task<Receipt> buy_named(std::shared_ptr<Kernel> kernel, std::string what, AcquireRequest request) {
        detail::Keyed same = detail::keyed(what, request);
        if (auto repeated = co_await detail::answer_repeated(*kernel, std::move(same))) {
            co_return std::move(*repeated);
        }
        Offer offer = co_await detail::look_up_offer(kernel, std::move(what), request);
        co_return co_await detail::acquire(kernel, std::move(offer), request);
    }

    /// Runs `task` on the manager's strand; its failure becomes a value.
    template <class T>
    Task<Result<T>> on_strand(Task<T> task) {
        return run_on_strand(kernel_, std::move(task));
    }
    template <class T>
    static Task<Result<T>> run_on_strand(std::shared_ptr<Kernel> kernel, Task<T> task) {
        try {
            co_return co_await boost::asio::co_spawn(kernel->strand, std::move(task), boost::asio::use_awaitable);
        } catch (const Exception& failure) {
            co_return failure.error();
        } catch (const boost::system::system_error& failure) {
            co_return Error{
                .code = failure.code() == boost::asio::error::operation_aborted ? errc::cancelled : errc::unspecified,
                .message = "interrupted",
                .cause = failure.what()};
        } catch (const std::length_error& failure) {
            co_return Error{.code = errc::invalid, .message = failure.what()};
        } catch (const std::bad_alloc&) {
            // Of a purchase or release nobody knows any more how far it came; its record does.
            constexpr errc code = std::is_same_v<T, Receipt> ? errc::outcome_unknown : errc::unspecified;
            co_return Error{.code = code, .message = "out of memory"};
        }
    }

    std::shared_ptr<Kernel> kernel_;
};

}  // namespace tandem
