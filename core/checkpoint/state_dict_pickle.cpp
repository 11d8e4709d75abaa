// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/state_dict_pickle.h"

#include "core/base/error.h"
#include "core/checkpoint/pickle_opcodes.h"
#include "core/checkpoint/storage.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <variant>

namespace invar {
namespace {

// Far above what a state_dict needs (some fifteen values a tensor), far below what hurts.
constexpr std::size_t max_values = 2'000'000;
constexpr std::size_t max_stack = 1'000'000;

struct Value;
using Ref = Value *;

struct None {};
struct Mark {};
struct Tuple {
    std::vector<Ref> items;
};
struct Dict {
    std::vector<std::pair<Ref, Ref>> items;
};
enum class Global { ordered_dict, rebuild_tensor, rebuild_parameter };
struct Storage {
    StorageType type;
    std::string key;
    std::int64_t elements;
};
/// Kept apart, because it is several times as large as every other value.
using TensorBox = std::unique_ptr<const PickledTensor>;
/// Values refer to each other freely (even in circles), so the machine's arena owns them all.
struct Value {
    std::variant<None, Mark, bool, std::int64_t, std::string, Tuple, Dict, Global, StorageType, Storage, TensorBox> is;
};

constexpr std::array<std::pair<std::string_view, StorageType>, 10> storage_globals{{
    {"torch DoubleStorage", StorageType::float64},
    {"torch FloatStorage", StorageType::float32},
    {"torch HalfStorage", StorageType::float16},
    {"torch BFloat16Storage", StorageType::bfloat16},
    {"torch LongStorage", StorageType::int64},
    {"torch IntStorage", StorageType::int32},
    {"torch ShortStorage", StorageType::int16},
    {"torch CharStorage", StorageType::int8},
    {"torch ByteStorage", StorageType::uint8},
    {"torch BoolStorage", StorageType::boolean},
}};

constexpr std::array<std::pair<std::string_view, Global>, 3> callable_globals{{
    {"collections OrderedDict", Global::ordered_dict},
    {"torch._utils _rebuild_tensor_v2", Global::rebuild_tensor},
    {"torch._utils _rebuild_parameter", Global::rebuild_parameter},
}};

/// Text from a file, made fit for a one-line message.
std::string printable(std::string_view text) {
    std::string shown;
    for (const char c : text.substr(0, 80))
        shown += c >= ' ' && c <= '~' ? c : '?';
    return shown;
}

class Machine {
public:
    Machine(std::span<const std::byte> pickle, const std::string &file) : rest_(pickle), file_(file) {}

    std::vector<PickledTensor> run() {
        while (const auto result = step())
            if (*result)
                return state_dict(**result);
        broken("has no end");
    }

private:
    [[noreturn]] void broken(std::string_view what) const { fail("{}: its pickle {}", file_, what); }

    // --- the byte stream
    std::span<const std::byte> take(std::size_t count) {
        if (count > rest_.size())
            broken("ends in the middle of an instruction");
        const auto bytes = rest_.first(count);
        rest_ = rest_.subspan(count);
        return bytes;
    }
    template <typename Integer> Integer number() {
        std::uint64_t value = 0;
        int shift = 0;
        for (const auto byte : take(sizeof(Integer))) {
            value |= std::to_integer<std::uint64_t>(byte) << shift;
            shift += 8;
        }
        return static_cast<Integer>(value);
    }
    std::string text(std::size_t count) {
        const auto bytes = take(count);
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    }
    std::string line() {
        const auto end = std::ranges::find(rest_, std::byte{'\n'});
        if (end == rest_.end())
            broken("ends in the middle of a name");
        auto content = text(static_cast<std::size_t>(end - rest_.begin()));
        take(1);
        return content;
    }

    // --- the stack
    template <typename T> void push(T value) {
        if (values_.size() >= max_values)
            broken("holds more values than a state_dict could");
        push_ref(&values_.emplace_back(Value{std::move(value)}));
    }
    void push_ref(Ref ref) {
        if (stack_.size() >= max_stack)
            broken("piles up more values than a state_dict could");
        stack_.push_back(ref);
    }
    Ref pop() {
        if (stack_.empty() || std::holds_alternative<Mark>(stack_.back()->is))
            broken("takes a value from an empty stack");
        const auto top = stack_.back();
        stack_.pop_back();
        return top;
    }
    std::vector<Ref> pop_to_mark() {
        const auto mark =
            std::find_if(stack_.rbegin(), stack_.rend(), [](Ref ref) { return std::holds_alternative<Mark>(ref->is); });
        if (mark == stack_.rend())
            broken("closes a group that was never opened");
        std::vector<Ref> items(mark.base(), stack_.end());
        stack_.erase(mark.base() - 1, stack_.end());
        return items;
    }
    Ref top() const {
        if (stack_.empty() || std::holds_alternative<Mark>(stack_.back()->is))
            broken("uses a value of an empty stack");
        return stack_.back();
    }
    template <typename T> static const T *as(Ref ref) { return std::get_if<T>(&ref->is); }

    // --- instructions
    void push_tuple(std::size_t size) {
        Tuple tuple{std::vector<Ref>(size)};
        std::generate(tuple.items.rbegin(), tuple.items.rend(), [this] { return pop(); });
        push(std::move(tuple));
    }
    void set_items(std::span<const Ref> items) {
        auto *dict = std::get_if<Dict>(&top()->is);
        if (dict == nullptr || items.size() % 2 != 0)
            broken("sets items of something that is not a dictionary");
        for (std::size_t i = 0; i < items.size(); i += 2)
            dict->items.emplace_back(items[i], items[i + 1]);
    }
    void push_global() {
        const auto module = line();
        const auto name = line();
        const auto full = module + ' ' + name;
        for (const auto &[known, type] : storage_globals)
            if (known == full)
                return push(type);
        for (const auto &[known, global] : callable_globals)
            if (known == full)
                return push(global);
        fail("{}: its pickle uses the global {}.{}, which is not allowed", file_, printable(module), printable(name));
    }
    void push_memo(std::uint32_t index) {
        const auto found = memo_.find(index);
        if (found == memo_.end())
            broken("uses a value that it never stored");
        push_ref(found->second);
    }
    void persistent_load() {
        // ('storage', type, key, location, elements); the location is where it lived when it was saved.
        const auto id = pop();
        const auto *tuple = as<Tuple>(id);
        if (tuple == nullptr || tuple->items.size() != 5)
            broken("refers to a storage in an unknown way");
        const auto &items = tuple->items;
        const auto *kind = as<std::string>(items[0]);
        const auto *type = as<StorageType>(items[1]);
        const auto *key = as<std::string>(items[2]);
        const auto *elements = as<std::int64_t>(items[4]);
        if (kind == nullptr || *kind != "storage" || type == nullptr || key == nullptr || elements == nullptr ||
            *elements < 0)
            broken("refers to a storage in an unknown way");
        push(Storage{*type, *key, *elements});
    }
    std::vector<std::int64_t> sizes(Ref ref) const {
        const auto *tuple = as<Tuple>(ref);
        if (tuple == nullptr || tuple->items.size() > max_dimensions)
            broken("has a tensor whose shape is not a tuple of sizes");
        std::vector<std::int64_t> result;
        for (const auto item : tuple->items) {
            const auto *size = as<std::int64_t>(item);
            if (size == nullptr || *size < 0)
                broken("has a tensor with a negative or wrong size or stride");
            result.push_back(*size);
        }
        return result;
    }
    PickledTensor rebuilt_tensor(const std::vector<Ref> &arguments) const {
        // (storage, offset, shape, strides, requires_grad, hooks[, metadata]); metadata marks conjugate views and such.
        if (arguments.size() < 6 || arguments.size() > 7 || (arguments.size() == 7 && !empty(arguments[6])))
            broken("rebuilds a tensor from unknown arguments");
        const auto *storage = as<Storage>(arguments[0]);
        const auto *offset = as<std::int64_t>(arguments[1]);
        if (storage == nullptr || offset == nullptr || *offset < 0)
            broken("rebuilds a tensor from unknown arguments");
        PickledTensor tensor{.name = {},
                             .type = storage->type,
                             .storage = storage->key,
                             .storage_elements = storage->elements,
                             .offset = *offset,
                             .shape = sizes(arguments[2]),
                             .strides = sizes(arguments[3])};
        if (tensor.shape.size() != tensor.strides.size())
            broken("has a tensor with a different number of sizes and strides");
        return tensor;
    }
    static bool empty(Ref ref) {
        const auto *dict = as<Dict>(ref);
        return as<None>(ref) != nullptr || (dict != nullptr && dict->items.empty());
    }
    void reduce() {
        const auto arguments_ref = pop();
        const auto callable_ref = pop();
        const auto *arguments = as<Tuple>(arguments_ref);
        const auto *callable = as<Global>(callable_ref);
        if (arguments == nullptr || callable == nullptr)
            broken("calls something that cannot be called");
        const auto &items = arguments->items;
        switch (*callable) {
        case Global::ordered_dict:
            if (!items.empty())
                broken("makes an OrderedDict from unknown arguments");
            return push(Dict{});
        case Global::rebuild_tensor:
            return push(std::make_unique<const PickledTensor>(rebuilt_tensor(items)));
        case Global::rebuild_parameter:
            if (items.empty() || as<TensorBox>(items[0]) == nullptr)
                broken("makes a parameter from something that is not a tensor");
            return push_ref(items[0]);
        }
    }
    void build() {
        // An OrderedDict's attributes, such as a state_dict's _metadata, say nothing about its tensors.
        pop();
        if (as<Dict>(top()) == nullptr)
            broken("sets the state of something that is not a dictionary");
    }
    void push_long(std::size_t size) {
        const auto bytes = take(size);
        if (size > 8)
            broken("holds an integer of more than 64 bits");
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
        if (size != 0 && size < 8 && (std::to_integer<unsigned>(bytes[size - 1]) & 0x80U) != 0)
            value |= ~std::uint64_t{0} << (8 * size);
        push(static_cast<std::int64_t>(value));
    }

    /// One instruction. Returns null inside an optional to go on, the result at the end, nothing when bytes ran out.
    std::optional<Ref> step() {
        if (rest_.empty())
            return std::nullopt;
        const auto opcode = number<std::uint8_t>();
        switch (opcode) {
        case 0x80: // PROTO
            if (const auto protocol = number<std::uint8_t>(); protocol > 2)
                fail("{}: is pickled with protocol {}; only protocol 2, which torch.save uses, is read", file_,
                     protocol);
            break;
        case '.': // STOP
            return pop();
        case '(':
            push(Mark{});
            break;
        case 'N':
            push(None{});
            break;
        case 0x88: // NEWTRUE
            push(true);
            break;
        case 0x89: // NEWFALSE
            push(false);
            break;
        case 'J': // BININT
            push(std::int64_t{number<std::int32_t>()});
            break;
        case 'K': // BININT1
            push(std::int64_t{number<std::uint8_t>()});
            break;
        case 'M': // BININT2
            push(std::int64_t{number<std::uint16_t>()});
            break;
        case 0x8a: // LONG1
            push_long(number<std::uint8_t>());
            break;
        case 'X': // BINUNICODE
            push(text(number<std::uint32_t>()));
            break;
        case '}': // EMPTY_DICT
            push(Dict{});
            break;
        case ')': // EMPTY_TUPLE
            push(Tuple{});
            break;
        case 't': // TUPLE
            push(Tuple{pop_to_mark()});
            break;
        case 0x85: // TUPLE1
        case 0x86: // TUPLE2
        case 0x87: // TUPLE3
            push_tuple(opcode - 0x84U);
            break;
        case 's': { // SETITEM
            const auto value = pop();
            const auto key = pop();
            set_items(std::array{key, value});
            break;
        }
        case 'u': // SETITEMS
            set_items(pop_to_mark());
            break;
        case 'c':
            push_global();
            break;
        case 'R':
            reduce();
            break;
        case 'b':
            build();
            break;
        case 'Q': // BINPERSID
            persistent_load();
            break;
        case 'q': // BINPUT
            memo_[number<std::uint8_t>()] = top();
            break;
        case 'r': // LONG_BINPUT
            memo_[number<std::uint32_t>()] = top();
            break;
        case 'h': // BINGET
            push_memo(number<std::uint8_t>());
            break;
        case 'j': // LONG_BINGET
            push_memo(number<std::uint32_t>());
            break;
        default:
            fail("{}: its pickle uses the opcode {}, which a state_dict does not need", file_, pickle_opcode(opcode));
        }
        return Ref{};
    }

    std::vector<PickledTensor> state_dict(const Value &result) const {
        const auto *dict = std::get_if<Dict>(&result.is);
        if (dict == nullptr)
            broken("does not hold a dictionary of tensors");
        std::vector<PickledTensor> tensors;
        for (const auto &[key, value] : dict->items) {
            const auto *name = as<std::string>(key);
            const auto *tensor = as<TensorBox>(value);
            if (name == nullptr)
                broken("holds a dictionary whose keys are not all names");
            if (tensor == nullptr)
                fail("{}: its entry {} is not a tensor, so it is not a state_dict", file_, printable(*name));
            tensors.push_back(**tensor);
            tensors.back().name = *name;
        }
        return tensors;
    }

    std::span<const std::byte> rest_;
    const std::string &file_;
    std::deque<Value> values_;
    std::vector<Ref> stack_;
    std::unordered_map<std::uint32_t, Ref> memo_;
};

} // namespace

std::vector<PickledTensor> read_state_dict_pickle(std::span<const std::byte> pickle, const std::string &file) {
    return Machine(pickle, file).run();
}

} // namespace invar
