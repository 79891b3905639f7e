#include "actors/order/personal_data.hpp"

#include <map>
#include <utility>

#include "actors/order/change.hpp"

namespace oms::order {

void keep_apart(place_order& command) {
  for (auto& line : command.body.lines)
    if (!line.attributes.empty())
      command.personal.lines.push_back(
          {line.line, std::exchange(line.attributes, {})});
}

void add_personal(order_view& view, personal_data personal) {
  std::map<line_id, const text_map*> attributes;
  for (const auto& each : personal.lines)
    attributes[each.line] = &each.attributes;
  if (!attributes.empty()) {
    const auto put_back = [&attributes](order_line& line) {
      const auto found = attributes.find(line.line);
      if (found != attributes.end()) line.attributes = *found->second;
    };
    for (auto& shown : view.lines) put_back(shown.line);
    for (auto& line : view.body.lines) put_back(line);
  }
  view.personal = std::move(personal);
}

order_decision decide(const order_state& state, const erase_personal_data&,
                      timestamp now) {
  // Recorded each time: the store erases the record in the commit of this event
  // (persistence/personal_records.hpp), and the trail shows who asked for it.
  order_change change(state, now);
  change.emit(personal_data_erased{});
  return change.finish();
}

}  // namespace oms::order
