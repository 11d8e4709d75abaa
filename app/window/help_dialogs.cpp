// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/help_dialogs.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QMessageBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace invar {

namespace {

class Help {
    Q_DECLARE_TR_FUNCTIONS(Help)

public:
    static QString explanation();
    static QString shortcuts(const QList<QAction *> &actions);
    static QString about();
    static QString explanation_title() { return tr("What do I see?"); }
    static QString shortcuts_title() { return tr("Keyboard shortcuts"); }
    static QString about_title() { return tr("About Invarscope"); }
};

QString paragraph(const QString &title, const QString &text) {
    return QStringLiteral("<h3>%1</h3><p>%2</p>").arg(title, text);
}

QString item(const QString &name, const QString &text) {
    return QStringLiteral("<li><b>%1</b>: %2</li>").arg(name, text);
}

QString row(const QString &keys, const QString &text) {
    return QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;&nbsp;</td><td>%2</td></tr>").arg(keys.toHtmlEscaped(), text);
}

QString Help::explanation() {
    QString html;
    html += paragraph(
        tr("The problem"),
        tr("A language model is mostly matrices of weights. Stored with 2 bits each, a weight can take only four "
           "values: every group of (say) 128 weights of a row shares a scale and a zero point, and each weight "
           "is rounded to the nearest of its group's four levels (<i>round to nearest</i>). That makes the model "
           "about seven times smaller than in 16 bits, and worse: its predictions of held-out text lose quality, "
           "which <i>perplexity</i> measures (how many words the model hesitates between; lower is better)."));
    html += paragraph(
        tr("Where it starts"),
        tr("A <i>starting method</i> rounds the model first. Rounding to nearest looks at each group alone; GPTQ, AWQ, "
           "OmniQuant and AutoRound look at a calibration text too, take longer and mostly do less damage. Single "
           "layers and "
           "matrices can have more bits than the rest (Settings ▸ Bits per matrix…)."));
    html += paragraph(
        tr("The idea"),
        tr("A model can compute the same function with many different weights. Certain moves change its matrices but "
           "not (or hardly) what it computes in full precision. They do change which weights share a group and "
           "where they fall between the levels, so the <i>rounded</i> model differs. The published ones move the "
           "neurons of a feed-forward network:"));
    html += QStringLiteral("<ul>");
    html += item(tr("Permutation"), tr("hidden neurons swap places; other weights share a group. Exact."));
    html += item(tr("Scaling"),
                 tr("the weights into a neuron are multiplied by a number, those out of it divided by it. Exact where "
                    "the activation lets positive factors through, as ReLU does, and in gated networks, where the "
                    "factor goes past the activation; elsewhere approximate."));
    html += item(tr("Rotation"),
                 tr("pairs of neurons turn by a tiny angle. Only approximate, because an activation lies "
                    "between the two matrices; the drift that this causes in full precision is measured and shown."));
    html +=
        item(tr("Beyond the paper"),
             tr("the same for the channels of attention heads, another order of the channels that all layers share, "
                "and factors in the norms. Off until you tick them, but for the norms with the policy “All layers "
                "at once”."));
    html += QStringLiteral("</ul>");
    html += paragraph(
        tr("The search"),
        tr("Each step proposes a move, rounds again what it touched and measures the objective on a few calibration "
           "sequences: the cross-entropy of the quantized model plus α times the distance of its hidden states from "
           "those of the full-precision model, each relative to the start. If that is lower, the move is accepted, "
           "otherwise it is taken back: hill climbing. The <i>move policy</i> says which move is proposed: one of a "
           "decoder layer at random, as published; the one that the loss's gradient thinks best of many; or, with “All "
           "layers at once”, one in every layer."));
    html += QStringLiteral("<h3>%1</h3><ul>").arg(tr("The plots"));
    html += item(tr("Loss"),
                 tr("the best objective so far, step by step, with each candidate as a faint dot; below it the two "
                    "parts, cross-entropy and hidden-state error, each relative to the start."));
    html += item(tr("Training"),
                 tr("behind the loss, for starting methods that train (OmniQuant, AutoRound): the error of each "
                    "decoder layer's output over the training steps. The layer at work stands out."));
    html += item(tr("Quantization error"),
                 tr("one cell for each matrix: how far the rounded weights are from the unrounded ones, at "
                    "the start, now, or how much it improved. Only matrices that the chosen moves touch change; "
                    "“output” is the hidden state after that layer. The search lowers the "
                    "objective, so a cell may even get worse. Choose “output error” to see what the rounding does to "
                    "each matrix's outputs for the inputs that it has in the full-precision model (the first 4096 "
                    "calibration tokens at most); it is measured at the start and when the search pauses or ends."));
    html += item(tr("Moves"),
                 tr("how often each layer was tried and how often a move was accepted there, and the same for each "
                    "invariance."));
    html += item(tr("Perplexity"),
                 tr("on a text that the search never sees: of the full-precision model, of the model as rounded "
                    "at the start, and now. The share repaired says how much of the damage the search undid."));
    html += item(tr("Text"),
                 tr("what the full-precision and the quantized model write from the same prompt (View ▸ Text). The "
                    "first token by which they part is marked in both; under the mouse, each token tells how likely "
                    "it was."));
    html += item(tr("Compare"),
                 tr("before a search (View ▸ Compare): what each starting method alone makes of the open model, "
                    "and which of its layers hurt, each matrix rounded alone: there more bits pay. Double click or "
                    "Enter takes a method, or two more bits, into the settings."));
    html +=
        item(tr("Weights"),
             tr("what the grid does to one matrix (View ▸ Weights, or a click on its cell of the heatmap): where its "
                "weights lie before rounding and after, the scale of each group, and one row weight by weight "
                "with the levels that it is rounded to."));
    html += QStringLiteral("</ul>");
    html += paragraph(tr("Then"),
                      tr("File ▸ Export… writes the quantized model for other programs. The method is InvarExplore "
                         "(arXiv 2502.06844)."));
    return html;
}

QString Help::shortcuts(const QList<QAction *> &actions) {
    QString html = QStringLiteral("<table>");
    for (const QAction *action : actions) {
        QStringList keys;
        for (const QKeySequence &sequence : action->shortcuts())
            keys << sequence.toString(QKeySequence::NativeText);
        if (action->objectName() == QLatin1String("pause"))
            keys << QKeySequence(Qt::Key_Space).toString(QKeySequence::NativeText);
        html += row(keys.join(QStringLiteral(", ")), action->text().remove(QLatin1Char('&')).toHtmlEscaped());
    }
    html += QStringLiteral("</table><h3>%1</h3><table>").arg(tr("In a plot"));
    html += row(tr("Wheel"), tr("zoom where the mouse is"));
    html += row(tr("Drag"), tr("move the visible part"));
    html += row(tr("Shift+drag"), tr("zoom to a rectangle"));
    html += row(tr("Double click, Home"), tr("show everything and follow the search again"));
    html += row(tr("Click on the legend"), tr("hide or show a curve"));
    html += row(tr("Right button"), tr("logarithmic scale, copy, save as PNG, PDF, SVG or CSV"));
    return html + QStringLiteral("</table>");
}

QString Help::about() {
    return tr("<h3>Invarscope %1</h3>"
              "<p>A desktop workbench for ultra-low-bit, weight-only quantization of language models by the "
              "InvarExplore "
              "search (arXiv 2502.06844).</p>"
              "<p>Licence: GNU General Public License, version 3 or later. It comes with no warranty.</p>"
              "<p>Made with LibTorch (BSD-3-Clause), Qt %2 (LGPL-3.0) and QCustomPlot (GPL-3.0-or-later).</p>"
              "<p>The demo model was trained for this program on public-domain text, and its calibration and held-out "
              "texts "
              "are in the public domain; the sources are named beside them, in resources/demo.</p>")
        .arg(QStringLiteral(INVAR_VERSION), QString::fromLatin1(qVersion()));
}

void show_page(QWidget *parent, const QString &name, const QString &title, const QString &html, QSize size) {
    if (auto *open = parent->findChild<QDialog *>(name))
        delete open; // in another language, maybe
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(name);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    auto *text = new QTextBrowser(dialog);
    text->setOpenExternalLinks(true);
    text->setHtml(html);
    text->setFrameShape(QFrame::NoFrame);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(text);
    layout->addWidget(buttons);
    dialog->resize(size);
    dialog->show();
}

} // namespace

void show_explanation(QWidget *parent) {
    show_page(parent, QStringLiteral("explanation"), Help::explanation_title(), Help::explanation(), {640, 620});
}

void show_shortcuts(QWidget *parent, const QList<QAction *> &actions) {
    show_page(parent, QStringLiteral("shortcuts"), Help::shortcuts_title(), Help::shortcuts(actions), {480, 520});
}

void show_about(QWidget *parent) {
    show_page(parent, QStringLiteral("about"), Help::about_title(), Help::about(), {480, 340});
}

} // namespace invar
