/// What a list of fields promises of its struct and the compiler does not see.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "messages/events.hpp"

namespace oms::fields {
namespace {

/// A record, and all that it consists of.
void gather(const type_info& type, std::set<const type_info*>& into) {
  if (type.inner != nullptr) return gather(type.inner(), into);
  if (type.as != form::record || !into.insert(&type).second) return;
  for (std::size_t i = 0; i < type.count; ++i)
    gather(type.fields[i].type(), into);
}

/// The largest part of the struct that belongs to no field, in bytes.
std::size_t largest_gap(const type_info& type) {
  std::vector<std::pair<std::size_t, std::size_t>> parts;
  for (std::size_t i = 0; i < type.count; ++i)
    parts.emplace_back(type.fields[i].offset,
                       type.fields[i].offset + type.fields[i].type().size);
  parts.emplace_back(type.size, type.size);
  std::ranges::sort(parts);
  std::size_t end = 0;
  std::size_t gap = 0;
  for (const auto& [from, to] : parts) {
    if (from > end) gap = std::max(gap, from - end);
    end = std::max(end, to);
  }
  return gap;
}

// A list that names a member by its parts compiles when it forgets one of them.
// What the log does not have would be lost.
TEST(lists, of_events_name_every_part_of_their_members) {
  std::set<const type_info*> all;
  for (std::size_t kind = 0; kind < event_kinds; ++kind)
    gather(type_of_event(kind), all);
  EXPECT_GT(all.size(), event_kinds);
  for (const auto* type : all) {
    // What is no more than padding, or a struct with nothing in it.
    constexpr std::size_t padding = 8;
    EXPECT_LT(largest_gap(*type), padding) << type->name;
  }
}

}  // namespace
}  // namespace oms::fields
