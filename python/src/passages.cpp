#include "passages.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include "scores.hpp"
#include "stats.hpp"

namespace lfreval::python {

using namespace identification;

namespace {

std::vector<std::uint64_t> persons_or_rows(const py::object& persons, std::size_t rows, const char* argument) {
  std::vector<std::uint64_t> out;
  if (persons.is_none())
    for (std::size_t i = 0; i < rows; ++i)
      out.push_back(i);
  else
    out = counts_of(persons, argument);
  if (out.size() != rows) throw std::invalid_argument(std::string(argument) + ": there is not one for each score");
  return out;
}

} // namespace

std::vector<std::optional<float>> scores_or_none(const py::object& given, const char* argument) {
  std::vector<std::optional<float>> out;
  for (const float s : scores_in(given, argument))
    out.push_back(s == -std::numeric_limits<float>::infinity() ? std::nullopt : std::optional<float>(s));
  return out;
}

score_steps steps_of(const py::object& given, const char* argument) {
  std::vector<float> with;
  std::uint64_t without = 0;
  for (const float s : scores_in(given, argument)) {
    if (s == -std::numeric_limits<float>::infinity())
      ++without;
    else
      with.push_back(s);
  }
  return score_steps::of(with, without);
}

std::vector<person_passage> passages_of(const py::object& scores, const py::object& persons, const char* argument,
                                        const char* codes) {
  const auto s = scores_or_none(scores, argument);
  const auto p = persons_or_rows(persons, s.size(), codes);
  std::vector<person_passage> out;
  for (std::size_t i = 0; i < s.size(); ++i)
    out.push_back({p[i], s[i]});
  return out;
}

std::vector<passage_of_two> pairs_of(const py::object& first, const py::object& second, const py::object& persons,
                                     const char* argument, const char* codes) {
  const auto a = scores_or_none(first, argument), b = scores_or_none(second, argument);
  if (a.size() != b.size())
    throw std::invalid_argument(std::string(argument) + ": the scores of the two systems are not of the same passages");
  const auto p = persons_or_rows(persons, a.size(), codes);
  std::vector<passage_of_two> out;
  for (std::size_t i = 0; i < a.size(); ++i)
    out.push_back({p[i], a[i], b[i]});
  return out;
}

} // namespace lfreval::python
