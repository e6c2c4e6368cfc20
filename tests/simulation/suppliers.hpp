// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "witness.hpp"

#include <tandem/core/http.hpp>

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tandem::simulation {

/// How a carrier does business.
struct Ways {
    enum class Ours { refuses, charges_again, gives_again };

    std::string_view name;
    bool remembers = false;  ///< orders by our reference: a repeat is answered as the first was
    bool takes_time = false;
    bool named = true;
    bool groups = false;
    Ours ours = Ours::refuses;  ///< what it says to an order for a number that is ours already
};

inline constexpr std::array all_ways{
    Ways{.name = "ledger", .remembers = true, .takes_time = true},
    Ways{.name = "shelf"},
    Ways{.name = "counter", .groups = true, .ours = Ways::Ours::charges_again},
    Ways{.name = "post", .remembers = true, .takes_time = true, .groups = true},
    Ways{.name = "stall", .ours = Ways::Ours::gives_again},
    Ways{.name = "lottery", .remembers = true, .takes_time = true, .named = false, .groups = true},
};

/// How long a released number rests before a group brings it again: a release that is in doubt is repeated meanwhile,
/// and would take the number from whoever has it then.
inline constexpr Duration resale = 15min;

/// A carrier's own side, and the truth: which numbers it calls ours and what it charged us for.
class Supplier {
public:
    Supplier(World& world, Witness& witness, unsigned index, unsigned stock, bool is_slow)
        : world_(world), witness_(witness), ways_(all_ways[index]), is_slow_(is_slow && ways_.takes_time) {
        for (unsigned i = 0; i < stock; ++i) {
            const bool grouped = !ways_.named || (ways_.groups && i % 2 == 1);
            const std::string digits = std::to_string(10'000 + i).substr(1);
            Line line;
            line.number = E164::parse_or_empty((grouped ? "+14165" : "+14155") + std::to_string(index) + "0" + digits);
            line.grouped = grouped;
            lines_.push_back(line);
        }
    }

    const Ways& ways() const { return ways_; }

    /// Whether what an order bought still stands: a duplicate of it changes nothing.
    bool stands(std::string_view order) const {
        if (ways_.remembers) { return true; }
        if (ways_.ours == Ways::Ours::charges_again || !order.starts_with('+')) { return false; }
        const Line* line = line_of(E164::parse_or_empty(order.substr(0, order.find(' '))));
        return line != nullptr && line->ours && line->by == reference_of(order);
    }

    Response serve(const Request& request) {
        std::string_view path = request.url();
        path.remove_prefix(path.find('/', 8) + 1);
        const std::string_view what = path.substr(0, path.find('/'));
        const std::string_view rest = path.substr(std::min(path.size(), what.size() + 1));
        if (what == "search") { return search(rest); }
        if (what == "orders") { return request.method() == Method::post ? order(request.body()) : find(rest); }
        if (what == "follow") { return follow(rest); }
        return request.method() == Method::delete_ ? release(rest) : look(rest);
    }

private:
    struct Line {
        E164 number{};
        bool grouped = false;
        bool ours = false;
        bool held = false;  ///< for an order that takes time
        OperationId by{};
        std::size_t leaving = 0;  ///< the release that takes time, counted from 1
        Moment resold{};          ///< from when on a group may bring it again
    };
    struct Order {
        enum class Fate { refused, open, complete, failed };

        std::size_t line = 0;
        Fate fate = Fate::open;
        std::string_view meanwhile{};
    };
    struct Leave {
        std::size_t line = 0;
        bool over = false;
    };

    static Response text(int status, std::string body = {}) { return Response(status, std::move(body), "text/plain"); }
    static OperationId reference_of(std::string_view order) { return OperationId(order.substr(order.find(' ') + 1)); }

    const Line* line_of(E164 number) const {
        const auto digits = number.text();
        if (digits.size() != 12) { return nullptr; }
        std::size_t index = 0;
        for (const char digit : digits.view().substr(8)) { index = index * 10 + static_cast<std::size_t>(digit - '0'); }
        return index < lines_.size() && lines_[index].number == number ? &lines_[index] : nullptr;
    }
    std::size_t index_of(const Line& line) const { return static_cast<std::size_t>(&line - lines_.data()); }

    Response search(std::string_view) {
        std::string body = ways_.groups ? "group " : "";
        const std::size_t first = world_.random.below(lines_.size());
        for (std::size_t i = 0, listed = 0; i < lines_.size() && listed < 8; ++i) {
            const Line& line = lines_[(first + i) % lines_.size()];
            if (line.grouped || line.ours || line.held) { continue; }
            body.append(line.number.text().view()).append(" ");
            ++listed;
        }
        return text(200, body + ".");
    }

    Response order(std::string_view order) {
        const OperationId reference = reference_of(order);
        if (ways_.remembers) {
            if (const auto known = references_.find(reference); known != references_.end()) {
                return placed(known->second);
            }
        }
        Order placing;
        Line* line = nullptr;
        if (order.starts_with('+')) {
            line = const_cast<Line*>(line_of(E164::parse_or_empty(order.substr(0, order.find(' ')))));
        } else {
            const std::size_t first = world_.random.below(lines_.size());
            for (std::size_t i = 0; i < lines_.size() && line == nullptr; ++i) {
                Line& each = lines_[(first + i) % lines_.size()];
                if (each.grouped && !each.ours && !each.held && each.resold <= world_.now()) { line = &each; }
            }
        }
        if (line != nullptr && line->ours && ways_.ours == Ways::Ours::gives_again) {
            if (line->by != reference) {
                witness_.broken("no lost number", "bought again while ours by " + brief(line->by), reference,
                                line->number);
            }
            return text(200, "complete " + line->number.str() + " - .");
        }
        const bool again = line != nullptr && line->ours && ways_.ours == Ways::Ours::charges_again;
        if (line == nullptr || line->held || (line->ours && !again)) {
            placing.fate = Order::Fate::refused;
        } else {
            placing.line = index_of(*line);
            line->by = reference;
            if (is_slow_ && world_.random.below(3) == 0) {
                constexpr std::array<std::string_view, 5> statuses{"accepted", "pending", "partial", "backordered",
                                                                   "needs_action"};
                placing.meanwhile = statuses[world_.random.below(statuses.size())];
                line->held = true;
                const bool succeeds = world_.random.below(4) != 0;
                world_.after(world_.random.between(200ms, 150s),
                             [this, order_index = orders_.size(), succeeds] { decide(order_index, succeeds); });
            } else {
                placing.fate = Order::Fate::complete;
                sell(*line);
            }
        }
        orders_.push_back(placing);
        if (ways_.remembers) { references_.emplace(reference, orders_.size() - 1); }
        return placed(orders_.size() - 1);
    }

    void decide(std::size_t index, bool succeeds) {
        Order& order = orders_[index];
        Line& line = lines_[order.line];
        line.held = false;
        order.fate = succeeds ? Order::Fate::complete : Order::Fate::failed;
        world_.tell(ways_.name, succeeds ? "completes the order of" : "fails the order of", line.by, line.number);
        if (succeeds) { sell(line); }
    }
    void sell(Line& line) {
        world_.tell(ways_.name, "sells", line.number, "to", line.by);
        witness_.charged(line.by, line.number, ways_.name);
        line.ours = true;
    }

    Response placed(std::size_t index) const {
        return orders_[index].fate == Order::Fate::refused ? text(409, "sold out") : text(200, told(index));
    }
    std::string told(std::size_t index) const {
        const Order& order = orders_[index];
        const Line& line = lines_[order.line];
        const std::string reference = " o" + std::to_string(index) + " .";
        switch (order.fate) {
            case Order::Fate::complete: return "complete " + line.number.str() + reference;
            case Order::Fate::open:
                return std::string(order.meanwhile) + " " + (line.grouped ? "-" : line.number.str()) + reference;
            default: break;
        }
        return "failed " + (line.grouped ? "-" : line.number.str()) + reference;
    }

    Response find(std::string_view reference) const {
        const auto known = references_.find(OperationId(reference));
        return known == references_.end() || orders_[known->second].fate == Order::Fate::refused
                   ? text(404)
                   : text(200, told(known->second));
    }

    Response follow(std::string_view reference) const {
        const std::size_t index = std::stoul(std::string(reference.substr(1)));
        if (reference[0] == 'o' && index < orders_.size()) { return text(200, told(index)); }
        return reference[0] == 'r' && index < leaves_.size() ? text(200, left(index)) : text(404);
    }
    std::string left(std::size_t index) const {
        return (leaves_[index].over ? "complete " : "pending ") + lines_[leaves_[index].line].number.str() + " r" +
               std::to_string(index) + " .";
    }

    Response look(std::string_view digits) const {
        const Line* line = line_of(E164::parse_or_empty("+" + std::string(digits)));
        return text(200, line != nullptr && line->ours ? "yes - - ." : "no - - .");
    }

    Response release(std::string_view digits) {
        Line* line = const_cast<Line*>(line_of(E164::parse_or_empty("+" + std::string(digits))));
        if (line == nullptr || !line->ours) { return text(404); }
        if (line->leaving != 0) { return text(200, left(line->leaving - 1)); }
        leaves_.push_back({.line = index_of(*line)});
        const std::size_t leave = leaves_.size() - 1;
        if (is_slow_ && world_.random.below(4) == 0) {
            line->leaving = leave + 1;
            world_.after(world_.random.between(200ms, 60s), [this, leave] { take_back(leave); });
        } else {
            take_back(leave);
        }
        return text(200, left(leave));
    }
    void take_back(std::size_t index) {
        leaves_[index].over = true;
        Line& line = lines_[leaves_[index].line];
        line.ours = false;
        line.leaving = 0;
        line.resold = world_.now() + resale;
        world_.tell(ways_.name, "takes back", line.number);
        witness_.returned(line.number);
    }

    World& world_;
    Witness& witness_;
    const Ways& ways_;
    bool is_slow_;
    std::vector<Line> lines_{};
    std::vector<Order> orders_{};
    std::unordered_map<OperationId, std::size_t, IdHash> references_{};
    std::vector<Leave> leaves_{};
};

}  // namespace tandem::simulation
