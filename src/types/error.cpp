#include <lfreval/types/error.hpp>

#include <lfreval/types/printable.hpp>

namespace lfreval {

std::string error::message() const {
  std::string out;
  if (!file.empty()) {
    out += printable(file, 4096);
    if (line != 0) out += ":" + std::to_string(line);
    if (line != 0 && column != 0) out += ":" + std::to_string(column);
    out += ": ";
  }
  out += to_string(code);
  if (!column_name.empty()) out += ": column " + printable(column_name);
  if (!value.empty()) out += ": \"" + printable(value) + "\"";
  if (!allowed.empty()) out += "; allowed: " + printable(allowed, 2000);
  return out;
}

} // namespace lfreval
