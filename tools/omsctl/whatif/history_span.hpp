#pragma once

/// What came from outside in a span of a log.
///
/// The commands that the same orders need to be planned once more, and the
/// network as it was when the span began: settings, rules, and the stock that
/// was free then. What followed from the plans themselves (picking, shipping,
/// rejections) is not in it; part of it is counted. The store is only read.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "persistence/log_store.hpp"

namespace oms::omsctl {

struct timed_command {
  timestamp time;
  command_body body;
};

/// What happened in the span and is not played again.
struct left_out {
  std::uint64_t rejections = 0;
  quantity rejected_units;
  /// Units that came back damaged.
  quantity damaged_units;
  /// Of orders, which are played as they were placed.
  std::uint64_t edits = 0;
  /// Orders from before the span: those that waited when it began, and those
  /// that were paid, cancelled or held in it.
  std::uint64_t orders_waiting_before = 0;
  quantity units_waiting_before;
  std::set<order_key> older_orders;
};

using rules_by_brand = std::map<brand_id, routing_rules>;

struct history_span {
  timestamp begin;
  /// Of the last event in it.
  timestamp end;
  std::uint64_t events = 0;
  /// Sources, products and free stock, all at `begin`.
  std::vector<command_body> setup;
  rules_by_brand rules;
  /// By time, changes of the rules among them.
  std::vector<timed_command> commands;
  std::uint64_t orders = 0;
  left_out missing;
  /// Set when the log can't be read to the end of the span.
  std::optional<std::string> cut_short;
};

struct history_span_options {
  /// None: from the first event on.
  std::optional<timestamp> from;
  /// Before this; none: to the last event.
  std::optional<timestamp> upto;
};

/// Reads the log from its first event, since the stock of the time before the
/// span is nowhere else. `seen` is told each sequence. Errors: those of the
/// store when it can't be read as far as the span's beginning; after that the
/// span is cut short instead.
[[nodiscard]] result<history_span> read_history_span(
    const persistence::log_store& store, const history_span_options& options,
    const std::function<void(sequence)>& seen);

}  // namespace oms::omsctl
