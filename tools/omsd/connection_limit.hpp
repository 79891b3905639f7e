#pragma once

/// No more RPC connections than a service may have.

#include <kj/async-io.h>

#include <cstddef>

#include "tools/omsd/metrics.hpp"

namespace oms::omsd {

/// Takes connections from `from` while fewer than `most` are open and counts
/// them in `metrics`; those beyond wait in the backlog until one closes, with
/// no file descriptor of this process. The receiver and `metrics` must outlive
/// the connections. Threads: the event loop's.
[[nodiscard]] kj::Own<kj::ConnectionReceiver> with_connection_limit(
    kj::Own<kj::ConnectionReceiver> from, std::size_t most,
    server_metrics& metrics);

}  // namespace oms::omsd
