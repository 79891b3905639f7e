#include "tools/omsd/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "messages/text_rules.hpp"
#include "tools/json/names.hpp"

namespace oms::omsd {

namespace {

const prometheus::Histogram::BucketBoundaries latency_bounds_s{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
    0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};

}  // namespace

struct server_metrics::families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& answers =
      prometheus::BuildCounter()
          .Name("oms_http_answers_total")
          .Help("Answered calls, by route and status.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& latency =
      prometheus::BuildHistogram()
          .Name("oms_http_latency_seconds")
          .Help("Time from a call's header to its answer, by route.")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& orders =
      prometheus::BuildGauge()
          .Name("oms_orders")
          .Help("Orders, by status.")
          .Register(registry);

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge()
        .Name(name)
        .Help(help)
        .Register(registry)
        .Add({});
  }
  prometheus::Gauge& connections =
      gauge("oms_http_connections", "Open connections.");
  prometheus::Gauge& orders_awake =
      gauge("oms_orders_awake", "Orders in memory; the others are passivated.");
  prometheus::Gauge& commands_open = gauge(
      "oms_commands_open", "Commands that are waiting for their answers.");
  prometheus::Gauge& queries_waiting =
      gauge("oms_queries_waiting", "Queries that are waiting for a thread.");
  prometheus::Gauge& queries_running =
      gauge("oms_queries_running", "Queries that have a thread.");
  prometheus::Gauge& storage_ok =
      gauge("oms_storage_ok", "1 while the store accepts writes.");
  prometheus::Gauge& checkpoint_ok =
      gauge("oms_checkpoint_ok",
            "0 from a failed checkpoint until the next one that is written.");
  prometheus::Gauge& storage_lost =
      gauge("oms_storage_lost",
            "1 after the store was deleted or replaced while it was open: the "
            "engine accepts no commands until it is restarted.");
  prometheus::Gauge& store_bytes = gauge("oms_store_bytes", "Size of the log.");
  prometheus::Gauge& sequence =
      gauge("oms_log_sequence", "Sequence of the last event on disk.");

  prometheus::Family<prometheus::Gauge>& waiting =
      prometheus::BuildGauge()
          .Name("oms_waiting_units")
          .Help("Backordered units, by SKU; the ten longest backorder queues.")
          .Register(registry);
  std::vector<prometheus::Gauge*> longest_lines;
  prometheus::Family<prometheus::Gauge>& actor_wait =
      prometheus::BuildGauge()
          .Name("oms_actor_wait_seconds")
          .Help(
              "How long a message waits for an actor now, the longest by kind.")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& actor_mailbox =
      prometheus::BuildGauge()
          .Name("oms_actor_mailbox_messages")
          .Help("Messages in mailboxes, by kind of actor.")
          .Register(registry);
  prometheus::Gauge& backordered =
      gauge("oms_backordered_units", "Backordered units, of all SKUs.");
  prometheus::Gauge& orders_asleep =
      gauge("oms_orders_asleep", "Orders that are not in memory.");
  prometheus::Gauge& orders_stuck =
      gauge("oms_orders_stuck",
            "Orders that await fulfillment for longer than the rules allow.");

  prometheus::Counter& counter(const char* name, const char* help) {
    return prometheus::BuildCounter()
        .Name(name)
        .Help(help)
        .Register(registry)
        .Add({});
  }
  prometheus::Counter& commands =
      counter("oms_commands_total", "Commands accepted for processing.");
  prometheus::Counter& refused =
      counter("oms_commands_refused_total", "Commands refused.");
  prometheus::Counter& queries_refused =
      counter("oms_queries_refused_total",
              "Queries refused because too many were waiting.");
  prometheus::Counter& checkpoints =
      counter("oms_checkpoints_total", "Checkpoints written.");
  prometheus::Counter& checkpoint_failures =
      counter("oms_checkpoint_failures_total",
              "Checkpoints that could not be written.");
  prometheus::Counter& damaged_parts = counter(
      "oms_damaged_parts_total", "Log entries and records found damaged.");
  prometheus::Counter& batches =
      counter("oms_journal_batches_total", "Batches written to the log.");

  // A histogram that the engine counts. prometheus-cpp can only add to its
  // own, so each look adds what has come since the last one.
  struct copied {
    prometheus::Family<prometheus::Histogram>& family;
    double unit;
    prometheus::Histogram* shown = nullptr;
    histogram last = {};

    void copy(const histogram& now) {
      if (shown == nullptr) {
        prometheus::Histogram::BucketBoundaries bounds;
        for (const auto bound : now.bounds)
          bounds.push_back(static_cast<double>(bound) * unit);
        shown = &family.Add({}, bounds);
        last.counts.resize(now.counts.size());
      }
      std::vector<double> more;
      for (std::size_t i = 0; i < now.counts.size(); ++i)
        more.push_back(static_cast<double>(now.counts[i] - last.counts[i]));
      shown->ObserveMultiple(more,
                             static_cast<double>(now.sum - last.sum) * unit);
      last = now;
    }
  };
  copied commit_time{prometheus::BuildHistogram()
                         .Name("oms_journal_commit_seconds")
                         .Help("Duration of a commit to the log.")
                         .Register(registry),
                     1e-6};
  copied commit_events{prometheus::BuildHistogram()
                           .Name("oms_journal_commit_events")
                           .Help("Events in one commit to the log.")
                           .Register(registry),
                       1};
  // Two looks at once would add the same difference twice.
  std::mutex showing;

  void show(const engine_activity& now) {
    commit_time.copy(now.commit_us);
    commit_events.copy(now.events_per_commit);
    // SKUs that are no longer among the longest queues must vanish, instead of
    // keeping their last number.
    for (auto* gone : std::exchange(longest_lines, {})) waiting.Remove(gone);
    for (const auto& line : now.longest_lines) {
      auto& shown = waiting.Add({{"sku", line.sku.value}});
      shown.Set(static_cast<double>(line.units.value));
      longest_lines.push_back(&shown);
    }
    std::map<std::string, std::pair<double, double>> by_kind;
    for (const auto& each : now.actors) {
      auto& [wait_s, messages] = by_kind[each.kind];
      wait_s =
          std::max(wait_s, std::chrono::duration<double>(each.waited).count());
      messages += static_cast<double>(each.mailbox);
    }
    for (const auto& [kind, seen] : by_kind) {
      actor_wait.Add({{"kind", kind}}).Set(seen.first);
      actor_mailbox.Add({{"kind", kind}}).Set(seen.second);
    }
    backordered.Set(static_cast<double>(now.units_waiting.value));
    orders_stuck.Set(static_cast<double>(now.orders_stuck));
  }
};

server_metrics::server_metrics() : families_(std::make_unique<families>()) {}
server_metrics::~server_metrics() = default;

void server_metrics::answered(std::string_view route, int status,
                              std::chrono::microseconds took) {
  const std::string pattern(route);
  families_->answers
      .Add({{"route", pattern}, {"status", std::to_string(status)}})
      .Increment();
  families_->latency.Add({{"route", pattern}}, latency_bounds_s)
      .Observe(std::chrono::duration<double>(took).count());
}

void server_metrics::connection_opened() { families_->connections.Increment(); }

void server_metrics::connection_closed() { families_->connections.Decrement(); }

std::string server_metrics::text(engine_queue& of) const {
  const auto engine = of.behind().stats();
  const auto engine_queue = of.stats();
  const auto activity = of.behind().activity();
  auto& f = *families_;
  const std::lock_guard guard(f.showing);
  // The engine counts totals, and a counter of prometheus-cpp can only be
  // incremented.
  const auto raise = [](prometheus::Counter& to, std::uint64_t value) {
    to.Increment(static_cast<double>(value) - to.Value());
  };
  // A status that no order has any more is not among the engine's counts. It
  // must become 0, instead of keeping its last number.
  for (const auto* word : json::names<order_status>())
    f.orders.Add({{"status", word}}).Set(0);
  for (const auto& [status, count] : engine.orders_by_status)
    f.orders.Add({{"status", std::string(json::name_of(status))}})
        .Set(static_cast<double>(count));
  // The two counts are read one after the other, so the difference is kept from
  // going below 0.
  f.orders_asleep.Set(static_cast<double>(
      engine.orders - std::min(engine.orders, engine.orders_awake)));
  f.show(activity);
  f.orders_awake.Set(static_cast<double>(engine.orders_awake));
  f.commands_open.Set(static_cast<double>(engine_queue.commands_open));
  f.queries_waiting.Set(static_cast<double>(engine_queue.queries.waiting));
  f.queries_running.Set(static_cast<double>(engine_queue.queries.running));
  f.storage_ok.Set(engine.storage_ok ? 1 : 0);
  f.checkpoint_ok.Set(engine.checkpoint_ok ? 1 : 0);
  raise(f.checkpoints, engine.checkpoints);
  raise(f.checkpoint_failures, engine.checkpoint_failures);
  raise(f.damaged_parts, engine.damaged_parts);
  f.storage_lost.Set(engine.storage_lost ? 1 : 0);
  f.store_bytes.Set(static_cast<double>(engine.store_bytes));
  f.sequence.Set(static_cast<double>(engine.last));
  raise(f.commands, engine.commands);
  raise(f.refused, engine.refused);
  raise(f.queries_refused, engine_queue.queries.refused);
  raise(f.batches, engine.log_entries);
  // SKUs of an old store may not be UTF-8, which the format requires.
  return valid_utf8(
      prometheus::TextSerializer().Serialize(f.registry.Collect()));
}

}  // namespace oms::omsd
