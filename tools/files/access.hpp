#pragma once

/// Who may do what: tokens, of which only hashes are kept, with their roles and
/// brands. docs/SECURITY.md describes the file. A value, read once at the
/// start.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"

namespace oms::files {

/// `admin` includes the others; `operate` and `stock` include `read`.
enum class role : std::uint8_t { read, operate, stock, admin };

[[nodiscard]] std::string_view name_of(role one);
[[nodiscard]] std::optional<role> role_named(std::string_view name);

/// What a caller may do, as its token says.
struct access {
  /// The author in the audit trail if the caller names none.
  std::string name;
  std::vector<role> roles;
  /// Empty: all brands.
  std::vector<brand_id> brands;

  [[nodiscard]] bool may(role needed) const;
  [[nodiscard]] bool may(const brand_id& brand) const;
  /// The brand of a call that names none: that of a token with one brand, else
  /// none.
  [[nodiscard]] brand_id default_brand() const;
};

/// "oms_" and 64 hexadecimal digits, which are 256 random bits.
[[nodiscard]] std::string new_token();

class access_list {
 public:
  /// Every caller may do everything. omsd uses it for loopback addresses and
  /// unix sockets only.
  static access_list open_to_all();
  /// `invalid`, with the place of the fault in the file.
  static result<access_list> read(const std::filesystem::path& file);
  /// Adds a token to the file, which is created if it does not exist.
  /// `conflict` for a name that the file has; `invalid` for one that no caller
  /// may use (tools/text/caller_name.hpp). `hand_out` gives the token to
  /// whoever asked for it, when nothing but the file itself can fail any more;
  /// if it fails, the file stays as it was.
  static status add(const std::filesystem::path& file, const access& of,
                    std::string_view token,
                    const std::function<status()>& hand_out = {});

  /// The caller with this header, "Authorization: Bearer TOKEN"; `unauthorized`
  /// if there is none, or the token is not known.
  [[nodiscard]] result<access> caller(std::string_view authorization) const;
  [[nodiscard]] bool is_open() const { return open_; }

 private:
  bool open_ = false;
  std::map<std::string, access, std::less<>> by_hash_;
};

}  // namespace oms::files
