// Tells the thread sanitizer what CAF guarantees between threads.
//
// Debian's libcaf_core is not built with the sanitizer, so it sees neither the
// mailboxes' atomics nor the scheduler's: every hand-over between two workers
// would count as a data race, and a suppression that silences those silences
// every handler of ours with them. Instead, the few functions of CAF by which
// something changes threads are replaced here by ones that say so and go on to
// CAF's own. What is left is what CAF promises, no more:
//
//   what the sender did before it sent    is before  the handler of the message
//   one run of an actor                   is before  its next run
//   what was done with a reference        is before  the end of what it counts
//
// Only in the preset `tsan`, linked into the tests that may run actors. It
// belongs to CAF 0.17.6; another version stops the build here.

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <atomic>
#include <caf/all.hpp>
#include <cstdlib>

static_assert(CAF_VERSION == 1706, "check these functions against this CAF");

extern "C" {
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace {

/// While it lives, this thread's writes are not watched. It stands where CAF
/// puts an actor into the scheduler's queue, in a node that the worker which
/// takes it will delete; they are ordered by spinlocks. No code of ours runs
/// there.
struct unwatched {
  unwatched() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
  ~unwatched() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
  unwatched(const unwatched&) = delete;
  unwatched& operator=(const unwatched&) = delete;
};

/// CAF's own function behind the one that replaces it here.
template <class Function>
Function* behind(const char* mangled) {
  void* found = dlsym(RTLD_NEXT, mangled);
  if (found == nullptr) {
    std::abort();
  }
  return reinterpret_cast<Function*>(found);
}

/// Messages that are dropped unread when their actor ends; the address beside
/// the actor's own, which stands for the actor's state.
void* unread(void* actor) { return static_cast<char*>(actor) + 1; }

}  // namespace

namespace caf {

// ----------------------------------------------------------------- messages --

void scheduled_actor::enqueue(mailbox_element_ptr message,
                              execution_unit* context) {
  static auto* const next =
      behind<void(scheduled_actor*, mailbox_element_ptr, execution_unit*)>(
          "_ZN3caf15scheduled_actor7enqueueESt10unique_ptrINS_15mailbox_"
          "elementENS_6detail8disposerEEPNS_14execution_unitE");
  __tsan_release(message.get());
  __tsan_release(unread(this));
  unwatched queueing;
  next(this, std::move(message), context);
}

scheduled_actor::activation_result scheduled_actor::reactivate(
    mailbox_element& message) {
  static auto* const next =
      behind<activation_result(scheduled_actor*, mailbox_element&)>(
          "_ZN3caf15scheduled_actor10reactivateERNS_15mailbox_elementE");
  __tsan_acquire(&message);
  auto result = next(this, message);
  // Here and not at the end of the run: by then the mailbox may be blocked,
  // and another worker in the next run.
  __tsan_release(this);
  return result;
}

bool scheduled_actor::cleanup(error&& reason, execution_unit* context) {
  static auto* const next =
      behind<bool(scheduled_actor*, error&&, execution_unit*)>(
          "_ZN3caf15scheduled_actor7cleanupEONS_5errorEPNS_14execution_unitE");
  __tsan_acquire(unread(this));
  return next(this, std::move(reason), context);
}

// The same for scoped actors, which have no handler to stand before: what came
// until they wake up.

void blocking_actor::enqueue(mailbox_element_ptr message,
                             execution_unit* context) {
  static auto* const next =
      behind<void(blocking_actor*, mailbox_element_ptr, execution_unit*)>(
          "_ZN3caf14blocking_actor7enqueueESt10unique_ptrINS_15mailbox_"
          "elementENS_6detail8disposerEEPNS_14execution_unitE");
  __tsan_release(unread(this));
  next(this, std::move(message), context);
}

void blocking_actor::await_data() {
  static auto* const next =
      behind<void(blocking_actor*)>("_ZN3caf14blocking_actor10await_dataEv");
  next(this);
  __tsan_acquire(unread(this));
}

// --------------------------------------------------------------------- runs --

void scheduled_actor::launch(execution_unit* context, bool lazy, bool hide) {
  static auto* const next =
      behind<void(scheduled_actor*, execution_unit*, bool, bool)>(
          "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb");
  __tsan_release(this);
  unwatched queueing;
  next(this, context, lazy, hide);
}

resumable::resume_result scheduled_actor::resume(execution_unit* context,
                                                 std::size_t max_messages) {
  static auto* const next =
      behind<resume_result(scheduled_actor*, execution_unit*, std::size_t)>(
          "_ZN3caf15scheduled_actor6resumeEPNS_14execution_unitEm");
  __tsan_acquire(this);
  return next(this, context, max_messages);
}

bool scheduled_actor::activate(execution_unit* context) {
  static auto* const next = behind<bool(scheduled_actor*, execution_unit*)>(
      "_ZN3caf15scheduled_actor8activateEPNS_14execution_unitE");
  auto alive = next(this, context);
  __tsan_release(this);
  return alive;
}

// --------------------------------------------------------------- references --
// They do what CAF's own do; compiled here, their atomics are seen.

void ref_counted::deref() const noexcept {
  if (unique()) {
    request_deletion(false);
  } else if (rc_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    request_deletion(true);
  }
}

void intrusive_ptr_release(actor_control_block* block) {
  if (block->strong_refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block->data_dtor(block->get());
    intrusive_ptr_release_weak(block);
  }
}

void intrusive_ptr_release_weak(actor_control_block* block) {
  if (block->weak_refs == 1 ||
      block->weak_refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block->block_dtor(block);
  }
}

}  // namespace caf
