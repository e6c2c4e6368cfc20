// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "world.hpp"

#include <tandem/core/operation.hpp>

#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tandem::simulation {

struct IdHash {
    std::size_t operator()(const OperationId& id) const noexcept {
        std::uint64_t bits = 0;
        std::memcpy(&bits, id.view().data(), std::min<std::size_t>(8, id.view().size()));
        return static_cast<std::size_t>(bits);
    }
};

/// Sees what the store commits and what the carriers do, whoever believes to have done it, and knows the laws.
class Witness {
public:
    struct Known {
        Operation::Kind kind = Operation::Kind::acquire;
        Operation::Phase phase = Operation::Phase::prepared;
        E164 number{};
        std::string account{};
        Amount charge = Amount::zero();
        unsigned purchases = 0;  ///< how often a carrier charged us for it

        bool open() const { return phase != Operation::Phase::done && phase != Operation::Phase::refused; }
    };
    /// A number that a carrier calls ours.
    struct Owned {
        OperationId by{};
    };

    Witness(World& world, std::map<std::string, Amount> credits) : world_(world), credits_(std::move(credits)) {}

    std::uint64_t claimed_purchases = 0;
    std::uint64_t sold = 0;
    std::uint64_t released = 0;

    const std::unordered_map<OperationId, Known, IdHash>& operations() const { return operations_; }
    const std::unordered_map<E164, Owned>& owned() const { return owned_; }
    const std::unordered_map<E164, OperationId>& in_service() const { return in_service_; }
    const Known* find(const OperationId& id) const {
        const auto found = operations_.find(id);
        return found == operations_.end() ? nullptr : &found->second;
    }
    bool owns(E164 number) const { return owned_.contains(number); }

    // What the store committed.

    void claimed(const Operation& operation) {
        operations_[operation.id] = {.kind = operation.kind,
                                     .phase = operation.phase,
                                     .number = operation.number,
                                     .account = operation.account,
                                     .charge = operation.charge.known() ? operation.charge : Amount::zero()};
        claimed_purchases += operation.kind == Operation::Kind::acquire;
        if (!operation.number.empty()) { fences_[operation.number] = operation.id; }
    }
    void advanced(const Operation& operation) { operations_[operation.id].phase = operation.phase; }

    void settled(const Operation& operation, const Number& record) {
        Known& known = close(operation, Operation::Phase::done);
        known.number = record.number;
        const auto bought = owned_.find(record.number);
        if (known.kind == Operation::Kind::acquire) {
            ++sold;
            if (in_service_.contains(record.number)) {
                broken("no two owners", "a number in service was sold again", operation.id, record.number);
            }
            in_service_[record.number] = operation.id;
            if (bought == owned_.end()) {
                broken("no phantom", "sold, and the carrier does not call it ours", operation.id, record.number);
            } else if (bought->second.by != operation.id) {
                broken("no lost number", "sold, but another operation bought it: " + brief(bought->second.by),
                       operation.id, record.number);
            }
        } else {
            ++released;
            in_service_.erase(record.number);
            if (bought != owned_.end() && !operations_[bought->second.by].open()) {
                broken("no lost number", "released, and the carrier still calls it ours", operation.id, record.number);
            }
        }
    }

    void abandoned(const Operation& operation) {
        const Known& known = close(operation, Operation::Phase::refused);
        if (known.kind != Operation::Kind::acquire) { return; }
        for (const auto& [number, owned] : owned_) {
            if (owned.by == operation.id) {
                broken("no lost number", "refused, and the carrier calls it ours", operation.id, number);
            }
        }
    }

    // What the carriers did.

    void charged(const OperationId& id, E164 number, std::string_view carrier) {
        const auto found = operations_.find(id);
        if (found == operations_.end()) {
            broken("no purchase without a record", "an order of an operation that no store knows", id, number);
            return;
        }
        Known& known = found->second;
        if (++known.purchases > 1) {
            broken("no double purchase", std::string(carrier) + " was told twice to sell", id, number);
        }
        if (const auto ours = owned_.find(number); ours != owned_.end()) {
            broken("no double purchase", std::string(carrier) + " charged for a number that is ours", id, number);
        }
        if (known.phase == Operation::Phase::refused || known.phase == Operation::Phase::done) {
            broken("no lost number", std::string(carrier) + " sold for an operation that is over", id, number);
        }
        owned_[number] = {id};
        if (const auto credit = credits_.find(known.account); credit != credits_.end()) {
            Amount& spent = spent_.try_emplace(known.account, Amount::zero()).first->second;
            spent += known.charge;
            if (spent > credit->second) {
                broken("credit is never exceeded",
                       known.account + " spent " + spent.str() + " of " + credit->second.str(), id, number);
            }
        }
    }

    /// The carrier took a number back.
    void returned(E164 number) {
        owned_.erase(number);
        const auto fence = fences_.find(number);
        const bool held = fence != fences_.end() && operations_[fence->second].open();
        if (!held && in_service_.contains(number)) {
            broken("no phantom", "a number in service went back to the carrier", in_service_[number], number);
        }
    }

    void broken(std::string law, std::string detail, const OperationId& id, E164 number) {
        world_.break_law(std::move(law), detail + ": operation " + brief(id) + ", number " + number.str(),
                         {brief(id), number.empty() ? brief(id) : number.str()});
    }

private:
    Known& close(const Operation& operation, Operation::Phase phase) {
        Known& known = operations_[operation.id];
        if (!known.open()) { broken("an outcome is final", "written a second time", operation.id, operation.number); }
        known.phase = phase;
        return known;
    }

    World& world_;
    std::map<std::string, Amount> credits_;
    std::unordered_map<OperationId, Known, IdHash> operations_{};
    std::unordered_map<E164, Owned> owned_{};
    std::unordered_map<E164, OperationId> in_service_{};
    std::unordered_map<E164, OperationId> fences_{};
    std::map<std::string, Amount> spent_{};
};

}  // namespace tandem::simulation
