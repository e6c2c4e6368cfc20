// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "judge.hpp"

#include <tandem/carrier.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/manager/settings.hpp>
#include <tandem/testing/sandbox/in_memory.hpp>
#include <tandem/testing/session.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::specs {

inline SearchRequest search(std::string_view prefix, FeatureSet features = {}, std::uint32_t offset = 0) {
    SearchRequest request;
    request.prefix = prefix;
    request.features = features;
    request.offset = offset;
    return request;
}

/// A number's whole life at a carrier, whose sandbox answers; the judge sees every request. `settings` are added to
/// those of the sandbox.
template <Carrier C, testing::sandbox::Site S>
class Life {
public:
    explicit Life(Judge& judge, const json::object& settings = {}) : judge_(judge), carrier_(carrier_with(settings)) {
        for (const auto& [key, value] : document_) {
            if (value.is_string() && value.get_string().starts_with("http://")) {
                judge.add_base(std::string(value.get_string()));
            }
        }
    }

    /// Searches, and finds something each time.
    void find_each(std::initializer_list<SearchRequest> requests) {
        for (const SearchRequest& request : requests) {
            expect(!find(request).empty(), "something is found under " + std::string(request.prefix.view()));
        }
    }
    std::vector<Offer> find(SearchRequest request) {
        request = canonical(request).value();
        return run(carrier_.find_numbers(session_, request)).offers;
    }
    /// Finds a number (or group), buys it, looks at its order in every way that the carrier has, and gives it back.
    void live(const SearchRequest& request) {
        const std::vector<Offer> found = find(request);
        if (found.empty()) { return expect(false, "something is found to be bought"); }
        Number asked;
        asked.number = found.front().number;
        asked.carrier = C::info.name;
        asked.carrier_data = JsonText(std::string(found.front().details()));
        if (!found.front().id.empty()) { asked.order = Order{.offer = std::string(found.front().id)}; }
        session_.set_operation_id("0123456789abcdef" + std::to_string(1'000'000'000'000'000 + ++lives_));
        if constexpr (Quotes<C>) { run(carrier_.quote(session_, found.front())); }
        if constexpr (ReservesNumbers<C>) { asked = run(carrier_.reserve_number(session_, asked)); }
        const Number bought = run(carrier_.acquire_number(session_, asked));
        expect(!bought.order || bought.order->status == Order::Status::complete, "the number is bought");
        if constexpr (FollowsOrders<C>) { run(carrier_.follow_order(session_, bought)); }
        if constexpr (FindsOrders<C>) {
            expect(run(carrier_.find_order(session_, asked)).has_value(), "its order is found");
        }
        if constexpr (OwnsNumbers<C>) { expect(run(carrier_.owns_number(session_, bought.number)), "it is ours"); }
        if constexpr (ListsNumbers<C>) {
            expect(!run(carrier_.owned_numbers(session_, {})).numbers.empty(), "the list of ours has a number");
        }
        run(carrier_.disconnect_number(session_, bought));
        if constexpr (OwnsNumbers<C>) {
            expect(!run(carrier_.owns_number(session_, bought.number)), "it is ours no more");
        }
        run(carrier_.disconnect_number(session_, bought));
    }
    /// Requests that are nearly right have to be noticed.
    void spoil() {
        if (!first_) { return expect(false, "there is a request to spoil"); }
        const std::string& url = first_->url();
        const auto spoilt = [&](const std::string& changed) {
            Request request(first_->method(), changed);
            for (const Field& field : first_->fields()) { std::move(request).header(field.name, field.value); }
            return request;
        };
        judge_.expect_complaint(spoilt(url + (url.find('?') == url.npos ? "?" : "&") + "nosuch=1"), "parameter");
        judge_.expect_complaint(spoilt(url.substr(0, url.find('?')) + "/nowhere/at/all"), "path");
    }

    const C& carrier() const { return carrier_; }
    /// One of the sandbox's settings, or of those that were added.
    std::string setting(std::string_view key) const { return std::string(document_.at(key).as_string()); }
    void expect(bool holds, const std::string& what) {
        if (!holds) { judge_.complain("this does not hold: " + what); }
    }

private:
    C carrier_with(const json::object& settings) {
        document_ = S::settings("http://127.0.0.1:1");
        for (const auto& [key, value] : settings) { document_[key] = value; }
        configs::InCode config;
        config.set("number_manager." + std::string(C::info.name), JsonText(json::serialize(document_)));
        auto read = read_carrier_settings<C>(config).value();
        session_.set_gateways(read.remote.gateways);
        return std::move(read.carrier);
    }

    /// Copies are one.
    struct Judged {
        Life* life;
        Task<Response> send(Request request, Deadline) {
            life->judge_.judge(request);
            if (!life->first_ && request.method() == Method::get) { life->first_ = request; }
            Response response = life->model_.answer(request);
            co_return response;
        }
    };

    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        std::exception_ptr failure;
        boost::asio::co_spawn(context_, std::move(task), [&](std::exception_ptr failed, T value) {
            failure = failed;
            result.emplace(std::move(value));
        });
        context_.restart();
        context_.run();
        if (failure) { std::rethrow_exception(failure); }
        return std::move(*result);
    }

    Judge& judge_;
    json::object document_{};
    testing::Session<Judged> session_{Judged{this}};
    C carrier_;
    testing::sandbox::InMemory<S> model_{S()};
    std::optional<Request> first_{};
    boost::asio::io_context context_{1};
    unsigned lives_ = 0;
};

}  // namespace tandem::specs
