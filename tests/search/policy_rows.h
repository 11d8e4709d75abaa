// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/policies.h"

#include <QTest>

namespace invar::test {

/// One row for each registered policy, its name in the column "policy".
inline void add_policy_rows() {
    QTest::addColumn<QString>("policy");
    for (const auto &policy : move_policies())
        QTest::addRow("%s", policy.name.c_str()) << QString::fromStdString(policy.name);
}

} // namespace invar::test
