// How the functions of the library become functions of lfreval.stats: those of single numbers also take arrays.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <pybind11/eval.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimate.hpp>
#include <lfreval/types/metric.hpp>

#include "fields.hpp"
#include "module.hpp"

namespace lfreval::python {

using count_array = py::array_t<std::uint64_t, py::array::c_style>;
using real_array = py::array_t<double, py::array::c_style>;

/// Whole numbers, or real ones, of one dimension; `argument` is how errors call them. Raises TypeError for other kinds.
[[nodiscard]] std::vector<std::uint64_t> counts_of(const py::object& given, const char* argument);
[[nodiscard]] std::vector<double> reals_of(const py::object& given, const char* argument);
/// Whole numbers that may be below 0.
[[nodiscard]] std::vector<std::int64_t> integers_of(const py::object& given, const char* argument);
/// Truth values, or 0 and 1; ValueError for other whole numbers.
[[nodiscard]] std::vector<std::uint32_t> truths_of(const py::object& given, const char* argument);
/// A table of numbers, row after row, and how many columns it has.
[[nodiscard]] std::vector<double> table_of(const py::object& given, const char* argument, std::size_t& columns);
/// ValueError unless two columns have one length.
void require_same_length(const char* arguments, std::size_t first, std::size_t second);
[[nodiscard]] std::vector<cluster_tally> tallies_of(const py::object& events, const py::object& exposure);
[[nodiscard]] std::uint64_t count_of(const py::handle& given, const char* argument);
[[nodiscard]] double real_of(const py::handle& given, const char* argument);
[[nodiscard]] sides sides_of(const std::string& written);
[[nodiscard]] metric_family family_of(const std::string& written);
[[nodiscard]] cluster_unit cluster_unit_of(const std::string& written);
[[nodiscard]] inline confidence level_of(double written) { return confidence::checked(written); }

/// A value, or the exception that says why there is none.
template <class T> T value_or_raise(estimable<T> made) {
  if (!made) raise_undefined(made.error());
  return std::move(*made);
}
template <class T> py::object answer(estimable<T> made) { return to_python(value_or_raise(std::move(made))); }
template <class T> py::object answer(const T& made) { return to_python(made); }

/// A function of single numbers, of which one may ask for one value or for those of whole columns.
class elementwise_function {
public:
  elementwise_function(std::string names_, std::vector<std::string> kinds_, bool level, bool side)
      : names(std::move(names_)), kinds(std::move(kinds_)), takes_confidence(level), takes_sides(side) {}
  virtual ~elementwise_function() = default;
  [[nodiscard]] virtual py::object one(const py::tuple& values, double level, const std::string& on) const = 0;
  /// (columns, undefined): names with values and masks, and for each row the reason why it has no value, or None.
  [[nodiscard]] virtual py::tuple many(const py::list& arrays, double level, const std::string& on) const = 0;

  std::string names; ///< "events, trials"
  std::vector<std::string> kinds;
  bool takes_confidence, takes_sides;
};

[[nodiscard]] py::tuple tell(std::vector<column>& columns, const std::vector<undefined>& reasons, const std::vector<std::uint32_t>& why);

template <class T> inline constexpr bool is_option = std::is_same_v<T, confidence> || std::is_same_v<T, sides>;

template <class R, class... Arguments> class elementwise final : public elementwise_function {
public:
  using function = R (*)(Arguments...);
  elementwise(std::string given, function does)
      : elementwise_function(std::move(given), kinds_of(), (std::is_same_v<Arguments, confidence> || ...), (std::is_same_v<Arguments, sides> || ...)),
        does_(does) {}

  [[nodiscard]] py::object one(const py::tuple& values, double level, const std::string& on) const override {
    [[maybe_unused]] const confidence at = level_of(level);
    [[maybe_unused]] const sides of = sides_of(on);
    [[maybe_unused]] std::size_t next = 0;
    const auto read = [&]<class T>(std::type_identity<T>) -> T {
      if constexpr (std::is_same_v<T, confidence>) return at;
      else if constexpr (std::is_same_v<T, sides>) return of;
      else {
        const std::size_t place = next++;
        if constexpr (std::is_same_v<T, double>) return real_of(values[place], name_at(place).c_str());
        else return static_cast<T>(count_of(values[place], name_at(place).c_str()));
      }
    };
    const std::tuple<Arguments...> given{read(std::type_identity<Arguments>{})...};
    return answer(std::apply(does_, given));
  }

  [[nodiscard]] py::tuple many(const py::list& arrays, double level, const std::string& on) const override {
    [[maybe_unused]] const confidence at = level_of(level);
    [[maybe_unused]] const sides of = sides_of(on);
    std::array<const void*, sizeof...(Arguments) + 1> data{};
    std::size_t rows = 0;
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      const auto a = py::cast<py::array>(arrays[i]);
      data[i] = a.data();
      rows = static_cast<std::size_t>(a.size());
    }
    into_columns out(rows);
    std::vector<undefined> reasons;
    std::vector<std::uint32_t> why(rows, 0);
    {
      const py::gil_scoped_release unlocked;
      out.lay_out();
      if constexpr (is_estimable<R>) put(out, typename R::value_type{});
      else put(out, R{});
      out.laid_out();
      for (std::size_t row = 0; row < rows; ++row) {
        [[maybe_unused]] std::size_t next = 0;
        const auto read = [&]<class T>(std::type_identity<T>) -> T {
          if constexpr (std::is_same_v<T, confidence>) return at;
          else if constexpr (std::is_same_v<T, sides>) return of;
          else if constexpr (std::is_same_v<T, double>) return static_cast<const double*>(data[next++])[row];
          else return static_cast<T>(static_cast<const std::uint64_t*>(data[next++])[row]);
        };
        const std::tuple<Arguments...> given{read(std::type_identity<Arguments>{})...};
        const R made = std::apply(does_, given);
        out.begin(row);
        if constexpr (is_estimable<R>) {
          if (made) put(out, *made);
          else why[row] = reason(reasons, made.error());
        } else put(out, made);
      }
    }
    return tell(out.columns(), reasons, why);
  }

private:
  template <class T> static void put(into_columns& out, const T& value) {
    if constexpr (std::is_arithmetic_v<T> || is_optional<T>) out("", value);
    else visit_fields(out, value);
  }
  /// Its number from 1; a reason is kept once however many rows have it.
  static std::uint32_t reason(std::vector<undefined>& known, const undefined& why) {
    for (std::size_t i = 0; i < known.size(); ++i)
      if (known[i] == why) return static_cast<std::uint32_t>(i + 1);
    known.push_back(why);
    return static_cast<std::uint32_t>(known.size());
  }
  static std::vector<std::string> kinds_of() {
    std::vector<std::string> out;
    ((is_option<Arguments> ? void() : out.push_back(std::is_same_v<Arguments, double> ? "real" : "count")), ...);
    return out;
  }
  [[nodiscard]] std::string name_at(std::size_t place) const {
    std::size_t begin = 0;
    for (; place > 0; --place) begin = names.find(", ", begin) + 2;
    return names.substr(begin, names.find(", ", begin) - begin);
  }

  function does_;
};

/// The functions of lfreval.stats, family by family.
class stats_registry {
public:
  /// `names` of the arguments that are numbers: "events, trials". Confidence and sides are keywords of their own.
  /// `left_out`: what the last arguments are if left out, as Python writes it: "a=0.5, b=0.5".
  template <class R, class... Arguments>
  void numbers(const char* family, const char* name, const char* names, R (*does)(Arguments...), const char* left_out = nullptr) {
    put(family, name, py::cast(std::static_pointer_cast<elementwise_function>(std::make_shared<elementwise<R, Arguments...>>(names, does))),
        left_out == nullptr ? py::object(py::none()) : py::eval("dict(" + std::string(left_out) + ")"));
  }
  /// A function of arrays, with its signature as Python writes it: "events, exposure, *, confidence=0.95".
  template <class Function> void arrays(const char* family, const char* name, const char* signature, Function&& does) {
    put(family, name, py::cpp_function(std::forward<Function>(does)), py::str(signature));
  }

  py::dict families;

private:
  void put(const char* family, const char* name, const py::object& does, const py::object& signature) {
    if (!families.contains(family)) families[family] = py::dict();
    families[family][name] = py::make_tuple(does, signature);
  }
};

void bind_rates(stats_registry&);
void bind_groups(stats_registry&);
void bind_series(stats_registry&);
void bind_identification(stats_registry&);
void bind_two_way(stats_registry&);
void bind_sequential(stats_registry&);
void bind_decisions(stats_registry&);
void bind_choices(stats_registry&);
void bind_sensitivity(stats_registry&);
void bind_verification(stats_registry&);
void bind_systems(stats_registry&);
void bind_thresholds(stats_registry&);
void bind_lists(stats_registry&);
void bind_comparisons(stats_registry&);

} // namespace lfreval::python
