#include <lfreval/log/templates.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/log/csv.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

constexpr std::string_view npy_magic = "\x93NUMPY";
constexpr std::string_view wanted = "a NumPy array file (.npy) of two dimensions, float32 little-endian (`<f4`), C order";

static_assert(std::endian::native == std::endian::little, "templates are read as they lie in the file");

[[noreturn]] void wrong(const char* what) { throw std::invalid_argument(std::string("template_set: ") + what); }

/// The sum of squares of 2^16 numbers in double is off by less than one part in 2^36; the factor more than makes up for it.
double norm_above(std::span<const float> one) {
  double sum = 0;
  for (const float value : one) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum) * (1 + 1e-10);
}

/// What follows `'key':` in the header of an array file, up to the comma or bracket that ends it.
std::string_view header_value(std::string_view header, std::string_view key) {
  const std::size_t at = header.find("'" + std::string(key) + "':");
  if (at == std::string_view::npos) return {};
  std::string_view rest = header.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::size_t end = rest.starts_with('(') ? rest.find(')') + 1 : rest.find_first_of(",}");
  return rest.substr(0, end);
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> shape_of(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (!text.starts_with('(') || !text.ends_with(')') || comma == std::string_view::npos) return std::nullopt;
  std::string_view rows = text.substr(1, comma - 1), columns = text.substr(comma + 1, text.size() - comma - 2);
  while (columns.starts_with(' ')) columns.remove_prefix(1);
  const auto n = parse_count(rows), d = parse_count(columns);
  if (!n || !d) return std::nullopt;
  return std::pair(*n, *d);
}

error fault(const std::string& file, error_code code, std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = file;
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

} // namespace

template_set::template_set(std::size_t dimension) : dimension_(dimension) {
  if (dimension == 0 || dimension > longest_template) wrong("a dimension is from 1 to 65,536");
}

template_set::template_set(std::size_t dimension, std::vector<float> values) : template_set(dimension) {
  if (values.size() % dimension != 0) wrong("the numbers do not make whole templates");
  values_ = std::move(values);
  norms_.reserve(values_.size() / dimension);
  for (std::size_t at = 0; at < values_.size(); at += dimension) {
    const double norm = norm_above(std::span(values_).subspan(at, dimension));
    // Not finite when one of its numbers is not.
    if (!(norm <= largest_template_norm)) wrong("a template holds a number that is not finite, or is too long");
    norms_.push_back(norm);
  }
}

void template_set::add(std::span<const float> one) {
  if (one.size() != dimension_) wrong("a template is of another dimension");
  const double norm = norm_above(one);
  if (!(norm <= largest_template_norm)) wrong("a template holds a number that is not finite, or is too long");
  values_.insert(values_.end(), one.begin(), one.end());
  norms_.push_back(norm);
}

template_set template_set::unit() const {
  std::vector<float> out(values_.size());
  for (std::size_t i = 0; i < size(); ++i) {
    double sum = 0;
    for (const float value : (*this)[i]) sum += static_cast<double>(value) * static_cast<double>(value);
    if (sum == 0) wrong("a template of zeros has no direction");
    const double length = std::sqrt(sum);
    for (std::size_t k = 0; k < dimension_; ++k)
      out[i * dimension_ + k] = static_cast<float>(static_cast<double>(values_[i * dimension_ + k]) / length);
  }
  return {dimension_, std::move(out)};
}

result<template_set> read_npy(const std::string& path) {
  const auto file = read_file(path);
  if (!file) return refuse(file.error());
  const std::string_view bytes = file->bytes;
  const auto not_one = [&](std::string what) { return refuse(fault(path, error_code::malformed_matrix, std::move(what), std::string(wanted))); };
  if (!bytes.starts_with(npy_magic) || bytes.size() < 12) return not_one("another beginning than that of an array file");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) return not_one("version " + std::to_string(version));
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8U | byte(8 + i);
  const std::size_t begin = 8 + length_bytes;
  if (length > bytes.size() - begin) return not_one("a header that is cut short");
  const std::string_view header = bytes.substr(begin, length), numbers = bytes.substr(begin + length);

  const std::string_view type = header_value(header, "descr"), order = header_value(header, "fortran_order");
  if (type != "'<f4'") return refuse(fault(path, error_code::unsupported, "element type " + std::string(type), std::string(wanted)));
  if (order != "False") return refuse(fault(path, error_code::unsupported, "Fortran order", std::string(wanted)));
  const auto shape = shape_of(header_value(header, "shape"));
  if (!shape) return refuse(fault(path, error_code::unsupported, "shape " + std::string(header_value(header, "shape")), std::string(wanted)));
  const auto [rows, columns] = *shape;
  if (columns == 0 || columns > longest_template)
    return refuse(fault(path, error_code::not_allowed, std::to_string(columns) + " numbers in a template", "1 to " + std::to_string(longest_template)));
  // Divides, because rows times columns may not fit.
  if (numbers.size() % (4 * columns) != 0 || numbers.size() / (4 * columns) != rows)
    return not_one(std::to_string(numbers.size()) + " bytes of numbers for shape " + std::string(header_value(header, "shape")));
  std::vector<float> values(numbers.size() / 4);
  if (!values.empty()) std::memcpy(values.data(), numbers.data(), numbers.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]) || std::abs(static_cast<double>(values[i])) > largest_template_norm / 256)
      return refuse(fault(path, error_code::not_allowed, "row " + std::to_string(i / columns) + " of the array", "finite numbers up to 3.9e15"));
  return template_set(columns, std::move(values));
}

std::string to_npy(const template_set& from) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(from.size()) + ", " + std::to_string(from.dimension()) + "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' '; // numbers start at a multiple of 64 bytes
  header += '\n';
  std::string out(npy_magic);
  out += '\1';
  out += '\0';
  out += static_cast<char>(header.size() & 0xffU);
  out += static_cast<char>(header.size() >> 8U);
  out += header;
  const std::size_t begin = out.size();
  out.resize(begin + from.values().size_bytes());
  if (!from.values().empty()) std::memcpy(out.data() + begin, from.values().data(), from.values().size_bytes());
  return out;
}

result<named_templates> read_template_csv(const std::string& path, ledger& refused, const std::string& source) {
  const auto file = read_file(path);
  if (!file) return refuse(file.error());
  const auto text = check_text(file->bytes, path);
  if (!text) return refuse(text.error());
  const auto table = parse_csv(std::string(*text), path, refused, source);
  if (!table) return refuse(table.error());
  const std::size_t dimension = table->header.size() - 1;
  if (dimension == 0) return refuse(fault(path, error_code::missing_value, "", "an identifier and at least one column of numbers"));

  std::map<std::string_view, int> seen;
  for (const csv_row& row : table->rows) ++seen[row.fields.front()];
  named_templates out{{}, template_set(dimension)};
  std::vector<float> one(dimension);
  for (const csv_row& row : table->rows) {
    const auto refuse_row = [&](std::size_t field, error_code code, std::string allowed) {
      error why = fault(path, code, std::string(row.fields[field]), std::move(allowed));
      why.line = row.line;
      why.column = field + 1;
      why.column_name = table->header[field];
      refused.add({std::move(why), source});
    };
    if (row.fields.front().empty()) { refuse_row(0, error_code::missing_value, "a non-empty identifier"); continue; }
    if (seen[row.fields.front()] > 1) { refuse_row(0, error_code::duplicate_id, "each identifier once"); continue; }
    std::size_t good = 0;
    for (; good < dimension; ++good) {
      const std::string_view cell = row.fields[good + 1];
      // Straight to float32: by way of double some numbers would be rounded twice.
      const auto [end, fault_code] = std::from_chars(cell.data(), cell.data() + cell.size(), one[good]);
      if (!parse_decimal(cell) || fault_code != std::errc() || end != cell.data() + cell.size() ||
          std::abs(static_cast<double>(one[good])) > largest_template_norm / 256)
        break;
    }
    if (good < dimension) { refuse_row(good + 1, error_code::not_a_number, "a decimal number up to 3.9e15"); continue; }
    out.ids.emplace_back(row.fields.front());
    out.templates.add(one);
  }
  return out;
}

} // namespace lfreval
