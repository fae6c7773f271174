#include <lfreval/types/version.hpp>

namespace lfreval {

std::string_view version() noexcept { return LFREVAL_VERSION; }

} // namespace lfreval
