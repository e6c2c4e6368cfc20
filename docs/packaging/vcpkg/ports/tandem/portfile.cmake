# SPDX-License-Identifier: BSL-1.0
# An overlay port: it packs the sources that it lies in. In a registry vcpkg_from_github would name them.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release)  # headers alone: nothing differs in debug

# What a feature needs must be found, and what no feature needs must not be, wherever it comes from.
vcpkg_check_features(
    OUT_FEATURE_OPTIONS FEATURE_OPTIONS
    FEATURES
        https      CMAKE_REQUIRE_FIND_PACKAGE_OpenSSL
        postgres   CMAKE_REQUIRE_FIND_PACKAGE_PostgreSQL
        prometheus CMAKE_REQUIRE_FIND_PACKAGE_prometheus-cpp
        spdlog     CMAKE_REQUIRE_FIND_PACKAGE_spdlog
        sqlite     CMAKE_REQUIRE_FIND_PACKAGE_SQLite3
        xml        CMAKE_REQUIRE_FIND_PACKAGE_pugixml
    INVERTED_FEATURES
        https      CMAKE_DISABLE_FIND_PACKAGE_OpenSSL
        postgres   CMAKE_DISABLE_FIND_PACKAGE_PostgreSQL
        prometheus CMAKE_DISABLE_FIND_PACKAGE_prometheus-cpp
        spdlog     CMAKE_DISABLE_FIND_PACKAGE_spdlog
        sqlite     CMAKE_DISABLE_FIND_PACKAGE_SQLite3
        xml        CMAKE_DISABLE_FIND_PACKAGE_pugixml
)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        ${FEATURE_OPTIONS}
        -DTANDEM_TESTS=OFF
        -DTANDEM_EXAMPLES=OFF
        -DTANDEM_BENCHMARKS=OFF
        -DTANDEM_INSTALL=ON
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/tandem)

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/lib")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
