#pragma once

/// Internal to the API's codec: JSON by the schema.
///
/// Checks a JSON text against the schema of a struct, fills the struct, and
/// names every fault by its path; and writes a struct as JSON. Cap'n Proto's
/// own decoder knows the same shapes, but stops at the first fault and does not
/// say where it is. The functions may be called on any thread.

#include <capnp/dynamic.h>
#include <capnp/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"

namespace oms::api {

/// Fills `out`. Returns what is wrong with the text; if anything is, `out` is
/// filled in part and not to be used.
[[nodiscard]] std::vector<fault> read_body(std::string_view text,
                                           capnp::DynamicStruct::Builder out);

/// As `read_body`, for a merge patch (RFC 7396): nothing is required, and
/// `named` gets the fields that it names. One that it sets to `null` is left as
/// it is in a fresh struct, which has its default.
[[nodiscard]] std::vector<fault> read_patch(
    std::string_view text, capnp::DynamicStruct::Builder out,
    std::vector<capnp::StructSchema::Field>& named);

[[nodiscard]] std::string write_body(capnp::DynamicStruct::Reader in);

/// The JSON name of a field or of a word of an enumeration.
[[nodiscard]] std::string_view json_name(capnp::StructSchema::Field field);
[[nodiscard]] std::string_view json_name(capnp::EnumSchema::Enumerant word);
/// Whether the word means that the field was left out; it has no name in JSON.
[[nodiscard]] bool is_absent(capnp::EnumSchema::Enumerant word);

/// Annotations of messages/api/shape.capnp, by their ids there. The
/// generated header has no constants for them.
namespace annotation {
inline constexpr std::uint64_t doc = 0xe21f64a7b3d0958c;
inline constexpr std::uint64_t required = 0xa93c07d15be8f246;
inline constexpr std::uint64_t required_in_put = 0xd3c8517e90af6b24;
inline constexpr std::uint64_t minimum = 0xc64d81f20a7e3b95;
inline constexpr std::uint64_t maximum = 0x9f5e3c2b71d4a860;
inline constexpr std::uint64_t max_bytes = 0xb5a94e02d7c86f13;
inline constexpr std::uint64_t max_entries = 0xd81b40c7e6f3295a;
inline constexpr std::uint64_t id = 0xe6270f9bd1a53c84;
inline constexpr std::uint64_t absent = 0xb4d27c9e0f61a853;
inline constexpr std::uint64_t format = 0xf07a92e4d5c1683b;
/// Of Cap'n Proto's json.capnp.
inline constexpr std::uint64_t json_name = 0xfa5b1fd61c2e7c3d;
}  // namespace annotation

/// The value of an annotation, or none.
[[nodiscard]] kj::Maybe<capnp::schema::Value::Reader> annotated(
    capnp::List<capnp::schema::Annotation>::Reader all, std::uint64_t id);

/// "date-time", "integer" or "number" of a struct that is one word in JSON.
[[nodiscard]] std::string_view format_of(capnp::StructSchema type);

}  // namespace oms::api
