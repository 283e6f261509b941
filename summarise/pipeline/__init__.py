"""One run, from the article to the summary and its record; and the runs that ask nobody: previews and replays."""
