//go:build race

package score

// sets is small here: the arithmetic shares nothing, so the search for races
// gains nothing from more, and takes ten times as long.
const sets = 1_000
