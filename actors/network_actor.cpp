#include "actors/network_actor.hpp"

#include "actors/engine/collection.hpp"
#include "actors/faults.hpp"
#include "actors/source/source_actor.hpp"

namespace oms {

network_actor::network_actor(caf::actor_config& config, engine_context& context,
                             std::vector<history::recovered_source> sources,
                             std::vector<history::recovered_rules> rules)
    : caf::event_based_actor(config), context_(context) {
  for (auto& each : sources) {
    const auto self = each.state.self;
    for (const auto& [id, sent] : each.state.transfers)
      transfers_.emplace(id, known_transfer{self.id, sent});
    // What recovery found is on disk, so readers may see it.
    if (each.state.defined) on_settings(source::settings_of(each.state));
    auto profile = source::profile_of(each.state, {});
    auto* known = spawn_source(self, std::move(each.state), each.head);
    if (known == nullptr) continue;
    profile.column = known->profile.column;
    known->profile = std::move(profile);
  }
  for (auto& each : rules) {
    const auto brand = each.rules.rules.brand;
    rules_changes_ += each.rules.version;
    context_.plan_on.set(each.rules.rules);
    shown_.rules[brand] = each.rules;
    rules_.emplace(brand,
                   known_rules{std::move(each.rules),
                               recording({entity_kind::routing, brand.value},
                                         each.version, each.head)});
  }
  context_.net.set(make_network());
}

void network_actor::on_exit() { sources_.clear(); }

caf::behavior network_actor::make_behavior() {
  return {
      [this](client_command& given) { on_command(given); },
      [this](source_changed& changed) {
        auto& known = sources_.at(changed.profile.ref);
        known.profile = std::move(changed.profile);
        publish();
        // The queues know by now whom it may serve, so the units that the
        // source kept on offer for this can go to the orders that wait.
        send(known.handle, go_on{});
      },
      [this](transfer_left& left) { on_transfer_left(left); },
      [this](const transfer_refused& refused) {
        transfer_decided(refused.transfer);
      },
      [this](const source_deadline_passed& passed) {
        send(sources_.at(passed.source).handle, passed);
      },
      [this](const read_source& asked) {
        const auto found = sources_.find(asked.source);
        if (found != sources_.end()) {
          send(found->second.handle, asked);
          return;
        }
        // Without a source nothing waits for the disk.
        asked.reader(nullptr)(sequence{0});
      },
      [this](const read_network& asked) { asked.reader(shown_); },
      [this](const settings_written& written) { on_settings(written); },
      [this](const collect& asked) {
        std::map<brand_id, versioned_rules> all;
        for (const auto& [brand, known] : rules_) all[brand] = known.rules;
        asked.into->add(all);
        for (const auto& [ref, known] : sources_) send(known.handle, asked);
      },
      [this](const report_ask& asked) {
        for (const auto& [ref, known] : sources_) {
          report_ask source{
              asked.into,
              ref.kind == source_kind::location ? "location" : "supplier",
              ref.id, 0};
          asked.into->expect(source.kind, source.id);
          send(known.handle, std::move(source));
        }
        // Last, or the report could seem to be complete.
        answer_report(*this, asked, sources_.size());
      },
      [this](const go_on& wake) {
        publish();
        for (const auto& [ref, known] : sources_) send(known.handle, wake);
      },
  };
}

void network_actor::on_command(client_command& given) {
  const auto& body = given.asked.body;
  // Before a source is spawned: a definition with faults must not leave an
  // actor and a column of the stock board behind.
  if (auto faults = faults_of(body); !faults.empty()) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        invalid(std::move(faults)));
    return;
  }
  if (const auto* location = std::get_if<define_location>(&body))
    hand_on(given, {source_kind::location, location->settings.id},
            !location->change);
  else if (const auto* supplier = std::get_if<define_supplier>(&body))
    hand_on(given, {source_kind::supplier, supplier->settings.id},
            !supplier->change);
  else if (const auto* receipt_of = std::get_if<receive_stock>(&body))
    hand_on(given, {source_kind::location, receipt_of->location}, false);
  else if (const auto* adjusted = std::get_if<adjust_stock>(&body))
    hand_on(given, {source_kind::location, adjusted->location}, false);
  else if (const auto* counted = std::get_if<count_stock>(&body))
    hand_on(given, {source_kind::location, counted->location}, false);
  else if (const auto* safety = std::get_if<set_safety_stock>(&body))
    hand_on(given, {source_kind::location, safety->location}, false);
  else if (const auto* coming = std::get_if<announce_incoming>(&body))
    hand_on(given, {source_kind::location, coming->location}, false);
  else if (const auto* ended = std::get_if<end_incoming>(&body))
    hand_on(given, {source_kind::location, ended->location}, false);
  else if (std::holds_alternative<transfer_stock>(body))
    on_transfer(given);
  else if (std::holds_alternative<close_transfer>(body))
    on_close(given);
  else if (const auto* seen = std::get_if<acknowledge_alert>(&body))
    hand_on(given, {seen->source_is, seen->source}, false);
  else if (const auto* routing = std::get_if<set_routing>(&body))
    set_rules(given, *routing);
  else
    answer_after_commit(
        *this, context_, std::move(given.reply),
        error{error_code::invalid, "is not a command of the network", {}});
}

// An id counts once in the whole network, so this actor decides about it; of
// the units the location decides that gives them.
void network_actor::on_transfer(client_command& given) {
  const auto& command = std::get<transfer_stock>(given.asked.body);
  const auto id = command.transfer;
  if (waits_for_transfer(id, given)) return;
  std::optional<error> refusal;
  for (const auto& [path, place] :
       {std::pair("from", &command.from), std::pair("to", &command.to)})
    if (!sources_.contains({source_kind::location, *place}))
      refusal = error{error_code::not_found,
                      "there is no location " + *place,
                      {{path, "is not known"}}};
  const auto known = transfers_.find(id.value);
  if (!refusal && known == transfers_.end()) {
    deciding_[id.value];
    hand_on(given, {source_kind::location, command.from}, false);
    return;
  }
  if (!refusal) {
    sent_transfer again{
        .to = command.to, .units = {}, .expected = command.expected};
    for (const auto& line : command.lines) again.units[line.sku] += line.units;
    if (known->second.from != command.from || known->second.sent != again)
      refusal = error{
          error_code::conflict, "there is another transfer " + id.value, {}};
  }
  answer_after_commit(*this, context_, std::move(given.reply),
                      refusal ? answer{std::move(*refusal)} : receipt{});
}

void network_actor::on_close(client_command& given) {
  const auto id = std::get<close_transfer>(given.asked.body).transfer;
  if (waits_for_transfer(id, given)) return;
  const auto known = transfers_.find(id.value);
  if (known == transfers_.end()) {
    answer_after_commit(
        *this, context_, std::move(given.reply),
        error{error_code::not_found, "there is no transfer " + id.value, {}});
    return;
  }
  // Where the units are expected. The location has heard of them by now: this
  // actor told it.
  hand_on(given, {source_kind::location, known->second.sent.to}, false);
}

bool network_actor::waits_for_transfer(const transfer_id& transfer,
                                       client_command& given) {
  const auto found = deciding_.find(transfer.value);
  if (found == deciding_.end()) return false;
  found->second.push_back(std::move(given));
  return true;
}

void network_actor::transfer_decided(const transfer_id& transfer) {
  auto waiting = deciding_.extract(transfer.value);
  if (waiting.empty()) return;
  for (auto& given : waiting.mapped()) on_command(given);
}

void network_actor::on_transfer_left(transfer_left& left) {
  const auto transfer = left.units.transfer;
  sent_transfer sent{
      .to = left.to.id, .units = {}, .expected = left.units.expected};
  for (const auto& line : left.units.lines) sent.units[line.sku] = line.units;
  transfers_.emplace(transfer.value,
                     known_transfer{left.cause.entity.key, std::move(sent)});
  send(sources_.at(left.to).handle, std::move(left));
  transfer_decided(transfer);
}

// Two pictures of the settings: profiles are ahead of the disk and are what
// plans are made with; `shown_` is what readers may see.
void network_actor::on_settings(const settings_written& written) {
  if (const auto* location = std::get_if<location_settings>(&written.settings))
    shown_.locations[location->id] = *location;
  else if (const auto* rules = std::get_if<versioned_rules>(&written.settings))
    shown_.rules[rules->rules.brand] = *rules;
  else if (const auto& supplier =
               std::get<std::shared_ptr<const supplier_settings>>(
                   written.settings))
    shown_.suppliers[supplier->id] = supplier;
}

void network_actor::hand_on(client_command& given, const source_ref& to,
                            bool define) {
  const auto found = sources_.find(to);
  auto* known = found == sources_.end() ? nullptr : &found->second;
  if (known == nullptr && define) {
    // It knows nothing but its name until it gets its definition, which is the
    // first message in its mailbox.
    source_state fresh;
    fresh.self = to;
    known = spawn_source(to, std::move(fresh), 0);
    if (known == nullptr) {
      answer_after_commit(
          *this, context_, std::move(given.reply),
          error{error_code::too_large, "there are too many sources", {}});
      return;
    }
  }
  if (known == nullptr) {
    const std::string kind =
        to.kind == source_kind::location ? "location" : "supplier";
    answer_after_commit(*this, context_, std::move(given.reply),
                        error{error_code::not_found,
                              "there is no " + kind + " " + to.id,
                              {{kind, "is not known"}}});
    return;
  }
  send(known->handle, std::move(given));
}

result<routing_rules> network_actor::wanted_rules(
    const set_routing& command) const {
  if (!command.change) return command.rules;
  const auto& brand = command.rules.brand;
  const auto found = rules_.find(brand);
  if (found != rules_.end()) return changed(command, found->second.rules.rules);
  // The default rules can be changed before they were ever set.
  if (brand.empty()) return changed(command, routing_rules{});
  return refuse(error_code::not_found,
                "brand " + brand.value + " has no routing rules of its own");
}

void network_actor::set_rules(client_command& given,
                              const set_routing& command) {
  auto wanted = wanted_rules(command);
  if (!wanted) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        wanted.failure());
    return;
  }
  const auto& rules = *wanted;
  auto found = rules_.find(rules.brand);
  if (found == rules_.end())
    found =
        rules_
            .emplace(
                rules.brand,
                known_rules{
                    {},
                    recording({entity_kind::routing, rules.brand.value}, 0, 0)})
            .first;
  auto& known = found->second;
  const auto now = context_.now();
  known.rules = {rules, known.rules.version + 1, now};
  ++rules_changes_;
  journal_batch batch;
  known.log.add(batch, {routing_set{rules, known.rules.version}},
                {given.asked.by, given.asked.id, {}}, now);
  if (given.reply.batch)
    batch.answers.push_back({std::move(given.reply), receipt{}});
  batch.then = [self = caf::actor_cast<caf::actor>(this), &context = context_,
                written = known.rules](const result<sequence>& head) {
    if (!head) return;
    context.plan_on.set(written.rules);
    caf::anon_send(self, settings_written{written});
  };
  // The journal first. A plan that uses the new rules names their version, and
  // its event must not be ahead of the rules in the log.
  send(context_.journal, std::move(batch));
  publish();
}

network_actor::known_source* network_actor::spawn_source(
    const source_ref& source, source_state state, sequence head) {
  const auto column = context_.board.add_column(source);
  if (!column) return nullptr;
  auto handle = spawn<source::source_actor>(std::ref(context_),
                                            std::move(state), *column, head);
  auto& known = sources_[source];
  known.handle = std::move(handle);
  known.profile.ref = source;
  known.profile.column = *column;
  // It is published with the next network, which may be earlier than its
  // settings: until they are there it must not be planned with.
  known.profile.settings.active = false;
  return &known;
}

std::shared_ptr<const network> network_actor::make_network() const {
  // Built anew and never changed: planners on other threads may still use the
  // one before. Settings change rarely, and plans are made all the time.
  auto net = std::make_shared<network>();
  net->rules_changes = rules_changes_;
  for (const auto& [ref, known] : sources_)
    net->sources.push_back(known.profile);
  for (const auto& [brand, known] : rules_) net->rules[brand] = known.rules;
  return net;
}

void network_actor::publish() {
  network_published published;
  published.net = make_network();
  for (const auto& [ref, known] : sources_)
    published.sources.push_back(known.handle);
  context_.net.set(published.net);
  // Queues first: an order that a router plans must not come to a queue that
  // knows no source.
  for (const auto& line : context_.backorder_queues) send(line, published);
  for (const auto& keeper : context_.reservation_keepers)
    send(keeper, published);
  for (const auto& router : context_.routers) send(router, published);
  calendars_published days;
  for (const auto& source : published.net->sources)
    if (source.settings.daily_capacity > 0 && source.calendar)
      days.calendars.push_back(source.calendar);
  send(context_.deadlines, std::move(days));
  send(context_.consolidator, std::move(published));
}

}  // namespace oms
