#include "vision/trial_tables.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::vision {

namespace {

/// A CSV table in the making; fields are quoted where they must be.
class table {
public:
  explicit table(const std::vector<std::string>& header) { row(header); }
  void row(const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) text_ += (i == 0 ? "" : ",") + quoted(cells[i]);
    text_ += '\n';
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
  static std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  }
  std::string text_;
};

std::string toml_text(const std::string& text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += std::string("\\") + c;
    else if (byte < 0x20 || byte == 0x7f) out += std::string("\\u00") + digits[byte >> 4U] + digits[byte & 15U];
    else out += c;
  }
  return out + "\"";
}

/// Rounded to six places: what a measure of pixels is good for at most.
std::string measure(double value) { return shortest(std::round(value * 1e6) / 1e6 + 0.0); }

std::vector<std::string> quality_cells(const std::optional<face_quality>& q) {
  std::vector<std::string> out(quality_names.size() + 1);
  if (!q) return out;
  const auto values = q->values();
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = measure(values[i]);
  out.back() = inter_eye_band(q->inter_eye_distance);
  return out;
}
std::vector<std::string> with_quality(std::vector<std::string> names) {
  names.insert(names.end(), quality_names.begin(), quality_names.end());
  names.emplace_back("inter_eye_band");
  return names;
}
std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Cameras and frames fused by the maximum, before any threshold.
struct fused {
  std::vector<person_score> ranked; ///< those on record, the best first
  std::optional<face_quality> quality; ///< of the face with the widest eyes
  bool acquired = false;
};

struct writer {
  const trial_record& trial;
  bool bands = false; ///< more than one band of distances between eyes occurs

  /// As the system gives it: a cosine, or the distance that two templates of length one have at that cosine.
  [[nodiscard]] std::string score(float cosine) const {
    if (!trial.is_distance) return as_text(cosine);
    return as_text(static_cast<float>(std::sqrt(std::max(0.0, 2 - 2 * static_cast<double>(cosine)))));
  }
  static std::string as_text(float value) { return shortest(as_written(value)); }
  [[nodiscard]] const seen_face& face_of(const observation& o) const { return (*trial.seen)[o.picture].faces[o.face]; }

  [[nodiscard]] fused fuse(const passage& p) const {
    fused out;
    std::map<std::uint32_t, float> best;
    for (const std::size_t at : p.observations) {
      const seen_face& one = face_of(trial.observations[at]);
      out.acquired = out.acquired || one.embedded;
      if (one.quality && (!out.quality || one.quality->inter_eye_distance > out.quality->inter_eye_distance)) out.quality = one.quality;
      for (const person_score& c : one.candidates)
        if (const auto [had, added] = best.emplace(c.person, c.score); !added) had->second = std::max(had->second, c.score);
    }
    for (const auto& [person, value] : best) out.ranked.push_back({person, value});
    std::stable_sort(out.ranked.begin(), out.ranked.end(), [](const person_score& a, const person_score& b) { return a.score > b.score; });
    return out;
  }

  [[nodiscard]] std::string observations() const {
    table out(with_quality({"observation", "track", "passage", "person", "deployment", "camera", "time", "picture", "x", "y", "width", "height", "detection_score", "acquired", "top_person", "top_score"}));
    for (std::size_t i = 0; i < trial.observations.size(); ++i) {
      const observation& o = trial.observations[i];
      const seen_face& one = face_of(o);
      const auto p = trial.passages.find(o.passage);
      const bool known = p != trial.passages.end();
      const box& b = one.found.where;
      out.row(std::vector<std::string>{"o" + std::to_string(i), o.track, o.passage, known ? p->second.person : "", known ? p->second.deployment : "", known ? p->second.camera : "", known ? p->second.time : "",
                                       (*trial.seen)[o.picture].name, measure(b.x), measure(b.y), measure(b.width), measure(b.height), measure(one.found.score), one.embedded ? "yes" : "no",
                                       one.candidates.empty() ? "" : trial.persons[one.candidates.front().person], one.candidates.empty() ? "" : score(one.candidates.front().score)} +
              quality_cells(one.quality));
    }
    return out.text();
  }

  /// Also tells which bands occur.
  std::pair<std::string, std::string> passages() {
    table out(with_quality({"passage", "person", "deployment", "camera", "time", "acquired", "reason", "faces", "top_person", "top_score", "second_score", "mate_score", "mate_rank"}));
    table candidates({"system", "passage", "rank", "person", "score"});
    std::set<std::string_view> seen;
    for (const auto& [name, p] : trial.passages) {
      const fused f = fuse(p);
      std::string mate_score, mate_rank;
      for (std::size_t rank = 0; rank < f.ranked.size(); ++rank)
        if (trial.persons[f.ranked[rank].person] == p.person) {
          mate_score = score(f.ranked[rank].score);
          mate_rank = std::to_string(rank + 1);
        }
      if (f.quality && f.acquired) seen.insert(inter_eye_band(f.quality->inter_eye_distance));
      out.row(std::vector<std::string>{name, p.person, p.deployment, p.camera, p.time, f.acquired ? "yes" : "no", f.acquired ? "" : p.reason, std::to_string(p.observations.size()),
                                       f.ranked.empty() ? "" : trial.persons[f.ranked[0].person], f.ranked.empty() ? "" : score(f.ranked[0].score),
                                       f.ranked.size() < 2 ? "" : score(f.ranked[1].score), mate_score, mate_rank} +
              quality_cells(f.acquired ? f.quality : std::nullopt));
      for (std::size_t rank = 0; rank < std::min(f.ranked.size(), trial.candidates); ++rank)
        candidates.row({trial.system, name, std::to_string(rank + 1), trial.persons[f.ranked[rank].person], score(f.ranked[rank].score)});
    }
    bands = seen.size() > 1;
    return {out.text(), candidates.text()};
  }

  [[nodiscard]] std::string watchlist() const {
    table out(with_quality({"list", "image", "person", "enrolled", "reason"}));
    for (const listed_picture& one : trial.list)
      out.row(std::vector<std::string>{"watchlist", one.name, one.person, one.reason.empty() ? "yes" : "no", one.reason} + quality_cells(one.quality));
    return out.text();
  }

  [[nodiscard]] std::string study() const {
    const auto list = [](const std::vector<double>& values) {
      std::string out;
      for (const double value : values) out += (out.empty() ? "" : ", ") + shortest(value);
      return "[" + out + "]";
    };
    const std::string system = toml_text(trial.system);
    std::string out = "# Written by lfreval run-trial. What the models were is in models.csv.\nschema = 1\n\n[study]\nname = " + toml_text(trial.name) +
                      "\nseed = " + std::to_string(trial.seed) + "\n";
    if (trial.equivalence_margin) out += "equivalence_margin = " + shortest(*trial.equivalence_margin) + "\n";
    out += "\n[system." + system + "]\nversion = " + toml_text(trial.system_version) + "\npolarity = " + (trial.is_distance ? "\"distance\"\nscore_range = [0, 2.000001]\n" : "\"similarity\"\nscore_range = [-1.000001, 1.000001]\n");
    if (trial.operating) out += "operating_threshold = " + shortest(*trial.operating) + "\n";
    if (!trial.report.empty()) out += "\n[thresholds]\nreport = " + list(trial.report) + "\n";
    for (const auto& [axis, reference] : trial.groups) {
      out += "\n[[group]]\nname = " + toml_text(axis) + "\ntable = \"persons\"\n";
      if (!trial.label_source.empty()) out += "label_source = " + toml_text(trial.label_source) + "\n";
      if (!reference.empty()) out += "reference = " + toml_text(reference) + "\n";
      if (bands) out += "adjust_for = [\"inter_eye_band\"]\n";
    }
    if (bands && !trial.groups.empty()) out += "\n[[group]]\nname = \"inter_eye_band\"\ntable = \"passages\"\nlabel_source = \"measured\"\n";
    const auto source = [&](const std::string& name, const std::string& file, bool scored) {
      out += "\n[[source]]\nname = \"" + name + "\"\nkind = \"seeded\"\ntable = \"" + name + "\"\nfiles = [\"" + file + "\"]\n";
      if (scored) out += "system = " + system + "\nlabel_source = \"ground_truth\"\n";
    };
    source("passages", "passages.csv", true);
    source("watchlist", "watchlist.csv", false);
    if (!trial.persons_file.empty()) source("persons", "persons.csv", false);
    return out;
  }

  [[nodiscard]] std::string models() const {
    table out({"role", "file", "sha256"});
    for (const model_file& one : trial.files) out.row({one.role, one.path, one.sha256});
    out.row({"opencv", opencv_version(), ""});
    return out.text();
  }
  [[nodiscard]] std::string timings() const {
    table out({"picture", "read_ms", "detect_ms", "embed_ms", "faces"});
    for (const seen_picture& one : *trial.seen) out.row({one.name, measure(one.read_ms), measure(one.detect_ms), measure(one.embed_ms), std::to_string(one.faces.size())});
    return out.text();
  }
  [[nodiscard]] std::string summary() const {
    const trial_summary& s = trial.summary;
    table out({"quantity", "count"});
    const std::pair<const char*, std::uint64_t> counts[] = {
        {"watchlist pictures", s.pictures_listed}, {"watchlist persons", s.persons_listed}, {"watchlist pictures not enrolled", s.not_enrolled},
        {"probe pictures", s.probe_pictures}, {"probe pictures that cannot be read", s.unreadable}, {"probe pictures without a face", s.without_face},
        {"probe pictures of several faces", s.several_faces}, {"faces without a template", s.without_template}, {"passages", s.passages},
        {"passages not acquired", s.not_acquired}, {"pictures or tracks without ground truth", s.without_truth}, {"frames missing at the end of the video", s.frames_missing}};
    for (const auto& [name, count] : counts) out.row({name, std::to_string(count)});
    return out.text();
  }
};

} // namespace

result<std::string> write_tables(const trial_record& trial) {
  writer w{trial};
  const std::filesystem::path folder(trial.folder);
  const auto [passages, candidates] = w.passages();
  std::vector<std::pair<std::string, std::string>> files{{"observations.csv", w.observations()}, {"passages.csv", passages}, {"candidates.csv", candidates}, {"watchlist.csv", w.watchlist()},
                                                         {"models.csv", w.models()}, {"timings.csv", w.timings()}, {"summary.csv", w.summary()}};
  if (!trial.persons_file.empty()) {
    const auto persons = read_file(trial.persons_file);
    if (!persons) return refuse(persons.error());
    files.emplace_back("persons.csv", persons->bytes);
  }
  const std::string study = w.study();
  // Names of groups and thresholds are for the study to judge, before anything is written.
  if (const auto accepted = parse_study(study, (folder / "study.toml").string()); !accepted) return refuse(accepted.error().front());
  files.emplace_back("study.toml", study); // last: where it is, all is
  for (const auto& [name, content] : files)
    if (const auto written = write_file_atomically((folder / name).string(), content); !written) return refuse(written.error());
  return (folder / "study.toml").string();
}

} // namespace lfreval::vision
