#pragma once

/// No more RPC connections than a service may have.

#include <kj/async-io.h>

#include <cstddef>

#include "tools/omsd/metrics.hpp"

namespace oms::omsd {

/// Accepts connections of `from` while fewer than `most` are open, and counts
/// them in `metrics`. Further ones wait in the kernel's queue until one closes,
/// and take no file descriptor of the process meanwhile. The receiver and
/// `metrics` must outlive the connections; all of them belong to the thread of
/// KJ's event loop.
[[nodiscard]] kj::Own<kj::ConnectionReceiver> with_connection_limit(
    kj::Own<kj::ConnectionReceiver> from, std::size_t most,
    server_metrics& metrics);

}  // namespace oms::omsd
