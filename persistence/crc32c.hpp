#pragma once

/// CRC-32C, to notice damage.
///
/// Purpose: rows of tables carry one, as LMDB has no checksums. It finds
/// accidents, not forgers. Owner: pure functions. Threads: any. Source: RFC
/// 3720 (iSCSI), appendix B.4, the Castagnoli polynomial.

#include <cstddef>
#include <cstdint>
#include <span>

namespace oms::persistence {

/// To go on with further bytes, hand in what came out.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> data,
                                   std::uint32_t before = 0);

}  // namespace oms::persistence
