#pragma once

/// Internal to the API: records, commands and answers as RPC has them.
///
/// A struct of messages/api/api.capnp is made of the same list of fields as the
/// record, so one function reads all of them and one writes them. Reading
/// checks nothing but the form: a record may have any number, text or word that
/// was sent, and of a list that is too long it has one entry more than it may
/// have, until its fields are checked (fields/check.hpp). `read_command` and
/// `read_order` check them: a command that is wrong is `invalid`, with every
/// fault named by its path. The functions may be called on any thread.

#include <capnp/any.h>
#include <capnp/schema.h>

#include <vector>

#include "messages/api/answers.hpp"
#include "messages/api/rpc.capnp.h"
#include "messages/codec/record.hpp"
#include "messages/commands.hpp"
#include "messages/order_list.hpp"

namespace oms::api {

/// Of a record that is written as this struct. Throws std::logic_error if the
/// struct was made of another list.
[[nodiscard]] const codec::record_layout& layout_as(
    const fields::type_info& type, capnp::StructSchema schema);

template <class Builder, class Record>
void write(Builder out, const Record& in) {
  static const auto& as =
      layout_as(type_of(&in), capnp::Schema::from<typename Builder::Builds>());
  codec::write_record(capnp::toAny(kj::mv(out)), as, &in);
}

template <class Builder, class Record>
void write(Builder out, const std::vector<Record>& in) {
  for (unsigned i = 0; i < in.size(); ++i) write(out[i], in[i]);
}

/// Throws kj::Exception and `codec::malformed`.
template <class Record, class Reader>
Record read(Reader in) {
  Record record;
  static const auto& as = layout_as(
      type_of(&record), capnp::Schema::from<typename Reader::Reads>());
  codec::read_record(capnp::toAny(in), as, &record);
  return record;
}

/// A command or order that names no brand gets the empty one; the caller puts
/// the token's there.
[[nodiscard]] result<command> read_command(Command::Reader in);
[[nodiscard]] result<command_body> read_order(Order::Reader in);
/// `invalid` for ids, times and words that no order can have.
[[nodiscard]] result<order_filter> read_filter(OrderFilter::Reader in);

/// As a client sends it.
void write(Command::Builder out, const command& in);
void write(Answer::Builder out, const answer& in);
void write(Problem::Builder out, const error& in);

}  // namespace oms::api
