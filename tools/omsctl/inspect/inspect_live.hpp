#pragma once

/// `omsctl order|stock|location|supplier --server URL`: the commands of
/// inspect_command.hpp against a running omsd, which writes the same texts.
/// Exit codes: 0 shown; 1 not found or refused; 2 wrong usage, or no answer.

#include "tools/omsctl/inspect/inspect_command.hpp"
#include "tools/omsctl/live/http_client.hpp"

namespace oms::omsctl {

[[nodiscard]] int live_order(const server_options& server,
                             const order_options& options,
                             const text::console& to = {});
[[nodiscard]] int live_stock(const server_options& server,
                             const stock_options& options,
                             const text::console& to = {});
[[nodiscard]] int live_location(const server_options& server,
                                const source_options& options,
                                const text::console& to = {});
[[nodiscard]] int live_supplier(const server_options& server,
                                const source_options& options,
                                const text::console& to = {});

}  // namespace oms::omsctl
