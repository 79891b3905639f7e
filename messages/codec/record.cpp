#include "messages/codec/record.hpp"

#include <array>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "messages/codec/logged_decision.hpp"
#include "messages/codec/message.hpp"
#include "messages/fields/limits.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

namespace {

using fields::field_info;
using fields::form;
using fields::type_info;

// --- layouts ----------------------------------------------------------------

std::uint8_t log_bits_of(const type_info& type) {
  switch (type.as) {
    case form::truth:
      return 0;
    case form::word:
      return 4;
    case form::text:
    case form::date:
      return 5;
    case form::whole:
      return type.size == 4 ? 5 : 6;
    default:
      return 6;
  }
}

std::size_t bytes_of_bits(std::uint8_t log_bits) {
  return std::size_t{1} << (log_bits - 3U);
}

bool is_data(const type_info& type, layout_for use) {
  switch (type.as) {
    case form::whole:
    case form::natural:
    case form::number:
    case form::truth:
    case form::time:
    case form::date:
    case form::word:
      return true;
    case form::text:
      return use == layout_for::entry;
    default:
      return false;
  }
}

/// Gives each field the place that Cap'n Proto's compiler gives it: the
/// smallest gap that an earlier field has left, or a new word.
class data_section {
 public:
  std::uint32_t place(std::uint8_t log_bits) {
    if (const auto gap = gap_for(log_bits)) return *gap;
    const auto slot = words_ << (6U - log_bits);
    ++words_;
    leave(log_bits, slot + 1);
    return slot;
  }
  [[nodiscard]] std::uint32_t words() const { return words_; }

 private:
  // There is at most one gap of each size: 0 stands for none, since no gap
  // begins a word.
  std::optional<std::uint32_t> gap_for(std::uint8_t log_bits) {
    if (log_bits >= gaps_.size()) return std::nullopt;
    if (const auto gap = std::exchange(gaps_.at(log_bits), 0); gap != 0)
      return gap;
    const auto larger = gap_for(log_bits + 1);
    if (!larger) return std::nullopt;
    gaps_.at(log_bits) = *larger * 2 + 1;
    return *larger * 2;
  }
  void leave(std::uint8_t log_bits, std::uint32_t from) {
    for (; log_bits < gaps_.size(); ++log_bits, from = (from + 1) / 2)
      gaps_.at(log_bits) = from;
  }

  std::uint32_t words_ = 0;
  std::array<std::uint32_t, 6> gaps_{};
};

const stored_form* stored_form_of(const type_info& type) {
  static const stored_form decision{
      .type = &type_of(static_cast<const logged_decision*>(nullptr)),
      .store = [](const void* value) -> const void* {
        // Its lists and texts keep their memory from decision to decision.
        thread_local logged_decision stored;
        to_logged(*static_cast<const routing_decision*>(value), stored);
        return &stored;
      },
      .fresh = []() -> std::shared_ptr<void> {
        return std::make_shared<logged_decision>();
      },
      .restore =
          [](void* stored, void* value) {
            *static_cast<routing_decision*>(value) =
                from_logged(std::move(*static_cast<logged_decision*>(stored)));
          }};
  const auto& decided = type_of(static_cast<const routing_decision*>(nullptr));
  return &type == &decided ? &decision : nullptr;
}

bool is_left_out(const field_info& field, layout_for use) {
  const auto why = use == layout_for::api ? fields::internal : fields::apart;
  return (field.is & why) != 0;
}

const std::string& text_in(const void* value) {
  return *static_cast<const std::string*>(value);
}

template <class Number>
std::uint64_t number_at(const void* value) {
  Number number = 0;
  std::memcpy(&number, value, sizeof number);
  return number;
}

/// As a message has it: a word of one byte in memory has two there, and a date
/// of eight has four. Not of texts.
std::uint64_t number_in(const value_layout& as, const void* value) {
  if (as.as == form::date)
    return static_cast<std::uint32_t>(
        static_cast<const date*>(value)->time_since_epoch().count());
  switch (as.size) {
    case 1:
      return *static_cast<const std::uint8_t*>(value);
    case 4:
      return number_at<std::uint32_t>(value);
    default:
      return number_at<std::uint64_t>(value);
  }
}

class layouts {
 public:
  const record_layout& of(const type_info& type, layout_for use) {
    auto& known = known_[{&type, use}];
    if (!known) known = make(type, use);
    return *known;
  }

 private:
  std::unique_ptr<record_layout> make(const type_info& type, layout_for use) {
    auto made = std::make_unique<record_layout>();
    made->type = &type;
    made->fields.resize(type.count);
    for (std::uint16_t i = 0; i < type.count; ++i) {
      const auto& field = type.fields[i];
      if (field.ordinal >= type.count)
        throw std::logic_error(std::string(type.name) + "." + field.member +
                               ": an ordinal before it is missing");
      auto& at = made->fields.at(field.ordinal);
      at.field = &field;
      at.offset = field.offset;
      at.is_left_out = is_left_out(field, use);
      if (!at.is_left_out) at.value = value_of(field.type(), use, &field);
    }
    data_section data;
    for (auto& each : made->fields) {
      if (each.is_left_out) continue;
      if (each.value.is_pointer)
        each.slot = made->pointers++;
      else
        each.slot = data.place(each.value.log_bits);
      if (use == layout_for::api) add_default(each, type.fresh());
    }
    made->data_words = static_cast<std::uint16_t>(data.words());
    return made;
  }

  // Of a field that is a record, the list of that record has the defaults.
  static void add_default(field_layout& of, const void* fresh) {
    const auto* value = static_cast<const char*>(fresh) + of.field->offset;
    const auto& type = *of.value.type;
    if (!of.value.is_pointer) {
      of.standard = number_in(of.value, value);
      return;
    }
    if ((type.as == form::text && !text_in(value).empty()) ||
        (type.as == form::list && type.ops->size(value) > 0))
      of.standard_value = value;
    if (type.as == form::optional && type.ops->get(value) != nullptr)
      throw std::logic_error(std::string(of.field->member) +
                             ": an optional value is there by default");
  }

  // `field` is that of the value, or null of what is in a list, whose limit is
  // that of its type.
  value_layout value_of(const type_info& type, layout_for use,
                        const field_info* field) {
    value_layout made;
    made.as = type.as;
    made.size = type.size;
    made.type = &type;
    made.is_pointer = !is_data(type, use);
    if (!made.is_pointer) made.log_bits = log_bits_of(type);
    made.is_checked_later = use == layout_for::api;
    if (type.as == form::record) {
      if (use != layout_for::api) made.stored = stored_form_of(type);
      made.record =
          &of(made.stored != nullptr ? *made.stored->type : type, use);
    }
    if (type.as == form::list)
      made.most = static_cast<std::size_t>(
          field != nullptr ? fields::most_of(type, *field) : type.most);
    if (type.inner != nullptr)
      made.inner = std::make_unique<value_layout>(
          value_of(type.inner(), use, type.as == form::list ? nullptr : field));
    if (type.as == form::list &&
        ((made.inner->log_bits == 0 && !made.inner->is_pointer) ||
         made.inner->stored != nullptr))
      throw std::logic_error("a list with entries that have no layout");
    return made;
  }

  std::map<std::pair<const type_info*, layout_for>,
           std::unique_ptr<record_layout>>
      known_;
};

// --- writing ----------------------------------------------------------------

class record_writer {
 public:
  using place = message_writer::place;

  record_writer(message_writer& out, text_numbers* texts)
      : out_(out), texts_(texts) {}

  void write(place at, const record_layout& as, const void* record) {
    const auto pointers = at + as.data_words;
    const auto* members = static_cast<const char*>(record);
    for (const auto& each : as.fields) {
      if (each.is_left_out) continue;
      const void* value = members + each.offset;
      if (each.value.is_pointer)
        write_pointer(pointers + each.slot, each.value, value,
                      each.standard_value != nullptr);
      else
        write_data(at, each.slot, each.value, value, each.standard);
    }
  }

 private:
  void write_data(place at, std::size_t slot, const value_layout& as,
                  const void* value, std::uint64_t standard = 0) {
    const auto number = as.as == form::text ? texts_->number_of(text_in(value))
                                            : number_in(as, value);
    out_.put(at, slot, as.log_bits, number ^ standard);
  }

  // An empty text or list is left out, except where the reader would take that
  // for another default, or for no value.
  void write_pointer(place from, const value_layout& as, const void* value,
                     bool tells_empty = false) {
    switch (as.as) {
      case form::text:
        if (const auto& text = text_in(value); tells_empty || !text.empty())
          out_.add_text(from, text);
        return;
      case form::record:
        write(out_.add_struct(from, as.record->data_words, as.record->pointers),
              *as.record,
              as.stored == nullptr ? value : as.stored->store(value));
        return;
      case form::optional:
        if (const auto* held = as.type->ops->get(value))
          write_held(from, *as.inner, held);
        return;
      case form::shared:
        write_pointer(from, *as.inner, as.type->ops->get(value));
        return;
      default:
        if (tells_empty || as.type->ops->size(value) > 0)
          write_list(from, *as.inner, *as.type->ops, value);
    }
  }

  // A number has no pointer to be missing: it is a struct of its own.
  void write_held(place from, const value_layout& as, const void* held) {
    if (as.is_pointer)
      write_pointer(from, as, held, true);
    else
      write_data(out_.add_struct(from, 1, 0), 0, as, held);
  }

  void write_list(place from, const value_layout& as,
                  const fields::container& ops, const void* list) {
    const auto size = ops.size(list);
    const auto* entry = static_cast<const char*>(ops.get(list));
    if (as.as == form::record) {
      const auto& record = *as.record;
      auto at =
          out_.add_structs(from, record.data_words, record.pointers, size);
      const std::size_t words = record.data_words + record.pointers;
      for (std::size_t i = 0; i < size; ++i, entry += as.size, at += words)
        write(at, record, entry);
    } else if (as.is_pointer) {
      const auto at = out_.add_pointers(from, size);
      for (std::size_t i = 0; i < size; ++i, entry += as.size)
        write_pointer(at + i, as, entry);
    } else {
      const auto at = out_.add_numbers(from, as.log_bits, size);
      for (std::size_t i = 0; i < size; ++i, entry += as.size)
        write_data(at, i, as, entry);
    }
  }

  message_writer& out_;
  text_numbers* texts_;
};

// --- reading ----------------------------------------------------------------

/// A word that no enumeration has.
constexpr std::uint64_t no_word = 255;

class record_reader {
 public:
  explicit record_reader(const stored_texts* texts) : texts_(texts) {}

  void read(capnp::AnyStruct::Reader in, const record_layout& as,
            void* record) const {
    const auto data = in.getDataSection();
    const auto pointers = in.getPointerSection();
    auto* members = static_cast<char*>(record);
    for (const auto& each : as.fields) {
      if (each.is_left_out) continue;
      void* value = members + each.field->offset;
      if (!each.value.is_pointer) {
        read_data(data, each.slot, each.value, value, each.standard);
        continue;
      }
      const auto pointer = each.slot < pointers.size()
                               ? capnp::AnyPointer::Reader(pointers[each.slot])
                               : capnp::AnyPointer::Reader();
      if (each.standard_value != nullptr && pointer.isNull())
        each.field->copy(value, each.standard_value);
      else
        read_pointer(pointer, each.value, value);
    }
  }

 private:
  void read_data(kj::ArrayPtr<const kj::byte> data, std::uint32_t slot,
                 const value_layout& as, void* value,
                 std::uint64_t standard) const {
    std::uint64_t number = 0;
    if (as.log_bits == 0) {
      if (slot / 8 < data.size()) number = data[slot / 8] >> (slot % 8) & 1U;
    } else {
      const auto bytes = bytes_of_bits(as.log_bits);
      if ((slot + 1) * bytes <= data.size())
        std::memcpy(&number, data.begin() + slot * bytes, bytes);
    }
    set(as, value, number ^ standard);
  }

  void set(const value_layout& as, void* value, std::uint64_t number) const {
    switch (as.type->as) {
      case form::truth:
        *static_cast<bool*>(value) = number != 0;
        return;
      case form::word:
        // Read as any other word, it would be history rewritten.
        if (number < as.type->count) break;
        if (!as.is_checked_later)
          throw malformed{"an enumeration has a number without a name"};
        number = no_word;
        break;
      case form::text:
        static_cast<std::string*>(value)->assign(
            texts_->text(static_cast<std::uint32_t>(number)));
        return;
      case form::date:
        *static_cast<date*>(value) =
            date{std::chrono::days{static_cast<std::int32_t>(number)}};
        return;
      default:
        break;
    }
    std::memcpy(value, &number, as.type->size);
  }

  void read_pointer(capnp::AnyPointer::Reader in, const value_layout& as,
                    void* value) const {
    const auto& type = *as.type;
    switch (type.as) {
      case form::text: {
        const auto text = in.getAs<capnp::Text>();
        static_cast<std::string*>(value)->assign(text.begin(), text.size());
        return;
      }
      case form::record: {
        const auto stored = in.getAs<capnp::AnyStruct>();
        if (as.stored == nullptr) {
          read(stored, *as.record, value);
        } else {
          const auto made = as.stored->fresh();
          read(stored, *as.record, made.get());
          as.stored->restore(made.get(), value);
        }
        return;
      }
      case form::optional:
        if (in.isNull())
          type.ops->clear(value);
        else
          read_held(in, *as.inner, type.ops->emplace(value, false));
        return;
      case form::shared:
        read_pointer(in, *as.inner, type.ops->emplace(value, false));
        return;
      default:
        type.ops->clear(value);
        if (!in.isNull()) read_list(in, as, value);
    }
  }

  void read_held(capnp::AnyPointer::Reader in, const value_layout& as,
                 void* held) const {
    if (as.is_pointer)
      read_pointer(in, as, held);
    else
      read_data(in.getAs<capnp::AnyStruct>().getDataSection(), 0, as, held, 0);
  }

  void read_list(capnp::AnyPointer::Reader in, const value_layout& list_as,
                 void* list) const {
    const auto& as = *list_as.inner;
    if (as.type->as == form::record) {
      read_entries<capnp::AnyStruct>(
          in, list_as, list, capnp::ElementSize::INLINE_COMPOSITE,
          [&](capnp::AnyStruct::Reader each, void* entry) {
            read(each, *as.record, entry);
          });
    } else if (as.is_pointer) {
      read_entries<capnp::AnyPointer>(
          in, list_as, list, capnp::ElementSize::POINTER,
          [&](capnp::AnyPointer::Reader each, void* entry) {
            read_pointer(each, as, entry);
          });
    } else if (as.log_bits == 4) {
      read_numbers(in.getAs<capnp::List<std::uint16_t>>(), list_as, list);
    } else if (as.log_bits == 5) {
      read_numbers(in.getAs<capnp::List<std::uint32_t>>(), list_as, list);
    } else {
      read_numbers(in.getAs<capnp::List<std::uint64_t>>(), list_as, list);
    }
  }

  template <class Entry, class Read>
  static void read_entries(capnp::AnyPointer::Reader in, const value_layout& as,
                           void* list, capnp::ElementSize size, Read read_one) {
    const auto entries = in.getAs<capnp::AnyList>();
    if (refused_later(as, entries.size(), list)) return;
    // Bits, read as records, would be very many of them.
    if (entries.getElementSize() != size)
      throw malformed{"a list has entries of another kind"};
    for (const auto each : entries.as<capnp::List<Entry>>())
      read_one(each, as.type->ops->grow(list));
  }

  template <class List>
  void read_numbers(List in, const value_layout& as, void* list) const {
    if (refused_later(as, in.size(), list)) return;
    for (const auto number : in)
      set(*as.inner, as.type->ops->grow(list), number);
  }

  // The sender chooses the size, and entries without fields take no bytes of a
  // message. So a list that is too long gets as many entries as show that.
  static bool refused_later(const value_layout& as, std::size_t size,
                            void* list) {
    if (!as.is_checked_later || size <= as.most) return false;
    for (std::size_t i = 0; i <= as.most; ++i) as.type->ops->grow(list);
    return true;
  }

  const stored_texts* texts_;
};

}  // namespace

const record_layout& layout_of(const type_info& type, layout_for use) {
  static std::mutex mutex;
  static layouts all;
  const std::lock_guard lock(mutex);
  return all.of(type, use);
}

std::string_view stored_texts::text(std::uint32_t number) const {
  if (number == 0) return {};
  if (number > ends_.size()) throw malformed{"a text is missing"};
  const std::size_t from = number == 1 ? 0 : ends_[number - 2];
  const std::size_t to = ends_[number - 1];
  if (from > to || to > texts_.size())
    throw malformed{"a text leaves the texts of the entry"};
  return {reinterpret_cast<const char*>(texts_.begin()) + from, to - from};
}

void write_fields(message_writer& out, message_writer::place at,
                  const record_layout& as, const void* record,
                  text_numbers* texts) {
  record_writer(out, texts).write(at, as, record);
}

namespace {

void write_alone(message_writer& out, const record_layout& as,
                 const void* record) {
  write_fields(out,
               out.add_struct(message_writer::root, as.data_words, as.pointers),
               as, record, nullptr);
}

/// Calls `use` with the record, written as a message of its own.
template <class Use>
void with_written(const record_layout& as, const void* record, Use use) {
  message_writer made(limits::max_snapshot_bytes);
  write_alone(made, as, record);
  const auto words = made.words();
  const kj::ArrayPtr<const capnp::word> segment(
      reinterpret_cast<const capnp::word*>(words.data()), words.size());
  capnp::ReaderOptions options;
  options.traversalLimitInWords = segment.size() * 2 + 64;
  capnp::SegmentArrayMessageReader reader({&segment, 1}, options);
  use(reader.getRoot<capnp::AnyPointer>());
}

}  // namespace

bytes encode_whole(const record_layout& as, const void* record,
                   std::size_t max_bytes) {
  try {
    message_writer made(max_bytes);
    write_alone(made, as, record);
    return bytes_of(made);
  } catch (const std::exception&) {
    return {};  // too long, or out of memory
  }
}

void write_record(capnp::AnyPointer::Builder out, const record_layout& as,
                  const void* record) {
  with_written(as, record,
               [&](capnp::AnyPointer::Reader made) { out.set(made); });
}

void write_record(capnp::AnyStruct::Builder out, const record_layout& as,
                  const void* record) {
  with_written(as, record, [&](capnp::AnyPointer::Reader made) {
    const auto from = made.getAs<capnp::AnyStruct>();
    const auto data = from.getDataSection();
    std::memcpy(out.getDataSection().begin(), data.begin(), data.size());
    const auto pointers = from.getPointerSection();
    auto to = out.getPointerSection();
    for (unsigned i = 0; i < pointers.size(); ++i) to[i].set(pointers[i]);
  });
}

void read_record(capnp::AnyPointer::Reader in, const record_layout& as,
                 void* record, const stored_texts* texts) {
  record_reader(texts).read(in.getAs<capnp::AnyStruct>(), as, record);
}

void read_record(capnp::AnyStruct::Reader in, const record_layout& as,
                 void* record) {
  record_reader(nullptr).read(in, as, record);
}

}  // namespace oms::codec
