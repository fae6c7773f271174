// Picture and video files through OpenCV.
#include <lfreval/vision/frames.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

#include <lfreval/bytes/file.hpp>

#include "vision/mat.hpp"

namespace lfreval::vision {

namespace {

error fault(const std::string& file, error_code code, std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = file;
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

std::string ending(const std::string& name) {
  std::string out = std::filesystem::path(name).extension().string();
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

} // namespace

result<image> read_image(const std::string& path) {
  const auto file = read_file(path);
  if (!file) return refuse(file.error());
  cv::Mat decoded;
  try {
    if (!file->bytes.empty()) {
      const cv::Mat bytes(1, static_cast<int>(std::min<std::size_t>(file->bytes.size(), std::size_t{1} << 30U)), CV_8U, const_cast<char*>(file->bytes.data()));
      decoded = cv::imdecode(bytes, cv::IMREAD_COLOR);
    }
  } catch (const cv::Exception&) {
    decoded.release();
  }
  if (decoded.empty()) return refuse(fault(path, error_code::unsupported, "no picture", "a picture that OpenCV can read"));
  return image_of(decoded);
}

result<std::monostate> write_image(const std::string& path, const image_view& picture) {
  const std::string kind = ending(path);
  if (kind != ".png" && kind != ".jpg" && kind != ".jpeg") return refuse(fault(path, error_code::unsupported, kind, "a name that ends in .png or .jpg"));
  std::vector<unsigned char> bytes;
  if (!cv::imencode(kind, mat_of(picture), bytes)) return refuse(fault(path, error_code::cannot_write, "the picture cannot be encoded", "a picture with pixels"));
  return write_file_atomically(path, std::string(bytes.begin(), bytes.end()));
}

result<std::vector<std::string>> picture_names(const std::string& folder) {
  static const std::vector<std::string> known{".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"};
  std::vector<std::string> out;
  std::error_code problem;
  std::filesystem::directory_iterator at(folder, problem);
  if (problem) return refuse(fault(folder, error_code::cannot_open, problem.message(), "a folder of pictures"));
  for (const auto& entry : at)
    if (std::find(known.begin(), known.end(), ending(entry.path().filename().string())) != known.end()) out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

struct video::stream {
  cv::VideoCapture capture;
};

video::video() : stream_(std::make_unique<stream>()) {}
video::video(video&&) noexcept = default;
video& video::operator=(video&&) noexcept = default;
video::~video() = default;

result<video> video::open(const std::string& path) {
  if (const auto file = read_file(path); !file) return refuse(file.error());
  video out;
  bool opened = false;
  try {
    opened = out.stream_->capture.open(path);
  } catch (const cv::Exception&) {
    opened = false;
  }
  if (!opened) return refuse(fault(path, error_code::unsupported, "no video", "a video that OpenCV can read"));
  return out;
}

std::optional<image> video::next() {
  cv::Mat frame;
  try {
    if (!stream_->capture.read(frame) || frame.empty()) return std::nullopt;
  } catch (const cv::Exception&) {
    return std::nullopt;
  }
  return image_of(frame);
}

std::uint64_t video::promised() const noexcept {
  const double frames = stream_->capture.get(cv::CAP_PROP_FRAME_COUNT);
  return frames > 0 ? static_cast<std::uint64_t>(frames) : 0;
}

} // namespace lfreval::vision
