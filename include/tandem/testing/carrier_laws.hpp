// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/detail/list_laws.hpp>
#include <tandem/testing/detail/local_laws.hpp>
#include <tandem/testing/mutations.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The laws that every carrier keeps, tried on a model of its API in memory: with honest replies, with every failure at
/// every exchange, with every reply cut after every byte and with every field of every reply changed.
namespace tandem::testing {

namespace detail {

template <Carrier C, CarrierModel M>
class Laws : ListLaws<C, M> {
    using Base = ListLaws<C, M>;
    using Base::attempt, Base::attempt_to, Base::broken_, Base::desk_, Base::expect, Base::look_up;
    using Base::names_no_secret, Base::order_of, Base::owned, Base::page, Base::rehearse, Base::request_, Base::told;
    using Base::transport_, Base::wanted;
    using typename Base::Attempt;
    using typename Base::Scene;

public:
    Laws(const C& carrier, const M& model, const SearchRequest& request)
        : Base(carrier, model, request),
          purchase_{.name = "buying", .model = model},
          release_{.name = "releasing", .model = model, .buys = false} {}

    std::vector<BrokenLaw> broken() {
        const bool works = finds() && buys() && releases();
        if (!works) { return std::move(broken_); }  // what honest replies break says enough
        Base::lists_what_is_ours(purchase_, release_, another_);
        keeps_a_reservation();
        bears_an_empty_stock();
        leaves_an_endless_order_pending();
        for (const Scene* scene : {&purchase_, &release_}) {
            bears_failures(*scene);
            bears_cut_replies(*scene);
            believes_no_changed_reply(*scene);
        }
        believes_nothing_of_another_number();
        searches_bear_it_all();
        return std::move(broken_);
    }

private:
    bool finds() {
        const char* law = "a search finds what is for sale";
        const auto found = attempt_to(law, "searching", [this] { return page(); });
        const auto first = found ? std::find_if(found->offers.begin(), found->offers.end(),
                                                [this](const Offer& offer) { return wanted(offer); })
                                 : std::vector<Offer>::const_iterator();
        if (!found || first == found->offers.end()) {
            expect(false, law, "nothing under " + request_.prefix.str());
            return false;
        }
        expect(found->offers.size() <= request_.quantity, law, "more than the quantity that was asked for");
        expect(found->refused == 0, law, std::to_string(found->refused) + " rows of a good reply are refused");
        for (const Offer& offer : found->offers) {
            const bool priced = offer.setup.known() && offer.monthly.known();
            const bool should =
                C::info.price_source == PriceSource::search || C::info.price_source == PriceSource::free;
            expect(!should || priced, "a price is told where the carrier tells it", offer.number.str());
            offers_.push_back(offer.number);
        }
        purchase_.model = transport_.model();  // some sell only what a search has shown
        purchase_.record = record_of<C>(*first);
        const auto second =
            std::find_if(first + 1, found->offers.end(), [this](const Offer& offer) { return wanted(offer); });
        if (first->number.empty()) {
            another_ = purchase_.record;  // a group has more than one number
        } else if (second != found->offers.end()) {
            another_ = record_of<C>(*second);
        }
        return true;
    }

    bool buys() {
        const char* law = "what is found can be bought, once";
        if constexpr (FindsOrders<C>) {
            expect(!order_of(purchase_.record), "an order is found by our reference, and only by it",
                   "one is there before any was made");
        }
        const Attempt bought = rehearse(purchase_);
        M& model = transport_.model();
        number_ = bought.record.number;
        const bool sold = bought.verdict.phase == Operation::Phase::done && model.owns(number_);
        expect(sold, law, told(bought));
        if (!sold) { return false; }
        expect(model.ordered() == std::vector<E164>{number_}, law, "it ordered something else too");
        const auto changing = std::count_if(purchase_.requests.begin(), purchase_.requests.end(),
                                            [](const Request& request) { return request.changes(); });
        expect(C::info.local || changing > 0, law, "no request says that it changes anything");
        if constexpr (OwnsNumbers<C>) { expect(owned(number_), "what was bought is owned", number_.str()); }
        if constexpr (FollowsOrders<C>) {
            const auto followed =
                look_up([&](auto& session) { return desk_.carrier.follow_order(session, bought.record); });
            expect(followed.order && followed.order->status == Order::Status::complete && followed.number == number_,
                   "a complete order stays complete", number_.str());
        }
        if constexpr (FindsOrders<C>) {
            const auto found = order_of(purchase_.record);
            expect(
                found && found->number == number_ && found->order.value_or(Order()).status == Order::Status::complete,
                "an order is found by our reference, and only by it", "the one that was made is not");
        }
        release_.model = model;
        release_.record = bought.record;
        release_.record.state = State::in_service;
        return true;
    }

    bool releases() {
        const Attempt released = rehearse(release_);
        M& model = transport_.model();
        const bool done = released.verdict.phase == Operation::Phase::done && !model.holds(number_);
        expect(done, "what was bought can be released", told(released));
        if (!done) { return false; }
        if constexpr (OwnsNumbers<C>) { expect(!owned(number_), "what was released is not owned", number_.str()); }
        Scene again{.name = "releasing", .model = model, .record = release_.record, .buys = false};
        const Attempt twice = attempt(again, {});
        expect(twice.verdict.phase == Operation::Phase::done, "releasing twice is harmless", told(twice));
        return true;
    }

    void keeps_a_reservation() {
        if constexpr (ReservesNumbers<C>) {
            if (purchase_.record.number.empty()) { return; }  // of a group nothing is held
            const char* law = "what was reserved can be bought";
            transport_.start(purchase_.model);
            const auto reserved = attempt_to(law, "reserving", [this] {
                return look_up(
                    [this](auto& session) { return desk_.carrier.reserve_number(session, purchase_.record); });
            });
            expect(reserved.has_value() && reserved->number == number_, law, "it cannot be reserved");
            if (!reserved) { return; }
            Scene scene{.name = "buying", .model = transport_.model(), .record = *reserved};
            const Attempt bought = attempt(scene, {});
            expect(bought.verdict.phase == Operation::Phase::done, law, told(bought));
        }
    }

    void bears_an_empty_stock() {
        const char* law = "an empty stock is no error";
        Scene empty = purchase_;
        empty.model.sell_out();
        transport_.start(empty.model);
        try {
            const SearchPage found = page();
            expect(std::none_of(found.offers.begin(), found.offers.end(), [this](const Offer& o) { return wanted(o); }),
                   law, "it offers what is sold out");
        } catch (const Exception& failure) { expect(failure.error().code == errc::not_available, law, failure.what()); }
        const Attempt late = attempt(empty, {});
        expect(late.verdict.phase == Operation::Phase::refused, "what somebody else bought is refused", told(late));
    }

    void leaves_an_endless_order_pending() {
        if constexpr (requires(M& model) { model.stall(); }) {
            const char* law = "an order without end is pending by the deadline";
            M model = purchase_.model;
            model.stall();
            Scene endless{.name = "buying", .model = std::move(model), .record = purchase_.record};
            const Moment start = desk_.environment.now();
            const Attempt left = attempt(endless, {});
            if (transport_.model().owns(number_)) { return; }  // this carrier sells at once
            expect(left.verdict.phase == Operation::Phase::pending, law, told(left));
            expect(desk_.environment.now() - start <= desk_.patience, law, "it waits past the deadline");
            expect(transport_.requests().size() <= 100, law,
                   std::to_string(transport_.requests().size()) + " requests for one order");
        }
    }

    /// What holds however an exchange was interfered with, as long as no reply told a lie.
    void check(const char* law, const Scene& scene, const Attempt& tried, const std::string& how) {
        using Phase = Operation::Phase;
        M& model = transport_.model();
        const Phase phase = tried.verdict.phase;
        const std::string what = std::string(scene.name) + ", " + how + ": " + told(tried);
        if (tried.verdict.error) { names_no_secret(tried.verdict.error->message + tried.verdict.error->cause, what); }
        expect(phase == Phase::done || phase == Phase::pending || phase == Phase::unknown || phase == Phase::refused,
               law, what);
        const bool ours = model.holds(number_);
        if (scene.buys) {
            expect(phase != Phase::done || model.owns(number_), law, what + ", but it is not ours");
            expect(phase != Phase::refused || !ours, law, what + ", but it is ours");
        } else {
            expect(phase != Phase::done || !ours, law, what + ", but it is still ours");
            expect(phase != Phase::refused || ours, law, what + ", but it is gone");
        }
        only_ours_is_ordered(what);
        if constexpr (FindsOrders<C>) {
            if (!scene.buys || phase != Phase::unknown) { return; }
            transport_.calm();
            const char* found_again = "an order whose outcome is unknown is found, or shown not to be there";
            const auto found = attempt_to(found_again, what, [&] { return order_of(scene.record); });
            expect(found.has_value(), found_again, what + ": the look-up fails");
            expect(!found || found->has_value() == ours, found_again, what + (ours ? ": not found" : ": found"));
        }
    }
    void only_ours_is_ordered(const std::string& what) {
        for (const E164 each : transport_.model().ordered()) {
            expect(each == number_, "nothing but what was asked for is ordered", what + ": " + each.str());
        }
    }

    void bears_failures(const Scene& scene) {
        const char* law = "a failure is never taken for success, nor a success for a refusal";
        constexpr std::array<int, 18> statuses{202, 204, 301, 302, 400, 401, 402, 403, 404,
                                               408, 409, 410, 422, 429, 500, 502, 503, 504};
        for (std::size_t at = 0; at < scene.requests.size(); ++at) {
            const bool changes = scene.requests[at].changes();
            for (const bool acts : {false, true}) {
                const std::string where = "exchange " + std::to_string(at + 1) + (acts ? ", acted on" : "");
                for (const int status : statuses) {
                    const bool says_no = status >= 400 && status < 500 && status != 408;
                    if (acts && (says_no || !changes)) { continue; }  // that would be a lie
                    const bool says_gone = status == 204 || status == 404 || status == 410;
                    if (!scene.buys && !acts && says_gone) { continue; }  // and so would this
                    Tamper tamper{
                        .exchange = at, .acts = acts, .change = [status](Response) { return Response(status); }};
                    const Attempt tried = attempt(scene, std::move(tamper));
                    check(law, scene, tried, where + ", status " + std::to_string(status));
                }
                const bool silent_success = !acts && changes && scene.replies[at].body.empty();
                for (const char* body : {"", "<html><body>Welcome</body></html>", "{}", "[]", "null", "}{"}) {
                    if (silent_success) { break; }  // nothing in it could tell that it is none
                    for (const char* type : {"text/html", "application/json", "application/xml"}) {
                        Tamper tamper{.exchange = at, .acts = acts, .change = [=](const Response& reply) {
                                          return Response(reply.status, body, type);
                                      }};
                        const Attempt tried = attempt(scene, std::move(tamper));
                        check(law, scene, tried, where + ", " + type + " " + body);
                    }
                }
                for (const bool sent : {true, false}) {
                    if (acts && !sent) { continue; }
                    Error failure{.code = errc::unreachable, .message = "cut", .sent = sent};
                    const Attempt tried = attempt(scene, {.exchange = at, .acts = acts, .failure = std::move(failure)});
                    check(law, scene, tried, where + (sent ? ", no reply" : ", no connection"));
                }
            }
        }
    }

    void bears_cut_replies(const Scene& scene) {
        for (std::size_t at = 0; at < scene.replies.size(); ++at) {
            for (std::size_t size = 0; size < scene.replies[at].body.size(); ++size) {
                Tamper tamper{.exchange = at, .change = [size](Response reply) {
                                  reply.body.resize(std::min(size, reply.body.size()));
                                  return reply;
                              }};
                const Attempt tried = attempt(scene, std::move(tamper));
                check("a reply that is cut is never taken for a whole one", scene, tried,
                      "reply " + std::to_string(at + 1) + " cut after " + std::to_string(size) + " bytes");
            }
        }
    }

    void believes_no_changed_reply(const Scene& scene) {
        const char* law = "no changed reply makes a sale of what was not asked for";
        for (std::size_t at = 0; at < scene.replies.size(); ++at) {
            for_each_body_mutation(scene.replies[at].body, [&](const std::string& body, const std::string& what) {
                const Attempt tried = attempt(scene, {.exchange = at, .change = with_body(body)});
                const std::string how = std::string(scene.name) + ", reply " + std::to_string(at + 1) + ", " + what;
                only_ours_is_ordered(how);
                const bool done = tried.verdict.phase == Operation::Phase::done;
                expect(!done || !scene.buys || (tried.record.number == number_ && transport_.model().holds(number_)),
                       law, how + ": " + told(tried));
            });
        }
    }

    /// Every reply speaks of another number throughout.
    void believes_nothing_of_another_number() {
        const std::string digits = national_digits(number_);
        std::string others = digits;
        others.back() = others.back() == '9' ? '8' : '9';
        const Tamper confused{.exchange = Tamper::every, .change = [=](Response reply) {
                                  reply.body = replaced(std::move(reply.body), digits, others);
                                  return reply;
                              }};
        const Attempt bought = attempt(purchase_, confused);
        if (purchase_.record.number.empty()) { return; }  // of a group any number is the one
        expect(bought.verdict.phase != Operation::Phase::done, "no reply makes a sale of another number", told(bought));
        if constexpr (FindsOrders<C>) {
            const char* law = "a look-up that speaks of another number proves nothing";
            transport_.start(release_.model, confused);
            const auto found = attempt_to(law, "looking up", [this] { return order_of(purchase_.record); });
            expect(!found, law, "it is believed");
        }
    }

    void searches_bear_it_all() {
        const char* law = "a search bears any reply";
        Scene search{.name = "searching", .model = purchase_.model};
        transport_.start(search.model);
        (void)page();
        const std::vector<Response> replies = transport_.replies();
        const auto try_with = [&](std::size_t at, std::function<Response(Response)> change, const std::string& how) {
            transport_.start(search.model, {.exchange = at, .change = std::move(change)});
            return attempt_to(law, how, [this] { return page(); });
        };
        for (std::size_t at = 0; at < replies.size(); ++at) {
            const std::string& whole = replies[at].body;
            for (std::size_t size = 0; size < whole.size(); ++size) {
                const std::string how = "cut after " + std::to_string(size) + " bytes";
                const auto found = try_with(at, with_body(whole.substr(0, size)), how);
                for (const Offer& offer : found ? found->offers : std::vector<Offer>()) {
                    const bool is_group = offer.number.empty();
                    const bool real =
                        is_group || std::find(offers_.begin(), offers_.end(), offer.number) != offers_.end();
                    expect(real, law, how + ": offers " + offer.number.str());
                }
            }
            for_each_body_mutation(whole, [&](const std::string& body, const std::string& what) {
                (void)try_with(at, with_body(body), what);
            });
            for (const int status : {202, 204, 301, 400, 401, 403, 404, 408, 429, 500, 503}) {
                const auto found =
                    try_with(at, [status](Response) { return Response(status); }, "status " + std::to_string(status));
                // What other replies offered stands, where it is told that this one failed.
                const bool is_partial = replies.size() > 1 && found && found->failure.has_value();
                expect(!found || found->offers.empty() || is_partial, law,
                       "offers with status " + std::to_string(status));
            }
        }
    }

    Scene purchase_;
    Scene release_;
    std::optional<Number> another_{};  ///< what else is for sale
    E164 number_{};
    std::vector<E164> offers_{};
};

}  // namespace detail

/// Tries a local carrier on `stock`, of which `request` finds at least one number: better more, and among others that
/// are not for sale. An empty result: all laws hold.
template <Carrier C>
    requires(C::info.local)
std::vector<BrokenLaw> broken_laws(const C& carrier, const std::vector<Number>& stock, const SearchRequest& request) {
    return detail::LocalLaws<C>(carrier, stock, request).broken();
}

/// Tries `carrier` on `model`, whose stock should be small: every field and byte of its replies is tried.
/// `request` finds at least one number in it. An empty result: all laws hold.
template <Carrier C, CarrierModel M>
std::vector<BrokenLaw> broken_laws(const C& carrier, const M& model, const SearchRequest& request) {
    return detail::Laws<C, M>(carrier, model, request).broken();
}

}  // namespace tandem::testing
