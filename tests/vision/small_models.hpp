/// @file
/// Networks small enough to write down, as ONNX files: what they find and make can be worked out by hand.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace lfreval::test {

/// The wire format of protocol buffers, as far as ONNX needs it.
class message {
public:
  message& number(unsigned field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3U);
    varint(value);
    return *this;
  }
  message& bytes(unsigned field, const std::string& value) {
    varint((std::uint64_t{field} << 3U) | 2U);
    varint(value.size());
    out_ += value;
    return *this;
  }
  message& add(unsigned field, const message& value) { return bytes(field, value.out_); }
  [[nodiscard]] const std::string& text() const { return out_; }

private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out_ += static_cast<char>((value & 0x7fU) | 0x80U);
    out_ += static_cast<char>(value);
  }
  std::string out_;
};

class onnx_graph {
public:
  using sizes = std::vector<std::int64_t>;

  onnx_graph& input(const std::string& name, const sizes& shape) { graph_.add(11, described(name, shape)); return *this; }
  onnx_graph& output(const std::string& name, const sizes& shape) { graph_.add(12, described(name, shape)); return *this; }
  onnx_graph& weights(const std::string& name, const sizes& shape, const std::vector<float>& values) {
    return tensor(name, shape, 1, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
  }
  onnx_graph& whole_numbers(const std::string& name, const sizes& values) {
    return tensor(name, {static_cast<std::int64_t>(values.size())}, 7, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(std::int64_t)));
  }
  onnx_graph& node(const std::string& type, const std::vector<std::string>& from, const std::string& to, const std::vector<std::pair<std::string, sizes>>& attributes = {}) {
    message one;
    for (const std::string& name : from) one.bytes(1, name);
    one.bytes(2, to).bytes(3, type + " " + to).bytes(4, type);
    for (const auto& [name, values] : attributes) {
      message attribute;
      attribute.bytes(1, name);
      for (const std::int64_t value : values) attribute.number(8, static_cast<std::uint64_t>(value));
      one.add(5, attribute.number(20, 7));
    }
    graph_.add(1, one);
    return *this;
  }
  [[nodiscard]] std::string file() const {
    message graph = graph_, version, model;
    graph.bytes(2, "small");
    version.bytes(1, "").number(2, 11);
    return model.number(1, 7).add(7, graph).add(8, version).text();
  }

private:
  onnx_graph& tensor(const std::string& name, const sizes& shape, std::uint64_t type, const std::string& raw) {
    message one;
    for (const std::int64_t size : shape) one.number(1, static_cast<std::uint64_t>(size));
    graph_.add(5, one.number(2, type).bytes(8, name).bytes(9, raw));
    return *this;
  }
  static message described(const std::string& name, const sizes& shape) {
    message dims, tensor, type, out;
    for (const std::int64_t size : shape) dims.add(1, message().number(1, static_cast<std::uint64_t>(size)));
    tensor.number(1, 1).add(2, dims);
    type.add(1, tensor);
    return out.bytes(1, name).add(2, type);
  }
  message graph_;
};

/// Looks at 16 x 16 grey pixels from 0 to 1 and always names two boxes, the middle of the left and of the right half; the score
/// of each is the mean of its half. A bright half is a face.
inline std::string two_halves() {
  std::vector<float> means(4 * 256);
  for (std::size_t at = 0; at < 256; ++at) means[(at % 16 < 8 ? 256 : 3 * 256) + at] = 1.0F / 128;
  return onnx_graph()
      .input("input", {1, 1, 16, 16})
      .weights("no_weights", {8, 1, 16, 16}, std::vector<float>(8 * 256))
      .weights("edges", {8}, {0.05F, 0.1F, 0.45F, 0.9F, 0.55F, 0.1F, 0.95F, 0.9F})
      .weights("means", {4, 1, 16, 16}, means)
      .whole_numbers("box_shape", {1, 2, 4})
      .whole_numbers("score_shape", {1, 2, 2})
      .node("Conv", {"input", "no_weights", "edges"}, "flat_boxes", {{"kernel_shape", {16, 16}}})
      .node("Reshape", {"flat_boxes", "box_shape"}, "boxes")
      .node("Conv", {"input", "means"}, "flat_scores", {{"kernel_shape", {16, 16}}})
      .node("Reshape", {"flat_scores", "score_shape"}, "scores")
      .output("boxes", {1, 2, 4})
      .output("scores", {1, 2, 2})
      .file();
}

/// Five points at places of the box that never change.
inline std::string fixed_points() {
  return onnx_graph()
      .input("input", {1, 1, 16, 16})
      .weights("no_weights", {10, 1, 16, 16}, std::vector<float>(10 * 256))
      .weights("points", {10}, {0.34F, 0.46F, 0.66F, 0.46F, 0.5F, 0.64F, 0.37F, 0.82F, 0.63F, 0.82F})
      .whole_numbers("shape", {1, 10})
      .node("Conv", {"input", "no_weights", "points"}, "flat", {{"kernel_shape", {16, 16}}})
      .node("Reshape", {"flat", "shape"}, "output")
      .output("output", {1, 10})
      .file();
}

/// The mean colours of 16 squares of the upright face: 48 numbers.
inline std::string mean_colours() {
  return onnx_graph()
      .input("input", {1, 3, 112, 112})
      .whole_numbers("shape", {1, 48})
      .node("AveragePool", {"input"}, "pooled", {{"kernel_shape", {28, 28}}, {"strides", {28, 28}}})
      .node("Reshape", {"pooled", "shape"}, "output")
      .output("output", {1, 48})
      .file();
}

inline constexpr const char* small_description = R"(schema = 1
[system]
name = "small"
[detector]
kind = "onnx"
file = "detect.onnx"
width = 16
height = 16
scale = 0.00392156862745098
order = "grey"
least_score = 0.3
[landmarks]
file = "points.onnx"
width = 16
height = 16
points = 5
left_eye = [0]
right_eye = [1]
nose = [2]
left_mouth = [3]
right_mouth = [4]
[embedder]
kind = "onnx"
file = "embed.onnx"
mean = 127
scale = 0.0078125
dimension = 48
)";

/// Puts the networks and their description into a folder; returns the path of the description.
inline std::string write_small_models(const temporary_folder& folder, const std::string& description = small_description) {
  folder.write("detect.onnx", two_halves());
  folder.write("points.onnx", fixed_points());
  folder.write("embed.onnx", mean_colours());
  return folder.write("models.toml", description);
}

} // namespace lfreval::test
