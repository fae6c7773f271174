// Long work beside a Python that stays alive: Ctrl-C is seen within a twentieth of a second, and progress is told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include <pybind11/pybind11.h>

#include <lfreval/detail/watch.hpp>

namespace lfreval::python {

/// Runs `work` on a thread of its own without the interpreter lock. Meanwhile signals are looked at, and `progress(done,
/// planned)` is called, if it is not None, at most twenty times a second and once at the end. An exception of either stops
/// the work and is raised once it has stopped.
template <class Work> auto run_watched(const pybind11::object& progress, const Work& work) {
  namespace py = pybind11;
  std::optional<decltype(work())> made;
  std::exception_ptr thrown;
  detail::watched_work watched;
  bool ended = false, stopped = false;
  std::mutex lock;
  std::condition_variable changed;
  const auto told = [&] {
    if (PyErr_CheckSignals() != 0) return false;
    if (progress.is_none()) return true;
    PyObject* const answer = PyObject_CallFunction(progress.ptr(), "KK", static_cast<unsigned long long>(watched.done.load()),
                                                   static_cast<unsigned long long>(watched.planned.load()));
    Py_XDECREF(answer);
    return answer != nullptr;
  };
  {
    const py::gil_scoped_release unlocked;
    std::jthread runner([&] {
      const detail::watching here(&watched);
      try {
        made.emplace(work());
      } catch (...) {
        thrown = std::current_exception();
      }
      const std::scoped_lock held(lock);
      ended = true;
      changed.notify_all();
    });
    std::unique_lock held(lock);
    while (!changed.wait_for(held, std::chrono::milliseconds(50), [&] { return ended; })) {
      if (stopped) continue;
      held.unlock();
      {
        const py::gil_scoped_acquire locked;
        stopped = !told();
      }
      if (stopped) watched.stop = true;
      held.lock();
    }
  }
  if (stopped) throw py::error_already_set();
  if (thrown) std::rethrow_exception(thrown);
  if (!told()) throw py::error_already_set();
  return std::move(*made);
}

} // namespace lfreval::python
