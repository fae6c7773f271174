/// @file
/// Umbrella: files as bytes and text, read and written whole or not at all.
#pragma once

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/file_blocks.hpp>
#include <lfreval/bytes/gzip.hpp>
#include <lfreval/bytes/mapped_file.hpp>
#include <lfreval/bytes/text.hpp>
