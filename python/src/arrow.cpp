// Columns from and to every library that speaks Arrow's C interfaces: Polars, DuckDB, pyarrow, newer pandas.
#include "arrow.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "module.hpp"

namespace lfreval::python {

namespace {

[[noreturn]] void wrong(const std::string& column, const std::string& what) { throw py::type_error((column.empty() ? "" : column + ": ") + what); }

/// A struct of Arrow that is released when the last view of it is gone.
template <class Struct> std::shared_ptr<Struct> owned(Struct* moved_from) {
  std::shared_ptr<Struct> out(new Struct(*moved_from), [](Struct* s) {
    if (s->release != nullptr) s->release(s);
    delete s;
  });
  moved_from->release = nullptr; // moved, as the specification says
  return out;
}

struct number_format {
  char format;
  const char* dtype;
  py::ssize_t size;
};
constexpr number_format numbers[] = {{'c', "int8", 1}, {'C', "uint8", 1}, {'s', "int16", 2}, {'S', "uint16", 2}, {'i', "int32", 4},
                                     {'I', "uint32", 4}, {'l', "int64", 8}, {'L', "uint64", 8}, {'f', "float32", 4}, {'g', "float64", 8}};

const number_format* number_of(const char* format) {
  for (const number_format& one : numbers)
    if (format[0] == one.format && format[1] == '\0') return &one;
  return nullptr;
}

bool has_null(const ArrowArray& array) {
  if (array.null_count == 0 || array.n_buffers == 0 || array.buffers[0] == nullptr) return false;
  const auto* const valid = static_cast<const std::uint8_t*>(array.buffers[0]);
  for (std::int64_t i = array.offset; i < array.offset + array.length; ++i)
    if ((valid[i / 8] >> (i % 8) & 1) == 0) return true;
  return false;
}

template <class Offset> py::object texts(const ArrowArray& array, const std::string& name) {
  const auto* const ends = static_cast<const Offset*>(array.buffers[1]);
  const auto* const bytes = static_cast<const char*>(array.buffers[2]);
  py::list out;
  for (std::int64_t i = array.offset; i < array.offset + array.length; ++i) {
    PyObject* const text = PyUnicode_DecodeUTF8(bytes == nullptr ? "" : bytes + ends[i], static_cast<Py_ssize_t>(ends[i + 1] - ends[i]), "strict");
    if (text == nullptr) {
      PyErr_Clear();
      wrong(name, "is not UTF-8 text");
    }
    out.append(py::reinterpret_steal<py::object>(text));
  }
  return py::module_::import("numpy").attr("array")(out, "object");
}

/// One column of one batch: numbers as a view of Arrow's own memory, texts as an object array.
py::object column_of(const ArrowSchema& schema, const ArrowArray& array, const std::shared_ptr<ArrowArray>& owner, const std::string& name) {
  if (schema.dictionary != nullptr) wrong(name, "is dictionary-encoded; send its codes, or decode it first");
  if (has_null(array)) wrong(name, "has nulls; fill them or leave the rows out, as the study says");
  if (const number_format* const f = number_of(schema.format)) {
    const auto* const first = static_cast<const std::byte*>(array.buffers[1]) + array.offset * f->size;
    const py::capsule keeps(new std::shared_ptr<ArrowArray>(owner), [](void* p) { delete static_cast<std::shared_ptr<ArrowArray>*>(p); });
    py::array view(py::dtype(f->dtype), {array.length}, {f->size}, array.length == 0 ? nullptr : first, keeps);
    view.attr("setflags")(py::arg("write") = false);
    return view;
  }
  if (std::strcmp(schema.format, "u") == 0) return texts<std::int32_t>(array, name);
  if (std::strcmp(schema.format, "U") == 0) return texts<std::int64_t>(array, name);
  wrong(name, std::string("has Arrow's format \"") + schema.format + "\"; allowed: whole and floating-point numbers, UTF-8 text");
}

py::dict batch_of(const ArrowSchema& schema, const std::shared_ptr<ArrowArray>& array) {
  py::dict out;
  if (std::strcmp(schema.format, "+s") != 0) {
    out[py::str(schema.name == nullptr ? "" : schema.name)] = column_of(schema, *array, array, schema.name == nullptr ? "" : schema.name);
    return out;
  }
  if (has_null(*array)) wrong("", "the batch has null rows");
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    ArrowArray child = *array->children[i];
    // The rows of the batch begin at its own offset in each child.
    child.offset += array->offset;
    child.length = array->length;
    out[py::str(schema.children[i]->name)] = column_of(*schema.children[i], child, array, schema.children[i]->name);
  }
  return out;
}

/// Every batch of a stream.
py::list batches(const py::capsule& given) {
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(given.ptr(), "arrow_array_stream"));
  if (stream == nullptr) throw py::error_already_set();
  if (stream->release == nullptr) throw std::invalid_argument("the Arrow stream was read before");
  const auto failed = [&] {
    const char* const why = stream->get_last_error(stream);
    return std::runtime_error(std::string("the Arrow stream failed: ") + (why == nullptr ? "no reason given" : why));
  };
  ArrowSchema read_schema{};
  if (stream->get_schema(stream, &read_schema) != 0) throw failed();
  const auto schema = owned(&read_schema);
  py::list out;
  for (;;) {
    ArrowArray next{};
    if (stream->get_next(stream, &next) != 0) throw failed();
    if (next.release == nullptr) break;
    out.append(batch_of(*schema, owned(&next)));
  }
  stream->release(stream);
  return out;
}

/// The one batch of a pair of capsules.
py::dict batch(const py::capsule& given_schema, const py::capsule& given_array) {
  auto* const schema = static_cast<ArrowSchema*>(PyCapsule_GetPointer(given_schema.ptr(), "arrow_schema"));
  auto* const array = schema == nullptr ? nullptr : static_cast<ArrowArray*>(PyCapsule_GetPointer(given_array.ptr(), "arrow_array"));
  if (array == nullptr) throw py::error_already_set();
  if (schema->release == nullptr || array->release == nullptr) throw std::invalid_argument("the Arrow array was read before");
  return batch_of(*owned(schema), owned(array));
}

/// What is sent: names, formats and buffers, kept alive together.
struct sent_column {
  std::string name, format;
  std::vector<std::uint8_t> valid; ///< a bit for each row; empty when all are there
  std::int64_t absent = 0;
  py::array numbers;
  std::vector<std::int64_t> ends;
  std::string bytes;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  [[nodiscard]] std::int64_t buffer_count() const { return format == "U" ? 3 : 2; }
};

struct sent_table {
  std::vector<sent_column> columns;
  std::int64_t rows = 0;
  const void* no_buffer[1] = {nullptr};

  ~sent_table() {
    const py::gil_scoped_acquire locked; // arrays of Python are let go here
    columns.clear();
  }
};
using table_pointer = std::shared_ptr<sent_table>;

void fill(ArrowSchema& out, const table_pointer& table) {
  out = {"+s", "", nullptr, 0, static_cast<std::int64_t>(table->columns.size()), nullptr, nullptr, nullptr, nullptr};
  struct kept {
    table_pointer table;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> places;
  };
  auto* const keeps = new kept{table, {}, {}};
  for (const sent_column& c : table->columns)
    keeps->children.push_back({c.format.c_str(), c.name.c_str(), nullptr, c.absent > 0 ? ARROW_FLAG_NULLABLE : 0, 0, nullptr, nullptr,
                               [](ArrowSchema* s) { s->release = nullptr; }, nullptr});
  for (ArrowSchema& child : keeps->children) keeps->places.push_back(&child);
  out.children = keeps->places.data();
  out.private_data = keeps;
  out.release = [](ArrowSchema* s) {
    delete static_cast<kept*>(s->private_data);
    s->release = nullptr;
  };
}

void fill(ArrowArray& out, const table_pointer& table) {
  out = {table->rows, 0, 0, 1, static_cast<std::int64_t>(table->columns.size()), table->no_buffer, nullptr, nullptr, nullptr, nullptr};
  struct kept {
    table_pointer table;
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> places;
  };
  auto* const keeps = new kept{table, {}, {}};
  for (sent_column& c : table->columns)
    keeps->children.push_back({table->rows, c.absent, 0, c.buffer_count(), 0, c.buffers, nullptr, nullptr, [](ArrowArray* a) { a->release = nullptr; }, nullptr});
  for (ArrowArray& child : keeps->children) keeps->places.push_back(&child);
  out.children = keeps->places.data();
  out.private_data = keeps;
  out.release = [](ArrowArray* a) {
    delete static_cast<kept*>(a->private_data);
    a->release = nullptr;
  };
}

struct sending {
  table_pointer table;
  bool done = false;
};

sent_column sent(const std::string& name, const py::object& values, const py::object& absent) {
  sent_column out;
  out.name = name;
  if (py::isinstance<py::array>(values) && py::cast<py::array>(values).dtype().kind() != 'O') {
    out.numbers = py::cast<py::array>(py::module_::import("numpy").attr("ascontiguousarray")(values));
    const std::string dtype = py::cast<std::string>(py::str(out.numbers.dtype()));
    for (const number_format& one : numbers)
      if (dtype == one.dtype) out.format = one.format;
    if (out.format.empty()) wrong(name, dtype + " is not sent; allowed: whole and floating-point numbers, text");
    out.buffers[1] = out.numbers.data();
  } else {
    out.format = "U";
    out.ends.push_back(0);
    for (const auto& text : values) {
      out.bytes += py::isinstance<py::str>(text) ? py::cast<std::string>(text) : "";
      out.ends.push_back(static_cast<std::int64_t>(out.bytes.size()));
    }
  }
  if (!absent.is_none()) {
    const auto mask = py::cast<py::array_t<bool>>(absent);
    out.valid.assign(static_cast<std::size_t>(mask.size() + 7) / 8, 0);
    for (py::ssize_t i = 0; i < mask.size(); ++i) {
      if (mask.data()[i]) ++out.absent;
      else out.valid[static_cast<std::size_t>(i / 8)] |= static_cast<std::uint8_t>(1U << (i % 8));
    }
  }
  return out;
}

/// A stream of one batch that holds these columns: (name, values, mask of what is absent or None).
py::capsule stream(const py::list& columns) {
  auto table = std::make_shared<sent_table>();
  for (const auto& one : columns) {
    const auto [name, values, absent] = py::cast<std::tuple<std::string, py::object, py::object>>(one);
    table->columns.push_back(sent(name, values, absent));
    const auto rows = table->columns.back().format == "U" ? static_cast<std::int64_t>(table->columns.back().ends.size()) - 1
                                                          : static_cast<std::int64_t>(table->columns.back().numbers.size());
    if (table->columns.size() > 1 && rows != table->rows) throw std::invalid_argument(name + ": is of another length");
    table->rows = rows;
  }
  for (sent_column& c : table->columns) { // the columns stay where they are from here on
    if (c.absent > 0) c.buffers[0] = c.valid.data();
    if (c.format == "U") {
      c.buffers[1] = c.ends.data();
      c.buffers[2] = c.bytes.data();
    }
  }
  auto* const made = new ArrowArrayStream{
      [](ArrowArrayStream* s, ArrowSchema* out) {
        fill(*out, static_cast<sending*>(s->private_data)->table);
        return 0;
      },
      [](ArrowArrayStream* s, ArrowArray* out) {
        auto* const from = static_cast<sending*>(s->private_data);
        if (from->done) *out = ArrowArray{};
        else fill(*out, from->table);
        from->done = true;
        return 0;
      },
      [](ArrowArrayStream*) -> const char* { return nullptr; },
      [](ArrowArrayStream* s) {
        delete static_cast<sending*>(s->private_data);
        s->release = nullptr;
      },
      new sending{table}};
  return py::reinterpret_steal<py::capsule>(PyCapsule_New(made, "arrow_array_stream", [](PyObject* capsule) {
    auto* const s = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
    if (s->release != nullptr) s->release(s);
    delete s;
  }));
}

} // namespace

void bind_arrow(py::module_& module) {
  module.def("arrow_batches", &batches);
  module.def("arrow_batch", &batch);
  module.def("arrow_stream", &stream);
}

} // namespace lfreval::python
