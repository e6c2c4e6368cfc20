// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/configs/environment.hpp>
#include <tandem/configs/json_file.hpp>
#include <tandem/configs/layered.hpp>
#include <tandem/core/carrier_info.hpp>
#include <tandem/core/settings.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace numbers {

/// The file that `--config` names, or nothing.
class OptionalFile {
public:
    explicit OptionalFile(const std::string& path) {
        if (!path.empty()) { file_.emplace(path); }
    }

    /// The documents that it holds, ours and others.
    std::vector<std::string> categories() const { return file_ ? file_->categories() : std::vector<std::string>(); }
    tandem::Result<tandem::JsonText> document(std::string_view category) const {
        return file_ ? file_->document(category) : tandem::JsonText();
    }

private:
    std::optional<tandem::configs::JsonFile> file_;
};
static_assert(tandem::Config<OptionalFile>);

/// The name of our document that `category` is but for one letter; empty where it is ours, and where it is nobody's
/// slip.
inline std::string meant_by(std::string_view category, std::span<const tandem::CarrierInfo* const> carriers) {
    const std::string general = "number_manager", prefix = general + ".", kazoos = prefix + "knm_";
    if (category == general || category.size() > 64) { return {}; }
    std::string meant = tandem::detail::edit_distance(category, general) == 1 ? general : "";
    std::string written(category);
    if (written.starts_with(kazoos)) { written = prefix + written.substr(kazoos.size()); }
    for (const tandem::CarrierInfo* carrier : carriers) {
        const std::string document = prefix + std::string(carrier->name);
        if (written.starts_with(prefix) && carrier->answers_to(written.substr(prefix.size()))) { return {}; }
        if (tandem::detail::edit_distance(written, document) == 1) { meant = document; }
    }
    return meant;
}

/// Kazoo keeps documents of its other parts beside ours, so that one which nobody reads is no error by itself.
/// Errors: `settings`, thrown, for one whose name is that of ours but for a slip.
inline void refuse_misspelt(const std::vector<std::string>& categories,
                            std::span<const tandem::CarrierInfo* const> carriers) {
    for (const std::string& category : categories) {
        const std::string meant = meant_by(category, carriers);
        if (meant.empty()) { continue; }
        tandem::errors::raise(
            tandem::errc::settings,
            tandem::readable_text(category) + " is a document that nobody reads; did you mean " + meant + "?");
    }
}

/// What the environment states holds over the file.
using Settings = tandem::configs::Layered<tandem::configs::Environment, OptionalFile>;

/// Errors: `settings`, thrown, for a document whose name is misspelt.
inline Settings open_settings(const std::string& path, std::span<const tandem::CarrierInfo* const> carriers) {
    tandem::configs::Environment environment;
    OptionalFile file(path);
    refuse_misspelt(environment.categories(), carriers);
    refuse_misspelt(file.categories(), carriers);
    return Settings(std::move(environment), std::move(file));
}

}  // namespace numbers
