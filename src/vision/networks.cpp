// Models through OpenCV. The only file that includes its networks and detectors.
#include <lfreval/vision/models.hpp>

#include <cmath>
#include <filesystem>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/settings.hpp>
#include <lfreval/vision/alignment.hpp>

#include "vision/mat.hpp"
#include "vision/usual_points.hpp"

namespace lfreval::vision {

namespace {

/// What a network is fed, and how.
struct input_form {
  cv::Size size;
  double mean = 0, scale = 1;
  std::string order;

  static input_form of(const settings& from, const std::string& section) {
    return {{static_cast<int>(from.number(section + ".width")), static_cast<int>(from.number(section + ".height"))},
            from.number(section + ".mean"), from.number(section + ".scale"), from.text(section + ".order")};
  }
  [[nodiscard]] cv::Mat blob(const cv::Mat& picture) const {
    cv::Mat sized, shown;
    cv::resize(picture, sized, size);
    if (order == "grey" && sized.channels() == 3) cv::cvtColor(sized, shown, cv::COLOR_BGR2GRAY);
    else shown = sized;
    return cv::dnn::blobFromImage(shown, scale, size, cv::Scalar::all(mean), order == "rgb");
  }
  [[nodiscard]] cv::Mat nothing() const { return cv::Mat::zeros(size, CV_8UC3); }
};

/// A network whose named outputs have been looked at once.
class network {
public:
  network(const std::string& file, input_form form, std::vector<std::string> outputs)
      : net_(cv::dnn::readNetFromONNX(file)), form_(std::move(form)), outputs_(outputs.begin(), outputs.end()) {}

  std::vector<cv::Mat> operator()(const cv::Mat& picture) {
    net_.setInput(form_.blob(picture));
    std::vector<cv::Mat> out;
    net_.forward(out, outputs_);
    return out;
  }
  std::vector<cv::Mat> operator()() { return (*this)(form_.nothing()); }
  [[nodiscard]] const input_form& form() const noexcept { return form_; }
  /// Outputs that the network lacks.
  [[nodiscard]] std::string missing() const {
    const std::vector<cv::String> names = net_.getLayerNames();
    for (const cv::String& one : outputs_)
      if (std::find(names.begin(), names.end(), one) == names.end()) return one;
    return {};
  }
  [[nodiscard]] std::string given() const {
    std::string out;
    for (const cv::String& one : net_.getUnconnectedOutLayersNames()) out += (out.empty() ? "" : ", ") + one;
    return out;
  }

private:
  cv::dnn::Net net_;
  input_form form_;
  std::vector<cv::String> outputs_;
};

struct onnx_detector final : face_detector {
  network run;
  double least_score, most_overlap;
  bool square, in_pixels;

  onnx_detector(network n, const settings& from)
      : run(std::move(n)), least_score(from.number("detector.least_score")), most_overlap(from.number("detector.most_overlap")),
        square(from.flag("detector.square")), in_pixels(from.text("detector.box_unit") == "pixels") {}

  std::vector<face> detect(const image_view& picture) override {
    if (picture.rows < 1 || picture.columns < 1) return {};
    const std::vector<cv::Mat> out = run(mat_of(picture));
    const auto* const edges = out[0].ptr<float>();
    const auto* const scores = out[1].ptr<float>();
    const std::size_t boxes = out[0].total() / 4, classes = out[1].total() / boxes;
    const double across = in_pixels ? static_cast<double>(picture.columns) / run.form().size.width : picture.columns;
    const double down = in_pixels ? static_cast<double>(picture.rows) / run.form().size.height : picture.rows;
    std::vector<face> found;
    for (std::size_t i = 0; i < boxes; ++i) {
      const double score = static_cast<double>(scores[i * classes + classes - 1]);
      const float* const e = edges + 4 * i;
      if (!(score >= least_score) || !std::isfinite(e[0] + e[1] + e[2] + e[3])) continue;
      face one;
      one.where = {e[0] * across, e[1] * down, (e[2] - e[0]) * across, (e[3] - e[1]) * down};
      if (one.where.area() <= 0) continue;
      if (square) one.where = {one.where.centre().x - one.where.height / 2, one.where.y, one.where.height, one.where.height};
      one.score = score;
      found.push_back(one);
    }
    return without_overlaps(std::move(found), most_overlap);
  }
};

struct yunet_detector final : face_detector {
  cv::Ptr<cv::FaceDetectorYN> run;

  std::vector<face> detect(const image_view& picture) override {
    if (picture.rows < 1 || picture.columns < 1) return {};
    cv::Mat rows;
    run->setInputSize({picture.columns, picture.rows});
    run->detect(mat_of(picture), rows);
    std::vector<face> found;
    for (int i = 0; i < rows.rows; ++i) {
      const float* const r = rows.ptr<float>(i);
      face one;
      one.where = {r[0], r[1], r[2], r[3]};
      one.score = r[14];
      five_points points;
      for (std::size_t k = 0; k < 5; ++k) points[k] = {r[4 + 2 * k], r[5 + 2 * k]};
      one.points = points;
      found.push_back(one);
    }
    return without_overlaps(std::move(found), 1);
  }
};

struct cascade_detector final : face_detector {
  cv::CascadeClassifier run;
  double least_score = 0, most_overlap = 0.4;

  std::vector<face> detect(const image_view& picture) override {
    if (picture.rows < 1 || picture.columns < 1) return {};
    cv::Mat grey;
    if (picture.channels == 3) cv::cvtColor(mat_of(picture), grey, cv::COLOR_BGR2GRAY);
    else grey = mat_of(picture);
    std::vector<cv::Rect> where;
    std::vector<int> levels;
    std::vector<double> weights;
    run.detectMultiScale(grey, where, levels, weights, 1.1, 3, 0, {}, {}, true);
    std::vector<face> found;
    for (std::size_t i = 0; i < where.size(); ++i)
      if (weights[i] >= least_score)
        found.push_back({{static_cast<double>(where[i].x), static_cast<double>(where[i].y), static_cast<double>(where[i].width), static_cast<double>(where[i].height)}, weights[i], {}});
    return without_overlaps(std::move(found), most_overlap);
  }
};

struct onnx_landmarks final : face_landmarks {
  network run;
  std::array<std::vector<std::size_t>, 5> of;

  onnx_landmarks(network n, const settings& from) : run(std::move(n)) {
    const char* const names[] = {"left_eye", "right_eye", "nose", "left_mouth", "right_mouth"};
    for (std::size_t i = 0; i < 5; ++i)
      for (const double place : from.numbers(std::string("landmarks.") + names[i])) of[i].push_back(static_cast<std::size_t>(place));
  }

  /// The box is moved inside the picture, and made smaller where it does not fit.
  std::optional<five_points> locate(const image_view& picture, const box& around) override {
    if (picture.rows < 2 || picture.columns < 2 || around.area() <= 0) return std::nullopt;
    const double smaller = std::min({1.0, (picture.columns - 1) / around.width, (picture.rows - 1) / around.height});
    const auto pixels = [](double value) { return static_cast<int>(std::lround(value)); };
    const int width = std::max(1, pixels(around.width * smaller)), height = std::max(1, pixels(around.height * smaller));
    const int left = std::clamp(pixels(around.centre().x - width / 2.0), 0, picture.columns - width);
    const int top = std::clamp(pixels(around.centre().y - height / 2.0), 0, picture.rows - height);
    const std::vector<cv::Mat> out = run(mat_of(picture.part(top, left, height, width)));
    const auto* const shares = out[0].ptr<float>();
    five_points points;
    for (std::size_t i = 0; i < 5; ++i) {
      for (const std::size_t place : of[i]) {
        points[i].x += left + static_cast<double>(shares[2 * place]) * width;
        points[i].y += top + static_cast<double>(shares[2 * place + 1]) * height;
      }
      points[i] = {points[i].x / static_cast<double>(of[i].size()), points[i].y / static_cast<double>(of[i].size())};
      if (!std::isfinite(points[i].x + points[i].y)) return std::nullopt;
    }
    return points;
  }
};

/// Of length one; empty where that cannot be.
std::vector<float> unit(const cv::Mat& from) {
  const auto* const values = from.ptr<float>();
  std::vector<float> out(values, values + from.total());
  double sum = 0;
  for (const float value : out) sum += static_cast<double>(value) * static_cast<double>(value);
  if (!(sum > 0) || !std::isfinite(sum)) return {};
  for (float& value : out) value = static_cast<float>(static_cast<double>(value) / std::sqrt(sum));
  return out;
}

struct onnx_embedder final : face_embedder {
  network run;
  five_points points;
  std::size_t numbers;

  onnx_embedder(network n, five_points p, std::size_t d) : run(std::move(n)), points(p), numbers(d) {}
  [[nodiscard]] std::size_t dimension() const noexcept override { return numbers; }
  std::vector<float> embed(const image_view& picture, const face& one) override {
    if (!one.points) return {};
    const auto upright = fit_similarity(*one.points, points);
    if (!upright || !(upright->a * upright->a + upright->b * upright->b > 0)) return {};
    const image chip = warp(picture, *upright, run.form().size.height, run.form().size.width);
    return unit(run(mat_of(chip.view()))[0]);
  }
};

struct sface_embedder final : face_embedder {
  cv::Ptr<cv::FaceRecognizerSF> run;
  std::size_t numbers = 0;

  [[nodiscard]] std::size_t dimension() const noexcept override { return numbers; }
  std::vector<float> embed(const image_view& picture, const face& one) override {
    if (!one.points) return {};
    cv::Mat row(1, 15, CV_32F), chip, numbers_found;
    const box& b = one.where;
    const double values[] = {b.x, b.y, b.width, b.height};
    for (int i = 0; i < 4; ++i) row.at<float>(0, i) = static_cast<float>(values[i]);
    for (int i = 0; i < 5; ++i) {
      row.at<float>(0, 4 + 2 * i) = static_cast<float>((*one.points)[static_cast<std::size_t>(i)].x);
      row.at<float>(0, 5 + 2 * i) = static_cast<float>((*one.points)[static_cast<std::size_t>(i)].y);
    }
    row.at<float>(0, 14) = static_cast<float>(one.score);
    run->alignCrop(mat_of(picture), row, chip);
    run->feature(chip, numbers_found);
    return unit(numbers_found);
  }
};

struct loader {
  const settings& from;
  models& out;
  std::vector<error>& errors;

  void add(const std::string& key, error_code code, std::string value, std::string allowed) { errors.push_back(from.fault(key, code, std::move(value), std::move(allowed))); }

  /// The path and hash of a model file; empty when it cannot be read.
  std::string file(const std::string& role) {
    const std::string named = from.text(role + ".file");
    const std::string path = (std::filesystem::path(from.file()).parent_path() / named).string();
    const auto bytes = read_file(path);
    if (!bytes) {
      errors.push_back(bytes.error());
      return {};
    }
    out.files.push_back({role, named, bytes->sha256});
    return path;
  }

  template <class Load> void guarded(const std::string& role, const Load& load) {
    const std::string path = file(role);
    if (path.empty()) return;
    try {
      load(path);
    } catch (const cv::Exception& problem) {
      add(role + ".file", error_code::unsupported, from.text(role + ".file"), "a model that OpenCV " + opencv_version() + " can load and run: " + first_line(problem.err));
    }
  }
  static std::string first_line(const std::string& text) { return text.substr(0, std::min(text.find('\n'), std::size_t{200})); }

  /// The outputs for a picture of zeros, or nothing when one of them is missing.
  std::optional<std::vector<cv::Mat>> tried(network& run, const std::string& role) {
    if (const std::string missing = run.missing(); !missing.empty()) {
      add(role + ".file", error_code::not_allowed, "no output " + missing, "an output of the model: " + run.given());
      return std::nullopt;
    }
    return run();
  }
  static std::string shape(const cv::Mat& m) {
    std::string text;
    for (int i = 0; i < m.dims; ++i) text += (i == 0 ? "" : " x ") + std::to_string(m.size[i]);
    return text;
  }

  void load_detector() {
    const std::string kind = from.text("detector.kind");
    guarded("detector", [&](const std::string& path) {
      if (kind == "yunet") {
        auto one = std::make_unique<yunet_detector>();
        one->run = cv::FaceDetectorYN::create(path, "", {320, 320}, static_cast<float>(from.number("detector.least_score")), static_cast<float>(from.number("detector.most_overlap")));
        (void)one->detect(image(320, 320).view());
        out.detector = std::move(one);
      } else if (kind == "cascade") {
        auto one = std::make_unique<cascade_detector>();
        one->most_overlap = from.number("detector.most_overlap");
        one->least_score = from.has("detector.least_score") ? from.number("detector.least_score") : -1e9;
        if (!one->run.load(path)) add("detector.file", error_code::unsupported, from.text("detector.file"), "a cascade that OpenCV " + opencv_version() + " can load");
        out.detector = std::move(one);
      } else {
        network run(path, input_form::of(from, "detector"), {from.text("detector.boxes"), from.text("detector.scores")});
        const auto trial = tried(run, "detector");
        if (!trial) return;
        const std::size_t boxes = (*trial)[0].total() / 4;
        if ((*trial)[0].total() % 4 != 0 || (*trial)[0].size[(*trial)[0].dims - 1] != 4 || boxes == 0 || (*trial)[1].total() % boxes != 0 || (*trial)[1].total() == 0)
          add("detector.file", error_code::not_allowed, shape((*trial)[0]) + " and " + shape((*trial)[1]), "four edges for each box, and as many rows of scores");
        else out.detector = std::make_unique<onnx_detector>(std::move(run), from);
      }
    });
  }

  void load_landmarks() {
    if (!from.has("landmarks.file")) return;
    const auto points = static_cast<std::size_t>(from.number("landmarks.points"));
    bool complete = true;
    for (const char* name : {"left_eye", "right_eye", "nose", "left_mouth", "right_mouth"}) {
      const std::string key = std::string("landmarks.") + name;
      const auto places = from.numbers(key);
      if (places.empty()) { add(key, error_code::missing_key, "", "places of points, from 0"); complete = false; }
      for (const double place : places)
        if (place >= static_cast<double>(points) || place != std::floor(place)) { add(key, error_code::not_allowed, std::to_string(place), "whole numbers below " + std::to_string(points)); complete = false; }
    }
    guarded("landmarks", [&](const std::string& path) {
      network run(path, input_form::of(from, "landmarks"), {from.text("landmarks.output")});
      const auto trial = tried(run, "landmarks");
      if (!trial) return;
      if ((*trial)[0].total() != 2 * points) add("landmarks.points", error_code::not_allowed, shape((*trial)[0]), "an output of " + std::to_string(2 * points) + " numbers, x and y of each point");
      else if (complete) out.landmarks = std::make_unique<onnx_landmarks>(std::move(run), from);
    });
  }

  void load_embedder() {
    const auto dimension = static_cast<std::size_t>(from.number("embedder.dimension"));
    five_points points = usual_points;
    if (const auto given = from.numbers("embedder.points"); from.has("embedder.points")) {
      if (given.size() != 10) return add("embedder.points", error_code::not_allowed, std::to_string(given.size()) + " numbers", "ten numbers");
      for (std::size_t i = 0; i < 5; ++i) points[i] = {given[2 * i], given[2 * i + 1]};
      if (!fit_similarity(points, usual_points)) return add("embedder.points", error_code::not_allowed, "one point", "five points that are not all one");
    }
    guarded("embedder", [&](const std::string& path) {
      const auto expect = [&](std::size_t found, const std::string& as) {
        if (found == dimension) return true;
        add("embedder.dimension", error_code::not_allowed, as, "an output of " + std::to_string(dimension) + " numbers, as declared");
        return false;
      };
      if (from.text("embedder.kind") == "sface") {
        auto one = std::make_unique<sface_embedder>();
        one->run = cv::FaceRecognizerSF::create(path, "");
        cv::Mat found;
        one->run->feature(cv::Mat::zeros(usual_size, usual_size, CV_8UC3), found);
        one->numbers = found.total();
        if (expect(found.total(), shape(found))) out.embedder = std::move(one);
        return;
      }
      network run(path, input_form::of(from, "embedder"), {from.text("embedder.output")});
      const auto trial = tried(run, "embedder");
      if (trial && expect((*trial)[0].total(), shape((*trial)[0]))) out.embedder = std::make_unique<onnx_embedder>(std::move(run), points, dimension);
    });
  }
};

} // namespace

std::vector<face> models::find(const image_view& picture) const {
  std::vector<face> out = detect_in_tiles(*detector, picture, tiles);
  if (landmarks)
    for (face& one : out)
      if (!one.points) one.points = landmarks->locate(picture, one.where);
  return out;
}

tl::expected<models, std::vector<error>> load_models(const std::string& path) {
  const auto read = read_settings(path, model_keys());
  if (!read) return tl::unexpected(read.error());
  // Without these, OpenCV prints what it throws as well.
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
  models out;
  out.name = read->text("system.name");
  out.version = read->text("system.version");
  out.is_distance = read->text("embedder.similarity") == "euclidean";
  out.tiles = {static_cast<int>(read->number("detector.tiles.width")), static_cast<int>(read->number("detector.tiles.height")),
               static_cast<int>(read->number("detector.tiles.overlap")), read->flag("detector.tiles.whole"), read->number("detector.most_overlap")};
  out.files.push_back({"description", std::filesystem::path(path).filename().string(), read->sha256()});
  std::vector<error> errors;
  if (out.tiles.width > 0 && out.tiles.overlap >= std::min(out.tiles.width, out.tiles.height))
    errors.push_back(read->fault("detector.tiles.overlap", error_code::not_allowed, std::to_string(out.tiles.overlap), "below the width and the height of a tile"));
  loader load{*read, out, errors};
  load.load_detector();
  load.load_landmarks();
  load.load_embedder();
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

void use_threads(unsigned threads) { cv::setNumThreads(static_cast<int>(threads)); }

std::string opencv_version() { return cv::getVersionString(); }

} // namespace lfreval::vision
