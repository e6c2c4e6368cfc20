// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/transports/detail/har.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

/// A HAR document on disk that is whole after every call: an entry is written over the closing brackets, and they
/// behind it, at the cost of that entry alone. Each entry is one line, so that of a file which a dying machine cut, all
/// but the last line are whole. Nobody but its owner may read it.
/// Errors: `unspecified`, thrown, with the system's words; the document is whole then too.
class HarFile {
public:
    /// Errors: `settings`, thrown, when the file is there already or cannot be made.
    explicit HarFile(const std::string& path)
        : HarFile(path, ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
    HarFile(HarFile&& other) noexcept
        : path_(std::move(other.path_)),
          file_(std::exchange(other.file_, -1)),
          end_(other.end_),
          is_empty_(other.is_empty_) {}
    HarFile& operator=(HarFile&& other) noexcept {
        std::swap(path_, other.path_);
        std::swap(file_, other.file_);
        std::swap(end_, other.end_);
        std::swap(is_empty_, other.is_empty_);
        return *this;
    }
    ~HarFile() {
        if (file_ >= 0) { ::close(file_); }
    }

    void append(std::string_view entry) {
        std::string text(is_empty_ ? "\n" : ",\n");
        text.append(entry).append(closing);
        if (end_ + text.size() > max_har_size) {
            errors::raise(errc::unspecified,
                          "the recording would have more than " + std::to_string(max_har_size) + " bytes");
        }
        try {
            write(end_, text);
        } catch (const Exception&) {
            write(end_, closing);  // over what was there before, so that a full disk takes it
            if (::ftruncate(file_, static_cast<off_t>(end_ + closing.size())) != 0) { fail(); }
            throw;
        }
        end_ += text.size() - closing.size();
        is_empty_ = false;
    }

    /// Replaces every entry by `rewrite(entry)`; who reads the file meanwhile sees all old ones or all new ones.
    /// Entries that cannot be replaced are removed: they hold what may not stay.
    template <class Rewrite>
    void rewrite(Rewrite rewrite) {
        if (is_empty_) { return; }
        std::string name = path_ + ".XXXXXX";
        try {
            HarFile other(name, ::mkostemp(name.data(), O_CLOEXEC));  // for its owner alone
            const std::vector<HarEntry> entries = read_har(content()).value();
            for (const HarEntry& entry : entries) { other.append(rewrite(entry)); }
            other.sync();
            if (std::rename(name.c_str(), path_.c_str()) != 0) { fail(); }
            other.path_ = path_;
            *this = std::move(other);
        } catch (...) {
            ::unlink(name.c_str());
            start();
            throw;
        }
    }

    /// What was written outlives the machine's end from here on.
    void sync() const {
        if (::fsync(file_) != 0) { fail(); }
    }

private:
    static constexpr std::string_view opening =
        R"({"log":{"version":"1.2","creator":{"name":"tandem","version":"0.1"},"entries":[)";
    static constexpr std::string_view closing = "\n]}}\n";

    HarFile(std::string path, int file) : path_(std::move(path)), file_(file) {
        if (file_ < 0) {
            const bool is_there = errno == EEXIST;
            errors::raise(errc::settings,
                          "the recording " + path_ + (is_there ? " is there already" : " cannot be made"),
                          is_there ? "" : std::generic_category().message(errno));
        }
        start();
    }

    /// Without entries.
    void start() {
        end_ = opening.size();
        is_empty_ = true;
        write(0, std::string(opening).append(closing));
        if (::ftruncate(file_, static_cast<off_t>(end_ + closing.size())) != 0) { fail(); }
    }

    [[noreturn]] void fail() const {
        const int error = errno;
        errors::raise(errc::unspecified, "the recording " + path_ + " cannot be written",
                      std::generic_category().message(error));
    }

    void write(std::size_t at, std::string_view text) const {
        while (!text.empty()) {
            const auto written = ::pwrite(file_, text.data(), text.size(), static_cast<off_t>(at));
            if (written < 0 && errno == EINTR) { continue; }
            if (written <= 0) { fail(); }
            at += static_cast<std::size_t>(written);
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    std::string content() const {
        std::string text(end_ + closing.size(), '\0');
        for (std::size_t at = 0; at < text.size();) {
            const auto got = ::pread(file_, text.data() + at, text.size() - at, static_cast<off_t>(at));
            if (got < 0 && errno == EINTR) { continue; }
            if (got <= 0) { fail(); }
            at += static_cast<std::size_t>(got);
        }
        return text;
    }

    std::string path_;
    int file_;
    std::size_t end_ = 0;  // where the closing brackets stand
    bool is_empty_ = true;
};

}  // namespace tandem::transports::detail
