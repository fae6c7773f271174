/// @file
/// Turning a face so that its eyes, nose and mouth lie where a model expects them.
#pragma once

#include <lfreval/vision/face.hpp>

namespace lfreval::vision {

/// x' = a x - b y + dx, y' = b x + a y + dy: turned, scaled alike both ways, and shifted.
struct similarity_transform {
  double a = 1, b = 0, dx = 0, dy = 0;
  [[nodiscard]] point operator()(point p) const noexcept { return {a * p.x - b * p.y + dx, b * p.x + a * p.y + dy}; }
};

/// The transform that carries `from` to `to` with the least sum of squared distances. Without reflection there is a closed
/// form (Umeyama 1991, for two dimensions). Nothing when all of `from` is one point.
[[nodiscard]] std::optional<similarity_transform> fit_similarity(const five_points& from, const five_points& to);

/// The picture seen through the transform (from the picture to the result), between pixels by straight lines; what lies
/// outside the picture is black. Throws `std::invalid_argument` for a transform without an inverse.
[[nodiscard]] image warp(const image_view& picture, const similarity_transform& to_result, int rows, int columns);

} // namespace lfreval::vision
