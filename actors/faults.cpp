#include "actors/faults.hpp"

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "actors/checker.hpp"
#include "actors/order/place.hpp"
#include "messages/fields/check.hpp"
#include "messages/reserved_names.hpp"

namespace oms {

namespace {

// What no single field can tell, whatever the state is; what depends on a state
// is checked where the state is. The lists of fields tell the rest.
class command_checker : public checker {
 public:
  template <class Command>
  void operator()(const Command& command) {
    if constexpr (requires { command.lines; }) chosen(command.lines);
  }

  void operator()(const place_order& command) {
    add(order::faults_of(command));
  }

  void operator()(const add_note& command) {
    require(!trimmed(command.text).empty(), "text", "is missing");
  }

  void operator()(const work_fulfillment& command) {
    chosen(command.lines);
    if (command.action == fulfillment_action::reject) {
      require(command.reason.has_value(), "reason",
              "is missing: outOfStock, mismatch, damaged or unable");
      require(command.reason != reject_reason::unable ||
                  !trimmed(command.text).empty(),
              "text", "is missing: say why the source is unable to ship");
    }
    // A short pick says by itself what is wrong with the stock.
    if (command.action == fulfillment_action::short_pick)
      require(!command.reason || command.reason == reject_reason::mismatch,
              "reason", "is always mismatch; for another reason, use reject");
    if (command.action == fulfillment_action::label)
      require(
          command.currency.empty() || order::may_be_currency(command.currency),
          "currency", "must be three letters");
  }

  void operator()(const record_payment& command) {
    require(
        command.event != payment_event::voided || !command.reference.empty(),
        "reference", "is missing: say which authorization has ended");
  }

  void operator()(const request_refund& command) {
    chosen(command.lines);
    require(!command.amount || !trimmed(command.reason).empty(), "reason",
            "is missing: say what the amount is given back for");
  }

  // What comes of a change is checked where it is made.

  void operator()(const define_location& command) {
    source(command.settings.id, command.change != nullptr);
    if (!command.change) rest(command.settings);
  }

  void operator()(const define_supplier& command) {
    source(command.settings.id, command.change != nullptr);
    if (!command.change) rest(command.settings);
  }

  void operator()(const define_product& command) {
    identity(command.settings.sku.value, "sku", command.change != nullptr);
  }

  void operator()(const set_routing& command) {
    if (command.change)
      id(command.rules.brand.value, "brand");
    else
      rest(command.rules);
  }

  // All but the id.

  void rest(const location_settings& settings) {
    require(settings.kind != source_type::dropship, "kind",
            "a location is a warehouse, store or threePl");
  }

  void rest(const supplier_settings& settings) {
    std::unordered_set<std::string_view> seen;
    seen.reserve(settings.products.size());
    for (std::size_t i = 0; i < settings.products.size(); ++i)
      // Two offers of one SKU would add up, which the sender may not mean.
      require(seen.insert(settings.products[i].sku.value).second,
              list_position{"products", i, "sku"}, "is a duplicate");
  }

  void rest(const product_settings&) {}

  void rest(const routing_rules& rules) {
    require(!rules.tiers.empty(), "tiers", "must not be empty");
    require(!rules.objectives.empty(), "objectives", "must not be empty");
    std::set<source_type> seen;
    for (std::size_t i = 0; i < rules.tiers.size(); ++i) {
      require(!rules.tiers[i].empty(), list_position{"tiers", i},
              "must not be empty");
      for (const auto kind : rules.tiers[i])
        // A source is asked in one tier; named twice, the second would never
        // count.
        require(seen.insert(kind).second, list_position{"tiers", i},
                "names a kind twice");
    }
  }

 private:
  // Its id signs what it decides, so no new one may look like a part of the
  // engine. Stores of earlier versions may have one that does, and must still
  // be able to change it.
  void source(const std::string& id, bool is_change) {
    identity(id, "id", is_change);
    require(is_change || !is_reserved_name(id), "id",
            "is the name of a part of the engine");
  }

  // The path of a call names it, so the list of fields lets it be empty.
  void identity(const std::string& value, const char* place, bool is_change) {
    require(!value.empty(), place, "is missing");
    if (is_change) id(value, place);
  }

  // Lines that a command may leave out, which means everything. An empty list
  // is most likely a fault of the program that built it, so it must not mean
  // the same.
  template <class Line>
  void chosen(const std::optional<std::vector<Line>>& all) {
    if (!all) return;
    require(!all->empty(), "lines",
            "must not be empty: leave it out for everything");
    if constexpr (requires { all->front().sku; })
      for (std::size_t i = 0; i < all->size(); ++i)
        require(!(*all)[i].line.empty() || !(*all)[i].sku.empty(),
                list_position{"lines", i}, "needs a line or a SKU");
  }
};

// The change is a function that the caller wrote. What it makes of the settings
// is checked like settings that came with a command, and it must not make them
// another entity's.
template <class Definition, class Settings, class Id>
result<Settings> change_by(const Definition& command, const Settings& now,
                           Id Settings::*id, const char* path) {
  auto wanted = command.change(now);
  if (!wanted) return wanted;
  if ((*wanted).*id != now.*id)
    return refuse(error_code::invalid, "can't be changed", path);
  command_checker check;
  check.add(fields::faults_of(type_of(&*wanted), &*wanted));
  check.rest(*wanted);
  if (auto faults = std::move(check).faults(); !faults.empty())
    return invalid(std::move(faults));
  return wanted;
}

}  // namespace

result<location_settings> changed(const define_location& command,
                                  const location_settings& now) {
  return change_by(command, now, &location_settings::id, "id");
}
result<supplier_settings> changed(const define_supplier& command,
                                  const supplier_settings& now) {
  return change_by(command, now, &supplier_settings::id, "id");
}
result<product_settings> changed(const define_product& command,
                                 const product_settings& now) {
  return change_by(command, now, &product_settings::sku, "sku");
}
result<routing_rules> changed(const set_routing& command,
                              const routing_rules& now) {
  return change_by(command, now, &routing_rules::brand, "brand");
}

std::vector<fault> faults_of(const command_body& body) {
  command_checker check;
  const auto listed = listed_fields_of(body);
  // Placing checks the fields itself, since its sums rely on them.
  if (listed.type != nullptr && !std::holds_alternative<place_order>(body))
    check.add(fields::faults_of(*listed.type, listed.record));
  std::visit(check, body);
  return std::move(check).faults();
}

// The message is the first fault, for readers who see nothing else.
error invalid(std::vector<fault> faults) {
  const auto& first = faults.front();
  std::string message = first.path + ": " + first.message;
  return {error_code::invalid, std::move(message), std::move(faults)};
}

error refuse(error_code code, std::string message, std::string path) {
  if (path.empty()) return {code, std::move(message), {}};
  return {code, path + ": " + message, {{path, message}}};
}

}  // namespace oms
