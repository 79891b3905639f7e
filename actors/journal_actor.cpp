#include "actors/journal_actor.hpp"
#include "messages/reserved_names.hpp"

#include <thread>
#include <utility>

namespace oms {

namespace {

constexpr const char* storage_refused = "storage.refused";

}  // namespace

journal_actor::journal_actor(
    caf::actor_config& config, engine_context& context,
    persistence::log_store& store, std::function<void(const event&)> observer,
    std::function<void(const std::string&)> storage_changed,
    history::recovered_storage storage, bool owns_thread)
    : caf::event_based_actor(config),
      context_(context),
      store_(store),
      observer_(std::move(observer)),
      storage_changed_(std::move(storage_changed)),
      owns_thread_(owns_thread),
      storage_log_({entity_kind::engine, "storage"}, storage.version,
                   storage.head) {
  context_.events_written = store_.stats().last;
  context_.events_in_checkpoint = store_.stats().last;
}

caf::behavior journal_actor::make_behavior() {
  return {
      [this](journal_batches& some) {
        for (auto& each : some.batches) gather(each);
      },
      [this](journal_batch& batch) { gather(batch); },
      [this](journal_flush) { flush(); },
      [this](storage_trouble& trouble) {
        auto alert = alert_of(std::move(trouble.reason));
        gather(alert);
      },
      [this](clock_tick) { look_at_store(); },
      [this](const report_ask& asked) {
        answer_report(*this, asked, gathered_.size());
      },
  };
}

void journal_actor::gather(journal_batch& batch) {
  // Nothing will be written any more, so what still comes is refused at once.
  if (context_.storage.is_lost()) {
    const error why{
        error_code::storage_unavailable, context_.storage.problem(), {}};
    refuse(batch, why, why);
    return;
  }
  gathered_.push_back(std::move(batch));
  publish();
  if (flushing_) return;
  flushing_ = true;
  // The flush comes after everything that is in the mailbox by now, so all of
  // it is gathered before the commit. What arrives during that commit makes the
  // next one. So commits grow with the load, without a timer and without a
  // delay at rest.
  send(this, journal_flush{});
}

void journal_actor::flush() {
  flushing_ = false;
  if (context_.crashed) {
    // A simulated crash: what is not on disk is gone, answers included.
    gathered_.clear();
    return;
  }
  while (!unwritten_.empty() || !gathered_.empty()) {
    if (unwritten_.empty()) take_next();
    // Its numbers are given, and later events refer to them, so nothing can be
    // written before it.
    if (commit()) continue;
    if (context_.storage.is_lost()) return;
    flushing_ = true;
    try_again_later();
    return;
  }
}

void journal_actor::publish() {
  context_.journal_now.unwritten = unwritten_.size() + gathered_.size();
}

// A read has no effect that could be in doubt, so it gets the plain reason; a
// command may get another one.
void journal_actor::refuse(journal_batch& batch, const error& command,
                           const error& read) {
  for (const auto& each : batch.answers)
    each.to.batch->set(each.to.index, command);
  if (batch.then) batch.then(batch.is_read ? read : command);
}

// A full disk may last for hours. Commands wait, because they are taken and may
// still be written. A read can simply be repeated, so it fails at once. `then`
// is taken out, since it is called only once.
void journal_actor::refuse_reads(const error& why) {
  const auto refuse_read = [&why](journal_batch& batch) {
    if (batch.then && batch.is_read) std::exchange(batch.then, {})(why);
  };
  for (auto& each : unwritten_) refuse_read(each);
  for (auto& each : gathered_) refuse_read(each);
}

void journal_actor::look_at_store() {
  // A commit looks for itself. Between commits nothing else would notice that
  // the files were replaced, and reads would go on showing what is not there
  // any more.
  if (flushing_ || context_.crashed || context_.storage.is_lost()) return;
  if (const auto same = store_.check_in_place(); !same) lose(same.failure());
}

void journal_actor::lose(const error& why) {
  // First, so that whoever is told below can't send more.
  context_.storage.set_lost(why.message);
  auto left = std::exchange(unwritten_, {});
  decisions_.clear();
  ends_.clear();
  for (auto& each : std::exchange(gathered_, {}))
    left.push_back(std::move(each));
  publish();
  const error not_known{error_code::storage_unavailable,
                        "whether this command took effect is not known, for "
                        "the store was lost meanwhile: " +
                            why.message,
                        {}};
  for (auto& each : left) refuse(each, not_known, why);
  // Into the files that are still open, if they can be written: whoever reads
  // them later finds the reason as the last entry. A failure changes nothing.
  gathered_.push_front(alert_of(why.message));
  take_next();
  static_cast<void>(append());
  unwritten_.clear();
  decisions_.clear();
  ends_.clear();
  publish();
  if (storage_changed_) storage_changed_(why.message);
}

void journal_actor::try_again_later() {
  const std::chrono::milliseconds pause(retry_interval_ms);
  if (!owns_thread_) {
    delayed_send(this, pause, journal_flush{});
    return;
  }
  // Its thread has nothing else to do: what arrives waits for the same disk. A
  // delayed message would keep the thread alive after the actor's end.
  std::this_thread::sleep_for(pause);
  send(this, journal_flush{});
}

// Sequences and links to the previous event of an entity are given here and
// nowhere else, in the order of arrival. CAF keeps the order of messages from
// one sender, and an entity sends to the journal before it tells others. So a
// cause is always ahead of its effects, and every prefix of the log is a
// consistent state.
void journal_actor::take_next() {
  auto next = store_.stats().last + 1;
  std::size_t events = 0;
  while (!gathered_.empty() && events < max_events_per_commit) {
    auto batch = std::move(gathered_.front());
    gathered_.pop_front();
    auto previous = batch.head ? batch.head->last.load() : 0;
    for (auto& each : batch.decisions) {
      each.at = next;
      each.previous = previous;
      previous = each.last();
      next = previous + 1;
      events += each.events.size();
      for (const auto& body : each.events) count(body);
    }
    // A commit that is refused keeps its numbers: the heads have moved, and the
    // next batch of the entity links to them.
    if (batch.head) batch.head->last = previous;
    batch.newest = previous;
    if (!batch.decisions.empty())
      for (auto& each : batch.answers)
        if (each.given) each.given->at = previous;
    for (auto& each : batch.decisions) decisions_.push_back(std::move(each));
    batch.decisions.clear();
    ends_.push_back(decisions_.size());
    unwritten_.push_back(std::move(batch));
  }
}

status journal_actor::append() { return append(0, ends_.size()); }

status journal_actor::append(std::size_t from, std::size_t to) {
  const auto first = from == 0 ? 0 : ends_.at(from - 1);
  auto rest = std::span<const decision>(decisions_)
                  .subspan(first, to == 0 ? 0 : ends_.at(to - 1) - first);
  // Of a commit that was divided, the first part may be on disk and the second
  // refused. Then only the rest is left to write.
  const auto already = store_.stats().last;
  while (!rest.empty() && rest.front().last() <= already)
    rest = rest.subspan(1);
  if (rest.empty()) return oms::done{};
  auto written = store_.append(rest);
  if (written || written.failure().code != error_code::too_large ||
      to - from == 1)
    return written;
  // More than an entry may hold, so it becomes two. What one batch has stays
  // together, so that any prefix of the log is a consistent state.
  const auto middle = from + (to - from) / 2;
  written = append(from, middle);
  return written ? append(middle, to) : written;
}

bool journal_actor::commit() {
  const auto begun = std::chrono::steady_clock::now();
  context_.journal_now.at_disk = true;
  const auto outcome = append();
  // Checked after a write that succeeded as well: it may have gone into files
  // that were deleted. Then its answers must not leave.
  const auto same = store_.check_in_place();
  // A pause between two tries counts as waiting for the disk.
  context_.journal_now.at_disk = same && !outcome;
  if (!same) {
    lose(same.failure());
    return false;
  }
  if (!outcome) {
    refusal_ = outcome.failure().message;
    const bool is_new = context_.storage.ok();
    context_.storage.set_refuses(refusal_);
    if (is_new && storage_changed_) storage_changed_(refusal_);
    refuse_reads(outcome.failure());
    return false;
  }
  const auto took = std::chrono::steady_clock::now() - begun;
  // Before the answers leave: whoever gets one may send the next command, which
  // must not be refused.
  if (!context_.storage.ok()) {
    context_.storage.set_writes();
    if (storage_changed_) storage_changed_({});
  }
  auto written = std::exchange(unwritten_, {});
  publish();
  committed news{std::exchange(decisions_, {})};
  ends_.clear();
  // The next commit is likely to be as large.
  unwritten_.reserve(written.size());
  decisions_.reserve(news.decisions.size());
  show_counts();
  if (observer_)
    for (auto& each : news.decisions) show(each);
  if (const auto events = events_in(news.decisions); events > 0) {
    context_.events_written = news.decisions.back().last();
    context_.commit_us.observe(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    context_.events_per_commit.observe(events);
    // Before any `then`: a snapshot that one of them sends must come after the
    // events that it shows. And before the answers, so that a caller can look
    // up what its answer says.
    send(context_.checkpointer, std::move(news));
  }
  // All heads before any answer: an answer about one entity may lead a caller
  // to read another that changed in the same commit.
  for (const auto& batch : written)
    if (batch.head)
      batch.head->written.store(batch.version, std::memory_order_release);
  for (const auto& batch : written) {
    // Before the answers leave: whoever gets one may read what this makes
    // visible.
    if (batch.then) batch.then(batch.newest);
    for (const auto& each : batch.answers)
      each.to.batch->set(each.to.index, each.given);
  }
  // It can only be recorded now, when the store writes again and it is over.
  // In front of what gathered meanwhile, so that the trail has it next to the
  // commits that were delayed.
  if (!refusal_.empty())
    gathered_.push_front(alert_of(std::exchange(refusal_, {}), true));
  return true;
}

// An event of a decision has what it needs for as long as it is shown.
void journal_actor::show(decision& written) {
  written.put_header(0, shown_);
  for (auto& body : written.events) {
    shown_.body = std::move(body);
    observer_(shown_);
    body = std::move(shown_.body);
    shown_.previous = shown_.at++;
    ++shown_.version;
  }
}

// Before the commit, while the event is at hand; shown after it, since
// `engine_stats` shows only what is on disk.
void journal_actor::count(const event_body& numbered) {
  if (std::holds_alternative<order_placed>(numbered))
    ++counted_[static_cast<std::size_t>(order_status::pending)];
  if (const auto* step = std::get_if<status_changed>(&numbered)) {
    --counted_[static_cast<std::size_t>(step->from)];
    ++counted_[static_cast<std::size_t>(step->to)];
  }
}

void journal_actor::show_counts() {
  for (std::size_t i = 0; i < counted_.size(); ++i)
    context_.orders[i] += std::exchange(counted_[i], 0);
}

// The subject is a number, because an alert is recorded once per kind and
// subject (invariant 10) and a store may refuse more than once.
journal_batch journal_actor::alert_of(std::string reason, bool is_over) {
  std::vector<event_body> events{
      alert_raised{.kind = storage_refused,
                   .subject = std::to_string(storage_log_.version() + 1),
                   .reason = std::move(reason)}};
  if (is_over) events.push_back(alert_resolved{storage_refused, {}});
  journal_batch batch;
  storage_log_.add(batch, std::move(events),
                   {actor_name{reserved::journal}, {}, {}}, context_.now());
  return batch;
}

}  // namespace oms
