"""How the text of a summary is made: strategies, chunks, guards, repair, selection, coherence."""
