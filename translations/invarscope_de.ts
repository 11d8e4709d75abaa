<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Suche</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Open re&amp;cent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Tool bar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Open &amp;demo</source>
        <translation>&amp;Demo öffnen</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Demo</translation>
    </message>
    <message>
        <source>Open the built-in model with settings that show something soon</source>
        <translation>Das eingebaute Modell öffnen, mit Einstellungen, die bald etwas zeigen</translation>
    </message>
    <message>
        <source>&amp;Open model folder…</source>
        <translation>Modell&amp;ordner öffnen…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Open a Hugging Face folder (config.json, weights, tokenizer)</source>
        <translation>Einen Hugging-Face-Ordner öffnen (config.json, Gewichte, Tokenizer)</translation>
    </message>
    <message>
        <source>Open &amp;run…</source>
        <translation>&amp;Lauf öffnen…</translation>
    </message>
    <message>
        <source>Look at an earlier search, and go on with it</source>
        <translation>Eine frühere Suche ansehen und fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Write the quantized checkpoint for other programs</source>
        <translation>Den quantisierten Checkpoint für andere Programme schreiben</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>S&amp;toppen</translation>
    </message>
    <message>
        <source>Stop the search; it is saved and can be resumed</source>
        <translation>Die Suche stoppen; sie ist gespeichert und lässt sich fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Resume…</source>
        <translation>Wieder&amp;aufnehmen…</translation>
    </message>
    <message>
        <source>Go on with the run on the screen, up to more steps</source>
        <translation>Den angezeigten Lauf weiterführen, bis zu mehr Schritten</translation>
    </message>
    <message>
        <source>Start a &amp;new run</source>
        <translation>&amp;Neuen Lauf starten</translation>
    </message>
    <message>
        <source>Start from the beginning with the settings on the screen</source>
        <translation>Mit den angezeigten Einstellungen von vorn beginnen</translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation>&amp;Ordner öffnen</translation>
    </message>
    <message>
        <source>Reset &amp;layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Reset &amp;zoom of all plots</source>
        <translation>&amp;Alle Diagramme ganz zeigen</translation>
    </message>
    <message>
        <source>&amp;Freeze plots</source>
        <translation>Diagramme &amp;einfrieren</translation>
    </message>
    <message>
        <source>Hold the plots still while the search goes on</source>
        <translation>Die Diagramme stillhalten, während die Suche weiterläuft</translation>
    </message>
    <message>
        <source>&amp;What do I see?</source>
        <translation>&amp;Was sehe ich hier?</translation>
    </message>
    <message>
        <source>What do I see?</source>
        <translation>Was sehe ich hier?</translation>
    </message>
    <message>
        <source>What 2-bit rounding does, what the search changes, and how to read the plots</source>
        <translation>Was das Runden auf 2 Bits anrichtet, was die Suche ändert und wie die Diagramme zu lesen sind</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About Invarscope</source>
        <translation>Ü&amp;ber Invarscope</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>&amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Go on with the search</source>
        <translation>Die Suche weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Hold the search; nothing is lost</source>
        <translation>Die Suche anhalten; nichts geht verloren</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Resume…</source>
        <translation>Wiederaufnehmen…</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Start the search with the settings on the left</source>
        <translation>Die Suche mit den Einstellungen links starten</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>What do I see?</source>
        <translation>Was sehe ich hier?</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About Invarscope</source>
        <translation>Über Invarscope</translation>
    </message>
    <message>
        <source>The problem</source>
        <translation>Das Problem</translation>
    </message>
    <message>
        <source>A language model is mostly matrices of weights. Stored with 2 bits each, a weight can take only four values: every group of (say) 128 weights of a row shares a scale and a zero point, and each weight is rounded to the nearest of its group&apos;s four levels (&lt;i&gt;round to nearest&lt;/i&gt;). That makes the model about seven times smaller than in 16 bits, and worse: its predictions of held-out text lose quality, which &lt;i&gt;perplexity&lt;/i&gt; measures (how many words the model hesitates between; lower is better).</source>
        <translation>Ein Sprachmodell besteht zum größten Teil aus Gewichtsmatrizen. Mit 2 Bits gespeichert, kann ein Gewicht nur vier Werte annehmen: Jede Gruppe von (etwa) 128 Gewichten einer Zeile teilt sich Skalenfaktor und Nullpunkt, und jedes Gewicht wird auf die nächste der vier Stufen seiner Gruppe gerundet (&lt;i&gt;Round to Nearest&lt;/i&gt;). Das macht das Modell etwa siebenmal kleiner als in 16 Bits, und schlechter: Seine Vorhersagen eines zurückgehaltenen Textes verlieren an Güte. Das misst die &lt;i&gt;Perplexität&lt;/i&gt; (zwischen wie vielen Wörtern das Modell schwankt; kleiner ist besser).</translation>
    </message>
    <message>
        <source>The idea</source>
        <translation>Die Idee</translation>
    </message>
    <message>
        <source>A feed-forward network computes the same function in many ways. Three moves change its matrices but not (or hardly) what it computes in full precision. They do change which weights share a group and where they fall between the levels, so the &lt;i&gt;rounded&lt;/i&gt; network differs:</source>
        <translation>Ein Feed-Forward-Netz kann dieselbe Funktion auf viele Weisen berechnen. Drei Arten von Zügen ändern seine Matrizen, aber nicht (oder kaum), was es in voller Genauigkeit berechnet. Sie ändern jedoch, welche Gewichte sich eine Gruppe teilen und wo sie zwischen den Stufen liegen. Das &lt;i&gt;gerundete&lt;/i&gt; Netz wird dadurch ein anderes:</translation>
    </message>
    <message>
        <source>Permutation</source>
        <translation>Permutation</translation>
    </message>
    <message>
        <source>hidden neurons swap places; other weights share a group. Exact.</source>
        <translation>Verborgene Neuronen tauschen die Plätze; andere Gewichte teilen sich eine Gruppe. Exakt.</translation>
    </message>
    <message>
        <source>Scaling</source>
        <translation>Skalierung</translation>
    </message>
    <message>
        <source>a neuron&apos;s input weights are multiplied by a number, its output weights divided by it. Exact where the activation lets positive factors through, as ReLU does.</source>
        <translation>Die Eingangsgewichte eines Neurons werden mit einer Zahl multipliziert, seine Ausgangsgewichte durch sie geteilt. Exakt, wo die Aktivierungsfunktion positive Faktoren durchlässt, wie ReLU es tut.</translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation>Rotation</translation>
    </message>
    <message>
        <source>pairs of neurons turn by a tiny angle. Only approximate, because an activation lies between the two matrices; the drift that this causes in full precision is measured and shown.</source>
        <translation>Paare von Neuronen drehen sich um einen winzigen Winkel. Nur näherungsweise, weil zwischen den beiden Matrizen eine Aktivierungsfunktion liegt; die Abweichung, die das in voller Genauigkeit bewirkt, wird gemessen und angezeigt.</translation>
    </message>
    <message>
        <source>The search</source>
        <translation>Die Suche</translation>
    </message>
    <message>
        <source>Each step picks a decoder layer, proposes such moves at random, rounds that layer again and measures the objective on a few calibration sequences: the cross-entropy of the quantized model plus α times the distance of its hidden states from those of the full-precision model, each relative to the start. If that is lower, the move is accepted, otherwise it is taken back: hill climbing.</source>
        <translation>Jeder Schritt wählt eine Decoder-Schicht, schlägt zufällig solche Züge vor, rundet die Schicht neu und misst die Zielfunktion auf einigen Kalibriersequenzen: die Kreuzentropie des quantisierten Modells plus α mal den Abstand seiner verborgenen Zustände von denen des Modells in voller Genauigkeit, jeweils im Verhältnis zum Start. Ist sie kleiner, wird der Zug angenommen, sonst zurückgenommen: ein Bergsteigerverfahren (Hill Climbing).</translation>
    </message>
    <message>
        <source>The plots</source>
        <translation>Die Diagramme</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>the best objective so far, step by step, with each candidate as a faint dot; below it the two parts, cross-entropy and hidden-state error, each relative to the start.</source>
        <translation>Die bisher beste Zielfunktion, Schritt für Schritt, mit jedem Kandidaten als blassem Punkt; darunter ihre beiden Teile, Kreuzentropie und Fehler der verborgenen Zustände, jeweils im Verhältnis zum Start.</translation>
    </message>
    <message>
        <source>Quantization error</source>
        <translation>Quantisierungsfehler</translation>
    </message>
    <message>
        <source>one cell for each matrix: how far the rounded weights are from the unrounded ones, at the start, now, or how much it improved. Only the feed-forward matrices (fc1, fc2) change; “output” is the hidden state after that layer. The search lowers the objective, so a cell may even get worse.</source>
        <translation>Eine Zelle je Matrix: wie weit die gerundeten Gewichte von den ungerundeten entfernt sind, beim Start, jetzt, oder um wie viel es besser wurde. Nur die Feed-Forward-Matrizen (fc1, fc2) ändern sich; „Ausgabe“ ist der verborgene Zustand nach der Schicht. Die Suche senkt die Zielfunktion; eine Zelle kann deshalb auch schlechter werden.</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>Züge</translation>
    </message>
    <message>
        <source>how often each layer was tried and how often a move was accepted there, and the same for each invariance.</source>
        <translation>Wie oft jede Schicht versucht und wie oft dort ein Zug angenommen wurde, und dasselbe für jede Invarianz.</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>on a text that the search never sees: of the full-precision model, of the model as rounded at the start, and now. The share repaired says how much of the damage the search undid.</source>
        <translation>Auf einem Text, den die Suche nie sieht: die des Modells in voller Genauigkeit, die des Modells, wie es beim Start gerundet wurde, und die jetzige. Der reparierte Anteil sagt, wie viel vom Schaden die Suche rückgängig gemacht hat.</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Danach</translation>
    </message>
    <message>
        <source>File ▸ Export… writes the quantized model for other programs. The method is InvarExplore (arXiv 2502.06844).</source>
        <translation>Datei ▸ Exportieren… schreibt das quantisierte Modell für andere Programme. Das Verfahren ist InvarExplore (arXiv 2502.06844).</translation>
    </message>
    <message>
        <source>In a plot</source>
        <translation>In einem Diagramm</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>zoom where the mouse is</source>
        <translation>um den Mauszeiger zoomen</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>move the visible part</source>
        <translation>den Ausschnitt verschieben</translation>
    </message>
    <message>
        <source>Shift+drag</source>
        <translation>Umschalt+Ziehen</translation>
    </message>
    <message>
        <source>zoom to a rectangle</source>
        <translation>auf ein Rechteck zoomen</translation>
    </message>
    <message>
        <source>Double click, Home</source>
        <translation>Doppelklick, Pos1</translation>
    </message>
    <message>
        <source>show everything and follow the search again</source>
        <translation>alles zeigen und der Suche wieder folgen</translation>
    </message>
    <message>
        <source>Click on the legend</source>
        <translation>Klick auf die Legende</translation>
    </message>
    <message>
        <source>hide or show a curve</source>
        <translation>eine Kurve aus- oder einblenden</translation>
    </message>
    <message>
        <source>Right button</source>
        <translation>Rechte Maustaste</translation>
    </message>
    <message>
        <source>logarithmic scale, copy, save as PNG, PDF, SVG or CSV</source>
        <translation>logarithmische Achse, kopieren, als PNG, PDF, SVG oder CSV speichern</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Invarscope %1&lt;/h3&gt;&lt;p&gt;A desktop workbench for ultra-low-bit, weight-only quantization of language models by the InvarExplore search (arXiv 2502.06844).&lt;/p&gt;&lt;p&gt;Licence: GNU General Public License, version 3 or later. It comes with no warranty.&lt;/p&gt;&lt;p&gt;Made with LibTorch (BSD-3-Clause), Qt %2 (LGPL-3.0) and QCustomPlot (GPL-3.0-or-later).&lt;/p&gt;&lt;p&gt;The demo model was trained for this program on public-domain text, and its calibration and held-out texts are in the public domain; the sources are named beside them, in resources/demo.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Invarscope %1&lt;/h3&gt;&lt;p&gt;Eine Werkbank für die Quantisierung der Gewichte von Sprachmodellen auf sehr wenige Bits, mit der InvarExplore-Suche (arXiv 2502.06844).&lt;/p&gt;&lt;p&gt;Lizenz: GNU General Public License, Version 3 oder neuer. Ohne jede Gewährleistung.&lt;/p&gt;&lt;p&gt;Gebaut mit LibTorch (BSD-3-Clause), Qt %2 (LGPL-3.0) und QCustomPlot (GPL-3.0-or-later).&lt;/p&gt;&lt;p&gt;Das Demomodell wurde für dieses Programm mit gemeinfreiem Text trainiert; auch sein Kalibriertext und sein zurückgehaltener Text sind gemeinfrei. Die Quellen stehen daneben, in resources/demo.&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>invar</name>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>Dafür reicht der Speicher nicht.</translation>
    </message>
    <message>
        <source>An unknown error occurred.</source>
        <translation>Ein unbekannter Fehler ist aufgetreten.</translation>
    </message>
</context>
<context>
    <name>invar::ExportDialog</name>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Write to</source>
        <translation>&amp;Schreiben nach</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Folder that the export is put into</source>
        <translation>Ordner, in den der Export kommt</translation>
    </message>
    <message>
        <source>Say where to write it.</source>
        <translation>Bitte angeben, wohin geschrieben werden soll.</translation>
    </message>
    <message>
        <source>That folder is not empty; choose another name.</source>
        <translation>Dieser Ordner ist nicht leer; bitte einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>That file exists; choose another name.</source>
        <translation>Diese Datei gibt es schon; bitte einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Abgebrochen; es wurde nichts geschrieben.</translation>
    </message>
</context>
<context>
    <name>invar::LossPlot</name>
    <message>
        <source>Loss over the search</source>
        <translation>Verlust im Lauf der Suche</translation>
    </message>
    <message>
        <source>by step</source>
        <translation>nach Schritt</translation>
    </message>
    <message>
        <source>by searching time</source>
        <translation>nach Suchzeit</translation>
    </message>
    <message>
        <source>What the horizontal axis counts</source>
        <translation>Was die waagerechte Achse zählt</translation>
    </message>
    <message>
        <source>Horizontal axis</source>
        <translation>Waagerechte Achse</translation>
    </message>
    <message>
        <source>&amp;Candidates</source>
        <translation>&amp;Kandidaten</translation>
    </message>
    <message>
        <source>Show the loss of every proposal tried, accepted or not, as a faint dot</source>
        <translation>Den Verlust jedes versuchten Vorschlags, angenommen oder nicht, als blassen Punkt zeigen</translation>
    </message>
    <message>
        <source>Show candidates</source>
        <translation>Kandidaten zeigen</translation>
    </message>
    <message>
        <source>best loss</source>
        <translation>bester Verlust</translation>
    </message>
    <message>
        <source>candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <source>CE / CE₀</source>
        <translation>CE / CE₀</translation>
    </message>
    <message>
        <source>α · MSE / MSE₀</source>
        <translation>α · MSE / MSE₀</translation>
    </message>
    <message>
        <source>full precision (%1)</source>
        <translation>volle Genauigkeit (%1)</translation>
    </message>
    <message>
        <source>total loss</source>
        <translation>Gesamtverlust</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>searching time (s)</source>
        <translation>Suchzeit (s)</translation>
    </message>
    <message>
        <source>step %1 (%2 s) · best %3 = CE part %4 + MSE part %5 · candidate %6: layer %7, %8, %9</source>
        <translation>Schritt %1 (%2 s) · bester %3 = CE-Teil %4 + MSE-Teil %5 · Kandidat %6: Schicht %7, %8, %9</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
</context>
<context>
    <name>invar::MainWindow</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>Züge</translation>
    </message>
    <message>
        <source>Open a model to begin: File ▸ Open demo, or drop a folder here</source>
        <translation>Zum Beginnen ein Modell öffnen: Datei ▸ Demo öffnen, oder einen Ordner hierher ziehen</translation>
    </message>
    <message>
        <source>A search is running</source>
        <translation>Eine Suche läuft</translation>
    </message>
    <message>
        <source>Stop the search and close? What it found is saved, and it can be resumed.</source>
        <translation>Die Suche stoppen und schließen? Was sie fand, ist gespeichert, und sie lässt sich wieder aufnehmen.</translation>
    </message>
    <message>
        <source>Stop the search before opening something else.</source>
        <translation>Bitte die Suche stoppen, bevor etwas anderes geöffnet wird.</translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation>das Demomodell</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>%1 wird geöffnet</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>Nichts ist geöffnet</translation>
    </message>
    <message>
        <source>%1 stays open</source>
        <translation>%1 bleibt geöffnet</translation>
    </message>
    <message>
        <source>%1: %2, %3 decoder layers, %4 million parameters</source>
        <translation>%1: %2, %3 Decoder-Schichten, %4 Millionen Parameter</translation>
    </message>
    <message>
        <source>Run of %1 steps, %2 accepted, loss %3</source>
        <translation>Lauf mit %1 Schritten, %2 angenommen, Verlust %3</translation>
    </message>
    <message>
        <source>The model of this run cannot be opened, so it can only be looked at: %1</source>
        <translation>Das Modell dieses Laufs lässt sich nicht öffnen, er kann daher nur angesehen werden: %1</translation>
    </message>
    <message>
        <source>Text to measure perplexity on</source>
        <translation>Text, auf dem die Perplexität gemessen wird</translation>
    </message>
    <message>
        <source>Text (*.txt);;All files (*)</source>
        <translation>Text (*.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Einen Modellordner öffnen</translation>
    </message>
    <message>
        <source>Open a run folder</source>
        <translation>Den Ordner eines Laufs öffnen</translation>
    </message>
    <message>
        <source>%1 is not a run folder: it holds no record of a search.</source>
        <translation>%1 ist kein Ordner eines Laufs: Er enthält keine Aufzeichnung einer Suche.</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>Liste &amp;leeren</translation>
    </message>
    <message>
        <source>The search is done</source>
        <translation>Die Suche ist fertig</translation>
    </message>
    <message>
        <source>The search&apos;s time is up</source>
        <translation>Die Zeit der Suche ist um</translation>
    </message>
    <message>
        <source>The search was stopped</source>
        <translation>Die Suche wurde gestoppt</translation>
    </message>
    <message>
        <source>These settings cannot work: %1</source>
        <translation>Diese Einstellungen können nicht funktionieren: %1</translation>
    </message>
    <message>
        <source>The folder for runs, %1, cannot be made: %2</source>
        <translation>Der Ordner für die Läufe, %1, lässt sich nicht anlegen: %2</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Wiederaufnehmen</translation>
    </message>
    <message>
        <source>%1 steps are done. Go on to how many in all?</source>
        <translation>%1 Schritte sind getan. Weiter bis zu wie vielen insgesamt?</translation>
    </message>
    <message>
        <source>Little memory</source>
        <translation>Wenig Speicher</translation>
    </message>
    <message>
        <source>This search will need about %1, and this machine has %2. Start it all the same?</source>
        <translation>Diese Suche wird etwa %1 brauchen, und dieser Rechner hat %2. Trotzdem starten?</translation>
    </message>
    <message>
        <source>%1 bits per weight, scales included</source>
        <translation>%1 Bits pro Gewicht, Skalenfaktoren eingerechnet</translation>
    </message>
    <message>
        <source>Rotation moved the full-precision function by %1 %</source>
        <translation>Rotation hat die Funktion in voller Genauigkeit um %1 % verschoben</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>Vorbereitung</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Wird gestoppt</translation>
    </message>
    <message>
        <source>Stopped before the first step</source>
        <translation>Vor dem ersten Schritt gestoppt</translation>
    </message>
    <message>
        <source>%1: %2 steps, %3 accepted, loss %4</source>
        <translation>%1: %2 Schritte, %3 angenommen, Verlust %4</translation>
    </message>
    <message>
        <source>Saved in %1</source>
        <translation>Gespeichert in %1</translation>
    </message>
    <message>
        <source>The search ended with an error</source>
        <translation>Die Suche endete mit einem Fehler</translation>
    </message>
    <message numerus="yes">
        <source>Exported to %1: %n file(s), %2</source>
        <translation>
            <numerusform>Exportiert nach %1: %n Datei, %2</numerusform>
            <numerusform>Exportiert nach %1: %n Dateien, %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>invar::MessageBar</name>
    <message>
        <source>Dismiss this message (Esc)</source>
        <translation>Diese Meldung schließen (Esc)</translation>
    </message>
    <message>
        <source>Dismiss message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>invar::MovesModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>all moves</source>
        <translation>alle Züge</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>vorgeschlagen</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>gain</source>
        <translation>Gewinn</translation>
    </message>
    <message>
        <source>Candidate moves tried</source>
        <translation>Versuchte Kandidaten</translation>
    </message>
    <message>
        <source>Moves that lowered the loss and were kept</source>
        <translation>Züge, die den Verlust senkten und behalten wurden</translation>
    </message>
    <message>
        <source>Accepted moves in percent of the proposed ones</source>
        <translation>Angenommene Züge in Prozent der vorgeschlagenen</translation>
    </message>
    <message>
        <source>How much the accepted moves lowered the loss in all</source>
        <translation>Um wie viel die angenommenen Züge den Verlust insgesamt senkten</translation>
    </message>
</context>
<context>
    <name>invar::MovesPlot</name>
    <message>
        <source>Moves per decoder layer</source>
        <translation>Züge je Decoder-Schicht</translation>
    </message>
    <message>
        <source>moves</source>
        <translation>Züge</translation>
    </message>
    <message>
        <source>accepted share</source>
        <translation>angenommener Anteil</translation>
    </message>
    <message>
        <source>loss gain</source>
        <translation>Verlustgewinn</translation>
    </message>
    <message>
        <source>What the bars show for each decoder layer</source>
        <translation>Was die Balken für jede Decoder-Schicht zeigen</translation>
    </message>
    <message>
        <source>Shown per layer</source>
        <translation>Je Schicht gezeigt</translation>
    </message>
    <message>
        <source>decoder layer</source>
        <translation>Decoder-Schicht</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>vorgeschlagen</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>accepted (%)</source>
        <translation>angenommen (%)</translation>
    </message>
    <message>
        <source>accepted in % of proposed</source>
        <translation>angenommen in % der vorgeschlagenen</translation>
    </message>
    <message>
        <source>drop of the loss by accepted moves</source>
        <translation>Senkung des Verlusts durch angenommene Züge</translation>
    </message>
    <message>
        <source>layer %1 · %2 proposed · %3 accepted (%4 %) · loss gain %5</source>
        <translation>Schicht %1 · %2 vorgeschlagen · %3 angenommen (%4 %) · Verlustgewinn %5</translation>
    </message>
</context>
<context>
    <name>invar::MovesTable</name>
    <message>
        <source>Moves per invariance</source>
        <translation>Züge je Invarianz</translation>
    </message>
    <message>
        <source>A step that moves several invariances at once counts for each of them. Ctrl+C copies the table.</source>
        <translation>Ein Schritt, der mehrere Invarianzen zugleich bewegt, zählt für jede von ihnen. Strg+C kopiert die Tabelle.</translation>
    </message>
</context>
<context>
    <name>invar::PerplexityPane</name>
    <message>
        <source>Perplexity could not be measured: %1</source>
        <translation>Die Perplexität ließ sich nicht messen: %1</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>keiner gewählt</translation>
    </message>
    <message>
        <source>Text: %1</source>
        <translation>Text: %1</translation>
    </message>
    <message>
        <source>Measure while searching</source>
        <translation>Während der Suche messen</translation>
    </message>
    <message>
        <source>Measures the present state every 15 seconds; the search is slower meanwhile</source>
        <translation>Misst den jetzigen Stand alle 15 Sekunden; die Suche ist währenddessen langsamer</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Choose the held-out text that perplexity is measured on</source>
        <translation>Den zurückgehaltenen Text wählen, auf dem die Perplexität gemessen wird</translation>
    </message>
</context>
<context>
    <name>invar::PictureFile</name>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>%1 lässt sich nicht schreiben: %2.</translation>
    </message>
    <message>
        <source>Cannot write %1: a picture of %2 x %3 is not possible.</source>
        <translation>%1 lässt sich nicht schreiben: Ein Bild von %2 x %3 ist nicht möglich.</translation>
    </message>
    <message>
        <source>Cannot write %1: the picture does not fit into memory.</source>
        <translation>%1 lässt sich nicht schreiben: Das Bild passt nicht in den Speicher.</translation>
    </message>
    <message>
        <source>Cannot write %1: the name must end in .png, .pdf or .svg.</source>
        <translation>%1 lässt sich nicht schreiben: Der Name muss auf .png, .pdf oder .svg enden.</translation>
    </message>
</context>
<context>
    <name>invar::PlotFormat</name>
    <message>
        <source>permutation</source>
        <translation>Permutation</translation>
    </message>
    <message>
        <source>scaling</source>
        <translation>Skalierung</translation>
    </message>
    <message>
        <source>rotation</source>
        <translation>Rotation</translation>
    </message>
</context>
<context>
    <name>invar::PlotView</name>
    <message>
        <source>Value under the cursor</source>
        <translation>Wert unter dem Zeiger</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation>PDF-Dokument (*.pdf)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG-Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>CSV data of the visible range (*.csv)</source>
        <translation>CSV-Daten des sichtbaren Bereichs (*.csv)</translation>
    </message>
    <message>
        <source>Save plot</source>
        <translation>Diagramm speichern</translation>
    </message>
    <message>
        <source>Wheel: zoom · drag: pan · Shift+drag: zoom to a box · double click: reset</source>
        <translation>Mausrad: zoomen · ziehen: verschieben · Umschalt+ziehen: auf ein Rechteck zoomen · Doppelklick: zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Reset zoom</source>
        <translation>Zoom zu&amp;rücksetzen</translation>
    </message>
    <message>
        <source>&amp;Log scale</source>
        <translation>&amp;Logarithmische Achse</translation>
    </message>
    <message>
        <source>&amp;Copy image</source>
        <translation>Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Save as…</source>
        <translation>&amp;Speichern unter…</translation>
    </message>
</context>
<context>
    <name>invar::StatusStrip</name>
    <message>
        <source>Proposals tried</source>
        <translation>Versuchte Vorschläge</translation>
    </message>
    <message>
        <source>Proposals tried per second, over the last ten seconds</source>
        <translation>Versuchte Vorschläge pro Sekunde, über die letzten zehn Sekunden</translation>
    </message>
    <message>
        <source>Estimated time until the steps or the time budget end</source>
        <translation>Geschätzte Zeit, bis die Schritte oder das Zeitbudget zu Ende sind</translation>
    </message>
    <message>
        <source>Share of the proposals that were accepted</source>
        <translation>Anteil der Vorschläge, die angenommen wurden</translation>
    </message>
    <message>
        <source>Best loss so far</source>
        <translation>Bester Verlust bisher</translation>
    </message>
    <message>
        <source>Progress of the search</source>
        <translation>Fortschritt der Suche</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>%1 steps/s</source>
        <translation>%1 Schritte/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 % accepted</source>
        <translation>%1 % angenommen</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>Verlust %1</translation>
    </message>
</context>
</TS>
