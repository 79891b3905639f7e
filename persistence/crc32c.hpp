#pragma once

/// CRC-32C, to notice damage: the Castagnoli polynomial of RFC 3720 (iSCSI),
/// appendix B.4.
///
/// Rows of tables and records of personal data carry one, since LMDB has no
/// checksums. It finds accidents, not forgers.

#include <cstddef>
#include <cstdint>
#include <span>

namespace oms::persistence {

/// To go on with further bytes, pass the result as `before`.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> data,
                                   std::uint32_t before = 0);

}  // namespace oms::persistence
