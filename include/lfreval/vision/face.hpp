/// @file
/// Where faces are, and who finds and describes them.
#pragma once

#include <array>
#include <lfreval/types/error.hpp>
#include <lfreval/vision/image.hpp>
#include <optional>
#include <vector>

namespace lfreval::vision {

struct point {
  double x = 0, y = 0;
  friend bool operator==(const point&, const point&) = default;
};

/// In pixels; the left upper corner of the picture is (0, 0).
struct box {
  double x = 0, y = 0, width = 0, height = 0;

  [[nodiscard]] double area() const noexcept { return width > 0 && height > 0 ? width * height : 0; }
  [[nodiscard]] point centre() const noexcept { return {x + width / 2, y + height / 2}; }
  [[nodiscard]] bool holds(point p) const noexcept { return p.x >= x && p.x < x + width && p.y >= y && p.y < y + height; }
  friend bool operator==(const box&, const box&) = default;
};

/// Common area over joint area, 0 to 1; 0 where neither has one.
[[nodiscard]] double overlap(const box&, const box&) noexcept;

/// The left and right eye, the nose, the left and right corner of the mouth, as seen in the picture.
using five_points = std::array<point, 5>;

/// A face as a detector found it.
struct face {
  box where;
  double score = 0;
  std::optional<five_points> points; ///< where the detector, or a model of landmarks after it, gives them
};

/// Finds faces. Implementations keep state and serve one thread at a time.
class face_detector {
public:
  face_detector() = default;
  face_detector(const face_detector&) = delete;
  face_detector& operator=(const face_detector&) = delete;
  virtual ~face_detector() = default;
  /// The faces of a blue-green-red picture, the surest first; a face may reach beyond the edge.
  [[nodiscard]] virtual std::vector<face> detect(const image_view&) = 0;
};

/// Makes a template of a face.
class face_embedder {
public:
  face_embedder() = default;
  face_embedder(const face_embedder&) = delete;
  face_embedder& operator=(const face_embedder&) = delete;
  virtual ~face_embedder() = default;
  [[nodiscard]] virtual std::size_t dimension() const noexcept = 0;
  /// The template, of norm one; empty where none can be made: no landmarks, or a vector of zeros or of what is no number.
  [[nodiscard]] virtual std::vector<float> embed(const image_view&, const face&) = 0;
};

/// Of faces that overlap by more than `most`, the surest stays; of equally sure ones the first. Sorted by score.
[[nodiscard]] std::vector<face> without_overlaps(std::vector<face> faces, double most);

/// How a large picture is cut for a detector that sees a small one.
struct tiling {
  int width = 0, height = 0; ///< of a tile; 0: no tiles
  int overlap = 0;           ///< of neighbouring tiles, at least as wide as the largest face that only a tile would show
  bool whole = true;         ///< look at the whole picture as well, for the faces that are larger than a tile
  double most_overlap = 0.4; ///< between faces found twice
};

/// The faces of all tiles and of the whole picture, each once. A face that the inner edge of a tile cuts is left to the
/// neighbour that sees all of it.
[[nodiscard]] std::vector<face> detect_in_tiles(face_detector& detector, const image_view& picture, const tiling& how);

} // namespace lfreval::vision
