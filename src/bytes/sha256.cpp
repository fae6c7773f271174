#include "bytes/sha256.hpp"

#include <array>
#include <openssl/evp.h>
#include <stdexcept>

namespace lfreval::detail {
namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("sha256_hex: the cryptographic library has no SHA-256");
}

EVP_MD_CTX* of(void* context) noexcept { return static_cast<EVP_MD_CTX*>(context); }

} // namespace

void sha256_sum::context_freed::operator()(void* context) const noexcept { EVP_MD_CTX_free(of(context)); }

sha256_sum::sha256_sum() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr && EVP_DigestInit_ex(of(context_.get()), EVP_sha256(), nullptr) == 1);
}

void sha256_sum::add(std::string_view bytes) {
  require(EVP_DigestUpdate(of(context_.get()), bytes.data(), bytes.size()) == 1);
}

std::string sha256_sum::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(of(context_.get()), digest.data(), &size) == 1 && size == 32);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(64);
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4U];
    hex += digits[digest[i] & 15U];
  }
  return hex;
}

} // namespace lfreval::detail
