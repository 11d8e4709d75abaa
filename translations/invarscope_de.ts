<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open re&amp;cent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the built-in model with settings that show something soon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open model folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a Hugging Face folder (config.json, weights, tokenizer)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;run…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at an earlier search, and go on with it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the quantized checkpoint for other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the search; it is saved and can be resumed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resume…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with the run on the screen, up to more steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a &amp;new run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start from the beginning with the settings on the screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset &amp;layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset &amp;zoom of all plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Freeze plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold the plots still while the search goes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;What do I see?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What do I see?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What 2-bit rounding does, what the search changes, and how to read the plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About Invarscope</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold the search; nothing is lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the search with the settings on the left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>What do I see?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Invarscope</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A language model is mostly matrices of weights. Stored with 2 bits each, a weight can take only four values: every group of (say) 128 weights of a row shares a scale and a zero point, and each weight is rounded to the nearest of its group&apos;s four levels (&lt;i&gt;round to nearest&lt;/i&gt;). That makes the model about seven times smaller than in 16 bits, and worse: its predictions of held-out text lose quality, which &lt;i&gt;perplexity&lt;/i&gt; measures (how many words the model hesitates between; lower is better).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The idea</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A feed-forward network computes the same function in many ways. Three moves change its matrices but not (or hardly) what it computes in full precision. They do change which weights share a group and where they fall between the levels, so the &lt;i&gt;rounded&lt;/i&gt; network differs:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Permutation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hidden neurons swap places; other weights share a group. Exact.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scaling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a neuron&apos;s input weights are multiplied by a number, its output weights divided by it. Exact where the activation lets positive factors through, as ReLU does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pairs of neurons turn by a tiny angle. Only approximate, because an activation lies between the two matrices; the drift that this causes in full precision is measured and shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each step picks a decoder layer, proposes such moves at random, rounds that layer again and measures the objective on a few calibration sequences: the cross-entropy of the quantized model plus α times the distance of its hidden states from those of the full-precision model, each relative to the start. If that is lower, the move is accepted, otherwise it is taken back: hill climbing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the best objective so far, step by step, with each candidate as a faint dot; below it the two parts, cross-entropy and hidden-state error, each relative to the start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantization error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one cell for each matrix: how far the rounded weights are from the unrounded ones, at the start, now, or how much it improved. Only the feed-forward matrices (fc1, fc2) change; “output” is the hidden state after that layer. The search lowers the objective, so a cell may even get worse.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how often each layer was tried and how often a move was accepted there, and the same for each invariance.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on a text that the search never sees: of the full-precision model, of the model as rounded at the start, and now. The share repaired says how much of the damage the search undid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File ▸ Export… writes the quantized model for other programs. The method is InvarExplore (arXiv 2502.06844).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In a plot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom where the mouse is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move the visible part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift+drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom to a rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double click, Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>show everything and follow the search again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click on the legend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hide or show a curve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logarithmic scale, copy, save as PNG, PDF, SVG or CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt;h3&gt;Invarscope %1&lt;/h3&gt;&lt;p&gt;A desktop workbench for ultra-low-bit, weight-only quantization of language models by the InvarExplore search (arXiv 2502.06844).&lt;/p&gt;&lt;p&gt;Licence: GNU General Public License, version 3 or later. It comes with no warranty.&lt;/p&gt;&lt;p&gt;Made with LibTorch (BSD-3-Clause), Qt %2 (LGPL-3.0) and QCustomPlot (GPL-3.0-or-later).&lt;/p&gt;&lt;p&gt;The demo model was trained for this program on public-domain text, and its calibration and held-out texts are in the public domain; the sources are named beside them, in resources/demo.&lt;/p&gt;</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar</name>
    <message>
        <source>There is not enough memory for this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An unknown error occurred.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::ExportDialog</name>
    <message>
        <source>&amp;Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Write to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder that the export is put into</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say where to write it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That folder is not empty; choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That file exists; choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::LossPlot</name>
    <message>
        <source>Loss over the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by searching time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the horizontal axis counts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Horizontal axis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the loss of every proposal tried, accepted or not, as a faint dot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>best loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CE / CE₀</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>α · MSE / MSE₀</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>full precision (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>total loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>searching time (s)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1 (%2 s) · best %3 = CE part %4 + MSE part %5 · candidate %6: layer %7, %8, %9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::MainWindow</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model to begin: File ▸ Open demo, or drop a folder here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A search is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the search and close? What it found is saved, and it can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the search before opening something else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stays open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2, %3 decoder layers, %4 million parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run of %1 steps, %2 accepted, loss %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model of this run cannot be opened, so it can only be looked at: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text to measure perplexity on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text (*.txt);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a run folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a run folder: it holds no record of a search.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The search is done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The search&apos;s time is up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The search was stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These settings cannot work: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder for runs, %1, cannot be made: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 steps are done. Go on to how many in all?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Little memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This search will need about %1, and this machine has %2. Start it all the same?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits per weight, scales included</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rotation moved the full-precision function by %1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped before the first step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 steps, %3 accepted, loss %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The search ended with an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Exported to %1: %n file(s), %2</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>invar::MessageBar</name>
    <message>
        <source>Dismiss this message (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::MovesModel</name>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all moves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>proposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidate moves tried</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moves that lowered the loss and were kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accepted moves in percent of the proposed ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the accepted moves lowered the loss in all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::MovesPlot</name>
    <message>
        <source>Moves per decoder layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>moves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the bars show for each decoder layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown per layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decoder layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>proposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted (%)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted in % of proposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>drop of the loss by accepted moves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer %1 · %2 proposed · %3 accepted (%4 %) · loss gain %5</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::MovesTable</name>
    <message>
        <source>Moves per invariance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A step that moves several invariances at once counts for each of them. Ctrl+C copies the table.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::PerplexityPane</name>
    <message>
        <source>Perplexity could not be measured: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure while searching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measures the present state every 15 seconds; the search is slower meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the held-out text that perplexity is measured on</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::PictureFile</name>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot write %1: a picture of %2 x %3 is not possible.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot write %1: the picture does not fit into memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot write %1: the name must end in .png, .pdf or .svg.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::PlotFormat</name>
    <message>
        <source>permutation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scaling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rotation</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::PlotView</name>
    <message>
        <source>Value under the cursor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PDF document (*.pdf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV data of the visible range (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save plot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel: zoom · drag: pan · Shift+drag: zoom to a box · double click: reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Log scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save as…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>invar::StatusStrip</name>
    <message>
        <source>Proposals tried</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proposals tried per second, over the last ten seconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimated time until the steps or the time budget end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the proposals that were accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best loss so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 steps/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 % accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
