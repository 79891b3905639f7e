#pragma once

/// Changes of an order after it was placed.
///
/// An edit is all or nothing. It records the order as it is afterwards; units
/// that it removes are cancelled, and those that it adds are unrouted and wait
/// for their money where some is due. Personal data is not in the state, so the
/// caller reads it from the store first. Source of the rules: docs/DOMAIN.md,
/// "Changing an order".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Whether the order has personal data that the edit may change, which then has
/// to be read for it.
[[nodiscard]] bool needs_person(const order_state& state,
                                const edit_order& command);

/// `person` is the order's personal data as it is now. An edit that changes
/// nothing records nothing. Errors: `invalid`, for a line that does not fit or
/// a sum that is too large; `invalid_transition` once the order is fulfilled or
/// cancelled, or where units on their way stand against another address or
/// service; `quantity_too_great` for more units than can be cancelled.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const edit_order& command,
                                    const personal_data& person, timestamp now);

/// An edited order of which all that is due is paid, and what its caller is
/// told of it: all but what is still to be planned, which the router adds.
/// Units that `held` has are planned anew. Of one source, the parcel that new
/// units join comes first, even if it is empty.
struct edit_outlook {
  order_state next;
  edit_preview shown;
  std::vector<line_units> lines;
  std::vector<fulfillment_units> held;
};
[[nodiscard]] edit_outlook outlook_of(order_outcome decided);
void add_waiting(edit_preview& shown, const sku_id& sku, quantity units);
/// `joins`: its units join the first parcel of its source.
void add_parcel(edit_preview& shown, dated_parcel parcel, bool joins);
void drop_empty_parcels(edit_preview& shown);

}  // namespace oms::order
