#pragma once

/// The actor that knows every source, and the routing rules.
///
/// It spawns locations and suppliers, hands their commands on, keeps the
/// versions of the rules, and publishes the network as one immutable value
/// whenever it changes. It also keeps all settings that are on disk, so that
/// readers need not ask the sources, even while the journal waits for the disk.

#include <map>
#include <memory>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/engine/recording.hpp"
#include "actors/history/recovery.hpp"

namespace oms {

class network_actor : public caf::event_based_actor {
 public:
  network_actor(caf::actor_config& config, engine_context& context,
                std::vector<history::recovered_source> sources,
                std::vector<history::recovered_rules> rules);

  caf::behavior make_behavior() override;
  /// Drops the handles of the sources, which would keep them alive: they must
  /// end for the engine to stop.
  void on_exit() override;
  const char* name() const override { return "network"; }

 private:
  struct known_source {
    caf::actor handle;
    network_source profile;
  };
  struct known_rules {
    versioned_rules rules;
    recording log;
  };

  /// A transfer that has left, as `sent_transfer` at its `from`.
  struct known_transfer {
    std::string from;
    sent_transfer sent;
  };

  void on_command(client_command& given);
  void on_transfer(client_command& given);
  void on_close(client_command& given);
  /// Another command about the same transfer is being decided: this one waits.
  bool waits_for_transfer(const transfer_id& transfer, client_command& given);
  void transfer_decided(const transfer_id& transfer);
  void on_transfer_left(transfer_left& left);
  void hand_on(client_command& given, const source_ref& to, bool define);
  void on_settings(const settings_written& written);
  void set_rules(client_command& given, const set_routing& command);
  [[nodiscard]] result<routing_rules> wanted_rules(
      const set_routing& command) const;
  /// None when the board has no room for another source.
  known_source* spawn_source(const source_ref& source, source_state state,
                             sequence head);
  [[nodiscard]] std::shared_ptr<const network> make_network() const;
  void publish();

  engine_context& context_;
  std::map<source_ref, known_source> sources_;
  std::map<brand_id, known_rules> rules_;
  std::map<std::string, known_transfer> transfers_;
  /// Transfers that their locations are deciding, with the commands that wait
  /// for that.
  std::map<std::string, std::vector<client_command>> deciding_;
  std::uint64_t rules_changes_ = 0;
  network_shown shown_;
};

}  // namespace oms
