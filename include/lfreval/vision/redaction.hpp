/// @file
/// Evidence that shows where a face was without showing the face.
#pragma once

#include <lfreval/vision/face.hpp>
#include <span>

namespace lfreval::vision {

/// Blurs each box, widened by a quarter on every side, to six averages across and between them, so that nothing finer than a
/// sixth of a face is left. Removing faces that nobody detected is not possible: look before you publish.
void blur_faces(image& picture, std::span<const face> faces);

/// The surroundings of a face, two and a half times its box, with all `faces` blurred.
[[nodiscard]] image redacted_crop(const image_view& picture, const box& around, std::span<const face> faces);

} // namespace lfreval::vision
