# SPDX-License-Identifier: BSL-1.0


class CMake:
    """Its use is the test package's; tests/packaging/check.sh builds that itself."""


def cmake_layout(conanfile):
    raise NotImplementedError
