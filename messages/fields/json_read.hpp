#pragma once

/// A record from JSON text (RFC 8259), by its list of fields.
///
/// Strict where JSON's readers are usually lenient: an unknown or repeated key,
/// a number as a text or a text as a number is refused, since a guess at what
/// the sender meant moves stock or money. The reader goes on after a fault, so
/// that the caller learns of all of them at once; each has its path, such as
/// "lines[0].quantity". `null` counts as left out, and what is left out keeps
/// the value that it had. Texts may be nested 64 levels deep; whole numbers are
/// exact. The functions may be called on any thread.

#include <string_view>
#include <vector>

#include "messages/errors.hpp"
#include "messages/fields/fields.hpp"

namespace oms::fields {

/// What is wrong with the text; if anything is, `record` is filled in part and
/// must not be used.
[[nodiscard]] std::vector<fault> read_json(std::string_view text,
                                           const type_info& type, void* record);

template <class T>
[[nodiscard]] std::vector<fault> read_json(std::string_view text, T& out) {
  return read_json(text, type_of(&out), &out);
}

/// A key of a merge patch. Its name lives as long as the program.
struct named_key {
  std::string_view name;
  bool is_null = false;

  friend bool operator==(const named_key&, const named_key&) = default;
};

/// A merge patch (RFC 7396) of what `record` has: nothing is required, `null`
/// resets a key to its default, and a list is replaced as a whole. Only the
/// outermost object is merged. `named` gets the keys of the text.
[[nodiscard]] std::vector<fault> merge_json(std::string_view text,
                                            const type_info& type, void* record,
                                            std::vector<named_key>& named);

template <class T>
[[nodiscard]] std::vector<fault> merge_json(std::string_view text, T& out,
                                            std::vector<named_key>& named) {
  return merge_json(text, type_of(&out), &out, named);
}

/// What is wrong with a merge patch whatever it is merged into: a half of a
/// position may be right if the other half is there. `scratch` is any value of
/// the type.
[[nodiscard]] std::vector<fault> merge_faults(std::string_view text,
                                              const type_info& type,
                                              void* scratch,
                                              std::vector<named_key>& named);

}  // namespace oms::fields
