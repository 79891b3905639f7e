#include "messages/api/api.capnp.h"
#include "tools/json/names.hpp"
#include "tools/server/handling.hpp"
#include "tools/server/metrics.hpp"
#include "tools/server/openapi.hpp"

namespace oms::tools {

namespace {

kj::Promise<call_answer> stats(service& of, const call&) {
  return query_call(of, [&of]() -> call_answer {
    return {200, api::write_json(of.engine.behind().stats()), json_type, {}};
  });
}

kj::Promise<call_answer> metrics(service& of, const call&) {
  return query_call(of, [&of]() -> call_answer {
    return {200, of.metrics.text(of.engine), metrics_type, {}};
  });
}

kj::Promise<call_answer> health(service&, const call&) {
  return call_answer{200, "{\"status\":\"ok\"}", json_type, {}};
}

/// Ready to take commands: not while it drains or can't write.
kj::Promise<call_answer> ready(service& of, const call&) {
  if (of.draining)
    return problem({error_code::overloaded, "it is shutting down", {}}, 503);
  return query_call(of, [&of]() -> call_answer {
    if (!of.engine.behind().stats().storage_ok)
      return problem(
          {error_code::storage_unavailable, "the store refuses to write", {}});
    return {200, "{\"status\":\"ready\"}", json_type, {}};
  });
}

kj::Promise<call_answer> describe(service&, const call&) {
  return call_answer{200, openapi_document(), json_type, {}};
}

}  // namespace

void add_admin_routes(std::vector<route>& all) {
  const auto add = [&all](std::string_view pattern, role needs,
                          std::string_view summary, auto handle,
                          kj::Maybe<capnp::StructSchema> answer = nullptr,
                          std::string_view type = json_type) {
    all.push_back({http_method::get,
                   pattern,
                   needs,
                   summary,
                   nullptr,
                   answer,
                   {},
                   200,
                   type,
                   handle});
  };
  add("/v1/admin/stats", role::read, "Counts over the whole engine.", stats,
      shape<api::Stats>());
  add("/metrics", role::read, "Metrics for Prometheus.", metrics, nullptr,
      metrics_type);
  add("/healthz", role::read, "It is alive.", health);
  add("/readyz", role::read, "It takes commands.", ready);
  add("/openapi.json", role::read, "This API.", describe);
}

}  // namespace oms::tools
