// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "spec.hpp"

#include <tandem/core/http.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::specs {

/// Judges requests by a carrier's OpenAPI document: shows each to Prism, which reads it too, and to `Spec`.
class Judge {
public:
    /// `ask` sends a request to Prism, whose server is at `prism`.
    Judge(Spec spec, std::string prism, std::function<Response(Request)> ask)
        : spec_(std::move(spec)), prism_(std::move(prism)), ask_(std::move(ask)) {}

    /// What stands before the documented paths in our URLs. May be said several times.
    void add_base(std::string base) { bases_.push_back(std::move(base)); }
    /// Passes over what Prism complains of in these words, where the document's own text says otherwise; where `part`
    /// is given, of requests alone whose target has it.
    void excuse(std::string message, std::string part = {}) {
        excused_.emplace_back(std::move(message), std::move(part));
    }
    void complain(std::string what) { complaints_.push_back(std::move(what)); }

    void judge(const Request& request) {
        ++requests_;
        testing::sandbox::Call call;
        call.method = name_of(request.method());
        call.target = target_of(request.url());
        call.body = request.body();
        for (const Field& field : request.fields()) { call.fields.emplace_back(field.name, field.value); }
        call.take_apart();
        const std::string what = call.method + " " + call.target + ": ";
        for (const std::string& complaint : spec_.complaints(call)) {
            if (!is_excused(complaint, call.target)) { complain(what + complaint); }
        }
        Request shown(request.method(), prism_ + call.target);
        for (const Field& field : request.fields()) {
            if (field.name != "Content-Type") { std::move(shown).header(field.name, field.value); }
        }
        if (!call.body.empty()) { std::move(shown).body(std::string(call.field("Content-Type")), call.body); }
        const Response heard = ask_(std::move(shown));
        const std::string_view violations = heard.header("sl-violations");
        for (const auto& each : violations.empty() ? json::array() : json::parse(violations).as_array()) {
            const json::array& location = each.at("location").as_array();
            const auto in = [&](std::size_t at, std::string_view name) {
                return location.size() > at && location[at].is_string() && location[at].get_string() == name;
            };
            if (!in(0, "request")) { continue; }  // the document's own examples
            const bool is_xml_body = in(1, "body") && call.field("Content-Type").starts_with("application/xml");
            if (is_xml_body || is_excused(each.at("message").as_string(), call.target)) {
                continue;
            }  // Prism reads no XML
            complain(what + json::serialize(each));
        }
        // Where the document has no reply for what is wrong, Prism answers by one of its own.
        const bool sends_xml = call.field("Content-Type").starts_with("application/xml");
        for (const std::string_view error : {"#UNPROCESSABLE_ENTITY", "#UNAUTHORIZED"}) {
            const bool refuses = heard.body.find("stoplight.io/prism/errors" + std::string(error)) != std::string::npos;
            if (refuses && !sends_xml && !is_excused(heard.body, call.target)) { complain(what + heard.body); }
        }
        if (heard.status == 404 || heard.status == 405) { complain(what + "Prism knows no such path: " + heard.body); }
    }
    /// A request that is wrong on purpose: whoever passes it judges nothing.
    void expect_complaint(const Request& wrong, std::string_view why) {
        const std::vector<std::string> before = std::exchange(complaints_, {});
        judge(wrong);
        const bool is_noticed = !complaints_.empty();
        complaints_ = before;
        if (!is_noticed) { complain("a wrong request is not noticed: " + std::string(why)); }
    }

    std::size_t requests() const { return requests_; }
    const std::vector<std::string>& complaints() const { return complaints_; }

private:
    std::string target_of(const std::string& url) const {
        std::size_t longest = 0;
        for (const std::string& base : bases_) {
            if (url.starts_with(base)) { longest = std::max(longest, base.size()); }
        }
        return url.substr(longest);
    }
    bool is_excused(std::string_view message, std::string_view target) const {
        return std::any_of(excused_.begin(), excused_.end(), [&](const auto& each) {
            return message.find(each.first) != message.npos && target.find(each.second) != target.npos;
        });
    }

    Spec spec_;
    std::string prism_;
    std::function<Response(Request)> ask_;
    std::vector<std::string> bases_;
    std::vector<std::pair<std::string, std::string>> excused_;
    std::vector<std::string> complaints_;
    std::size_t requests_ = 0;
};

/// The carriers whose documents there are, by the names of their files here.
struct Trial {
    Trial(std::string_view carrier, void (*try_it)(Judge&)) { all().emplace_back(carrier, try_it); }
    static std::vector<std::pair<std::string_view, void (*)(Judge&)>>& all() {
        static std::vector<std::pair<std::string_view, void (*)(Judge&)>> trials;
        return trials;
    }
};

}  // namespace tandem::specs
