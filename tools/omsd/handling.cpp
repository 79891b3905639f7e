#include "tools/omsd/handling.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <memory>

#include "messages/api/answers.hpp"
#include "messages/fields/json_read.hpp"
#include "messages/time_text.hpp"
#include "tools/omsd/body_encoding.hpp"
#include "tools/omsd/permission.hpp"

// The allocator of the programs. Weak, because tests link without it.
extern "C" void mi_collect(bool force) __attribute__((weak));

namespace oms::omsd {

void run_command(service& of, const request& asked, const reply& to,
                 command_body body) {
  run_command(
      of, asked, std::move(body),
      [to](const answer& got) { to.answer(answer_of(got)); }, to);
}

void run_command(service& of, const request& asked, command_body body,
                 std::function<void(const answer&)> tell,
                 const reply& refused) {
  if (auto may = permitted(asked.who, body); !may)
    return refused.answer(problem(may.failure()));
  if (auto may = may_sign(of.engine.behind(), asked.by); !may)
    return refused.answer(problem(may.failure()));
  command one{std::move(body), asked.by, asked.command_id};
  of.engine.submit(std::move(one), asked.who.name, std::move(tell));
}

status read_body(const request& asked, const fields::type_info& type,
                 void* out) {
  auto faults = fields::read_json(asked.body, type, out);
  if (faults.empty()) return done{};
  return api::refused(std::move(faults));
}

namespace {

// A query that throws fails its call. On a query thread the exception would
// end the process.
std::function<void()> guarded(const reply& to, std::function<void()> work) {
  return [to, work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& failure) {
      to.answer(failed(failure.what()));
    }
  };
}

// Answers of this size are made one at a time, on the thread for large
// queries.
constexpr std::size_t min_alone_bytes = 1 << 20;

// Making a large answer takes several times its size. The allocator would keep
// that memory with this thread.
void give_back_memory() {
  if (mi_collect != nullptr) mi_collect(true);
}

// A query whose answer may be large.
struct large_query {
  service& of;
  std::string caller;
  // Identifies the answer, to remember its size.
  std::string question;
  bool gzip;
  reply to;
  std::function<response()> work;
};

// What a query may use when it runs.
struct query_turn {
  // None: the size of the answer is not known.
  answer_budget::room room;
  std::size_t bytes = 0;
  // No other large answer is being made.
  bool alone = false;
};

void answer_in_turn(const std::shared_ptr<large_query>& query,
                    std::size_t bytes);

// Makes the answer, on a query thread, and sends it if the caller's budget has
// room. The size of an answer is known only once it is made. If it turns out
// larger than expected, it is thrown away and made again when there is room:
// what waits for room must not take the memory that the budget limits.
void answer_now(const std::shared_ptr<large_query>& query, query_turn turn) {
  // The client may have gone while the query waited.
  if (!query->to.is_awaited()) return;
  auto& budget = query->of.engine.answers();
  // The size may have become known since this query was queued. So of a burst
  // of equal queries only the first few are made without room.
  if (!turn.room)
    if (const auto bytes = budget.expected(query->question))
      return answer_in_turn(query, *bytes);
  auto got = query->work();
  const auto estimate = got.unwritten ? got.unwritten->bytes : 0;
  if (!turn.alone && estimate >= min_alone_bytes) {
    budget.remember(query->question, estimate);
    turn.room = nullptr;
    got = {};
    give_back_memory();
    return answer_in_turn(query, estimate);
  }
  write_body(got);
  const auto bytes = got.body.size();
  // What was estimated to be large stays so, although it turned out a little
  // smaller. It would otherwise begin among the small ones each time and be
  // thrown away.
  budget.remember(query->question, estimate < min_alone_bytes
                                       ? bytes
                                       : std::max(bytes, min_alone_bytes));
  finish_body(got, query->gzip);
  if (bytes >= answer_budget::min_counted_bytes) {
    give_back_memory();
    // Its own room is given back first, because it would count against it.
    if (bytes > turn.bytes) {
      turn.room = nullptr;
      turn.room = budget.take(query->caller, bytes);
    }
    if (!turn.room) {
      // Made again when the caller has read other answers.
      got = {};
      return answer_in_turn(query, bytes);
    }
    got.room = std::move(turn.room);
  }
  query->to.answer(std::move(got));
}

void ask(const std::shared_ptr<large_query>& query, query_turn turn) {
  auto& engine_queue = query->of.engine;
  const bool alone = turn.alone;
  // Moved, because the room lasts as long as the last copy.
  auto work = guarded(query->to, [query, turn = std::move(turn)]() mutable {
    answer_now(query, std::move(turn));
  });
  const auto taken =
      alone ? engine_queue.ask_large(query->caller, std::move(work))
            : engine_queue.ask(query->caller, std::move(work));
  if (!taken) query->to.answer(problem(taken.failure()));
}

void answer_in_turn(const std::shared_ptr<large_query>& query,
                    std::size_t bytes) {
  query->of.engine.answers().wait(
      query->caller, bytes, [query, bytes](answer_budget::room room) {
        if (!query->to.is_awaited()) return;
        ask(query, {std::move(room), bytes, bytes >= min_alone_bytes});
      });
}

}  // namespace

void query_call(service& of, const request& asked, const reply& to,
                std::function<response()> work, query_kind kind) {
  // The parameters of a large question say how or as of when it is shown, which
  // changes its size little. So its size is remembered by the path alone.
  auto question = kind == query_kind::large
                      ? asked.target.substr(0, asked.target.find('?'))
                      : asked.target;
  if (asked.wants_text) question += " text";
  const auto query = std::make_shared<large_query>(
      large_query{of, asked.who.name, std::move(question), asked.takes_gzip, to,
                  std::move(work)});
  // An answer that is known to be large is not made before there is room.
  if (const auto bytes = of.engine.answers().expected(query->question))
    return answer_in_turn(query, *bytes);
  ask(query, {.alone = kind == query_kind::large});
}

response large_answer(std::size_t entries, std::function<std::string()> write) {
  // An estimate, and rather too large: most entries take less.
  constexpr std::size_t entry_bytes = 128;
  response made;
  made.unwritten = unwritten_body{entries * entry_bytes, std::move(write)};
  return made;
}

void run_beside(service& of, const request& asked, const reply& to,
                std::function<void()> work) {
  const auto taken =
      of.engine.ask(asked.who.name, guarded(to, std::move(work)));
  if (!taken) to.answer(problem(taken.failure()));
}

text::palette colours_of(const request& asked) {
  return asked.asked("color") == "always" ? text::palette::with_colours()
                                          : text::palette();
}

response text_answer(std::string text) {
  return {200, std::move(text), text_type, {}};
}

result<brand_id> brand_asked(const request& asked) {
  const auto named = asked.asked("brand");
  return brand_for(asked.who, named ? std::optional<brand_id>(*named)
                                    : std::optional<brand_id>());
}

result<std::optional<brand_id>> brand_filter_asked(const request& asked) {
  if (!asked.asked("brand") && asked.who.brands.empty())
    return std::optional<brand_id>{};
  auto brand = brand_asked(asked);
  if (!brand) return brand.failure();
  return std::optional<brand_id>{std::move(*brand)};
}

result<order_key> order_named(const request& asked, const std::string& id) {
  auto brand = brand_asked(asked);
  if (!brand) return brand.failure();
  return order_key{std::move(*brand), order_id(id)};
}

error wrong_parameter(std::string_view name, const std::string& message) {
  return {error_code::invalid,
          std::string(name) + " " + message,
          {{std::string(name), message}}};
}

result<std::uint64_t> number_asked(const request& asked, std::string_view name,
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

result<std::uint64_t> limit_asked(const request& asked) {
  return number_asked(asked, "limit", default_limit, 1, max_limit);
}

result<std::optional<history::moment>> moment_asked(const request& asked) {
  const auto text = asked.asked("at");
  if (!text) return std::optional<history::moment>{};
  sequence number = 0;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  // A number is a sequence; no time of RFC 3339 consists of digits alone.
  if (!text->empty() && read.ec == std::errc{} && read.ptr == end)
    return std::optional<history::moment>{number};
  if (const auto time = parse_time(*text))
    return std::optional<history::moment>{*time};
  return wrong_parameter(
      "at", "must be a sequence or a time such as 2026-01-05T10:00:00Z");
}

std::string when_asked(const request& asked) {
  const auto at = asked.asked("at");
  return at ? "as of " + *at : "";
}

}  // namespace oms::omsd
