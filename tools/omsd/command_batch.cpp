#include "tools/omsd/command_batch.hpp"

#include <kj/vector.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "tools/omsd/permission.hpp"
#include "tools/omsd/rpc_engine_queue.hpp"
#include "tools/text/caller_name.hpp"

namespace oms::omsd {

error id_taken() {
  return {
      error_code::conflict, "the id was already used for another command", {}};
}

// Everything that can be refused without the engine is refused here, so that
// one wrong command takes nothing from the others.
void command_batch::take(command one, std::string_view content) {
  std::visit(
      // An order's brand defaults to the caller's. Routing rules have a brand
      // too, but there the empty one means all brands.
      [this](auto& body) {
        if constexpr (requires { body.order.brand; })
          if (body.order.brand.empty()) body.order.brand = who_.default_brand();
      },
      one.body);
  if (auto fault = text::fault_of_caller_name(one.by.value))
    return refuse(
        {error_code::invalid, "by " + *fault, {{"by", std::move(*fault)}}});
  one.by = name_in_trail(who_, std::move(one.by.value));
  if (auto may = permitted(who_, one.body); !may) return refuse(may.failure());
  if (auto may = may_sign(service_.engine.behind(), one.by); !may)
    return refuse(may.failure());
  taken added{.asked = std::move(one),
              .place = answers_.size(),
              .key = {},
              .before = {}};
  if (auto& id = added.asked.id; !id.empty()) {
    added.key = key_of(key_kind::rpc, who_.name, id, content);
    id = added.key->id;
  }
  answers_.emplace_back(receipt{});
  commands_.push_back(std::move(added));
}

// After a restart the table of keys is empty, but the engine still knows which
// commands took effect. Only keys that the table lacks are asked for, and all
// in one query.
kj::Promise<void> command_batch::look_up() {
  using all_found = std::vector<std::optional<answer>>;
  std::vector<std::size_t> asked;
  std::vector<command_key> keys;
  for (std::size_t i = 0; i < commands_.size(); ++i)
    if (const auto& key = commands_[i].key; key && !keys_.knows(*key)) {
      asked.push_back(i);
      keys.push_back(*key);
    }
  if (asked.empty()) return kj::READY_NOW;
  return ask<all_found>(
             service_.engine, who_.name,
             [&engine = service_.engine.behind(),
              keys = std::move(keys)]() -> result<all_found> {
               all_found found;
               for (const auto& key : keys)
                 found.push_back(answered_before(engine, key, id_taken()));
               return found;
             })
      // If the engine can't say, the command is refused. To do it twice would
      // be worse.
      .then([this, asked = std::move(asked)](result<all_found> found) {
        for (std::size_t i = 0; i < asked.size(); ++i)
          commands_[asked[i]].before =
              found ? std::move((*found)[i])
                    : std::optional<answer>(found.failure());
      });
}

kj::Promise<std::vector<answer>> command_batch::submit() {
  // Without keys no other call can wait for one of these commands, so the batch
  // needs only one callback.
  const bool has_keys =
      std::any_of(commands_.begin(), commands_.end(),
                  [](const taken& each) { return each.key.has_value(); });
  std::vector<std::size_t> places;
  for (const auto& each : commands_) places.push_back(each.place);
  auto submitted = [&]() -> kj::Promise<std::vector<answer>> {
    if (commands_.empty()) return std::vector<answer>();
    if (has_keys) return submit_each();
    std::vector<command> all;
    for (auto& each : commands_) all.push_back(std::move(each.asked));
    auto got = new_kj_callback<std::vector<answer>>();
    std::vector<answer> otherwise(all.size(), answer(waits_for_disk()));
    service_.engine.submit_all(
        std::move(all), who_.name,
        // If the store begins to refuse writes, all of them are answered at
        // once.
        service_.waiting.watch<std::vector<answer>>(std::move(got.fulfill),
                                                    std::move(otherwise)));
    return kj::mv(got.promise);
  }();
  return submitted.then(
      [answers = std::move(answers_),
       places = std::move(places)](std::vector<answer> got) mutable {
        for (std::size_t i = 0; i < got.size(); ++i)
          answers[places[i]] = std::move(got[i]);
        return std::move(answers);
      });
}

kj::Promise<std::vector<answer>> command_batch::submit_each() {
  // Commands that are still to be done go to the engine together; `waiting` has
  // a callback for each.
  std::vector<command> batch;
  std::vector<std::function<void(answer)>> waiting;
  kj::Vector<kj::Promise<answer>> all;
  for (auto& each : commands_) {
    auto got = new_kj_callback<answer>();
    all.add(kj::mv(got.promise));
    const auto run = [&](std::function<void(answer)> then) {
      if (each.before) return then(std::move(*each.before));
      batch.push_back(std::move(each.asked));
      waiting.push_back(std::move(then));
    };
    auto then = service_.waiting.watch<answer>(std::move(got.fulfill),
                                               answer(waits_for_disk()));
    // A repeat of a command that waits for the disk would only wait as well.
    if (!each.key)
      run(std::move(then));
    else if (service_.waiting.refuses() && keys_.is_under_way(*each.key))
      then(answer(waits_for_disk()));
    else
      keys_.once(*each.key, run, std::move(then));
  }
  if (!batch.empty())
    service_.engine.submit_all(
        std::move(batch), who_.name,
        [waiting = std::move(waiting)](std::vector<answer> answers) {
          for (std::size_t i = 0; i < answers.size(); ++i)
            waiting[i](std::move(answers[i]));
        });
  // Joined in the order of the commands, whichever is answered first.
  return kj::joinPromises(all.releaseAsArray()).then([](kj::Array<answer> got) {
    return std::vector<answer>(std::make_move_iterator(got.begin()),
                               std::make_move_iterator(got.end()));
  });
}

}  // namespace oms::omsd
