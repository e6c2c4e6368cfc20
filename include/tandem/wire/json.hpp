// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/search.hpp>
#include <tandem/wire/detail/description.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON as carriers speak it. Replies are described (`rows`, `field`, `flag`) and read in one pass, without values being
/// built; bodies are built as values and written, so that no input can break out of its place.
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

/// Follows the parser through the tree of a description and makes rows.
template <class Row, class Whole>
class Handler {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using Code = boost::json::error_code;
    using View = boost::json::string_view;

    Handler(const Rows<Row, Whole>& description, std::string_view text, Copies& copies)
        : description_(description), text_(text), copies_(copies) {}

    RowsRead<Row, Whole> read{};

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return begin(false); }
    bool on_object_end(std::size_t, Code&) { return end(); }
    bool on_array_begin(Code&) { return begin(true); }
    bool on_array_end(std::size_t, Code&) { return end(); }
    bool on_key_part(View part, std::size_t, Code&) { return add_part(part); }
    bool on_key(View part, std::size_t, Code&) {
        key_ = whole(part);
        if (starts_row_) {
            starts_row_ = false;
            row_text(key_);
        }
        return true;
    }
    bool on_string_part(View part, std::size_t, Code&) { return add_part(part); }
    bool on_string(View part, std::size_t, Code&) {
        const bool wanted = expects_value();
        const std::string_view text = wanted ? whole(part) : std::string_view();
        parts_.clear();
        return wanted ? scalar({Scalar::Kind::text, text}) : true;
    }
    bool on_number_part(View, Code&) { return true; }
    bool on_int64(std::int64_t, View text, Code&) { return number(text); }
    bool on_uint64(std::uint64_t, View text, Code&) { return number(text); }
    bool on_double(double, View text, Code&) { return number(text); }
    bool on_bool(bool truth, Code&) { return scalar({Scalar::Kind::boolean, {}, truth}); }
    bool on_null(Code&) { return scalar({}); }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

private:
    using Kind = Place::Kind;

    const Tree& tree() const { return description_.tree; }

    bool add_part(View part) {
        parts_.append(part.data(), part.size());
        return true;
    }
    bool in_reply(std::string_view part) const {
        return part.data() >= text_.data() && part.data() + part.size() <= text_.data() + text_.size();
    }
    /// A text that outlives the parser.
    std::string_view whole(View part) {
        const std::string_view last(part.data(), part.size());
        if (parts_.empty() && (last.empty() || in_reply(last))) { return last; }
        parts_ += last;
        copies_.push_back(std::exchange(parts_, {}));
        return copies_.back();
    }

    /// Where the next value stands in the tree; -1 when nothing there is described.
    std::int16_t next_place() {
        if (stack_.empty()) { return 0; }
        const auto [parent, is_list] = stack_.back();
        if (parent < 0) { return -1; }
        for (auto at = tree().at(parent).child; at >= 0; at = tree().at(at).sibling) {
            const Place& place = tree().at(at);
            const bool fits =
                is_list ? place.kind == Kind::element
                        : place.kind == Kind::any_member || (place.kind == Kind::member && place.name == key_);
            if (fits) { return at; }
        }
        return -1;
    }
    bool expects_value() {
        const auto place = next_place();
        return place >= 0 && (tree().at(place).slot >= 0 || tree().at(place).whole >= 0);
    }

    bool begin(bool is_list) {
        const std::int16_t place = next_place();
        stack_.push_back({place, is_list});
        parts_.clear();
        if (place < 0) { return true; }
        const Place& here = tree().at(place);
        if (here.whole >= 0) { errors::malformed_reply(std::string(here.name) + " is a list or an object"); }
        if (here.slot >= 0 && !here.is_free) { bad_ = true; }  // an object or a list where a value is described
        if (here.is_row) {
            begin_row(place);
            bad_ = is_list;
        }
        if (place == place_of_rows_ && is_list == rows_are_elements_) { read.found = true; }
        if (here.is_filter && is_list) {
            for (std::size_t i = 0; i < tree().leaves; ++i) {
                const auto& deny = description_.leaves[i].deny;
                if (tree().routes[i].list == place && deny != nullptr) { deny(row_); }
            }
        }
        if (is_element_of_filter()) { clear_element(place); }
        return true;
    }
    bool end() {
        const std::int16_t place = stack_.back().place;
        if (place >= 0 && is_element_of_filter()) { take_element(stack_[stack_.size() - 2].place); }
        stack_.pop_back();
        if (place >= 0 && tree().at(place).is_row) { finish_row(); }
        return true;
    }
    bool is_element_of_filter() const {
        if (stack_.size() < 2) { return false; }
        const auto around = stack_[stack_.size() - 2].place;
        return around >= 0 && tree().at(around).is_filter;
    }
    /// Where the rows hang: the list or object around them, or the only row itself.
    static std::int16_t place_of_rows(const Tree& tree) {
        for (std::size_t i = 0; i < tree.size; ++i) {
            for (auto at = tree.places[i].child; at >= 0; at = tree.at(at).sibling) {
                if (at == tree.row && tree.at(at).kind != Kind::member) { return static_cast<std::int16_t>(i); }
            }
        }
        return tree.row;
    }

    bool number(View text) { return scalar({Scalar::Kind::number, std::string_view(text.data(), text.size())}); }

    bool scalar(Scalar value) {
        const std::int16_t place = next_place();
        if (place < 0) { return true; }
        const Place& here = tree().at(place);
        if (here.whole >= 0) { return take_whole(static_cast<std::size_t>(here.whole), value); }
        if (here.is_row) { ++read.refused; }  // a row has to be an object
        if (here.slot < 0) { return true; }
        if (!stack_.empty() && stack_.back().place >= 0 && tree().at(stack_.back().place).is_filter) {  // list[=value]
            slots_[static_cast<std::size_t>(here.slot)] = value;
            take_element(stack_.back().place);
            return true;
        }
        Scalar& slot = slots_[static_cast<std::size_t>(here.slot)];
        bool& filled = filled_[static_cast<std::size_t>(here.slot)];
        if (filled) { bad_ = true; }
        filled = true;
        slot = value;
        return true;
    }

    bool take_whole(std::size_t which, const Scalar& value) {
        const Leaf<Whole>& leaf = description_.wholes[which];
        if (std::exchange(whole_filled_[which], true)) {
            errors::malformed_reply(std::string(leaf.path) + " stands twice");
        }
        if (value.kind != Scalar::Kind::absent && !leaf.assign(read.whole, value)) {
            errors::malformed_reply(std::string(leaf.path) + " is not what it should be");
        }
        return true;
    }

    void begin_row(std::int16_t place) {
        row_ = Row();
        bad_ = false;
        slots_.fill({});
        filled_.fill(false);
        starts_row_ = true;
        const auto key = tree().find(place, Kind::member, "{key}");
        if (key >= 0) {
            slots_[static_cast<std::size_t>(tree().at(key).slot)] = {Scalar::Kind::text, key_};
            filled_[static_cast<std::size_t>(tree().at(key).slot)] = true;
        }
    }
    /// Where the row's text begins: before its first key.
    void row_text(std::string_view key) {
        if constexpr (requires { row_.row; }) {
            if (key.empty() || !in_reply(key)) { return; }
            const char* at = key.data();
            while (at > text_.data() && *at != '{') { --at; }
            row_.row = text_.substr(static_cast<std::size_t>(at - text_.data()));
        }
    }

    void clear_element(std::int16_t element) {
        for (auto at = tree().at(element).child; at >= 0; at = tree().at(at).sibling) {
            if (tree().at(at).slot < 0) { continue; }
            slots_[static_cast<std::size_t>(tree().at(at).slot)] = {};
            filled_[static_cast<std::size_t>(tree().at(at).slot)] = false;
        }
    }
    /// Gives the element of `list` that just ended to the leaves whose filter it passes.
    void take_element(std::int16_t list) {
        for (std::size_t i = 0; i < tree().leaves; ++i) {
            const Route& route = tree().routes[i];
            if (route.list != list) { continue; }
            const Scalar& key = slots_[static_cast<std::size_t>(route.key_slot)];
            if (key.kind != Scalar::Kind::text || key.text != route.wanted) { continue; }
            const Scalar value = route.presence ? Scalar{Scalar::Kind::boolean, key.text, true}
                                                : slots_[static_cast<std::size_t>(route.slot)];
            const auto& leaf = description_.leaves[i];
            if (value.kind != Scalar::Kind::absent && !leaf.assign(row_, value) && !leaf.is_free) { bad_ = true; }
        }
    }

    void finish_row() {
        bool dropped = false;
        for (std::size_t i = 0; i < tree().leaves && !bad_; ++i) {
            const Route& route = tree().routes[i];
            if (route.list >= 0) { continue; }
            const Leaf<Row>& leaf = description_.leaves[i];
            const Scalar& value = slots_[static_cast<std::size_t>(route.slot)];
            const bool fits = value.kind == Scalar::Kind::absent ? !leaf.is_required : leaf.assign(row_, value);
            bad_ = !fits && !leaf.is_free;
            dropped = dropped || (leaf.drops && value.truth && !description_.keeps_dropped);
        }
        if (bad_) {
            ++read.refused;
        } else if (!dropped) {
            read.rows.push_back(std::move(row_));
        }
        starts_row_ = false;
    }

    struct Level {
        std::int16_t place;
        bool is_list;
    };

    const Rows<Row, Whole>& description_;
    std::string_view text_;
    Copies& copies_;
    std::int16_t place_of_rows_ = place_of_rows(description_.tree);
    bool rows_are_elements_ = description_.tree.at(description_.tree.row).kind == Kind::element;
    std::vector<Level> stack_;
    std::string_view key_;
    std::string parts_;
    std::array<Scalar, Tree::max_slots> slots_{};
    std::array<bool, Tree::max_slots> filled_{};
    std::array<bool, Rows<Row, Whole>::max_wholes> whole_filled_{};
    Row row_{};
    bool bad_ = false;
    bool starts_row_ = false;
};

/// A reply that says it is something else than JSON is not searched for it. Many phonebooks say nothing.
inline void require_json(const Response& response) {
    const std::string_view type = response.header("Content-Type");
    if (!type.empty() && !response.is("application/json") && !response.is("text/json") &&
        !response.is("application/vnd.api+json")) {
        errors::malformed_reply("it is " + std::string(type.substr(0, 64)) + ", not JSON");
    }
}

template <class Row, class Whole>
RowsRead<Row, Whole> read_text(const Rows<Row, Whole>& description, std::string_view text, Copies& copies) {
    boost::json::parse_options options;
    options.max_depth = max_json_text_depth;  // what is kept of it stays readable
    boost::json::basic_parser<Handler<Row, Whole>> parser(options, description, text, copies);
    boost::json::error_code failed;
    const auto size = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && size < text.size()) { failed = boost::json::make_error_code(boost::json::error::extra_data); }
    if (failed) { errors::malformed_reply("no JSON: " + failed.message()); }
    if (!parser.handler().read.found && !description.may_be_absent) {
        errors::malformed_reply("its rows are not there");
    }
    return std::move(parser.handler().read);
}

}  // namespace detail

/// Reads the rows of a reply into values that own their texts (`std::string` members, no views).
/// Errors: `malformed_reply` for what is no JSON, or has no rows where they are described.
template <class Row, class Whole>
RowsRead<Row, Whole> read_rows(const Rows<Row, Whole>& description, const Response& response) {
    detail::require_json(response);
    detail::Copies copies;
    return detail::read_text(description, response.body, copies);
}

/// Reads the one object that a description names.
/// Errors: `malformed_reply`, also when it lacks something required.
template <class Row>
Row read_one(const Rows<Row>& description, const Response& response) {
    auto read = read_rows(description, response);
    if (read.rows.size() != 1 || read.refused != 0) { errors::malformed_reply("what it describes is incomplete"); }
    return std::move(read.rows.front());
}

/// Reads offers, whose texts stay in the reply that they share.
/// Errors: as `read_rows`.
template <class Whole>
OffersRead<Whole> read_offers(const Rows<Offer, Whole>& description, Response response) {
    detail::require_json(response);
    auto page = std::make_shared<Page>(std::move(response.body));
    auto read = detail::read_text(description, page->text(), page->copies());
    const std::shared_ptr<const Page> shared = std::move(page);
    OffersRead<Whole> found{.page = {.offers = std::move(read.rows), .refused = read.refused},
                            .found = read.found,
                            .whole = std::move(read.whole)};
    for (Offer& offer : found.page.offers) { offer.page = shared; }
    return found;
}
inline SearchPage read_offers(const Rows<Offer>& description, Response response) {
    return read_offers<Nothing>(description, std::move(response)).page;
}

/// The whole reply as a value, for those that are small and free in form: orders.
/// Errors: `malformed_reply` for what is no JSON object in UTF-8, or has a key twice.
inline boost::json::object read_object(const Response& response) {
    detail::require_json(response);
    auto object = parse_json_object(response.body, max_json_text_depth);
    if (!object) { errors::malformed_reply("no JSON object: " + object.error().cause); }
    return std::move(*object);
}

/// `request` with `body` as JSON.
inline Request with_json(Request request, const boost::json::object& body) {
    return std::move(request).body("application/json", write_json(body));
}

}  // namespace tandem::wire
