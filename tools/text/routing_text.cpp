#include "tools/text/routing_text.hpp"

#include <fmt/core.h>

#include "tools/json/names.hpp"
#include "tools/text/number_text.hpp"

namespace oms::text {

namespace {

template <class Name>
std::string names_text(const std::vector<Name>& names) {
  std::string out;
  for (const auto& each : names)
    out += (out.empty() ? "" : ", ") + std::string(json::name_of(each));
  return out;
}

}  // namespace

std::string routing_text(const routing_rules& rules, std::uint64_t version,
                         const palette& colours) {
  auto out = "Routing rules " +
             colours.paint(colour::bold, rules.brand.empty()
                                             ? "of all brands"
                                             : "of " + rules.brand.value);
  // The version counts the times that rules were set.
  out += version == 0 ? ", the default\n"
                      : fmt::format(", set {} {}\n",
                                    grouped(static_cast<std::int64_t>(version)),
                                    version == 1 ? "time" : "times");
  const auto row = [&](const std::string& name, const std::string& text) {
    out += fmt::format("  {}  {}\n",
                       colours.paint(colour::dim, fmt::format("{:<10}", name)),
                       text);
  };
  // A row per tier: the next tier is asked only for what the tiers before it
  // can't give.
  for (std::size_t i = 0; i < rules.tiers.size(); ++i)
    row(fmt::format("tier {}", i + 1), names_text(rules.tiers[i]));
  row("objectives", names_text(rules.objectives));
  row("lines", rules.split_lines ? "may be split between sources"
                                 : "come from one source each");
  // 0 means "no limit" here and "never" below, which the numbers themselves
  // don't say.
  row("shipments", rules.max_shipments == 0
                       ? "no limit"
                       : fmt::format("at most {}", rules.max_shipments));
  row("stuck",
      rules.stuck_after_s == 0
          ? "never"
          : "after " + span_text(std::chrono::seconds(rules.stuck_after_s)));
  return out;
}

}  // namespace oms::text
