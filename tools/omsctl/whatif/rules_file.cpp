#include "tools/omsctl/whatif/rules_file.hpp"

#include <vector>

#include "tools/files/file_text.hpp"
#include "tools/json/network.hpp"
#include "tools/json/reader.hpp"

namespace oms::omsctl {

// All faults are gathered before any is shown, so that a file is mended in one
// go. Each names its path, as in a scenario: the same reader has read it.
result<rules_by_brand> rules_of_text(const std::string& name,
                                     std::string_view text) {
  const auto parsed = json::parse_file_text(name, text);
  if (!parsed) return parsed.failure();
  json::faults found;
  const json::node all(*parsed, "", found);
  std::vector<routing_rules> given;
  if (parsed->is_array())
    json::read(all, given);
  else
    json::read(all, given.emplace_back());
  rules_by_brand rules;
  // Of two rules of one brand, one would be dropped without a word. Without any
  // rules both plans would be the same, and the file would seem to change
  // nothing.
  for (auto& each : given) {
    const auto brand = each.brand;
    if (found.empty() && !rules.emplace(brand, std::move(each)).second)
      all.refuse("has rules twice for brand \"" + brand.value + '"');
  }
  if (found.empty() && rules.empty()) all.refuse("holds no rules");
  if (found.empty()) return rules;
  return json::error_of(name, std::move(found));
}

result<rules_by_brand> rules_of_file(const std::string& path) {
  const auto text = files::text_of_file(path);
  if (!text) return text.failure();
  return rules_of_text(path, *text);
}

}  // namespace oms::omsctl
