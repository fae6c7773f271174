/// @file
/// Pictures in memory: 8 bits a channel, grey or blue-green-red, without any library's types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lfreval/types/error.hpp>
#include <string>
#include <variant>
#include <vector>

namespace lfreval::vision {

/// Somebody else's pixels. `channels` is 1 (grey) or 3 (blue, green, red); rows lie `stride` bytes apart.
struct image_view {
  const std::uint8_t* pixels = nullptr;
  int rows = 0, columns = 0;
  std::size_t stride = 0;
  int channels = 3;

  [[nodiscard]] const std::uint8_t* at(int row, int column) const noexcept {
    return pixels + static_cast<std::size_t>(row) * stride + static_cast<std::size_t>(column) * static_cast<std::size_t>(channels);
  }
  /// Part of the picture, cut to what there is of it; it may be empty.
  [[nodiscard]] image_view part(int row, int column, int row_count, int column_count) const noexcept;
};

/// Pixels of one's own.
class image {
public:
  image() = default;
  /// All zero. Throws `std::invalid_argument` for a negative size or other channels than 1 and 3.
  image(int rows, int columns, int channels = 3);
  explicit image(const image_view& copied);

  [[nodiscard]] int rows() const noexcept { return rows_; }
  [[nodiscard]] int columns() const noexcept { return columns_; }
  [[nodiscard]] int channels() const noexcept { return channels_; }
  [[nodiscard]] bool empty() const noexcept { return pixels_.empty(); }
  [[nodiscard]] std::uint8_t* at(int row, int column) noexcept { return pixels_.data() + offset(row, column); }
  [[nodiscard]] const std::uint8_t* at(int row, int column) const noexcept { return pixels_.data() + offset(row, column); }
  [[nodiscard]] image_view view() const noexcept { return {pixels_.data(), rows_, columns_, stride(), channels_}; }

private:
  [[nodiscard]] std::size_t stride() const noexcept { return static_cast<std::size_t>(columns_) * static_cast<std::size_t>(channels_); }
  [[nodiscard]] std::size_t offset(int row, int column) const noexcept {
    return static_cast<std::size_t>(row) * stride() + static_cast<std::size_t>(column) * static_cast<std::size_t>(channels_);
  }

  int rows_ = 0, columns_ = 0, channels_ = 3;
  std::vector<std::uint8_t> pixels_;
};

/// A picture of any format that OpenCV reads, as blue-green-red, turned as its file says it should be.
/// Errors: those of `read_file`; `unsupported` for a file that is no picture, or is cut short so that nothing can be made of it.
[[nodiscard]] result<image> read_image(const std::string& path);

/// Writes PNG or JPEG, as the name ends, complete or not at all. Errors: `cannot_write`; `unsupported` for another ending.
[[nodiscard]] result<std::monostate> write_image(const std::string& path, const image_view&);

} // namespace lfreval::vision
