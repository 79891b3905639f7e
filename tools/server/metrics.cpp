#include "tools/server/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "tools/json/names.hpp"

namespace oms::tools {

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
          .Help("Calls answered, by route and status.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& latency =
      prometheus::BuildHistogram()
          .Name("oms_http_latency_seconds")
          .Help("From a call's headers to its answer, by route.")
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
      gauge("oms_http_connections", "Connections that are open.");
  prometheus::Gauge& orders_awake =
      gauge("oms_orders_awake", "Orders in memory; the others sleep.");
  prometheus::Gauge& commands_open =
      gauge("oms_commands_open", "Commands that wait for their answers.");
  prometheus::Gauge& queries_waiting =
      gauge("oms_queries_waiting", "Queries that wait for a thread.");
  prometheus::Gauge& storage_ok =
      gauge("oms_storage_ok", "1 while the store can write.");
  prometheus::Gauge& store_bytes = gauge("oms_store_bytes", "Size of the log.");
  prometheus::Gauge& sequence =
      gauge("oms_log_sequence", "Of the last event on disk.");

  prometheus::Counter& counter(const char* name, const char* help) {
    return prometheus::BuildCounter()
        .Name(name)
        .Help(help)
        .Register(registry)
        .Add({});
  }
  prometheus::Counter& commands =
      counter("oms_commands_total", "Commands taken.");
  prometheus::Counter& refused =
      counter("oms_commands_refused_total", "Commands refused.");
  prometheus::Counter& batches =
      counter("oms_journal_batches_total", "Batches on disk.");
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

std::string server_metrics::text(gate& of) const {
  const auto engine = of.behind().stats();
  const auto gate = of.stats();
  auto& f = *families_;
  const auto raise = [](prometheus::Counter& to, std::uint64_t value) {
    to.Increment(static_cast<double>(value) - to.Value());
  };
  for (const auto& [status, count] : engine.orders_by_status)
    f.orders.Add({{"status", std::string(json::name_of(status))}})
        .Set(static_cast<double>(count));
  f.orders_awake.Set(static_cast<double>(engine.orders_awake));
  f.commands_open.Set(static_cast<double>(gate.commands_open));
  f.queries_waiting.Set(static_cast<double>(gate.queries_waiting));
  f.storage_ok.Set(engine.storage_ok ? 1 : 0);
  f.store_bytes.Set(static_cast<double>(engine.store_bytes));
  f.sequence.Set(static_cast<double>(engine.last));
  raise(f.commands, engine.commands);
  raise(f.refused, engine.refused);
  raise(f.batches, engine.log_entries);
  return prometheus::TextSerializer().Serialize(f.registry.Collect());
}

}  // namespace oms::tools
