#include <lfreval/types/flag.hpp>

#include <doctest/doctest.h>
#include <set>

using namespace lfreval;

TEST_CASE("every flag has a name in capitals and a sentence") {
  std::set<std::string_view> names, sentences;
  for (unsigned i = 0; i < flag_count; ++i) {
    const auto f = static_cast<flag>(i);
    CHECK(names.insert(to_string(f)).second);
    CHECK(sentences.insert(meaning_of(f)).second);
    CHECK_FALSE(meaning_of(f).empty());
    CHECK(to_string(f).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos);
  }
}

TEST_CASE("names belong to their flags") {
  CHECK(to_string(flag::one_cluster) == "ONE_CLUSTER");
  CHECK(to_string(flag::assumes_independence) == "ASSUMES_INDEPENDENCE");
  CHECK(to_string(flag::few_events) == "FEW_EVENTS");
  CHECK(to_string(flag::no_events) == "NO_EVENTS");
  CHECK(to_string(flag::denominator_as_published) == "DENOMINATOR_AS_PUBLISHED");
  CHECK(to_string(flag::denominator_estimated) == "DENOMINATOR_ESTIMATED");
  CHECK(to_string(flag::mixed_conditions) == "MIXED_CONDITIONS");
  CHECK(to_string(flag::rows_do_not_add_up) == "ROWS_DO_NOT_ADD_UP");
  CHECK(to_string(flag::unresolved_labels) == "UNRESOLVED_LABELS");
  CHECK(to_string(flag::one_sided) == "ONE_SIDED");
}

TEST_CASE("a set lists its flags once and in order of declaration") {
  flag_set set{flag::one_sided, flag::one_cluster, flag::no_events, flag::one_cluster};
  CHECK(set.list() == std::vector{flag::one_cluster, flag::no_events, flag::one_sided});
  CHECK(set.has(flag::no_events));
  CHECK_FALSE(set.has(flag::few_events));
  CHECK_FALSE(set.empty());
  CHECK(flag_set{}.empty());
  CHECK(flag_set{}.list().empty());
}

TEST_CASE("sets join without losing a flag") {
  flag_set a{flag::one_cluster}, b{flag::one_sided};
  a |= b;
  CHECK(a == flag_set{flag::one_sided, flag::one_cluster});
  a |= flag::few_events;
  CHECK(a.list().size() == 3);
  CHECK(b == flag_set{flag::one_sided});
  flag_set all;
  for (unsigned i = 0; i < flag_count; ++i) all |= static_cast<flag>(i);
  CHECK(all.list().size() == flag_count);
}
