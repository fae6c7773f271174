/// @file
/// Bodies of log/column_cells.hpp.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
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
  if (!request.required || std::find(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), no_code) == out.end()) return;
  for (std::size_t row = 0; row < cells.size(); ++row)
    if (out[first + row] == no_code) faults.missing(row);
}

/// `0.123456` as eight bytes at once: six digits are less than 2^24 and 10^6 is a float, so one division rounds once.
inline bool parse_six_decimals(const char* text, float& out) noexcept {
  if constexpr (std::endian::native != std::endian::little) return false;
  std::uint64_t word = 0;
  std::memcpy(&word, text, 8);
  if ((word & 0xffffU) != 0x2e30U) return false; // "0."
  const std::uint64_t digits = (word >> 16U) ^ 0x303030303030U;
  if (((digits | (digits + 0x060606060606U)) & 0xf0f0f0f0f0f0U) != 0) return false;
  // Neighbours are joined: two digits, then four, then six.
  std::uint64_t v = digits << 16U;
  v = v * 10 + (v >> 8U);
  v = ((v & 0x000000ff000000ffU) * 0x000f424000000064U + ((v >> 16U) & 0x000000ff000000ffU) * 0x0000271000000001U) >> 32U;
  out = static_cast<float>(static_cast<std::uint32_t>(v)) / 1e6F;
  return true;
}

template <class Cells>
void convert_scores(const column_request& request, const score_cells& how, const Cells& cells,
                    score_part& out, fault_list faults) {
  const std::size_t first = out.values.size();
  out.values.resize(first + cells.size(), no_score);
  const float sign = how.is_distance ? -1.0F : 1.0F;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    float value = 0;
    if (cell.empty()) {
      if (request.required) faults.missing(row);
    } else if (!(cell.size() == 8 && parse_six_decimals(cell.data(), value)) && !parse_any_score(cell, value)) {
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
  const std::size_t first = out.nanoseconds.size();
  out.nanoseconds.resize(first + cells.size(), no_time);
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string_view cell = cells[row];
    if (cell.empty()) {
      if (request.required) faults.missing(row);
      continue;
    }
    timestamp value;
    if (!memory.times.parse(cell, value)) {
      faults.add(row, error_code::not_a_date, cell);
      continue;
    }
    out.nanoseconds[first + row] = value.nanoseconds;
    std::uint64_t& seen = value.has_offset ? out.first_with_offset : out.first_without_offset;
    if (seen == 0) seen = line_of(row);
  }
}

template <class Cells>
void convert_choices(const column_request& request, const choice_cells& how, column_memory& memory, const Cells& cells, const char* readable_end,
                     std::vector<std::uint8_t>& out, fault_list faults) {
  const auto choice_of = [&](const std::string& text) {
    for (std::size_t choice = 0; choice < how.spellings.size(); ++choice)
      if (std::find(how.spellings[choice].begin(), how.spellings[choice].end(), text) != how.spellings[choice].end())
        return static_cast<std::uint8_t>(choice);
    return no_choice;
  };
  std::vector<std::uint32_t>& codes = memory.codes;
  codes.resize(cells.size());
  memory.texts.codes_of(cells, readable_end, codes.data());
  // Each distinct text is looked for once in the list.
  for (std::size_t code = memory.choice_of_code.size(); code < memory.texts.size(); ++code)
    memory.choice_of_code.push_back(choice_of(memory.texts.text(static_cast<std::uint32_t>(code))));
  const std::uint8_t empty = choice_of("");
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::uint8_t value = codes[row] == no_code ? empty : memory.choice_of_code[codes[row]];
    out.push_back(value);
    if (value != no_choice) continue;
    if (codes[row] != no_code) faults.add(row, error_code::not_allowed, cells[row]);
    else if (request.required) faults.missing(row);
  }
}

template <class Cells, class LineOf>
void convert(const column_request& request, column_memory& memory, const Cells& cells, const char* readable_end, const LineOf& line_of,
             column_part& part, std::vector<cell_fault>& all_faults) {
  const fault_list faults{request, all_faults};
  switch (request.cells.index()) {
    case 0: return convert_texts(request, memory, cells, readable_end, std::get<0>(part), faults);
    case 1: return convert_scores(request, std::get<1>(request.cells), cells, std::get<1>(part), faults);
    case 2: return convert_numbers(request, std::get<2>(request.cells), cells, std::get<2>(part), faults);
    case 3: return convert_counts(request, std::get<3>(request.cells), cells, std::get<3>(part), faults);
    case 4: return convert_times(request, memory, cells, line_of, std::get<4>(part), faults);
    default: return convert_choices(request, std::get<5>(request.cells), memory, cells, readable_end, std::get<5>(part), faults);
  }
}

} // namespace lfreval::detail
