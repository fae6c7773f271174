// What the page ships beside its text, embedded when the library is built. Private to the report stage.
#pragma once

#include <string_view>

namespace lfreval::page_assets {

extern const std::string_view style;    ///< src/report/page/page.css
extern const std::string_view explorer; ///< src/report/page/explorer.js
extern const std::string_view figures;  ///< the bundle that draws the figures; empty where it was not built

} // namespace lfreval::page_assets
