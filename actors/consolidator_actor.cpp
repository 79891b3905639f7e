#include "actors/consolidator_actor.hpp"

#include <algorithm>

#include "actors/engine/recording.hpp"
#include "actors/faults.hpp"
#include "messages/reserved_names.hpp"

namespace oms {

consolidator_actor::consolidator_actor(caf::actor_config& config,
                                       const engine_context& context)
    : caf::event_based_actor(config), context_(context) {}

void consolidator_actor::on_exit() { runs_.clear(); }

caf::behavior consolidator_actor::make_behavior() {
  return {
      [this](client_command& given) { on_command(given); },
      [this](consolidation_found& found) { on_found(found); },
      [this](const order_consolidated& outcome) { on_consolidated(outcome); },
      [this](const network_published& published) { on_network(published); },
      [this](const consolidation_due&) { on_due(); },
      [this](const report_ask& asked) {
        answer_report(*this, asked, runs_.size());
      },
  };
}

void consolidator_actor::on_command(client_command& given) {
  if (auto faults = faults_of(given.asked.body); !faults.empty()) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        invalid(std::move(faults)));
    return;
  }
  const auto& asked = std::get<consolidate_orders>(given.asked.body);
  order::consolidation_choice choice{
      .brand = {}, .other_brands = {}, .sku = asked.sku, .automatic = false};
  if (!asked.brand.empty()) choice.brand = asked.brand;
  runs_.push_back(
      {.choice = std::make_shared<const order::consolidation_choice>(
           std::move(choice)),
       .limit = asked.limit,
       .trial =
           asked.preview ? std::make_shared<order::trial_units>() : nullptr,
       .by = std::move(given.asked.by),
       .command = std::move(given.asked.id),
       .reply = std::move(given.reply)});
  if (runs_.size() == 1) begin_next();
}

// --- the clock ---------------------------------------------------------------

void consolidator_actor::on_network(const network_published& published) {
  const bool waited = net_ == nullptr && !runs_.empty();
  net_ = published.net;
  std::map<brand_id, timetable> all;
  for (const auto& [brand, of] : net_->rules) {
    const auto every_s = of.rules.consolidate_every_s;
    if (every_s <= 0) continue;
    const auto known = timetables_.find(brand);
    if (known != timetables_.end() && known->second.set_at == of.set_at) {
      all[brand] = known->second;
      continue;
    }
    // After a restart, the next whole interval that is not over.
    const auto since = context_.now() - of.set_at;
    const duration every = std::chrono::seconds(every_s);
    const auto past = (since + every - duration{1}) / every;
    all[brand] = {of.set_at, every_s,
                  of.set_at + every * std::max<std::int64_t>(past, 1)};
  }
  timetables_ = std::move(all);
  wake_at_next();
  if (waited) begin_next();
}

void consolidator_actor::wake_at_next() {
  std::optional<timestamp> next;
  for (const auto& [brand, each] : timetables_)
    next = next ? std::min(*next, each.next) : each.next;
  if (next == wakes_at_) return;
  wakes_at_ = next;
  send(context_.deadlines, wake_consolidator{next});
}

void consolidator_actor::on_due() {
  wakes_at_.reset();
  const auto now = context_.now();
  for (auto& [brand, each] : timetables_) {
    if (each.next > now) continue;
    // However late it is, one run catches up.
    const duration every = std::chrono::seconds(each.every_s);
    each.next += every * ((now - each.next) / every + 1);
    runs_.push_back(automatic_run(brand));
    if (runs_.size() == 1) begin_next();
  }
  wake_at_next();
}

consolidator_actor::run consolidator_actor::automatic_run(
    const brand_id& brand) const {
  order::consolidation_choice choice{
      .brand = {}, .other_brands = {}, .sku = {}, .automatic = true};
  // The rules without a brand are those of all brands that have none.
  if (!brand.empty())
    choice.brand = brand;
  else
    for (const auto& [other, rules] : net_->rules)
      if (!other.empty()) choice.other_brands.insert(other);
  return {.choice = std::make_shared<const order::consolidation_choice>(
              std::move(choice)),
          .limit = 0,
          .trial = nullptr,
          .by = actor_name{reserved::consolidator},
          .command = {},
          .reply = {}};
}

// --- a run -------------------------------------------------------------------

void consolidator_actor::begin_next() {
  // Without a network nothing could be judged; it comes soon after the start.
  if (runs_.empty() || !net_) return;
  moved_.clear();
  failure_.reset();
  pass_ = 0;
  begin_pass();
}

void consolidator_actor::begin_pass() {
  ++pass_;
  moved_in_pass_ = false;
  shard_ = 0;
  found_.clear();
  next_ = 0;
  search(0, 0);
}

void consolidator_actor::search(std::size_t from, std::size_t size) {
  send(context_.shards[shard_],
       consolidation_search{runs_.front().choice, net_, from, size});
}

void consolidator_actor::on_found(consolidation_found& found) {
  std::move(found.orders.begin(), found.orders.end(),
            std::back_inserter(found_));
  if (found.next) return search(*found.next, found.size);
  if (++shard_ < context_.shards.size()) return search(0, 0);
  std::sort(found_.begin(), found_.end());
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  go_on();
}

void consolidator_actor::on_consolidated(const order_consolidated& outcome) {
  --at_it_;
  if (outcome.failure) failure_ = outcome.failure;
  if (outcome.moved) {
    moved_in_pass_ = true;
    const auto [known, is_new] = moved_.try_emplace(outcome.order);
    if (is_new) known->second.before = outcome.before;
    known->second.after = outcome.after;
  }
  go_on();
}

// What is at it counts as moved until it is known, so the limit holds.
void consolidator_actor::go_on() {
  const auto& now = runs_.front();
  const auto most = now.trial ? std::size_t{1} : max_orders_at_once;
  const auto may_move = [&] {
    return now.limit == 0 ||
           static_cast<std::int64_t>(moved_.size() + at_it_) < now.limit;
  };
  while (!failure_ && next_ < found_.size() && at_it_ < most && may_move()) {
    auto& key = found_[next_++].second;
    ++at_it_;
    const auto& shard = context_.shard_of(key);
    send(shard, consolidate_order{.order = std::move(key),
                                  .automatic = now.choice->automatic,
                                  .by = now.by,
                                  .command = now.command,
                                  .trial = now.trial});
  }
  if (at_it_ > 0) return;
  const bool again = moved_in_pass_ && !now.trial && !failure_ && may_move() &&
                     pass_ < max_passes;
  if (again)
    begin_pass();
  else
    end();
}

void consolidator_actor::end() {
  auto over = std::move(runs_.front());
  runs_.pop_front();
  receipt told;
  auto& sum = told.consolidation.emplace();
  for (const auto& [order, each] : moved_) {
    ++sum.orders;
    sum.before += each.before;
    sum.after += each.after;
  }
  answer_after_commit(*this, context_, std::move(over.reply),
                      failure_ ? answer{*failure_} : answer{std::move(told)});
  begin_next();
}

}  // namespace oms
