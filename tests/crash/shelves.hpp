#pragma once

/// What each source has and has promised, added up from events alone.
///
/// It is an account of stock that shares nothing with the engine but the words
/// of the log, to see that no unit is sold twice. It knows the events that the
/// client's wishes lead to.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "messages/events.hpp"

namespace oms::crash {

class shelves {
 public:
  /// Takes the next event of the log; returns what is oversold after it.
  [[nodiscard]] std::optional<std::string> add(const event& happened);

  struct queued_units {
    order_key order;
    source_ref source;
  };
  /// Orders with units that a source has promised and not shipped.
  [[nodiscard]] std::vector<queued_units> unshipped() const;

 private:
  struct shelf {
    quantity on_hand;
    quantity promised;
    quantity on_offer;
  };
  struct adding;

  std::map<std::pair<entity_ref, sku_id>, shelf> shelves_;
  std::map<std::pair<entity_ref, source_ref>, quantity> unshipped_;
};

}  // namespace oms::crash
