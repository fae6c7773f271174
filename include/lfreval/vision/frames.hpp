/// @file
/// The frames of a video, or the pictures of a folder in the order of their names.
#pragma once

#include <cstdint>
#include <lfreval/types/error.hpp>
#include <lfreval/vision/image.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lfreval::vision {

/// Names of the files of a folder that end like pictures (.jpg, .jpeg, .png, .bmp, .tif, .tiff, .webp, in any case), in byte
/// order. Errors: `cannot_open`.
[[nodiscard]] result<std::vector<std::string>> picture_names(const std::string& folder);

/// A video read from its beginning, frame by frame.
class video {
public:
  /// Errors: `cannot_open`; `unsupported` for a file that OpenCV finds no video in.
  [[nodiscard]] static result<video> open(const std::string& path);
  video(video&&) noexcept;
  video& operator=(video&&) noexcept;
  ~video();

  /// The next frame; nothing at the end, or where the file is cut short.
  [[nodiscard]] std::optional<image> next();
  /// Frames that the file says it has; 0 where it does not say. One that ends early has fewer.
  [[nodiscard]] std::uint64_t promised() const noexcept;

private:
  video();
  struct stream;
  std::unique_ptr<stream> stream_;
};

} // namespace lfreval::vision
