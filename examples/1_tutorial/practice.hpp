// SPDX-License-Identifier: BSL-1.0
// What the tutorial's steps share: carriers to practise with, and a way to say what has to hold.
#pragma once

#include <tandem/configs/in_code.hpp>
#include <tandem/core/json.hpp>
#include <tandem/testing/sandbox/other.hpp>
#include <tandem/testing/sandbox/sandbox.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>

#include <stdexcept>
#include <string>

namespace practice {

/// Small carriers of telephone numbers on ports of 127.0.0.1. They speak HTTP as the real ones do and cost nothing.
using Carriers = tandem::testing::sandbox::SandboxThread<
    tandem::testing::sandbox::SiteList<tandem::testing::sandbox::Other, tandem::testing::sandbox::Telnyx>>;

/// The settings that lead to them. Programs of your own read theirs from a file: `tandem::configs::JsonFile`.
inline tandem::configs::InCode settings_for(Carriers& carriers) {
    tandem::configs::InCode settings;
    for (const auto& [category, document] : carriers.sandbox.config()) {
        settings.set(category, tandem::to_json_text(document.at("default").as_object()));
    }
    return settings;
}

/// Each step is a test too: it fails when what it says of itself is not so.
inline void expect(bool holds, const std::string& what) {
    if (!holds) { throw std::logic_error("this does not hold: " + what); }
}

}  // namespace practice
