// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fingerprint.h"

#include "core/model/visit_weights.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <memory>

namespace invar {
namespace {

/// Feeds tensors to one running hash.
class Hasher {
public:
    Hasher() : state_(XXH3_createState()) { XXH3_128bits_reset(state_.get()); }

    void add(const at::Tensor &tensor) {
        const auto plain = tensor.cpu().contiguous();
        const auto sizes = plain.sizes();
        XXH3_128bits_update(state_.get(), sizes.data(), sizes.size() * sizeof(std::int64_t));
        XXH3_128bits_update(state_.get(), plain.const_data_ptr(), plain.nbytes());
    }
    [[nodiscard]] std::string text() const {
        const auto hash = XXH3_128bits_digest(state_.get());
        return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
    }

private:
    struct Free {
        void operator()(XXH3_state_t *state) const { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, Free> state_;
};

} // namespace

std::string fingerprint(const at::Tensor &tensor) {
    Hasher hasher;
    hasher.add(tensor);
    return hasher.text();
}

std::string fingerprint(const ModelWeights &weights) {
    Hasher hasher;
    visit_weights(weights, [&](const at::Tensor &tensor) { hasher.add(tensor); });
    hasher.add(weights.head);
    return hasher.text();
}

} // namespace invar
