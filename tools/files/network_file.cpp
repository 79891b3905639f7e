#include "tools/files/network_file.hpp"

#include <cassert>

#include "tools/files/file_text.hpp"
#include "tools/json/reader.hpp"
#include "tools/json/value.hpp"

namespace oms::files {

// Generated from the JSON files beside this one, so the programs need no files
// at run time.
extern const std::string_view demo_network_json;
extern const std::string_view demo_network_brazil_json;

namespace {

void read_setup(const json::node& at, json::network_setup& out) {
  json::object_reader keys(at);
  // Whole: stock at a location that the file does not have is a fault here.
  json::read_network(keys, json::network_extent::whole, out);
  keys.refuse_others();
  if (out.locations.empty() && out.suppliers.empty())
    at.refuse("must name a location or a supplier");
}

// Faults in a file of our own are a mistake in the program, not of its user.
json::network_setup built_in(const char* name, std::string_view text) {
  auto made = network_of_text(name, text);
  assert(made);
  return std::move(*made);
}

}  // namespace

result<json::network_setup> network_of_text(const std::string& name,
                                            std::string_view text) {
  const auto parsed = json::parse_file_text(name, text);
  if (!parsed) return parsed.failure();
  json::faults found;
  json::network_setup out;
  read_setup(json::node(*parsed, "", found), out);
  if (found.empty()) return out;
  return json::error_of(name, std::move(found));
}

result<json::network_setup> network_of_file(const std::string& path) {
  const auto text = text_of_file(path);
  if (!text) return text.failure();
  return network_of_text(path, *text);
}

json::network_setup demo_network() {
  return built_in("demo_network.json", demo_network_json);
}

json::network_setup demo_network_brazil() {
  return built_in("demo_network_brazil.json", demo_network_brazil_json);
}

}  // namespace oms::files
