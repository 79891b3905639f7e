#pragma once

/// Lists of fields: what the program knows about its own types, as data.
///
/// Purpose: `OMS_FIELDS` beside a struct is the one place that names its
/// fields. It makes a constant table; JSON both ways, checks and the OpenAPI
/// document are functions that walk that table, each compiled once and not once
/// per type. Here a list only declares its table and costs nothing to compile;
/// the sources of messages/fields/ that include define.hpp make the tables.
/// Tables are constants, and may be read on any thread.
///
///     OMS_FIELDS(order_line, "OrderLine", "",
///                OMS_FIELD(line, 0, .is = required, .doc = "Unique."),
///                OMS_FIELD(units, 1, .json = "quantity", .least = 1));
///
/// An entry names the member, or a member of a member (`key.id`); its ordinal,
/// which is never used again once it is written here; and what differs from the
/// defaults: the JSON key is the member in camelCase, limits come with the
/// type. A key with a dot puts the field into an object of that name:
/// "customer.name". The fields of a `flat` record appear in the enclosing
/// object, or in the object that its key names; a key of the enclosing object
/// replaces the record's key of the same name.

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace oms::fields {

/// How the bytes of a value are to be taken.
enum class form : std::uint8_t {
  text,      ///< std::string, or a struct with nothing else in it
  whole,     ///< a signed number of `size` bytes, or a struct of one
  natural,   ///< std::uint64_t
  number,    ///< double
  truth,     ///< bool
  time,      ///< microseconds UTC since 1970
  date,      ///< days since 1970
  word,      ///< an enumeration of one byte
  record,    ///< a struct with a list of fields
  list,      ///< std::vector
  optional,  ///< std::optional
  shared     ///< shared_value
};

/// What a field is beside its type.
enum flags : std::uint16_t {
  none = 0,
  /// An id that must not be empty, an optional value that must be there; in
  /// JSON, a key that must be there.
  required = 1,
  /// Required of an HTTP PUT alone, where it replaces all settings: what is
  /// left out by mistake would be lost. Elsewhere it takes its default.
  required_in_put = 2,
  /// Its fields appear in the enclosing object.
  flat = 4,
  /// Said by the path of a request and not by its body.
  in_path = 8,
  /// A text, or a list of texts, that names something.
  identifier = 16,
  /// An empty text, a list without entries, 0 and the first word are left out
  /// where it is shown. (Other empty values are shown, so that no reader must
  /// know defaults.)
  unless_empty = 32,
  /// For the engine and those who embed it: neither in JSON nor over RPC.
  internal = 64,
  /// A key that must be there in JSON. Elsewhere the engine finds a value.
  required_in_json = 128,
  /// Kept in a record beside the log, which can be erased; never in the log.
  apart = 256,
  /// Of an optional value: a JSON `null` says that it is to be emptied; without
  /// this flag it counts as left out.
  null_clears = 512,
  /// A time of which only the date counts, in UTC: in JSON it is a date.
  as_date = 1024,
  /// A list whose order says nothing: two that differ in it are one state.
  any_order = 2048,
  /// In JSON, one of the keys of its record that have this flag must be there.
  one_required = 4096,
  /// A key that must be there in JSON unless the key `lines` is, which says the
  /// same for many.
  unless_lines = 8192
};

struct type_info;
struct object;

/// Containers: the steps that depend on the C++ type.
struct container {
  std::size_t (*size)(const void*) = nullptr;
  /// The first value of a list; what an optional or shared value holds, or
  /// null.
  const void* (*get)(const void*) = nullptr;
  void (*clear)(void*) = nullptr;
  /// Adds one at the end of a list.
  void* (*grow)(void*) = nullptr;
  /// An empty value in an optional, unless `keep` and there is one; a new value
  /// of its own in a shared one.
  void* (*emplace)(void*, bool keep) = nullptr;
};

struct field_info {
  const char* member;
  std::uint32_t offset;
  std::uint16_t ordinal;
  const type_info& (*type)();
  void (*copy)(void* to, const void* from);
  // What the list says. Without `json`, the key is the member in camelCase.
  const char* json = nullptr;
  std::uint16_t is = none;
  /// Of a number, or entries of a list, or bytes of a text. Without: the
  /// type's.
  std::int64_t least = unset;
  std::int64_t most = unset;
  const char* doc = nullptr;
  /// The name of the schema of the object that a dotted key makes; without, the
  /// key with a capital.
  const char* group = nullptr;
  /// The key of the same object that it comes before, in an order that people
  /// like to read; without, it comes last.
  const char* before = nullptr;

  static constexpr std::int64_t unset = INT64_MIN;
};

struct type_info {
  form as;
  std::uint32_t size = 0;
  /// Of a record: its schema, as in the OpenAPI document. Of a word: its type.
  const char* name = nullptr;
  const char* doc = nullptr;
  std::int64_t least = field_info::unset;
  std::int64_t most = field_info::unset;
  /// Of a text: it is an id.
  bool is_id = false;
  /// Of a list whose entries are a key and a text: in JSON it is an object.
  bool is_map = false;
  const field_info* fields = nullptr;
  std::uint16_t count = 0;
  /// Of a word: its names, by number.
  const char* const* words = nullptr;
  /// Of a list, an optional and a shared value: what it holds.
  const type_info& (*inner)() = nullptr;
  const container* ops = nullptr;
  /// Of a record: a value with the default of every member.
  const void* (*fresh)() = nullptr;
  /// Of a record: how it is in JSON, made at the first use.
  std::atomic<const object*>* as_object = nullptr;
};

}  // namespace oms::fields

#define OMS_DECLARE_FIELDS(T) const ::oms::fields::type_info& type_of(const T*)

#define OMS_FIELDS(T, NAME, DOC, ...) OMS_DECLARE_FIELDS(T)
/// Of a struct that says all by being there.
#define OMS_NO_FIELDS(T, NAME, DOC) OMS_DECLARE_FIELDS(T)
/// One of several lists of a struct, of some of its fields: `FUNCTION()`.
#define OMS_SOME_FIELDS(FUNCTION, T, NAME, DOC, ...) \
  const ::oms::fields::type_info& FUNCTION()
/// The names of an enumeration, by number.
#define OMS_WORDS(T, LAST, ...) OMS_DECLARE_FIELDS(T)
