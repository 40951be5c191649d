// Package score owns the two numbers of a result. Exposure says how much a
// visitor is followed, from the organisations that were seen; compliance says
// whether the site does what it states and what it was told, from the outcomes
// of the checks. The package judges nothing itself: it must not know rules of
// checks, how evidence was got, or how numbers are shown.
//
// # Where the weights come from
//
// Every weight, cap, ceiling and band stands in rules.yaml, under one version
// number. They are editorial: chosen by the makers of spoor, after docs/consent.md
// section 4, and derived from no law and no study. Scores compare only within
// one version, one profile of law, one country, the same scenarios and the same
// number of pages.
//
// # How compliance is made
//
// A site starts at 100 and only loses; nothing can be earned. Each group of
// checks has a cap. Findings of a group join as independent chances do, so the
// first costs most and a further one always costs something. Ceilings see to it
// that good marks elsewhere never buy off a certain critical finding. Rules of
// dominance see to it that leaving a thing out is not cheaper than doing it
// badly: without a way to refuse, all of "choice obeyed" is lost. One case is
// left as it is: a refusal that is hidden and does not work either can cost up
// to four points more than none, for its hiding is charged beside it.
//
// What could not be observed makes an interval. High takes it as clean. Low
// takes it as failed: a group in which nothing at all was observed loses its
// whole cap, single unknown checks of another group count as certain failures
// in their group; neither brings a ceiling. A wide interval is no grade but
// "insufficient evidence", and such a site must not be ranked.
//
// Doubts that a site has no say in are left out: a check that needs a scenario
// beyond none, reject and accept, or further pages, which the user did not ask
// for; and what this version of spoor has no eye for. See [FromVisit].
//
// # What the numbers do not say
//
// [Limits] lists, as codes for the words of a report, what has to be printed
// beside them: the view is from outside only, from one country, on one day, on
// public pages, and the best grade does not mean lawful.
package score
