// The fields of the library's structs by name, read twice: into dictionaries for one result, into columns for arrays.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

// LFREVAL_FIELDS(type, a, b, c) lets visitors see a, b and c under their names. The usual recursion over arguments.
#define LFREVAL_PARENTHESES ()
#define LFREVAL_EXPAND(...) LFREVAL_EXPAND3(LFREVAL_EXPAND3(LFREVAL_EXPAND3(__VA_ARGS__)))
#define LFREVAL_EXPAND3(...) LFREVAL_EXPAND2(LFREVAL_EXPAND2(LFREVAL_EXPAND2(__VA_ARGS__)))
#define LFREVAL_EXPAND2(...) LFREVAL_EXPAND1(LFREVAL_EXPAND1(LFREVAL_EXPAND1(__VA_ARGS__)))
#define LFREVAL_EXPAND1(...) __VA_ARGS__
#define LFREVAL_EACH_FIELD(first, ...) visit(#first, of.first); __VA_OPT__(LFREVAL_NEXT_FIELD LFREVAL_PARENTHESES (__VA_ARGS__))
#define LFREVAL_NEXT_FIELD() LFREVAL_EACH_FIELD
#define LFREVAL_FIELDS(type, ...) \
  template <class Visit> void visit_fields(Visit& visit, const type& of) { LFREVAL_EXPAND(LFREVAL_EACH_FIELD(__VA_ARGS__)) }

namespace lfreval::python {

namespace py = pybind11;

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_estimable = false;
template <class T> inline constexpr bool is_estimable<estimable<T>> = true;
template <class T> inline constexpr bool is_text = std::is_convertible_v<T, std::string_view>;

/// A value of the library as Python has it: numbers, texts, None, dictionaries, lists, arrays.
template <class T> py::object to_python(const T& value);

/// The names of the flags with a space between, as tables write them. What it points to is kept for good.
[[nodiscard]] std::string_view names_of(const flag_set&);

struct into_dictionary {
  py::dict out;
  template <class T> void operator()(const char* name, const T& value) { out[name] = to_python(value); }
};

template <class T> py::object to_python(const T& value) {
  if constexpr (std::is_same_v<T, bool>) return py::bool_(value);
  else if constexpr (std::is_same_v<T, flag_set>) {
    py::list out;
    for (const flag f : value.list()) out.append(to_string(f));
    return out;
  } else if constexpr (std::is_same_v<T, confidence>) return py::float_(value.level());
  else if constexpr (std::is_floating_point_v<T>) return py::float_(static_cast<double>(value));
  else if constexpr (std::is_integral_v<T>) return py::int_(value);
  else if constexpr (std::is_enum_v<T>) return py::cast(std::string(to_string(value)));
  else if constexpr (is_text<T>) return py::cast(std::string(std::string_view(value)));
  else if constexpr (is_optional<T>) {
    if (!value) return py::none();
    return to_python(*value);
  } else if constexpr (is_estimable<T>) {
    if (value) return to_python(*value);
    py::dict out;
    out["undefined"] = to_string(value.error().reason);
    out["remedy"] = value.error().remedy;
    return out;
  } else if constexpr (is_vector<T>) {
    if constexpr (std::is_arithmetic_v<typename T::value_type> && !std::is_same_v<typename T::value_type, bool>)
      return py::array_t<typename T::value_type>(static_cast<py::ssize_t>(value.size()), value.data());
    else {
      py::list out;
      for (const auto& one : value) out.append(to_python(one));
      return out;
    }
  } else {
    into_dictionary fields;
    visit_fields(fields, value);
    return fields.out;
  }
}

// Overloads of visit_fields stand in this namespace, where visitors find them.
template <class Visit> void visit_fields(Visit& visit, const interval& of) {
  visit("lower", of.lower);
  visit("upper", of.upper);
  visit("confidence", of.level.level());
  visit("method", to_string(of.method));
  visit("sides", of.on == sides::two ? "two" : of.on == sides::lower ? "lower" : "upper");
}

/// One column of the results of an array; `absent` where an element has no value.
struct column {
  enum class kind { real, count, truth, text } of = kind::real;
  std::string name; ///< `limits.lower`
  std::vector<double> reals;
  std::vector<std::int64_t> counts;
  std::vector<std::string_view> texts;
  std::vector<std::uint8_t> absent;
};

/// Writes the fields of one row after another. The first call lays the columns out and writes nothing.
class into_columns {
public:
  explicit into_columns(std::size_t rows) : rows_(rows) {}

  void begin(std::size_t row) { row_ = row, next_ = 0; }
  void lay_out() { laying_ = true, next_ = 0; }
  void laid_out() { laying_ = false; }
  [[nodiscard]] std::vector<column>& columns() { return columns_; }

  template <class T> void operator()(const char* name, const T& value) {
    const std::size_t before = prefix_.size();
    prefix_ += prefix_.empty() ? name : std::string(".") + name;
    put(value);
    prefix_.resize(before);
  }

  template <class T> void put(const T& value) {
    if constexpr (std::is_floating_point_v<T>) { if (column* c = at(column::kind::real)) c->reals[row_] = value, c->absent[row_] = 0; }
    else if constexpr (std::is_same_v<T, bool>) { if (column* c = at(column::kind::truth)) c->counts[row_] = value, c->absent[row_] = 0; }
    else if constexpr (std::is_integral_v<T>) { if (column* c = at(column::kind::count)) c->counts[row_] = static_cast<std::int64_t>(value), c->absent[row_] = 0; }
    else if constexpr (std::is_enum_v<T>) put(to_string(value));
    else if constexpr (std::is_same_v<T, flag_set>) put(names_of(value));
    else if constexpr (is_text<T>) { if (column* c = at(column::kind::text)) c->texts[row_] = std::string_view(value), c->absent[row_] = 0; }
    else if constexpr (is_optional<T>) {
      if (value || laying_) put(value ? *value : typename T::value_type{});
      else ++next_;
    } else visit_fields(*this, value);
  }

private:
  column* at(column::kind kind) {
    if (!laying_) return &columns_[next_++];
    column made{.of = kind, .name = prefix_, .reals = {}, .counts = {}, .texts = {}, .absent = std::vector<std::uint8_t>(rows_, 1)};
    if (kind == column::kind::real) made.reals.resize(rows_, std::nan(""));
    else if (kind == column::kind::text) made.texts.resize(rows_);
    else made.counts.resize(rows_);
    columns_.push_back(std::move(made));
    return nullptr;
  }

  std::size_t rows_, row_ = 0, next_ = 0;
  bool laying_ = false;
  std::string prefix_;
  std::vector<column> columns_;
};

} // namespace lfreval::python
