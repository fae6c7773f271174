#include <lfreval/vision/models.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>

#include <lfreval/bytes/file.hpp>
#include <lfreval/vision/trial.hpp>

#include "vision/small_models.hpp"

using namespace lfreval;
using namespace lfreval::vision;

namespace {

image halves(std::uint8_t left, std::uint8_t right) {
  image out(80, 100);
  for (int row = 0; row < 80; ++row)
    for (int column = 0; column < 100; ++column)
      std::fill_n(out.at(row, column), 3, column < 50 ? left : right);
  return out;
}

std::string with(const std::string& from, const std::string& to) {
  std::string out = test::small_description;
  out.replace(out.find(from), from.size(), to);
  return out;
}

std::vector<error_code> refused(const test::temporary_folder& folder, const std::string& description) {
  const auto loaded = load_models(folder.write("models.toml", description));
  std::vector<error_code> out;
  if (!loaded)
    for (const error& why : loaded.error()) {
      CHECK_FALSE(why.message().empty());
      out.push_back(why.code);
    }
  return out;
}

} // namespace

TEST_CASE("models: boxes, points and templates are those that the networks give") {
  const test::temporary_folder folder;
  const auto with = load_models(test::write_small_models(folder));
  REQUIRE(with.has_value());
  CHECK(with->name == "small");
  CHECK_FALSE(with->is_distance);
  REQUIRE(with->files.size() == 4);
  CHECK(with->files[1].sha256.size() == 64);

  CHECK(with->find(halves(0, 0).view()).empty());
  const image bright = halves(0, 255);
  const auto found = with->find(bright.view());
  REQUIRE(found.size() == 1);
  CHECK(found[0].score == doctest::Approx(1.0));
  CHECK(found[0].where.x == doctest::Approx(55));
  CHECK(found[0].where.y == doctest::Approx(8));
  CHECK(found[0].where.width == doctest::Approx(40));
  CHECK(found[0].where.height == doctest::Approx(64));
  REQUIRE(found[0].points.has_value());
  CHECK((*found[0].points)[0].x == doctest::Approx(55 + 0.34 * 40));
  CHECK((*found[0].points)[4].y == doctest::Approx(8 + 0.82 * 64));
  const auto both = with->find(halves(200, 255).view());
  REQUIRE(both.size() == 2);
  CHECK(both[0].where.x > both[1].where.x);

  REQUIRE(with->embedder->dimension() == 48);
  const auto made = with->embedder->embed(bright.view(), found[0]);
  REQUIRE(made.size() == 48);
  double sum = 0;
  for (const float value : made) sum += static_cast<double>(value) * static_cast<double>(value);
  CHECK(sum == doctest::Approx(1.0));
  face without_points = found[0];
  without_points.points.reset();
  CHECK(with->embedder->embed(bright.view(), without_points).empty());
}

TEST_CASE("models: a wrong file, and a model whose outputs are others than declared, are refused by name") {
  const test::temporary_folder folder;
  test::write_small_models(folder);
  using codes = std::vector<error_code>;
  CHECK(refused(folder, test::small_description).empty());
  CHECK(refused(folder, with("dimension = 48", "dimension = 128")) == codes{error_code::not_allowed});
  CHECK(refused(folder, with("points = 5", "points = 68")) == codes{error_code::not_allowed});
  CHECK(refused(folder, with("least_score = 0.3", "least_score = 0.3\nboxes = \"other\"")) == codes{error_code::not_allowed});
  CHECK(refused(folder, with("\"detect.onnx\"", "\"points.onnx\"")) == codes{error_code::not_allowed});
  CHECK(refused(folder, with("\"detect.onnx\"", "\"none.onnx\"")) == codes{error_code::cannot_open});
  CHECK(refused(folder, with("\"detect.onnx\"", "\"models.toml\"")) == codes{error_code::unsupported});
  CHECK(refused(folder, with("kind = \"onnx\"\nfile = \"detect.onnx\"", "kind = \"yunet\"\nfile = \"embed.onnx\"")) == codes{error_code::unsupported});
  CHECK(refused(folder, with("kind = \"onnx\"\nfile = \"detect.onnx\"", "kind = \"cascade\"\nfile = \"embed.onnx\"")) == codes{error_code::unsupported});
  CHECK(refused(folder, with("kind = \"onnx\"\nfile = \"embed.onnx\"", "kind = \"sface\"\nfile = \"points.onnx\"")) == codes{error_code::unsupported});
  CHECK(refused(folder, with("left_eye = [0]", "left_eye = [5]")) == codes{error_code::not_allowed});
  CHECK(refused(folder, with("left_eye = [0]\n", "")) == codes{error_code::missing_key});
  CHECK(refused(folder, with("width = 16", "widht = 16")) == codes{error_code::unknown_key});
  CHECK(refused(folder, with("order = \"grey\"", "order = \"rbg\"")) == codes{error_code::not_allowed});
  CHECK(refused(folder, with("[system]\nname = \"small\"\n", "")) == codes{error_code::missing_key});
  CHECK(refused(folder, "schema = [") == codes{error_code::malformed_toml});
  CHECK(refused(folder, with("[landmarks]", "[detector.tiles]\nwidth = 32\nheight = 32\noverlap = 32\n[landmarks]")) == codes{error_code::not_allowed});
}

TEST_CASE("models: OpenCV's wrapper for SFace makes the templates of the network it is given") {
  const test::temporary_folder folder;
  test::write_small_models(folder);
  const auto loaded = load_models(folder.write("models.toml", with("[embedder]\nkind = \"onnx\"", "[embedder]\nkind = \"sface\"")));
  REQUIRE(loaded.has_value());
  const image bright = halves(0, 255);
  const auto found = loaded->find(bright.view());
  REQUIRE(found.size() == 1);
  const auto made = loaded->embedder->embed(bright.view(), found[0]);
  REQUIRE(made.size() == 48);
  // White inside, black where the upright face reaches beyond the bright half: nothing is below zero.
  CHECK(*std::min_element(made.begin(), made.end()) >= 0);
  CHECK(*std::max_element(made.begin(), made.end()) > 0.1F);
  face without_points = found[0];
  without_points.points.reset();
  CHECK(loaded->embedder->embed(bright.view(), without_points).empty());
}

TEST_CASE("models: a cascade of OpenCV is loaded and runs") {
  const std::string cascade = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml";
  if (!std::filesystem::exists(cascade)) {
    MESSAGE("skipped: the cascades of opencv-data are not installed");
    return;
  }
  const test::temporary_folder folder;
  test::write_small_models(folder);
  const auto loaded = load_models(folder.write("models.toml", with("kind = \"onnx\"\nfile = \"detect.onnx\"", "kind = \"cascade\"\nfile = \"" + cascade + "\"")));
  REQUIRE(loaded.has_value());
  CHECK(loaded->find(halves(0, 255).view()).empty());
}

TEST_CASE("models: the documentation lists every key of model and trial files as the checker knows it") {
  const auto documented = read_file(LFREVAL_SOURCE_DIR "/docs/vision.md");
  REQUIRE(documented.has_value());
  for (const auto& keys : {model_keys(), trial_keys()})
    for (const study_key& key : keys) {
      const std::string row = "| `" + std::string(key.path) + "`" + (key.required ? " (required)" : "") + " | " + std::string(key.standard) + " | " +
                              std::string(key.allowed) + " | " + std::string(key.meaning) + " |\n";
      CHECK_MESSAGE(documented->bytes.find(row) != std::string::npos, row);
    }
}
