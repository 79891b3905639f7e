// The tables of messages/text_map.hpp.
#include "messages/fields/define.hpp"
// Ahead of its list.
#include "messages/text_map.hpp"

namespace oms {

namespace {

// Its entries are all that it has.
template <class Map>
constexpr fields::type_info type_of_map(const fields::container& ops) {
  static_assert(sizeof(Map) == sizeof(Map::entries));
  using entry = typename decltype(Map::entries)::value_type;
  return {.as = fields::form::list,
          .size = sizeof(Map),
          .most = limits::max_text_entries,
          .is_map = true,
          .inner = &fields::info_of<entry>,
          .ops = &ops};
}

}  // namespace

const fields::type_info& type_of(const text_map*) {
  static const auto type =
      type_of_map<text_map>(*fields::info_of<std::vector<text_entry>>().ops);
  return type;
}

const fields::type_info& type_of(const text_map_change*) {
  static const auto type = type_of_map<text_map_change>(
      *fields::info_of<std::vector<text_change>>().ops);
  return type;
}

}  // namespace oms
