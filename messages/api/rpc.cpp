#include "messages/api/rpc.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "messages/api/api_schema.hpp"
#include "messages/api/commands.hpp"
#include "messages/codec/parts.hpp"
#include "messages/fields/check.hpp"
#include "messages/fields/object.hpp"
#include "messages/text_rules.hpp"

namespace oms::api {

namespace {

using codec::layout_for;
using codec::stored;
using codec::text;

// Runs `work`. Cap'n Proto checks a message while it is read, so that bounds,
// pointers and limits fail in the middle of `work`. That is a fault of the
// sender and of this one command: the rest of the batch is carried out.
template <class T, class Work>
result<T> reading(Work work) {
  try {
    return work();
  } catch (const codec::malformed& failure) {
    return error{error_code::invalid, failure.what, {}};
  } catch (const kj::Exception&) {
    return error{error_code::invalid, "the message can't be read", {}};
  }
}

std::string path_in(const std::string& outer, const std::string& path) {
  return path.empty() ? outer : outer + "." + path;
}

// What the engine would refuse, with the paths of the message.
std::vector<fault> body_faults(const command_body& body) {
  const auto listed = listed_fields_of(body);
  if (listed.type == nullptr) return {};
  return fields::faults_of(*listed.type, listed.record, fields::extent::call);
}

// --- work on a fulfillment --------------------------------------------------

// What the action does not have is refused and not ignored, as over HTTP.
std::vector<fault> faults_beside_action(const work_fulfillment& work) {
  const auto& whole = type_of(&work);
  const auto& action = fields_of(work.action);
  const std::span known(action.fields, action.count);
  std::vector<fault> faults;
  for (const auto& each : std::span(whole.fields, whole.count)) {
    const void* value = reinterpret_cast<const char*>(&work) + each.offset;
    // The action itself is of none of its lists.
    if (value != &work.action && !fields::is_empty(each.type(), value) &&
        std::ranges::find(known, each.offset, &fields::field_info::offset) ==
            known.end())
      faults.push_back({fields::camel_case(each.member), "is not known here"});
  }
  return faults;
}

// A fulfillment is named as orders show it, "ORDER:NUMBER". Split at the last
// colon, since an order's id may contain one and a number has none. So the name
// alone is enough, and an `order` beside it must be the same one.
status take_name_apart(work_fulfillment& work) {
  // Two ids and a colon.
  constexpr std::size_t max_name_bytes = 2 * limits::max_id_bytes + 1;
  const auto name = std::move(work.fulfillment.value);
  // First, because refusals repeat it.
  if (auto fault = fault_of_id(name, max_name_bytes))
    return refused("work.fulfillment", std::move(*fault));
  const auto colon = name.rfind(':');
  // `not_found`, as over HTTP, where the name is part of the path.
  if (colon == std::string::npos || colon == 0 || colon + 1 == name.size())
    return error{error_code::not_found, "there is no fulfillment " + name, {}};
  const order_id order(name.substr(0, colon));
  if (!work.order.id.empty() && work.order.id != order)
    return refused("work.fulfillment", "is of another order than work.order");
  work.order.id = order;
  work.fulfillment = fulfillment_id(name.substr(colon + 1));
  return done{};
}

// --- commands ---------------------------------------------------------------

// Where `Command` has its union: `id` and `by` are pointers, so the number of
// what is set comes first in the data, and what is set is the third pointer.
constexpr unsigned body_pointer = 2;

const codec::record_layout& layout_of(const command_kind& kind) {
  return codec::layout_of(kind.type(), layout_for::api);
}

result<command_body> read_body(Command::Reader in, const command_kind& kind) {
  command_body body;
  auto* record = kind.record(body.become(kind.index));
  const auto pointers = static_cast<capnp::AnyStruct::Reader>(capnp::toAny(in))
                            .getPointerSection();
  const auto sent = pointers.size() > body_pointer
                        ? capnp::AnyPointer::Reader(pointers[body_pointer])
                        : capnp::AnyPointer::Reader();
  codec::read_record(sent, layout_of(kind), record, nullptr);
  if (auto* work = std::get_if<work_fulfillment>(&body)) {
    const auto& actions = type_of(&work->action);
    if (static_cast<unsigned>(work->action) >= actions.count)
      return refused("work.action", "is not a known value");
    if (auto named = take_name_apart(*work); !named) return named.failure();
  }
  return body;
}

}  // namespace

const codec::record_layout& layout_as(const fields::type_info& type,
                                      capnp::StructSchema schema) {
  if (name_in_schema(type) != schema.getShortDisplayName().cStr())
    throw std::logic_error(std::string(type.name) + " is not written as " +
                           schema.getShortDisplayName().cStr());
  return codec::layout_of(type, layout_for::api);
}

result<command> read_command(Command::Reader in) {
  return reading<command>([in]() -> result<command> {
    command read{{}, text<actor_name>(in.getBy()), text(in.getId())};
    std::vector<fault> faults;
    if (auto fault = fault_of_id(read.id))
      faults.push_back({"id", std::move(*fault)});
    if (auto fault = fault_of_id(read.by.value))
      faults.push_back({"by", std::move(*fault)});
    if (!faults.empty()) return refused(std::move(faults));
    const auto* kind =
        command_with(first_command_ordinal + static_cast<unsigned>(in.which()));
    // A later version of the schema may have more.
    if (kind == nullptr)
      return error{error_code::invalid, "the command is not known here", {}};
    auto body = read_body(in, *kind);
    if (!body) return body.failure();
    read.body = std::move(*body);
    faults = body_faults(read.body);
    if (const auto* work = std::get_if<work_fulfillment>(&read.body))
      for (auto& each : faults_beside_action(*work))
        faults.push_back(std::move(each));
    for (auto& each : faults) each.path = path_in(kind->name, each.path);
    if (!faults.empty()) return refused(std::move(faults));
    return read;
  });
}

result<command_body> read_order(Order::Reader in) {
  return reading<command_body>([in]() -> result<command_body> {
    command_body body(read<place_order>(in));
    if (auto faults = body_faults(body); !faults.empty())
      return refused(std::move(faults));
    return body;
  });
}

result<order_filter> read_filter(OrderFilter::Reader in) {
  return reading<order_filter>([in]() -> result<order_filter> {
    auto filter = read<order_filter>(in);
    if (auto faults = fields::faults_of(type_of(&filter), &filter);
        !faults.empty())
      return refused(std::move(faults));
    return filter;
  });
}

void write(Command::Builder out, const command& in) {
  if (!in.id.empty()) out.setId(stored(in.id));
  if (!in.by.empty()) out.setBy(stored(in.by));
  const auto& kind = kind_of(in.body);
  // A copy, which may get other names and whose content is not constant.
  auto body = in.body;
  if (auto* work = std::get_if<work_fulfillment>(&body))
    name_fulfillment(work->order, work->fulfillment);
  capnp::AnyStruct::Builder any = capnp::toAny(out);
  const auto which =
      static_cast<std::uint16_t>(kind.ordinal - first_command_ordinal);
  std::memcpy(any.getDataSection().begin(), &which, sizeof(which));
  codec::write_record(any.getPointerSection()[body_pointer], layout_of(kind),
                      kind.record(const_cast<void*>(body.content())));
}

void write(Answer::Builder out, const answer& in) {
  if (in)
    write(out.initReceipt(), shown(*in));
  else
    write(out.initProblem(), in.failure());
}

void write(Problem::Builder out, const error& in) {
  write(out, problem_of(in));
}

}  // namespace oms::api
