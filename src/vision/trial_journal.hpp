// What a trial has seen so far, on disk, so that it can go on after an interruption. Private to the vision stage.
#pragma once

#include <cstdint>
#include <fstream>
#include <lfreval/types/error.hpp>
#include <lfreval/vision/quality.hpp>
#include <string>
#include <vector>

namespace lfreval::vision {

/// A listed person, by place among those enrolled in byte order, and the best score of their pictures.
struct person_score {
  std::uint32_t person = 0;
  float score = 0;
  friend bool operator==(const person_score&, const person_score&) = default;
};

struct seen_face {
  face found;
  std::optional<face_quality> quality;
  bool embedded = false;
  std::vector<person_score> candidates; ///< the best first, of equal scores the first person
};

struct seen_picture {
  std::string name; ///< of the file, or number of the frame
  bool readable = true;
  std::vector<seen_face> faces;
  double read_ms = 0, detect_ms = 0, embed_ms = 0;
};

/// One record for each picture, in the order in which they were done. A record that an interruption cut short is left out.
class journal {
public:
  /// Opens or begins the journal of the trial with this key. Errors: `not_allowed` for that of another trial; `cannot_write`.
  [[nodiscard]] static result<journal> open(const std::string& path, const std::string& key);
  [[nodiscard]] const std::vector<seen_picture>& done() const noexcept { return done_; }
  /// Adds a record and hands it to the system. Errors: `cannot_write`.
  [[nodiscard]] result<std::monostate> add(seen_picture);

private:
  std::string path_;
  std::ofstream file_;
  std::vector<seen_picture> done_;
};

} // namespace lfreval::vision
