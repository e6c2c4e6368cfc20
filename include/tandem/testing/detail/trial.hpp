// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/countries.hpp>
#include <tandem/core/json.hpp>
#include <tandem/testing/desk.hpp>
#include <tandem/testing/detail/model_transport.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing {

/// A law of carriers, and how a carrier broke it.
struct BrokenLaw {
    std::string law;
    std::string how;
};

namespace detail {

/// `text` with every `part` replaced.
inline std::string replaced(std::string text, std::string_view part, std::string_view by) {
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + by.size())) {
        text.replace(at, part.size(), by);
    }
    return text;
}

/// The digits behind the country's code, which every carrier's replies hold.
inline std::string national_digits(E164 number) {
    return number.digits().substr(dial_code_of(country_of(number.digits())).size());
}

/// Gives a reply another body.
inline auto with_body(std::string body) {
    return [body = std::move(body)](Response reply) {
        reply.body = body;
        return reply;
    };
}

/// The record of an offer, as the manager hands it to the carrier that offered it.
template <Carrier C>
Number record_of(const Offer& offer) {
    Number record;
    record.number = offer.number;
    record.carrier = C::info.name;
    if (!offer.id.empty()) { record.order = Order{.offer = std::string(offer.id)}; }
    if (auto details = parse_json_object(offer.details())) { record.carrier_data = to_json_text(std::move(*details)); }
    return record;
}

/// Tries a carrier on a model of its API, time and again from where a scene begins.
template <Carrier C, CarrierModel M>
class Trial {
protected:
    Trial(const C& carrier, const M& model, const SearchRequest& request)
        : request_(canonical(request).value()), transport_(model), desk_(carrier, transport_) {}

    /// From where an operation is tried again and again, and how it went when nothing interfered.
    struct Scene {
        const char* name;
        M model;
        Number record{};
        bool buys = true;
        std::vector<Request> requests{};
        std::vector<Response> replies{};
    };
    struct Attempt {
        tandem::detail::Verdict verdict{};
        Number record{};
    };

    void expect(bool holds, const char* law, std::string how) {
        if (!holds) { broken_.push_back({law, std::move(how)}); }
    }
    /// What a call gives; nothing when it throws, which costs the law only when it is no `Exception`.
    template <class Call>
    auto attempt_to(const char* law, const std::string& how, Call call) -> std::optional<decltype(call())> {
        try {
            return call();
        } catch (const Exception& failure) {
            names_no_secret(failure.what(), how);
        } catch (const std::exception& failure) { expect(false, law, how + ": throws " + failure.what()); }
        return {};
    }
    void names_no_secret(std::string_view text, const std::string& how) {
        for (const Request& request : transport_.requests()) {
            for (const Secret& secret : request.secrets()) {
                const bool told = secret.reveal().size() > 3 && text.find(secret.reveal()) != text.npos;
                expect(!told, "no failure names a secret", how);
            }
        }
    }

    Attempt attempt(const Scene& scene, Tamper tamper) {
        transport_.start(scene.model, std::move(tamper));
        Attempt attempt{.record = scene.record};
        attempt.verdict = scene.buys ? desk_.buy(attempt.record) : desk_.release(attempt.record);
        return attempt;
    }
    /// Tries it without interference and keeps the exchanges.
    Attempt rehearse(Scene& scene) {
        Attempt done = attempt(scene, {});
        scene.requests = transport_.requests();
        scene.replies = transport_.replies();
        return done;
    }
    static std::string told(const Attempt& attempt) {
        std::string text(name_of(attempt.verdict.phase));
        if (attempt.verdict.error) {
            text += ", " + attempt.verdict.error->message + " (" + attempt.verdict.error->cause + ")";
        }
        return text;
    }

    SearchPage page() {
        return desk_.ask([this](auto& session) { return desk_.carrier.find_numbers(session, request_); });
    }
    bool wanted(const Offer& offer) const {
        return offer.number.empty() ? !offer.id.empty() : request_.matches(offer.number);
    }
    template <class Ask>
    auto look_up(Ask ask) {
        return desk_.ask(std::move(ask));
    }
    bool owned(E164 number) {
        return look_up([this, number](auto& session) { return desk_.carrier.owns_number(session, number); });
    }
    std::optional<Number> order_of(const Number& record) {
        Number asked = record;
        asked.order.reset();
        return look_up([this, asked](auto& session) { return desk_.carrier.find_order(session, asked); });
    }

    SearchRequest request_;
    ModelTransport<M> transport_;
    Desk<C, ModelTransport<M>> desk_;
    std::vector<BrokenLaw> broken_{};
};

}  // namespace detail
}  // namespace tandem::testing
