#pragma once

/// How a double is put in front of a function.
///
/// `OMS_DOUBLE(name, function, type)` declares `real_name`, which is the
/// product's function, and `double_of_name`, which all other object files call
/// in its place; the double must be defined in the same file. The name is that
/// of wrapped.txt. A function of another type does not compile; members are
/// declared as the functions that they are to the linker, with the object as
/// their first parameter. Calls within one object file are not wrapped.

#include "mutants_symbols.hpp"

namespace oms::tests {

/// Fails to compile when `Function` is not of this type.
template <class Type, Type* Function>
struct has_type {};
template <class Type, Type Member>
struct has_member_type {};

}  // namespace oms::tests

#define OMS_DOUBLE_OF(name, ...)                \
  using name##_type = __VA_ARGS__;              \
  name##_type real_##name asm(OMS_REAL_##name); \
  name##_type double_of_##name asm(OMS_WRAP_##name)

#define OMS_DOUBLE(name, function, ...) \
  OMS_DOUBLE_OF(name, __VA_ARGS__);     \
  template struct has_type<name##_type, &function>

/// `member` is the type of the pointer to the member.
#define OMS_MEMBER_DOUBLE(name, function, member, ...) \
  OMS_DOUBLE_OF(name, __VA_ARGS__);                    \
  template struct has_member_type<member, &function>
