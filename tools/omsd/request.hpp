#pragma once

/// A call of the API, apart from how it travels: what a handler gets and
/// returns.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "tools/files/access.hpp"

namespace oms::omsd {

/// `other` is any method that the API does not have.
enum class http_method : std::uint8_t { get, post, put, patch, del, other };

inline constexpr const char* json_type = "application/json";
/// RFC 7396.
inline constexpr const char* merge_patch_type = "application/merge-patch+json";
inline constexpr const char* problem_type = "application/problem+json";
inline constexpr const char* text_type = "text/plain; charset=utf-8";

struct request {
  http_method method = http_method::get;
  /// Decoded.
  std::vector<std::string> path;
  std::map<std::string, std::string, std::less<>> query;
  std::string body;
  files::access who;
  /// The author in the audit trail.
  actor_name by;
  std::string idempotency_key;
  /// The command's id in the trail: empty, or made from the key.
  std::string command_id;
  /// The answer is for a person: "Accept: text/plain", with "?color=always".
  bool wants_text = false;
  bool takes_gzip = false;
  /// The path and the parameters as they were sent.
  std::string target = {};
  /// What the path names, by the names of its pattern.
  std::map<std::string, std::string, std::less<>> named;

  [[nodiscard]] const std::string& id(std::string_view name) const {
    return named.find(name)->second;
  }
  [[nodiscard]] std::optional<std::string> asked(std::string_view name) const {
    const auto found = query.find(name);
    if (found == query.end()) return {};
    return found->second;
  }
};

/// A body that is not written yet. Writing takes several times its size in
/// memory, so large ones are written one at a time.
struct unwritten_body {
  /// An estimate, and rather too large.
  std::size_t bytes = 0;
  std::function<std::string()> write;
};

struct response {
  int status = 200;
  std::string body;
  std::string type = json_type;
  /// The path of what was created, for 201.
  std::string location = {};
  /// The methods of the path, for 405.
  std::string allow = {};
  /// The cause, for the log; only with 500.
  std::string failure = {};
  /// The body is UTF-8, and packed if the caller asked for that.
  bool finished = false;
  bool packed = false;
  /// Instead of the body, until it is finished.
  std::optional<unwritten_body> unwritten = {};
  /// The share of its caller's budget that a large body takes until it is read.
  std::shared_ptr<void> room = {};
};

/// Where a call's answer goes. Copies go to the same place; the first answer
/// counts. May be used on any thread.
class reply {
 public:
  using taker = std::function<void(response)>;

  explicit reply(taker to, std::function<bool()> is_awaited = {})
      : to_(std::move(to)), is_awaited_(std::move(is_awaited)) {}

  void answer(response given) const { to_(std::move(given)); }
  /// Whether a client would still read the answer.
  [[nodiscard]] bool is_awaited() const {
    return !is_awaited_ || is_awaited_();
  }

 private:
  taker to_;
  std::function<bool()> is_awaited_;
};

/// RFC 9110's number for each code of docs/API.md.
[[nodiscard]] int http_status_of(error_code code);
[[nodiscard]] response problem(const error& failure);
[[nodiscard]] response problem(const error& failure, int http_status);
/// 500: `why` is for the log alone.
[[nodiscard]] response failed(std::string why);

}  // namespace oms::omsd
