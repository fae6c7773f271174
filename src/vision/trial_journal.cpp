#include "vision/trial_journal.hpp"

#include <filesystem>
#include <string_view>

#include <lfreval/bytes/file.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::vision {

namespace {

constexpr std::string_view heading = "lfreval trial journal 1 ";

std::vector<std::string_view> fields(std::string_view line, char separator) {
  std::vector<std::string_view> out;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t to = std::min(line.find(separator, from), line.size());
    out.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

std::optional<std::vector<double>> numbers(std::string_view text, std::size_t expected) {
  std::vector<double> out;
  if (text.empty()) return out;
  for (const std::string_view one : fields(text, ' ')) {
    const auto value = parse_decimal(one);
    if (!value) return std::nullopt;
    out.push_back(*value);
  }
  if (out.size() != expected) return std::nullopt;
  return out;
}

template <class Values> std::string joined(const Values& values) {
  std::string out;
  for (const double value : values) out += (out.empty() ? "" : " ") + shortest(value);
  return out;
}

std::string record_of(const seen_picture& p) {
  std::string out = "picture\t" + p.name + "\t" + (p.readable ? "yes" : "no") + "\t" + std::to_string(p.faces.size()) + "\t" +
                    joined(std::vector{p.read_ms, p.detect_ms, p.embed_ms}) + "\n";
  for (const seen_face& f : p.faces) {
    const box& b = f.found.where;
    std::vector<double> points;
    if (f.found.points)
      for (const point& q : *f.found.points) { points.push_back(q.x); points.push_back(q.y); }
    out += "face\t" + joined(std::vector{b.x, b.y, b.width, b.height, f.found.score}) + "\t" + joined(points) + "\t" +
           (f.quality ? joined(f.quality->values()) : std::string()) + "\t" + (f.embedded ? "yes" : "no") + "\t";
    bool first = true;
    for (const person_score& c : f.candidates) {
      out += (first ? "" : " ") + std::to_string(c.person) + " " + shortest(static_cast<double>(c.score));
      first = false;
    }
    out += "\n";
  }
  return out + "end\n";
}

std::optional<seen_face> face_of(std::string_view line) {
  const auto parts = fields(line, '\t');
  if (parts.size() != 6 || parts[0] != "face") return std::nullopt;
  const auto where = numbers(parts[1], 5), points = numbers(parts[2], 10), quality = numbers(parts[3], quality_names.size());
  if (!where || where->empty() || !points || !quality) return std::nullopt;
  seen_face out;
  out.found.where = {(*where)[0], (*where)[1], (*where)[2], (*where)[3]};
  out.found.score = (*where)[4];
  if (!points->empty()) {
    five_points five;
    for (std::size_t i = 0; i < 5; ++i) five[i] = {(*points)[2 * i], (*points)[2 * i + 1]};
    out.found.points = five;
  }
  if (!quality->empty()) {
    const auto& q = *quality;
    out.quality = face_quality{q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9]};
  }
  out.embedded = parts[4] == "yes";
  if (parts[5].empty()) return out;
  const auto candidates = fields(parts[5], ' ');
  if (candidates.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < candidates.size(); i += 2) {
    const auto person = parse_count(candidates[i]);
    const auto score = parse_decimal(candidates[i + 1]);
    if (!person || !score) return std::nullopt;
    out.candidates.push_back({static_cast<std::uint32_t>(*person), static_cast<float>(*score)});
  }
  return out;
}

/// The record that begins at `from`, which moves behind it; nothing when it is not whole.
std::optional<seen_picture> picture_of(std::string_view text, std::size_t& from) {
  std::size_t at = from;
  const auto line = [&]() -> std::optional<std::string_view> {
    const std::size_t to = text.find('\n', at);
    if (to == std::string_view::npos) return std::nullopt;
    const std::string_view out = text.substr(at, to - at);
    at = to + 1;
    return out;
  };
  const auto head = line();
  if (!head) return std::nullopt;
  const auto parts = fields(*head, '\t');
  if (parts.size() != 5 || parts[0] != "picture") return std::nullopt;
  const auto count = parse_count(parts[3]);
  const auto times = numbers(parts[4], 3);
  if (!count || !times || times->empty()) return std::nullopt;
  seen_picture out{std::string(parts[1]), parts[2] == "yes", {}, (*times)[0], (*times)[1], (*times)[2]};
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto next = line();
    if (!next) return std::nullopt;
    auto one = face_of(*next);
    if (!one) return std::nullopt;
    out.faces.push_back(std::move(*one));
  }
  if (line() != "end") return std::nullopt;
  from = at;
  return out;
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

result<journal> journal::open(const std::string& path, const std::string& key) {
  journal out;
  out.path_ = path;
  const std::string first = std::string(heading) + key + "\n";
  std::size_t whole = 0;
  std::error_code problem;
  if (std::filesystem::exists(path, problem)) {
    const auto old = read_file(path);
    if (!old) return refuse(old.error());
    const std::string_view text = old->bytes;
    // Cut short within its first line: nothing was recorded.
    if (!first.starts_with(text) || text.size() == first.size()) {
      if (!text.starts_with(first))
        return refuse(fault(path, error_code::not_allowed, "the journal of another trial, or of other pictures, models or ground truth", "an output folder of its own, or none of this name"));
      whole = first.size();
      while (auto one = picture_of(text, whole)) out.done_.push_back(std::move(*one));
      std::filesystem::resize_file(path, whole, problem);
    }
  }
  out.file_.open(path, whole == 0 ? std::ios::binary | std::ios::trunc : std::ios::binary | std::ios::app);
  if (whole == 0) out.file_ << first << std::flush;
  if (!out.file_ || problem) return refuse(fault(path, error_code::cannot_write, problem.message(), "a folder that can be written to"));
  return out;
}

result<std::monostate> journal::add(seen_picture one) {
  file_ << record_of(one) << std::flush;
  if (!file_) return refuse(fault(path_, error_code::cannot_write, "", "a file that can be written to"));
  done_.push_back(std::move(one));
  return std::monostate{};
}

} // namespace lfreval::vision
