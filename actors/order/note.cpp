#include "actors/order/note.hpp"

#include "actors/faults.hpp"
#include "actors/order/change.hpp"
#include "messages/limits.hpp"

namespace oms::order {

order_decision decide(const order_state& state, const add_note& command,
                      timestamp now) {
  if (command.text.empty())
    return refuse(error_code::invalid, "is missing", "text");
  if (command.text.size() > limits::max_text_bytes)
    return refuse(error_code::invalid, "is too long", "text");
  order_change change(state, now);
  change.emit(note_added{command.text});
  return change.finish();
}

}  // namespace oms::order
