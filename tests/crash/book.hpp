#pragma once

/// The client's own book of what it asked and what it was told.
///
/// It lives in the client, so that no kill touches it, and is compared with the
/// log of the killed engine: what was acknowledged is there, what was refused
/// is not, what got no answer is there whole or not at all, nothing is there
/// that was not asked for, and what may be asked twice has one effect. It also
/// adds up, from the events alone, what each source has and has promised: more
/// promised than there is means oversold.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "messages/events.hpp"
#include "persistence/log_store.hpp"
#include "tests/crash/wish.hpp"

namespace oms::crash {

class book {
 public:
  /// To be called before the wish is sent: the answer may come at once.
  void asked(const wish& given);
  /// What the server said of a wish; false for a line about something else.
  bool heard(const std::string& line);
  /// The server is gone: what is open may be there or not.
  void went_down();

  /// Compares with the log, and learns from it what the answers did not say,
  /// such as where units wait. Returns a text for each thing that is wrong.
  [[nodiscard]] std::vector<std::string> compare(
      const persistence::log_store& log);

  /// Wishes without an answer that may be asked again.
  [[nodiscard]] std::vector<wish> to_repeat() const;
  [[nodiscard]] bool is_open(std::uint64_t id) const;
  [[nodiscard]] std::size_t open() const { return open_.size(); }

  struct whereabouts {
    std::uint64_t order = 0;
    std::string place;
  };
  /// Sources with units of orders that have not shipped, by the log.
  [[nodiscard]] const std::vector<whereabouts>& allocated() const {
    return allocated_;
  }

  struct counts {
    std::size_t acknowledged = 0;
    std::size_t refused = 0;
    /// Of those, because the store could not be written.
    std::size_t refused_by_storage = 0;
    std::size_t lost = 0;
    std::size_t oversold = 0;
    sequence last = 0;
  };
  [[nodiscard]] const counts& so_far() const { return counts_; }

 private:
  enum class fate : std::uint8_t { open, unknown, acknowledged, refused };
  struct entry {
    wish given;
    fate became = fate::open;
    /// Where the acknowledgement says that it is; 0 when nothing changed.
    sequence at = 0;
  };
  struct reading;

  void check(const entry& of, const std::vector<event>& events, reading& log);

  std::map<std::uint64_t, entry> entries_;
  std::set<std::uint64_t> open_;
  std::vector<whereabouts> allocated_;
  counts counts_;
};

}  // namespace oms::crash
