// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/search.hpp>
#include <tandem/wire/detail/description.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What every format's reader has in common: following a reply through the tree of its description.
namespace tandem::wire {

/// What a reply held.
template <class Row, class Whole = Nothing>
struct RowsRead {
    std::vector<Row> rows{};
    std::uint32_t refused = 0;  ///< rows that were not what the description says
    bool found = false;         ///< whether there was a place for rows at all, be it empty
    Whole whole{};
};

/// The offers of a reply, and what stood beside them.
template <class Whole>
struct OffersRead {
    SearchPage page{};
    bool found = false;
    Whole whole{};
};

namespace detail {

/// Texts that are not in the reply as they are, since something in them was escaped.
using Copies = std::deque<std::string>;

/// Where rows go, whatever they are.
struct RowSink {
    void* rows;                ///< a vector of them
    void* whole;               ///< what stands beside them
    void* (*add)(void* rows);  ///< one row more
    void* (*add_like)(void* rows, const void* row);
    void (*drop_last)(void* rows);
    std::shared_ptr<void> (*fresh)();                    ///< a row by itself
    void (*expect)(void* rows, std::size_t count);       ///< makes room
    void (*set_text)(void* row, std::string_view text);  ///< null where rows do not keep their text
};

/// A sink of what `read_rows` and `read_offers` give.
template <class Row, class Whole>
RowSink sink_of(RowsRead<Row, Whole>& read) {
    RowSink sink{.rows = &read.rows,
                 .whole = &read.whole,
                 .add = [](void* rows) -> void* {
                     auto& vector = *static_cast<std::vector<Row>*>(rows);
                     if (vector.empty()) {
                         vector.reserve(64);
                     }  // few replies have more; rows are large: growing costs
                     return &vector.emplace_back();
                 },
                 .add_like = [](void* rows, const void* row) -> void* {
                     return &static_cast<std::vector<Row>*>(rows)->emplace_back(*static_cast<const Row*>(row));
                 },
                 .drop_last = [](void* rows) { static_cast<std::vector<Row>*>(rows)->pop_back(); },
                 .fresh = []() -> std::shared_ptr<void> { return std::make_shared<Row>(); },
                 .expect =
                     [](void* rows, std::size_t count) {
                         auto& vector = *static_cast<std::vector<Row>*>(rows);
                         vector.reserve(vector.size() + count);
                     },
                 .set_text = nullptr};
    if constexpr (requires(Row row) { row.row; }) {
        sink.set_text = [](void* row, std::string_view text) { static_cast<Row*>(row)->row = text; };
    }
    return sink;
}

/// What was told of the newest row, for one who learns from it.
struct Record {
    struct Told {
        std::int16_t leaf = 0;
        bool denies = false;  ///< and has no value
        Scalar value{};
    };
    std::vector<Told> told{};
    std::vector<std::string_view> deciding{};  ///< the texts by which elements passed a filter or did not
    std::size_t rows = 0;                      ///< how many it has seen
    bool is_good = false;                      ///< whether the newest stayed

    void begin_row() {
        told.clear();
        deciding.clear();
        ++rows;
    }
};

/// Makes rows of what a format's parser tells: objects, lists, members and values, in their order.
class Reader {
public:
    Reader(const Description& description, const RowSink& sink) : description_(description), sink_(sink) {}

    /// What came of it, beside the rows.
    struct Tally {
        std::uint32_t refused = 0;
        bool found = false;
    };
    const Tally& tally() const { return tally_; }
    /// From now on `record` learns of rows; null: nobody does.
    void tell(Record* record) { record_ = record; }

protected:
    /// A list or an object that has begun.
    struct Level {
        std::int16_t place = -1;   ///< -1: nothing in it is described
        std::int16_t next = -1;    ///< the place of the value that comes next in it
        std::int16_t filter = -1;  ///< of a list: the first leaf that filters it
        std::uint64_t seen = 0;    ///< which described members it has had: one bit a place
    };

    const Tree& tree() const { return description_.tree; }
    Level& inside() { return levels_[depth_]; }
    bool keeps_keys() { return tree().at(inside().place).any_member >= 0; }
    bool keeps_text() const { return sink_.set_text != nullptr; }
    /// Whether the innermost object is a row.
    bool is_row() { return inside().place >= 0 && tree().at(inside().place).is_row; }
    /// The newest row's own text.
    void row_text(std::string_view text) { sink_.set_text(row_, text); }
    /// Whether it is in the list of rows, and in none of them.
    bool is_among_rows() { return inside().place == tree().rows && !in_row_; }
    /// Whether the next key is the first of its row; true once for each row.
    bool starts_row() { return std::exchange(starts_row_, false); }

    /// The value of `key` comes next. Requires: something in the object is described.
    void member(std::string_view key) { inside().next = place_of_member(key); }
    /// The same where members of any name are described; `key` outlives the value.
    void any_member(std::string_view key) {
        inside().next = tree().at(inside().place).any_member;
        key_ = key;
    }

    void begin(bool is_list) {
        const std::int16_t place = inside().next;
        enter(place);
        if (place < 0) { return; }
        const Place& here = tree().at(place);
        const bool is_value = here.value >= 0 || here.slot >= 0 || here.whole >= 0;
        if (is_value && !here.is_free) { complain(here, "is a list or an object"); }
        if (place == tree().rows) {
            if (is_list != (here.element == tree().row)) { complain(here, "is not what holds rows"); }
            tally_.found = true;
        }
        if (here.is_row) {
            begin_row();
            bad_ = bad_ || is_list;  // it would have to be an object
        }
        filled_ &= ~here.slots;
        if (is_list) {
            inside().next = here.element;
            inside().filter = here.filter;
            for (auto leaf = here.filter; leaf >= 0; leaf = route(leaf).next) {
                if (const auto deny = description_.leaves[index(leaf)].deny) {
                    deny(row_);
                    if (record_ != nullptr) { record_->told.push_back({.leaf = leaf, .denies = true}); }
                }
            }
        }
    }
    /// Into what has begun already, for more of its members.
    void enter(std::int16_t place) { levels_[++depth_] = {.place = place}; }
    void leave() { --depth_; }
    bool has_had(std::int16_t member) { return (inside().seen & bit_of(member)) != 0; }

    void end() {
        const std::int16_t place = levels_[depth_--].place;
        if (place < 0) { return; }
        if (inside().filter >= 0) { take_element(); }
        if (tree().at(place).is_row) { end_row(); }
    }
    void scalar(const Scalar& value) {
        if (inside().next < 0) { return; }
        const Place& here = tree().at(inside().next);
        if (here.value >= 0) { return take(here.value, value); }
        if (here.slot >= 0) {
            filled_ = (filled_ & ~here.slots) | bit_of(here.slot);
            slots_[index(here.slot)] = value;
            if (record_ != nullptr && here.decides && !value.text.empty()) { record_->deciding.push_back(value.text); }
            if (inside().filter >= 0) { take_element(); }  // of list[=value]
            return;
        }
        if (here.whole >= 0) { return take_whole(description_.wholes[index(here.whole)], value); }
        if (here.is_row && tree().value >= 0 && value.kind != Scalar::Kind::absent) {
            tally_.found = true;
            begin_row();
            take(tree().value, value);
            return end_row();
        }
        if (inside().next == tree().rows && value.kind != Scalar::Kind::absent) {
            complain(here, "is not what holds rows");
        }
        if (here.is_row) { ++tally_.refused; }  // it is no object, or nothing
    }

    /// Within a row it costs the row, outside the reply.
    void complain(const Place& place, std::string_view what) {
        bad_ = true;
        if (!in_row_) { errors::malformed_reply("'" + std::string(place.name) + "' " + std::string(what)); }
    }

private:
    /// Where the value of `key` stands; -1 when it is not described.
    std::int16_t place_of_member(std::string_view key) {
        const std::int16_t at = tree().find(inside().place, key);
        if (at < 0) { return at; }
        if ((inside().seen & bit_of(at)) != 0) { complain(tree().at(at), "stands twice"); }
        inside().seen |= bit_of(at);
        return at;
    }

    void take_whole(const AnyLeaf& leaf, const Scalar& value) {
        if (value.kind != Scalar::Kind::absent && !leaf.assign(sink_.whole, value)) {
            errors::malformed_reply("'" + std::string(leaf.path) + "' is not what it should be");
        }
    }
    void take(std::int16_t at, const Scalar& value) {
        if (value.kind == Scalar::Kind::absent) { return; }
        const AnyLeaf& leaf = description_.leaves[index(at)];
        given_ |= bit_of(at);
        if (record_ != nullptr) { record_->told.push_back({.leaf = at, .value = value}); }
        if (!leaf.assign(row_, value) && !leaf.is_free) { bad_ = true; }
        unwanted_ = unwanted_ || (leaf.drops && value.truth && !description_.keeps_dropped);
    }
    /// Gives the element that just ended to the leaves whose filter it passes.
    void take_element() {
        std::uint32_t print = 0;
        for (auto at = inside().filter, key_slot = std::int16_t{-1}; at >= 0; at = route(at).next) {
            const Route& way = route(at);
            const Scalar& key = slots_[index(way.key_slot)];
            const bool is_filled = (filled_ & bit_of(way.key_slot)) != 0;
            if (std::exchange(key_slot, way.key_slot) != way.key_slot) {
                print = is_filled ? fingerprint(key.text) : 0;
            }
            if (print != way.print || !is_filled || !key.is_text() || !is_same(key.text, way.wanted)) { continue; }
            if (way.presence) {
                take(at, {Scalar::Kind::boolean, key.text, true});
            } else if ((filled_ & bit_of(way.slot)) != 0) {
                take(at, slots_[index(way.slot)]);
            }
        }
    }

    void begin_row() {
        row_ = sink_.add(sink_.rows);
        in_row_ = starts_row_ = true;
        bad_ = unwanted_ = false;
        given_ = 0;
        if (record_ != nullptr) { record_->begin_row(); }
        if (tree().key >= 0) { take(tree().key, {Scalar::Kind::text, key_}); }
    }
    void end_row() {
        const bool is_bad = bad_ || (tree().required & ~given_) != 0;
        if (is_bad) { ++tally_.refused; }
        if (is_bad || unwanted_) { sink_.drop_last(sink_.rows); }
        if (record_ != nullptr) { record_->is_good = !is_bad && !unwanted_; }
        in_row_ = starts_row_ = false;
    }

    static constexpr std::size_t index(std::int16_t at) { return static_cast<std::size_t>(at); }
    const Route& route(std::int16_t leaf) const { return tree().routes[index(leaf)]; }

    const Description& description_;
    RowSink sink_;
    void* row_ = nullptr;  ///< the newest
    Tally tally_{};
    std::array<Level, Tree::max_places + 1> levels_{Level{.next = 0}};  // the first is around the document
    std::size_t depth_ = 0;
    std::string_view key_;  ///< of the member that comes next, where any is described
    std::array<Scalar, Tree::max_slots> slots_{};
    std::uint64_t filled_ = 0;  ///< which slots hold something of this element
    std::uint64_t given_ = 0;   ///< which leaves this row has
    Record* record_ = nullptr;
    bool in_row_ = false;
    bool bad_ = false;
    bool unwanted_ = false;
    bool starts_row_ = false;
};

/// What came of reading goes into `read`.
template <class Row, class Whole>
void finish(const Description& description, const Reader::Tally& tally, RowsRead<Row, Whole>& read) {
    read.refused = tally.refused;
    read.found = tally.found;
    if (!read.found && !description.may_be_absent) { errors::malformed_reply("its rows are not there"); }
}

template <class Row>
Row only_row(RowsRead<Row> read) {
    if (read.rows.size() != 1 || read.refused != 0) { errors::malformed_reply("what it describes is incomplete"); }
    return std::move(read.rows.front());
}

/// The offers that were read, with the page that holds their texts.
template <class Whole>
OffersRead<Whole> on_page(RowsRead<Offer, Whole> read, std::shared_ptr<const Page> page) {
    for (Offer& offer : read.rows) { offer.page = page; }
    return {.page = {.offers = std::move(read.rows), .refused = read.refused},
            .found = read.found,
            .whole = std::move(read.whole)};
}

}  // namespace detail
}  // namespace tandem::wire
