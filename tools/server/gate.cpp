#include "tools/server/gate.hpp"

namespace oms::tools {

namespace {

using all_answers = std::vector<answer>;
using fulfiller_of_all = kj::Own<kj::CrossThreadPromiseFulfiller<all_answers>>;

/// The engine calls back on a thread of its own; the promise is the loop's.
kj::Promise<all_answers> submit_to(engine& engine, std::vector<command> batch) {
  auto pair = kj::newPromiseAndCrossThreadFulfiller<all_answers>();
  auto fulfiller = std::make_shared<fulfiller_of_all>(kj::mv(pair.fulfiller));
  engine.submit(std::move(batch), [fulfiller](all_answers answers) {
    (*fulfiller)->fulfill(std::move(answers));
  });
  return kj::mv(pair.promise);
}

error share_used_up() {
  return {error_code::overloaded,
          "too many of your commands wait for their answers; try again soon",
          {}};
}

}  // namespace

gate::gate(engine& behind, gate_options options)
    : engine_(behind), options_(options), queries_(options_.queries) {}

gate_stats gate::stats() const {
  auto stats = stats_;
  for (const auto& [caller, open] : open_by_caller_)
    stats.commands_open += open;
  stats.queries = queries_.stats();
  return stats;
}

kj::Promise<answer> gate::submit(command one, const std::string& caller) {
  auto& open = open_by_caller_[caller];
  if (open >= options_.max_commands_per_caller) return answer(share_used_up());
  ++open;
  auto pair = kj::newPromiseAndFulfiller<answer>();
  gathered_.push_back({std::move(one), kj::mv(pair.fulfiller), caller});
  // Everything else that is ready in this turn of the loop goes first.
  if (gathered_.size() == 1)
    flushing_ = kj::evalLast([this] { flush(); }).eagerlyEvaluate(nullptr);
  return kj::mv(pair.promise);
}

void gate::flush() {
  if (gathered_.empty()) return;
  auto waiting = std::make_shared<std::vector<waiting_command>>(
      std::exchange(gathered_, {}));
  std::vector<command> batch;
  batch.reserve(waiting->size());
  for (auto& each : *waiting) batch.push_back(std::move(each.asked));
  stats_.commands += batch.size();
  ++stats_.batches;
  // Whoever waits may have gone: the counting goes on all the same.
  submit_to(engine_, std::move(batch))
      .then([this, waiting](all_answers answers) {
        for (std::size_t i = 0; i < answers.size(); ++i) {
          auto& each = (*waiting)[i];
          const auto open = open_by_caller_.find(each.caller);
          if (--open->second == 0) open_by_caller_.erase(open);
          each.fulfiller->fulfill(std::move(answers[i]));
        }
      })
      .detach([](kj::Exception&&) {});
}

kj::Promise<std::vector<answer>> gate::submit_all(std::vector<command> batch,
                                                  const std::string& caller) {
  auto& open = open_by_caller_[caller];
  if (open + batch.size() > options_.max_commands_per_caller)
    return all_answers(batch.size(), answer(share_used_up()));
  // What came before goes before.
  flush();
  const auto size = batch.size();
  open += size;
  stats_.commands += size;
  ++stats_.batches;
  auto pair = kj::newPromiseAndFulfiller<all_answers>();
  // Whoever waits may have gone: the counting goes on all the same.
  submit_to(engine_, std::move(batch))
      .then([this, caller, size,
             waits = kj::mv(pair.fulfiller)](all_answers answers) mutable {
        const auto counted = open_by_caller_.find(caller);
        if ((counted->second -= size) == 0) open_by_caller_.erase(counted);
        waits->fulfill(std::move(answers));
      })
      .detach([](kj::Exception&&) {});
  return kj::mv(pair.promise);
}

}  // namespace oms::tools
