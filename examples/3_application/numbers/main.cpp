// SPDX-License-Identifier: BSL-1.0
#include "policies.hpp"
#include "program.hpp"

int main(int argc, char** argv) { return numbers::run<numbers::Policies>(argc, argv); }
