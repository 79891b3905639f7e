#include "tools/omsctl/whatif/history_span.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "actors/history/network_history.hpp"
#include "actors/source/source.hpp"

namespace oms::omsctl {

namespace {

/// The network as it was, folded from the log.
class network_before {
 public:
  void add(const event& e) {
    switch (e.entity.kind) {
      case entity_kind::location:
      case entity_kind::supplier:
        add_to_source(e);
        break;
      case entity_kind::product:
        products_[e.entity.key] = std::get<product_defined>(e.body).settings;
        break;
      case entity_kind::routing:
        rules_[brand_id{e.entity.key}] = std::get<routing_set>(e.body).rules;
        break;
      case entity_kind::order:
        std::visit(queued_units{waiting_[e.entity.key]}, e.body);
        if (waiting_[e.entity.key] == quantity{0}) waiting_.erase(e.entity.key);
        break;
      case entity_kind::engine:
        break;
    }
  }

  void hand_over(history_span& to) && {
    for (const auto& [ref, state] : sources_)
      if (ref.kind == source_kind::location)
        to.setup.emplace_back(define_location{state.settings});
      else
        to.setup.emplace_back(define_supplier{free_offer(state)});
    for (auto& [sku, settings] : products_)
      to.setup.emplace_back(define_product{std::move(settings)});
    for (const auto& [ref, state] : sources_)
      if (ref.kind == source_kind::location) add_stock(state, to);
    to.rules = std::move(rules_);
    to.missing.orders_waiting_before = waiting_.size();
    for (const auto& [key, units] : waiting_)
      to.missing.units_waiting_before += units;
  }

 private:
  /// How an event changes what an order waits for.
  struct queued_units {
    quantity& units;

    void operator()(const units_backordered& e) const {
      for (const auto& line : e.lines) units += line.units;
    }
    void operator()(const units_allocated& e) const {
      for (const auto& line : e.lines) units -= line.from_backordered;
    }
    void operator()(const units_cancelled& e) const {
      for (const auto& line : e.lines) units -= line.from_backordered;
    }
    template <class Other>
    void operator()(const Other&) const {}
  };

  void add_to_source(const event& e) {
    const auto ref = source_of(e.entity);
    auto& state = sources_[ref];
    state.self = ref;
    source::apply(state, e.body, e.time);
  }

  // What is on offer to the backorder queue is kept for orders from before the
  // span. They are not played again, so these units are gone, as promised ones
  // are.
  static supplier_settings free_offer(const source_state& state) {
    auto settings = history::supplier_now(state);
    for (auto& product : settings.products)
      if (product.available)
        *product.available -= state.item(product.sku).on_offer;
    return settings;
  }

  // What is promised is taken as gone; the safety stock stays one. By SKU,
  // since an unordered map has no sequence of its own, and the same log is to
  // give the same commands.
  static void add_stock(const source_state& state, history_span& to) {
    std::map<sku_id, const stock_item*> by_name;
    for (const auto& [sku, of] : state.stock) by_name[sku] = &of;
    for (const auto& [sku, of] : by_name) {
      if (of->safety_setting > quantity{0})
        to.setup.emplace_back(
            set_safety_stock{state.self.id, sku, of->safety_setting});
      const auto units = of->available() + of->safety_stock();
      if (units > quantity{0})
        to.setup.emplace_back(receive_stock{state.self.id, sku, units, ""});
    }
  }

  std::map<source_ref, source_state> sources_;
  std::map<std::string, product_settings> products_;
  rules_by_brand rules_;
  std::unordered_map<std::string, quantity> waiting_;
};

/// One overload per event that something outside has caused.
struct gatherer {
  history_span& into;
  const std::set<order_key>& orders;
  const event& e;

  void add(command_body body) const {
    into.commands.push_back({e.time, std::move(body)});
  }

  /// Orders that were placed before are not here to hear of it.
  template <class Body>
  void add_to_order(Body body) const {
    body.order = order_of(e.entity);
    if (orders.contains(body.order))
      add(std::move(body));
    else
      into.missing.older_orders.insert(std::move(body.order));
  }

  void operator()(const location_defined& defined) const {
    add(define_location{defined.settings});
  }
  void operator()(const supplier_defined& defined) const {
    add(define_supplier{defined.settings});
  }
  void operator()(const product_defined& defined) const {
    add(define_product{defined.settings});
  }
  void operator()(const routing_set& set) const { add(set_routing{set.rules}); }
  void operator()(const stock_received& in) const {
    add(receive_stock{e.entity.key, in.sku, in.units, in.reference});
  }
  void operator()(const stock_adjusted& by) const {
    add(adjust_stock{e.entity.key, by.sku, by.delta, by.reason});
  }
  void operator()(const stock_counted& count) const {
    // Nothing has left the shelf here: the difference is what was found.
    if (count.on_hand != count.was)
      add(adjust_stock{e.entity.key, count.sku, count.on_hand - count.was,
                       "count"});
  }
  void operator()(const safety_stock_set& set) const {
    add(set_safety_stock{e.entity.key, set.sku, set.units});
  }
  void operator()(const stock_restocked& back) const {
    for (const auto& line : back.lines) {
      into.missing.damaged_units += line.damaged;
      if (line.sellable > quantity{0})
        add(receive_stock{e.entity.key, line.sku, line.sellable, ""});
    }
  }
  void operator()(const stock_rejected& rejected) const {
    ++into.missing.rejections;
    for (const auto& line : rejected.lines)
      into.missing.rejected_units += line.units;
  }

  void operator()(const order_placed& placed) const {
    place_order place{order_of(e.entity), *placed.body, {}};
    // The payment is an event of its own.
    place.body.payment.reset();
    place.body.reservation = {};
    add(std::move(place));
    ++into.orders;
  }
  void operator()(const payment_captured& paid) const {
    record_payment payment;
    payment.amount = paid.captured;
    // Each is one of its own, also those without a reference.
    payment.reference = paid.reference.empty() ? "event " + std::to_string(e.at)
                                               : paid.reference;
    add_to_order(std::move(payment));
  }
  void operator()(const units_cancelled& gone) const {
    std::map<line_id, quantity> units;
    for (const auto& line : gone.lines)
      units[line.line] += line.from_unrouted + line.from_backordered;
    for (const auto& part : gone.promised)
      for (const auto& line : part.lines)
        units[line.line] += line.from_allocated + line.from_picked;
    std::vector<line_choice> lines;
    for (const auto& [line, of] : units)
      if (of > quantity{0}) lines.push_back({line, of});
    if (!lines.empty())
      add_to_order(cancel_order{{}, std::move(lines), gone.reason, {}});
  }
  void operator()(const hold_placed& hold) const {
    add_to_order(place_hold{{}, hold.hold, hold.reason});
  }
  void operator()(const hold_released& hold) const {
    add_to_order(release_hold{{}, hold.hold});
  }

  template <class Other>
  void operator()(const Other&) const {}
};

class window_reader {
 public:
  explicit window_reader(const history_span_options& options)
      : options_(options) {}

  /// False: the span is over.
  bool add(const event& e) {
    if (!inside_) {
      if (options_.from && e.time < *options_.from) {
        before_.add(e);
        return true;
      }
      begin(e.time);
    }
    if (options_.upto && e.time >= *options_.upto) return false;
    ++found_.events;
    found_.end = std::max(found_.end, e.time);
    if (std::holds_alternative<order_placed>(e.body))
      orders_.insert(order_of(e.entity));
    std::visit(gatherer{found_, orders_, e}, e.body);
    return true;
  }

  void cut(const std::string& why) { found_.cut_short = why; }
  [[nodiscard]] bool inside() const { return inside_; }

  history_span finish() && {
    if (!inside_) begin(options_.from.value_or(timestamp{}));
    return std::move(found_);
  }

 private:
  void begin(timestamp first) {
    inside_ = true;
    found_.begin = options_.from.value_or(first);
    found_.end = found_.begin;
    std::move(before_).hand_over(found_);
  }

  const history_span_options& options_;
  bool inside_ = false;
  network_before before_;
  history_span found_;
  std::set<order_key> orders_;
};

}  // namespace

result<history_span> read_history_span(
    const persistence::log_store& store, const history_span_options& options,
    const std::function<void(sequence)>& seen) {
  window_reader reader(options);
  const auto read = store.scan(1, [&](const event& e) {
    seen(e.at);
    return reader.add(e);
  });
  if (!read) {
    if (!reader.inside()) return read.failure();
    reader.cut(read.failure().message);
  }
  return std::move(reader).finish();
}

}  // namespace oms::omsctl
