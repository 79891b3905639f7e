#include "actors/state_hash.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "messages/fields/hash_input.hpp"
#include "messages/hex.hpp"
#include "persistence/hash_chain.hpp"

namespace oms {

namespace {

// The text of one entity: parts with names, each of which tells its end.
class entity_text {
 public:
  template <class T>
  entity_text& add(const char* name, const T& part) {
    begin(name);
    write(part);
    text_ += '\n';
    return *this;
  }
  entity_text& add_order(const order_state& order) {
    begin("order");
    fields::add_hash_input(order_state_fields(), &order, text_);
    text_ += '\n';
    return *this;
  }

  [[nodiscard]] codec::digest digest() const {
    return persistence::hash_of(std::as_bytes(std::span(text_)));
  }

 private:
  void begin(const char* name) {
    text_ += name;
    text_ += '=';
  }
  void write(const std::string& text) {
    text_ += std::to_string(text.size()) + ':';
    text_ += text;
  }
  template <class Tag>
  void write(const text_id<Tag>& id) {
    write(id.value);
  }
  template <class Tag>
  void write(amount<Tag> units) {
    write(units.value);
  }
  template <std::integral Number>
  void write(Number number) {
    text_ += std::to_string(number) + ',';
  }
  template <class Record>
  requires requires(const Record& of) { type_of(&of); }
  void write(const Record& record) { fields::add_hash_input(record, text_); }

  std::string text_;
};

// `rank` among all orders in the order of their numbers, which decides who is
// served first. The number itself says nothing more, and depends on how many
// placements were refused or repeated before.
codec::digest digest_of(const order_state& order, std::size_t rank) {
  return entity_text().add_order(order).add("rank", rank).digest();
}

// The entries of a hash table, whose order depends on how it grew. Pointers and
// no copies, since a source may have a million SKUs.
template <class Table>
auto by_key(const Table& table) {
  std::vector<const typename Table::value_type*> entries;
  entries.reserve(table.size());
  for (const auto& each : table) entries.push_back(&each);
  std::sort(entries.begin(), entries.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  return entries;
}

// The units in the order in which they were promised, since the newest are
// revoked first; `since` itself is a number of the source's own.
void add_promises(entity_text& to, const source_state& source) {
  using row = std::tuple<sku_id, std::uint64_t, order_key, quantity, quantity>;
  std::vector<row> rows;
  for (const auto* each : by_key(source.promises)) {
    const auto& [order, of] = *each;
    to.add("promisedTo", order).add("joinable", of.joinable);
    for (const auto& units : of.units)
      rows.emplace_back(units.sku, units.since, order, units.committed,
                        units.picked);
  }
  std::sort(rows.begin(), rows.end());
  for (const auto& [sku, since, order, committed, picked] : rows)
    to.add("sku", sku)
        .add("order", order)
        .add("committed", committed)
        .add("picked", picked);
}

// In the order in which they were held, for the same reason.
void add_holds(entity_text& to, const source_state& source) {
  std::vector<std::pair<std::uint64_t, const reservation_id*>> by_age;
  for (const auto& [id, hold] : source.holds) {
    by_age.emplace_back(hold.since, &id);
    to.add("heldFor", id)
        .add("deadline", hold.deadline.time_since_epoch().count());
    for (const auto& [sku, units] : hold.units)
      to.add("sku", sku).add("units", units);
  }
  std::sort(by_age.begin(), by_age.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
  });
  for (const auto& [since, id] : by_age) to.add("held", *id);
}

codec::digest digest_of(const source_state& source) {
  entity_text to;
  to.add("source", source.self)
      .add("defined", source.defined)
      .add("version", source.version)
      .add("settings", source.settings);
  if (source.supplier) to.add("supplier", *source.supplier);
  for (const auto* each : by_key(source.stock))
    to.add("sku", each->first).add("stock", each->second);
  add_promises(to, source);
  for (const auto* each : by_key(source.unacknowledged))
    to.add("unacknowledgedBy", each->first).add("count", each->second);
  for (const auto& [reference, sku] : source.references)
    to.add("reference", reference).add("sku", sku);
  to.add("capacityDay", source.capacity_day.time_since_epoch().count())
      .add("opened", source.opened);
  for (const auto alert : source.acknowledged) to.add("acknowledged", alert);
  add_holds(to, source);
  const auto add_units = [&to](const auto& of) {
    for (const auto& [sku, units] : of.units)
      to.add("sku", sku).add("units", units);
    if (of.expected)
      to.add("expected", of.expected->time_since_epoch().count());
  };
  const auto add_incoming = [&](const char* name, const auto& all) {
    for (const auto& [reference, units] : all) {
      to.add(name, reference);
      add_units(units);
    }
  };
  add_incoming("announced", source.announced);
  add_incoming("inTransit", source.in_transit);
  for (const auto& [id, sent] : source.transfers) {
    to.add("transfer", id).add("to", sent.to);
    add_units(sent);
  }
  for (const auto& [reference, sku] : source.adjustments)
    to.add("adjustment", reference).add("sku", sku);
  for (const auto& [reference, sku] : source.counts)
    to.add("count", reference).add("sku", sku);
  to.add("overdueBefore", source.overdue_before.time_since_epoch().count());
  for (const auto& alert : source.open_alerts) to.add("openAlert", alert);
  return to.digest();
}

codec::digest digest_of(const product_settings& product) {
  return entity_text().add("product", product).digest();
}

codec::digest digest_of(const brand_id& brand, const versioned_rules& of) {
  return entity_text()
      .add("routing", brand)
      .add("version", of.version)
      .add("rules", of.rules)
      .digest();
}

// In the order in which they are served.
codec::digest digest_of(const sku_id& sku,
                        const std::vector<waiting_view>& queue) {
  entity_text to;
  to.add("queue", sku);
  for (const auto& each : queue)
    to.add("order", each.order).add("line", each.line).add("units", each.units);
  return to.digest();
}

}  // namespace

// A digest of digests, so that only one entity at a time is in memory as text.
// The maps of a collection are sorted by name.
std::string state_hash_of(const collection& all) {
  std::vector<std::uint64_t> numbers;
  for (const auto& [key, order] : all.orders) numbers.push_back(order.number);
  std::sort(numbers.begin(), numbers.end());
  std::vector<codec::digest> parts;
  for (const auto& [key, order] : all.orders) {
    const auto place =
        std::lower_bound(numbers.begin(), numbers.end(), order.number);
    parts.push_back(
        digest_of(order, static_cast<std::size_t>(place - numbers.begin())));
  }
  for (const auto& [ref, source] : all.sources)
    parts.push_back(digest_of(source));
  for (const auto& [sku, product] : all.products)
    parts.push_back(digest_of(product));
  for (const auto& [brand, rules] : all.rules)
    parts.push_back(digest_of(brand, rules));
  for (const auto& [id, made] : all.reservations)
    parts.push_back(entity_text().add("reservation", made).digest());
  for (const auto& [sku, queue] : all.waiting)
    parts.push_back(digest_of(sku, queue));
  return hex_of(persistence::hash_of(std::as_bytes(std::span(parts))));
}

}  // namespace oms
