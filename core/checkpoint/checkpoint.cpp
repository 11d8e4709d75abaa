// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/checkpoint/gguf_model.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/torch_pickle.h"

#include <nlohmann/json.hpp>

#include <set>

namespace invar {
namespace {

using Json = nlohmann::json;
using Tensors = std::map<std::string, StoredTensor>;
using Reader = Tensors (*)(const std::filesystem::path &);

constexpr std::size_t max_index_size = std::size_t{256} << 20;

Tensors read_safetensors_tensors(const std::filesystem::path &file) { return read_safetensors(file).tensors; }

/// Tensor name to the file that holds it, as a sharded checkpoint's index says.
std::map<std::string, std::string> read_weight_map(const std::filesystem::path &index) {
    const auto json = Json::parse(read_text_file(index, max_index_size), nullptr, false);
    if (json.is_discarded())
        fail("{}: is not valid JSON", index.string());
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        fail("{}: has no weight_map", index.string());
    std::map<std::string, std::string> map;
    for (const auto &[name, value] : json["weight_map"].items()) {
        const auto shard = value.is_string() ? value.get<std::string>() : std::string();
        if (shard.empty() || shard == ".." || shard.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos)
            fail("{}: tensor {} is not mapped to a file of the same folder", index.string(), name);
        map.emplace(name, shard);
    }
    return map;
}

Tensors read_sharded(const std::filesystem::path &index, Reader read, const Task &task) {
    const auto weight_map = read_weight_map(index);
    std::set<std::string> shards;
    for (const auto &[name, shard] : weight_map)
        shards.insert(shard);
    for (const auto &shard : shards)
        if (!std::filesystem::exists(index.parent_path() / shard))
            fail("{}: names the shard {}, which is missing", index.string(), shard);

    Tensors tensors;
    std::size_t done = 0;
    for (const auto &shard : shards) {
        task.check();
        task.report(static_cast<double>(done++) / static_cast<double>(shards.size()), "reading " + shard);
        for (auto &[name, tensor] : read(index.parent_path() / shard)) {
            // A shard may hold more than the index lists, but a listed tensor comes from the shard it is listed for.
            const auto listed = weight_map.find(name);
            if (listed == weight_map.end() || listed->second == shard)
                tensors.insert_or_assign(name, std::move(tensor));
        }
    }
    for (const auto &[name, shard] : weight_map)
        if (!tensors.contains(name))
            fail("{}: lists tensor {} in {}, which does not hold it", index.string(), name, shard);
    return tensors;
}

} // namespace

Checkpoint::Checkpoint(std::map<std::string, StoredTensor> tensors, std::filesystem::path source)
    : tensors_(std::move(tensors)), source_(std::move(source)) {}

const StoredTensor &Checkpoint::at(const std::string &name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end())
        fail("{}: has no tensor {}", source_.string(), name);
    return found->second;
}

Checkpoint Checkpoint::open(const std::filesystem::path &path, const Task &task) {
    if (is_gguf_file(path))
        return read_gguf_model(path).checkpoint;
    const auto &folder = path;
    struct Form {
        const char *file;
        Reader read;
    };
    constexpr Form forms[] = {{"model.safetensors", read_safetensors_tensors},
                              {"pytorch_model.bin", read_torch_state_dict}};
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        fail("{}: {}", folder.string(),
             std::filesystem::exists(folder, error) ? "is neither a folder nor a GGUF file" : "does not exist");
    for (const auto &[file, read] : forms) {
        const auto single = folder / file;
        const auto index = folder / (std::string(file) + ".index.json");
        if (std::filesystem::exists(single, error)) {
            task.report(0, std::string("reading ") + file);
            return Checkpoint(read(single), folder);
        }
        if (std::filesystem::exists(index, error))
            return Checkpoint(read_sharded(index, read, task), folder);
    }
    fail("{}: holds no weights; looked for model.safetensors, model.safetensors.index.json, pytorch_model.bin and "
         "pytorch_model.bin.index.json",
         folder.string());
}

} // namespace invar
