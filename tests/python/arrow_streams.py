"""Arrow streams made by hand with ctypes, as another library would hand them over."""
import ctypes

import numpy

RELEASED = []


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


RELEASE_SCHEMA, RELEASE_ARRAY, RELEASE_STREAM = (ctypes.CFUNCTYPE(None, ctypes.POINTER(t)) for t in (Schema, Array, Stream))
Schema._fields_ = [("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64),
                   ("children", ctypes.POINTER(ctypes.POINTER(Schema))), ("dictionary", ctypes.POINTER(Schema)), ("release", RELEASE_SCHEMA), ("private_data", ctypes.c_void_p)]
Array._fields_ = [("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64),
                  ("buffers", ctypes.POINTER(ctypes.c_void_p)), ("children", ctypes.POINTER(ctypes.POINTER(Array))), ("dictionary", ctypes.POINTER(Array)),
                  ("release", RELEASE_ARRAY), ("private_data", ctypes.c_void_p)]
GET_SCHEMA, GET_NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Schema)), ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))
LAST_ERROR = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(Stream))
Stream._fields_ = [("get_schema", GET_SCHEMA), ("get_next", GET_NEXT), ("get_last_error", LAST_ERROR), ("release", RELEASE_STREAM), ("private_data", ctypes.c_void_p)]

FORMATS = {"float32": b"f", "float64": b"g", "uint32": b"I", "int64": b"l", "uint64": b"L", "int8": b"c"}
ALIVE = []  # what C points at must outlive the call


@RELEASE_SCHEMA
def release_schema(schema):
    schema.contents.release = RELEASE_SCHEMA()


@RELEASE_ARRAY
def release_array(array):
    RELEASED.append(array.contents.private_data)
    array.contents.release = RELEASE_ARRAY()


@RELEASE_STREAM
def release_stream(stream):
    stream.contents.release = RELEASE_STREAM()


def _child_array(values, offset, mask=None):
    if values.dtype.kind in "OU":
        texts = [v.encode() for v in values.tolist()]
        ends = numpy.cumsum([0, *map(len, texts)]).astype(numpy.int32)
        data = ctypes.create_string_buffer(b"".join(texts))
        pointers = (ctypes.c_void_p * 3)(None, ends.ctypes.data, ctypes.addressof(data))
        ALIVE.append((ends, data, pointers))
    else:
        valid = None if mask is None else numpy.packbits(~mask, bitorder="little")
        pointers = (ctypes.c_void_p * 2)(None if valid is None else valid.ctypes.data, values.ctypes.data)
        ALIVE.append((values, valid, pointers))
    length = len(values) - offset
    return Array(length, -1 if mask is not None else 0, offset, len(pointers), 0, pointers, None, None, release_array, None)


def _capsule(pointer, name):
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return new(pointer, name, None)


def format_of(values):
    return b"u" if values.dtype.kind in "OU" else FORMATS[str(values.dtype)]


class Table:
    """Batches of columns that offer `__arrow_c_stream__`. `offset` rows at the start of each column are to be skipped."""

    def __init__(self, *batches, offset=0, fails=None, masks=None, bare=False):
        self.batches, self.offset, self.fails, self.masks, self.bare = batches, offset, fails, masks or {}, bare

    def _schema(self, out):
        first = self.batches[0]
        if self.bare:
            (name, values), = first.items()
            out[0] = Schema(format_of(values), name.encode(), None, 0, 0, None, None, release_schema, None)
            return
        children = [Schema(format_of(v), n.encode(), None, 0, 0, None, None, release_schema, None) for n, v in first.items()]
        places = (ctypes.POINTER(Schema) * len(children))(*[ctypes.pointer(c) for c in children])
        ALIVE.append((children, places))
        out[0] = Schema(b"+s", b"", None, 0, len(children), places, None, release_schema, None)

    def _batch(self, out, number):
        columns = self.batches[number]
        children = [_child_array(v, self.offset, self.masks.get(n)) for n, v in columns.items()]
        rows = children[0].length
        if self.bare:
            out[0] = children[0]
            out[0].private_data = number + 1
            return
        places = (ctypes.POINTER(Array) * len(children))(*[ctypes.pointer(c) for c in children])
        nothing = (ctypes.c_void_p * 1)(None)
        ALIVE.append((children, places, nothing))
        out[0] = Array(rows, 0, 0, 1, len(children), nothing, places, None, release_array, number + 1)

    def __arrow_c_stream__(self, requested_schema=None):
        left = iter(range(len(self.batches)))

        def schema(stream, out):
            self._schema(out)
            return 0

        def following(stream, out):
            if self.fails:
                return 5
            number = next(left, None)
            if number is None:
                out[0] = Array()
            else:
                self._batch(out, number)
            return 0

        def error(stream):
            return ctypes.cast(ctypes.c_char_p(self.fails.encode()), ctypes.c_void_p).value if self.fails else None

        made = Stream(GET_SCHEMA(schema), GET_NEXT(following), LAST_ERROR(error), release_stream, None)
        ALIVE.append((made, self))
        return _capsule(ctypes.addressof(made), b"arrow_array_stream")

    def __arrow_c_array__(self, requested_schema=None):
        schema, array = Schema(), Array()
        self._schema(ctypes.pointer(schema))
        self._batch(ctypes.pointer(array), 0)
        ALIVE.append((schema, array))
        return _capsule(ctypes.addressof(schema), b"arrow_schema"), _capsule(ctypes.addressof(array), b"arrow_array")


class OneBatch(Table):
    """Offers an array and no stream."""

    __arrow_c_stream__ = property()
