#pragma once

#include <string>

#include <cairn/core/state_dict.h>

namespace cairn::io {

/// Writes a StateDict to a file that load_checkpoint() believes only when nothing in it
/// has changed: a safetensors file, which Python's `safetensors` reads as it is, with
/// a checksum of all names, shapes and elements in its metadata. Whole or not there at
/// all. Throws IoError, and ValueError for a name given twice.
///
/// train::Model writes and reads its own; a training loop of your own puts together
/// what it needs, here between two batches or two epochs:
///
///     StateDict all;
///     append_state(all, "model/", net.state());
///     append_state(all, "optimizer/", optimizer.state_dict());
///     append_state(all, "schedule/", schedule.state_dict());
///     append_state(all, "loader/", loader.state_dict());
///     append_state(all, "generator/", default_generator().state_dict());
///     io::save_checkpoint("run.safetensors", all);
///
/// and hands each its part with load_state_dict(state_part(all, "optimizer/")), the
/// schedule before the optimizer. The example own_loop.cpp is such a loop, and goes on
/// exactly.
CAIRN_API void save_checkpoint(const std::string& path, const StateDict& state);

/// Reads such a file. Throws IoError, and FormatError for a file that is cut short,
/// changed, or no checkpoint.
CAIRN_API StateDict load_checkpoint(const std::string& path);

}  // namespace cairn::io
