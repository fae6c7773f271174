#include <lfreval/vision/trial.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include <lfreval/bytes/file.hpp>
#include <lfreval/counts/search_consumers.hpp>
#include <lfreval/study/settings.hpp>
#include <lfreval/vision/frames.hpp>
#include <lfreval/vision/redaction.hpp>
#include <lfreval/vision/tracks.hpp>

#include "vision/trial_tables.hpp"

namespace lfreval::vision {

namespace {

using errors = std::vector<error>;

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// All of a trial between its declaration and its tables.
class runner {
public:
  runner(const settings& from, const models& with, const trial_options& options) : from_(from), with_(with), options_(options) {
    for (const char* key : {"probes.folder", "probes.video"})
      if (from.has(key)) probes_ = path_of(from.text(key));
    is_video_ = from.has("probes.video");
    is_sequence_ = is_video_ || from.flag("probes.frames");
  }

  tl::expected<trial_summary, errors> run() {
    if (auto found = read_inputs(); !found) return tl::unexpected(std::move(found.error()));
    if (auto enrolled = enrol(); !enrolled) return tl::unexpected(std::move(enrolled.error()));
    auto log = journal::open((std::filesystem::path(options_.folder) / "journal.txt").string(), key_);
    if (!log) return tl::unexpected(errors{log.error()});
    summary_.resumed = log->done().size();
    if (auto seen = is_video_ ? watch_video(*log) : look_at_pictures(*log); !seen) return tl::unexpected(std::move(seen.error()));
    return write(log->done());
  }

private:
  [[nodiscard]] std::string path_of(const std::string& named) const { return (std::filesystem::path(from_.file()).parent_path() / named).string(); }

  tl::expected<std::monostate, errors> read_inputs() {
    errors all;
    const auto add = [&](errors more) { all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())); };
    if (from_.has("probes.folder") == from_.has("probes.video"))
      all.push_back(from_.fault("probes.folder", error_code::missing_key, "", "either a folder of pictures or a video"));
    auto truth = read_ground_truth(path_of(from_.text("ground_truth.file")), {from_.text("probes.camera"), is_sequence_, is_video_});
    if (!truth) add(std::move(truth.error()));
    else truth_ = std::move(*truth);

    const auto listed = picture_names(path_of(from_.text("watchlist.folder")));
    if (!listed) all.push_back(listed.error());
    listed_people people;
    if (from_.has("watchlist.people")) {
      auto read = read_listed_people(path_of(from_.text("watchlist.people")));
      if (!read) add(std::move(read.error()));
      else people = std::move(*read);
    } else if (listed) {
      for (const std::string& name : *listed) people.person_of.emplace(name, std::filesystem::path(name).stem().string());
    }
    if (listed)
      for (const auto& [name, person] : people.person_of) {
        if (!std::binary_search(listed->begin(), listed->end(), name))
          all.push_back(from_.fault("watchlist.people", error_code::not_allowed, name, "pictures of the folder " + from_.text("watchlist.folder")));
        list_.push_back({name, person, {}, {}});
      }
    if (!is_video_ && from_.has("probes.folder")) {
      auto names = picture_names(probes_);
      if (!names) all.push_back(names.error());
      else pictures_ = std::move(*names);
      if (names)
        for (const auto& [name, rows] : truth_.of)
          if (!std::binary_search(pictures_.begin(), pictures_.end(), name))
            all.push_back(from_.fault("ground_truth.file", error_code::not_allowed, name, "pictures of the folder " + from_.text("probes.folder")));
    }
    if (from_.has("ground_truth.persons")) {
      const auto header = table_header(path_of(from_.text("ground_truth.persons")));
      if (!header) add(header.error());
      else
        for (const std::string& axis : from_.names("group"))
          if (std::find(header->begin(), header->end(), axis) == header->end())
            all.push_back(from_.fault("group." + axis + ".reference", error_code::unknown_column, axis, "a column of the table of persons"));
    } else if (!from_.names("group").empty()) {
      all.push_back(from_.fault("ground_truth.persons", error_code::missing_key, "", "a table of persons, for the groups"));
    }
    for (const truth_row& row : truth_.rows) people_of_truth_.insert(row.person);
    if (!all.empty()) return tl::unexpected(std::move(all));

    // What the scores depend on. A picture that cannot be read now must be the same then.
    std::string everything = from_.sha256() + " " + truth_.sha256 + " " + people.sha256;
    for (const model_file& one : with_.files) everything += " " + one.sha256;
    const auto add_file = [&](const std::string& folder, const std::string& name) {
      const auto file = read_file(folder + name);
      everything += "\n" + name + " " + (file ? file->sha256 : "-");
    };
    for (const listed_picture& one : list_) add_file(path_of(from_.text("watchlist.folder")) + "/", one.name);
    if (is_video_) add_file(probes_, "");
    for (const std::string& name : pictures_) add_file(probes_ + "/", name);
    key_ = sha256_hex(everything);
    std::error_code problem;
    std::filesystem::create_directories(options_.folder, problem);
    if (problem) {
      error why;
      why.code = error_code::cannot_write;
      why.file = options_.folder;
      why.value = problem.message();
      why.allowed = "a folder that exists or can be made";
      return tl::unexpected(errors{why});
    }
    return std::monostate{};
  }

  tl::expected<std::monostate, errors> enrol() {
    template_set raw(with_.embedder->dimension());
    std::vector<std::string> person_of;
    for (listed_picture& one : list_) {
      const auto picture = read_image(path_of(from_.text("watchlist.folder")) + "/" + one.name);
      if (!picture) {
        one.reason = "cannot be read";
        continue;
      }
      const std::vector<face> faces = with_.find(picture->view());
      std::vector<box> boxes;
      for (const face& f : faces) boxes.push_back(f.where);
      const auto chosen = one_face(boxes);
      if (!chosen) {
        one.reason = faces.empty() ? "no face" : "several faces";
        continue;
      }
      one.quality = measure_quality(picture->view(), faces[*chosen]);
      const std::vector<float> made = with_.embedder->embed(picture->view(), faces[*chosen]);
      if (made.empty()) {
        one.reason = "no template";
        continue;
      }
      raw.add(made);
      person_of.push_back(one.person);
    }
    if (raw.size() == 0) return tl::unexpected(errors{from_.fault("watchlist.folder", error_code::not_allowed, std::to_string(list_.size()) + " pictures", "at least one picture that can be enrolled")});
    const std::set<std::string> distinct(person_of.begin(), person_of.end());
    persons_.assign(distinct.begin(), distinct.end());
    for (const std::string& person : person_of)
      codes_.push_back(static_cast<std::uint32_t>(std::lower_bound(persons_.begin(), persons_.end(), person) - persons_.begin()));
    references_ = std::make_unique<template_set>(std::move(raw));
    return options_.write_templates ? write_templates() : std::monostate{};
  }

  tl::expected<std::monostate, errors> write_templates() {
    const std::filesystem::path folder = std::filesystem::path(options_.folder) / "templates_SENSITIVE";
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, problem);
    std::string people = "row,person\n";
    for (std::size_t i = 0; i < codes_.size(); ++i) people += std::to_string(i) + ",\"" + persons_[codes_[i]] + "\"\n";
    const std::pair<const char*, std::string> files[] = {
        {"README.txt", "Biometric templates of identifiable people: special category data. Keep them no longer than the audit needs, and hand them to nobody who does not.\n"},
        {"watchlist.npy", to_npy(*references_)},
        {"people.csv", people}};
    for (const auto& [name, content] : files) {
      const std::string path = (folder / name).string();
      if (const auto written = write_file_atomically(path, content); !written) return tl::unexpected(errors{written.error()});
      std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, problem);
    }
    return std::monostate{};
  }

  /// The persons of whom ground truth may say later that this is they, by code.
  [[nodiscard]] std::set<std::uint32_t> possible_mates(const std::string& picture) const {
    std::set<std::uint32_t> out;
    const auto add = [&](const std::string& person) {
      const auto found = std::lower_bound(persons_.begin(), persons_.end(), person);
      if (found != persons_.end() && *found == person) out.insert(static_cast<std::uint32_t>(found - persons_.begin()));
    };
    if (is_sequence_) {
      for (const std::string& person : people_of_truth_) add(person);
    } else if (const auto rows = truth_.of.find(picture); rows != truth_.of.end()) {
      for (const std::size_t row : rows->second) add(truth_.rows[row].person);
    }
    return out;
  }

  /// Scores of a picture's faces: the declared number of candidates, and everybody down to the last possible mate, so that
  /// score and rank of the mate are exact whoever it turns out to be.
  void identify(seen_picture& seen, const template_set& probes, const std::vector<std::size_t>& face_of) {
    if (probes.size() == 0) return;
    const std::set<std::uint32_t> mates = possible_mates(seen.name);
    const auto declared = static_cast<std::size_t>(from_.number("trial.candidates"));
    const std::size_t most = mates.empty() ? std::min(declared, persons_.size()) : persons_.size();
    const auto found = search(probes, *references_, best_references(probes.size(), most, codes_), {.threads = options_.threads});
    for (std::size_t i = 0; i < probes.size(); ++i) {
      std::vector<person_score> all;
      for (const scored_reference& one : found.of(i)) all.push_back({codes_[one.reference], one.score});
      std::stable_sort(all.begin(), all.end(), [](const person_score& a, const person_score& b) { return a.score != b.score ? a.score > b.score : a.person < b.person; });
      std::size_t kept = std::min(declared, all.size());
      for (std::size_t k = kept; k < all.size(); ++k)
        if (mates.contains(all[k].person)) kept = k + 1;
      all.resize(kept);
      seen.faces[face_of[i]].candidates = std::move(all);
    }
  }

  seen_picture look(const std::string& name, const result<image>& picture, double read_ms) {
    seen_picture seen;
    seen.name = name;
    seen.readable = picture.has_value();
    seen.read_ms = read_ms;
    if (!picture) return seen;
    auto begin = std::chrono::steady_clock::now();
    const std::vector<face> faces = with_.find(picture->view());
    seen.detect_ms = milliseconds_since(begin);
    begin = std::chrono::steady_clock::now();
    template_set probes(with_.embedder->dimension());
    std::vector<std::size_t> face_of;
    for (std::size_t i = 0; i < faces.size(); ++i) {
      seen_face one{faces[i], measure_quality(picture->view(), faces[i]), false, {}};
      if (const std::vector<float> made = with_.embedder->embed(picture->view(), faces[i]); !made.empty()) {
        one.embedded = true;
        probes.add(made);
        face_of.push_back(i);
      }
      seen.faces.push_back(std::move(one));
    }
    identify(seen, probes, face_of);
    seen.embed_ms = milliseconds_since(begin);
    if (options_.redact) redact(name, picture->view(), faces);
    return seen;
  }

  void redact(const std::string& name, const image_view& picture, const std::vector<face>& faces) {
    const std::filesystem::path folder = std::filesystem::path(options_.folder) / "evidence";
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    for (std::size_t i = 0; i < faces.size(); ++i) {
      const image crop = redacted_crop(picture, faces[i].where, faces);
      if (crop.empty()) continue;
      if (const auto written = write_image((folder / (name + "-" + std::to_string(i) + ".png")).string(), crop.view()); !written) evidence_faults_.push_back(written.error());
    }
  }

  tl::expected<std::monostate, errors> look_at_pictures(journal& log) {
    for (std::size_t i = log.done().size(); i < pictures_.size(); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const auto picture = read_image(probes_ + "/" + pictures_[i]);
      if (const auto added = log.add(look(pictures_[i], picture, milliseconds_since(begin))); !added) return tl::unexpected(errors{added.error()});
      if (!evidence_faults_.empty()) return tl::unexpected(evidence_faults_);
      if (options_.progress) options_.progress(i + 1, pictures_.size());
    }
    return std::monostate{};
  }

  tl::expected<std::monostate, errors> watch_video(journal& log) {
    auto film = video::open(probes_);
    if (!film) return tl::unexpected(errors{film.error()});
    std::uint64_t frame = 0;
    for (;; ++frame) {
      const auto begin = std::chrono::steady_clock::now();
      auto picture = film->next();
      if (!picture) break;
      if (frame < log.done().size()) continue; // decoded again, because frames build on each other
      if (const auto added = log.add(look(std::to_string(frame), result<image>(std::move(*picture)), milliseconds_since(begin))); !added) return tl::unexpected(errors{added.error()});
      if (!evidence_faults_.empty()) return tl::unexpected(evidence_faults_);
      if (options_.progress) options_.progress(frame + 1, film->promised());
    }
    if (frame == 0) return tl::unexpected(errors{from_.fault("probes.video", error_code::unsupported, from_.text("probes.video"), "a video with at least one frame that can be read")});
    if (film->promised() > frame) summary_.frames_missing = film->promised() - frame;
    return std::monostate{};
  }

  /// Which row of ground truth each face of a picture belongs to.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> matched(const seen_picture& seen) const {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    const auto rows = truth_.of.find(seen.name);
    if (rows == truth_.of.end()) return out;
    std::vector<box> boxes;
    for (const seen_face& f : seen.faces) boxes.push_back(f.found.where);
    std::vector<std::optional<box>> where;
    for (const std::size_t row : rows->second) where.push_back(truth_.rows[row].where);
    const auto chosen = faces_of(boxes, where);
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i]) out.emplace_back(*chosen[i], rows->second[i]);
    return out;
  }

  void assign_pictures(trial_record& out) {
    const auto& seen = *out.seen;
    for (std::size_t p = 0; p < seen.size(); ++p) {
      const auto rows = truth_.of.find(seen[p].name);
      if (rows == truth_.of.end()) {
        ++summary_.without_truth;
        for (std::size_t f = 0; f < seen[p].faces.size(); ++f) out.observations.push_back({p, f, "", ""});
        continue;
      }
      std::vector<std::string> passage_of(seen[p].faces.size());
      std::set<std::string> met;
      for (const auto& [f, row] : matched(seen[p])) {
        passage_of[f] = truth_.rows[row].passage;
        met.insert(passage_of[f]);
      }
      for (const std::size_t row : rows->second)
        if (passage& own = out.passages.at(truth_.rows[row].passage); !met.contains(own.name))
          own.reason = !seen[p].readable ? "cannot be read" : seen[p].faces.empty() ? "no face" : "several faces";
      if (seen[p].faces.size() > 1 && rows->second.size() == 1 && met.empty()) ++summary_.several_faces;
      for (std::size_t f = 0; f < passage_of.size(); ++f) add_observation(out, {p, f, "", passage_of[f]});
    }
  }

  void assign_tracks(trial_record& out) {
    const auto& seen = *out.seen;
    tracker follow(from_.number("probes.track_overlap"), static_cast<std::uint64_t>(from_.number("probes.track_gap")));
    std::vector<std::vector<std::uint64_t>> track_of;
    std::map<std::uint64_t, std::map<std::string, std::uint64_t>> votes;
    for (std::size_t p = 0; p < seen.size(); ++p) {
      std::vector<box> boxes;
      for (const seen_face& f : seen[p].faces) boxes.push_back(f.found.where);
      track_of.push_back(follow.follow(p, boxes));
      for (const auto& [f, row] : matched(seen[p])) ++votes[track_of[p][f]][truth_.rows[row].passage];
    }
    std::map<std::uint64_t, std::string> passage_of;
    for (const auto& [track, counts] : votes) {
      const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
      passage_of[track] = most->first;
    }
    summary_.without_truth = follow.tracks() - passage_of.size();
    for (auto& [name, own] : out.passages) own.reason = "no face";
    for (std::size_t p = 0; p < seen.size(); ++p)
      for (std::size_t f = 0; f < seen[p].faces.size(); ++f) {
        const auto found = passage_of.find(track_of[p][f]);
        add_observation(out, {p, f, "t" + std::to_string(track_of[p][f]), found == passage_of.end() ? "" : found->second});
      }
  }

  static void add_observation(trial_record& out, observation one) {
    if (const auto own = out.passages.find(one.passage); own != out.passages.end()) {
      own->second.observations.push_back(out.observations.size());
      // Only read where no face of the passage has a template.
      own->second.reason = "no template";
    }
    out.observations.push_back(std::move(one));
  }

  tl::expected<trial_summary, errors> write(const std::vector<seen_picture>& seen) {
    trial_record out;
    out.name = from_.text("trial.name");
    out.system = with_.name;
    out.system_version = with_.version;
    out.label_source = from_.text("ground_truth.label_source");
    out.folder = options_.folder;
    out.seed = static_cast<std::uint64_t>(from_.number("trial.seed"));
    out.candidates = static_cast<std::size_t>(from_.number("trial.candidates"));
    out.is_distance = with_.is_distance;
    out.persons = persons_;
    out.list = list_;
    out.seen = &seen;
    out.files = with_.files;
    if (from_.has("ground_truth.persons")) out.persons_file = path_of(from_.text("ground_truth.persons"));
    for (const std::string& axis : from_.names("group")) out.groups.emplace_back(axis, from_.text("group." + axis + ".reference"));
    if (from_.has("thresholds.operating")) out.operating = from_.number("thresholds.operating");
    if (from_.has("thresholds.equivalence_margin")) out.equivalence_margin = from_.number("thresholds.equivalence_margin");
    out.report = from_.numbers("thresholds.report");
    for (const truth_row& row : truth_.rows) out.passages.try_emplace(row.passage, passage{row.passage, row.person, row.camera, row.deployment, row.time, "", {}});
    if (is_sequence_) assign_tracks(out);
    else assign_pictures(out);

    trial_summary& s = summary_;
    s.pictures_listed = list_.size();
    std::set<std::string> listed;
    for (const listed_picture& one : list_) {
      listed.insert(one.person);
      s.not_enrolled += one.reason.empty() ? 0 : 1;
    }
    s.persons_listed = listed.size();
    s.probe_pictures = seen.size();
    for (const seen_picture& one : seen) {
      s.unreadable += one.readable ? 0 : 1;
      s.without_face += one.readable && one.faces.empty() ? 1 : 0;
      for (const seen_face& f : one.faces) s.without_template += f.embedded ? 0 : 1;
    }
    s.passages = out.passages.size();
    for (const auto& [name, p] : out.passages)
      s.not_acquired += std::any_of(p.observations.begin(), p.observations.end(), [&](std::size_t o) { return seen[out.observations[o].picture].faces[out.observations[o].face].embedded; }) ? 0 : 1;
    out.summary = s;
    const auto study = write_tables(out);
    if (!study) return tl::unexpected(errors{study.error()});
    s.study = *study;
    return s;
  }

  const settings& from_;
  const models& with_;
  const trial_options& options_;
  std::string probes_, key_;
  bool is_video_ = false, is_sequence_ = false;
  ground_truth truth_;
  std::set<std::string> people_of_truth_;
  std::vector<std::string> pictures_;
  std::vector<listed_picture> list_;
  std::vector<std::string> persons_;     ///< enrolled, in byte order
  std::vector<std::uint32_t> codes_;     ///< of each enrolled picture
  std::unique_ptr<template_set> references_;
  errors evidence_faults_;
  trial_summary summary_;
};

} // namespace

tl::expected<trial_summary, std::vector<error>> run_trial(const std::string& path, const trial_options& options) {
  const auto declared = read_settings(path, trial_keys());
  if (!declared) return tl::unexpected(declared.error());
  use_threads(options.threads);
  const auto with = load_models((std::filesystem::path(path).parent_path() / declared->text("models.file")).string());
  if (!with) return tl::unexpected(with.error());
  return runner(*declared, *with, options).run();
}

} // namespace lfreval::vision
