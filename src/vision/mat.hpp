// Between our pictures and OpenCV's. Private to the vision stage.
#pragma once

#include <lfreval/vision/image.hpp>
#include <opencv2/core.hpp>

namespace lfreval::vision {

/// A header over the same pixels, to be read only: OpenCV has no constant matrix.
[[nodiscard]] inline cv::Mat mat_of(const image_view& v) {
  return {v.rows, v.columns, v.channels == 1 ? CV_8UC1 : CV_8UC3, const_cast<std::uint8_t*>(v.pixels), v.stride};
}

[[nodiscard]] inline image image_of(const cv::Mat& m) {
  return image(image_view{m.data, m.rows, m.cols, m.step[0], m.channels()});
}

} // namespace lfreval::vision
