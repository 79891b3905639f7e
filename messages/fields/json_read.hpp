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
/// not to be used.
[[nodiscard]] std::vector<fault> read_json(std::string_view text,
                                           const type_info& type, void* record);

template <class T>
[[nodiscard]] std::vector<fault> read_json(std::string_view text, T& out) {
  return read_json(text, type_of(&out), &out);
}

/// A merge patch (RFC 7396) of what `record` has: nothing is required, `null`
/// resets a key to its default, and a list is replaced as a whole. Only the
/// outermost object is merged. `named` gets the keys of the text; they live as
/// long as the program.
[[nodiscard]] std::vector<fault> merge_json(
    std::string_view text, const type_info& type, void* record,
    std::vector<std::string_view>& named);

template <class T>
[[nodiscard]] std::vector<fault> merge_json(
    std::string_view text, T& out, std::vector<std::string_view>& named) {
  return merge_json(text, type_of(&out), &out, named);
}

}  // namespace oms::fields
