// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/testing/detail/trial.hpp>
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
class Laws : Trial<C, M> {
    using Base = Trial<C, M>;
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
        lists_what_is_ours();
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
        purchase_.record = record_of(*first);
        const auto second =
            std::find_if(first + 1, found->offers.end(), [this](const Offer& offer) { return wanted(offer); });
        if (first->number.empty()) {
            another_ = purchase_.record;  // a group has more than one number
        } else if (second != found->offers.end()) {
            another_ = record_of(*second);
        }
        return true;
    }
    static Number record_of(const Offer& offer) {
        Number record;
        record.number = offer.number;
        record.carrier = C::info.name;
        if (!offer.id.empty()) { record.order = Order{.offer = std::string(offer.id)}; }
        if (auto details = parse_json_object(offer.details())) {  // as the manager keeps them
            record.carrier_data = to_json_text(std::move(*details));
        }
        return record;
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

    std::vector<E164> all_ours() {
        std::vector<E164> all = desk_.owned_numbers();
        std::sort(all.begin(), all.end());
        return all;
    }
    void lists_what_is_ours() {
        if constexpr (ListsNumbers<C>) {
            const char* law = "what was bought stands in the list of our numbers until it is released";
            const auto expect_ours = [&](const char* when, const std::vector<E164>& ours) {
                const auto listed = attempt_to(law, when, [this] { return all_ours(); });
                expect(listed.has_value(), law, std::string(when) + ": the list fails");
                expect(!listed || *listed == ours, law, std::string(when) + ": others are listed");
            };
            transport_.start(purchase_.model);
            expect_ours("before", {});
            transport_.start(release_.model);
            expect_ours("bought", {number_});
            (void)attempt(release_, {});
            expect_ours("released", {});
            Scene list{.name = "listing", .model = release_.model};
            std::vector<E164> ours{number_};
            buy_another(list.model, ours);
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
    /// Where a second number is for sale, it is bought too.
    void buy_another(M& model, std::vector<E164>& ours) {
        if (!another_) { return; }
        const Scene scene{.name = "buying", .model = model, .record = *another_};
        const OperationId first = std::exchange(desk_.our_reference, OperationId("fedcba9876543210fedcba9876543210"));
        const Attempt bought = attempt(scene, {});
        desk_.our_reference = first;
        const bool is_sold = bought.verdict.phase == Operation::Phase::done;
        expect(is_sold || another_->number.empty(), "what is found can be bought, once", told(bought));
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
            const auto with_body = [](std::string body) {
                return [body = std::move(body)](Response reply) {
                    reply.body = body;
                    return reply;
                };
            };
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
                const std::string digits = each.digits().substr(dial_code_of(country_of(each.digits())).size());
                std::string unreadable = whole;
                for (auto found = unreadable.find(digits); found != unreadable.npos; found = unreadable.find(digits)) {
                    unreadable.replace(found, digits.size(), "?");
                }
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
            std::string astray = whole;
            for (auto found = astray.find("://"); found != astray.npos; found = astray.find("://", found + 3)) {
                astray.insert(found + 3, "elsewhere.example/");
            }
            (void)try_with(at, where + "its links lead elsewhere", with_body(std::move(astray)));
        }
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
                Tamper tamper{.exchange = at, .change = [&body](Response reply) {
                                  reply.body = body;
                                  return reply;
                              }};
                const Attempt tried = attempt(scene, std::move(tamper));
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
        const std::string digits = number_.digits().substr(dial_code_of(country_of(number_.digits())).size());
        std::string others = digits;
        others.back() = others.back() == '9' ? '8' : '9';
        const Tamper confused{.exchange = Tamper::every, .change = [=](Response reply) {
                                  for (auto at = reply.body.find(digits); at != std::string::npos;
                                       at = reply.body.find(digits, at + 1)) {
                                      reply.body.replace(at, digits.size(), others);
                                  }
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
            const auto with_body = [](std::string body) {
                return [body = std::move(body)](Response reply) {
                    reply.body = body;
                    return reply;
                };
            };
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
                // What earlier replies offered stands, where it is told that a later one failed.
                const bool is_partial = at > 0 && found && found->failure.has_value();
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

/// Sends nothing: whoever sends all the same breaks a law.
struct NoTransport {
    Task<Response> send(Request request, Deadline) {
        errors::raise(errc::unspecified, "a local carrier sends no request", request.url());
    }
};

/// The laws of a carrier whose stock is our own.
template <Carrier C>
class LocalLaws {
public:
    LocalLaws(const C& carrier, const std::vector<Number>& stock, const SearchRequest& request)
        : stock_(stock), request_(canonical(request).value()), desk_(carrier, NoTransport()) {
        desk_.numbers() = Numbers(stock);
    }

    std::vector<BrokenLaw> broken() {
        const std::vector<Offer> offers = found(request_);
        expect(!offers.empty() && offers.size() <= request_.quantity, for_sale_, request_.prefix.str());
        for (const Offer& offer : offers) {
            expect(request_.matches(offer.number) && is_for_sale(offer), for_sale_, offer.number.str());
            buys_and_releases(offer.number);
        }
        pages_are_parts_of_the_whole(offers);
        desk_.numbers() = Numbers();
        expect(found(request_).empty(), "an empty stock is no error", "it offers what is not there");
        for (const Offer& offer : offers) {
            Number record = record_of(offer.number);
            expect(desk_.buy(record).phase == Operation::Phase::refused, "what somebody else bought is refused",
                   offer.number.str());
        }
        return std::move(broken_);
    }

private:
    static constexpr const char* for_sale_ = "a search finds what is for sale";

    void expect(bool holds, const char* law, std::string how) {
        if (!holds) { broken_.push_back({law, std::move(how)}); }
    }

    std::vector<Offer> found(const SearchRequest& request) {
        try {
            return desk_.find(request).offers;
        } catch (const Exception& failure) {
            expect(failure.error().code == errc::not_available, for_sale_, failure.what());
            return {};
        }
    }

    /// Its own numbers that are available, or, without a stock, anybody's that are reserved; none that is another account's.
    bool is_for_sale(const Offer& offer) const {
        return std::any_of(stock_.begin(), stock_.end(), [&](const Number& each) {
            const bool own = C::info.stock == Stocked::never
                                 ? each.state == State::reserved
                                 : each.state == State::available && each.carrier == C::info.name;
            const bool open = each.assigned_to.empty() || request_.account.view() == each.assigned_to ||
                              request_.reseller.view() == each.assigned_to;
            return each.number == offer.number && each.state == offer.state && own && open && each.fence.empty();
        });
    }

    static Number record_of(E164 number) {
        Number record;
        record.number = number;
        record.carrier = C::info.name;
        return record;
    }
    void buys_and_releases(E164 number) {
        Number record = record_of(number);
        for (const bool buys : {true, false, false}) {
            const auto verdict = buys ? desk_.buy(record) : desk_.release(record);
            expect(verdict.phase == Operation::Phase::done && record.number == number,
                   buys ? "what is found can be bought, once" : "releasing twice is harmless", number.str());
        }
    }

    void pages_are_parts_of_the_whole(const std::vector<Offer>& offers) {
        SearchRequest one = request_;
        one.quantity = 1;
        for (const Offer& offer : offers) {
            const std::vector<Offer> page = found(one);
            expect(page.size() == 1 && page.front().number == offer.number, "pages neither skip nor repeat",
                   offer.number.str() + " is not alone at offset " + std::to_string(one.offset));
            ++one.offset;
        }
    }

    const std::vector<Number>& stock_;
    SearchRequest request_;
    Desk<C, NoTransport> desk_;
    std::vector<BrokenLaw> broken_{};
};

}  // namespace detail

/// Tries a local carrier on `stock`, of which `request` finds at least one number: better more, and among others that are
/// not for sale. An empty result: all laws hold.
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
