// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/dialing.hpp>
#include <tandem/core/e164.hpp>
#include <tandem/core/money.hpp>
#include <tandem/testing/sandbox/message.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::testing::sandbox {

/// A number that a sandbox sells, and how its order shall go.
struct Item {
    E164 number{};
    std::string setup = "0.00";
    std::string monthly = "1.00";
    std::string currency = "USD";
    std::vector<std::string> features{"voice", "sms"};
    std::string rate_center{};
    std::string state{};
    std::string locality{};
    unsigned polls = 0;          ///< how often its order is still pending when asked for, where orders take time
    bool fails = false;          ///< its order fails in the end
    bool needs_action = false;   ///< its order waits for ever: for documents, or for stock
    bool deletion_lock = false;  ///< once bought it cannot be deleted

    std::string country() const { return std::string(country_of(number.digits())); }
    /// The digits behind the country code.
    std::string national() const { return number.digits().substr(dial_code_of(country()).size()); }
    bool is_toll_free() const { return number.digits().starts_with('1') && tandem::is_toll_free(national()); }
};

/// One order of one number.
struct Ordered {
    std::string reference{};  ///< the sandbox's name of the order
    std::string customer_reference{};
    E164 number{};
    std::string status{};
};

/// What a sandbox has, what we own there, and all that happened, in order.
class Ledger {
public:
    /// Errors: none; a number that is owned already is not for sale again.
    void stock_up(Item item) {
        if (!owned_.contains(item.number)) { stock_.insert_or_assign(item.number, std::move(item)); }
    }
    void empty_stock() { stock_.clear(); }

    /// From now on the pages of lists have `most` rows at the most, so that a short list has several.
    void shorten_pages(std::size_t most) { most_rows_ = most; }
    /// How many rows a page has that was asked to have `asked`.
    std::size_t page_rows(std::size_t asked) const { return std::min(asked, most_rows_); }

    const std::map<E164, Item>& stock() const { return stock_; }
    const std::map<E164, Item>& owned() const { return owned_; }
    const std::vector<Ordered>& orders() const { return orders_; }

    /// Takes `number` out of stock under an order. False when it is not for sale.
    bool order(E164 number, std::string reference, std::string customer_reference) {
        const auto found = stock_.find(number);
        if (found == stock_.end()) {
            note("refused", number, reference, customer_reference);
            return false;
        }
        pending_.insert_or_assign(number, std::move(found->second));
        stock_.erase(found);
        note("ordered", number, reference, customer_reference);
        orders_.push_back({std::move(reference), std::move(customer_reference), number, "pending"});
        return true;
    }
    /// Ends an order: the number is ours, or back in stock.
    void finish(std::string_view reference, E164 number, bool good) {
        for (Ordered& each : orders_) {
            if (each.reference != reference || each.number != number || each.status != "pending") { continue; }
            each.status = good ? "success" : "failure";
            auto item = pending_.extract(number);
            (good ? owned_ : stock_).insert(std::move(item));
            note(good ? "sold" : "failed", number, each.reference, each.customer_reference);
        }
    }
    /// Gives a number back; it is for sale again. False when it is not ours.
    bool release(E164 number) {
        auto item = owned_.extract(number);
        if (item.empty()) { return false; }
        stock_.insert(std::move(item));
        note("released", number, {}, {});
        return true;
    }
    /// The number's item while its order is pending or done.
    const Item* bought(E164 number) const {
        const auto pending = pending_.find(number);
        if (pending != pending_.end()) { return &pending->second; }
        const auto found = owned_.find(number);
        return found == owned_.end() ? nullptr : &found->second;
    }
    void note(std::string_view event, E164 number, std::string_view reference, std::string_view customer_reference) {
        events_.push_back(boost::json::object{{"event", event},
                                              {"number", number.str()},
                                              {"reference", reference},
                                              {"customer_reference", customer_reference}});
    }

    /// Runs of `size` consecutive numbers in stock that `wanted` accepts, none sharing a number with another.
    template <class Wanted>
    std::vector<const Item*> runs(std::size_t size, Wanted wanted) const {
        std::vector<const Item*> starts;
        const Item* start = nullptr;
        std::size_t length = 0;
        std::uint64_t last = 0;
        for (const auto& [number, item] : stock_) {
            if (!wanted(item)) { continue; }
            const std::uint64_t value = std::stoull(number.digits());
            if (start == nullptr || value != last + 1) { start = &item, length = 0; }
            last = value;
            if (++length == size) {
                starts.push_back(start);
                start = nullptr;
            }
        }
        return starts;
    }

    /// `purchases` counts how often each number was sold.
    boost::json::object to_json() const {
        const auto list = [](const std::map<E164, Item>& items) {
            boost::json::array numbers;
            for (const auto& each : items) { numbers.emplace_back(each.first.str()); }
            return numbers;
        };
        boost::json::array orders;
        boost::json::object purchases;
        for (const Ordered& each : orders_) {
            orders.push_back(boost::json::object{{"reference", each.reference},
                                                 {"customer_reference", each.customer_reference},
                                                 {"number", each.number.str()},
                                                 {"status", each.status}});
        }
        for (const auto& each : events_) {
            if (each.as_object().at("event") == "sold") {
                auto& times = purchases[each.as_object().at("number").as_string()];
                times = (times.is_int64() ? times.get_int64() : 0) + 1;
            }
        }
        return {{"stock", list(stock_)},
                {"owned", list(owned_)},
                {"orders", std::move(orders)},
                {"purchases", std::move(purchases)},
                {"events", events_}};
    }

private:
    std::map<E164, Item> stock_;
    std::map<E164, Item> pending_;
    std::map<E164, Item> owned_;
    std::vector<Ordered> orders_;
    boost::json::array events_;
    std::size_t most_rows_ = std::size_t(-1);
};

/// Reads one entry of the stock control: a number, or an object with an item's fields.
/// Errors: `Refusal`.
inline Item to_item(const boost::json::value& value) {
    Item item;
    const auto number_of = [](const boost::json::value& text) {
        const auto number = text.is_string() ? E164::parse_or_empty(std::string_view(text.get_string())) : E164();
        if (number.digit_count() < 5) { throw Refusal(400, "a number is '+' and 5 to 15 digits", "/numbers"); }
        return number;
    };
    if (!value.is_object()) {
        item.number = number_of(value);
        return item;
    }
    const auto amount = [](const boost::json::value& text, std::string_view key) {
        if (!text.is_string() || !Amount::parse(std::string_view(text.get_string()))) {
            throw Refusal(400, std::string(key) + " is an amount as text, such as \"1.00\"", "/numbers");
        }
        return std::string(text.get_string());
    };
    const auto text = [](const boost::json::value& word, std::string_view key) {
        if (!word.is_string()) { throw Refusal(400, std::string(key) + " is text", "/numbers"); }
        return std::string(word.get_string());
    };
    const auto flag = [](const boost::json::value& yes, std::string_view key) {
        if (!yes.is_bool()) { throw Refusal(400, std::string(key) + " is true or false", "/numbers"); }
        return yes.get_bool();
    };
    for (const auto& [key, part] : value.get_object()) {
        if (key == "number") {
            item.number = number_of(part);
        } else if (key == "setup") {
            item.setup = amount(part, key);
        } else if (key == "monthly") {
            item.monthly = amount(part, key);
        } else if (key == "currency") {
            item.currency = text(part, key);
        } else if (key == "rate_center") {
            item.rate_center = text(part, key);
        } else if (key == "state") {
            item.state = text(part, key);
        } else if (key == "locality") {
            item.locality = text(part, key);
        } else if (key == "fails") {
            item.fails = flag(part, key);
        } else if (key == "needs_action") {
            item.needs_action = flag(part, key);
        } else if (key == "deletion_lock") {
            item.deletion_lock = flag(part, key);
        } else if (key == "polls") {
            if (!part.is_int64() || part.get_int64() < 0 || part.get_int64() > 1000) {
                throw Refusal(400, "polls is a whole number from 0 to 1000", "/numbers");
            }
            item.polls = static_cast<unsigned>(part.get_int64());
        } else if (key == "features" && part.is_array()) {
            item.features.clear();
            for (const auto& feature : part.get_array()) { item.features.push_back(text(feature, key)); }
        } else {
            throw Refusal(400,
                          "unknown key " + std::string(key) +
                              "; number, setup, monthly, currency, features [], rate_center, state, locality, polls, "
                              "fails, needs_action, deletion_lock are known",
                          "/numbers");
        }
    }
    if (item.number.empty()) { throw Refusal(400, "an entry needs its number", "/numbers"); }
    return item;
}

}  // namespace tandem::testing::sandbox
