<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en">
<context>
    <name>invar::MainWindow</name>
    <message numerus="yes">
        <source>Exported to %1: %n file(s), %2</source>
        <translation>
            <numerusform>Exported to %1: %n file, %2</numerusform>
            <numerusform>Exported to %1: %n files, %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>invar::MatrixPanel</name>
    <message numerus="yes">
        <source>%1 × %2 weights · %n bit(s), groups of %3</source>
        <translation>
            <numerusform>%1 × %2 weights · %n bit, groups of %3</numerusform>
            <numerusform>%1 × %2 weights · %n bits, groups of %3</numerusform>
        </translation>
    </message>
</context>
</TS>
