#include "tools/omsd/engine_queue.hpp"

#include <mutex>
#include <unordered_map>
#include <utility>

namespace oms::omsd {

namespace {

error share_used_up() {
  return {error_code::overloaded,
          "too many of your commands are in progress; try again soon",
          {}};
}

error too_many_queries() {
  return {error_code::overloaded,
          "too many queries are waiting; try again soon",
          {}};
}

}  // namespace

struct gathered_command {
  command asked;
  std::string caller;
  engine_queue::answer_callback then;
};

struct engine_queue::shares {
  mutable std::mutex mutex;
  std::unordered_map<std::string, std::size_t> open_by_caller;
  std::vector<gathered_command> gathered;
  engine_queue_stats stats;

  // Counts the commands at once, before they reach the engine: a caller that
  // sends faster than it is answered is refused, whatever the engine has taken
  // so far.
  bool take(const std::string& caller, std::size_t commands, std::size_t most) {
    const std::lock_guard guard(mutex);
    const auto known = open_by_caller.find(caller);
    const auto open = known == open_by_caller.end() ? 0 : known->second;
    if (open + commands > most) return false;
    open_by_caller[caller] = open + commands;
    return true;
  }
  // With the lock held.
  void give_back(const std::string& caller, std::size_t commands) {
    const auto open = open_by_caller.find(caller);
    if ((open->second -= commands) == 0) open_by_caller.erase(open);
  }
};

engine_queue::engine_queue(engine& behind, engine_queue_options options)
    : engine_(behind),
      options_(options),
      shares_(std::make_shared<shares>()),
      answers_(options_.max_unread_bytes_per_caller),
      queries_(options_.queries),
      large_queries_(options_.large_queries) {}

engine_queue_stats engine_queue::stats() const {
  engine_queue_stats stats;
  {
    const std::lock_guard guard(shares_->mutex);
    stats = shares_->stats;
    for (const auto& [caller, open] : shares_->open_by_caller)
      stats.commands_open += open;
  }
  stats.queries = queries_.stats();
  const auto large = large_queries_.stats();
  stats.queries.waiting += large.waiting;
  stats.queries.running += large.running;
  stats.queries.refused += large.refused;
  return stats;
}

void engine_queue::gather_in(poster loop) { loop_ = std::move(loop); }

void engine_queue::submit(command one, const std::string& caller,
                          answer_callback then) {
  if (!shares_->take(caller, 1, options_.max_commands_per_caller))
    return then(share_used_up());
  bool first = false;
  {
    const std::lock_guard guard(shares_->mutex);
    first = shares_->gathered.empty();
    shares_->gathered.push_back({std::move(one), caller, std::move(then)});
  }
  if (!loop_) return flush();
  // The loop runs this after what is ready now, so all commands that arrive in
  // this turn join the batch. A batch costs the engine one message per
  // shard of orders, and the loop one wake-up for all its answers.
  if (first) loop_([this] { flush(); });
}

void engine_queue::flush() {
  auto waiting = std::make_shared<std::vector<gathered_command>>();
  std::vector<command> batch;
  {
    const std::lock_guard guard(shares_->mutex);
    waiting->swap(shares_->gathered);
    shares_->stats.commands += waiting->size();
    if (!waiting->empty()) ++shares_->stats.batches;
  }
  if (waiting->empty()) return;
  batch.reserve(waiting->size());
  for (auto& each : *waiting) batch.push_back(std::move(each.asked));
  // The callback does not refer to this object, which may be gone by then; the
  // counting must go on all the same.
  engine_.submit(std::move(batch), [counted = shares_, loop = loop_,
                                    waiting](std::vector<answer> answers) {
    {
      const std::lock_guard guard(counted->mutex);
      for (const auto& each : *waiting) counted->give_back(each.caller, 1);
    }
    // One task for the whole batch. Waking the loop for each answer cost more
    // than handling it.
    auto tell = [waiting, got = std::make_shared<std::vector<answer>>(
                              std::move(answers))] {
      for (std::size_t i = 0; i < waiting->size(); ++i)
        (*waiting)[i].then(std::move((*got)[i]));
    };
    if (loop)
      loop(std::move(tell));
    else
      tell();
  });
}

void engine_queue::submit_all(std::vector<command> batch,
                              const std::string& caller,
                              answers_callback then) {
  const auto size = batch.size();
  if (!shares_->take(caller, size, options_.max_commands_per_caller))
    return then(std::vector<answer>(size, answer(share_used_up())));
  {
    const std::lock_guard guard(shares_->mutex);
    shares_->stats.commands += size;
    ++shares_->stats.batches;
  }
  engine_.submit(std::move(batch),
                 [counted = shares_, caller, size,
                  then = std::move(then)](std::vector<answer> answers) {
                   {
                     const std::lock_guard guard(counted->mutex);
                     counted->give_back(caller, size);
                   }
                   then(std::move(answers));
                 });
}

status engine_queue::ask(const std::string& caller,
                         std::function<void()> work) {
  if (queries_.add(caller, std::move(work))) return done{};
  return too_many_queries();
}

status engine_queue::ask_large(const std::string& caller,
                               std::function<void()> work) {
  if (large_queries_.add(caller, std::move(work))) return done{};
  return too_many_queries();
}

void engine_queue::stop_queries() {
  queries_.stop();
  large_queries_.stop();
}

}  // namespace oms::omsd
