#include <lfreval/vision/alignment.hpp>
#include <lfreval/vision/quality.hpp>
#include <lfreval/vision/redaction.hpp>
#include <lfreval/vision/tracks.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <stdexcept>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::vision;

namespace {

/// Finds white squares by their left upper corners, and says how large the picture was that it saw.
struct square_detector final : face_detector {
  std::vector<face> detect(const image_view& v) override {
    std::vector<face> out;
    for (int row = 0; row < v.rows; ++row)
      for (int column = 0; column < v.columns; ++column) {
        const auto white = [&](int r, int c) { return r >= 0 && c >= 0 && r < v.rows && c < v.columns && v.at(r, c)[0] == 255; };
        if (!white(row, column) || white(row - 1, column) || white(row, column - 1)) continue;
        int width = 0, height = 0;
        while (white(row, column + width)) ++width;
        while (white(row + height, column)) ++height;
        // A part of a face is no face to most detectors.
        if (2 * width < height || 2 * height < width || width > largest) continue;
        out.push_back({{static_cast<double>(column), static_cast<double>(row), static_cast<double>(width), static_cast<double>(height)}, 1.0 / (1 + v.rows), {}});
      }
    return out;
  }
  int largest = 1000;
};

void square(image& on, int row, int column, int size) {
  for (int r = row; r < row + size; ++r)
    for (int c = column; c < column + size; ++c) std::fill_n(on.at(r, c), 3, std::uint8_t{255});
}

constexpr five_points usual{point{38.2946, 51.6963}, point{73.5318, 51.5014}, point{56.0252, 71.7366}, point{41.5493, 92.3655}, point{70.7299, 92.2041}};

} // namespace

TEST_CASE("boxes: overlap by hand, and of faces found twice the surest stays") {
  CHECK(overlap({0, 0, 2, 2}, {1, 1, 2, 2}) == doctest::Approx(1.0 / 7));
  CHECK(overlap({0, 0, 2, 2}, {2, 0, 2, 2}) == 0);
  CHECK(overlap({0, 0, 0, 0}, {0, 0, 0, 0}) == 0);
  const auto kept = without_overlaps({{{0, 0, 10, 10}, 0.5, {}}, {{1, 0, 10, 10}, 0.9, {}}, {{20, 0, 10, 10}, 0.7, {}}}, 0.4);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].score == 0.9);
  CHECK(kept[1].score == 0.7);
}

TEST_CASE("alignment: the transform that made the points is found, and the picture seen through it is the one it was") {
  test::random from(1);
  for (int i = 0; i < 50; ++i) {
    const similarity_transform made{from.uniform() * 3 - 1.5, from.uniform() * 3 - 1.5, from.uniform() * 100, from.uniform() * 100};
    five_points moved;
    for (std::size_t k = 0; k < 5; ++k) moved[k] = made(usual[k]);
    const auto found = fit_similarity(usual, moved);
    REQUIRE(found.has_value());
    CHECK(found->a == doctest::Approx(made.a));
    CHECK(found->b == doctest::Approx(made.b));
    CHECK(found->dx == doctest::Approx(made.dx));
    CHECK(found->dy == doctest::Approx(made.dy));
  }
  five_points one;
  one.fill({3, 3});
  CHECK_FALSE(fit_similarity(one, usual).has_value());

  image picture(9, 7);
  for (int row = 0; row < 9; ++row)
    for (int column = 0; column < 7; ++column)
      for (int c = 0; c < 3; ++c) picture.at(row, column)[c] = static_cast<std::uint8_t>(from.below(256));
  const image same = warp(picture.view(), {}, 9, 7), shifted = warp(picture.view(), {1, 0, 2, 1}, 9, 7), turned = warp(picture.view(), {0, 1, 8, 0}, 7, 9);
  for (int row = 0; row < 9; ++row)
    for (int column = 0; column < 7; ++column) {
      CHECK(std::equal(same.at(row, column), same.at(row, column) + 3, picture.at(row, column)));
      if (row >= 1 && column >= 2) CHECK(std::equal(shifted.at(row, column), shifted.at(row, column) + 3, picture.at(row - 1, column - 2)));
      CHECK(std::equal(picture.at(row, column), picture.at(row, column) + 3, turned.at(column, 8 - row)));
    }
  CHECK(shifted.at(0, 3)[0] == 0);
  CHECK_THROWS_AS((void)warp(picture.view(), {0, 0, 0, 0}, 2, 2), std::invalid_argument);
}

TEST_CASE("tiles: every face once, with the small ones that only a tile shows and the large ones that only the whole does") {
  image picture(300, 500);
  square(picture, 10, 10, 20);
  square(picture, 90, 190, 20);   // on the seam of four tiles of 100 x 200 without overlap
  square(picture, 150, 300, 120); // larger than a tile
  square(picture, 280, 480, 20);  // in the last corner
  square_detector detector;
  const auto found = detect_in_tiles(detector, picture.view(), {.width = 200, .height = 100, .overlap = 40, .whole = true, .most_overlap = 0.4});
  CHECK(found.size() == 4);
  for (const point p : {point{20, 20}, point{200, 100}, point{360, 210}, point{490, 290}})
    CHECK(std::count_if(found.begin(), found.end(), [&](const face& f) { return f.where.holds(p) && std::abs(f.where.centre().x - p.x) < 1 && std::abs(f.where.centre().y - p.y) < 1; }) == 1);
  // Without the whole the large one is not seen; no part of it counts as a face.
  CHECK(detect_in_tiles(detector, picture.view(), {.width = 200, .height = 100, .overlap = 40, .whole = false, .most_overlap = 0.4}).size() == 3);
  // A picture that fits into a tile is looked at once.
  CHECK(detect_in_tiles(detector, picture.view(), {.width = 500, .height = 300, .overlap = 40, .whole = true, .most_overlap = 0.4}).size() == 4);
  CHECK_THROWS_AS((void)detect_in_tiles(detector, picture.view(), {.width = 50, .height = 50, .overlap = 50, .whole = true, .most_overlap = 0.4}), std::invalid_argument);
}

TEST_CASE("tracks: faces that move stay one, faces that leave end, and two people are two") {
  tracker follow(0.3, 2);
  const auto at = [](double x) { return box{x, 0, 100, 100}; };
  CHECK(follow.follow(0, std::vector{at(0), at(500)}) == std::vector<std::uint64_t>{0, 1});
  CHECK(follow.follow(1, std::vector{at(490), at(20)}) == std::vector<std::uint64_t>{1, 0});
  CHECK(follow.follow(2, {}) == std::vector<std::uint64_t>{});
  CHECK(follow.follow(4, std::vector{at(60)}) == std::vector<std::uint64_t>{0}); // two frames missed
  CHECK(follow.follow(8, std::vector{at(60)}) == std::vector<std::uint64_t>{2}); // three are too many
  CHECK(follow.tracks() == 3);
  // The nearest pair first: the old track goes to the face that overlaps most, whatever the order.
  CHECK(follow.follow(9, std::vector{at(90), at(62)}) == std::vector<std::uint64_t>{3, 2});
  CHECK_THROWS_AS((void)follow.follow(9, {}), std::invalid_argument);
}

TEST_CASE("quality: by hand on pictures of one colour and of stripes") {
  image grey(112, 112);
  for (int row = 0; row < 112; ++row)
    for (int column = 0; column < 112; ++column) std::fill_n(grey.at(row, column), 3, std::uint8_t{102});
  face one;
  one.where = {0, 0, 112, 112};
  CHECK_FALSE(measure_quality(grey.view(), one).has_value());
  one.points = usual;
  const auto flat = measure_quality(grey.view(), one);
  REQUIRE(flat.has_value());
  CHECK(flat->inter_eye_distance == doctest::Approx(std::hypot(35.2372, 0.1949)));
  CHECK(flat->sharpness_proxy == doctest::Approx(0).epsilon(1e-6));
  CHECK(flat->luminance_mean_proxy == doctest::Approx(0.4).epsilon(1e-6));
  CHECK(flat->luminance_variance_proxy == doctest::Approx(0).epsilon(1e-6));
  CHECK(flat->dynamic_range_proxy == doctest::Approx(0).epsilon(1e-6));
  CHECK(flat->under_exposure_proxy == 0);
  CHECK(flat->over_exposure_proxy == 0);
  CHECK(std::abs(flat->yaw_proxy) < 0.02);
  CHECK(flat->pitch_proxy == doctest::Approx(0.5).epsilon(0.02));
  CHECK(std::abs(flat->roll_proxy) < 0.4);

  image stripes(112, 112);
  for (int row = 0; row < 112; ++row)
    for (int column = 0; column < 112; ++column) std::fill_n(stripes.at(row, column), 3, column % 2 == 0 ? std::uint8_t{0} : std::uint8_t{255});
  const auto sharp = measure_quality(stripes.view(), one);
  REQUIRE(sharp.has_value());
  // Columns of 0 bend by 510 and columns of 255 by -510.
  CHECK(sharp->sharpness_proxy == doctest::Approx(510.0 * 510.0).epsilon(1e-3));
  CHECK(sharp->luminance_variance_proxy == doctest::Approx(0.25).epsilon(1e-3));
  CHECK(sharp->dynamic_range_proxy == doctest::Approx(1).epsilon(1e-3));
  CHECK(sharp->under_exposure_proxy == doctest::Approx(0.5).epsilon(1e-3));
  CHECK(sharp->over_exposure_proxy == doctest::Approx(0.5).epsilon(1e-3));

  // Turned by 30 degrees and twice as large: distance and roll change, yaw and pitch do not.
  const similarity_transform turn{2 * std::cos(0.5235987755982988), 2 * std::sin(0.5235987755982988), 50, 0};
  face turned = one;
  for (point& p : *turned.points) p = turn(p);
  const auto measured = measure_quality(grey.view(), turned);
  REQUIRE(measured.has_value());
  CHECK(measured->inter_eye_distance == doctest::Approx(2 * flat->inter_eye_distance));
  CHECK(measured->roll_proxy == doctest::Approx(flat->roll_proxy + 30));
  CHECK(measured->yaw_proxy == doctest::Approx(flat->yaw_proxy));
  CHECK(measured->pitch_proxy == doctest::Approx(flat->pitch_proxy));
  CHECK(inter_eye_band(19.99) == "under 20 px");
  CHECK(inter_eye_band(20) == "20 to 39 px");
  CHECK(inter_eye_band(60) == "60 px and more");
}

TEST_CASE("redaction: nothing fine is left of a face, and nothing else is touched") {
  test::random from(4);
  image picture(100, 120);
  for (int row = 0; row < 100; ++row)
    for (int column = 0; column < 120; ++column)
      for (int c = 0; c < 3; ++c) picture.at(row, column)[c] = static_cast<std::uint8_t>(from.below(2) * 255);
  const image before = picture;
  const std::vector<face> faces{{{40, 30, 40, 40}, 1, {}}, {{-10, -10, 4, 4}, 1, {}}, {{110, 90, 3, 3}, 1, {}}};
  blur_faces(picture, faces);
  int steepest = 0;
  for (int row = 20; row < 80; ++row)
    for (int column = 31; column < 90; ++column) steepest = std::max(steepest, std::abs(picture.at(row, column)[0] - picture.at(row, column - 1)[0]));
  CHECK(steepest <= 30); // one sixth of 60 pixels lies between two averages
  for (int row = 0; row < 100; ++row)
    for (int column = 0; column < 100; ++column)
      if (row < 20 || row >= 80 || column < 30 || column >= 90) CHECK(picture.at(row, column)[1] == before.at(row, column)[1]);
  const image crop = redacted_crop(before.view(), faces[0].where, faces);
  CHECK(crop.rows() == 100);
  CHECK(crop.columns() == 100);
  CHECK(std::equal(crop.at(50, 50), crop.at(50, 50) + 3, picture.at(50, 60)));
  CHECK_THROWS_AS(image(-1, 2), std::invalid_argument);
}
