#include <lfreval/report/finding.hpp>

#include <array>
#include <cstdio>

namespace lfreval {

std::string_view to_string(finding_kind kind) noexcept {
  switch (kind) {
    case finding_kind::count: return "count";
    case finding_kind::rate: return "rate";
    case finding_kind::ratio: return "ratio";
    case finding_kind::difference: return "difference";
    case finding_kind::quantity: return "quantity";
    case finding_kind::projection: return "projection";
    case finding_kind::check: return "check";
    case finding_kind::verdict: return "verdict";
  }
  return "";
}

std::string_view to_string(finding_status status) noexcept {
  switch (status) {
    case finding_status::measured: return "measured";
    case finding_status::bounded: return "bounded";
    case finding_status::projected: return "projected";
    case finding_status::not_estimable: return "not_estimable";
    case finding_status::not_measured: return "not_measured";
    case finding_status::refused: return "refused";
  }
  return "";
}

std::string finding_key(std::string_view metric, const std::map<std::string, std::string>& axes) {
  const auto plain = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~' ||
           c == '/' || c == '+';
  };
  std::string out(metric);
  char separator = '@';
  for (const auto& [axis, value] : axes) {
    out += separator + axis + "=";
    for (const char c : value) {
      if (plain(static_cast<unsigned char>(c))) { out += c; continue; }
      std::array<char, 4> escape{};
      std::snprintf(escape.data(), escape.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escape.data();
    }
    separator = ';';
  }
  return out;
}

} // namespace lfreval
