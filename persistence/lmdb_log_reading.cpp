// The log in LMDB: what is read.

#include <string>
#include <vector>

#include "persistence/lmdb_copy.hpp"
#include "persistence/lmdb_log.hpp"
#include "persistence/lmdb_pages.hpp"
#include "persistence/lmdb_values.hpp"

namespace oms::persistence {

namespace {

using lmdb::bytes_of;
using lmdb::head_in;
using lmdb::number_in;
using lmdb::value_of;

// What a reader decodes in one transaction: little enough for a writer that
// waits to move the map, and enough to make the transaction cheap.
constexpr std::size_t chunk_bytes = 256 * 1024;
// The same for a timeline, whose events are spread over the log: each may bring
// another page from disk.
constexpr std::size_t chunk_events = 64;

}  // namespace

template <class Use>
status lmdb_log::reading(Use use) const {
  auto outcome = data_.reading(error{error_code::storage_unavailable,
                                     place() + ": could not be opened again"},
                               use);
  // What is invalid here is the store and not the question. So callers get
  // `storage_unavailable`, and the damage is reported.
  if (!outcome && outcome.failure().code == error_code::invalid)
    return damage(error{error_code::storage_unavailable,
                        std::move(outcome.failure().message)});
  return outcome;
}

error lmdb_log::damage(error why) const {
  checks_.report(why.message, why);
  return why;
}

error lmdb_log::unreadable(int code, const char* doing) const {
  auto why = lmdb::failure_of(code, place() + ": " + doing);
  // Something that must be there and is not found is beneath a damaged page.
  // The other codes are those by which LMDB notices pages that make no sense.
  if (code == MDB_NOTFOUND || code == MDB_CURSOR_FULL ||
      code == MDB_BAD_VALSIZE || code == MDB_PAGE_FULL)
    why.code = error_code::invalid;
  return why;
}

result<chain_head> lmdb_log::head_of(MDB_txn* txn) const {
  auto key = value_of("head");
  MDB_val value;
  const int code = mdb_get(txn, meta_, &key, &value);
  if (code == 0 && value.mv_size == lmdb::head_bytes)
    return head_in(bytes_of(value));
  if (code != 0 && code != MDB_NOTFOUND)
    return unreadable(code, "reading the head");
  return error{error_code::invalid, place() + ": the head is missing"};
}

// An entry is stored under its first sequence, so the one that contains `at`
// has the last key that is not beyond it.
int lmdb_log::find(MDB_cursor* cursor, sequence at, sequence last, MDB_val& key,
                   MDB_val& data) const {
  const auto wanted = bytes_of(at);
  key = value_of(wanted);
  int code = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE);
  if (at > last) return code;
  if (code == MDB_NOTFOUND)
    return mdb_cursor_get(cursor, &key, &data, MDB_LAST);
  if (code != 0 || number_in(bytes_of(key)) == at) return code;
  code = mdb_cursor_get(cursor, &key, &data, MDB_PREV);
  if (code != MDB_NOTFOUND) return code;
  // The first entry does not start at 1, and `at` is before it. The walk finds
  // that it does not follow from nothing.
  return mdb_cursor_get(cursor, &key, &data, MDB_FIRST);
}

status lmdb_log::check(MDB_cursor* cursor, const MDB_val& key,
                       const MDB_val& data, const chain_head& head) const {
  const auto first = number_in(bytes_of(key));
  return checks_.once(first, [&]() -> status {
    // The entry after it vouches for its hash. Then the cursor goes back, since
    // callers walk with it.
    auto next_key = key;
    MDB_val next{};
    int code = mdb_cursor_get(cursor, &next_key, &next, MDB_NEXT);
    auto outcome =
        check_entry(first, bytes_of(data), head,
                    code == 0 ? bytes_of(next) : std::span<const std::byte>{});
    auto same_key = key;
    code = mdb_cursor_get(cursor, &same_key, &next, MDB_SET);
    if (code != 0) return unreadable(code, "reading the log");
    return outcome;
  });
}

template <class Take>
result<bool> lmdb_log::follow(chain_walk& walk, sequence from, bool anew,
                              Take take) const {
  bool ended = false;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn, log_, cursor);
    if (code == 0) code = find(cursor.get(), from, head->last, key, data);
    std::size_t taken = 0;
    while (code == 0 && taken < chunk_bytes) {
      const auto first = number_in(bytes_of(key));
      // Either the check hashes the entry, once per store, or the walk does it
      // now; never both.
      if (!anew)
        if (auto sound = check(cursor.get(), key, data, *head); !sound)
          return sound;
      const auto entry = walk.follow(first, bytes_of(data), !anew);
      if (!entry) return damage(entry.failure());
      if (auto good = take(first, *entry); !good) return damage(good.failure());
      taken += data.mv_size;
      code = mdb_cursor_get(cursor.get(), &key, &data, MDB_NEXT);
    }
    if (code == 0) return done{};
    if (code != MDB_NOTFOUND) return unreadable(code, "reading the log");
    // The end is compared with the head of this very transaction: a log whose
    // last entries are missing looks whole otherwise.
    ended = true;
    if (auto whole = walk.finish(*head); !whole) return damage(whole.failure());
    return done{};
  });
  if (!outcome) return outcome.failure();
  return ended;
}

status lmdb_log::scan(sequence from,
                      const std::function<bool(const event&)>& visit) const {
  auto walk = from <= 1 ? chain_walk() : chain_walk::from_the_middle();
  auto next = from;
  while (true) {
    // `visit` runs when the transaction is over: it may take its time, and
    // it may use the store.
    std::vector<codec::log_entry> entries;
    const auto ended =
        follow(walk, next, false,
               [&](sequence first, std::span<const std::byte> data) -> status {
                 auto entry = codec::decode_entry(data);
                 if (!entry) return bad_batch(first, entry.failure().message);
                 entries.push_back(std::move(*entry));
                 return done{};
               });
    // What was read before the damage is shown first, so that callers get all
    // that is good and the error after it.
    for (const auto& entry : entries)
      for (const auto& one : entry.events)
        if (one.at >= from && !visit(one)) return done{};
    if (!ended) return ended.failure();
    if (*ended) return done{};
    next = walk.next();
  }
}

// The whole entry is checked, and of its events only one is decoded.
result<event> lmdb_log::event_at(MDB_cursor* cursor, sequence at,
                                 const chain_head& head) const {
  MDB_val key;
  MDB_val data;
  if (const int code = find(cursor, at, head.last, key, data); code != 0)
    return unreadable(code, "reading");
  const auto first = number_in(bytes_of(key));
  if (auto sound = check(cursor, key, data, head); !sound)
    return sound.failure();
  if (at < first)
    return damage(bad_batch(first, "the batch before it is missing"));
  auto one = codec::decode_event(entry_in(bytes_of(data)), at - first);
  if (!one) return damage(bad_batch(first, one.failure().message));
  return one;
}

result<std::optional<event>> lmdb_log::read(sequence at) const {
  std::optional<event> found;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    if (at == 0 || at > head->last) return done{};
    lmdb::cursor cursor;
    if (const int code = lmdb::open_cursor(txn, log_, cursor); code != 0)
      return unreadable(code, "reading");
    auto one = event_at(cursor.get(), at, *head);
    if (!one) return one.failure();
    found = std::move(*one);
    return done{};
  });
  if (!outcome) return outcome.failure();
  return found;
}

status lmdb_log::walk_back(
    sequence head, const std::function<bool(const event&)>& visit) const {
  timeline_walk walk(head);
  while (walk.next() != 0) {
    // As in `scan`, `visit` runs when the transaction is over.
    std::vector<event> events;
    auto outcome = reading([&](MDB_txn* txn) -> status {
      const auto end = head_of(txn);
      if (!end) return end.failure();
      lmdb::cursor cursor;
      if (const int code = lmdb::open_cursor(txn, log_, cursor); code != 0)
        return unreadable(code, "reading");
      while (walk.next() != 0 && events.size() < chunk_events) {
        if (walk.next() > end->last) return walk.missing();
        auto one = event_at(cursor.get(), walk.next(), *end);
        if (!one) return one.failure();
        if (auto good = walk.follow(*one); !good) return damage(good.failure());
        events.push_back(std::move(*one));
      }
      return done{};
    });
    for (const auto& one : events)
      if (!visit(one)) return done{};
    if (!outcome) return outcome;
  }
  return done{};
}

result<std::optional<codec::digest>> lmdb_log::hash_at(sequence last) const {
  std::optional<codec::digest> hash;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto end = head_of(txn);
    if (!end) return end.failure();
    if (last == 0 || last > end->last) return done{};
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn, log_, cursor);
    if (code == 0) code = find(cursor.get(), last, end->last, key, data);
    if (code != 0) return unreadable(code, "reading");
    if (auto sound = check(cursor.get(), key, data, *end); !sound) return sound;
    auto found = hash_if_last(number_in(bytes_of(key)), bytes_of(data), last);
    if (!found) return damage(found.failure());
    hash = *found;
    return done{};
  });
  if (!outcome) return outcome.failure();
  return hash;
}

result<personal_data> lmdb_log::personal(const order_key& order,
                                         std::uint64_t version) const {
  const auto name = personal_key(entity_of(order).key, version);
  personal_data found;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    auto key = value_of(name);
    MDB_val value;
    const int code = mdb_get(txn, personal_, &key, &value);
    // None was given, or it was erased. A key that LMDB can't have is none.
    if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE) return done{};
    if (code != 0) return unreadable(code, "reading personal data");
    auto data = personal_in(bytes_of(key), bytes_of(value));
    if (!data) {
      checks_.report(name, data.failure());
      return data.failure();
    }
    found = std::move(*data);
    return done{};
  });
  if (!outcome) return outcome.failure();
  return found;
}

result<bool> lmdb_log::has_personal(const order_key& order) const {
  const auto name = entity_of(order).key;
  bool found = false;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    auto key = value_of(name);
    MDB_val value;
    int code = mdb_get(txn, personal_, &key, &value);
    found = code == 0;
    if (code == MDB_NOTFOUND) {
      const auto first_edited = first_edited_key(name);
      lmdb::cursor cursor;
      code = lmdb::open_cursor(txn, personal_, cursor);
      key = value_of(first_edited);
      if (code == 0)
        code = mdb_cursor_get(cursor.get(), &key, &value, MDB_SET_RANGE);
      found = code == 0 &&
              is_personal_key(
                  {static_cast<const char*>(key.mv_data), key.mv_size}, name);
    }
    if (code != 0 && code != MDB_NOTFOUND && code != MDB_BAD_VALSIZE)
      return unreadable(code, "reading personal data");
    return done{};
  });
  if (!outcome) return outcome.failure();
  return found;
}

// A backup is made to be believed later, when the original is gone. So what is
// copied is verified first, also what was checked before.
status lmdb_log::back_up(const std::filesystem::path& to) const {
  if (auto sound = verify(); !sound) return sound;
  return lmdb::copy_store(data_, tables_.data(), to);
}

status lmdb_log::verify() const {
  // Pages first: LMDB would follow a bad one on the way to the entries, and may
  // end the process.
  auto pages = reading([](MDB_txn* txn) { return lmdb::check_pages(txn); });
  if (!pages)
    return error{pages.failure().code,
                 place() + ": " + pages.failure().message};
  chain_walk walk;
  while (true) {
    const auto ended = follow(
        walk, walk.next(), true,
        [](sequence, std::span<const std::byte>) -> status { return done{}; });
    if (!ended) return ended.failure();
    if (*ended) return verify_personal();
  }
}

// In chunks like the log. Records change and go meanwhile, so each chunk begins
// at the key at which the one before stopped, or at the next one that is there.
status lmdb_log::verify_personal() const {
  codec::bytes next;
  bool ended = false;
  while (!ended) {
    auto outcome = reading([&](MDB_txn* txn) -> status {
      lmdb::cursor cursor;
      MDB_val key = value_of(next);
      MDB_val record;
      int code = lmdb::open_cursor(txn, personal_, cursor);
      if (code == 0)
        code = mdb_cursor_get(cursor.get(), &key, &record,
                              next.empty() ? MDB_FIRST : MDB_SET_RANGE);
      for (std::size_t taken = 0; code == 0 && taken < chunk_bytes;
           taken += record.mv_size) {
        if (const auto data = personal_in(bytes_of(key), bytes_of(record));
            !data)
          return data.failure();
        code = mdb_cursor_get(cursor.get(), &key, &record, MDB_NEXT);
      }
      ended = code == MDB_NOTFOUND;
      if (code != 0 && !ended) return unreadable(code, "reading personal data");
      if (!ended) next.assign(bytes_of(key).begin(), bytes_of(key).end());
      return done{};
    });
    if (!outcome) return outcome;
  }
  return done{};
}

status lmdb_log::check_files() const {
  if (folder_)
    if (auto same = lmdb::check_same_file(data_.directory(), *folder_); !same)
      return same;
  for (const auto& same : {lock_.check_in_place(data_.directory()),
                           data_.check_in_place(), tables_.check_in_place()})
    if (!same) return same;
  return done{};
}

status lmdb_log::check_in_place() const {
  if (read_only_) return done{};
  if (lost_) return *lost_;
  if (auto same = check_files(); !same) return same;
  // The same files may have been written over, by `cp` or by another process.
  // If no transaction can be begun, `is_ours` stays true: that is a failure of
  // its own, and the next append will report it.
  bool is_ours = true;
  static_cast<void>(reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    is_ours = head && *head == head_;
    return done{};
  }));
  return is_ours ? status(done{}) : another_log();
}

store_stats lmdb_log::stats() const {
  store_stats stats;
  static_cast<void>(reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    stats = {.last = head->last,
             .entries = head->entries,
             .bytes = lmdb::used_bytes(data_.env()),
             .head = head->hash};
    return done{};
  }));
  return stats;
}

}  // namespace oms::persistence
