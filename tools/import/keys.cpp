#include "tools/import/keys.hpp"

#include <fmt/core.h>

#include <fstream>
#include <iterator>
#include <span>

#include "persistence/hash_chain.hpp"
#include "tools/audit/head.hpp"

namespace oms::tools {

namespace {

/// Of a file's hash, enough to tell files apart.
constexpr std::size_t hash_digits = 32;

std::string hash_of_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open()) return {};
  return hex_of(persistence::hash_of(std::as_bytes(std::span(content))))
      .substr(0, hash_digits);
}

}  // namespace

void name_commands(const import_request& request, import_plan& plan) {
  std::vector<std::string> hashes;
  for (const auto& file : request.files) hashes.push_back(hash_of_file(file));
  for (std::size_t i = 0; i < plan.commands.size(); ++i) {
    auto& one = plan.commands[i];
    const auto& place = plan.places[i];
    if (hashes[place.file].empty()) continue;
    // A row of stock may be two commands.
    const bool safety = std::holds_alternative<set_safety_stock>(one.body);
    one.id =
        fmt::format("import {} {}{}", hashes[place.file],
                    place.line > 0 ? std::to_string(place.line) : place.path,
                    safety ? " safety" : "");
  }
}

}  // namespace oms::tools
