// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/core/redaction.hpp>
#include <tandem/core/sleep.hpp>
#include <tandem/core/stock.hpp>
#include <tandem/manager/settings.hpp>
#include <tandem/observer.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::detail {

/// What is known of the requests with which a carrier tried to change something. It decides, whatever the carrier's
/// code makes of it, whether an order may have happened.
struct Trace {
    bool may_have_acted = false;   ///< a request that acts was accepted, or left without a clear answer
    bool last_reply_good = false;  ///< the newest reply said 2xx

    /// Whether a failure that the carrier raised tells for sure that nothing was bought or released.
    bool proves_refusal(errc code) const {
        if (!may_have_acted) { return code != errc::outcome_unknown; }
        switch (code) {  // the carrier read a whole reply, and it said no
            case errc::by_carrier:
            case errc::invalid:
            case errc::not_available:
            case errc::number_unavailable:
            case errc::number_is_porting:
            case errc::needs_action:
            case errc::price_exceeded:
            case errc::settings:
            case errc::carrier_refuses_credentials:
            case errc::rate_limited:
            case errc::carrier_out_of_funds: return last_reply_good;
            default: return false;
        }
    }
};

/// The URL without its query, where secrets and customers' data may stand.
constexpr std::string_view without_query(std::string_view url) { return url.substr(0, url.find('?')); }

/// The `CarrierSession` of one call of a carrier.
/// Lifetime: the kernel and the settings outlive it.
template <class KernelType>
class Session {
public:
    Session(KernelType& kernel, const CarrierInfo& info, const RemoteSettings& remote, OperationView operation)
        : kernel_(kernel), info_(info), remote_(remote), operation_(operation) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Task<Response> send(Request request) {
        const bool acts = request.acts();
        secrets_.insert(secrets_.end(), request.secrets().begin(), request.secrets().end());
        std::string url;
        if constexpr (listens<decltype(kernel_.observer)>) { url = redaction()(without_query(request.url())); }
        const std::string_view method = name_of(request.method());
        const Moment start = kernel_.environment.now();
        const Deadline deadline = std::min(operation_.deadline, start + std::chrono::milliseconds(remote_.timeout_ms));
        const auto tell = [&](int status, std::optional<errc> failure = {}) {
            kernel_.observer.exchanged(
                {.carrier = info_.name,
                 .method = method,
                 .url = url,
                 .status = status,
                 .elapsed = std::chrono::duration_cast<std::chrono::microseconds>(kernel_.environment.now() - start),
                 .failure = failure,
                 .operation = operation_.id});
        };
        trace_.last_reply_good = false;
        Response response;
        try {
            response = co_await kernel_.transport.send(std::move(request).of(info_), deadline);
        } catch (const Exception& failure) {
            trace_.may_have_acted |= acts && failure.error().sent;
            tell(0, failure.error().code);
            throw;
        } catch (...) {  // cancelled, or out of memory: it may have left
            trace_.may_have_acted |= acts;
            tell(0, errc::cancelled);
            throw;
        }
        tell(response.status);
        trace_.last_reply_good = response.status >= 200 && response.status < 300;
        const bool refused = response.status >= 400 && response.status < 500 && response.status != 408;
        trace_.may_have_acted |= acts && !refused;
        co_return response;
    }

    Task<> wait(Duration duration) {
        const Moment now = kernel_.environment.now();
        if (now + duration > operation_.deadline) {
            errors::raise(errc::timeout, "the carrier was not done by the deadline");
        }
        return sleep_whole(kernel_.environment, duration);
    }

    Moment now() { return kernel_.environment.now(); }
    const OperationView& operation() { return operation_; }
    std::span<const std::string> gateways() { return remote_.gateways; }

    /// The store's numbers, to be read only.
    class Numbers {
    public:
        explicit Numbers(KernelType& kernel) : kernel_(kernel) {}
        Task<NumberPage> scan(NumberQuery query) { return kernel_.store.scan(query); }
        /// See `KnowsStock`.
        auto plain_stock(const NumberQuery& query)
            requires KnowsStock<decltype(KernelType::store)>
        {
            return kernel_.store.plain_stock(query);
        }

    private:
        KernelType& kernel_;
    };
    Numbers numbers() { return Numbers(kernel_); }

    const Trace& trace() const { return trace_; }

    /// What may be told of a carrier's words: some quote the credentials that they were sent.
    Number without_secrets(Number number) const {
        if (number.order && !number.order->reason.empty()) { number.order->reason = redaction()(number.order->reason); }
        return number;
    }
    Error without_secrets(Error error) const {
        const Redaction known = redaction();
        error.message = known(error.message);
        error.cause = known(error.cause);
        return error;
    }

private:
    /// Made where it is needed: few calls fail, and its patterns are many.
    Redaction redaction() const {
        Redaction known;
        for (const Secret& each : secrets_) { known.learn(each); }
        return known;
    }

    KernelType& kernel_;
    const CarrierInfo& info_;
    const RemoteSettings& remote_;
    OperationView operation_;
    Trace trace_;
    std::vector<Secret> secrets_;
};

}  // namespace tandem::detail
