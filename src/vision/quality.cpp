#include <lfreval/vision/quality.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <lfreval/vision/alignment.hpp>

#include "vision/usual_points.hpp"

namespace lfreval::vision {

std::optional<face_quality> measure_quality(const image_view& picture, const face& one) {
  if (!one.points) return std::nullopt;
  const five_points& p = *one.points;
  const point across{p[1].x - p[0].x, p[1].y - p[0].y};
  const double distance = std::hypot(across.x, across.y);
  const auto upright = fit_similarity(p, usual_points);
  if (!(distance > 0) || !upright || !(upright->a * upright->a + upright->b * upright->b > 0)) return std::nullopt;
  face_quality out;
  out.inter_eye_distance = distance;
  out.roll_proxy = std::atan2(across.y, across.x) * 180 / std::numbers::pi;

  // Along the line of the eyes and square to it, from their middle, in distances of the eyes.
  const point middle{(p[0].x + p[1].x) / 2, (p[0].y + p[1].y) / 2};
  const auto along = [&](point q) { return ((q.x - middle.x) * across.x + (q.y - middle.y) * across.y) / (distance * distance); };
  const auto below = [&](point q) { return ((q.y - middle.y) * across.x - (q.x - middle.x) * across.y) / (distance * distance); };
  out.yaw_proxy = std::clamp(2 * along(p[2]), -1.0, 1.0);
  const double mouth = (below(p[3]) + below(p[4])) / 2;
  out.pitch_proxy = mouth > 0 ? std::clamp(below(p[2]) / mouth, 0.0, 1.0) : 0;

  constexpr int size = usual_size;
  const image chip = warp(picture, *upright, size, size);
  std::array<double, static_cast<std::size_t>(size) * size> light{};
  std::array<double, 256> histogram{};
  const double pixels = static_cast<double>(light.size());
  double sum = 0, squares = 0;
  for (int row = 0; row < size; ++row)
    for (int column = 0; column < size; ++column) {
      const std::uint8_t* const c = chip.at(row, column);
      const double value = chip.channels() == 1 ? c[0] : 0.114 * c[0] + 0.587 * c[1] + 0.299 * c[2];
      light[static_cast<std::size_t>(row) * size + static_cast<std::size_t>(column)] = value;
      const auto level = static_cast<std::size_t>(std::lround(value));
      histogram[level] += 1;
      out.under_exposure_proxy += level <= 25 ? 1 / pixels : 0;
      out.over_exposure_proxy += level >= 247 ? 1 / pixels : 0;
      sum += value / 255;
      squares += value * value / (255.0 * 255.0);
    }
  out.luminance_mean_proxy = sum / pixels;
  out.luminance_variance_proxy = std::max(0.0, squares / pixels - out.luminance_mean_proxy * out.luminance_mean_proxy);
  for (const double count : histogram)
    if (count > 0) out.dynamic_range_proxy -= count / pixels * std::log2(count / pixels);
  const auto at = [&](int row, int column) { return light[static_cast<std::size_t>(row) * size + static_cast<std::size_t>(column)]; };
  double total = 0, total_squares = 0;
  constexpr double inner = (size - 2.0) * (size - 2.0);
  for (int row = 1; row + 1 < size; ++row)
    for (int column = 1; column + 1 < size; ++column) {
      const double bend = at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1) - 4 * at(row, column);
      total += bend;
      total_squares += bend * bend;
    }
  out.sharpness_proxy = std::max(0.0, total_squares / inner - (total / inner) * (total / inner));
  return out;
}

std::string_view inter_eye_band(double pixels) noexcept {
  return pixels < 20 ? "under 20 px" : pixels < 40 ? "20 to 39 px" : pixels < 60 ? "40 to 59 px" : "60 px and more";
}

} // namespace lfreval::vision
