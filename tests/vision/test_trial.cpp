#include <lfreval/vision/trial.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <opencv2/videoio.hpp>
#include <set>

#include <lfreval/bytes/file.hpp>
#include <lfreval/log/csv.hpp>
#include <lfreval/log/templates.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/vision/frames.hpp>

#include "support/random.hpp"
#include "vision/small_models.hpp"

using namespace lfreval;
using namespace lfreval::vision;

namespace {

/// Somebody's pattern of colours in the left or right half of a black picture; `light` changes all of it alike.
void show(image& on, unsigned person, bool right, int light = 0) {
  test::random from(1000 + person);
  std::uint8_t colours[8][8][3];
  for (auto& row : colours)
    for (auto& cell : row)
      for (auto& value : cell) value = static_cast<std::uint8_t>(60 + from.below(180));
  const int half = on.columns() / 2;
  for (int row = 0; row < on.rows(); ++row)
    for (int column = 0; column < half; ++column)
      for (int c = 0; c < 3; ++c)
        on.at(row, column + (right ? half : 0))[c] = static_cast<std::uint8_t>(std::min(255, colours[row * 8 / on.rows()][column * 8 / half][c] + light));
}

image picture_of(unsigned person, int light = 0) {
  image out(160, 200);
  show(out, person, false, light);
  return out;
}

constexpr const char* declaration = R"(schema = 1
[trial]
name = "small trial"
candidates = 2
[models]
file = "models.toml"
[watchlist]
folder = "list"
people = "people.csv"
[probes]
folder = "probes"
[ground_truth]
file = "truth.csv"
[thresholds]
operating = 0.9
)";

/// Five people on the list, with a second picture of the first, and probes of some of them and of two others.
struct small_trial {
  test::temporary_folder folder;
  std::string truth = "image,person\n";

  small_trial() {
    test::write_small_models(folder);
    for (const char* name : {"list", "probes"}) std::filesystem::create_directory(folder.at(name));
    std::string people = "image,person\n";
    for (unsigned p = 0; p < 5; ++p) {
      put("list/" + std::to_string(p) + ".png", picture_of(p));
      people += std::to_string(p) + ".png,p" + std::to_string(p) + "\n";
    }
    put("list/again.png", picture_of(0, 10));
    folder.write("people.csv", people + "again.png,p0\n");
    for (unsigned p = 3; p < 7; ++p) probe("walk" + std::to_string(p) + ".png", picture_of(p, 8), "p" + std::to_string(p));
    folder.write("trial.toml", declaration);
  }
  void put(const std::string& name, const image& picture) const { REQUIRE(write_image(folder.at(name), picture.view()).has_value()); }
  void probe(const std::string& name, const image& picture, const std::string& person) {
    put("probes/" + name, picture);
    if (!person.empty()) truth += name + "," + person + "\n";
  }
  [[nodiscard]] tl::expected<trial_summary, std::vector<error>> run(const trial_options& options = {}) const {
    folder.write("truth.csv", truth);
    trial_options own = options;
    if (own.folder == ".") own.folder = folder.at("out");
    return run_trial(folder.at("trial.toml"), own);
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    const auto file = read_file(folder.at(name));
    REQUIRE(file.has_value());
    return file->bytes;
  }
  /// A cell by the first column of its row.
  [[nodiscard]] std::string cell(const std::string& table, const std::string& id, const std::string& column) const {
    ledger refused;
    const auto read = parse_csv(bytes("out/" + table), table, refused, "");
    REQUIRE(read.has_value());
    const auto at = static_cast<std::size_t>(std::find(read->header.begin(), read->header.end(), column) - read->header.begin());
    REQUIRE(at < read->header.size());
    for (const csv_row& row : read->rows)
      if (row.fields[table == "watchlist.csv" ? 1 : 0] == id) return std::string(row.fields[at]);
    return "no such row";
  }
};

const error* only(const tl::expected<trial_summary, std::vector<error>>& ran) {
  if (ran || ran.error().size() != 1) return nullptr;
  return &ran.error().front();
}

} // namespace

TEST_CASE("trial: the log of pictures names everybody, and is evaluated as it is") {
  const small_trial trial;
  const auto ran = trial.run();
  REQUIRE(ran.has_value());
  CHECK(ran->pictures_listed == 6);
  CHECK(ran->persons_listed == 5);
  CHECK(ran->not_enrolled == 0);
  CHECK(ran->passages == 4);
  CHECK(ran->not_acquired == 0);
  for (const char* p : {"3", "4"}) {
    const std::string name = std::string("walk") + p + ".png";
    CHECK(trial.cell("passages.csv", name, "top_person") == std::string("p") + p);
    CHECK(trial.cell("passages.csv", name, "mate_rank") == "1");
    CHECK(trial.cell("passages.csv", name, "mate_score") == trial.cell("passages.csv", name, "top_score"));
    CHECK_FALSE(trial.cell("passages.csv", name, "sharpness_proxy").empty());
  }
  CHECK(trial.cell("passages.csv", "walk5.png", "mate_score").empty());
  CHECK(std::filesystem::exists(trial.folder.at("out/models.csv")));
  CHECK_FALSE(std::filesystem::exists(trial.folder.at("out/templates_SENSITIVE")));
  CHECK_FALSE(std::filesystem::exists(trial.folder.at("out/evidence")));

  const auto declared = read_study(ran->study);
  REQUIRE(declared.has_value());
  const auto evaluated = evaluate(*declared, {});
  REQUIRE(evaluated.has_value());
  CHECK(evaluated->records.passages == 4);
  CHECK(evaluated->refused.empty());
}

TEST_CASE("trial: pictures that cannot be used are counted with their reason, and no passage is lost") {
  small_trial trial;
  trial.folder.write("probes/broken.png", "this is no picture");
  trial.folder.write("probes/cut.png", trial.bytes("probes/walk3.png").substr(0, 60));
  trial.truth += "broken.png,p1\ncut.png,p1\n";
  trial.probe("dark.png", image(160, 200), "p2");
  image two(160, 200);
  show(two, 1, false);
  show(two, 2, true);
  trial.probe("two.png", two, "p1");
  trial.probe("nobody.png", picture_of(9), "");
  trial.folder.write("list/9.png", "no picture either");
  trial.put("list/8.png", image(160, 200));
  trial.put("list/7.png", two);
  trial.folder.write("people.csv", trial.bytes("people.csv") + "9.png,p9\n8.png,p8\n7.png,p7\n");
  const auto ran = trial.run();
  REQUIRE(ran.has_value());
  CHECK(ran->passages == 8);
  CHECK(ran->not_acquired == 4);
  CHECK(ran->unreadable == 2);
  CHECK(ran->without_face == 1);
  CHECK(ran->several_faces == 1);
  CHECK(ran->without_truth == 1);
  CHECK(ran->not_enrolled == 3);
  CHECK(trial.cell("passages.csv", "broken.png", "reason") == "cannot be read");
  CHECK(trial.cell("passages.csv", "cut.png", "acquired") == "no");
  CHECK(trial.cell("passages.csv", "dark.png", "reason") == "no face");
  CHECK(trial.cell("passages.csv", "two.png", "reason") == "several faces");
  CHECK(trial.cell("passages.csv", "nobody.png", "reason") == "no such row");
  CHECK(trial.cell("watchlist.csv", "9.png", "reason") == "cannot be read");
  CHECK(trial.cell("watchlist.csv", "8.png", "enrolled") == "no");
  CHECK(trial.cell("watchlist.csv", "7.png", "reason") == "several faces");
  const auto evaluated = evaluate(read_study(ran->study).value(), {});
  REQUIRE(evaluated.has_value());
  CHECK(evaluated->records.passages == 8);

  // With boxes, ground truth says which of two faces is whose.
  small_trial boxed;
  boxed.put("probes/two.png", two);
  boxed.truth = "image,person,x,y,width,height\ntwo.png,p1,10,16,80,128\ntwo.png,p2,110,16,80,128\n";
  REQUIRE(boxed.run().has_value());
  CHECK(boxed.cell("passages.csv", "two.png:p1", "top_person") == "p1");
  CHECK(boxed.cell("passages.csv", "two.png:p2", "top_person") == "p2");
}

TEST_CASE("trial: an interrupted run goes on where it was, and ends as it would have") {
  const small_trial trial;
  REQUIRE(trial.run().has_value());
  const std::vector<std::string> tables{"out/passages.csv", "out/observations.csv", "out/candidates.csv", "out/watchlist.csv", "out/study.toml", "out/summary.csv"};
  std::map<std::string, std::string> whole;
  for (const std::string& name : tables) whole[name] = trial.bytes(name);
  const std::string journal = trial.bytes("out/journal.txt");
  std::set<std::uint64_t> resumed;
  for (std::size_t cut = 0; cut <= journal.size(); cut += 97) {
    trial.folder.write("out/journal.txt", journal.substr(0, cut));
    const auto again = trial.run();
    REQUIRE(again.has_value());
    resumed.insert(again->resumed);
    for (const std::string& name : tables) REQUIRE(trial.bytes(name) == whole[name]);
  }
  CHECK(resumed.size() >= 4);
  CHECK(resumed.contains(0));

  // Other pictures are another trial.
  trial.put("probes/walk3.png", picture_of(3, 20));
  const auto refused = trial.run();
  REQUIRE(only(refused) != nullptr);
  CHECK(only(refused)->code == error_code::not_allowed);
  CHECK(only(refused)->file.ends_with("journal.txt"));
}

TEST_CASE("trial: ground truth and lists that do not fit are refused, with their places") {
  const auto code_of = [](const small_trial& trial) {
    const auto ran = trial.run();
    REQUIRE(only(ran) != nullptr);
    CHECK_FALSE(std::filesystem::exists(trial.folder.at("out/study.toml")));
    return only(ran)->code;
  };
  small_trial trial;
  const std::string good = trial.truth;
  trial.truth = good + "absent.png,p1\n";
  CHECK(code_of(trial) == error_code::not_allowed);
  trial.truth = good + "walk3.png,\n";
  CHECK(code_of(trial) == error_code::missing_value);
  trial.truth = good + "walk3.png\n";
  CHECK(code_of(trial) == error_code::wrong_field_count);
  trial.truth = good + "walk3.png,p1\n";
  CHECK(code_of(trial) == error_code::not_allowed); // two people in a passage
  trial.truth = "picture,person\nwalk3.png,p3\n";
  CHECK(code_of(trial) == error_code::unknown_column);
  trial.truth = "image,person,x,y,width,height\nwalk3.png,p3,1,2,3,\n";
  CHECK(code_of(trial) == error_code::not_a_number);
  trial.truth = good;
  trial.folder.write("people.csv", "image,person\nmissing.png,p1\n");
  CHECK(code_of(trial) == error_code::not_allowed);
  trial.folder.write("people.csv", "image,person\n0.png,p0\n0.png,p1\n");
  CHECK(code_of(trial) == error_code::duplicate_id);
  trial.put("list/0.png", image(160, 200));
  trial.folder.write("people.csv", "image,person\n0.png,p0\n");
  CHECK(code_of(trial) == error_code::not_allowed); // nobody is enrolled

  const small_trial missing;
  const auto without = run_trial(missing.folder.at("trial.toml"), {.folder = missing.folder.at("out"), .threads = 1, .redact = false, .write_templates = false, .progress = {}});
  REQUIRE(only(without) != nullptr);
  CHECK(only(without)->code == error_code::cannot_open);
  CHECK(only(without)->file.ends_with("truth.csv"));
}

TEST_CASE("trial: templates and evidence are written when asked for, and evidence shows no face") {
  const small_trial trial;
  const auto ran = trial.run({.folder = trial.folder.at("out"), .threads = 1, .redact = true, .write_templates = true, .progress = {}});
  REQUIRE(ran.has_value());
  const auto templates = read_npy(trial.folder.at("out/templates_SENSITIVE/watchlist.npy"));
  REQUIRE(templates.has_value());
  CHECK(templates->size() == 6);
  const auto allowed = std::filesystem::status(trial.folder.at("out/templates_SENSITIVE/watchlist.npy")).permissions();
  CHECK((allowed & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) == std::filesystem::perms::none);
  const auto crop = read_image(trial.folder.at("out/evidence/walk3.png-0.png"));
  REQUIRE(crop.has_value());
  int steepest = 0;
  for (int row = 60; row < 100; ++row)
    for (int column = 30; column < 70; ++column) steepest = std::max(steepest, std::abs(crop->at(row, column)[0] - crop->at(row, column - 1)[0]));
  CHECK(steepest < 20);
}

TEST_CASE("trial: a passage of several frames counts once, by its best frame, and a video that ends early is told") {
  small_trial trial;
  const std::string path = trial.folder.at("walk.avi");
  {
    cv::VideoWriter film(path, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 10, {200, 160});
    if (!film.isOpened()) {
      MESSAGE("skipped: this OpenCV writes no MJPG video");
      return;
    }
    // Three frames of p3 on the left; p4 on the right from the second frame on; two dark frames at the end.
    for (int frame = 0; frame < 6; ++frame) {
      image picture(160, 200);
      if (frame < 3) show(picture, 3, false, 4 * frame);
      if (frame >= 1 && frame < 4) show(picture, 4, true);
      film.write(cv::Mat(picture.rows(), picture.columns(), CV_8UC3, picture.at(0, 0)));
    }
  }
  // One annotated frame is enough to say whose a track is.
  trial.truth = "frame,person,x,y,width,height\n1,p3,10,16,80,128\n2,p4,110,16,80,128\n5,p0,10,16,80,128\n";
  std::string declared = declaration;
  declared.replace(declared.find("folder = \"probes\""), 17, "video = \"walk.avi\"");
  trial.folder.write("trial.toml", declared);
  const auto ran = trial.run();
  REQUIRE(ran.has_value());
  CHECK(ran->probe_pictures == 6);
  CHECK(ran->passages == 3);
  CHECK(ran->not_acquired == 1); // p0 was there and never found
  CHECK(ran->frames_missing == 0);
  CHECK(trial.cell("passages.csv", "p3@camera", "faces") == "3");
  CHECK(trial.cell("passages.csv", "p3@camera", "top_person") == "p3");
  CHECK(trial.cell("passages.csv", "p4@camera", "faces") == "3");
  CHECK(trial.cell("passages.csv", "p4@camera", "mate_rank") == "1");
  CHECK(trial.cell("passages.csv", "p0@camera", "reason") == "no face");
  // The score of the passage is the best of its frames.
  ledger refused;
  const auto observations = parse_csv(trial.bytes("out/observations.csv"), "observations.csv", refused, "");
  REQUIRE(observations.has_value());
  CHECK(observations->rows.size() == 6);
  double best = -1;
  for (const csv_row& row : observations->rows)
    if (row.fields[2] == "p3@camera") best = std::max(best, std::stod(std::string(row.fields[15])));
  CHECK(best == doctest::Approx(std::stod(trial.cell("passages.csv", "p3@camera", "top_score"))));
  CHECK(evaluate(read_study(ran->study).value(), {}).value().records.passages == 3);

  const std::string film = trial.bytes("walk.avi");
  trial.folder.write("walk.avi", film.substr(0, film.size() * 6 / 10));
  const auto cut = trial.run({.folder = trial.folder.at("cut"), .threads = 1, .redact = false, .write_templates = false, .progress = {}});
  if (cut) {
    CHECK(cut->probe_pictures < 6);
    CHECK(cut->passages == 3);
  } else {
    REQUIRE(only(cut) != nullptr);
    CHECK(only(cut)->code == error_code::unsupported);
  }
  trial.folder.write("walk.avi", "no video");
  const auto none = trial.run({.folder = trial.folder.at("none"), .threads = 1, .redact = false, .write_templates = false, .progress = {}});
  REQUIRE(only(none) != nullptr);
  CHECK(only(none)->code == error_code::unsupported);
}
