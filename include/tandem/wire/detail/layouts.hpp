// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/wire/detail/layout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::wire::detail {

/// What is known of the rows of one description.
class Layouts {
public:
    static constexpr std::size_t max_layouts = 8;

    Layouts(const Description& description, const RowSink& sink, const RowFormat& format)
        : format_(format),
          path_(description.path),
          keeps_dropped_(description.keeps_dropped),
          leaves_(description.leaves.begin(),
                  description.leaves.begin() + static_cast<std::ptrdiff_t>(description.tree.leaves)),
          fresh_(sink.fresh) {}

    /// Whether rows can have layouts: objects in a list.
    static bool are_for(const Tree& tree) {
        return tree.row != tree.rows && tree.at(tree.rows).element == tree.row && tree.value < 0;
    }
    /// Whether these are of rows described alike. By content: a description need not outlive its reply.
    bool are_of(const Description& description, const RowSink& sink, const RowFormat& format) const {
        const auto is_same_path = [](std::string_view a, std::string_view b) {
            return a.data() == b.data() && a.size() == b.size();  // literals: they stay where they are
        };
        const auto is_same = [&](const AnyLeaf& a, const AnyLeaf& b) {
            return a.assign == b.assign && a.deny == b.deny && a.member == b.member && is_same_path(a.path, b.path) &&
                   a.is_required == b.is_required && a.is_free == b.is_free && a.drops == b.drops;
        };
        return &format_ == &format && fresh_ == sink.fresh && keeps_dropped_ == description.keeps_dropped &&
               leaves_.size() == description.tree.leaves && is_same_path(path_, description.path) &&
               std::equal(leaves_.begin(), leaves_.end(), description.leaves.begin(), is_same);
    }

    /// With what a row begins: `{` and its first key; empty as long as no reply has shown it.
    const std::string& opening() const { return opening_; }
    void opening(std::string_view text) { opening_ = text.size() <= Layout::max_size ? text : std::string_view(); }

    /// Reads the row that `text` begins with; gives its size, or 0 where it has to be parsed.
    std::size_t read(std::string_view text, const Description& description, const RowSink& sink, Room& room) {
        for (auto each = layouts_.begin(); each != layouts_.end(); ++each) {
            const std::size_t size = each->layout->read(text, description, sink, room);
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
    void learn(const Lesson& lesson, const Description& description, const RowSink& sink) {
        for (Kept& each : layouts_) {
            if (each.layout->fits(lesson.row)) { return; }
        }
        for (Kept& each : layouts_) {
            if (auto wider = each.layout->widened(lesson.row, description, sink)) {
                each.layout = std::move(wider);
                return;
            }
        }
        if (layouts_.size() == max_layouts) {
            has_missed_ = true;
            return;
        }
        if (auto layout = Layout::of(lesson, format_, description, sink)) { layouts_.push_back({std::move(layout)}); }
    }
    /// A reply is read. Where all layouts were there before it and none was of use, the carrier writes another text
    /// now, which is learned anew.
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

    const RowFormat& format_;
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

    std::unique_ptr<Layouts> take(const Description& description, const RowSink& sink, const RowFormat& format) {
        const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                        [&](const auto& each) { return each->are_of(description, sink, format); });
        if (found == kept_.rend()) { return std::make_unique<Layouts>(description, sink, format); }
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

/// Layouts that are taken out for one reply.
class TakenLayouts {
public:
    TakenLayouts(const Description& description, const RowSink& sink, const RowFormat& format)
        : layouts_(KeptLayouts::here().take(description, sink, format)) {}
    TakenLayouts(const TakenLayouts&) = delete;
    TakenLayouts& operator=(const TakenLayouts&) = delete;
    ~TakenLayouts() { KeptLayouts::here().put_back(std::move(layouts_)); }

    Layouts& operator*() const { return *layouts_; }

private:
    std::unique_ptr<Layouts> layouts_;
};

}  // namespace tandem::wire::detail
