/// @file
/// Face templates: vectors of numbers that a model made of images, compared by their inner product.
#pragma once

#include <cstddef>
#include <lfreval/log/ledger.hpp>
#include <lfreval/types/error.hpp>
#include <span>
#include <string>
#include <vector>

namespace lfreval {

/// A longer template, or one of greater length in space, is refused: with these no product can overflow.
inline constexpr std::size_t longest_template = 65'536;
inline constexpr double largest_template_norm = 1e18;

/// Templates of one dimension, one after the other. Templates are biometric data: keep them in memory unless there is a
/// reason to write them.
class template_set {
public:
  /// Throws `std::invalid_argument` for a dimension of 0 or above `longest_template`.
  explicit template_set(std::size_t dimension);
  /// Row by row. Throws as `add`, and when the numbers do not make whole templates.
  template_set(std::size_t dimension, std::vector<float> values);

  /// Throws `std::invalid_argument` for another dimension, a number that is not finite, a norm above
  /// `largest_template_norm`; then nothing was added.
  void add(std::span<const float> one);

  [[nodiscard]] std::size_t size() const noexcept { return norms_.size(); }
  [[nodiscard]] std::size_t dimension() const noexcept { return dimension_; }
  [[nodiscard]] std::span<const float> values() const noexcept { return values_; }
  [[nodiscard]] std::span<const float> operator[](std::size_t i) const { return std::span(values_).subspan(i * dimension_, dimension_); }
  /// Never below the Euclidean norm of a template, and above it by less than one part in 10^9.
  [[nodiscard]] std::span<const double> norms() const noexcept { return norms_; }

  /// Each template divided by its norm, so that inner products are cosines. Throws `std::invalid_argument` for a template
  /// of zeros, which has no direction.
  [[nodiscard]] template_set unit() const;

  friend bool operator==(const template_set&, const template_set&) = default;

private:
  std::size_t dimension_;
  std::vector<float> values_;
  std::vector<double> norms_;
};

/// Templates of a file that says whose they are.
struct named_templates {
  std::vector<std::string> ids;
  template_set templates;
};

/// A NumPy array file of two dimensions, float32, little-endian, in C order: a row is a template.
/// Errors: those of `read_file`; `malformed_matrix` for what is not such a file or has more or fewer bytes than its shape;
/// `unsupported` for another element type or order; `not_allowed` for a shape or a number that a template may not have.
[[nodiscard]] result<template_set> read_npy(const std::string& path);

/// The bytes of such a file. `numpy.load` reads it.
[[nodiscard]] std::string to_npy(const template_set&);

/// A CSV table whose first column is the identifier and whose other columns are the numbers. Rows with an empty or repeated
/// identifier, or a cell that is not a finite number, go to `refused` under `source`.
/// Errors: those of `read_file`, `check_text` and `parse_csv`; `missing_value` for a table without a column of numbers.
[[nodiscard]] result<named_templates> read_template_csv(const std::string& path, ledger& refused, const std::string& source);

} // namespace lfreval
