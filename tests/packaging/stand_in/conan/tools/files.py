# SPDX-License-Identifier: BSL-1.0
import fnmatch
import os
import shutil


def copy(conanfile, pattern, src, dst):
    """Copies the files below `src` whose path in it fits `pattern`, where `*` fits slashes too."""
    copied = []
    for folder, _, names in os.walk(src):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), src)
            if fnmatch.fnmatch(path, pattern):
                target = os.path.join(dst, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy2(os.path.join(src, path), target)
                copied.append(target)
    return copied
