/// @file
/// SHA-256 over bytes that come one piece after the other.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace lfreval::detail {

class sha256_sum {
public:
  /// Throws `std::runtime_error` if the cryptographic library has no SHA-256, as the members do.
  sha256_sum();
  void add(std::string_view bytes);
  /// Of all bytes added, once: 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex();

private:
  struct context_freed {
    void operator()(void*) const noexcept;
  };
  std::unique_ptr<void, context_freed> context_;
};

} // namespace lfreval::detail
