// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture_file.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QPageLayout>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <qcustomplot.h>

namespace invar {

namespace {

struct PictureFile {
    Q_DECLARE_TR_FUNCTIONS(invar::PictureFile)
};

constexpr int largest_side = 16384; ///< pixels or points; a PNG of this size squared would need 1 GiB

void draw_vectors(QPaintDevice &device, const std::function<void(QCPPainter &)> &draw) {
    QCPPainter painter(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    draw(painter);
}

bool write_png(QIODevice &out, QSize size, double scale, const std::function<void(QCPPainter &)> &draw) {
    QImage image(size * scale, QImage::Format_RGB32);
    if (image.isNull())
        return false;
    image.fill(Qt::white);
    {
        QCPPainter painter(&image);
        painter.setMode(QCPPainter::pmNoCaching);
        painter.scale(scale, scale);
        draw(painter);
    }
    const int dots_per_meter = static_cast<int>(scale * 96 / 0.0254);
    image.setDotsPerMeterX(dots_per_meter);
    image.setDotsPerMeterY(dots_per_meter);
    return image.save(&out, "PNG");
}

void write_pdf(QIODevice &out, QSize size, const std::function<void(QCPPainter &)> &draw) {
    QPdfWriter writer(&out);
    writer.setCreator(QStringLiteral("Invarscope"));
    writer.setPageSize(QPageSize(QSizeF(size), QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins({0, 0, 0, 0});
    writer.setResolution(72); // one unit of painting is one point, and fonts keep the proportions of the screen
    draw_vectors(writer, draw);
}

void write_svg(QIODevice &out, QSize size, const std::function<void(QCPPainter &)> &draw) {
    QSvgGenerator generator;
    generator.setOutputDevice(&out);
    generator.setSize(size);
    generator.setViewBox(QRect({0, 0}, size));
    generator.setResolution(96);
    generator.setTitle(QStringLiteral("Invarscope"));
    draw_vectors(generator, draw);
}

} // namespace

QString write_whole_file(const QString &file, const QByteArray &content) {
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size() || !out.commit())
        return PictureFile::tr("Cannot write %1: %2.").arg(QDir::toNativeSeparators(file), out.errorString());
    return {};
}

QString write_picture(const QString &file, QSize size, double scale, const std::function<void(QCPPainter &)> &draw) {
    const QString shown = QDir::toNativeSeparators(file);
    if (size.isEmpty() || size.width() * scale > largest_side || size.height() * scale > largest_side)
        return PictureFile::tr("Cannot write %1: a picture of %2 x %3 is not possible.")
            .arg(shown, QString::number(size.width()), QString::number(size.height()));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const QString suffix = QFileInfo(file).suffix().toLower();
    if (suffix == u"png") {
        if (!write_png(buffer, size, scale, draw))
            return PictureFile::tr("Cannot write %1: the picture does not fit into memory.").arg(shown);
    } else if (suffix == u"pdf") {
        write_pdf(buffer, size, draw);
    } else if (suffix == u"svg") {
        write_svg(buffer, size, draw);
    } else {
        return PictureFile::tr("Cannot write %1: the name must end in .png, .pdf or .svg.").arg(shown);
    }
    return write_whole_file(file, buffer.data());
}

} // namespace invar
