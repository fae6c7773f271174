// Where the five points lie in the upright face of 112 x 112 pixels that most published models take. Private to the vision stage.
#pragma once

#include <lfreval/vision/face.hpp>

namespace lfreval::vision {

inline constexpr int usual_size = 112;
inline constexpr five_points usual_points{point{38.2946, 51.6963}, point{73.5318, 51.5014}, point{56.0252, 71.7366}, point{41.5493, 92.3655}, point{70.7299, 92.2041}};

} // namespace lfreval::vision
