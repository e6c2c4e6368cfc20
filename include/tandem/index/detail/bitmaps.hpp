// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tandem::detail {

/// Ten thousand bits, from the beginning of a cache line on.
inline constexpr std::size_t words_of_lines = (10'000 + 63) / 64;

/// Memory for bitmaps. A search reads one line of one of thousands: on ordinary pages the processor would look for the
/// page longer than for the line, so a large stock lies on pages of 2 MB where the system has them. It shrinks with its
/// owner.
class Bitmaps {
public:
    /// One without any bit. Errors: `std::bad_alloc`.
    std::uint64_t* take() {
        if (free_.empty()) { grow(); }
        std::uint64_t* const taken = free_.back();
        free_.pop_back();
        std::fill_n(taken, words_of_lines, std::uint64_t{0});
        return taken;
    }
    void give_back(std::uint64_t* bitmap) noexcept { free_.push_back(bitmap); }  // there is room, since it was taken

private:
    static constexpr std::size_t line = 64;
    static constexpr std::size_t size = (words_of_lines * sizeof(std::uint64_t) + line - 1) / line * line;
    static constexpr std::size_t large_page = std::size_t{1} << 21U;

    struct Free {
        std::size_t bytes;
        void operator()(std::byte* memory) const {
#if defined(__linux__)
            if (bytes == large_page) { return void(::munmap(memory, bytes)); }
#endif
            std::free(memory);
        }
    };
    using Piece = std::unique_ptr<std::byte, Free>;

    static Piece make_piece(std::size_t bytes) {
        std::byte* memory = nullptr;
#if defined(__linux__)
        if (bytes == large_page) { memory = map_large_page(); }
#endif
        if (memory == nullptr) { memory = static_cast<std::byte*>(std::aligned_alloc(line, bytes)); }
        if (memory == nullptr) { throw std::bad_alloc(); }
        return Piece(memory, Free{bytes});
    }
#if defined(__linux__)
    /// What is mapped beside an aligned page goes back at once; an allocator would keep it.
    static std::byte* map_large_page() {
        void* const mapped =
            ::mmap(nullptr, 2 * large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) { throw std::bad_alloc(); }
        auto* const begin = static_cast<std::byte*>(mapped);
        const std::size_t before = (large_page - reinterpret_cast<std::uintptr_t>(begin) % large_page) % large_page;
        if (before > 0) { ::munmap(begin, before); }
        ::munmap(begin + before + large_page, large_page - before);
        (void)::madvise(begin + before, large_page, MADV_HUGEPAGE);
        return begin + before;
    }
#endif

    /// As much again as there is, up to a large page: a small stock takes little.
    void grow() {
        const std::size_t bytes = std::min(large_page, std::max<std::size_t>(16, made_) * size);
        pieces_.reserve(pieces_.size() + 1);
        free_.reserve(made_ + bytes / size);
        std::byte* const memory = pieces_.emplace_back(make_piece(bytes)).get();
        for (std::size_t each = bytes / size; each > 0; --each) {
            free_.push_back(reinterpret_cast<std::uint64_t*>(memory + (each - 1) * size));
        }
        made_ += bytes / size;
    }

    std::vector<Piece> pieces_;
    std::vector<std::uint64_t*> free_;
    std::size_t made_ = 0;
};

}  // namespace tandem::detail
