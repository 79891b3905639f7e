#include "tools/scenario/scenario.hpp"

#include <chrono>
#include <utility>

#include "tools/json/network.hpp"
#include "tools/scenario/steps.hpp"

namespace oms::tools {

namespace {

using json::node;
using json::object_reader;
using json::value;

/// Where a scenario's clock begins that says nothing else: the Monday of
/// docs/SCENARIOS.md, at midnight.
constexpr timestamp default_start =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 5};

void read_stock(const node& at, initial_stock& out) {
  object_reader keys(at);
  keys.required("location", out.location);
  keys.required("sku", out.sku);
  keys.optional("onHand", out.on_hand);
  keys.optional("safetyStock", out.safety_stock);
  keys.refuse_others();
}

void read_stocks(const node& at, std::vector<initial_stock>& out) {
  if (!is_list(at)) return;
  out.resize(at.json().size());
  for (std::size_t i = 0; i < out.size(); ++i) read_stock(at.item(i), out[i]);
}

/// Steps name orders by id alone, also before they are placed.
void collect_brands(const value& steps,
                    std::map<std::string, brand_id>& brands) {
  if (!steps.is_array()) return;
  for (const value& step : steps) {
    if (!step.is_object()) continue;
    if (step.contains("together")) collect_brands(step["together"], brands);
    if (!step.contains("place") || !step["place"].is_object()) continue;
    const value& order = step["place"];
    const value id = order.value("id", value{});
    const value brand = order.value("brand", value{});
    if (id.is_string() && brand.is_string()) {
      brands.emplace(id.get<std::string>(), brand.get<std::string>());
    }
  }
}

}  // namespace

result<scenario> read_scenario(const value& file) {
  json::faults found;
  object_reader keys(node(file, "", found));
  scenario out;
  out.start = default_start;
  std::string source;  // Says where the case comes from; nobody reads it.
  keys.optional("source", source);
  keys.optional("name", out.name);
  keys.optional("start", out.start);
  if (const auto at = keys.find("locations")) {
    read_ranked(*at, out.locations);
  }
  keys.optional("suppliers", out.suppliers);
  keys.optional("products", out.products);
  keys.optional("routing", out.routing);
  if (const auto at = keys.find("stock")) read_stocks(*at, out.stock);

  file_context context;
  for (const auto& location : out.locations) {
    context.places.emplace(location.id, context.places.size() + 1);
  }
  if (const auto at = keys.need("steps")) {
    collect_brands(at->json(), context.brands);
    out.steps = read_steps(*at, context, out.not_supported);
  }
  keys.refuse_others();
  if (!found.empty()) {
    return error{error_code::invalid, "is not a scenario", std::move(found)};
  }
  return out;
}

}  // namespace oms::tools
