#include "tools/omsctl/live/top.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "tools/text/activity_text.hpp"
#include "tools/text/number_text.hpp"

namespace oms::omsctl {

namespace {

constexpr const char* latency = "oms_http_latency_seconds";
constexpr const char* commit = "oms_journal_commit_seconds";
constexpr const char* commit_events = "oms_journal_commit_events";
// The server names no more either.
constexpr std::size_t max_lines_shown = 10;

std::string count_text(double count) {
  return text::grouped(static_cast<std::int64_t>(count));
}

// A small rate needs its fraction; of a large one it would only flicker.
std::string rate_text(double rate) {
  return rate < 100 ? fmt::format("{:.1f}", rate) : count_text(rate);
}

std::string time_text(double seconds) {
  return seconds < 0 ? "-" : text::short_time_text(seconds);
}

// Responses by status class, without those to this screen.
std::map<char, double> answers_of(const metric_samples& all) {
  std::map<char, double> by_class;
  for (const auto& each : all.of("oms_http_answers_total")) {
    const auto status = each.label("status");
    if (each.label("route") != "/metrics" && !status.empty())
      by_class[status.front()] += each.value;
  }
  return by_class;
}

class top_writer {
 public:
  top_writer(const top_figures& figures, const text::palette& colours)
      : of_(figures), colours_(colours) {}

  std::string operator()() {
    state();
    beside(orders(), flow());
    out_ += '\n';
    beside(waiting(), queues());
    return std::move(out_);
  }

 private:
  // Two columns of 35 and what separates them stay below 80.
  static constexpr std::size_t left_width = 37;

  // A row of a column, 35 wide: a name on the left and its number on the right.
  // Painted last, so that widths are those of what is seen.
  std::string row(const std::string& name, const std::string& number,
                  text::colour in = text::colour::plain) const {
    const auto space =
        name.size() + number.size() < 33 ? 33 - name.size() - number.size() : 1;
    return "  " + name + std::string(space, ' ') + colours_.paint(in, number);
  }
  std::string heading(const std::string& name, const std::string& number = {},
                      text::colour in = text::colour::plain) const {
    const auto space =
        name.size() + number.size() < 35 ? 35 - name.size() - number.size() : 1;
    return colours_.paint(text::colour::bold, name) + std::string(space, ' ') +
           colours_.paint(in, number);
  }

  // Puts two columns next to each other, which may differ in height.
  void beside(const std::vector<std::string>& left,
              const std::vector<std::string>& right) {
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      auto line = i < left.size() ? left[i] : std::string();
      if (i < right.size()) {
        std::size_t width = 0;
        // Sequences of colors end with m and take no room on the screen.
        for (bool escaped = false; const char c : line) {
          escaped = escaped || c == '\x1b';
          // A character of several bytes counts once, by its first byte.
          width += !escaped && (c & 0xc0) != 0x80 ? 1 : 0;
          if (c == 'm') escaped = false;
        }
        line += std::string(width < left_width + 2 ? left_width + 2 - width : 1,
                            ' ') +
                right[i];
      }
      // Blanks at the end would be copied along with the text.
      line.erase(line.find_last_not_of(' ') + 1);
      out_ += line + '\n';
    }
  }

  void state() {
    out_ +=
        "storage " +
        (of_.storage_ok ? colours_.paint(text::colour::green, "ok")
                        : colours_.paint(text::colour::red, "refuses writes"));
    out_ += fmt::format(
        "   log {}   sequence {}   connections {}\n\n",
        text::bytes_text(static_cast<std::uint64_t>(of_.store_bytes)),
        count_text(of_.sequence), count_text(of_.connections));
  }

  std::vector<std::string> orders() const {
    double all = 0;
    for (const auto& [status, count] : of_.orders) all += count;
    std::vector<std::string> lines{heading("Orders", count_text(all))};
    for (const auto& [status, count] : of_.orders)
      lines.push_back(row(status, count_text(count)));
    lines.push_back(
        row("stuck", count_text(of_.orders_stuck),
            of_.orders_stuck > 0 ? text::colour::red : text::colour::plain));
    lines.push_back(row("in memory", count_text(of_.orders_awake)));
    lines.push_back(row("passivated", count_text(of_.orders_asleep)));
    return lines;
  }

  std::vector<std::string> flow() const {
    std::vector<std::string> lines{heading("Per second")};
    lines.push_back(row("orders placed", rate_text(of_.orders_per_s)));
    lines.push_back(row("commands", rate_text(of_.commands_per_s)));
    lines.push_back(row(
        "refused", rate_text(of_.refused_per_s),
        of_.refused_per_s > 0 ? text::colour::yellow : text::colour::plain));
    // omsd sends no redirects, so there is no 3xx.
    for (const char kind : {'2', '4', '5'}) {
      const auto found = of_.answers_per_s.find(kind);
      const auto rate = found == of_.answers_per_s.end() ? 0 : found->second;
      lines.push_back(row(
          fmt::format("responses {}xx", kind), rate_text(rate),
          kind == '5' && rate > 0 ? text::colour::red : text::colour::plain));
    }
    lines.push_back(row("commits", rate_text(of_.commits_per_s)));
    lines.emplace_back();
    lines.push_back(heading("Latency: requests, commits"));
    lines.push_back(row("median", time_text(of_.latency_p50_s) + ", " +
                                      time_text(of_.commit_p50_s)));
    lines.push_back(row("90 %", time_text(of_.latency_p90_s)));
    lines.push_back(row("99 %", time_text(of_.latency_p99_s) + ", " +
                                    time_text(of_.commit_p99_s)));
    lines.push_back(row("events per commit",
                        of_.events_per_commit < 0
                            ? "-"
                            : fmt::format("{:.1f}", of_.events_per_commit)));
    return lines;
  }

  std::vector<std::string> waiting() const {
    std::vector<std::string> lines{
        heading("Backordered units", count_text(of_.units_waiting))};
    for (const auto& [sku, units] : of_.longest_lines)
      lines.push_back(row(sku, count_text(units)));
    return lines;
  }

  std::vector<std::string> queues() const {
    std::vector<std::string> lines{heading("Queues", "messages     wait")};
    lines.push_back(
        row("open commands",
            // Blank where actors have their wait: the server measures none for
            // these.
            fmt::format("{}         ", count_text(of_.commands_open))));
    lines.push_back(
        row("queries",
            fmt::format("{}         ", count_text(of_.queries_waiting))));
    for (const auto& each : of_.queues)
      lines.push_back(
          row(each.kind, fmt::format("{} {:>8}", count_text(each.messages),
                                     text::short_time_text(each.wait_s))));
    return lines;
  }

  const top_figures& of_;
  const text::palette& colours_;
  std::string out_;
};

// The latency of all routes but /metrics, or an idle server would show the
// latency of being watched.
cumulative_histogram calls_of(const metric_samples& all) {
  return histogram_of(all.except("route", "/metrics"), latency);
}

}  // namespace

top_figures figures_of(const metric_samples& now, const metric_samples& then,
                       double seconds, const metric_samples& begin) {
  const auto rate = [&](const char* name) {
    return rate_of(now.sum(name), then.sum(name), seconds);
  };
  top_figures made;
  made.storage_ok = now.sum("oms_storage_ok") > 0;
  made.store_bytes = now.sum("oms_store_bytes");
  made.sequence = now.sum("oms_log_sequence");
  made.connections = now.sum("oms_http_connections");
  for (const auto& each : now.of("oms_orders"))
    // A status that no order has is 0 in /metrics, and not shown here.
    if (each.value > 0)
      made.orders.emplace_back(each.label("status"), each.value);
  std::sort(made.orders.begin(), made.orders.end());
  made.orders_awake = now.sum("oms_orders_awake");
  made.orders_asleep = now.sum("oms_orders_asleep");
  made.orders_stuck = now.sum("oms_orders_stuck");
  made.orders_per_s = rate("oms_orders");
  made.commands_per_s = rate("oms_commands_total");
  made.refused_per_s = rate("oms_commands_refused_total");
  // Class by class, so that a class that is new since `then` counts from 0.
  const auto before = answers_of(then);
  for (const auto& [kind, count] : answers_of(now)) {
    const auto found = before.find(kind);
    made.answers_per_s[kind] =
        rate_of(count, found == before.end() ? 0 : found->second, seconds);
  }
  const auto calls = difference(calls_of(now), calls_of(begin));
  made.latency_p50_s = quantile_of(calls, 0.5);
  made.latency_p90_s = quantile_of(calls, 0.9);
  made.latency_p99_s = quantile_of(calls, 0.99);
  made.commits_per_s =
      rate_of(now.sum(std::string(commit) + "_count"),
              then.sum(std::string(commit) + "_count"), seconds);
  const auto commits =
      difference(histogram_of(now, commit), histogram_of(begin, commit));
  made.commit_p50_s = quantile_of(commits, 0.5);
  made.commit_p99_s = quantile_of(commits, 0.99);
  const auto events = difference(histogram_of(now, commit_events),
                                 histogram_of(begin, commit_events));
  if (events.count > 0) made.events_per_commit = events.sum / events.count;
  made.commands_open = now.sum("oms_commands_open");
  made.queries_waiting = now.sum("oms_queries_waiting");
  for (const auto& each : now.of("oms_actor_mailbox_messages")) {
    top_figures::queue queue{each.label("kind"), each.value, 0};
    // Two metrics by kind that belong together.
    for (const auto& wait : now.of("oms_actor_wait_seconds"))
      if (wait.label("kind") == queue.kind) queue.wait_s = wait.value;
    made.queues.push_back(std::move(queue));
  }
  std::sort(made.queues.begin(), made.queues.end(),
            [](const auto& a, const auto& b) { return a.kind < b.kind; });
  made.units_waiting = now.sum("oms_backordered_units");
  for (const auto& each : now.of("oms_waiting_units"))
    made.longest_lines.emplace_back(each.label("sku"), each.value);
  std::sort(made.longest_lines.begin(), made.longest_lines.end(),
            [](const auto& a, const auto& b) {
              // Equal queues stay in their order, or rows would change places
              // at every refresh.
              return a.second != b.second ? a.second > b.second
                                          : a.first < b.first;
            });
  if (made.longest_lines.size() > max_lines_shown)
    made.longest_lines.resize(max_lines_shown);
  return made;
}

std::string top_text(const top_figures& figures, const text::palette& colours) {
  return top_writer(figures, colours)();
}

std::string clipped(std::string_view line, std::size_t columns) {
  std::string out;
  std::size_t width = 0;
  bool escaped = false;
  for (const char c : line) {
    escaped = escaped || c == '\x1b';
    // A character is either shown whole or not at all, and sequences pass even
    // beyond the end: one of them turns the color off again.
    const bool begins = (c & 0xc0) != 0x80;
    if (!escaped && begins && ++width > columns) continue;
    if (!escaped && !begins && width > columns) continue;
    out += c;
    if (c == 'm') escaped = false;
  }
  return out;
}

}  // namespace oms::omsctl
