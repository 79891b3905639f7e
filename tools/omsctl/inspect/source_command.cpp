#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "actors/history/history.hpp"
#include "actors/history/sku_history.hpp"
#include "actors/source/source.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/json/network.hpp"
#include "tools/omsctl/inspect/inspect_command.hpp"
#include "tools/omsctl/inspect/store_command.hpp"
#include "tools/text/source_text.hpp"

namespace oms::omsctl {

namespace {

struct looked_up {
  source_state state;
  sequence upto = 0;
  std::vector<store::damaged_range> damaged;
};

// Folds a source from its nearest snapshot. In a damaged log, from its first
// event up to the gap. None if it never existed.
std::optional<looked_up> look_up(const store_command& from,
                                 const source_ref& source) {
  looked_up found;
  found.upto = from.view().at;
  auto state = history::source_at(from.store(), source, found.upto);
  if (state) {
    found.state = std::move(*state);
    return found;
  }
  // Damage is never taken for something that does not exist.
  if (state.failure().code == error_code::not_found) return std::nullopt;
  const auto trail =
      store::read_timeline(from.store(), entity_of(source), found.upto);
  found.state.self = source;
  found.damaged = trail.damaged;
  const auto known = trail.before_gap();
  for (std::size_t i = 0; i < known; ++i)
    source::apply(found.state, trail.events[i].body, trail.events[i].time);
  // Earlier than what was asked for, and shown so: `asOf` must not claim more.
  found.upto = known == 0 ? 0 : trail.events[known - 1].at;
  // Something else was damaged, and the first failure says what.
  if (found.damaged.empty())
    found.damaged.push_back({0, 0, state.failure().message});
  return found;
}

// The products of a supplier's last definition up to this event.
result<std::vector<supplier_product>> products_of(const store_command& from,
                                                  const source_ref& supplier,
                                                  sequence upto) {
  std::vector<supplier_product> products;
  const auto events =
      history::timeline_of(from.store(), entity_of(supplier), upto);
  if (!events) return events.failure();
  for (const auto& e : *events)
    if (const auto* defined = std::get_if<supplier_defined>(&e.body))
      products = defined->settings.products;
  return products;
}

// A source, as text or as JSON. The JSON is that of the API, with `asOf` and
// what could not be read.
class source_run {
 public:
  source_run(const store_command& from, const looked_up& found)
      : from_(from), found_(found) {
    for (const auto& sku : text::skus_of(found.state)) {
      // Both views, of which one is shown: a location has no offer, and a
      // supplier no buckets.
      stock_.push_back(source::view_of(found.state, sku));
      offers_.push_back(history::supplier_view_of(found.state, sku));
    }
    if (is_supplier()) fill_products();
    for (const auto& range : found.damaged)
      unreadable_.push_back(store::text_of(range));
  }

  [[nodiscard]] const std::vector<std::string>& unreadable() const {
    return unreadable_;
  }

  [[nodiscard]] json::value json() const {
    json::value out =
        is_supplier() ? json::write(supplier_) : json::write(state().settings);
    out["asOf"] = found_.upto;
    out["stock"] =
        is_supplier() ? json::write_list(offers_) : json::write_list(stock_);
    if (unreadable_.empty()) return out;
    auto& parts = out["unreadable"] = json::value::array();
    for (const auto& part : unreadable_) parts.push_back(part);
    return out;
  }

  [[nodiscard]] std::string text(const text::palette& colours) const {
    return text::source_text(state(), from_.when(), colours);
  }

 private:
  [[nodiscard]] const source_state& state() const { return found_.state; }
  [[nodiscard]] bool is_supplier() const {
    return state().self.kind == source_kind::supplier;
  }

  // Shows each product with what is available of it, not with what was
  // available when it was defined.
  void fill_products() {
    supplier_ = state().supplier.value_or(supplier_settings{});
    supplier_.id = state().self.id;
    auto products = products_of(from_, state().self, found_.upto);
    // Before its first event a supplier has no products that could be missing.
    if (products)
      supplier_.products = std::move(*products);
    else if (found_.upto > 0)
      unreadable_.push_back("the products are left out: " +
                            products.failure().message);
    for (auto& product : supplier_.products)
      for (const auto& offer : offers_)
        if (offer.sku == product.sku) product.available = offer.available;
  }

  const store_command& from_;
  const looked_up& found_;
  std::vector<stock_view> stock_;
  std::vector<supplier_stock_view> offers_;
  supplier_settings supplier_;
  std::vector<std::string> unreadable_;
};

int show(store_command& from, const source_options& options, source_kind kind) {
  if (!from.open(options.store, options.at)) return text::exit_usage;
  const auto found = look_up(from, {kind, options.id});
  if (!found)
    return from.not_found(std::string(json::name_of(kind)) + " " + options.id);
  const source_run shown(from, *found);
  for (const auto& part : shown.unreadable()) from.say(part);
  if (!found->damaged.empty())
    from.say(fmt::format("the settings and stock are shown as of event {}",
                         found->upto));
  if (options.json)
    fmt::print(from.to().out, "{}\n", json::one_line(shown.json()));
  else
    fmt::print(from.to().out, "{}", shown.text(text::palette(from.to().out)));
  return from.ended(shown.unreadable().empty());
}

}  // namespace

int location_command(const source_options& options, const text::console& to) {
  store_command from("omsctl location", to);
  return show(from, options, source_kind::location);
}

int supplier_command(const source_options& options, const text::console& to) {
  store_command from("omsctl supplier", to);
  return show(from, options, source_kind::supplier);
}

}  // namespace oms::omsctl
