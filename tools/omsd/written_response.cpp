#include "tools/omsd/written_response.hpp"

#include <algorithm>
#include <utility>

#include "messages/api/json.hpp"
#include "tools/omsd/body_encoding.hpp"

namespace oms::omsd {

namespace {

constexpr int unauthorized_status = 401;
constexpr int too_many_requests_status = 429;
constexpr int unavailable_status = 503;
constexpr int seconds_to_retry = 1;
/// Longer answers are written in pieces, as the client takes them.
constexpr std::size_t min_body_in_pieces_bytes = 16'384;

/// A whole answer, of which the connection takes a piece at a time.
class whole_body final : public body_source {
 public:
  /// `room` is given back with the body.
  whole_body(std::string body, std::shared_ptr<void> room)
      : room_(std::move(room)), body_(std::move(body)) {}

  bool read(std::string& out, std::size_t room) override {
    const auto size = std::min(room, body_.size() - at_);
    out.append(body_, at_, size);
    at_ += size;
    return at_ < body_.size();
  }
  [[nodiscard]] std::optional<std::uint64_t> length() const override {
    return body_.size();
  }

 private:
  // Given back after the body is gone.
  std::shared_ptr<void> room_;
  std::string body_;
  std::size_t at_ = 0;
};

}  // namespace

http_response written(response given, bool takes_gzip) {
  http_response made;
  made.status = given.status;
  made.reason = api::title_of(given.status);
  auto& fields = made.fields;
  const auto add = [&fields](std::string_view name, std::string_view value) {
    fields.append(name).append(": ").append(value).append("\r\n");
  };
  add("Content-Type", given.type);
  add("Cache-Control", "no-store");
  if (!given.location.empty()) add("Location", given.location);
  if (given.status == too_many_requests_status ||
      given.status == unavailable_status)
    add("Retry-After", std::to_string(seconds_to_retry));
  if (!given.allow.empty()) add("Allow", given.allow);
  if (given.status == unauthorized_status) add("WWW-Authenticate", "Bearer");
  finish_body(given, takes_gzip);
  if (given.packed) {
    add("Content-Encoding", "gzip");
    add("Vary", "Accept-Encoding");
  }
  if (given.body.size() < min_body_in_pieces_bytes)
    made.body = std::move(given.body);
  else
    made.from = std::make_unique<whole_body>(std::move(given.body),
                                             std::move(given.room));
  return made;
}

}  // namespace oms::omsd
