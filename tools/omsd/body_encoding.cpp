#include "tools/omsd/body_encoding.hpp"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <new>

#include "tools/omsd/utf8.hpp"

namespace oms::omsd {

namespace {

constexpr int window_bits = 15;
// Added to the bits of the window, it asks zlib for the header of gzip.
constexpr int gzip_header = 16;
constexpr int memory_level = 8;
// Less is not worth packing.
constexpr std::size_t min_packed_bytes = 1'400;

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// A weight of 0: "q=0", "q=0.0" and so on (RFC 9110, 12.4.2).
bool weighs_nothing(std::string_view parameters) {
  return parameters.starts_with("q=0") &&
         std::all_of(parameters.begin() + 3, parameters.end(),
                     [](char c) { return c == '0' || c == '.'; });
}

}  // namespace

void write_body(response& of) {
  if (!of.unwritten) return;
  of.body = of.unwritten->write();
  of.unwritten.reset();
}

void finish_body(response& of, bool gzip) {
  if (of.finished) return;
  of.finished = true;
  write_body(of);
  // Ids and notes of old logs may contain bytes that are not UTF-8, and JSON
  // must be UTF-8.
  if (!is_utf8(of.body)) of.body = repaired_utf8(of.body);
  if (!gzip || of.body.size() < min_packed_bytes) return;
  of.body = packed(of.body);
  of.packed = true;
}

std::string packed(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                   window_bits + gzip_header, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out;
  out.resize(deflateBound(&stream, text.size()));
  // zlib's interface is not const, but it does not change its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  // One call is enough, because `deflateBound` leaves room for everything.
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  // The answer may wait in memory until its client reads it.
  out.shrink_to_fit();
  return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto end =
        std::min(accept_encoding.find(','), accept_encoding.size());
    const auto one = lower(accept_encoding.substr(0, end));
    const auto divider = std::min(one.find(';'), one.size());
    const auto name = std::string_view(one).substr(0, divider);
    const bool wanted =
        divider == one.size() ||
        !weighs_nothing(std::string_view(one).substr(divider + 1));
    // A coding that is named counts more than "*", wherever it is in the list.
    if (name == "gzip" || name == "x-gzip") return wanted;
    if (name == "*") any = wanted;
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
  }
  return any;
}

}  // namespace oms::omsd
