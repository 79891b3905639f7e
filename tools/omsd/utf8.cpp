#include "tools/omsd/utf8.hpp"

#include <kj/encoding.h>

#include <cstdint>
#include <cstring>

namespace oms::omsd {

namespace {

// Nearly all text is ASCII, so it is tested eight bytes at a time before it is
// decoded.
bool is_ascii(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size();
       at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & high_bits) != 0) return false;
  }
  for (; at < text.size(); ++at)
    if (static_cast<unsigned char>(text[at]) >= 0x80) return false;
  return true;
}

kj::ArrayPtr<const char> chars(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

bool is_utf8(std::string_view text) {
  // KJ has no test for UTF-8, but decodes it and tells of errors.
  return is_ascii(text) || !kj::encodeUtf32(chars(text)).hadErrors;
}

std::string repaired_utf8(std::string_view text) {
  const auto repaired = kj::decodeUtf32(kj::encodeUtf32(chars(text)));
  return {repaired.begin(), repaired.size()};
}

}  // namespace oms::omsd
