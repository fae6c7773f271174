/// @file
/// Models as a small TOML file describes them: files, what they are fed, what they give.
#pragma once

#include <lfreval/study/keys.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/vision/face.hpp>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lfreval::vision {

/// The keys of a model file; docs/vision.md lists them.
[[nodiscard]] std::span<const study_key> model_keys() noexcept;

/// Gives the five points of a face that was found without them.
class face_landmarks {
public:
  face_landmarks() = default;
  face_landmarks(const face_landmarks&) = delete;
  face_landmarks& operator=(const face_landmarks&) = delete;
  virtual ~face_landmarks() = default;
  [[nodiscard]] virtual std::optional<five_points> locate(const image_view&, const box&) = 0;
};

struct model_file {
  std::string role, path, sha256;
};

/// What a system under test consists of.
struct models {
  std::string name, version;
  bool is_distance = false; ///< scores are written as distances of unit templates instead of cosines
  std::unique_ptr<face_detector> detector;
  std::unique_ptr<face_landmarks> landmarks; ///< none where the detector gives the points
  std::unique_ptr<face_embedder> embedder;
  tiling tiles;
  std::vector<model_file> files; ///< the description first

  /// The faces of a picture with their points, through the tiles.
  [[nodiscard]] std::vector<face> find(const image_view& picture) const;
};

/// Reads the description and loads the files that it names, relative to itself: networks in ONNX through OpenCV's own
/// (`kind = "onnx"`), its wrappers for YuNet and SFace where this version of OpenCV takes the file, and its cascades. Each
/// network is run once on a picture without content, so that one with other outputs than declared is refused here.
/// Errors, all together: those of `read_settings`; `cannot_open`; `unsupported` for a file that OpenCV cannot load; `not_allowed`
/// for outputs that are missing or of another size than declared.
[[nodiscard]] tl::expected<models, std::vector<error>> load_models(const std::string& path);

/// Threads that OpenCV may use, for this process.
void use_threads(unsigned threads);
/// The version of OpenCV that runs.
[[nodiscard]] std::string opencv_version();

} // namespace lfreval::vision
