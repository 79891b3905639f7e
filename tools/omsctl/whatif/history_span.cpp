#include "tools/omsctl/whatif/history_span.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "actors/history/log_fold.hpp"
#include "actors/history/network_history.hpp"

namespace oms::omsctl {

namespace {

// The network when the span begins, and how much waited then. Folded in the
// walk that finds where the span begins: `sequence_at`, which halves, may find
// another event where times cross.
class network_before {
 public:
  void add(const event& e) {
    if (e.entity.kind == entity_kind::order)
      add_to_queue(e);
    else
      history::fold(network_, e);
  }

  // The commands come in this sequence because a receipt needs its location.
  void hand_over(history_span& to) && {
    for (const auto& [ref, state] : network_.sources)
      if (ref.kind == source_kind::location)
        to.setup.emplace_back(define_location{state.settings});
      else
        to.setup.emplace_back(define_supplier{free_offer(state)});
    for (auto& [sku, settings] : network_.products)
      to.setup.emplace_back(define_product{std::move(settings)});
    for (const auto& [ref, state] : network_.sources)
      if (ref.kind == source_kind::location) add_stock(state, to);
    to.rules = std::move(network_.rules);
    to.missing.orders_waiting_before = waiting_.size();
    for (const auto& [key, units] : waiting_)
      to.missing.units_waiting_before += units;
  }

 private:
  // How an event changes what an order waits for. Only this sum is needed, so
  // the orders before the span are not folded: there may be millions of them.
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

  // An order that waits for nothing has no entry, since the entries are
  // counted.
  void add_to_queue(const event& e) {
    std::visit(queued_units{waiting_[e.entity.key]}, e.body);
    if (waiting_[e.entity.key] == quantity{0}) waiting_.erase(e.entity.key);
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

  history::network_state network_;
  /// By entity key.
  std::unordered_map<std::string, quantity> waiting_;
};

// One overload per event that something outside has caused. All others followed
// from the recorded plan: under other rules they would be other events, so the
// simulated engine has to make its own.
struct gatherer {
  history_span& into;
  const std::set<order_key>& orders;
  const event& e;

  void add(command_body body) const {
    into.commands.push_back({e.time, std::move(body)});
  }

  // An order from before the span is not placed again, so the simulated engine
  // would refuse the command. It is counted instead, once.
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
  // What of it was released early stays held until its deadline.
  void operator()(const reservation_made& made) const { add(made.request); }
  void operator()(const stock_received& in) const {
    add(receive_stock{e.entity.key, in.sku, in.units, in.reference});
  }
  void operator()(const stock_adjusted& by) const {
    add(adjust_stock{e.entity.key, by.sku, by.delta, by.reason});
  }
  void operator()(const stock_transferred& sent) const {
    for (const auto& line : sent.lines)
      add(adjust_stock{e.entity.key, line.sku, -line.units, "transfer"});
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
  // A return belongs to a parcel of the recorded plan. Its sellable units are
  // real under any plan, so they arrive as a receipt; damaged ones can't be
  // promised, so they are only counted.
  void operator()(const stock_restocked& back) const {
    for (const auto& line : back.lines) {
      into.missing.damaged_units += line.damaged;
      if (line.sellable > quantity{0})
        add(receive_stock{e.entity.key, line.sku, line.sellable, ""});
    }
  }
  // A source rejected units of the parcel that the recorded plan gave it. What
  // it would have done with another one is not known.
  void operator()(const stock_rejected& rejected) const {
    ++into.missing.rejections;
    for (const auto& line : rejected.lines)
      into.missing.rejected_units += line.units;
  }

  void operator()(const order_placed& placed) const {
    place_order place{order_of(e.entity), *placed.body, {}};
    // The payment is an event of its own, and would count twice.
    place.body.payment.reset();
    place.body.reservation = {};
    add(std::move(place));
    ++into.orders;
  }
  // It says what the order is afterwards. Which units of it were live depends
  // on the plan.
  void operator()(const order_edited&) const { ++into.missing.edits; }
  void operator()(const payment_captured& paid) const {
    record_payment payment;
    payment.amount = paid.captured;
    // The engine takes the same reference for the same payment, so one without
    // any gets one of its own.
    payment.reference = paid.reference.empty() ? "event " + std::to_string(e.at)
                                               : paid.reference;
    payment.authorization = paid.authorization;
    add_to_order(std::move(payment));
  }
  void operator()(const payment_authorized& given) const {
    record_payment payment;
    payment.event = payment_event::authorized;
    payment.amount = given.authorized;
    payment.reference = given.reference;
    add_to_order(std::move(payment));
  }
  void operator()(const payment_voided& ended) const {
    record_payment payment;
    payment.event = payment_event::voided;
    payment.reference = ended.reference;
    add_to_order(std::move(payment));
  }
  // The event says from which bucket and from which source each unit was
  // cancelled. Under another plan it is in another one, so the command names
  // units of lines, and the engine finds them.
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

// Times of different entities may cross. The first event that is not earlier
// than `from` begins the span, and from there on the log's own sequence counts:
// what follows is in it even if its time is a moment earlier, and the first
// event that is not earlier than `upto` ends it. So the span is one piece of
// the log, and no event is played before the one that it followed.
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

  // The log may end before the span begins: then the span is empty, and the
  // network is that at the end.
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
  const auto read = history::read_log(store, {}, [&](const event& e) {
    seen(e.at);
    return reader.add(e);
  });
  // Damage inside the span costs the rest of it. Damage before the span leaves
  // the stock unknown that every plan depends on.
  if (!read) {
    if (!reader.inside()) return read.failure();
    reader.cut(read.failure().message);
  }
  return std::move(reader).finish();
}

}  // namespace oms::omsctl
