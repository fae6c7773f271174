#include <lfreval/intervals/poisson_weights.hpp>

#include <string>

#include <lfreval/bytes/file.hpp>

namespace lfreval::bootstrap {

std::uint64_t entity_of(std::string_view id) { return std::stoull(sha256_hex(id).substr(0, 16), nullptr, 16); }

} // namespace lfreval::bootstrap
