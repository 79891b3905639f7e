#pragma once

/// From here on a list of fields is a table.
///
/// One source per header includes this after the headers that its header needs,
/// and then the header itself. (A needed header that comes later would have its
/// tables twice; the linker says "multiple definition of type_of(...)".)

#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/fields/fields.hpp"
#include "messages/limits.hpp"

// Of messages/ids.hpp and shared_value.hpp, which have lists of their own.
namespace oms {
template <class Tag>
struct text_id;
template <class Tag>
struct amount;
template <class T>
class shared_value;
}  // namespace oms

// The structs are not of standard layout; GCC and Clang know their offsets all
// the same.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace oms::fields {

template <class T>
const type_info& info_of();

// --- simple types -----------------------------------------------------------

inline constexpr type_info text_type{.as = form::text,
                                     .size = sizeof(std::string),
                                     .most = limits::max_text_bytes};
inline constexpr type_info id_type{.as = form::text,
                                   .size = sizeof(std::string),
                                   .most = limits::max_id_bytes,
                                   .is_id = true};
// The same on both sides of 0: these are all that JSON carries exactly.
inline constexpr type_info whole_type{.as = form::whole,
                                      .size = 8,
                                      .least = -limits::max_whole,
                                      .most = limits::max_whole};
inline constexpr type_info small_type{
    .as = form::whole, .size = 4, .least = -INT32_MAX, .most = INT32_MAX};
inline constexpr type_info quantity_type{.as = form::whole,
                                         .size = 8,
                                         .least = 0,
                                         .most = limits::max_quantity_units};
inline constexpr type_info money_type{.as = form::whole,
                                      .size = 8,
                                      .least = 0,
                                      .most = limits::max_money_minor_units};
inline constexpr type_info natural_type{
    .as = form::natural, .size = 8, .least = 0, .most = limits::max_whole};
inline constexpr type_info number_type{.as = form::number,
                                       .size = 8,
                                       .least = -limits::max_whole,
                                       .most = limits::max_whole};
inline constexpr type_info truth_type{.as = form::truth, .size = 1};
inline constexpr type_info time_type{.as = form::time, .size = 8};
static_assert(sizeof(std::chrono::sys_days) == 8);
inline constexpr type_info date_type{.as = form::date, .size = 8};

inline const type_info& type_of(const std::string*) { return text_type; }
inline const type_info& type_of(const std::int64_t*) { return whole_type; }
inline const type_info& type_of(const std::int32_t*) { return small_type; }
inline const type_info& type_of(const std::uint64_t*) { return natural_type; }
inline const type_info& type_of(const double*) { return number_type; }
inline const type_info& type_of(const bool*) { return truth_type; }
inline const type_info& type_of(
    const std::chrono::sys_time<std::chrono::microseconds>*) {
  return time_type;
}
inline const type_info& type_of(const std::chrono::sys_days*) {
  return date_type;
}
inline const type_info& type_of(const std::chrono::microseconds*) {
  return whole_type;
}

// --- containers -------------------------------------------------------------

template <class T>
const type_info& type_of(const std::vector<T>*) {
  using list = std::vector<T>;
  static constexpr container ops{
      .size = [](const void* v) { return static_cast<const list*>(v)->size(); },
      .get = [](const void* v) -> const void* {
        return static_cast<const list*>(v)->data();
      },
      .clear = [](void* v) { static_cast<list*>(v)->clear(); },
      .grow = [](void* v) -> void* {
        return &static_cast<list*>(v)->emplace_back();
      }};
  static constexpr type_info type{.as = form::list,
                                  .size = sizeof(list),
                                  .most = 4'096,
                                  .inner = &info_of<T>,
                                  .ops = &ops};
  return type;
}

template <class T>
const type_info& type_of(const std::optional<T>*) {
  using maybe = std::optional<T>;
  static constexpr container ops{
      .get = [](const void* v) -> const void* {
        const auto& value = *static_cast<const maybe*>(v);
        return value ? &*value : nullptr;
      },
      .clear = [](void* v) { static_cast<maybe*>(v)->reset(); },
      .emplace = [](void* v, bool keep) -> void* {
        auto& value = *static_cast<maybe*>(v);
        return keep && value ? &*value : &value.emplace();
      }};
  static constexpr type_info type{.as = form::optional,
                                  .size = sizeof(maybe),
                                  .inner = &info_of<T>,
                                  .ops = &ops};
  return type;
}

template <class T>
const type_info& type_of(const shared_value<T>*) {
  static constexpr container ops{
      .get = [](const void* v) -> const void* {
        return &**static_cast<const shared_value<T>*>(v);
      },
      .emplace = [](void* v, bool) -> void* {
        return &static_cast<shared_value<T>*>(v)->renew();
      }};
  static constexpr type_info type{.as = form::shared,
                                  .size = sizeof(shared_value<T>),
                                  .inner = &info_of<T>,
                                  .ops = &ops};
  return type;
}

// Defined below the types above, and so that it finds them: they are in no
// namespace that an argument leads to.
template <class T>
const type_info& info_of() {
  return type_of(static_cast<const T*>(nullptr));
}

// --- what a list makes ------------------------------------------------------

template <class M>
void copy_member(void* to, const void* from) {
  *static_cast<M*>(to) = *static_cast<const M*>(from);
}

template <class T>
const void* fresh_value() {
  static const T value{};
  return &value;
}

// Counts the members of an aggregate: how many values its braces take.
struct any_member {
  template <class M>
  operator M() const;  // NOLINT(google-explicit-constructor)
};

template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), any_member{})...}; };
}

// Members of members count once: `key.id` and `key.brand` are of one member.
template <std::size_t N>
constexpr std::size_t members_in(const field_info (&all)[N]) {
  const auto member_of = [](const field_info& field) {
    const std::string_view name = field.member;
    return name.substr(0, name.find('.'));
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < N; ++i) {
    bool is_new = true;
    for (std::size_t j = 0; j < i; ++j)
      if (member_of(all[j]) == member_of(all[i])) is_new = false;
    if (is_new) ++count;
  }
  return count;
}

template <class T, std::size_t N>
constexpr bool has_members = takes<T>(std::make_index_sequence<N>{}) &&
                             !takes<T>(std::make_index_sequence<N + 1>{});

template <std::size_t N>
constexpr bool ordinals_are_unique(const field_info (&all)[N]) {
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i].ordinal == all[j].ordinal) return false;
  return true;
}

}  // namespace oms::fields

namespace oms {

template <class Tag>
const fields::type_info& type_of(const text_id<Tag>*) {
  return fields::id_type;
}
inline const fields::type_info& type_of(const amount<struct quantity_tag>*) {
  return fields::quantity_type;
}
inline const fields::type_info& type_of(const amount<struct money_tag>*) {
  return fields::money_type;
}

}  // namespace oms

#undef OMS_FIELDS
#undef OMS_NO_FIELDS
#undef OMS_SOME_FIELDS
#undef OMS_WORDS

#define OMS_MEMBER_TYPE(M) \
  std::remove_cvref_t<decltype(std::declval<self&>().M)>

#define OMS_FIELD(M, ORDINAL, ...)                                           \
  ::oms::fields::field_info {                                                \
    .member = #M,                                                            \
    .offset = static_cast<std::uint32_t>(__builtin_offsetof(self, M)),       \
    .ordinal = ORDINAL, .type = &::oms::fields::info_of<OMS_MEMBER_TYPE(M)>, \
    .copy = &::oms::fields::copy_member<OMS_MEMBER_TYPE(M)> __VA_OPT__(, )   \
                __VA_ARGS__                                                  \
  }

#define OMS_TABLE(T, NAME, DOC, COUNT)                             \
  static constinit std::atomic<const ::oms::fields::object*> slot; \
  static constexpr ::oms::fields::type_info type{                  \
      .as = ::oms::fields::form::record,                           \
      .size = sizeof(T),                                           \
      .name = (NAME),                                              \
      .doc = (DOC),                                                \
      .fields = all,                                               \
      .count = (COUNT),                                            \
      .fresh = &::oms::fields::fresh_value<T>,                     \
      .as_object = &slot};                                         \
  return type

#define OMS_FIELDS(T, NAME, DOC, ...)                                      \
  const ::oms::fields::type_info& type_of(const T*) {                      \
    using self = T;                                                        \
    using namespace ::oms::fields;                                         \
    static constexpr field_info all[] = {__VA_ARGS__};                     \
    static_assert(has_members<T, members_in(all)>,                         \
                  "OMS_FIELDS(" #T ") does not name every member of " #T); \
    static_assert(ordinals_are_unique(all),                                \
                  "OMS_FIELDS(" #T ") uses an ordinal twice");             \
    OMS_TABLE(T, NAME, DOC, std::size(all));                               \
  }                                                                        \
  static_assert(true)

#define OMS_NO_FIELDS(T, NAME, DOC)                                  \
  const ::oms::fields::type_info& type_of(const T*) {                \
    static_assert(::oms::fields::has_members<T, 0>,                  \
                  "OMS_NO_FIELDS(" #T "), and " #T " has members");  \
    static constexpr const ::oms::fields::field_info* all = nullptr; \
    OMS_TABLE(T, NAME, DOC, 0);                                      \
  }                                                                  \
  static_assert(true)

#define OMS_SOME_FIELDS(FUNCTION, T, NAME, DOC, ...)                       \
  const ::oms::fields::type_info& FUNCTION() {                             \
    using self = T;                                                        \
    using namespace ::oms::fields;                                         \
    static constexpr field_info all[] = {__VA_ARGS__};                     \
    static_assert(ordinals_are_unique(all),                                \
                  "OMS_SOME_FIELDS(" #FUNCTION ") uses an ordinal twice"); \
    OMS_TABLE(T, NAME, DOC, std::size(all));                               \
  }                                                                        \
  static_assert(true)

#define OMS_WORDS(T, LAST, ...)                                           \
  const ::oms::fields::type_info& type_of(const T*) {                     \
    static constexpr const char* words[] = {__VA_ARGS__};                 \
    static_assert(sizeof(T) == 1);                                        \
    static_assert(std::size(words) == static_cast<unsigned>(T::LAST) + 1, \
                  "OMS_WORDS(" #T ") does not name every value");         \
    static constexpr ::oms::fields::type_info type{                       \
        .as = ::oms::fields::form::word,                                  \
        .size = 1,                                                        \
        .name = #T,                                                       \
        .count = static_cast<std::uint16_t>(std::size(words)),            \
        .words = words};                                                  \
    return type;                                                          \
  }                                                                       \
  static_assert(true)
