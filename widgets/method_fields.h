// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/methods.h"

#include <QWidget>

#include <functional>
#include <map>
#include <string>
#include <vector>

class QFormLayout;
class QLabel;

namespace invar {

/// What one starting method does and a field for each of its options. Options of the methods shown before are
/// remembered until set_options().
class MethodFields : public QWidget {
    Q_OBJECT
public:
    explicit MethodFields(QWidget *parent = nullptr);

    /// A name from starting_methods(); one that is not known has no fields.
    void set_method(const std::string &name);

    /// Those that differ from their standard values, or that set_options() named. A field without a number is NaN.
    [[nodiscard]] MethodOptions options() const;
    /// For the present method. An option that it lacks stays and is offered for removal. Others' are forgotten.
    void set_options(const MethodOptions &options);
    /// The same, but what is remembered of the other methods stays.
    void change_options(const MethodOptions &options);
    /// What is remembered of the other methods, by name.
    [[nodiscard]] std::map<std::string, MethodOptions> others() const;
    void set_others(const std::map<std::string, MethodOptions> &others);

    void set_label_width(int pixels);

signals:
    /// The user changed a value.
    void changed();

private:
    struct Field {
        std::string option;
        double standard = 0;
        std::function<double()> value;
    };

    void rebuild();
    void add_field(const MethodOption &option, double value);
    void add_stranger(const std::string &option, double value);

    std::string method_;
    std::vector<Field> fields_;
    std::map<std::string, MethodOptions> given_; ///< by method: what was set, or chosen when it was shown last
    QLabel *description_;
    QFormLayout *form_;
    int label_width_ = 0;
};

} // namespace invar
