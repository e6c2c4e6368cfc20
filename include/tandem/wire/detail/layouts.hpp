// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/wire/detail/reader.hpp>
#include <tandem/wire/detail/slots.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The rows of a reply, and of a carrier's next reply, are much the same text. A layout is the text of a row that the
/// reader took, with slots where rows differ: a row that has this text needs no parsing, only what stands in its slots is
/// checked and assigned. What fits no layout goes to the reader, so layouts never decide what a row means.
namespace tandem::wire::detail {

/// One shape of a row. Keys, booleans, nulls, the shapes of lists and the texts by which a list is filtered are always
/// part of it; any other text or number from the first row on that has another one there.
class Layout {
public:
    static constexpr std::size_t max_size = 4'096, max_slots = 48;

    /// Nothing where the row cannot be one. Requires: `row` is JSON that the reader took, and `record` is of it.
    static std::unique_ptr<Layout> of(std::string_view row, const Record& record, const Description& description,
                                      const RowSink& sink) {
        if (row.size() > max_size || row.find('\\') != row.npos) { return nullptr; }
        auto layout = std::make_unique<Layout>(row);
        for (const char* text : record.deciding) {
            const auto at = static_cast<std::uint32_t>(text - row.data());
            std::erase_if(layout->values_, [at](const Value& value) { return value.begin == at; });
        }
        for (const Record::Told& told : record.told) {
            Effect effect{.leaf = told.leaf, .denies = told.denies, .kind = told.value.kind, .truth = told.value.truth};
            if (told.value.is_text() || told.value.is_number() || !told.value.text.empty()) {
                effect.begin = static_cast<std::uint32_t>(told.value.text.data() - row.data());
                effect.size = static_cast<std::uint32_t>(told.value.text.size());
            }
            layout->effects_.push_back(effect);
        }
        return layout->prepare(description, sink) ? std::move(layout) : nullptr;
    }
    explicit Layout(std::string_view row) : text_(row), values_(values_in(text_)) {}

    std::size_t size() const { return text_.size(); }

    /// Reads the row that `text` begins with and adds it; gives its size. 0: it is not of this layout, or not good.
    std::size_t read(std::string_view text, const Description& description, const RowSink& sink) const {
        Found found;
        if (match(text, found) < pieces_.size()) { return 0; }
        void* const row = sink.add_like(sink.rows, prototype_.get());
        for (const Live& live : live_) {
            const AnyLeaf& leaf = description.leaves[static_cast<std::size_t>(live.leaf)];
            const char* const begin = found.begins[live.piece] + live.offset;
            const char* const end = live.is_slot ? found.ends[live.piece] : begin + live.size;
            const std::string_view value(begin, static_cast<std::size_t>(end - begin));
            if (!leaf.assign(row, {live.kind, value, live.truth}) && !leaf.is_free) {
                sink.drop_last(sink.rows);
                return 0;
            }
        }
        if (sink.set_text != nullptr) { sink.set_text(row, text); }
        return static_cast<std::size_t>(found.end - text.data());
    }

    /// This layout with the slots that it takes to read `row`; nothing where the two differ in more than values.
    std::unique_ptr<Layout> widened(std::string_view row, const Description& description, const RowSink& sink) const {
        auto wider = std::make_unique<Layout>(*this);
        while (true) {
            Found found;
            const std::size_t piece = wider->match(row, found);
            const char* const end = row.data() + row.size();
            if (piece == wider->pieces_.size()) { return found.end == end ? std::move(wider) : nullptr; }
            const std::uint32_t differs = wider->difference(wider->pieces_[piece], found.begins[piece], end);
            const auto value = std::find_if(wider->values_.begin(), wider->values_.end(), [&](const Value& each) {
                return !each.is_slot && each.begin <= differs && differs <= each.end;
            });
            if (value == wider->values_.end()) { return nullptr; }
            value->is_slot = true;
            if (!wider->prepare(description, sink)) { return nullptr; }
        }
    }

private:
    /// What a value does to the row, in the order in which the reader did it.
    struct Effect {
        std::int16_t leaf = 0;
        bool denies = false;
        Scalar::Kind kind = Scalar::Kind::absent;
        bool truth = false;
        std::uint32_t begin = 0, size = 0;  ///< where its text stands in the layout's
    };
    /// Text that is the same in every row, and what follows it.
    struct Piece {
        std::uint32_t begin = 0, size = 0;
        Value::Kind slot = Value::Kind::none;  ///< `none` behind the last
    };
    /// An effect that each row has in its own way: its value is in a slot, or is shown as it stands in the reply.
    struct Live {
        std::int16_t leaf = 0;
        Scalar::Kind kind = Scalar::Kind::absent;
        bool truth = false;
        bool is_slot = false;
        std::uint32_t piece = 0, offset = 0, size = 0;
    };
    /// Where the pieces of one row begin, and where its slots end. Only what the layout has of them is set.
    struct Found {
        std::array<const char*, max_slots + 1> begins;
        std::array<const char*, max_slots + 1> ends;
        const char* end = nullptr;
    };
    /// Where the row that `text` begins with has each piece; gives which it does not have, or the number of pieces.
    std::size_t match(std::string_view text, Found& found) const {
        const char* at = text.data();
        const char* const end = at + text.size();
        std::size_t i = 0;
        for (; i < pieces_.size(); ++i) {
            const Piece& piece = pieces_[i];
            const char* const literal = text_.data() + piece.begin;
            found.begins[i] = at;
            if (static_cast<std::size_t>(end - at) < piece.size || !is_equal(at, literal, piece.size)) { break; }
            at += piece.size;
            if (piece.slot == Value::Kind::none) { continue; }
            at = piece.slot == Value::Kind::text ? end_of_text(at, end) : end_of_number(at, end);
            if (at == nullptr) { break; }
            found.ends[i] = at;
        }
        found.end = at;
        return i;
    }
    /// Where in the layout's text the piece that a row does not have is another one there, if it is one.
    std::uint32_t difference(const Piece& piece, const char* begin, const char* end) const {
        const char* const literal = text_.data() + piece.begin;
        const auto both = std::min<std::ptrdiff_t>(piece.size, end - begin);
        return piece.begin + static_cast<std::uint32_t>(std::mismatch(literal, literal + both, begin).first - literal);
    }

    /// Makes the pieces, and the row that all rows begin as. False where rows of this layout cannot be made so.
    bool prepare(const Description& description, const RowSink& sink) {
        pieces_.clear();
        live_.clear();
        std::uint32_t begin = 0;
        for (const Value& value : values_) {
            if (!value.is_slot) { continue; }
            pieces_.push_back({begin, value.begin - begin, value.kind});
            begin = value.end;
        }
        pieces_.push_back({begin, static_cast<std::uint32_t>(text_.size()) - begin});
        if (pieces_.size() > max_slots) { return false; }
        const auto prototype = sink.fresh();
        for (const Effect& effect : effects_) {
            const AnyLeaf& leaf = description.leaves[static_cast<std::size_t>(effect.leaf)];
            const Live live = live_of(effect);
            if (effect.denies) {
                leaf.deny(prototype.get());
            } else if (!live.is_slot && !leaf.shows_text) {
                leaf.assign(prototype.get(), {effect.kind, text_of(effect), effect.truth});
            } else if (is_alone(effect, leaf, description)) {
                live_.push_back(live);
            } else {
                return false;
            }
        }
        prototype_ = prototype;
        return true;
    }
    /// Whether nothing else of the row goes into the same member: then it does not matter when this does.
    bool is_alone(const Effect& effect, const AnyLeaf& leaf, const Description& description) const {
        return std::none_of(effects_.begin(), effects_.end(), [&](const Effect& other) {
            return &other != &effect && description.leaves[static_cast<std::size_t>(other.leaf)].member == leaf.member;
        });
    }
    Live live_of(const Effect& effect) const {
        Live live{.leaf = effect.leaf, .kind = effect.kind, .truth = effect.truth, .size = effect.size};
        while (pieces_[live.piece].begin + pieces_[live.piece].size < effect.begin) { ++live.piece; }
        const Piece& piece = pieces_[live.piece];
        live.offset = effect.begin - piece.begin;
        const bool is_value = effect.kind == Scalar::Kind::text || effect.kind == Scalar::Kind::number;
        live.is_slot = is_value && piece.slot != Value::Kind::none && effect.begin == piece.begin + piece.size;
        return live;
    }
    std::string_view text_of(const Effect& effect) const {
        return std::string_view(text_).substr(effect.begin, effect.size);
    }

    std::string text_;
    std::vector<Value> values_;
    std::vector<Effect> effects_{};
    std::vector<Piece> pieces_{};
    std::vector<Live> live_{};
    std::shared_ptr<const void> prototype_{};
};

/// What is known of the rows of one description.
class Layouts {
public:
    static constexpr std::size_t max_layouts = 8;

    Layouts(const Description& description, const RowSink& sink)
        : path_(description.path),
          keeps_dropped_(description.keeps_dropped),
          leaves_(description.leaves.begin(),
                  description.leaves.begin() + static_cast<std::ptrdiff_t>(description.tree.leaves)),
          fresh_(sink.fresh) {}

    /// Whether rows can have layouts: objects in a list.
    static bool are_for(const Tree& tree) {
        return tree.row != tree.rows && tree.at(tree.rows).element == tree.row && tree.value < 0;
    }
    /// Whether these are of rows described alike. By content: a description need not outlive its reply.
    bool are_of(const Description& description, const RowSink& sink) const {
        const auto is_same_path = [](std::string_view a, std::string_view b) {
            return a.data() == b.data() && a.size() == b.size();  // literals: they stay where they are
        };
        const auto is_same = [&](const AnyLeaf& a, const AnyLeaf& b) {
            return a.assign == b.assign && a.deny == b.deny && a.member == b.member && is_same_path(a.path, b.path) &&
                   a.is_required == b.is_required && a.is_free == b.is_free && a.drops == b.drops;
        };
        return fresh_ == sink.fresh && keeps_dropped_ == description.keeps_dropped &&
               leaves_.size() == description.tree.leaves && is_same_path(path_, description.path) &&
               std::equal(leaves_.begin(), leaves_.end(), description.leaves.begin(), is_same);
    }

    /// With what a row begins: `{` and its first key; empty as long as no reply has shown it.
    const std::string& opening() const { return opening_; }
    void opening(std::string_view text) { opening_ = text.size() <= Layout::max_size ? text : std::string_view(); }

    /// Reads the row that `text` begins with; gives its size, or 0 where it has to be parsed.
    std::size_t read(std::string_view text, const Description& description, const RowSink& sink) {
        for (auto each = layouts_.begin(); each != layouts_.end(); ++each) {
            const std::size_t size = each->layout->read(text, description, sink);
            if (size == 0) { continue; }
            if (!std::exchange(has_fitted_, true)) { sink.expect(sink.rows, 1 + text.size() / each->layout->size()); }
            ++each->rows;
            if (each != layouts_.begin() && each->rows > std::prev(each)->rows) {
                std::iter_swap(each, std::prev(each));
            }
            return size;
        }
        return 0;
    }
    /// Learns from a row that was parsed, and not refused.
    void learn(std::string_view row, const Record& record, const Description& description, const RowSink& sink) {
        for (Kept& each : layouts_) {
            if (auto wider = each.layout->widened(row, description, sink)) {
                each.layout = std::move(wider);
                return;
            }
        }
        if (layouts_.size() == max_layouts) {
            has_missed_ = true;
            return;
        }
        if (auto layout = Layout::of(row, record, description, sink)) { layouts_.push_back({std::move(layout)}); }
    }
    /// A reply is read. Where all layouts were there before it and none was of use, the carrier writes another text now,
    /// which is learned anew.
    void end_reply() {
        if (was_full_ && has_missed_ && !has_fitted_) {
            layouts_.clear();
            opening_.clear();
        }
        was_full_ = layouts_.size() == max_layouts;
        has_fitted_ = has_missed_ = false;
    }

private:
    struct Kept {
        std::unique_ptr<Layout> layout;
        std::uint64_t rows = 0;  ///< how many fitted it
    };

    std::string_view path_;
    bool keeps_dropped_;
    std::vector<AnyLeaf> leaves_;
    std::shared_ptr<void> (*fresh_)();  ///< tells the types of rows apart
    std::string opening_{};
    std::vector<Kept> layouts_{};  ///< the one that most rows fitted is tried first
    bool has_fitted_ = false;      ///< a row of this reply
    bool has_missed_ = false;      ///< a good one, for which there was no room
    bool was_full_ = false;        ///< when the reply began
};

/// The layouts of this thread: of the descriptions that it used last. They are taken out while a reply is read, so that
/// nothing else finds them half changed, be it an `assign` that reads a reply of its own.
class KeptLayouts {
public:
    static constexpr std::size_t max_descriptions = 32;

    static KeptLayouts& here() {
        thread_local KeptLayouts kept;
        return kept;
    }
    KeptLayouts() { kept_.reserve(max_descriptions); }

    std::unique_ptr<Layouts> take(const Description& description, const RowSink& sink) {
        const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                        [&](const auto& each) { return each->are_of(description, sink); });
        if (found == kept_.rend()) { return std::make_unique<Layouts>(description, sink); }
        auto taken = std::move(*found);
        kept_.erase(std::next(found).base());
        return taken;
    }
    void put_back(std::unique_ptr<Layouts> layouts) noexcept {
        layouts->end_reply();
        if (kept_.size() == max_descriptions) { kept_.erase(kept_.begin()); }
        kept_.push_back(std::move(layouts));
    }
    void clear() { kept_.clear(); }

private:
    std::vector<std::unique_ptr<Layouts>> kept_{};
};

}  // namespace tandem::wire::detail
