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

bool is_data(const type_info& type, texts_are texts) {
  switch (type.as) {
    case form::whole:
    case form::natural:
    case form::number:
    case form::truth:
    case form::time:
    case form::word:
      return true;
    case form::text:
      return texts == texts_are::numbered;
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

class layouts {
 public:
  const record_layout& of(const type_info& type, texts_are texts) {
    auto& known = known_[{&type, texts}];
    if (!known) known = make(type, texts);
    return *known;
  }

 private:
  std::unique_ptr<record_layout> make(const type_info& type, texts_are texts) {
    auto made = std::make_unique<record_layout>();
    made->type = &type;
    made->texts = texts;
    made->fields.resize(type.count);
    for (std::uint16_t i = 0; i < type.count; ++i) {
      const auto& field = type.fields[i];
      if (field.ordinal >= type.count)
        throw std::logic_error(std::string(type.name) + "." + field.member +
                               ": an ordinal before it is missing");
      auto& at = made->fields.at(field.ordinal);
      at.field = &field;
      at.offset = field.offset;
      at.is_apart = (field.is & fields::apart) != 0;
      if (!at.is_apart) at.value = value_of(field.type(), texts);
    }
    data_section data;
    for (auto& each : made->fields) {
      if (each.is_apart) continue;
      if (each.value.is_pointer)
        each.slot = made->pointers++;
      else
        each.slot = data.place(each.value.log_bits);
    }
    made->data_words = static_cast<std::uint16_t>(data.words());
    return made;
  }

  value_layout value_of(const type_info& type, texts_are texts) {
    value_layout made;
    made.as = type.as;
    made.size = type.size;
    made.type = &type;
    made.is_pointer = !is_data(type, texts);
    if (!made.is_pointer) made.log_bits = log_bits_of(type);
    if (type.as == form::record) {
      made.stored = stored_form_of(type);
      made.record =
          &of(made.stored != nullptr ? *made.stored->type : type, texts);
    }
    if (type.inner != nullptr)
      made.inner =
          std::make_unique<value_layout>(value_of(type.inner(), texts));
    if (type.as == form::list &&
        ((made.inner->log_bits == 0 && !made.inner->is_pointer) ||
         made.inner->stored != nullptr))
      throw std::logic_error("a list with entries that have no layout");
    return made;
  }

  std::map<std::pair<const type_info*, texts_are>,
           std::unique_ptr<record_layout>>
      known_;
};

// --- writing ----------------------------------------------------------------

const std::string& text_in(const void* value) {
  return *static_cast<const std::string*>(value);
}

class record_writer {
 public:
  using place = message_writer::place;

  record_writer(message_writer& out, text_numbers* texts)
      : out_(out), texts_(texts) {}

  void write(place at, const record_layout& as, const void* record) {
    const auto pointers = at + as.data_words;
    const auto* members = static_cast<const char*>(record);
    for (const auto& each : as.fields) {
      if (each.is_apart) continue;
      const void* value = members + each.offset;
      if (each.value.is_pointer)
        write_pointer(pointers + each.slot, each.value, value);
      else
        write_data(at, each.slot, each.value, value);
    }
  }

 private:
  void write_data(place at, std::size_t slot, const value_layout& as,
                  const void* value) {
    out_.put(at, slot, as.log_bits, number_of(as, value));
  }

  template <class Number>
  static std::uint64_t number_in(const void* value) {
    Number number = 0;
    std::memcpy(&number, value, sizeof number);
    return number;
  }

  // As the message has it: a word of one byte in memory has two there.
  [[nodiscard]] std::uint64_t number_of(const value_layout& as,
                                        const void* value) {
    if (as.as == form::text) return texts_->number_of(text_in(value));
    switch (as.size) {
      case 1:
        return number_in<std::uint8_t>(value);
      case 4:
        return number_in<std::uint32_t>(value);
      default:
        return number_in<std::uint64_t>(value);
    }
  }

  void write_pointer(place from, const value_layout& as, const void* value) {
    switch (as.as) {
      case form::text:
        if (const auto& text = text_in(value); !text.empty())
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
        write_list(from, *as.inner, *as.type->ops, value);
    }
  }

  // A number has no pointer to be missing: it is a struct of its own.
  void write_held(place from, const value_layout& as, const void* held) {
    if (as.is_pointer)
      write_pointer(from, as, held);
    else
      write_data(out_.add_struct(from, 1, 0), 0, as, held);
  }

  void write_list(place from, const value_layout& as,
                  const fields::container& ops, const void* list) {
    const auto size = ops.size(list);
    if (size == 0) return;
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

class record_reader {
 public:
  explicit record_reader(const stored_texts* texts) : texts_(texts) {}

  void read(capnp::AnyStruct::Reader in, const record_layout& as,
            void* record) const {
    const auto data = in.getDataSection();
    const auto pointers = in.getPointerSection();
    auto* members = static_cast<char*>(record);
    for (const auto& each : as.fields) {
      if (each.is_apart) continue;
      void* value = members + each.field->offset;
      if (!each.value.is_pointer)
        read_data(data, each.slot, each.value, value);
      else if (each.slot < pointers.size())
        read_pointer(pointers[each.slot], each.value, value);
      else
        read_pointer({}, each.value, value);
    }
  }

 private:
  void read_data(kj::ArrayPtr<const kj::byte> data, std::uint32_t slot,
                 const value_layout& as, void* value) const {
    std::uint64_t number = 0;
    if (as.log_bits == 0) {
      if (slot / 8 < data.size()) number = data[slot / 8] >> (slot % 8) & 1U;
    } else {
      const auto bytes = bytes_of_bits(as.log_bits);
      if ((slot + 1) * bytes <= data.size())
        std::memcpy(&number, data.begin() + slot * bytes, bytes);
    }
    set(as, value, number);
  }

  void set(const value_layout& as, void* value, std::uint64_t number) const {
    switch (as.type->as) {
      case form::truth:
        *static_cast<bool*>(value) = number != 0;
        return;
      case form::word:
        // Read as any other word, it would be history rewritten.
        if (number >= as.type->count)
          throw malformed{"an enumeration has a number without a name"};
        break;
      case form::text:
        static_cast<std::string*>(value)->assign(
            texts_->text(static_cast<std::uint32_t>(number)));
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
        if (!in.isNull()) read_list(in, *as.inner, type, value);
    }
  }

  void read_held(capnp::AnyPointer::Reader in, const value_layout& as,
                 void* held) const {
    if (as.is_pointer)
      read_pointer(in, as, held);
    else
      read_data(in.getAs<capnp::AnyStruct>().getDataSection(), 0, as, held);
  }

  void read_list(capnp::AnyPointer::Reader in, const value_layout& as,
                 const type_info& type, void* list) const {
    if (as.type->as == form::record) {
      const auto entries = in.getAs<capnp::AnyList>();
      // Bits, read as records, would be very many of them.
      if (entries.getElementSize() != capnp::ElementSize::INLINE_COMPOSITE)
        throw malformed{"a list has entries of another kind"};
      for (const auto each : entries.as<capnp::List<capnp::AnyStruct>>())
        read(each, *as.record, type.ops->grow(list));
    } else if (as.is_pointer) {
      const auto entries = in.getAs<capnp::AnyList>();
      if (entries.getElementSize() != capnp::ElementSize::POINTER)
        throw malformed{"a list has entries of another kind"};
      for (const auto each : entries.as<capnp::List<capnp::AnyPointer>>())
        read_pointer(each, as, type.ops->grow(list));
    } else if (as.log_bits == 4) {
      read_numbers(in.getAs<capnp::List<std::uint16_t>>(), as, type, list);
    } else if (as.log_bits == 5) {
      read_numbers(in.getAs<capnp::List<std::uint32_t>>(), as, type, list);
    } else {
      read_numbers(in.getAs<capnp::List<std::uint64_t>>(), as, type, list);
    }
  }

  template <class List>
  void read_numbers(List in, const value_layout& as, const type_info& type,
                    void* list) const {
    for (const auto number : in) set(as, type.ops->grow(list), number);
  }

  const stored_texts* texts_;
};

}  // namespace

const record_layout& layout_of(const type_info& type, texts_are texts) {
  static std::mutex mutex;
  static layouts all;
  const std::lock_guard lock(mutex);
  return all.of(type, texts);
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

}  // namespace

bytes encode_whole(const record_layout& as, const void* record,
                   std::size_t max_bytes) {
  try {
    message_writer made(max_bytes);
    write_alone(made, as, record);
    return bytes_of(made);
  } catch (const std::exception&) {
    return {};  // too long, or no memory for it
  }
}

void write_whole(capnp::AnyPointer::Builder out, const record_layout& as,
                 const void* record) {
  message_writer made(limits::max_snapshot_bytes);
  write_alone(made, as, record);
  const auto words = made.words();
  const kj::ArrayPtr<const capnp::word> segment(
      reinterpret_cast<const capnp::word*>(words.data()), words.size());
  capnp::ReaderOptions options;
  options.traversalLimitInWords = segment.size() + 64;
  capnp::SegmentArrayMessageReader reader({&segment, 1}, options);
  out.set(reader.getRoot<capnp::AnyPointer>());
}

void read_record(capnp::AnyPointer::Reader in, const record_layout& as,
                 void* record, const stored_texts* texts) {
  record_reader(texts).read(in.getAs<capnp::AnyStruct>(), as, record);
}

}  // namespace oms::codec
