#pragma once

/// The alerts of one order, location or supplier that are open.
///
/// An alert is open until its cause is gone or it is acknowledged. At most one
/// is open per kind and thing that it is about; a newer one replaces the older
/// one. Source of the rules: docs/DOMAIN.md, "Notifications and alerts".

#include <string>
#include <string_view>
#include <vector>

#include "messages/events.hpp"
#include "messages/fields/fields.hpp"

namespace oms {

struct open_alert {
  std::string kind;
  /// As it was raised, with its version.
  std::string subject;

  friend auto operator<=>(const open_alert&, const open_alert&) = default;
};
OMS_FIELDS(open_alert, "OpenAlert", "", OMS_FIELD(kind, 0),
           OMS_FIELD(subject, 1));

/// What an alert is about within its entity, which is its subject without the
/// version: a SKU, a notification, or nothing, where it is the entity itself.
[[nodiscard]] std::string_view about_of(std::string_view kind,
                                        std::string_view subject);

// Each folds one event into the alerts that were open before it, oldest first.

void apply(std::vector<open_alert>& open, const alert_raised& raised);
void apply(std::vector<open_alert>& open, const alert_resolved& resolved);
void apply(std::vector<open_alert>& open, const alert_acknowledged& seen);

/// Those at the end of a timeline, oldest event first.
[[nodiscard]] std::vector<open_alert> open_alerts_of(
    const std::vector<event>& timeline);

}  // namespace oms
