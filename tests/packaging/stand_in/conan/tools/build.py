# SPDX-License-Identifier: BSL-1.0


def check_min_cppstd(conanfile, cppstd):
    if int(conanfile.settings.compiler.cppstd) < cppstd:
        raise RuntimeError(f"it needs C++{cppstd}")


def can_run(conanfile):
    return True
