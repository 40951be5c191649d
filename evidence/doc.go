// Package evidence owns the record of one visit: what a browser saw a site do
// to its visitor, in order, and the files in which that record is kept.
//
// It holds facts ("this script read this canvas"), never judgements
// ("fingerprinting"). It must not know Chrome, trackers, scores or languages,
// and imports nothing of spoor. Everything else imports it: the crawler writes
// one Visit, detectors read it, reports show it.
//
// Times inside a run are [Millis] since the run began, so that records of
// different machines compare. What could not be observed is a [Gap], never an
// absence.
package evidence
