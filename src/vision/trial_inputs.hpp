// What a trial reads beside pictures: who is listed, who passed. Private to the vision stage.
#pragma once

#include <lfreval/types/error.hpp>
#include <lfreval/vision/face.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lfreval::vision {

/// Somebody seen in one picture or frame.
struct truth_row {
  std::string picture; ///< name of the file, or number of the frame
  std::string person, passage, camera, deployment, time;
  std::optional<box> where;
};

struct ground_truth {
  std::vector<truth_row> rows;                          ///< as in the file, passages named
  std::map<std::string, std::vector<std::size_t>> of;   ///< rows of each picture
  std::string sha256;
};

struct truth_rules {
  std::string camera; ///< where a row names none
  bool frames = false; ///< pictures are frames of one camera, so that a person without a passage id passes once
  bool numbered = false; ///< column `frame` instead of `image`
};

/// Errors, all together: a file that cannot be read, rows that are refused, columns that are missing, a box without all four
/// numbers, one passage of two people.
[[nodiscard]] tl::expected<ground_truth, std::vector<error>> read_ground_truth(const std::string& path, const truth_rules& rules);

struct listed_people {
  std::map<std::string, std::string> person_of; ///< by name of the picture
  std::string sha256;
};
[[nodiscard]] tl::expected<listed_people, std::vector<error>> read_listed_people(const std::string& path);

/// The header of a CSV table that has no refused row. For a check before it is copied.
[[nodiscard]] tl::expected<std::vector<std::string>, std::vector<error>> table_header(const std::string& path);

/// Which face each row of a picture is about: with boxes the face that overlaps most, at least a fifth, or else has its centre
/// in the box; of a single row without a box the largest face, if no other has half its area. Nothing where there is none.
[[nodiscard]] std::vector<std::optional<std::size_t>> faces_of(const std::vector<box>& faces, const std::vector<std::optional<box>>& rows);

/// The largest face, unless another has at least half its area.
[[nodiscard]] std::optional<std::size_t> one_face(const std::vector<box>& faces);

} // namespace lfreval::vision
