#pragma once

/// Commands of the workload, and of an order's whole life, as gateways send
/// them over RPC. Throws std::logic_error for a command that no load has.

#include "messages/api/rpc.capnp.h"
#include "messages/commands.hpp"

namespace oms::bench {

void write(api::Order::Builder out, const place_order& in);
void write(api::Command::Builder out, const command& in);

}  // namespace oms::bench
