"""Finding identifiers in text: views that undo disguises, steps that look, and one merge that never drops a find.

::

    text ─▶ views ─▶ Reading ─▶ patterns · identifiers · pairs · initials · typos · singles · cues ─▶ merge ─▶ hits
                                         (PRIVACY.md 2.4, steps 1 to 7)

``Matcher`` runs the steps plainly; ``AnalyzerFinder`` runs the same steps inside Presidio's AnalyzerEngine and is the
default. Both fit ``privacy.vocabulary.Finder``.
"""
