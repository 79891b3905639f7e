#pragma once

/// Who may do what.
///
/// Purpose: tokens, of which only hashes are kept, with their roles and
/// brands. Owner: the server. Threads: a value. Format: a JSON file,
/// docs/SECURITY.md. Errors: `unauthorized` without a token that is known,
/// `forbidden` for what its roles or brands do not allow.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"

namespace oms::files {

/// Admin includes the others; operate and stock include read.
enum class role : std::uint8_t { read, operate, stock, admin };

[[nodiscard]] std::string_view name_of(role one);
[[nodiscard]] std::optional<role> role_named(std::string_view name);

/// A caller, as its token says.
struct access {
  /// Stands in the audit trail when the caller names nobody.
  std::string name;
  std::vector<role> roles;
  /// None: all brands.
  std::vector<brand_id> brands;

  [[nodiscard]] bool may(role needed) const;
  [[nodiscard]] bool may(const brand_id& brand) const;
  /// The brand of a call that names none.
  [[nodiscard]] brand_id default_brand() const;
};

/// 256 random bits, "oms_" and 64 hexadecimal digits.
[[nodiscard]] std::string new_token();

class access_list {
 public:
  /// Everybody may do everything: for loopback alone.
  static access_list open_to_all();
  /// `invalid` with the place of the fault.
  static result<access_list> read(const std::filesystem::path& file);
  /// Writes a token into the file, which is made when it is not there.
  /// `conflict` for a name that the file has; `invalid` for one that no
  /// caller may use (tools/text/caller_name.hpp).
  static status add(const std::filesystem::path& file, const access& of,
                    std::string_view token);

  /// By the header "Authorization: Bearer TOKEN".
  [[nodiscard]] result<access> caller(std::string_view authorization) const;
  [[nodiscard]] bool is_open() const { return open_; }

 private:
  bool open_ = false;
  std::map<std::string, access, std::less<>> by_hash_;
};

}  // namespace oms::files
