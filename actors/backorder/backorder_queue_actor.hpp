#pragma once

/// The actor around the backorder queues of some SKUs: it gives arriving units
/// to the orders that wait.
///
/// When an entry could be served by what a source has available (its order came
/// back from a hold, or the units arrived while it was on its way here), the
/// actor calls the source to offer it, the preferred one first. Long queues are
/// served and searched in slices, one message each, so that other messages do
/// not wait for a whole queue. The actor also owns the settings of the
/// products, which say what may wait. SKUs are spread over these actors by
/// `engine_context::backorder_queue_of`.

#include <map>
#include <memory>
#include <set>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/engine/recording.hpp"
#include "actors/history/recovery.hpp"

namespace oms::backorder {

/// An order with units of a SKU that may not wait.
struct unfillable_units {
  sku_id sku;
  order_key order;
};

class backorder_queue_actor : public caf::event_based_actor {
 public:
  backorder_queue_actor(caf::actor_config& config, engine_context& context,
                        std::vector<history::recovered_settings> products,
                        const std::vector<queue_enter>& waiting,
                        const std::vector<unfillable_units>& unfillable,
                        std::vector<incoming_known> incoming);

  caf::behavior make_behavior() override;
  /// Drops the handles of the sources, which would keep them alive: the sources
  /// must end for the engine to stop.
  void on_exit() override;
  const char* name() const override { return "waiting line"; }

 private:
  struct sku_line {
    explicit sku_line(const sku_id& sku) : line(sku) {}
    backorder_queue line;
    /// As the board has it.
    bool is_waited_for = false;
    /// A source was called and has not answered yet.
    bool calling = false;
    /// The next slice of the search is in the mailbox already.
    bool seeking = false;
    /// Orders whose units may not wait.
    std::set<order_key> unfillable;
    std::unique_ptr<recording> product_log;
    /// How often its entries changed, and how much of that is on disk.
    std::uint64_t changes = 0;
    std::shared_ptr<log_head> head = std::make_shared<log_head>();
    /// Slices with takers that sources have yet to settle.
    int serving = 0;
    /// Sources that have units on offer. Until they go to an order or become
    /// available, no one can say who has to wait for longer.
    std::set<source_ref> offering;
    /// The next slice of the walk that dates entries is on its way.
    bool dating = false;
    /// Others can read when units come in.
    bool is_published = false;
  };

  /// What one turn of a shard has changed here, in the order of the SKUs.
  using changed_lines = std::map<sku_id, sku_line*>;
  void on_messages(const queue_messages& messages);
  [[nodiscard]] queue_entered enter(const queue_enter& asked,
                                    changed_lines& changed);
  void change(const queue_change& told, changed_lines& changed);
  void on_offer(const offer_made& offer);
  void on_offer_done(const offer_done& done);
  void on_incoming(incoming_known& known);
  void on_date_on(const date_on& more);
  /// Lets the walk that dates entries go on, if something is left for it.
  void keep_dating(sku_line& of);
  /// Says to quotes and previews what is coming.
  void publish_coming(sku_line& of);
  [[nodiscard]] bool knows_network() const;
  /// When units of a line come in, as far as that is known.
  [[nodiscard]] std::optional<date> date_of(sku_line& of,
                                            const order_key& order,
                                            const line_id& line) const;
  /// Whether the day is over where it counts.
  [[nodiscard]] bool is_past(const due_day& due) const;
  void on_network(const network_published& published);
  void on_command(client_command& given);
  [[nodiscard]] result<product_settings> wanted_product(
      const define_product& command) const;

  void report(const report_ask& asked);
  sku_line& line_of(const sku_id& sku);
  /// Their entries have changed. The events that say so are in the journal by
  /// now, except that an order records that it waits only when it has the
  /// answer.
  void note_change(const std::vector<sku_line*>& changed);
  /// Marks on the board whether orders wait. Must precede the look at the
  /// stock: see stock_board.hpp.
  void note_if_waited_for(sku_line& of);
  /// Calls the preferred source that has what an entry could take.
  void look_around(const sku_id& sku);
  /// Looks at every entry again.
  void look_around_anew(const sku_id& sku);
  void look_around_everywhere();
  void plan_unfillable_again(sku_line& of);

  engine_context& context_;
  network_published network_;
  /// Indexes of the network's sources, the preferred first.
  std::vector<std::size_t> preferred_;
  std::map<sku_id, std::unique_ptr<sku_line>> lines_;
};

}  // namespace oms::backorder
