#include "vision/trial_inputs.hpp"

#include <algorithm>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/log/csv.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::vision {

namespace {

struct read_table {
  csv_table rows;
  std::string file, sha256;

  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const {
    const auto found = std::find(rows.header.begin(), rows.header.end(), name);
    if (found == rows.header.end()) return std::nullopt;
    return static_cast<std::size_t>(found - rows.header.begin());
  }
  [[nodiscard]] error fault(const csv_row& row, std::size_t column, error_code code, std::string allowed) const {
    error why;
    why.code = code;
    why.file = file;
    why.line = row.line;
    why.column = column + 1;
    why.column_name = rows.header[column];
    why.value = std::string(row.fields[column]);
    why.allowed = std::move(allowed);
    return why;
  }
};

tl::expected<read_table, std::vector<error>> table_of(const std::string& path, const std::vector<std::string>& wanted) {
  const auto file = read_file(path);
  if (!file) return tl::unexpected(std::vector{file.error()});
  const auto text = check_text(file->bytes, path);
  if (!text) return tl::unexpected(std::vector{text.error()});
  ledger refused;
  auto rows = parse_csv(std::string(*text), path, refused, "");
  if (!rows) return tl::unexpected(std::vector{rows.error()});
  // Ground truth with holes in it would decide results; nothing of it is left out.
  std::vector<error> errors;
  for (const refused_row& row : refused.rows()) errors.push_back(row.why);
  read_table out{std::move(*rows), path, file->sha256};
  for (const std::string& name : wanted)
    if (!out.column(name)) {
      error why;
      why.code = error_code::unknown_column;
      why.file = path;
      why.column_name = name;
      why.allowed = "a column " + name;
      errors.push_back(std::move(why));
    }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

} // namespace

tl::expected<ground_truth, std::vector<error>> read_ground_truth(const std::string& path, const truth_rules& rules) {
  const std::string picture = rules.numbered ? "frame" : "image";
  const auto table = table_of(path, {picture, "person"});
  if (!table) return tl::unexpected(table.error());
  const std::size_t image_column = *table->column(picture), person_column = *table->column("person");
  const char* const edges[] = {"x", "y", "width", "height"};
  std::vector<error> errors;
  ground_truth out;
  out.sha256 = table->sha256;
  std::map<std::string, std::string> person_of;
  for (const csv_row& row : table->rows.rows) {
    const auto cell = [&](std::string_view name) {
      const auto column = table->column(name);
      return column ? std::string(row.fields[*column]) : std::string();
    };
    truth_row one{cell(picture), cell("person"), cell("passage"), cell("camera"), cell("deployment"), cell("time"), std::nullopt};
    if (one.picture.empty() || has_controls(one.picture) || (rules.numbered && !parse_count(one.picture))) {
      errors.push_back(table->fault(row, image_column, rules.numbered ? error_code::not_a_count : error_code::missing_value, rules.numbered ? "the number of a frame, from 0" : "the name of a picture"));
      continue;
    }
    if (one.person.empty() || has_controls(one.person)) {
      errors.push_back(table->fault(row, person_column, error_code::missing_value, "who is seen"));
      continue;
    }
    std::array<std::optional<double>, 4> numbers;
    std::size_t given = 0;
    for (std::size_t i = 0; i < 4; ++i)
      if (const std::string text = cell(edges[i]); !text.empty()) {
        numbers[i] = parse_decimal(text);
        ++given;
      }
    const bool whole = numbers[0] && numbers[1] && numbers[2] && numbers[3] && *numbers[2] > 0 && *numbers[3] > 0;
    if (given > 0 && !whole) {
      errors.push_back(table->fault(row, image_column, error_code::not_a_number, "x, y, width and height of a box together, in pixels"));
      continue;
    }
    if (whole) one.where = box{*numbers[0], *numbers[1], *numbers[2], *numbers[3]};
    if (one.camera.empty()) one.camera = rules.camera;
    if (one.passage.empty()) one.passage = rules.frames ? one.person + "@" + one.camera : one.where ? one.picture + ":" + one.person : one.picture;
    if (const auto [had, added] = person_of.emplace(one.passage, one.person); !added && had->second != one.person) {
      errors.push_back(table->fault(row, person_column, error_code::not_allowed, "one person in each passage"));
      continue;
    }
    out.of[one.picture].push_back(out.rows.size());
    out.rows.push_back(std::move(one));
  }
  for (const auto& [name, rows] : out.of)
    if (rows.size() > 1 && std::any_of(rows.begin(), rows.end(), [&](std::size_t r) { return !out.rows[r].where; })) {
      error why;
      why.code = error_code::missing_value;
      why.file = path;
      why.value = name;
      why.allowed = "boxes in every row of a picture of several people";
      errors.push_back(std::move(why));
    }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

tl::expected<listed_people, std::vector<error>> read_listed_people(const std::string& path) {
  const auto table = table_of(path, {"image", "person"});
  if (!table) return tl::unexpected(table.error());
  listed_people out;
  out.sha256 = table->sha256;
  std::vector<error> errors;
  const std::size_t image_column = *table->column("image"), person_column = *table->column("person");
  for (const csv_row& row : table->rows.rows) {
    const std::string_view image = row.fields[image_column], person = row.fields[person_column];
    if (image.empty() || has_controls(image)) errors.push_back(table->fault(row, image_column, error_code::missing_value, "the name of a picture"));
    else if (person.empty() || has_controls(person)) errors.push_back(table->fault(row, person_column, error_code::missing_value, "who is on it"));
    else if (!out.person_of.emplace(image, person).second) errors.push_back(table->fault(row, image_column, error_code::duplicate_id, "each picture once"));
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

tl::expected<std::vector<std::string>, std::vector<error>> table_header(const std::string& path) {
  auto table = table_of(path, {"person"});
  if (!table) return tl::unexpected(table.error());
  return std::move(table->rows.header);
}

std::optional<std::size_t> one_face(const std::vector<box>& faces) {
  if (faces.empty()) return std::nullopt;
  std::size_t largest = 0;
  for (std::size_t i = 1; i < faces.size(); ++i)
    if (faces[i].area() > faces[largest].area()) largest = i;
  for (std::size_t i = 0; i < faces.size(); ++i)
    if (i != largest && 2 * faces[i].area() >= faces[largest].area()) return std::nullopt;
  return largest;
}

std::vector<std::optional<std::size_t>> faces_of(const std::vector<box>& faces, const std::vector<std::optional<box>>& rows) {
  std::vector<std::optional<std::size_t>> out(rows.size());
  if (rows.size() == 1 && !rows.front()) {
    out.front() = one_face(faces);
    return out;
  }
  struct pair { double likeness; std::size_t row, face; };
  std::vector<pair> pairs;
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t f = 0; f < faces.size(); ++f) {
      if (!rows[r]) continue;
      const double common = overlap(*rows[r], faces[f]);
      // A box drawn around the head overlaps less than a fifth with one tight around the face.
      if (common >= 0.2) pairs.push_back({1 + common, r, f});
      else if (rows[r]->holds(faces[f].centre())) pairs.push_back({common, r, f});
    }
  std::stable_sort(pairs.begin(), pairs.end(), [](const pair& a, const pair& b) { return a.likeness > b.likeness; });
  std::vector<char> taken(faces.size());
  for (const pair& p : pairs)
    if (!out[p.row] && taken[p.face] == 0) {
      out[p.row] = p.face;
      taken[p.face] = 1;
    }
  return out;
}

} // namespace lfreval::vision
