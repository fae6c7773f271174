// The one file that multiplies matrices of templates.
#include <lfreval/counts/search.hpp>

#include <Eigen/Core>
#include <dlfcn.h>

namespace lfreval {

namespace {

/// The standard C interface of BLAS with 32-bit integers, which Debian's libopenblas.so.0 has. It is looked for while running:
/// a program that was built without it uses it, and one without it at hand gives the same answers.
struct openblas_library {
  using sgemm = void (*)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float* a, int lda, const float* b,
                         int ldb, float beta, float* c, int ldc);
  sgemm product = nullptr;

  openblas_library() {
    void* const library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    const auto set_threads = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
    const auto found = reinterpret_cast<sgemm>(dlsym(library, "cblas_sgemm"));
    if (set_threads == nullptr || found == nullptr) return;
    set_threads(1); // the search has its own
    product = found;
  }
  static const openblas_library& get() {
    static const openblas_library found;
    return found;
  }
};

constexpr int row_major = 101, as_it_is = 111, transposed = 112; // enumerators of cblas.h

using row_major_matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

} // namespace

bool has_openblas() noexcept { return openblas_library::get().product != nullptr; }

void detail::multiply(product_backend backend, const float* probes, std::size_t probe_count, const float* references, std::size_t reference_count,
                      std::size_t dimension, float* scores) {
  if (probe_count == 0 || reference_count == 0) return;
  if (backend == product_backend::openblas) {
    const openblas_library& blas = openblas_library::get();
    if (blas.product == nullptr) throw std::invalid_argument("multiply: libopenblas.so.0 cannot be loaded on this machine");
    const auto m = static_cast<int>(probe_count), n = static_cast<int>(reference_count), d = static_cast<int>(dimension);
    blas.product(row_major, as_it_is, transposed, m, n, d, 1.0F, probes, d, references, d, 0.0F, scores, n);
    return;
  }
  const auto m = static_cast<Eigen::Index>(probe_count), n = static_cast<Eigen::Index>(reference_count), d = static_cast<Eigen::Index>(dimension);
  Eigen::Map<row_major_matrix>(scores, m, n).noalias() =
      Eigen::Map<const row_major_matrix>(probes, m, d) * Eigen::Map<const row_major_matrix>(references, n, d).transpose();
}

} // namespace lfreval
