// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>
#include <tandem/billing.hpp>
#include <tandem/config.hpp>
#include <tandem/diagnostics/verdict.hpp>
#include <tandem/environment.hpp>
#include <tandem/observer.hpp>
#include <tandem/store.hpp>
#include <tandem/transport.hpp>

#include <concepts>

namespace tandem::diagnostics {

// What may be said of a policy: the first requirement of its concept that it breaks. The words after `must_model` are
// the concepts of the policy's header, where each operation is written down.
template <class P>
struct policy {
    struct must_be_movable;
};
template <class T>
struct transport {
    template <class Signature>
    struct must_provide_send;
};
template <class C>
struct config {
    template <class Signature>
    struct must_provide_document;
};
template <class S>
struct store {
    struct must_model_StoresNumbers;
    struct must_model_StoresOperations;
    struct must_model_StoresSearches;
};
template <class B>
struct billing {
    struct must_model_Billing;
};
template <class A>
struct accounts {
    struct must_model_Accounts;
};
template <class O>
struct observer {
    struct must_model_Observer;
};
template <class E>
struct environment {
    struct must_model_Environment;
};

template <class T>
    requires(std::move_constructible<T> && !SendsRequests<T>)
auto examine_transport() -> typename transport<T>::template must_provide_send<Task<Response>(Request, Deadline)>;
template <class T>
    requires(!std::move_constructible<T>)
auto examine_transport() -> typename policy<T>::must_be_movable;
template <Transport T>
auto examine_transport() -> accepted;

template <class C>
    requires(std::move_constructible<C> && !GivesDocuments<C>)
auto examine_config() -> typename config<C>::template must_provide_document<Result<JsonText>(std::string_view) const>;
template <class C>
    requires(!std::move_constructible<C>)
auto examine_config() -> typename policy<C>::must_be_movable;
template <Config C>
auto examine_config() -> accepted;

template <class S>
    requires(!std::move_constructible<S>)
auto examine_store() -> typename policy<S>::must_be_movable;
template <class S>
    requires(std::move_constructible<S> && !StoresNumbers<S>)
auto examine_store() -> typename store<S>::must_model_StoresNumbers;
template <class S>
    requires(std::move_constructible<S> && StoresNumbers<S> && !StoresOperations<S>)
auto examine_store() -> typename store<S>::must_model_StoresOperations;
template <class S>
    requires(std::move_constructible<S> && StoresNumbers<S> && StoresOperations<S> && !StoresSearches<S>)
auto examine_store() -> typename store<S>::must_model_StoresSearches;
template <Store S>
auto examine_store() -> accepted;

template <class B>
auto examine_billing() -> typename billing<B>::must_model_Billing;
template <Billing B>
auto examine_billing() -> accepted;
template <class A>
auto examine_accounts() -> typename accounts<A>::must_model_Accounts;
template <Accounts A>
auto examine_accounts() -> accepted;
template <class O>
auto examine_observer() -> typename observer<O>::must_model_Observer;
template <Observer O>
auto examine_observer() -> accepted;
template <class E>
auto examine_environment() -> typename environment<E>::must_model_Environment;
template <Environment E>
auto examine_environment() -> accepted;

}  // namespace tandem::diagnostics
