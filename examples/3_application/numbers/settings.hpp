// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/configs/environment.hpp>
#include <tandem/configs/json_file.hpp>
#include <tandem/configs/layered.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace numbers {

/// The file that `--config` names, or nothing.
class OptionalFile {
public:
    explicit OptionalFile(const std::string& path) {
        if (!path.empty()) { file_.emplace(path); }
    }

    tandem::Result<tandem::JsonText> document(std::string_view category) const {
        return file_ ? file_->document(category) : tandem::JsonText();
    }

private:
    std::optional<tandem::configs::JsonFile> file_;
};
static_assert(tandem::Config<OptionalFile>);

/// What the environment states holds over the file.
using Settings = tandem::configs::Layered<tandem::configs::Environment, OptionalFile>;

}  // namespace numbers
