#include "actors/order/label.hpp"

#include <algorithm>

#include "actors/faults.hpp"
#include "actors/order/change.hpp"
#include "actors/order/status.hpp"
#include "actors/order/work.hpp"
#include "messages/limits.hpp"

namespace oms::order {

namespace {

const fulfillment_label* find_label(const fulfillment& work,
                                    const label_id& id) {
  const auto found = std::find_if(
      work.labels.begin(), work.labels.end(),
      [&id](const fulfillment_label& each) { return each.bought.id == id; });
  return found == work.labels.end() ? nullptr : &*found;
}

shipping_label label_in(const work_fulfillment& command) {
  return {.id = command.label,
          .carrier = command.carrier,
          .service = command.service,
          .tracking = command.tracking,
          .cost = command.cost,
          .currency = command.currency,
          .document = command.document};
}

bool takes_labels(const order_state& state, const fulfillment& work) {
  const auto status = computed_status(state, work);
  return status == fulfillment_status::open ||
         status == fulfillment_status::in_progress;
}

// A label without a tracking number ships nothing.
bool has_shipped(const order_state& state, const shipping_label& label) {
  return !label.tracking.empty() &&
         std::any_of(state.shipments.begin(), state.shipments.end(),
                     [&label](const shipment& each) {
                       return each.tracking == label.tracking;
                     });
}

}  // namespace

order_decision add_label(const order_state& state,
                         const work_fulfillment& command, timestamp now) {
  const auto addressed = addressed_by(state, command);
  if (!addressed) return addressed.failure();
  const auto label = label_in(command);
  order_change change(state, now);
  // A label however often it is told, also after closing. So this comes ahead
  // of the statuses, which would refuse the repetition.
  bool is_taken = false;
  for (const auto i : *addressed) {
    const auto* known = find_label(state.fulfillments[i], command.label);
    if (known == nullptr) continue;
    if (known->bought == label) return change.finish();
    is_taken = true;
  }
  // The oldest that is still worked on: a source knows its own id, not how many
  // fulfillments the order has there.
  const auto target = std::find_if(
      addressed->begin(), addressed->end(), [&state](const std::size_t i) {
        return takes_labels(state, state.fulfillments[i]);
      });
  const auto* work =
      target == addressed->end() ? nullptr : &state.fulfillments[*target];
  if (work == nullptr ? is_taken : find_label(*work, command.label) != nullptr)
    return refuse(error_code::conflict,
                  "the fulfillment has another label " + command.label.value,
                  "label");
  if (work == nullptr)
    return refuse(error_code::invalid_transition,
                  "the fulfillment's status does not allow it");
  if (work->labels.size() >= limits::max_labels)
    return refuse(error_code::too_large, "the fulfillment has too many labels",
                  "label");
  change.emit(label_added{work->id, label});
  return change.finish();
}

order_decision void_label(const order_state& state,
                          const work_fulfillment& command, timestamp now) {
  const auto addressed = addressed_by(state, command);
  if (!addressed) return addressed.failure();
  order_change change(state, now);
  // Of several fulfillments with such a label, one whose label still counts.
  const fulfillment* work = nullptr;
  const fulfillment_label* known = nullptr;
  for (const auto i : *addressed) {
    const auto& each = state.fulfillments[i];
    const auto* found = find_label(each, command.label);
    if (found == nullptr || (known != nullptr && found->voided)) continue;
    work = &each;
    known = found;
    if (!known->voided) break;
  }
  if (known == nullptr)
    return refuse(error_code::not_found,
                  "the fulfillment has no label " + command.label.value,
                  "label");
  if (known->voided) return change.finish();
  if (has_shipped(state, known->bought))
    return refuse(error_code::invalid_transition,
                  "something has shipped under its tracking number", "label");
  change.emit(label_voided{work->id, command.label});
  return change.finish();
}

}  // namespace oms::order
