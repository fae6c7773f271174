#include <lfreval/vision/trial.hpp>

namespace lfreval::vision {

namespace {

using enum key_type;
constexpr double whole = 9007199254740992.0, any = 1e9;

constexpr study_key keys[] = {
    {"schema", integer, true, "1", "", 1, whole, "1", "version of the language"},
    {"trial.name", text, true, "", "", 0, 0, "a text", "title of the study that is written"},
    {"trial.seed", integer, false, "1", "", 0, whole, "a whole number from 0", "seed of that study"},
    {"trial.candidates", integer, false, "10", "", 2, 100000, "a whole number from 2", "how many candidates of each face are kept"},
    {"models.file", text, true, "", "", 0, 0, "a path", "description of the models, relative to this file"},
    {"watchlist.folder", text, true, "", "", 0, 0, "a folder", "pictures to enrol"},
    {"watchlist.people", text, false, "", "", 0, 0, "a path", "table with columns image and person; without it all pictures are enrolled and the name without its ending is the person. Pictures that it does not name stay off the list"},
    {"probes.folder", text, false, "", "", 0, 0, "a folder", "pictures of passages"},
    {"probes.video", text, false, "", "", 0, 0, "a path", "a video, instead of a folder"},
    {"probes.frames", boolean, false, "false", "", 0, 0, "true or false", "the pictures of the folder are successive frames of one camera"},
    {"probes.camera", text, false, "camera", "", 0, 0, "a name", "name of the camera where ground truth does not name one"},
    {"probes.track_overlap", number, false, "0.3", "", 0.01, 1, "a share above 0", "overlap of boxes from frame to frame within a track"},
    {"probes.track_gap", integer, false, "5", "", 0, 1000, "frames, 0 to 1000", "frames that a track may miss"},
    {"ground_truth.file", text, true, "", "", 0, 0, "a path", "table: image (or frame, from 0), person, and where known passage, x, y, width, height, camera, deployment, time"},
    {"ground_truth.persons", text, false, "", "", 0, 0, "a path", "table of persons with their groups; copied beside the log"},
    {"ground_truth.label_source", text, false, "", "", 0, 0, "a text", "who gave the labels: self_defined …"},
    {"group.*.reference", text, false, "", "", 0, 0, "a label", "group the others are compared with; the name is a column of the persons"},
    {"thresholds.operating", number, false, "", "", -any, any, "a score", "threshold in use"},
    {"thresholds.report", number_list, false, "", "", -any, any, "a list of scores", "thresholds printed in the tables"},
    {"thresholds.equivalence_margin", number, false, "", "", 1 + 1e-9, 1000, "a ratio above 1", "two rates are equivalent when the interval of their ratio lies in (1/margin, margin)"},
};

} // namespace

std::span<const study_key> trial_keys() noexcept { return keys; }

} // namespace lfreval::vision
