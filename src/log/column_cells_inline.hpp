/// @file
/// Bodies of log/column_cells.hpp.
#pragma once

#include <algorithm>
#include <limits>

#include <lfreval/types/number.hpp>

namespace lfreval::detail {

[[nodiscard]] std::string allowed_words(const column_request&);

struct fault_list {
  const column_request& request;
  std::vector<cell_fault>& faults;

  void add(std::size_t row, error_code code, std::string_view value) {
    faults.push_back({row, code, std::string(value.substr(0, 256)), allowed_words(request)});
  }
  void missing(std::size_t row) { add(row, error_code::missing_value, ""); }
};

template <class Cells>
void convert_texts(const column_request& request, column_memory& memory, const Cells& cells, const char* readable_end,
                   std::vector<std::uint32_t>& out, fault_list faults) {
  const std::size_t first = out.size();
  out.resize(first + cells.size());
  memory.texts.codes_of(cells, readable_end, out.data() + first);
  if (!request.required) return;
  for (std::size_t row = 0; row < cells.size(); ++row)
    if (out[first + row] == no_code) faults.missing(row);
}

template <class Cells>
void convert_scores(const column_request& request, const score_cells& how, const Cells& cells, const char* readable_end,
                    score_part& out, fault_list faults) {
  const std::size_t first = out.values.size();
  out.values.resize(first + cells.size(), no_score);
  const float sign = how.is_distance ? -1.0F : 1.0F;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    float value = 0;
    if (cell.empty()) {
      if (request.required) faults.missing(row);
    } else if (!parse_score(cell, readable_end, value)) {
      faults.add(row, error_code::not_a_number, cell);
    } else if (how.sentinel && value == *how.sentinel) {
      out.sentinels.push_back(static_cast<std::uint32_t>(first + row));
    } else if (!(value >= how.lowest && value <= how.highest)) {
      faults.add(row, error_code::not_a_number, cell);
    } else {
      out.values[first + row] = sign * value + 0.0F; // +0.0F: a distance of 0 is 0, not -0
    }
  }
}

template <class Cells>
void convert_numbers(const column_request& request, const number_cells& how, const Cells& cells, std::vector<double>& out, fault_list faults) {
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    const auto value = parse_decimal(cell);
    out.push_back(value.value_or(no_number));
    if (cell.empty()) {
      if (request.required) faults.missing(row);
    } else if (!value || *value < how.lowest || *value > how.highest) {
      faults.add(row, error_code::not_a_number, cell);
    }
  }
}

template <class Cells>
void convert_counts(const column_request& request, const count_cells& how, const Cells& cells, std::vector<std::uint64_t>& out, fault_list faults) {
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    const auto value = parse_count(cell);
    out.push_back(value.value_or(no_count));
    if (cell.empty()) {
      if (request.required) faults.missing(row);
    } else if (!value || *value < how.smallest || *value > how.largest) {
      faults.add(row, error_code::not_a_count, cell);
    }
  }
}

template <class Cells, class LineOf>
void convert_times(const column_request& request, column_memory& memory, const Cells& cells, const LineOf& line_of, time_part& out, fault_list faults) {
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    if (cell.empty()) {
      out.nanoseconds.push_back(no_time);
      if (request.required) faults.missing(row);
      continue;
    }
    timestamp value;
    const bool is_time = memory.times.parse(cell, value);
    out.nanoseconds.push_back(is_time ? value.nanoseconds : no_time);
    if (!is_time) {
      faults.add(row, error_code::not_a_date, cell);
      continue;
    }
    std::uint64_t& seen = value.has_offset ? out.first_with_offset : out.first_without_offset;
    if (seen == 0) seen = line_of(row);
  }
}

template <class Cells>
void convert_choices(const column_request& request, const choice_cells& how, column_memory& memory, const Cells& cells, std::vector<std::uint8_t>& out,
                     fault_list faults) {
  const auto is_spelled = [&](std::size_t choice, std::string_view cell) {
    return std::find(how.spellings[choice].begin(), how.spellings[choice].end(), cell) != how.spellings[choice].end();
  };
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    std::uint8_t value = no_choice;
    if (memory.last_choice < how.spellings.size() && is_spelled(memory.last_choice, cell)) {
      value = static_cast<std::uint8_t>(memory.last_choice);
    } else {
      std::size_t choice = 0;
      while (choice < how.spellings.size() && !is_spelled(choice, cell)) ++choice;
      if (choice < how.spellings.size()) {
        value = static_cast<std::uint8_t>(choice);
        memory.last_choice = choice;
      } else if (!cell.empty()) {
        faults.add(row, error_code::not_allowed, cell);
      } else if (request.required) {
        faults.missing(row);
      }
    }
    out.push_back(value);
  }
}

template <class Cells, class LineOf>
void convert(const column_request& request, column_memory& memory, const Cells& cells, const char* readable_end, const LineOf& line_of,
             column_part& part, std::vector<cell_fault>& all_faults) {
  const fault_list faults{request, all_faults};
  switch (request.cells.index()) {
    case 0: return convert_texts(request, memory, cells, readable_end, std::get<0>(part), faults);
    case 1: return convert_scores(request, std::get<1>(request.cells), cells, readable_end, std::get<1>(part), faults);
    case 2: return convert_numbers(request, std::get<2>(request.cells), cells, std::get<2>(part), faults);
    case 3: return convert_counts(request, std::get<3>(request.cells), cells, std::get<3>(part), faults);
    case 4: return convert_times(request, memory, cells, line_of, std::get<4>(part), faults);
    default: return convert_choices(request, std::get<5>(request.cells), memory, cells, std::get<5>(part), faults);
  }
}

} // namespace lfreval::detail
