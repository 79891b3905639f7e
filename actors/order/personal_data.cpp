#include "actors/order/personal_data.hpp"

#include "actors/order/change.hpp"

namespace oms::order {

order_decision decide(const order_state& state, const erase_personal_data&,
                      timestamp now) {
  order_change change(state, now);
  change.emit(personal_data_erased{});
  return change.finish();
}

}  // namespace oms::order
