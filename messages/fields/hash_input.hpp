#pragma once

/// A record as the input of a hash, by its list of fields.
///
/// Equal records give equal texts, and different records different ones. What
/// is zero or empty is left out, which is what the log gives back for a field
/// that it does not have: so a field that is added later changes no hash of
/// records that do not use it. Fields have their ordinals, which never change,
/// and maps and lists whose order says nothing (`any_order`) are sorted. What
/// is kept apart from the log is not in it.
///
/// Format, in which each value tells its end:
///
///     record     ( ORDINAL = VALUE ... ), by ordinal
///     text       its bytes, a colon, the text
///     number     decimal digits and a comma; so are a time, in microseconds, a
///                date, in days, a word, by its number, and true, as 1
///     fraction   the 64 bits of the double, as a number
///     list       its entries, a comma, and each of them
///     optional   what it holds; "-" in a list, where there is none
///
/// May be called on any thread.

#include <string>

#include "messages/fields/fields.hpp"

namespace oms::fields {

/// Adds the text of a value to `out`: of a record, or whatever `type` says.
void add_hash_input(const type_info& type, const void* value, std::string& out);

template <class T>
void add_hash_input(const T& record, std::string& out) {
  add_hash_input(type_of(&record), &record, out);
}

}  // namespace oms::fields
