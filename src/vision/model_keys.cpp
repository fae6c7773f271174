#include <lfreval/vision/models.hpp>

namespace lfreval::vision {

namespace {

using enum key_type;
constexpr double pixels = 16384, most = 1e9;

constexpr study_key keys[] = {
    {"schema", integer, true, "1", "", 1, 9007199254740992.0, "1", "version of the language"},
    {"system.name", text, true, "", "", 0, 0, "a name", "name of the system in tables and study"},
    {"system.version", text, false, "", "", 0, 0, "a text", "its version"},
    {"detector.kind", text, true, "", "onnx|yunet|cascade", 0, 0, "onnx, yunet or cascade", "a network whose outputs are decoded boxes and scores; a file for cv::FaceDetectorYN; a cascade of OpenCV"},
    {"detector.file", text, true, "", "", 0, 0, "a path", "the model, relative to this file"},
    {"detector.width", integer, false, "320", "", 16, pixels, "pixels, 16 to 16384", "width of the input"},
    {"detector.height", integer, false, "240", "", 16, pixels, "pixels, 16 to 16384", "height of the input"},
    {"detector.mean", number, false, "0", "", -most, most, "a number", "taken from each channel"},
    {"detector.scale", number, false, "1", "", 1e-9, most, "a number above 0", "what the difference is multiplied by"},
    {"detector.order", text, false, "rgb", "rgb|bgr|grey", 0, 0, "rgb, bgr or grey", "channels of the input"},
    {"detector.boxes", text, false, "boxes", "", 0, 0, "the name of an output", "left, top, right and lower edge of each box"},
    {"detector.scores", text, false, "scores", "", 0, 0, "the name of an output", "scores of each box, the last of them for a face"},
    {"detector.box_unit", text, false, "share", "share|pixels", 0, 0, "share or pixels", "boxes in shares of the input, or in its pixels"},
    {"detector.square", boolean, false, "false", "", 0, 0, "true or false", "make each box a square of its height"},
    {"detector.least_score", number, false, "0.6", "", -most, most, "a number", "what counts as a face"},
    {"detector.most_overlap", number, false, "0.4", "", 0, 1, "0 to 1", "between two faces, as the share of their joint area"},
    {"detector.tiles.width", integer, false, "0", "", 0, pixels, "pixels, 0 for no tiles", "width of the tiles that larger pictures are cut into"},
    {"detector.tiles.height", integer, false, "0", "", 0, pixels, "pixels, 0 for no tiles", "their height"},
    {"detector.tiles.overlap", integer, false, "0", "", 0, pixels, "pixels, below the size of a tile", "how far neighbours overlap"},
    {"detector.tiles.whole", boolean, false, "true", "", 0, 0, "true or false", "look at the whole picture as well"},
    {"landmarks.file", text, false, "", "", 0, 0, "a path", "a network in ONNX that gives points of a face from a square around it"},
    {"landmarks.width", integer, false, "64", "", 16, pixels, "pixels, 16 to 16384", "width of the input"},
    {"landmarks.height", integer, false, "64", "", 16, pixels, "pixels, 16 to 16384", "height of the input"},
    {"landmarks.mean", number, false, "0", "", -most, most, "a number", "taken from each channel"},
    {"landmarks.scale", number, false, "1", "", 1e-9, most, "a number above 0", "what the difference is multiplied by"},
    {"landmarks.order", text, false, "grey", "rgb|bgr|grey", 0, 0, "rgb, bgr or grey", "channels of the input"},
    {"landmarks.output", text, false, "output", "", 0, 0, "the name of an output", "x and y of each point in shares of the input"},
    {"landmarks.points", integer, false, "68", "", 5, 10000, "a whole number from 5", "how many points there are"},
    {"landmarks.left_eye", number_list, false, "", "", 0, 9999, "places of points, from 0", "points whose mean is the eye on the left of the picture"},
    {"landmarks.right_eye", number_list, false, "", "", 0, 9999, "places of points, from 0", "the eye on the right"},
    {"landmarks.nose", number_list, false, "", "", 0, 9999, "places of points, from 0", "the tip of the nose"},
    {"landmarks.left_mouth", number_list, false, "", "", 0, 9999, "places of points, from 0", "the corner of the mouth on the left"},
    {"landmarks.right_mouth", number_list, false, "", "", 0, 9999, "places of points, from 0", "the corner on the right"},
    {"embedder.kind", text, true, "", "onnx|sface", 0, 0, "onnx or sface", "a network; a file for cv::FaceRecognizerSF"},
    {"embedder.file", text, true, "", "", 0, 0, "a path", "the model, relative to this file"},
    {"embedder.width", integer, false, "112", "", 16, pixels, "pixels, 16 to 16384", "width of the input"},
    {"embedder.height", integer, false, "112", "", 16, pixels, "pixels, 16 to 16384", "height of the input"},
    {"embedder.mean", number, false, "0", "", -most, most, "a number", "taken from each channel"},
    {"embedder.scale", number, false, "1", "", 1e-9, most, "a number above 0", "what the difference is multiplied by"},
    {"embedder.order", text, false, "rgb", "rgb|bgr|grey", 0, 0, "rgb, bgr or grey", "channels of the input"},
    {"embedder.output", text, false, "output", "", 0, 0, "the name of an output", "the template"},
    {"embedder.dimension", integer, true, "", "", 1, 65536, "a whole number from 1 to 65536", "numbers in a template"},
    {"embedder.points", number_list, false, "", "", -pixels, pixels, "ten numbers", "x and y of left eye, right eye, nose, left and right corner of the mouth in the input; the usual ones of 112 x 112 where left out"},
    {"embedder.similarity", text, false, "cosine", "cosine|euclidean", 0, 0, "cosine or euclidean", "how templates are compared and scores are written: cosine, or the distance of templates of length one"},
};

} // namespace

std::span<const study_key> model_keys() noexcept { return keys; }

} // namespace lfreval::vision
