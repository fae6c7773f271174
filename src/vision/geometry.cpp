#include <lfreval/vision/alignment.hpp>
#include <lfreval/vision/redaction.hpp>
#include <lfreval/vision/tracks.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lfreval::vision {

image_view image_view::part(int row, int column, int row_count, int column_count) const noexcept {
  const int top = std::clamp(row, 0, rows), left = std::clamp(column, 0, columns);
  const int bottom = std::clamp(row + std::max(row_count, 0), top, rows), right = std::clamp(column + std::max(column_count, 0), left, columns);
  return {at(top, left), bottom - top, right - left, stride, channels};
}

image::image(int rows, int columns, int channels) : rows_(rows), columns_(columns), channels_(channels) {
  if (rows < 0 || columns < 0 || (channels != 1 && channels != 3)) throw std::invalid_argument("image: rows and columns from 0, one channel or three");
  pixels_.resize(static_cast<std::size_t>(rows) * stride());
}

image::image(const image_view& copied) : image(copied.rows, copied.columns, copied.channels) {
  for (int row = 0; row < rows_; ++row) std::copy_n(copied.at(row, 0), stride(), at(row, 0));
}

double overlap(const box& a, const box& b) noexcept {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x), height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  const double common = width > 0 && height > 0 ? width * height : 0, joint = a.area() + b.area() - common;
  return joint > 0 ? common / joint : 0;
}

std::vector<face> without_overlaps(std::vector<face> faces, double most) {
  std::stable_sort(faces.begin(), faces.end(), [](const face& a, const face& b) { return a.score > b.score; });
  std::vector<face> kept;
  for (face& one : faces)
    if (std::none_of(kept.begin(), kept.end(), [&](const face& k) { return overlap(k.where, one.where) > most; })) kept.push_back(std::move(one));
  return kept;
}

std::vector<face> detect_in_tiles(face_detector& detector, const image_view& picture, const tiling& how) {
  if (how.width <= 0 || how.height <= 0 || (picture.columns <= how.width && picture.rows <= how.height)) return detector.detect(picture);
  if (how.overlap < 0 || how.overlap >= std::min(how.width, how.height)) throw std::invalid_argument("detect_in_tiles: the overlap is from 0 to below the size of a tile");
  // The last tile of a row or column is moved inwards, so that all are of one size.
  const auto begins = [&](int length, int tile) {
    std::vector<int> out{0};
    while (out.back() + tile < length) out.push_back(std::min(out.back() + tile - how.overlap, length - tile));
    return out;
  };
  std::vector<face> all;
  if (how.whole) all = detector.detect(picture);
  for (const int top : begins(picture.rows, how.height))
    for (const int left : begins(picture.columns, how.width)) {
      const image_view tile = picture.part(top, left, how.height, how.width);
      for (face one : detector.detect(tile)) {
        const box& b = one.where;
        const bool cut = (b.x <= 0 && left > 0) || (b.y <= 0 && top > 0) || (b.x + b.width >= tile.columns && left + tile.columns < picture.columns) ||
                         (b.y + b.height >= tile.rows && top + tile.rows < picture.rows);
        if (cut) continue;
        one.where.x += left;
        one.where.y += top;
        if (one.points)
          for (point& p : *one.points) p = {p.x + left, p.y + top};
        all.push_back(std::move(one));
      }
    }
  return without_overlaps(std::move(all), how.most_overlap);
}

std::optional<similarity_transform> fit_similarity(const five_points& from, const five_points& to) {
  point middle_from, middle_to;
  for (std::size_t i = 0; i < from.size(); ++i) {
    middle_from = {middle_from.x + from[i].x / 5, middle_from.y + from[i].y / 5};
    middle_to = {middle_to.x + to[i].x / 5, middle_to.y + to[i].y / 5};
  }
  // As complex numbers: a + ib = sum of conj(from) to, over the sum of |from|^2.
  double real = 0, imaginary = 0, squares = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double x = from[i].x - middle_from.x, y = from[i].y - middle_from.y, u = to[i].x - middle_to.x, v = to[i].y - middle_to.y;
    real += x * u + y * v;
    imaginary += x * v - y * u;
    squares += x * x + y * y;
  }
  if (!(squares > 0) || !std::isfinite(squares)) return std::nullopt;
  similarity_transform out{real / squares, imaginary / squares, 0, 0};
  const point carried = out(middle_from);
  out.dx = middle_to.x - carried.x;
  out.dy = middle_to.y - carried.y;
  return out;
}

image warp(const image_view& picture, const similarity_transform& to_result, int rows, int columns) {
  const double size = to_result.a * to_result.a + to_result.b * to_result.b;
  if (!(size > 0)) throw std::invalid_argument("warp: the transform has no inverse");
  image out(rows, columns, picture.channels);
  const auto channels = static_cast<std::size_t>(picture.channels);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const double u = column - to_result.dx, v = row - to_result.dy;
      const double x = (to_result.a * u + to_result.b * v) / size, y = (to_result.a * v - to_result.b * u) / size;
      if (!(x > -1 && y > -1 && x < picture.columns && y < picture.rows)) continue;
      const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
      const double right_share = x - left, lower_share = y - top;
      for (std::size_t c = 0; c < channels; ++c) {
        const auto pixel = [&](int r, int k) {
          return r < 0 || k < 0 || r >= picture.rows || k >= picture.columns ? 0.0 : static_cast<double>(picture.at(r, k)[c]);
        };
        const double upper = (1 - right_share) * pixel(top, left) + right_share * pixel(top, left + 1);
        const double lower = (1 - right_share) * pixel(top + 1, left) + right_share * pixel(top + 1, left + 1);
        out.at(row, column)[c] = static_cast<std::uint8_t>(std::lround((1 - lower_share) * upper + lower_share * lower));
      }
    }
  return out;
}

std::vector<std::uint64_t> tracker::follow(std::uint64_t frame, std::span<const box> faces) {
  if (frame < next_frame_) throw std::invalid_argument("tracker::follow: frames come in order");
  next_frame_ = frame + 1;
  std::erase_if(open_, [&](const open_track& t) { return frame - t.last_frame > most_missed_ + 1; });
  struct pair { double overlap; std::size_t track, face; };
  std::vector<pair> pairs;
  for (std::size_t t = 0; t < open_.size(); ++t)
    for (std::size_t f = 0; f < faces.size(); ++f)
      if (const double common = overlap(open_[t].last, faces[f]); common > 0 && common >= least_overlap_) pairs.push_back({common, t, f});
  std::stable_sort(pairs.begin(), pairs.end(), [](const pair& a, const pair& b) { return a.overlap > b.overlap; });
  constexpr auto none = ~std::size_t{0};
  std::vector<std::size_t> track_of(faces.size(), none);
  std::vector<char> taken(open_.size());
  for (const pair& p : pairs)
    if (track_of[p.face] == none && taken[p.track] == 0) {
      track_of[p.face] = p.track;
      taken[p.track] = 1;
    }
  std::vector<std::uint64_t> out(faces.size());
  for (std::size_t f = 0; f < faces.size(); ++f) {
    if (track_of[f] == none) open_.push_back({next_++, frame, faces[f]});
    open_track& own = track_of[f] == none ? open_.back() : open_[track_of[f]];
    own.last_frame = frame;
    own.last = faces[f];
    out[f] = own.id;
  }
  return out;
}

void blur_faces(image& picture, std::span<const face> faces) {
  constexpr int cells = 6;
  for (const face& one : faces) {
    const int left = std::max(0, static_cast<int>(std::floor(one.where.x - one.where.width / 4)));
    const int top = std::max(0, static_cast<int>(std::floor(one.where.y - one.where.height / 4)));
    const int right = std::min(picture.columns(), static_cast<int>(std::ceil(one.where.x + 1.25 * one.where.width)));
    const int bottom = std::min(picture.rows(), static_cast<int>(std::ceil(one.where.y + 1.25 * one.where.height)));
    if (right <= left || bottom <= top) continue;
    const int width = right - left, height = bottom - top;
    for (int c = 0; c < picture.channels(); ++c) {
      double sums[cells][cells] = {}, counts[cells][cells] = {};
      for (int row = top; row < bottom; ++row)
        for (int column = left; column < right; ++column) {
          const int i = (row - top) * cells / height, j = (column - left) * cells / width;
          sums[i][j] += picture.at(row, column)[c];
          counts[i][j] += 1;
        }
      // A face smaller than six pixels leaves cells empty; they take the average of all.
      double all = 0, number = 0;
      for (int i = 0; i < cells; ++i)
        for (int j = 0; j < cells; ++j) { all += sums[i][j]; number += counts[i][j]; }
      for (int i = 0; i < cells; ++i)
        for (int j = 0; j < cells; ++j) sums[i][j] = counts[i][j] > 0 ? sums[i][j] / counts[i][j] : all / number;
      for (int row = top; row < bottom; ++row)
        for (int column = left; column < right; ++column) {
          const double y = std::clamp((row - top + 0.5) * cells / height - 0.5, 0.0, cells - 1.0), x = std::clamp((column - left + 0.5) * cells / width - 0.5, 0.0, cells - 1.0);
          const int i = std::min(static_cast<int>(y), cells - 2), j = std::min(static_cast<int>(x), cells - 2);
          const double u = y - i, v = x - j;
          const double value = (1 - u) * ((1 - v) * sums[i][j] + v * sums[i][j + 1]) + u * ((1 - v) * sums[i + 1][j] + v * sums[i + 1][j + 1]);
          picture.at(row, column)[c] = static_cast<std::uint8_t>(std::lround(value));
        }
    }
  }
}

image redacted_crop(const image_view& picture, const box& around, std::span<const face> faces) {
  image whole(picture);
  blur_faces(whole, faces);
  const auto pixels = [](double value) { return static_cast<int>(std::lround(value)); };
  return image(whole.view().part(pixels(around.y - 0.75 * around.height), pixels(around.x - 0.75 * around.width), pixels(2.5 * around.height), pixels(2.5 * around.width)));
}

} // namespace lfreval::vision
