#pragma once

/// Scenario files as values: a network, steps, and what must hold after them.
///
/// The format is that of docs/SCENARIOS.md. A file of another form is
/// `error_code::invalid`, with every fault and its path.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/commands.hpp"
#include "messages/errors.hpp"
#include "tools/json/network.hpp"
#include "tools/json/reader.hpp"
#include "tools/scenario/expectation.hpp"

namespace oms::scenario {

struct step;

/// The clock moves on.
struct advance {
  duration by{};
};

/// Everything that is not on disk is lost, and the engine recovers.
struct crash {};

/// Everything is submitted before anything runs, so that the messages
/// interleave.
struct together {
  std::vector<step> steps;
};

/// A command whose form is wrong already, in a step that expects just that.
struct malformed {
  json::faults faults;
};

/// A command about the newest event of a kind, whose sequence is known only
/// when the step is played.
struct about_event {
  command_body body;
  /// Whose event it is.
  entity_ref entity;
  /// Of a location: the SKU that the alert is about.
  std::optional<sku_id> sku;
  /// Of the notification or alert.
  std::string kind;
};

using step_action = std::variant<command_body, advance, crash, together,
                                 expectation, malformed, about_event, cart>;

struct step {
  std::string verb;
  /// Where it is in the file: "steps[3]".
  std::string path;
  step_action action;
  actor_name by{"scenario"};
  /// It must be refused with this code, and change nothing.
  std::optional<error_code> fails;
  /// It may be refused with this code.
  std::optional<error_code> may_fail;
};

struct scenario {
  std::string name;
  timestamp start;
  json::network_setup network;
  std::vector<step> steps;
  /// What the author should change in the file, although it works.
  std::vector<std::string> notices;
};

[[nodiscard]] result<scenario> read_scenario(const json::value& file);

}  // namespace oms::scenario
