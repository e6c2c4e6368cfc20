// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/money.hpp>

#include <iostream>

int main() { std::cout << (tandem::Amount::parse("1.00").value() + tandem::Amount::parse("2.50").value()).str() << "\n"; }
