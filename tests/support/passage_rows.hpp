/// @file
/// Passage tables written row by row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/passages.hpp>

#include "random.hpp"

namespace lfreval::test {

/// One passage; what is absent was not returned.
struct passage {
  std::string person;
  mated_status mated = mated_status::no;
  bool acquired = true;
  std::string top_person = "";
  std::optional<float> top = {}, second = {}, mate = {};
  std::uint32_t rank = 0;
  std::string deployment = "D1", camera = "C1", sex = "f";
};

inline text_column column_of(const std::vector<std::string>& cells) {
  text_column out;
  for (const std::string& cell : cells)
    if (!cell.empty()) out.texts.push_back(cell);
  std::sort(out.texts.begin(), out.texts.end());
  out.texts.erase(std::unique(out.texts.begin(), out.texts.end()), out.texts.end());
  for (const std::string& cell : cells)
    out.codes.push_back(cell.empty() ? no_code
                                     : static_cast<std::uint32_t>(std::lower_bound(out.texts.begin(), out.texts.end(), cell) - out.texts.begin()));
  return out;
}

inline passage_table table_of(const std::vector<passage>& rows) {
  passage_table out;
  out.system = "S";
  std::vector<std::string> person, top_person, deployment, camera, sex;
  for (const passage& p : rows) {
    person.push_back(p.person);
    top_person.push_back(p.top_person);
    deployment.push_back(p.deployment);
    camera.push_back(p.camera);
    sex.push_back(p.sex);
    out.mated.push_back(p.mated);
    out.acquired.push_back(p.acquired ? 1 : 0);
    out.top_score.push_back(p.top.value_or(no_score));
    out.second_score.push_back(p.second.value_or(no_score));
    out.mate_score.push_back(p.mate.value_or(no_score));
    out.mate_rank.push_back(p.rank);
  }
  out.person = column_of(person);
  out.top_person = column_of(top_person);
  out.deployment = column_of(deployment);
  out.camera = column_of(camera);
  out.groups["sex"] = column_of(sex);
  return out;
}

/// Some passages of some people, scores in hundredths so that they tie with each other and with thresholds.
inline std::vector<passage> some_passages(random& from, std::size_t n) {
  std::vector<passage> out;
  for (std::size_t i = 0; i < n; ++i) {
    passage p;
    p.person = "p" + std::to_string(from.below(n / 4 + 2));
    p.mated = static_cast<mated_status>(from.below(3));
    p.deployment = "D" + std::to_string(from.below(3));
    p.camera = from.below(9) == 0 ? "" : "C" + std::to_string(from.below(2));
    p.sex = from.below(6) == 0 ? "" : from.below(2) == 0 ? "f" : "m";
    p.acquired = from.below(8) != 0;
    if (p.acquired && from.below(5) != 0) {
      const auto hundredths = [&](std::uint64_t most) { return static_cast<float>(from.below(most + 1)) / 100.0F; };
      std::vector<float> others;
      for (std::uint64_t k = from.below(4); k > 0; --k) others.push_back(hundredths(99));
      std::sort(others.rbegin(), others.rend());
      if (p.mated == mated_status::yes && from.below(4) != 0) {
        p.mate = hundredths(99);
        const auto place = std::lower_bound(others.begin(), others.end(), *p.mate, std::greater<>());
        p.rank = static_cast<std::uint32_t>(place - others.begin()) + 1;
        others.insert(place, *p.mate);
      }
      if (!others.empty()) {
        p.top = others[0];
        p.top_person = p.rank == 1 ? p.person : "w" + std::to_string(from.below(5));
      }
      if (others.size() > 1) p.second = others[1];
    }
    out.push_back(p);
  }
  return out;
}

} // namespace lfreval::test
