#include "tools/json/names.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/metrics.hpp"
#include "tools/omsd/openapi.hpp"
#include "tools/omsd/permission.hpp"

namespace oms::omsd {

namespace {

// Answered on the loop: the counts are read without waiting for any actor, and
// an operator must get them also while all query threads wait for the engine.
void stats(service& of, const request& asked, const reply& to) {
  if (auto may = may_see_all_brands(asked.who); !may)
    return to.answer(problem(may.failure()));
  to.answer({200, api::write_json(of.engine.behind().stats()), json_type, {}});
}

// On a query thread, because it sends a message through every actor to measure
// how long messages wait.
void metrics(service& of, const request& asked, const reply& to) {
  if (auto may = may_see_all_brands(asked.who); !may)
    return to.answer(problem(may.failure()));
  query_call(of, asked, to, [&of]() -> response {
    return {200, of.metrics.text(of.engine), metrics_type, {}};
  });
}

// Asks nothing and no one: it shows that the loop runs. Whether commands are
// accepted is the question of `ready`.
void health(service&, const request&, const reply& to) {
  to.answer({200, "{\"status\":\"ok\"}", json_type, {}});
}

// Not ready while omsd shuts down or the store can't be written, so that a
// load balancer sends commands elsewhere.
void ready(service& of, const request&, const reply& to) {
  if (of.draining)
    return to.answer(
        problem({error_code::overloaded, "omsd is shutting down", {}}, 503));
  const auto now = of.engine.behind().stats();
  if (!now.storage_ok)
    return to.answer(
        problem({error_code::storage_unavailable,
                 now.storage_lost
                     ? now.storage_problem
                     : "the store can't be written: " + now.storage_problem,
                 {}}));
  to.answer({200, "{\"status\":\"ready\"}", json_type, {}});
}

void describe(service& of, const request& asked, const reply& to) {
  query_call(of, asked, to, []() -> response {
    return {200, openapi_document(), json_type, {}};
  });
}

}  // namespace

void add_admin_routes(std::vector<route>& all) {
  all.push_back(reading("/v1/admin/stats", "Statistics of the whole engine.",
                        stats, shape<engine_stats>()));
  all.push_back(reading("/metrics", "Metrics for Prometheus.", metrics));
  all.back().answer_type = metrics_type;
  all.push_back(reading("/healthz", "Whether omsd is alive.", health));
  all.push_back(reading("/readyz", "Whether omsd accepts commands.", ready));
  all.push_back(
      reading("/openapi.json", "This description of the API.", describe));
}

}  // namespace oms::omsd
