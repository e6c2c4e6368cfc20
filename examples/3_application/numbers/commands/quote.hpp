// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../answer.hpp"
#include "acquiring.hpp"
#include "search.hpp"

#include <tandem/core/search_json.hpp>

#include <string>

namespace numbers {

/// `numbers quote`: what buying would cost. Nothing is bought.
class Quote {
public:
    static constexpr const char* name = "quote";
    static constexpr const char* purpose = "Tell what a number would cost; buys nothing";
    static constexpr bool changes_carriers = false;
    static constexpr bool needs_store = true;

    void describe(CLI::App& command) { what_.describe(command); }

    template <class Manager>
    tandem::Task<Answer> run(Manager& manager, const Globals& globals) const {
        const tandem::AcquireRequest request = what_.request_for(globals);
        const auto quoted = co_await what_.acquire(manager, tandem::dry_run, request);
        co_return answer_of(quoted.value());
    }

    /// What any dry run answers.
    static Answer answer_of(const tandem::Quotation& quotation) {
        return {document_of(quotation), text_of(quotation), done};
    }

private:
    /// Kazoo's invoice, with its sums and with what the carrier takes from us. Where nobody pays, it has no lines.
    static boost::json::object document_of(const tandem::Quotation& quotation) {
        const auto& [number, offer, quote] = quotation;
        boost::json::object invoice = tandem::object_of(quote.invoice, "the invoice");
        for (const char* lines : {"items", "activation_charges"}) {
            (void)invoice.emplace(lines, boost::json::array());
        }
        (void)invoice.emplace("summary",
                              boost::json::object{{"today", tandem::detail::amount_or_null(quote.today)},
                                                  {"recurring", tandem::detail::amount_or_null(quote.recurring)}});
        (void)invoice.emplace("plan", nullptr);
        invoice["today"] = tandem::detail::amount_or_null(quote.today);
        invoice["recurring"] = tandem::detail::amount_or_null(quote.recurring);
        invoice["currency"] = tandem::detail::text_or_null(quote.currency.view());
        invoice["credit"] = tandem::detail::amount_or_null(quote.credit.value_or(tandem::Amount()));
        boost::json::object price = tandem::detail::prices_of(offer);
        price["carrier"] = offer.carrier;
        invoice["offer"] = std::move(price);
        return {{"number", tandem::detail::text_or_null(number.text().view())}, {"quote", std::move(invoice)}};
    }

    static std::string text_of(const tandem::Quotation& quotation) {
        const auto& [number, offer, quote] = quotation;
        constexpr auto right = Table::Align::right;
        Table table{{"WHAT"}, {"TODAY", right}, {"MONTHLY", right}, {"CURRENCY"}};
        table.add({"the account pays", shown(quote.today), shown(quote.recurring), quote.currency.str()});
        table.add({std::string(offer.carrier) + " takes", shown(offer.setup + offer.monthly), shown(offer.monthly),
                   offer.currency.str()});
        std::string text = number.empty() ? "offer " + printable(offer.id) : number.str();
        return text + "\n" + table.str() + plan_of(quote) + "\nNothing was bought.\n";
    }

    /// The account's service plan as it would be billed; nothing where it has none.
    static std::string plan_of(const tandem::Quote& quote) {
        constexpr auto right = Table::Align::right;
        const boost::json::object invoice = tandem::object_of(quote.invoice, "the invoice");
        Table table{{"SERVICE PLAN"}, {"QUANTITY", right}, {"RATE", right}, {"TOTAL", right}};
        bool has_lines = false;
        for (const auto& [list, when] :
             {std::pair("items", ", each month"), std::pair("activation_charges", ", once")}) {
            const auto* lines = invoice.if_contains(list);
            if (lines == nullptr || !lines->is_array()) { continue; }
            for (const auto& line : lines->get_array()) {
                const auto& of = line.as_object();
                const auto text_at = [&](const char* key) {
                    const auto& value = of.at(key);
                    return value.is_string() ? printable(value.get_string()) : boost::json::serialize(value);
                };
                table.add({text_at("name") + when, text_at("quantity"), text_at("rate"), text_at("total")});
                has_lines = true;
            }
        }
        return has_lines ? "\n" + table.str() : "";
    }

    Acquiring what_;
};

}  // namespace numbers
