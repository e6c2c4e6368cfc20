// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/features.hpp>
#include <tandem/wire/detail/scalar.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

/// How a carrier describes its replies: paths to members, checked while compiling.
namespace tandem::wire {

/// A value of a reply and the member it belongs to.
template <class Row>
struct Leaf {
    std::string_view path{};
    bool (*assign)(Row&, const Scalar&) = nullptr;
    void (*deny)(Row&) = nullptr;  ///< of a feature: its list is there and does not name it
    bool is_required = false;
    bool is_free = false;  ///< of any shape; what does not fit the member is passed over
    bool drops = false;    ///< true there means that the row is not wanted

    /// A row without it is refused.
    consteval Leaf required() const {
        Leaf leaf = *this;
        leaf.is_required = true;
        return leaf;
    }
    /// For what no document defines: a value of another shape is passed over, and the row stays.
    consteval Leaf if_fitting() const {
        Leaf leaf = *this;
        leaf.is_free = true;
        return leaf;
    }
};

namespace detail {

template <class>
struct member_of;
template <class Row, class T>
struct member_of<T Row::*> {
    using row = Row;
    using type = T;
};

}  // namespace detail

/// The value at `path` goes into `member`; a type of one's own needs an overload of `assign`. `path` names members with
/// points between them; `list[key=value]` is the element of a list of objects that has this member, `list[=value]` an
/// element of a list of texts.
template <auto member, class Row = typename detail::member_of<decltype(member)>::row>
consteval Leaf<Row> field(std::string_view path) {
    return {.path = path, .assign = [](Row& row, const Scalar& value) { return assign(row.*member, value); }};
}

/// In an object keyed by what it describes, the key.
template <auto member>
consteval auto key() {
    return field<member>("{key}").required();
}

/// A feature: `capabilities.sms` (true or false), or an element of a list, whose absence from the list means no.
template <Feature feature, class Row = Offer>
consteval Leaf<Row> flag(std::string_view path) {
    return {.path = path,
            .assign =
                [](Row& row, const Scalar& value) {
                    if (value.kind != Scalar::Kind::boolean) { return false; }
                    row.features.set(feature, value.truth);
                    return true;
                },
            .deny = [](Row& row) { row.features.set(feature, false); }};
}

/// A row where `path` is true is left out, and not counted as refused.
template <class Row = Offer>
consteval Leaf<Row> dropped_if(std::string_view path) {
    return {.path = path,
            .assign = [](Row&, const Scalar& value) { return value.kind == Scalar::Kind::boolean; },
            .drops = true};
}

namespace detail {

// Never defined: a description that calls one while compiling stops there, and its name says why.
void a_path_is_named_twice();
void a_path_has_an_empty_name();
void a_bracket_is_not_closed();
void a_filter_has_no_equals_sign();
void a_path_has_two_filters();
void a_path_to_rows_has_a_filter();
void a_path_leads_to_many_values();
void a_filtered_value_neither_is_required_nor_drops_its_row();
void a_description_is_too_long();

/// A place in a reply where something described stands: a tree in a flat array, children linked.
struct Place {
    enum class Kind : std::uint8_t { member, element, any_member };

    std::string_view name{};
    Kind kind = Kind::member;
    bool is_row = false;
    bool is_free = false;
    std::int16_t child = -1;
    std::int16_t sibling = -1;
    std::int16_t slot = -1;   ///< of a value in a row
    std::int16_t whole = -1;  ///< which of the values that stand once in the reply
    std::int16_t leaf = -1;   ///< of the list of `list[key=value]` or `list[=value]`: the first leaf that filters it
};

/// A leaf, resolved to the slot where its value is kept until its row or list element ends.
struct Route {
    std::int16_t slot = -1;
    std::int16_t list = -1;      ///< the filter's list; -1: none
    std::int16_t next = -1;      ///< the next leaf that filters this list
    std::int16_t key_slot = -1;  ///< what has to equal `wanted`; the slot itself for `list[=value]`
    std::string_view wanted{};
    bool presence = false;  ///< the element's being there is the value
};

/// The tree of all paths of a description, built while compiling.
struct Tree {
    static constexpr std::size_t max_places = 64, max_slots = 40, max_leaves = 32;

    std::array<Place, max_places> places{};
    std::size_t size = 1;
    std::int16_t slots = 0;
    std::array<Route, max_leaves> routes{};
    std::size_t leaves = 0;
    std::size_t wholes = 0;
    std::int16_t row = 0;

    constexpr std::int16_t child(std::int16_t parent, Place::Kind kind, std::string_view name) {
        if (const auto found = find(parent, kind, name); found >= 0) { return found; }
        if (size == max_places) { a_description_is_too_long(); }
        const auto made = static_cast<std::int16_t>(size++);
        Place& place = places[static_cast<std::size_t>(made)];
        place.name = name;
        place.kind = kind;
        place.sibling = places[static_cast<std::size_t>(parent)].child;
        places[static_cast<std::size_t>(parent)].child = made;
        return made;
    }
    constexpr std::int16_t find(std::int16_t parent, Place::Kind kind, std::string_view name) const {
        for (auto at = places[static_cast<std::size_t>(parent)].child; at >= 0;
             at = places[static_cast<std::size_t>(at)].sibling) {
            const Place& place = places[static_cast<std::size_t>(at)];
            if (place.kind == kind && (kind != Place::Kind::member || place.name == name)) { return at; }
        }
        return -1;
    }
    constexpr Place& at(std::int16_t index) { return places[static_cast<std::size_t>(index)]; }
    constexpr const Place& at(std::int16_t index) const { return places[static_cast<std::size_t>(index)]; }
    constexpr std::int16_t slot_of(std::int16_t place) {
        if (at(place).slot < 0) {
            if (static_cast<std::size_t>(slots) == max_slots) { a_description_is_too_long(); }
            at(place).slot = slots++;
        }
        return at(place).slot;
    }

    /// Walks `path` from `from`, making what is not there; `route` gets what its filter says, or is null for a path that
    /// leads to rows. Gives the last place.
    constexpr std::int16_t walk(std::int16_t from, std::string_view path, Route* route) {
        std::int16_t place = from;
        while (!path.empty()) {
            std::size_t end = 0;
            for (bool bracket = false; end < path.size() && (bracket || path[end] != '.'); ++end) {
                bracket = path[end] == '[' || (bracket && path[end] != ']');
            }
            std::string_view step = path.substr(0, end);
            path.remove_prefix(end == path.size() ? end : end + 1);
            std::string_view filter;
            bool has_filter = false;
            if (const auto open = step.find_first_of("[{"); open != std::string_view::npos) {
                if (step.back() != ']' && step.back() != '}') { a_bracket_is_not_closed(); }
                filter = step.substr(open);
                step = step.substr(0, open);
                has_filter = true;
            }
            if (step.empty() && !has_filter) { a_path_has_an_empty_name(); }
            if (!step.empty()) { place = child(place, Place::Kind::member, step); }
            if (filter == "[]" || filter == "{}") {
                if (route != nullptr) { a_path_leads_to_many_values(); }
                place = child(place, filter == "[]" ? Place::Kind::element : Place::Kind::any_member, {});
            } else if (has_filter) {
                const std::string_view inside = filter.substr(1, filter.size() - 2);
                const auto equals = inside.find('=');
                if (equals == std::string_view::npos) { a_filter_has_no_equals_sign(); }
                if (route == nullptr) { a_path_to_rows_has_a_filter(); }
                if (route->list >= 0) { a_path_has_two_filters(); }
                route->list = place;
                route->wanted = inside.substr(equals + 1);
                place = child(place, Place::Kind::element, {});
                const auto key = equals == 0 ? place : child(place, Place::Kind::member, inside.substr(0, equals));
                route->key_slot = slot_of(key);
                route->presence = path.empty();
                if (path.empty()) { place = key; }
            }
        }
        return place;
    }

    template <class Row>
    constexpr void add(std::int16_t from, const Leaf<Row>& leaf) {
        if (leaves == max_leaves) { a_description_is_too_long(); }
        const auto number = static_cast<std::int16_t>(leaves);
        Route& route = routes[leaves++];
        const auto place =
            leaf.path == "{key}" ? child(from, Place::Kind::member, "{key}") : walk(from, leaf.path, &route);
        if (route.list < 0 && at(place).slot >= 0) { a_path_is_named_twice(); }
        if (route.list >= 0 && (leaf.is_required || leaf.drops)) {
            a_filtered_value_neither_is_required_nor_drops_its_row();
        }
        if (route.list >= 0) { route.next = std::exchange(at(route.list).leaf, number); }
        route.slot = slot_of(place);
        at(place).is_free = leaf.is_free;
    }
};

}  // namespace detail

/// A reply of which only the rows matter.
struct Nothing {};

/// What a reply looks like: where its rows stand, and where the members of each. A path that ends in `[]` leads to the
/// elements of a list, in `{}` to the members of an object, and else to one object, the only row. `Whole` has what stands
/// beside the rows, once in the reply.
template <class Row, class Whole = Nothing>
struct Rows {
    static constexpr std::size_t max_wholes = 8;

    detail::Tree tree{};
    std::array<Leaf<Row>, detail::Tree::max_leaves> leaves{};
    std::array<Leaf<Whole>, max_wholes> wholes{};
    bool may_be_absent = false;
    bool keeps_dropped = false;

    /// The same without minding `dropped_if`.
    consteval Rows with_dropped() const {
        Rows rows = *this;
        rows.keeps_dropped = true;
        return rows;
    }

    /// A reply in which no rows are to be found is an empty one.
    consteval Rows or_absent() const {
        Rows rows = *this;
        rows.may_be_absent = true;
        return rows;
    }

    /// Reads these beside the rows. A described one that is not what it should be fails the whole reply.
    template <class NewWhole, std::size_t count>
    consteval Rows<Row, NewWhole> with(const Leaf<NewWhole> (&fields)[count]) const {
        static_assert(count <= max_wholes);
        Rows<Row, NewWhole> described{
            .tree = tree, .leaves = leaves, .may_be_absent = may_be_absent, .keeps_dropped = keeps_dropped};
        for (std::size_t i = 0; i < count; ++i) {
            detail::Route route;
            const auto place = described.tree.walk(0, fields[i].path, &route);
            if (route.list >= 0) { detail::a_path_leads_to_many_values(); }
            if (described.tree.at(place).whole >= 0) { detail::a_path_is_named_twice(); }
            described.tree.at(place).whole = static_cast<std::int16_t>(described.tree.wholes++);
            described.wholes[i] = fields[i];
        }
        return described;
    }
};

template <class Row, std::size_t count>
consteval Rows<Row> rows(std::string_view path, const Leaf<Row> (&leaves)[count]) {
    Rows<Row> description;
    description.tree.row = description.tree.walk(0, path, nullptr);
    description.tree.at(description.tree.row).is_row = true;
    for (std::size_t i = 0; i < count; ++i) {
        description.tree.add(description.tree.row, leaves[i]);
        description.leaves[i] = leaves[i];
    }
    return description;
}

}  // namespace tandem::wire
