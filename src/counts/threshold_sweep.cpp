#include <lfreval/counts/threshold_sweep.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <lfreval/counts/score_key.hpp>
#include <lfreval/detail/parallel.hpp>

#include "bytes/large_pages.hpp"
#include "counts/bin_table.hpp"
#include "counts/sort_keys.hpp"

namespace lfreval {

namespace {

constexpr std::size_t rows_at_once = std::size_t{1} << 30U; // 32-bit counts cannot overflow
constexpr std::size_t cache_counts = std::size_t{1} << 17U; // several histograms beyond this miss the cache more than they save

[[noreturn]] void wrong(const char* function, const char* what) {
  throw std::invalid_argument(std::string(function) + ": " + what);
}

/// One contiguous part of the rows per thread.
struct parts {
  std::size_t rows, count;
  parts(std::size_t n, unsigned threads) : rows(n), count(std::max(1U, threads)) {}
  // Divides before it multiplies: rows times count may not fit.
  [[nodiscard]] std::size_t begin(std::size_t part) const { return rows / count * part + std::min(part, rows % count); }
};

std::vector<std::uint64_t> totals_of(const char* function, std::span<const std::uint32_t> codes, std::size_t cells) {
  // Four sums, because neighbouring rows often lie in one cell.
  const std::size_t copies = cells <= cache_counts / 8 ? 4 : 1;
  std::vector<std::uint64_t> sums(copies * cells);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] >= cells) wrong(function, "a code is not below the number of cells");
    ++sums[(i & (copies - 1)) * cells + codes[i]];
  }
  for (std::size_t copy = 1; copy < copies; ++copy)
    for (std::size_t c = 0; c < cells; ++c) sums[c] += sums[copy * cells + c];
  sums.resize(cells);
  return sums;
}

sweep_counts count_all(std::span<const float> scores, const std::uint32_t* codes, std::span<const std::uint64_t> totals,
                       const threshold_grid& grid, unsigned threads) {
  const std::size_t row = grid.size() + 1, size = totals.size() * row;
  const std::size_t copies = detail::most_copies * size <= cache_counts ? detail::most_copies : 1;
  // An entry costs about as much to make as a score to count.
  const detail::bin_table table(grid.edges(), scores.size());
  const parts split(scores.size(), threads);
  std::vector<std::vector<std::uint64_t>> counted(split.count);
  std::atomic<bool> nan{false};
  detail::parallel_for(split.count, threads, [&](std::size_t part) {
    std::vector<std::uint64_t> own(size);
    std::vector<std::uint32_t> histogram(copies * size);
    for (std::size_t i = split.begin(part), end = split.begin(part + 1); i < end;) {
      const std::size_t n = std::min(end - i, rows_at_once);
      if (detail::count_scores(table, scores.data() + i, codes == nullptr ? nullptr : codes + i, n, histogram.data(), copies, size))
        nan = true;
      for (std::size_t copy = 0; copy < copies; ++copy)
        for (std::size_t b = 0; b < size; ++b) own[b] += histogram[copy * size + b];
      std::fill(histogram.begin(), histogram.end(), 0U);
      i += n;
    }
    counted[part] = std::move(own);
  });
  if (nan) wrong("sweep", "a score is not a number");

  sweep_counts out{totals.size(), grid.size(), std::move(counted.front())};
  for (std::size_t part = 1; part < counted.size(); ++part)
    for (std::size_t b = 0; b < size; ++b) out.bins[b] += counted[part][b];
  // Scores below every threshold were only partly looked at; they are the rest.
  for (std::size_t cell = 0; cell < totals.size(); ++cell) {
    std::uint64_t above = 0;
    for (std::size_t b = 1; b < row; ++b) above += out.bins[cell * row + b];
    out.bins[cell * row] = totals[cell] - above;
  }
  return out;
}

void require_codes(const char* function, std::span<const float> scores, std::span<const std::uint32_t> codes, std::size_t cells) {
  if (cells == 0) wrong(function, "there must be at least one cell");
  if (codes.size() != scores.size()) wrong(function, "scores and codes differ in length");
}

using keys = std::unique_ptr<std::uint32_t[]>;

/// The keys of the scores, class by class, each class sorted descending.
keys sorted_keys(std::span<const float> scores, std::span<const std::uint32_t> codes, std::span<const std::uint64_t> totals,
                 unsigned threads) {
  keys out = std::make_unique_for_overwrite<std::uint32_t[]>(scores.size());
  detail::use_large_pages(out.get(), scores.size() * sizeof(std::uint32_t));
  const auto key_of = [](float score) {
    if (score != score) wrong("all_steps", "a score is not a number");
    return detail::ordered_bits(score + 0.0F); // negative zero plus zero is zero
  };
  if (codes.empty()) {
    const parts split(scores.size(), threads);
    detail::parallel_for(split.count, threads, [&](std::size_t part) {
      std::uint32_t nan = 0; // one test for the whole part, in the width of the scores, lets the loop be vectorised
      const std::span<const float> own = scores.subspan(split.begin(part), split.begin(part + 1) - split.begin(part));
      std::uint32_t* const to = out.get() + split.begin(part);
      for (std::size_t i = 0; i < own.size(); ++i) {
        nan |= own[i] != own[i] ? 1U : 0U;
        to[i] = detail::ordered_bits(own[i] + 0.0F);
      }
      if (nan != 0) wrong("all_steps", "a score is not a number");
    });
  } else {
    std::vector<std::size_t> next(totals.size());
    for (std::size_t c = 1; c < totals.size(); ++c) next[c] = next[c - 1] + totals[c - 1];
    for (std::size_t i = 0; i < scores.size(); ++i) out[next[codes[i]]++] = key_of(scores[i]);
  }
  std::size_t first = 0;
  for (const std::uint64_t total : totals) {
    std::uint32_t* const own = out.get() + first;
    const parts split(total, threads);
    detail::parallel_for(split.count, threads, [&](std::size_t part) {
      detail::sort_descending({own + split.begin(part), split.begin(part + 1) - split.begin(part)});
    });
    for (std::size_t part = 1; part < split.count; ++part)
      std::inplace_merge(own, own + split.begin(part), own + split.begin(part + 1), std::greater<>());
    first += total;
  }
  return out;
}

/// The steps of one class from its `n` keys in descending order.
void add_steps(const std::uint32_t* sorted, std::size_t n, score_steps& out) {
  if (n == 0) return;
  std::size_t distinct = 1;
  for (std::size_t i = 1; i < n; ++i) distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
  out.scores.reserve(distinct);
  out.at_or_above.reserve(distinct);
  detail::use_large_pages(out.scores.data(), distinct * sizeof(float));
  detail::use_large_pages(out.at_or_above.data(), distinct * sizeof(std::uint64_t));
  out.scores.resize(distinct);
  out.at_or_above.resize(distinct);
  // Every key writes to its step, the last one of equal keys last: ties are too irregular to branch on.
  std::size_t step = 0;
  for (std::size_t i = 0; i < n; ++i) {
    step += i > 0 && sorted[i] != sorted[i - 1] ? 1 : 0;
    out.scores[step] = score_of_key(sorted[i]);
    out.at_or_above[step] = i + 1;
  }
}

} // namespace

sweep_counts sweep(std::span<const float> scores, const threshold_grid& grid, unsigned threads) {
  const std::uint64_t total = scores.size();
  return count_all(scores, nullptr, std::span(&total, 1), grid, threads);
}

sweep_counts sweep(std::span<const float> scores, std::span<const std::uint32_t> codes, std::size_t cells,
                   const threshold_grid& grid, unsigned threads) {
  require_codes("sweep", scores, codes, cells);
  if (cells > largest_sweep / (grid.size() + 1)) wrong("sweep", "cells times thresholds is above 2^28");
  return count_all(scores, codes.data(), totals_of("sweep", codes, cells), grid, threads);
}

std::vector<std::uint32_t> thresholds_reached(std::span<const float> scores, const threshold_grid& grid, unsigned threads) {
  std::vector<std::uint32_t> out(scores.size());
  const detail::bin_table table(grid.edges(), scores.size());
  const parts split(scores.size(), threads);
  std::atomic<bool> nan{false};
  detail::parallel_for(split.count, threads, [&](std::size_t part) {
    const std::size_t first = split.begin(part);
    if (detail::write_bins(table, scores.data() + first, split.begin(part + 1) - first, out.data() + first)) nan = true;
  });
  if (nan) wrong("thresholds_reached", "a score is not a number");
  return out;
}

score_steps all_steps(std::span<const float> scores, std::span<const std::uint32_t> codes, std::size_t classes, unsigned threads) {
  score_steps out;
  out.classes = classes;
  std::vector<std::uint64_t> totals{scores.size()};
  if (!codes.empty() || classes != 1) {
    require_codes("all_steps", scores, codes, classes);
    totals = totals_of("all_steps", codes, classes);
  }
  const keys sorted = sorted_keys(scores, codes, totals, threads);
  if (classes == 1) {
    add_steps(sorted.get(), scores.size(), out);
    return out;
  }
  std::vector<std::size_t> next(classes), end(classes);
  for (std::size_t c = 0, first = 0; c < classes; ++c) {
    next[c] = first;
    end[c] = first += totals[c];
  }
  std::vector<std::uint64_t> seen(classes);
  for (;;) {
    std::uint32_t highest = 0; // below the key of minus infinity
    for (std::size_t c = 0; c < classes; ++c)
      if (next[c] < end[c]) highest = std::max(highest, sorted[next[c]]);
    if (highest == 0) break;
    for (std::size_t c = 0; c < classes; ++c) {
      const std::size_t before = next[c];
      while (next[c] < end[c] && sorted[next[c]] == highest) ++next[c];
      seen[c] += next[c] - before;
    }
    out.scores.push_back(score_of_key(highest));
    out.at_or_above.insert(out.at_or_above.end(), seen.begin(), seen.end());
  }
  return out;
}

} // namespace lfreval
