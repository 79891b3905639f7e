#pragma once

/// Views as bytes, and back.
///
/// Purpose: answers to readers in another process. An order's view holds
/// personal data. Owner: pure functions. Threads: any. Format:
/// messages/views.capnp. Errors: bytes that are malformed, truncated,
/// oversized or another view give `error_code::invalid`, never a crash; no
/// exception leaves. They may stand at any address. Limits: `max_view_bytes`
/// in messages/limits.hpp; what would be over it is encoded as no bytes at all.

#include <cstddef>
#include <span>

#include "messages/codec.hpp"
#include "messages/errors.hpp"
#include "messages/views.hpp"

namespace oms::codec {

[[nodiscard]] bytes encode_view(const order_view& view);
[[nodiscard]] result<order_view> decode_order_view(
    std::span<const std::byte> data);

[[nodiscard]] bytes encode_view(const stock_view& view);
[[nodiscard]] result<stock_view> decode_stock_view(
    std::span<const std::byte> data);

[[nodiscard]] bytes encode_view(const supplier_stock_view& view);
[[nodiscard]] result<supplier_stock_view> decode_supplier_stock_view(
    std::span<const std::byte> data);

[[nodiscard]] bytes encode_view(const waiting_view& view);
[[nodiscard]] result<waiting_view> decode_waiting_view(
    std::span<const std::byte> data);

[[nodiscard]] bytes encode_view(const engine_stats& view);
[[nodiscard]] result<engine_stats> decode_engine_stats(
    std::span<const std::byte> data);

[[nodiscard]] bytes encode_view(const violation& view);
[[nodiscard]] result<violation> decode_violation(
    std::span<const std::byte> data);

}  // namespace oms::codec
