#include "actors/order/note.hpp"

#include "actors/order/change.hpp"

namespace oms::order {

order_decision decide(const order_state& state, const add_note& command,
                      timestamp now) {
  // Without a comparison: the same words may be worth saying twice.
  order_change change(state, now);
  change.emit(note_added{command.text});
  return change.finish();
}

}  // namespace oms::order
