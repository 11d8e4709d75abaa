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
        <source>Open &amp;GGUF file…</source>
        <translation>&amp;GGUF-Datei öffnen…</translation>
    </message>
    <message>
        <source>Open a model in one file, as llama.cpp and its kin use them</source>
        <translation>Ein Modell in einer Datei öffnen, wie llama.cpp und Verwandte sie verwenden</translation>
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
        <translation>Ein Sprachmodell besteht zum größten Teil aus Gewichtsmatrizen. Mit 2 Bits gespeichert, kann ein Gewicht nur vier Werte annehmen: Jede Gruppe von (etwa) 128 Gewichten einer Zeile teilt sich Skala und Nullpunkt, und jedes Gewicht wird auf die nächste der vier Stufen seiner Gruppe gerundet (&lt;i&gt;Round to Nearest&lt;/i&gt;). Das macht das Modell etwa siebenmal kleiner als in 16 Bits, und schlechter: Seine Vorhersagen eines zurückgehaltenen Textes verlieren an Güte. Das misst die &lt;i&gt;Perplexität&lt;/i&gt; (zwischen wie vielen Wörtern das Modell schwankt; kleiner ist besser).</translation>
    </message>
    <message>
        <source>The idea</source>
        <translation>Die Idee</translation>
    </message>
    <message>
        <source>A model can compute the same function with many different weights. Certain moves change its matrices but not (or hardly) what it computes in full precision. They do change which weights share a group and where they fall between the levels, so the &lt;i&gt;rounded&lt;/i&gt; model differs. The published ones move the neurons of a feed-forward network:</source>
        <translation>Ein Modell kann dieselbe Funktion mit vielen verschiedenen Gewichten berechnen. Bestimmte Züge ändern seine Matrizen, aber nicht (oder kaum), was es in voller Genauigkeit berechnet. Sie ändern jedoch, welche Gewichte sich eine Gruppe teilen und wo sie zwischen den Stufen liegen. Das &lt;i&gt;gerundete&lt;/i&gt; Modell wird dadurch ein anderes. Die veröffentlichten bewegen die Neuronen eines Feed-Forward-Netzes:</translation>
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
        <source>the weights into a neuron are multiplied by a number, those out of it divided by it. Exact where the activation lets positive factors through, as ReLU does, and in gated networks, where the factor goes past the activation; elsewhere approximate.</source>
        <translation>Die Eingangsgewichte eines Neurons werden mit einer Zahl multipliziert, seine Ausgangsgewichte durch sie geteilt. Exakt, wo die Aktivierungsfunktion positive Faktoren durchlässt, wie ReLU es tut, und in Netzen mit Gate, wo der Faktor an ihr vorbeigeht; sonst näherungsweise.</translation>
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
        <source>Each step proposes a move, rounds again what it touched and measures the objective on a few calibration sequences: the cross-entropy of the quantized model plus α times the distance of its hidden states from those of the full-precision model, each relative to the start. If that is lower, the move is accepted, otherwise it is taken back: hill climbing. The &lt;i&gt;move policy&lt;/i&gt; says which move is proposed: one of a decoder layer at random, as published; the one that the loss&apos;s gradient thinks best of many; or, with “All layers at once”, one in every layer.</source>
        <translation>Jeder Schritt schlägt einen Zug vor, rundet neu, was er angefasst hat, und misst die Zielfunktion auf einigen Kalibriersequenzen: die Kreuzentropie des quantisierten Modells plus α mal den Abstand seiner verborgenen Zustände von denen des Modells in voller Genauigkeit, jeweils im Verhältnis zum Start. Ist sie kleiner, wird der Zug angenommen, sonst zurückgenommen: ein Bergsteigerverfahren (Hill Climbing). Die &lt;i&gt;Zugwahl&lt;/i&gt; sagt, welcher Zug vorgeschlagen wird: ein zufälliger einer Decoder-Schicht, wie veröffentlicht; der, den der Gradient des Verlusts von vielen für den besten hält; oder, mit „Alle Schichten auf einmal“, einer in jeder Schicht.</translation>
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
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>what the full-precision and the quantized model write from the same prompt (View ▸ Text). The first token by which they part is marked in both; under the mouse, each token tells how likely it was.</source>
        <translation>Was das Modell in voller Genauigkeit und das quantisierte aus demselben Anfang machen (Ansicht ▸ Text). Das erste Token, bei dem sie sich trennen, ist in beiden markiert; unter der Maus sagt jedes Token, wie wahrscheinlich es war.</translation>
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
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>what the grid does to one matrix (View ▸ Weights, or a click on its cell of the heatmap): where its weights lie before rounding and after, the scale of each group, and one row weight by weight with the levels that it is rounded to.</source>
        <translation>Was das Raster mit einer Matrix macht (Ansicht ▸ Gewichte, oder ein Klick auf ihre Zelle der Heatmap): wo ihre Gewichte vor und nach dem Runden liegen, die Skala jeder Gruppe, und eine Zeile Gewicht für Gewicht mit den Stufen, auf die sie gerundet wird.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>behind the loss, for starting methods that train (OmniQuant, AutoRound): the error of each decoder layer&apos;s output over the training steps. The layer at work stands out.</source>
        <translation>hinter dem Verlust, bei Startverfahren, die trainieren (OmniQuant, AutoRound): der Fehler der Ausgabe jeder Decoder-Schicht über den Trainingsschritten. Die Schicht, an der gearbeitet wird, ist hervorgehoben.</translation>
    </message>
    <message>
        <source>one cell for each matrix: how far the rounded weights are from the unrounded ones, at the start, now, or how much it improved. Only matrices that the chosen moves touch change; “output” is the hidden state after that layer. The search lowers the objective, so a cell may even get worse. Choose “output error” to see what the rounding does to each matrix&apos;s outputs for the inputs that it has in the full-precision model (the first 4096 calibration tokens at most); it is measured at the start and when the search pauses or ends.</source>
        <translation>Eine Zelle je Matrix: wie weit die gerundeten Gewichte von den ungerundeten entfernt sind, beim Start, jetzt, oder um wie viel es besser wurde. Nur Matrizen, die die gewählten Züge anfassen, ändern sich; „Ausgabe“ ist der verborgene Zustand nach der Schicht. Die Suche senkt die Zielfunktion; eine Zelle kann deshalb auch schlechter werden. „Ausgabefehler“ zeigt, was das Runden mit den Ausgaben jeder Matrix macht, bei den Eingaben, die sie im Modell in voller Genauigkeit hat (höchstens die ersten 4096 Token der Kalibriermenge); er wird beim Start gemessen und wenn die Suche pausiert oder endet.</translation>
    </message>
    <message>
        <source>Where it starts</source>
        <translation>Womit es beginnt</translation>
    </message>
    <message>
        <source>A &lt;i&gt;starting method&lt;/i&gt; rounds the model first. Rounding to nearest looks at each group alone; GPTQ, AWQ, OmniQuant and AutoRound look at a calibration text too, take longer and mostly do less damage. Single layers and matrices can have more bits than the rest (Settings ▸ Bits per matrix…).</source>
        <translation>Zuerst rundet ein &lt;i&gt;Startverfahren&lt;/i&gt; das Modell. Das Runden zum nächsten Wert sieht jede Gruppe für sich an; GPTQ, AWQ, OmniQuant und AutoRound sehen auch einen Kalibriertext an, dauern länger und richten meist weniger Schaden an. Einzelne Schichten und Matrizen können mehr Bits bekommen als der Rest (Einstellungen ▸ Bits je Matrix…).</translation>
    </message>
    <message>
        <source>Beyond the paper</source>
        <translation>Weitere</translation>
    </message>
    <message>
        <source>the same for the channels of attention heads, another order of the channels that all layers share, and factors in the norms. Off until you tick them, but for the norms with the policy “All layers at once”.</source>
        <translation>Das Gleiche für die Kanäle der Attention-Köpfe, eine andere Reihenfolge der Kanäle, die alle Schichten teilen, und Faktoren in den Normen. Aus, bis Sie sie ankreuzen; mit der Zugwahl „Alle Schichten auf einmal“ sind die Normen von selbst angekreuzt.</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>before a search (View ▸ Compare): what each starting method alone makes of the open model, and which of its layers hurt, each matrix rounded alone: there more bits pay. Double click or Enter takes a method, or two more bits, into the settings.</source>
        <translation>Vor einer Suche (Ansicht ▸ Vergleich): was jedes Startverfahren allein aus dem offenen Modell macht, und welche seiner Schichten schaden, jede Matrix allein gerundet: Dort lohnen sich mehr Bits. Doppelklick oder Eingabetaste übernimmt ein Verfahren, oder zwei Bits mehr, in die Einstellungen.</translation>
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
    <name>invar::BitsDialog</name>
    <message>
        <source>Bits per matrix</source>
        <translation>Bits je Matrix</translation>
    </message>
    <message>
        <source>Storage per quantized weight, its group&apos;s scale and zero point included</source>
        <translation>Speicher je quantisiertem Gewicht, einschließlich Skala und Nullpunkt seiner Gruppe</translation>
    </message>
    <message>
        <source>Codes, scales and zero points packed without gaps; what is not quantized (embeddings, norms, biases) counts 16 bits each</source>
        <translation>Codes, Skalen und Nullpunkte lückenlos gepackt; was nicht quantisiert wird (Embeddings, Normen, Biases), zählt je 16 Bits</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Drag over cells; click headers for whole rows and columns. The right button takes cells back. Arrow keys and digits work too.</source>
        <translation>Über Zellen ziehen; auf Köpfe klicken für ganze Zeilen und Spalten. Die rechte Taste nimmt Zellen zurück. Auch Pfeiltasten und Ziffern gehen.</translation>
    </message>
    <message>
        <source>Paint %1 bit</source>
        <translation>%1 Bit malen</translation>
    </message>
    <message>
        <source>Paint as the rest</source>
        <translation>Wie der Rest malen</translation>
    </message>
    <message>
        <source>Back to what the rest of the model has: the bits in the Grid section</source>
        <translation>Zurück zu dem, was der Rest des Modells hat: die Bits im Abschnitt Raster</translation>
    </message>
    <message>
        <source>As the &amp;rest (%1)</source>
        <translation>Wie der &amp;Rest (%1)</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Adds to what the table has; at most 8 bits</source>
        <translation>Kommt zu dem hinzu, was die Tabelle hat; höchstens 8 Bits</translation>
    </message>
    <message>
        <source>&amp;All equal</source>
        <translation>&amp;Alle gleich</translation>
    </message>
    <message>
        <source>Every matrix has the bits in the Grid section</source>
        <translation>Jede Matrix hat die Bits im Abschnitt Raster</translation>
    </message>
    <message>
        <source>&amp;First and last layer +2 bits</source>
        <translation>&amp;Erste und letzte Schicht +2 Bits</translation>
    </message>
    <message>
        <source>%1 +1 bit</source>
        <translation>%1 +1 Bit</translation>
    </message>
    <message>
        <source>A&amp;ttention +1 bit</source>
        <translation>A&amp;ttention +1 Bit</translation>
    </message>
    <message>
        <source>R&amp;ules</source>
        <translation>Re&amp;geln</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>all %1</source>
        <translation>alle %1</translation>
    </message>
    <message>
        <source>Layers (0-3:4), a projection (fc2:3), both (0-3.fc2:8) or all (*:2), with commas between; of rules that fit a matrix the first counts</source>
        <translation>Schichten (0-3:4), eine Projektion (fc2:3), beides (0-3.fc2:8) oder alle (*:2), durch Kommas getrennt; von Regeln, die auf eine Matrix passen, zählt die erste</translation>
    </message>
    <message>
        <source>The group size does not fit this model.</source>
        <translation>Die Gruppengröße passt nicht zu diesem Modell.</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits pro Gewicht</translation>
    </message>
    <message>
        <source>%1 bits per weight (all equal: %2)</source>
        <translation>%1 Bits pro Gewicht (alle gleich: %2)</translation>
    </message>
    <message>
        <source>Quantized weights: %1</source>
        <translation>Quantisierte Gewichte: %1</translation>
    </message>
    <message>
        <source>With the rest of the model in 16 bits: %1</source>
        <translation>Mit dem Rest des Modells in 16 Bits: %1</translation>
    </message>
    <message>
        <source>As exported today, all in 16 bits: %1</source>
        <translation>Wie heute exportiert, alles in 16 Bits: %1</translation>
    </message>
</context>
<context>
    <name>invar::BitsTable</name>
    <message>
        <source>layer %1, %2: %3 bit</source>
        <translation>Schicht %1, %2: %3 Bit</translation>
    </message>
    <message>
        <source>%1, as the rest</source>
        <translation>%1, wie der Rest</translation>
    </message>
    <message>
        <source>Paint %1 of every layer</source>
        <translation>%1 jeder Schicht malen</translation>
    </message>
    <message>
        <source>Paint all of layer %1</source>
        <translation>Alles von Schicht %1 malen</translation>
    </message>
    <message>
        <source>Bits of each layer&apos;s projections</source>
        <translation>Bits der Projektionen jeder Schicht</translation>
    </message>
</context>
<context>
    <name>invar::CollapsibleSection</name>
    <message>
        <source>Fold or unfold this section</source>
        <translation>Diesen Abschnitt auf- oder zuklappen</translation>
    </message>
</context>
<context>
    <name>invar::ComparePane</name>
    <message>
        <source>Starting methods</source>
        <translation>Startverfahren</translation>
    </message>
    <message>
        <source>Which layers hurt</source>
        <translation>Welche Schichten schaden</translation>
    </message>
    <message>
        <source>Measure all</source>
        <translation>Alle messen</translation>
    </message>
    <message>
        <source>Quantizes with every starting method in turn, each with the options that were chosen for it in the settings, and measures perplexity on the held-out text; a double click or Enter on a row takes its method into the settings</source>
        <translation>Quantisiert mit jedem Startverfahren nacheinander, jedes mit den Optionen, die in den Einstellungen dafür gewählt wurden, und misst die Perplexität auf dem zurückgehaltenen Text; ein Doppelklick oder die Eingabetaste auf einer Zeile übernimmt ihr Verfahren in die Einstellungen</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Rounds each matrix alone with the settings&apos; bits and groups, and measures by how much the loss rises</source>
        <translation>Rundet jede Matrix allein mit den eingestellten Bits und Gruppen und misst, um wie viel der Verlust steigt</translation>
    </message>
    <message>
        <source>Two more bits for the worst two layers</source>
        <translation>Zwei Bits mehr für die zwei schlimmsten Schichten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Measured with %1</source>
        <translation>Gemessen mit %1</translation>
    </message>
    <message>
        <source>The settings have changed since this was measured with %1</source>
        <translation>Die Einstellungen haben sich geändert, seit dies gemessen wurde: mit %1</translation>
    </message>
    <message>
        <source>Adds two bits, eight at most, to what the settings have now for all matrices of the two layers that hurt most</source>
        <translation>Gibt allen Matrizen der zwei Schichten, die am meisten schaden, zwei Bits mehr, als die Einstellungen jetzt haben; höchstens acht</translation>
    </message>
    <message>
        <source>Progress of the measurement</source>
        <translation>Fortschritt der Messung</translation>
    </message>
</context>
<context>
    <name>invar::CoreMessage</name>
    <message>
        <source>must be %1 to %2, not %3</source>
        <translation>muss %1 bis %2 sein, nicht %3</translation>
    </message>
    <message>
        <source>one bit of it is a sign and a size, with no range for %1 to learn; use an asymmetric grid</source>
        <translation>ein Bit davon ist ein Vorzeichen und eine Größe, ohne Bereich, den %1 lernen könnte; ein asymmetrisches Raster wählen</translation>
    </message>
    <message>
        <source>%1 does not divide this model&apos;s rows of %2 weights</source>
        <translation>%1 teilt die Zeilen dieses Modells von %2 Gewichten nicht</translation>
    </message>
    <message>
        <source>choose at least one</source>
        <translation>mindestens einen wählen</translation>
    </message>
    <message>
        <source>%1 does not apply to the %2 family</source>
        <translation>%1 gibt es für die Familie %2 nicht</translation>
    </message>
    <message>
        <source>%1 is only approximate for the %2 family: it changes the full-precision model too, which needs your yes (approximate)</source>
        <translation>%1 ist für die Familie %2 nur näherungsweise: auch das Modell in voller Genauigkeit ändert sich, was Zustimmung braucht (approximate)</translation>
    </message>
    <message>
        <source>a new order changes nothing where a whole row shares one scale (group size 0)</source>
        <translation>eine neue Reihenfolge ändert nichts, wo sich eine ganze Zeile eine Skala teilt (Gruppengröße 0)</translation>
    </message>
    <message>
        <source>must be above %1 and at most %2, and touch at least %3 of the %4 neurons</source>
        <translation>muss über %1 und höchstens %2 sein und mindestens %3 der %4 Neuronen betreffen</translation>
    </message>
    <message>
        <source>must be above %1 and at most %2</source>
        <translation>muss über %1 und höchstens %2 sein</translation>
    </message>
    <message>
        <source>must be 2 to the model&apos;s context of %1 tokens</source>
        <translation>muss 2 bis zum Kontext des Modells von %1 Token sein</translation>
    </message>
    <message>
        <source>must be 0 (automatic) to %1</source>
        <translation>muss 0 (automatisch) bis %1 sein</translation>
    </message>
    <message>
        <source>must be 0 (no racing) to %1</source>
        <translation>muss 0 (kein Wettlauf) bis %1 sein</translation>
    </message>
    <message>
        <source>must be 0 (until stopped) or more</source>
        <translation>muss 0 (bis zum Anhalten) oder mehr sein</translation>
    </message>
    <message>
        <source>must be 0 (no limit) or more</source>
        <translation>muss 0 (unbegrenzt) oder mehr sein</translation>
    </message>
    <message>
        <source>must be 0 (what is free) or more</source>
        <translation>muss 0 (was frei ist) oder mehr sein</translation>
    </message>
    <message>
        <source>must be %1 to %2</source>
        <translation>muss %1 bis %2 sein</translation>
    </message>
    <message>
        <source>must be %1 or more</source>
        <translation>muss %1 oder mehr sein</translation>
    </message>
    <message>
        <source>must be at least %1</source>
        <translation>muss mindestens %1 sein</translation>
    </message>
    <message>
        <source>%1 is not a file</source>
        <translation>%1 ist keine Datei</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known here</source>
        <translation>„%1“ ist hier nicht bekannt</translation>
    </message>
    <message>
        <source>the device &quot;%1&quot; is not known; use cpu, cuda or cuda:i</source>
        <translation>das Gerät „%1“ ist nicht bekannt; cpu, cuda oder cuda:i verwenden</translation>
    </message>
    <message>
        <source>the device &quot;%1&quot; is not supported; use cpu, cuda or cuda:i</source>
        <translation>das Gerät „%1“ wird nicht unterstützt; cpu, cuda oder cuda:i verwenden</translation>
    </message>
    <message>
        <source>the device &quot;%1&quot; cannot be used: no CUDA device was found</source>
        <translation>das Gerät „%1“ kann nicht verwendet werden: es wurde kein CUDA-Gerät gefunden</translation>
    </message>
    <message>
        <source>the device &quot;%1&quot; does not exist: this machine has %2 CUDA device(s), counted from 0</source>
        <translation>das Gerät „%1“ gibt es nicht: dieser Rechner hat %2 CUDA-Geräte, von 0 an gezählt</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not of the form MATRICES:BITS, with 1 to 8 bits</source>
        <translation>„%1“ hat nicht die Form MATRIZEN:BITS mit 1 bis 8 Bits</translation>
    </message>
    <message>
        <source>&quot;%1&quot; names no layers: write 3 or 0-3</source>
        <translation>„%1“ nennt keine Schichten: 3 oder 0-3 schreiben</translation>
    </message>
    <message>
        <source>&quot;%1&quot; names no matrices: write *, layers (0-3), a projection (fc2) or both (0-3.fc2)</source>
        <translation>„%1“ nennt keine Matrizen: *, Schichten (0-3), eine Projektion (fc2) oder beides (0-3.fc2) schreiben</translation>
    </message>
    <message>
        <source>&quot;%1&quot; ends with a comma</source>
        <translation>„%1“ endet mit einem Komma</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no projection of this model; it has %2</source>
        <translation>„%1“ ist keine Projektion dieses Modells; es hat %2</translation>
    </message>
    <message>
        <source>this model has no layer %1; they are 0 to %2</source>
        <translation>dieses Modell hat keine Schicht %1; es sind 0 bis %2</translation>
    </message>
    <message>
        <source>the rule %1 never counts: of all that it fits, a rule before it comes first</source>
        <translation>die Regel %1 zählt nie: für alles, worauf sie passt, kommt eine Regel vor ihr</translation>
    </message>
    <message>
        <source>%1, layer %2 of %3, %4</source>
        <translation>%1, Schicht %2 von %3, %4</translation>
    </message>
    <message>
        <source>%1, layer %2 of %3</source>
        <translation>%1, Schicht %2 von %3</translation>
    </message>
    <message>
        <source>layer %1 of %2, %3</source>
        <translation>Schicht %1 von %2, %3</translation>
    </message>
    <message>
        <source>layer %1 of %2</source>
        <translation>Schicht %1 von %2</translation>
    </message>
    <message>
        <source>epoch %1, output error %2</source>
        <translation>Durchgang %1, Ausgabefehler %2</translation>
    </message>
    <message>
        <source>step %1, output error %2</source>
        <translation>Schritt %1, Ausgabefehler %2</translation>
    </message>
    <message>
        <source>rounding to nearest</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>rounding by GPTQ</source>
        <translation>Runden mit GPTQ</translation>
    </message>
    <message>
        <source>measuring output errors</source>
        <translation>Messen der Ausgabefehler</translation>
    </message>
    <message>
        <source>scaling %1</source>
        <translation>Skalieren von %1</translation>
    </message>
    <message>
        <source>clipping %1</source>
        <translation>Kappen von %1</translation>
    </message>
    <message>
        <source>loading weights</source>
        <translation>Laden der Gewichte</translation>
    </message>
    <message>
        <source>reading the calibration set</source>
        <translation>Lesen der Kalibriermenge</translation>
    </message>
    <message>
        <source>reading %1</source>
        <translation>Lesen von %1</translation>
    </message>
    <message>
        <source>measuring the full-precision model</source>
        <translation>Messen des Modells in voller Genauigkeit</translation>
    </message>
    <message>
        <source>measuring the quantized model</source>
        <translation>Messen des quantisierten Modells</translation>
    </message>
    <message>
        <source>measuring perplexity</source>
        <translation>Messen der Perplexität</translation>
    </message>
    <message>
        <source>generating text</source>
        <translation>Erzeugen des Textes</translation>
    </message>
    <message>
        <source>writing the checkpoint</source>
        <translation>Schreiben des Checkpoints</translation>
    </message>
</context>
<context>
    <name>invar::CoreText</name>
    <message>
        <source>Round to nearest</source>
        <translation>Runden (RTN)</translation>
    </message>
    <message>
        <source>Rounds each weight to the nearest grid point of its group; needs no data.</source>
        <translation>Rundet jedes Gewicht auf den nächsten Rasterpunkt seiner Gruppe; braucht keine Daten.</translation>
    </message>
    <message>
        <source>Clip outliers</source>
        <translation>Ausreißer kappen</translation>
    </message>
    <message>
        <source>Narrow each group&apos;s range to where its squared rounding error is least; the largest weights are cut off</source>
        <translation>Den Bereich jeder Gruppe so verengen, dass ihr quadratischer Rundungsfehler am kleinsten ist; die größten Gewichte werden gekappt</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>Rounds column by column and lets the columns that are left make up for each error, by second derivatives from the calibration set (arXiv 2210.17323).</source>
        <translation>Rundet Spalte für Spalte und lässt die übrigen Spalten jeden Fehler ausgleichen, mit zweiten Ableitungen aus der Kalibriermenge (arXiv 2210.17323).</translation>
    </message>
    <message>
        <source>Columns by importance</source>
        <translation>Spalten nach Wichtigkeit</translation>
    </message>
    <message>
        <source>Round the columns that see the largest inputs first, while others can still make up for them; each group keeps its scale. Without it GPTQ can be worse than plain rounding below 4 bits.</source>
        <translation>Die Spalten mit den größten Eingaben zuerst runden, solange andere sie noch ausgleichen können; jede Gruppe behält ihre Skala. Ohne das kann GPTQ unter 4 Bits schlechter sein als einfaches Runden.</translation>
    </message>
    <message>
        <source>Damping</source>
        <translation>Dämpfung</translation>
    </message>
    <message>
        <source>Share of the Hessian&apos;s mean diagonal that is added to it: more follows the calibration set less</source>
        <translation>Anteil der mittleren Diagonale der Hesse-Matrix, der zu ihr addiert wird: Mehr folgt der Kalibriermenge weniger</translation>
    </message>
    <message>
        <source>Pull to the original</source>
        <translation>Zug zum Original</translation>
    </message>
    <message>
        <source>Weight of a pull towards the original weights, stronger where inputs are larger (SARQC, arXiv 2605.05693); 0: none</source>
        <translation>Gewicht eines Zuges zu den ursprünglichen Gewichten hin, stärker bei größeren Eingaben (SARQC, arXiv 2605.05693); 0: keiner</translation>
    </message>
    <message>
        <source>Solve again in the search</source>
        <translation>In der Suche neu lösen</translation>
    </message>
    <message>
        <source>Round whatever a search moves by GPTQ again, on the Hessian that moved with the neurons. Without it a search rounds to nearest around what GPTQ chose at the start: faster, in less memory, but from a slightly worse start. To round a moved FFN takes 33 ms by GPTQ and 1.2 ms to nearest on the demo; next to a large model&apos;s forward pass neither counts. For GPTQ as the last step alone, export what a search from plain rounding found as &quot;not quantized, moves applied&quot; and quantize that.</source>
        <translation>Rundet alles, was eine Suche bewegt, wieder mit GPTQ, auf der mit den Neuronen bewegten Hesse-Matrix. Ohne dies rundet eine Suche zum nächsten Wert um das herum, was GPTQ am Anfang wählte: schneller, mit weniger Speicher, aber von einem etwas schlechteren Anfang aus. Ein bewegtes FFN zu runden dauert beim Demomodell 33 ms mit GPTQ und 1,2 ms zum nächsten Wert; neben dem Vorwärtslauf eines großen Modells zählt beides nicht. Für GPTQ allein als letzten Schritt exportiert man, was eine Suche vom schlichten Runden aus fand, als „nicht quantisiert, mit den Zügen“ und quantisiert das.</translation>
    </message>
    <message>
        <source>AWQ</source>
        <translation>AWQ</translation>
    </message>
    <message>
        <source>Enlarges the channels that see the largest inputs, so that rounding hurts them less, and clips each group&apos;s range; both are tried out on the calibration set (arXiv 2306.00978).</source>
        <translation>Vergrößert die Kanäle mit den größten Eingaben, damit das Runden ihnen weniger schadet, und kappt den Bereich jeder Gruppe; beides wird an der Kalibriermenge ausprobiert (arXiv 2306.00978).</translation>
    </message>
    <message>
        <source>Scale channels</source>
        <translation>Kanäle skalieren</translation>
    </message>
    <message>
        <source>Search factors for channels by the size of their inputs; they are folded into what comes before</source>
        <translation>Faktoren für Kanäle nach der Größe ihrer Eingaben suchen; sie gehen in das ein, was davor kommt</translation>
    </message>
    <message>
        <source>Narrow each group&apos;s range to where its output changes least; queries and keys are left out</source>
        <translation>Den Bereich jeder Gruppe so verengen, dass sich ihre Ausgabe am wenigsten ändert; Queries und Keys bleiben ausgenommen</translation>
    </message>
    <message>
        <source>Tokens for scales</source>
        <translation>Token für Faktoren</translation>
    </message>
    <message>
        <source>Tokens of the calibration set on which factors are tried: more are slower</source>
        <translation>Token der Kalibriermenge, an denen Faktoren probiert werden: mehr sind langsamer</translation>
    </message>
    <message>
        <source>OmniQuant</source>
        <translation>OmniQuant</translation>
    </message>
    <message>
        <source>Learns how far to clip each group, and optionally factors of channels, so that each decoder layer&apos;s output changes least (arXiv 2308.13137).</source>
        <translation>Lernt, wie weit jede Gruppe gekappt wird, und auf Wunsch Faktoren der Kanäle, damit sich die Ausgabe jeder Decoder-Schicht am wenigsten ändert (arXiv 2308.13137).</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>How often training goes through the calibration set, for each decoder layer. Published: 20, and 40 at 2 bits</source>
        <translation>Wie oft das Training die Kalibriermenge durchläuft, für jede Decoder-Schicht. Veröffentlicht: 20, bei 2 Bits 40</translation>
    </message>
    <message>
        <source>Sequences per step</source>
        <translation>Sequenzen je Schritt</translation>
    </message>
    <message>
        <source>Calibration sequences in each training step</source>
        <translation>Kalibriersequenzen in jedem Trainingsschritt</translation>
    </message>
    <message>
        <source>Learn channel factors</source>
        <translation>Kanalfaktoren lernen</translation>
    </message>
    <message>
        <source>Also learn factors that are folded into what comes before (learnable equivalent transformation)</source>
        <translation>Auch Faktoren lernen, die in das eingehen, was davor kommt (Learnable Equivalent Transformation)</translation>
    </message>
    <message>
        <source>Rate for clipping</source>
        <translation>Rate für das Kappen</translation>
    </message>
    <message>
        <source>Learning rate of the groups&apos; ranges</source>
        <translation>Lernrate der Bereiche der Gruppen</translation>
    </message>
    <message>
        <source>Rate for factors</source>
        <translation>Rate für Faktoren</translation>
    </message>
    <message>
        <source>Learning rate of the channels&apos; factors</source>
        <translation>Lernrate der Kanalfaktoren</translation>
    </message>
    <message>
        <source>Both targets</source>
        <translation>Beide Ziele</translation>
    </message>
    <message>
        <source>Also compare with what the full-precision layer makes of quantized inputs</source>
        <translation>Auch mit dem vergleichen, was die Schicht in voller Genauigkeit aus quantisierten Eingaben macht</translation>
    </message>
    <message>
        <source>AutoRound</source>
        <translation>AutoRound</translation>
    </message>
    <message>
        <source>Learns for every weight whether to round up or down, and each group&apos;s range, so that each decoder layer&apos;s output changes least (arXiv 2309.05516). The strongest start, and a slow one.</source>
        <translation>Lernt für jedes Gewicht, ob auf- oder abgerundet wird, und den Bereich jeder Gruppe, damit sich die Ausgabe jeder Decoder-Schicht am wenigsten ändert (arXiv 2309.05516). Der stärkste Start, und ein langsamer.</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>Iterationen</translation>
    </message>
    <message>
        <source>Training steps per decoder layer</source>
        <translation>Trainingsschritte je Decoder-Schicht</translation>
    </message>
    <message>
        <source>Calibration sequences in each training step: more are slower and steadier</source>
        <translation>Kalibriersequenzen in jedem Trainingsschritt: mehr sind langsamer und stetiger</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Size of the first step, falling to nothing; 0: one over the iterations</source>
        <translation>Größe des ersten Schrittes, die auf null fällt; 0: eins durch die Zahl der Iterationen</translation>
    </message>
    <message>
        <source>Learn ranges</source>
        <translation>Bereiche lernen</translation>
    </message>
    <message>
        <source>Also learn how far each group&apos;s grid reaches</source>
        <translation>Auch lernen, wie weit das Raster jeder Gruppe reicht</translation>
    </message>
    <message>
        <source>Quantized inputs</source>
        <translation>Quantisierte Eingaben</translation>
    </message>
    <message>
        <source>Train each layer on what the quantized layers before it give, so that it makes up for their errors</source>
        <translation>Jede Schicht an dem trainieren, was die quantisierten Schichten davor liefern, damit sie deren Fehler ausgleicht</translation>
    </message>
    <message>
        <source>As published</source>
        <translation>Wie veröffentlicht</translation>
    </message>
    <message>
        <source>Any layer, each as often; all chosen invariances move the same neurons at once.</source>
        <translation>Irgendeine Schicht, jede gleich oft; alle gewählten Invarianzen bewegen zugleich dieselben Neuronen.</translation>
    </message>
    <message>
        <source>One invariance at a time</source>
        <translation>Eine Invarianz auf einmal</translation>
    </message>
    <message>
        <source>Any layer, each as often; one of the chosen invariances, each as often, so that its share of the gain can be told.</source>
        <translation>Irgendeine Schicht, jede gleich oft; eine der gewählten Invarianzen, jede gleich oft, sodass sich ihr Anteil am Gewinn angeben lässt.</translation>
    </message>
    <message>
        <source>Adaptive step sizes</source>
        <translation>Anpassende Schrittweiten</translation>
    </message>
    <message>
        <source>One invariance at a time; how far it moves grows in a layer where moves are accepted and shrinks where they are not.</source>
        <translation>Eine Invarianz auf einmal; wie weit sie bewegt, wächst in einer Schicht, wo Züge angenommen werden, und schrumpft, wo nicht.</translation>
    </message>
    <message>
        <source>Where it pays</source>
        <translation>Wo es sich lohnt</translation>
    </message>
    <message>
        <source>Moves as published, in layers chosen in proportion to what they gained recently for their work; every fourth step in any layer.</source>
        <translation>Züge wie veröffentlicht, in Schichten, die nach ihrem jüngsten Gewinn je Aufwand gewählt werden; jeder vierte Schritt in irgendeiner Schicht.</translation>
    </message>
    <message>
        <source>Screened by gradient</source>
        <translation>Nach Gradient vorausgewählt</translation>
    </message>
    <message>
        <source>Draws many moves of one layer as published and tries the one that lowers the loss most to first order, by the gradient at the accepted model.</source>
        <translation>Zieht viele Züge einer Schicht wie veröffentlicht und versucht den, der den Verlust in erster Ordnung am meisten senkt, nach dem Gradienten am angenommenen Modell.</translation>
    </message>
    <message>
        <source>Composed by gradient</source>
        <translation>Vom Gradienten zusammengesetzt</translation>
    </message>
    <message>
        <source>Draws many moves inside each pair of groups of one layer, puts the best of each together by the loss&apos;s gradient, and tries the whole; how many times over depends on how well the gradient foretold the last ones.</source>
        <translation>Zieht viele Züge in jedem Gruppenpaar einer Schicht, setzt die nach dem Gradienten der Verlustfunktion besten zusammen und probiert das Ganze; wie oft hintereinander, hängt davon ab, wie gut der Gradient die letzten vorhergesagt hat.</translation>
    </message>
    <message>
        <source>GPTQ, columns in order</source>
        <translation>GPTQ, Spalten der Reihe nach</translation>
    </message>
    <message>
        <source>GPTQ without &quot;Columns by importance&quot;. At few bits and on small models it can be worse than plain rounding: a group&apos;s scale is taken from weights that the errors of earlier columns were already pushed into, and where important columns come late nothing is left to make up for their errors. It depends on the text: the authors&apos; own code took SmolLM2 135M at 3 bits to a perplexity of 101 in order and 54 by importance on an English handbook, where plain rounding comes to 72, and to 33, 30 and 53 on the Bible.</source>
        <translation>GPTQ ohne „Spalten nach Wichtigkeit“. Bei wenigen Bits und kleinen Modellen kann es schlechter sein als schlichtes Runden: Die Skala einer Gruppe wird aus Gewichten bestimmt, in die schon die Fehler früherer Spalten verschoben wurden; und wo wichtige Spalten spät kommen, ist nichts mehr übrig, das ihre Fehler ausgleichen könnte. Es kommt auf den Text an: Der Code der Autoren brachte SmolLM2 135M mit 3 Bits auf einem englischen Handbuch auf eine Perplexität von 101 der Reihe nach und 54 nach Wichtigkeit, wo schlichtes Runden auf 72 kommt, und auf der Bibel auf 33, 30 und 53.</translation>
    </message>
    <message>
        <source>All layers at once</source>
        <translation>Alle Schichten auf einmal</translation>
    </message>
    <message>
        <source>Puts the best of many draws together in every layer by the loss&apos;s gradient, and tries it all as one move; how far it goes depends on how much the loss curves there, and on how well the last one was foretold. Where norms move, they take turns with that, each channel as far as the gradient is sure of it.</source>
        <translation>Setzt in jeder Schicht nach dem Gradienten des Verlusts das Beste aus vielen Ziehungen zusammen und probiert alles als einen Zug; wie weit er geht, hängt davon ab, wie stark der Verlust dort gekrümmt ist und wie gut der letzte vorhergesagt war. Wo Normen bewegt werden, wechseln sie sich damit ab, jeder Kanal so weit, wie sich der Gradient seiner sicher ist.</translation>
    </message>
    <message>
        <source>Hugging Face folder (dequantized)</source>
        <translation>Hugging-Face-Ordner (dequantisiert)</translation>
    </message>
    <message>
        <source>Safetensors in half precision with config and tokenizer; loads wherever the original model does. The weights lie on the quantization grid, rounded to the 16 bits that each takes.</source>
        <translation>Safetensors in halber Genauigkeit mit Konfiguration und Tokenizer; lädt überall, wo das ursprüngliche Modell lädt. Die Gewichte liegen auf dem Quantisierungsraster, gerundet auf die 16 Bits, die jedes einnimmt.</translation>
    </message>
    <message>
        <source>Hugging Face folder (not quantized, moves applied)</source>
        <translation>Hugging-Face-Ordner (nicht quantisiert, mit den Zügen)</translation>
    </message>
    <message>
        <source>The full-precision weights, reordered and rescaled as the search found best: the original model&apos;s function, for any quantizer to round as its last step.</source>
        <translation>Die Gewichte in voller Genauigkeit, umgeordnet und skaliert, wie die Suche es am besten fand: die Funktion des ursprünglichen Modells, die jeder Quantisierer als letzten Schritt runden kann.</translation>
    </message>
    <message>
        <source>Invariances (safetensors)</source>
        <translation>Invarianzen (Safetensors)</translation>
    </message>
    <message>
        <source>One small file: per layer the rotation angles, scales and order of the FFN&apos;s neurons (and of attention&apos;s and the residual stream&apos;s channels, and the norms&apos; factors, where they moved), with the settings as metadata.</source>
        <translation>Eine kleine Datei: je Schicht die Rotationswinkel, Skalierungen und Reihenfolge der FFN-Neuronen (und der Kanäle von Attention und Residualstrom und die Faktoren der Normen, wo sie sich bewegt haben), mit den Einstellungen als Metadaten.</translation>
    </message>
</context>
<context>
    <name>invar::DriftHistory</name>
    <message>
        <source>Drift over the search</source>
        <translation>Abdrift im Lauf der Suche</translation>
    </message>
    <message>
        <source>drift (%)</source>
        <translation>Abdrift (%)</translation>
    </message>
    <message>
        <source>step %1: the full-precision model has moved by %2 %</source>
        <translation>Schritt %1: Das Modell in voller Genauigkeit hat sich um %2 % verändert</translation>
    </message>
</context>
<context>
    <name>invar::DriftPanel</name>
    <message>
        <source>Approximate moves changed the full-precision function by %1&#xa0;%</source>
        <translation>Näherungsweise Züge haben die Funktion in voller Genauigkeit um %1&#xa0;% verändert</translation>
    </message>
</context>
<context>
    <name>invar::ErrorHeatmap</name>
    <message>
        <source>Quantization error per layer and projection</source>
        <translation>Quantisierungsfehler je Schicht und Projektion</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>SQNR (dB)</source>
        <translation>SQNR (dB)</translation>
    </message>
    <message>
        <source>MSE (log)</source>
        <translation>MSE (log)</translation>
    </message>
    <message>
        <source>How the error is measured. SQNR: signal to quantization noise, more is better</source>
        <translation>Wie der Fehler gemessen wird. SQNR: Verhältnis von Signal zu Quantisierungsrauschen, größer ist besser</translation>
    </message>
    <message>
        <source>Error measure</source>
        <translation>Fehlermaß</translation>
    </message>
    <message>
        <source>start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>improvement</source>
        <translation>Verbesserung</translation>
    </message>
    <message>
        <source>Error after the starting method, error now, or what the search improved</source>
        <translation>Fehler nach dem Startverfahren, Fehler jetzt, oder was die Suche verbessert hat</translation>
    </message>
    <message>
        <source>Shown state</source>
        <translation>Gezeigter Zustand</translation>
    </message>
    <message>
        <source>decoder layer</source>
        <translation>Decoder-Schicht</translation>
    </message>
    <message>
        <source>output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>improvement (dB)</source>
        <translation>Verbesserung (dB)</translation>
    </message>
    <message>
        <source>improvement (%)</source>
        <translation>Verbesserung (%)</translation>
    </message>
    <message>
        <source>MSE</source>
        <translation>MSE</translation>
    </message>
    <message>
        <source>layer %1, %2</source>
        <translation>Schicht %1, %2</translation>
    </message>
    <message>
        <source>%1 · no data</source>
        <translation>%1 · keine Daten</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>%1 · %2: start %3, now %4, improvement %5 %6</source>
        <translation>%1 · %2: Start %3, jetzt %4, Verbesserung %5 %6</translation>
    </message>
    <message>
        <source>output error</source>
        <translation>Ausgabefehler</translation>
    </message>
    <message>
        <source>Output error: relative error of a matrix&apos;s outputs for the inputs that it has in the full-precision model, on the first %1 tokens of the calibration set at most. It is measured at the start and when the search pauses or ends; in between, cells show it as last measured.</source>
        <translation>Ausgabefehler: relativer Fehler der Ausgaben einer Matrix bei den Eingaben, die sie im Modell in voller Genauigkeit hat, auf höchstens den ersten %1 Token der Kalibriermenge. Er wird beim Start gemessen und wenn die Suche pausiert oder endet; dazwischen zeigen die Zellen, was zuletzt gemessen wurde.</translation>
    </message>
    <message>
        <source>as last measured</source>
        <translation>zuletzt gemessen</translation>
    </message>
    <message>
        <source>not a matrix: see its relative error</source>
        <translation>keine Matrix: siehe relativen Fehler</translation>
    </message>
    <message>
        <source>older run: measured when it goes on</source>
        <translation>älterer Lauf: gemessen, wenn er weitergeht</translation>
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
    <message>
        <source>CE part</source>
        <translation>CE-Teil</translation>
    </message>
    <message>
        <source>MSE part</source>
        <translation>MSE-Teil</translation>
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
        <source>Open a model to begin: File ▸ Open demo, or drop a folder or a GGUF file here</source>
        <translation>Zum Beginnen ein Modell öffnen: Datei ▸ Demo öffnen, oder einen Ordner oder eine GGUF-Datei hierher ziehen</translation>
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
        <source>Open a GGUF file</source>
        <translation>Eine GGUF-Datei öffnen</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf);;All files (*)</source>
        <translation>GGUF-Modelle (*.gguf);;Alle Dateien (*)</translation>
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
        <source>This search will need about %1, and %2 are free. Start it all the same?</source>
        <translation>Diese Suche wird etwa %1 brauchen, frei sind %2. Trotzdem starten?</translation>
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
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Shows what full precision and the quantized model write, side by side (Ctrl+T)</source>
        <translation>Zeigt nebeneinander, was das Modell in voller Genauigkeit und das quantisierte schreiben (Strg+T)</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Shows what the grid does to the weights of a matrix (Ctrl+G, or a click on a cell of the heatmap)</source>
        <translation>Zeigt, was das Raster mit den Gewichten einer Matrix macht (Strg+G, oder ein Klick auf eine Zelle der Heatmap)</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Compares the starting methods on the open model, and shows which of its layers hurt (Ctrl+M)</source>
        <translation>Vergleicht die Startverfahren am offenen Modell und zeigt, welche seiner Schichten schaden (Strg+M)</translation>
    </message>
    <message>
        <source>The starting method need not run again: what it made is taken over from %1</source>
        <translation>Das Startverfahren muss nicht noch einmal laufen: Sein Ergebnis wird aus %1 übernommen</translation>
    </message>
</context>
<context>
    <name>invar::MatrixPanel</name>
    <message>
        <source>MSE %1 · SQNR %2 dB</source>
        <translation>MSE %1 · SQNR %2 dB</translation>
    </message>
    <message>
        <source>row %1, group %2</source>
        <translation>Zeile %1, Gruppe %2</translation>
    </message>
    <message>
        <source>layer %1, %2 · %3</source>
        <translation>Schicht %1, %2 · %3</translation>
    </message>
    <message numerus="yes">
        <source>%1 × %2 weights · %n bit(s), groups of %3</source>
        <translation>
            <numerusform>%1 × %2 Gewichte · %n Bit, Gruppen zu %3</numerusform>
            <numerusform>%1 × %2 Gewichte · %n Bits, Gruppen zu %3</numerusform>
        </translation>
    </message>
    <message>
        <source>row %1 · %2</source>
        <translation>Zeile %1 · %2</translation>
    </message>
    <message>
        <source>Layer:</source>
        <translation>Schicht:</translation>
    </message>
    <message>
        <source>Projection</source>
        <translation>Projektion</translation>
    </message>
    <message>
        <source>Projection of that decoder layer</source>
        <translation>Projektion dieser Decoder-Schicht</translation>
    </message>
    <message>
        <source>at the start</source>
        <translation>am Start</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>Which weights of the run: as the starting method rounded them, or as the search has them now. Full precision is shown under the same moves</source>
        <translation>Welche Gewichte des Laufs: wie das Startverfahren sie gerundet hat, oder wie die Suche sie jetzt hat. Die volle Genauigkeit wird unter denselben Zügen gezeigt</translation>
    </message>
    <message>
        <source>preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>What rounding to nearest with the settings&apos; bits and group size does to the open model</source>
        <translation>Was das Runden zum nächsten Wert mit Bits und Gruppengröße der Einstellungen mit dem offenen Modell macht</translation>
    </message>
    <message>
        <source>Shown weights</source>
        <translation>Gezeigte Gewichte</translation>
    </message>
    <message>
        <source>Row:</source>
        <translation>Zeile:</translation>
    </message>
    <message>
        <source>Group:</source>
        <translation>Gruppe:</translation>
    </message>
    <message>
        <source>Group of that row, whose levels are drawn in the histogram</source>
        <translation>Gruppe dieser Zeile, deren Stufen im Histogramm gezeichnet sind</translation>
    </message>
    <message>
        <source>Histogram of:</source>
        <translation>Histogramm:</translation>
    </message>
    <message>
        <source>the matrix</source>
        <translation>der Matrix</translation>
    </message>
    <message>
        <source>the row</source>
        <translation>der Zeile</translation>
    </message>
    <message>
        <source>the group</source>
        <translation>der Gruppe</translation>
    </message>
    <message>
        <source>output error %1 %</source>
        <translation>Ausgabefehler %1 %</translation>
    </message>
</context>
<context>
    <name>invar::MeasuredText</name>
    <message>
        <source>1 bit</source>
        <translation>1 Bit</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bits</translation>
    </message>
    <message>
        <source>whole rows</source>
        <translation>ganzen Zeilen</translation>
    </message>
    <message>
        <source>groups of %1</source>
        <translation>Gruppen zu %1</translation>
    </message>
    <message>
        <source>symmetric</source>
        <translation>symmetrisch</translation>
    </message>
    <message>
        <source>%1 × %2 tokens</source>
        <translation>%1 × %2 Token</translation>
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
    <name>invar::MethodFields</name>
    <message>
        <source>%1 to %2; standard: %3</source>
        <translation>%1 bis %2; Standard: %3</translation>
    </message>
    <message>
        <source>Standard: on</source>
        <translation>Standard: ein</translation>
    </message>
    <message>
        <source>Standard: off</source>
        <translation>Standard: aus</translation>
    </message>
    <message>
        <source>%1 = %2 (unknown)</source>
        <translation>%1 = %2 (unbekannt)</translation>
    </message>
    <message>
        <source>Untick it to leave this option out</source>
        <translation>Das Häkchen entfernen, um diese Option wegzulassen</translation>
    </message>
</context>
<context>
    <name>invar::MethodsTable</name>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Starting method</source>
        <translation>Startverfahren</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits pro Gewicht</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Signal to quantization noise of the weights, mean over the matrices. Methods that look at data may lower it and be better all the same</source>
        <translation>Signal-Rausch-Abstand der quantisierten Gewichte, Mittel über die Matrizen. Verfahren, die Daten ansehen, können ihn senken und trotzdem besser sein</translation>
    </message>
    <message>
        <source>Full precision</source>
        <translation>Volle Genauigkeit</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Output error</source>
        <translation>Ausgabefehler</translation>
    </message>
    <message>
        <source>Relative error of a matrix&apos;s outputs for the inputs that it has in the full-precision model, on the first %1 tokens of the calibration set at most; mean over the matrices. This is what methods that look at data make small</source>
        <translation>Relativer Fehler der Ausgaben einer Matrix bei den Eingaben, die sie im Modell in voller Genauigkeit hat, auf höchstens den ersten %1 Token der Kalibriermenge; Mittel über die Matrizen. Ihn machen Verfahren klein, die Daten ansehen</translation>
    </message>
    <message>
        <source>Cannot run with these settings: %1</source>
        <translation>Läuft mit diesen Einstellungen nicht: %1</translation>
    </message>
    <message>
        <source>cannot run</source>
        <translation>läuft nicht</translation>
    </message>
    <message>
        <source>Starting methods, compared</source>
        <translation>Startverfahren im Vergleich</translation>
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
        <translation>versucht</translation>
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
    <name>invar::PerplexityBars</name>
    <message>
        <source>Perplexity on the held-out text, which the search never sees: less is better</source>
        <translation>Perplexität auf dem zurückgehaltenen Text, den die Suche nie sieht: kleiner ist besser</translation>
    </message>
    <message>
        <source>full precision</source>
        <translation>volle Genauigkeit</translation>
    </message>
    <message>
        <source>at the start</source>
        <translation>beim Start</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
</context>
<context>
    <name>invar::PerplexityHistory</name>
    <message>
        <source>perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Perplexity over the search</source>
        <translation>Perplexität im Lauf der Suche</translation>
    </message>
    <message>
        <source>step %1: perplexity %2</source>
        <translation>Schritt %1: Perplexität %2</translation>
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
        <source>Measures the present state now and then; the search is slower meanwhile</source>
        <translation>Misst den jetzigen Stand ab und zu; die Suche ist währenddessen langsamer</translation>
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
    <name>invar::PerplexityPanel</name>
    <message>
        <source>Measuring…</source>
        <translation>Messung läuft…</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>Measure the perplexity of the full-precision, the starting and the present model on the held-out text</source>
        <translation>Die Perplexität des Modells in voller Genauigkeit, beim Start und jetzt auf dem zurückgehaltenen Text messen</translation>
    </message>
    <message>
        <source>Measure perplexity</source>
        <translation>Perplexität messen</translation>
    </message>
    <message>
        <source>Progress of the measurement</source>
        <translation>Fortschritt der Messung</translation>
    </message>
    <message>
        <source>How much of the damage the search repaired shows here once all three are measured.</source>
        <translation>Wie viel vom Schaden die Suche repariert hat, steht hier, sobald alle drei gemessen sind.</translation>
    </message>
    <message>
        <source>The search repaired %1 % of the damage.</source>
        <translation>Die Suche hat %1 % des Schadens repariert.</translation>
    </message>
    <message>
        <source>The damage grew by %1 %: the search fits its calibration text, not this one.</source>
        <translation>Der Schaden wuchs um %1 %: Die Suche passt sich ihrem Kalibriertext an, nicht diesem.</translation>
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
    <message>
        <source>value permutation</source>
        <translation>Werte-Permutation</translation>
    </message>
    <message>
        <source>value scaling</source>
        <translation>Werte-Skalierung</translation>
    </message>
    <message>
        <source>value rotation</source>
        <translation>Werte-Rotation</translation>
    </message>
    <message>
        <source>key permutation</source>
        <translation>Schlüssel-Permutation</translation>
    </message>
    <message>
        <source>key scaling</source>
        <translation>Schlüssel-Skalierung</translation>
    </message>
    <message>
        <source>key rotation</source>
        <translation>Schlüssel-Rotation</translation>
    </message>
    <message>
        <source>residual permutation</source>
        <translation>Residual-Permutation</translation>
    </message>
    <message>
        <source>norm scaling</source>
        <translation>Normskalierung</translation>
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
    <name>invar::RowPlot</name>
    <message>
        <source>One row before and after rounding</source>
        <translation>Eine Zeile vor und nach dem Runden</translation>
    </message>
    <message>
        <source>column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>full precision</source>
        <translation>volle Genauigkeit</translation>
    </message>
    <message>
        <source>rounded</source>
        <translation>gerundet</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>column %1, group %2: %3 becomes %4 (scale %5, zero point %6)</source>
        <translation>Spalte %1, Gruppe %2: %3 wird %4 (Skala %5, Nullpunkt %6)</translation>
    </message>
</context>
<context>
    <name>invar::RunPlots</name>
    <message>
        <source>whole row</source>
        <translation>ganze Zeile</translation>
    </message>
    <message>
        <source>%1 · %2 bits, group %3%4, %5 · %6 · seed %7</source>
        <translation>%1 · %2 Bits, Gruppe %3%4, %5 · %6 · Startwert %7</translation>
    </message>
    <message>
        <source>, symmetric</source>
        <translation>, symmetrisch</translation>
    </message>
    <message>
        <source>no steps yet · %1 bits per weight</source>
        <translation>noch keine Schritte · %1 Bits pro Gewicht</translation>
    </message>
    <message>
        <source>%1 steps in %2 s · %3 accepted (%4 %) · loss %5 → %6 · %7 bits per weight</source>
        <translation>%1 Schritte in %2 s · %3 angenommen (%4 %) · Verlust %5 → %6 · %7 Bits pro Gewicht</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Error now</source>
        <translation>Fehler jetzt</translation>
    </message>
    <message>
        <source>Improvement since the start</source>
        <translation>Verbesserung seit dem Start</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>Züge</translation>
    </message>
</context>
<context>
    <name>invar::RunView</name>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>How the starting method trained the decoder layers, before the search</source>
        <translation>Wie das Startverfahren die Decoder-Schichten trainiert hat, vor der Suche</translation>
    </message>
</context>
<context>
    <name>invar::ScaleMapPlot</name>
    <message>
        <source>Scale of each group</source>
        <translation>Skala jeder Gruppe</translation>
    </message>
    <message>
        <source>row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>group (a cell: mean of %1 × %2 scales)</source>
        <translation>Gruppe (eine Zelle: Mittel von %1 × %2 Skalen)</translation>
    </message>
    <message>
        <source>group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>row %1, group %2: scale %3</source>
        <translation>Zeile %1, Gruppe %2: Skala %3</translation>
    </message>
</context>
<context>
    <name>invar::SensitivityTable</name>
    <message>
        <source>whole layer</source>
        <translation>ganze Schicht</translation>
    </message>
    <message>
        <source>Rise of the calibration set&apos;s cross-entropy, in nats per token, when this matrix alone is rounded to nearest. A double click or Enter gives it two more bits.</source>
        <translation>Anstieg der Kreuzentropie auf der Kalibriermenge, in Nats je Token, wenn diese Matrix allein gerundet wird. Ein Doppelklick oder die Eingabetaste gibt ihr zwei Bits mehr.</translation>
    </message>
    <message>
        <source>layer %1, %2</source>
        <translation>Schicht %1, %2</translation>
    </message>
    <message>
        <source>%1: loss falls by %2</source>
        <translation>%1: Verlust sinkt um %2</translation>
    </message>
    <message>
        <source>%1: loss rises by %2</source>
        <translation>%1: Verlust steigt um %2</translation>
    </message>
    <message>
        <source>What each matrix, rounded alone, does to the loss</source>
        <translation>Was jede Matrix, allein gerundet, mit dem Verlust macht</translation>
    </message>
</context>
<context>
    <name>invar::SettingsPanel</name>
    <message>
        <source>bfloat16 (slow on this processor)</source>
        <translation>bfloat16 (langsam auf diesem Prozessor)</translation>
    </message>
    <message>
        <source>This processor has no arithmetic for bfloat16: on it float32 is at least ten times faster. A GPU is fast with both.</source>
        <translation>Dieser Prozessor rechnet nicht selbst in bfloat16: float32 ist auf ihm mindestens zehnmal schneller. Eine GPU ist mit beidem schnell.</translation>
    </message>
    <message>
        <source>Storage per weight with the groups&apos; scales and zero points, and what the search will hold in memory</source>
        <translation>Speicher pro Gewicht samt Skalen und Nullpunkten der Gruppen, und was die Suche im Arbeitsspeicher halten wird</translation>
    </message>
    <message>
        <source>Does not divide this model&apos;s rows</source>
        <translation>Teilt die Zeilen dieses Modells nicht</translation>
    </message>
    <message>
        <source>P&amp;ermutation</source>
        <translation>P&amp;ermutation</translation>
    </message>
    <message>
        <source>S&amp;caling</source>
        <translation>S&amp;kalierung</translation>
    </message>
    <message>
        <source>R&amp;otation</source>
        <translation>R&amp;otation</translation>
    </message>
    <message>
        <source>Reorders FFN neurons, so that similar weights share a group</source>
        <translation>Ordnet die FFN-Neuronen um, sodass sich ähnliche Gewichte eine Gruppe teilen</translation>
    </message>
    <message>
        <source>Scales a neuron&apos;s input weights up and its output weights down, or the reverse</source>
        <translation>Skaliert die Eingangsgewichte eines Neurons hinauf und seine Ausgangsgewichte hinunter, oder umgekehrt</translation>
    </message>
    <message>
        <source>Turns pairs of neurons by small angles</source>
        <translation>Dreht Paare von Neuronen um kleine Winkel</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>Exact: the full-precision model&apos;s function stays the same.</source>
        <translation>Exakt: Die Funktion des Modells in voller Genauigkeit bleibt gleich.</translation>
    </message>
    <message>
        <source>approximate</source>
        <translation>näherungsweise</translation>
    </message>
    <message>
        <source>Approximate for this model: its activation function lets the output move slightly.</source>
        <translation>Für dieses Modell nur näherungsweise: Seine Aktivierungsfunktion lässt die Ausgabe leicht abweichen.</translation>
    </message>
    <message>
        <source>Off until you tick it: the search then also changes the full-precision model; by how much is measured and shown.</source>
        <translation>Aus, bis Sie es ankreuzen: Die Suche ändert dann auch das Modell in voller Genauigkeit; um wie viel, wird gemessen und angezeigt.</translation>
    </message>
    <message>
        <source>not for this model</source>
        <translation>nicht für dieses Modell</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>must be a whole number from 0 to 2⁶⁴ − 1</source>
        <translation>muss eine ganze Zahl von 0 bis 2⁶⁴ − 1 sein</translation>
    </message>
    <message>
        <source>must be a number of weights, or the whole row</source>
        <translation>muss eine Anzahl von Gewichten oder die ganze Zeile sein</translation>
    </message>
    <message>
        <source>These settings cannot run yet.</source>
        <translation>Diese Einstellungen sind noch nicht lauffähig.</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist geöffnet.</translation>
    </message>
    <message>
        <source>%1 bits per weight · needs about %2, %3 free</source>
        <translation>%1 Bits pro Gewicht · braucht etwa %2, frei sind %3</translation>
    </message>
    <message>
        <source>To fit, every %1th layer is cached; steps take longer.</source>
        <translation>Damit es passt, wird nur jede %1. Schicht gepuffert; Schritte dauern länger.</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Raster</translation>
    </message>
    <message>
        <source>Starting method</source>
        <translation>Startverfahren</translation>
    </message>
    <message>
        <source>Starting &amp;method</source>
        <translation>Start&amp;verfahren</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits pro Gewicht</translation>
    </message>
    <message>
        <source>Bits of each weight&apos;s code: 1 to 8</source>
        <translation>Bits für den Code jedes Gewichts: 1 bis 8</translation>
    </message>
    <message>
        <source>&amp;Bits</source>
        <translation>&amp;Bits</translation>
    </message>
    <message>
        <source>Group size</source>
        <translation>Gruppengröße</translation>
    </message>
    <message>
        <source>Consecutive weights of a row that share one scale and zero point; it must divide every row. Any number can be typed</source>
        <translation>Aufeinanderfolgende Gewichte einer Zeile, die sich Skala und Nullpunkt teilen; muss jede Zeile teilen. Jede Zahl lässt sich eintippen</translation>
    </message>
    <message>
        <source>whole row</source>
        <translation>ganze Zeile</translation>
    </message>
    <message>
        <source>&amp;Group size</source>
        <translation>&amp;Gruppengröße</translation>
    </message>
    <message>
        <source>S&amp;ymmetric grid</source>
        <translation>S&amp;ymmetrisches Raster</translation>
    </message>
    <message>
        <source>Symmetric grid</source>
        <translation>Symmetrisches Raster</translation>
    </message>
    <message>
        <source>The zero point stays in the middle of the codes and is not stored</source>
        <translation>Der Nullpunkt bleibt in der Mitte der Codes und wird nicht gespeichert</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>Züge</translation>
    </message>
    <message>
        <source>Swap &amp;fraction</source>
        <translation>&amp;Tauschanteil</translation>
    </message>
    <message>
        <source>Swap fraction</source>
        <translation>Tauschanteil</translation>
    </message>
    <message>
        <source>Share of a layer&apos;s FFN neurons that one proposal touches: above 0, at most 1</source>
        <translation>Anteil der FFN-Neuronen einer Schicht, die ein Vorschlag anfasst: über 0, höchstens 1</translation>
    </message>
    <message>
        <source>&amp;Scale step</source>
        <translation>&amp;Skalierungsschritt</translation>
    </message>
    <message>
        <source>Scale step</source>
        <translation>Skalierungsschritt</translation>
    </message>
    <message>
        <source>Standard deviation of a proposal&apos;s change of the neurons&apos; scales</source>
        <translation>Standardabweichung, mit der ein Vorschlag die Skalierungen der Neuronen ändert</translation>
    </message>
    <message>
        <source>&amp;Rotation step (rad)</source>
        <translation>&amp;Rotationsschritt (rad)</translation>
    </message>
    <message>
        <source>Rotation step</source>
        <translation>Rotationsschritt</translation>
    </message>
    <message>
        <source>Standard deviation of a proposal&apos;s rotation angles, in radians</source>
        <translation>Standardabweichung der Rotationswinkel eines Vorschlags, im Bogenmaß</translation>
    </message>
    <message>
        <source>Move policy</source>
        <translation>Wahl der Züge</translation>
    </message>
    <message>
        <source>How the next move is chosen</source>
        <translation>Wie der nächste Zug gewählt wird</translation>
    </message>
    <message>
        <source>Choose mo&amp;ves</source>
        <translation>Zug&amp;wahl</translation>
    </message>
    <message>
        <source>Racing</source>
        <translation>Wettlauf</translation>
    </message>
    <message>
        <source>Drop a candidate before the whole calibration set was seen, when chance hardly explains how far it is behind. Accepting still takes the whole set.</source>
        <translation>Verwirft einen Kandidaten, bevor die ganze Kalibriermenge gesehen ist, wenn sein Rückstand kaum Zufall sein kann. Angenommen wird nur nach der ganzen Menge.</translation>
    </message>
    <message>
        <source>Error rate of racing</source>
        <translation>Fehlerrate des Wettlaufs</translation>
    </message>
    <message>
        <source>How often, at each look, a candidate that would just have tied may be dropped</source>
        <translation>Wie oft bei jedem Blick ein Kandidat verworfen werden darf, der gerade gleichauf läge</translation>
    </message>
    <message>
        <source>Rac&amp;ing, error</source>
        <translation>Wettla&amp;uf, Fehler</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Proposals to try in total; 0: until stopped</source>
        <translation>Vorschläge, die insgesamt versucht werden; 0: bis zum Stoppen</translation>
    </message>
    <message>
        <source>until stopped</source>
        <translation>bis zum Stoppen</translation>
    </message>
    <message>
        <source>S&amp;teps</source>
        <translation>S&amp;chritte</translation>
    </message>
    <message>
        <source>Time budget</source>
        <translation>Zeitbudget</translation>
    </message>
    <message>
        <source>Searching time of this session in seconds; 0: no limit</source>
        <translation>Suchzeit dieser Sitzung in Sekunden; 0: unbegrenzt</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>unbegrenzt</translation>
    </message>
    <message>
        <source>Time b&amp;udget</source>
        <translation>Zeitb&amp;udget</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Weight of the hidden states&apos; MSE against the cross-entropy in the loss. Take 0 after a starting method that trains: it has brought that MSE to its least, from where every move raises it</source>
        <translation>Gewicht des MSE der verborgenen Zustände gegenüber der Kreuzentropie im Verlust. Nach einem Startverfahren, das trainiert, ist 0 richtig: Es hat diesen MSE auf seinen kleinsten Wert gebracht, von dem aus jeder Zug ihn erhöht</translation>
    </message>
    <message>
        <source>MSE weight &amp;α</source>
        <translation>MSE-Gewicht &amp;α</translation>
    </message>
    <message>
        <source>Watched layers</source>
        <translation>Beobachtete Schichten</translation>
    </message>
    <message>
        <source>Decoder layers, spread over the depth, whose outputs enter the MSE</source>
        <translation>Decoder-Schichten, über die Tiefe verteilt, deren Ausgaben in den MSE eingehen</translation>
    </message>
    <message>
        <source>&amp;Watched layers</source>
        <translation>&amp;Beobachtete Schichten</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed, settings, machine and threads give the same run</source>
        <translation>Gleicher Startwert, gleiche Einstellungen, gleicher Rechner und gleiche Thread-Zahl ergeben den gleichen Lauf</translation>
    </message>
    <message>
        <source>Roll a new seed</source>
        <translation>Neuen Startwert würfeln</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>Start&amp;wert</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>UTF-8 text file that the search tries its proposals on; empty: the demo&apos;s text</source>
        <translation>UTF-8-Textdatei, auf der die Suche ihre Vorschläge erprobt; leer: der Text der Demo</translation>
    </message>
    <message>
        <source>demo calibration text</source>
        <translation>Kalibriertext der Demo</translation>
    </message>
    <message>
        <source>Choose a calibration text</source>
        <translation>Einen Kalibriertext wählen</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <source>Te&amp;xt</source>
        <translation>Te&amp;xt</translation>
    </message>
    <message>
        <source>Sequences</source>
        <translation>Sequenzen</translation>
    </message>
    <message>
        <source>Rows of the calibration set: more are slower and overfit less</source>
        <translation>Zeilen der Kalibriermenge: mehr sind langsamer, passen sich aber weniger übermäßig an</translation>
    </message>
    <message>
        <source>Se&amp;quences</source>
        <translation>Se&amp;quenzen</translation>
    </message>
    <message>
        <source>Length of a sequence</source>
        <translation>Länge einer Sequenz</translation>
    </message>
    <message>
        <source>Tokens in each row, at most the model&apos;s context</source>
        <translation>Token in jeder Zeile, höchstens der Kontext des Modells</translation>
    </message>
    <message>
        <source>&amp;Length (tokens)</source>
        <translation>&amp;Länge (Token)</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Number format of weights and activations while searching</source>
        <translation>Zahlenformat der Gewichte und Aktivierungen während der Suche</translation>
    </message>
    <message>
        <source>&amp;Precision</source>
        <translation>Ge&amp;nauigkeit</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>cpu, cuda, or cuda:1 for the second GPU</source>
        <translation>cpu, cuda, oder cuda:1 für die zweite GPU</translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation>Ger&amp;ät</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>CPU threads; automatic: all cores but one</source>
        <translation>CPU-Threads; automatisch: alle Kerne bis auf einen</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>auto</translation>
    </message>
    <message>
        <source>T&amp;hreads</source>
        <translation>T&amp;hreads</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>Speichergrenze</translation>
    </message>
    <message>
        <source>The search stays within it by caching fewer layers; automatic: nine tenths of what is free</source>
        <translation>Die Suche hält sie ein, indem sie weniger Schichten puffert; automatisch: neun Zehntel des freien Speichers</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Memory li&amp;mit</source>
        <translation>Speicher&amp;grenze</translation>
    </message>
    <message>
        <source>Draws per step</source>
        <translation>Ziehungen</translation>
    </message>
    <message>
        <source>Moves drawn for each one tried, by a policy that screens: the loss&apos;s gradient picks the best</source>
        <translation>Züge, die eine vorauswählende Zugwahl für jeden erprobten zieht: der Gradient des Verlusts bestimmt den besten</translation>
    </message>
    <message>
        <source>Gradient&apos;s age</source>
        <translation>Alter des Gradienten</translation>
    </message>
    <message>
        <source>Permutation of values</source>
        <translation>Permutation der Werte</translation>
    </message>
    <message>
        <source>Scaling of values</source>
        <translation>Skalierung der Werte</translation>
    </message>
    <message>
        <source>Rotation of values</source>
        <translation>Rotation der Werte</translation>
    </message>
    <message>
        <source>Permutation of keys</source>
        <translation>Permutation der Schlüssel</translation>
    </message>
    <message>
        <source>Scaling of keys</source>
        <translation>Skalierung der Schlüssel</translation>
    </message>
    <message>
        <source>Rotation of keys</source>
        <translation>Rotation der Schlüssel</translation>
    </message>
    <message>
        <source>Reorders the channels of each attention head that value and output share</source>
        <translation>Ordnet in jedem Attention-Kopf die Kanäle um, die value und output teilen</translation>
    </message>
    <message>
        <source>Scales a channel&apos;s value weights up and its output weights down, or the reverse</source>
        <translation>Skaliert die value-Gewichte eines Kanals hinauf und seine output-Gewichte hinab, oder umgekehrt</translation>
    </message>
    <message>
        <source>Turns pairs of channels that value and output share, by small angles</source>
        <translation>Dreht Paare von Kanälen, die value und output teilen, um kleine Winkel</translation>
    </message>
    <message>
        <source>Reorders the channels of each attention head over which query and key are multiplied</source>
        <translation>Ordnet in jedem Attention-Kopf die Kanäle um, über die query und key multipliziert werden</translation>
    </message>
    <message>
        <source>Scales a channel&apos;s key weights up and its query weights down, or the reverse</source>
        <translation>Skaliert die key-Gewichte eines Kanals hinauf und seine query-Gewichte hinab, oder umgekehrt</translation>
    </message>
    <message>
        <source>Turns pairs of channels of query and key together, by small angles</source>
        <translation>Dreht Paare von Kanälen von query und key gemeinsam um kleine Winkel</translation>
    </message>
    <message>
        <source>Models of the %1 family do not keep their function under this move.</source>
        <translation>Modelle der Familie %1 behalten ihre Funktion bei diesem Zug nicht.</translation>
    </message>
    <message>
        <source>Permutation of the residual stream</source>
        <translation>Permutation des Residualstroms</translation>
    </message>
    <message>
        <source>Reorders the channels that all layers read and write, through the whole model; such a step has to run the model anew</source>
        <translation>Ordnet die Kanäle um, die alle Schichten lesen und schreiben, durch das ganze Modell; ein solcher Schritt muss das Modell neu durchrechnen</translation>
    </message>
    <message>
        <source>Moves beyond the paper</source>
        <translation>Weitere Züge</translation>
    </message>
    <message>
        <source>all %1</source>
        <translation>alle %1</translation>
    </message>
    <message>
        <source>Format of scales</source>
        <translation>Format der Skalen</translation>
    </message>
    <message>
        <source>The number format of each group&apos;s scale; packed formats store it as float16. Today&apos;s export holds dequantized weights rounded to 16 bits. The published code computes with float32</source>
        <translation>Das Zahlenformat der Skala jeder Gruppe; gepackte Formate speichern sie als float16. Der heutige Export enthält dequantisierte Gewichte, auf 16 Bits gerundet. Der veröffentlichte Code rechnet mit float32</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>Skalen</translation>
    </message>
    <message>
        <source>Bits per matri&amp;x…</source>
        <translation>Bits je Matri&amp;x…</translation>
    </message>
    <message>
        <source>Bits per matrix</source>
        <translation>Bits je Matrix</translation>
    </message>
    <message>
        <source>Give single layers and projections more or fewer bits than the rest, in a table or by rules</source>
        <translation>Einzelnen Schichten und Projektionen mehr oder weniger Bits geben als dem Rest, in einer Tabelle oder mit Regeln</translation>
    </message>
    <message>
        <source>changes nothing here</source>
        <translation>ändert hier nichts</translation>
    </message>
    <message>
        <source>A whole row shares one scale, so that the order of its weights changes nothing. Choose a group size to permute.</source>
        <translation>Eine ganze Zeile teilt sich eine Skala, sodass die Reihenfolge ihrer Gewichte nichts ändert. Zum Permutieren eine Gruppengröße wählen.</translation>
    </message>
    <message>
        <source>All tokens count alike</source>
        <translation>Alle Token zählen gleich</translation>
    </message>
    <message>
        <source>In the MSE, as published. Without it, attention sinks, whose states are far larger than all others, count by their size, so that they do not drown the other tokens</source>
        <translation>Im MSE, wie veröffentlicht. Ohne dies zählen Aufmerksamkeitssenken, deren Zustände weit größer sind als alle anderen, nach ihrer Größe, damit sie die übrigen Token nicht übertönen</translation>
    </message>
    <message>
        <source>Moves accepted before the loss&apos;s gradient is taken anew, by a policy that screens; one of all layers counts for each</source>
        <translation>Angenommene Züge, nach denen eine vorauswählende Zugwahl den Gradienten des Verlusts neu berechnet; einer aller Schichten zählt für jede</translation>
    </message>
    <message>
        <source>Scaling of norms</source>
        <translation>Skalierung der Normen</translation>
    </message>
    <message>
        <source>Scales each channel that a norm gives, against the weights that read it; the codes stay. The policy that moves all layers at once follows the loss&apos;s gradient in it</source>
        <translation>Skaliert jeden Kanal, den eine Norm ausgibt, gegen die Gewichte, die ihn lesen; die Codes bleiben. Die Wahl „Alle Schichten auf einmal“ folgt darin dem Gradienten des Verlusts</translation>
    </message>
    <message>
        <source>“%1” %2</source>
        <translation>„%1“ %2</translation>
    </message>
    <message>
        <source>Options of the starting method</source>
        <translation>Optionen des Startverfahrens</translation>
    </message>
    <message>
        <source>To&amp;ken ids</source>
        <translation>Token-I&amp;Ds</translation>
    </message>
    <message>
        <source>JSON list of token ids that these settings were made with, used as they stand. Clear the field for the demo&apos;s text, or choose a text</source>
        <translation>JSON-Liste der Token-IDs, mit denen diese Einstellungen entstanden; sie werden genommen, wie sie sind. Das Feld leeren für den Text der Demo, oder einen Text wählen</translation>
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
        <source>Share of the proposals that were accepted</source>
        <translation>Anteil der Vorschläge, die angenommen wurden</translation>
    </message>
    <message>
        <source>Proposals that racing dropped early; of those evaluated all the same, the share that would have been accepted</source>
        <translation>Vorschläge, die der Wettlauf früh verwarf; dazu der Anteil der trotzdem ganz bewerteten, die angenommen worden wären</translation>
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
        <source>%1 % dropped early</source>
        <translation>%1 % früh verworfen</translation>
    </message>
    <message>
        <source>%1 % dropped early (%2 % wrongly)</source>
        <translation>%1 % früh verworfen (%2 % zu Unrecht)</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>Verlust %1</translation>
    </message>
    <message>
        <source>Estimated time until the steps or the time budget end, or a method is done</source>
        <translation>Geschätzte Zeit, bis die Schritte oder das Zeitbudget zu Ende sind oder ein Verfahren fertig ist</translation>
    </message>
    <message>
        <source>about %1 h %2 min left</source>
        <translation>noch etwa %1 h %2 min</translation>
    </message>
    <message>
        <source>about %1 h left</source>
        <translation>noch etwa %1 h</translation>
    </message>
    <message>
        <source>about %1 min left</source>
        <translation>noch etwa %1 min</translation>
    </message>
    <message>
        <source>about %1 s left</source>
        <translation>noch etwa %1 s</translation>
    </message>
</context>
<context>
    <name>invar::StepHistory</name>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
</context>
<context>
    <name>invar::TextPane</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>No text could be written: %1</source>
        <translation>Es konnte kein Text geschrieben werden: %1</translation>
    </message>
    <message>
        <source>Parts at token %1: %2, %3 sure</source>
        <translation>Trennt sich bei Token %1: %2, zu %3 sicher</translation>
    </message>
    <message>
        <source>Ended by itself</source>
        <translation>Von selbst beendet</translation>
    </message>
    <message>
        <source>The model&apos;s context is full</source>
        <translation>Der Kontext des Modells ist voll</translation>
    </message>
    <message>
        <source>The same so far</source>
        <translation>Bisher gleich</translation>
    </message>
    <message>
        <source>Token %1: %2</source>
        <translation>Token %1: %2</translation>
    </message>
    <message>
        <source>full precision</source>
        <translation>volle Genauigkeit</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>quantisiert</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Open a model first</source>
        <translation>Zuerst ein Modell öffnen</translation>
    </message>
    <message>
        <source>Write lets the model go on from the prompt</source>
        <translation>Schreiben lässt das Modell den Anfang fortsetzen</translation>
    </message>
    <message>
        <source>Start a search, or open a run: then there is a quantized model</source>
        <translation>Eine Suche starten oder einen Lauf öffnen: dann gibt es ein quantisiertes Modell</translation>
    </message>
    <message>
        <source>Write lets both models go on from the same prompt</source>
        <translation>Schreiben lässt beide Modelle denselben Anfang fortsetzen</translation>
    </message>
    <message>
        <source>Prompt:</source>
        <translation>Anfang:</translation>
    </message>
    <message>
        <source>What the text begins with</source>
        <translation>Womit der Text beginnt</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>Gierig</translation>
    </message>
    <message>
        <source>Sampled</source>
        <translation>Gezogen</translation>
    </message>
    <message>
        <source>Greedy: always the likeliest token. Sampled: drawn by probability, with the same random numbers for both models, so that the texts differ because the models do</source>
        <translation>Gierig: immer das wahrscheinlichste Token. Gezogen: nach Wahrscheinlichkeit, mit denselben Zufallszahlen für beide Modelle, sodass die Texte sich nur der Modelle wegen unterscheiden</translation>
    </message>
    <message>
        <source>How tokens are chosen</source>
        <translation>Wie Token gewählt werden</translation>
    </message>
    <message>
        <source>at</source>
        <translation>bei</translation>
    </message>
    <message>
        <source>Temperature: 1 draws as the model has it, less keeps to likely tokens</source>
        <translation>Temperatur: 1 zieht, wie das Modell es vorgibt, weniger bleibt bei wahrscheinlichen Token</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Tokens:</source>
        <translation>Token:</translation>
    </message>
    <message>
        <source>How many tokens are written at most</source>
        <translation>Wie viele Token höchstens geschrieben werden</translation>
    </message>
    <message>
        <source>Again while searching</source>
        <translation>Während der Suche wieder</translation>
    </message>
    <message>
        <source>Writes again now and then, with the quantized model as it is then; the search is slower meanwhile</source>
        <translation>Schreibt ab und zu neu, mit dem quantisierten Modell, wie es dann ist; die Suche ist solange langsamer</translation>
    </message>
    <message>
        <source>Full precision</source>
        <translation>Volle Genauigkeit</translation>
    </message>
    <message>
        <source>Quantized, now</source>
        <translation>Quantisiert, jetzt</translation>
    </message>
</context>
<context>
    <name>invar::TrainingPlot</name>
    <message>
        <source>Nothing was trained.
AutoRound and OmniQuant draw their curves here.</source>
        <translation>Hier wurde nichts trainiert.
AutoRound und OmniQuant zeichnen hier ihre Kurven.</translation>
    </message>
    <message>
        <source>Training of decoder layers</source>
        <translation>Training der Decoder-Schichten</translation>
    </message>
    <message>
        <source>training step of a layer</source>
        <translation>Trainingsschritt einer Schicht</translation>
    </message>
    <message>
        <source>training step of a layer (%1)</source>
        <translation>Trainingsschritt einer Schicht (%1)</translation>
    </message>
    <message>
        <source>output error (MSE)</source>
        <translation>Fehler der Ausgabe (MSE)</translation>
    </message>
    <message>
        <source>layer %1 (in training)</source>
        <translation>Schicht %1 (im Training)</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>Schicht %1</translation>
    </message>
    <message>
        <source>layer %1, step %2 of %3: output error %4, %5 % of the first</source>
        <translation>Schicht %1, Schritt %2 von %3: Fehler der Ausgabe %4, %5 % des ersten</translation>
    </message>
</context>
<context>
    <name>invar::WeightHistogramPlot</name>
    <message>
        <source>Weights before and after rounding</source>
        <translation>Gewichte vor und nach dem Runden</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>full precision</source>
        <translation>volle Genauigkeit</translation>
    </message>
    <message>
        <source>rounded</source>
        <translation>gerundet</translation>
    </message>
    <message>
        <source>levels of %1</source>
        <translation>Stufen von %1</translation>
    </message>
    <message>
        <source>%1 to %2: %3 weights in full precision, %4 rounded</source>
        <translation>%1 bis %2: %3 Gewichte in voller Genauigkeit, %4 gerundet</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
</context>
<context>
    <name>invar::WeightsPane</name>
    <message>
        <source>Open a model first</source>
        <translation>Zuerst ein Modell öffnen</translation>
    </message>
    <message>
        <source>Reading the weights</source>
        <translation>Lese die Gewichte</translation>
    </message>
</context>
</TS>
