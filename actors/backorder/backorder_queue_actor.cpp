#include "actors/backorder/backorder_queue_actor.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "actors/engine/collection.hpp"
#include "actors/faults.hpp"

namespace oms::backorder {

backorder_queue_actor::backorder_queue_actor(
    caf::actor_config& config, engine_context& context,
    std::vector<history::recovered_settings> products,
    const std::vector<queue_enter>& waiting,
    const std::vector<unfillable_units>& unfillable,
    std::vector<incoming_known> incoming)
    : caf::event_based_actor(config), context_(context) {
  // An empty network until the first one is published, so that no handler has
  // to ask whether there is one.
  network_.net = std::make_shared<network>();
  for (auto& product : products) {
    auto& of = line_of(product.settings.sku);
    of.product_log = std::make_unique<recording>(
        entity_ref{entity_kind::product, product.settings.sku.value},
        product.version, product.head);
    of.line.set_product(std::move(product.settings));
  }
  for (const auto& enter : waiting)
    for (const auto& [sku, lines] : enter.by_sku) {
      auto& of = line_of(sku);
      // Without the limit: these units were accepted before the restart.
      for (const auto& each : lines)
        of.line.enter(enter.order, each.line, each.index, each.units, true,
                      each.told);
      note_if_waited_for(of);
    }
  for (const auto& each : unfillable)
    line_of(each.sku).unfillable.insert(each.order);
  for (const auto& known : incoming) {
    auto& of = line_of(known.sku);
    of.line.set_incoming(known.from, known.supplies);
    if (known.is_offering) of.offering.insert(known.from);
  }
}

void backorder_queue_actor::on_exit() { network_ = {}; }

caf::behavior backorder_queue_actor::make_behavior() {
  return {
      [this](const offer_made& offer) { on_offer(offer); },
      [this](const offer_done& settled) { on_offer_done(settled); },
      [this](const queue_messages& messages) { on_messages(messages); },
      [this](const network_published& published) { on_network(published); },
      [this](client_command& given) { on_command(given); },
      [this](const day_began&) {
        for (auto& [sku, of] : lines_) of->line.forget_capacity();
        look_around_everywhere();
      },
      [this](incoming_known& known) { on_incoming(known); },
      [this](const date_on& more) { on_date_on(more); },
      [this](const seek_on& search) {
        line_of(search.sku).seeking = false;
        look_around(search.sku);
      },
      [this](const go_on&) {
        look_around_everywhere();
        for (const auto& [sku, of] : lines_) keep_dating(*of);
      },
      [this](const read_waiting& asked) {
        const auto found = lines_.find(asked.sku);
        if (found == lines_.end()) {
          asked.reader(nullptr)(sequence{0});
          return;
        }
        // While a slice is being settled, the entries are ahead of what the
        // source has written, so this can't be shown at once.
        auto& of = *found->second;
        // Whoever reads a place in the queue is shown the day of now.
        while (knows_network() && !of.line.is_dated())
          of.line.date_entries(*network_.net);
        call_when_written(*this, context_, of.head,
                          of.changes + (of.serving > 0 ? 1 : 0), "this queue",
                          asked.reader(&of.line));
      },
      [this](const report_ask& asked) { report(asked); },
      [this](const collect& asked) {
        for (const auto& [sku, of] : lines_) {
          asked.into->add(sku, of->line.view());
          if (of->product_log) asked.into->add(of->line.product());
        }
      },
  };
}

void backorder_queue_actor::report(const report_ask& asked) {
  std::vector<waiting_total> longest;
  quantity units;
  for (const auto& [sku, of] : lines_) {
    if (of->line.empty()) continue;
    const auto waiting = of->line.waiting();
    units += waiting;
    if (waiting > quantity{0})
      longest.push_back({sku, waiting, of->line.entries().size()});
  }
  const auto count = longest.size();
  keep_longest(longest, asked.lines);
  asked.into->add(std::move(longest), units);
  answer_report(*this, asked, count);
}

backorder_queue_actor::sku_line& backorder_queue_actor::line_of(
    const sku_id& sku) {
  auto& of = lines_[sku];
  if (!of) of = std::make_unique<sku_line>(sku);
  return *of;
}

// A queue has no events, but readers must not see what could be lost. So each
// change counts as a version, and an empty batch, which the journal commits
// after the events that came before it, says when that version is on disk. All
// SKUs of one message share a batch.
void backorder_queue_actor::note_change(const std::vector<sku_line*>& changed) {
  std::vector<std::pair<std::shared_ptr<log_head>, std::uint64_t>> versions;
  for (auto* of : changed) {
    versions.emplace_back(of->head, ++of->changes);
    note_if_waited_for(*of);
  }
  journal_batch batch;
  batch.then = [all = std::move(versions)](const result<sequence>& written) {
    if (!written) return;
    for (const auto& [head, version] : all)
      head->written.store(version, std::memory_order_release);
  };
  send(context_.journal, std::move(batch));
}

// Written only when it changes: all threads share the row, and the store is
// sequentially consistent.
void backorder_queue_actor::note_if_waited_for(sku_line& of) {
  const bool orders_wait = !of.line.empty();
  if (of.is_waited_for == orders_wait) return;
  of.is_waited_for = orders_wait;
  context_.board.make(of.line.product().sku).set_waited_for(orders_wait);
}

void backorder_queue_actor::on_messages(const queue_messages& messages) {
  changed_lines changed;
  std::map<std::size_t, queue_answers> by_shard;
  for (const auto& each : messages.told)
    if (const auto* asked = std::get_if<queue_enter>(&each))
      by_shard[context_.shard_number_of(asked->order.key)].answers.push_back(
          enter(*asked, changed));
    else
      change(std::get<queue_change>(each), changed);
  std::vector<sku_line*> lines;
  for (const auto& [sku, of] : changed) lines.push_back(of);
  note_change(lines);
  // An order hears that it waits before any source can serve it: a send puts
  // the message into the mailbox at once, and the first source is called below.
  // Otherwise a promise could find units that are not backordered yet.
  for (auto& [number, answers] : by_shard)
    send(context_.shards[number], std::move(answers));
  for (const auto& [sku, of] : changed) {
    look_around(sku);
    keep_dating(*of);
  }
}

queue_entered backorder_queue_actor::enter(const queue_enter& asked,
                                           changed_lines& changed) {
  queue_entered entered{
      .order = asked.order.key, .accepted = {}, .refused = {}};
  for (const auto& [sku, lines] : asked.by_sku) {
    auto& of = line_of(sku);
    changed[sku] = &of;
    for (const auto& each : lines) {
      const auto taken = of.line.enter(asked.order, each.line, each.index,
                                       each.units, false, each.told);
      if (taken.accepted > quantity{0}) {
        entered.accepted.push_back({each.line, sku, taken.accepted});
        if (const auto due = date_of(of, asked.order.key, each.line)) {
          entered.expected.emplace_back(each.line, *due);
          of.line.note_told(asked.order.key, each.line, *due);
        }
      }
      if (taken.refused > quantity{0}) {
        entered.refused.push_back({each.line, sku, taken.refused});
        // Remembered, because only the queue learns of the change that may let
        // these units wait.
        of.unfillable.insert(asked.order.key);
      }
    }
  }
  return entered;
}

void backorder_queue_actor::change(const queue_change& told,
                                   changed_lines& changed) {
  for (const auto& [sku, lines] : told.by_sku) {
    auto& of = line_of(sku);
    // First the units, then what is known of the order: `update` walks the
    // entries as they are after the change.
    for (const auto& each : lines)
      of.line.adjust(told.order, each.line, each.index, each.units, each.told);
    of.line.update(told.order);
    changed[sku] = &of;
  }
}

void backorder_queue_actor::on_offer(const offer_made& offer) {
  line_of(offer.sku).offering.insert(offer.from);
  backorder_queue::served slice{.takers = {}, .is_over = true};
  // A source that is not published yet serves no order by these rules, so its
  // units are let go at once. Sources wait for the publication where it matters
  // (`source_actor::put_on_offer`).
  if (const auto* from = network_.net->find(offer.from); from != nullptr)
    slice = line_of(offer.sku).line.serve({from, offer.units, offer.receipts},
                                          *network_.net, offer.has_grown);
  // While takers are left, only their units leave the offer and the rest stays
  // reserved. At the end all of it is settled, so what remains becomes
  // available.
  auto settled = offer.units;
  if (!slice.is_over) {
    settled = quantity{0};
    for (const auto& taker : slice.takers) settled += taker.line.units;
  }
  if (!slice.takers.empty()) ++line_of(offer.sku).serving;
  send(offer.source, offer_answered{{.sku = offer.sku,
                                     .offered = settled,
                                     .takers = std::move(slice.takers),
                                     .is_over = slice.is_over}});
}

void backorder_queue_actor::on_offer_done(const offer_done& settled) {
  auto& of = line_of(settled.sku);
  if (of.line.settle(settled.from, settled.refused)) {
    --of.serving;
    note_change({&of});
  }
  if (settled.is_over) of.offering.erase(settled.from);
  keep_dating(of);
  // Before looking around, which calls no source while one has yet to answer.
  if (settled.called) of.calling = false;
  // An order that the offer did not reach may take what was refused. And units
  // on offer are not available on the board, so a search that ran meanwhile
  // passed them by: at the end of the offer it starts over.
  if (!settled.refused.empty() || settled.is_over)
    look_around_anew(settled.sku);
  else
    look_around(settled.sku);
}

void backorder_queue_actor::on_network(const network_published& published) {
  const bool new_rules =
      published.net->rules_changes != network_.net->rules_changes;
  network_ = published;
  // By the default rules: orders of several brands wait in one queue, and a
  // source is called for all of them. The rules of an entry's own brand decide
  // in `share_of` whether it may be served.
  const auto& sources = network_.net->sources;
  const auto& rules = network_.net->rules_of(brand_id{}).rules;
  preferred_.resize(sources.size());
  std::iota(preferred_.begin(), preferred_.end(), std::size_t{0});
  std::sort(preferred_.begin(), preferred_.end(),
            [&](std::size_t a, std::size_t b) {
              const auto rank = [&](const network_source& source) {
                return std::tuple(network::tier_of(rules, source.settings.kind),
                                  source.settings.priority, source.ref.id);
              };
              return rank(sources[a]) < rank(sources[b]);
            });
  // Capacities may have changed; a source that has none left refuses again.
  for (auto& [sku, of] : lines_) of->line.forget_capacity();
  look_around_everywhere();
  for (auto& [sku, of] : lines_) {
    // Other sources may serve the orders now.
    if (of->line.has_incoming()) of->line.date_anew();
    keep_dating(*of);
  }
  if (new_rules)
    for (auto& [sku, of] : lines_) plan_unfillable_again(*of);
}

result<product_settings> backorder_queue_actor::wanted_product(
    const define_product& command) const {
  if (!command.change) return command.settings;
  const auto& sku = command.settings.sku;
  const auto found = lines_.find(sku);
  if (found == lines_.end() || !found->second->product_log)
    return refuse(error_code::not_found, "there is no product " + sku.value);
  return changed(command, found->second->line.product());
}

void backorder_queue_actor::on_command(client_command& given) {
  const auto* command = std::get_if<define_product>(&given.asked.body);
  if (command == nullptr) {
    answer_after_commit(
        *this, context_, std::move(given.reply),
        error{error_code::invalid, "is not a command of a product", {}});
    return;
  }
  if (auto faults = faults_of(given.asked.body); !faults.empty()) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        invalid(std::move(faults)));
    return;
  }
  const auto wanted = wanted_product(*command);
  if (!wanted) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        wanted.failure());
    return;
  }
  const auto& settings = *wanted;
  auto& of = line_of(settings.sku);
  if (!of.product_log)
    of.product_log = std::make_unique<recording>(
        entity_ref{entity_kind::product, settings.sku.value}, 0, 0);
  // A new limit takes nothing away from orders that wait. It matters for those
  // that may not wait, which are planned again below.
  of.line.set_product(settings);
  journal_batch batch;
  of.product_log->add(batch, {product_defined{settings}},
                      {given.asked.by, given.asked.id, {}}, context_.now());
  if (given.reply.batch)
    batch.answers.push_back({std::move(given.reply), receipt{}});
  send(context_.journal, std::move(batch));
  note_change({&of});
  keep_dating(of);
  plan_unfillable_again(of);
}

// --- when units come in -----------------------------------------------------

void backorder_queue_actor::on_incoming(incoming_known& known) {
  auto& of = line_of(known.sku);
  if (!of.line.set_incoming(known.from, known.supplies)) return;
  note_change({&of});
  keep_dating(of);
}

// The first network comes after the settings of all sources are known. Before,
// nobody could be served, so everything would seem to be late.
bool backorder_queue_actor::knows_network() const {
  return !network_.net->sources.empty();
}

std::optional<date> backorder_queue_actor::date_of(sku_line& of,
                                                   const order_key& order,
                                                   const line_id& line) const {
  if (!knows_network()) return std::nullopt;
  const auto due = of.line.date_of(order, line, *network_.net);
  if (!due || is_past(*due)) return std::nullopt;
  return due->day;
}

bool backorder_queue_actor::is_past(const due_day& due) const {
  return backorder::is_past(due, *network_.net, context_.now());
}

void backorder_queue_actor::keep_dating(sku_line& of) {
  if (of.dating || !knows_network()) return;
  publish_coming(of);
  if (of.line.is_dated() && (!of.line.has_delays() || !of.offering.empty()))
    return;
  of.dating = true;
  send(this, date_on{of.line.product().sku});
}

void backorder_queue_actor::publish_coming(sku_line& of) {
  if (!of.line.is_dated()) return;
  auto coming = of.line.coming();
  if (!coming && !of.is_published) return;
  of.is_published = coming.has_value();
  context_.coming.publish(
      of.line.product().sku,
      coming ? std::make_shared<const coming_units>(std::move(*coming))
             : nullptr);
}

// Who has to wait for longer is told a slice at a time, each when the one
// before is on disk, so that 50,000 orders stall no other.
void backorder_queue_actor::on_date_on(const date_on& more) {
  auto& of = line_of(more.sku);
  of.dating = false;
  if (!of.line.is_dated()) of.line.date_entries(*network_.net);
  publish_coming(of);
  std::vector<backorder_queue::delay> delays;
  if (of.line.is_dated() && of.offering.empty())
    delays = of.line.take_delays(
        [this](const due_day& due) { return is_past(due); });
  if (delays.empty()) {
    keep_dating(of);
    return;
  }
  std::map<std::size_t, backorder_delays> by_shard;
  for (auto& each : delays)
    by_shard[context_.shard_number_of(each.order)].delays.push_back(
        {std::move(each.order), std::move(each.line), each.expected});
  for (auto& [number, told] : by_shard)
    send(context_.shards[number], std::move(told));
  if (!of.line.has_delays()) return;
  of.dating = true;
  journal_batch batch;
  // By address, as a source does it (source_actor::tell_myself).
  batch.then = [self = caf::actor_cast<caf::actor_addr>(this),
                sku = more.sku](const result<sequence>&) {
    if (const auto to = caf::actor_cast<caf::actor>(self))
      caf::anon_send(to, date_on{sku});
  };
  send(context_.journal, std::move(batch));
}

// Against the lost wake-up: an order may come while its units arrive. Whoever
// makes a change that could serve an entry ends here, so no version of the
// stock has to be compared (docs/ARCHITECTURE.md, "Two races").
//
// Only one source is called at a time. If two were called, the offer that
// arrives first would be served, not the one of the preferred source. The
// answer to the call looks around again.
void backorder_queue_actor::look_around(const sku_id& sku) {
  auto& of = line_of(sku);
  if (of.calling || of.line.empty()) return;
  std::vector<supply_offer> supplies;
  std::vector<std::size_t> sources;
  if (const auto* row = context_.board.find(sku); row != nullptr)
    for (const auto i : preferred_) {
      const auto& source = network_.net->sources[i];
      const auto units = row->available(source.column);
      if (units <= quantity{0}) continue;
      supplies.push_back({&source, units, row->receipts(source.column)});
      sources.push_back(i);
    }
  const auto found = of.line.seek(supplies, *network_.net);
  if (found.supply) {
    of.calling = true;
    send(network_.sources[sources[*found.supply]], offer_call{sku});
  } else if (!found.is_over && !of.seeking) {
    // The rest of the search is a message, so that others have a turn between
    // its slices.
    of.seeking = true;
    send(this, seek_on{sku});
  }
}

void backorder_queue_actor::look_around_anew(const sku_id& sku) {
  line_of(sku).line.seek_anew();
  look_around(sku);
}

void backorder_queue_actor::look_around_everywhere() {
  for (const auto& [sku, of] : lines_) {
    of->line.offer_anew();
    look_around_anew(sku);
  }
}

void backorder_queue_actor::plan_unfillable_again(sku_line& of) {
  // The set starts empty again: an order that still may not wait is refused
  // again and returns to it.
  for (const auto& order : std::exchange(of.unfillable, {}))
    send(context_.shard_of(order), plan_again{order});
}

}  // namespace oms::backorder
