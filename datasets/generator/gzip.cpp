#include "gzip.hpp"

#include <limits>
#include <stdexcept>

#include <zlib.h>

namespace lfreval::synthetic {

namespace {

constexpr int gzip_window = 15 + 16; // the largest window; 16 asks for a gzip header
constexpr std::size_t chunk = 1 << 16;

unsigned char* input_of(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<unsigned>::max()) throw std::runtime_error("gzip: more than 4 GB");
  return reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())); // zlib only reads it
}

} // namespace

std::string gzip_compressed(std::string_view content) {
  z_stream stream{};
  stream.next_in = input_of(content);
  stream.avail_in = static_cast<unsigned>(content.size());
  if (deflateInit2(&stream, 9, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("gzip: zlib does not start");
  gz_header header{};
  header.os = 255; // unknown
  deflateSetHeader(&stream, &header);
  std::string out;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::size_t made = out.size();
    out.resize(made + chunk);
    stream.next_out = reinterpret_cast<unsigned char*>(out.data() + made);
    stream.avail_out = chunk;
    state = deflate(&stream, Z_FINISH);
    out.resize(made + chunk - stream.avail_out);
  }
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("gzip: zlib does not finish");
  return out;
}

std::string gzip_expanded(std::string_view bytes) {
  z_stream stream{};
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<unsigned>(bytes.size());
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::runtime_error("gzip: zlib does not start");
  std::string out;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::size_t made = out.size();
    out.resize(made + chunk);
    stream.next_out = reinterpret_cast<unsigned char*>(out.data() + made);
    stream.avail_out = chunk;
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(made + chunk - stream.avail_out);
  }
  const bool whole = state == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) throw std::runtime_error("gzip: the bytes are not one intact gzip member");
  return out;
}

} // namespace lfreval::synthetic
