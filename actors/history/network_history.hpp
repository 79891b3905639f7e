#pragma once

/// The whole network as it was: sources, products and rules.
///
/// Every location and supplier with its stock, every product's settings and
/// every brand's routing rules after one event of the log: from the checkpoint,
/// and from the log after it. Reads the store alone, so it works while an
/// engine runs and without one; any thread may call. Errors: those of the
/// store. A network of which a part is missing would be taken for the whole, so
/// any damage that matters is an error, and nothing is returned.

#include <map>

#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "messages/source_state.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

struct network_state {
  /// True after this event.
  sequence upto = 0;
  std::map<source_ref, source_state> sources;
  std::map<sku_id, product_settings> products;
  std::map<brand_id, routing_rules> rules;
};

/// Applies an event to the part of the network that it is of; events of orders
/// and of the engine change nothing. `upto` stays: the caller knows how far it
/// has read.
void fold(network_state& network, const event& e);

/// The network after the event `at`, or after the last one if that is earlier.
[[nodiscard]] result<network_state> network_at(
    const persistence::log_store& store, sequence at);

/// A supplier as a definition that would change nothing: the products that it
/// was last defined with, each with what is available of it now. Units on offer
/// to the backorder queue count as available.
[[nodiscard]] supplier_settings supplier_now(const source_state& state);

}  // namespace oms::history
