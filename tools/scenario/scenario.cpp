#include "tools/scenario/scenario.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "tools/scenario/steps.hpp"

namespace oms::scenario {

namespace {

using json::value;

// The start of the clock in a file that gives none: the Monday of
// docs/SCENARIOS.md, at midnight.
constexpr timestamp default_start =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 5};

// Steps name orders by id alone, and may do so before the order is placed. So
// the brands are collected before the steps are read.
void collect_brands(const json::value& steps,
                    std::map<std::string, brand_id>& brands) {
  if (!steps.is_array()) return;
  for (const json::value& step : steps) {
    if (!step.is_object()) continue;
    if (step.contains("together")) collect_brands(step["together"], brands);
    if (!step.contains("place") || !step["place"].is_object()) continue;
    const json::value& order = step["place"];
    const json::value id = order.value("id", json::value{});
    const json::value brand = order.value("brand", json::value{});
    if (id.is_string() && brand.is_string()) {
      brands.emplace(id.get<std::string>(), brand.get<std::string>());
    }
  }
}

bool uses_old_name(const json::value& expected) {
  if (!expected.is_object()) return false;
  if (expected.contains(old_name_of_invariants)) return true;
  const json::value others = expected.value("oneOf", json::value{});
  return others.is_array() && std::ranges::any_of(others, uses_old_name);
}

// Notes the old word once per file, at its first use.
void note_old_words(const json::node& steps,
                    std::vector<std::string>& notices) {
  if (!steps.json().is_array()) return;
  for (std::size_t i = 0; i < steps.json().size(); ++i) {
    const json::node step = steps.item(i);
    if (!step.json().is_object() || !step.json().contains("expect")) continue;
    if (!uses_old_name(step.json()["expect"])) continue;
    return notices.push_back(fmt::format(
        "{}: \"{}\" is now called \"invariants\"; the next release will refuse "
        "the old word",
        step.member("expect").path(), old_name_of_invariants));
  }
}

}  // namespace

result<scenario> read_scenario(const json::value& file) {
  json::faults found;
  json::object_reader keys(json::node(file, "", found));
  scenario out;
  out.start = default_start;
  std::string source;  // Says where the case comes from; nobody reads it.
  keys.optional("source", source);
  keys.optional("name", out.name);
  keys.optional("start", out.start);
  json::read_network(keys, json::network_extent::whole, out.network);

  file_context context;
  // `emplace`: the first of two equal ids counts; the second is a fault
  // already.
  for (const auto& location : out.network.locations) {
    context.places.emplace(location.id, context.places.size() + 1);
  }
  if (const auto at = keys.need("steps")) {
    collect_brands(at->json(), context.brands);
    out.steps = read_steps(*at, context);
    note_old_words(*at, out.notices);
  }
  keys.refuse_others();

  if (!found.empty()) {
    return error{error_code::invalid, "is not a scenario", std::move(found)};
  }
  return out;
}

}  // namespace oms::scenario
