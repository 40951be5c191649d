// Package reports owns the result: the one document that joins the record of a
// visit with what the detectors say of it into what people ask. Who received
// what, when, and how is that known?
//
// Every face of a result (terminal, HTML, JSON and the rest) renders the same
// [Result] and needs nothing beside it, so the faces cannot disagree. The
// package must not know how evidence was got, and it judges nothing: whether
// something is a trace is the detectors' word, and who a host belongs to is the
// signatures'.
//
// # Rules of a result
//
// Lists are sorted by the key that their field states, and are never null. The
// same record, judgement and signatures give the same bytes. Text that came
// from a page is clipped to a stated length and otherwise kept as it was;
// making it harmless where it is shown is the work of the renderers, with
// package clean. Values of cookies and storage never leave this package whole
// unless [Result.WithValues] is asked for them.
//
// What was not measured is said to be not measured, in [Result.Gaps],
// [Result.Techniques] and [Summary.Measured], and is never counted as absent.
package reports
