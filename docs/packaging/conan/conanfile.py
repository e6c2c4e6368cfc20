# SPDX-License-Identifier: BSL-1.0
"""Packs the sources that it lies in: `conan create docs/packaging/conan`."""

import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy

required_conan_version = ">=2.0"


class TandemConan(ConanFile):
    name = "tandem"
    version = "0.1.0"
    description = "Telephone numbers from any carrier, bought exactly once"
    license = "BSL-1.0"
    topics = ("telephony", "did", "carriers", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {name: [True, False] for name in ("https", "sqlite", "postgres", "xml", "spdlog", "prometheus")}
    default_options = {
        "https": True,
        "sqlite": True,
        "postgres": False,
        "xml": True,
        "spdlog": False,
        "prometheus": False,
    }
    no_copy_source = True

    # What each option requires, and the component of it that tandem::NAME links.
    _needs = {
        "https": ("openssl/[>=3 <4]", "openssl::ssl"),
        "sqlite": ("sqlite3/[>=3.24]", "sqlite3::sqlite3"),
        "postgres": ("libpq/[>=14]", "libpq::pq"),
        "xml": ("pugixml/[>=1.11]", "pugixml::pugixml"),
        "spdlog": ("spdlog/[>=1.10]", "spdlog::spdlog"),
        "prometheus": ("prometheus-cpp/[>=1.0]", "prometheus-cpp::prometheus-cpp-core"),
    }

    @property
    def _chosen(self):
        return [name for name in self._needs if self.options.get_safe(name)]

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..", "..")
        copy(self, "LICENSE", root, self.export_sources_folder)
        copy(self, "include/*.hpp", root, self.export_sources_folder)

    def layout(self):
        self.folders.root = os.path.join("..", "..", "..")
        self.folders.source = "."

    def requirements(self):
        # transitive_headers: Tandem's headers include theirs.
        self.requires("boost/[>=1.81]", transitive_headers=True)
        for name in self._chosen:
            self.requires(self._needs[name][0], transitive_headers=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "tandem")
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        library = self.cpp_info.components["tandem"]
        library.set_property("cmake_target_name", "tandem::tandem")
        library.requires = ["boost::headers", "boost::json", "boost::url"]
        if self.settings.os in ("Linux", "FreeBSD"):
            library.system_libs = ["pthread"]
        for name in self._chosen:
            component = self.cpp_info.components[name]
            component.set_property("cmake_target_name", f"tandem::{name}")
            component.requires = ["tandem", self._needs[name][1]]
        for component in self.cpp_info.components.values():
            component.bindirs = []
            component.libdirs = []
