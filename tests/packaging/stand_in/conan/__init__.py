# SPDX-License-Identifier: BSL-1.0
"""As much of Conan 2 as Tandem's recipe uses, so that it can be run without Conan. An attribute or a function that is not
here is an error."""

from types import SimpleNamespace


class Options:
    def __init__(self, values):
        self.__dict__.update(values)

    def get_safe(self, name, default=None):
        return self.__dict__.get(name, default)


class CppInfo:
    def __init__(self):
        self.properties = {}
        self.requires, self.system_libs = [], []
        self.includedirs, self.libdirs, self.bindirs = ["include"], ["lib"], ["bin"]

    def set_property(self, name, value):
        self.properties[name] = value


class Components(dict):
    def __missing__(self, name):
        self[name] = CppInfo()
        return self[name]


class Info:
    def __init__(self):
        self.cleared = False

    def clear(self):
        self.cleared = True


class ConanFile:
    def __init__(self, recipe_folder, options, settings):
        assert set(options) == set(self.options), "an option is missing or unknown"
        for name, value in options.items():
            assert value in self.options[name]
        self.options = Options(options)
        self.settings = SimpleNamespace(**{name: settings[name] for name in self.settings})
        self.recipe_folder = recipe_folder
        self.folders = SimpleNamespace(root=None, source="", build="")
        self.cpp_info = CppInfo()
        self.cpp_info.components = Components()
        self.info = Info()
        self.required = {}

    def requires(self, reference, **traits):
        name, version = reference.split("/")
        assert name not in self.required and version
        self.required[name] = traits
