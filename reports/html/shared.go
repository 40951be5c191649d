package html

// Style is the style sheet of the report. Other reports of spoor build on it, so that
// they look alike.
func Style() string { return asset("style.css") }

// Script is the script of the report, which sorts and filters tables and copies
// commands. Pages are complete without it.
func Script() string { return asset("script.js") }

// Policy is the Content-Security-Policy of a page that has one style sheet and one
// script and loads nothing.
func Policy(css, js string) string { return policy(css, js) }
