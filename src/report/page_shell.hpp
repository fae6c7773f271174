// The frame that every page has: head, contents, chapters, scripts. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include "report/html.hpp"

namespace lfreval::page {

struct chapter {
  std::string id, title;
  html body;
};

struct shell {
  std::string title; ///< of the window
  html header;
  std::vector<chapter> chapters;
  std::string closing;   ///< below everything
  bool explores = false; ///< one of the chapters holds an explorer
};

/// The whole file: one that asks no host for anything, runs no script but those of this program, and says so where it has none.
[[nodiscard]] std::string assembled(const shell&);

} // namespace lfreval::page
