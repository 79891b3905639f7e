#include "messages/api/api_schema.hpp"

#include "messages/api/answers.hpp"
#include "messages/api/commands.hpp"
#include "messages/codec/schema_text.hpp"
#include "messages/network_views.hpp"
#include "messages/order_list.hpp"
#include "messages/views.hpp"

namespace oms::api {

namespace {

constexpr const char* head = R"(@0xc3a5e81f7d40b296;
# The records of the API over Cap'n Proto RPC: what callers send to the engine
# and what it shows. Made of the lists of fields in messages/*.hpp when oms is
# built; rpc.capnp has the interface. Quantities are whole units, money is minor
# units of the order's currency, times are microseconds UTC since 1970-01-01, and
# dates are days since then. What is left out has the default given here. Limits
# are those of the same fields over HTTP: see /openapi.json.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::api");
using Json = import "/capnp/compat/json.capnp";

struct Command {
  id @0 :Text;
  # The caller's id, for repeating: the same id with the same content gets the
  # first answer again, with other content it is a conflict. May be empty.
  by @1 :Text;
  # Who asks, for the audit trail; empty: the token's name.
  union {
)";

template <class... Records>
void add_records(codec::schema_writer& to) {
  (to.add_record(type_of(static_cast<const Records*>(nullptr))), ...);
}

}  // namespace

std::string api_schema() {
  codec::schema_writer out(codec::layout_for::api);
  out.add(head);
  unsigned next = first_command_ordinal;
  for (const auto& each : command_kinds()) {
    for (; next < each.ordinal; ++next) {
      const auto number = std::to_string(next);
      out.add("    unused" + number + " @" + number + " :Void;\n");
    }
    out.add("    " + std::string(each.name) + " @" + std::to_string(next++) +
            " :" + name_in_schema(each.type()) + ";\n");
  }
  out.add("  }\n}\n");
  for (const auto& each : command_kinds()) out.add_record(each.type());
  // What the interface names besides commands.
  add_records<order_key, order_filter, receipt_answer, problem, order_view,
              shown_event, routing_decision, order_page, sku_stock,
              location_stock, routing_view, engine_stats>(out);
  return out.text();
}

std::string name_in_schema(const fields::type_info& type) {
  return codec::type_word(type.name);
}

}  // namespace oms::api
