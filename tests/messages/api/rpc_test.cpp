/// Records over RPC: what the layouts write and read is what Cap'n Proto's own
/// code makes of the schema.

#include "messages/api/rpc.hpp"

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <gmock/gmock.h>

#include <span>
#include <stdexcept>
#include <string>
#include <variant>

#include "messages/api/commands.hpp"
#include "messages/fields/object.hpp"
#include "messages/limits.hpp"
#include "messages/network_views.hpp"
#include "messages/views.hpp"
#include "tests/messages/sample_events.hpp"

namespace oms::api {
namespace {

using fields::form;
using fields::type_info;

constexpr int values_of_each = 200;

// --- a record, made by Cap'n Proto ------------------------------------------

capnp::DynamicValue::Reader simple(const type_info& type, const void* value,
                                   capnp::Type as) {
  switch (type.as) {
    case form::truth:
      return fields::as<bool>(value);
    case form::word:
      return capnp::DynamicEnum(as.asEnum(), fields::as<std::uint8_t>(value));
    case form::natural:
      return fields::as<std::uint64_t>(value);
    case form::number:
      return fields::as<double>(value);
    case form::date:
      return fields::as<date>(value).time_since_epoch().count();
    case form::text: {
      const auto& text = fields::as<std::string>(value);
      return capnp::Text::Reader(text.data(), text.size());
    }
    default:
      return fields::whole_of(type, value);
  }
}

void fill(capnp::DynamicStruct::Builder out, const type_info& type,
          const void* record);

void fill_list(capnp::DynamicList::Builder out, const type_info& type,
               const void* list) {
  const auto& inner = type.inner();
  const auto* entry = static_cast<const char*>(type.ops->get(list));
  for (unsigned i = 0; i < out.size(); ++i, entry += inner.size) {
    if (inner.as == form::record)
      fill(out[i].as<capnp::DynamicStruct>(), inner, entry);
    else if (inner.as == form::text && fields::as<std::string>(entry).empty())
      continue;
    else if (inner.as != form::list)
      out.set(i, simple(inner, entry, out.getSchema().getElementType()));
    else if (const auto size = inner.ops->size(entry); size > 0)
      fill_list(
          out.init(i, static_cast<unsigned>(size)).as<capnp::DynamicList>(),
          inner, entry);
  }
}

/// `tells_empty`: an empty value is not the same as none.
void set(capnp::DynamicStruct::Builder out, capnp::StructSchema::Field field,
         const type_info& type, const void* value, bool tells_empty) {
  const auto as = field.getType();
  switch (type.as) {
    case form::record:
      return fill(out.init(field).as<capnp::DynamicStruct>(), type, value);
    case form::optional: {
      const auto& inner = type.inner();
      const auto* held = type.ops->get(value);
      if (held == nullptr) return;
      if (as.isStruct() && inner.as != form::record) {
        auto box = out.init(field).as<capnp::DynamicStruct>();
        return set(box, box.getSchema().getFields()[0], inner, held, false);
      }
      return set(out, field, inner, held, true);
    }
    case form::shared:
      return set(out, field, type.inner(), type.ops->get(value), false);
    case form::list:
      if (const auto size = type.ops->size(value); tells_empty || size > 0)
        fill_list(out.init(field, static_cast<unsigned>(size))
                      .as<capnp::DynamicList>(),
                  type, value);
      return;
    case form::text:
      if (!tells_empty && fields::as<std::string>(value).empty()) return;
      [[fallthrough]];
    default:
      out.set(field, simple(type, value, as));
  }
}

void fill(capnp::DynamicStruct::Builder out, const type_info& type,
          const void* record) {
  for (const auto& each : std::span(type.fields, type.count)) {
    const auto field = out.getSchema().getFields()[each.ordinal];
    EXPECT_EQ(field.getType().isVoid(), (each.is & fields::internal) != 0)
        << type.name << "." << each.member;
    if (field.getType().isVoid()) continue;
    const bool has_default = field.getProto().getSlot().getHadExplicitDefault();
    set(out, field, each.type(), static_cast<const char*>(record) + each.offset,
        has_default);
  }
}

// --- comparing --------------------------------------------------------------

std::string canonical(capnp::AnyStruct::Reader in) {
  const auto words = in.canonicalize();
  const auto chars = words.asBytes().asChars();
  return {chars.begin(), chars.size()};
}

const codec::record_layout& layout_of(const type_info& type) {
  return codec::layout_of(type, codec::layout_for::api);
}

std::string written(const type_info& type, const void* record) {
  capnp::MallocMessageBuilder message;
  const auto& as = layout_of(type);
  auto root = message.initRoot<capnp::AnyPointer>();
  codec::write_record(root, as, record);
  return canonical(root.asReader().getAs<capnp::AnyStruct>());
}

/// What is longer is read no further than its check needs.
void shorten(const codec::value_layout& as, void* value) {
  if (as.type->as == form::list && as.type->ops->size(value) > as.most)
    as.type->ops->clear(value);
  if (as.type->as == form::optional)
    if (as.type->ops->get(value) != nullptr)
      shorten(*as.inner, as.type->ops->emplace(value, true));
  if (as.type->as == form::record)
    for (const auto& each : as.record->fields)
      if (!each.is_left_out)
        shorten(each.value, static_cast<char*>(value) + each.field->offset);
}

/// Compares values of a record. `make` gives another one each time.
template <class Make>
void compare(const type_info& type, capnp::StructSchema schema, Make make) {
  for (int i = 0; i < values_of_each; ++i) {
    void* record = make();
    for (const auto& each : layout_of(type).fields)
      if (!each.is_left_out)
        shorten(each.value, static_cast<char*>(record) + each.field->offset);
    capnp::MallocMessageBuilder message;
    auto theirs = message.initRoot<capnp::DynamicStruct>(schema);
    fill(theirs, type, record);
    const auto ours = written(type, record);
    ASSERT_TRUE(ours == canonical(theirs.asReader())) << type.name;

    void* read = make();
    codec::read_record(capnp::AnyStruct::Reader(theirs.asReader()),
                       layout_of(type), read);
    ASSERT_TRUE(ours == written(type, read)) << type.name;
  }
}

template <class Struct, class Record>
void compare_all() {
  samples::generator random(17);
  Record record;
  compare(type_of(&record), capnp::Schema::from<Struct>(), [&]() -> void* {
    random.fill(type_of(&record), &record);
    return &record;
  });
}

template <class Struct, class Record>
void expect_defaults() {
  const Record fresh{};
  const auto read_empty = api::read<Record>(typename Struct::Reader());
  EXPECT_TRUE(written(type_of(&fresh), &fresh) ==
              written(type_of(&fresh), &read_empty))
      << type_of(&fresh).name;
}

template <class Struct, class Record>
void expect_alike() {
  compare_all<Struct, Record>();
  expect_defaults<Struct, Record>();
}

TEST(RpcRecords, what_is_shown_is_what_cap_n_proto_makes_of_the_schema) {
  expect_alike<OrderView, order_view>();
  expect_alike<OrderList, order_page>();
  expect_alike<SkuStock, sku_stock>();
  expect_alike<LocationStock, location_stock>();
  expect_alike<RoutingView, routing_view>();
  expect_alike<Stats, engine_stats>();
  expect_alike<DecisionView, routing_decision>();
  expect_alike<Event, shown_event>();
  expect_alike<CommandReceipt, receipt_answer>();
  expect_alike<Problem, problem>();
  expect_alike<OrderKey, order_key>();
  expect_alike<OrderFilter, order_filter>();
}

TEST(RpcRecords, commands_are_what_cap_n_proto_makes_of_the_schema) {
  samples::generator random(23);
  const auto fields = capnp::Schema::from<Command>().getUnionFields();
  ASSERT_EQ(fields.size(), std::variant_size_v<command_variant>);
  for (const auto& kind : command_kinds()) {
    const auto field = capnp::Schema::from<Command>().getFieldByName(kind.name);
    EXPECT_EQ(field.getProto().getDiscriminantValue() + first_command_ordinal,
              kind.ordinal);
    command_body body;
    compare(kind.type(), field.getType().asStruct(), [&] {
      void* record = kind.record(body.become(kind.index));
      random.fill(kind.type(), record);
      return record;
    });
  }
}

// By way of the classes that capnp generates, and not of its dynamic ones.
TEST(RpcRecords, a_command_is_set_in_the_union) {
  for (const auto& kind : command_kinds()) {
    command one{{}, actor_name("Ann"), "c1"};
    one.body.become(kind.index);
    capnp::MallocMessageBuilder message;
    auto out = message.initRoot<Command>();
    write(out, one);
    KJ_IF_MAYBE (which, capnp::toDynamic(out).which())
      EXPECT_STREQ(which->getProto().getName().cStr(), kind.name);
    else
      ADD_FAILURE() << kind.name;
    EXPECT_STREQ(out.getBy().cStr(), "Ann");
    EXPECT_STREQ(out.getId().cStr(), "c1");
  }
}

TEST(RpcRecords, an_order_is_read_as_it_was_set) {
  capnp::MallocMessageBuilder message;
  auto out = message.initRoot<Command>();
  auto order = out.initPlace();
  order.initOrder().setId("SO-1");
  order.initPersonal().setCustomerName("Ann");
  auto body = order.initBody();
  body.setPolicy(ShippingPolicy::SHIP_COMPLETE);
  body.initPlacedAt().setValue(0);
  body.initShipTo().initPosition().setLongitude(13.4);
  auto line = body.initLines(1)[0];
  line.setLine("1");
  line.setSku("A");
  line.setQuantity(2);
  const auto read = read_command(out.asReader());
  ASSERT_TRUE(read) << read.failure().message;
  const auto& placed = std::get<place_order>(read->body);
  EXPECT_EQ(placed.order.id, order_id("SO-1"));
  EXPECT_EQ(placed.personal.customer_name, "Ann");
  EXPECT_EQ(placed.body.policy, shipping_policy::ship_complete);
  EXPECT_EQ(placed.body.placed_at, timestamp{});
  EXPECT_EQ(placed.body.ship_to.position, (coordinates{0, 13.4}));
  EXPECT_EQ(placed.body.lines.at(0).units, quantity{2});
  EXPECT_EQ(placed.body.currency, "USD");
  EXPECT_FALSE(placed.body.payment);
}

TEST(RpcRecords, what_is_left_out_is_told_from_what_is_empty) {
  capnp::MallocMessageBuilder message;
  auto order = message.initRoot<Order>();
  order.initBody().setCurrency("");
  EXPECT_EQ(api::read<place_order>(order.asReader()).body.currency, "");
  auto cancellation = message.initRoot<Cancellation>();
  EXPECT_FALSE(api::read<cancel_order>(cancellation.asReader()).lines);
  cancellation.initLines(0);
  const auto read = api::read<cancel_order>(cancellation.asReader());
  ASSERT_TRUE(read.lines);
  EXPECT_TRUE(read.lines->empty());
  write(message.initRoot<Cancellation>(), read);
  EXPECT_TRUE(message.getRoot<Cancellation>().hasLines());
}

// What selects work by its source is for those who embed the engine.
TEST(RpcRecords, what_is_for_the_engine_alone_is_not_written) {
  command_body body = work_fulfillment{.order = {{}, order_id("SO-1")},
                                       .fulfillment = fulfillment_id("1"),
                                       .source = "NYC"};
  capnp::MallocMessageBuilder message;
  auto out = message.initRoot<Command>();
  write(out, command{body, {}, {}});
  const auto read = read_command(out.asReader());
  ASSERT_TRUE(read) << read.failure().message;
  const auto& work = std::get<work_fulfillment>(read->body);
  EXPECT_EQ(work.fulfillment, fulfillment_id("1"));
  EXPECT_EQ(work.source, "");
}

TEST(RpcRecords, a_struct_of_another_list_is_refused) {
  capnp::MallocMessageBuilder message;
  EXPECT_THROW(write(message.initRoot<Order>(), engine_stats{}),
               std::logic_error);
}

TEST(RpcRecords, a_list_that_is_too_long_is_read_to_its_limit) {
  capnp::MallocMessageBuilder message;
  auto in = message.initRoot<Cancellation>();
  in.initLines(limits::max_order_lines + 100);
  const auto read = api::read<cancel_order>(in.asReader());
  EXPECT_EQ(read.lines->size(), limits::max_order_lines + 1);
}

}  // namespace
}  // namespace oms::api
