// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/token_decoder.h"

#include "core/text/byte_alphabet.h"
#include "core/text/byte_tokens.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <memory>

namespace invar {
namespace {

using Tokens = std::vector<std::string>;
using Action = std::function<void(Tokens &)>;
using namespace tokenizer_step;

void fuse(Tokens &tokens) {
    std::string whole;
    for (const auto &token : tokens)
        whole += token;
    tokens.clear();
    tokens.push_back(std::move(whole));
}

Action action(const FromBytes & /*step*/) {
    return [](Tokens &tokens) {
        std::string bytes;
        for (const auto &token : tokens)
            append_from_byte_alphabet(bytes, token);
        tokens.assign(1, utf8::lossy(bytes));
    };
}

std::string replaced(const std::string &token, const TextPattern &pattern, std::string_view content) {
    std::string result;
    pattern.split(token, [&](std::string_view piece, bool match) { result += match ? content : piece; });
    return result;
}

Action action(const Replace &step) {
    const auto pattern = std::make_shared<const TextPattern>(step.pattern);
    return [pattern, content = step.content](Tokens &tokens) {
        for (auto &token : tokens)
            token = replaced(token, *pattern, content);
    };
}

Action action(const ByteFallback & /*step*/) {
    return [](Tokens &tokens) {
        Tokens result;
        std::string bytes;
        const auto end_of_bytes = [&] {
            if (utf8::find_invalid(bytes) == std::string_view::npos)
                result.push_back(bytes);
            else
                result.insert(result.end(), bytes.size(), "\uFFFD");
            bytes.clear();
        };
        for (auto &token : tokens) {
            if (const auto byte = byte_of_token(token)) {
                bytes += static_cast<char>(*byte);
                continue;
            }
            end_of_bytes();
            result.push_back(std::move(token));
        }
        end_of_bytes();
        tokens = std::move(result);
    };
}

Action action(const Fuse & /*step*/) { return fuse; }

Action action(const Strip &step) {
    return [step](Tokens &tokens) {
        for (auto &token : tokens) {
            std::string_view rest = token;
            for (std::size_t i = 0; i < step.start && rest.starts_with(step.content); ++i)
                rest.remove_prefix(step.content.size());
            for (std::size_t i = 0; i < step.stop && rest.ends_with(step.content); ++i)
                rest.remove_suffix(step.content.size());
            token = std::string(rest);
        }
    };
}

Action action(const Metaspace &step) {
    const auto mark = std::make_shared<const TextPattern>(PatternText{step.replacement});
    return [mark, prefixed = step.prepend != PrependScheme::never](Tokens &tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i)
            tokens[i] = replaced(tokens[i], *mark, i == 0 && prefixed ? "" : " ");
    };
}

} // namespace

TokenDecoder::TokenDecoder(std::vector<DecoderStep> steps) : steps_(std::move(steps)) {
    for (const auto &step : steps_)
        actions_.push_back(std::visit([](const auto &each) { return action(each); }, step));
}

std::string TokenDecoder::operator()(std::vector<std::string> tokens) const {
    for (const auto &act : actions_)
        act(tokens);
    fuse(tokens);
    return std::move(tokens.front());
}

} // namespace invar
