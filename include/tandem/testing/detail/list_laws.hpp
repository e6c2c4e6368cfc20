// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/detail/trial.hpp>
#include <tandem/testing/mutations.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::testing::detail {

/// The laws of the list of our numbers, for carriers that have one.
template <Carrier C, CarrierModel M>
class ListLaws : protected Trial<C, M> {
    using Base = Trial<C, M>;

protected:
    using Base::attempt, Base::attempt_to, Base::desk_, Base::expect, Base::told, Base::transport_;
    using Base::Base;
    using typename Base::Attempt;
    using typename Base::Scene;

    /// `purchase` and `release` as they went; `another`: what else is for sale.
    void lists_what_is_ours(const Scene& purchase, const Scene& release, const std::optional<Number>& another) {
        if constexpr (ListsNumbers<C>) {
            const char* law = "what was bought stands in the list of our numbers until it is released";
            const auto expect_ours = [&](const char* when, const std::vector<E164>& ours) {
                const auto listed = attempt_to(law, when, [this] { return all_ours(); });
                expect(listed.has_value(), law, std::string(when) + ": the list fails");
                expect(!listed || *listed == ours, law, std::string(when) + ": others are listed");
            };
            transport_.start(purchase.model);
            expect_ours("before", {});
            transport_.start(release.model);
            expect_ours("bought", {release.record.number});
            (void)attempt(release, {});
            expect_ours("released", {});
            Scene list{.name = "listing", .model = release.model};
            std::vector<E164> ours{release.record.number};
            if (another) { buy_another(*another, list.model, ours); }
            if constexpr (requires { list.model.shorten_pages(1); }) { list.model.shorten_pages(1); }
            transport_.start(list.model);
            expect_ours("two pages", ours);
            list.requests = transport_.requests();
            list.replies = transport_.replies();
            for (const Request& request : list.requests) {
                expect(!request.changes(), "asking for our numbers changes nothing", request.url());
            }
            bears_broken_lists(list, ours);
        }
    }

private:
    std::vector<E164> all_ours() {
        std::vector<E164> all = desk_.owned_numbers();
        std::sort(all.begin(), all.end());
        return all;
    }
    /// Where a second number is for sale, it is bought too.
    void buy_another(const Number& another, M& model, std::vector<E164>& ours) {
        const Scene scene{.name = "buying", .model = model, .record = another};
        const OperationId first = std::exchange(desk_.our_reference, OperationId("fedcba9876543210fedcba9876543210"));
        const Attempt bought = attempt(scene, {});
        desk_.our_reference = first;
        const bool is_sold = bought.verdict.phase == Operation::Phase::done;
        expect(is_sold || another.number.empty(), "what is found can be bought, once", told(bought));
        if (!is_sold) { return; }  // a group may have no second one
        model = transport_.model();
        ours.push_back(bought.record.number);
        std::sort(ours.begin(), ours.end());
    }
    /// Whatever becomes of one reply: the list is whole, or it fails.
    void bears_broken_lists(const Scene& list, const std::vector<E164>& ours) {
        const char* law = "a list of our numbers is whole or an error";
        const auto origin = [](const std::string& url) { return url.substr(0, url.find('/', url.find("://") + 3)); };
        const auto try_with = [&](std::size_t at, const std::string& how, std::function<Response(Response)> change) {
            transport_.start(list.model, {.exchange = at, .change = std::move(change)});
            auto listed = attempt_to(law, how, [this] { return all_ours(); });
            for (const Request& request : transport_.requests()) {
                expect(origin(request.url()) == origin(list.requests.front().url()), "no reply sends us elsewhere",
                       "listing our numbers, " + how + ": " + request.url());
            }
            return listed;
        };
        for (std::size_t at = 0; at < list.replies.size(); ++at) {
            const std::string where = "reply " + std::to_string(at + 1) + ", ";
            const std::string& whole = list.replies[at].body;
            const auto expect_whole = [&](const std::string& how, std::function<Response(Response)> change) {
                const auto listed = try_with(at, where + how, std::move(change));
                expect(!listed || *listed == ours, law,
                       where + how + ": " + std::to_string(listed ? listed->size() : 0) + " of " +
                           std::to_string(ours.size()) + " numbers");
            };
            for (std::size_t size = 0; size < whole.size(); ++size) {
                expect_whole("cut after " + std::to_string(size) + " bytes", with_body(whole.substr(0, size)));
            }
            for (const E164 each : ours) {
                std::string unreadable = replaced(whole, national_digits(each), "?");
                expect_whole("the row of " + each.str() + " unreadable", with_body(std::move(unreadable)));
            }
            for (const int status : {202, 301, 400, 401, 403, 404, 408, 429, 500, 503}) {  // 204 may say: none
                expect_whole("status " + std::to_string(status),
                             [status](Response reply) { return Response(status, std::move(reply.body)); });
                expect_whole("bare status " + std::to_string(status), [status](Response) { return Response(status); });
            }
            for_each_body_mutation(whole, [&](const std::string& body, const std::string& what) {
                (void)try_with(at, where + what, with_body(body));
            });
            std::string astray = replaced(whole, "://", "://elsewhere.example/");
            (void)try_with(at, where + "its links lead elsewhere", with_body(std::move(astray)));
        }
    }
};

}  // namespace tandem::testing::detail
