#include "tools/server/handling.hpp"

#include <charconv>
#include <exception>
#include <memory>

#include "messages/time_text.hpp"
#include "tools/server/packing.hpp"
#include "tools/server/permission.hpp"

// The allocator of the programs; where a test has another one, it is not there.
extern "C" void mi_collect(bool force) __attribute__((weak));

namespace oms::tools {

void run_command(service& of, const call& asked, const reply& to,
                 command_body body) {
  if (auto may = permitted(asked.who, body); !may)
    return to.answer(problem(may.failure()));
  command one{std::move(body), asked.by, asked.command_id};
  of.engine.submit(std::move(one), asked.who.name,
                   [to](const answer& got) { to.answer(answer_of(got)); });
}

namespace {

/// What fails fails the call and nothing else.
std::function<void()> guarded(const reply& to, std::function<void()> work) {
  return [to, work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& failure) {
      to.answer(failed(failure.what()));
    }
  };
}

/// Answers of this size are made one at a time.
constexpr std::size_t min_alone_bytes = 1 << 20;

/// What it took to make a large answer would stay with this thread.
void give_back_memory() {
  if (mi_collect != nullptr) mi_collect(true);
}

/// A query whose answer may be large.
struct large_query {
  service& of;
  std::string caller;
  /// Names the answer, for its size.
  std::string question;
  bool gzip;
  reply to;
  std::function<call_answer()> work;
};

void answer_in_turn(const std::shared_ptr<large_query>& query,
                    std::size_t bytes);

/// On a query thread.
void answer_now(const std::shared_ptr<large_query>& query,
                answer_budget::room room) {
  if (!query->to.is_awaited()) return;
  auto& budget = query->of.engine.answers();
  auto got = query->work();
  finish_body(got, query->gzip);
  const auto bytes = got.body.size();
  budget.remember(query->question, bytes);
  if (bytes >= answer_budget::min_counted_bytes) {
    give_back_memory();
    if (!room) room = budget.take(query->caller, bytes);
    if (!room) {
      // It is made again when the client's other answers have been read.
      got = {};
      return answer_in_turn(query, bytes);
    }
    got.room = std::move(room);
  }
  query->to.answer(std::move(got));
}

void answer_in_turn(const std::shared_ptr<large_query>& query,
                    std::size_t bytes) {
  auto& gate = query->of.engine;
  gate.answers().wait(
      query->caller, bytes,
      [query, bytes, &gate](const answer_budget::room& room) {
        if (!query->to.is_awaited()) return;
        auto work =
            guarded(query->to, [query, room] { answer_now(query, room); });
        const auto taken = bytes < min_alone_bytes
                               ? gate.ask(query->caller, std::move(work))
                               : gate.ask_large(query->caller, std::move(work));
        if (!taken) query->to.answer(problem(taken.failure()));
      });
}

}  // namespace

void query_call(service& of, const call& asked, const reply& to,
                std::function<call_answer()> work) {
  const auto query = std::make_shared<large_query>(
      large_query{of, asked.who.name,
                  asked.target + (asked.takes_gzip ? " gzip" : "") +
                      (asked.wants_text ? " text" : ""),
                  asked.takes_gzip, to, std::move(work)});
  // What is known to be large is not made before there is room for it.
  if (const auto bytes = of.engine.answers().expected(query->question))
    return answer_in_turn(query, *bytes);
  run_beside(of, asked, to, [query] { answer_now(query, nullptr); });
}

void run_beside(service& of, const call& asked, const reply& to,
                std::function<void()> work) {
  const auto taken =
      of.engine.ask(asked.who.name, guarded(to, std::move(work)));
  if (!taken) to.answer(problem(taken.failure()));
}

palette colours_of(const call& asked) {
  return asked.asked("color") == "always" ? palette::with_colours() : palette();
}

call_answer text_answer(std::string text) {
  return {200, std::move(text), text_type, {}};
}

result<brand_id> brand_asked(const call& asked) {
  const auto named = asked.asked("brand");
  return brand_for(asked.who, named ? std::optional<brand_id>(*named)
                                    : std::optional<brand_id>());
}

result<order_key> order_named(const call& asked, const std::string& id) {
  auto brand = brand_asked(asked);
  if (!brand) return brand.failure();
  return order_key{std::move(*brand), order_id(id)};
}

error wrong_parameter(std::string_view name, const std::string& message) {
  return {error_code::invalid,
          std::string(name) + " " + message,
          {{std::string(name), message}}};
}

result<std::uint64_t> number_asked(const call& asked, std::string_view name,
                                   std::uint64_t otherwise, std::uint64_t least,
                                   std::uint64_t most) {
  const auto text = asked.asked(name);
  if (!text) return otherwise;
  std::uint64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (text->empty() || read.ec != std::errc{} || read.ptr != end ||
      number < least || number > most)
    return wrong_parameter(name, "must be a whole number from " +
                                     std::to_string(least) + " to " +
                                     std::to_string(most));
  return number;
}

result<std::uint64_t> limit_asked(const call& asked) {
  return number_asked(asked, "limit", default_limit, 1, max_limit);
}

result<std::optional<moment>> moment_asked(const call& asked) {
  const auto text = asked.asked("at");
  if (!text) return std::optional<moment>{};
  sequence number = 0;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (!text->empty() && read.ec == std::errc{} && read.ptr == end)
    return std::optional<moment>{number};
  if (const auto time = parse_time(*text)) return std::optional<moment>{*time};
  return wrong_parameter(
      "at", "must be a sequence or a time such as 2026-01-05T10:00:00Z");
}

std::string when_asked(const call& asked) {
  const auto at = asked.asked("at");
  return at ? "as it was at " + *at : "";
}

}  // namespace oms::tools
