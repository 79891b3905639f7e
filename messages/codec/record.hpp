#pragma once

/// Internal to the codec and the API: a record as a Cap'n Proto struct, by its
/// list of fields.
///
/// The layout follows from the list alone, by the rules of Cap'n Proto's own
/// compiler: `record_layout` says where each field stands, `write_fields` and
/// `read_record` walk it. So nothing about a field is said again here, and the
/// schemas of the log and of the API (`schema_writer`) are made of the same
/// layouts. Layouts are constants once they are made, and may be read on any
/// thread.
///
/// Writing throws std::length_error for what is too long; reading throws
/// `malformed` and `kj::Exception`. Reading checks the form and not the rules:
/// what is in the log has happened, and what came over RPC is checked later.
/// What an older record does not have is read as 0, false or nothing; over RPC,
/// as the default of the struct.

#include <capnp/any.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/codec/codec.hpp"
#include "messages/codec/message_writer.hpp"
#include "messages/codec/text_numbers.hpp"
#include "messages/fields/fields.hpp"

namespace oms::codec {

/// What a record is laid out for.
enum class layout_for : std::uint8_t {
  /// An entry of the log. Texts repeat: a record has their numbers, and the
  /// entry has the texts, each once.
  entry,
  /// A record by itself, with its texts inside.
  alone,
  /// RPC: as alone, without what is for the engine alone. What is left out has
  /// the default of the struct, as Cap'n Proto defines it. A word that does not
  /// exist is read as one without a name, and of a list one entry more than it
  /// may have, so that the check of the fields refuses them by their paths.
  api
};

struct record_layout;

/// A record that is stored as one of another type, which takes fewer bytes.
struct stored_form {
  const fields::type_info* type = nullptr;
  /// What is stored of a value, until the next value on this thread; and a new
  /// one to read into.
  const void* (*store)(const void* value) = nullptr;
  std::shared_ptr<void> (*fresh)() = nullptr;
  /// Uses `stored` up.
  void (*restore)(void* stored, void* value) = nullptr;
};

/// A field, an entry of a list, or what an optional value holds.
struct value_layout {
  /// Of `type`, beside what else is needed to write it.
  fields::form as{};
  /// Of data: 0 for 1 bit, to 6 for 64. Of pointers: none.
  std::uint8_t log_bits = 0;
  bool is_pointer = false;
  /// Of a word that does not exist, and of a list that is too long: it is left
  /// to the check of the fields.
  bool is_checked_later = false;
  /// In memory.
  std::uint32_t size = 0;
  const fields::type_info* type = nullptr;
  const stored_form* stored = nullptr;
  /// Of the struct that it is, if it is one. An optional number is a struct of
  /// one.
  const record_layout* record = nullptr;
  /// Of what a list, an optional or a shared value holds.
  std::unique_ptr<value_layout> inner;
  /// Of a list: how many entries it may have.
  std::size_t most = 0;
};

struct field_layout {
  const fields::field_info* field = nullptr;
  /// In memory.
  std::uint32_t offset = 0;
  /// Where it stands: in units of its size in the data, or the number of the
  /// pointer.
  std::uint32_t slot = 0;
  value_layout value;
  /// It has no place here: it is kept apart from the log, or not for the API.
  bool is_left_out = false;
  /// Of data: the default, which the message has in XOR with the value.
  std::uint64_t standard = 0;
  /// Of a text or list: the default, if it is not empty.
  const void* standard_value = nullptr;
};

struct record_layout {
  const fields::type_info* type = nullptr;
  std::uint16_t data_words = 0;
  std::uint16_t pointers = 0;
  /// By ordinal.
  std::vector<field_layout> fields;
};

/// Of a record. Each is made once. Throws std::logic_error for a list whose
/// ordinals leave one out, or a type that the log can't have.
[[nodiscard]] const record_layout& layout_of(const fields::type_info& type,
                                             layout_for use);

/// The texts of an entry as they are stored, by their numbers.
class stored_texts {
 public:
  stored_texts(capnp::Data::Reader texts,
               capnp::List<std::uint32_t>::Reader ends)
      : texts_(texts), ends_(ends) {}
  /// Throws `malformed` for a number without a text.
  [[nodiscard]] std::string_view text(std::uint32_t number) const;

 private:
  capnp::Data::Reader texts_;
  capnp::List<std::uint32_t>::Reader ends_;
};

/// Into the struct that begins at `at`. `texts` are those of an entry; others
/// have none.
void write_fields(message_writer& out, message_writer::place at,
                  const record_layout& as, const void* record,
                  text_numbers* texts);
/// `record` is a value of the type with its defaults.
void read_record(capnp::AnyPointer::Reader in, const record_layout& as,
                 void* record, const stored_texts* texts);

/// As a part of another message: into a pointer, or into a struct of generated
/// code, which has the same layout.
void write_record(capnp::AnyPointer::Builder out, const record_layout& as,
                  const void* record);
void write_record(capnp::AnyStruct::Builder out, const record_layout& as,
                  const void* record);
void read_record(capnp::AnyStruct::Reader in, const record_layout& as,
                 void* record);

/// A record by itself, as a message; no bytes if that would be longer than
/// `max_bytes`.
[[nodiscard]] bytes encode_whole(const record_layout& as, const void* record,
                                 std::size_t max_bytes);
template <class Record>
bytes encode_whole(const Record& record, std::size_t max_bytes) {
  return encode_whole(layout_of(type_of(&record), layout_for::alone), &record,
                      max_bytes);
}
/// The same as a part of another message.
template <class Record>
void write_whole(capnp::AnyPointer::Builder out, const Record& record) {
  write_record(out, layout_of(type_of(&record), layout_for::alone), &record);
}
template <class Record>
Record read_whole(capnp::AnyPointer::Reader in) {
  Record record;
  read_record(in, layout_of(type_of(&record), layout_for::alone), &record,
              nullptr);
  return record;
}

}  // namespace oms::codec
