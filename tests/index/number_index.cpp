// SPDX-License-Identifier: BSL-1.0
#include <tandem/index/number_index.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace tandem;

namespace {

E164 number(std::string_view text) { return E164::parse_or_empty(text); }

std::vector<E164> numbers(std::initializer_list<const char*> texts) {
    std::vector<E164> all;
    for (const char* each : texts) { all.push_back(number(each)); }
    return all;
}

/// The index beside a set that surely is right.
struct Twins {
    NumberIndex index{};
    std::set<E164> model{};

    void insert(E164 each) { BOOST_TEST(index.insert(each) == model.insert(each).second, each); }
    void erase(E164 each) { BOOST_TEST(index.erase(each) == (model.erase(each) == 1), each); }

    std::vector<E164> expected(E164 prefix, E164 after, std::size_t limit) const {
        std::vector<E164> found;
        for (auto next = model.upper_bound(after); next != model.end() && found.size() < limit; ++next) {
            if (next->starts_with(prefix)) { found.push_back(*next); }
            if (*next > prefix.last_under()) { break; }
        }
        return found;
    }
    std::vector<E164> first(E164 prefix, E164 after, std::size_t limit) const {
        std::vector<E164> found(limit);
        found.resize(index.first(prefix, after, found));
        return found;
    }
    void agree_on(E164 prefix, E164 after, std::size_t limit) const {
        BOOST_TEST_CONTEXT(limit << " under " << prefix << " behind " << after) {
            const auto found = first(prefix, after, limit), wanted = expected(prefix, after, limit);
            BOOST_TEST(found == wanted, boost::test_tools::per_element());
        }
    }
    void agree() const {
        BOOST_TEST(index.size() == model.size());
        const auto all = first({}, {}, model.size() + 1);
        BOOST_TEST((all == std::vector<E164>(model.begin(), model.end())));
        BOOST_TEST(index.count({}) == model.size());
    }
};

/// Numbers that crowd: few areas and exchanges, other countries, and neighbours of other lengths.
class Draw {
public:
    explicit Draw(unsigned seed) : random_(seed) {}

    E164 operator()() {
        static constexpr const char* heads[]{"+1415555", "+1415556", "+1416200", "+1999999", "+1000000",
                                             "+44207",   "+49",      "+1415",    "+2",       "+14155550"};
        const std::string_view head = heads[below(std::size(heads))];
        std::string text(head);
        const std::size_t length = below(8) == 0 ? head.size() + 1 + below(8) : 12;
        while (text.size() < std::max<std::size_t>(std::min<std::size_t>(length, 16), 4)) {
            text += static_cast<char>('0' + below(10));
        }
        return number(text);
    }
    std::size_t below(std::size_t end) { return random_() % end; }

private:
    std::mt19937 random_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(index_number_index)

BOOST_AUTO_TEST_CASE(of_those_who_take_a_number_one_is_told_so) {
    NumberIndex index;
    for (const E164 each : numbers({"+14155550100", "+442079460958", "+1415555010", "+141555501001", "+999"})) {
        BOOST_TEST(!index.contains(each));
        BOOST_TEST(!index.erase(each));
        BOOST_TEST(index.insert(each));
        BOOST_TEST(!index.insert(each));
        BOOST_TEST(index.contains(each));
        BOOST_TEST(index.erase(each));
        BOOST_TEST(!index.erase(each));
        BOOST_TEST(index.empty());
    }
}

BOOST_AUTO_TEST_CASE(numbers_stand_in_the_order_of_their_digits_whatever_their_length) {
    Twins twins;
    for (const E164 each : numbers({"+14155550100", "+1415", "+141555501", "+141555501000", "+14155550101",
                                    "+10000000000", "+19999999999", "+999", "+199999999999", "+100"})) {
        twins.insert(each);
    }
    twins.agree();
    for (const E164 prefix :
         numbers({"", "+1", "+14", "+1415", "+1415555", "+14155550100", "+141555501000", "+9", "+7"})) {
        for (const E164 after : twins.model) {
            for (const std::size_t limit : {0U, 1U, 3U, 20U}) { twins.agree_on(prefix, after, limit); }
        }
        const auto under = twins.expected(prefix, {}, 20);
        BOOST_TEST(twins.index.count(prefix) == under.size(), prefix);
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_no_number_is_a_place_all_the_same) {
    Twins twins;
    for (const E164 each : numbers({"+14155559999", "+14155560000", "+14159999999", "+14160000000", "+442079460958"})) {
        twins.insert(each);
    }
    for (const char* text : {"+1", "+14", "+1415555", "+1415", "+141599", "+4", "+14155559999"}) {
        for (const E164 after : {number(text), number(text).last_under(), E164::from_packed(~std::uint64_t{0})}) {
            twins.agree_on({}, after, 9);
            twins.agree_on(number("+1415"), after, 9);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_exchange_is_the_same_set_when_it_is_small_and_when_it_is_large) {
    Twins twins;
    std::vector<E164> all;
    for (int line = 0; line < 10'000; ++line) {
        all.push_back(number("+1415555" + std::to_string(10'000 + line).substr(1)));
    }
    std::shuffle(all.begin(), all.end(), std::mt19937(1));
    const auto look = [&](std::size_t done) {
        if (done % 97 != 0 && done > 300 && done < 9'700) { return; }
        twins.agree_on({}, {}, 10);
        twins.agree_on({}, all[done % all.size()], 10);
    };
    for (std::size_t done = 0; done < all.size(); ++done) { twins.insert(all[done]), look(done); }
    twins.agree();
    for (std::size_t done = 0; done < all.size(); ++done) { twins.erase(all[done]), look(done); }
    BOOST_TEST(twins.index.empty());
    twins.agree();
}

BOOST_AUTO_TEST_CASE(it_agrees_with_a_set_whatever_comes_and_goes) {
    for (const unsigned seed : {1U, 2U, 3U}) {
        Draw draw(seed);
        Twins twins;
        for (int done = 0; done < 40'000; ++done) {
            const bool grows = done / 8'000 % 2 == 0;
            const E164 each = draw();
            if (draw.below(4) == 0) {
                const auto next = twins.model.lower_bound(each);
                if (next != twins.model.end()) { twins.erase(E164(*next)); }
            } else if (grows) {
                twins.insert(each);
            } else {
                twins.erase(each);
            }
            if (done % 50 == 0) {
                const E164 prefix = draw().prefix(draw.below(12));
                twins.agree_on(prefix, draw(), draw.below(30));
                const auto under = twins.expected(prefix, {}, twins.model.size());
                BOOST_TEST(twins.index.count(prefix) == under.size(), prefix);
                BOOST_TEST(twins.index.contains(each) == twins.model.contains(each));
            }
        }
        twins.agree();
    }
}

BOOST_AUTO_TEST_CASE(pages_neither_skip_nor_repeat_while_numbers_come_and_go) {
    Draw draw(7);
    NumberIndex index;
    std::set<E164> throughout;
    while (throughout.size() < 2'000) {
        const E164 each = draw();
        throughout.insert(each);
        index.insert(each);
    }
    std::vector<E164> seen, page(7);
    E164 after;
    while (const std::size_t found = index.first({}, after, page)) {
        seen.insert(seen.end(), page.begin(), page.begin() + static_cast<std::ptrdiff_t>(found));
        after = page[found - 1];
        for (int i = 0; i < 20; ++i) {
            const E164 each = draw();
            if (!throughout.contains(each)) { draw.below(2) == 0 ? index.insert(each) : index.erase(each); }
        }
    }
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST((std::adjacent_find(seen.begin(), seen.end()) == seen.end()));
    BOOST_TEST(std::includes(seen.begin(), seen.end(), throughout.begin(), throughout.end()));
}

BOOST_AUTO_TEST_CASE(many_searches_at_once_find_what_each_alone_does) {
    Draw draw(8);
    Twins twins;
    for (int i = 0; i < 5'000; ++i) { twins.insert(draw()); }
    std::vector<std::vector<E164>> pages(100, std::vector<E164>(10));
    std::vector<NumberIndex::Search> searches;
    for (auto& page : pages) {
        searches.push_back(
            {.prefix = draw().prefix(draw.below(12)), .after = draw.below(2) == 0 ? draw() : E164(), .out = page});
    }
    searches[0] = {.prefix = number("+19999999999"), .after = number("+19999999999"), .out = pages[0]};
    twins.index.first_of_each(searches);
    for (std::size_t i = 0; i < searches.size(); ++i) {
        const auto wanted = twins.expected(searches[i].prefix, searches[i].after, 10);
        pages[i].resize(searches[i].found);
        BOOST_TEST(pages[i] == wanted, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_pattern_says_what_a_number_looks_like) {
    struct Case {
        const char* pattern;
        const char* number;
        bool fits;
    };
    const Case cases[]{
        {"", "+14155552255", false},
        {"*", "+14155552255", true},
        {"*2255", "+14155552255", true},
        {"*2255*", "+12255552200", true},
        {"*2255*", "+14152255000", true},
        {"*2255*", "+14155225500", true},
        {"*2255*", "+14155552250", false},
        {"14155552255", "+14155552255", true},
        {"+14155552255", "+14155552255", true},
        {"1415555225", "+14155552255", false},
        {"14155552255?", "+14155552255", false},
        {"1415???2255", "+14155552255", true},
        {"1415???2255", "+14155552256", false},
        {"*FLOWERS", "+18003569377", true},
        {"1800flowers", "+18003569377", true},
        {"*1*5*9*", "+14155552255", false},
        {"*1*5*2*5", "+14155552255", true},
        {"**22**55**", "+14155552255", true},
        {"44*", "+442079460958", true},
        {"44??????????", "+442079460958", true},
        {"???", "+999", true},
        {"????", "+999", false},
    };
    for (const auto& [pattern, text, fits] : cases) {
        BOOST_TEST_CONTEXT(pattern << " and " << text) {
            BOOST_TEST(NumberPattern::parse(pattern).value().fits(number(text)) == fits);
        }
    }
    BOOST_TEST(NumberPattern().fits(number("+14155552255")));
    for (const char* wrong : {"1 415", "1-415", "++1", "1+", "é", "12345678901234567890123456789012"}) {
        BOOST_TEST_CONTEXT(wrong) { BOOST_TEST((NumberPattern::parse(wrong).error().code == errc::invalid)); }
    }
    BOOST_TEST(NumberPattern::parse("*1234567890123456789012345678901*").has_value());
}

BOOST_AUTO_TEST_CASE(all_that_fit_a_pattern_are_found_page_by_page) {
    Draw draw(9);
    Twins twins;
    for (int i = 0; i < 20'000; ++i) { twins.insert(draw()); }
    for (const char* text : {"*", "*55*", "*555*", "1415*", "141555?*1", "*5??5", "*2255*", "44*7*", "*0", "19*9*9",
                             "7*", "", "14155550000", "1????????99", "?*?*?*?*?*?*?*?*?*?*5*"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto pattern = NumberPattern::parse(text).value();
            std::vector<E164> wanted, found, page(37);
            std::copy_if(twins.model.begin(), twins.model.end(), std::back_inserter(wanted),
                         [&](E164 each) { return pattern.fits(each); });
            E164 after;
            while (const std::size_t size = twins.index.match(pattern, after, page)) {
                found.insert(found.end(), page.begin(), page.begin() + static_cast<std::ptrdiff_t>(size));
                after = page[size - 1];
            }
            BOOST_TEST((found == wanted));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
