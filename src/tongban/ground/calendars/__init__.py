"""The calendar as versioned data: State Council arrangements by import, local closures and office hours by act."""
