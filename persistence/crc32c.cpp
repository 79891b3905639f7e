#include "persistence/crc32c.hpp"

#include <array>

namespace oms::persistence {

namespace {

// 0x1edc6f41 of RFC 3720, with its bits in reverse: the lowest bit goes first.
constexpr std::uint32_t polynomial = 0x82f63b78U;
// Bytes that are taken in one step ("slicing-by-8"): a checkpoint sums a
// million rows, and one byte at a time would take eight times as many dependent
// steps. The processor's own instruction would be faster and is not on every
// machine.
constexpr std::size_t slice_bytes = 8;
using table = std::array<std::uint32_t, 256>;

// The table `k` says what a byte does to the sum `k` bytes later.
constexpr std::array<table, slice_bytes> make_tables() {
  std::array<table, slice_bytes> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    auto sum = byte;
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? polynomial : 0U);
    tables[0][byte] = sum;
  }
  for (std::size_t k = 1; k < slice_bytes; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto sum = tables[k - 1][byte];
      tables[k][byte] = (sum >> 8U) ^ tables[0][sum & 0xffU];
    }
  return tables;
}

constexpr auto tables = make_tables();

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t before) {
  // Inverted at both ends, as the RFC asks, so that leading zeros count. The
  // inversion of the result is undone here when it is handed in again.
  auto sum = ~before;
  const auto at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(data[i]);
  };
  while (data.size() >= slice_bytes) {
    sum ^= at(0) | at(1) << 8U | at(2) << 16U | at(3) << 24U;
    sum = tables[7][sum & 0xffU] ^ tables[6][sum >> 8U & 0xffU] ^
          tables[5][sum >> 16U & 0xffU] ^ tables[4][sum >> 24U] ^
          tables[3][at(4)] ^ tables[2][at(5)] ^ tables[1][at(6)] ^
          tables[0][at(7)];
    data = data.subspan(slice_bytes);
  }
  for (std::size_t i = 0; i < data.size(); ++i)
    sum = (sum >> 8U) ^ tables[0][(sum ^ at(i)) & 0xffU];
  return ~sum;
}

}  // namespace oms::persistence
