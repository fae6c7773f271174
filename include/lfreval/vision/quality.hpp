/// @file
/// What the picture of a face is like: covariates by which errors can be sorted and comparisons of groups adjusted.
#pragma once

#include <array>
#include <lfreval/vision/face.hpp>
#include <string_view>

namespace lfreval::vision {

/// Measures of one face. ISO/IEC 29794-5:2025 defines measures of the same matters on faces segmented by its reference
/// models; what is measured otherwise here is called a proxy and must not be compared with scores of that standard.
/// Luminance is 0.114 blue + 0.587 green + 0.299 red, over the face turned upright to 112 x 112 pixels.
struct face_quality {
  double inter_eye_distance = 0;  ///< pixels between the centres of the eyes, in the picture as it was seen
  double sharpness_proxy = 0;     ///< variance of the four-neighbour Laplacian of luminance
  double luminance_mean_proxy = 0;     ///< 0 to 1
  double luminance_variance_proxy = 0; ///< of luminance from 0 to 1
  double dynamic_range_proxy = 0; ///< entropy of the histogram of luminance, bits, 0 to 8
  double under_exposure_proxy = 0;///< share of pixels with luminance up to 25 of 255
  double over_exposure_proxy = 0; ///< share of pixels with luminance from 247 of 255
  double yaw_proxy = 0;   ///< -1 to 1: how far the nose is from the middle of the eyes, of half their distance; above 0 to the right of the picture
  double pitch_proxy = 0; ///< 0 to 1: where the nose lies on the way from the eyes to the mouth
  double roll_proxy = 0;  ///< degrees by which the line of the eyes is turned, clockwise above 0

  /// In the order of `quality_names`.
  [[nodiscard]] std::array<double, 10> values() const noexcept {
    return {inter_eye_distance, sharpness_proxy, luminance_mean_proxy, luminance_variance_proxy, dynamic_range_proxy,
            under_exposure_proxy, over_exposure_proxy, yaw_proxy, pitch_proxy, roll_proxy};
  }
};

inline constexpr std::array<std::string_view, 10> quality_names{
    "inter_eye_distance", "sharpness_proxy", "luminance_mean_proxy", "luminance_variance_proxy", "dynamic_range_proxy",
    "under_exposure_proxy", "over_exposure_proxy", "yaw_proxy", "pitch_proxy", "roll_proxy"};

/// Nothing without landmarks, or when both eyes are one point.
[[nodiscard]] std::optional<face_quality> measure_quality(const image_view& picture, const face&);

/// `under 20 px`, `20 to 39 px`, `40 to 59 px`, `60 px and more`: bands to stratify by, declared here before any data.
[[nodiscard]] std::string_view inter_eye_band(double pixels) noexcept;

} // namespace lfreval::vision
