#include "actors/order/personal_data.hpp"

#include "actors/order/change.hpp"

namespace oms::order {

order_decision decide(const order_state& state, const erase_personal_data&,
                      timestamp now) {
  // Recorded each time: the store erases the record in the commit of this event
  // (persistence/personal_records.hpp), and the trail shows who asked for it.
  order_change change(state, now);
  change.emit(personal_data_erased{});
  return change.finish();
}

}  // namespace oms::order
