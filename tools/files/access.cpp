#include "tools/files/access.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "messages/hex.hpp"
#include "persistence/hash_chain.hpp"
#include "tools/files/output_file.hpp"
#include "tools/text/caller_name.hpp"

namespace oms::files {

namespace {

constexpr std::array<std::string_view, 4> role_names{"read", "operate", "stock",
                                                     "admin"};
constexpr std::size_t hash_digits = 64;
constexpr std::string_view scheme = "bearer ";

// The scheme is compared without regard to case (RFC 9110, 11.1).
bool has_scheme(std::string_view authorization) {
  return authorization.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                    [](char wanted, unsigned char sent) {
                      return wanted == std::tolower(sent);
                    });
}

// Tokens have 256 random bits. Guessing one from its hash is not feasible, so
// neither a salt nor a slow hash is needed.
std::string hash_of(std::string_view token) {
  return hex_of(persistence::hash_of(std::as_bytes(std::span(token))));
}

std::optional<std::string> fault_of_name(const std::string& name) {
  if (name.empty()) return "is empty";
  return text::fault_of_caller_name(name);
}

error wrong(const std::filesystem::path& file, const std::string& what) {
  return {error_code::invalid, file.string() + ": " + what, {}};
}

result<nlohmann::json> read_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return wrong(file, "can't be read");
  auto content = nlohmann::json::parse(in, nullptr, false);
  if (content.is_discarded()) return wrong(file, "is not valid JSON");
  if (!content.is_object() || !content.contains("tokens") ||
      !content["tokens"].is_array())
    return wrong(file, "has no list \"tokens\"");
  return content;
}

result<access> read_entry(const nlohmann::json& entry) {
  access one;
  if (!entry.is_object() ||
      !entry.value("name", nlohmann::json()).is_string() ||
      !entry.value("roles", nlohmann::json()).is_array())
    return error{error_code::invalid, "needs a name, a sha256 and roles", {}};
  one.name = entry["name"];
  // omsd refuses here what `add` refuses as well: the file may have been edited
  // by hand.
  if (auto fault = fault_of_name(one.name))
    return error{error_code::invalid, "has a name that " + *fault, {}};
  for (const auto& each : entry["roles"]) {
    const auto named =
        each.is_string() ? role_named(each.get<std::string>()) : std::nullopt;
    if (!named)
      return error{error_code::invalid,
                   "has a role other than read, operate, stock or admin",
                   {}};
    one.roles.push_back(*named);
  }
  for (const auto& brand : entry.value("brands", nlohmann::json::array())) {
    if (!brand.is_string())
      return error{error_code::invalid, "has a brand that is not a string", {}};
    one.brands.emplace_back(brand.get<std::string>());
    if (auto fault = fault_of_id(one.brands.back().value))
      return error{error_code::invalid, "has a brand that " + *fault, {}};
  }
  return one;
}

// A lock for reading, changing and replacing a file. Without it, of two tokens
// that are made at once one would be lost, although it was printed. The lock is
// on the folder: a lock on the file itself would be gone with the file that is
// replaced.
class file_change {
 public:
  explicit file_change(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : ".";
    folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0) return;
    int locked = 0;
    // A signal ends the wait, but not the need for the lock.
    do locked = ::flock(folder_, LOCK_EX);
    while (locked != 0 && errno == EINTR);
    is_locked_ = locked == 0;
  }
  [[nodiscard]] bool is_locked() const { return is_locked_; }
  ~file_change() {
    if (folder_ >= 0) ::close(folder_);
  }
  file_change(const file_change&) = delete;
  file_change& operator=(const file_change&) = delete;

 private:
  int folder_ = -1;
  bool is_locked_ = false;
};

}  // namespace

std::string_view name_of(role one) {
  return role_names[static_cast<std::size_t>(one)];
}

std::optional<role> role_named(std::string_view name) {
  const auto* found = std::find(role_names.begin(), role_names.end(), name);
  if (found == role_names.end()) return {};
  return static_cast<role>(found - role_names.begin());
}

bool access::may(role needed) const {
  return std::any_of(roles.begin(), roles.end(), [needed](role has) {
    // Every role includes read.
    return has == needed || has == role::admin || needed == role::read;
  });
}

bool access::may(const brand_id& brand) const {
  return brands.empty() ||
         std::find(brands.begin(), brands.end(), brand) != brands.end();
}

brand_id access::default_brand() const {
  return brands.size() == 1 ? brands.front() : brand_id{};
}

std::string new_token() {
  codec::digest random{};
  // OpenSSL's generator, which fails rather than giving predictable bytes.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()),
                 static_cast<int>(random.size())) != 1)
    throw std::runtime_error("random numbers are not available");
  // The prefix tells what the digits are for, wherever they turn up.
  return "oms_" + hex_of(random);
}

access_list access_list::open_to_all() {
  access_list list;
  list.open_ = true;
  return list;
}

result<access_list> access_list::read(const std::filesystem::path& file) {
  auto content = read_file(file);
  if (!content) return content.failure();
  access_list list;
  const auto& tokens = (*content)["tokens"];
  std::map<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto place = fmt::format("tokens[{}] ", i);
    auto one = read_entry(tokens[i]);
    if (!one) return wrong(file, place + one.failure().message);
    const auto [first, is_new] = by_name.emplace(one->name, i);
    // The trail could not tell them apart.
    if (!is_new)
      return wrong(file, fmt::format("{}has the name {} of tokens[{}]; "
                                     "remove one of them",
                                     place, one->name, first->second));
    const auto hash = tokens[i].value("sha256", nlohmann::json());
    if (!hash.is_string() || hash.get<std::string>().size() != hash_digits)
      return wrong(file, place + "needs a sha256 of 64 digits");
    list.by_hash_[hash.get<std::string>()] = std::move(*one);
  }
  return list;
}

status access_list::add(const std::filesystem::path& file, const access& of,
                        std::string_view token,
                        const std::function<status()>& hand_out) {
  std::error_code unknown;
  // If the path is a link, the folder to lock is that of the file it points to,
  // which is the one that is replaced.
  const file_change changing(std::filesystem::weakly_canonical(file, unknown));
  if (!changing.is_locked())
    return wrong(file, std::string("its folder can't be locked: ") +
                           std::strerror(errno));
  nlohmann::json content{{"tokens", nlohmann::json::array()}};
  // Read under the lock, or it could be out of date when it is replaced.
  if (std::filesystem::exists(file)) {
    auto known = read_file(file);
    if (!known) return known.failure();
    content = std::move(*known);
  }
  if (auto fault = fault_of_name(of.name))
    return error{error_code::invalid, "the name " + *fault, {}};
  for (const auto& brand : of.brands)
    if (auto fault = fault_of_id(brand.value))
      return error{error_code::invalid, "a brand " + *fault, {}};
  for (const auto& each : content["tokens"])
    // Not replaced: the caller that has the other token would be locked out.
    if (each.is_object() && each.value("name", nlohmann::json()) == of.name)
      return error{
          error_code::conflict,
          fmt::format("{} already has a token named {}; remove it first, or "
                      "choose another name",
                      file.string(), of.name),
          {}};
  nlohmann::json entry{{"name", of.name}, {"sha256", hash_of(token)}};
  for (const auto each : of.roles) entry["roles"].push_back(name_of(each));
  for (const auto& brand : of.brands) entry["brands"].push_back(brand.value);
  content["tokens"].push_back(std::move(entry));
  // Whole or not at all: half a file of tokens would keep omsd from starting.
  auto out = output_file::open(file.string(), nullptr);
  if (!out) return out.failure();
  // The hashes give no token away, but names and roles are not for other users.
  ::fchmod(::fileno(out->stream()), S_IRUSR | S_IWUSR);
  put(out->stream(), content.dump(2) + "\n");
  if (hand_out)
    if (auto handed = hand_out(); !handed) return handed;
  return out->finish();
}

result<access> access_list::caller(std::string_view authorization) const {
  if (open_) return access{"", {role::admin}, {}};
  if (!has_scheme(authorization))
    return error{error_code::unauthorized,
                 "send a token: Authorization: Bearer TOKEN",
                 {}};
  // What is compared is the hash, so the time it takes tells nothing about a
  // token.
  const auto found =
      by_hash_.find(hash_of(authorization.substr(scheme.size())));
  if (found == by_hash_.end())
    return error{error_code::unauthorized, "the token is not known", {}};
  return found->second;
}

}  // namespace oms::files
