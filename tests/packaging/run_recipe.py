# SPDX-License-Identifier: BSL-1.0
"""run_recipe.py SOURCE_DIR WORK_DIR COMPONENTS: runs the Conan recipe as `conan create` would, with each choice of options."""

import importlib.util
import itertools
import json
import os
import sys
from types import SimpleNamespace

source, work, components = sys.argv[1], sys.argv[2], sys.argv[3].split(";")


def load(path):
    spec = importlib.util.spec_from_file_location("recipe", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


folder = os.path.join(source, "docs", "packaging", "conan")
recipe = load(os.path.join(folder, "conanfile.py")).TandemConan
load(os.path.join(folder, "test_package", "conanfile.py"))
with open(os.path.join(source, "docs", "packaging", "vcpkg", "ports", "tandem", "vcpkg.json")) as text:
    port = json.load(text)
assert sorted(recipe.options) == components, f"options {sorted(recipe.options)}, components {components}"
assert sorted(name for name, value in recipe.default_options.items() if value) == port["default-features"]
assert (recipe.name, recipe.description, recipe.license) == (port["name"], port["description"], port["license"])

settings = {"os": "Linux", "arch": "x86_64", "compiler": SimpleNamespace(cppstd="20"), "build_type": "Release"}


def create(options, settings=settings):
    conan = recipe(folder, options, settings)
    conan.layout()
    conan.requirements()
    conan.validate()
    conan.package_id()
    conan.package_info()
    return conan


for choice in itertools.product([True, False], repeat=len(components)):
    options = dict(zip(components, choice))
    conan = create(options)
    chosen = [name for name in components if options[name]]
    made = conan.cpp_info.components
    assert sorted(made) == sorted(chosen + ["tandem"]), made
    assert conan.info.cleared, "headers are the same for every compiler"
    used = set()
    for name, component in made.items():
        assert component.properties["cmake_target_name"] == f"tandem::{name}"
        assert not component.libdirs and not component.bindirs and component.includedirs == ["include"]
        used |= {each.split("::")[0] for each in component.requires if "::" in each}
        assert all(each in made for each in component.requires if "::" not in each)
        assert name == "tandem" or "tandem" in component.requires
    assert used == set(conan.required), f"linked: {used}, required: {set(conan.required)}"
    assert all(traits.get("transitive_headers") for traits in conan.required.values())

try:
    create(recipe.default_options, {**settings, "compiler": SimpleNamespace(cppstd="17")})
except RuntimeError:
    pass
else:
    raise AssertionError("C++17 is not refused")

# conan create: export, then package what was exported.
conan = create(recipe.default_options)
assert os.path.samefile(os.path.join(folder, conan.folders.root), source)
conan.export_sources_folder = conan.source_folder = os.path.join(work, "exported")
conan.package_folder = os.path.join(work, "package")
conan.export_sources()
conan.package()
headers = [os.path.join("include", each) for each in files(os.path.join(source, "include"))]
assert files(conan.export_sources_folder) == sorted(headers + ["LICENSE"])
assert files(conan.package_folder) == sorted(headers + [os.path.join("licenses", "LICENSE")])
