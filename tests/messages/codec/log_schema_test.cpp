/// The schema of the log, for other programs: Cap'n Proto reads it the way the
/// codec writes.

#include "messages/codec/log_schema.hpp"

#include <capnp/schema-parser.h>
#include <gtest/gtest.h>
#include <kj/filesystem.h>

#include <string>

#include "messages/codec/record.hpp"
#include "messages/events.hpp"

namespace oms::codec {
namespace {

/// Fields in memory whose places were compared.
std::size_t compare(const record_layout& ours, capnp::StructSchema theirs);

std::size_t compare_inside(const value_layout& ours, capnp::Type theirs) {
  if (ours.record != nullptr && theirs.isStruct())
    return compare(*ours.record, theirs.asStruct());
  if (!ours.inner) return 0;
  return compare_inside(
      *ours.inner, theirs.isList() ? theirs.asList().getElementType() : theirs);
}

std::size_t compare(const record_layout& ours, capnp::StructSchema theirs) {
  const auto node = theirs.getProto().getStruct();
  EXPECT_EQ(ours.data_words, node.getDataWordCount()) << ours.type->name;
  EXPECT_EQ(ours.pointers, node.getPointerCount()) << ours.type->name;
  std::size_t compared = 0;
  for (const auto& each : ours.fields) {
    if (each.is_left_out) continue;
    const auto field = theirs.getFields()[each.field->ordinal];
    EXPECT_EQ(each.slot, field.getProto().getSlot().getOffset())
        << ours.type->name << "." << each.field->member;
    compared += 1 + compare_inside(each.value, field.getType());
  }
  return compared;
}

TEST(log_schema, gives_each_field_the_place_that_the_codec_gives_it) {
  const auto text = log_schema();
  const auto folder = kj::newInMemoryDirectory(kj::nullClock());
  folder->openFile(kj::Path({"log.capnp"}), kj::WriteMode::CREATE)
      ->writeAll(kj::StringPtr(text.c_str(), text.size()));
  capnp::SchemaParser parser;
  const auto file =
      parser.parseFromDirectory(*folder, kj::Path({"log.capnp"}), nullptr);
  const auto event = file.getNested("Event").asStruct();
  EXPECT_EQ(event.getProto().getStruct().getDiscriminantOffset(), 0U);
  ASSERT_EQ(event.getUnionFields().size(), event_kinds);
  std::size_t compared = 0;
  for (unsigned kind = 0; kind < event_kinds; ++kind) {
    const auto field = event.getUnionFields()[kind];
    EXPECT_EQ(field.getProto().getDiscriminantValue(), kind);
    EXPECT_EQ(field.getProto().getSlot().getOffset(), 0U);
    compared += compare(layout_of(type_of_event(kind), layout_for::entry),
                        field.getType().asStruct());
  }
  compared +=
      compare(layout_of(type_of(static_cast<const personal_data*>(nullptr)),
                        layout_for::alone),
              file.getNested("Beside").getNested("PersonalData").asStruct());
  EXPECT_GT(compared, 200U);
}

}  // namespace
}  // namespace oms::codec
