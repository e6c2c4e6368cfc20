// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/features.hpp>
#include <tandem/wire/detail/scalar.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

/// How a carrier describes its replies: paths to members, checked while compiling.
namespace tandem::wire {

namespace detail {

/// A leaf whatever the type of its row: one reader serves them all, which would else be compiled for each.
struct AnyLeaf {
    std::string_view path{};
    bool (*assign)(void* row, const Scalar&) = nullptr;
    void (*deny)(void* row) = nullptr;  ///< of a feature: its list is there and does not name it
    bool is_required = false;
    bool is_free = false;          ///< of any shape; what does not fit the member is passed over
    bool drops = false;            ///< true there means that the row is not wanted
    const void* member = nullptr;  ///< tells the members of a row apart
    bool shows_text = false;       ///< the member may be a view into the reply
};
template <auto>
inline constexpr char name_of_member{};

template <class>
struct member_of;
template <class Row, class T>
struct member_of<T Row::*> {
    using row = Row;
    using type = T;
};

}  // namespace detail

/// A value of a reply and the member it belongs to.
template <class Row>
struct Leaf : detail::AnyLeaf {
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

/// The value at `path` goes into `member`; a type of one's own needs an overload of `assign`. `path` names members with
/// points between them; `list[key=value]` is the element of a list of objects that has this member, `list[=value]` an
/// element of a list of texts.
template <auto member, class Row = typename detail::member_of<decltype(member)>::row>
consteval Leaf<Row> field(std::string_view path) {
    return {{.path = path,
             .assign = [](void* row, const Scalar& value) { return assign(static_cast<Row*>(row)->*member, value); },
             .member = &detail::name_of_member<member>,
             .shows_text = !holds_its_value<typename detail::member_of<decltype(member)>::type>}};
}

/// The same for what a carrier writes in its own way: `convert(member, value)` is the overload of `assign`.
template <auto member, auto convert, class Row = typename detail::member_of<decltype(member)>::row>
consteval Leaf<Row> field(std::string_view path) {
    return {{.path = path,
             .assign = [](void* row, const Scalar& value) { return convert(static_cast<Row*>(row)->*member, value); },
             .member = &detail::name_of_member<member>,
             .shows_text = !holds_its_value<typename detail::member_of<decltype(member)>::type>}};
}

/// The row itself, where rows are texts or numbers and not objects. No other member is described beside it.
template <auto member>
consteval auto value() {
    return field<member>("{value}").required();
}
template <auto member, auto convert>
consteval auto value() {
    return field<member, convert>("{value}").required();
}

/// In an object keyed by what it describes, the key.
template <auto member>
consteval auto key() {
    return field<member>("{key}").required();
}

/// A feature: `capabilities.sms` (true or false), or an element of a list, whose absence from the list means no.
template <Feature feature, class Row = Offer>
consteval Leaf<Row> flag(std::string_view path) {
    return {{.path = path,
             .assign =
                 [](void* row, const Scalar& value) {
                     if (!value.is_truth()) { return false; }
                     static_cast<Row*>(row)->features.set(feature, value.truth);
                     return true;
                 },
             .deny = [](void* row) { static_cast<Row*>(row)->features.set(feature, false); },
             .member = &detail::name_of_member<&Row::features>}};
}

/// A row where `path` is true is left out, and not counted as refused.
template <class Row = Offer>
consteval Leaf<Row> dropped_if(std::string_view path) {
    return {{.path = path, .assign = [](void*, const Scalar& value) { return value.is_truth(); }, .drops = true}};
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
void a_row_that_is_a_value_has_no_members();
void a_key_belongs_to_rows_that_are_an_object_s_members();
void a_filtered_value_neither_is_required_nor_drops_its_row();
void a_description_is_too_long();

/// What tells most names apart without comparing them.
constexpr std::uint32_t fingerprint(std::string_view name) {
    const auto at = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(name[i])}; };
    const std::size_t size = name.size();
    return size == 0 ? 0
                     : static_cast<std::uint32_t>(size << 24U) | at(0) << 16U | at(size * 3 / 4) << 8U | at(size - 1);
}
/// As `==`, in words of 8 bytes: for names, calling `memcmp` takes longer than comparing.
constexpr bool is_same(std::string_view a, std::string_view b) {
    constexpr std::size_t size = sizeof(std::uint64_t);
    if (std::is_constant_evaluated() || a.size() < size || a.size() != b.size()) { return a == b; }
    const auto differ = [&](std::size_t at) {
        std::uint64_t left = 0, right = 0;
        std::memcpy(&left, a.data() + at, size);
        std::memcpy(&right, b.data() + at, size);
        return left != right;
    };
    for (std::size_t at = 0; at + size < a.size(); at += size) {
        if (differ(at)) { return false; }
    }
    return !differ(a.size() - size);
}
constexpr std::uint64_t bit_of(std::int16_t index) { return std::uint64_t{1} << static_cast<unsigned>(index); }

/// A place in a reply where something described stands: a tree in a flat array.
struct Place {
    std::string_view name{};
    std::uint32_t print = 0;  ///< the name's fingerprint
    std::int16_t parent = -1;
    std::int16_t element = -1;     ///< the elements of this list
    std::int16_t any_member = -1;  ///< the members of this object, whatever their names
    std::int16_t value = -1;       ///< the leaf whose value this is
    std::int16_t whole = -1;       ///< which of the values that stand once in the reply
    std::int16_t slot = -1;        ///< of a value in a filtered list
    std::int16_t filter = -1;      ///< of a list: the first leaf that filters it
    bool is_row = false;
    bool is_free = false;
    bool decides = false;     ///< whether an element passes a filter
    std::uint64_t slots = 0;  ///< of a filtered list's element: all slots in it, one bit each
};

/// How a leaf finds its value in a filtered list, whose elements keep theirs in slots until they end.
struct Route {
    std::int16_t list = -1;  ///< -1: none, the value is at a place of its own
    std::int16_t next = -1;  ///< the next leaf that filters this list
    std::int16_t slot = -1;
    std::int16_t key_slot = -1;  ///< what has to equal `wanted`; the slot itself for `list[=value]`
    std::string_view wanted{};
    std::uint32_t print = 0;  ///< the fingerprint of `wanted`
    bool presence = false;    ///< the element's being there is the value
};

/// The tree of all paths of a description, built while compiling.
struct Tree {
    static constexpr std::size_t max_places = 64, max_slots = 64, max_leaves = 64;  // sets of them are 64 bits

    std::array<Place, max_places> places{};
    std::array<std::int16_t, 256> members{};  ///< a hash table of the places that have names
    std::size_t size = 1;
    std::int16_t slots = 0;
    std::array<Route, max_leaves> routes{};
    std::size_t leaves = 0;
    std::uint64_t required = 0;  ///< leaves that a row cannot be without
    std::size_t wholes = 0;
    bool names_attributes = false;  ///< of XML's elements
    std::int16_t row = 0;
    std::int16_t rows = 0;    ///< where the rows hang: the list or object around them, or the only row itself
    std::int16_t key = -1;    ///< the leaf that gets the row's key
    std::int16_t value = -1;  ///< the leaf that is the row, where rows are no objects

    constexpr Tree() { members.fill(-1); }

    /// The member `name` of the object at `parent`; -1 when it is not described.
    constexpr std::int16_t find(std::int16_t parent, std::string_view name) const {
        const std::uint32_t print = fingerprint(name);
        for (std::size_t i = first_try(parent, print);; ++i) {
            const std::int16_t found = members[i % members.size()];
            if (found < 0) { return -1; }
            const Place& place = at(found);
            if (place.print == print && place.parent == parent && is_same(place.name, name)) { return found; }
        }
    }
    static constexpr std::size_t first_try(std::int16_t parent, std::uint32_t print) {
        return ((print + static_cast<std::uint32_t>(parent)) * 0x9E37'79B1U) >> 24U;
    }
    constexpr std::int16_t make(std::int16_t parent, std::string_view name) {
        if (size == max_places) { a_description_is_too_long(); }
        const auto made = static_cast<std::int16_t>(size++);
        at(made).name = name;
        at(made).print = fingerprint(name);
        at(made).parent = parent;
        names_attributes = names_attributes || name.starts_with('@');
        return made;
    }
    constexpr std::int16_t member(std::int16_t parent, std::string_view name) {
        if (const auto found = find(parent, name); found >= 0) { return found; }
        std::size_t free = first_try(parent, fingerprint(name));
        while (members[free % members.size()] >= 0) { ++free; }
        return members[free % members.size()] = make(parent, name);
    }
    /// `which` is where the parent keeps it: its elements, or its members of any name.
    constexpr std::int16_t each(std::int16_t parent, std::int16_t Place::* which) {
        if (at(parent).*which < 0) { at(parent).*which = make(parent, {}); }
        return at(parent).*which;
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

    /// Walks `path` from `from`, making what is not there; `route` gets what its filter says, or is null for a path
    /// that leads to rows. Gives the last place.
    constexpr std::int16_t walk(std::int16_t from, std::string_view path, Route* route) {
        std::int16_t place = from;
        while (!path.empty()) {
            std::size_t end = 0;
            for (bool bracket = false; end < path.size() && (bracket || path[end] != '.'); ++end) {
                bracket = path[end] == '[' || (bracket && path[end] != ']');
            }
            std::string_view step = path.substr(0, end);
            if (end + 1 == path.size()) { a_path_has_an_empty_name(); }
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
            if (!step.empty()) { place = member(place, step); }
            if (filter == "[]" || filter == "{}") {
                if (route != nullptr) { a_path_leads_to_many_values(); }
                place = each(place, filter == "[]" ? &Place::element : &Place::any_member);
            } else if (has_filter) {
                const std::string_view inside = filter.substr(1, filter.size() - 2);
                const auto equals = inside.find('=');
                if (equals == std::string_view::npos) { a_filter_has_no_equals_sign(); }
                if (route == nullptr) { a_path_to_rows_has_a_filter(); }
                if (route->list >= 0) { a_path_has_two_filters(); }
                route->list = place;
                route->wanted = inside.substr(equals + 1);
                route->print = fingerprint(route->wanted);
                place = each(place, &Place::element);
                const auto key_place = equals == 0 ? place : member(place, inside.substr(0, equals));
                route->key_slot = slot_of(key_place);
                at(key_place).decides = true;
                route->presence = path.empty();
                if (path.empty()) { place = key_place; }
            }
        }
        return place;
    }

    constexpr void add(std::int16_t from, const AnyLeaf& leaf) {
        if (leaves == max_leaves) { a_description_is_too_long(); }
        const auto number = static_cast<std::int16_t>(leaves);
        Route& route = routes[leaves++];
        if (leaf.is_required) { required |= bit_of(number); }
        if (leaf.path == "{key}") {
            if (from == 0 || at(at(from).parent).any_member != from) {
                a_key_belongs_to_rows_that_are_an_object_s_members();
            }
            key = number;
            return;
        }
        if (leaf.path == "{value}") {
            value = number;
            return;
        }
        const auto place = walk(from, leaf.path, &route);
        at(place).is_free = leaf.is_free;
        if (route.list < 0) {
            at(place).value = number;
            return;
        }
        if (leaf.is_required || leaf.drops) { a_filtered_value_neither_is_required_nor_drops_its_row(); }
        route.next = std::exchange(at(route.list).filter, number);
        route.slot = slot_of(place);
        at(at(route.list).element).slots |= bit_of(route.slot) | bit_of(route.key_slot);
    }
};

/// All that a reader has to know of a reply, whatever its rows become.
struct Description {
    static constexpr std::size_t max_wholes = 8;

    std::string_view path{};  ///< of the rows
    Tree tree{};
    std::array<AnyLeaf, Tree::max_leaves> leaves{};
    std::array<AnyLeaf, max_wholes> wholes{};
    bool may_be_absent = false;
    bool keeps_dropped = false;
};

}  // namespace detail

/// A reply of which only the rows matter.
struct Nothing {};

/// What a reply looks like: where its rows stand, and where the members of each. A path that ends in `[]` leads to the
/// elements of a list, in `{}` to the members of an object, and else to one object, the only row. `Whole` has what
/// stands beside the rows, once in the reply.
template <class Row, class Whole = Nothing>
struct Rows : detail::Description {
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
        Rows<Row, NewWhole> described{*this};
        for (std::size_t i = 0; i < count; ++i) {
            detail::Route route;
            const auto place = described.tree.walk(0, fields[i].path, &route);
            if (route.list >= 0) { detail::a_path_leads_to_many_values(); }
            detail::Place& there = described.tree.at(place);
            if (there.whole >= 0 || there.value >= 0 || there.slot >= 0) { detail::a_path_is_named_twice(); }
            there.whole = static_cast<std::int16_t>(described.tree.wholes++);
            described.wholes[i] = fields[i];
        }
        return described;
    }
};

template <class Row, std::size_t count>
consteval Rows<Row> rows(std::string_view path, const Leaf<Row> (&leaves)[count]) {
    Rows<Row> description;
    description.path = path;
    detail::Tree& tree = description.tree;
    tree.row = tree.rows = tree.walk(0, path, nullptr);
    tree.at(tree.row).is_row = true;
    if (path.ends_with(']') || path.ends_with('}')) { tree.rows = tree.at(tree.row).parent; }
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t before = 0; before < i; ++before) {
            if (leaves[before].path == leaves[i].path) { detail::a_path_is_named_twice(); }
        }
        tree.add(tree.row, leaves[i]);
        description.leaves[i] = leaves[i];
    }
    if (tree.value >= 0 && count > (tree.key < 0 ? 1U : 2U)) { detail::a_row_that_is_a_value_has_no_members(); }
    return description;
}

}  // namespace tandem::wire
