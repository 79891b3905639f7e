#include "tools/json/names.hpp"

namespace oms::json {

// For "must be one of ...": a typing mistake is corrected fastest beside the
// right words.
std::string list_of(std::span<const char* const> names) {
  std::string out;
  for (const auto* name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

}  // namespace oms::json
