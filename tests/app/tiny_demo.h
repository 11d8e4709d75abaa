// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/checkpoint/safetensors.h"

#include <QByteArray>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace invar::test {

/// Writes what demo_folder() expects, with a random model that every demo setting fits (rows that 128 divides) but that
/// searches hundreds of steps a second; and points $INVARSCOPE_DEMO at it.
class TinyDemo {
public:
    explicit TinyDemo(std::filesystem::path folder) : folder_(std::move(folder)) {
        std::filesystem::create_directories(folder_ / "model");
        write_model();
        write_tokenizer();
        write_file_atomically(folder_ / "calibration.txt", text(1, 4000));
        write_file_atomically(folder_ / "heldout.txt", text(2, 2000));
        qputenv("INVARSCOPE_DEMO", QByteArray::fromStdString(folder_.string()));
    }

    [[nodiscard]] std::filesystem::path model() const { return folder_ / "model"; }

private:
    static constexpr std::int64_t hidden = 128, ffn = 128, layers = 3, vocabulary = 32, context = 128;

    static std::string text(unsigned seed, int words) {
        std::mt19937 random(seed);
        std::string text;
        for (int word = 0; word < words; ++word) {
            for (unsigned letter = 0; letter < 2 + random() % 6; ++letter)
                text += static_cast<char>('a' + random() % 26);
            text += ' ';
        }
        return text;
    }

    void add(const std::string &name, std::vector<std::int64_t> shape, float mean, float spread) {
        std::int64_t count = 1;
        for (const auto size : shape)
            count *= size;
        auto values = std::make_shared<std::vector<float>>(static_cast<std::size_t>(count));
        std::normal_distribution<float> normal(mean, spread);
        for (float &value : *values)
            value = normal(random_);
        tensors_[name] = {.type = StorageType::float32,
                          .shape = std::move(shape),
                          .bytes = std::as_bytes(std::span(*values)),
                          .owner = values};
    }

    void add_linear(const std::string &name, std::int64_t rows, std::int64_t columns) {
        add(name + ".weight", {rows, columns}, 0, 0.1F);
        add(name + ".bias", {rows}, 0, 0.02F);
    }

    void add_norm(const std::string &name) {
        add(name + ".weight", {hidden}, 1, 0.02F);
        add(name + ".bias", {hidden}, 0, 0.02F);
    }

    void write_model() {
        const std::string decoder = "model.decoder.";
        add(decoder + "embed_tokens.weight", {vocabulary, hidden}, 0, 0.1F);
        add(decoder + "embed_positions.weight", {context + 2, hidden}, 0, 0.05F);
        add_norm(decoder + "final_layer_norm");
        for (int layer = 0; layer < layers; ++layer) {
            const std::string prefix = decoder + "layers." + std::to_string(layer) + ".";
            for (const char *projection : {"q_proj", "k_proj", "v_proj", "out_proj"})
                add_linear(prefix + "self_attn." + projection, hidden, hidden);
            add_linear(prefix + "fc1", ffn, hidden);
            add_linear(prefix + "fc2", hidden, ffn);
            add_norm(prefix + "self_attn_layer_norm");
            add_norm(prefix + "final_layer_norm");
        }
        write_safetensors(model() / "model.safetensors", tensors_);
        write_file_atomically(model() / "config.json", R"({"model_type": "opt", "architectures": ["OPTForCausalLM"],
 "activation_function": "relu", "do_layer_norm_before": true, "_remove_final_layer_norm": false, "enable_bias": true,
 "layer_norm_elementwise_affine": true, "hidden_size": 128, "word_embed_proj_dim": 128, "ffn_dim": 128,
 "num_hidden_layers": 3, "num_attention_heads": 4, "vocab_size": 32, "max_position_embeddings": 128,
 "bos_token_id": 1, "eos_token_id": 1, "pad_token_id": 0, "tie_word_embeddings": true, "torch_dtype": "float32"})");
    }

    void write_tokenizer() {
        std::string entries = R"("<pad>": 0, "</s>": 1, "\u0120": 2)";
        for (int letter = 0; letter < 26; ++letter)
            entries += std::string(", \"") + static_cast<char>('a' + letter) + "\": " + std::to_string(3 + letter);
        const std::string level =
            R"({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true})";
        write_file_atomically(model() / "tokenizer.json",
                              R"({"version": "1.0", "truncation": null, "padding": null, "added_tokens": [
 {"id": 0, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
 {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
 "normalizer": null, "pre_tokenizer": )" +
                                  level + R"(, "post_processor": null, "decoder": )" + level +
                                  R"(, "model": {"type": "BPE", "dropout": null, "unk_token": null,
 "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
 "vocab": {)" + entries + R"(}, "merges": []}})");
    }

    std::filesystem::path folder_;
    std::mt19937 random_{7};
    std::map<std::string, StoredTensor> tensors_;
};

} // namespace invar::test
