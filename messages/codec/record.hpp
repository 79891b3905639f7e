#pragma once

/// Internal to the codec: a record as a Cap'n Proto struct, by its list of
/// fields.
///
/// The layout follows from the list alone, by the rules of Cap'n Proto's own
/// compiler: `record_layout` says where each field stands, `write_fields` and
/// `read_record` walk it. So nothing about a field is said again here, and the
/// schema of the log (`schema_text`, docs/log.capnp) is made of the same
/// layouts. Layouts are constants once they are made, and may be read on any
/// thread.
///
/// Texts repeat: a record has the numbers of its texts, and the entry of the
/// log has the texts, each once. A record that stands alone has the texts
/// themselves (`texts_are::inside`).
///
/// Writing throws std::length_error for what is too long; reading throws
/// `malformed` and `kj::Exception`. Reading checks
/// the form and not the rules: what is in the log has happened. What an older
/// record does not have is read as 0, false or nothing.

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

enum class texts_are : std::uint8_t { numbered, inside };

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
  /// In memory.
  std::uint32_t size = 0;
  const fields::type_info* type = nullptr;
  const stored_form* stored = nullptr;
  /// Of the struct that it is, if it is one. An optional number is a struct of
  /// one.
  const record_layout* record = nullptr;
  /// Of what a list, an optional or a shared value holds.
  std::unique_ptr<value_layout> inner;
};

struct field_layout {
  const fields::field_info* field = nullptr;
  /// In memory.
  std::uint32_t offset = 0;
  /// Where it stands: in units of its size in the data, or the number of the
  /// pointer.
  std::uint32_t slot = 0;
  value_layout value;
  /// Kept beside the log, and never in it.
  bool is_apart = false;
};

struct record_layout {
  const fields::type_info* type = nullptr;
  texts_are texts = texts_are::numbered;
  std::uint16_t data_words = 0;
  std::uint16_t pointers = 0;
  /// By ordinal.
  std::vector<field_layout> fields;
};

/// Of a record. Each is made once. Throws std::logic_error for a list whose
/// ordinals leave one out, or a type that the log can't have.
[[nodiscard]] const record_layout& layout_of(const fields::type_info& type,
                                             texts_are texts);

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

/// Into the struct that begins at `at`. `texts` is not used by a record with
/// its texts inside.
void write_fields(message_writer& out, message_writer::place at,
                  const record_layout& as, const void* record,
                  text_numbers* texts);
/// `record` is a value of the type with its defaults.
void read_record(capnp::AnyPointer::Reader in, const record_layout& as,
                 void* record, const stored_texts* texts);

/// A record that stands alone, as a message; no bytes if that would be longer
/// than `max_bytes`. And as a part of another message.
[[nodiscard]] bytes encode_whole(const record_layout& as, const void* record,
                                 std::size_t max_bytes);
void write_whole(capnp::AnyPointer::Builder out, const record_layout& as,
                 const void* record);

template <class Record>
bytes encode_whole(const Record& record, std::size_t max_bytes) {
  return encode_whole(layout_of(type_of(&record), texts_are::inside), &record,
                      max_bytes);
}
template <class Record>
void write_whole(capnp::AnyPointer::Builder out, const Record& record) {
  write_whole(out, layout_of(type_of(&record), texts_are::inside), &record);
}
template <class Record>
Record read_whole(capnp::AnyPointer::Reader in) {
  Record record;
  read_record(in, layout_of(type_of(&record), texts_are::inside), &record,
              nullptr);
  return record;
}

}  // namespace oms::codec
