#pragma once

/// The whole network as it was: sources, products and rules.
///
/// Purpose: every location and supplier with its stock, every product's
/// settings and every brand's routing rules after one event of the log: from
/// the checkpoint, and from the log behind it. Reads the store alone, so it
/// works beside a running engine, and without one. Owner: pure but for
/// reading. Threads: any. Errors: those of the store; a network of which a
/// part is missing would be taken for the whole, so there is none then.

#include <map>

#include "messages/errors.hpp"
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

[[nodiscard]] result<network_state> network_at(
    const persistence::log_store& store, sequence at);

/// A supplier as a definition that would change nothing: the products that it
/// was last defined with, each with what is available of it now.
[[nodiscard]] supplier_settings supplier_now(const source_state& state);

}  // namespace oms::history
