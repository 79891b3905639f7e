#pragma once

/// Scenario files: a network, steps, and what must hold after them.
///
/// Purpose: the format of docs/SCENARIOS.md, as values.
/// Owner: values. Threads: no shared state. Errors: a file of another form
/// gives `error_code::invalid` with every fault and its path.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/commands.hpp"
#include "messages/errors.hpp"
#include "tools/json/network.hpp"
#include "tools/json/reader.hpp"
#include "tools/scenario/expectation.hpp"
#include "tools/scenario/unbuilt.hpp"

namespace oms::scenario {

struct step;

/// The clock moves on.
struct advance {
  duration by{};
};

/// Everything that is not on disk is gone, and the engine recovers.
struct crash {};

/// All submitted before anything runs, so that their messages interleave.
struct together {
  std::vector<step> steps;
};

/// A command whose form is already wrong, in a step that expects just that.
struct malformed {
  json::faults faults;
};

using step_action = std::variant<command_body, advance, crash, together,
                                 expectation, malformed>;

struct step {
  std::string verb;
  /// Where it stands in the file: "steps[3]".
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
  /// Not empty: the file can't run yet, and `steps` is not complete.
  std::vector<unbuilt_word> unbuilt;
  /// What a person should change in the file, although it works.
  std::vector<std::string> notices;
};

[[nodiscard]] result<scenario> read_scenario(const json::value& file);

}  // namespace oms::scenario
