/// @file
/// Faces of successive frames that are one passage of one person.
#pragma once

#include <cstdint>
#include <lfreval/vision/face.hpp>
#include <span>
#include <vector>

namespace lfreval::vision {

/// Joins faces to tracks by place alone: in each frame the pairs of open track and face with the largest overlap of boxes
/// first, as long as it is at least `least_overlap`; what is left begins a track; a track that was not seen for more than
/// `most_missed` frames has ended. No appearance is used, so that the system under test does not decide what a passage is.
/// People who cross behind each other become several tracks, or swap theirs: ground truth tells, where there is any.
class tracker {
public:
  explicit tracker(double least_overlap = 0.3, std::uint64_t most_missed = 5) : least_overlap_(least_overlap), most_missed_(most_missed) {}

  /// The track of each face of a frame. Frames come in order; numbers may be left out. Throws `std::invalid_argument` for one
  /// that does not follow.
  [[nodiscard]] std::vector<std::uint64_t> follow(std::uint64_t frame, std::span<const box> faces);
  [[nodiscard]] std::uint64_t tracks() const noexcept { return next_; }

private:
  struct open_track {
    std::uint64_t id = 0, last_frame = 0;
    box last;
  };
  double least_overlap_;
  std::uint64_t most_missed_, next_ = 0;
  std::uint64_t next_frame_ = 0;
  std::vector<open_track> open_;
};

} // namespace lfreval::vision
