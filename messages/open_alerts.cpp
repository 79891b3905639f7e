#include "messages/open_alerts.hpp"

namespace oms {

std::string_view about_of(std::string_view kind, std::string_view subject) {
  // Of an order, a version alone makes the subject unique; here the sequence of
  // the notification is no version.
  if (kind == "delivery.dead") return subject;
  const auto at = subject.rfind('@');
  return subject.substr(0, at == subject.npos ? 0 : at);
}

void apply(std::vector<open_alert>& open, const alert_raised& raised) {
  const auto about = about_of(raised.kind, raised.subject);
  std::erase_if(open, [&](const open_alert& each) {
    return each.kind == raised.kind &&
           about_of(each.kind, each.subject) == about;
  });
  open.push_back({raised.kind, raised.subject});
}

void apply(std::vector<open_alert>& open, const alert_resolved& resolved) {
  std::erase_if(open, [&](const open_alert& each) {
    return each.kind == resolved.kind &&
           about_of(each.kind, each.subject) == resolved.subject;
  });
}

// An older alert of the same kind was replaced, so its acknowledgement ends
// nothing.
void apply(std::vector<open_alert>& open, const alert_acknowledged& seen) {
  std::erase_if(open, [&](const open_alert& each) {
    return each.kind == seen.kind && each.subject == seen.subject;
  });
}

std::vector<open_alert> open_alerts_of(const std::vector<event>& timeline) {
  std::vector<open_alert> open;
  for (const auto& each : timeline)
    std::visit(
        [&open](const auto& body) {
          if constexpr (requires { oms::apply(open, body); })
            oms::apply(open, body);
        },
        each.body);
  return open;
}

}  // namespace oms
