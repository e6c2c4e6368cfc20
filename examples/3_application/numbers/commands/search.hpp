// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "../globals.hpp"
#include "../values.hpp"

#include <tandem/core/search_json.hpp>
#include <tandem/core/task.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace numbers {

/// An amount for people; what is not known is a question mark.
inline std::string shown(tandem::Amount amount) { return amount.known() ? amount.str() : "?"; }

inline std::string shown(const tandem::Features& features) {
    std::string names;
    for (const auto& [feature, name] : tandem::feature_names) {
        if (features.has(feature)) { names += (names.empty() ? "" : " ") + std::string(name); }
    }
    return names;
}

/// `numbers search`: numbers for sale at all carriers at once.
class Search {
public:
    static constexpr const char* name = "search";
    static constexpr const char* purpose = "Find numbers for sale at all carriers at once";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) {
        command.add_option("--prefix", prefix_, "+1415, 415, 1415555, 800, 88* …")->required()->type_name("P");
        command.add_option("--quantity", quantity_, "how many numbers (10)")
            ->check(CLI::Range(std::uint32_t{1}, std::numeric_limits<std::uint32_t>::max()))
            ->type_name("N");
        command.add_option("--offset", offset_, "how many to skip; with --query-id, of that search")->type_name("N");
        command.add_option("--query-id", query_id_, "an earlier search, for its further pages")->type_name("ID");
        command.add_option("--country", country_, "two letters; told by the prefix otherwise")->type_name("CC");
        command.add_option("--carrier", carriers_, "only this carrier; may be repeated")
            ->allow_extra_args(false)
            ->type_name("NAME");
        command.add_option("--feature", features_, "only numbers known to have it; may be repeated")
            ->allow_extra_args(false)
            ->type_name("NAME");
        command.add_option("--blocks", blocks_, "so many blocks of --quantity consecutive numbers")->type_name("N");
        command.add_option("--options", options_, "a JSON object for the carriers")->type_name("JSON");
        command.add_option("--account", account_, "for whom; otherwise for who asks")->type_name("A");
        command.add_option("--deadline", deadline_, "milliseconds for all carriers together")
            ->check(CLI::Range(std::uint32_t{1}, longest_wait_ms))
            ->type_name("MS");
        command.add_flag("--enough", enough_, "answer as soon as --quantity numbers are there");
    }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::SearchRequest request = request_for(globals);
        const auto found = co_await manager.find_numbers(request);
        const tandem::SearchResult& result = found.value();
        Answer answer{to_json(result), text_of(result, carriers_.empty()), done};
        if (const auto failure = total_failure<typename Manager::carriers_type>(result)) {
            answer.document["error"] = to_json(*failure);
            answer.exit = refused;
        }
        co_return answer;
    }

private:
    tandem::SearchRequest request_for(const Globals& globals) const {
        tandem::SearchRequest request;
        request.prefix = short_text<tandem::InlineText<31>>(prefix_, "--prefix");
        request.quantity = quantity_;
        request.offset = offset_;
        request.country = country_of_option(country_);
        request.account = short_text<tandem::AccountId>(globals.account_or(account_), "--account");
        request.asked_by = short_text<tandem::AccountId>(globals.as, "--as");
        request.query_id = short_text<tandem::InlineText<40>>(query_id_, "--query-id");
        request.blocks = blocks_;
        request.features = features_of(features_);
        for (const std::string& carrier : carriers_) {
            request.carriers.push_back(short_text<tandem::InlineText<31>>(carrier, "--carrier"));
        }
        request.options = options_of(options_);
        request.deadline = std::chrono::milliseconds(deadline_);
        request.enough = enough_;
        return request;
    }

    static bool answered(const tandem::CarrierReport& report) {
        return report.status == tandem::CarrierReport::Status::ok ||
               report.status == tandem::CarrierReport::Status::empty;
    }

    /// A search fails when carriers were asked and none of them answered. That our own stock is empty is no answer of
    /// carriers that failed.
    template <class CarrierList>
    static std::optional<tandem::Error> total_failure(const tandem::SearchResult& result) {
        using Status = tandem::CarrierReport::Status;
        const tandem::CarrierReport* failed = nullptr;
        const tandem::CarrierReport* skipped = nullptr;
        bool has_looked_here = false;
        for (const tandem::CarrierReport& report : result.reports) {
            const auto carrier = CarrierList::index_of(report.name);
            const bool is_local = carrier && CarrierList::infos[*carrier]->local;
            if (report.status == Status::ok || (report.status == Status::empty && !is_local)) { return {}; }
            has_looked_here |= report.status == Status::empty;
            const bool is_skipped = report.status == Status::skipped;
            if (is_skipped && skipped == nullptr) { skipped = &report; }
            if (!is_skipped && report.status != Status::empty && failed == nullptr) { failed = &report; }
        }
        const tandem::CarrierReport* const why = failed != nullptr || has_looked_here ? failed : skipped;
        if (why == nullptr) { return {}; }
        return why->error.value_or(tandem::Error{.code = tandem::errc::by_carrier, .message = "no carrier answered"});
    }

    /// Whether the carrier is one that cannot be asked here: without settings, or without an API.
    static bool cannot_be_asked(const tandem::CarrierReport& report) {
        return report.status == tandem::CarrierReport::Status::skipped && report.error &&
               (report.error->code == tandem::errc::settings || report.error->code == tandem::errc::not_implemented);
    }

    /// `briefly`: carriers that cannot be asked are only named, since nobody asked for them.
    static std::string text_of(const tandem::SearchResult& result, bool briefly) {
        constexpr auto right = Table::Align::right;
        Table offers{{"NUMBER"},   {"CARRIER"},  {"SETUP", right}, {"MONTHLY", right},
                     {"CURRENCY"}, {"FEATURES"}, {"PLACE"}};
        for (const tandem::FoundOffer& offer : result.offers) {
            std::string carriers(offer.carrier);
            for (const std::string_view other : offer.also) { carriers += ", " + std::string(other); }
            std::string place;
            for (const std::string_view part : {offer.locality, offer.rate_center, offer.region}) {
                if (!part.empty() && !place.ends_with(part)) {
                    place += (place.empty() ? "" : ", ") + std::string(part);
                }
            }
            offers.add({offer.number.str(), carriers, shown(offer.setup), shown(offer.monthly), offer.currency.str(),
                        shown(offer.features), place});
        }
        Table groups{{"OFFER"},        {"CARRIER"},        {"PREFIX"},  {"STOCK", right},
                     {"SETUP", right}, {"MONTHLY", right}, {"CURRENCY"}};
        for (const tandem::Offer& group : result.groups) {
            groups.add({std::string(group.id), std::string(group.carrier), group.prefix.str(),
                        group.stock == 0 ? "?" : std::to_string(group.stock), shown(group.setup), shown(group.monthly),
                        group.currency.str()});
        }
        Table reports{{"CARRIER"}, {"STATUS"}, {"FOUND", right}, {"MS", right}, {"ERROR"}};
        std::string not_asked;
        for (const tandem::CarrierReport& report : result.reports) {
            if (briefly && cannot_be_asked(report)) {
                not_asked += (not_asked.empty() ? "" : ", ") + report.name;
                continue;
            }
            reports.add({report.name, std::string(name_of(report.status)), std::to_string(report.found),
                         std::to_string(report.elapsed.count()), report.error ? sentence_of(*report.error) : ""});
        }
        std::string text;
        for (const Table* table : {&offers, &groups, &reports}) {
            if (!table->empty()) { text += table->str() + "\n"; }
        }
        if (!not_asked.empty()) { text += "Not asked (--carrier NAME tells why): " + not_asked + "\n\n"; }
        const auto good = std::count_if(result.reports.begin(), result.reports.end(), answered);
        text += std::to_string(result.offers.size()) + " numbers";
        if (!result.groups.empty()) { text += " and " + std::to_string(result.groups.size()) + " groups"; }
        if (!reports.empty()) {
            text += "; " + std::to_string(good) + " of " + std::to_string(reports.size()) + " carriers answered";
        }
        return text + "; further pages: --query-id " + printable(result.query_id) + " --offset N\n";
    }

    std::string prefix_;
    std::uint32_t quantity_ = 10;
    std::uint32_t offset_ = 0;
    std::string query_id_;
    std::string country_;
    std::vector<std::string> carriers_;
    std::vector<std::string> features_;
    std::uint32_t blocks_ = 0;
    std::string options_;
    std::string account_;
    std::uint32_t deadline_ = 0;
    bool enough_ = false;
};

}  // namespace numbers
