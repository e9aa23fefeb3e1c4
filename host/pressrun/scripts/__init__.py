"""Comic scripts in the forms that authors write them: chapters, pages, panels, and their words."""
