#pragma once

/// Commands from JSON: the bodies of the steps of docs/SCENARIOS.md.
/// `read_keys` takes the keys of a body from an object that its caller opened,
/// because the caller has keys of its own there, such as the order's id, and
/// refuses the others when it is done.
///
/// Only the form is checked: that a quantity is at least 1 is for the engine to
/// say. Errors are faults, see tools/json/reader.hpp.

#include "messages/commands.hpp"
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

void read(const node& at, line_choice& out);
void read(const node& at, returned_line& out);
/// A line of a fulfillment is named by "line" or by "sku".
void read(const node& at, work_line& out);

void read_keys(object_reader& keys, record_payment& out);
void read_keys(object_reader& keys, cancel_order& out);
void read_keys(object_reader& keys, place_hold& out);
void read_keys(object_reader& keys, add_note& out);
void read_keys(object_reader& keys, plan_order& out);
/// Reads the keys of `out.action`, which the caller has set.
void read_keys(object_reader& keys, work_fulfillment& out);
void read_keys(object_reader& keys, track_shipment& out);
void read_keys(object_reader& keys, request_refund& out);
void read_keys(object_reader& keys, settle_refund& out);
void read_keys(object_reader& keys, request_return& out);
void read_keys(object_reader& keys, receive_return& out);
void read_keys(object_reader& keys, decide_return& out);
void read_keys(object_reader& keys, receive_stock& out);
void read_keys(object_reader& keys, adjust_stock& out);
void read_keys(object_reader& keys, count_stock& out);

}  // namespace oms::json
