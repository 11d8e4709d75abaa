// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_info.h"
#include "core/quant/grid.h"
#include "core/quant/layer_bits.h"

#include <QDialog>

#include <functional>
#include <vector>

class QButtonGroup;
class QDialogButtonBox;
class QLabel;
class QPlainTextEdit;
class QVBoxLayout;

namespace invar {

class BitsTable;

/// Which matrices of a model get other bits than the rest: as a table to paint and as rules, always the same.
class BitsDialog final : public QDialog {
    Q_OBJECT
public:
    BitsDialog(ModelInfo model, const Grid &grid, const LayerBits &bits, QWidget *parent = nullptr);

    /// The last rules that fitted the model.
    [[nodiscard]] const LayerBits &layer_bits() const { return bits_; }
    /// Whether the rules' text can be read and fits the model.
    [[nodiscard]] bool is_valid() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    using Change = std::function<int(int layer, std::size_t projection, int bits)>;

    [[nodiscard]] QWidget *make_brushes();
    [[nodiscard]] QWidget *make_presets();
    void add_preset(QVBoxLayout &column, const char *name, const QString &title, const QString &tip, Change change);
    void add_rules(QVBoxLayout &column);
    void table_painted();
    void rules_typed();
    void show_problem(const QString &problem);
    void recolour();
    void fit_size(const QWidget &side);
    void update_size();

    ModelInfo model_;
    Grid grid_;
    LayerBits bits_;
    BitsTable *table_;
    QButtonGroup *brushes_; ///< ids as BitsTable::set_brush() takes them
    QPlainTextEdit *rules_;
    QLabel *problem_;
    QLabel *bits_per_weight_;
    QLabel *size_;
    QDialogButtonBox *buttons_;
    bool filling_ = false;
};

} // namespace invar
