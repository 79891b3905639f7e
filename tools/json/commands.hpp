#pragma once

/// Commands from JSON: what their lists of fields leave to the bodies of the
/// steps of docs/SCENARIOS.md. tools/json/fields.hpp reads the rest. Errors are
/// faults, see tools/json/reader.hpp.

#include "messages/commands.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/reader.hpp"

namespace oms::json {

/// What files may leave out, if the caller allows it: scenarios are written by
/// hand.
struct order_defaults {
  money unit_price;
  /// Lines without an id are numbered by their position, from "1".
  bool number_lines = false;
};

void read_order(const node& at, place_order& out,
                const order_defaults& defaults = {});

/// Reads the keys of `out.action`, which the caller has set.
void read_keys(object_reader& keys, work_fulfillment& out);

}  // namespace oms::json
