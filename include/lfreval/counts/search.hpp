/// @file
/// Every probe against every reference, with scores that are looked at while they are in the cache and never stored: 10^5
/// probes against 10^6 references would be 400 GB of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lfreval/detail/parallel.hpp>
#include <lfreval/log/templates.hpp>
#include <span>
#include <stdexcept>
#include <vector>

namespace lfreval {

/// The score of two templates, by definition: their inner product in double, eight sums in turn that are then added pair by
/// pair, rounded to float32 once. The same on every machine: the product of two float32 numbers is exact in double.
/// Throws `std::invalid_argument` when dimensions differ.
[[nodiscard]] float exact_score(std::span<const float> a, std::span<const float> b);

/// How far a float32 product of any order of additions, with or without fused ones, may lie from `exact_score`:
/// (g + g' + u) |a| |b| with g = d u / (1 - d u), u = 2^-24, g' the same for u' = 2^-53, and d 2^-126 (1 + |a| + |b|) for
/// numbers too small for full precision. 3.1e-5 for unit vectors of 512 numbers.
/// Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1.
[[nodiscard]] double score_error(std::size_t dimension, double norm_a, double norm_b);

/// Who multiplies. All lead to the same decisions.
enum class product_backend : std::uint8_t {
  automatic, ///< `openblas` where it can be loaded, else `eigen`
  eigen,     ///< compiled in, for the instructions that every processor of this architecture has
  openblas,  ///< `libopenblas.so.0` of this machine, loaded at the first use and set to one thread for this process
};
[[nodiscard]] bool has_openblas() noexcept;

/// Probes and references, and the two things a consumer may ask about them.
class score_source {
public:
  /// Throws `std::invalid_argument` when dimensions differ.
  score_source(const template_set& probes, const template_set& references);
  [[nodiscard]] const template_set& probes() const noexcept { return *probes_; }
  [[nodiscard]] const template_set& references() const noexcept { return *references_; }
  [[nodiscard]] float exact(std::size_t probe, std::size_t reference) const { return exact_score((*probes_)[probe], (*references_)[reference]); }
  /// No score of this probe in a tile is farther from the exact one.
  [[nodiscard]] double error(std::size_t probe) const { return score_error(probes_->dimension(), probes_->norms()[probe], largest_norm_); }

private:
  const template_set* probes_;
  const template_set* references_;
  double largest_norm_ = 0;
};

/// Scores of some probes against some references, each off by at most `source.error` of its probe.
struct score_tile {
  const score_source& source;
  std::size_t first_probe, probes, first_reference, references;
  const float* scores; ///< probe by probe

  /// The scores of the i-th probe of the tile.
  [[nodiscard]] std::span<const float> row(std::size_t i) const { return {scores + i * references, references}; }
};

/// What takes the scores. A search copies it once for each thread and merges the copies at the end; each sees whole blocks
/// of probes: all tiles of a block, then `end_probes` for it.
template <class C>
concept tile_consumer = std::copy_constructible<C> && requires(C own, const C& other, const score_tile& tile, const score_source& source) {
  own.consume(tile);
  own.end_probes(source, std::size_t{}, std::size_t{}); // first probe of the block, number of probes
  own.merge(other);
};

/// Tiles of 512 x 1024 lose little of the speed of the product, and their 2 MiB stay in the cache.
struct search_options {
  product_backend backend = product_backend::automatic;
  unsigned threads = 1;
  std::size_t probes_at_once = 512, references_at_once = 1024;
};

namespace detail {

/// scores[i * references + j] = product of probe i and reference j, both row by row. Throws `std::invalid_argument` for
/// `openblas` where there is none.
void multiply(product_backend backend, const float* probes, std::size_t probe_count, const float* references, std::size_t reference_count,
              std::size_t dimension, float* scores);

/// The places of the scores at or above `floor`, ascending; `places` has room for all. Returns how many.
[[nodiscard]] std::size_t places_at_or_above(std::span<const float> scores, float floor, std::uint32_t* places);

/// The lowest float32 that a tile may hold for a score at or above `edge`.
[[nodiscard]] inline float floor_for(float edge, double error) {
  return std::nextafter(static_cast<float>(static_cast<double>(edge) - error), -std::numeric_limits<float>::infinity());
}

} // namespace detail

/// Compares every probe with every reference and returns what the consumer made of it. The outcome of the library's own
/// consumers does not depend on backend, threads, tile sizes or machine, because whatever lies within the error of a
/// decision is scored exactly.
/// Throws `std::invalid_argument` when dimensions differ, a tile size is 0 or above 2^20, or `openblas` is asked for and not
/// there. Cost: 2 d flops per comparison; memory for one tile per thread.
template <tile_consumer Consumer>
[[nodiscard]] Consumer search(const template_set& probes, const template_set& references, const Consumer& empty, const search_options& options = {}) {
  constexpr std::size_t most = std::size_t{1} << 20U;
  const std::size_t rows = options.probes_at_once, columns = options.references_at_once;
  if (rows == 0 || columns == 0 || rows > most || columns > most) throw std::invalid_argument("search: a tile has 1 to 2^20 rows and columns");
  const score_source source(probes, references);
  const product_backend backend =
      options.backend != product_backend::automatic ? options.backend : has_openblas() ? product_backend::openblas : product_backend::eigen;
  if (backend == product_backend::openblas && !has_openblas()) throw std::invalid_argument("search: libopenblas.so.0 cannot be loaded on this machine");

  const std::size_t blocks = (probes.size() + rows - 1) / rows, dimension = probes.dimension();
  const unsigned threads = std::max(1U, options.threads);
  std::vector<Consumer> found(threads, empty);
  std::atomic<std::size_t> next{0};
  detail::parallel_for(threads, threads, [&](std::size_t t) {
    std::vector<float> scores(std::min(rows, probes.size()) * std::min(columns, references.size()));
    for (std::size_t block = 0; (block = next.fetch_add(1, std::memory_order_relaxed)) < blocks;) {
      const std::size_t first = block * rows, count = std::min(rows, probes.size() - first);
      for (std::size_t from = 0; from < references.size(); from += columns) {
        const std::size_t n = std::min(columns, references.size() - from);
        detail::multiply(backend, probes.values().data() + first * dimension, count, references.values().data() + from * dimension, n, dimension, scores.data());
        found[t].consume(score_tile{source, first, count, from, n, scores.data()});
      }
      found[t].end_probes(source, first, count);
    }
  });
  for (std::size_t t = 1; t < found.size(); ++t) found.front().merge(found[t]);
  return std::move(found.front());
}

} // namespace lfreval
