// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/normalizer.h"

#include "core/base/error.h"
#include "core/text/character_map.h"
#include "core/text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace invar {
namespace {

using Action = std::function<std::string(std::string)>;
using namespace tokenizer_step;

utf8proc_option_t form_option(const std::string &name) {
    const int form = name.ends_with("C") ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
    const int compatibility = name.starts_with("NFK") ? UTF8PROC_COMPAT : 0;
    return static_cast<utf8proc_option_t>(UTF8PROC_STABLE | form | compatibility);
}

std::string unicode_form(const std::string &text, utf8proc_option_t option) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(text, is_ascii)) // in every form already
        return text;
    utf8proc_uint8_t *made = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &made, option);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, &std::free);
    if (size < 0)
        fail("the text could not be normalized ({})", utf8proc_errmsg(size));
    return {reinterpret_cast<const char *>(made), static_cast<std::size_t>(size)};
}

std::string strip(const std::string &text, bool left, bool right) {
    std::string_view rest = text;
    while (left && !rest.empty()) {
        const auto c = utf8::decode(rest, 0);
        if (!utf8::is_white_space(c.value))
            break;
        rest.remove_prefix(c.length);
    }
    while (right && !rest.empty()) {
        const auto c = utf8::decode_last(rest);
        if (!utf8::is_white_space(c.value))
            break;
        rest.remove_suffix(c.length);
    }
    return std::string(rest);
}

Action action(const UnicodeForm &step) {
    if (step.name != "NFC" && step.name != "NFD" && step.name != "NFKC" && step.name != "NFKD")
        fail("the Unicode normalization form {} is not known", step.name);
    return [option = form_option(step.name)](const std::string &text) { return unicode_form(text, option); };
}

Action action(const Prepend &step) {
    return [prefix = step.text](std::string text) {
        if (!text.empty())
            text.insert(0, prefix);
        return text;
    };
}

Action action(const Replace &step) {
    const auto pattern = std::make_shared<const TextPattern>(step.pattern);
    return [pattern, content = step.content](const std::string &text) {
        std::string result;
        result.reserve(text.size());
        pattern->split(text, [&](std::string_view piece, bool match) { result += match ? content : piece; });
        return result;
    };
}

Action action(const StripWhiteSpace &step) {
    return [step](const std::string &text) { return strip(text, step.left, step.right); };
}

Action action(const Precompiled &step) {
    const auto map = std::make_shared<const CharacterMap>(step.character_map);
    return [map](const std::string &text) { return map->apply(text); };
}

} // namespace

Normalizer::Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {
    for (const auto &step : steps_)
        actions_.push_back(std::visit([](const auto &each) { return action(each); }, step));
}

std::string Normalizer::operator()(std::string_view utf8) const {
    std::string text(utf8);
    for (const auto &act : actions_)
        text = act(std::move(text));
    return text;
}

} // namespace invar
