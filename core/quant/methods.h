// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// A setting that one starting method alone has: the window makes a field of it, the command line takes it by name.
struct MethodOption {
    enum class Kind { flag, whole, real };

    std::string name;        ///< "act-order"
    std::string title;       ///< "Columns by importance"
    std::string description; ///< in plain words, with its source
    Kind kind = Kind::real;
    double standard = 0; ///< a flag is 0 or 1
    double least = 0;
    double most = 1;
};

/// Options that somebody chose, by name; the others keep their standard values.
using MethodOptions = std::map<std::string, double>;

/// Another way to use a method that is worth comparing with its standard one.
struct MethodVariant {
    std::string title;       ///< "GPTQ, columns in order"
    std::string description; ///< what one learns from it, in plain words
    MethodOptions options;   ///< in which it differs
};

/// A starting method as the window and the command line list it.
struct MethodInfo {
    std::string name;  ///< "rtn"
    std::string title; ///< "Round to nearest"
    std::string description;
    bool needs_calibration = false; ///< whether it looks at the calibration set
    bool learns_ranges = false;     ///< of groups, which one symmetric bit (a sign and a size) does not have
    std::vector<MethodOption> options{};
    std::vector<MethodVariant> variants{}; ///< each a row of its own where methods are compared
};

/// All registered starting methods, in the order of their registration.
[[nodiscard]] const std::vector<MethodInfo> &starting_methods();

/// The one of that name; null: none.
[[nodiscard]] const MethodInfo *find_starting_method(std::string_view name);

/// What is wrong with `options` for that method; empty: nothing. A method that is not known has no options.
[[nodiscard]] std::string problem_of(const MethodOptions &options, std::string_view method);

/// "act-order=1,damping=0.05" to options; "act-order" alone is 1. Throws Error on a word that is no name and number.
[[nodiscard]] MethodOptions parse_method_options(std::string_view text);
[[nodiscard]] std::string to_string(const MethodOptions &options);

} // namespace invar
