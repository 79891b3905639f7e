#include "actors/faults.hpp"

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "actors/calendar/calendar.hpp"
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
    if (command.action == fulfillment_action::move) {
      require(!command.to.empty(), "to", "is missing");
      require(command.to.empty() || command.to != command.source, "to",
              "is where the units are");
      require(!trimmed(command.text).empty(), "reason",
              "is missing: say why the units move");
    }
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

  void operator()(const edit_order& command) {
    chosen(command.lines);
    if (!command.lines) return;
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < command.lines->size(); ++i)
      require(seen.insert((*command.lines)[i].line.value).second,
              list_position{"lines", i, "line"}, "is a duplicate");
  }

  void operator()(const receive_stock& command) {
    one_or_many(command);
    if (command.lines.empty())
      require(command.units >= quantity{1}, "quantity", "must be at least 1");
    else
      require(command.units == quantity{0}, "quantity", beside_lines);
  }

  void operator()(const adjust_stock& command) {
    one_or_many(command);
    if (!command.lines.empty())
      require(command.delta == quantity{0}, "delta", beside_lines);
  }

  void operator()(const count_stock& command) {
    one_or_many(command);
    if (!command.lines.empty())
      require(command.on_hand == quantity{0}, "onHand", beside_lines);
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < command.lines.size(); ++i)
      // Which of two counts is meant can't be known.
      require(seen.insert(command.lines[i].sku.value).second,
              list_position{"lines", i, "sku"}, "is a duplicate");
  }

  void operator()(const transfer_stock& command) {
    require(command.from != command.to, "to", "is the location itself");
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
    require(settings.time_zone.empty() ||
                calendar::is_time_zone(settings.time_zone),
            "timeZone", "is not known: an IANA name such as America/New_York");
    require(settings.cutoff.empty() || calendar::clock_time(settings.cutoff),
            "cutoff", "must be a time such as 14:00");
    if (!settings.working_days) return;
    require(!settings.working_days->empty(), "workingDays",
            "must not be empty: leave it out for all days");
    std::set<weekday> seen;
    for (std::size_t i = 0; i < settings.working_days->size(); ++i)
      require(seen.insert((*settings.working_days)[i]).second,
              list_position{"workingDays", i}, "is a duplicate");
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
    if (!rules.transit) return;
    std::set<std::pair<std::string_view, std::optional<std::int64_t>>> rows;
    for (std::size_t i = 0; i < rules.transit->size(); ++i) {
      const auto& row = (*rules.transit)[i];
      require(rows.emplace(row.service, row.up_to_km).second,
              list_position{"transit", i}, "is there twice");
    }
  }

 private:
  static constexpr const char* beside_lines = "is not allowed beside lines";

  // A command about the stock of one SKU or, in lines, of many.
  template <class Command>
  void one_or_many(const Command& command) {
    if (command.lines.empty())
      require(!command.sku.empty(), "sku", "is missing");
    else
      require(command.sku.empty(), "sku", beside_lines);
  }

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
  void chosen(const std::vector<Line>&) {}
  template <class Line>
  void chosen(const std::optional<std::vector<Line>>& all) {
    if (!all) return;
    require(!all->empty(), "lines",
            "must not be empty: leave it out for everything");
    if constexpr (requires { all->front().sku, all->front().line; })
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

std::vector<fault> faults_of(const whatif_question& asked) {
  auto faults = fields::faults_of(type_of(&asked), &asked);
  if (!asked.routing) return faults;
  command_checker check;
  check.rest(*asked.routing);
  for (auto& each : std::move(check).faults())
    faults.push_back({"routing." + each.path, std::move(each.message)});
  return faults;
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
